//! Names: a value that is read in several places is made once, unless somebody watches.

use std::cell::Cell;

use super::{Eval, Found, Rejection};
use crate::compile::RowPlan;
use crate::json::Arena;

/// Names of a flow, and the values of those that have been made. Only what depends on no answer is kept.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::run) struct Names<'a> {
    plans: &'a [RowPlan],
    made: &'a [Cell<Option<Found<'a>>>],
}

impl<'a> Names<'a> {
    pub(super) fn new(plans: &'a [RowPlan], arena: &'a Arena) -> Self {
        Names { plans, made: arena.alloc_slice_fill_with(plans.len(), |_| Cell::new(None)) }
    }
}

impl<'a> Names<'a> {
    /// All names.
    pub(super) fn plans(&self) -> &'a [RowPlan] {
        self.plans
    }

    /// How a name gets its value.
    pub(super) fn plan(&self, name: usize) -> Option<&'a RowPlan> {
        self.plans.get(name)
    }
}

impl<'a> Eval<'a> {
    /// The value of a name.
    pub(super) fn name(&self, name: usize) -> Result<Found<'a>, Rejection<'a>> {
        let made = self.names.made.get(name).filter(|_| !self.watched);
        if let Some(found) = made.and_then(Cell::get) {
            return Ok(found);
        }
        let Some(plan) = self.names.plans.get(name) else { return Ok(None) };
        let found = if made.is_some() { self.row(plan)? } else { self.row_marked(plan)? };
        if let Some(made) = made.filter(|_| !plan.late) {
            made.set(Some(found));
        }
        Ok(found)
    }
}
