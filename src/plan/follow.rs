//! Holds requests against a plan: exactly the planned writes may be made, in their order.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::Change;
use super::event::{Ending, EventPlan, PlannedWrite};
use crate::run::{Request, Verdict};
use crate::value::{pending, without_emails};

/// How far a delivery has come in the plan of its event.
#[derive(Clone, Debug)]
pub struct Follow<'p> {
    planned: &'p EventPlan,
    /// Numbers of writes that may come next. Several, since some of the plan may be left out.
    at: BTreeSet<usize>,
}

impl<'p> Follow<'p> {
    /// At the beginning of a plan.
    #[must_use]
    pub fn new(planned: &'p EventPlan) -> Self {
        Follow { planned, at: BTreeSet::from([0]) }
    }

    /// Takes a write that is about to be made.
    ///
    /// # Errors
    /// It is not the next one of the plan; why, in one sentence.
    pub fn take(&mut self, request: &Request) -> Result<(), String> {
        self.take_write(&PlannedWrite::of(request)).map_err(|why| without_emails(&why))
    }

    fn take_write(&mut self, made: &PlannedWrite) -> Result<(), String> {
        let mut next = BTreeSet::new();
        for index in self.reachable() {
            let fitting = self.planned.writes.get(index).filter(|planned| planned.fits(made));
            let fitting = fitting.filter(|planned| turned(planned.change, made.change).is_none());
            // What the plan is sure of must not have become doubtful.
            if let Some(planned) = fitting.filter(|planned| !made.is_doubtful || planned.may_be_left_out()) {
                next.insert(if planned.repeats { index } else { index.saturating_add(1) });
            }
        }
        if next.is_empty() {
            return Err(self.refusal(made));
        }
        if made.may_be_left_out() {
            next.append(&mut self.at);
        }
        self.at = next;
        Ok(())
    }

    /// Whether the plan may end here.
    ///
    /// # Errors
    /// It has a write that has not been made; which, in one sentence.
    pub fn end(&self) -> Result<(), String> {
        if self.reachable().contains(&self.planned.writes.len()) {
            return Ok(());
        }
        let missing = self.expected().map(PlannedWrite::request).unwrap_or_default();
        Err(format!("{missing} is in the plan and is not to be made"))
    }

    /// Numbers of writes that may come next, behind those that may be left out; the number behind the last one is the end.
    fn reachable(&self) -> BTreeSet<usize> {
        let mut reachable = BTreeSet::new();
        for start in &self.at {
            let mut index = *start;
            reachable.insert(index);
            while self.planned.writes.get(index).is_some_and(PlannedWrite::may_be_left_out) {
                index = index.saturating_add(1);
                reachable.insert(index);
            }
        }
        reachable
    }

    /// The write that the plan has next.
    fn expected(&self) -> Option<&'p PlannedWrite> {
        self.planned.writes.get(self.reachable().last().copied()?)
    }

    fn refusal(&self, made: &PlannedWrite) -> String {
        let request = made.request();
        let near = self.reachable().into_iter().filter_map(|index| self.planned.writes.get(index));
        let mut near = near.filter(|planned| planned.step == made.step && planned.method == made.method);
        if let Some(planned) = near.next() {
            if planned.fits(made) {
                return match turned(planned.change, made.change) {
                    Some((now, before)) => format!("{request} would {now} what it {before} in the plan"),
                    None => format!("whether {request} is made is not known now"),
                };
            }
            if !pending::text_fits(&planned.target, &made.target) {
                return format!("{request} would be made where the plan has {}", planned.request());
            }
            let place = differing(planned.body.as_ref(), made.body.as_ref(), "");
            let place = place.map_or_else(|| "its headers".to_owned(), |place| format!("`{place}`"));
            return format!("{request} would differ from the plan in {place}");
        }
        match self.expected() {
            Some(planned) => format!("{request} would be made where the plan has {}", planned.request()),
            None => format!("{request} would be made, which is not in the plan"),
        }
    }
}

/// What a write would do and what it does in its plan, where one creates what the other finds.
fn turned(planned: Change, now: Change) -> Option<(&'static str, &'static str)> {
    match (planned, now) {
        (Change::Create, Change::Update | Change::Unchanged) => Some(("update", "creates")),
        (Change::Update | Change::Unchanged, Change::Create) => Some(("create", "updates")),
        _ => None,
    }
}

/// The path of the first value that does not fit.
fn differing(planned: Option<&Value>, made: Option<&Value>, path: &str) -> Option<String> {
    let (Some(planned), Some(made)) = (planned, made) else {
        return (planned.is_some() != made.is_some())
            .then(|| if path.is_empty() { "body" } else { path }.into());
    };
    if pending::fits(planned, made) {
        return None;
    }
    let inner = match (planned, made) {
        (Value::Object(planned), Value::Object(made)) => planned.keys().chain(made.keys()).find_map(|key| {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            differing(planned.get(key), made.get(key), &path)
        }),
        _ => None,
    };
    Some(inner.unwrap_or_else(|| if path.is_empty() { "body" } else { path }.into()))
}

/// What moved between a plan and now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// One sentence.
    pub why: String,
}

/// Why an event, planned again, would not do what its plan says; `None` when it would.
#[must_use]
pub fn difference(planned: &EventPlan, now: &EventPlan) -> Option<Moved> {
    let because = |what: String| {
        let why = moved_read(planned, now).map(|moved| format!("{moved}: {what}"));
        Moved { why: without_emails(&why.unwrap_or(what)) }
    };
    let mut follow = Follow::new(planned);
    for write in &now.writes {
        if let Err(why) = follow.take_write(write) {
            return Some(because(why));
        }
    }
    match (&planned.ending, &now.ending) {
        (Ending::Known(Verdict::Failed { why, .. }), _) => {
            Some(Moved { why: format!("the event could not be planned: {why}") })
        }
        (Ending::Open(what), Ending::Open(_)) => {
            Some(Moved { why: format!("the plan does not reach the end of the event: it depends on {what}") })
        }
        (Ending::Open(_), Ending::Known(_)) => follow.end().err().map(because),
        (Ending::Known(_), Ending::Open(what)) => {
            Some(because(format!("what the event does depends on {what} now")))
        }
        (Ending::Known(before), Ending::Known(after)) => {
            if before.name() != after.name() {
                let why = after.why().map(|why| format!(": {why}")).unwrap_or_default();
                let (before, after) = (before.name(), after.name());
                return Some(because(format!("the event is {after}{why}, in the plan it is {before}")));
            }
            follow.end().err().map(because)
        }
    }
}

/// The first read that has another answer than the plan saw.
fn moved_read(planned: &EventPlan, now: &EventPlan) -> Option<String> {
    now.reads.iter().find_map(|read| {
        let before = planned.reads.iter().find(|before| before.request == read.request)?;
        if before.digest == read.digest {
            return None;
        }
        Some(if before.saw == read.saw {
            format!("{} gave something else than the plan saw", read.request)
        } else {
            format!("{} gave {}, the plan saw {}", read.request, read.saw, before.saw)
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::event::PlannedRead;
    use super::*;
    use crate::model::Method;

    fn write(target: &str, body: Value) -> PlannedWrite {
        PlannedWrite {
            step: "step".into(),
            change: Change::Create,
            why: None,
            is_doubtful: false,
            repeats: false,
            method: Method::Post,
            target: target.into(),
            headers: Vec::new(),
            body: Some(body),
            before: Vec::new(),
        }
    }

    fn doubtful(target: &str) -> PlannedWrite {
        PlannedWrite { is_doubtful: true, ..write(target, json!({})) }
    }

    fn sure(target: &str) -> PlannedWrite {
        write(target, json!({}))
    }

    fn plan(writes: Vec<PlannedWrite>) -> EventPlan {
        let ending = Ending::Known(Verdict::Delivered);
        EventPlan { ending, notes: Vec::new(), reads: Vec::new(), writes }
    }

    #[track_caller]
    fn check(planned: Vec<PlannedWrite>, now: Vec<PlannedWrite>, why: Option<&str>) {
        let moved = difference(&plan(planned), &plan(now));
        assert_eq!(moved.as_ref().map(|moved| moved.why.as_str()), why);
    }

    #[test]
    fn the_same_writes_are_the_plan() {
        check(vec![sure("/a"), sure("/b")], vec![sure("/a"), sure("/b")], None);
        check(vec![], vec![], None);
    }

    #[test]
    fn what_is_in_doubt_may_be_left_out() {
        check(vec![doubtful("/a"), sure("/a"), doubtful("/b")], vec![sure("/a")], None);
        check(vec![doubtful("/a"), sure("/a")], vec![sure("/a"), sure("/a")], None);
        check(vec![doubtful("/a"), sure("/b")], vec![doubtful("/a"), sure("/b")], None);
        let many = PlannedWrite { repeats: true, ..doubtful("/a") };
        check(vec![many.clone(), sure("/b")], vec![sure("/a"), sure("/a"), sure("/b")], None);
        check(vec![many, sure("/b")], vec![sure("/b")], None);
    }

    #[test]
    fn anything_else_is_refused() {
        check(vec![sure("/a")], vec![], Some("POST /a is in the plan and is not to be made"));
        check(vec![], vec![sure("/a")], Some("POST /a would be made, which is not in the plan"));
        check(
            vec![sure("/a"), sure("/b")],
            vec![sure("/b"), sure("/a")],
            Some("POST /b would be made where the plan has POST /a"),
        );
        check(vec![sure("/a")], vec![doubtful("/a")], Some("whether POST /a is made is not known now"));
        check(
            vec![write("/a", json!({"user": {"name": "Ada", "plan": 1}}))],
            vec![write("/a", json!({"user": {"name": "Ada", "plan": 2}}))],
            Some("POST /a would differ from the plan in `user.plan`"),
        );
    }

    #[test]
    fn what_is_created_in_the_plan_must_not_be_there() {
        let changed = |change| PlannedWrite { change, ..sure("/a") };
        check(
            vec![changed(Change::Create)],
            vec![changed(Change::Unchanged)],
            Some("POST /a would update what it creates in the plan"),
        );
        check(
            vec![changed(Change::Update)],
            vec![changed(Change::Create)],
            Some("POST /a would create what it updates in the plan"),
        );
        check(vec![changed(Change::Update)], vec![changed(Change::Unchanged)], None);
        check(vec![changed(Change::Unknown)], vec![changed(Change::Create)], None);
    }

    #[test]
    fn what_was_not_planned_to_its_end_is_not_done() {
        let failed = Ending::Known(Verdict::failed("GET /a answered 500"));
        let open = Ending::Open("$steps.a.b".into());
        for (ending, expected) in [
            (failed, "the event could not be planned: GET /a answered 500"),
            (open, "the plan does not reach the end of the event: it depends on $steps.a.b"),
        ] {
            let planned = EventPlan { ending, ..plan(vec![]) };
            assert_eq!(difference(&planned, &planned).unwrap().why, expected);
        }
    }

    #[test]
    fn names_the_read_that_moved() {
        let read = |digest: &str, saw: &str| PlannedRead {
            step: "step".into(),
            request: "GET /users?id=7".into(),
            digest: digest.into(),
            saw: saw.into(),
        };
        let planned = EventPlan { reads: vec![read("a", "none in `users`")], ..plan(vec![sure("/a")]) };
        let now = EventPlan { reads: vec![read("b", "1 in `users`")], ..plan(vec![]) };
        assert_eq!(
            difference(&planned, &now).unwrap().why,
            "GET /users?id=7 gave 1 in `users`, the plan saw none in `users`: POST /a is in the plan and is not to be made"
        );
    }
}
