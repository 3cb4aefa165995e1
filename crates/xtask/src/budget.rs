//! `benches/budget.toml`: what the evaluator may cost.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;

use super::{Done, root};

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Budget {
    /// Instructions of an event, by contestant and corpus.
    pub(crate) instructions: BTreeMap<String, u64>,
    /// Gates on counts.
    #[serde(default)]
    pub(crate) count: Vec<Gate>,
    /// What is timed for the table only.
    #[serde(default)]
    pub(crate) shown: Vec<String>,
    /// Gates on times.
    #[serde(default)]
    pub(crate) time: Vec<Gate>,
}

/// A bound of a number, or of the ratio of two.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Gate {
    /// Which gate of the goals it is: `G1`.
    pub(crate) name: String,
    /// Contestant and corpus.
    pub(crate) of: String,
    /// What it is compared with; alone, the number itself is bounded.
    pub(crate) to: Option<String>,
    /// Unit of a number that is compared with nothing: nanoseconds of each `event` (or whatever is counted) or `byte`.
    #[serde(default)]
    pub(crate) per: Per,
    /// The fastest passes are compared, not the rounds: for what collects garbage and compiles while it runs.
    #[serde(default)]
    pub(crate) fastest: bool,
    /// Upper bound.
    pub(crate) most: Option<f64>,
    /// Lower bound.
    pub(crate) least: Option<f64>,
    /// What was last reached of a goal that is missed: no number may be worse.
    pub(crate) reached: Option<f64>,
}

/// What a number means for a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The goal is reached.
    Holds,
    /// The goal is missed, and no more than it was.
    Missed,
    /// The goal is missed, and nobody has said so, or by more than was said.
    Fails,
}

/// A missed goal may be missed by so much more, in per cent: what changes between builds.
const SLACK: f64 = 3.0;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Per {
    #[default]
    Event,
    Byte,
}

impl Gate {
    /// Whether a number is within the bounds, or at least no worse than the last one.
    pub(crate) fn verdict(&self, number: f64) -> Verdict {
        let within = |slack: f64, most: Option<f64>, least: Option<f64>| {
            most.is_none_or(|most| number <= most * (1.0 + slack / 100.0))
                && least.is_none_or(|least| number >= least * (1.0 - slack / 100.0))
        };
        let reached = |bound: Option<f64>| bound.and(self.reached);
        if within(0.0, self.most, self.least) {
            Verdict::Holds
        } else if self.reached.is_some() && within(SLACK, reached(self.most), reached(self.least)) {
            Verdict::Missed
        } else {
            Verdict::Fails
        }
    }

    /// `≤ 0.19`, `≥ 10`.
    pub(crate) fn bound(&self) -> String {
        let most = self.most.map(|most| format!("≤ {most}"));
        let least = self.least.map(|least| format!("≥ {least}"));
        most.into_iter().chain(least).collect::<Vec<_>>().join(", ")
    }

    /// `plan-bytes mixed / floor mixed`.
    pub(crate) fn subject(&self) -> String {
        self.to.as_ref().map_or_else(|| self.of.clone(), |to| format!("{} / {to}", self.of))
    }

    /// What it needs, as contestant and corpus.
    pub(crate) fn needs(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.of.as_str()).chain(self.to.as_deref())
    }
}

pub(crate) fn path() -> PathBuf {
    root().join("benches/budget.toml")
}

pub(crate) fn read() -> Done<Budget> {
    Ok(toml::from_str(&fs::read_to_string(path())?)?)
}

/// Puts new counts in the place of the old ones; everything else in the file stays.
pub(crate) fn update(counts: &BTreeMap<String, u64>) -> Done {
    fs::write(path(), updated(&fs::read_to_string(path())?, counts))?;
    Ok(())
}

fn updated(text: &str, counts: &BTreeMap<String, u64>) -> String {
    let line = |line: &str| {
        let key = line.split_once(" = ").map(|(key, _)| key.trim_matches('"'));
        match key.and_then(|key| counts.get_key_value(key)) {
            Some((key, count)) => format!("\"{key}\" = {count}\n"),
            None => format!("{line}\n"),
        }
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_can_be_read() {
        let budget = read().unwrap();
        let counted: Vec<&str> = budget.count.iter().flat_map(Gate::needs).collect();
        assert!(counted.iter().all(|row| budget.instructions.contains_key(*row)), "{counted:?}");
        let bounded = |gate: &Gate| gate.most.is_some() || gate.least.is_some();
        assert!(budget.count.iter().chain(&budget.time).all(bounded));
    }

    #[test]
    fn only_numbers_change() {
        let text = "# why\n[instructions]\n\"a b\" = 1\n\"c d\" = 2\n";
        let counts = BTreeMap::from([("c d".to_owned(), 5)]);
        assert_eq!(updated(text, &counts), "# why\n[instructions]\n\"a b\" = 1\n\"c d\" = 5\n");
    }

    fn gate(most: Option<f64>, least: Option<f64>, reached: Option<f64>) -> Gate {
        Gate {
            name: "G".into(),
            of: "a b".into(),
            to: None,
            per: Per::Event,
            fastest: false,
            most,
            least,
            reached,
        }
    }

    #[test]
    fn bounds() {
        assert_eq!(gate(Some(1.5), None, None).verdict(1.5), Verdict::Holds);
        assert_eq!(gate(Some(1.5), None, None).verdict(1.6), Verdict::Fails);
        assert_eq!(gate(None, Some(10.0), None).verdict(10.0), Verdict::Holds);
        assert_eq!(gate(None, Some(10.0), None).verdict(9.9), Verdict::Fails);
    }

    #[test]
    fn a_missed_goal_is_missed_by_no_more_than_before() {
        let most = |number| gate(Some(1.5), None, Some(2.0)).verdict(number);
        assert_eq!(
            [1.5, 1.6, 2.05, 2.1].map(most),
            [Verdict::Holds, Verdict::Missed, Verdict::Missed, Verdict::Fails]
        );
        let least = |number| gate(None, Some(10.0), Some(8.0)).verdict(number);
        assert_eq!(
            [10.0, 8.1, 7.8, 7.7].map(least),
            [Verdict::Holds, Verdict::Missed, Verdict::Missed, Verdict::Fails]
        );
    }
}
