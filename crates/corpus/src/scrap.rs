//! Small texts that are JSON, nearly JSON, or not at all.

use crate::random::Random;

/// One in so many texts is nested about as deep as readers go.
const DEEP_EVERY: u64 = 150;

/// Pieces of strings: plain ones, escapes, and what may not stand there.
const PIECES: [&str; 32] = [
    "a",
    "id",
    "name",
    "e-mail",
    "some words",
    "created_at",
    "exactly 16 bytes",
    "sixteen bytes, and more than that",
    " ",
    "'",
    "/",
    "\u{7f}",
    "é",
    "ß",
    "日本",
    "🎫",
    r#"\""#,
    r"\\",
    r"\/",
    r"\b",
    r"\f",
    r"\n",
    r"\r",
    r"\t",
    r"\u0041",
    r"\u00e9",
    r"\uD83C\uDFAB",
    r"\ud83c\udfab",
    r"\u0000",
    r"\uFFFF",
    r"\u2028",
    "",
];

/// Pieces of strings that no reader should take.
const BROKEN_PIECES: [&str; 14] = [
    "\n",
    "\0",
    "\u{1f}",
    "\t",
    r"\ud83c",
    r"\udfab",
    r"\ud83c\u0041",
    r"\ud83c\ud83c",
    r"\u12",
    r"\u12g4",
    r"\x",
    r"\U0041",
    r"\u+123",
    "\"",
];

/// What may stand between tokens.
const BLANKS: [&str; 6] = [" ", "  ", "\n", "\t", "\r\n", "\n    "];

/// What a text is broken with.
const WRECKS: [&[u8]; 44] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\"",
    b"\\",
    b"\\u",
    b"\\\"",
    b"/",
    b"0",
    b"1",
    b"9",
    b"-",
    b"+",
    b".",
    b"e",
    b"E",
    b"e5",
    b"t",
    b"true",
    b"false",
    b"null",
    b"nul",
    b"u",
    b" ",
    b"\n",
    b"\r",
    b"\t",
    b"\x0b",
    b"\0",
    b"\x1f",
    b"\x7f",
    b"\x80",
    b"\xc3",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x8e",
    b"\xf4\x90\x80\x80",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b",\"a\":1",
];

/// Writes a small text that is JSON, in more than half of all cases with some mistakes, and sometimes without UTF-8.
pub fn scrap(random: &mut Random, into: &mut Vec<u8>) {
    into.clear();
    if random.below(DEEP_EVERY) == 0 {
        nested(random, into);
    } else {
        blanks(random, into);
        value(random, into, 3);
        blanks(random, into);
    }
    while random.chance(45) {
        wreck(random, into);
    }
}

/// About as many levels as readers allow.
fn nested(random: &mut Random, into: &mut Vec<u8>) {
    let mut ends = Vec::new();
    for _ in 0..random.below(10).saturating_add(121) {
        let (start, end): (&[u8], u8) = if random.chance(50) { (b"[", b']') } else { (b"{\"a\":", b'}') };
        into.extend(start);
        ends.push(end);
    }
    value(random, into, 1);
    into.extend(ends.iter().rev());
}

fn value(random: &mut Random, into: &mut Vec<u8>, depth: u64) {
    let kinds = if depth == 0 { 7 } else { 12 };
    match random.below(kinds) {
        0 => into.extend(random.pick(&["null", "true", "false"]).as_bytes()),
        1..=3 => number(random, into),
        4..=6 => string(random, into),
        7..=8 => list(random, into, depth.saturating_sub(1)),
        _ => object(random, into, depth.saturating_sub(1)),
    }
}

fn number(random: &mut Random, into: &mut Vec<u8>) {
    if random.chance(30) {
        into.push(b'-');
    }
    if random.chance(20) {
        into.push(b'0');
    } else {
        into.push(b'1');
        digits(random, into);
    }
    if random.chance(25) {
        into.extend(b".5");
        digits(random, into);
    }
    if random.chance(25) {
        into.extend(random.pick(&["e", "E", "e+", "E-"]).as_bytes());
        into.push(b'0');
        digits(random, into);
    }
}

fn digits(random: &mut Random, into: &mut Vec<u8>) {
    let most = if random.chance(5) { 40 } else { 4 };
    for _ in 0..random.below(most) {
        into.extend(random.pick(&["0", "1", "4", "7", "9"]).as_bytes());
    }
}

fn string(random: &mut Random, into: &mut Vec<u8>) {
    into.push(b'"');
    while random.chance(60) {
        let piece = if random.chance(2) { random.pick(&BROKEN_PIECES) } else { random.pick(&PIECES) };
        into.extend(piece.as_bytes());
    }
    into.push(b'"');
}

fn list(random: &mut Random, into: &mut Vec<u8>, depth: u64) {
    into.push(b'[');
    blanks(random, into);
    for index in 0..random.below(4) {
        comma(random, into, index);
        value(random, into, depth);
        blanks(random, into);
    }
    into.push(b']');
}

fn object(random: &mut Random, into: &mut Vec<u8>, depth: u64) {
    into.push(b'{');
    blanks(random, into);
    for index in 0..random.below(4) {
        comma(random, into, index);
        string(random, into);
        blanks(random, into);
        into.push(b':');
        blanks(random, into);
        value(random, into, depth);
        blanks(random, into);
    }
    into.push(b'}');
}

fn comma(random: &mut Random, into: &mut Vec<u8>, index: u64) {
    if index > 0 {
        into.push(b',');
        blanks(random, into);
    }
}

fn blanks(random: &mut Random, into: &mut Vec<u8>) {
    if random.chance(8) {
        into.extend(random.pick(&BLANKS).as_bytes());
    }
}

/// Makes one mistake somewhere.
fn wreck(random: &mut Random, into: &mut Vec<u8>) {
    let at = random.index(into.len().saturating_add(1));
    let end = at.saturating_add(random.index(4)).min(into.len());
    let wreckage = WRECKS.get(random.index(WRECKS.len())).copied().unwrap_or_default();
    match random.below(8) {
        0 => into.truncate(at),
        1 => drop(into.drain(at..end)),
        2 => into.extend_from_within(at..end),
        3 => into.extend(wreckage),
        4 | 5 => drop(into.splice(at..end, wreckage.iter().copied())),
        _ => drop(into.splice(at..at, wreckage.iter().copied())),
    }
}

#[cfg(test)]
mod tests {
    use super::scrap;
    use crate::random::Random;

    #[test]
    fn good_and_bad_texts_come_out() {
        let (mut random, mut text) = (Random::new(1), Vec::new());
        let mut n_texts = 0;
        for _ in 0..1_000 {
            scrap(&mut random, &mut text);
            n_texts += usize::from(str::from_utf8(&text).is_ok());
        }
        assert!((800..990).contains(&n_texts), "{n_texts} of 1,000 are UTF-8");
    }
}
