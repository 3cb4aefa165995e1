//! A cursor over the two readings of a file: the span tree and what serde sees.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Named, Text};
use crate::diag::{Code, Diagnostics, Span};
use crate::source::{self, Document, Kind, Node, Route};

/// A place in the file.
#[derive(Clone, Debug)]
pub(super) struct At<'d> {
    pub(super) node: &'d Node,
    pub(super) value: &'d serde_yaml::Value,
    pub(super) route: Route,
}

/// What a reader of pieces needs: the file, and somewhere to report to.
pub(super) struct Reader<'d, 'r> {
    pub(super) document: &'d Document,
    pub(super) found: &'r mut Diagnostics,
}

impl<'d> At<'d> {
    /// The value under a key.
    pub(super) fn get(&self, key: &str) -> Option<At<'d>> {
        self.entries().into_iter().find(|(name, _)| name.text == key).map(|(_, at)| at)
    }

    /// Members of a map in the order written; nothing for anything else.
    pub(super) fn entries(&self) -> Vec<(Text, At<'d>)> {
        let (Kind::Map(members), serde_yaml::Value::Mapping(values)) = (&self.node.kind, self.value) else {
            return Vec::new();
        };
        let pair = |((key, node), (_, value)): (
            &'d (source::Key, Node),
            (&'d serde_yaml::Value, &'d serde_yaml::Value),
        )| {
            let name = Text { text: key.text.clone(), span: key.span };
            (name, At { node, value, route: self.route.key(&key.text) })
        };
        members.iter().zip(values.iter()).map(pair).collect()
    }

    /// Elements of a list; a single value is a list of one.
    pub(super) fn one_or_many(&self) -> Vec<At<'d>> {
        match (&self.node.kind, self.value) {
            (Kind::List(nodes), serde_yaml::Value::Sequence(values)) => {
                let element = |(index, (node, value))| At { node, value, route: self.route.index(index) };
                nodes.iter().zip(values).enumerate().map(element).collect()
            }
            _ => vec![self.clone()],
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
    pub(super) fn describe(&self) -> &'static str {
        match (&self.node.kind, self.value) {
            (Kind::List(_), _) => "a list",
            (Kind::Map(_), _) => "a map",
            (_, serde_yaml::Value::Null) => "nothing",
            (_, serde_yaml::Value::Bool(_)) => "true or false",
            (_, serde_yaml::Value::Number(_)) => "a number",
            _ => "text",
        }
    }
}

impl<'d> Reader<'d, '_> {
    pub(super) fn root(&self) -> At<'d> {
        At { node: &self.document.root, value: &self.document.value, route: Route::default() }
    }

    /// Reads a piece with serde; what is wrong with it is reported.
    pub(super) fn piece<T: DeserializeOwned>(&mut self, at: &At<'d>) -> Option<T> {
        source::read_piece(self.document, at.value, &at.route, self.found)
    }

    /// Members of a map that must be one, each read by `read`.
    pub(super) fn named<T>(
        &mut self,
        at: Option<At<'d>>,
        mut read: impl FnMut(&mut Self, &Text, &At<'d>) -> Option<T>,
    ) -> Vec<Named<T>> {
        let Some(at) = at else { return Vec::new() };
        if !at.is_map() {
            self.found.wrong_type(at.span(), "a map", at.describe());
            return Vec::new();
        }
        let members = at.entries();
        members
            .into_iter()
            .filter_map(|(name, at)| read(self, &name, &at).map(|item| Named { name, item }))
            .collect()
    }

    /// Elements of a list that must be one.
    pub(super) fn list(&mut self, at: Option<At<'d>>) -> Vec<At<'d>> {
        let Some(at) = at else { return Vec::new() };
        if !at.is_list() {
            self.found.wrong_type(at.span(), "a list", at.describe()).help("begin each element with `- `");
            return Vec::new();
        }
        at.one_or_many()
    }

    /// A text that must be one.
    pub(super) fn text(&mut self, at: Option<At<'d>>) -> Option<Text> {
        let at = at?;
        if matches!(at.value, serde_yaml::Value::String(_)) {
            return at.text();
        }
        self.found.wrong_type(at.span(), "text", at.describe());
        None
    }

    /// Texts: one, or a list of them.
    pub(super) fn texts(&mut self, at: Option<At<'d>>) -> Vec<Text> {
        let Some(at) = at else { return Vec::new() };
        at.one_or_many().into_iter().filter_map(|item| self.text(Some(item))).collect()
    }

    /// A selector: text that begins with `$`.
    pub(super) fn selector(&mut self, at: Option<At<'d>>) -> Option<Text> {
        let at = at?;
        let Some(text) = at.text().filter(|_| matches!(at.value, serde_yaml::Value::String(_))) else {
            self.found.wrong_type(at.span(), "a selector", at.describe()).help("literal? write `value:`");
            return None;
        };
        self.check_selector(&text).then_some(text)
    }

    /// Selectors: one, or a list of them.
    pub(super) fn selectors(&mut self, at: Option<At<'d>>) -> Vec<Text> {
        let Some(at) = at else { return Vec::new() };
        at.one_or_many().into_iter().filter_map(|item| self.selector(Some(item))).collect()
    }

    pub(super) fn check_selector(&mut self, text: &Text) -> bool {
        if text.text.starts_with('$') {
            return true;
        }
        let message = format!("`{}` is not a selector: it does not begin with `$`", text.text);
        let found = self.found.error(Code::NOT_A_SELECTOR, text.span, message);
        found.help(format!("literal? write `value: {0}`; a path of the event? write `$.{0}`", text.text));
        false
    }

    /// A constant as JSON.
    pub(super) fn constant(&mut self, at: &At<'d>) -> Option<Value> {
        if let Ok(value) = serde_json::to_value(at.value) {
            Some(value)
        } else {
            self.found.wrong_value(at.span(), "this value has no JSON form").help("keys must be text");
            None
        }
    }

    /// A span of time: `30s`, `10m`, `1h`.
    pub(super) fn duration(&mut self, at: Option<At<'d>>) -> Option<Duration> {
        let text = self.text(at)?;
        let seconds = text.text.char_indices().last().and_then(|(split, unit)| {
            let number: u64 = text.text.get(..split)?.parse().ok()?;
            let factor = match unit {
                's' => 1,
                'm' => 60,
                'h' => 3600,
                _ => return None,
            };
            number.checked_mul(factor).filter(|seconds| (1..=86_400).contains(seconds))
        });
        if seconds.is_none() {
            let message = format!("`{}` is not a span of time from 1 second to 24 hours", text.text);
            self.found.wrong_value(text.span, message).help("write `30s`, `10m` or `1h`");
        }
        seconds.map(Duration::from_secs)
    }
}
