//! A line a case; `tests/it/json.rs` compares with another reader on a million texts.

use corpus::{Random, scrap};
use serde_json::{Map, Value};

use super::{BadJson, Fingerprint, Key, Kind, Scanner, Token, unescape, utf8, validate};

/// Reads a text step by step as far as it goes, and gives what it says.
fn stepped(scanner: &mut Scanner<'_>) -> Result<Value, BadJson> {
    let scanned = scanner.scanned();
    match scanner.peek()? {
        Kind::Object => {
            let mut members = Map::new();
            scanner.open()?;
            while let Some(key) = scanner.key()? {
                let text = key.text(scanned);
                assert_eq!(key.fingerprint, Fingerprint::of(text), "{text}");
                assert_eq!(key.is_escaped, text.contains('\\'), "{text}");
                let value = stepped(scanner)?;
                members.insert(meaning(text), value);
            }
            Ok(Value::Object(members))
        }
        Kind::List => {
            let mut items = Vec::new();
            scanner.open()?;
            while scanner.item()? {
                items.push(stepped(scanner)?);
            }
            Ok(Value::Array(items))
        }
        kind => {
            let token = scanner.value()?;
            assert_eq!(token.kind, kind);
            Ok(match kind {
                Kind::Text => Value::String(meaning(inner(token.text(scanned)))),
                _ => serde_json::from_str(token.text(scanned)).unwrap(),
            })
        }
    }
}

/// What stands between the quotes.
fn inner(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap()
}

fn meaning(written: &str) -> String {
    let mut text = String::new();
    unescape(written, &mut text).unwrap();
    text
}

/// All ways to read a text, and another reader, agree that it is JSON and what it says.
#[track_caller]
fn good(text: &str) {
    let expected: Value = serde_json::from_str(text).unwrap();
    assert_eq!(validate(text.as_bytes()), Ok(()));
    let mut scanner = Scanner::new(text);
    assert_eq!(stepped(&mut scanner), Ok(expected));
    assert_eq!(scanner.end(), Ok(()));
    assert_eq!(scanner.position(), text.len());
}

/// All ways to read a text, and another reader, refuse it; ours say where.
#[track_caller]
fn bad(text: impl AsRef<[u8]>, offset: usize) {
    let bytes = text.as_ref();
    assert!(serde_json::from_slice::<Value>(bytes).is_err(), "the other reader takes it");
    assert_eq!(validate(bytes).map_err(|bad| bad.offset()), Err(offset));
    if let Ok(text) = utf8(bytes) {
        let mut scanner = Scanner::new(text);
        let found = stepped(&mut scanner).and_then(|_| scanner.end());
        assert_eq!(found.map_err(|bad| bad.offset()), Err(offset));
    }
}

fn deep(levels: usize) -> String {
    "[".repeat(levels) + &"]".repeat(levels)
}

#[test]
fn words() {
    ["null", "true", "false", " \n\t\rtrue\r\t\n "].into_iter().for_each(good);
}

#[test]
fn numbers() {
    ["0", "-0", "7", "-10", "0.0", "1.50", "1e5", "1E+05", "-2.5e-300", "1e999999999999", "[0,1]"]
        .into_iter()
        .for_each(good);
    good(&"9".repeat(1_000));
}

#[test]
fn strings() {
    ["\"\"", "\"ab\"", "\"\u{7f}\"", "\"ö🎫\"", "\"/\"", "\"exactly 15 byte\"", "\"exactly 16 bytes\""]
        .into_iter()
        .for_each(good);
    (0..70).for_each(|length| good(&format!("\"{}\"", "x".repeat(length))));
}

#[test]
fn escapes() {
    [r#""\"\\\/\b\f\n\r\t""#, r#""\u0000\u00e9\uFFFF""#, r#""a\ud83c\udFABb""#, r#""\\u1234""#]
        .into_iter()
        .for_each(good);
    (0..40).for_each(|length| good(&format!("\"{}\\u00e9\\n{}\"", "x".repeat(length), "y".repeat(length))));
}

#[test]
fn containers() {
    ["[]", "{}", "[1,[2,{}],[]]", r#"{"a":{"b":[{"c":null}]},"d":1}"#, r#" { "a" : [ 1 , { } ] } "#]
        .into_iter()
        .for_each(good);
}

#[test]
fn keys() {
    good(
        r#"{"":0,"a":1,"na\u006de":2,"exactly16bytes__":3,"seventeen_bytes__":4,"a longer key than most":5}"#,
    );
    (0..40).for_each(|length| good(&format!("{{\"{}\":{{}}}}", "k".repeat(length))));
}

#[test]
fn the_same_key_twice_is_the_callers_matter() {
    good(r#"{"a":1,"a":null}"#);
}

#[test]
fn nesting() {
    good(&deep(127));
    bad(deep(128), 127);
    good(&format!("{}1{}", r#"{"a":"#.repeat(127), "}".repeat(127)));
    bad(r#"{"a":"#.repeat(128), 127 * 5);
    bad("[".repeat(100_000), 127);
}

#[test]
fn nesting_counts_what_was_stepped_into() {
    let (deepest, too_deep) = (deep(127), deep(128));
    let steps = |text: &str, steps: usize| {
        let mut scanner = Scanner::new(text);
        for _ in 0..steps {
            scanner.open().unwrap();
            assert!(scanner.item().unwrap());
        }
        scanner.value().map(|token| token.text(text).len())
    };
    for n_open in 0..127 {
        assert_eq!(steps(&deepest, n_open), Ok(254 - 2 * n_open));
        assert_eq!(steps(&too_deep, n_open).map_err(|bad| bad.offset()), Err(127));
    }
}

#[test]
fn closed_levels_do_not_count() {
    good(&format!("[{}[]]", "[[]],".repeat(500)));
}

#[test]
fn no_value() {
    bad("", 0);
    bad("  ", 2);
    bad("\u{feff}1", 0);
    bad("nul", 0);
    bad("nulL", 0);
    bad("[True]", 1);
    bad("NaN", 0);
    bad("'a'", 0);
    bad("\u{b}1", 0);
    bad("\0", 0);
}

#[test]
fn something_behind_the_value() {
    bad("1 2", 2);
    bad("nullx", 4);
    bad("{}}", 2);
    bad("1\0", 1);
    bad("[]\u{a0}", 2);
}

#[test]
fn broken_numbers() {
    bad("-", 1);
    bad("01", 1);
    bad("-01", 2);
    bad("+1", 0);
    bad(".5", 0);
    bad("1.", 2);
    bad("1.e5", 2);
    bad("1e", 2);
    bad("1e+", 3);
    bad("0x1", 1);
    bad("1e5.5", 3);
    bad("--1", 1);
    bad("[1.5.5]", 4);
    bad("-Infinity", 1);
    bad("１", 0);
}

#[test]
fn broken_strings() {
    bad("\"", 1);
    bad("\"ab", 3);
    bad("\"a\nb\"", 2);
    bad("\"\u{1f}\"", 1);
    bad("\"0123456789abcdef0123\0\"", 21);
    bad("\"\\", 2);
    bad("\"\\\"", 3);
    bad(r#""\a""#, 2);
    bad(r#""\U0041""#, 2);
    bad(r#""\u12""#, 3);
    bad(r#""\u12g4""#, 3);
    bad(r#""\u+123""#, 3);
    bad("\"\\n\n\"", 3);
}

#[test]
fn half_a_surrogate() {
    bad(r#""\ud83c""#, 7);
    bad(r#""\udfab""#, 1);
    bad(r#""\ud83cx""#, 7);
    bad(r#""\ud83c\n""#, 7);
    bad(r#""\ud83c\ud83c""#, 7);
    bad(r#""\ud83c\u0041""#, 7);
    bad(r#"{"\udfab":1}"#, 2);
    bad(r#"[[{"a":"\ud83c"}]]"#, 14);
}

#[test]
fn broken_containers() {
    bad("[", 1);
    bad("[1", 2);
    bad("[1,", 3);
    bad("[1,]", 3);
    bad("[,1]", 1);
    bad("[1 2]", 3);
    bad("[1}", 2);
    bad("[1,}", 3);
    bad("{]", 1);
    bad("{1:2}", 1);
    bad("{\"a\"}", 4);
    bad("{\"a\":}", 5);
    bad("{\"a\":1,}", 7);
    bad("{\"a\":1]", 6);
    bad("{\"a\" 1}", 5);
    bad("{\"a\":1 \"b\":2}", 7);
    bad("{,}", 1);
    bad("[1]]", 3);
    bad("{\"a\":1", 6);
    bad("[[],[[]}]", 7);
}

#[test]
fn bytes_that_are_no_text() {
    bad(b"\"a\xff\"", 2);
    bad(b"\"\xc3", 1);
    bad(b"[\"\xed\xa0\x80\"]", 2);
    bad(b"\xef\xbb\xbf1", 0);
}

/// Whether a text, which is one value, is clean; being read in one go or step by step.
#[track_caller]
fn is_clean(text: &str, expected: bool) {
    let mut scanner = Scanner::new(text);
    assert_eq!(scanner.value().unwrap().is_clean, expected);
    let mut scanner = Scanner::new(text);
    scanner.peek().unwrap();
    let before = scanner.blemishes();
    stepped(&mut scanner).unwrap();
    assert_eq!(scanner.blemishes() == before, expected);
}

#[test]
fn blemishes() {
    is_clean(r#"{"a":[1,{"b":"c d"}],"e":-1.5e5}"#, true);
    is_clean(r"  [1]", true);
    is_clean(r"[1 ]", false);
    is_clean(r"[ ]", false);
    is_clean(r"[1, 2]", false);
    is_clean(r"[[1 ,2]]", false);
    is_clean(r#"{"a" :1}"#, false);
    is_clean(r#"{"a": 1}"#, false);
    is_clean(r#"{"na\u006de":1}"#, false);
    is_clean(r#"{"a":"\n"}"#, false);
    is_clean(r#""\n""#, false);
    is_clean("1", true);
}

#[test]
fn blemishes_belong_to_the_innermost_value() {
    let mut scanner = Scanner::new(r#"[ [1], "\n",{"a":[2] } ]"#);
    let mut seen = Vec::new();
    scanner.open().unwrap();
    while scanner.item().unwrap() {
        let token: Token = scanner.value().unwrap();
        seen.push((token.text(scanner.scanned()), token.is_clean));
    }
    assert_eq!(seen, [("[1]", true), (r#""\n""#, false), (r#"{"a":[2] }"#, false)]);
}

#[test]
fn a_part_as_it_is_written() {
    let mut scanner = Scanner::new(r#"{"a": [1, 2] ,"b":3}"#);
    scanner.open().unwrap();
    let scanned = scanner.scanned();
    let key: Option<Key> = scanner.key().unwrap();
    assert_eq!((key.map(|key| key.text(scanned)), scanner.peek()), (Some("a"), Ok(Kind::List)));
    let start = scanner.position();
    assert_eq!(start, 6);
    scanner.open().unwrap();
    while scanner.item().unwrap() {
        scanner.value().unwrap();
    }
    assert_eq!(scanner.token(Kind::List, start, true, true, 1).text(scanned), "[1, 2]");
    assert_eq!(scanner.key().unwrap().map(|key| key.text(scanned)), Some("b"));
}

#[test]
fn a_value_that_is_not_read_is_no_key() {
    let mut scanner = Scanner::new(r#"{"a":"b"}"#);
    scanner.open().unwrap();
    scanner.key().unwrap();
    assert_eq!(scanner.key().map(|key| key.is_some()), Err(BadJson::at(5)));
}

#[test]
fn large_and_hostile() {
    let members: Vec<String> = (0..50_000).map(|n| format!("\"some trait {n}\":\"value {n}\"")).collect();
    let mut texts = vec![format!("{{{}}}", members.join(","))];
    texts.extend(
        ["x", r"\n", r"\u00e9", r"\ud83c\udfab", "ö", r"\\"]
            .map(|part| format!("\"{}\"", part.repeat(200_000))),
    );
    texts.extend([" ", "1,", "[],", "{},", "\"\","].map(|part| format!("[{}0]", part.repeat(200_000))));
    texts.push(format!("[{}0]", (deep(126) + ",").repeat(2_000)));
    texts.push(format!("-{}.{}e+{}", "9".repeat(200_000), "0".repeat(200_000), "7".repeat(200_000)));
    for text in texts {
        assert_eq!(validate(text.as_bytes()), Ok(()));
        let (cut, _) = text.split_at(text.len() - 1);
        let accepted = serde_json::from_str::<Value>(cut).is_ok();
        assert_eq!(validate(cut.as_bytes()).is_ok(), accepted);
    }
}

#[test]
fn small_texts_read_step_by_step() {
    let (mut random, mut bytes) = (Random::new(8), Vec::new());
    let mut n_good = 0;
    for _ in 0..100_000 {
        scrap(&mut random, &mut bytes);
        let Ok(text) = utf8(&bytes) else { continue };
        let expected = serde_json::from_str::<Value>(text).ok();
        let mut scanner = Scanner::new(text);
        let found = stepped(&mut scanner).and_then(|value| scanner.end().map(|()| value));
        n_good += usize::from(found.is_ok());
        assert_eq!(found.as_ref().err(), validate(&bytes).as_ref().err(), "{text}");
        assert_eq!(found.ok(), expected, "{text}");
    }
    assert!(n_good > 40_000, "{n_good} texts are good");
}

#[test]
fn a_message_says_where() {
    assert_eq!(validate(b"[1,]").unwrap_err().to_string(), "not JSON from byte 3 on");
}

#[test]
fn an_object_that_a_library_keeps_for_itself_is_an_object() {
    // serde_json takes this for a number, and refuses it when the text is none.
    let text = r#"{"$serde_json::private::Number":"x"}"#;
    assert!(serde_json::from_str::<Value>(text).is_err());
    assert_eq!(validate(text.as_bytes()), Ok(()));
}
