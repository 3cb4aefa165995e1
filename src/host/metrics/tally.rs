//! What one delivery counts, under the names that a host has for the same.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use metrics::Label;
use tokio::time::Instant;

use super::names::{Kind, Metric};
use super::origin::Origin;
use super::process;
use super::registry::Recorder;
use crate::deliver::{Deliverer, Doing, Sending, Standing, Transport};
use crate::host::batch::Metadata;
use crate::run::{Request, Verdict};
use crate::value::Secret;

/// What requests are doing.
const REQUESTS: Metric = Metric {
    name: "mapwright_requests",
    kind: Kind::Gauge,
    about: "requests by what they are doing: under_way, or waiting for limits, turn, job, back_off",
};

/// What they have spent their time with.
const SECONDS: Metric = Metric {
    name: "mapwright_request_seconds",
    kind: Kind::Gauge,
    about: "time of all requests together by what it was spent with; only grows",
};

/// After so many events the histograms are tidied, whether anybody reads them or not.
const TIDIED_AFTER: u64 = 4_096;

/// Counts that a host does not have.
pub(super) const OWN: [Metric; 2] = [REQUESTS, SECONDS];

/// Counts of one delivery.
pub struct Tally {
    instance: String,
    recorder: Arc<Recorder>,
    origin: Origin,
    events: AtomicU64,
}

impl fmt::Debug for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tally").field("instance", &self.instance).finish_non_exhaustive()
    }
}

impl Tally {
    /// No counts yet; `instance` is a label of all of them, `destination` of most.
    #[must_use]
    pub fn new(instance: &str, destination: &str) -> Self {
        let recorder = Arc::new(Recorder::new(instance));
        let origin = Origin::new(recorder.clone(), "deliver", destination, &Metadata::default());
        Self { instance: instance.to_owned(), recorder, origin, events: AtomicU64::new(0) }
    }

    /// The same transport, with its requests counted.
    pub fn counting(self: &Arc<Self>, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(Counted { inner, tally: self.clone() })
    }

    /// Counts an event that has come to its end.
    pub fn ended(&self, verdict: &Verdict) {
        self.origin.ended(verdict);
        if self.events.fetch_add(1, Ordering::Relaxed) % TIDIED_AFTER == TIDIED_AFTER - 1 {
            self.recorder.tidy();
        }
    }

    /// All counts as text (Prometheus, version 0.0.4).
    pub(in crate::host) fn text(&self, deliverer: &Deliverer) -> String {
        let spent = deliverer.spent();
        for doing in Doing::ALL {
            let labels = || vec![Label::from_static_parts("doing", doing.name())];
            let share = spent.of(doing);
            self.recorder.gauge(REQUESTS, labels()).set(share.now);
            self.recorder.gauge(SECONDS, labels()).set(share.spent.as_secs_f64());
        }
        self.recorder.text() + &process::text(&self.instance)
    }
}

/// A transport whose requests are counted.
#[derive(Debug)]
struct Counted {
    inner: Arc<dyn Transport>,
    tally: Arc<Tally>,
}

impl Transport for Counted {
    fn send<'a>(&'a self, request: &'a Request, authorization: Option<&'a Secret>) -> Sending<'a> {
        Box::pin(async move {
            let begun = Instant::now();
            let answer = self.inner.send(request, authorization).await;
            self.tally.origin.sent(request, &answer, begun.elapsed(), self.inner.rate_left());
            answer
        })
    }

    fn take_standing(&self) -> Option<Standing> {
        self.inner.take_standing()
    }

    fn shared(&self, is_there: bool) {
        self.tally.origin.shared(is_there);
    }

    fn ask_token<'a>(&'a self, path: &'a str, form: &'a Secret) -> Sending<'a> {
        self.inner.ask_token(path, form)
    }
}
