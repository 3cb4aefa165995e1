//! Evaluation in a plan, where some outputs are known only once the run is made in earnest.
//!
//! A value that is not known goes on as a mark. A condition that would have to look at one cannot be decided: it ends as
//! a rejection that says so, and whoever asked goes on with both ways.

use super::{Cause, Eval, Found, Reason, Rejection};
use crate::compile::{Cond, RowPlan, Selector, TestPlan};
use crate::json::{Datum, Text};
use crate::model::Blame;
use crate::model::Presence;
use crate::value::pending;

impl<'a> Eval<'a> {
    /// Whether a value is not known yet, or not all of it.
    #[inline]
    pub(in crate::run) fn is_open(&self, value: Datum<'a>) -> bool {
        self.pending && pending::is_pending(value)
    }

    /// What a selector gives is not known yet.
    #[cold]
    fn undecided(&self, selector: &Selector) -> Rejection<'a> {
        let why = self.arena().alloc_str(&selector.text);
        Rejection(self.arena().alloc(Reason { why, cause: Cause::Pending, blame: Blame::Event }))
    }

    /// Whether a test can be decided.
    #[cold]
    pub(super) fn decidable(
        &self,
        selector: &'a Selector,
        value: Found<'a>,
        test: &'a TestPlan,
    ) -> Result<(), Rejection<'a>> {
        // What is missing is like nothing, whatever the other value is.
        let Some(value) = value else { return Ok(()) };
        if let Some(other) = test.other()
            && self.one(other)?.is_some_and(|other| self.is_open(other))
        {
            return Err(self.undecided(if self.is_open(value) { selector } else { other }));
        }
        if !self.is_open(value) {
            return Ok(());
        }
        let is_decided = match test {
            TestPlan::Is(presences) => {
                let is_possible = matches!(value, Datum::Text(text) if pending::is_possible(text.written));
                let asks = |presence| presences.contains(&presence);
                let any_value = asks(Presence::Present);
                if is_possible {
                    any_value && asks(Presence::Missing)
                } else {
                    any_value || !asks(Presence::Empty)
                }
            }
            _ => false,
        };
        if is_decided { Ok(()) } else { Err(self.undecided(selector)) }
    }

    /// What the parts of a condition make of it although the first of these cannot be decided: one that is `decisive`
    /// is enough.
    #[cold]
    pub(super) fn despite(
        &self,
        open: Rejection<'a>,
        parts: Option<&'a [Cond]>,
        decisive: bool,
    ) -> Result<bool, Rejection<'a>> {
        if !open.is_pending() {
            return Err(open);
        }
        for part in parts.unwrap_or_default().iter().skip(1) {
            match self.test(part) {
                Ok(held) if held == decisive => return Ok(decisive),
                Ok(_) => {}
                Err(problem) if problem.is_pending() => {}
                Err(problem) => return Err(problem),
            }
        }
        Err(open)
    }

    /// The value of a row: of one whose condition cannot be decided, nobody knows whether it has one.
    #[cold]
    pub(super) fn row_of_plan(&self, row: &'a RowPlan) -> Result<Found<'a>, Rejection<'a>> {
        match row.when.as_ref().map(|when| self.holds(when, &row.label)) {
            Some(Ok(false)) => return Ok(None),
            Some(Err(open)) if open.is_pending() => return Ok(Some(self.marked(&row.label, false))),
            Some(Err(problem)) => return Err(problem),
            Some(Ok(true)) | None => {}
        }
        match self.made::<false>(row) {
            // Without a value the event would be rejected.
            Ok(Some(Datum::Text(text))) if row.required.is_some() && pending::is_possible(text.written) => {
                let sure = self.arena().alloc_str(&pending::made_sure(text.written));
                Ok(Some(Datum::Text(Text::plain(sure))))
            }
            Err(open) if open.is_pending() => Ok(Some(self.marked(&row.label, row.required.is_some()))),
            result => result,
        }
    }

    /// What a cast makes of a value that is not known: a mark stays one, and of anything else nobody knows.
    #[cold]
    pub(super) fn cast_of_open(&self, row: &RowPlan, value: Datum<'a>) -> Datum<'a> {
        match value {
            Datum::Text(text) if pending::is_mark(text.written) => value,
            _ => self.marked(&row.label, true),
        }
    }

    /// A mark in place of a value.
    pub(super) fn marked(&self, name: &str, is_sure: bool) -> Datum<'a> {
        Datum::Text(Text::plain(self.arena().alloc_str(&pending::mark(name, is_sure))))
    }
}
