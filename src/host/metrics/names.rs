//! The counts: their names, kinds and meanings, a record each. `docs/host.md` has the same table, and a test compares it
//! with what `/metrics` gives.

/// What a number means, and how it is spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Histogram of seconds.
    Seconds,
    /// Histogram of bytes.
    Bytes,
    /// Histogram of how many.
    Number,
}

impl Kind {
    /// Upper bounds of the buckets of a histogram.
    pub(super) fn buckets(self) -> &'static [f64] {
        match self {
            Kind::Counter | Kind::Gauge => &[],
            Kind::Seconds => &[
                0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0,
                600.0,
            ],
            Kind::Bytes => &[1e3, 1e4, 1e5, 1e6, 1e7, 1e8],
            Kind::Number => {
                &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0]
            }
        }
    }
}

/// A count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Metric {
    /// As Prometheus has it.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// What it counts.
    pub(super) about: &'static str,
}

/// Declares the records and the list of them.
macro_rules! names {
    ($($id:ident = $name:literal $kind:ident $about:literal;)*) => {
        $(pub(super) const $id: Metric = Metric { name: $name, kind: Kind::$kind, about: $about };)*
        /// All counts but those of the process.
        pub(super) const ALL: &[Metric] = &[$($id),*];
    };
}

names! {
    CALL_TIME = "transformer_http_request_duration" Seconds "time of a call";
    CALL_BYTES = "transformer_http_request_size" Bytes "body of a call";
    ANSWER_BYTES = "transformer_http_response_size" Bytes "body of an answer";
    CALLS = "transformer_http_concurrent_requests" Gauge "calls under way";
    EVENTS_IN = "transformer_dest_transform_input_events" Number "events of a call";
    EVENTS_OUT = "transformer_dest_transform_output_events" Number "elements of the answer to a call";
    SUCCESS = "transformer_event_transform_success" Counter "events that did not fail";
    FAILURE = "transformer_event_transform_failure" Counter "events that failed";
    REQUESTS = "transformer_outgoing_request_count" Counter "requests to the destination; `endpointPath` is the step";
    REQUEST_TIME = "transformer_outgoing_request_latency" Seconds "time of a request to the destination";
    ENDS = "mapwright_event_count" Counter "events by their end: delivered, left to the caller, skipped, repeated later, dead";
    PER_EVENT = "mapwright_requests_per_event" Number "requests that an event took";
    HITS = "mapwright_cache_hit_count" Counter "requests spared by an answer that was kept or on its way";
    MISSES = "mapwright_cache_miss_count" Counter "requests made because no answer was there";
    RATE_LEFT = "mapwright_rate_left" Gauge "requests that the destination still allows, as its last reply says";
    RATE_WAIT = "mapwright_rate_wait_seconds" Counter "seconds that the destination asked to wait";
    RELOADS = "mapwright_reload_count" Counter "files that were saved, by what became of them: compared, served, refused";
    MAPPINGS = "mapwright_mappings" Gauge "mappings that are served";
}
