//! Paths that need no parser of `JSONPath`: keys and indexes in their plainest spelling.
//!
//! In: what stands behind the root of a selector. Out: the walk, or nothing when the full parser must say what it is.
//! What is taken here means the same to the full parser, which random tests watch; what is not taken may still be a
//! path.

use crate::value::{Segment, Walk};

/// Most digits of an index: all such numbers are exact wherever JSON is read.
const MOST_DIGITS: usize = 15;

/// The walk of a path such as `.traits.name`, `.list[0].id` or `['a key']`.
pub(super) fn walk(path: &str) -> Option<Walk> {
    let mut segments = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let (segment, after) = match rest.split_at_checked(1)? {
            (".", name) => shorthand(name)?,
            ("[", inner) => bracketed(inner)?,
            _ => return None,
        };
        segments.push(segment);
        rest = after;
    }
    Some(Walk(segments))
}

/// A name behind a dot, and what follows it.
fn shorthand(text: &str) -> Option<(Segment, &str)> {
    let end =
        text.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_').unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    let first = name.bytes().next()?;
    (!first.is_ascii_digit()).then(|| (Segment::Key(name.into()), rest))
}

/// A quoted key or an index behind an opening bracket, and what follows the closing one.
fn bracketed(text: &str) -> Option<(Segment, &str)> {
    for quote in ['\'', '"'] {
        if let Some(inner) = text.strip_prefix(quote) {
            let (key, rest) = inner.split_once(quote)?;
            let is_plain = key.bytes().all(|byte| matches!(byte, b' '..=b'~') && !b"\\'\"".contains(&byte));
            return is_plain.then_some((Segment::Key(key.into()), rest.strip_prefix(']')?));
        }
    }
    let (index, rest) = text.split_once(']')?;
    let digits = index.strip_prefix('-').unwrap_or(index);
    let is_plain = digits.len() <= MOST_DIGITS
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (index == "0" || !digits.starts_with('0'));
    is_plain.then_some((Segment::Index(index.parse().ok()?), rest))
}

#[cfg(test)]
mod tests {
    use jsonpath_rust::parser::model::{Segment as JpSegment, Selector as JpSelector};
    use jsonpath_rust::parser::parse_json_path;

    use super::*;

    /// What the full parser makes of a path, when that is keys and indexes only.
    fn by_parser(path: &str) -> Option<Walk> {
        let query = parse_json_path(&format!("${path}")).ok()?;
        let segment = |segment: &JpSegment| match segment {
            JpSegment::Selector(JpSelector::Name(name)) => Some(Segment::Key(name.as_str().into())),
            JpSegment::Selector(JpSelector::Index(index)) => Some(Segment::Index(*index)),
            _ => None,
        };
        query.segments.iter().map(segment).collect::<Option<_>>().map(Walk)
    }

    #[track_caller]
    fn check(path: &str, is_taken: bool) {
        let walk = walk(path);
        assert_eq!(walk.is_some(), is_taken, "{path}");
        if walk.is_some() {
            assert_eq!(walk, by_parser(path), "{path}");
        }
    }

    #[test]
    fn plain_paths_are_taken() {
        for path in
            ["", ".a", ".traits.first_name", "._x9", ".list[0].id", "[-1]", "['a key']", "[\"a.b\"][12]"]
        {
            check(path, true);
        }
    }

    #[test]
    fn all_others_are_left_to_the_parser() {
        for path in [
            ".",
            "a",
            ".9",
            ".a.",
            "..a",
            ".*",
            "[*]",
            "[ 0]",
            "[0 ]",
            "[00]",
            "[-0]",
            "[01]",
            "[]",
            "[-]",
            "[+1]",
            "[0",
            "['a'",
            "['a",
            "['a' ]",
            "['a\\'b']",
            "[\"'a'\"]",
            "['\"a\"']",
            "['a','b']",
            "[0:1]",
            "[?@.a]",
            ".ö",
            ".a b",
            " .a",
            ".a-b",
            "[1234567890123456]",
            "[\"\\u0041\"]",
            "['\t']",
            "['ö']",
        ] {
            check(path, false);
        }
    }

    #[test]
    fn generated_paths_mean_the_same_to_the_parser() {
        let parts = [
            ".a",
            ".b_1",
            "._",
            ".",
            "[",
            "]",
            "'",
            "\"",
            "0",
            "-",
            "12",
            " ",
            "['k']",
            "[\"k l\"]",
            "[3]",
            "[-2]",
            "x",
            "Z9",
            "*",
            "\\",
            "ö",
            "\t",
            ",",
            ":",
            "?",
            "@",
            "$",
            "''",
            "[0]",
            "999999999999999",
            "..",
            "\u{85}",
            "(",
        ];
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut roll = |sides: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % sides as u64).unwrap()
        };
        let mut n_taken = 0;
        for _ in 0..30_000 {
            let path: String = (0..roll(7)).map(|_| parts[roll(parts.len())]).collect();
            if let Some(walk) = walk(&path) {
                n_taken += 1;
                assert_eq!(Some(walk), by_parser(&path), "{path:?}");
            }
        }
        assert!(n_taken > 1_000, "only {n_taken} were taken");
    }
}
