//! Sideloading: `?include=organizations,identities` adds the records that those of the answer refer to.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::account::Account;
use crate::call::Call;
use crate::identities;
use crate::organizations;
use crate::reply::{Body, Reply};
use crate::users::show;

/// The reply with the lists that the call asks for beside it; what cannot be had is left out.
pub(crate) fn add(account: &Account, call: &Call, mut reply: Reply) -> Reply {
    let Some(wish) = call.param("include").filter(|_| call.method == "GET" && reply.status == 200) else {
        return reply;
    };
    let Body::Json(Value::Object(body)) = &mut reply.body else { return reply };
    let rows = |list: &str, one: &str| -> Vec<Value> {
        let listed = body.get(list).and_then(Value::as_array).cloned();
        listed.unwrap_or_else(|| body.get(one).cloned().into_iter().collect())
    };
    let users = rows("users", "user");
    let memberships = rows("organization_memberships", "organization_membership");
    let ids = |rows: &[Value], key: &str| -> BTreeSet<i64> {
        rows.iter().filter_map(|row| row.get(key)?.as_i64()).collect()
    };
    let (base, mut added) = (&call.base, Vec::new());
    for name in wish.split(',').map(str::trim) {
        let list: Vec<Value> = match name {
            "organizations" => ids(&[users.as_slice(), &memberships].concat(), "organization_id")
                .into_iter()
                .filter_map(|id| account.organizations.get(id))
                .map(|found| organizations::object(account, base, found))
                .collect(),
            "identities" => ids(&users, "id")
                .into_iter()
                .flat_map(|id| account.identities.of_user(id))
                .map(|row| identities::object(base, row))
                .collect(),
            "users" => ids(&memberships, "user_id")
                .into_iter()
                .filter_map(|id| show::by_id(account, base, id))
                .collect(),
            _ => continue,
        };
        added.push((name.to_owned(), Value::Array(list)));
    }
    for (name, list) in added {
        body.entry(name).or_insert(list);
    }
    reply
}
