//! What a caller is told of an event: a status code, an error text and tags, by which it repeats the event or not.

use serde::Serialize;

use super::batch::Metadata;
use crate::deliver::Standstill;
use crate::run::{Blame, Outcome, Verdict};

/// What became of an event, in the caller's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// 299 and 298 for what is done, 4xx for what is final, 429 and 5xx for what is to be repeated.
    pub(super) status: u16,
    /// Why, unless it is done.
    pub(super) error: Option<String>,
    /// `delivered`, `skipped`, `rejected` or `failed`.
    pub(super) outcome: &'static str,
    pub(super) kind: Kind,
}

/// The status of an event whose last request the caller makes.
pub(super) const TO_SEND: u16 = 200;

/// Kinds of ends, as they are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// All is done.
    Done,
    /// Not meant for this destination.
    Filtered,
    /// The event is bad.
    Event,
    /// The settings are bad.
    Settings,
    /// The destination refused or could not be reached.
    Network,
    /// The destination refused, and that is final whatever the status.
    Refused,
    /// The destination answered, but what was asked for is not there.
    Absent,
    /// Neither the event nor the destination: the host, or what came with the event.
    Platform,
}

/// Delivered: the caller has nothing to send.
pub(super) const DELIVERED: u16 = 299;

/// Filtered: nothing is sent, and that is right.
pub(super) const FILTERED: u16 = 298;

impl Answer {
    /// The answer to an event that was run.
    pub(super) fn of(outcome: Outcome) -> Self {
        let name = outcome.verdict.name();
        let (status, error, kind) = match outcome.verdict {
            Verdict::Delivered => (DELIVERED, None, Kind::Done),
            Verdict::Skipped { why } => (FILTERED, Some(why), Kind::Filtered),
            Verdict::Rejected { why } => (400, Some(why), kind_of(outcome.blame).unwrap_or(Kind::Event)),
            Verdict::Failed { why, status, is_lasting, .. } => {
                (failed(status, is_lasting), Some(why), kind_of(outcome.blame).unwrap_or(Kind::Network))
            }
        };
        Answer { status, error, outcome: name, kind }
    }

    /// The event is bad.
    pub(super) fn bad_event(why: impl Into<String>) -> Self {
        Answer { status: 400, error: Some(why.into()), outcome: "rejected", kind: Kind::Event }
    }

    /// The settings are bad.
    pub(super) fn bad_settings(why: impl Into<String>) -> Self {
        Answer { status: 400, error: Some(why.into()), outcome: "rejected", kind: Kind::Settings }
    }

    /// To be repeated, for a reason outside event and destination.
    pub(super) fn later(why: impl Into<String>) -> Self {
        Answer { status: 500, error: Some(why.into()), outcome: "failed", kind: Kind::Platform }
    }

    /// Not begun, for nothing comes of its account for now and the call is not for that alone.
    pub(super) fn not_begun(standstill: Standstill) -> Self {
        let (status, why) = match standstill {
            Standstill::Pause => (429, "the destination asked for a pause"),
            Standstill::Silence => (503, "the destination does not answer"),
        };
        Answer { status, error: Some(why.to_owned()), outcome: "failed", kind: Kind::Network }
    }

    /// Whether it counts as a failure.
    pub(super) fn is_failure(&self) -> bool {
        !matches!(self.status, TO_SEND | DELIVERED | FILTERED)
    }

    /// Whether the caller will send the event again.
    pub(super) fn is_repeated(&self) -> bool {
        matches!(self.status, 408 | 429 | 500..)
    }
}

/// The kind that the mapping itself names.
fn kind_of(blame: Blame) -> Option<Kind> {
    match blame {
        Blame::Event => None,
        Blame::Settings => Some(Kind::Settings),
        Blame::Destination => Some(Kind::Refused),
        Blame::Absence => Some(Kind::Absent),
    }
}

/// A final refusal keeps its status. What may pass is repeated, under the destination's status if that says so.
fn failed(status: Option<u16>, is_lasting: bool) -> u16 {
    match status {
        Some(status @ (408 | 429 | 500..=598)) => status,
        Some(status @ 400..=499) if is_lasting => status,
        _ => 500,
    }
}

/// Tags by which failures are counted.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StatTags<'a> {
    error_category: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<&'static str>,
    dest_type: &'a str,
    module: &'static str,
    implementation: &'static str,
    feature: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace_id: Option<&'a str>,
}

impl Answer {
    /// `errorCategory` and `errorType`; `None` where there is no error.
    pub(super) fn category(&self) -> Option<(&'static str, Option<&'static str>)> {
        self.error.as_ref()?;
        Some(match self.kind {
            Kind::Done => return None,
            Kind::Filtered => ("dataValidation", Some("filtered")),
            Kind::Event => ("dataValidation", Some("instrumentation")),
            Kind::Settings => ("dataValidation", Some("configuration")),
            Kind::Platform => ("platform", None),
            Kind::Refused | Kind::Absent => ("network", Some("aborted")),
            Kind::Network => match self.status {
                429 => ("network", Some("throttled")),
                408 | 500.. => ("network", Some("retryable")),
                _ => ("network", Some("aborted")),
            },
        })
    }

    /// The tags of a failure; `destination` is its name in upper case.
    pub(super) fn tags<'a>(
        &self,
        feature: &'static str,
        destination: &'a str,
        metadata: &'a Metadata<'_>,
    ) -> Option<StatTags<'a>> {
        let (error_category, error_type) = self.category()?;
        Some(StatTags {
            error_category,
            error_type,
            meta: (self.kind == Kind::Absent).then_some("instrumentation"),
            dest_type: destination,
            module: "destination",
            implementation: "native",
            feature,
            destination_id: metadata.destination_id(),
            workspace_id: metadata.workspace_id(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::failed;

    #[test]
    fn what_may_pass_is_repeated() {
        assert_eq!(failed(Some(429), true), 429);
        assert_eq!(failed(Some(503), false), 503);
        assert_eq!(failed(Some(503), true), 503);
        assert_eq!(failed(None, false), 500);
        assert_eq!(failed(Some(409), false), 500);
        assert_eq!(failed(Some(200), true), 500);
        assert_eq!(failed(Some(599), false), 500);
    }

    #[test]
    fn what_is_final_is_not() {
        assert_eq!(failed(Some(403), true), 403);
        assert_eq!(failed(Some(404), true), 404);
    }
}
