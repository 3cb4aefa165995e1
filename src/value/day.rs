//! A day of the calendar, for dates that mappings and the command line name.

use std::fmt;
use std::time::SystemTime;

use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A day, written `2027-04-30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// Reads a day; `None` for anything else than `YYYY-MM-DD`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() == 10 { text.parse().ok().map(Self) } else { None }
    }

    /// The day of a moment, in UTC.
    #[must_use]
    pub fn of(moment: SystemTime) -> Option<Self> {
        let moment = jiff::Timestamp::try_from(moment).ok()?;
        Some(Self(moment.to_zoned(TimeZone::UTC).date()))
    }

    /// How many days it is from `earlier` to this one; negative when this one comes first.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i32 {
        (self.0 - earlier.0).get_days()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn counts_days_over_months_and_years() {
        assert_eq!(day("2027-04-30").days_since(day("2026-11-01")), 180);
        assert_eq!(day("2026-11-01").days_since(day("2027-04-30")), -180);
    }

    #[test]
    fn reads_days_only() {
        for text in ["2027-4-30", "2027-02-30", "2027-04-30T00:00:00", "soon", ""] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
        assert_eq!(day("2027-04-30").to_string(), "2027-04-30");
    }

    #[test]
    fn a_moment_has_a_day() {
        assert_eq!(Day::of(SystemTime::UNIX_EPOCH), Day::parse("1970-01-01"));
    }
}
