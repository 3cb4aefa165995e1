//! Flows, steps and requests as types.

use std::time::Duration;

use super::{BulkOf, Condition, Effect, HostUse, Method, Row, Text};
use crate::diag::Span;

/// What is done with events of a type.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Event type, in lower case.
    pub event: Text,
    /// Further condition.
    pub when: Option<Condition>,
    /// Names that hold in this flow only, in front of the file's.
    pub names: Vec<Row>,
    /// What must hold before anything is sent.
    pub require: Vec<Requirement>,
    /// Steps, in order.
    pub steps: Vec<Step>,
    /// What a host that sends requests itself gets of it.
    pub host: Option<HostUse>,
}

/// Something that must hold before anything is sent.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Looked at only when this holds.
    pub when: Option<Condition>,
    /// What must hold.
    pub that: Condition,
    /// What the event is rejected with.
    pub error: String,
}

/// A step of a flow.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all steps are calls")]
pub enum Step {
    /// Requests.
    Call {
        /// Name of the step.
        name: Text,
        /// Left out unless this holds.
        when: Option<Condition>,
        /// Once for each element of a list.
        each: Option<ForEach>,
        /// What is asked.
        call: Box<Call>,
    },
    /// The steps of a part.
    Use {
        /// Its name.
        part: Text,
        /// Left out unless this holds.
        when: Option<Condition>,
    },
    /// Ends the event as delivered.
    Stop {
        /// Unless this does not hold.
        when: Option<Condition>,
    },
    /// Ends the event as skipped.
    Skip {
        /// Unless this does not hold.
        when: Option<Condition>,
        /// Why.
        why: String,
    },
    /// Ends the event as rejected.
    Reject {
        /// Unless this does not hold.
        when: Option<Condition>,
        /// Why.
        error: Reason,
        /// What is to blame.
        blame: Blame,
    },
}

/// Why an event ends, in words for people.
#[derive(Clone, Debug)]
pub enum Reason {
    /// These words.
    Text(String),
    /// What a row makes.
    Row(Box<Row>),
}

/// What is to blame for a rejected event: a host counts by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Blame {
    /// The event lacks something, or has what may not be.
    #[default]
    Event,
    /// The settings of the destination.
    Settings,
    /// The destination refused.
    Destination,
    /// The destination answered, but what was asked for is not there.
    Absence,
}

/// What a step asks.
#[derive(Clone, Debug)]
pub enum Call {
    /// One request.
    Request(Request),
    /// Look-ups, and a creation when none finds anything.
    Ensure {
        /// In order.
        find: Vec<Request>,
        /// When nothing was found.
        create: Request,
    },
}

/// A loop.
#[derive(Clone, Debug)]
pub struct ForEach {
    /// The list.
    pub list: Text,
    /// Name of the element inside the step.
    pub name: Text,
    /// Elements that do not pass are left out.
    pub filter: Option<Condition>,
    /// Most elements.
    pub max: usize,
}

impl Request {
    /// Method and path, as they are written: `POST /users/:user`.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path.text)
    }
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where it stands.
    pub span: Span,
    /// Method.
    pub method: Method,
    /// Path with `:name` placeholders.
    pub path: Text,
    /// Values of the placeholders.
    pub with: Vec<Row>,
    /// Query parameters.
    pub query: Vec<Row>,
    /// Headers.
    pub headers: Vec<Row>,
    /// Body.
    pub body: Option<BodyOf>,
    /// What later steps may read.
    pub give: Vec<Row>,
    /// How long the answer may be shared.
    pub cache: Option<Duration>,
    /// Made once per key for all events, or when it differs from the last one.
    pub once: Option<OncePer>,
    /// How it is made together with others.
    pub bulk: Option<BulkOf>,
    /// Steps whose cached answers no longer hold afterwards.
    pub forget: Vec<Text>,
    /// Reads all pages.
    pub pages: Option<Pages>,
    /// What answers mean.
    pub errors: Vec<ErrorRule>,
    /// A read that tells whether a write whose answer was lost has arrived.
    pub verify: Option<Box<Request>>,
    /// What the write does, when it is not what its method says.
    pub effect: Option<Effect>,
    /// A read by which a plan sees what the write would change.
    pub preview: Option<Box<Request>>,
    /// Left out unless this holds.
    pub when: Option<Condition>,
}

/// A body made by a table.
#[derive(Clone, Debug)]
pub struct BodyOf {
    /// The table.
    pub table: Text,
    /// Key to wrap the body in, instead of the table's own.
    pub under: Option<String>,
    /// Rows that only this body has.
    pub plus: Vec<Row>,
}

/// See [`crate::run::Once`].
#[derive(Clone, Debug)]
pub struct OncePer {
    /// Key.
    pub key: Row,
    /// How long a success is remembered.
    pub keep: Duration,
    /// Made again when it differs from the last one.
    pub is_remembered: bool,
}

impl OncePer {
    /// When the write is made, in words before `per KEY`.
    #[must_use]
    pub fn when(&self) -> &'static str {
        if self.is_remembered { "when changed," } else { "once" }
    }
}

/// How to get the next page of a list.
#[derive(Clone, Debug)]
pub struct Pages {
    /// Selector of the next page's address in the reply.
    pub next: Text,
    /// Most pages.
    pub max: u32,
}

/// What an answer means.
#[derive(Clone, Debug)]
pub struct ErrorRule {
    /// Which answers.
    pub answers: Answers,
    /// Where it stands.
    pub span: Span,
    /// The first whose condition holds counts.
    pub arms: Vec<Arm>,
}

/// A class of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// This status.
    Status(u16),
    /// A status with this first digit.
    Class(u16),
    /// No answer in time.
    Timeout,
    /// No connection.
    Unreachable,
    /// A 2xx whose body is not JSON where outputs are read from it.
    Body,
}

/// A condition on the reply, and what follows.
#[derive(Clone, Debug)]
pub struct Arm {
    /// Over the reply's body.
    pub when: Option<Condition>,
    /// What follows.
    pub then: Reaction,
    /// Words for the outcome.
    pub why: Option<Reason>,
    /// What stands beside them.
    pub say: Say,
    /// What is to blame, if it is not what `then` says.
    pub blame: Option<Blame>,
}

/// What a reason says beside the words of the mapping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Say {
    /// The request and its answer, in brackets.
    #[default]
    Request,
    /// Nothing.
    Words,
    /// JSON: the words as `message`, the reply as `destinationResponse`.
    Reply,
}

/// What an answer leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// The step is done.
    Done,
    /// The step is done and gives nothing.
    Missing,
    /// The event ends as skipped.
    Skip,
    /// Ask again later.
    Retry,
    /// Get new credentials and ask again, once.
    RefreshAuth,
    /// The event is bad.
    Reject,
    /// The world is bad.
    Fail,
}

impl Reaction {
    /// All reactions, as error tables spell them.
    pub const ALL: [(&'static str, Reaction); 7] = [
        ("done", Reaction::Done),
        ("missing", Reaction::Missing),
        ("skip", Reaction::Skip),
        ("retry", Reaction::Retry),
        ("refresh_auth", Reaction::RefreshAuth),
        ("reject", Reaction::Reject),
        ("fail", Reaction::Fail),
    ];

    /// As error tables spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, reaction)| *reaction == self).map_or("", |(name, _)| name)
    }
}
