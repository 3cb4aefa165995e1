//! Conditions.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::Value;

use super::super::trace::Entry;
use super::{Eval, Rejection};
use crate::compile::{Cond, CondKind, TestPlan};
use crate::model::{Comparison, Presence};
use crate::value::{is_empty, same, same_moment, scalar_text};

impl<'a> Eval<'a> {
    /// Whether a condition holds; the trace keeps what it saw. `of` is what it belongs to.
    pub(crate) fn holds(&self, cond: &'a Cond, of: &str) -> Result<bool, Rejection> {
        let held = self.test(cond)?;
        self.record(|| {
            let mut saw = Vec::new();
            self.seen(cond, &mut saw);
            Entry::Condition { at: cond.span, of: Arc::from(of), held, saw }
        });
        Ok(held)
    }

    /// Whether a condition holds, without a trace.
    pub(crate) fn test(&self, cond: &'a Cond) -> Result<bool, Rejection> {
        match &cond.kind {
            CondKind::All(parts) => {
                for part in parts {
                    if !self.test(part)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            CondKind::Any(parts) => {
                for part in parts {
                    if self.test(part)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            CondKind::Not(part) => Ok(!self.test(part)?),
            CondKind::Test(selector, test) => {
                let value = self.one(selector)?;
                self.passes(value.as_deref(), test)
            }
        }
    }

    fn passes(&self, value: Option<&Value>, test: &'a TestPlan) -> Result<bool, Rejection> {
        Ok(match test {
            TestPlan::Is(presences) => presences.iter().any(|presence| is(value, *presence)),
            TestPlan::Equals(constant) => value.is_some_and(|value| same(value, constant)),
            TestPlan::In(constants) => {
                value.is_some_and(|value| constants.iter().any(|constant| same(value, constant)))
            }
            TestPlan::SameAs(other) => match (value, self.one(other)?) {
                (Some(value), Some(other)) => same(value, &other),
                _ => false,
            },
            TestPlan::SameAsIgnoringCase(other) => match (value, self.one(other)?) {
                (Some(value), Some(other)) => same_text(value, &other),
                _ => false,
            },
            TestPlan::SameMomentAs(other) => match (value, self.one(other)?) {
                (Some(value), Some(other)) => same_moment(value, &other),
                _ => false,
            },
            TestPlan::InListIgnoringCase(list) => match (value, self.one(list)?.as_deref()) {
                (Some(value), Some(Value::Array(items))) => items.iter().any(|item| same_text(value, item)),
                _ => false,
            },
            TestPlan::InList(list) => match (value, self.one(list)?.as_deref()) {
                (Some(value), Some(Value::Array(items))) => items.iter().any(|item| same(value, item)),
                _ => false,
            },
            TestPlan::Compare(how, constant) => {
                value.and_then(|value| compare(value, constant)).is_some_and(|ordering| fits(*how, ordering))
            }
            TestPlan::Matches(regex) => value.and_then(scalar_text).is_some_and(|text| regex.is_match(&text)),
        })
    }

    /// What the selectors of a condition give.
    fn seen(&self, cond: &'a Cond, saw: &mut Vec<(Arc<str>, Option<Value>)>) {
        match &cond.kind {
            CondKind::All(parts) | CondKind::Any(parts) => parts.iter().for_each(|part| self.seen(part, saw)),
            CondKind::Not(part) => self.seen(part, saw),
            CondKind::Test(selector, test) => {
                let other = test.other();
                let quiet = Eval { recorder: None, ..*self };
                for selector in std::iter::once(selector).chain(other) {
                    let value = quiet.one(selector).ok().flatten().map(Cow::into_owned);
                    let shown = if selector.secret { value.map(|_| Value::from("***")) } else { value };
                    saw.push((selector.text.clone(), shown));
                }
            }
        }
    }
}

fn is(value: Option<&Value>, presence: Presence) -> bool {
    match presence {
        Presence::Present => value.is_some_and(|value| !value.is_null()),
        Presence::Missing => value.is_none(),
        Presence::Null => value.is_some_and(Value::is_null),
        Presence::Empty => value.is_some_and(is_empty),
    }
}

fn same_text(left: &Value, right: &Value) -> bool {
    match (scalar_text(left), scalar_text(right)) {
        (Some(left), Some(right)) => left.to_lowercase() == right.to_lowercase(),
        _ => false,
    }
}

/// Numbers by worth, texts by their characters; anything else does not compare.
fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => match (left.as_i128(), right.as_i128()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
        },
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn fits(how: Comparison, ordering: Ordering) -> bool {
    match how {
        Comparison::Greater => ordering.is_gt(),
        Comparison::AtLeast => ordering.is_ge(),
        Comparison::Less => ordering.is_lt(),
        Comparison::AtMost => ordering.is_le(),
    }
}
