//! Findings as JSON, one object each.
//!
//! In: findings and the text. Out: an array in the given order. The names of the members are a promise.

use serde_json::{Value, json as object};

use crate::diag::{Diagnostic, LineIndex};

/// An array with one object a finding.
///
/// Members: `code` (`D0201`), `name`, `severity` (`error` or `warning`), `file`, `line`, `column`, `end_line`,
/// `end_column` (from 1, columns in characters, the end is just after the last character), `message`, `help` (or null),
/// `fix` (`safe`, `unsafe` or null); `witness` (an input that makes it happen) and `outcome` (what
/// happens) where somebody looked for one and found it.
#[must_use]
pub fn json(found: &[Diagnostic], file_name: &str, text: &str) -> Value {
    let lines = LineIndex::new(text);
    found.iter().map(|one| finding(one, file_name, &lines)).collect()
}

fn finding(found: &Diagnostic, file_name: &str, lines: &LineIndex<'_>) -> Value {
    let start = lines.position(found.primary.start);
    let end = lines.position(found.primary.end.max(found.primary.start));
    let mut shown = object!({
        "code": found.code.id(),
        "name": found.code.name,
        "severity": found.severity.to_string(),
        "file": file_name,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "message": found.message,
        "help": found.help,
        "fix": found.fix.as_ref().map(|fix| fix.safety.to_string()),
    });
    if let (Some((input, outcome)), Some(members)) = (&found.witness, shown.as_object_mut()) {
        members.insert("witness".to_owned(), input.clone());
        members.insert("outcome".to_owned(), outcome.as_str().into());
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Code, Diagnostics, Span};

    #[test]
    fn one_object_a_finding() {
        let text = "a: 1\nü: tiket\n";
        let start = text.find("tiket").unwrap();
        let mut all = Diagnostics::new();
        all.wrong_word(Span::new(start, start + 5), "tiket", &["ticket"]);
        let expected = object!([{
            "code": "D0204", "name": "wrong-value", "severity": "error", "file": "m.yaml",
            "line": 2, "column": 4, "end_line": 2, "end_column": 9,
            "message": "expected one of `ticket`, found `tiket`", "help": "did you mean `ticket`?", "fix": null,
        }]);
        assert_eq!(json(&all.into_vec(), "m.yaml", text), expected);
    }

    #[test]
    fn no_help_is_null() {
        let mut all = Diagnostics::new();
        all.error(Code::SYNTAX, Span::new(7, 2), "backwards and outside");
        let value = json(&all.into_vec(), "m.yaml", "a");
        assert_eq!(value[0]["help"], Value::Null);
        assert_eq!((&value[0]["column"], &value[0]["end_column"]), (&object!(2), &object!(2)));
    }
}
