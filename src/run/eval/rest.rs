//! The members of an object that no row has read.

use bumpalo::collections::{String as ArenaString, Vec as ArenaVec};

use super::standing::Standing;
use super::{Eval, Rejection};
use crate::compile::{KeyPlan, RestPlan};
use crate::json::{
    Arena, Datum, Fingerprint, KeySeen, Kind, Member, Members, Sink, Text, UNKNOWN, write, write_text,
};
use crate::value::Type;

/// A member of the rest.
#[derive(Clone, Copy)]
pub(super) struct RestMember<'a> {
    /// Where it stands in the event.
    pub(super) member: Member<'a>,
    /// Its key in the body, when that is another.
    pub(super) made: Option<&'a str>,
    /// What is sent, or why nothing is.
    pub(super) sent: Result<Sent<'a>, LeftOut>,
}

/// What is sent of a member.
#[derive(Clone, Copy)]
pub(super) enum Sent<'a> {
    /// Key and value as the event has them.
    Pair(&'a str),
    Value(Datum<'a>),
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
    /// Its key in the body.
    pub(super) fn sent_as(&self, rest: &RestPlan, arena: &'a Arena) -> Text<'a> {
        match self.made {
            Some(made) => Text::plain(made),
            None if rest.keys.as_ref().is_some_and(KeyPlan::needs_no_escape) => {
                Text::clean(self.member.key(arena).written)
            }
            None => self.member.key(arena),
        }
    }
}

impl<'a> Eval<'a> {
    /// Every member that no row has read, in the order of the event.
    pub(super) fn rest_members(&self, rest: &'a RestPlan) -> Result<&'a [RestMember<'a>], Rejection<'a>> {
        let arena = self.arena();
        let members = self.rest_object_members(rest)?;
        let mut list = ArenaVec::with_capacity_in(members.len(), arena);
        let mut is_changed = false;
        members.each(|member| {
            if let Some(member) = member_of_rest(rest, member, arena) {
                is_changed |= member.made.is_some();
                list.push(member);
            }
        });
        if is_changed {
            leave_collisions_out(&mut list, arena);
        }
        Ok(list.into_bump_slice())
    }

    /// The members of the object that a rest is made of.
    fn rest_object_members(&self, rest: &'a RestPlan) -> Result<Members<'a>, Rejection<'a>> {
        if let Standing::In(slot) = self.standing_of(&rest.of)
            && let Some(members) = self.ground.event.listed(slot)
        {
            return Ok(members);
        }
        let object = self.one(&rest.of)?;
        Ok(object.map_or(Members::NONE, |object| self.ground.event.members(object, self.arena())))
    }

    /// Writes every member that no row has read, without a list of them; false when it takes one to do that.
    pub(super) fn write_rest(
        &self,
        out: &mut Vec<u8>,
        start: usize,
        rest: &'a RestPlan,
    ) -> Result<bool, Rejection<'a>> {
        let arena = self.arena();
        let members = self.rest_object_members(rest)?;
        let mut made = Made { members, keys: ArenaVec::new_in(arena) };
        let mut result = Ok(true);
        members.each(|member| {
            if is_usual(rest, member) {
                put_comma(out, start);
                put_usual(out, member, arena);
            } else if let Ok(true) = result {
                result = self.write_unusual(out, start, rest, member, &mut made);
            }
        });
        result
    }

    /// Writes a member of any kind; false when it takes a list to tell whether its key is another's.
    #[inline(never)]
    fn write_unusual(
        &self,
        out: &mut Vec<u8>,
        start: usize,
        rest: &'a RestPlan,
        member: Member<'a>,
        made: &mut Made<'a>,
    ) -> Result<bool, Rejection<'a>> {
        let arena = self.arena();
        let Some(member) = member_of_rest(rest, member, arena) else { return Ok(true) };
        let Ok(sent) = member.sent else { return Ok(true) };
        let collides = member.made.map_or(Some(false), |key| made.collides(rest, key, arena));
        match collides {
            None => return Ok(false),
            Some(true) => self.report(rest, &RestMember { sent: Err(LeftOut::Collision), ..member }),
            Some(false) => self.write_member(out, start, rest, &member, sent)?,
        }
        Ok(true)
    }

    /// Writes a member of the rest.
    #[inline(never)]
    pub(super) fn write_member(
        &self,
        out: &mut Vec<u8>,
        start: usize,
        rest: &'a RestPlan,
        member: &RestMember<'a>,
        sent: Sent<'a>,
    ) -> Result<(), Rejection<'a>> {
        let arena = self.arena();
        if let Sent::Value(value) = sent {
            self.check_depth(value, member.sent_as(rest, arena).written)?;
        }
        put_comma(out, start);
        match sent {
            Sent::Pair(pair) => out.put(pair),
            Sent::Value(value) => {
                write_text(out, member.sent_as(rest, arena), arena);
                out.push(b':');
                write(out, value, arena);
            }
        }
        Ok(())
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
            if member.sent.is_ok() {
                let value = member.member.value(arena);
                let value = rest.cast.cast(value, arena).unwrap_or(value);
                describe(member.sent_as(rest, arena), member.member.key(arena), value);
            }
        }
        text.push_str(if text.is_empty() { "[]" } else { "]" });
        Ok(Datum::made(text.into_bump_str(), UNKNOWN, arena))
    }
}

/// Whether nothing stops a member from being sent as it stands, as is usual; in a text, its key and its value in one.
#[inline]
fn is_usual(rest: &RestPlan, member: Member<'_>) -> bool {
    let (key, is_json) = match member {
        Member::Written { entry, scanned } if rest.roles_are_placed && entry.is_alone() => {
            (entry.key(scanned), true)
        }
        Member::Tree { key, .. } if rest.roles.surely_lacks(key) => (key.as_bytes(), false),
        Member::Tree { .. } | Member::Written { .. } => return false,
    };
    let is_taken = match &rest.keys {
        Some(rule) => (is_json || rule.needs_no_escape()) && rule.surely_takes(key),
        None => is_json,
    };
    let is_sent = match member.kind() {
        Kind::Null => rest.null_is_sent,
        Kind::List | Kind::Object => false,
        _ => matches!(rest.cast, Type::Scalar),
    };
    is_sent && is_taken
}

/// Writes a member as it stands.
#[inline]
fn put_usual<'a>(out: &mut Vec<u8>, member: Member<'a>, arena: &'a Arena) {
    match member {
        Member::Written { entry, scanned } => out.put(entry.stretch(scanned)),
        Member::Tree { key, value } => {
            out.put_quoted(key);
            out.push(b':');
            write(out, Datum::of(value), arena);
        }
    }
}

/// Writes a comma, unless nothing is there yet.
#[inline]
fn put_comma(out: &mut Vec<u8>, start: usize) {
    if out.len() > start {
        out.push(b',');
    }
}

/// Keys that were made valid, while there are few.
struct Made<'a> {
    members: Members<'a>,
    keys: ArenaVec<'a, &'a str>,
}

impl<'a> Made<'a> {
    /// Whether a made key is another's, by nature or by the same change; `None` when that takes too long to find out one
    /// by one.
    #[inline(never)]
    fn collides(&mut self, rest: &RestPlan, key: &'a str, arena: &'a Arena) -> Option<bool> {
        const FEW: usize = 8;
        const FEW_MEMBERS: usize = 64;
        if self.keys.len() >= FEW || self.members.len() > FEW_MEMBERS {
            return None;
        }
        let is_sent = |member| member_of_rest(rest, member, arena).is_some_and(|member| member.sent.is_ok());
        let collides = self.keys.contains(&key) || self.members.with_key(key, arena).is_some_and(is_sent);
        if !collides {
            self.keys.push(key);
        }
        Some(collides)
    }
}

/// What becomes of a member if there are no collisions; `None` when a row reads it.
#[inline(never)]
fn member_of_rest<'a>(rest: &RestPlan, member: Member<'a>, arena: &'a Arena) -> Option<RestMember<'a>> {
    let may_have_role = member.is_placed() || !rest.roles_are_placed;
    let role = if may_have_role { member.look_up(&rest.roles, arena).copied() } else { None };
    let role = role.unwrap_or_default();
    if role.is_read || (role.is_entered && is_whole(member)) {
        return None;
    }
    let made = made_valid(member.key(arena).written, rest.keys.as_ref(), arena);
    let role = match made {
        None => role,
        Some(made) => rest.roles.get(made).copied().unwrap_or_default(),
    };
    let sent =
        if role.is_written { Err(LeftOut::Written) } else { sent(rest, member, made.is_none(), arena) };
    Some(RestMember { member, made, sent })
}

fn sent<'a>(
    rest: &RestPlan,
    member: Member<'a>,
    keeps_key: bool,
    arena: &'a Arena,
) -> Result<Sent<'a>, LeftOut> {
    match member.kind() {
        Kind::Null if rest.null_is_sent => Ok(Sent::Value(Datum::Null)),
        Kind::Null => Err(LeftOut::Null),
        _ if !matches!(rest.cast, Type::Scalar) => {
            rest.cast.cast(member.value(arena), arena).map(Sent::Value).map_err(|_| LeftOut::Type)
        }
        Kind::List | Kind::Object => Err(LeftOut::Type),
        Kind::True | Kind::False | Kind::Number | Kind::Text => match member.pair() {
            Some(pair) if keeps_key => Ok(Sent::Pair(pair)),
            _ => Ok(Sent::Value(member.value(arena))),
        },
    }
}

fn is_whole(member: Member<'_>) -> bool {
    matches!(member.kind(), Kind::List | Kind::Object)
}

/// Leaves members out whose key became one that another has, by nature or by the same change.
fn leave_collisions_out<'a>(members: &mut [RestMember<'a>], arena: &'a Arena) {
    let mut taken = KeySeen::new(arena);
    let mut keys = ArenaVec::with_capacity_in(members.len(), arena);
    let mut take = |key: &'a str| {
        let hash = Fingerprint::of(key).hash();
        let before = taken.before(hash, || key, &keys);
        if before.is_none() {
            keys.push((hash, key));
        }
        before.is_some()
    };
    for member in members.iter().filter(|member| member.made.is_none() && member.sent.is_ok()) {
        take(member.member.key(arena).written);
    }
    for member in members.iter_mut().filter(|member| member.sent.is_ok()) {
        if member.made.is_some_and(&mut take) {
            member.sent = Err(LeftOut::Collision);
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
