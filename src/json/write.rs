//! JSON text of values: no blanks, no needless escapes, each key once; the same whichever way a value came in.

use bumpalo::collections::String as ArenaString;

use super::Arena;
use super::datum::{Datum, Form, Text, Whole};
use super::scan::{BadJson, Kind, Scanner, end_of_plain, is_plain};

/// What JSON text is written to.
pub(crate) trait Sink {
    fn put(&mut self, text: &str);

    /// Puts a text in quotes.
    #[inline]
    fn put_quoted(&mut self, text: &str) {
        self.put("\"");
        self.put(text);
        self.put("\"");
    }
}

impl Sink for Vec<u8> {
    #[inline]
    fn put(&mut self, text: &str) {
        self.extend_from_slice(text.as_bytes());
    }

    #[inline]
    fn put_quoted(&mut self, text: &str) {
        self.reserve(text.len().saturating_add(2));
        self.push(b'"');
        self.extend_from_slice(text.as_bytes());
        self.push(b'"');
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
    match text.form {
        Form::Clean => out.put_quoted(text.written),
        Form::Plain if is_plain(text.written.as_bytes()) => out.put_quoted(text.written),
        Form::Plain | Form::Escaped => write_escaped(out, text.characters(arena)),
    }
}

#[inline(never)]
fn write_escaped(out: &mut impl Sink, characters: &str) {
    out.put("\"");
    write_characters(out, characters);
    out.put("\"");
}

/// Writes characters with the escapes that JSON needs: `"`, `\` and control characters, and no others.
fn write_characters(out: &mut impl Sink, mut characters: &str) {
    while let Some(first) = characters.bytes().next() {
        if matches!(first, 0..b' ' | b'"' | b'\\') {
            write_escape(out, first);
            characters = characters.get(1..).unwrap_or_default();
        } else {
            let end = end_of_plain(characters.as_bytes(), 0);
            let (plain, rest) = characters.split_at_checked(end).unwrap_or((characters, ""));
            out.put(plain);
            characters = rest;
        }
    }
}

fn write_escape(out: &mut impl Sink, byte: u8) {
    const DIGITS: [&str; 16] =
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f"];
    let short = match byte {
        b'"' => "\\\"",
        b'\\' => "\\\\",
        0x8 => "\\b",
        b'\t' => "\\t",
        b'\n' => "\\n",
        0xc => "\\f",
        b'\r' => "\\r",
        _ => "\\u00",
    };
    out.put(short);
    if short.len() > 2 {
        for half in [byte >> 4, byte & 0xf] {
            out.put(DIGITS.get(usize::from(half)).unwrap_or(&"0"));
        }
    }
}

fn write_list<'a>(out: &mut impl Sink, whole: Whole<'a>, arena: &'a Arena) {
    if let Some(text) = as_it_stands(whole) {
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
    if let Some(text) = as_it_stands(whole) {
        return out.put(text);
    }
    out.put("{");
    let mut is_first = true;
    whole.members(arena).each(|member| {
        if !std::mem::take(&mut is_first) {
            out.put(",");
        }
        write_text(out, member.key(arena), arena);
        out.put(":");
        write(out, member.value(arena), arena);
    });
    out.put("}");
}

/// The text of a list or an object that stands already as it would be written.
fn as_it_stands(whole: Whole<'_>) -> Option<&str> {
    let Whole::Written(written) = whole else { return None };
    // The text has been validated, so that an error cannot happen; if it did, the slower way decides.
    let is_distinct = || may_have_double_keys(&mut Scanner::new(written.text)) == Ok(false);
    (written.is_clean && (written.is_distinct || is_distinct())).then_some(written.text)
}

/// Whether some object in a validated text may have a key twice; true when that is not sure. Keys are told apart by
/// their hashes, as long as they are few.
fn may_have_double_keys(scanner: &mut Scanner<'_>) -> Result<bool, BadJson> {
    const FEW: usize = 32;
    match scanner.peek()? {
        Kind::Object => {
            scanner.open()?;
            let mut hashes = [0; FEW];
            let mut n_keys = 0;
            while let Some(key) = scanner.key()? {
                let hash = key.fingerprint.hash();
                let (known, free) = hashes.split_at_mut(n_keys);
                let Some(free) = free.first_mut() else { return Ok(true) };
                if known.contains(&hash) || may_have_double_keys(scanner)? {
                    return Ok(true);
                }
                *free = hash;
                n_keys = n_keys.saturating_add(1);
            }
        }
        Kind::List => {
            scanner.open()?;
            while scanner.item()? {
                if may_have_double_keys(scanner)? {
                    return Ok(true);
                }
            }
        }
        _ => drop(scanner.value()?),
    }
    Ok(false)
}
