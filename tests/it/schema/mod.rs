//! The JSON Schemas of the files that users write: committed, up to date, and of one mind with the loader.
//!
//! `tests/clients/yaml-language-server` holds them against the language server of editors.

mod mappings;
mod settings;

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use mapwright::diag::Diagnostics;
use mapwright::{case, model, source};
use serde_json::{Map, Value};

use super::cli::{run, stderr, stdout};

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
    jsonschema::draft202012::new(schema).expect("the schema is one")
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

/// What `mapwright schema` prints.
fn printed(of: &[&str]) -> Value {
    let output = run(&[&["schema"], of].concat(), "");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).unwrap()
}

#[test]
fn the_schema_of_settings_is_up_to_date() {
    check_file("schemas/zendesk.config.schema.json", &printed(&["config"]));
}

#[test]
fn the_schema_of_projects_is_up_to_date() {
    check_file("schemas/project.schema.json", &printed(&["project"]));
}

#[test]
fn the_command_prints_each_schema() {
    assert_eq!(printed(&[]), model::schema());
    assert_eq!(printed(&["case"]), case::schema());
    let output = run(&["schema", "case", "--mapping", "mappings/zendesk.yaml"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("only the settings depend on a mapping"), "{}", stderr(&output));
}

/// All schemas, with their names.
fn schemas() -> [(&'static str, Value); 4] {
    let (config, project) = (printed(&["config"]), printed(&["project"]));
    [("mapping", model::schema()), ("case", case::schema()), ("config", config), ("project", project)]
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
fn every_key_has_a_description_and_an_example_that_fits() {
    let mut problems = Vec::new();
    for (name, schema) in schemas() {
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        let mut keys = Vec::new();
        keys_of(&schema, "", &mut keys);
        assert!(keys.len() > 5, "{name}: {keys:?}");
        for key in keys {
            let property = schema.pointer(&key).unwrap();
            if property.get("description").and_then(Value::as_str).is_none_or(str::is_empty) {
                problems.push(format!("{name}{key}: no description"));
            }
            let examples = property.get("examples").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            if examples.is_empty() {
                problems.push(format!("{name}{key}: no example"));
            }
            let validator = part(&schema, &key);
            for example in examples {
                let found = validator.iter_errors(example).map(|error| error.to_string());
                problems.extend(found.map(|error| format!("{name}{key}: {example}: {error}")));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// Pointers to the schemas of all keys.
fn keys_of(schema: &Value, pointer: &str, keys: &mut Vec<String>) {
    for (member, value) in schema.as_object().into_iter().flatten() {
        let pointer = format!("{pointer}/{}", escaped(member));
        if matches!(member.as_str(), "properties" | "patternProperties") {
            // What is `false` may not stand there.
            let names =
                value.as_object().into_iter().flatten().filter(|(_, key)| **key != Value::Bool(false));
            keys.extend(names.map(|(name, _)| format!("{pointer}/{}", escaped(name))));
        }
        if member != "examples" {
            keys_of(value, &pointer, keys);
        }
    }
    for (index, value) in schema.as_array().into_iter().flatten().enumerate() {
        keys_of(value, &format!("{pointer}/{index}"), keys);
    }
}

/// A word of a JSON pointer.
fn escaped(word: &str) -> String {
    word.replace('~', "~0").replace('/', "~1")
}

/// The validator of a part of a schema.
fn part(schema: &Value, pointer: &str) -> Validator {
    let mut part = schema.pointer(pointer).unwrap().clone();
    if let (Value::Object(part), Some(pieces)) = (&mut part, schema.get("$defs")) {
        part.insert("$defs".into(), pieces.clone());
    }
    validator(&part)
}

#[test]
fn examples_are_taken_by_the_loader() {
    // The examples of the keys of a whole file make a whole file.
    let examples: Map<String, Value> = model::schema()["properties"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, property)| (key.clone(), property["examples"][0].clone()))
        .collect();
    let mut found = Diagnostics::new();
    let text = Value::Object(examples).to_string();
    let document = source::read(&text, &mut found).unwrap();
    assert!(model::lower(&document, &mut found).is_some() && !found.has_errors(), "{:?}", found.into_vec());
}
