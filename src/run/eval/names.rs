//! Names: a value that is read in several places is made once, unless somebody watches.

use std::cell::Cell;

use super::standing::Standing;
use super::{Eval, Found, Rejection};
use crate::compile::RowPlan;
use crate::json::Arena;

/// Names of a flow, and the values of those that have been made. Only what depends on no answer is kept.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::run) struct Names<'a> {
    plans: &'a [RowPlan],
    known: &'a [Known<'a>],
}

/// What has been found out about a name.
#[derive(Debug, Default)]
struct Known<'a> {
    standing: Cell<Option<Standing>>,
    made: Cell<Option<Found<'a>>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(plans: &'a [RowPlan], arena: &'a Arena) -> Self {
        Names { plans, known: arena.alloc_slice_fill_default(plans.len()) }
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

    /// Where the value of a name stands, if that has been found out.
    #[inline]
    pub(super) fn standing(&self, name: usize) -> Option<Standing> {
        self.known.get(name)?.standing.get()
    }

    /// Keeps where the value of a name stands.
    pub(super) fn stands(&self, name: usize, standing: Standing) {
        if let Some(known) = self.known.get(name) {
            known.standing.set(Some(standing));
        }
    }
}

impl<'a> Eval<'a> {
    /// The value of a name.
    pub(super) fn name(&self, name: usize) -> Result<Found<'a>, Rejection<'a>> {
        let made = self.names.known.get(name).filter(|_| !self.watched).map(|known| &known.made);
        if let Some(found) = made.and_then(Cell::get) {
            return Ok(found);
        }
        let Some(plan) = self.names.plans.get(name) else { return Ok(None) };
        let found = match made {
            _ if self.pending => self.row_of_plan(plan)?,
            _ if !self.applies(plan)? => None,
            Some(_) => self.made::<false>(plan)?,
            None => self.made::<true>(plan)?,
        };
        if let Some(made) = made.filter(|_| !plan.late) {
            made.set(Some(found));
        }
        Ok(found)
    }
}
