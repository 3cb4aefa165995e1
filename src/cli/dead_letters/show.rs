//! `mapwright dead-letters show`.

use serde_json::{Map, Value};

use super::super::args::{Format, ShowArgs};
use super::super::exit::Exit;
use super::super::output::{Done, Output};
use super::{one, open, unreadable};

pub(super) fn run(args: &ShowArgs, output: &mut Output) -> Done {
    let journal = open(&args.journal)?;
    let id = one(&journal.letters().map_err(|error| unreadable(&error))?, &args.id)?;
    let letter = journal.letter(id).map_err(|error| unreadable(&error))?.unwrap_or_default();
    match args.format {
        Format::Json => output.print(&letter)?,
        Format::Text => output.print(text_of(&letter))?,
    }
    Ok(Exit::Fine)
}

fn text_of(letter: &Value) -> String {
    let text = |key: &str| letter.get(key).map(shown).unwrap_or_default();
    let mut lines = vec![
        format!("{}  {}:{}", text("id"), text("file"), text("line")),
        format!("{}: {}", text("outcome"), text("reason")),
        format!("tries: {}, the last under the mapping {}", text("tries"), text("mapping")),
    ];
    let steps = letter.get("steps").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if !steps.is_empty() {
        let names: Vec<String> = steps.iter().map(shown).collect();
        lines.push(format!("done: {}", names.join(", ")));
    }
    if let Some(event) = letter.get("event") {
        lines.push(format!("\n{event:#}"));
    } else {
        lines.push(format!("\n{}", text("text")));
    }
    let trace = letter.get("trace").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let told: Vec<String> = trace.iter().filter_map(Value::as_object).filter_map(told).collect();
    if !told.is_empty() {
        lines.push(format!("\n{}", told.join("\n")));
    }
    lines.join("\n")
}

/// An entry of the trace that says what was asked, answered or given.
fn told(entry: &Map<String, Value>) -> Option<String> {
    let text = |key: &str| entry.get(key).map(shown).unwrap_or_default();
    if entry.contains_key("flow") {
        Some(format!("flow {}", text("flow")))
    } else if entry.contains_key("asked") {
        Some(format!("{}: {} (try {})", text("asked"), text("request"), text("attempt")))
    } else if entry.contains_key("answered") {
        let body = entry.get("body").filter(|body| !body.is_null()).map(|body| format!(" {body}"));
        Some(format!("    {}, which is {}{}", text("answer"), text("verdict"), body.unwrap_or_default()))
    } else if entry.contains_key("gave") {
        Some(format!("    {} = {}", text("gave"), text("value")))
    } else {
        None
    }
}

/// A value without the quotes of a text.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
