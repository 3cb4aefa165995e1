//! What plans tell of small mappings: values that are known after apply, ways that depend on them, effects.

use std::sync::Arc;

use mapwright::plan::{Planner, Step, described};
use mapwright::run::{Answer, Body, Limits, Session};
use mapwright::{compile, diag};
use serde_json::{Map, Value, json};

/// Answers of reads: a target and the reply to it.
type Replies<'a> = &'a [(&'a str, Value)];

/// The plans of events, as text without the place of the first line.
fn told(mapping: &str, replies: Replies<'_>, events: &[Value]) -> String {
    let text = format!(
        "format: 1\ndestination: example\nservice: {{base_url: {{value: \"https://api.example.com\"}}}}\n{mapping}"
    );
    let mut found = diag::Diagnostics::new();
    let plan = compile::load(&text, &mut found);
    let found = found.into_vec();
    let plan = plan.unwrap_or_else(|| panic!("{}", diag::render::human(&found, "mapping", &text)));
    let session = Arc::new(Session::open(Arc::new(plan), &Map::new()).unwrap());
    let mut planner = Planner::new(session, &Limits::default());
    let mut all = Vec::new();
    for (number, event) in (1..).zip(events) {
        let place = format!("event {number}");
        let event = Arc::new(event.clone());
        let mut step = planner.begin(&event, &place);
        let plan = loop {
            match step {
                Step::Done(plan) => break plan,
                Step::Need(request, walk) => {
                    assert!(request.method.is_read());
                    let reply = replies.iter().find(|(target, _)| *target == request.target);
                    let (_, reply) = reply.unwrap_or_else(|| panic!("{} is asked", request.target));
                    let (status, body) = match reply {
                        Value::Null => (404, Body::Empty),
                        reply => (200, Body::Json(Arc::new(reply.clone()))),
                    };
                    step = planner.resume(walk, Answer::Reply { status, body, retry_after: None });
                }
            }
        };
        let told = described("", None, &plan);
        all.push(told.trim_start().to_owned());
    }
    all.join("\n")
}

#[track_caller]
fn check(mapping: &str, replies: Replies<'_>, event: Value, expected: &[&str]) {
    let told = told(mapping, replies, &[event]);
    let told: Vec<&str> = told.lines().map(str::trim).collect();
    assert_eq!(told, expected);
}

fn track() -> Value {
    json!({"type": "track", "userId": "u-1", "name": "Ada"})
}

#[test]
fn what_a_write_gives_goes_into_paths_bodies_and_templates() {
    check(
        "
tables:
  person: {rows: {name: $.name}}
  note: {rows: {person: {from: $steps.person.id, as: integer}, label: {text: 'no {{id}}', with: {id: $steps.person.id}},
                short: {from: $steps.person.id, as: string, truncate: 2}, kind: {from: $steps.person.kind, map: {a: b}},
                first: $steps.person.list}}
flows:
  track: {event: track, steps: [{person: {post: /people, body: person, give: {id: {from: $.id, required: true}, kind: $.kind, list: $.list}}},
    {note: {put: '/people/:id/note', with: {id: $steps.person.id}, query: {of: $steps.person.id}, body: note}}]}
",
        &[],
        track(),
        &[
            "+ person  POST /people",
            "name: \"Ada\"",
            "? note  PUT /people/(known after apply)/note?of=(known after apply)  (create or update)",
            "person: (known after apply)",
            "label: (known after apply)",
            "short: (known after apply)",
            "kind: (known after apply)",
            "first: (known after apply)",
        ],
    );
}

#[test]
fn both_ways_of_an_undecided_condition_are_told() {
    check(
        "
flows:
  track: {event: track, steps: [{person: {post: /people, give: {id: {from: $.id, required: true}, kind: $.kind}}},
    {sure: {when: {$steps.person.id: {is: present}}, post: /sure}},
    {never: {when: {$steps.person.id: {is: missing}}, post: /never}},
    {never_either: {when: {all: [{$steps.person.kind: vip}, {$.name: Bob}]}, post: /never}},
    {surely: {when: {any: [{$steps.person.kind: vip}, {$.name: Ada}]}, post: /surely}},
    {vip: {when: {$steps.person.kind: vip}, post: /vip}},
    {other: {when: {not: {$steps.person.kind: vip}}, post: /other}},
    {stop: {when: {$steps.person.kind: {is: missing}}}},
    {last: {post: /last}}]}
",
        &[],
        track(),
        &[
            "+ person  POST /people",
            "+ sure  POST /sure",
            "+ surely  POST /surely",
            "? vip  POST /vip  (create: depends on `$steps.person.kind`)",
            "? other  POST /other  (create: depends on `$steps.person.kind`)",
            "? last  POST /last  (create: depends on `$steps.person.kind`)",
        ],
    );
}

#[test]
fn a_row_whose_condition_is_undecided_may_be_there() {
    check(
        "
tables: {note: {rows: {a: {value: 1, when: {$steps.person.kind: vip}}, b: {from: [$steps.person.kind, $.name]}}}}
flows: {track: {event: track, steps: [{person: {post: /people, give: {kind: $.kind}}}, {note: {post: /notes, body: note}}]}}
",
        &[],
        track(),
        &["+ person  POST /people", "+ note  POST /notes", "a: (known after apply)", "b: (known after apply)"],
    );
}

#[test]
fn a_read_by_an_unknown_value_is_not_made() {
    check(
        "
tables: {note: {rows: {tag: $steps.tag.id}}}
flows: {track: {event: track, steps: [{person: {post: /people, give: {id: {from: $.id, required: true}}}},
  {tag: {ensure: {find: {get: '/people/:id/tags', with: {id: $steps.person.id}, give: {id: '$.tags[0].id'}},
                  create: {post: '/people/:id/tags', with: {id: $steps.person.id}, give: {id: {from: $.id, required: true}}}}}},
  {note: {when: {$steps.tag.id: {is: present}}, post: /notes, body: note}}]}}
",
        &[],
        track(),
        &[
            "+ person  POST /people",
            "? tag  POST /people/(known after apply)/tags  (create: made unless it is found)",
            "+ note  POST /notes",
            "tag: (known after apply)",
        ],
    );
}

#[test]
fn a_rejection_in_doubt_is_no_end() {
    check(
        "
tables: {person: {rows: {name: {from: $.nick, required: No nick name}}}}
flows: {track: {event: track, steps: [{team: {post: /teams, give: {id: {from: $.id, required: true}}}},
  {person: {ensure: {find: {get: '/teams/:id/people', with: {id: $steps.team.id}, give: {id: $.id}},
                     create: {post: /people, body: person, give: {id: {from: $.id, required: true}}}}}},
  {note: {post: '/people/:id/notes', with: {id: $steps.person.id}}}]}}
",
        &[],
        track(),
        &[
            "+ team  POST /teams",
            "? note  POST /people/(known after apply)/notes  (create: made unless the event is rejected: No nick name)",
        ],
    );
}

#[test]
fn a_loop_over_what_is_not_known_stands_for_any_number() {
    check(
        "
tables: {tag: {rows: {name: $tag.name}}}
flows: {track: {event: track, steps: [{person: {post: /people, give: {tags: $.tags}}},
  {tags: {for_each: {in: $steps.person.tags, name: tag, max: 9}, post: /tags, body: tag}},
  {mine: {for_each: {in: $.mine, name: tag, max: 9, where: {$tag.name: {not: {in_list: $steps.person.tags}}}}, post: /tags, body: tag}}]}}
",
        &[],
        json!({"type": "track", "mine": [{"name": "a"}]}),
        &[
            "+ person  POST /people",
            "? tags  POST /tags  (create: once for each of `$steps.person.tags`)",
            "name: (known after apply)",
            "? mine  POST /tags  (create: depends on `$steps.person.tags`)",
            "name: \"a\"",
        ],
    );
}

const UPSERT: &str = "
tables: {person: {under: person, rows: {id: $.userId, name: $.name}}}
flows:
  track: {event: track, steps: [{person: {put: '/people/:id', with: {id: $.userId}, body: person, give: {key: {from: $.key, required: true}},
    preview: {get: /people, query: {id: $.userId}, give: {key: '$.people[0].key'}}}},
    {note: {post: '/notes/:key', with: {key: $steps.person.key}}}]}
  group: {event: group, steps: [{known: {get: /people, query: {id: $.userId}, give: {key: '$.people[0].key', name: '$.people[0].name'}}},
    {note: {when: {$steps.known.key: {is: missing}}, post: /new}}, {named: {when: {$steps.known.name: Ada}, post: /named}}]}
  alias: {event: alias, steps: [{gone: {delete: '/people/:id', with: {id: $.userId}}}]}
";

#[test]
fn a_preview_tells_created_updated_and_unchanged() {
    check(
        UPSERT,
        &[("/people?id=u-1", json!({"people": []}))],
        track(),
        &[
            "+ person  PUT /people/u-1",
            "person.id: \"u-1\"",
            "person.name: \"Ada\"",
            "+ note  POST /notes/(known after apply)",
        ],
    );
    check(
        UPSERT,
        &[("/people?id=u-1", json!({"people": [{"key": 7, "id": "u-1", "name": "Bob"}]}))],
        track(),
        &["~ person  PUT /people/u-1", "person.name: \"Bob\" -> \"Ada\"", "+ note  POST /notes/7"],
    );
    check(
        UPSERT,
        &[("/people?id=u-1", json!({"people": [{"key": 7, "id": "u-1", "name": "Ada"}]}))],
        track(),
        &["= person  PUT /people/u-1", "+ note  POST /notes/7"],
    );
}

#[test]
fn later_events_see_what_earlier_ones_do() {
    let empty = [("/people?id=u-1", json!({"people": []}))];
    let group = json!({"type": "group", "userId": "u-1"});
    let named = json!({"type": "track", "userId": "u-1", "name": "Ada L."});
    assert_eq!(
        told(UPSERT, &empty, &[track(), group.clone(), named, track()]),
        "+ person  PUT /people/u-1\n      person.id: \"u-1\"\n      person.name: \"Ada\"\n  \
         + note  POST /notes/(known after apply)\n\
         ? named  POST /named  (create: depends on `$steps.known.name`)\n\
         ~ person  PUT /people/u-1  (after event 1)\n      person.id: \"u-1\"\n      person.name: \"Ada L.\"\n  \
         + note  POST /notes/(known after apply)\n\
         ~ person  PUT /people/u-1  (after event 1)\n      person.id: \"u-1\"\n      person.name: \"Ada\"\n  \
         + note  POST /notes/(known after apply)"
    );
    // What is found stays what it is, and its name may be another by then.
    let known = [("/people?id=u-1", json!({"people": [{"key": 7, "id": "u-1", "name": "Bob"}]}))];
    assert_eq!(
        told(UPSERT, &known, &[track(), group.clone()]),
        "~ person  PUT /people/u-1\n      person.name: \"Bob\" -> \"Ada\"\n  + note  POST /notes/7\n\
         ? named  POST /named  (create: depends on `$steps.known.name`)"
    );
    // Behind a removal nobody is there for sure.
    let alias = json!({"type": "alias", "userId": "u-1"});
    assert_eq!(
        told(UPSERT, &empty, &[track(), alias, group]).lines().skip(4).collect::<Vec<_>>(),
        [
            "- gone  DELETE /people/u-1",
            "? note  POST /new  (create: depends on `$steps.known.key`)",
            "  ? named  POST /named  (create: depends on `$steps.known.name`)"
        ]
    );
}

#[test]
fn the_mapping_says_what_a_write_does() {
    check(
        "
flows: {track: {event: track, steps: [{a: {post: /a}}, {b: {put: /b}}, {c: {patch: /c}}, {d: {delete: /d}},
  {e: {post: /e, effect: link}}, {f: {post: /f, effect: update}}]}}
",
        &[],
        track(),
        &[
            "+ a  POST /a",
            "? b  PUT /b  (create or update)",
            "~ c  PATCH /c",
            "- d  DELETE /d",
            "& e  POST /e",
            "~ f  POST /f",
        ],
    );
}

#[test]
fn an_event_with_the_mark_of_plans_is_not_planned() {
    let event = json!({"type": "track", "userId": "\u{fdd0}u\u{fdd1}"});
    check(
        UPSERT,
        &[],
        event,
        &["? what follows depends on a character of the event that plans need for themselves"],
    );
}
