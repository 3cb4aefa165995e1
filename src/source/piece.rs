//! One piece of a document as a Rust type, with every misfit reported in one pass.
//!
//! In: a value, the route to it, a type that derives `Deserialize`. Out: the type, if it could be built without the
//! parts that do not fit, and a finding for each of those. Must not know what the piece means.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{DeserializeOwned, Error, Visitor};
use serde::forward_to_deserialize_any;

use super::decode::Strict;
use super::document::{Document, Key, Kind, Node};
use super::misfit::{Misfit, Reason};
use super::route::{Route, Segment};
use super::scalar::Scalar;
use crate::diag::{Diagnostics, Span, nearest, quoted};

/// Most misfits reported for one piece.
const MOST_MISFITS: usize = 64;

/// The value as a `T`, when all of it fits. Most pieces do, and need no route and no copy.
pub(crate) fn fitting<T: DeserializeOwned>(value: &Node) -> Option<T> {
    let done = T::deserialize(Strict(value)).ok()?;
    unknown_keys(value, known_keys::<T>()).next().is_none().then_some(done)
}

/// Reads the value at `route` as a `T` and reports everything in it that does not fit.
///
/// What does not fit is left out and the rest is tried again, so one call finds all misfits. `None` if the rest is not
/// enough for a `T`: give optional keys `#[serde(default)]`. A key with nothing after it is a misfit unless its type
/// takes null; an optional value of any type is then there.
pub fn read_piece<T: DeserializeOwned>(
    document: &Document,
    value: &Node,
    route: &Route,
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    if let Some(done) = fitting(value) {
        return Some(done);
    }
    let value = value.clone();
    let mut piece = Piece { document, route, diagnostics, value, settled: Vec::new(), padded: Vec::new() };
    piece.drop_unknown_keys(known_keys::<T>());
    for _ in 0..MOST_MISFITS {
        match T::deserialize(Strict(&piece.value)) {
            Ok(done) if piece.padded.is_empty() => return Some(done),
            Ok(_) => piece.drop_padded()?,
            Err(misfit) => piece.settle::<T>(&misfit)?,
        }
    }
    None
}

/// The keys of a struct, under the names they have in a file; empty for any other type.
#[must_use]
pub fn known_keys<T: DeserializeOwned>() -> &'static [&'static str] {
    match T::deserialize(AskKeys(PhantomData)) {
        Err(Keys(keys)) => keys,
        Ok(_) => &[],
    }
}

/// A piece on its way to a type.
struct Piece<'a> {
    document: &'a Document,
    route: &'a Route,
    diagnostics: &'a mut Diagnostics,
    /// What is left.
    value: Node,
    /// Routes, from the piece on, about which nothing more is to be said.
    settled: Vec<Vec<Segment>>,
    /// Routes, from the piece on, of maps that were given a key they lack, to see what else is wrong.
    padded: Vec<Vec<Segment>>,
}

impl Piece<'_> {
    fn drop_unknown_keys(&mut self, known: &'static [&'static str]) {
        let unknown: Vec<String> = unknown_keys(&self.value, known).map(str::to_owned).collect();
        for key in unknown {
            let at = vec![Segment::Key(key.clone())];
            self.report(&Reason::UnknownKey { key, known }, &at);
            let _ = remove(&mut self.value, &at);
            self.settled.push(at);
        }
    }

    /// Reports a misfit, unless it follows from an earlier one, and changes the value so that it is gone.
    ///
    /// `None` if that cannot be done.
    fn settle<T: DeserializeOwned>(&mut self, misfit: &Misfit) -> Option<()> {
        let holder = misfit.route();
        let mut at = holder.clone();
        match &misfit.reason {
            Reason::UnknownKey { key, .. } => at.push(Segment::Key(key.clone())),
            Reason::MissingKey(key) => at.push(Segment::Key((*key).to_owned())),
            Reason::Type { .. } | Reason::UnknownWord { .. } | Reason::Other(_) => {}
        }
        if !self.is_consequence(&misfit.reason, &at) {
            self.report(&misfit.reason, &at);
            self.settled.push(at.clone());
        }
        match &misfit.reason {
            Reason::MissingKey(key) if self.pad::<T>(&holder, key).is_some() => {
                self.padded.push(holder);
                Some(())
            }
            Reason::MissingKey(_) => self.leave_out(holder),
            _ => self.leave_out(at),
        }
    }

    /// Whether the author has been told already: about this very value, or about one inside it that is left out now.
    fn is_consequence(&self, reason: &Reason, at: &[Segment]) -> bool {
        let is_about_keys = matches!(reason, Reason::UnknownKey { .. } | Reason::MissingKey(_));
        self.settled.iter().any(|told| if is_about_keys { told == at } else { told.starts_with(at) })
    }

    /// Takes a value out, or the key that holds its list: without an element those behind it would move.
    fn leave_out(&mut self, mut at: Vec<Segment>) -> Option<()> {
        while matches!(at.last(), Some(Segment::Index(_))) {
            at.pop();
        }
        remove(&mut self.value, &at)?;
        self.settled.push(at);
        Some(())
    }

    /// Takes out the maps that lack a key, now that nothing else is wrong.
    fn drop_padded(&mut self) -> Option<()> {
        for holder in std::mem::take(&mut self.padded) {
            if holder.is_empty() {
                return None;
            }
            let _ = self.leave_out(holder);
        }
        Some(())
    }

    /// Gives the map at `holder` the key that it lacks, with any value that its type takes.
    fn pad<T: DeserializeOwned>(&mut self, holder: &[Segment], key: &str) -> Option<()> {
        let mut at = holder.to_vec();
        at.push(Segment::Key(key.to_owned()));
        let mut candidates = vec![
            Kind::Scalar { text: "x".to_owned(), plain: false },
            Kind::Scalar { text: "true".to_owned(), plain: true },
            Kind::Scalar { text: "1".to_owned(), plain: true },
            Kind::List(Vec::new()),
            Kind::Map(Vec::new()),
        ];
        while let Some(candidate) = candidates.pop() {
            insert(find_mut(&mut self.value, holder)?, key, candidate)?;
            let Err(misfit) = T::deserialize(Strict(&self.value)) else { return Some(()) };
            if !misfit.route().starts_with(&at) {
                return Some(());
            }
            if let Reason::UnknownWord { known: [word, ..], .. } = misfit.reason {
                candidates = vec![Kind::Scalar { text: (*word).to_owned(), plain: false }];
            }
        }
        let _ = remove(&mut self.value, &at);
        None
    }

    fn report(&mut self, reason: &Reason, at: &[Segment]) {
        let route = self.route.join(at);
        let holder = route.parent().unwrap_or_default();
        let span = self.document.span(&route);
        match reason {
            Reason::UnknownKey { key, known } => {
                let span = self.document.key_span(&route);
                self.diagnostics.unknown_key(span, key, known, &place(&holder));
                // Whoever mistypes a key need not be told that it is missing.
                let meant = nearest(key, known.iter().copied()).and_then(|meant| sibling(at, meant));
                self.settled.extend(meant);
            }
            Reason::MissingKey(key) => {
                self.diagnostics.missing_key(self.document.key_span(&holder), key);
            }
            Reason::Type { expected, found } => self.wrong_type(&route, span, expected, found),
            Reason::UnknownWord { word, known } => {
                self.diagnostics.wrong_word(span, word, known);
            }
            Reason::Other(message) => {
                self.diagnostics.wrong_value(span, message.as_str());
            }
        }
    }

    fn wrong_type(&mut self, route: &Route, span: Span, expected: &str, found: &str) {
        let value = self.document.value_at(route);
        let text = self.document.text.get(span.start..span.end).unwrap_or_default();
        let finding = self.diagnostics.wrong_type(span, expected, found);
        let help = match value.and_then(Node::scalar) {
            Some(Scalar::Bool(_) | Scalar::Number(_)) if expected == "text" => {
                format!("put it in quotes: `\"{text}\"`")
            }
            Some(Scalar::Null) => "give it a value or remove the key".to_owned(),
            Some(Scalar::Text(word)) => match advice(word, expected) {
                Some(help) => help,
                None => return,
            },
            _ => return,
        };
        finding.help(help);
    }
}

/// How to write a text that was meant as another kind of value.
fn advice(word: &str, expected: &str) -> Option<String> {
    let is_number = || word.parse::<f64>().is_ok_and(f64::is_finite);
    match expected {
        "true or false" => match word.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "y" => Some("write `true`, without quotes".to_owned()),
            "false" | "no" | "off" | "n" => Some("write `false`, without quotes".to_owned()),
            _ => None,
        },
        "a map" => Some(match word.split_once(':').filter(|(key, _)| !key.contains(' ')) {
            Some((key, value)) => {
                let pair = quoted(&format!("{key}: {}", value.trim_start()));
                format!("write {pair}, with a blank after the colon")
            }
            None => "write its keys below, one `key: value` a line".to_owned(),
        }),
        _ if !expected.contains("number") => None,
        _ if is_number() => Some(format!("write {}, without quotes", quoted(word))),
        _ => Some("write digits, without quotes".to_owned()),
    }
}

/// The map at a route, named for people.
fn place(route: &Route) -> String {
    if route.is_root() { "the file itself".to_owned() } else { format!("`{route}`") }
}

/// The route to another key of the same map.
fn sibling(at: &[Segment], key: &str) -> Option<Vec<Segment>> {
    let (_, front) = at.split_last()?;
    Some(front.iter().cloned().chain([Segment::Key(key.to_owned())]).collect())
}

/// Takes the entry at `at` out of `value`; `None` if there is none.
fn remove(value: &mut Node, at: &[Segment]) -> Option<()> {
    let (last, front) = at.split_last()?;
    let (Segment::Key(key), Kind::Map(entries)) = (last, &mut find_mut(value, front)?.kind) else {
        return None;
    };
    let index = entries.iter().position(|(own, _)| own.text == *key)?;
    entries.remove(index);
    Some(())
}

/// Gives the map `holder` an entry, in the place of one with the same key.
fn insert(holder: &mut Node, key: &str, kind: Kind) -> Option<()> {
    let Kind::Map(entries) = &mut holder.kind else { return None };
    let node = Node { span: Span::default(), kind };
    if let Some((_, own)) = entries.iter_mut().find(|(own, _)| own.text == key) {
        *own = node;
    } else {
        let key = Key { text: key.to_owned(), span: Span::default(), plain: false };
        entries.push((key, node));
    }
    Some(())
}

fn find_mut<'v>(value: &'v mut Node, at: &[Segment]) -> Option<&'v mut Node> {
    at.iter().try_fold(value, |holder, segment| match (segment, &mut holder.kind) {
        (Segment::Key(key), Kind::Map(entries)) => {
            entries.iter_mut().find(|(own, _)| own.text == *key).map(|(_, node)| node)
        }
        (Segment::Index(index), Kind::List(nodes)) => nodes.get_mut(*index),
        _ => None,
    })
}

/// Keys of a map that its type does not have; none for a type whose keys are not `known`.
fn unknown_keys<'v>(value: &'v Node, known: &'static [&'static str]) -> impl Iterator<Item = &'v str> {
    let entries: &[_] = match &value.kind {
        Kind::Map(entries) if !known.is_empty() => entries,
        _ => &[],
    };
    entries.iter().map(|(key, _)| key.text.as_str()).filter(|key| !known.contains(key))
}

/// An answer in the shape of an error: the keys that a struct asked for.
#[derive(Debug)]
struct Keys(&'static [&'static str]);

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl std::error::Error for Keys {}

impl Error for Keys {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }
}

/// A deserializer that has no value and only listens for what it is asked.
struct AskKeys<'de>(PhantomData<&'de ()>);

impl<'de> Deserializer<'de> for AskKeys<'de> {
    type Error = Keys;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Keys> {
        Err(Keys(&[]))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        keys: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Keys> {
        Err(Keys(keys))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
