//! What events are made of: names, words, trait keys and what their values look like.

/// What the values of a trait look like; the same for a key in every event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Word,
    Sentence,
    Integer,
    /// Never a whole number, so that its type stays.
    Decimal,
    Flag,
    Day,
    Moment,
    /// A list, which is no attribute.
    Tags,
    /// An object, which is no attribute.
    Nested,
}

/// Trait keys beside those that the mapping knows by name.
pub(crate) const TRAITS: [(&str, Kind); 34] = [
    ("title", Kind::Word),
    ("department", Kind::Word),
    ("plan", Kind::Word),
    ("favourite colour", Kind::Word),
    ("Größe", Kind::Word),
    ("language", Kind::Word),
    ("source", Kind::Word),
    ("campaign", Kind::Word),
    ("accountStatus", Kind::Word),
    ("bio", Kind::Sentence),
    ("notes", Kind::Sentence),
    ("last-feedback", Kind::Sentence),
    ("age", Kind::Integer),
    ("logins", Kind::Integer),
    ("orders", Kind::Integer),
    ("loyalty_points", Kind::Integer),
    ("employees", Kind::Integer),
    ("lifetimeValue", Kind::Decimal),
    ("score", Kind::Decimal),
    ("discount", Kind::Decimal),
    ("newsletter", Kind::Flag),
    ("vip", Kind::Flag),
    ("trial", Kind::Flag),
    ("birthday", Kind::Day),
    ("customer_since", Kind::Day),
    ("createdAt", Kind::Moment),
    ("lastSeenAt", Kind::Moment),
    ("interests", Kind::Tags),
    ("devices", Kind::Tags),
    ("segments", Kind::Tags),
    ("preferences", Kind::Nested),
    ("billing", Kind::Nested),
    ("geo", Kind::Nested),
    ("utm", Kind::Nested),
];

/// Keys of traits that may come in an event, beside those that the Zendesk mapping knows by name.
pub fn trait_keys() -> impl Iterator<Item = &'static str> {
    TRAITS.iter().map(|(key, _)| *key)
}

/// Given names.
pub(crate) const FIRST: [&str; 24] = [
    "Ada",
    "Grace",
    "Alan",
    "Edsger",
    "Barbara",
    "Donald",
    "Margaret",
    "Dennis",
    "Zoë",
    "José",
    "Łukasz",
    "Søren",
    "François",
    "Ngọc",
    "Jürgen",
    "Siân",
    "Αλέξανδρος",
    "Иван",
    "Ольга",
    "さくら",
    "明",
    "محمد",
    "שרה",
    "D'Arcy",
];

/// Family names.
pub(crate) const LAST: [&str; 24] = [
    "Lovelace",
    "Hopper",
    "Turing",
    "Dijkstra",
    "Liskov",
    "Knuth",
    "Hamilton",
    "Ritchie",
    "Müller",
    "García",
    "Nowak",
    "Sørensen",
    "Lefèvre",
    "Nguyễn",
    "Groß",
    "O'Neill",
    "Παπαδόπουλος",
    "Иванов",
    "Смирнова",
    "山田",
    "王",
    "حسن",
    "כהן",
    "de la Cruz",
];

/// Words of values; none reads as a date, a number or a truth.
pub(crate) const WORDS: [&str; 32] = [
    "amber",
    "basic",
    "cobalt",
    "delta",
    "enterprise",
    "forest",
    "growth",
    "harbour",
    "indigo",
    "jasper",
    "kiosk",
    "lagoon",
    "mobile",
    "north",
    "organic",
    "partner",
    "quartz",
    "referral",
    "starter",
    "team",
    "ultra",
    "violet",
    "web",
    "xenon",
    "yearly",
    "zebra",
    "café",
    "naïve",
    "straße",
    "東京",
    "привет",
    "🎫",
];

/// Names of what users do.
pub(crate) const ACTIONS: [&str; 16] = [
    "Order Completed",
    "Product Viewed",
    "Cart Updated",
    "Checkout Started",
    "Page Opened",
    "Invoice Paid",
    "Ticket Opened",
    "Trial Started",
    "Plan Changed",
    "File Uploaded",
    "Search Made",
    "Export Ready",
    "Login Failed",
    "Password Changed",
    "Besuch geplant",
    "Größe gewählt",
];

/// Places, by the names that both Rails and people use.
pub(crate) const ZONES: [&str; 6] = ["Berlin", "London", "Madrid", "Paris", "Tokyo", "Vienna"];

/// Lines of business.
pub(crate) const INDUSTRIES: [&str; 6] = ["retail", "software", "banking", "health", "travel", "energy"];

/// Where events come from.
pub(crate) const CHANNELS: [&str; 4] = ["web", "mobile", "server", "cloud"];

/// User agents of browsers.
pub(crate) const AGENTS: [&str; 3] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
];
