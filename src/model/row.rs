//! Rows, conditions and tables as types.

use serde_json::Value;

use super::{OnBad, Take, Text};
use crate::diag::Span;
use crate::value::Type;

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
    /// The event is rejected without it.
    pub required: Option<Required>,
    /// The row counts only when this holds.
    pub when: Option<Condition>,
    /// Values to replace: text of the value, replacement.
    pub map: Option<Vec<(String, Value)>>,
    /// Most characters of a text.
    pub truncate: Option<usize>,
}

/// That an event without a value is rejected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Required {
    /// What it is rejected with, when the author says so.
    pub message: Option<String>,
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
    /// Is the same moment as what another selector gives, however both are spelt.
    SameMomentAs(Text),
    /// Is there, or not, or null, or empty: one of these.
    Is(Vec<Presence>),
    /// Is one of these constants.
    In(Vec<Value>),
    /// Is in the list that a selector gives.
    InList(Text),
    /// Is in the list that a selector gives, case aside.
    InListIgnoringCase(Text),
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
    /// Members that are left out.
    pub except: Vec<Text>,
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
