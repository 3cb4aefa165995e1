//! Values as YAML text: on one line, or on lines of their own.
//!
//! In: a value. Out: text that reads back as that value, for differences and for case files that are rewritten.

use serde_json::Value;

use crate::diag::Diagnostics;
use crate::source::{self, Kind};

/// A value on one line.
pub(super) fn on_a_line(value: &Value) -> String {
    match value {
        Value::Array(all) => format!("[{}]", all.iter().map(on_a_line).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| format!("{}: {}", text(key), on_a_line(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::String(words) => text(words),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// A value on lines, without indentation: a scalar each, and what is not longer than `width` together.
pub(super) fn on_lines(value: &Value, width: usize) -> Vec<String> {
    let inner_width = width.saturating_sub(2);
    let indented = |lines: Vec<String>| lines.into_iter().map(|line| format!("  {line}"));
    match value {
        Value::Object(members) if !members.is_empty() => {
            let mut lines = Vec::new();
            for (key, value) in members {
                let line = format!("{}: {}", text(key), on_a_line(value));
                if is_small(value) || line.len() <= width {
                    lines.push(line);
                } else {
                    lines.push(format!("{}:", text(key)));
                    lines.extend(indented(on_lines(value, inner_width)));
                }
            }
            lines
        }
        Value::Array(all) if !all.is_empty() => {
            let mut lines = Vec::new();
            for value in all {
                let line = on_a_line(value);
                let whole = line.len() <= inner_width;
                let mut inner = if whole { vec![line] } else { on_lines(value, inner_width) }.into_iter();
                lines.extend(inner.next().map(|first| format!("- {first}")));
                lines.extend(indented(inner.collect()));
            }
            lines
        }
        _ => vec![on_a_line(value)],
    }
}

/// Whether a value can be laid out on several lines.
pub(super) fn is_nested(value: &Value) -> bool {
    matches!(value, Value::Array(all) if !all.is_empty())
        || matches!(value, Value::Object(members) if !members.is_empty())
}

/// Whether a value takes no lines of its own: a scalar, something empty, or one of the words for what may vary.
fn is_small(value: &Value) -> bool {
    match value {
        Value::Array(all) => all.is_empty(),
        Value::Object(members) => members.is_empty() || members.contains_key("$any"),
        _ => true,
    }
}

/// A text as a scalar: bare where it reads back as that text even inside of braces, else in double quotes.
pub(super) fn text(words: &str) -> String {
    if is_plain(words) { words.to_owned() } else { in_quotes(words) }
}

fn is_plain(words: &str) -> bool {
    // Older readers of YAML see dates and times in some texts that begin with a digit.
    let is_like_a_time =
        words.starts_with(|first: char| first.is_ascii_digit()) && words.contains(['-', ':']);
    if words.is_empty() || words.contains(is_unseen) || is_like_a_time {
        return false;
    }
    let mut found = Diagnostics::new();
    let document = source::read(&format!("k: {{{words}: [{words}]}}\n"), &mut found);
    let Some(document) = document.filter(|_| found.is_empty()) else { return false };
    let Some(Kind::Map(entries)) = document.root.get("k").map(|node| &node.kind) else { return false };
    let [(key, node)] = entries.as_slice() else { return false };
    let Kind::List(nodes) = &node.kind else { return false };
    let [node] = nodes.as_slice() else { return false };
    key.plain && key.text == words && node.as_text() == Some(words)
}

fn in_quotes(words: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in words.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            // All of them are below U+10000.
            _ if is_unseen(letter) => quoted.extend(escape(u32::from(letter))),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// `\u` with four digits.
fn escape(number: u32) -> impl Iterator<Item = char> {
    let digits = (0..4).rev().filter_map(move |place| char::from_digit(number >> (4 * place) & 15, 16));
    ['\\', 'u'].into_iter().chain(digits)
}

/// Characters that nobody sees, or that readers of YAML treat in different ways.
fn is_unseen(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(value: &Value, expected: &str) {
        assert_eq!(on_a_line(value), expected);
        let nested = json!({"k": value});
        for text in [on_a_line(&nested), on_lines(&nested, 0).join("\n")] {
            let mut found = Diagnostics::new();
            let document = source::read(&text, &mut found).unwrap();
            assert!(found.is_empty(), "{text}");
            assert_eq!(serde_json::to_value(&document.root).unwrap(), nested, "{text}");
        }
    }

    #[test]
    fn bare_where_it_reads_back() {
        check(&json!("POST /users/create_or_update"), "POST /users/create_or_update");
        check(&json!("GET /users/search?external_id=u-1"), "GET /users/search?external_id=u-1");
        check(&json!("GET /fields?page[size]=100"), "\"GET /fields?page[size]=100\"");
        for text in [
            "7",
            "true",
            "null",
            "",
            "a: b",
            "a #b",
            "- a",
            "yes",
            "007",
            " a",
            "{a}",
            "a, b",
            "a\tb",
            "2024-05-01",
        ] {
            check(&json!(text), &format!("\"{}\"", text.replace('\t', "\\t")));
        }
    }

    #[test]
    fn what_cannot_be_seen_is_escaped() {
        check(&json!("\u{feff}\u{7}\"\\é"), r#""\ufeff\u0007\"\\é""#);
    }

    #[test]
    fn lists_and_maps() {
        check(&json!({"a": [1, {"b": null, "c": []}], "d": {}}), "{a: [1, {b: null, c: []}], d: {}}");
        let lines = on_lines(&json!({"a": [1, {"b": null, "c": [2]}], "d": {}}), 0);
        assert_eq!(lines, ["a:", "  - 1", "  - b: null", "    c:", "      - 2", "d: {}"]);
        let lines = on_lines(&json!({"a": [1, 2], "b": {"c": "long enough"}}), 12);
        assert_eq!(lines, ["a: [1, 2]", "b:", "  c: long enough"]);
    }
}
