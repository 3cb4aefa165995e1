//! `mapwright dead-letters list`.

use std::collections::BTreeMap;

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use serde_json::json;

use super::super::args::{Format, ListArgs};
use super::super::exit::Exit;
use super::super::output::{Done, Output};
use super::{n_letters, open, unreadable};
use crate::deliver::Heading;

/// Longest reason in the table, in characters.
const LONGEST: usize = 70;

/// Reasons that are counted at the end; the rest is one number.
const REASONS: usize = 10;

pub(super) fn run(args: &ListArgs, output: &mut Output) -> Done {
    let mut letters = open(&args.journal)?.letters().map_err(|error| unreadable(&error))?;
    if let Some(text) = &args.reason {
        letters.retain(|letter| letter.reason.contains(text.as_str()));
    }
    if !args.outcome.is_empty() {
        letters.retain(|letter| args.outcome.iter().any(|outcome| outcome.name() == letter.outcome));
    }
    match args.format {
        Format::Json => {
            for letter in &letters {
                output.print(json_of(letter))?;
            }
        }
        Format::Text if letters.is_empty() => output.print("no dead letters")?,
        Format::Text => output.print(text_of(&letters))?,
    }
    Ok(Exit::Fine)
}

fn json_of(letter: &Heading) -> String {
    let Heading { id, file, line, kind, outcome, reason, tries, mapping } = letter;
    let id = id.to_string();
    json!({"id": id, "file": file, "line": line, "type": kind, "outcome": outcome, "reason": reason, "tries": tries, "mapping": mapping})
        .to_string()
}

fn text_of(letters: &[Heading]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(["id", "line", "type", "outcome", "tries", "reason"]);
    for letter in letters {
        let Heading { id, file, line, kind, outcome, reason, tries, .. } = letter;
        let kind = kind.as_deref().unwrap_or("-");
        let cells = [
            &id.to_string(),
            &format!("{file}:{line}"),
            kind,
            outcome,
            &tries.to_string(),
            &shortened(reason),
        ];
        table.add_row(cells);
    }
    let table: Vec<String> = table.lines().map(|line| line.trim().to_owned()).collect();
    format!("{}\n\n{}\n{}", table.join("\n"), n_letters(letters.len()), by_reason(letters))
}

/// The most frequent reasons with their numbers.
fn by_reason(letters: &[Heading]) -> String {
    let mut counts = BTreeMap::<String, usize>::new();
    for letter in letters {
        *counts.entry(shortened(&letter.reason)).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let rest: usize = counts.iter().skip(REASONS).map(|(_, count)| count).sum();
    let rest = (rest > 0).then(|| format!("{rest:>7}  for other reasons"));
    let shown = counts.iter().take(REASONS).map(|(reason, count)| format!("{count:>7}  {reason}"));
    shown.chain(rest).collect::<Vec<_>>().join("\n")
}

fn shortened(reason: &str) -> String {
    if reason.chars().count() <= LONGEST {
        return reason.to_owned();
    }
    reason.chars().take(LONGEST - 1).chain(['…']).collect()
}
