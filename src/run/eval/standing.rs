//! What a row or a selector gives, where that is a value of the event as it stands: most are, and they are found
//! without looking at the value.
//!
//! A trace does not come here. It sees the same rows by the longer way, so that the two can be held against each other.

use super::Eval;
use crate::compile::{Path, Reach, RowPlan, Selector, SourcePlan};
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

impl Eval<'_> {
    /// Where the value of a row stands.
    #[inline]
    pub(super) fn standing(&self, row: &RowPlan) -> Standing {
        match &row.source {
            SourcePlan::Candidates(selectors, _) if row.is_plain && !self.is_traced() => {
                self.standing_among(row, selectors)
            }
            _ => Standing::Unknown,
        }
    }

    /// The first candidate of a plain row that counts.
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
                Some((kind, _)) if row.cast.as_ref().is_none_or(|cast| cast.takes_as_it_is(kind)) => {
                    return Standing::In(slot);
                }
                Some(_) => return Standing::Unknown,
            }
        }
        // What is missing may have a default, or a message.
        if row.default.is_none() && row.required.is_none() { Standing::Missing } else { Standing::Unknown }
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
            Some(standing) if !self.is_traced() => standing,
            _ => self.find_name(name),
        }
    }

    #[inline(never)]
    fn find_name(&self, name: usize) -> Standing {
        let Some(plan) = self.names.plan(name).filter(|_| !self.is_traced()) else {
            return Standing::Unknown;
        };
        let standing = self.standing(plan);
        self.names.stands(name, standing);
        standing
    }
}
