//! Traces of a host, for a collector that takes OTLP over HTTP.

#[cfg(feature = "otel")]
mod client;
#[cfg(feature = "otel")]
mod sent;
#[cfg(not(feature = "otel"))]
mod unsent;

#[cfg(feature = "otel")]
pub(super) use sent::Traces;
#[cfg(not(feature = "otel"))]
pub(super) use unsent::Traces;
