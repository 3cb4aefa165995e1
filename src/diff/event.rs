//! One event through both mappings.
//!
//! In: two sessions and an event. Out: what differs between their requests and their ends.

use std::sync::Arc;

use serde_json::Value;
use similar::{Algorithm, capture_diff_slices};

use super::Attribute;
use super::attributes::between;
use crate::run::{self, Imagined, Limits, Method, Request, Session, Step, Verdict};

/// In which of the imagined destinations a difference shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Seen {
    /// In both.
    Always,
    /// Only when look-ups find what they ask for.
    Found,
    /// Only when look-ups find nothing.
    NotFound,
}

/// What differs for one event.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// When it shows.
    pub seen: Seen,
    /// Requests that are not the same, in the order of the run.
    pub requests: Vec<ChangedRequest>,
    /// How the event ends, old and new, where that differs: `delivered`, `rejected: no name`.
    pub outcome: Option<(String, String)>,
}

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Only the new mapping makes it.
    Added,
    /// Only the old mapping makes it.
    Removed,
    /// Both make it, not in the same way.
    Changed,
}

/// A request that is not the same.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedRequest {
    /// What happens to it.
    pub kind: Kind,
    /// Name of its step; in the new mapping, where it has it.
    pub step: String,
    /// Method.
    pub method: Method,
    /// Path, as the mapping writes it.
    pub pattern: String,
    /// What differs; of a request that only one of them makes, all that it has.
    pub attributes: Vec<Attribute>,
    /// Requests of this event to which the same happens; the attributes are those of the first.
    pub times: usize,
}

/// What sets one kind of difference apart from others: all but the values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    requests: Vec<(Kind, String, &'static str, String, Vec<String>)>,
    outcome: Option<(String, String)>,
}

impl Difference {
    pub(super) fn shape(&self) -> Shape {
        Shape {
            requests: self.requests.iter().map(ChangedRequest::shape).collect(),
            outcome: self.outcome.clone(),
        }
    }
}

impl ChangedRequest {
    fn shape(&self) -> (Kind, String, &'static str, String, Vec<String>) {
        let attributes = match self.kind {
            Kind::Changed => self.attributes.iter().map(|attribute| attribute.at.clone()).collect(),
            Kind::Added | Kind::Removed => Vec::new(),
        };
        (self.kind, self.step.clone(), self.method.as_str(), self.pattern.clone(), attributes)
    }
}

/// What differs for an event; nothing when both do the same.
#[must_use]
pub fn compare(old: &Arc<Session>, new: &Arc<Session>, event: &Arc<Value>) -> Vec<Difference> {
    let found = Both::of(old, new, event, Imagined::Everything);
    let when_found = found.difference(Seen::Found);
    // Without a look-up it is all the same what look-ups find.
    if !found.reads() {
        return when_found
            .into_iter()
            .map(|difference| Difference { seen: Seen::Always, ..difference })
            .collect();
    }
    let when_not = Both::of(old, new, event, Imagined::Nothing).difference(Seen::NotFound);
    match (when_found, when_not) {
        (Some(one), Some(other)) if one.shape() == other.shape() => {
            vec![Difference { seen: Seen::Always, ..one }]
        }
        (one, other) => one.into_iter().chain(other).collect(),
    }
}

/// What is sent with a request.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Sent<'r> {
    method: &'static str,
    target: &'r str,
    headers: &'r [(String, String)],
    body: Option<&'r [u8]>,
}

/// A request with its path as the mapping writes it.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) request: Request,
    pub(super) pattern: String,
}

impl Made {
    /// What is compared.
    pub(super) fn sent(&self) -> Sent<'_> {
        let Request { method, target, headers, body, .. } = &self.request;
        Sent { method: method.as_str(), target, headers, body: body.as_deref() }
    }

    /// Whether another one is this one in the other mapping.
    fn is_meant_by(&self, other: &Made) -> bool {
        let is_same_way = self.request.method == other.request.method && self.pattern == other.pattern;
        is_same_way || self.request.step == other.request.step
    }
}

/// What one mapping does with an event.
pub(super) struct Ran {
    pub(super) made: Vec<Made>,
    pub(super) verdict: Verdict,
}

impl Ran {
    fn of(session: &Arc<Session>, event: &Arc<Value>, imagined: Imagined) -> Self {
        let limits = Limits { trace: false, ..Limits::default() };
        let mut made = Vec::new();
        let mut step = run::start(session, event.clone(), &limits);
        loop {
            match step {
                Step::Done(outcome) => return Ran { made, verdict: outcome.verdict },
                Step::Need(request, run) => {
                    made.push(Made { request, pattern: run.pattern() });
                    let answer = run.imagined_answer(imagined);
                    step = run.resume(answer);
                }
            }
        }
    }

    /// `delivered`, or the word with its reason.
    fn end(&self) -> String {
        match self.verdict.why() {
            Some(why) => format!("{}: {why}", self.verdict.name()),
            None => self.verdict.name().to_owned(),
        }
    }
}

/// What both mappings do with an event.
pub(super) struct Both {
    pub(super) old: Ran,
    pub(super) new: Ran,
}

impl Both {
    fn of(old: &Arc<Session>, new: &Arc<Session>, event: &Arc<Value>, imagined: Imagined) -> Self {
        Both { old: Ran::of(old, event, imagined), new: Ran::of(new, event, imagined) }
    }

    fn reads(&self) -> bool {
        self.old.made.iter().chain(&self.new.made).any(|made| made.request.method.is_read())
    }

    pub(super) fn difference(&self, seen: Seen) -> Option<Difference> {
        let (old, new) = (&self.old, &self.new);
        let outcome = (old.verdict != new.verdict).then(|| (old.end(), new.end()));
        let is_sent_alike = old.made.iter().map(Made::sent).eq(new.made.iter().map(Made::sent));
        let requests = if is_sent_alike { Vec::new() } else { changes(&old.made, &new.made) };
        let is_same = outcome.is_none() && requests.is_empty();
        (!is_same).then_some(Difference { seen, requests, outcome })
    }
}

/// What happens to requests, those of one shape taken together.
fn changes(old: &[Made], new: &[Made]) -> Vec<ChangedRequest> {
    let old_sent: Vec<_> = old.iter().map(Made::sent).collect();
    let new_sent: Vec<_> = new.iter().map(Made::sent).collect();
    let mut found: Vec<ChangedRequest> = Vec::new();
    let mut add = |change: ChangedRequest| {
        let shape = change.shape();
        match found.iter_mut().find(|known| known.shape() == shape) {
            Some(known) => known.times += 1,
            None => found.push(change),
        }
    };
    for hunk in capture_diff_slices(Algorithm::Myers, &old_sent, &new_sent) {
        let (old_range, new_range) = (hunk.old_range(), hunk.new_range());
        if matches!(hunk.tag(), similar::DiffTag::Equal) {
            continue;
        }
        let old = old.get(old_range).unwrap_or_default();
        let new = new.get(new_range).unwrap_or_default();
        pair(old, new, &mut add);
    }
    found
}

/// Finds for each old request the new one that it has become, without going back.
fn pair(old: &[Made], new: &[Made], add: &mut impl FnMut(ChangedRequest)) {
    let mut rest = new;
    for made in old {
        let Some(at) = rest.iter().position(|other| made.is_meant_by(other)) else {
            add(change(Kind::Removed, Some(made), None, made));
            continue;
        };
        let (before, behind) = rest.split_at_checked(at).unwrap_or_default();
        for added in before {
            add(change(Kind::Added, None, Some(added), added));
        }
        if let Some((other, behind)) = behind.split_first() {
            let changed = change(Kind::Changed, Some(made), Some(other), other);
            // The order of members makes no difference.
            if !changed.attributes.is_empty() {
                add(changed);
            }
            rest = behind;
        }
    }
    for added in rest {
        add(change(Kind::Added, None, Some(added), added));
    }
}

fn change(kind: Kind, old: Option<&Made>, new: Option<&Made>, shown: &Made) -> ChangedRequest {
    let mut attributes = between(old.map(|made| &made.request), new.map(|made| &made.request));
    if let (Some(old), Some(new)) = (old, new)
        && old.request.method != new.request.method
    {
        let word = |made: &Made| Some(Value::from(made.request.method.as_str()));
        attributes.insert(0, Attribute { at: "method".to_owned(), old: word(old), new: word(new) });
    }
    ChangedRequest {
        kind,
        step: shown.request.step.to_string(),
        method: shown.request.method,
        pattern: shown.pattern.clone(),
        attributes,
        times: 1,
    }
}
