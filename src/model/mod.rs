//! The typed mapping: what the author wrote, shaped, with the place of every part.
//!
//! In comes a [`Document`](crate::source::Document), out goes a [`Mapping`] and every shape error in one pass. Names
//! are not resolved here: a selector is text with a span until `compile` reads it.

mod conditions;
mod file;
mod flows;
mod method;
mod pieces;
mod reader;
mod requests;
mod rows;

pub use method::Method;
pub use pieces::{MappingFile, OnBad, Take};

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use crate::diag::Span;
use crate::value::Type;

/// Text with the place where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// As the author wrote it.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// Something with the name under which it is declared.
#[derive(Clone, Debug)]
pub struct Named<T> {
    /// The key.
    pub name: Text,
    /// What it names.
    pub item: T,
}

/// A whole mapping file.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// Name of the destination, for people.
    pub destination: Text,
    /// Its name in an event's `integrations` object.
    pub integration: Option<String>,
    /// Events that give the same first value here are delivered in order.
    pub order_by: Vec<Text>,
    /// Settings.
    pub config: Vec<Named<Setting>>,
    /// Where requests go.
    pub service: Service,
    /// Names of the whole file.
    pub names: Vec<Row>,
    /// Tables.
    pub tables: Vec<Named<Table>>,
    /// Lists of steps that flows share.
    pub parts: Vec<Named<Vec<Step>>>,
    /// Flows, in the order in which they are tried.
    pub flows: Vec<Named<Flow>>,
    /// What could not be read.
    pub unread: Unread,
}

/// What the author declared but nobody could read. That has been reported, so that it is missing is no news.
#[derive(Clone, Debug, Default)]
pub struct Unread {
    names: BTreeSet<String>,
    sections: BTreeSet<String>,
}

impl Unread {
    /// Remembers something that has a name.
    pub(crate) fn name(&mut self, name: &str) {
        self.names.insert(name.to_owned());
    }

    /// Remembers that a section, or a part of it, is lost with all the names in it.
    pub(crate) fn section(&mut self, section: &str) {
        self.sections.insert(section.to_owned());
    }

    /// Whether `name` may have been declared in `section`.
    #[must_use]
    pub fn covers(&self, section: &str, name: &str) -> bool {
        self.names.contains(name) || self.sections.contains(section)
    }
}

/// A setting that the user of a mapping gives.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Type of its value.
    pub kind: SettingKind,
    /// Nothing works without it.
    pub required: bool,
    /// Value when none is given.
    pub default: Option<Value>,
    /// Regular expression that its text must match as a whole.
    pub pattern: Option<Text>,
    /// Texts that it must not be, blanks and case aside.
    pub forbid: Vec<String>,
    /// What it is for.
    pub about: Option<String>,
}

/// Type of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// Text.
    String,
    /// Whole number.
    Integer,
    /// Number.
    Number,
    /// True or false.
    Boolean,
    /// Text that is never shown.
    Secret,
}

/// Where requests go, with which credentials, and what answers mean.
#[derive(Clone, Debug)]
pub struct Service {
    /// Scheme, host and path that all request paths are appended to.
    pub base_url: Row,
    /// Ways to log in; the first whose condition holds is used.
    pub auth: Vec<Login>,
    /// Headers of every request.
    pub headers: Vec<Row>,
    /// What answers mean, for all requests.
    pub errors: Vec<ErrorRule>,
    /// Where an error body has a short code for messages.
    pub reason: Vec<Text>,
}

/// A way to log in.
#[derive(Clone, Debug)]
pub struct Login {
    /// Used when this holds.
    pub when: Option<Condition>,
    /// How.
    pub kind: LoginKind,
}

/// How to log in.
#[derive(Clone, Debug)]
pub enum LoginKind {
    /// User and password.
    Basic {
        /// User name.
        user: Box<Row>,
        /// Setting that holds the password.
        password: Text,
    },
    /// A token.
    Bearer {
        /// Setting that holds it.
        token: Text,
    },
    /// OAuth 2 client credentials (RFC 6749, section 4.4).
    OAuth2 {
        /// Path of the token endpoint from the root of the base URL's host.
        token_path: String,
        /// Client.
        client_id: Text,
        /// Setting that holds its secret.
        client_secret: Text,
        /// Scope to ask for.
        scope: Option<String>,
    },
}

/// How one value is made.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its key.
    pub name: Text,
    /// The whole row.
    pub span: Span,
    /// Where the value comes from.
    pub source: Source,
    /// Which of several matches.
    pub take: Option<Take>,
    /// Type to cast to.
    pub cast: Option<Type>,
    /// What a failed cast means.
    pub on_bad: OnBad,
    /// An empty value does not count.
    pub empty_is_missing: bool,
    /// An explicit null is sent.
    pub null_is_sent: bool,
    /// Value when all candidates are missing.
    pub default: Option<Value>,
    /// The event is rejected without it; the message to reject with, when the author gave one.
    pub required: Option<Option<String>>,
    /// The row counts only when this holds.
    pub when: Option<Condition>,
    /// Values to replace: text of the value, replacement.
    pub map: Option<Vec<(String, Value)>>,
    /// Most characters of a text.
    pub truncate: Option<usize>,
}

/// Where a row's value comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The first candidate that is there.
    From(Vec<Text>),
    /// The candidates read in each element that a selector matches and a condition lets through.
    Each {
        /// Elements.
        each: Text,
        /// Condition over `$item`.
        filter: Option<Condition>,
        /// Candidates, over `$item`.
        from: Vec<Text>,
    },
    /// A constant.
    Value(Value),
    /// A template and the values that stand in it.
    Template {
        /// Handlebars text.
        text: Text,
        /// Its variables.
        with: Vec<Row>,
    },
    /// A list of objects.
    List(Vec<Element>),
}

/// One object of a list.
#[derive(Clone, Debug)]
pub struct Element {
    /// Left out unless this holds.
    pub when: Option<Condition>,
    /// Its members.
    pub rows: Vec<Row>,
}

/// A condition.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Where it stands.
    pub span: Span,
    /// What it asks.
    pub kind: ConditionKind,
}

/// What a condition asks.
#[derive(Clone, Debug)]
pub enum ConditionKind {
    /// All hold.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A value passes a test.
    Test(Text, Test),
}

/// A test of one value.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Is this constant.
    Equals(Value),
    /// Is what another selector gives.
    SameAs(Text),
    /// Is the same text as what another selector gives, case aside.
    SameAsIgnoringCase(Text),
    /// Is there, or not, or null, or empty: one of these.
    Is(Vec<Presence>),
    /// Is one of these constants.
    In(Vec<Value>),
    /// Is in the list that a selector gives.
    InList(Text),
    /// Compares so with a number.
    Compare(Comparison, Value),
    /// Its text matches a regular expression.
    Matches(Text),
}

/// State of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// There, and not null.
    Present,
    /// Not there.
    Missing,
    /// There, and null.
    Null,
    /// There, and the empty text, list or object.
    Empty,
}

/// How two numbers (or two texts) compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Greater than.
    Greater,
    /// At least.
    AtLeast,
    /// Less than.
    Less,
    /// At most.
    AtMost,
}

/// Which destination attributes come from where.
#[derive(Clone, Debug)]
pub struct Table {
    /// Key that the body is wrapped in.
    pub under: Option<String>,
    /// Rows by destination path.
    pub rows: Vec<Row>,
    /// What happens with everything that no row has read.
    pub rest: Option<Rest>,
}

/// The members of an object that no row has read.
#[derive(Clone, Debug)]
pub struct Rest {
    /// Where it stands.
    pub span: Span,
    /// The object.
    pub of: Text,
    /// Destination path.
    pub into: Text,
    /// Type that a member must have to be sent.
    pub cast: Type,
    /// An explicit null is sent.
    pub null_is_sent: bool,
    /// Which keys the destination takes.
    pub keys: Option<KeyRule>,
}

/// Which characters a key may have.
#[derive(Clone, Debug)]
pub struct KeyRule {
    /// Characters and ranges, as in `A-Za-z0-9_`.
    pub allow: Text,
    /// What stands for any other character.
    pub other: Text,
    /// A key that matches this regular expression gets `other` in front.
    pub not: Option<Text>,
}

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
        error: String,
    },
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
    /// Made once per key for all events.
    pub once: Option<OncePer>,
    /// Steps whose cached answers no longer hold afterwards.
    pub forget: Vec<Text>,
    /// Reads all pages.
    pub pages: Option<Pages>,
    /// What answers mean.
    pub errors: Vec<ErrorRule>,
    /// A read that tells whether a write whose answer was lost has arrived.
    pub verify: Option<Box<Request>>,
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
    pub why: Option<String>,
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

pub use file::lower;
