//! JSON text of values: no blanks, no needless escapes, each key once; the same whichever way a value came in.

use bumpalo::collections::String as ArenaString;

use super::datum::{Body, Datum, Form, Text, Whole};
use super::scan::Scanner;
use super::{Arena, parts};
use crate::json::keys::KeySeen;

/// What JSON text is written to.
pub(crate) trait Sink {
    fn put(&mut self, text: &str);
}

impl Sink for Vec<u8> {
    #[inline]
    fn put(&mut self, text: &str) {
        self.extend_from_slice(text.as_bytes());
    }
}

impl Sink for ArenaString<'_> {
    #[inline]
    fn put(&mut self, text: &str) {
        self.push_str(text);
    }
}

/// Writes a value.
pub(crate) fn write<'a>(out: &mut impl Sink, datum: Datum<'a>, arena: &'a Arena) {
    match datum {
        Datum::Null => out.put("null"),
        Datum::Bool(true) => out.put("true"),
        Datum::Bool(false) => out.put("false"),
        Datum::Number(digits) => out.put(digits),
        Datum::Text(text) => write_text(out, text, arena),
        Datum::List(whole) => write_list(out, whole, arena),
        Datum::Object(whole) => write_object(out, whole, arena),
    }
}

/// Writes a text, in quotes.
pub(crate) fn write_text<'a>(out: &mut impl Sink, text: Text<'a>, arena: &'a Arena) {
    out.put("\"");
    match text.form {
        Form::Clean => out.put(text.written),
        Form::Plain | Form::Escaped => write_characters(out, text.characters(arena)),
    }
    out.put("\"");
}

/// Writes characters with the escapes that JSON needs: `"`, `\` and control characters, and no others.
fn write_characters(out: &mut impl Sink, mut characters: &str) {
    while let Some(at) = characters.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let Some((before, rest)) = characters.split_at_checked(at) else { return };
        out.put(before);
        let mut rest = rest.chars();
        write_escape(out, rest.next().unwrap_or_default());
        characters = rest.as_str();
    }
    out.put(characters);
}

fn write_escape(out: &mut impl Sink, character: char) {
    const DIGITS: [&str; 16] =
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f"];
    let short = match character {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        _ => "\\u00",
    };
    out.put(short);
    if short.len() > 2 {
        let code = u32::from(character);
        for half in [code >> 4, code & 0xf] {
            out.put(usize::try_from(half).ok().and_then(|half| DIGITS.get(half)).unwrap_or(&"0"));
        }
    }
}

fn write_list<'a>(out: &mut impl Sink, whole: Whole<'a>, arena: &'a Arena) {
    if let Some(text) = as_it_stands(whole, arena) {
        return out.put(text);
    }
    out.put("[");
    for (index, item) in whole.items(arena).iter().enumerate() {
        if index > 0 {
            out.put(",");
        }
        write(out, *item, arena);
    }
    out.put("]");
}

fn write_object<'a>(out: &mut impl Sink, whole: Whole<'a>, arena: &'a Arena) {
    if let Some(text) = as_it_stands(whole, arena) {
        return out.put(text);
    }
    out.put("{");
    for (index, member) in whole.members(arena).iter().enumerate() {
        if index > 0 {
            out.put(",");
        }
        write_text(out, member.key, arena);
        out.put(":");
        write(out, member.value, arena);
    }
    out.put("}");
}

/// The text of a list or an object that stands already as it would be written.
fn as_it_stands<'a>(whole: Whole<'a>, arena: &'a Arena) -> Option<&'a str> {
    match whole.body {
        Body::Text { text, is_clean: true } if !has_double_keys(text, arena) => Some(text),
        _ => None,
    }
}

/// Whether an object in a validated text has a key twice.
fn has_double_keys(text: &str, arena: &Arena) -> bool {
    let mut scanner = Scanner::new(text);
    let mut check = DoubleKeys { arena, found: false };
    // The text has been validated, so that an error cannot happen; if it did, the slower way decides.
    check.value(&mut scanner).is_err() || check.found
}

struct DoubleKeys<'a> {
    arena: &'a Arena,
    found: bool,
}

impl<'a> DoubleKeys<'a> {
    fn value(&mut self, scanner: &mut Scanner<'a>) -> Result<(), super::scan::BadJson> {
        use super::scan::Kind;
        match scanner.peek()? {
            Kind::Object => {
                scanner.open()?;
                let mut seen = KeySeen::new(self.arena);
                while let Some(key) = scanner.key()? {
                    let (characters, fingerprint) = parts::characters(&key, self.arena);
                    self.found |= seen.before(fingerprint, characters).is_some();
                    self.value(scanner)?;
                }
            }
            Kind::List => {
                scanner.open()?;
                while scanner.item()? {
                    self.value(scanner)?;
                }
            }
            _ => drop(scanner.value()?),
        }
        Ok(())
    }
}
