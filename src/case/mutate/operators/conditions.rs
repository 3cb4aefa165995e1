//! Operators on conditions and requirements.

use crate::case::mutate::edit::{self, flow_text, rewritten};
use crate::case::mutate::operator::{Changes, Operator, Way, quoted};
use crate::case::mutate::role::{Role, Spot};
use crate::diag::Span;
use crate::source::{Key, Kind, Node};

pub(super) const DROP_GUARD: Operator = Operator {
    name: "drop-guard",
    summary: "leaves out a `when`, `unless`, `where` or `if`",
    example: (
        "tables: {t: {rows: {a: {from: $.a, when: {$.b: 1}}}}}",
        &["tables: {t: {rows: {a: {from: $.a}}}}"],
    ),
    way: Way::Drops(&[
        (Role::Row, "when"),
        (Role::Row, "where"),
        (Role::Element, "when"),
        (Role::Login, "when"),
        (Role::Flow, "when"),
        (Role::Requirement, "unless"),
        (Role::End, "when"),
        (Role::Call, "when"),
        (Role::Loop, "where"),
        (Role::Arm, "if"),
    ]),
};

pub(super) const DROP_CONDITION: Operator = Operator {
    name: "drop-condition",
    summary: "leaves out one of several things that a condition asks",
    example: (
        "flows: {f: {when: {any: [{$.a: 1}, {$.b: {gt: 1, lt: 3}}]}}}",
        &[
            "flows: {f: {when: {any: [{$.b: {gt: 1, lt: 3}}]}}}",
            "flows: {f: {when: {any: [{$.a: 1}]}}}",
            "flows: {f: {when: {any: [{$.a: 1}, {$.b: {lt: 3}}]}}}",
            "flows: {f: {when: {any: [{$.a: 1}, {$.b: {gt: 1}}]}}}",
        ],
    ),
    way: Way::Makes(|spot, changes| {
        let is_one = [Role::Condition, Role::Conditions, Role::Test].iter().any(|role| spot.stands_in(*role));
        if is_one {
            changes.drop(spot);
        }
    }),
};

pub(super) const NEGATE_CONDITION: Operator = Operator {
    name: "negate-condition",
    summary: "asks for the contrary of a condition, or of one thing that it asks",
    example: (
        "flows: {f: {when: {$.a: {not: 2}, not: {$.b: 3}}}, g: {when: {not: {$.a: 1, $.b: 2}}}}",
        &[
            "flows: {f: {when: {not: {$.a: {not: 2}, not: {$.b: 3}}}}, g: {when: {not: {$.a: 1, $.b: 2}}}}",
            "flows: {f: {when: {$.a: 2, not: {$.b: 3}}}, g: {when: {not: {$.a: 1, $.b: 2}}}}",
            "flows: {f: {when: {$.a: {not: 2}, not: {$.b: {not: 3}}}}, g: {when: {not: {$.a: 1, $.b: 2}}}}",
            "flows: {f: {when: {$.a: {not: 2}, not: {$.b: 3}}}, g: {when: {all: [{$.a: 1, $.b: 2}]}}}",
            "flows: {f: {when: {$.a: {not: 2}, not: {$.b: 3}}}, g: {when: {not: {$.a: {not: 1}, $.b: 2}}}}",
            "flows: {f: {when: {$.a: {not: 2}, not: {$.b: 3}}}, g: {when: {not: {$.a: 1, $.b: {not: 2}}}}}",
        ],
    ),
    way: Way::Makes(negate),
};

fn negate(spot: &Spot<'_>, changes: &mut Changes<'_>) {
    let written = flow_text(changes.text, spot.node);
    let Some((above, _)) = spot.above else { return };
    if spot.role == Role::Condition && above == Role::Condition && n_members(spot.node) > 1 {
        // The condition under a `not`, which goes. Where it asks one thing only, that is turned round below.
        let Some(key) = spot.key else { return };
        let span = Span::new(key.span.start, spot.node.span.end);
        let edit = rewritten(changes.text, span, &format!("all: [{written}]"));
        changes.add(Some(edit), format!("asks for {} itself", quoted(&written)));
    } else if spot.role == Role::Condition && n_members(spot.node) > 1 {
        let edit = rewritten(changes.text, spot.node.span, &format!("{{not: {written}}}"));
        changes.add(Some(edit), format!("asks for the contrary of {}", quoted(&written)));
    } else if spot.role == Role::Test && above == Role::Condition {
        let contrary = match &spot.node.kind {
            Kind::Map(entries) if entries.len() == 1 && spot.node.get("not").is_some() => {
                spot.node.get("not").map(|inner| flow_text(changes.text, inner)).unwrap_or_default()
            }
            _ => format!("{{not: {written}}}"),
        };
        let edit = rewritten(changes.text, spot.node.span, &contrary);
        let selector = spot.key.map_or("", |key| key.text.as_str());
        changes.add(
            Some(edit),
            format!("asks for the contrary of {}", quoted(&format!("{selector}: {written}"))),
        );
    }
}

fn n_members(node: &Node) -> usize {
    if let Kind::Map(entries) = &node.kind { entries.len() } else { 0 }
}

pub(super) const ANY_FOR_ALL: Operator = Operator {
    name: "any-for-all",
    summary: "lets one of several things be enough, or asks for all of several alternatives",
    example: (
        "flows: {f: {when: {any: [{$.a: 1}, {$.b: 2}]}}, g: {when: {$.a: 1, $.b: 2}}}",
        &[
            "flows: {f: {when: {all: [{$.a: 1}, {$.b: 2}]}}, g: {when: {$.a: 1, $.b: 2}}}",
            "flows: {f: {when: {any: [{$.a: 1}, {$.b: 2}]}}, g: {when: {any: [{$.a: 1}, {$.b: 2}]}}}",
        ],
    ),
    way: Way::Makes(|spot, changes| match (&spot.node.kind, spot.key) {
        (Kind::List(nodes), Some(key)) if spot.role == Role::Conditions && nodes.len() > 1 => {
            let other = if key.text == "any" { "all" } else { "any" };
            let edit = rewritten(changes.text, key.span, other);
            changes.add(Some(edit), format!("`{}` becomes `{other}`", key.text));
        }
        (Kind::Map(entries), _) if spot.role == Role::Condition && entries.len() > 1 => {
            let alone = |entry: &(Key, Node)| format!("{{{}}}", edit::flow_entry(changes.text, entry));
            let parts: Vec<String> = entries.iter().map(alone).collect();
            let new = format!("{{any: [{}]}}", parts.join(", "));
            changes.write(spot, &new);
        }
        _ => {}
    }),
};

pub(super) const CHANGE_COMPARISON: Operator = Operator {
    name: "change-comparison",
    summary: "compares a little otherwise: with or without regard to case, with or without the limit itself",
    example: (
        "flows: {f: {when: {$.a: {same_as: $.b}, $.c: {gt: 1}}}}",
        &[
            "flows: {f: {when: {$.a: {same_as_ignoring_case: $.b}, $.c: {gt: 1}}}}",
            "flows: {f: {when: {$.a: {same_as: $.b}, $.c: {gte: 1}}}}",
        ],
    ),
    way: Way::Makes(|spot, changes| {
        let Some(key) = spot.key.filter(|_| spot.stands_in(Role::Test)) else { return };
        if let Some((_, other)) = COMPARISONS.iter().find(|(known, _)| *known == key.text) {
            let edit = rewritten(changes.text, key.span, other);
            changes.add(Some(edit), format!("`{}` becomes `{other}`", key.text));
        }
    }),
};

/// A comparison, and what is easily taken for it.
const COMPARISONS: [(&str, &str); 9] = [
    ("same_as", "same_as_ignoring_case"),
    ("same_as_ignoring_case", "same_as"),
    ("same_moment_as", "same_as"),
    ("in_list", "in_list_ignoring_case"),
    ("in_list_ignoring_case", "in_list"),
    ("gt", "gte"),
    ("gte", "gt"),
    ("lt", "lte"),
    ("lte", "lt"),
];

pub(super) const CHANGE_PRESENCE: Operator = Operator {
    name: "change-presence",
    summary: "takes missing, null and empty for each other",
    example: (
        "flows: {f: {when: {$.a: {is: \"null\"}, $.b: {is: [missing, empty]}}}}",
        &[
            "flows: {f: {when: {$.a: {is: missing}, $.b: {is: [missing, empty]}}}}",
            "flows: {f: {when: {$.a: {is: \"null\"}, $.b: {is: [empty]}}}}",
            "flows: {f: {when: {$.a: {is: \"null\"}, $.b: {is: [missing]}}}}",
        ],
    ),
    way: Way::Makes(|spot, changes| {
        if spot.role == Role::Presences && spot.stands_in(Role::Presences) {
            changes.drop(spot);
        } else if spot.is(Role::Test, "is") && matches!(spot.node.as_text(), Some("null" | "empty")) {
            changes.write(spot, "missing");
        }
    }),
};

pub(super) const DROP_REQUIREMENT: Operator = Operator {
    name: "drop-requirement",
    summary: "leaves out an entry of `require`",
    example: (
        "flows: {f: {require: [{present: $.a, error: A}, {present: $.b, error: B}], steps: []}}",
        &[
            "flows: {f: {require: [{present: $.b, error: B}], steps: []}}",
            "flows: {f: {require: [{present: $.a, error: A}], steps: []}}",
        ],
    ),
    way: Way::Makes(|spot, changes| match spot.role {
        Role::Requirement => changes.drop(spot),
        Role::Requirements if matches!(&spot.node.kind, Kind::List(nodes) if nodes.len() == 1) => {
            changes.drop(spot);
        }
        _ => {}
    }),
};
