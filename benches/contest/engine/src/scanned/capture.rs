//! One pass over the text of an event that keeps what the mapping reads.

use std::borrow::Cow;

use mapwright::json::scan::{BadJson, Fingerprint, Key, Kind, Scanner, unescape};

/// A value where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'t> {
    pub(crate) kind: Kind,
    /// All of it as it is written, quotes included.
    pub(crate) text: &'t str,
    /// No blanks between its parts and no backslash in its strings.
    pub(crate) is_clean: bool,
}

/// Traits that a row reads, in a flow or another; the order is that of `Bank::slots`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Name,
    Email,
    Phone,
    Timezone,
    OrganizationId,
    Company,
    UserId,
    Id,
    GroupId,
    DomainNames,
    Tags,
    Url,
    Deleted,
    /// No row reads it.
    Other,
}

const N_SLOTS: usize = Slot::Other as usize;

/// A scalar member of traits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'t> {
    pub(crate) key: &'t str,
    pub(crate) is_escaped: bool,
    pub(crate) slot: Slot,
    /// Key, colon and value as they are written; empty when a later member has the same key.
    pub(crate) text: &'t str,
    pub(crate) value: &'t str,
    fingerprint: Fingerprint,
}

impl Member<'_> {
    const NOBODY: Member<'static> = Member {
        key: "",
        is_escaped: false,
        slot: Slot::Other,
        text: "",
        value: "",
        fingerprint: Fingerprint { head: 0, tail: 0, length: 0 },
    };
}

/// What a bank works in, between events.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    members: Vec<Member<'static>>,
    places: Vec<u32>,
}

/// The memory of a vector for members of another text.
fn recycled<'n>(mut members: Vec<Member<'_>>) -> Vec<Member<'n>> {
    members.clear();
    members.into_iter().map(|_| Member::NOBODY).collect()
}

/// Traits of the event or of its context.
#[derive(Debug, Default)]
pub(crate) struct Bank<'t> {
    /// The value of `traits`; of an object, only what it is and whether it has members.
    pub(crate) whole: Option<Token<'t>>,
    slots: [Option<Token<'t>>; N_SLOTS],
    pub(crate) company_id: Option<Token<'t>>,
    pub(crate) removes: Option<Token<'t>>,
    pub(crate) members: Vec<Member<'t>>,
    /// Positions of members behind 1, by the hash of their keys; 0 is nobody.
    places: Vec<u32>,
}

/// What is kept of an event.
#[derive(Debug, Default)]
pub(crate) struct Parts<'t> {
    pub(crate) root: Option<Kind>,
    pub(crate) kind: Option<Token<'t>>,
    pub(crate) user_id: Option<Token<'t>>,
    pub(crate) group_id: Option<Token<'t>>,
    pub(crate) action: Option<Token<'t>>,
    pub(crate) properties: Option<Token<'t>>,
    pub(crate) timestamp: Option<Token<'t>>,
    pub(crate) original_timestamp: Option<Token<'t>>,
    pub(crate) own: Option<Token<'t>>,
    pub(crate) all: Option<Token<'t>>,
    pub(crate) traits: Bank<'t>,
    pub(crate) of_context: Bank<'t>,
}

impl<'t> Bank<'t> {
    pub(crate) fn get(&self, slot: Slot) -> Option<Token<'t>> {
        self.slots.get(slot as usize).copied().flatten()
    }

    /// Gives the bank memory to work in.
    pub(crate) fn lend(&mut self, memory: &mut Memory) {
        self.members = recycled(std::mem::take(&mut memory.members));
        self.places = std::mem::take(&mut memory.places);
    }

    /// Gives the memory back.
    pub(crate) fn give_back(&mut self, memory: &mut Memory) {
        memory.members = recycled(std::mem::take(&mut self.members));
        self.places.clear();
        memory.places = std::mem::take(&mut self.places);
    }

    /// Forgets what was read; its key has come again.
    fn clear(&mut self) {
        if self.whole.is_some() {
            self.members.clear();
            self.places.clear();
            *self = Bank {
                members: std::mem::take(&mut self.members),
                places: std::mem::take(&mut self.places),
                ..Bank::default()
            };
        }
    }

    fn read(&mut self, scanner: &mut Scanner<'t>, text: &'t str) -> Result<(), BadJson> {
        self.clear();
        if scanner.peek()? != Kind::Object {
            self.whole = Some(value(scanner)?);
            return Ok(());
        }
        scanner.open()?;
        let mut is_empty = true;
        while let Some(key) = scanner.key()? {
            is_empty = false;
            self.member(scanner, text, key)?;
        }
        let text = if is_empty { "{}" } else { "{ }" };
        self.whole = Some(Token { kind: Kind::Object, text, is_clean: true });
        Ok(())
    }

    fn member(&mut self, scanner: &mut Scanner<'t>, text: &'t str, key: Key) -> Result<(), BadJson> {
        let name = characters(key, text);
        let slot = slot_of(&name);
        let value = if slot == Slot::Company && scanner.peek()? == Kind::Object {
            self.company(scanner)?
        } else {
            value(scanner)?
        };
        if let Some(place) = self.slots.get_mut(slot as usize) {
            *place = Some(value);
        }
        let is_scalar = !matches!(value.kind, Kind::List | Kind::Object);
        let fingerprint = if key.is_escaped { Fingerprint::of(&name) } else { key.fingerprint };
        self.supersede(&name, fingerprint, is_scalar);
        if is_scalar {
            let written = text.get(key.start as usize..scanner.position()).unwrap_or_default();
            let (key, is_escaped) = (key.text(text), key.is_escaped);
            self.members.push(Member {
                key,
                is_escaped,
                slot,
                text: written,
                value: value.text,
                fingerprint,
            });
        }
        Ok(())
    }

    fn company(&mut self, scanner: &mut Scanner<'t>) -> Result<Token<'t>, BadJson> {
        (self.company_id, self.removes) = (None, None);
        scanner.open()?;
        while let Some(key) = scanner.key()? {
            let value = value(scanner)?;
            match &*characters(key, scanner.scanned()) {
                "id" => self.company_id = Some(value),
                "remove" => self.removes = Some(value),
                _ => {}
            }
        }
        Ok(Token { kind: Kind::Object, text: "{ }", is_clean: true })
    }

    /// Strikes out an earlier member with this key, and makes the next member the one with this key if it `comes`.
    fn supersede(&mut self, name: &str, fingerprint: Fingerprint, comes: bool) {
        if (self.members.len() + 1) * 2 > self.places.len() {
            self.grow();
        }
        let Some(place) = self.place(name, fingerprint) else { return };
        if let Some(earlier) = self.places.get(place).and_then(|at| self.members.get_mut(position(*at)?)) {
            earlier.text = "";
        }
        if comes && let Some(place) = self.places.get_mut(place) {
            *place = u32::try_from(self.members.len() + 1).unwrap_or(0);
        }
    }

    fn grow(&mut self) {
        let size = (self.places.len() * 2).max(64);
        self.places.clear();
        self.places.resize(size, 0);
        for index in 0..self.members.len() {
            let member = self.members[index];
            if !member.text.is_empty()
                && let Some(place) = self.place(&member_name(&member), member.fingerprint)
            {
                self.places[place] = u32::try_from(index + 1).unwrap_or(0);
            }
        }
    }

    /// The place of a key: that of the member with this key, or a free one.
    fn place(&self, name: &str, fingerprint: Fingerprint) -> Option<usize> {
        let mask = self.places.len().checked_sub(1)?;
        #[expect(clippy::cast_possible_truncation, reason = "the low bits are wanted")]
        let mut place = fingerprint.hash() as usize & mask;
        while let Some(index) = position(*self.places.get(place)?) {
            let member = self.members.get(index)?;
            if member.fingerprint == fingerprint && (fingerprint.is_exact() || member_name(member) == name) {
                return Some(place);
            }
            place = (place + 1) & mask;
        }
        Some(place)
    }

    /// The member with a key, unless a later value of the key is no scalar.
    pub(crate) fn find(&self, name: &str) -> Option<&Member<'t>> {
        let place = self.place(name, Fingerprint::of(name))?;
        let member = self.members.get(position(*self.places.get(place)?)?)?;
        (!member.text.is_empty()).then_some(member)
    }
}

impl<'t> Parts<'t> {
    pub(crate) fn read(&mut self, text: &'t str) -> Result<(), BadJson> {
        let mut scanner = Scanner::new(text);
        let root = scanner.peek()?;
        self.root = Some(root);
        if root != Kind::Object {
            self.kind = Some(value(&mut scanner)?);
            return scanner.end();
        }
        scanner.open()?;
        while let Some(key) = scanner.key()? {
            let part = match &*characters(key, scanner.scanned()) {
                "traits" => {
                    self.traits.read(&mut scanner, text)?;
                    continue;
                }
                "context" => {
                    self.context(&mut scanner, text)?;
                    continue;
                }
                "integrations" => {
                    self.integrations(&mut scanner)?;
                    continue;
                }
                "type" => &mut self.kind,
                "userId" => &mut self.user_id,
                "groupId" => &mut self.group_id,
                "event" => &mut self.action,
                "properties" => &mut self.properties,
                "timestamp" => &mut self.timestamp,
                "originalTimestamp" => &mut self.original_timestamp,
                _ => {
                    scanner.skip()?;
                    continue;
                }
            };
            *part = Some(value(&mut scanner)?);
        }
        scanner.end()
    }

    fn context(&mut self, scanner: &mut Scanner<'t>, text: &'t str) -> Result<(), BadJson> {
        self.of_context.clear();
        if scanner.peek()? != Kind::Object {
            return scanner.skip();
        }
        scanner.open()?;
        while let Some(key) = scanner.key()? {
            if characters(key, scanner.scanned()) == "traits" {
                self.of_context.read(scanner, text)?;
            } else {
                scanner.skip()?;
            }
        }
        Ok(())
    }

    fn integrations(&mut self, scanner: &mut Scanner<'t>) -> Result<(), BadJson> {
        (self.own, self.all) = (None, None);
        if scanner.peek()? != Kind::Object {
            return scanner.skip();
        }
        scanner.open()?;
        while let Some(key) = scanner.key()? {
            let value = value(scanner)?;
            let name = characters(key, scanner.scanned());
            if name.eq_ignore_ascii_case("ZENDESK") {
                self.own.get_or_insert(value);
            } else if name.eq_ignore_ascii_case("All") {
                self.all.get_or_insert(value);
            }
        }
        Ok(())
    }
}

#[inline]
pub(crate) fn value<'t>(scanner: &mut Scanner<'t>) -> Result<Token<'t>, BadJson> {
    let token = scanner.value()?;
    Ok(Token { kind: token.kind, text: token.text(scanner.scanned()), is_clean: token.is_clean })
}

fn position(place: u32) -> Option<usize> {
    usize::try_from(place.checked_sub(1)?).ok()
}

fn characters(key: Key, text: &str) -> Cow<'_, str> {
    meant(key.text(text), key.is_escaped)
}

fn member_name<'t>(member: &Member<'t>) -> Cow<'t, str> {
    meant(member.key, member.is_escaped)
}

/// What stands between quotes, with its escapes undone.
pub(crate) fn meant(written: &str, is_escaped: bool) -> Cow<'_, str> {
    if !is_escaped {
        return Cow::Borrowed(written);
    }
    let mut text = String::with_capacity(written.len());
    // A string takes all that is written to it.
    let _ = unescape(written, &mut text);
    Cow::Owned(text)
}

fn slot_of(key: &str) -> Slot {
    // By length first, which most keys do not get past.
    match (key.len(), key) {
        (2, "id") => Slot::Id,
        (3, "url") => Slot::Url,
        (4, "name") => Slot::Name,
        (4, "tags") => Slot::Tags,
        (5, "email") => Slot::Email,
        (5, "phone") => Slot::Phone,
        (6, "userId") => Slot::UserId,
        (7, "company") => Slot::Company,
        (7, "groupId") => Slot::GroupId,
        (7, "deleted") => Slot::Deleted,
        (8, "timezone") => Slot::Timezone,
        (11, "domainNames") => Slot::DomainNames,
        (14, "organizationId") => Slot::OrganizationId,
        _ => Slot::Other,
    }
}
