//! Events as messy as those of real sources.
//!
//! Half identify, two fifths track, a tenth group. Traits are in the event or in its context, some people have no
//! name or no e-mail address, and some values are null, lists or objects.

use crate::json::{Json, object, text};
use crate::random::Random;
use crate::words::{ACTIONS, AGENTS, CHANNELS, INDUSTRIES, Kind, TRAITS, WORDS, ZONES};

/// Which events are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// The order of keys differs in every event, which is harder than real traffic.
    Shuffled,
    /// Every source writes its keys in one order, as SDKs do.
    Stable,
    /// As `Stable`, and all texts have `\uXXXX` for what is not ASCII.
    StableAscii,
    /// Identify events with this many traits beside the person's own.
    Traits(u64),
    /// Identify events with 20 traits out of this many, for a mapping with so many rows.
    Rows(u64),
}

/// `count` events, one JSON text each. The same seed, count and variant give the same text.
pub fn events(seed: u64, count: usize, variant: Variant) -> impl Iterator<Item = String> {
    let mut random = Random::new(seed);
    (0..count).map(move |_| {
        let mut event = Maker { random: &mut random, variant }.event();
        let ascii = random.chance(12) || variant == Variant::StableAscii;
        if !matches!(variant, Variant::Stable | Variant::StableAscii) {
            event.shuffle(&mut random);
        }
        event.print(ascii)
    })
}

struct Maker<'r> {
    random: &'r mut Random,
    variant: Variant,
}

impl Maker<'_> {
    fn event(&mut self) -> Json {
        if matches!(self.variant, Variant::Traits(_) | Variant::Rows(_)) {
            return self.identify();
        }
        match self.random.below(100) {
            0..50 => self.identify(),
            50..90 => self.track(),
            _ => self.group(),
        }
    }

    fn identify(&mut self) -> Json {
        let user = self.random.below(1_000_000);
        let mut event = self.frame("identify", user);
        let mut traits = self.person(user);
        self.add_traits(&mut traits);
        let fixed = matches!(self.variant, Variant::Traits(_) | Variant::Rows(_));
        if self.random.chance(50) || fixed {
            event.push("traits", traits);
            event.push("context", self.context(None));
        } else {
            event.push("context", self.context(Some(traits)));
        }
        event
    }

    fn track(&mut self) -> Json {
        let user = self.random.below(1_000_000);
        let mut event = self.frame("track", user);
        event.push("event", text(self.random.pick(&ACTIONS)));
        let mut properties = Json::Object(Vec::new());
        let n_properties = 2_usize.saturating_add(self.random.index(12));
        for (key, kind) in self.random.choose(TRAITS.iter(), n_properties) {
            properties.push(key, self.random.value(*kind));
        }
        if self.random.chance(40) {
            properties.push("products", self.products());
        }
        event.push("properties", properties);
        let person = self.person(user);
        event.push("context", self.context(Some(person)));
        event
    }

    fn group(&mut self) -> Json {
        let user = self.random.below(1_000_000);
        let group = self.random.below(20_000);
        let mut event = self.frame("group", user);
        if self.random.chance(95) {
            event.push("groupId", text(format!("org-{group}")));
        }
        let mut traits = object([
            ("name", text(format!("{} {group}", self.random.pick(&WORDS)))),
            ("industry", text(self.random.pick(&INDUSTRIES))),
            ("employees", Json::from(self.random.below(9_000))),
            ("domainNames", Json::List(vec![text(format!("org{group}.example.com"))])),
        ]);
        if self.random.chance(50) {
            traits.push("tags", self.random.value(Kind::Tags));
            traits.push("url", text(format!("https://org{group}.example.com/")));
        }
        self.add_traits(&mut traits);
        event.push("traits", traits);
        let person = self.person(user);
        event.push("context", self.context(Some(person)));
        event
    }

    /// What every event has.
    fn frame(&mut self, kind: &str, user: u64) -> Json {
        let moment = self.random.moment();
        let mut frame = object([
            ("type", text(kind)),
            ("messageId", text(self.random.uuid())),
            ("anonymousId", text(self.random.uuid())),
            ("channel", text(self.random.pick(&CHANNELS))),
            ("originalTimestamp", text(moment.clone())),
            ("sentAt", text(moment)),
            ("timestamp", text(self.random.moment())),
            ("integrations", object([("All", Json::Bool(true))])),
        ]);
        if self.random.chance(96) {
            frame.push("userId", text(format!("user-{user}")));
        }
        frame
    }

    /// Where the event comes from, with or without traits.
    fn context(&mut self, traits: Option<Json>) -> Json {
        let version = format!("{}.{}.{}", self.random.below(4), self.random.below(20), self.random.below(10));
        let mut context = object([
            (
                "app",
                object([
                    ("name", text("Shop")),
                    ("version", text(version)),
                    ("build", Json::from(self.random.below(900))),
                ]),
            ),
            ("library", object([("name", text("sdk-js")), ("version", text("2.48.0"))])),
            ("locale", text(self.random.pick(&["de-DE", "en-GB", "es-ES", "fr-FR", "ja-JP"]))),
            ("userAgent", text(self.random.pick(&AGENTS))),
            ("ip", text(format!("192.0.2.{}", self.random.below(256)))),
            (
                "screen",
                object([
                    ("width", Json::from(1920)),
                    ("height", Json::from(1080)),
                    ("density", Json::from(2)),
                ]),
            ),
        ]);
        if self.random.chance(60) {
            context.push("page", self.page());
        }
        if self.random.chance(40) {
            context.push("campaign", self.campaign());
        }
        if self.random.chance(50) {
            context.push(
                "os",
                object([("name", text("Android")), ("version", Json::from(self.random.below(16)))]),
            );
            context.push("device", self.device());
        }
        if let Some(traits) = traits {
            context.push("traits", traits);
        }
        context
    }

    fn page(&mut self) -> Json {
        let path = format!("/{}/{}", self.random.pick(&["shop", "help", "account"]), self.random.below(999));
        let url = text(format!("https://www.example.com{path}"));
        let title = text(self.random.sentence());
        object([
            ("path", text(path)),
            ("url", url),
            ("title", title),
            ("referrer", text("https://search.example.org/")),
        ])
    }

    fn campaign(&mut self) -> Json {
        object([
            ("name", text(self.random.sentence())),
            ("source", text(self.random.pick(&WORDS))),
            ("medium", text("e-mail")),
            ("term", Json::Null),
        ])
    }

    fn device(&mut self) -> Json {
        object([
            ("id", text(self.random.uuid())),
            ("manufacturer", text(self.random.pick(&WORDS))),
            ("model", text(format!("M{}", self.random.below(400)))),
            ("type", text("mobile")),
        ])
    }

    /// The traits that a mapping knows by name.
    fn person(&mut self, user: u64) -> Json {
        let mut traits = Json::Object(Vec::new());
        if self.random.chance(96) {
            traits.push("name", text(self.random.full_name()));
        }
        if self.random.chance(92) {
            traits.push("email", text(format!("user.{user}@mail.example.com")));
        }
        if self.random.chance(50) {
            traits.push("phone", text(format!("+49 30 {:08}", self.random.below(100_000_000))));
        }
        if self.random.chance(40) {
            traits.push("timezone", text(self.random.pick(&ZONES)));
        }
        if self.random.chance(30) {
            traits.push("id", text(format!("user-{user}")));
        }
        if self.random.chance(30) {
            let name = text(self.random.pick(&WORDS));
            let number = self.random.below(9_000);
            let industry = text(self.random.pick(&INDUSTRIES));
            traits.push(
                "company",
                object([("id", Json::from(number)), ("name", name), ("industry", industry)]),
            );
        }
        if self.random.chance(30) {
            traits.push("address", self.random.address());
        }
        if self.random.chance(10) {
            traits.push("organizationId", Json::from(self.random.below(9_000)));
        }
        traits
    }

    /// Traits that only a `rest` sends.
    fn add_traits(&mut self, traits: &mut Json) {
        match self.variant {
            Variant::Shuffled | Variant::Stable | Variant::StableAscii => {
                let count = 1_usize.saturating_add(self.random.index(25));
                for (key, kind) in self.random.choose(TRAITS.iter(), count) {
                    let value = if self.random.chance(5) { Json::Null } else { self.random.value(*kind) };
                    traits.push(key, value);
                }
            }
            Variant::Traits(count) => (0..count).for_each(|index| self.add_numbered(traits, "custom", index)),
            Variant::Rows(count) => {
                let keys = u32::try_from(count.max(20)).unwrap_or(u32::MAX);
                for index in self.random.choose(0..usize::try_from(keys).unwrap_or(0), 20) {
                    self.add_numbered(traits, "attribute", u64::try_from(index).unwrap_or(0));
                }
            }
        }
    }

    fn add_numbered(&mut self, traits: &mut Json, name: &str, index: u64) {
        let kinds = [Kind::Word, Kind::Integer, Kind::Flag, Kind::Decimal, Kind::Day];
        let kind = kinds.get(usize::try_from(index % 5).unwrap_or(0)).copied().unwrap_or(Kind::Word);
        traits.push(&format!("{name}_{index}"), self.random.value(kind));
    }

    fn products(&mut self) -> Json {
        let n_products = 1_usize.saturating_add(self.random.index(3));
        let product = |random: &mut Random| {
            let number = random.below(10_000);
            object([
                ("sku", text(format!("SKU-{number}"))),
                ("name", text(random.pick(&WORDS))),
                ("price", random.value(Kind::Decimal)),
                ("quantity", Json::from(random.below(5).saturating_add(1))),
            ])
        };
        Json::List((0..n_products).map(|_| product(self.random)).collect())
    }
}
