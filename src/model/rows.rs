//! Rows and tables.

use std::collections::BTreeSet;

use serde_json::Value;

use super::pieces::{
    ElementPiece, EmptyIs, KeyRulePiece, NullIs, OnBad, RestPiece, RowPiece, TablePiece, Take,
};
use super::reader::{At, Instead, Reader};
use super::{Element, KeyRule, Required, Rest, Row, Source, Table, Text};
use crate::diag::{Code, Span, listed, quoted};
use crate::source::Scalar;
use crate::value::Type;

/// Keys that say where the value of a row comes from.
const SOURCES: [&str; 4] = ["from", "value", "text", "list"];

/// Keys of a row, and those of which one must stand beside each.
pub(super) const IDLE_WITHOUT: [(&str, &[&str]); 12] = [
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
        self.named(at, super::reader::Reader::row).into_iter().map(|named| named.item).collect()
    }

    /// A row in its short or long form.
    pub(super) fn row(&mut self, name: &Text, at: &At<'d>) -> Option<Row> {
        if at.is_map() {
            return self.long_row(name, at);
        }
        let selectors = self.selectors(Some(*at), Instead::Row);
        if selectors.is_empty() {
            return None;
        }
        Some(Row::new(name.clone(), at.span(), Source::From(selectors)))
    }

    fn long_row(&mut self, name: &Text, at: &At<'d>) -> Option<Row> {
        let piece: RowPiece = self.piece(at)?;
        self.idle_keys(at);
        let source = self.row_source(name, at)?;
        let mut row = Row::new(name.clone(), at.span(), source);
        // A bad word for `take` has been reported; that there is none must not be.
        row.take = piece.take.or_else(|| at.get("take").map(|_| Take::Only));
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

    /// Reports keys that have no effect without another one.
    fn idle_keys(&mut self, at: &At<'d>) {
        if SOURCES.iter().all(|source| at.get(source).is_none()) {
            // That is what is wrong with the row.
            return;
        }
        for (key, others) in IDLE_WITHOUT {
            let has_one = others.iter().any(|other| at.get(other).is_some());
            if at.get(key).is_none() || has_one || at.has_misspelt(others) {
                continue;
            }
            let wanted = others.iter().map(|other| quoted(other)).collect::<Vec<_>>().join(" or ");
            let found = self.found.idle_key(at.key_span(key), key, &format!("without {wanted}"));
            let first = others.first().copied().unwrap_or_default();
            found.help(format!("add `{first}: …`, or remove `{key}`"));
        }
    }

    fn row_source(&mut self, name: &Text, at: &At<'d>) -> Option<Source> {
        const HELP: &str = "write exactly one of `from`, `value`, `text`, `list`";
        let sources: Vec<&str> = SOURCES.into_iter().filter(|key| at.get(key).is_some()).collect();
        let [key] = sources.as_slice() else {
            let mut spans: Vec<_> = sources.iter().map(|key| at.key_span(key)).collect();
            spans.sort();
            if let [first, second, ..] = spans.as_slice() {
                let message = format!("{} has several sources: {}", quoted(&name.text), listed(&sources));
                self.found.error(Code::ROW_SOURCE, *second, message).label(*first, "the first").help(HELP);
            } else if !at.has_misspelt(&SOURCES) {
                let message = format!("{} does not say where its value comes from", quoted(&name.text));
                self.found.error(Code::ROW_SOURCE, name.span, message).help(HELP);
            }
            return None;
        };
        let source = at.get(key)?;
        Some(match *key {
            "value" => Source::Value(self.constant(&source)?),
            "text" => Source::Template { text: self.text(Some(source))?, with: self.rows(at.get("with")) },
            "list" => Source::List(self.elements(source)),
            _ => {
                let from = self.selectors(Some(source), Instead::Key("value"));
                if from.is_empty() {
                    return None;
                }
                match at.get("each") {
                    None => Source::From(from),
                    Some(each) => Source::Each {
                        each: self.selector(Some(each), Instead::Nothing)?,
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
                let found = self.found.wrong_value(at.span(), "a type in braces has one key, `enum`");
                found.help("as in `{enum: [free, paid]}`");
                return None;
            };
            if name.text != "enum" {
                self.found.unknown_key(name.span, &name.text, &["enum"], "a type");
                return None;
            }
            if words.is_list() && words.one_or_many().is_empty() {
                self.found
                    .wrong_value(words.span(), "the list of words is empty")
                    .help("as in `{enum: [free, paid]}`");
            }
            let words = self.list(Some(*words)).into_iter().filter_map(|word| self.text(Some(word)));
            return Some(Type::Enum(words.map(|text| text.text).collect()));
        }
        let text = self.text(Some(*at))?;
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
            self.found.wrong_type(at.span(), "one of reject, skip, null", &at.describe());
            return OnBad::default();
        };
        let known = WORDS.iter().find(|(word, _)| *word == text.text);
        if known.is_none() {
            self.found.wrong_word(text.span, &text.text, &WORDS.map(|(word, _)| word));
        }
        known.map_or_else(OnBad::default, |(_, on_bad)| *on_bad)
    }

    /// `true`, or the message to reject with.
    fn required(&mut self, at: &At<'d>) -> Option<Required> {
        let at = at.get("required")?;
        match at.node.scalar() {
            Some(Scalar::Bool(true)) => Some(Required::default()),
            Some(Scalar::Bool(false)) => None,
            Some(Scalar::Text(message)) => Some(Required { message: Some(message.to_owned()) }),
            _ => {
                self.found.wrong_type(at.span(), "`true` or the message to reject with", &at.describe());
                None
            }
        }
    }

    /// A table.
    pub(super) fn table(&mut self, name: &Text, at: &At<'d>) -> Option<Table> {
        if at.is_map() && at.get("rows").is_none() && !at.has_misspelt(&["rows"]) {
            self.found.missing_key(name.span, "rows").help("add `rows:` and write the rows below it");
            return None;
        }
        let piece: TablePiece = self.piece(at)?;
        let mut rows = self.rows(at.get("rows"));
        if matches!(piece.empty, Some(EmptyIs::Missing)) {
            let written = at.get("rows").map(|rows| rows.entries()).unwrap_or_default();
            let say_it: BTreeSet<Span> = written
                .iter()
                .filter(|(_, row)| row.get("empty").is_some())
                .map(|(name, _)| name.span)
                .collect();
            for row in rows.iter_mut().filter(|row| !say_it.contains(&row.name.span)) {
                row.empty_is_missing = true;
            }
        }
        let rest = at.get("rest").and_then(|at| self.rest(&at));
        Some(Table { under: piece.under, rows, rest })
    }

    fn rest(&mut self, at: &At<'d>) -> Option<Rest> {
        let piece: RestPiece = self.piece(at)?;
        let keys = at.get("keys").and_then(|at| {
            self.piece::<KeyRulePiece>(&at)?;
            let not = self.text(at.get("not"));
            Some(KeyRule { allow: self.text(at.get("allow"))?, other: self.text(at.get("other"))?, not })
        });
        Some(Rest {
            span: at.span(),
            of: self.selector(at.get("of"), Instead::Nothing)?,
            into: self.text(at.get("into"))?,
            cast: at.get("as").and_then(|at| self.cast(&at)).unwrap_or(Type::Scalar),
            except: self.texts(at.get("except")),
            null_is_sent: matches!(piece.null, Some(NullIs::Send)),
            keys,
        })
    }
}

impl Row {
    fn new(name: Text, span: Span, source: Source) -> Self {
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
