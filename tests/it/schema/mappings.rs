//! The schema of mappings, of one mind with the loader.

use mapwright::diag::Diagnostics;
use mapwright::{compile, model};

use super::{FLOW, START, problems, validator};

/// Schema and loader agree about a mapping that begins with [`START`].
#[track_caller]
fn judge(rest: &str, good: bool) {
    let text = format!("{START}{rest}");
    let mut found = Diagnostics::new();
    let loads = compile::load(&text, &mut found).is_some();
    let problems = problems(&validator(&model::schema()), &text);
    assert_eq!(loads, good, "the loader finds {:?} in {text}", found.into_vec());
    assert_eq!(problems.is_empty(), good, "the schema finds {problems:?} in {text}");
}

#[track_caller]
fn good(rest: &str) {
    judge(rest, true);
}

#[track_caller]
fn bad(rest: &str) {
    judge(rest, false);
}

fn steps(steps: &str) -> String {
    format!("tables: {{t: {{rows: {{a: $.a}}}}}}\nflows: {{f: {{event: track, steps: [{steps}]}}}}\n")
}

fn row(row: &str) -> String {
    format!(
        "tables: {{t: {{rows: {{a: {row}}}}}}}\nflows: {{f: {{event: track, steps: [{{s: {{post: /a, body: t}}}}]}}}}\n"
    )
}

fn condition(condition: &str) -> String {
    row(&format!("{{value: 1, when: {condition}}}"))
}

#[test]
fn rows() {
    for text in [
        "$.a",
        "[$.a, $.b]",
        "{value: x}",
        "{value: [1, {a: b}]}",
        "{from: $.a, as: string, on_bad: null}",
        "{from: $.a, as: [integer], on_bad: skip}",
        "{from: $.a, as: {enum: [a, b]}}",
        "{from: $.a, required: Needed}",
        "{text: 'a{{b}}', with: {b: $.b}}",
        "{list: [{rows: {a: $.a}}]}",
        "{each: $.a, from: $item.b, take: first}",
        "{from: $.a, null: send, default: {}, truncate: 3}",
        "{from: $.a, map: {a: 1, b: {c: d}}}",
    ] {
        good(&row(text));
    }
    for text in [
        "name",
        "7",
        "{}",
        "{from: $.a, value: 1}",
        "{from: a}",
        "{from: $.a, as: text}",
        "{from: $.a, as: [a, b]}",
        "{from: $.a, take: one}",
        "{from: $.a, on_bad: drop}",
        "{from: $.a, requird: true}",
        "{from: $.a, required: 1}",
        "{list: {rows: {a: $.a}}}",
        "{from: $.a, truncate: -1}",
        "{from: $.a, when: $.b}",
        "{from: }",
    ] {
        bad(&row(text));
    }
}

#[test]
fn conditions() {
    for text in [
        "{$.a: 1}",
        "{$.a: {is: null}}",
        "{$.a: {is: [missing, empty]}}",
        "{any: [{$.a: x}, {not: {$.b: true}}]}",
        "{$.a: {in: [1, x]}}",
        "{$.a: {not: x}}",
        "{$.a: {not: {in: [x]}}}",
        "{$.a: {gt: 1, lte: 5}}",
        "{$.a: {same_as: $.b}}",
        "{$.a: {in_list: $.b}}",
        "{$.a: {matches: ^x}}",
        "{$.a: {equals: [1]}}",
    ] {
        good(&condition(text));
    }
    for text in [
        "{}",
        "{a: 1}",
        "[]",
        "{$.a: [1, 2]}",
        "{$.a: }",
        "{$.a: {}}",
        "{$.a: {is: there}}",
        "{$.a: {iss: present}}",
        "{any: {$.a: 1}}",
        "{any: []}",
        "{$.a: {in: x}}",
        "{$.a: {in: []}}",
        "{$.a: {same_as: b}}",
        "{$.a: {gt: true}}",
        "{$.a: {matches: 1}}",
    ] {
        bad(&condition(text));
    }
}

#[test]
fn steps_and_requests() {
    for text in [
        "{s: {post: /a, body: t}}",
        "{s: {get: /a, query: {b: $.b}, cache: 10m, give: {id: $.id}}}",
        "{stop: {when: {$.a: 1}}}",
        "{stop: {}}",
        "{skip: {why: x}}",
        "{reject: {error: x, when: {$.a: 1}}}",
        "{s: {put: /a, body: {table: t, under: x}}}",
        "{s: {post: /a, errors: {404: done, 4xx: [{if: {$.a: 1}, then: skip}, reject], timeout: retry}}}",
        "{s: {ensure: {find: {get: /a, give: {id: $.id}}, create: {post: /a}}}}",
        "{s: {for_each: {in: $.a, name: b, max: 3}, post: /a, once: {key: $b.c, keep: 1h}}}",
    ] {
        good(&steps(text));
    }
    for text in [
        "s",
        "{s: /a}",
        "{s: {}}",
        "{s: {post: /a}, t: {post: /b}}",
        "{s: {post: /a, get: /b}}",
        "{s: {post: a}}",
        "{s: {fetch: /a}}",
        "{skip: {}}",
        "{reject: {why: x}}",
        "{stop: {why: x}}",
        "{s: {get: /a, cache: 10}}",
        "{s: {get: /a, cache: 10 minutes}}",
        "{s: {post: /a, errors: {404: ignore}}}",
        "{s: {post: /a, errors: {9xx: fail}}}",
        "{s: {post: /a, errors: {404: {if: {$.a: 1}}}}}",
        "{s: {ensure: {find: {get: /a, give: {id: $.id}}}}}",
        "{s: {for_each: {in: $.a, name: b}, post: /a}}",
        "{use: {when: {$.a: 1}}}",
    ] {
        bad(&steps(text));
    }
}

#[test]
fn the_rest_of_the_file() {
    for text in [
        "about: x\nintegration: X\norder_by: [$.a]\n",
        "config: {a: {type: string, required: true, pattern: x, forbid: [y], about: z}, b: {type: integer, default: 3}}\n",
        "names: {a: $.a}\nparts: {p: []}\n",
    ] {
        good(&format!("{text}{FLOW}"));
    }
    for text in [
        "colour: red\n",
        "config: {a: {}}\n",
        "config: {a: {type: text}}\n",
        "config: [a]\n",
        "names: [$.a]\n",
    ] {
        bad(&format!("{text}{FLOW}"));
    }
    bad("");
    bad("flows: {f: {steps: []}}\n");
    bad("flows: {f: {event: track, steps: [], require: [{present: $.a}]}}\n");
    bad("flows: {f: {event: track, steps: [], require: [{error: x}]}}\n");
}
