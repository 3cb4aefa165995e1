//! Events that the Zendesk mapping and Zendesk take without exception.
//!
//! A user's name, e-mail address and organization are the same in all of their events, an organization's name goes
//! with its identifier, and a trait key has one type. No value is null: an attribute that an account lacks can only
//! be made from a value.

use crate::json::{Json, object, text};
use crate::random::Random;
use crate::words::{ACTIONS, FIRST, INDUSTRIES, Kind, LAST, TRAITS, WORDS, ZONES};

/// Users of one organization.
const USERS_OF_ONE: u64 = 10;

/// `count` events of `users` people, one JSON text each. The same arguments give the same text.
pub fn deliverable_events(seed: u64, users: u64, count: usize) -> impl Iterator<Item = String> {
    let mut random = Random::new(seed);
    (0..count).map(move |_| {
        let user = User { number: random.below(users.max(1)), seed };
        let mut event = match random.below(100) {
            0..50 => user.identify(&mut random),
            50..90 => user.track(&mut random),
            _ => user.group(&mut random),
        };
        event.shuffle(&mut random);
        event.print(random.chance(12))
    })
}

/// One person. What does not change is drawn from a seed of their own.
#[derive(Clone, Copy)]
struct User {
    number: u64,
    seed: u64,
}

impl User {
    fn identify(self, random: &mut Random) -> Json {
        let mut traits = self.person();
        if random.chance(60) {
            traits.push("phone", text(format!("+4930{:08}", self.number)));
            traits.push("timezone", text(random.pick(&ZONES)));
        }
        if random.chance(30) {
            traits.push("address", random.address());
            let industry = text(random.pick(&INDUSTRIES));
            traits.push(
                "company",
                object([("name", text(organization(self.organization()))), ("industry", industry)]),
            );
        }
        let count = random.index(25);
        for (key, kind) in random.choose(attributes().collect::<Vec<_>>().into_iter(), count) {
            traits.push(key, random.value(kind));
        }
        let mut event = self.frame("identify", random);
        if random.chance(50) {
            event.push("traits", traits);
            event.push("context", context(None));
        } else {
            event.push("context", context(Some(traits)));
        }
        event
    }

    fn track(self, random: &mut Random) -> Json {
        let mut event = self.frame("track", random);
        event.push("event", text(random.pick(&ACTIONS)));
        let properties = object([
            ("plan", text(random.pick(&WORDS))),
            ("price", random.value(Kind::Decimal)),
            ("quantity", Json::from(random.below(9))),
            ("gift", Json::Bool(random.chance(20))),
        ]);
        event.push("properties", properties);
        event.push("context", context(Some(self.person())));
        event
    }

    fn group(self, random: &mut Random) -> Json {
        let group = self.organization();
        let mut event = self.frame("group", random);
        event.push("groupId", text(format!("org-{group}")));
        let traits = object([
            ("name", text(organization(group))),
            ("domainNames", Json::List(vec![text(format!("org{group}.example.com"))])),
            ("tags", Json::List(vec![text("customer"), text(random.pick(&INDUSTRIES))])),
            ("industry", text(random.pick(&INDUSTRIES))),
            ("employees", Json::from(random.below(9_000))),
            ("revenue", random.value(Kind::Decimal)),
            ("active", Json::Bool(random.chance(90))),
            ("founded", random.value(Kind::Day)),
        ]);
        event.push("traits", traits);
        event.push("context", context(Some(self.person())));
        event
    }

    fn frame(self, kind: &str, random: &mut Random) -> Json {
        let moment = random.moment();
        object([
            ("type", text(kind)),
            ("messageId", text(random.uuid())),
            ("userId", text(format!("user-{}", self.number))),
            ("originalTimestamp", text(moment.clone())),
            ("timestamp", text(moment)),
            ("integrations", object([("All", Json::Bool(true))])),
        ])
    }

    /// Name, and for most people an e-mail address of their own.
    fn person(self) -> Json {
        let mut own = Random::new(self.seed ^ self.number.wrapping_mul(0x9e37_79b9));
        let mut traits = object([("name", text(format!("{} {}", own.pick(&FIRST), own.pick(&LAST))))]);
        if own.chance(94) {
            traits.push("email", text(format!("user.{}@mail.example.com", self.number)));
        }
        traits
    }

    fn organization(self) -> u64 {
        self.number / USERS_OF_ONE
    }
}

/// The name that goes with an organization's identifier.
fn organization(number: u64) -> String {
    format!("Organization {number}")
}

fn context(traits: Option<Json>) -> Json {
    let mut context = object([
        ("library", object([("name", text("sdk-js")), ("version", text("2.48.0"))])),
        ("locale", text("de-DE")),
    ]);
    if let Some(traits) = traits {
        context.push("traits", traits);
    }
    context
}

/// Traits that become custom fields; a moment is left out, for the account may take days only.
fn attributes() -> impl Iterator<Item = (&'static str, Kind)> {
    let scalar = |kind| !matches!(kind, Kind::Moment | Kind::Tags | Kind::Nested);
    TRAITS.iter().copied().filter(move |(_, kind)| scalar(*kind))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_small_vocabulary_of_attributes() {
        assert_eq!(super::attributes().count(), 25);
    }
}
