//! A singular path compiled to a direct walk.

use serde_json::Value;

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
    #[must_use]
    pub fn find<'a>(&self, start: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(start, |value, segment| match (segment, value) {
            (Segment::Key(key), Value::Object(members)) => members.get(&**key),
            (Segment::Index(index), Value::Array(items)) => items.get(position(*index, items.len())?),
            _ => None,
        })
    }

    /// The key that the path takes first, when it takes one.
    #[must_use]
    pub fn first_key(&self) -> Option<&str> {
        match self.0.first() {
            Some(Segment::Key(key)) => Some(key),
            _ => None,
        }
    }
}

fn position(index: i64, length: usize) -> Option<usize> {
    if index >= 0 {
        return usize::try_from(index).ok();
    }
    length.checked_sub(usize::try_from(index.unsigned_abs()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::{Segment, Walk};
    use serde_json::{Value, json};

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a line a test")]
    fn check(path: Vec<Segment>, expected: Option<Value>) {
        let document = json!({"a": {"b": [1, 2, {"c": null}]}});
        assert_eq!(Walk(path).find(&document).cloned(), expected);
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
