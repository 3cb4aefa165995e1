//! Witnesses: what `lint --witness` shows happens.

use std::sync::Arc;

use mapwright::compile::{self, Plan};
use mapwright::diag::{Diagnostic, Diagnostics};
use mapwright::lint::RULES;
use mapwright::model::{self, Mapping};
use mapwright::source::{self, Document};
use mapwright::witness::{Witness, witness};
use serde_json::{Value, json};

use crate::cli::{Folder, run_in, stderr, stdout};
use crate::lint::{completed, findings};
use crate::scripted::ZENDESK;

/// A mapping that compiles, in all its forms.
struct Read {
    plan: Arc<Plan>,
    document: Document,
    mapping: Mapping,
}

impl Read {
    fn new(text: &str) -> Self {
        let mut found = Diagnostics::new();
        let document = source::read(text, &mut found).unwrap();
        let mapping = model::lower(&document, &mut found).unwrap();
        let plan = compile::load(text, &mut found).unwrap_or_else(|| panic!("{found:?}"));
        Read { plan: Arc::new(plan), document, mapping }
    }

    fn witness(&self, found: &Diagnostic) -> Option<Witness> {
        witness(&self.plan, &self.document, &self.mapping, found)
    }
}

/// The finding of a rule about a mapping, and its witness.
fn witness_of(rule: &str, text: &str) -> Option<Witness> {
    let found = findings(text);
    let found = found.iter().find(|found| found.code.name == rule);
    Read::new(text).witness(found.unwrap_or_else(|| panic!("no {rule} in\n{text}")))
}

/// The witness of a rule's bad example, what happens with it, and that it happens when it is read back.
#[track_caller]
fn check(rule: &str, expected: Value, outcome: &str) {
    let record = RULES.iter().find(|record| record.code.name == rule).unwrap();
    let text = completed(record.bad);
    let witness = witness_of(rule, &text).unwrap();
    assert_eq!((witness.json(), witness.outcome.as_str()), (expected, outcome));

    let folder = Folder::new(&format!("witness-{rule}"));
    let mapping = folder.file("mapping.yaml", &text);
    let input = folder.file("witness.json", &witness.json().to_string());
    let output = run_in(&folder.0, &["explain", &input, "--mapping", &mapping], "");
    let told = stdout(&output) + &stderr(&output);
    let word = outcome.split_once(": ").map_or(outcome, |(_, why)| why);
    assert!(told.contains(word) || !outcome.starts_with("rejected"), "{word}: {told}");
    let is_refused = outcome.starts_with("setting");
    let exit = if is_refused { 2 } else { i32::from(outcome.starts_with("rejected")) };
    assert_eq!(output.status.code(), Some(exit), "{told}");
}

#[test]
fn a_cast_that_fails() {
    check(
        "impossible-cast",
        json!({"event": {"type": "identify"}, "config": {}}),
        "rejected: `person.emails` ($.contacts[*].email): expected text, found a list",
    );
}

#[test]
fn a_value_without_a_replacement() {
    check(
        "incomplete-map",
        json!({"event": {"type": "identify", "traits": {"plan": "team"}}, "config": {}}),
        "rejected: `person.plan` ($.traits.plan): text is none of the values in `map:`",
    );
}

#[test]
fn a_default_of_another_type() {
    check(
        "default-type",
        json!({"event": {"type": "identify"}, "config": {}, "answers": "found"}),
        "`person.seats` is \"1\"",
    );
}

#[test]
fn a_default_that_is_refused() {
    check(
        "refused-default",
        json!({"event": {}, "config": {}}),
        "setting `region`: does not match the pattern eu|us",
    );
}

#[test]
fn an_event_for_two_flows() {
    check(
        "overlapping-flows",
        json!({
            "event": {"type": "track", "event": "Order Completed", "properties": {"plan": "trial"}},
            "config": {}
        }),
        "`order` takes the event, and `trial` would",
    );
}

#[test]
fn an_event_without_a_flow() {
    check(
        "uncovered-events",
        json!({"event": {"type": "track"}, "config": {}}),
        "rejected: no flow takes this track event",
    );
}

#[test]
fn an_address_in_an_address() {
    check(
        "personal-data-in-url",
        json!({
            "event": {"type": "identify", "traits": {"email": "x@example.com"}},
            "config": {},
            "answers": "found"
        }),
        "asks PUT /people/x%40example.com",
    );
}

#[test]
fn an_output_of_a_step_that_was_left_out() {
    check(
        "unguarded-output",
        json!({"event": {"type": "identify"}, "config": {}, "answers": "found"}),
        "rejected: `join.id` has no value",
    );
}

#[test]
fn an_output_that_the_reply_lacks() {
    check(
        "unrequired-output",
        json!({"event": {"type": "identify"}, "config": {}, "answers": "silence"}),
        "rejected: `visit.id` has no value",
    );
}

#[test]
fn an_event_for_which_nothing_is_sent() {
    check("silent-delivery", json!({"event": {"type": "page"}, "config": {}}), "delivered without a request");
}

#[test]
fn settings_and_whatever_else_is_needed_come_along() {
    let text = ZENDESK.replace("   # mapwright: allow personal-data-in-url -- there is no other search", "");
    let witness = witness_of("personal-data-in-url", &text).unwrap();
    assert_eq!(
        witness.json(),
        json!({
            "event": {"type": "track", "userId": "x", "event": "x", "traits": {"email": "x@example.com"}},
            "config": {"domain": "xx", "clientId": "x", "clientSecret": "x"},
            "answers": "not_found"
        })
    );
}

#[test]
fn what_does_not_happen_has_no_witness() {
    // Whoever has the flag is taken by the first, all others by the second; the rule does not see that it is one flag.
    let text = completed(
        "names: {flag: $.traits.flag}\n\
         flows:\n\
         \x20 with: {event: track, when: {$flag: {is: present}}, steps: [{a: {put: /a, query: {b: $flag}}}]}\n\
         \x20 without: {event: track, when: {not: {$.traits.flag: {is: present}}}, steps: [{b: {put: /b}}]}\n",
    );
    assert_eq!(witness_of("uncovered-events", &text), None);
}

#[test]
fn a_proof_has_no_witness() {
    for rule in ["never-true", "always-true", "unreachable-step", "shadowed-candidate", "path-into-scalar"] {
        let record = RULES.iter().find(|record| record.code.name == rule).unwrap();
        assert_eq!(witness_of(rule, &completed(record.bad)), None, "{rule}");
    }
}

#[test]
fn people_and_programs_see_it() {
    let folder = Folder::new("shown");
    let text = "format: 1\ndestination: e\norder_by: [$.userId]\nservice: {base_url: {value: \"https://a.test\"}}\n\
                flows: {f: {event: page, steps: []}}\n";
    let mapping = folder.file("mapping.yaml", text);
    let output = run_in(&folder.0, &["lint", "--witness", &mapping], "");
    assert!(
        stdout(&output).contains(
            "= note: witness: {\"event\":{\"type\":\"page\"},\"config\":{}}\n  = note: with it: delivered without a request\n"
        ),
        "{}",
        stdout(&output)
    );
    let output = run_in(&folder.0, &["lint", "--witness", "--format", "json", &mapping], "");
    let found: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let found = found.as_array().unwrap().iter().find(|one| one["name"] == "silent-delivery").unwrap();
    assert_eq!(found["witness"], json!({"event": {"type": "page"}, "config": {}}));
    assert_eq!(found["outcome"], "delivered without a request");
    let plain = run_in(&folder.0, &["lint", "--format", "json", &mapping], "");
    assert!(!stdout(&plain).contains("witness"));
}
