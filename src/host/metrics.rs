//! What a host counts, under the names that dashboards of the reference know.

use std::sync::Arc;
use std::time::Duration;

use metrics::{Label, counter, histogram, with_local_recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::batch::Metadata;
use super::verdict::{Answer, StatTags};
use crate::run::{Answer as Reply, Request};

/// Counts of one host.
#[derive(Clone)]
pub(super) struct Metrics {
    recorder: Arc<PrometheusRecorder>,
    handle: PrometheusHandle,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Metrics")
    }
}

/// A call, as it is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted<'a> {
    pub(super) method: &'a str,
    pub(super) route: &'a str,
    pub(super) status: u16,
    pub(super) took: Duration,
    /// Bytes of the two bodies.
    pub(super) request: usize,
    pub(super) response: usize,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        Self { recorder: Arc::new(recorder), handle }
    }

    /// All counts as text (Prometheus, version 0.0.4).
    pub(super) fn text(&self) -> String {
        self.tidy();
        self.handle.render()
    }

    /// Sorts what histograms were given; until then every single value is kept.
    pub(super) fn tidy(&self) {
        self.handle.run_upkeep();
    }

    pub(super) fn call(&self, call: Counted<'_>) {
        let labels = vec![
            Label::new("method", call.method.to_owned()),
            Label::new("route", call.route.to_owned()),
            Label::new("code", call.status.to_string()),
        ];
        with_local_recorder(&*self.recorder, || {
            histogram!("transformer_http_request_duration", labels.clone()).record(call.took.as_secs_f64());
            histogram!("transformer_http_request_size", labels.clone()).record(call.request as f64);
            histogram!("transformer_http_response_size", labels).record(call.response as f64);
        });
    }

    /// An event that has got its answer.
    pub(super) fn event(
        &self,
        feature: &'static str,
        destination: &str,
        metadata: &Metadata<'_>,
        answer: &Answer,
    ) {
        let name = destination.to_ascii_uppercase();
        let failure = answer.tags(feature, &name, metadata).filter(|_| answer.is_failure());
        let mut labels = vec![
            Label::new("destType", name.clone()),
            Label::new("module", "destination"),
            Label::new("implementation", "native"),
            Label::new("feature", feature),
            Label::new("destinationId", metadata.destination_id().unwrap_or_default().to_owned()),
            Label::new("workspaceId", metadata.workspace_id().unwrap_or_default().to_owned()),
        ];
        with_local_recorder(&*self.recorder, || match &failure {
            None => counter!("transformer_event_transform_success", labels).increment(1),
            Some(tags) => {
                labels.extend(kinds(tags));
                counter!("transformer_event_transform_failure", labels).increment(1);
            }
        });
    }

    /// A request that went to a destination. Its step stands for its path, which may hold values of events.
    pub(super) fn request(&self, destination: &str, request: &Request, reply: &Reply, took: Duration) {
        let labels = vec![
            Label::new("feature", "transformation"),
            Label::new("destType", destination.to_ascii_lowercase()),
            Label::new("endpointPath", request.step.to_string()),
            Label::new("requestMethod", request.method.as_str()),
            Label::new("module", "router"),
        ];
        let status = match reply {
            Reply::Reply { status, .. } => status.to_string(),
            Reply::Timeout => "timeout".to_owned(),
            Reply::Unreachable { .. } => "unreachable".to_owned(),
        };
        let is_good = matches!(reply, Reply::Reply { status: 200..=299, .. });
        let mut counted = labels.clone();
        counted.push(Label::new("success", is_good.to_string()));
        counted.push(Label::new("statusCode", status));
        with_local_recorder(&*self.recorder, || {
            counter!("transformer_outgoing_request_count", counted).increment(1);
            histogram!("transformer_outgoing_request_latency", labels).record(took.as_secs_f64());
        });
    }

    /// New mappings are served.
    pub(super) fn reloaded(&self) {
        with_local_recorder(&*self.recorder, || counter!("mapwright_reload_count").increment(1));
    }
}

fn kinds(tags: &StatTags<'_>) -> [Label; 2] {
    [Label::new("errorCategory", tags.category()), Label::new("errorType", tags.kind().unwrap_or_default())]
}
