//! What a host counts, under the names that dashboards of the reference know.
//!
//! ```text
//! event ─▶ Origin: handles, made once for a destination and its ids ─▶ Recorder ─▶ text
//! ```

mod names;
mod origin;
mod process;
mod registry;
mod tally;

pub(super) use origin::{Origin, sent, shared};
pub use tally::Tally;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use metrics::Label;
use moka::sync::Cache;

use super::batch::{Batch, Kinds, Metadata};
use registry::Recorder;

/// Most origins whose handles are kept.
const MOST_ORIGINS: u64 = 10_000;

/// After so many batches the histograms are tidied, whether anybody reads them or not.
const TIDIED_AFTER: u64 = 256;

/// Counts of one host.
pub(super) struct Metrics {
    instance: String,
    counts: ArcSwap<Counts>,
    calls: AtomicU32,
    batches: AtomicU64,
}

/// All that a reset begins anew.
struct Counts {
    recorder: Arc<Recorder>,
    origins: Cache<String, Arc<Origin>>,
}

/// A call, as it is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted<'a> {
    pub(super) method: &'a str,
    pub(super) route: &'a str,
    pub(super) status: u16,
    /// Name of the destination; empty when there is none.
    pub(super) destination: &'a str,
    pub(super) took: Duration,
    /// Bytes of the two bodies.
    pub(super) request: usize,
    pub(super) response: usize,
}

/// What became of a file that was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reload {
    Served,
    Compared,
    Refused,
}

/// A call under way, for as long as it lives.
#[derive(Debug)]
pub(super) struct UnderWay<'a>(&'a AtomicU32);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Metrics").field("instance", &self.instance).finish_non_exhaustive()
    }
}

impl Counts {
    fn new(instance: &str) -> Self {
        let recorder = Recorder::new(instance);
        for reload in [Reload::Served, Reload::Compared, Reload::Refused] {
            recorder.counter(names::RELOADS, reload.labels()).increment(0);
        }
        Self { recorder: Arc::new(recorder), origins: Cache::new(MOST_ORIGINS) }
    }
}

impl Reload {
    fn labels(self) -> Vec<Label> {
        let result = match self {
            Reload::Served => "served",
            Reload::Compared => "compared",
            Reload::Refused => "refused",
        };
        vec![Label::from_static_parts("result", result)]
    }
}

impl Metrics {
    /// No counts yet; `instance` is a label of all of them.
    pub(super) fn new(instance: &str) -> Self {
        let counts = ArcSwap::from_pointee(Counts::new(instance));
        Self { instance: instance.to_owned(), counts, calls: AtomicU32::new(0), batches: AtomicU64::new(0) }
    }

    /// All counts as text (Prometheus, version 0.0.4), while so many mappings are served.
    pub(super) fn text(&self, mappings: usize) -> String {
        let counts = self.counts.load();
        counts.recorder.gauge(names::CALLS, Vec::new()).set(self.calls.load(Ordering::Relaxed));
        counts.recorder.gauge(names::MAPPINGS, Vec::new()).set(mappings as f64);
        counts.recorder.text() + &process::text(&self.instance)
    }

    /// Sorts what histograms were given; until then every single value is kept. For those whose counts nobody reads.
    pub(super) fn tidy(&self) {
        self.counts.load().recorder.tidy();
    }

    /// Begins to count anew.
    pub(super) fn reset(&self) {
        self.counts.store(Arc::new(Counts::new(&self.instance)));
    }

    /// A call that is under way from now on.
    pub(super) fn begin(&self) -> UnderWay<'_> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        UnderWay(&self.calls)
    }

    pub(super) fn call(&self, call: Counted<'_>) {
        let recorder = &self.counts.load().recorder;
        let labels = vec![
            Label::new("method", call.method.to_owned()),
            Label::new("route", call.route.to_owned()),
            Label::new("code", call.status.to_string()),
        ];
        recorder.histogram(names::CALL_BYTES, labels.clone()).record(call.request as f64);
        recorder.histogram(names::ANSWER_BYTES, labels.clone()).record(call.response as f64);
        let mut labels = labels;
        labels.push(Label::new("destType", call.destination.to_ascii_uppercase()));
        recorder.histogram(names::CALL_TIME, labels).record(call.took);
    }

    /// A batch that has got its answer, with so many elements.
    pub(super) fn batch(&self, destination: &str, batch: &Batch<'_>, elements: usize) {
        let recorder = &self.counts.load().recorder;
        let first = batch.items().next();
        let kinds = first.map(Kinds::of).unwrap_or_default();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let labels = vec![
            Label::new("destination", destination.to_ascii_lowercase()),
            Label::new("sourceType", text(kinds.source.as_deref())),
            Label::new("destinationType", text(kinds.destination.as_deref())),
            Label::new("k8_namespace", text(kinds.namespace.as_deref())),
        ];
        recorder.histogram(names::EVENTS_IN, labels.clone()).record(batch.input.len() as f64);
        recorder.histogram(names::EVENTS_OUT, labels).record(elements as f64);
        if self.batches.fetch_add(1, Ordering::Relaxed) % TIDIED_AFTER == TIDIED_AFTER - 1 {
            recorder.tidy();
        }
    }

    /// The counts of events with these metadata, for a destination.
    pub(super) fn origin(
        &self,
        feature: &'static str,
        destination: &str,
        metadata: &Metadata<'_>,
    ) -> Arc<Origin> {
        let counts = self.counts.load();
        let ids = [metadata.destination_id(), metadata.source_id(), metadata.workspace_id()];
        let mut key = format!("{feature}\n{destination}");
        for id in ids {
            key.push('\n');
            key.push_str(id.unwrap_or_default());
        }
        let origin = || Arc::new(Origin::new(counts.recorder.clone(), feature, destination, metadata));
        counts.origins.get_with(key, origin)
    }

    /// A file was saved.
    pub(super) fn reloaded(&self, reload: Reload) {
        self.counts.load().recorder.counter(names::RELOADS, reload.labels()).increment(1);
    }
}
