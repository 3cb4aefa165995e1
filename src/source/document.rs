//! A document that was read: the tree of values, each with its span.
//!
//! In: a tree. Out: spans and values by route. Must not know what the keys mean.

use serde::{Serialize, Serializer};

use super::route::{Route, Segment};
use super::scalar::{self, Scalar};
use crate::diag::Span;

/// A YAML file that was read.
#[derive(Clone, Debug)]
pub struct Document {
    /// The tree with a span at every key and value; a map at its root.
    pub root: Node,
    /// The text that the spans point into.
    pub text: String,
}

/// A value and where it stands.
///
/// As JSON its keys are strings, spelled as in the text: `404:` has the key `"404"`. Bare numbers too large for 64 bits
/// become text; reading has complained about them before.
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

    /// The value inside of this one that is `node`, or whose bytes hold it.
    fn step_towards(&self, node: &Node) -> Option<(Segment, &Node)> {
        let holds = |inner: &Node| inner.span.start <= node.span.start && node.span.end <= inner.span.end;
        match &self.kind {
            Kind::Scalar { .. } => None,
            Kind::List(nodes) => {
                let is_itself = |inner: &Node| std::ptr::eq(inner, node);
                let index = nodes.iter().position(is_itself).or_else(|| nodes.iter().position(holds))?;
                Some((Segment::Index(index), nodes.get(index)?))
            }
            Kind::Map(entries) => {
                let itself = entries.iter().find(|(_, inner)| std::ptr::eq(inner, node));
                let (key, inner) = itself.or_else(|| entries.iter().find(|(_, inner)| holds(inner)))?;
                Some((Segment::Key(key.text.clone()), inner))
            }
        }
    }

    /// What it stands for, if it is a scalar.
    pub(crate) fn scalar(&self) -> Option<Scalar<'_>> {
        match &self.kind {
            Kind::Scalar { text, plain: true } => Some(scalar::resolve(text)),
            Kind::Scalar { text, plain: false } => Some(Scalar::Text(text)),
            Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// Its text, if it is one: not a number, true, false or nothing.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self.scalar() {
            Some(Scalar::Text(text)) => Some(text),
            _ => None,
        }
    }
}

impl PartialEq<str> for Node {
    fn eq(&self, text: &str) -> bool {
        self.as_text() == Some(text)
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.kind {
            Kind::List(nodes) => serializer.collect_seq(nodes),
            Kind::Map(entries) => serializer.collect_map(entries.iter().map(|(key, node)| (&key.text, node))),
            Kind::Scalar { text, plain } => {
                match if *plain { scalar::resolve(text) } else { Scalar::Text(text) } {
                    Scalar::Null => serializer.serialize_unit(),
                    Scalar::Bool(truth) => serializer.serialize_bool(truth),
                    Scalar::Number(number) => number.serialize(serializer),
                    Scalar::Text(text) => serializer.serialize_str(text),
                }
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
        Self { root, text: text.to_owned() }
    }

    /// The value at `route`.
    #[must_use]
    pub fn value_at(&self, route: &Route) -> Option<&Node> {
        let arrival = self.follow(route);
        arrival.complete.then_some(arrival.node)
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

    /// The route to a value of this document: down to where its bytes stand.
    pub(crate) fn route_to(&self, node: &Node) -> Route {
        let mut segments = Vec::new();
        let mut above = &self.root;
        while !std::ptr::eq(above, node) {
            let Some((segment, below)) = above.step_towards(node) else { break };
            segments.push(segment);
            above = below;
        }
        Route::root().join(&segments)
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
