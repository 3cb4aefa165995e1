//! A cursor over the tree of a file.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Named, Text, Unread};
use crate::diag::{Code, Diagnostics, Span, nearest, quoted};
use crate::source::{self, Document, Key, Kind, Node, Scalar};

/// A place in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<'d> {
    pub(super) node: &'d Node,
    /// The key that holds the place; empty for the root and elements of lists.
    section: &'d str,
}

/// What a reader of pieces needs: the file, and somewhere to report to.
pub(super) struct Reader<'d, 'r> {
    pub(super) document: &'d Document,
    pub(super) found: &'r mut Diagnostics,
    /// What later stages need not say again.
    pub(super) unread: Unread,
}

/// What to write where a constant stands in the place of a selector.
#[derive(Clone, Copy, Debug)]
pub(super) enum Instead {
    /// The long form of a row.
    Row,
    /// Another key of the same map.
    Key(&'static str),
    /// A setting.
    Setting,
    /// Nothing: there are no constants here.
    Nothing,
}

/// Advice about what is no selector at all.
const HELP: &str = "a selector begins with `$`, as in `$.traits.name`";

impl Instead {
    /// Advice about `text`, as written, that is no selector.
    fn advice(self, text: &str) -> String {
        let is_path = text.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.'));
        let path = if is_path {
            format!("a path is written {}", quoted(&format!("$.{text}")))
        } else {
            String::new()
        };
        match (path.is_empty(), self.constant(text)) {
            (_, Some(setting)) if matches!(self, Instead::Setting) => setting,
            (false, Some(constant)) => format!("{path}, {constant}"),
            (true, Some(constant)) => constant,
            (false, None) => path,
            (true, None) => HELP.into(),
        }
    }

    /// How the constant `text` is written here.
    fn constant(self, text: &str) -> Option<String> {
        match self {
            Instead::Row => Some(format!("a constant is written {}", quoted(&format!("{{value: {text}}}")))),
            Instead::Key(key) => Some(format!("a constant goes under `{key}:`")),
            Instead::Setting => {
                Some("it comes from a setting: `$config.name`, declared as `{type: secret}`".into())
            }
            Instead::Nothing => None,
        }
    }
}

impl<'d> At<'d> {
    /// The value under a key.
    pub(super) fn get(&self, key: &str) -> Option<At<'d>> {
        self.node.entry(key).map(At::of)
    }

    /// Where a key stands, or the whole map when it has no such key.
    pub(super) fn key_span(&self, key: &str) -> Span {
        self.node.entry(key).map_or(self.span(), |(name, _)| name.span)
    }

    /// Whether one of `wanted` is there under a misspelt key, which has been reported.
    pub(super) fn has_misspelt(&self, wanted: &[&str]) -> bool {
        let is_near = |key: &str| !wanted.contains(&key) && nearest(key, wanted.iter().copied()).is_some();
        self.members().iter().any(|(key, _)| is_near(&key.text))
    }

    /// Members of a map in the order written; nothing for anything else.
    pub(super) fn entries(&self) -> Vec<(Text, At<'d>)> {
        let named = |entry: &'d (Key, Node)| {
            let (key, _) = entry;
            (Text { text: key.text.clone(), span: key.span }, At::of(entry))
        };
        self.members().iter().map(named).collect()
    }

    fn members(&self) -> &'d [(Key, Node)] {
        match &self.node.kind {
            Kind::Map(members) => members,
            Kind::List(_) | Kind::Scalar { .. } => &[],
        }
    }

    fn of((key, node): &'d (Key, Node)) -> Self {
        Self { node, section: &key.text }
    }

    /// Elements of a list; a single value is a list of one.
    pub(super) fn one_or_many(&self) -> Vec<At<'d>> {
        match &self.node.kind {
            Kind::List(nodes) => nodes.iter().map(|node| At { node, section: "" }).collect(),
            Kind::Map(_) | Kind::Scalar { .. } => vec![*self],
        }
    }

    pub(super) fn span(&self) -> Span {
        self.node.span
    }

    pub(super) fn is_map(&self) -> bool {
        matches!(self.node.kind, Kind::Map(_))
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self.node.kind, Kind::List(_))
    }

    /// The text of a scalar, as written.
    pub(super) fn text(&self) -> Option<Text> {
        match &self.node.kind {
            Kind::Scalar { text, .. } => Some(Text { text: text.clone(), span: self.node.span }),
            _ => None,
        }
    }

    /// What the place holds, in plain words.
    pub(super) fn describe(&self) -> String {
        source::describe(self.node)
    }

    /// Whether nothing stands there.
    pub(super) fn is_null(&self) -> bool {
        self.node.scalar() == Some(Scalar::Null)
    }
}

impl<'d> Reader<'d, '_> {
    pub(super) fn root(&self) -> At<'d> {
        At { node: &self.document.root, section: "" }
    }

    /// Reads a piece with serde; what is wrong with it is reported.
    pub(super) fn piece<T: DeserializeOwned>(&mut self, at: &At<'d>) -> Option<T> {
        source::fitting(at.node).or_else(|| {
            source::read_piece(self.document, at.node, &self.document.route_to(at.node), self.found)
        })
    }

    /// Members of a map that must be one, each read by `read`.
    pub(super) fn named<T>(
        &mut self,
        at: Option<At<'d>>,
        mut read: impl FnMut(&mut Self, &Text, &At<'d>) -> Option<T>,
    ) -> Vec<Named<T>> {
        let Some(at) = at else { return Vec::new() };
        if !at.is_map() {
            let found = self.found.wrong_type(at.span(), "a map", &at.describe());
            if at.is_list() {
                found.help("write `name: …` without a dash in front");
            }
            self.unread.section(at.section);
            return Vec::new();
        }
        let mut items = Vec::new();
        for (name, at) in at.entries() {
            match read(self, &name, &at) {
                Some(item) => items.push(Named { name, item }),
                None => self.unread.name(&name.text),
            }
        }
        items
    }

    /// Elements of a list that must be one.
    pub(super) fn list(&mut self, at: Option<At<'d>>) -> Vec<At<'d>> {
        let Some(at) = at else { return Vec::new() };
        if !at.is_list() {
            let found = self.found.wrong_type(at.span(), "a list", &at.describe());
            found.help(if at.is_map() {
                "begin each element with `- `"
            } else {
                "put it in brackets: `[…]`"
            });
            self.unread.section(at.section);
            return Vec::new();
        }
        at.one_or_many()
    }

    /// A text that must be one.
    pub(super) fn text(&mut self, at: Option<At<'d>>) -> Option<Text> {
        let at = at?;
        if at.node.as_text().is_some() {
            return at.text();
        }
        self.found.wrong_type(at.span(), "text", &at.describe());
        None
    }

    /// Texts: one, or a list of them.
    pub(super) fn texts(&mut self, at: Option<At<'d>>) -> Vec<Text> {
        let Some(at) = at else { return Vec::new() };
        at.one_or_many().into_iter().filter_map(|item| self.text(Some(item))).collect()
    }

    /// A selector: text that begins with `$`.
    pub(super) fn selector(&mut self, at: Option<At<'d>>, instead: Instead) -> Option<Text> {
        let at = at?;
        if let Some(text) = at.text() {
            if at.node.as_text().is_some() {
                return self.check_selector(&text, instead).then_some(text);
            }
            let found = self.found.wrong_type(text.span, "a selector", &at.describe());
            if !text.text.is_empty() {
                found.help(instead.constant(&text.text).unwrap_or_else(|| HELP.into()));
            }
            return None;
        }
        self.found.wrong_type(at.span(), "a selector", &at.describe());
        None
    }

    /// Selectors: one, or a list of them.
    pub(super) fn selectors(&mut self, at: Option<At<'d>>, instead: Instead) -> Vec<Text> {
        let Some(at) = at else { return Vec::new() };
        if at.is_list() && at.one_or_many().is_empty() {
            self.found
                .wrong_value(at.span(), "the list is empty")
                .help("name at least one selector, as in `[$.userId]`");
        }
        at.one_or_many().into_iter().filter_map(|item| self.selector(Some(item), instead)).collect()
    }

    fn check_selector(&mut self, text: &Text, instead: Instead) -> bool {
        if text.text.starts_with('$') {
            return true;
        }
        let message = format!("{} is not a selector: it does not begin with `$`", quoted(&text.text));
        self.found.error(Code::NOT_A_SELECTOR, text.span, message).help(instead.advice(&text.text));
        false
    }

    /// A constant as JSON.
    pub(super) fn constant(&mut self, at: &At<'d>) -> Option<Value> {
        if let Ok(value) = serde_json::to_value(at.node) {
            Some(value)
        } else {
            self.found.wrong_value(at.span(), "this value has no JSON form").help("keys must be text");
            None
        }
    }

    /// A span of time: `30s`, `10m`, `1h`.
    pub(super) fn duration(&mut self, at: Option<At<'d>>) -> Option<Duration> {
        const HELP: &str = "write `30s`, `10m` or `1h`";
        let at = at?;
        let (Some(text), false) = (at.text(), at.is_null()) else {
            self.found.wrong_type(at.span(), "a span of time", &at.describe()).help(HELP);
            return None;
        };
        let span = span_of_time(&text.text);
        if span.is_none() {
            let message = format!("{} is not a span of time from 1 second to 24 hours", quoted(&text.text));
            self.found.wrong_value(text.span, message).help(HELP);
        }
        span
    }
}

/// Reads a span of time from 1 second to 24 hours: `30s`, `10m`, `1h`.
#[must_use]
pub fn span_of_time(text: &str) -> Option<Duration> {
    let (split, unit) = text.char_indices().last()?;
    let number: u64 = text.get(..split)?.parse().ok()?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return None,
    };
    let seconds = number.checked_mul(factor).filter(|seconds| (1..=86_400).contains(seconds));
    seconds.map(Duration::from_secs)
}
