//! Operators on constants, selectors, messages and limits.

use crate::case::mutate::edit::rewritten;
use crate::case::mutate::operator::{Operator, Way, quoted};
use crate::case::mutate::role::Role;
use crate::source::{Kind, Node, Scalar};

pub(super) const CHANGE_CONSTANT: Operator = Operator {
    name: "change-constant",
    summary: "changes a constant: another number, another text, false for true",
    example: (
        "tables: {t: {under: a, rows: {a: {value: true}, b: {from: $.b, default: 7, when: {$.c: \"d\"}}}}}",
        &[
            "tables: {t: {under: ax, rows: {a: {value: true}, b: {from: $.b, default: 7, when: {$.c: \"d\"}}}}}",
            "tables: {t: {under: a, rows: {a: {value: false}, b: {from: $.b, default: 7, when: {$.c: \"d\"}}}}}",
            "tables: {t: {under: a, rows: {a: {value: true}, b: {from: $.b, default: 8, when: {$.c: \"d\"}}}}}",
            "tables: {t: {under: a, rows: {a: {value: true}, b: {from: $.b, default: 7, when: {$.c: \"dx\"}}}}}",
        ],
    ),
    way: Way::Makes(|spot, changes| {
        if !matches!(spot.role, Role::Constant | Role::Test) {
            return;
        }
        let written = changes.text.get(spot.node.span.start..spot.node.span.end).unwrap_or_default();
        if let Some(new) = changed(spot.node, written) {
            changes.write(spot, &new);
        }
    }),
};

/// Another constant of the same kind, written as the old one.
fn changed(node: &Node, written: &str) -> Option<String> {
    match node.scalar()? {
        Scalar::Null => None,
        Scalar::Bool(truth) => Some((!truth).to_string()),
        Scalar::Number(_) => match written.parse::<i64>() {
            Ok(number) => Some(number.saturating_add(1).to_string()),
            Err(_) => Some(format!("{written}1")),
        },
        Scalar::Text(_) => lengthened(written, "x"),
    }
}

/// A text with something behind it, inside of its quotes.
fn lengthened(written: &str, more: &str) -> Option<String> {
    if written.contains('\n') {
        return None;
    }
    let quote = written.chars().next().filter(|first| matches!(first, '"' | '\''));
    match quote {
        Some(quote) => written.strip_suffix(quote).map(|open| format!("{open}{more}{quote}")),
        None => Some(format!("{written}{more}")),
    }
}

pub(super) const MISSPELL_SELECTOR: Operator = Operator {
    name: "misspell-selector",
    summary: "misspells the last word of a selector",
    example: (
        "tables: {t: {rows: {a: $.b.c, d: {from: \"$.e[*].f\", take: all, when: {$.g: 1}}, h: $name}}}",
        &[
            "tables: {t: {rows: {a: $.b.c_, d: {from: \"$.e[*].f\", take: all, when: {$.g: 1}}, h: $name}}}",
            "tables: {t: {rows: {a: $.b.c, d: {from: \"$.e[*].f_\", take: all, when: {$.g: 1}}, h: $name}}}",
            "tables: {t: {rows: {a: $.b.c, d: {from: \"$.e[*].f\", take: all, when: {$.g_: 1}}, h: $name}}}",
        ],
    ),
    way: Way::Makes(|spot, changes| {
        let span = match (spot.role, spot.key) {
            (Role::Selector, _) => spot.node.span,
            (Role::Test, Some(key)) if spot.stands_in(Role::Condition) => key.span,
            _ => return,
        };
        let written = changes.text.get(span.start..span.end).unwrap_or_default().to_owned();
        if let Some(new) = misspelt(&written) {
            let edit = rewritten(changes.text, span, &new);
            changes.add(Some(edit), format!("{} becomes {}", quoted(&written), quoted(&new)));
        }
    }),
};

/// A selector with a letter too many. Names, settings and outputs are not misspelt: a mapping in which they are does
/// not compile.
fn misspelt(written: &str) -> Option<String> {
    let bare = written.trim_matches(['"', '\'']);
    let is_declared = ["$steps.", "$config."].iter().any(|start| bare.starts_with(start));
    let ends_in_a_word = bare.ends_with(|last: char| last.is_alphanumeric() || last == '_');
    if is_declared || !bare.starts_with('$') || !bare.contains('.') || !ends_in_a_word {
        return None;
    }
    lengthened(written, "_")
}

pub(super) const CHANGE_MESSAGE: Operator = Operator {
    name: "change-message",
    summary: "rejects or fails with other words",
    example: (
        "flows: {f: {require: [{present: $.a, error: An id}], steps: [{skip: {why: 'No'}}]}}",
        &[
            "flows: {f: {require: [{present: $.a, error: An idx}], steps: [{skip: {why: 'No'}}]}}",
            "flows: {f: {require: [{present: $.a, error: An id}], steps: [{skip: {why: 'Nox'}}]}}",
        ],
    ),
    way: Way::Makes(|spot, changes| {
        if spot.role == Role::Message && spot.node.as_text().is_some() {
            let written = changes.text.get(spot.node.span.start..spot.node.span.end).unwrap_or_default();
            if let Some(new) = lengthened(written, "x") {
                changes.write(spot, &new);
            }
        }
    }),
};

pub(super) const CHANGE_LIMIT: Operator = Operator {
    name: "change-limit",
    summary: "cuts one character earlier, or lets pages and loops end after one",
    example: (
        "tables: {t: {rows: {a: {from: $.a, truncate: 5}}}}\nflows: {f: {steps: [{s: {get: /s, every_page: {next: $.n, max: 5}}}]}}",
        &[
            "tables: {t: {rows: {a: {from: $.a, truncate: 4}}}}\nflows: {f: {steps: [{s: {get: /s, every_page: {next: $.n, max: 5}}}]}}",
            "tables: {t: {rows: {a: {from: $.a, truncate: 5}}}}\nflows: {f: {steps: [{s: {get: /s, every_page: {next: $.n, max: 1}}}]}}",
        ],
    ),
    way: Way::Makes(|spot, changes| {
        let (Role::Limit, Kind::Scalar { text, .. }) = (spot.role, &spot.node.kind) else { return };
        let Some(number) = text.parse::<u32>().ok().filter(|number| *number > 1) else { return };
        let new = if spot.stands_in(Role::Row) { number - 1 } else { 1 };
        changes.write(spot, &new.to_string());
    }),
};
