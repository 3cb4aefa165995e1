//! Plans of what a case file has: its replies or its sandbox answer the reads, and nothing is written.

use std::sync::Arc;

use serde_json::Value;

use super::file::Reply;
use super::scripted::{answer, made};
use super::{CaseError, CaseFile};
use crate::plan::{EventPlan, Planner, Step};
use crate::run::{Limits, Session};

/// The plans of a case.
#[derive(Debug)]
pub struct Planned {
    /// Events with their plans, in order.
    pub events: Vec<(Arc<Value>, EventPlan)>,
    /// Reads that were made.
    pub reads: u64,
}

/// Plans the events of a case whose replies stand in the file. A read takes the first reply to it that is left; replies
/// to writes are passed over, and so are those to reads that a plan does not make.
pub(super) fn scripted(session: &Arc<Session>, case: &CaseFile) -> Result<Planned, CaseError> {
    let mut planner = Planner::new(session.clone(), &Limits::default());
    let mut replies: Vec<&Reply> = case.replies.iter().collect();
    let mut planned = Planned { events: Vec::new(), reads: 0 };
    for (number, event) in (1_u64..).zip(&case.events) {
        let event = Arc::new(event.clone());
        let mut step = planner.begin(&event, &format!("event {number}"));
        let plan = loop {
            match step {
                Step::Done(plan) => break plan,
                Step::Need(request, walk) => {
                    let made = made(&request);
                    let place = replies.iter().position(|reply| reply.request == made.request);
                    let reply = place.map(|place| replies.remove(place));
                    // A case has the replies of a delivery.
                    step = if reply.is_none() && walk.is_preview() {
                        planner.pass_over(walk)
                    } else {
                        planned.reads = planned.reads.saturating_add(1);
                        planner.resume(walk, answer(&made, reply).map_err(CaseError)?)
                    };
                }
            }
        };
        planned.events.push((event, plan));
    }
    Ok(planned)
}
