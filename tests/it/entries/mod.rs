//! All entries of the engine agree about an event: its bytes, its tree, and the machine, traced or not.
//!
//! They give the same verdict with the same reason, or the same flow and the same bodies to the byte, and the machine's
//! requests carry exactly these bodies. Every body is what another writer makes of it: JSON, no key twice, numbers as
//! they were written.

mod making;
mod odd;
mod rows;
mod standing;

use std::path::Path;
use std::sync::Arc;
use std::{fmt, fs};

use corpus::{Random, Variant, events, mapping_with_rows};
use mapwright::case;
use mapwright::compile;
use mapwright::diag::{Diagnostics, render};
use mapwright::run::{Entry, Evaluator, Event, Limits, Outcome, Request, Session, Verdict, start};
use serde_json::{Value, json};

use super::scripted::{ZENDESK, drive, reply, session};
use making::Maker;
use odd::{Node, Style, stir};

/// How many answers a machine is given; an event may want one for each of its traits.
const ANSWERS: u32 = 12;

/// How many mappings are made, and how many events go through each.
const MAPPINGS: usize = 340;
const EVENTS: usize = 30;

/// What an entry made of an event: its flow and its bodies by step, or the verdict.
type Made = Result<(String, Vec<(String, String)>), Verdict>;

/// A session, ready for all entries.
struct Entries {
    /// For messages.
    mapping: Arc<str>,
    session: Arc<Session>,
    evaluator: Evaluator,
    out: Vec<u8>,
    n_prepared: usize,
    n_refused: usize,
}

/// What a failed comparison shows.
struct Shown<'t> {
    text: &'t str,
    mapping: &'t str,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\n{}", self.text, self.mapping)
    }
}

impl Entries {
    fn new(mapping: &str, session: Arc<Session>) -> Self {
        let evaluator = Evaluator::new(session.clone());
        let mapping = mapping.into();
        Entries { mapping, session, evaluator, out: Vec::new(), n_prepared: 0, n_refused: 0 }
    }

    /// Prepares by one of the two fast entries.
    fn prepare(&mut self, event: Result<&Value, &[u8]>) -> Made {
        // What is there already must stay.
        self.out.clear();
        self.out.push(b'-');
        let prepared = match event {
            Ok(tree) => self.evaluator.prepare_value(tree, &mut self.out),
            Err(bytes) => self.evaluator.prepare(bytes, &mut self.out),
        };
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(refusal) => {
                let verdict = Verdict::from(refusal);
                assert_eq!(self.out, b"-", "something is left of a refused event");
                return Err(verdict);
            }
        };
        let body = |range| str::from_utf8(&self.out[range]).unwrap().to_owned();
        let bodies = prepared.bodies().map(|(step, range)| (step.to_owned(), body(range))).collect();
        Ok((prepared.flow().to_owned(), bodies))
    }

    /// Compares the entries on an event.
    #[track_caller]
    fn compare(&mut self, text: &str) {
        let shown = Shown { text, mapping: &self.mapping.clone() };
        let made = self.prepare(Err(text.as_bytes()));
        let read = Event::read(text.as_bytes());
        *if made.is_ok() { &mut self.n_prepared } else { &mut self.n_refused } += 1;
        let Ok(tree) = serde_json::from_str::<Value>(text) else {
            let why = format!("the event is {}", read.expect_err("the event is no JSON"));
            return assert_eq!(made, Err(Verdict::Rejected { why }), "{shown}");
        };
        assert_eq!(made, self.prepare(Ok(&tree)), "bytes and tree\n{shown}");
        let traced = self.run(read.unwrap(), true);
        let plain = self.run(Event::from(tree), false);
        let told = |(requests, outcome): &(Vec<Request>, Outcome)| {
            (requests.clone(), outcome.verdict.clone(), outcome.notes.clone())
        };
        assert_eq!(told(&traced), told(&plain), "the traced machine and the other\n{shown}");
        let (requests, outcome) = traced;
        match made {
            Ok((flow, bodies)) => {
                assert_eq!(flow_of(&outcome), Some(&*flow), "{shown}");
                for (step, body) in bodies {
                    assert_eq!(again(&body), body, "another writer\n{shown}");
                    let sent = requests.iter().find(|sent| *sent.step == *step && sent.body.is_some());
                    let sent = sent.map(|sent| String::from_utf8_lossy(sent.body.as_deref().unwrap()));
                    if sent.is_some() || outcome.verdict == Verdict::Delivered {
                        assert_eq!(sent.as_deref(), Some(&*body), "the request of {step}\n{shown}");
                    }
                }
            }
            Err(verdict) => assert_eq!((requests.len(), outcome.verdict), (0, verdict), "{shown}"),
        }
    }

    /// Runs the machine with answers that are always the same.
    fn run(&self, event: Event, trace: bool) -> (Vec<Request>, Outcome) {
        let limits = Limits { answers: ANSWERS, trace, marks: trace, ..Limits::default() };
        drive(start(&self.session, event, &limits), |_| reply(200, json!({"id": 7})))
    }
}

/// The flow that a trace names.
fn flow_of(outcome: &Outcome) -> Option<&str> {
    outcome.trace.entries.iter().find_map(|entry| match entry {
        Entry::Flow { name } => Some(&**name),
        _ => None,
    })
}

/// A body as another writer writes it.
fn again(body: &str) -> String {
    serde_json::from_str::<Value>(body).map_or_else(|error| error.to_string(), |tree| tree.to_string())
}

fn zendesk(settings: &Value) -> Entries {
    Entries::new(ZENDESK, session(ZENDESK, settings))
}

/// Settings of the Zendesk mapping with all switches on, or off.
fn settings(on: bool) -> Value {
    json!({
        "domain": "acme", "email": "ops@acme.test", "apiToken": "a-token", "createUsersAsVerified": on,
        "sendGroupCallsWithoutUserId": on, "removeUsersFromOrganization": on, "searchByExternalId": on,
    })
}

/// What the cases bring: mapping, settings and events.
fn cases() -> Vec<(String, Value, Vec<Value>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = case::files(&[root.join("tests/cases")]).unwrap();
    let parts = |path: &std::path::PathBuf| {
        let case: Value = serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let file = |name: &Value| fs::read_to_string(path.with_file_name(name.as_str().unwrap())).unwrap();
        let mapping = match (case.get("mapping"), case.get("mapping_file")) {
            (Some(text), _) => text.as_str().unwrap().to_owned(),
            (None, Some(name)) => file(name),
            (None, None) => ZENDESK.to_owned(),
        };
        let listed = case.get("events").and_then(Value::as_array).cloned().unwrap_or_default();
        let events = listed.into_iter().chain(case.get("event").cloned()).collect();
        (mapping, case.get("config").cloned().unwrap_or(json!({})), events)
    };
    files.iter().map(parts).collect()
}

/// The session of a mapping, when mapping and settings are good; says what is wrong otherwise.
fn open(mapping: &str, settings: &Value) -> Result<Arc<Session>, String> {
    let mut found = Diagnostics::new();
    let plan = compile::load(mapping, &mut found);
    let plan = plan.ok_or_else(|| render::human(&found.into_vec(), "mapping.yaml", mapping))?;
    let settings = settings.as_object().cloned().unwrap_or_default();
    Session::open(Arc::new(plan), &settings).map(Arc::new).map_err(|problems| format!("{problems:?}"))
}

#[test]
fn events_of_the_cases() {
    let mut random = Random::new(1);
    let (mut n_prepared, mut n_refused) = (0, 0);
    for (mapping, settings, events) in cases() {
        let Ok(session) = open(&mapping, &settings) else { continue };
        let mut entries = Entries::new(&mapping, session);
        for event in events {
            entries.compare(&event.to_string());
            for _ in 0..5 {
                let mut node = Node::of(&event);
                stir(&mut node, &mut random);
                entries.compare(&node.text(Style::of(&mut random), &mut random));
            }
        }
        n_prepared += entries.n_prepared;
        n_refused += entries.n_refused;
    }
    println!("{n_prepared} prepared, {n_refused} refused");
    assert!(n_prepared > 500 && n_refused > 200);
}

#[test]
fn events_of_the_corpus() {
    let variants = [Variant::Shuffled, Variant::Stable, Variant::StableAscii, Variant::Traits(50)];
    for (seed, on) in [(5, false), (6, true)] {
        let mut entries = zendesk(&settings(on));
        for variant in variants {
            events(seed, 300, variant).for_each(|event| entries.compare(&event));
        }
        assert!(entries.n_prepared > 900 && entries.n_refused > 20, "{} prepared", entries.n_prepared);
    }
    let rows = mapping_with_rows(100);
    let mut entries = Entries::new(&rows, session(&rows, &json!({})));
    events(7, 300, Variant::Rows(100)).for_each(|event| entries.compare(&event));
    assert_eq!(entries.n_prepared, 300);
}

#[test]
fn events_of_the_corpus_written_oddly() {
    let mut random = Random::new(8);
    let mut both = [zendesk(&settings(false)), zendesk(&settings(true))];
    for event in events(8, 1_500, Variant::Shuffled) {
        let tree: Value = serde_json::from_str(&event).unwrap();
        let mut node = Node::of(&tree);
        for _ in 0..random.index(4) {
            stir(&mut node, &mut random);
        }
        let text = node.text(Style::of(&mut random), &mut random);
        both[random.index(2)].compare(&text);
    }
    for entries in both {
        assert!(entries.n_prepared > 300 && entries.n_refused > 30, "{} prepared", entries.n_prepared);
    }
}

#[test]
fn events_cut_short() {
    let mut random = Random::new(9);
    let mut entries = zendesk(&settings(true));
    for event in events(9, 200, Variant::Shuffled) {
        let end = event.floor_char_boundary(random.index(event.len()));
        entries.compare(event.split_at(end).0);
    }
    assert_eq!(entries.n_prepared, 0);
}

#[test]
fn made_mappings_and_made_events() {
    let mut random = Random::new(10);
    let (mut n_good, mut n_prepared, mut n_bodies_refused) = (0, 0, 0);
    for _ in 0..MAPPINGS {
        let mapping = Maker::new(&mut random).mapping().to_string();
        let session = match open(&mapping, &making::settings(&mut random)) {
            Ok(session) => session,
            Err(why) => {
                println!("{why}");
                continue;
            }
        };
        n_good += 1;
        let mut entries = Entries::new(&mapping, session);
        for _ in 0..EVENTS {
            let event = making::event(&mut random);
            entries.compare(&event.text(Style::of(&mut random), &mut random));
        }
        n_prepared += entries.n_prepared;
        n_bodies_refused += entries.n_refused;
    }
    println!("{n_good} of {MAPPINGS} mappings are good; {n_prepared} prepared, {n_bodies_refused} refused");
    assert!(n_good > MAPPINGS * 9 / 10);
    assert!(n_prepared > n_good * EVENTS / 3);
}

/// A tree gives every exponent a sign and an `e`; a text keeps its own spelling.
#[test]
fn numbers_of_a_text_stay_as_they_are_written() {
    let mapping = mapping_with_rows(1);
    let mut entries = Entries::new(&mapping, session(&mapping, &json!({})));
    let event = r#"{"type":"identify","userId":1E3,"traits":{"attribute_0":{"a":[1E-07]},"b":1e3,"c":-0}}"#;
    let body = r#"{"id":"1E3","fields":{"attribute_0":{"a":[1E-07]},"b":1e3,"c":-0}}"#;
    let made = entries.prepare(Err(event.as_bytes())).unwrap();
    assert_eq!(made.1, [("user".to_owned(), body.to_owned())]);
    let (requests, _) = entries.run(Event::read(event.as_bytes()).unwrap(), true);
    assert_eq!(requests[0].body.as_deref(), Some(body.as_bytes()));
}

/// What a row or a cast puts around a value counts, beyond what a text may have too, and so do members of a rest.
#[test]
fn what_is_nested_too_deep_is_refused() {
    let mapping = |table: &str| {
        format!(
            "format: 1\ndestination: deep\nservice: {{base_url: {{value: \"https://api.test\"}}}}\n\
             tables: {{note: {table}}}\n\
             flows: {{track: {{event: track, steps: [{{note: {{post: /notes, body: note}}}}]}}}}\n"
        )
    };
    for (table, levels, label) in [
        ("{rows: {a: $.deep}}", 65, "note.a"),
        ("{rows: {a: {from: $.deep, as: [[object]]}}}", 63, "note.a"),
        ("{rows: {a: {from: $.deep, as: [[object]]}}}", 126, "note.a"),
        ("{rows: {a: {list: [{rows: {b: $.deep}}]}}}", 126, "note.a"),
        ("{rows: {}, rest: {of: $, into: rest, as: object}}", 65, "deep"),
    ] {
        let mapping = mapping(table);
        let mut entries = Entries::new(&mapping, session(&mapping, &json!({})));
        let event = |levels: usize| {
            let (open, close) = ("{\"a\":".repeat(levels), "}".repeat(levels));
            format!("{{\"type\":\"track\",\"deep\":{open}0{close}}}")
        };
        let why = format!("`{label}` is nested more than 64 deep");
        assert_eq!(entries.prepare(Err(event(levels).as_bytes())), Err(Verdict::Rejected { why }));
        entries.compare(&event(levels));
        entries.compare(&event(if levels > 100 { 62 } else { levels - 1 }));
        assert_eq!(entries.n_prepared, 1, "{table}");
    }
}

/// One flow with one table, for a body that is looked at closely.
fn one_table(table: &str) -> Entries {
    let mapping = format!(
        "format: 1\ndestination: one\nservice: {{base_url: {{value: \"https://api.test\"}}}}\n\
         tables: {{note: {table}}}\n\
         flows: {{track: {{event: track, steps: [{{note: {{post: /notes, body: note}}}}]}}}}\n"
    );
    Entries::new(&mapping, session(&mapping, &json!({})))
}

#[test]
fn all_matches_of_nothing_are_a_list() {
    let mut entries = one_table("{rows: {a: {from: '$.list[*].id', take: all}}}");
    entries.compare(r#"{"type":"track"}"#);
    let made = entries.prepare(Err(br#"{"type":"track"}"#)).unwrap();
    assert_eq!(made.1, [("note".to_owned(), r#"{"a":[]}"#.to_owned())]);
}

/// What `$members` gives depends on a step when one of the table's rows does, if only by a name.
#[test]
fn members_that_a_step_decides_are_not_made_before_it() {
    let mapping = r#"
format: 1
destination: late
service: {base_url: {value: "https://api.test"}}
names: {found: $steps.known.id}
tables:
  user: {rows: {fields.found: $found}, rest: {of: $.traits, into: fields}}
  note: {rows: {keys: {each: $members.user, from: $item.key, take: all}}}
flows:
  track:
    event: track
    steps:
      - known: {get: /users/me, give: {id: $.id}}
      - note: {post: /notes, body: note}
"#;
    let mut entries = Entries::new(mapping, session(mapping, &json!({})));
    let event = r#"{"type":"track","traits":{"a":1}}"#;
    entries.compare(event);
    let (requests, _) = entries.run(Event::read(event.as_bytes()).unwrap(), false);
    assert_eq!(requests[1].body.as_deref(), Some(&br#"{"keys":["found","a"]}"#[..]));
}

/// The limit is that of the run, not of the session.
#[test]
fn a_constant_that_is_nested_too_deep_is_refused() {
    let entries = one_table("{rows: {a: {value: [[[1]]]}}}");
    for trace in [true, false] {
        let limits = Limits { depth: 2, trace, ..Limits::default() };
        let event = Event::from(json!({"type": "track"}));
        let (_, outcome) = drive(start(&entries.session, event, &limits), |_| reply(200, json!({})));
        let why = "`note.a` is nested more than 2 deep".to_owned();
        assert_eq!(outcome.verdict, Verdict::Rejected { why }, "{trace}");
    }
}

/// Rows that read below a name which may stand in many places: the pass over the event looks at some of them only.
#[test]
fn a_name_with_many_places_is_walked_from() {
    let mapping = ::corpus::mapping_with_places(64, 400);
    let mut entries = Entries::new(&mapping, session(&mapping, &json!({})));
    let event = r#"{"type":"track","a63":{"k399":1,"k0":[2]}}"#;
    entries.compare(event);
    let made = entries.prepare(Err(event.as_bytes())).unwrap();
    assert_eq!(made.1, [("note".to_owned(), r#"{"r0":[2],"r399":1}"#.to_owned())]);
}
