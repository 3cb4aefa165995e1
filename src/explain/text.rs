//! An explanation as a tree for people.

use std::fmt::Write;

use serde_json::Value;

use super::{Explanation, dotted};
use crate::run::{Candidate, Entry, ExaminedStep, Fate, Leaf, Made, MadeOutcome, Reached, Source};

/// Most characters of a value that are shown.
const LONGEST: usize = 60;

/// A line, and what belongs to it.
struct Node {
    line: String,
    below: Vec<Node>,
}

impl Node {
    fn leaf(line: String) -> Self {
        Node { line, below: Vec::new() }
    }
}

pub(super) fn text(explanation: &Explanation<'_>) -> String {
    let found = &explanation.examination;
    let mut top = Vec::new();
    if !explanation.is_partial {
        let line = match &found.flow {
            Some(flow) => format!("flow {flow} of {}", explanation.mapping),
            None => format!("no flow of {}", explanation.mapping),
        };
        let mut below: Vec<Node> =
            found.event.iter().map(|event| Node::leaf(format!("it takes {event} events"))).collect();
        below.extend(conditions(explanation, &found.conditions));
        top.push(Node { line, below });
        if let Some(refusal) = &found.refusal {
            top.push(Node::leaf(format!("{}: {}", refusal.name(), refusal.why().unwrap_or_default())));
        }
    }
    top.extend(found.steps.iter().map(|step| step_node(explanation, step)));
    if !explanation.is_partial {
        top.extend(found.notes.iter().map(|note| Node::leaf(format!("note: {note}"))));
        if !explanation.unread.is_empty() {
            let below = explanation.unread.iter().cloned().map(Node::leaf).collect();
            top.push(Node { line: "nobody reads".into(), below });
        }
    }
    let mut text = String::new();
    for node in &top {
        add(&node.line, &mut text);
        draw(&node.below, "", &mut text);
    }
    text
}

fn draw(nodes: &[Node], indent: &str, text: &mut String) {
    for (index, node) in nodes.iter().enumerate() {
        let is_last = index + 1 == nodes.len();
        text.push_str(indent);
        text.push_str(if is_last { "└─ " } else { "├─ " });
        add(&node.line, text);
        draw(&node.below, &format!("{indent}{}", if is_last { "   " } else { "│  " }), text);
    }
}

/// Adds a line; what events and mappings bring cannot control a terminal.
fn add(line: &str, text: &mut String) {
    for character in line.chars() {
        if character.is_control() { text.extend(character.escape_unicode()) } else { text.push(character) }
    }
    text.push('\n');
}

fn step_node(explanation: &Explanation<'_>, step: &ExaminedStep) -> Node {
    let reached = match step.reached {
        Reached::Yes => "",
        Reached::No => "  (not carried out)",
        Reached::Late => "  (answers decide whether)",
        Reached::Behind => "  (not reached)",
    };
    let mut below = conditions(explanation, &step.conditions);
    below.extend(step.leaves.iter().map(|leaf| leaf_node(explanation, leaf)));
    let is_made = matches!(step.reached, Reached::Yes | Reached::Late);
    let unfilled = explanation.unfilled(&step.name).filter(|unfilled| is_made && !unfilled.is_empty());
    below.extend(unfilled.map(|unfilled| Node::leaf(format!("nobody fills {}", unfilled.join(", ")))));
    Node { line: format!("step {}: {}{reached}", step.name, step.does), below }
}

fn conditions(explanation: &Explanation<'_>, entries: &[Entry]) -> Vec<Node> {
    let one = |entry: &Entry| match entry {
        Entry::Condition { at, of, held, saw } => {
            let mut told: Vec<String> = Vec::new();
            for (selector, value) in saw {
                let value = value.as_ref().map_or_else(|| "missing".to_owned(), shown);
                let text = format!("{selector} is {value}");
                if !told.contains(&text) {
                    told.push(text);
                }
            }
            let verb = if *held { "holds" } else { "does not hold" };
            Some(Node::leaf(format!("{of} {verb}: {}  line {}", told.join(", "), explanation.line(*at))))
        }
        _ => None,
    };
    entries.iter().filter_map(one).collect()
}

fn leaf_node(explanation: &Explanation<'_>, leaf: &Leaf) -> Node {
    let mut node = made_node(explanation, &dotted(leaf), &leaf.made);
    node.line.push_str("  row ");
    node.line.push_str(&leaf.made.row);
    node
}

fn made_node(explanation: &Explanation<'_>, name: &str, made: &Made) -> Node {
    let mut line = match &made.outcome {
        MadeOutcome::Value(value) => format!("{name} = {}{}", shown(value), origin(made)),
        MadeOutcome::Nothing if !made.holds => format!("{name} left out: its `when` does not hold"),
        MadeOutcome::Nothing => format!("{name} left out"),
        MadeOutcome::Refused(why) => format!("{name} rejects the event: {why}"),
        MadeOutcome::Late => format!("{name} depends on answers"),
    };
    if matches!(made.outcome, MadeOutcome::Value(_)) {
        if let Some(cast) = &made.cast {
            let _ = write!(line, ", as {cast}");
        }
        if made.winner().is_some_and(|winner| winner.is_changed) {
            line.push_str(", changed");
        }
    }
    let _ = write!(line, "  line {}", explanation.line(made.at));
    let mut below = conditions(explanation, &made.conditions);
    match &made.source {
        Source::Candidates(candidates) => {
            below.extend(candidates.iter().filter_map(|one| candidate_node(explanation, one)));
        }
        Source::Text(parts) | Source::List(parts) => {
            below.extend(parts.iter().map(|part| made_node(explanation, &part.row, part)));
        }
        Source::Constant | Source::Each { .. } => {}
    }
    Node { line, below }
}

fn origin(made: &Made) -> String {
    if made.is_default {
        return "  by default".into();
    }
    match (&made.source, made.winner()) {
        (_, Some(winner)) => match winner.source().filter(|path| **path != *winner.text) {
            Some(path) => format!("  from {} at {path}", winner.text),
            None => format!("  from {}", winner.text),
        },
        (Source::Constant, _) => "  constant".into(),
        (Source::Each { list, from }, _) => format!("  {} of each of {list}", from.join(" or ")),
        (Source::Text(_), _) => "  text".into(),
        (Source::List(_), _) => "  list".into(),
        (Source::Candidates(_), None) => String::new(),
    }
}

/// A candidate that lost, or the name that the winner goes through when there is something to tell about it.
fn candidate_node(explanation: &Explanation<'_>, candidate: &Candidate) -> Option<Node> {
    let via = candidate.via.as_ref().filter(|via| via.is_eventful());
    let via = via.map(|via| made_node(explanation, &format!("${}", plain_name(via)), via));
    let why = match &candidate.fate {
        Fate::Won => return via,
        Fate::Missing => "is missing".to_owned(),
        Fate::Null => "is null".to_owned(),
        Fate::Empty => "is empty".to_owned(),
        Fate::Misfit(why) => format!("does not fit: {why}"),
        Fate::Refused(why) => format!("is refused: {why}"),
        Fate::LeftOut(why) => format!("is not sent: {why}"),
        Fate::Unasked => "was not asked".to_owned(),
        Fate::Late => "depends on answers".to_owned(),
    };
    Some(Node { line: format!("{} {why}", candidate.text), below: via.into_iter().collect() })
}

/// The name as flows spell it.
fn plain_name(made: &Made) -> &str {
    made.row.strip_prefix("names.").unwrap_or(&made.row)
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
