//! Rows and tables.

use serde_json::Value;

use super::pieces::{ElementPiece, EmptyIs, KeyRulePiece, NullIs, OnBad, RestPiece, RowPiece, TablePiece};
use super::reader::{At, Reader};
use super::{Element, KeyRule, Rest, Row, Source, Table, Text};
use crate::diag::Code;
use crate::value::Type;

/// Keys of a row, and those of which one must stand beside each.
const BESIDE: &[(&str, &[&str])] = &[
    ("with", &["text"]),
    ("each", &["from"]),
    ("where", &["each"]),
    ("take", &["from"]),
    ("empty", &["from"]),
    ("null", &["from"]),
    ("as", &["from", "text"]),
    ("map", &["from", "text"]),
    ("on_bad", &["as", "map"]),
    ("default", &["from", "text"]),
    ("required", &["from", "text"]),
    ("truncate", &["from", "text"]),
];

impl<'d> Reader<'d, '_> {
    /// Rows under a key that may be left out.
    pub(super) fn rows(&mut self, at: Option<At<'d>>) -> Vec<Row> {
        self.named(at, |reader, name, at| reader.row(name, at)).into_iter().map(|named| named.item).collect()
    }

    /// A row in its short or long form.
    pub(super) fn row(&mut self, name: &Text, at: &At<'d>) -> Option<Row> {
        if at.is_map() {
            return self.long_row(name, at);
        }
        let selectors = self.selectors(Some(at.clone()));
        if selectors.is_empty() {
            return None;
        }
        Some(Row::new(name.clone(), at.span(), Source::From(selectors)))
    }

    fn long_row(&mut self, name: &Text, at: &At<'d>) -> Option<Row> {
        let piece: RowPiece = self.piece(at)?;
        let source = self.row_source(name, at)?;
        self.check_row_keys(at);
        let mut row = Row::new(name.clone(), at.span(), source);
        row.take = piece.take;
        row.cast = at.get("as").and_then(|at| self.cast(&at));
        row.on_bad = self.on_bad(at);
        row.empty_is_missing = matches!(piece.empty, Some(EmptyIs::Missing));
        row.null_is_sent = matches!(piece.null, Some(NullIs::Send));
        row.default = at.get("default").and_then(|at| self.constant(&at));
        row.required = self.required(at);
        row.when = self.condition(at.get("when"));
        row.map = at.get("map").map(|map| {
            let replacement = |reader: &mut Self, _: &Text, at: &At<'d>| reader.constant(at);
            self.named(Some(map), replacement)
                .into_iter()
                .map(|named| (named.name.text, named.item))
                .collect()
        });
        row.truncate = piece.truncate.and_then(|length| usize::try_from(length).ok());
        Some(row)
    }

    /// Every key of a row must mean something beside its source.
    fn check_row_keys(&mut self, at: &At<'d>) {
        for (key, beside) in BESIDE {
            let Some((key, _)) = at.entries().into_iter().find(|(name, _)| name.text == *key) else {
                continue;
            };
            if beside.iter().any(|other| at.get(other).is_some()) {
                continue;
            }
            let message = format!("`{}` means nothing in this row", key.text);
            let wanted: Vec<String> = beside.iter().map(|other| format!("`{other}:`")).collect();
            let help = format!("it belongs to {}", wanted.join(" or "));
            self.found.error(Code::UNKNOWN_KEY, key.span, message).help(help);
        }
    }

    fn row_source(&mut self, name: &Text, at: &At<'d>) -> Option<Source> {
        let sources: Vec<&str> =
            ["from", "value", "text", "list"].into_iter().filter(|key| at.get(key).is_some()).collect();
        let [key] = sources.as_slice() else {
            let message = match sources.as_slice() {
                [] => format!("`{}` does not say where its value comes from", name.text),
                many => format!("`{}` has several sources: {}", name.text, many.join(", ")),
            };
            self.found
                .error(Code::ROW_SOURCE, at.span(), message)
                .help("write exactly one of from, value, text, list");
            return None;
        };
        let source = at.get(key)?;
        Some(match *key {
            "value" => Source::Value(self.constant(&source)?),
            "text" => Source::Template { text: self.text(Some(source))?, with: self.rows(at.get("with")) },
            "list" => Source::List(self.elements(source)),
            _ => {
                let from = self.selectors(Some(source));
                if from.is_empty() {
                    return None;
                }
                match at.get("each") {
                    None => Source::From(from),
                    Some(each) => Source::Each {
                        each: self.selector(Some(each))?,
                        filter: self.condition(at.get("where")),
                        from,
                    },
                }
            }
        })
    }

    fn elements(&mut self, at: At<'d>) -> Vec<Element> {
        let mut elements = Vec::new();
        for item in self.list(Some(at)) {
            if self.piece::<ElementPiece>(&item).is_some() {
                let when = self.condition(item.get("when"));
                elements.push(Element { when, rows: self.rows(item.get("rows")) });
            }
        }
        elements
    }

    /// A type: a name, `[name]`, `{enum: [...]}`.
    fn cast(&mut self, at: &At<'d>) -> Option<Type> {
        if at.is_list() {
            let items = at.one_or_many();
            let [item] = items.as_slice() else {
                self.found
                    .wrong_value(at.span(), "a list type names the type of its elements")
                    .help("as in `[string]`");
                return None;
            };
            return Some(Type::List(Box::new(self.cast(item)?)));
        }
        if at.is_map() {
            let members = at.entries();
            let [(name, words)] = members.as_slice() else {
                self.found.wrong_value(at.span(), "expected `{enum: [...]}`");
                return None;
            };
            if name.text != "enum" {
                self.found.unknown_key(name.span, &name.text, &["enum"], "a type");
                return None;
            }
            return Some(Type::Enum(
                self.texts(Some(words.clone())).into_iter().map(|text| text.text).collect(),
            ));
        }
        let text = self.text(Some(at.clone()))?;
        let kind = Type::parse(&text.text);
        if kind.is_none() {
            self.found.wrong_word(text.span, &text.text, &Type::PLAIN.map(|(name, _)| name));
        }
        kind
    }

    /// What a bad value means.
    fn on_bad(&mut self, at: &At<'d>) -> OnBad {
        const WORDS: [(&str, OnBad); 3] =
            [("reject", OnBad::Reject), ("skip", OnBad::Skip), ("null", OnBad::Null)];
        let Some(at) = at.get("on_bad") else { return OnBad::default() };
        // A bare `null` is the word here.
        let Some(text) = at.text().filter(|text| !text.text.is_empty()) else {
            self.found.wrong_type(at.span(), "one of reject, skip, null", at.describe());
            return OnBad::default();
        };
        let known = WORDS.iter().find(|(word, _)| *word == text.text);
        if known.is_none() {
            self.found.wrong_word(text.span, &text.text, &WORDS.map(|(word, _)| word));
        }
        known.map_or_else(OnBad::default, |(_, on_bad)| *on_bad)
    }

    /// `true`, or the message to reject with.
    fn required(&mut self, at: &At<'d>) -> Option<Option<String>> {
        let at = at.get("required")?;
        match at.value {
            serde_yaml::Value::Bool(true) => Some(None),
            serde_yaml::Value::Bool(false) => None,
            serde_yaml::Value::String(message) => Some(Some(message.clone())),
            _ => {
                self.found.wrong_type(at.span(), "`true` or the message to reject with", at.describe());
                None
            }
        }
    }

    /// A table.
    pub(super) fn table(&mut self, at: &At<'d>) -> Option<Table> {
        let piece: TablePiece = self.piece(at)?;
        let mut rows = self.rows(at.get("rows"));
        if matches!(piece.empty, Some(EmptyIs::Missing)) {
            let says_itself: Vec<String> = at
                .get("rows")
                .map(|rows| rows.entries())
                .unwrap_or_default()
                .into_iter()
                .filter(|(_, row)| row.get("empty").is_some())
                .map(|(name, _)| name.text)
                .collect();
            for row in rows.iter_mut().filter(|row| !says_itself.contains(&row.name.text)) {
                row.empty_is_missing = true;
            }
        }
        let rest = at.get("rest").and_then(|at| self.rest(&at));
        Some(Table { under: piece.under, rows, rest })
    }

    fn rest(&mut self, at: &At<'d>) -> Option<Rest> {
        let piece: RestPiece = self.piece(at)?;
        let keys = at.get("keys").and_then(|at| {
            let piece: KeyRulePiece = self.piece(&at)?;
            let not = self.text(at.get("not"));
            Some(KeyRule { allow: self.text(at.get("allow"))?, other: piece.other, not })
        });
        Some(Rest {
            span: at.span(),
            of: self.selector(at.get("of"))?,
            into: self.text(at.get("into"))?,
            cast: at.get("as").and_then(|at| self.cast(&at)).unwrap_or(Type::Scalar),
            null_is_sent: matches!(piece.null, Some(NullIs::Send)),
            keys,
        })
    }
}

impl Row {
    fn new(name: Text, span: crate::diag::Span, source: Source) -> Self {
        Row {
            name,
            span,
            source,
            take: None,
            cast: None,
            on_bad: OnBad::default(),
            empty_is_missing: false,
            null_is_sent: false,
            default: None::<Value>,
            required: None,
            when: None,
            map: None,
            truncate: None,
        }
    }
}
