//! The tables of `docs/moving-from-the-reference.md`: what `mapwright diff` finds between the two mappings of one
//! destination, event by event.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use mapwright::diff::{Attribute, ChangedRequest, Difference, Kind, Seen, compare};
use mapwright::run::Session;
use serde_json::{Value, json};

use crate::scripted::{ZENDESK, session};

const CLASSIC: &str = include_str!("../../mappings/zendesk-classic.yaml");

/// Longest value that is shown, in characters.
const LONGEST: usize = 100;

/// What a document shows of an events file: its name, and the settings with which the events are sent.
const FILES: [(&str, &[&str]); 2] = [
    ("moving.ndjson", &[]),
    (
        "moving-settings.ndjson",
        &["removeUsersFromOrganization", "searchByExternalId", "sendGroupCallsWithoutUserId"],
    ),
];

/// What one mapping does and the other does not, for an event with one kind of answers.
struct Row {
    about: String,
    seen: Seen,
    old: Side,
    new: Side,
    /// How the event ends, old and new, where that differs.
    outcome: Option<(String, String)>,
}

/// What a mapping sends: requests, each with one thing that it has.
type Side = Vec<(String, String)>;

impl Row {
    fn is_empty(&self) -> bool {
        self.old.is_empty() && self.new.is_empty() && self.outcome.is_none()
    }
}

/// A value. Ids of the imagined destination are long numbers; the examples have none of that length.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    let told: String = parts(&text).map(|part| if is_imagined(part) { "N" } else { part }).collect();
    let cut: String = told.chars().take(LONGEST).collect();
    let end = if cut.len() < told.len() { "…" } else { "" };
    format!("`{}{end}`", cut.replace('|', "\\|"))
}
/// The runs of digits in a text, and what stands between them.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    bytes
        .chunk_by(|one, next| one.is_ascii_digit() == next.is_ascii_digit())
        .map(|part| std::str::from_utf8(part).unwrap())
}

/// A path without what only the spelling or the imagination of the destination makes.
fn plain(path: &str) -> String {
    let segment = |segment: &str| {
        let segment = segment.trim_end_matches(".json");
        if is_imagined(segment) { "N".to_owned() } else { segment.to_owned() }
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// Ids of the imagined destination are long; the examples have none of that length.
fn is_imagined(text: &str) -> bool {
    text.len() > 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a difference is one of spelling only.
fn is_noise(attribute: &Attribute) -> bool {
    match (&attribute.old, &attribute.new) {
        (Some(Value::String(old)), Some(Value::String(new))) => plain(old) == plain(new),
        (Some(old), Some(new)) => is_imagined(&old.to_string()) && is_imagined(&new.to_string()),
        _ => false,
    }
}

/// What a side sends with a request: all in one of a request that only this side makes, else each thing that differs.
fn side<'a>(request: &'a ChangedRequest, value: impl Fn(&'a Attribute) -> Option<&'a Value>) -> Side {
    let told: Vec<String> = request
        .attributes
        .iter()
        .filter(|attribute| !is_noise(attribute))
        .filter_map(|attribute| Some(format!("`{}` {}", attribute.at, shown(value(attribute)?))))
        .collect();
    let times = if request.times > 1 { format!(" ({} times)", request.times) } else { String::new() };
    let name = format!("`{} {}`{times}", request.method, plain(&request.pattern));
    match request.kind {
        Kind::Changed => told.into_iter().map(|told| (name.clone(), told)).collect(),
        Kind::Added | Kind::Removed => {
            vec![(format!("{name} {}", told.join(", ")).trim_end().to_owned(), String::new())]
        }
    }
}

fn row(about: &str, difference: &Difference) -> Row {
    let mut row = Row {
        about: about.to_owned(),
        seen: difference.seen,
        old: Vec::new(),
        new: Vec::new(),
        outcome: difference.outcome.clone(),
    };
    for request in &difference.requests {
        if request.kind != Kind::Added {
            row.old.extend(side(request, |attribute| attribute.old.as_ref()));
        }
        if request.kind != Kind::Removed {
            row.new.extend(side(request, |attribute| attribute.new.as_ref()));
        }
    }
    row
}

/// The cell of a table: a line for each request, and how the event ends.
fn cell(side: &Side, outcome: Option<&String>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for same in side.chunk_by(|one, next| one.0 == next.0) {
        let told: Vec<&str> =
            same.iter().map(|(_, told)| told.as_str()).filter(|told| !told.is_empty()).collect();
        lines.push(format!("{} {}", same[0].0, told.join(", ")).trim_end().to_owned());
    }
    lines.extend(outcome.map(|outcome| format!("**{outcome}**")));
    lines.join("<br>")
}

/// The differences of the events of a file, by type in the order of the file.
fn rows(file: &Path, settings: &Value) -> Vec<(String, Vec<Row>)> {
    let sessions: [Arc<Session>; 2] = [session(CLASSIC, settings), session(ZENDESK, settings)];
    let mut types: Vec<(String, Vec<Row>)> = Vec::new();
    for line in fs::read_to_string(file).unwrap().lines() {
        let event: Arc<Value> = Arc::new(serde_json::from_str(line).unwrap());
        let (about, kind) = (event["about"].as_str().unwrap(), event["type"].as_str().unwrap());
        if types.last().is_none_or(|(last, _)| last != kind) {
            types.push((kind.to_owned(), Vec::new()));
        }
        let rows = &mut types.last_mut().unwrap().1;
        let differences = compare(&sessions[0], &sessions[1], &event);
        rows.extend(differences.iter().map(|difference| row(about, difference)));
        if differences.is_empty() {
            let same = Difference { seen: Seen::Always, requests: Vec::new(), outcome: None };
            rows.push(row(about, &same));
        }
    }
    types
}

/// Takes out what most rows have on a side.
fn take_common(rows: &mut [Row], side: impl Fn(&mut Row) -> &mut Side) -> Side {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in rows.iter_mut().filter(|row| row.outcome.is_none()) {
        for line in side(row).iter() {
            *counts.entry(line.clone()).or_default() += 1;
        }
    }
    let all = rows.iter().filter(|row| row.outcome.is_none()).count();
    let is_common =
        |line: &(String, String)| all > 2 && counts.get(line).is_some_and(|count| count * 3 > all * 2);
    let mut common = Side::new();
    for row in rows {
        let (taken, left): (Side, Side) = side(row).drain(..).partition(is_common);
        *side(row) = left;
        for line in taken {
            if !common.contains(&line) {
                common.push(line);
            }
        }
    }
    common
}

/// The table of the events of one type.
fn table(kind: &str, rows: Vec<Row>) -> String {
    let (same, mut rows): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(Row::is_empty);
    let (old, new) = (take_common(&mut rows, |row| &mut row.old), take_common(&mut rows, |row| &mut row.new));
    let mut text = format!("**{kind}**\n");
    if !rows.is_empty() {
        text.push_str("\n| event | look-ups find | zendesk-classic.yaml | zendesk.yaml |\n");
        text.push_str("| --- | --- | --- | --- |\n");
    }
    if !old.is_empty() || !new.is_empty() {
        let _ = writeln!(text, "| *most events* | | {} | {} |", cell(&old, None), cell(&new, None));
    }
    for row in rows.iter().filter(|row| !row.is_empty()) {
        let seen = match row.seen {
            Seen::Always => "",
            Seen::Found => "it",
            Seen::NotFound => "nothing",
        };
        let (before, after) = row.outcome.as_ref().map(|(old, new)| (old, new)).unzip();
        let (old, new) = (cell(&row.old, before), cell(&row.new, after));
        let _ = writeln!(text, "| {} | {seen} | {old} | {new} |", row.about);
    }
    let same: Vec<&str> = same.iter().map(|row| row.about.as_str()).collect();
    if !same.is_empty() {
        let _ = writeln!(text, "\nBoth do the same: {}.", same.join("; "));
    }
    text
}

/// All tables of a file.
fn tables(file: &str, switched_on: &[&str]) -> String {
    let mut settings = json!({"domain": "acme", "email": "ops@acme.test", "apiToken": "a-token"});
    for name in switched_on {
        settings[*name] = json!(true);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(file);
    let tables: Vec<String> =
        rows(&path, &settings).into_iter().map(|(kind, rows)| table(&kind, rows)).collect();
    tables.join("\n")
}

#[test]
fn the_document_shows_every_difference_of_the_examples() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/moving-from-the-reference.md");
    let page = fs::read_to_string(&document).unwrap();
    let mut wanted = page.clone();
    for (file, switched_on) in FILES {
        let begin = format!("<!-- differences of examples/{file} -->\n");
        let (before, behind) = wanted.split_once(&begin).unwrap();
        let (_, rest) = behind.split_once("<!-- end -->").unwrap();
        wanted = format!("{before}{begin}\n{}\n<!-- end -->{rest}", tables(file, switched_on));
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() && std::env::var_os("CI").is_none() {
        fs::write(&document, wanted).unwrap();
    } else {
        assert!(page == wanted, "{} is out of date: run `just gen`", document.display());
    }
}
