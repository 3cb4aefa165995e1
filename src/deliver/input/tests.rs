//! Tests of the lines of an input.

use std::io::Cursor;

use serde_json::json;

use super::*;

fn input(text: impl Into<Vec<u8>>) -> Input {
    Input::from_reader("events.ndjson", Box::new(Cursor::new(text.into())))
}

fn lines(mut input: Input) -> Vec<(u64, Result<Value, String>)> {
    let mut lines = Vec::new();
    while let Some(line) = input.next_line() {
        let Line { line, content, .. } = line.unwrap();
        lines.push((line, content.map(|event| (*event).clone()).map_err(|unreadable| unreadable.why)));
    }
    lines
}

#[track_caller]
fn refused(line: impl Into<Vec<u8>>, why: &str) {
    assert_eq!(lines(input(line)), [(1, Err(why.to_owned()))]);
}

#[test]
fn reads_events_and_counts_lines() {
    let text = "{\"type\":\"track\"}\r\n\n  \n{\"type\":\"group\"}";
    assert_eq!(lines(input(text)), [(1, Ok(json!({"type": "track"}))), (4, Ok(json!({"type": "group"})))]);
    assert_eq!(lines(input("")), []);
}

#[test]
fn opens_envelopes() {
    let event = Ok(json!({"type": "track"}));
    assert_eq!(lines(input(r#"{"message":{"type":"track"},"metadata":{"jobId":1}}"#)), [(1, event.clone())]);
    assert_eq!(lines(input(r#"{"message":{"type":"track"}}"#)), [(1, event)]);
    let own = r#"{"type":"track","message":{"a":1}}"#;
    assert_eq!(lines(input(own)), [(1, Ok(json!({"type": "track", "message": {"a": 1}})))]);
}

#[test]
fn a_bad_line_does_not_stop_the_others() {
    let read = lines(input("{\"a\":\n{\"b\":1}\n[1]\n"));
    assert_eq!(
        read,
        [
            (1, Err("not JSON: the line ends too early".to_owned())),
            (2, Ok(json!({"b": 1}))),
            (3, Err("an event is a JSON object, this line is a list".to_owned())),
        ]
    );
}

#[test]
fn says_what_is_wrong() {
    refused("{\"a\" 1}", "not JSON at column 6: expected `:`");
    refused("{} {}", "not JSON at column 4: trailing characters");
    refused("null", "an event is a JSON object, this line is null");
    refused(b"{\"a\":\"\xFF\"}".to_vec(), "not UTF-8 at byte 7");
    refused("[".repeat(100_000), "nested too deep at column 128");
}

#[test]
fn a_line_over_the_limit_is_skipped_whole() {
    let mut input = input(format!("{{\"a\":\"{}\"}}\n{{\"b\":1}}\n", "x".repeat(3 * 1024 * 1024)));
    input.longest = 1024 * 1024;
    let read = lines(input);
    assert_eq!(read, [(1, Err("the line is longer than 1 MiB".to_owned())), (2, Ok(json!({"b": 1})))]);
}

#[test]
fn odd_keys_and_characters_are_fine() {
    let text = r#"{"__proto__":{"a.b":1},"nul":"\u0000","emoji":"🦀","big":12345678901234567890123}"#;
    let read = lines(input(format!("\u{FEFF}{text}")));
    assert_eq!(read[0].1.as_ref().unwrap().to_string(), text);
}

#[test]
fn keeps_the_text_of_an_unreadable_line() {
    let line = input("{oops\n").next_line().unwrap().unwrap();
    assert_eq!(line.content.unwrap_err().text, "{oops");
}

#[test]
fn counts_what_is_left() {
    let mut input = input("{}\n\n{}\nbroken\n{}");
    input.next_line();
    assert_eq!(input.count_rest(), 3);
    assert!(input.next_line().is_none());
}

#[test]
fn a_missing_file_is_known_at_once() {
    let error = Input::open(&["-".into(), "no-such-file.ndjson".into()]).unwrap_err();
    assert!(error.to_string().starts_with("cannot read events from no-such-file.ndjson: "), "{error}");
}
