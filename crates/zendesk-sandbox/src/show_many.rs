//! Records named one by one, as `show_many` and `destroy_many` take them: `?ids=` or `?external_ids=`.

use std::collections::BTreeSet;

use crate::call::Call;
use crate::refusal;
use crate::reply::Reply;

/// Ids that one call may name.
pub(crate) const MOST: usize = 100;

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

/// Records named by a call: by id or by external id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// By id.
    Id(i64),
    /// By external id.
    ExternalId(String),
}

/// What a call names, in the given order; each at least once.
pub(crate) fn named(call: &Call, action: &str) -> Result<Vec<Named>, Reply> {
    if let Some(list) = call.param("ids") {
        let wrong = |_| refusal::invalid_attribute("ids", "must be a list of integers", action);
        return split(list)?.iter().map(|id| id.parse().map(Named::Id).map_err(wrong)).collect();
    }
    match call.param("external_ids") {
        Some(list) => Ok(split(list)?.into_iter().map(|id| Named::ExternalId(id.to_owned())).collect()),
        None => Err(refusal::invalid_attribute("ids", "is required", action)),
    }
}

/// The `name` of an autocomplete call: two characters or more.
pub(crate) fn autocomplete_text<'a>(call: &'a Call, action: &str) -> Result<&'a str, Reply> {
    let text = call.param("name").map(str::trim).filter(|text| text.chars().count() >= 2);
    text.ok_or_else(|| refusal::invalid_attribute("name", "must have at least 2 characters", action))
}

fn split(list: &str) -> Result<Vec<&str>, Reply> {
    let items: Vec<&str> = list.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
    if items.len() > MOST { Err(refusal::too_many_values(MOST)) } else { Ok(items) }
}
