//! Operators on rows, tables and what is left over.

use crate::case::mutate::edit::{flow_map, rewritten};
use crate::case::mutate::operator::{Changes, Operator, Way};
use crate::case::mutate::role::{Role, Spot};
use crate::source::Kind;

pub(super) const DROP_ROW: Operator = Operator {
    name: "drop-row",
    summary: "leaves out a row of a table, a query, headers or outputs",
    example: (
        "tables: {t: {rows: {a: $.a, b: $.b}}, u: {rows: {c: $.c}}}",
        &[
            "tables: {t: {rows: {b: $.b}}, u: {rows: {c: $.c}}}",
            "tables: {t: {rows: {a: $.a}}, u: {rows: {c: $.c}}}",
        ],
    ),
    way: Way::Makes(|spot, changes| {
        let is_only = matches!(&spot.node.kind, Kind::Map(entries) if entries.len() == 1);
        if spot.stands_in(Role::Rows) || (spot.role == Role::Rows && is_only && !spot.stands_in(Role::Table))
        {
            changes.drop(spot);
        }
    }),
};

pub(super) const DROP_CANDIDATE: Operator = Operator {
    name: "drop-candidate",
    summary: "leaves out one of several candidates",
    example: (
        "tables: {t: {rows: {a: [$.a, $.b], c: {from: $.c}}}}",
        &[
            "tables: {t: {rows: {a: [$.b], c: {from: $.c}}}}",
            "tables: {t: {rows: {a: [$.a], c: {from: $.c}}}}",
        ],
    ),
    way: Way::Makes(|spot, changes| {
        if spot.stands_in(Role::Selectors) {
            changes.drop(spot);
        }
    }),
};

pub(super) const SWAP_CANDIDATES: Operator = Operator {
    name: "swap-candidates",
    summary: "exchanges two candidates that stand side by side",
    example: (
        "tables: {t: {rows: {a: {from: [$.a, $.b, $.c]}}}}",
        &[
            "tables: {t: {rows: {a: {from: [$.b, $.a, $.c]}}}}",
            "tables: {t: {rows: {a: {from: [$.a, $.c, $.b]}}}}",
        ],
    ),
    way: Way::Makes(|spot, changes| {
        if spot.stands_in(Role::Selectors) {
            changes.swap(spot);
        }
    }),
};

pub(super) const DROP_CAST: Operator = Operator {
    name: "drop-cast",
    summary: "leaves out `as`, with an `on_bad` beside it",
    example: (
        "tables: {t: {rows: {a: {from: $.a, as: date, on_bad: skip}}, rest: {of: $.b, into: b, as: string}}}",
        &[
            "tables: {t: {rows: {a: {from: $.a}}, rest: {of: $.b, into: b, as: string}}}",
            "tables: {t: {rows: {a: {from: $.a, as: date, on_bad: skip}}, rest: {of: $.b, into: b}}}",
        ],
    ),
    way: Way::Makes(|spot, changes| {
        let (Role::Type, Some((_, holder))) = (spot.role, spot.above) else { return };
        if holder.get("on_bad").is_none() || holder.get("map").is_some() {
            return changes.drop(spot);
        }
        let Kind::Map(entries) = &holder.kind else { return };
        let kept = entries.iter().filter(|(key, _)| !["as", "on_bad"].contains(&key.text.as_str()));
        let new = flow_map(changes.text, kept);
        let edit = rewritten(changes.text, holder.span, &new);
        changes.add(Some(edit), "leaves out `as` and `on_bad`");
    }),
};

pub(super) const CHANGE_CAST: Operator = Operator {
    name: "change-cast",
    summary: "casts to a type that is easily taken for the right one",
    example: (
        "tables: {t: {rows: {a: {from: $.a, as: date}, b: {from: $.b, as: [string]}}}}",
        &[
            "tables: {t: {rows: {a: {from: $.a, as: datetime}, b: {from: $.b, as: [string]}}}}",
            "tables: {t: {rows: {a: {from: $.a, as: date}, b: {from: $.b, as: string}}}}",
        ],
    ),
    way: Way::Makes(|spot, changes| {
        if spot.role != Role::Type {
            return;
        }
        match &spot.node.kind {
            Kind::Scalar { text, .. } => {
                if let Some((_, other)) = TYPES.iter().find(|(known, _)| known == text) {
                    changes.write(spot, other);
                }
            }
            Kind::List(nodes) => {
                if let Some(one) = nodes.first().and_then(|node| node.as_text()) {
                    changes.write(spot, one);
                }
            }
            Kind::Map(_) => changes.write(spot, "string"),
        }
    }),
};

/// A type, and what is easily taken for it.
const TYPES: [(&str, &str); 10] = [
    ("string", "scalar"),
    ("integer", "string"),
    ("number", "string"),
    ("boolean", "string"),
    ("date", "datetime"),
    ("datetime", "date"),
    ("email", "string"),
    ("phone", "string"),
    ("url", "string"),
    ("scalar", "string"),
];

pub(super) const CHANGE_ON_BAD: Operator = Operator {
    name: "change-on-bad",
    summary: "skips what should be rejected, and rejects what should not",
    example: (
        "tables: {t: {rows: {a: {from: $.a, as: date, on_bad: null}, b: {from: $.b, as: date}}}}",
        &[
            "tables: {t: {rows: {a: {from: $.a, as: date, on_bad: reject}, b: {from: $.b, as: date}}}}",
            "tables: {t: {rows: {a: {from: $.a, as: date, on_bad: null}, b: {from: $.b, as: date, on_bad: skip}}}}",
        ],
    ),
    way: Way::Makes(on_bad),
};

fn on_bad(spot: &Spot<'_>, changes: &mut Changes<'_>) {
    if spot.is(Role::Row, "on_bad") {
        changes.write(spot, if *spot.node == *"reject" { "skip" } else { "reject" });
    }
    let is_bare = |key: &str| spot.node.get(key).is_some() && spot.node.get("on_bad").is_none();
    let Kind::Map(entries) = &spot.node.kind else { return };
    if spot.role == Role::Row && (is_bare("as") || is_bare("map")) {
        let whole = flow_map(changes.text, entries.iter());
        let new = format!("{}, on_bad: skip}}", whole.strip_suffix('}').unwrap_or(&whole));
        let edit = rewritten(changes.text, spot.node.span, &new);
        changes.add(Some(edit), "leaves out what does not fit instead of rejecting it");
    }
}

pub(super) const CHANGE_TAKE: Operator = Operator {
    name: "change-take",
    summary: "takes another one of several matches",
    example: (
        "tables: {t: {rows: {a: {from: \"$.a[*]\", take: only}}}}",
        &["tables: {t: {rows: {a: {from: \"$.a[*]\", take: first}}}}"],
    ),
    way: Way::Makes(|spot, changes| {
        if spot.is(Role::Row, "take") {
            changes.write(spot, if *spot.node == *"first" { "last" } else { "first" });
        }
    }),
};

pub(super) const DROP_EMPTY: Operator = Operator {
    name: "drop-empty",
    summary: "leaves out `empty` of a row or a table",
    example: (
        "tables: {t: {empty: missing, rows: {a: {from: $.a, empty: value}}}}",
        &[
            "tables: {t: {rows: {a: {from: $.a, empty: value}}}}",
            "tables: {t: {empty: missing, rows: {a: {from: $.a}}}}",
        ],
    ),
    way: Way::Drops(&[(Role::Row, "empty"), (Role::Table, "empty")]),
};

pub(super) const DROP_NULL: Operator = Operator {
    name: "drop-null",
    summary: "leaves out `null: send`",
    example: (
        "tables: {t: {rows: {a: {from: $.a, null: send}}}}",
        &["tables: {t: {rows: {a: {from: $.a}}}}"],
    ),
    way: Way::Drops(&[(Role::Row, "null"), (Role::Rest, "null")]),
};

pub(super) const DROP_DEFAULT: Operator = Operator {
    name: "drop-default",
    summary: "leaves out a `default` of a row or a setting",
    example: (
        "tables: {t: {rows: {a: {from: $.a, default: x}}}}",
        &["tables: {t: {rows: {a: {from: $.a}}}}"],
    ),
    way: Way::Drops(&[(Role::Row, "default"), (Role::Setting, "default")]),
};

pub(super) const DROP_REQUIRED: Operator = Operator {
    name: "drop-required",
    summary: "leaves out a `required` of a row or a setting",
    example: (
        "tables: {t: {rows: {a: {from: $.a, required: true}}}}",
        &["tables: {t: {rows: {a: {from: $.a}}}}"],
    ),
    way: Way::Drops(&[(Role::Row, "required"), (Role::Setting, "required")]),
};

pub(super) const DROP_CHECK: Operator = Operator {
    name: "drop-check",
    summary: "leaves out a `pattern` or `forbid` of a setting",
    example: (
        "config: {a: {type: string, pattern: x, forbid: [y]}}",
        &["config: {a: {type: string, forbid: [y]}}", "config: {a: {type: string, pattern: x}}"],
    ),
    way: Way::Drops(&[(Role::Setting, "pattern"), (Role::Setting, "forbid")]),
};

pub(super) const DROP_REPLACEMENT: Operator = Operator {
    name: "drop-replacement",
    summary: "leaves out a `map`, or a line of it",
    example: (
        "tables: {t: {rows: {a: {from: $.a, map: {x: 1, y: 2}}}}}",
        &[
            "tables: {t: {rows: {a: {from: $.a}}}}",
            "tables: {t: {rows: {a: {from: $.a, map: {y: 2}}}}}",
            "tables: {t: {rows: {a: {from: $.a, map: {x: 1}}}}}",
        ],
    ),
    way: Way::Makes(|spot, changes| {
        if spot.role == Role::Replacements || spot.stands_in(Role::Replacements) {
            changes.drop(spot);
        }
    }),
};

pub(super) const DROP_TRUNCATE: Operator = Operator {
    name: "drop-truncate",
    summary: "leaves out a `truncate`",
    example: (
        "tables: {t: {rows: {a: {from: $.a, truncate: 5}}}}",
        &["tables: {t: {rows: {a: {from: $.a}}}}"],
    ),
    way: Way::Drops(&[(Role::Row, "truncate")]),
};

pub(super) const DROP_UNDER: Operator = Operator {
    name: "drop-under",
    summary: "leaves out what a body is wrapped in",
    example: ("tables: {t: {under: x, rows: {a: $.a}}}", &["tables: {t: {rows: {a: $.a}}}"]),
    way: Way::Drops(&[(Role::Table, "under"), (Role::Body, "under")]),
};

pub(super) const DROP_ELEMENT: Operator = Operator {
    name: "drop-element",
    summary: "leaves out one of several objects of a `list`",
    example: (
        "tables: {t: {rows: {a: {list: [{rows: {b: $.b}}, {rows: {c: $.c}}]}}}}",
        &[
            "tables: {t: {rows: {a: {list: [{rows: {c: $.c}}]}}}}",
            "tables: {t: {rows: {a: {list: [{rows: {b: $.b}}]}}}}",
        ],
    ),
    way: Way::Makes(|spot, changes| {
        if spot.role == Role::Element {
            changes.drop(spot);
        }
    }),
};

pub(super) const DROP_REST: Operator = Operator {
    name: "drop-rest",
    summary: "leaves out a `rest`, or what keys it may have",
    example: (
        "tables: {t: {rows: {a: $.a}, rest: {of: $.b, into: c, keys: {allow: a-z, other: _, not: x}}}}",
        &[
            "tables: {t: {rows: {a: $.a}}}",
            "tables: {t: {rows: {a: $.a}, rest: {of: $.b, into: c}}}",
            "tables: {t: {rows: {a: $.a}, rest: {of: $.b, into: c, keys: {allow: a-z, other: _}}}}",
        ],
    ),
    way: Way::Drops(&[(Role::Table, "rest"), (Role::Rest, "keys"), (Role::KeyRule, "not")]),
};
