//! Spans of what a host does: calls, the events in them, the requests that those make. They have a target of their own,
//! so that whoever wants no traces pays nothing for them, and hold neither contents of events nor addresses.

use axum::http::request::Parts;
use tracing::field::Empty;
use tracing::{Span, info_span};

use super::batch::Metadata;
use super::verdict::Answer;
use crate::run::{Answer as Reply, Request};

/// Target of all spans.
pub const SPANS: &str = "mapwright::span";

/// A call; its parent is the trace that the header `traceparent` names.
pub(super) fn call(head: &Parts, route: &'static str) -> Span {
    let span = info_span!(
        target: SPANS, "call", otel.kind = "server", http.request.method = head.method.as_str(),
        http.route = route, http.response.status_code = Empty, otel.status_code = Empty,
    );
    if let Some(parent) = head.headers.get("traceparent").and_then(|value| value.to_str().ok()) {
        parents::set(&span, parent);
    }
    span
}

/// An event; its parent is the trace that its metadata name, or else the call.
pub(super) fn event(destination: &str, metadata: &Metadata<'_>) -> Span {
    let span = info_span!(
        target: SPANS, "event", destination, destinationId = metadata.destination_id(),
        workspaceId = metadata.workspace_id(), jobId = metadata.job_id(), messageId = metadata.message_id(),
        status = Empty, errorType = Empty, otel.status_code = Empty,
    );
    if let Some(parent) = metadata.traceparent() {
        parents::set(&span, parent);
    }
    span
}

/// A request to a destination.
pub(super) fn request(request: &Request) -> Span {
    info_span!(
        target: SPANS, "request", otel.kind = "client", http.request.method = request.method.as_str(),
        step = &*request.step, attempt = request.attempt, http.response.status_code = Empty,
        error.r#type = Empty, otel.status_code = Empty,
    )
}

/// How a call ended.
pub(super) fn call_ended(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// How an event ended.
pub(super) fn event_ended(span: &Span, answer: &Answer) {
    span.record("status", answer.status);
    if answer.is_failure() {
        span.record("otel.status_code", "ERROR");
        span.record("errorType", answer.category().and_then(|(_, kind)| kind));
    }
}

/// How a request ended.
pub(super) fn request_ended(span: &Span, reply: &Reply) {
    match reply {
        Reply::Reply { status, .. } => {
            span.record("http.response.status_code", *status);
            if *status < 400 {
                return;
            }
        }
        Reply::Timeout => drop(span.record("error.type", "timeout")),
        Reply::Unreachable { .. } => drop(span.record("error.type", "unreachable")),
    }
    span.record("otel.status_code", "ERROR");
}

/// Traces that began elsewhere.
#[cfg(feature = "otel")]
mod parents {
    use std::collections::HashMap;

    use opentelemetry::propagation::TextMapPropagator;
    use opentelemetry_sdk::propagation::TraceContextPropagator;
    use tracing::Span;
    use tracing_opentelemetry::OpenTelemetrySpanExt;

    /// Makes a span part of a trace that began elsewhere. A parent that is none is no reason for anything.
    ///
    /// Source: W3C Trace Context, section 3.2.
    pub(super) fn set(span: &Span, traceparent: &str) {
        if span.is_disabled() {
            return;
        }
        let headers = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
        let parent = TraceContextPropagator::new().extract(&headers);
        if opentelemetry::trace::TraceContextExt::has_active_span(&parent) {
            // A span that nobody exports has no parent to set.
            let _ = span.set_parent(parent);
        }
    }
}

#[cfg(not(feature = "otel"))]
mod parents {
    /// Nothing: there are no traces.
    pub(super) fn set(_: &tracing::Span, _: &str) {}
}
