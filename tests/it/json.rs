//! The scanner of JSON takes what another reader takes, and refuses what it refuses.

use corpus::{Random, Variant, events, scrap};
use mapwright::json::scan::validate;
use serde_json::Value;

/// Texts that look odd and are JSON, a line each.
const GOOD: &str = r#"[[ ] ]
[null, 7, "7", { }]
[0e0]
[0E+00]
[0e-1]
[-0]
[-0.0]
[3e007]
[6.02e23]
[5E-324]
[-1e99999]
[8.5e+99999]
[4e-99999999999]
[18446744073709551616]
[0.00000000000000000000000000000000000000000000000000000001]
[1e00000000000000000000000000000000000000000000000000000001]
{"":""}
{"":{"":[{"":0}]}}
{"one":1, "one":2}
{"a\u0000b": 1}
{ "low": -2.5e-9, "high": 2.5E+9 }
["\u00dF\u0130\uabCD"]
["\uD83D\uDE00 \ud83d\ude00"]
["\uDBFF\uDFFF"]
["\uFFFE\uFDEF"]
["\"\\\/\b\f\n\r\t"]
["\\ud800"]
["\\\\"]
["/* a */ // b # c"]
"alone"
-7
false"#;

/// Texts that some readers take and that are no JSON, a line each.
const BAD: &str = r#"

[,]
[,2]
[2,,3]
[2,]
["a",,]
["a"],
["a"]]
["a"
[b
[2 3]
[2 false]
[2[3]]
["a":2]
[2:3]
[:2]
[
]
{
}
[}
{]
{,"a":2}
{"a":2,}
{"a":2,,"b":3}
{"a":2 "b":3}
{"a" 2}
{"a"::2}
{"a":}
{"a"}
{"a",2}
{"a":
{"a"
{"a":2
{a:2}
{2:3}
{true:2}
{'a':2}
{"a":'b'}
{"a":2 3}
{"a":2}}
{"a":2}{}
{"a":2} // end
{"a":2} /* end */
# begin
[nul]
[nulll]
[tru]
[fals]
[NULL]
[True]
[undefined]
[NaN]
[-NaN]
[Infinity]
[-Infinity]
[+Inf]
[-]
[--2]
[- 2]
[+2]
[++2]
[00]
[-00]
[02]
[-02]
[.5]
[-.5]
[2.]
[-2.]
[2.e3]
[2..5]
[2.5.5]
[2e]
[2E]
[2e+]
[2e-]
[2ee3]
[2e3.5]
[2e+-3]
[2.5e]
[0x2a]
[0b11]
[0o17]
[2_000]
[2 000]
[2,5e]
[2f]
[2-3]
[２]
["a]
[a"]
["\"]
["\\\"]
["\a"]
["\0"]
["\x41"]
["\'"]
["\ "]
["\é"]
["\u"]
["\u4"]
["\u041"]
["\u004G"]
["\u 041"]
["\u-041"]
["\U0041"]
["\ud83d"]
["\ude00"]
["\ud83d\"]
["\ud83d\u"]
["\ud83d\u1"]
["\ud83d\t"]
["\ud83d\u0041"]
["\ud83d\ud83d\ude00"]
["\ude00\ud83d"]
["\ud83d😀"]
{"\ud83d":2}
“a”
\u0022a\u0022"#;

/// Texts that are no JSON for a byte of theirs.
const BAD_BYTES: [&[u8]; 21] = [
    b"\xef\xbb\xbf{}",
    b"{}\xef\xbb\xbf",
    b"\xff\xfe{\0}\0",
    b"\0{\0}",
    b"[2]\0",
    b"[\x0c2]",
    b"[2\x0b]",
    b"[\xc2\xa02]",
    b"[2\xe2\x80\xa8]",
    b"[\xff]",
    b"[2\xe5]",
    b"[\"\0\"]",
    b"[\"a\nb\"]",
    b"[\"a\tb\"]",
    b"[\"\\\n\"]",
    b"[\"\x80\"]",
    b"[\"\xc3\"]",
    b"[\"\xc1\xa1\"]",
    b"[\"\xe0\x80\xaf\"]",
    b"[\"\xed\xb0\x80\"]",
    b"[\"\xf5\x80\x80\x80\"]",
];

/// How many small texts are compared.
const TEXTS: usize = 1_000_000;

/// Compares the two, and gives whether they take a text.
#[track_caller]
fn compare(text: &[u8]) -> bool {
    let is_good = serde_json::from_slice::<Value>(text).is_ok();
    let ours = validate(text);
    assert_eq!(ours.is_ok(), is_good, "{ours:?} {:?}", String::from_utf8_lossy(text));
    assert!(ours.map_or_else(|bad| bad.offset(), |()| 0) <= text.len());
    is_good
}

#[test]
fn odd_texts() {
    for text in GOOD.lines() {
        assert!(compare(text.as_bytes()), "{text}");
    }
    for text in BAD.lines().map(str::as_bytes).chain(BAD_BYTES) {
        assert!(!compare(text), "{:?}", String::from_utf8_lossy(text));
    }
}

/// The middle and both ends of every text are looked at in a different way, so each length counts.
#[test]
fn texts_of_every_length() {
    let parts = ["x", "ö", r"\n", r"\u00e9", "\u{1}"];
    for (part, length) in parts.iter().flat_map(|part| (0..100).map(move |length| (part, length))) {
        let text = format!("{}{part}{}", "a".repeat(length), "b".repeat(100 - length));
        for text in [format!("\"{text}\""), format!("{{\"{text}\":[\"{text}\",0]}}"), text] {
            compare(text.as_bytes());
            compare(&text.as_bytes()[..text.len() - length]);
        }
    }
}

#[test]
fn a_million_small_texts() {
    let (mut random, mut text) = (Random::new(7), Vec::new());
    let mut n_good = 0;
    for _ in 0..TEXTS {
        scrap(&mut random, &mut text);
        n_good += usize::from(compare(&text));
    }
    println!("{n_good} of {TEXTS} texts are JSON");
    assert!((TEXTS / 3..TEXTS * 2 / 3).contains(&n_good));
}

#[test]
fn events_cut_short_and_with_a_byte_changed() {
    let mut random = Random::new(9);
    for event in events(9, 40, Variant::Shuffled) {
        assert!(compare(event.as_bytes()));
        for _ in 0..50 {
            let mut bytes = event.clone().into_bytes();
            let at = random.index(bytes.len());
            assert!(!compare(&bytes[..at]));
            bytes[at] = random.bits().to_le_bytes()[0];
            compare(&bytes);
        }
    }
}
