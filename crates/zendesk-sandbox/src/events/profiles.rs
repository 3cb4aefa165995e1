//! Profiles: which user an event belongs to when only its profile tells.

use crate::account::Account;
use crate::clock::Moment;
use crate::events::read::Sent;
use crate::identities::{self, New};
use crate::refusal;
use crate::reply::Reply;
use crate::store::identities::{EMAIL, PHONE};
use crate::store::{Profile, User};

/// Identifier types that are identities of users as well.
const IDENTITIES: [&str; 5] = [EMAIL, PHONE, "facebook", "twitter", "sdk"];

/// The user of a matching profile, or the one whom a standard identifier names.
pub(crate) fn owner(account: &Account, sent: &Sent) -> Option<i64> {
    let profile = account.events.find_profile(&sent.source, &sent.kind, &sent.identifiers);
    let by_profile = profile.map(|profile| profile.user_id).filter(|id| account.users.get(*id).is_some());
    by_profile.or_else(|| {
        sent.identifiers.iter().find_map(|(kind, value)| match kind.as_str() {
            "external_id" => account.users.by_external_id(value).map(|user| user.id),
            kind if IDENTITIES.contains(&kind) => {
                account.identities.find(kind, value).map(|identity| identity.user_id)
            }
            _ => None,
        })
    })
}

/// Makes an end-user out of a profile that names nobody: with its name, its identities and its external id.
pub(crate) fn create_user(account: &mut Account, sent: &Sent, at: Moment) -> Result<i64, Reply> {
    if sent.identifier(EMAIL).is_some_and(|email| !identities::is_email(email.trim())) {
        return Err(refusal::listed(
            400,
            "InvalidProfileIdentifier",
            "Profile identifier email is not valid",
        ));
    }
    let mut user = User::new(account.next_id(), at.wall);
    let id = user.id;
    let name = sent.profile.get("name").and_then(serde_json::Value::as_str).filter(|name| !name.is_empty());
    let first = sent.identifiers.first().map(|(_, value)| value.as_str());
    name.or(first).unwrap_or_default().clone_into(&mut user.name);
    user.external_id = sent.identifier("external_id").map(str::to_owned);
    account.users.put(user);
    for (kind, value) in sent.identifiers.iter().filter(|(kind, _)| IDENTITIES.contains(&kind.as_str())) {
        if account.identities.find(kind, value).is_none() {
            identities::add(account, id, New::of(kind.clone(), value, false), at);
        }
    }
    account.user_changed(id, at);
    Ok(id)
}

/// Replaces the matching profile, or adds one to the user; gives its id.
pub(crate) fn attach(account: &mut Account, sent: &Sent, user_id: i64) -> String {
    let known = account.events.find_profile(&sent.source, &sent.kind, &sent.identifiers);
    let id = match known.filter(|profile| profile.user_id == user_id) {
        Some(profile) => profile.id.clone(),
        None => format!("01PROFILE{:017}", account.events.n_profiles() + 1),
    };
    account.events.put_profile(Profile {
        id: id.clone(),
        user_id,
        source: sent.source.clone(),
        kind: sent.kind.clone(),
        identifiers: sent.identifiers.clone(),
    });
    id
}
