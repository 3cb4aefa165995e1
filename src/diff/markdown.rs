//! A report for a pull request: a table of counts, and each kind of change folded away.

use std::fmt::Write;

use serde_json::Value;

use super::event::Kind;
use super::text::{heading, shown, title};
use super::{Attribute, Group, Report};

/// Writing into a string cannot fail, so what it gives is dropped.
pub(super) fn markdown(report: &Report, most: usize) -> String {
    let mut out = String::new();
    let (old, new) = &report.names;
    let _ = write!(out, "### From {} to {}\n\n**{}**\n", code(old), code(new), escaped(&report.summary()));
    if report.has_changes() && !report.types.is_empty() {
        out.push_str("\n| type | events | changed |\n| --- | ---: | ---: |\n");
        for (kind, (events, changed)) in &report.types {
            let _ = writeln!(out, "| {} | {events} | {changed} |", escaped(kind));
        }
    }
    if !report.service.is_empty() {
        out.push_str("\n<details open><summary>All requests</summary>\n\n");
        table(&mut out, &report.service);
        out.push_str("\n</details>\n");
    }
    let groups = report.groups();
    groups.iter().take(most).for_each(|one| group(&mut out, one));
    if let Some(left) = groups.len().checked_sub(most).filter(|left| *left > 0) {
        let _ = write!(out, "\n{left} more kinds of change are not shown.\n");
    }
    out
}

fn group(out: &mut String, group: &Group) {
    let _ = write!(out, "\n<details><summary>{}</summary>\n", escaped(&heading(group)));
    for request in &group.difference.requests {
        let word = match request.kind {
            Kind::Added => "added",
            Kind::Removed => "removed",
            Kind::Changed => "changed",
        };
        let _ = write!(out, "\n**{word}** {}\n", code(&title(request)));
        if !request.attributes.is_empty() {
            out.push('\n');
            table(out, &request.attributes);
        }
    }
    if let Some((old, new)) = &group.difference.outcome {
        let _ = write!(out, "\n**ends** {} instead of {}\n", code(new), code(old));
    }
    out.push_str("\n</details>\n");
}

fn table(out: &mut String, attributes: &[Attribute]) {
    out.push_str("| attribute | old | new |\n| --- | --- | --- |\n");
    for Attribute { at, old, new } in attributes {
        let side =
            |value: &Option<Value>| value.as_ref().map(|value| code(&shown(value))).unwrap_or_default();
        let _ = writeln!(out, "| {} | {} | {} |", code(at), side(old), side(new));
    }
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

/// Text in which nothing means anything to Markdown, HTML or a table: all that could is written as a character
/// reference.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            ' ' | ',' | '.' | ';' | ':' | '/' | '-' | '?' | '%' => out.push(character),
            _ if character.is_control() => out.push(' '),
            _ if character.is_ascii_punctuation() => {
                let _ = write!(out, "&#{};", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out
}
