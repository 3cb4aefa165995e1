//! Where events come from and go to, with handles of all that is counted for them, so that no label is written twice.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, Label, SharedString};

use super::names;
use super::registry::Recorder;
use crate::host::batch::Metadata;
use crate::host::verdict::{Answer, DELIVERED, FILTERED};
use crate::run::{Answer as Reply, Request, Verdict};

tokio::task_local! {
    /// The event that this task runs.
    static EVENT: Current;
}

struct Current {
    origin: Arc<Origin>,
    requests: Cell<u32>,
}

/// A destination with what the metadata of events say, and the counts of such events.
pub(in crate::host) struct Origin {
    recorder: Arc<Recorder>,
    /// Of requests: all that does not depend on the request.
    of_requests: Vec<Label>,
    /// Of events.
    of_events: Vec<Label>,
    success: Counter,
    ends: Ends,
    per_event: Histogram,
    hits: Counter,
    misses: Counter,
    rate_wait: Counter,
    /// Only there when the destination says it.
    rate_left: OnceLock<Gauge>,
    /// Of our own counts: the account, as far as the caller names it.
    of_account: Vec<Label>,
    requests: Mutex<HashMap<Way, (Counter, Histogram)>>,
}

/// Requests that have the same labels.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Way {
    step: Arc<str>,
    method: &'static str,
    arrived: Arrived,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Arrived {
    Status(u16),
    Timeout,
    Unreachable,
}

/// Events by their end.
struct Ends {
    delivered: Counter,
    left: Counter,
    skipped: Counter,
    repeated: Counter,
    dead: Counter,
}

impl fmt::Debug for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Origin").field("events", &self.of_events).finish_non_exhaustive()
    }
}

fn label(key: &'static str, value: Option<&str>) -> Label {
    Label::new(key, SharedString::from_shared(value.unwrap_or_default().into()))
}

impl Origin {
    pub(super) fn new(
        recorder: Arc<Recorder>,
        feature: &'static str,
        destination: &str,
        metadata: &Metadata<'_>,
    ) -> Self {
        let destination_id = label("destinationId", metadata.destination_id());
        let source_id = label("sourceId", metadata.source_id());
        let workspace_id = label("workspaceId", metadata.workspace_id());
        let upper = label("destType", Some(&destination.to_ascii_uppercase()));
        let of_events = vec![
            upper.clone(),
            Label::from_static_parts("module", "destination"),
            Label::from_static_parts("implementation", "native"),
            Label::from_static_parts("feature", feature),
            destination_id.clone(),
            workspace_id.clone(),
        ];
        let of_requests = vec![
            Label::from_static_parts("feature", "transformation"),
            label("destType", Some(&destination.to_ascii_lowercase())),
            Label::from_static_parts("module", "router"),
            destination_id.clone(),
            source_id,
            workspace_id,
        ];
        let of_account = vec![upper, destination_id];
        let end = |end: &'static str| {
            let labels = [Label::from_static_parts("feature", feature), Label::from_static_parts("end", end)];
            recorder.counter(names::ENDS, of_account.iter().cloned().chain(labels).collect())
        };
        Origin {
            success: recorder.counter(names::SUCCESS, of_events.clone()),
            ends: Ends {
                delivered: end("delivered"),
                left: end("left"),
                skipped: end("skipped"),
                repeated: end("repeated"),
                dead: end("dead"),
            },
            per_event: recorder.histogram(names::PER_EVENT, of_account.clone()),
            hits: recorder.counter(names::HITS, of_account.clone()),
            misses: recorder.counter(names::MISSES, of_account.clone()),
            rate_wait: recorder.counter(names::RATE_WAIT, of_account.clone()),
            rate_left: OnceLock::new(),
            requests: Mutex::default(),
            recorder,
            of_requests,
            of_events,
            of_account,
        }
    }

    /// Counts an event that has got its answer; `is_left`: the caller makes its last request.
    pub(in crate::host) fn answered(&self, answer: &Answer, is_left: bool) {
        let end = match answer.status {
            DELIVERED if is_left => &self.ends.left,
            DELIVERED => &self.ends.delivered,
            FILTERED => &self.ends.skipped,
            _ if answer.is_repeated() => &self.ends.repeated,
            _ => &self.ends.dead,
        };
        end.increment(1);
        match answer.category().filter(|_| answer.is_failure()) {
            None => self.success.increment(1),
            Some((category, kind)) => {
                let mut labels = self.of_events.clone();
                labels.push(Label::from_static_parts("errorCategory", category));
                labels.push(Label::from_static_parts("errorType", kind.unwrap_or_default()));
                self.recorder.counter(names::FAILURE, labels).increment(1);
            }
        }
    }

    /// Runs an event; the requests that it makes meanwhile are counted for this origin.
    pub(in crate::host) async fn watch<T>(self: Arc<Self>, event: impl Future<Output = T>) -> T {
        let counted = async {
            let end = event.await;
            let _ = EVENT.try_with(|event| event.origin.per_event.record(event.requests.get()));
            end
        };
        EVENT.scope(Current { origin: self, requests: Cell::new(0) }, counted).await
    }

    /// Counts a request; `left`: what the destination still allows.
    pub(super) fn sent(&self, request: &Request, reply: &Reply, took: Duration, left: Option<u64>) {
        let arrived = match reply {
            Reply::Reply { status, .. } => Arrived::Status(*status),
            Reply::Timeout => Arrived::Timeout,
            Reply::Unreachable { .. } => Arrived::Unreachable,
        };
        let way = Way { step: request.step.clone(), method: request.method.as_str(), arrived };
        let (count, latency) = self.handles(way);
        count.increment(1);
        latency.record(took);
        if let Reply::Reply { retry_after: Some(wish), .. } = reply {
            self.rate_wait.increment(wish.as_secs());
        }
        if let Some(left) = left {
            let gauge = || self.recorder.gauge(names::RATE_LEFT, self.of_account.clone());
            self.rate_left.get_or_init(gauge).set(left as f64);
        }
    }

    /// Counts a request whose answer is shared.
    pub(super) fn shared(&self, is_there: bool) {
        let counter = if is_there { &self.hits } else { &self.misses };
        counter.increment(1);
    }

    /// Counts an event that has come to its end without a host.
    pub(super) fn ended(&self, verdict: &Verdict) {
        let end = match verdict {
            Verdict::Delivered => &self.ends.delivered,
            Verdict::Skipped { .. } => &self.ends.skipped,
            Verdict::Rejected { .. } | Verdict::Failed { .. } => &self.ends.dead,
        };
        end.increment(1);
    }

    fn handles(&self, way: Way) -> (Counter, Histogram) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.entry(way).or_insert_with_key(|way| self.new_handles(way)).clone()
    }

    /// The step stands for the path, which may hold values of events.
    fn new_handles(&self, way: &Way) -> (Counter, Histogram) {
        let mut labels = self.of_requests.clone();
        labels.push(label("endpointPath", Some(&way.step)));
        labels.push(Label::from_static_parts("requestMethod", way.method));
        let latency = self.recorder.histogram(names::REQUEST_TIME, labels.clone());
        let (is_good, status) = match way.arrived {
            Arrived::Status(status) => ((200..300).contains(&status), status.to_string()),
            Arrived::Timeout => (false, "timeout".to_owned()),
            Arrived::Unreachable => (false, "unreachable".to_owned()),
        };
        labels.push(Label::new("success", is_good.to_string()));
        labels.push(Label::new("statusCode", status));
        (self.recorder.counter(names::REQUESTS, labels), latency)
    }
}

/// Counts a request of the event that this task runs; `left`: what the destination still allows.
pub(in crate::host) fn sent(request: &Request, reply: &Reply, took: Duration, left: Option<u64>) {
    let _ = EVENT.try_with(|Current { origin, requests }| {
        requests.set(requests.get().saturating_add(1));
        origin.sent(request, reply, took, left);
    });
}

/// Counts a request of the event that this task runs, which has an answer that is shared, or is the one to make it.
pub(in crate::host) fn shared(is_there: bool) {
    let _ = EVENT.try_with(|Current { origin, .. }| origin.shared(is_there));
}
