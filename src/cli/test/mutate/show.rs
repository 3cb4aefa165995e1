//! Reports about mutants, as text and as JSON.

use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use serde_json::{Map, Value, json};

use super::Report;
use crate::case::mutate::{Accepted, Fate, Score, Tried};
use crate::cli::output::{Ended, Output, bold};

/// For people: survivors, a table of the operators, and the score.
pub(super) fn text(reports: &[Report<'_>], output: &mut Output) -> Result<(), Ended> {
    for report in reports {
        for survivor in report.survivors() {
            output.print(told(report, survivor))?;
        }
        for tried in &report.tried {
            if let Some(accepted) = acceptance(report, tried) {
                let Tried { mutant, .. } = tried;
                let place = format!("{}:{}", report.name, mutant.line);
                output.print(format_args!(
                    "{place}: accepted {} at {}: {}",
                    mutant.operator, mutant.at, accepted.why
                ))?;
            }
        }
        for idle in report.idle() {
            output.print(format_args!(
                "{}: `mutate.accept` names {} at {}, which is no survivor",
                report.name, idle.operator, idle.at
            ))?;
        }
        output.print(table(report))?;
        output.print(summary(report))?;
    }
    Ok(())
}

/// A survivor with what differs.
fn told(report: &Report<'_>, Tried { mutant, lint, .. }: &Tried) -> String {
    let view = mutant.view(&report.text);
    let lint = lint.as_ref().map(|lint| format!(" (lint: {lint})")).unwrap_or_default();
    let head = format!("{}:{}: survived {} at {}", report.name, mutant.line, mutant.operator, mutant.at);
    format!("{}: {}{lint}\n    - {}\n    + {}", bold(&head), mutant.what, view.before, view.after)
}

fn table(report: &Report<'_>) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header([
        "operator",
        "mutants",
        "killed",
        "survived",
        "found by lint",
        "accepted",
    ]);
    for (name, score) in report.by_operator() {
        let Score { n_killed, n_survived, n_linted, n_accepted, .. } = score;
        if n_killed + n_survived + n_accepted == 0 {
            continue;
        }
        let numbers = [n_killed + n_survived + n_accepted, n_killed, n_survived, n_linted, n_accepted];
        table.add_row([name.to_owned()].into_iter().chain(numbers.map(|number| number.to_string())));
    }
    table
}

fn summary(report: &Report<'_>) -> String {
    let score = report.score();
    let which = if report.is_whole { "" } else { " (a sample)" };
    format!(
        "{}{which}: {} of {} mutants killed by cases, {:.1} %; with lint {:.1} %; {} accepted, {} do not compile; {:.1} s",
        report.name,
        score.n_killed,
        score.n_counted(),
        floor(score.percent()),
        floor(score.percent_with_lint()),
        score.n_accepted,
        score.n_stillborn,
        report.took.as_secs_f64(),
    )
}

/// Down to a tenth, so that 100 is all of them.
fn floor(percent: f64) -> f64 {
    (percent * 10.0).floor() / 10.0
}

fn acceptance<'r>(report: &'r Report<'_>, tried: &Tried) -> Option<&'r Accepted> {
    let is_survivor = tried.fate == Fate::Survived;
    report.accepted.iter().find(|accepted| is_survivor && accepted.covers(tried))
}

/// For programs: all mutants with what became of them.
pub(super) fn json(reports: &[Report<'_>], output: &mut Output) -> Result<(), Ended> {
    let mappings: Vec<Value> = reports.iter().map(mapping_json).collect();
    output.print(json!({ "mappings": mappings }))
}

fn mapping_json(report: &Report<'_>) -> Value {
    let operators: Map<String, Value> =
        report.by_operator().into_iter().map(|(name, score)| (name.to_owned(), score_json(score))).collect();
    let mutants: Vec<Value> = report.tried.iter().map(|tried| mutant_json(report, tried)).collect();
    let idle: Vec<Value> =
        report.idle().map(|idle| json!({"operator": idle.operator, "at": idle.at})).collect();
    json!({
        "mapping": report.name,
        "whole": report.is_whole,
        "seconds": report.took.as_secs_f64(),
        "score": score_json(report.score()),
        "operators": operators,
        "mutants": mutants,
        "idle_acceptances": idle,
    })
}

fn score_json(score: Score) -> Value {
    json!({
        "killed": score.n_killed,
        "survived": score.n_survived,
        "found_by_lint": score.n_linted,
        "accepted": score.n_accepted,
        "stillborn": score.n_stillborn,
        "percent": score.percent(),
        "percent_with_lint": score.percent_with_lint(),
    })
}

fn mutant_json(report: &Report<'_>, tried: &Tried) -> Value {
    let Tried { mutant, fate, lint } = tried;
    let view = mutant.view(&report.text);
    let accepted = acceptance(report, tried).map(|accepted| accepted.why.as_str());
    let (fate, case, why) = match fate {
        Fate::Stillborn(why) => ("stillborn", None, Some(why.as_str())),
        Fate::Killed(case) => ("killed", Some(case.display().to_string()), None),
        Fate::Survived if accepted.is_some() => ("accepted", None, accepted),
        Fate::Survived => ("survived", None, None),
    };
    json!({
        "operator": mutant.operator,
        "at": mutant.at,
        "line": mutant.line,
        "what": mutant.what,
        "before": view.before,
        "after": view.after,
        "fate": fate,
        "case": case,
        "why": why,
        "lint": lint,
    })
}
