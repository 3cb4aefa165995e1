//! Sends spans to a collector, many at once, from a thread of their own.

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing_subscriber::layer::Layer;
use tracing_subscriber::registry::LookupSpan;

use super::client::Client;
use crate::cli::output::Problem;

/// Spans on their way to a collector.
#[derive(Debug)]
pub(in crate::cli) struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// Begins to send to the collector at an address; the requests are made in a runtime.
    pub(in crate::cli) fn begin(url: &str, runtime: &Handle) -> Result<Self, Problem> {
        let problem = |why: String| {
            Problem::usage(format!("`--otlp`: {why}")).with_help("write it as --otlp http://127.0.0.1:4318")
        };
        let base = url::Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let base = base.ok_or_else(|| problem("the address is no URL of a host".to_owned()))?;
        let client = Client::new(runtime.clone()).map_err(|error| problem(error.to_string()))?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(format!("{}/v1/traces", base.as_str().trim_end_matches('/')))
            .build()
            .map_err(|error| problem(error.to_string()))?;
        let resource = Resource::builder()
            .with_service_name(env!("CARGO_PKG_NAME"))
            .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
        Ok(Self { provider })
    }

    /// Takes spans.
    pub(in crate::cli) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: tracing::Subscriber + for<'span> LookupSpan<'span>,
    {
        let tracer = self.provider.tracer(env!("CARGO_PKG_NAME"));
        tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_tracked_inactivity(false)
    }

    /// Sends what is left. The runtime must still be there.
    pub(in crate::cli) fn end(self) {
        // What cannot be sent has been told to the log.
        let _ = self.provider.shutdown();
    }
}
