//! What the plans of all events come to, in numbers.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::change::Change;
use super::event::{Ending, EventPlan};
use crate::run::Verdict;

/// Numbers of writes by what they do, and of events by what becomes of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Writes, in the order of [`Change::ALL`].
    changes: [u64; Change::ALL.len()],
    /// Events.
    pub events: u64,
    /// Events that would be skipped.
    pub skipped: u64,
    /// Events that would be rejected.
    pub rejected: u64,
    /// Events that could not be planned, since the destination did not answer a read.
    pub failed: u64,
    /// Events whose plan does not reach their end.
    pub open: u64,
}

impl Tally {
    /// Counts one more event.
    pub fn count(&mut self, plan: &EventPlan) {
        self.events += 1;
        match &plan.ending {
            Ending::Known(Verdict::Delivered) => {}
            Ending::Known(Verdict::Skipped { .. }) => self.skipped += 1,
            Ending::Known(Verdict::Rejected { .. }) => self.rejected += 1,
            Ending::Known(Verdict::Failed { .. }) => self.failed += 1,
            Ending::Open(_) => self.open += 1,
        }
        for write in &plan.writes {
            let at = Change::ALL.iter().position(|change| *change == write.change);
            if let Some(count) = at.and_then(|at| self.changes.get_mut(at)) {
                *count += 1;
            }
        }
    }

    /// Writes that do this.
    #[must_use]
    pub fn of(&self, change: Change) -> u64 {
        let at = Change::ALL.iter().position(|other| *other == change);
        at.and_then(|at| self.changes.get(at)).copied().unwrap_or_default()
    }

    /// The numbers as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let Tally { events, skipped, rejected, failed, open, .. } = self;
        let changes: Map<String, Value> =
            Change::ALL.iter().map(|change| (change.name().to_owned(), self.of(*change).into())).collect();
        json!({"events": events, "writes": changes, "skipped": skipped, "rejected": rejected, "failed": failed,
               "open": open})
    }

    /// The numbers in a line or two; `reads` were made for the plan.
    #[must_use]
    pub fn describe(&self, reads: u64) -> String {
        let part = |change: Change| {
            let words = match change {
                Change::Unchanged => "unchanged",
                Change::Unknown => "unknown until applied",
                _ => return format!("{} to {}", self.of(change), change.name()),
            };
            format!("{} {words}", self.of(change))
        };
        let parts: Vec<String> = Change::ALL.into_iter().map(part).collect();
        let mut told = format!("Plan: {}; {reads} reads done", parts.join(", "));
        let ends = [
            (self.rejected, "rejected"),
            (self.failed, "failed"),
            (self.skipped, "skipped"),
            (self.open, "not planned to the end"),
        ];
        let ends: Vec<String> = ends
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        if !ends.is_empty() {
            let _ = write!(told, "\nEvents: {} of {}", ends.join(", "), self.events);
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_numbers() {
        let ending = Ending::Known(Verdict::Rejected { why: "no name".into() });
        let mut tally = Tally::default();
        tally.count(&EventPlan { ending, notes: Vec::new(), reads: Vec::new(), writes: Vec::new() });
        assert_eq!(
            tally.describe(4),
            "Plan: 0 to create, 0 to update, 0 to link, 0 to remove, 0 unchanged, 0 unknown until applied; 4 reads done\n\
             Events: 1 rejected of 1"
        );
        assert_eq!(tally.to_json()["writes"]["unknown"], 0);
    }
}
