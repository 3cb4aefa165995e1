//! What a row or a selector gives, where that is a value of the event as it stands: most are, and they are found
//! without looking at the value.
//!
//! Who watches does not come here. A trace sees the same rows by the longer way, so that the two can be held against each other.

use super::{Eval, Rejection};
use crate::compile::{Path, Reach, RowPlan, Selector, SourcePlan, Way};
use crate::json::{Kind, Slot};

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Standing {
    /// In a slot of the event, if anything is there.
    In(Slot),
    /// There is none.
    Missing,
    /// It has to be made, or to be looked at.
    Unknown,
}

impl<'a> Eval<'a> {
    /// Where the value of a row stands whose condition holds.
    #[inline]
    pub(super) fn standing(&self, row: &RowPlan) -> Standing {
        match &row.source {
            SourcePlan::Candidates(selectors, _) if row.way == Way::PassesOn && !self.watched => {
                self.standing_among(row, selectors)
            }
            _ => Standing::Unknown,
        }
    }

    /// The first candidate that counts of a row that passes it on.
    fn standing_among(&self, row: &RowPlan, selectors: &[Selector]) -> Standing {
        for selector in selectors {
            let slot = match self.standing_of(selector) {
                Standing::In(slot) => slot,
                Standing::Missing => continue,
                Standing::Unknown => return Standing::Unknown,
            };
            match self.ground.event.glance(slot) {
                None | Some((Kind::Null, _)) => {}
                Some((_, true)) if row.empty_is_missing => {}
                Some((kind, _)) if self.fits(row, slot, kind) => return Standing::In(slot),
                Some(_) => return Standing::Unknown,
            }
        }
        // What is missing may have a default, or a message.
        if row.default.is_none() && row.required.is_none() { Standing::Missing } else { Standing::Unknown }
    }

    /// Whether a value of the event is what the row asks for, as it stands.
    #[inline]
    fn fits(&self, row: &RowPlan, slot: Slot, kind: Kind) -> bool {
        let is = |fits: &dyn Fn(&str) -> bool| self.ground.event.written(slot).is_some_and(fits);
        row.cast.as_ref().is_none_or(|cast| cast.takes_as_it_is(kind) || is(&|text| cast.keeps(kind, text)))
            && row.truncate.is_none_or(|most| kind != Kind::Text || is(&|text| text.len() <= most))
    }

    /// What a selector leads to at a glance: what it is, and whether it is empty.
    pub(super) fn glance(&self, selector: &'a Selector) -> Result<Option<(Kind, bool)>, Rejection<'a>> {
        Ok(match self.standing_of(selector) {
            Standing::In(slot) => self.ground.event.glance(slot),
            Standing::Missing => None,
            Standing::Unknown => self.one_from_afar(selector)?.map(|value| (value.shape(), value.is_empty())),
        })
    }

    /// Where a selector leads to.
    #[inline]
    pub(super) fn standing_of(&self, selector: &Selector) -> Standing {
        match &selector.reach {
            Reach::Slot(slot, Path::Walk(walk)) if walk.0.is_empty() => Standing::In(*slot),
            Reach::Name(name) => self.standing_of_name(*name),
            Reach::Via(name, pairs) => match self.standing_of_name(*name) {
                Standing::In(above) => {
                    let pair = pairs.iter().find(|(from, _)| *from == above);
                    pair.map_or(Standing::Unknown, |(_, slot)| Standing::In(*slot))
                }
                standing => standing,
            },
            Reach::Slot(..) | Reach::Root => Standing::Unknown,
        }
    }

    /// Where the value of a name stands. Found out once.
    #[inline]
    fn standing_of_name(&self, name: usize) -> Standing {
        match self.names.standing(name) {
            Some(standing) if !self.watched => standing,
            _ => self.find_name(name),
        }
    }

    #[inline(never)]
    fn find_name(&self, name: usize) -> Standing {
        let Some(plan) = self.names.plan(name).filter(|_| !self.watched) else {
            return Standing::Unknown;
        };
        let standing = if plan.when.is_none() { self.standing(plan) } else { Standing::Unknown };
        self.names.stands(name, standing);
        standing
    }
}
