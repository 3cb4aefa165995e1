//! What a delivery did, in numbers.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use super::spent::{Doing, Spent};
use crate::run::{Method, Verdict};

/// Requests that went out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// GET and HEAD.
    pub read: u64,
    /// All others. Asking for an access token is not counted.
    pub write: u64,
}

/// Numbers of events by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Events that were finished, in whatever way.
    pub events: u64,
    /// Everything that the mapping asks for was done.
    pub delivered: u64,
    /// Not meant for the destination.
    pub skipped: u64,
    /// Bad events.
    pub rejected: u64,
    /// Events that the world did not let through.
    pub failed: u64,
    /// Requests that they took.
    pub requests: Requests,
    /// Events that an earlier delivery had finished, as its journal says; they are not among `events`.
    pub done_before: u64,
    /// What those requests spent their time with.
    pub spent: Spent,
    /// Events left behind because the delivery was stopped; `None` when it went to the end.
    pub not_sent: Option<NotSent>,
}

/// Events that a stopped delivery left behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotSent {
    /// How many.
    pub events: u64,
    /// There may be more, which nobody has read.
    pub at_least: bool,
}

impl Summary {
    /// Counts one more event.
    pub fn count(&mut self, verdict: &Verdict) {
        self.events += 1;
        *match verdict {
            Verdict::Delivered => &mut self.delivered,
            Verdict::Skipped { .. } => &mut self.skipped,
            Verdict::Rejected { .. } => &mut self.rejected,
            Verdict::Failed { .. } => &mut self.failed,
        } += 1;
    }

    /// The summary as JSON. `not_sent` is there only when the delivery was stopped.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut object = json!({
            "events": self.events,
            "delivered": self.delivered,
            "skipped": self.skipped,
            "rejected": self.rejected,
            "failed": self.failed,
            "requests": {"read": self.requests.read, "write": self.requests.write},
            "seconds": seconds(&self.spent),
        });
        if let (Some(members), 1..) = (object.as_object_mut(), self.done_before) {
            members.insert("done_before".into(), json!(self.done_before));
        }
        if let (Some(members), Some(not_sent)) = (object.as_object_mut(), self.not_sent) {
            members.insert("not_sent".into(), json!(not_sent.events));
        }
        object
    }
}

/// Seconds by what they were spent with, to the hundredth.
fn seconds(spent: &Spent) -> Value {
    let of = |doing: Doing| (spent.of(doing).spent.as_secs_f64() * 100.0).round() / 100.0;
    Value::Object(Doing::ALL.iter().map(|doing| (doing.name().to_owned(), json!(of(*doing)))).collect())
}

/// Counts requests from many tasks at once.
#[derive(Debug, Default)]
pub(super) struct RequestCounter {
    read: AtomicU64,
    write: AtomicU64,
}

impl RequestCounter {
    /// Counts one more.
    pub(super) fn count(&self, method: Method) {
        let counter = if method.is_read() { &self.read } else { &self.write };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// All so far.
    pub(super) fn total(&self) -> Requests {
        Requests { read: self.read.load(Ordering::Relaxed), write: self.write.load(Ordering::Relaxed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_the_promised_keys_in_order() {
        let mut summary = Summary::default();
        summary.count(&Verdict::Delivered);
        summary.count(&Verdict::Rejected { why: String::new() });
        assert_eq!(
            summary.to_json().to_string(),
            r#"{"events":2,"delivered":1,"skipped":0,"rejected":1,"failed":0,"requests":{"read":0,"write":0},"seconds":{"under_way":0.0,"limits":0.0,"turn":0.0,"job":0.0,"back_off":0.0}}"#
        );
    }

    #[test]
    fn a_stopped_delivery_says_what_it_left() {
        let summary = Summary { not_sent: Some(NotSent { events: 7, at_least: true }), ..Summary::default() };
        assert_eq!(summary.to_json()["not_sent"], 7);
    }
}
