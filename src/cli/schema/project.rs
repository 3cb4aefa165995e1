//! The JSON Schema of `mapwright.yaml`.

use serde_json::{Map, Value, json};

use crate::case::mutate::OPERATORS;
use crate::lint::RULES;

/// What [`Project`](super::super::project::Project) reads, as a schema; a test holds the keys against each other.
pub(super) fn schema() -> Value {
    let rules: Map<String, Value> =
        RULES.iter().map(|rule| (rule.code.name.to_owned(), level(rule.summary()))).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "project",
        "description": "What `mapwright` takes in this folder when it is not told otherwise.",
        "type": "object",
        "properties": {
            "mapping": {
                "description": "Path of the mapping, from this folder.",
                "type": "string",
                "examples": ["mappings/example.yaml"],
            },
            "sandbox": {
                "description": "What the sandbox is used with.",
                "type": "object",
                "properties": {
                    "config": {
                        "description": "Settings for the sandbox alone, where any credentials do.",
                        "type": "object",
                        "examples": [{"domain": "acme", "apiToken": "any-token"}],
                    },
                },
                "additionalProperties": false,
                "examples": [{"config": {"domain": "acme", "apiToken": "any-token"}}],
            },
            "lint": {
                "description": "How the linter is set up.",
                "type": "object",
                "properties": {
                    "severity": {
                        "description": "How serious the findings of rules are, by the names of the rules.",
                        "type": "object",
                        "properties": rules,
                        "additionalProperties": false,
                        "examples": [{"unused-table": "error"}],
                    },
                },
                "additionalProperties": false,
                "examples": [{"severity": {"unused-table": "error"}}],
            },
            "mutate": mutate(),
        },
        "additionalProperties": false,
    })
}

fn mutate() -> Value {
    json!({
        "description": "How mutants are judged.",
        "type": "object",
        "properties": {
            "accept": {
                "description": "Mutants that no case needs to notice.",
                "type": "array",
                "items": accepted(),
                "examples": [[example()]],
            },
        },
        "required": ["accept"],
        "additionalProperties": false,
        "examples": [{"accept": [example()]}],
    })
}

/// A mutant that no case needs to notice.
fn accepted() -> Value {
    let names: Vec<&str> = OPERATORS.iter().map(|operator| operator.name).collect();
    let text = |description: &str, example: &str| json!({"description": description, "type": "string", "minLength": 1, "examples": [example]});
    json!({
        "type": "object",
        "properties": {
            "operator": {
                "description": "Name of the operator that makes it.",
                "enum": names,
                "examples": ["drop-row"],
            },
            "at": text("The way to what is changed, as `mapwright test --mutate` tells it.", "tables.person.rows.plan"),
            "why": text("Why no case needs to notice it.", "The destination leaves it out anyway"),
        },
        "required": ["operator", "at", "why"],
        "additionalProperties": false,
        "examples": [example()],
    })
}

fn example() -> Value {
    json!({"operator": "drop-row", "at": "tables.person.rows.plan", "why": "The destination leaves it out anyway"})
}

/// How serious the findings of one rule are.
fn level(summary: &str) -> Value {
    json!({
        "description": format!("Finds: {summary}."),
        "enum": ["allow", "warning", "error"],
        "examples": ["allow"],
    })
}
