//! Operators on steps and requests.

use crate::case::mutate::edit::{flow_entry, flow_map, rewritten};
use crate::case::mutate::operator::{Changes, Operator, Way};
use crate::case::mutate::role::{Role, Spot};
use crate::source::{Key, Kind, Node};

pub(super) const DROP_STEP: Operator = Operator {
    name: "drop-step",
    summary: "leaves out a step",
    example: (
        "flows: {f: {steps: [{a: {post: /a}}, {stop: {when: {$.b: 1}}}]}}",
        &["flows: {f: {steps: [{stop: {when: {$.b: 1}}}]}}", "flows: {f: {steps: [{a: {post: /a}}]}}"],
    ),
    way: Way::Makes(|spot, changes| {
        if spot.role == Role::Step {
            changes.drop(spot);
        }
    }),
};

pub(super) const SWAP_STEPS: Operator = Operator {
    name: "swap-steps",
    summary: "exchanges two steps, look-ups or ways to log in that stand side by side",
    example: (
        "flows: {f: {steps: [{a: {post: /a}}, {b: {post: /b}}]}}",
        &["flows: {f: {steps: [{b: {post: /b}}, {a: {post: /a}}]}}"],
    ),
    way: Way::Makes(|spot, changes| {
        if [Role::Steps, Role::Finds, Role::Logins].iter().any(|role| spot.stands_in(*role)) {
            changes.swap(spot);
        }
    }),
};

pub(super) const DROP_LOOK_UP: Operator = Operator {
    name: "drop-look-up",
    summary: "leaves out one of several look-ups or ways to log in",
    example: (
        "service: {auth: [{bearer: $config.a}, {bearer: $config.b}]}",
        &["service: {auth: [{bearer: $config.b}]}", "service: {auth: [{bearer: $config.a}]}"],
    ),
    way: Way::Makes(|spot, changes| {
        if spot.stands_in(Role::Finds) || spot.stands_in(Role::Logins) {
            changes.drop(spot);
        }
    }),
};

pub(super) const CREATE_BLINDLY: Operator = Operator {
    name: "create-blindly",
    summary: "creates without looking whether it is there",
    example: (
        "flows: {f: {steps: [{a: {when: {$.a: 1}, ensure: {find: {get: /a}, create: {post: /a, body: t}}}}]}}",
        &["flows: {f: {steps: [{a: {when: {$.a: 1}, post: /a, body: t}}]}}"],
    ),
    way: Way::Makes(|spot, changes| {
        let (Role::Call, Kind::Map(entries), Some(ensure)) =
            (spot.role, &spot.node.kind, spot.node.get("ensure"))
        else {
            return;
        };
        let Some(Kind::Map(create)) = ensure.get("create").map(|create| &create.kind) else { return };
        let kept = entries.iter().filter(|(key, _)| key.text != "ensure");
        let new = flow_map(changes.text, kept.chain(create));
        let edit = rewritten(changes.text, spot.node.span, &new);
        changes.add(Some(edit), "creates without looking whether it is there");
    }),
};

pub(super) const CHANGE_METHOD: Operator = Operator {
    name: "change-method",
    summary: "makes a request with another method",
    example: ("flows: {f: {steps: [{a: {post: /a}}]}}", &["flows: {f: {steps: [{a: {put: /a}}]}}"]),
    way: Way::Makes(|spot, changes| {
        let (Role::Path, Some(key)) = (spot.role, spot.key) else { return };
        if let Some((_, other)) = METHODS.iter().find(|(known, _)| *known == key.text) {
            let edit = rewritten(changes.text, key.span, other);
            changes.add(Some(edit), format!("`{}` becomes `{other}`", key.text));
        }
    }),
};

/// A method, and what is easily taken for it.
const METHODS: [(&str, &str); 6] = [
    ("get", "head"),
    ("head", "get"),
    ("post", "put"),
    ("put", "post"),
    ("patch", "put"),
    ("delete", "post"),
];

pub(super) const MISSPELL_PATH: Operator = Operator {
    name: "misspell-path",
    summary: "misspells the last word of the path of a request",
    example: (
        "flows: {f: {steps: [{a: {post: \"/a/:id/notes/:note\"}}]}}",
        &["flows: {f: {steps: [{a: {post: \"/a/:id/notesx/:note\"}}]}}"],
    ),
    way: Way::Makes(|spot, changes| {
        let (Role::Path, Kind::Scalar { text, .. }) = (spot.role, &spot.node.kind) else { return };
        let mut segments: Vec<String> = text.split('/').map(str::to_owned).collect();
        let is_word = |segment: &&mut String| !segment.is_empty() && !segment.starts_with(':');
        let Some(word) = segments.iter_mut().rev().find(is_word) else { return };
        word.push('x');
        changes.write(spot, &format!("\"{}\"", segments.join("/")));
    }),
};

pub(super) const DROP_BODY: Operator = Operator {
    name: "drop-body",
    summary: "sends a write without its body, or without what is put in front of it",
    example: (
        "flows: {f: {steps: [{a: {post: /a, body: {table: t, plus: {b: $.b}}}}]}}",
        &[
            "flows: {f: {steps: [{a: {post: /a}}]}}",
            "flows: {f: {steps: [{a: {post: /a, body: {table: t}}}]}}",
        ],
    ),
    way: Way::Drops(&[(Role::Call, "body"), (Role::Body, "plus")]),
};

pub(super) const DROP_PAGING: Operator = Operator {
    name: "drop-paging",
    summary: "reads the first page only",
    example: (
        "flows: {f: {steps: [{a: {get: /a, every_page: {next: $.next, max: 5}}}]}}",
        &["flows: {f: {steps: [{a: {get: /a}}]}}"],
    ),
    way: Way::Drops(&[(Role::Call, "every_page")]),
};

pub(super) const DROP_CACHE: Operator = Operator {
    name: "drop-cache",
    summary: "leaves out `cache`, or the `forget` that goes with it",
    example: (
        "flows: {f: {steps: [{a: {get: /a, cache: 1m}}, {b: {post: /a, forget: a}}]}}",
        &[
            "flows: {f: {steps: [{a: {get: /a}}, {b: {post: /a, forget: a}}]}}",
            "flows: {f: {steps: [{a: {get: /a, cache: 1m}}, {b: {post: /a}}]}}",
        ],
    ),
    way: Way::Drops(&[(Role::Call, "cache"), (Role::Call, "forget")]),
};

pub(super) const DROP_ONCE: Operator = Operator {
    name: "drop-once",
    summary: "makes a write again for each event",
    example: (
        "flows: {f: {steps: [{a: {post: /a, once: {key: $.k, keep: 1m}}}]}}",
        &["flows: {f: {steps: [{a: {post: /a}}]}}"],
    ),
    way: Way::Drops(&[(Role::Call, "once"), (Role::Call, "remember")]),
};

pub(super) const DROP_VERIFY: Operator = Operator {
    name: "drop-verify",
    summary: "repeats a write whose answer was lost without looking whether it has arrived",
    example: (
        "flows: {f: {steps: [{a: {post: /a, verify: {get: /a, give: {id: $.id}}}}]}}",
        &["flows: {f: {steps: [{a: {post: /a}}]}}"],
    ),
    way: Way::Drops(&[(Role::Call, "verify")]),
};

pub(super) const DROP_LOOP: Operator = Operator {
    name: "drop-loop",
    summary: "makes a request once instead of once for each element",
    example: (
        "flows: {f: {steps: [{a: {post: /a, for_each: {in: $.b, name: b, max: 5}}}]}}",
        &["flows: {f: {steps: [{a: {post: /a}}]}}"],
    ),
    way: Way::Drops(&[(Role::Call, "for_each")]),
};

pub(super) const STOP_ALWAYS: Operator = Operator {
    name: "stop-always",
    summary: "ends each event where a condition should decide",
    example: (
        "flows: {f: {steps: [{stop: {when: {$.a: 1}}}, {skip: {when: {$.b: 1}, why: B}}]}}",
        &["flows: {f: {steps: [{stop: {}}, {skip: {when: {$.b: 1}, why: B}}]}}"],
    ),
    way: Way::Makes(stop_always),
};

fn stop_always(spot: &Spot<'_>, changes: &mut Changes<'_>) {
    let (Role::End, Kind::Map(entries)) = (spot.role, &spot.node.kind) else { return };
    let is_condition = |(key, _): &&(Key, Node)| key.text == "when";
    if let Some(entry) = entries.first().filter(is_condition).filter(|_| entries.len() == 1) {
        let edit = rewritten(changes.text, spot.node.span, "{}");
        changes.add(Some(edit), format!("leaves out `{}`", flow_entry(changes.text, entry)));
    }
}
