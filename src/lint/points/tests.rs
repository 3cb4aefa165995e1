//! Which points there are, and which of them are proven to be out of reach.

use super::points;

const HEAD: &str = "format: 1\ndestination: example\n";
const SERVICE: &str = "service: {base_url: {value: \"https://api.example.com\"}}\n";

/// Compares the points that are out of reach; others there must be, too.
#[track_caller]
fn check(mapping: &str, expected: &[&str]) {
    let service = if mapping.starts_with("service") { "" } else { SERVICE };
    let all = points(&format!("{HEAD}{service}{mapping}"));
    let idle =
        all.iter().filter_map(|point| Some(format!("{} {}: {}", point.what, point.lack(), point.idle?)));
    let idle: Vec<String> = idle.collect();
    assert_eq!(idle, expected);
    assert!(all.len() > idle.len(), "nothing can be reached");
}

#[test]
fn what_depends_on_the_event_is_within_reach() {
    check(
        "names: {id: {from: [$.userId, $.anonymousId], as: string, default: x}}
tables: {person: {rows: {id: $id, name: {from: $.name, when: {any: [{$.a: 1}, {$.b: 2}]}}}}}
flows: {identify: {event: identify, require: [{present: $.a, error: no}],
  steps: [{person: {when: {$.c: 1}, post: /people, body: person}}]}}",
        &[],
    );
}

#[test]
fn conditions_that_are_settled_have_one_side() {
    check(
        "tables: {person: {rows: {
  a: {value: 1, when: {$flow: identify}},
  b: {value: 1, when: {$flow: other, $.x: 1}}}}}
flows: {identify: {event: identify, steps: [{person: {post: /people, body: person}}]}}",
        &[
            "condition `$flow: identify` always held: it always holds",
            "row person.b never had a value: its condition never holds",
            "condition `{$flow: other, $.x: 1}` never held: it never holds",
            "test `$flow: other` never held: it never holds",
            "test `$.x: 1` never held: it never holds",
            "test `$.x: 1` always held: it always holds",
        ],
    );
}

#[test]
fn what_a_flow_requires_holds_in_its_steps_and_tables() {
    check(
        "names: {id: {from: $.userId, as: string, empty: missing}}
tables: {person: {rows: {id: [$id, $.anonymousId], name: {from: $id, default: nobody}}}}
flows: {identify: {event: identify, require: [{present: $id, error: no id}],
  steps: [{reject: {when: {$id: {is: missing}}, error: no}}, {person: {post: /people, body: person}}]}}",
        &[
            "candidate `$.anonymousId` of row person.id never won: one in front of it always wins",
            "default of row person.name was never used: there is always a value",
            "reject was never carried out: no event gets to it",
            "condition `$id: {is: missing}` never held: it never holds",
        ],
    );
}

/// Either the look-up has found somebody, or the step behind it has given an id, or the event has failed.
#[test]
fn what_steps_have_surely_given_is_there() {
    let flow = |second: &str| {
        format!(
            "tables: {{person: {{rows: {{name: $.name}}}}, link: {{rows: {{id: {{from: [$steps.known.id, $steps.made.id], required: true}}}}}}}}
flows: {{identify: {{event: identify, steps: [
  {{known: {{get: /people, query: {{name: $.name}}, give: {{id: $.id}}}}}},
  {{made: {{when: {{$steps.known.id: {{is: missing}}}}, {second}}}}},
  {{link: {{post: /links, body: link}}}}]}}}}"
        )
    };
    let proven = ["`required` of row link.id was never without a value: there is always a value"];
    let request = "post: /people, body: person, give: {id: {from: $.id, required: true}}";
    let ensure = |give| {
        format!(
            "ensure: {{find: {{get: /people, give: {{id: $.id}}}}, create: {{post: /people, body: person, give: {{{give}}}}}}}"
        )
    };
    check(&flow(request), &proven);
    check(&flow(&ensure("id: {from: $.id, required: true}")), &proven);
    // It may give nothing, or be left out by an answer.
    check(&flow(&ensure("id: $.id")), &[]);
    check(&flow(&format!("{request}, errors: {{409: missing}}")), &[]);
    check(&flow(&format!("{request}, verify: {{get: /people, give: {{id: $.id}}}}")), &[]);
}

#[test]
fn exceptions_that_the_types_rule_out() {
    check(
        "names: {yes: {from: $.yes, as: boolean, on_bad: skip}}
config: {name: {type: string, required: true}}
tables: {person: {rows: {
  a: {from: $yes, as: string, on_bad: skip},
  b: {from: $yes, as: boolean, map: {\"true\": 1, \"false\": 2, maybe: 3}},
  c: {from: $yes, truncate: 3},
  d: {from: $config.name, required: true},
  e: {from: $.e, as: integer, on_bad: \"null\", required: true, truncate: 3}}}}
flows: {identify: {event: identify, steps: [{person: {post: /people, body: person}}]}}",
        &[
            "`on_bad` of row person.a never had a value that does not fit: every value fits",
            "replacement of `maybe` in row person.b was never used: there is no such value",
            "`truncate` of row person.c was never cut: it is never a text",
            "`required` of row person.d was never without a value: there is always a value",
            "`truncate` of row person.e was never cut: it is never a text",
        ],
    );
}

/// The other flow requires nothing, so that the second candidate may win there.
#[test]
fn a_table_is_used_by_each_of_its_flows() {
    check(
        "names: {id: {from: $.userId, as: string, empty: missing}}
tables: {person: {rows: {id: [$id, $.anonymousId]}}}
flows:
  identify: {event: identify, require: [{present: $id, error: no}], steps: [{person: {post: /a, body: person}}]}
  track: {event: track, steps: [{person: {post: /a, body: person}}]}",
        &[],
    );
}

#[test]
fn a_requirement_that_does_not_always_count_proves_nothing() {
    check(
        "names: {id: {from: $.userId, as: string, empty: missing}}
tables: {person: {rows: {id: [$id, $.anonymousId]}}}
flows: {identify: {event: identify, require: [{present: $id, unless: {$.x: 1}, error: no}],
  steps: [{person: {post: /a, body: person}}]}}",
        &[],
    );
}

#[test]
fn nothing_comes_behind_an_end() {
    check(
        "tables: {person: {rows: {id: $.userId}}}
flows: {identify: {event: identify, steps: [
  {person: {post: /people, body: person}},
  {stop: {when: {$.a: {is: missing}}}},
  {late: {when: {$.a: {is: missing}}, delete: /people, errors: {404: done}}},
  {next: {when: {$.a: {is: [present, null]}}, delete: /people}}]}}",
        &[
            "step late was never carried out: no event gets to it",
            "condition `$.a: {is: missing}` never held: it never holds",
            "error line 404 of late was never met: no event gets to its step",
            "step next was never left out: its condition always holds",
            "condition `$.a: {is: [present, null]}` always held: it always holds",
        ],
    );
}

#[test]
fn the_first_flow_takes_the_events_of_its_type() {
    check(
        "tables: {person: {rows: {id: $.userId}}, thing: {rows: {id: $.id}}}
flows:
  one: {event: track, steps: [{person: {post: /people, body: person}}]}
  two: {event: track, steps: [{thing: {post: /things, body: thing}}]}",
        &[
            "row thing.id never had a value: no step that is carried out uses its table",
            "flow two took no event: no event gets to its flow",
            "step thing was never carried out: no event gets to it",
        ],
    );
}

#[test]
fn error_lines_need_an_answer_that_comes_to_them() {
    check(
        "service: {base_url: {value: \"https://api.example.com\"}, errors: {404: fail, 429: retry, 4xx: reject, body: fail}}
tables: {person: {rows: {id: $.userId}}}
flows: {identify: {event: identify, steps: [{person: {post: /people, body: person,
  errors: {404: done, 4xx: [{if: {$.a: 1}, then: done}, reject, {if: {$.b: 1}, then: done}]}}}]}}",
        &[
            "error line 404 of all requests was never met: every request has a line of its own for it",
            "error line 429 of all requests was never met: every request has a line of its own for it",
            "error line 4xx of all requests was never met: every request has a line of its own for it",
            "error line body of all requests was never met: every request has a line of its own for it",
            "error line 4xx, form 3, of person was never met: the form in front of it always fits",
            "condition `$.b: 1` never held: the form in front of it always fits",
            "condition `$.b: 1` always held: the form in front of it always fits",
        ],
    );
}

#[test]
fn the_last_login_must_fit() {
    check(
        "service:
  base_url: {value: \"https://api.example.com\"}
  auth:
    - {when: {$config.a: {is: present}}, bearer: $config.a}
    - {when: {$config.b: {is: present}, $config.c: {is: present}}, bearer: $config.b}
config: {a: {type: secret}, b: {type: secret}, c: {type: string}}
tables: {person: {rows: {id: $.userId}}}
flows: {identify: {event: identify, steps: [{person: {post: /people, body: person}}]}}",
        &[
            "condition `{$config.b: {is: present}, $config.c: {is: present}}` always held: no login would be left",
            "test `$config.b: {is: present}` always held: it always holds",
            "test `$config.c: {is: present}` always held: it always holds",
        ],
    );
}

#[test]
fn what_nobody_uses_is_out_of_reach() {
    check(
        "names: {used: $.a, unused: $.b}
tables: {person: {rows: {id: $used}}, other: {rows: {id: {from: $.x, when: {$.y: 1}}}, rest: {of: $.z, into: all}}}
flows: {identify: {event: identify, steps: [{person: {post: /people, body: person}}]}}",
        &[
            "name unused never had a value: nothing reads it",
            "row other.id never had a value: no step that is carried out uses its table",
            "condition `$.y: 1` never held: no step that is carried out uses its table",
            "condition `$.y: 1` always held: no step that is carried out uses its table",
            "rest of other never sent anything: no step that is carried out uses its table",
        ],
    );
}
