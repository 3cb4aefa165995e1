//! How values are made: one row of a mapping is one row of a Markdown table.

use std::fmt::Write;

use super::markdown::{self, code, plain};
use crate::model::{Element, OnBad, Row, Source, Take, Text};

/// Behind a value that does not count when it is empty.
const NOT_EMPTY: &str = "; not when empty";

/// Rows as a table; `heading` says what their keys are.
pub(super) fn table(heading: &str, rows: &[Row]) -> String {
    // What holds for all is said once.
    let is_said_once = rows.len() > 1 && rows.iter().all(|row| row.empty_is_missing || !can_be_empty(row));
    let is_said_once = is_said_once && rows.iter().any(can_be_empty);
    let columns = |row: &Row| {
        let mut value = value(row);
        if row.empty_is_missing && can_be_empty(row) && !is_said_once {
            value.push_str(NOT_EMPTY);
        }
        [code(&row.name.text), value, kind(row), when(row), without(row)]
    };
    let columns: Vec<[String; 5]> = rows.iter().map(columns).collect();
    let table = markdown::table([heading, "value", "type", "only when", "without a value"], &columns);
    if is_said_once { format!("{table}\nEmpty values do not count.\n") } else { table }
}

/// Whether the value is one that an event or a reply brings.
fn can_be_empty(row: &Row) -> bool {
    matches!(row.source, Source::From(_) | Source::Each { .. })
}

/// A row within a sentence: all that its columns say.
pub(super) fn inline(row: &Row) -> String {
    let mut text = value(row);
    text.push_str(if row.empty_is_missing && can_be_empty(row) { NOT_EMPTY } else { "" });
    let required = row.required.as_ref().map(|required| match &required.message {
        Some(message) => format!("required ({})", plain(message)),
        None => "required".to_owned(),
    });
    let default = row.default.as_ref().map(|default| format!("else {}", code(&default.to_string())));
    let notes = [("as ", kind(row)), ("only when ", when(row))].map(|(word, note)| (word, Some(note)));
    for (word, note) in notes.into_iter().chain([("", default), ("", required)]) {
        if let Some(note) = note.filter(|note| !note.is_empty()) {
            text.extend([", ", word, &note]);
        }
    }
    text
}

/// Rows by their keys, within a cell.
pub(super) fn pairs(rows: &[Row]) -> Vec<String> {
    rows.iter().map(|row| format!("{} = {}", code(&row.name.text), inline(row))).collect()
}

/// Where the value comes from.
fn value(row: &Row) -> String {
    let mut text = match &row.source {
        Source::From(candidates) => or_else(candidates),
        Source::Each { each, filter, from } => {
            let filter = filter.as_ref().map(|filter| format!(" where {}", code(&filter.to_string())));
            format!("{} of each {}{}", or_else(from), code(&each.text), filter.unwrap_or_default())
        }
        Source::Value(value) => code(&value.to_string()),
        Source::Template { text, with } if with.is_empty() => code(&text.text),
        Source::Template { text, with } => format!("{} with {}", code(&text.text), pairs(with).join(", ")),
        Source::List(elements) => {
            let elements: Vec<String> = elements.iter().map(element).collect();
            format!("a list: {}", elements.join("; "))
        }
    };
    text.push_str(match row.take {
        Some(Take::First) => ", the first",
        Some(Take::Last) => ", the last",
        Some(Take::Only) => ", the only one",
        Some(Take::All) => ", all of them",
        None => "",
    });
    if let Some(map) = &row.map {
        let pairs: Vec<String> =
            map.iter().map(|(from, to)| format!("{} is {}", code(from), code(&to.to_string()))).collect();
        let _ = write!(text, "; {}", pairs.join(", "));
    }
    text.push_str(if row.null_is_sent { "; null is sent" } else { "" });
    text
}

fn or_else(candidates: &[Text]) -> String {
    candidates.iter().map(|candidate| code(&candidate.text)).collect::<Vec<_>>().join(", else ")
}

fn element(element: &Element) -> String {
    let members = pairs(&element.rows).join(", ");
    match &element.when {
        Some(when) => format!("{members} (only when {})", code(&when.to_string())),
        None => members,
    }
}

/// The type, and what becomes of a value that does not fit.
fn kind(row: &Row) -> String {
    let mut parts: Vec<String> = row.cast.iter().map(|kind| code(&kind.written())).collect();
    parts.extend(row.truncate.map(|most| format!("at most {most} characters")));
    if row.cast.is_some() || row.map.is_some() {
        match row.on_bad {
            OnBad::Reject => {}
            OnBad::Skip => parts.push("left out when it does not fit".into()),
            OnBad::Null => parts.push("null when it does not fit".into()),
        }
    }
    parts.join(", ")
}

fn when(row: &Row) -> String {
    row.when.as_ref().map_or_else(String::new, |when| code(&when.to_string()))
}

/// What happens when no candidate gives a value; empty when the attribute is left out.
fn without(row: &Row) -> String {
    let mut parts = Vec::new();
    parts.extend(row.default.as_ref().map(|default| code(&default.to_string())));
    parts.extend(row.required.as_ref().map(|required| match &required.message {
        Some(message) => format!("rejected: {}", plain(message)),
        None => "rejected".to_owned(),
    }));
    parts.join(", ")
}
