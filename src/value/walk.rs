//! A singular path compiled to a direct walk.

use crate::json::{Arena, Datum};

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A member of an object.
    Key(Box<str>),
    /// An element of a list; a negative index counts from the end.
    Index(i64),
}

/// A path that matches one node at the most: keys and indexes, nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk(pub Vec<Segment>);

impl Walk {
    /// The node that the path leads to.
    #[inline]
    pub(crate) fn find<'a>(&self, start: Datum<'a>, arena: &'a Arena) -> Option<Datum<'a>> {
        self.0.iter().try_fold(start, |datum, segment| match segment {
            Segment::Key(key) => datum.member(key, arena),
            Segment::Index(index) => datum.item(*index, arena),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Segment, Walk};
    use crate::json::{Arena, Datum, UNKNOWN};
    use serde_json::{Value, json};

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a line a test")]
    fn check(path: Vec<Segment>, expected: Option<Value>) {
        let document = json!({"a": {"b": [1, 2, {"c": null}]}});
        let text = document.to_string();
        let arena = Arena::new();
        let found = |start| Walk(path.clone()).find(start, &arena).map(Datum::to_value);
        assert_eq!(found(Datum::of(&document)), expected);
        assert_eq!(found(Datum::made(&text, UNKNOWN, &arena)), expected);
    }

    fn key(text: &str) -> Segment {
        Segment::Key(text.into())
    }

    #[test]
    fn empty_path_is_the_document_itself() {
        check(vec![key("a"), key("b"), Segment::Index(0)], Some(json!(1)));
    }

    #[test]
    fn negative_index_counts_from_the_end() {
        check(vec![key("a"), key("b"), Segment::Index(-1), key("c")], Some(json!(null)));
    }

    #[test]
    fn an_index_into_an_object_finds_nothing() {
        check(vec![key("a"), Segment::Index(0)], None);
        check(vec![key("a"), key("b"), Segment::Index(-4)], None);
    }
}
