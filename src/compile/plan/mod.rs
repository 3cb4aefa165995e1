//! The compiled mapping: names are slots, singular paths are walks, templates are segments, defaults are chosen.

mod body;
mod bulk;
mod query;

use std::sync::Arc;
use std::time::Duration;

use regex::Regex;
use serde_json::Value;

use crate::diag::Span;
use crate::json::Slot;
use crate::json::capture::Paths;
use crate::model::{
    Answers, Blame, Comparison, Effect, Method, OnBad, Presence, Reaction, Required, Say, Setting, Take,
};
use crate::value::{Type, Walk};

pub(crate) use body::{BodyPlan, Op, RestPlan, Role};
pub(crate) use bulk::{BulkPlan, FindPlan, FormPlan, JobPlan, LimitPlan, LimitedBy};
pub(crate) use query::{Query, singular};

/// A compiled mapping. Shared by all sessions and runs that use it.
#[derive(Debug)]
pub struct Plan {
    pub(crate) hash: String,
    pub(crate) destination: String,
    pub(crate) integration: Option<String>,
    pub(crate) host_finishes: bool,
    /// All that flows read of an event.
    pub(crate) paths: Paths,
    /// Slot of the event's type.
    pub(crate) kind: Slot,
    /// Slot of the event's `integrations` object.
    pub(crate) integrations: Slot,
    pub(crate) order_by: Vec<Selector>,
    pub(crate) settings: Vec<(String, Setting)>,
    pub(crate) service: ServicePlan,
    pub(crate) flows: Vec<FlowPlan>,
}

/// Where requests go and how to log in.
#[derive(Debug)]
pub(crate) struct ServicePlan {
    pub(crate) base_url: RowPlan,
    pub(crate) auth: Vec<(Option<Cond>, LoginPlan)>,
    pub(crate) headers: Vec<RowPlan>,
    pub(crate) errors: Vec<RulePlan>,
    pub(crate) limits: Vec<LimitPlan>,
    #[cfg_attr(not(feature = "http"), expect(dead_code, reason = "only a deliverer follows jobs"))]
    pub(crate) job: Option<JobPlan>,
    pub(crate) reason: Vec<Selector>,
}

/// How to log in; numbers are settings.
#[derive(Debug)]
pub(crate) enum LoginPlan {
    Basic { user: Box<RowPlan>, password: usize },
    Bearer { token: usize },
    OAuth2 { token_path: String, client_id: usize, client_secret: usize, scope: Option<String> },
}

/// What a selector starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    Event,
    Reply,
    Setting(usize),
    Output(usize),
    Name(usize),
    /// Element of `each`.
    Item,
    /// Element of `for_each`.
    Loop,
    /// Name of the flow.
    Flow,
    /// What the rest of a body would send.
    Rest(usize),
}

/// A path from a root.
#[derive(Clone, Debug)]
pub(crate) enum Path {
    Walk(Walk),
    Query(Box<Query>),
}

/// Where a selector need not walk, because the pass over the event has been there.
#[derive(Clone, Debug)]
pub(crate) enum Reach {
    /// It walks from its root.
    Root,
    /// It goes on from a slot, by what is left of its path.
    Slot(Slot, Path),
    /// It is a name's value.
    Name(usize),
    /// It starts from a name: when the name's value stands in the first slot of a pair, it leads to the second.
    Via(usize, Box<[(Slot, Slot)]>),
}

/// A compiled selector.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    pub(crate) root: Root,
    /// The whole path from the root.
    pub(crate) path: Path,
    pub(crate) reach: Reach,
    /// As the author wrote it.
    pub(crate) text: Arc<str>,
    /// What it gives must never be shown.
    pub(crate) secret: bool,
}

/// A compiled row.
#[derive(Clone, Debug)]
pub(crate) struct RowPlan {
    /// `table.row`, or the row's name alone.
    pub(crate) label: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) span: Span,
    pub(crate) source: SourcePlan,
    pub(crate) cast: Option<Type>,
    pub(crate) on_bad: OnBad,
    pub(crate) empty_is_missing: bool,
    pub(crate) null_is_sent: bool,
    pub(crate) default: Option<Value>,
    pub(crate) required: Option<Required>,
    pub(crate) when: Option<Cond>,
    pub(crate) map: Option<Vec<(String, Value)>>,
    pub(crate) truncate: Option<usize>,
    pub(crate) way: Way,
    /// Its value depends on answers of the destination.
    pub(crate) late: bool,
    /// What it gives, once a session has settings.
    pub(crate) settled: Settled,
}

/// How a row comes to its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// It passes on the first of its candidates that counts; at the most, that is cast or cut.
    PassesOn,
    /// In some other way.
    Makes,
}

/// What the settings of a session make of a row.
#[derive(Clone, Debug, Default)]
pub(crate) enum Settled {
    /// The event decides, or nobody knows yet.
    #[default]
    Open,
    /// It has no value.
    Nothing,
    /// JSON text of its value.
    Text(Box<str>),
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(crate) enum SourcePlan {
    Candidates(Vec<Selector>, Option<Take>),
    Each(Box<EachPlan>),
    Constant(Value),
    Template { segments: Vec<Segment>, with: Vec<RowPlan> },
    List(Vec<(Option<Cond>, Vec<RowPlan>)>),
}

/// What is taken of each element of a list.
#[derive(Clone, Debug)]
pub(crate) struct EachPlan {
    pub(crate) each: Selector,
    pub(crate) filter: Option<Cond>,
    pub(crate) from: Vec<Selector>,
    pub(crate) take: Take,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Segment {
    Text(String),
    Variable(usize),
}

/// A compiled condition.
#[derive(Clone, Debug)]
pub(crate) struct Cond {
    pub(crate) span: Span,
    pub(crate) kind: CondKind,
    /// It depends on answers of the destination.
    pub(crate) late: bool,
    /// Whether it holds, once a session has settings and nothing else decides.
    pub(crate) settled: Option<bool>,
}

#[derive(Clone, Debug)]
pub(crate) enum CondKind {
    All(Vec<Cond>),
    Any(Vec<Cond>),
    Not(Box<Cond>),
    Test(Selector, TestPlan),
}

#[derive(Clone, Debug)]
pub(crate) enum TestPlan {
    Equals(Value),
    SameAs(Selector),
    SameAsIgnoringCase(Selector),
    SameMomentAs(Selector),
    Is(Vec<Presence>),
    In(Vec<Value>),
    InList(Selector),
    InListIgnoringCase(Selector),
    Compare(Comparison, Value),
    Matches(Regex),
}

impl TestPlan {
    /// The selector whose value the test compares with.
    pub(crate) fn other(&self) -> Option<&Selector> {
        match self {
            TestPlan::SameAs(other)
            | TestPlan::SameAsIgnoringCase(other)
            | TestPlan::SameMomentAs(other)
            | TestPlan::InList(other)
            | TestPlan::InListIgnoringCase(other) => Some(other),
            TestPlan::Equals(_)
            | TestPlan::Is(_)
            | TestPlan::In(_)
            | TestPlan::Compare(..)
            | TestPlan::Matches(_) => None,
        }
    }
}

/// What answers mean.
#[derive(Clone, Debug)]
pub(crate) struct RulePlan {
    /// Where it is written.
    pub(crate) span: Span,
    pub(crate) answers: Answers,
    pub(crate) arms: Vec<ArmPlan>,
}

#[derive(Clone, Debug)]
pub(crate) struct ArmPlan {
    pub(crate) when: Option<Cond>,
    pub(crate) then: Reaction,
    pub(crate) why: Option<ReasonPlan>,
    pub(crate) say: Say,
    pub(crate) blame: Option<Blame>,
}

/// Words for people.
#[derive(Clone, Debug)]
pub(crate) enum ReasonPlan {
    Text(String),
    Row(Box<RowPlan>),
}

/// A compiled flow.
#[derive(Clone, Debug)]
pub(crate) struct FlowPlan {
    /// Where it is named.
    pub(crate) span: Span,
    pub(crate) name: Arc<str>,
    pub(crate) event: String,
    pub(crate) when: Option<Cond>,
    pub(crate) names: Vec<RowPlan>,
    pub(crate) rests: Vec<Arc<RestPlan>>,
    pub(crate) require: Vec<(Option<Cond>, Cond, String)>,
    pub(crate) steps: Vec<StepPlan>,
    /// Slots of what steps give: `step.output`.
    pub(crate) outputs: Vec<Arc<str>>,
    /// Whose requests a host is told that they are.
    pub(crate) host_user: Option<Selector>,
}

/// A compiled step.
#[derive(Clone, Debug)]
pub(crate) struct StepPlan {
    /// Where it is named; of one without a name its condition.
    pub(crate) span: Span,
    pub(crate) name: Arc<str>,
    /// All must hold: that of the part it came from, its own.
    pub(crate) when: Vec<Cond>,
    pub(crate) kind: StepKind,
    /// What a host gets of its writes.
    pub(crate) host: Option<HostPlan>,
}

/// What a host gets of the writes of a step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HostPlan {
    /// Its place among those that are shown; `None` leaves it to the host.
    pub(crate) place: Option<usize>,
    /// It says whose request it is.
    pub(crate) has_user: bool,
}

#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all steps are calls")]
pub(crate) enum StepKind {
    Call { each: Option<LoopPlan>, call: CallPlan },
    Stop,
    Skip(String),
    Reject { error: ReasonPlan, blame: Blame },
}

#[derive(Clone, Debug)]
pub(crate) struct LoopPlan {
    pub(crate) list: Selector,
    pub(crate) filter: Option<Cond>,
    pub(crate) max: usize,
}

#[derive(Clone, Debug)]
pub(crate) enum CallPlan {
    Request(Box<RequestPlan>),
    Ensure { find: Vec<RequestPlan>, create: Box<RequestPlan> },
}

/// A compiled request.
#[derive(Clone, Debug)]
pub(crate) struct RequestPlan {
    /// Where it is written.
    pub(crate) span: Span,
    pub(crate) method: Method,
    pub(crate) path: Vec<PathPart>,
    pub(crate) query: Vec<RowPlan>,
    pub(crate) headers: Vec<RowPlan>,
    pub(crate) body: Option<BodyPlan>,
    /// Slot and row of each output.
    pub(crate) give: Vec<(usize, RowPlan)>,
    pub(crate) cache: Option<Duration>,
    pub(crate) once: Option<OncePlan>,
    /// How it is made together with others.
    pub(crate) bulk: Option<Arc<BulkPlan>>,
    pub(crate) limits: Vec<LimitedBy>,
    pub(crate) forget: Arc<[Arc<str>]>,
    pub(crate) pages: Option<(Selector, u32)>,
    pub(crate) errors: Vec<RulePlan>,
    pub(crate) verify: Option<Box<RequestPlan>>,
    /// What a write does, in the words of a plan.
    pub(crate) effect: Effect,
    /// Asked for plans alone.
    pub(crate) preview: Option<Box<RequestPlan>>,
    pub(crate) when: Option<Cond>,
}

/// See [`crate::run::Once`].
#[derive(Debug, Clone)]
pub(crate) struct OncePlan {
    pub(crate) key: RowPlan,
    pub(crate) keep: Duration,
    pub(crate) is_remembered: bool,
}

/// A piece of a request path.
#[derive(Clone, Debug)]
pub(crate) enum PathPart {
    Text(String),
    Value(Box<RowPlan>),
}

impl Plan {
    /// Name of the destination.
    #[must_use]
    pub fn destination(&self) -> &str {
        &self.destination
    }

    /// Whether the mapping wants a host that sends requests itself to make the last request of an event.
    #[must_use]
    pub fn host_finishes(&self) -> bool {
        self.host_finishes
    }

    /// Whether a flow is for events of a type, in lower case.
    #[must_use]
    pub fn takes(&self, event: &str) -> bool {
        self.flows.iter().any(|flow| flow.event == event)
    }

    /// Fingerprint of the mapping's text, in hexadecimal.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Names and declarations of the settings.
    pub fn settings(&self) -> impl Iterator<Item = (&str, &Setting)> {
        self.settings.iter().map(|(name, setting)| (name.as_str(), setting))
    }
}
