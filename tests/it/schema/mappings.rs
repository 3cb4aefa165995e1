//! The schema of mappings, of one mind with the loader.

use std::fs;

use mapwright::diag::Diagnostics;
use mapwright::{case, compile, model, source};
use serde_json::Value;

use super::{FLOW, START, as_json, problems, root, validator};

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

/// Whether the loader finds errors in the shape of a mapping.
fn has_shape_errors(text: &str) -> bool {
    let mut found = Diagnostics::new();
    if let Some(document) = source::read(text, &mut found) {
        model::lower(&document, &mut found);
    }
    found.has_errors()
}

/// Cases in whose mappings only the loader finds something: a schema sees no repeated key and compares no two values, and
/// does not know what belongs to which method.
const ONLY_BY_THE_LOADER: [&str; 4] = [
    "bulk-form-without-list.yaml",
    "bulk-refused-status.yaml",
    "default-of-wrong-type.yaml",
    "duplicate-key.yaml",
];

/// Cases in whose mappings a later stage finds what the schema finds.
const ONLY_BY_THE_SCHEMA: [&str; 2] = ["path-without-slash.yaml", "url-for-path.yaml"];

#[test]
fn all_good_and_bad_mappings_of_cases() {
    let validator = validator(&model::schema());
    let (mut only_by_the_loader, mut only_by_the_schema, mut n_bad) = (Vec::new(), Vec::new(), 0);
    for file in case::files(&[root().join("tests/cases")]).unwrap() {
        let case = as_json(&fs::read_to_string(&file).unwrap()).unwrap();
        let Some(mapping) = case.get("mapping").and_then(Value::as_str) else { continue };
        // What is no YAML has no schema.
        let Some(value) = as_json(mapping) else { continue };
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        match (validator.is_valid(&value), has_shape_errors(mapping)) {
            (true, true) => only_by_the_loader.push(name),
            (false, false) => only_by_the_schema.push(name),
            (is_valid, _) => n_bad += usize::from(!is_valid),
        }
    }
    assert_eq!(only_by_the_loader, ONLY_BY_THE_LOADER);
    assert_eq!(only_by_the_schema, ONLY_BY_THE_SCHEMA);
    assert!(n_bad > 50, "{n_bad} bad mappings");
}

#[test]
fn keys_that_stand_beside_each_other() {
    for text in [
        "{from: $.a, as: string, on_bad: skip}",
        "{from: $.a, map: {a: b}, on_bad: skip}",
        "{text: 'a', truncate: 3}",
    ] {
        good(&row(text));
    }
    for text in [
        "{value: 1, as: integer}",
        "{from: $.a, on_bad: skip}",
        "{from: $.a, with: {b: $.b}}",
        "{from: $.a, where: {$item.a: 1}}",
        "{list: [], default: []}",
    ] {
        bad(&row(text));
    }
    for text in [
        "{s: {get: /a, body: t, give: {id: $.id}}}",
        "{s: {head: /a, once: {key: $.a, keep: 1h}}}",
        "{s: {post: /a, cache: 10m}}",
        "{s: {delete: /a, every_page: {next: $.n, max: 1}}}",
        "{s: {post: /a, verify: {get: /a}}}",
        "{s: {post: /a, verify: {post: /a, give: {id: $.id}}}}",
        "{s: {ensure: {find: [], create: {post: /a}}}}",
        "{s: {ensure: {find: {get: /a, give: {id: $.id}}, create: {post: /a}}, give: {id: $.id}}}",
        "{s: {ensure: {find: {get: /a, give: {id: $.id}}, create: {get: /a}}}}",
        "{s: {ensure: {find: {post: /a, give: {id: $.id}}, create: {post: /a}}}}",
    ] {
        bad(&steps(text));
    }
}
