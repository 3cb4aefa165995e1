//! Values: traits, moments, people.

use crate::json::{Json, object, text};
use crate::random::Random;
use crate::words::{FIRST, Kind, LAST, WORDS};

impl Random {
    /// A value of a kind.
    pub(crate) fn value(&mut self, kind: Kind) -> Json {
        match kind {
            Kind::Word => text(self.pick(&WORDS)),
            Kind::Sentence => text(self.sentence()),
            Kind::Integer => Json::from(self.below(5_000)),
            Kind::Decimal => Json::Number(format!("{}.{}5", self.below(900), self.below(10))),
            Kind::Flag => Json::Bool(self.chance(50)),
            Kind::Day => text(self.day(1970)),
            Kind::Moment => text(self.moment()),
            Kind::Tags => {
                let n_tags = self.index(4);
                Json::List((0..n_tags).map(|_| text(self.pick(&WORDS))).collect())
            }
            Kind::Nested => object([
                ("kind", text(self.pick(&WORDS))),
                ("level", Json::from(self.below(9))),
                ("active", Json::Bool(self.chance(50))),
            ]),
        }
    }

    /// Some words.
    pub(crate) fn sentence(&mut self) -> String {
        let n_words = 3_usize.saturating_add(self.index(5));
        (0..n_words).map(|_| self.pick(&WORDS)).collect::<Vec<_>>().join(" ")
    }

    /// A day, `2004-05-06`, in the fifty years from `first` on.
    pub(crate) fn day(&mut self, first: u64) -> String {
        let (year, month, day) = (self.below(50), self.below(12), self.below(28));
        format!(
            "{:04}-{:02}-{:02}",
            first.saturating_add(year),
            month.saturating_add(1),
            day.saturating_add(1)
        )
    }

    /// A moment of the year 2026, `2026-05-06T07:08:09.010Z`.
    pub(crate) fn moment(&mut self) -> String {
        let (month, day) = (self.below(12).saturating_add(1), self.below(28).saturating_add(1));
        let (hour, minute, second, milli) =
            (self.below(24), self.below(60), self.below(60), self.below(1000));
        format!("2026-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    }

    /// A full name.
    pub(crate) fn full_name(&mut self) -> String {
        format!("{} {}", self.pick(&FIRST), self.pick(&LAST))
    }

    /// An identifier as SDKs make them: 8-4-4-4-12 hexadecimal digits.
    pub(crate) fn uuid(&mut self) -> String {
        let (high, low) = (self.bits(), self.bits());
        format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            low >> 52,
            low & 0xffff_ffff_ffff
        )
    }

    /// An address of a house.
    pub(crate) fn address(&mut self) -> Json {
        object([
            ("street", text(format!("{} {}", self.pick(&LAST), self.below(200)))),
            ("city", text(self.pick(&crate::words::ZONES))),
            ("postalCode", text(format!("{:05}", self.below(100_000)))),
            ("country", text(self.pick(&["DE", "ES", "FR", "GB", "JP", "AT"]))),
        ])
    }
}
