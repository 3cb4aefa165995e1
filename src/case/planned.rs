//! Plans of what a case file has: its replies or its sandbox answer the reads, and nothing is written.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::file::Reply;
use super::scripted::{answer, made};
use super::{Case, CaseError, CaseFile, session_of};
use crate::compile;
use crate::diag::{self, Diagnostics};
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

/// Plans the events of the case in a file. `mapping` is used by cases that bring none.
///
/// # Errors
/// [`CaseError`] when the file cannot be read or is not a case, its mapping has errors, a read has no reply, or the
/// sandbox cannot be started.
pub fn plan(path: &Path, mapping: Option<&Path>) -> Result<Planned, CaseError> {
    let case = Case::read(path)?;
    let mapping = case.mapping(mapping)?;
    let mut found = Diagnostics::new();
    let plan = compile::load(&mapping.text, &mut found);
    let plan =
        plan.ok_or_else(|| CaseError(diag::render::human(&found.into_vec(), &mapping.name, &mapping.text)))?;
    let session = session_of(&case.file, Arc::new(plan))?;
    let Some(state) = &case.file.sandbox else { return scripted(&session, &case.file) };
    #[cfg(all(feature = "http", feature = "sandbox"))]
    return super::sandboxed::plan(&session, &case.file.events, state, &case.file.faults);
    #[cfg(not(all(feature = "http", feature = "sandbox")))]
    {
        let _ = state;
        Err(CaseError("this build has no sandbox".into()))
    }
}

/// Plans the events of a case whose replies stand in the file. A read takes the first reply to it that is left; replies
/// to writes are passed over, and so are those to reads that a plan does not make.
fn scripted(session: &Arc<Session>, case: &CaseFile) -> Result<Planned, CaseError> {
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
