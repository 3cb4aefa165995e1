//! What is to be said about points that no case has used, each thing once.

use std::collections::BTreeSet;

use super::{Covered, FileCoverage};
use crate::diag::Span;
use crate::lint::{Point, PointKind};
use crate::model::Used;

/// Something that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// Its line, from 1.
    pub line: usize,
    /// Its column, from 1.
    pub column: usize,
    /// What is missing, in a sentence: `row user.name never had a value`.
    pub text: String,
}

impl FileCoverage {
    /// What cases could use and none does. What follows from another lack is not said: the parts of a step that was
    /// never carried out, the candidates of a row that never had a value, how a condition came out that nobody looked
    /// at.
    #[must_use]
    pub fn lacks(&self) -> Vec<Lack> {
        let missed: BTreeSet<(Span, Used)> =
            self.missed().map(|covered| (covered.point.place, covered.point.used)).collect();
        let are_missed = |at: Span, one, other| missed.contains(&(at, one)) && missed.contains(&(at, other));
        let is_unseen = |at: Span| are_missed(at, Used::Held, Used::Failed);
        let unseen: Vec<Span> = self
            .missed()
            .filter(|covered| covered.point.kind == PointKind::Condition)
            .map(|covered| covered.point.place)
            .filter(|place| is_unseen(*place))
            .collect();
        let follows = |covered: &&Covered| {
            let Point { kind, place, used, within, .. } = covered.point;
            within.is_some_and(|within| missed.contains(&within))
                || match kind {
                    PointKind::Candidate | PointKind::Replacement => missed.contains(&(place, Used::Made)),
                    PointKind::Exception => used == Used::Cut && missed.contains(&(place, Used::Made)),
                    PointKind::Test if unseen.iter().any(|outer| holds(*outer, place)) => true,
                    PointKind::Test | PointKind::Condition => used == Used::Failed && is_unseen(place),
                    PointKind::Step => used == Used::LeftOut && missed.contains(&(place, Used::Ran)),
                    _ => false,
                }
        };
        let told = |covered: &Covered| {
            let Covered { point, line, column, .. } = covered;
            let lack = match point.kind {
                PointKind::Step if are_missed(point.place, Used::Ran, Used::LeftOut) => "was never come to",
                PointKind::Test | PointKind::Condition if is_unseen(point.place) => "was never looked at",
                _ => point.lack(),
            };
            Lack { line: *line, column: *column, text: format!("{} {lack}", point.what) }
        };
        self.missed().filter(|covered| !follows(covered)).map(told).collect()
    }

    /// What no event can come to, and why; of a request that is never asked not its parts.
    #[must_use]
    pub fn out_of_reach(&self) -> Vec<Lack> {
        let idle = || self.points.iter().filter_map(|covered| Some((covered, covered.idle()?)));
        let requests: Vec<(Span, &str)> = idle()
            .filter(|(covered, _)| covered.point.kind == PointKind::Request)
            .map(|(covered, why)| (covered.point.place, why))
            .collect();
        let is_part = |place: Span, reason: &str| {
            requests
                .iter()
                .any(|(request, why)| *why == reason && *request != place && holds(*request, place))
        };
        let told = |(covered, why): (&Covered, &str)| Lack {
            line: covered.line,
            column: covered.column,
            text: format!("{} {}: {why}", covered.point.what, covered.point.lack()),
        };
        idle().filter(|(covered, why)| !is_part(covered.point.place, why)).map(told).collect()
    }
}

/// Whether a part of the text holds another.
fn holds(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
