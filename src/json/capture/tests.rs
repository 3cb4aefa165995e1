//! One event as text and as a tree gives the same; each key counts once; broken text is refused.

use serde_json::{Value, json};

use super::super::{Arena, Datum, write};
use super::{Captured, Paths};

/// Paths to `$.a`, `$.a.b` and `$.c`, with the members of `$.a` listed; the slots are 1, 2 and 3.
fn paths() -> Paths {
    let mut paths = Paths::default();
    let a = paths.below(Paths::EVENT, "a");
    paths.below(a, "b");
    paths.below(Paths::EVENT, "c");
    paths.list_members(a);
    paths
}

fn shown<'a>(found: &Captured<'a>, arena: &'a Arena) -> Value {
    let slot = |slot| found.get(slot, arena).map(Datum::to_value);
    let members = |slot| {
        let mut shown = Vec::new();
        found.members(found.get(slot, arena)?, arena).each(|member| {
            let mut value = Vec::new();
            write(&mut value, member.value(arena), arena);
            shown.push(format!("{}={}", member.key(arena).written, String::from_utf8(value).unwrap()));
        });
        Some(shown)
    };
    json!([slot(1), slot(2), slot(3), members(1), members(3)])
}

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "a line a test")]
fn check(text: &str, expected: Value) {
    let arena = Arena::new();
    assert_eq!(shown(&paths().capture_text(text, &arena).unwrap(), &arena), expected, "from text");
    let tree: Value = serde_json::from_str(text).unwrap();
    assert_eq!(shown(&paths().capture_tree(&tree, &arena), &arena), expected, "from a tree");
}

#[test]
fn values_are_found_where_paths_lead() {
    check(
        r#"{"x": {"a": 1}, "a": {"y": "z", "b": [1, 2]}, "c": {"d": null}}"#,
        json!([{"y": "z", "b": [1, 2]}, [1, 2], {"d": null}, ["y=\"z\"", "b=[1,2]"], ["d=null"]]),
    );
}

#[test]
fn what_is_no_object_has_nothing_below() {
    check(r#"{"a": "b"}"#, json!(["b", null, null, [], null]));
    check(r#"[{"a": 1}]"#, json!([null, null, null, null, null]));
}

#[test]
fn a_key_that_comes_again_wins_at_its_first_place() {
    check(
        r#"{"a": {"b": 1, "x": 1, "b": 2}, "c": 1, "a": {"x": 1, "y": 2, "x": 3}}"#,
        json!([{"x": 3, "y": 2}, null, 1, ["x=3", "y=2"], []]),
    );
    check(r#"{"a": {"b": 1}, "a": 7}"#, json!([7, null, null, [], null]));
}

#[test]
fn escaped_keys_are_the_keys_they_mean() {
    check(
        r#"{"\u0061": {"\u0062": "\u00e4\/", "b\n": 1}}"#,
        json!([{"b": "ä/", "b\n": 1}, "ä/", null, ["b=\"ä/\"", "b\n=1"], null]),
    );
}

#[test]
fn a_text_that_is_broken_behind_what_is_wanted_is_refused() {
    let arena = Arena::new();
    for text in [r#"{"a": 1"#, r#"{"a": 1, "z": "\ud800"}"#, r#"{"a": 1} x"#, r#"{"a": 01}"#, ""] {
        assert!(paths().capture_text(text, &arena).is_err(), "{text}");
    }
}
