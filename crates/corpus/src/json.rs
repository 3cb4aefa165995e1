//! JSON text with a chosen order of keys and chosen escapes.

use std::fmt::Write;

use crate::random::Random;

/// A JSON value whose numbers are text and whose objects are lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// An object of keys and values.
pub(crate) fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// A text.
pub(crate) fn text(text: impl Into<String>) -> Json {
    Json::Text(text.into())
}

impl Json {
    /// Adds a member; nothing happens to what is no object.
    pub(crate) fn push(&mut self, key: &str, value: Json) {
        if let Json::Object(members) = self {
            members.push((key.to_owned(), value));
        }
    }

    /// Brings the keys of this object and of all in it into a random order.
    pub(crate) fn shuffle(&mut self, random: &mut Random) {
        match self {
            Json::Object(members) => {
                random.shuffle(members);
                for (_, value) in members {
                    value.shuffle(random);
                }
            }
            Json::List(items) => {
                for item in items {
                    item.shuffle(random);
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => {}
        }
    }

    /// Its text, without blanks; with `ascii` everything else is written as `\uXXXX`.
    pub(crate) fn print(&self, ascii: bool) -> String {
        let mut out = String::with_capacity(2048);
        self.write(&mut out, ascii);
        out
    }

    fn write(&self, out: &mut String, ascii: bool) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Json::Number(digits) => out.push_str(digits),
            Json::Text(text) => write_text(out, text, ascii),
            Json::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    separate(out, index);
                    item.write(out, ascii);
                }
                out.push(']');
            }
            Json::Object(members) => {
                out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    separate(out, index);
                    write_text(out, key, ascii);
                    out.push(':');
                    value.write(out, ascii);
                }
                out.push('}');
            }
        }
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Json::Number(number.to_string())
    }
}

fn separate(out: &mut String, index: usize) {
    if index > 0 {
        out.push(',');
    }
}

fn write_text(out: &mut String, text: &str, ascii: bool) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            _ if character < ' ' || (ascii && !character.is_ascii()) => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // A string takes all that is written to it.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::{Json, object, text};

    #[test]
    fn escapes() {
        let value = object([("ö\n", Json::List(vec![text("\"🎫"), Json::Null]))]);
        assert_eq!(value.print(false), "{\"ö\\n\":[\"\\\"🎫\",null]}");
        assert_eq!(value.print(true), "{\"\\u00f6\\n\":[\"\\\"\\ud83c\\udfab\",null]}");
    }
}
