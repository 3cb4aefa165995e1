//! Where counts are kept: made by name and labels, read as text.

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Label, Level, Metadata, Recorder as _};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::names::{self, Kind, Metric};
use super::tally;

/// What the recorder wants to know about who counts; it makes nothing of it.
const WHO: Metadata<'static> = Metadata::new("mapwright", Level::INFO, None);

/// Keeps counts.
pub(super) struct Recorder {
    inner: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl Recorder {
    /// Keeps counts that say which instance theirs is.
    pub(super) fn new(instance: &str) -> Self {
        let mut builder = PrometheusBuilder::new().add_global_label("instanceName", instance);
        for name in names::ALL.iter().filter(|name| !name.kind.buckets().is_empty()) {
            let matcher = Matcher::Full(name.name.to_owned());
            #[expect(
                clippy::expect_used,
                reason = "only an empty list is refused, and those are filtered out"
            )]
            {
                builder = builder
                    .set_buckets_for_metric(matcher, name.kind.buckets())
                    .expect("buckets that are not empty");
            }
        }
        let inner = builder.build_recorder();
        for Metric { name, kind, about } in names::ALL.iter().chain(&tally::OWN) {
            let key = KeyName::from_const_str(name);
            match kind {
                Kind::Counter => inner.describe_counter(key, None, (*about).into()),
                Kind::Gauge => inner.describe_gauge(key, None, (*about).into()),
                Kind::Seconds | Kind::Bytes | Kind::Number => {
                    inner.describe_histogram(key, None, (*about).into());
                }
            }
        }
        let handle = inner.handle();
        Self { inner, handle }
    }

    pub(super) fn counter(&self, name: Metric, labels: Vec<Label>) -> Counter {
        self.inner.register_counter(&Key::from_parts(name.name, labels), &WHO)
    }

    pub(super) fn gauge(&self, name: Metric, labels: Vec<Label>) -> Gauge {
        self.inner.register_gauge(&Key::from_parts(name.name, labels), &WHO)
    }

    pub(super) fn histogram(&self, name: Metric, labels: Vec<Label>) -> Histogram {
        self.inner.register_histogram(&Key::from_parts(name.name, labels), &WHO)
    }

    /// Sorts what histograms were given into their buckets; until then it is all kept.
    pub(super) fn tidy(&self) {
        self.handle.run_upkeep();
    }

    /// All counts as text (Prometheus, version 0.0.4).
    pub(super) fn text(&self) -> String {
        self.handle.render()
    }
}
