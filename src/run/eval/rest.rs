//! The members of an object that no row has read.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Eval, Rejection};
use crate::compile::{KeyPlan, RestPlan};
use crate::value::Type;

/// A member of the rest.
pub(super) struct Member {
    /// Key in the event.
    pub(super) key: String,
    /// Key in the body, or why it is left out.
    pub(super) sent_as: Result<String, LeftOut>,
    /// Its value.
    pub(super) value: Value,
}

/// Why a member of the rest is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeftOut {
    /// A row writes the same attribute.
    Written,
    /// It is of another type than the rest takes.
    Type,
    /// It is null, and null is not sent.
    Null,
    /// After making its key valid it is the same as another.
    Collision,
}

impl LeftOut {
    pub(super) fn text(self) -> &'static str {
        match self {
            LeftOut::Written => "a row writes this attribute",
            LeftOut::Type => "its type is not sent",
            LeftOut::Null => "null is not sent",
            LeftOut::Collision => "another key becomes the same attribute",
        }
    }
}

impl<'a> Eval<'a> {
    /// Every member that no row has read, in the order of the event.
    pub(super) fn rest_members(&self, rest: &'a RestPlan) -> Result<Vec<Member>, Rejection> {
        let Some(object) = self.one(&rest.of)? else { return Ok(Vec::new()) };
        let Some(members) = object.as_object() else { return Ok(Vec::new()) };
        let is_read = |key: &str, value: &Value| {
            rest.read.contains(key)
                || (rest.entered.contains(key) && matches!(value, Value::Object(_) | Value::Array(_)))
        };
        let unread = || members.iter().filter(|(key, value)| !is_read(key, value));
        let is_sent = |value: &Value| match value {
            Value::Null => rest.null_is_sent,
            value => rest.cast.cast(value).is_ok(),
        };
        let valid: BTreeSet<&str> = unread()
            .filter(|(key, value)| is_sent(value) && made_valid(key, rest.keys.as_ref()) == **key)
            .map(|(key, _)| key.as_str())
            .collect();
        let mut taken = BTreeSet::new();
        let mut result = Vec::new();
        for (key, value) in unread() {
            let made = made_valid(key, rest.keys.as_ref());
            let cast = if value.is_null() { None } else { rest.cast.cast(value).ok() };
            // A row `fields.address.city` writes the member `address`.
            let is_written = |(row, _): &(String, _)| row.split('.').next() == Some(&*made);
            let sent_as = if rest.rows.iter().any(is_written) {
                Err(LeftOut::Written)
            } else if value.is_null() && !rest.null_is_sent {
                Err(LeftOut::Null)
            } else if !value.is_null() && cast.is_none() {
                Err(LeftOut::Type)
            } else if made != *key && (valid.contains(&*made) || !taken.insert(made.clone().into_owned())) {
                Err(LeftOut::Collision)
            } else {
                Ok(made.into_owned())
            };
            result.push(Member {
                key: key.clone(),
                sent_as,
                value: cast.map_or(Value::Null, Cow::into_owned),
            });
        }
        Ok(result)
    }

    /// What `$members.table` gives: a list of all that will stand in the object of the rest, that of rows first.
    pub(super) fn members(&self, rest: &'a RestPlan) -> Result<Value, Rejection> {
        let described = |key: &str, name: &str, value: &Value| json!({"key": key, "name": name, "type": Type::of_scalar(value), "value": value});
        let mut members = Vec::new();
        for (key, row) in &rest.rows {
            if let Some(value) = self.row(row)? {
                members.push(described(key, key, &value));
            }
        }
        for member in self.rest_members(rest)? {
            if let Ok(sent_as) = &member.sent_as {
                members.push(described(sent_as, &member.key, &member.value));
            }
        }
        Ok(Value::Array(members))
    }
}

/// A key that the destination takes.
fn made_valid<'k>(key: &'k str, rule: Option<&KeyPlan>) -> Cow<'k, str> {
    let Some(rule) = rule else { return Cow::Borrowed(key) };
    let allowed = |character: char| rule.allows(character);
    let mut made = Cow::Borrowed(key);
    if !key.chars().all(allowed) {
        let replaced =
            |character: char| if allowed(character) { character.to_string() } else { rule.other.clone() };
        made = Cow::Owned(key.chars().map(replaced).collect());
    }
    if made.is_empty() || rule.not.as_ref().is_some_and(|not| not.is_match(&made)) {
        made = Cow::Owned(format!("{}{made}", rule.other));
    }
    made
}
