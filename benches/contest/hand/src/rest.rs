//! Custom fields: the members that no row reads, under keys that Zendesk takes.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{write_str, write_value};

/// Appends the scalars among the members, but those whose key `is_read`; a row has written `id` before.
pub(crate) fn custom_fields(out: &mut Vec<u8>, members: &Map<String, Value>, is_read: fn(&str) -> bool) {
    // Keys that were made valid. There are few of them, so the set is made when the first one comes.
    let mut made: Option<HashSet<String>> = None;
    for (key, value) in members {
        if value.is_array() || value.is_object() || is_read(key) {
            continue;
        }
        let name = made_valid(key);
        if let Cow::Owned(name) = &name {
            let is_right = |(key, value): (&String, &Value)| {
                key == name && !value.is_array() && !value.is_object() && !is_read(key)
            };
            let taken = name == "id"
                || members.get_key_value(name).is_some_and(is_right)
                || !made.get_or_insert_default().insert(name.clone());
            if taken {
                continue;
            }
        }
        out.push(b',');
        write_str(out, &name);
        out.push(b':');
        write_value(out, value);
    }
}

/// A key of ASCII letters, digits, `_` and `-` that is not all digits.
pub fn made_valid(key: &str) -> Cow<'_, str> {
    let mut seen = 0;
    for byte in key.bytes() {
        seen |= OF_KEY[usize::from(byte)];
    }
    if seen == LETTER || seen == LETTER | DIGIT {
        return Cow::Borrowed(key);
    }
    let is_number = key.bytes().all(|byte| byte.is_ascii_digit());
    let mut name = String::with_capacity(key.len() + 1);
    if is_number {
        name.push('_');
    }
    name.extend(key.chars().map(|character| match u8::try_from(character) {
        Ok(byte) if OF_KEY[usize::from(byte)] != OTHER => character,
        _ => '_',
    }));
    Cow::Owned(name)
}

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const OTHER: u8 = 4;

/// What a byte is in a key; letters are all that may stand there and is no digit.
const OF_KEY: [u8; 256] = {
    let mut signs = [OTHER; 256];
    let mut byte = 0;
    while byte < 128_u8 {
        signs[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'-' => LETTER,
            _ => OTHER,
        };
        byte += 1;
    }
    signs
};
