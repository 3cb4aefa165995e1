//! Requests that are made together, the jobs that they become, and how often requests may be made.
#![cfg_attr(not(feature = "http"), expect(dead_code, reason = "only a deliverer makes requests together"))]

use std::time::Duration;

#[cfg(feature = "http")]
use super::{CallPlan, Plan, StepKind};
use super::{Cond, RowPlan};
use crate::model::Method;

/// How requests that wait at the same time are made together.
#[derive(Debug)]
pub(crate) struct BulkPlan {
    pub(crate) key: RowPlan,
    pub(crate) max: usize,
    pub(crate) linger: Duration,
    pub(crate) collapses: bool,
    /// Key of the body that has the item; of the reply to a single write, the key that has what a row has.
    pub(crate) under: Option<String>,
    pub(crate) forms: Vec<FormPlan>,
    /// Tells ways of making requests together from each other: requests with one are made together.
    pub(crate) line: String,
}

/// A way to make requests together. Places in replies are JSON pointers (RFC 6901).
#[derive(Debug)]
pub(crate) struct FormPlan {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// Key of the body that lists the items; a read has none.
    pub(crate) list: Option<String>,
    /// Query parameter with the keys; a write has none.
    pub(crate) ids: Option<String>,
    pub(crate) rows: Option<String>,
    pub(crate) by: Vec<String>,
    pub(crate) index: Option<String>,
    pub(crate) good: Option<Cond>,
    pub(crate) refused: Vec<(u16, Duration)>,
    pub(crate) find: Option<FindPlan>,
}

/// A read that tells which items are there already.
#[derive(Debug)]
pub(crate) struct FindPlan {
    pub(crate) path: String,
    pub(crate) ids: String,
    pub(crate) rows: String,
    pub(crate) by: String,
    pub(crate) add: Vec<String>,
}

/// How often requests may be made.
#[derive(Debug)]
pub(crate) struct LimitPlan {
    pub(crate) rate: RowPlan,
    pub(crate) per: Duration,
}

/// A limit that a request counts against.
#[derive(Clone, Debug)]
pub(crate) struct LimitedBy {
    /// Its number among those of the service.
    pub(crate) limit: usize,
    /// Whose request it is, where each counts alone.
    pub(crate) key: Option<RowPlan>,
}

/// How a reply that is a job is followed to its end.
#[derive(Debug)]
pub(crate) struct JobPlan {
    pub(crate) id: String,
    pub(crate) path: String,
    pub(crate) ids: String,
    pub(crate) list: String,
    pub(crate) by: String,
    pub(crate) ended: Cond,
    pub(crate) rows: String,
    pub(crate) every: Duration,
    pub(crate) within: Duration,
    pub(crate) most: usize,
}

#[cfg(feature = "http")]
impl Plan {
    /// Whether some of its requests are made together.
    pub(crate) fn has_bulk(&self) -> bool {
        let steps = self.flows.iter().flat_map(|flow| &flow.steps);
        steps.into_iter().any(|step| match &step.kind {
            StepKind::Call { call: CallPlan::Request(request), .. } => request.bulk.is_some(),
            StepKind::Call { call: CallPlan::Ensure { find, create }, .. } => {
                create.bulk.is_some() || find.iter().any(|find| find.bulk.is_some())
            }
            StepKind::Stop | StepKind::Skip(_) | StepKind::Reject { .. } => false,
        })
    }
}
