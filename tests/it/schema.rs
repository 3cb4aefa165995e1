//! The JSON Schemas of the files that users write: committed, up to date, and of one mind with the loader.

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use mapwright::diag::Diagnostics;
use mapwright::{case, compile, model, source};
use serde_json::Value;

/// Where a mapping begins that has nothing wrong with it.
const START: &str =
    "format: 1\ndestination: example\nservice: {base_url: {value: 'https://api.example.com'}}\n";

/// A flow for mappings in which flows do not matter.
const FLOW: &str = "flows: {f: {event: track, steps: []}}\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a generated file with the committed one; `UPDATE_EXPECT=1` writes it.
#[track_caller]
fn check_file(path: &str, generated: &Value) {
    let text = format!("{generated:#}\n");
    let file = root().join(path);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        assert!(std::env::var_os("CI").is_none(), "nothing is rewritten where CI is set");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &text).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == text, "{path} is not what the code gives: run the test with UPDATE_EXPECT=1");
}

/// The file as an editor's validator sees it; `None` when it cannot be read as YAML.
fn as_json(text: &str) -> Option<Value> {
    let document = source::read(text, &mut Diagnostics::new())?;
    Some(serde_json::to_value(&document.root).unwrap())
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft7::new(schema).expect("the schema is one")
}

fn problems(validator: &Validator, text: &str) -> Vec<String> {
    let value = as_json(text).expect("the text is YAML");
    validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_schema_of_mappings_is_up_to_date() {
    check_file("schemas/mapping.schema.json", &model::schema());
}

#[test]
fn the_schema_of_cases_is_up_to_date() {
    check_file("schemas/case.schema.json", &case::schema());
}

#[test]
fn cases_fit_the_schema() {
    let validator = validator(&case::schema());
    let files = case::files(&[root().join("tests/cases")]).unwrap();
    assert!(!files.is_empty());
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(problems(&validator, &text), [""; 0], "{}", file.display());
    }
    let words = [
        "{outcome: {$any: true}}",
        "{outcomes: {$contains: [delivered, {rejected: {$contains: name}}]}}",
        "{requests: {$unordered: [GET /a, {request: {$any: string}, body: {a: {$exactly: {$b: 1}}}}]}}",
        "{state: {users: [{a: [{$any: integer}]}, {$any: object}], events: {$contains: []}}}",
        "{notes: [a, {$contains: b}], diagnostics: [{code: D0301, line: {$any: integer}, column: 1}]}",
    ];
    for words in words {
        assert_eq!(problems(&validator, &format!("about: x\nexpect: {words}\n")), [""; 0], "{words}");
    }
    for text in [
        "about: x\n",
        "about: x\nexpect: {outcome: done}\n",
        "about: x\nexpect: {}\nevnt: {}\n",
        "about: x\nexpect: {outcome: {$anny: true}}\n",
        "about: x\nexpect: {requests: [{request: GET /a, body: {a: [{$any: text}]}}]}\n",
        "about: x\nexpect: {state: {users: [{a: {$contains: 7}}]}}\n",
    ] {
        assert!(!problems(&validator, text).is_empty(), "{text}");
    }
}

#[test]
fn shipped_mappings_fit_the_schema() {
    let validator = validator(&model::schema());
    for entry in fs::read_dir(root().join("mappings")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(problems(&validator, &text), [""; 0], "{}", path.display());
        assert!(text.starts_with("# yaml-language-server: $schema=../schemas/mapping.schema.json\n"));
    }
}

#[test]
fn mappings_of_the_documents_fit_the_schema() {
    let validator = validator(&model::schema());
    let mappings = super::docs::mappings();
    assert!(mappings.len() > 10);
    for block in mappings {
        assert_eq!(problems(&validator, &block.text), [""; 0], "{}:{}", block.document, block.line);
    }
}

#[test]
fn everything_that_may_be_written_is_described() {
    let mut bare = Vec::new();
    undescribed(&model::schema(), "", &mut bare);
    undescribed(&case::schema(), "", &mut bare);
    assert!(bare.is_empty(), "no description: {bare:?}");
}

/// Properties without a description.
fn undescribed(schema: &Value, path: &str, bare: &mut Vec<String>) {
    for (key, value) in schema.as_object().into_iter().flatten() {
        let path = format!("{path}/{key}");
        if key == "properties" {
            for (name, property) in value.as_object().into_iter().flatten() {
                if property.get("description").is_none() {
                    bare.push(format!("{path}/{name}"));
                }
            }
        }
        undescribed(value, &path, bare);
    }
    for value in schema.as_array().into_iter().flatten() {
        undescribed(value, path, bare);
    }
}

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
