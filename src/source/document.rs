//! A document that was read: the tree of spans and the values, side by side.
//!
//! In: a tree. Out: spans and values by route. Must not know what the keys mean.

use serde_yaml::{Mapping, Value};

use super::route::{Route, Segment};
use super::scalar;
use crate::diag::Span;

/// A YAML file that was read.
#[derive(Clone, Debug)]
pub struct Document {
    /// The tree with a span at every key and value; a map at its root.
    pub root: Node,
    /// The same tree as values. All keys are strings, spelled as in the text: `404:` has the key `"404"`.
    pub value: Value,
    /// The text that the spans point into.
    pub text: String,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// From the first to the last byte of the value; empty where a key has no value.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, a number, true, false or nothing.
    Scalar {
        /// The text without quotes, escapes resolved.
        text: String,
        /// Whether it stands there bare, so that it may be a number, true, false or nothing.
        plain: bool,
    },
    /// Elements in order.
    List(Vec<Node>),
    /// Entries in the order of the text; no key twice.
    Map(Vec<(Key, Node)>),
}

/// A key of a map and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The text without quotes.
    pub text: String,
    /// Where it stands, with its quotes.
    pub span: Span,
    /// Whether it stands there without quotes.
    pub plain: bool,
}

impl Node {
    /// The value of `key`, if this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, node)| node)
    }

    /// The key and value of `key`, if this is a map that has it.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&(Key, Node)> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().find(|(own, _)| own.text == key),
            Kind::List(_) | Kind::Scalar { .. } => None,
        }
    }

    /// The value of the tree below; keys become strings.
    ///
    /// Bare numbers too large for 64 bits become text; reading has complained about them before.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Scalar { text, plain: true } => scalar::resolve(text),
            Kind::Scalar { text, plain: false } => Value::String(text.clone()),
            Kind::List(nodes) => Value::Sequence(nodes.iter().map(Node::to_value).collect()),
            Kind::Map(entries) => {
                let pairs =
                    entries.iter().map(|(key, node)| (Value::String(key.text.clone()), node.to_value()));
                Value::Mapping(pairs.collect::<Mapping>())
            }
        }
    }
}

/// How far a route leads.
struct Arrival<'a> {
    /// The last node reached.
    node: &'a Node,
    /// The key whose value that node is, unless it is an element of a list or the root.
    key: Option<&'a Key>,
    /// Whether the whole route was followed.
    complete: bool,
}

impl Document {
    pub(super) fn new(root: Node, text: &str) -> Self {
        let value = root.to_value();
        Self { root, value, text: text.to_owned() }
    }

    /// The node at `route`.
    #[must_use]
    pub fn node(&self, route: &Route) -> Option<&Node> {
        let arrival = self.follow(route);
        arrival.complete.then_some(arrival.node)
    }

    /// The value at `route`.
    #[must_use]
    pub fn value_at(&self, route: &Route) -> Option<&Value> {
        route.segments().iter().try_fold(&self.value, |value, segment| match segment {
            Segment::Key(key) => value.as_mapping()?.get(key.as_str()),
            Segment::Index(index) => value.as_sequence()?.get(*index),
        })
    }

    /// Where the value at `route` stands; where the nearest value above it stands, if it does not exist.
    #[must_use]
    pub fn span(&self, route: &Route) -> Span {
        self.follow(route).node.span
    }

    /// Where the key of the value at `route` stands; the span of the value if it has none (root, element of a list).
    ///
    /// If the route leads nowhere, the same for the nearest value above.
    #[must_use]
    pub fn key_span(&self, route: &Route) -> Span {
        let arrival = self.follow(route);
        arrival.key.map_or(arrival.node.span, |key| key.span)
    }

    fn follow(&self, route: &Route) -> Arrival<'_> {
        let mut arrival = Arrival { node: &self.root, key: None, complete: true };
        for segment in route.segments() {
            let next = match (segment, &arrival.node.kind) {
                (Segment::Key(key), Kind::Map(_)) => {
                    arrival.node.entry(key).map(|(key, node)| (Some(key), node))
                }
                (Segment::Index(index), Kind::List(nodes)) => nodes.get(*index).map(|node| (None, node)),
                _ => None,
            };
            match next {
                Some((key, node)) => arrival = Arrival { node, key, complete: true },
                None => return Arrival { complete: false, ..arrival },
            }
        }
        arrival
    }
}
