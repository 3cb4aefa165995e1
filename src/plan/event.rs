//! What one event would do.

use std::sync::Arc;

use serde_json::Value;

use super::change::Change;
use crate::model::Method;
use crate::run::{Request, Verdict};
use crate::value::pending;

/// What one event would do, request by request.
#[derive(Clone, Debug, PartialEq)]
pub struct EventPlan {
    /// What becomes of the event.
    pub ending: Ending,
    /// What the user should know although the event goes through.
    pub notes: Vec<String>,
    /// Reads that were made for the plan, in order.
    pub reads: Vec<PlannedRead>,
    /// Writes that would be made, in order.
    pub writes: Vec<PlannedWrite>,
}

/// What becomes of an event, as far as a plan knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// This, if all writes succeed.
    Known(Verdict),
    /// The plan does not reach further; what follows depends on this.
    Open(String),
}

/// A read that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedRead {
    /// The step that asked.
    pub step: Arc<str>,
    /// Method and target: `GET /users/search?external_id=u-1`.
    pub request: String,
    /// SHA-256 of the answer, in hexadecimal.
    pub digest: String,
    /// The answer in a few words: `1 in users`.
    pub saw: String,
}

/// A write that would be made. Values that are known after apply only are marks in it.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedWrite {
    /// The step that writes.
    pub step: Arc<str>,
    /// What it does.
    pub change: Change,
    /// Why the change is what it is, where that needs a word.
    pub why: Option<String>,
    /// It may not be made at all.
    pub is_doubtful: bool,
    /// It stands for any number of writes.
    pub repeats: bool,
    /// Method.
    pub method: Method,
    /// Path below the base URL and query, percent-encoded but for marks.
    pub target: String,
    /// Headers of this request alone.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Option<Value>,
    /// Values that the destination has now in place of others, by their paths in the body.
    pub before: Vec<(String, Value)>,
}

impl PlannedWrite {
    /// A request without a word about what it does.
    pub(super) fn of(request: &Request) -> Self {
        PlannedWrite {
            step: request.step.clone(),
            change: Change::Unknown,
            why: None,
            is_doubtful: false,
            repeats: false,
            method: request.method,
            target: marked_target(&request.target),
            headers: request.headers.clone(),
            body: request.body.as_deref().and_then(|body| serde_json::from_slice(body).ok()),
            before: Vec::new(),
        }
    }

    /// Whether a request is this one.
    pub(super) fn fits(&self, made: &PlannedWrite) -> bool {
        let body_fits = match (&self.body, &made.body) {
            (Some(planned), Some(made)) => pending::fits(planned, made),
            (None, None) => true,
            _ => false,
        };
        let header_fits = |(planned, made): (&(String, String), &(String, String))| {
            planned.0 == made.0 && pending::text_fits(&planned.1, &made.1)
        };
        body_fits
            && self.method == made.method
            && pending::text_fits(&self.target, &made.target)
            && self.headers.len() == made.headers.len()
            && self.headers.iter().zip(&made.headers).all(header_fits)
    }

    /// It need not be made.
    pub(super) fn may_be_left_out(&self) -> bool {
        self.is_doubtful || self.repeats
    }

    /// Method and target as people read them.
    #[must_use]
    pub fn request(&self) -> String {
        shown_request(self.method, &self.target)
    }
}

/// Method and target as people read them.
pub(super) fn shown_request(method: Method, target: &str) -> String {
    let target = percent_encoding::percent_decode_str(target).decode_utf8_lossy();
    let shown = pending::shown(&target);
    let plain = |character: char| if character.is_control() { ' ' } else { character };
    format!("{method} {}", shown.chars().map(plain).collect::<String>())
}

/// A target in which marks stand as they are.
pub(super) fn marked_target(target: &str) -> String {
    let mut marked = target.to_owned();
    for character in ['\u{fdd0}', '\u{fdd1}', '\u{fdd2}'] {
        let plain = character.to_string();
        let encoded = percent_encoding::utf8_percent_encode(&plain, percent_encoding::NON_ALPHANUMERIC);
        marked = marked.replace(&encoded.to_string(), &plain);
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_again_in_a_target() {
        let target = "/users/%EF%B7%90user.id%EF%B7%91/x%2Fy";
        assert_eq!(marked_target(target), format!("/users/{}/x%2Fy", pending::mark("user.id", true)));
        assert_eq!(shown_request(Method::Put, target), "PUT /users/(known after apply)/x/y");
    }
}
