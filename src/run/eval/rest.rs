//! The members of an object that no row has read.

use bumpalo::collections::{String as ArenaString, Vec as ArenaVec};

use super::{Eval, Rejection};
use crate::compile::{KeyPlan, RestPlan, Role};
use crate::json::{Arena, Datum, Fingerprint, Form, KeySeen, Member, Text, write, write_text};
use crate::value::Type;

/// A member of the rest.
#[derive(Clone, Copy)]
pub(super) struct RestMember<'a> {
    /// Key in the event.
    pub(super) key: Text<'a>,
    /// Key in the body, or why it is left out.
    pub(super) sent_as: Result<Text<'a>, LeftOut>,
    /// Its key had to change.
    pub(super) is_changed: bool,
    /// Its value.
    pub(super) value: Datum<'a>,
    /// Key and value as the event has them in one stretch; empty when they change on the way.
    pair: &'a str,
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

impl<'a> RestMember<'a> {
    /// Key and value as the event has them, when they are sent so.
    pub(super) fn as_it_stands(&self) -> Option<&'a str> {
        let length = match self.value {
            Datum::Text(text) if text.form == Form::Clean => text.written.len().saturating_add(2),
            Datum::Number(digits) => digits.len(),
            Datum::Bool(true) | Datum::Null => 4,
            Datum::Bool(false) => 5,
            Datum::Text(_) | Datum::List(_) | Datum::Object(_) => return None,
        };
        // Quotes and colon; a longer stretch has blanks in it.
        let length = length.saturating_add(self.key.written.len()).saturating_add(3);
        (self.pair.len() == length).then_some(self.pair)
    }
}

impl<'a> Eval<'a> {
    /// Visits every member that no row has read, in the order of the event. Collisions are not known yet.
    pub(super) fn each_of_rest(
        &self,
        rest: &'a RestPlan,
        mut visit: impl FnMut(RestMember<'a>),
    ) -> Result<(), Rejection<'a>> {
        let arena = self.arena();
        let Some(object) = self.one(&rest.of)? else { return Ok(()) };
        self.ground.event.members(object, arena).each(arena, |member| {
            let role = rest.roles.get(member.fingerprint, member.key.written).copied().unwrap_or_default();
            if !role.is_read && !(role.is_entered && member.value.is_whole()) {
                visit(member_of_rest(rest, &member, role, arena));
            }
        });
        Ok(())
    }

    /// Every member that no row has read, in the order of the event.
    pub(super) fn rest_members(&self, rest: &'a RestPlan) -> Result<&'a [RestMember<'a>], Rejection<'a>> {
        let mut members = ArenaVec::new_in(self.arena());
        self.each_of_rest(rest, |member| members.push(member))?;
        if members.iter().any(|member| member.is_changed) {
            leave_collisions_out(&mut members, self.arena());
        }
        Ok(members.into_bump_slice())
    }

    /// What `$members.table` gives: a list of all that will stand in the object of the rest, that of rows first.
    pub(super) fn members(&self, rest: &'a RestPlan) -> Result<Datum<'a>, Rejection<'a>> {
        let arena = self.arena();
        let mut text = ArenaString::new_in(arena);
        let mut describe = |key: Text<'a>, name: Text<'a>, value: Datum<'a>| {
            text.push_str(if text.is_empty() { "[{\"key\":" } else { ",{\"key\":" });
            write_text(&mut text, key, arena);
            text.push_str(",\"name\":");
            write_text(&mut text, name, arena);
            text.push_str(",\"type\":\"");
            text.push_str(Type::of_scalar(value, arena));
            text.push_str("\",\"value\":");
            write(&mut text, value, arena);
            text.push('}');
        };
        for (key, row) in &rest.rows {
            let key = Text::plain(key);
            if let Some(value) = self.row(row)? {
                describe(key, key, value);
            }
        }
        for member in self.rest_members(rest)? {
            if let Ok(sent_as) = member.sent_as {
                describe(sent_as, member.key, member.value);
            }
        }
        text.push_str(if text.is_empty() { "[]" } else { "]" });
        Ok(Datum::made(text.into_bump_str(), arena))
    }
}

/// A member that no row reads, and what becomes of it if there are no collisions.
fn member_of_rest<'a>(rest: &RestPlan, member: &Member<'a>, role: Role, arena: &'a Arena) -> RestMember<'a> {
    let made = made_valid(member.key.written, rest.keys.as_ref(), arena);
    let role = match made {
        None => role,
        Some(made) => rest.roles.get(Fingerprint::of(made), made).copied().unwrap_or_default(),
    };
    let cast = match member.value {
        Datum::Null if rest.null_is_sent => Ok(Datum::Null),
        Datum::Null => Err(LeftOut::Null),
        value => rest.cast.cast(value, arena).map_err(|_| LeftOut::Type),
    };
    let is_unchanged = made.is_none() && matches!(rest.cast, Type::Scalar);
    RestMember {
        key: member.key,
        sent_as: match cast {
            _ if role.is_written => Err(LeftOut::Written),
            Ok(_) => Ok(made.map_or(member.key, Text::plain)),
            Err(why) => Err(why),
        },
        value: cast.unwrap_or(Datum::Null),
        is_changed: made.is_some(),
        pair: if is_unchanged { member.pair } else { "" },
    }
}

/// Leaves members out whose key became one that another has, by nature or by the same change.
fn leave_collisions_out<'a>(members: &mut [RestMember<'a>], arena: &'a Arena) {
    let mut taken = KeySeen::new(arena);
    let mut take = |key: Text<'a>| {
        let characters = key.characters(arena);
        taken.before(Fingerprint::of(characters), characters).is_some()
    };
    for sent_as in members.iter().filter(|member| !member.is_changed).filter_map(|member| member.sent_as.ok())
    {
        take(sent_as);
    }
    for member in members.iter_mut().filter(|member| member.is_changed) {
        if member.sent_as.is_ok_and(&mut take) {
            member.sent_as = Err(LeftOut::Collision);
        }
    }
}

/// A key that the destination takes, when the given one is none.
fn made_valid<'a>(key: &'a str, rule: Option<&KeyPlan>, arena: &'a Arena) -> Option<&'a str> {
    let rule = rule?;
    if !key.is_empty() && rule.allows_all(key) && !rule.forbids(key) {
        return None;
    }
    let mut made = ArenaString::new_in(arena);
    for character in key.chars() {
        if rule.allows(character) { made.push(character) } else { made.push_str(&rule.other) }
    }
    if made.is_empty() || rule.forbids(&made) {
        made.insert_str(0, &rule.other);
    }
    Some(made.into_bump_str())
}
