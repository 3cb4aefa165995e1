//! Records named one by one: `show_many?ids=` and `show_many?external_ids=`.

use std::collections::BTreeSet;

use crate::call::Call;
use crate::refusal;
use crate::reply::Reply;

/// Ids that one call may name.
const MOST: usize = 100;

/// Finds the ids of the records that a call names: known ones, each once, in id order.
pub(crate) fn ids(
    call: &Call,
    action: &str,
    by_id: impl Fn(i64) -> Option<i64>,
    by_external_id: impl Fn(&str) -> Option<i64>,
) -> Result<BTreeSet<i64>, Reply> {
    if let Some(list) = call.param("ids") {
        let wrong = |_| refusal::invalid_attribute("ids", "must be a list of integers", action);
        let wanted =
            split(list)?.iter().map(|id| id.parse()).collect::<Result<Vec<i64>, _>>().map_err(wrong)?;
        return Ok(wanted.into_iter().filter_map(by_id).collect());
    }
    if let Some(list) = call.param("external_ids") {
        return Ok(split(list)?.into_iter().filter_map(by_external_id).collect());
    }
    Err(refusal::invalid_attribute("ids", "is required", action))
}

fn split(list: &str) -> Result<Vec<&str>, Reply> {
    let items: Vec<&str> = list.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
    if items.len() > MOST { Err(refusal::too_many_values(MOST)) } else { Ok(items) }
}
