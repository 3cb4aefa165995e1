//! A report for people.

use std::fmt::Write;

use serde_json::Value;

use super::event::{ChangedRequest, Kind, Seen};
use super::{Attribute, Group, Report};
use crate::diag::render::Colour;

/// Most characters of a value that are shown.
const LONGEST: usize = 60;

/// Writing into a string cannot fail, so what it gives is dropped.
pub(super) fn text(report: &Report, most: usize, colour: Colour) -> String {
    let mut out = String::new();
    let paint = Paint(colour);
    if !report.service.is_empty() {
        out.push_str("All requests\n");
        report.service.iter().for_each(|one| attribute(&mut out, "  ", one, &paint));
        out.push('\n');
    }
    let groups = report.groups();
    for group in groups.iter().take(most) {
        let _ = writeln!(out, "{}", paint.bold(&heading(group)));
        group.difference.requests.iter().for_each(|one| request(&mut out, one, &paint));
        if let Some((old, new)) = &group.difference.outcome {
            let _ = writeln!(out, "  {} ends: {old} -> {new}", paint.mark(Kind::Changed));
        }
        out.push('\n');
    }
    if let Some(left) = groups.len().checked_sub(most).filter(|left| *left > 0) {
        let _ = writeln!(out, "{left} more kinds of change; --groups {} shows them\n", groups.len());
    }
    let (old, new) = &report.names;
    let _ = write!(out, "{old} -> {new}\n{}\n", report.summary());
    out
}

/// What a group is about: `2 track events, when look-ups find nothing, the first in line 3`.
pub(super) fn heading(group: &Group) -> String {
    let events = if group.count == 1 { "event" } else { "events" };
    let first = group.places.first().map_or("", String::as_str);
    let first = if group.count == 1 { format!("in {first}") } else { format!("the first in {first}") };
    format!("{} {} {events}{}, {first}", group.count, group.event, when(group.difference.seen))
}

/// When a difference shows, with a comma in front.
pub(super) fn when(seen: Seen) -> &'static str {
    match seen {
        Seen::Always => "",
        Seen::Found => ", when look-ups find what they ask for",
        Seen::NotFound => ", when look-ups find nothing",
    }
}

/// `user: POST /users`, and how often.
pub(super) fn title(request: &ChangedRequest) -> String {
    let times = if request.times > 1 { format!(" ({} times)", request.times) } else { String::new() };
    format!("{}: {} {}{times}", request.step, request.method, request.pattern)
}

fn request(out: &mut String, request: &ChangedRequest, paint: &Paint) {
    let _ = writeln!(out, "  {} {}", paint.mark(request.kind), title(request));
    request.attributes.iter().for_each(|one| attribute(out, "      ", one, paint));
}

fn attribute(out: &mut String, indent: &str, attribute: &Attribute, paint: &Paint) {
    let Attribute { at, old, new } = attribute;
    let (mark, values) = match (old, new) {
        (None, Some(new)) => (Kind::Added, shown(new)),
        (Some(old), None) => (Kind::Removed, shown(old)),
        (old, new) => {
            let side = |value: &Option<Value>| value.as_ref().map(shown).unwrap_or_default();
            (Kind::Changed, format!("{} -> {}", side(old), side(new)))
        }
    };
    let _ = writeln!(out, "{indent}{} {at}: {values}", paint.mark(mark));
}

/// A value on one line, cut when it is long.
pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    // JSON escapes all control characters but this one.
    let text = text.replace('\u{7f}', " ");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(&text)),
        None => text,
    }
}

/// Colours, where there are any.
struct Paint(Colour);

impl Paint {
    fn mark(&self, kind: Kind) -> String {
        let (code, mark) = match kind {
            Kind::Added => ("32", "+"),
            Kind::Removed => ("31", "-"),
            Kind::Changed => ("33", "~"),
        };
        self.with(code, mark)
    }

    fn bold(&self, text: &str) -> String {
        self.with("1", text)
    }

    fn with(&self, code: &str, text: &str) -> String {
        match self.0 {
            Colour::Never => text.to_owned(),
            Colour::Always => format!("\x1b[{code}m{text}\x1b[0m"),
        }
    }
}
