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
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Per {
    #[default]
    Event,
    Byte,
}

impl Gate {
    /// Whether a number is within the bounds.
    pub(crate) fn holds(&self, number: f64) -> bool {
        self.most.is_none_or(|most| number <= most) && self.least.is_none_or(|least| number >= least)
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

    #[test]
    fn bounds() {
        let gate = |most, least| Gate {
            name: "G".into(),
            of: "a b".into(),
            to: None,
            per: Per::Event,
            fastest: false,
            most,
            least,
        };
        assert!(gate(Some(1.5), None).holds(1.5) && !gate(Some(1.5), None).holds(1.6));
        assert!(gate(None, Some(10.0)).holds(10.0) && !gate(None, Some(10.0)).holds(9.9));
    }
}
