//! Routes: the way from the root of a document to one of its values.
//!
//! In: keys and indexes. Out: a path that a [`Document`](super::Document) can follow and people can read. Knows
//! nothing of bytes.

use std::fmt;

/// One step of a route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// Into a map.
    Key(String),
    /// Into a list, from 0.
    Index(usize),
}

/// The way from the root of a document to one value; shown as `flows.identify.steps[0].user`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route(Vec<Segment>);

impl Route {
    /// The route to the root.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// The route to the value of `key` in the map at this route.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.with(Segment::Key(key.into()))
    }

    /// The route to an element of the list at this route.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    /// The route one segment longer.
    #[must_use]
    pub fn with(&self, segment: Segment) -> Self {
        let mut longer = Vec::with_capacity(self.0.len() + 1);
        longer.extend_from_slice(&self.0);
        longer.push(segment);
        Self(longer)
    }

    /// This route followed by `rest`.
    #[must_use]
    pub fn join(&self, rest: &[Segment]) -> Self {
        Self(self.0.iter().chain(rest).cloned().collect())
    }

    /// The steps, from the root on.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Whether this is the route to the root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The route to the map or list that holds the value; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.split_last().map(|(_, front)| Self(front.to_vec()))
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if !is_word(key) => write!(f, "[{key:?}]")?,
                Segment::Key(key) if position == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

/// Whether a key can stand in a route without quotes.
fn is_word(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_keys_and_indexes() {
        let route = Route::root().key("flows").key("identify").key("steps").index(0).key("user");
        assert_eq!(route.to_string(), "flows.identify.steps[0].user");
    }

    #[test]
    fn odd_keys_are_quoted() {
        assert_eq!(Route::root().key("rows").key("ticket.via").to_string(), "rows[\"ticket.via\"]");
        assert_eq!(Route::root().key("").index(1).to_string(), "[\"\"][1]");
    }

    #[test]
    fn the_root_shows_nothing() {
        assert!(Route::root().is_root());
        assert_eq!(Route::root().to_string(), "");
        assert_eq!(Route::root().parent(), None);
    }

    #[test]
    fn parent_undoes_a_step() {
        let list = Route::root().key("steps");
        assert_eq!(list.index(3).parent(), Some(list.clone()));
        assert_eq!(list.join(&[Segment::Index(3)]), list.index(3));
    }
}
