//! Paths that may match several values.

use jsonpath_rust::parser::model::{JpQuery, Segment as JpSegment, Selector as JpSelector};

use crate::value::{Segment, Walk};

/// A path that may match several values (RFC 9535).
#[derive(Clone, Debug)]
pub(crate) struct Query {
    /// All of it, as the library takes it.
    pub(crate) whole: JpQuery,
    /// The way to a list and the one below each of its items, for a path such as `$.list[*].key`.
    pub(crate) every: Option<(Walk, Walk)>,
}

impl Query {
    pub(crate) fn new(whole: JpQuery) -> Self {
        let every = every(&whole.segments);
        Self { whole, every }
    }
}

fn every(segments: &[JpSegment]) -> Option<(Walk, Walk)> {
    let is_wildcard = |segment: &JpSegment| matches!(segment, JpSegment::Selector(JpSelector::Wildcard));
    let place = segments.iter().position(is_wildcard)?;
    let (list, below) = segments.split_at_checked(place)?;
    let walk = |segments: &[JpSegment]| segments.iter().map(singular).collect::<Option<_>>().map(Walk);
    Some((walk(list)?, walk(below.get(1..)?)?))
}

/// The step of a walk that a segment takes, when it can match one node only.
pub(crate) fn singular(segment: &JpSegment) -> Option<Segment> {
    match segment {
        JpSegment::Selector(JpSelector::Name(name)) => Some(Segment::Key(unquoted(name).into())),
        JpSegment::Selector(JpSelector::Index(index)) => Some(Segment::Index(*index)),
        _ => None,
    }
}

/// Names in brackets keep their quotes in the parser's tree.
fn unquoted(name: &str) -> String {
    for quote in ['\'', '"'] {
        if let Some(inner) = name.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return unescaped(inner);
        }
    }
    name.into()
}

fn unescaped(text: &str) -> String {
    let json = format!("\"{}\"", text.replace("\\'", "'").replace('"', "\\\"").replace("\\\\\"", "\\\""));
    serde_json::from_str(&json).unwrap_or_else(|_| text.into())
}
