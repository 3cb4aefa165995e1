//! Strings: what they mean.

use std::fmt::Write;

/// Writes what a text between quotes means. The text must have been scanned; half a surrogate, which has not, becomes
/// U+FFFD.
pub fn unescape(written: &str, into: &mut impl Write) -> std::fmt::Result {
    let mut rest = written;
    while !rest.is_empty() {
        let escape = match rest.strip_prefix('\\') {
            Some(escape) => escape,
            None => match rest.split_once('\\') {
                Some((plain, escape)) => {
                    into.write_str(plain)?;
                    escape
                }
                None => return into.write_str(rest),
            },
        };
        let (meaning, behind) = meaning(escape);
        into.write_char(meaning)?;
        rest = behind;
    }
    Ok(())
}

/// The character of an escape, from behind the backslash on, and the text behind it.
fn meaning(escape: &str) -> (char, &str) {
    let mut characters = escape.chars();
    let meaning = match characters.next() {
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => return code_point(characters.as_str()),
        Some(itself) => itself,
        None => char::REPLACEMENT_CHARACTER,
    };
    (meaning, characters.as_str())
}

/// The character of one or two code units in UTF-16, from the first four digits on.
fn code_point(digits: &str) -> (char, &str) {
    let (first, rest) = code_unit(digits);
    if let 0xd800..0xdc00 = first
        && let Some(digits) = rest.strip_prefix("\\u")
        && let (second @ 0xdc00..0xe000, behind) = code_unit(digits)
    {
        let point = ((first & 0x3ff) << 10 | second & 0x3ff).wrapping_add(0x1_0000);
        return (char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER), behind);
    }
    (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), rest)
}

/// Four hexadecimal digits, and the text behind them.
fn code_unit(digits: &str) -> (u32, &str) {
    let (digits, rest) = digits.split_at_checked(4).unwrap_or(("", ""));
    (u32::from_str_radix(digits, 16).unwrap_or(0xd800), rest)
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[track_caller]
    fn check(written: &str, meaning: &str) {
        let mut text = String::new();
        unescape(written, &mut text).unwrap();
        assert_eq!(text, meaning);
    }

    #[test]
    fn nothing_to_do() {
        check("", "");
        check("a ü 🎫", "a ü 🎫");
    }

    #[test]
    fn every_escape() {
        check(r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t");
    }

    #[test]
    fn code_points() {
        check(r"a\u0041\u00e9\uD83C\udfabz\u0000\uffff", "aAé🎫z\0\u{ffff}");
        check(r"\udbff\udfff\ud800\udc00", "\u{10ffff}\u{10000}");
        check(r"\\u0041", r"\u0041");
    }

    #[test]
    fn what_has_not_been_scanned() {
        check(r"a\ud83cb\udfab", "a\u{fffd}b\u{fffd}");
        check(r"\ud83c\n\u12", "\u{fffd}\n\u{fffd}");
        check("\\", "\u{fffd}");
    }
}
