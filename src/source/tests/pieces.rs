//! Typed reading of one piece: what fits, and every misfit in one pass, at its place and in plain words.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Value;

use crate::diag::{Diagnostics, render};
use crate::source::{Route, known_keys, read, read_piece};

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Row {
    from: Option<String>,
    value: Option<Value>,
    max: Option<u32>,
    share: Option<f64>,
    required: Option<bool>,
    #[serde(rename = "as")]
    kind: Option<Kind>,
    with: BTreeMap<String, Row>,
    list: Vec<Row>,
    words: Vec<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Text,
    Number,
    Enum(Vec<String>),
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    post: String,
    max: u8,
    kind: Kind,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    inner: Vec<Inner>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inner {
    name: String,
    #[serde(default)]
    max: u8,
}

/// Reads the value of the key `row`.
fn piece<T: serde::de::DeserializeOwned>(text: &str) -> (Option<T>, Vec<String>, String) {
    let mut all = Diagnostics::new();
    let document = read(text, &mut all).unwrap();
    let route = Route::root().key("row");
    let value = document.value_at(&route).unwrap();
    let done = read_piece::<T>(&document, value, &route, &mut all);
    let all = all.into_vec();
    let shown = render::json(&all, "m.yaml", text)
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{}:{} {}", one["line"], one["column"], one["message"].as_str().unwrap()))
        .collect();
    (done, shown, render::human(&all, "m.yaml", text))
}

#[track_caller]
fn check(text: &str, expected: &[&str]) -> Row {
    let (row, shown, human) = piece::<Row>(text);
    assert_eq!(shown, expected, "\n{human}");
    row.unwrap()
}

#[track_caller]
fn check_strict(text: &str, expected: &[&str]) -> Option<Strict> {
    let (done, shown, human) = piece::<Strict>(text);
    assert_eq!(shown, expected, "\n{human}");
    done
}

#[test]
fn what_fits() {
    let row = check(
        "row: {from: $.a, max: 3, share: 1, required: true, as: {enum: [a]}, with: {x: {from: b}}}\n",
        &[],
    );
    assert_eq!((row.from.as_deref(), row.max, row.share), (Some("$.a"), Some(3), Some(1.0)));
    assert_eq!(row.kind, Some(Kind::Enum(vec!["a".into()])));
    assert_eq!(row.with["x"].from.as_deref(), Some("b"));
}

#[test]
fn keys_of_a_struct() {
    let keys = ["from", "value", "max", "share", "required", "as", "with", "list", "words"];
    assert_eq!(known_keys::<Row>(), keys);
    assert!(known_keys::<String>().is_empty() && known_keys::<Kind>().is_empty());
}

#[test]
fn unknown_keys() {
    let row = check(
        "row:\n  form: $.a\n  from: $.b\n  colour: 1\n",
        &["2:3 unknown key `form`", "4:3 unknown key `colour`"],
    );
    assert_eq!(row.from.as_deref(), Some("$.b"));
}

#[test]
fn unknown_key_in_full() {
    let (_, _, human) = piece::<Row>("row:\n  form: $.a\n");
    assert_eq!(
        human,
        "error[D0201 unknown-key]: unknown key `form`\n --> m.yaml:2:3\n2 |   form: $.a\n  |   ^^^^ not a key of `row`\n  \
         = help: did you mean `from`?\n"
    );
}

#[test]
fn unknown_keys_deep_inside() {
    check(
        "row:\n  with:\n    x: {form: a, max: 1}\n  list:\n    - {max: 2}\n    - {mxa: 1, form: b}\n",
        &["3:9 unknown key `form`", "6:8 unknown key `mxa`", "6:16 unknown key `form`"],
    );
}

#[test]
fn a_number_is_not_text() {
    let row = check("row: {from: 1, max: 2}\n", &["1:13 expected text, found number `1`"]);
    assert_eq!((row.from, row.max), (None, Some(2)));
    check("row: {from: true}\n", &["1:13 expected text, found `true`"]);
    check("row: {words: [a, 1.5, b]}\n", &["1:18 expected text, found number `1.5`"]);
}

#[test]
fn advice_keeps_the_digits_of_the_author() {
    let (_, _, human) = piece::<Row>("row: {from: 1.50}\n");
    assert!(human.contains("help: put it in quotes: `\"1.50\"`"), "{human}");
}

#[test]
fn nothing_is_not_text() {
    check(
        "row:\n  from:\n  max: ~\n",
        &["2:7 expected text, found nothing", "3:8 expected a whole number, found nothing"],
    );
    check("row:\n  with:\n", &["2:7 expected a map, found nothing"]);
}

#[test]
fn a_literal_may_be_null() {
    let row = check("row: {value: null}\n", &[]);
    assert_eq!(row.value, Some(Value::Null));
    assert_eq!(check("row: {}\n", &[]).value, None);
}

#[test]
fn several_misfits_in_one_pass() {
    let row = check(
        "row:\n  max: three\n  share: x\n  required: \"yes\"\n  from: $.a\n  as: nmuber\n  list: {}\n",
        &[
            "2:8 expected a whole number, found text `three`",
            "3:10 expected a number, found text `x`",
            "4:13 expected true or false, found text `yes`",
            "6:7 expected one of `text`, `number`, `enum`, found `nmuber`",
            "7:9 expected a list, found a map",
        ],
    );
    assert_eq!(row.from.as_deref(), Some("$.a"));
}

#[test]
fn misfits_deep_inside() {
    check(
        "row:\n  with:\n    x: {max: a, share: b}\n    y: 1\n  list:\n    - {from: [a]}\n    - {max: -1}\n",
        &[
            "3:14 expected a whole number, found text `a`",
            "3:24 expected a number, found text `b`",
            "4:8 expected a map, found number `1`",
            "6:14 expected text, found a list",
            "7:13 expected a whole number from 0 to 4294967295, found number `-1`",
        ],
    );
}

#[test]
fn fractions_are_not_whole() {
    check("row: {max: 1.5}\n", &["1:12 expected a whole number, found number `1.5`"]);
}

#[test]
fn choices() {
    check("row: {as: enum}\n", &["1:11 `enum` needs a value: write a map with it as the key"]);
    check("row: {as: {text: 1}}\n", &["1:18 expected nothing, found number `1`"]);
    check("row: {as: {enum: a}}\n", &["1:18 expected a list, found text `a`"]);
    check("row: {as: [a]}\n", &["1:11 expected one of `text`, `number`, `enum`, found a list"]);
    check("row: {as: {a: 1, b: 2}}\n", &["1:11 expected a map with one key, found a map"]);
}

#[test]
fn a_piece_of_the_wrong_kind() {
    let (row, shown, _) = piece::<Row>("row: [a]\n");
    assert_eq!((row, shown), (None, vec!["1:6 expected a map, found a list".to_owned()]));
}

#[test]
fn missing_keys() {
    let done = check_strict(
        "row:\n  note: a\n",
        &["1:1 missing key `post`", "1:1 missing key `max`", "1:1 missing key `kind`"],
    );
    assert_eq!(done, None);
}

#[test]
fn missing_keys_beside_other_misfits() {
    check_strict(
        "row: {post: 1, note: 2, colour: 3}\n",
        &[
            "1:1 missing key `max`",
            "1:1 missing key `kind`",
            "1:13 expected text, found number `1`",
            "1:22 expected text, found number `2`",
            "1:25 unknown key `colour`",
        ],
    );
}

#[test]
fn a_mistyped_key_is_not_missing_too() {
    check_strict("row: {psot: /a, max: 1, kind: text}\n", &["1:7 unknown key `psot`"]);
}

#[test]
fn missing_keys_deep_inside() {
    let done = check_strict(
        "row: {post: /a, max: 1, kind: text, inner: [{max: 1}, {name: a, max: x}, {nmae: b}]}\n",
        &[
            "1:45 missing key `name`",
            "1:70 expected a whole number, found text `x`",
            "1:75 unknown key `nmae`",
        ],
    );
    assert_eq!(done.unwrap().inner, []);
}

#[test]
fn messages_do_not_speak_rust() {
    let (_, shown, human) =
        piece::<Strict>("row: {post: [1], max: 300, kind: {x: 1}, note: {}, inner: [[1], 2, {name: ~}]}\n");
    for word in ["struct", "u8", "invalid", "sequence", "unit", "Strict", "Inner", "variant", "field"] {
        assert!(!human.contains(word), "{word} in {human}");
    }
    assert!(
        shown.contains(&"1:23 expected a whole number from 0 to 255, found number `300`".to_owned()),
        "{human}"
    );
}
