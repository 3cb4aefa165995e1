//! Conditions.

use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::Value;

use super::super::trace::Entry;
use super::{Eval, Found, Rejection};
use crate::compile::{Cond, CondKind, Selector, TestPlan};
use crate::json::{Datum, Kind};
use crate::model::{Comparison, Presence};
use crate::value::{same, same_moment, same_text};

impl<'a> Eval<'a> {
    /// Whether a condition holds; the trace keeps what it saw. `of` is what it belongs to.
    #[inline]
    pub(crate) fn holds(&self, cond: &'a Cond, of: &str) -> Result<bool, Rejection<'a>> {
        let held = self.test(cond)?;
        if self.watched {
            self.tell(cond, of, held);
        }
        Ok(held)
    }

    #[cold]
    #[inline(never)]
    fn tell(&self, cond: &'a Cond, of: &str, held: bool) {
        self.mark_condition(cond, held);
        if self.is_traced() {
            let mut saw = Vec::new();
            self.seen(cond, &mut saw);
            self.record(|| Entry::Condition { at: cond.span, of: Arc::from(of), held, saw });
        }
    }

    /// Whether a condition holds, without a trace.
    #[inline]
    pub(crate) fn test(&self, cond: &'a Cond) -> Result<bool, Rejection<'a>> {
        match cond.settled {
            Some(held) => Ok(held),
            None => self.test_now(cond),
        }
    }

    fn test_now(&self, cond: &'a Cond) -> Result<bool, Rejection<'a>> {
        match &cond.kind {
            CondKind::All(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    match self.test(part) {
                        Ok(true) => {}
                        Ok(false) => return Ok(false),
                        Err(open) => return self.despite(open, parts.get(index..), false),
                    }
                }
                Ok(true)
            }
            CondKind::Any(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    match self.test(part) {
                        Ok(false) => {}
                        Ok(true) => return Ok(true),
                        Err(open) => return self.despite(open, parts.get(index..), true),
                    }
                }
                Ok(false)
            }
            CondKind::Not(part) => Ok(!self.test(part)?),
            CondKind::Test(selector, TestPlan::Is(presences)) if !self.pending => {
                Ok(is_any(self.glance(selector)?, presences))
            }
            CondKind::Test(selector, test) => {
                let value = self.one(selector)?;
                if self.pending {
                    self.decidable(selector, value, test)?;
                }
                self.passes(value, test)
            }
        }
    }

    fn passes(&self, value: Found<'a>, test: &'a TestPlan) -> Result<bool, Rejection<'a>> {
        let arena = self.arena();
        let with =
            |other: &'a Selector, fits: &dyn Fn(Datum<'a>) -> bool| Ok(self.one(other)?.is_some_and(fits));
        let in_list = |list: &'a Selector, fits: &dyn Fn(Datum<'a>) -> bool| match self.one(list)? {
            Some(Datum::List(whole)) => Ok(whole.any_item(arena, fits)),
            _ => Ok(false),
        };
        match (test, value) {
            (TestPlan::Is(presences), value) => {
                Ok(is_any(value.map(|value| (value.shape(), value.is_empty())), presences))
            }
            // What is missing is like nothing.
            (_, None) => Ok(false),
            (TestPlan::Equals(constant), Some(value)) => Ok(same(value, Datum::of(constant), arena)),
            (TestPlan::In(constants), Some(value)) => {
                Ok(constants.iter().any(|constant| same(value, Datum::of(constant), arena)))
            }
            (TestPlan::SameAs(other), Some(value)) => with(other, &|other| same(value, other, arena)),
            (TestPlan::SameAsIgnoringCase(other), Some(value)) => {
                with(other, &|other| same_text(value, other, arena))
            }
            (TestPlan::SameMomentAs(other), Some(value)) => {
                with(other, &|other| same_moment(value, other, arena))
            }
            (TestPlan::InList(list), Some(value)) if value.is_whole() => {
                let tree = value.to_value();
                in_list(list, &|item| item.is_whole() && item.to_value() == tree)
            }
            (TestPlan::InList(list), Some(value)) => {
                let value = value.unescaped(arena);
                in_list(list, &|item| same(value, item, arena))
            }
            (TestPlan::InListIgnoringCase(list), Some(value)) => {
                let value = value.unescaped(arena);
                in_list(list, &|item| same_text(value, item, arena))
            }
            (TestPlan::Compare(how, constant), Some(value)) => {
                Ok(self.compare(value, Datum::of(constant)).is_some_and(|ordering| fits(*how, ordering)))
            }
            (TestPlan::Matches(regex), Some(value)) => {
                Ok(value.scalar_text(arena).is_some_and(|text| regex.is_match(text)))
            }
        }
    }

    /// What the selectors of a condition give.
    fn seen(&self, cond: &'a Cond, saw: &mut Vec<(Arc<str>, Option<Value>)>) {
        match &cond.kind {
            CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|part| self.seen(part, saw)),
            CondKind::Not(part) => self.seen(part, saw),
            CondKind::Test(selector, test) => {
                let quiet = self.quiet();
                for selector in std::iter::once(selector).chain(test.other()) {
                    let value = quiet.one(selector).ok().flatten();
                    let shown = |value: Datum<'a>| {
                        if selector.secret { Value::from("***") } else { value.to_value() }
                    };
                    saw.push((selector.text.clone(), value.map(shown)));
                }
            }
        }
    }

    /// Numbers by worth, texts by their characters; anything else does not compare.
    fn compare(&self, left: Datum<'a>, right: Datum<'a>) -> Option<Ordering> {
        match (left, right) {
            (Datum::Number(left), Datum::Number(right)) => {
                match (left.parse::<i128>(), right.parse::<i128>()) {
                    (Ok(left), Ok(right)) => Some(left.cmp(&right)),
                    _ => left.parse::<f64>().ok()?.partial_cmp(&right.parse::<f64>().ok()?),
                }
            }
            (Datum::Text(left), Datum::Text(right)) => {
                Some(left.characters(self.arena()).cmp(right.characters(self.arena())))
            }
            _ => None,
        }
    }
}

/// Whether a value, seen at a glance, is one of what is asked for.
fn is_any(glance: Option<(Kind, bool)>, presences: &[Presence]) -> bool {
    presences.iter().any(|presence| match (presence, glance) {
        (Presence::Missing, None) => true,
        (Presence::Present, Some((kind, _))) => kind != Kind::Null,
        (Presence::Null, Some((kind, _))) => kind == Kind::Null,
        (Presence::Empty, Some((_, is_empty))) => is_empty,
        _ => false,
    })
}

fn fits(how: Comparison, ordering: Ordering) -> bool {
    match how {
        Comparison::Greater => ordering.is_gt(),
        Comparison::AtLeast => ordering.is_ge(),
        Comparison::Less => ordering.is_lt(),
        Comparison::AtMost => ordering.is_le(),
    }
}
