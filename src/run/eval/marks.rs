//! Counts what of the mapping an evaluation uses, when somebody wants to know.
//!
//! What is counted are places of the file; nothing here decides anything, and where nobody watches nothing is called.

use std::cell::RefCell;

use super::{Eval, Found, Recorder, Rejection};
use crate::compile::{Cond, CondKind, Op, RowPlan, StepPlan};
use crate::diag::Span;
use crate::json::Datum;
use crate::model::Used;

impl Recorder {
    /// Keeps what a run is asked to keep; uses are counted in a trace.
    pub(crate) fn of_run(trace: bool, marks: bool) -> Self {
        Recorder { on: trace || marks, marks, ..Recorder::default() }
    }
}

impl<'a> Eval<'a> {
    /// The same evaluation, seen by a recorder.
    pub(crate) fn watched_by(self, recorder: &'a RefCell<Recorder>) -> Self {
        let watched = recorder.borrow().on;
        Eval { recorder: Some(recorder), traced: watched, watched, ..self }
    }

    /// Counts a use of what stands at a place, when uses are counted.
    #[inline]
    pub(crate) fn mark(&self, at: Span, used: Used) {
        if self.watched {
            self.mark_now(at, used);
        }
    }

    #[cold]
    #[inline(never)]
    fn mark_now(&self, at: Span, used: Used) {
        let Some(recorder) = self.recorder else { return };
        let mut recorder = recorder.borrow_mut();
        if recorder.marks {
            recorder.trace.marks.add(at, used);
        }
    }

    /// Counts what came of a row, before a text is cut.
    #[cold]
    #[inline(never)]
    pub(super) fn mark_row(&self, row: &RowPlan, value: Found<'a>) {
        if value.is_some() {
            self.mark(row.span, Used::Made);
        } else if row.required.is_some() {
            self.mark(row.span, Used::Lacking);
        }
        if let (Some(Datum::Text(text)), Some(most)) = (value, row.truncate)
            && text.characters(self.arena()).chars().count() > most
        {
            self.mark(row.span, Used::Cut);
        }
    }

    /// Counts what rows use up to the one that rejects the event.
    #[cold]
    #[inline(never)]
    pub(crate) fn mark_rejection(&self, ops: &'a [Op]) {
        if self.watched {
            let _ = Eval { traced: false, ..*self }.check_marked_rows(ops);
        }
    }

    fn check_marked_rows(&self, ops: &'a [Op]) -> Result<(), Rejection<'a>> {
        for op in ops {
            match op {
                Op::Row { row, .. } if !row.late => drop(self.row_marked(row)?),
                Op::Run { rows, .. } => self.check_marked_rows(rows)?,
                Op::Row { .. } | Op::Rest(_) | Op::Open { .. } | Op::Close => {}
            }
        }
        Ok(())
    }

    /// Whether a condition holds, without an entry in the trace; its outcome is counted.
    pub(crate) fn passes_marked(&self, cond: &'a Cond) -> Result<bool, Rejection<'a>> {
        let held = self.test(cond)?;
        if self.watched {
            self.mark_condition(cond, held);
        }
        Ok(held)
    }

    /// Counts the outcome of a condition, and of each test in it that was looked at.
    #[cold]
    #[inline(never)]
    pub(super) fn mark_condition(&self, cond: &'a Cond, held: bool) {
        self.mark(cond.span, outcome(held));
        self.mark_parts(cond, true);
    }

    /// A test is looked at until the outcome of what it is part of is certain. The only test of a condition is the
    /// condition.
    fn mark_parts(&self, cond: &'a Cond, is_only: bool) {
        let (parts, decisive) = match &cond.kind {
            CondKind::All(parts) => (parts, false),
            CondKind::Any(parts) => (parts, true),
            CondKind::Not(part) => return self.mark_parts(part, is_only),
            CondKind::Test(..) if is_only => return,
            CondKind::Test(..) => {
                if let Ok(held) = self.quiet().test(cond) {
                    self.mark(cond.span, outcome(held));
                }
                return;
            }
        };
        for part in parts {
            self.mark_parts(part, false);
            if self.quiet().test(part).is_ok_and(|held| held == decisive) {
                break;
            }
        }
    }

    /// Counts a step that ends an event before its run has come to it.
    #[cold]
    #[inline(never)]
    pub(crate) fn mark_step(&self, step: &'a StepPlan) {
        step.when.iter().for_each(|cond| self.mark_condition(cond, true));
        self.mark(step.span, Used::Ran);
    }
}

fn outcome(held: bool) -> Used {
    if held { Used::Held } else { Used::Failed }
}
