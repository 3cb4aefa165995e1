//! Schemas of what may be written in several forms. They are used for the JSON Schema alone; no text is read with them.
#![expect(dead_code, reason = "only their schemas are used")]

use std::borrow::Cow;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::{ArmPiece, BlameWord, ReactionWord, RequestPiece, RowPiece};
use crate::model::conditions::{OPERATORS, PRESENCES};

/// One, or a list of several.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(untagged)]
pub(in crate::model) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

/// A name, or the long form.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(untagged)]
pub(in crate::model) enum TextOr<T> {
    Text(String),
    Long(T),
}

/// `true`, or a message.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(untagged)]
pub(in crate::model) enum TrueOrText {
    Flag(bool),
    Text(String),
}

/// A row: a selector, a list of selectors of which the first that is there wins, or the long form.
#[derive(JsonSchema)]
#[schemars(rename = "row")]
#[serde(untagged)]
pub(in crate::model) enum AnyRow {
    Selector(Selector),
    Selectors(Vec<Selector>),
    Long(Box<RowPiece>),
}

/// Rows by name.
pub(in crate::model) type Rows = IndexMap<String, AnyRow>;

/// `$.path` in the event (or in the reply), `$name.path` in something declared.
#[derive(JsonSchema)]
#[schemars(rename = "selector")]
pub(in crate::model) struct Selector(#[schemars(regex(pattern = r"^\$"))] String);

/// Path of a request below the base URL; `:name` is filled by `with`.
#[derive(JsonSchema)]
#[schemars(inline)]
pub(in crate::model) struct RequestPath(#[schemars(regex(pattern = r"^/"))] String);

/// A span of time: `30s`, `10m`, `1h`.
#[derive(JsonSchema)]
#[schemars(inline)]
pub(in crate::model) struct Span(#[schemars(regex(pattern = r"^[0-9]+[smh]$"))] String);

/// A day: `2027-04-30`.
#[derive(JsonSchema)]
#[schemars(inline)]
pub(in crate::model) struct Day(#[schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))] String);

/// Any constant.
#[derive(JsonSchema)]
#[schemars(inline)]
pub(in crate::model) struct AnyValue(Value);

/// A type: a name, `[name]` for a list, `{enum: [...]}` for one of several texts.
#[derive(JsonSchema)]
#[schemars(rename = "type")]
#[serde(untagged)]
pub(in crate::model) enum AnyType {
    Name(TypeName),
    List([Box<AnyType>; 1]),
    Enum(EnumType),
}

/// One of several texts.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct EnumType {
    /// The texts.
    r#enum: Vec<String>,
}

#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "lowercase")]
pub(in crate::model) enum TypeName {
    String,
    Integer,
    Number,
    Boolean,
    Date,
    Datetime,
    Email,
    Phone,
    Url,
    Scalar,
    Object,
}

/// What an answer means: a word, a conditional form, or a list of forms of which the first that fits counts.
#[derive(JsonSchema)]
#[schemars(rename = "reaction")]
#[serde(untagged)]
pub(in crate::model) enum AnyReaction {
    Word(ReactionWord),
    Arm(ArmPiece),
    Several(Vec<ReactionOrArm>),
}

#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(untagged)]
pub(in crate::model) enum ReactionOrArm {
    Word(ReactionWord),
    Arm(ArmPiece),
}

/// A condition.
pub(in crate::model) struct AnyCondition;

impl JsonSchema for AnyCondition {
    fn schema_name() -> Cow<'static, str> {
        "condition".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let condition = generator.subschema_for::<AnyCondition>();
        let test = generator.subschema_for::<AnyTest>();
        let list = |description: &str| json!({"description": description, "type": "array", "minItems": 1, "items": condition});
        json_schema!({
            "description": "A condition: selectors and what their values must be. All members must hold.",
            "type": "object",
            "minProperties": 1,
            "properties": {
                "any": list("At least one of these holds."),
                "all": list("All of these hold."),
                "not": described("This does not hold.", json!(condition)),
            },
            "patternProperties": {
                r"^\$": {
                    "description": "What the value of this selector must be: a constant, or tests that all hold.",
                    "anyOf": [{"type": ["string", "number", "boolean"]}, test],
                },
            },
            "additionalProperties": false,
        })
    }
}

/// Tests of one value.
pub(in crate::model) struct AnyTest;

impl JsonSchema for AnyTest {
    fn schema_name() -> Cow<'static, str> {
        "test".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let test = generator.subschema_for::<AnyTest>();
        let selector = generator.subschema_for::<Selector>();
        // A bare `null` is the word here.
        let presences: Vec<Value> =
            PRESENCES.iter().map(|(word, _)| json!(word)).chain([Value::Null]).collect();
        let number_or_text = json!({"type": ["number", "string"]});
        let mut properties = Map::new();
        for operator in OPERATORS {
            let (description, form) = match operator {
                "equals" => ("Is this constant.", json!({})),
                "same_as" => ("Is what this selector gives.", json!(selector)),
                "same_as_ignoring_case" => {
                    ("Has the same text as what this selector gives, case aside.", json!(selector))
                }
                "same_moment_as" => (
                    "Is the same moment as what this selector gives, however both are spelt.",
                    json!(selector),
                ),
                "in_list_ignoring_case" => {
                    ("Is in the list that this selector gives, case aside.", json!(selector))
                }
                "is" => (
                    "Is there, missing, null or empty: this, or one of these.",
                    json!({"anyOf": [{"enum": presences}, {"type": "array", "minItems": 1, "items": {"enum": presences}}]}),
                ),
                "in" => ("Is one of these constants.", json!({"type": "array", "minItems": 1})),
                "in_list" => ("Is in the list that this selector gives.", json!(selector)),
                "not" => (
                    "Is not this constant, or does not pass these tests.",
                    json!({"anyOf": [{"type": ["string", "number", "boolean"]}, test]}),
                ),
                "gt" => ("Is greater.", number_or_text.clone()),
                "gte" => ("Is greater, or the same.", number_or_text.clone()),
                "lt" => ("Is less.", number_or_text.clone()),
                "lte" => ("Is less, or the same.", number_or_text.clone()),
                _ => (
                    "Has a text in which this regular expression finds something.",
                    json!({"type": "string", "format": "regex"}),
                ),
            };
            properties.insert(operator.into(), described(description, form));
        }
        json_schema!({
            "description": "Tests of one value; all must hold.",
            "type": "object",
            "minProperties": 1,
            "properties": properties,
            "additionalProperties": false,
        })
    }
}

/// What answers mean, by status or class.
pub(in crate::model) struct ErrorTable;

impl JsonSchema for ErrorTable {
    fn schema_name() -> Cow<'static, str> {
        "errors".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let reaction = generator.subschema_for::<AnyReaction>();
        let entry = |description: &str| described(description, json!(reaction));
        json_schema!({
            "description": "What answers mean: the exact status comes before its class.",
            "type": "object",
            "properties": {
                "4xx": entry("A status from 400 to 499."),
                "5xx": entry("A status from 500 to 599."),
                "timeout": entry("No answer in time; the request may have arrived."),
                "unreachable": entry("No connection; the request has not arrived."),
                "body": entry("A 2xx whose body is not JSON, where outputs are read from it."),
            },
            "patternProperties": {"^[2-5]([0-9][0-9]|xx)$": entry("This status, or a status that begins with this digit.")},
            "additionalProperties": false,
        })
    }
}

/// Steps in order.
pub(in crate::model) struct Steps;

impl JsonSchema for Steps {
    fn schema_name() -> Cow<'static, str> {
        "steps".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let request = generator.subschema_for::<RequestPiece>();
        let when = described("Only when this holds.", json!(generator.subschema_for::<AnyCondition>()));
        let text = |description: &str| json!({"description": description, "type": "string"});
        let end = |description: &str, key: &str, why: Value| {
            json!({
                "description": description, "type": "object", "properties": {"when": when, key: why},
                "required": [key], "additionalProperties": false,
            })
        };
        let part = end("The steps of a part, when a condition holds.", "part", text("Name of the part."));
        let error = described(
            "Why it is rejected.",
            json!({"anyOf": [{"type": "string"}, generator.subschema_for::<AnyRow>()]}),
        );
        let mut reject = end("Ends the event as rejected.", "error", error);
        let blame = described(
            "What is to blame; without it, the event.",
            json!({"allOf": [generator.subschema_for::<BlameWord>()]}),
        );
        if let Some(properties) = reject.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert("blame".to_owned(), blame);
        }
        json_schema!({
            "description": "Steps, in order: each a map with one key.",
            "type": "array",
            "items": {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "properties": {
                    "use": {"description": "The steps of a part.", "anyOf": [{"type": "string"}, part]},
                    "stop": {
                        "description": "Ends the event as delivered.", "type": "object",
                        "properties": {"when": when}, "additionalProperties": false,
                    },
                    "skip": end("Ends the event as skipped.", "why", text("Why it is skipped.")),
                    "reject": reject,
                },
                "additionalProperties": request,
            },
        })
    }
}

/// The words of `on_bad`.
pub(in crate::model) struct OnBadWord;

impl JsonSchema for OnBadWord {
    fn schema_name() -> Cow<'static, str> {
        "on_bad".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // A bare `null` is the word here.
        json_schema!({"enum": ["reject", "skip", "null", null]})
    }
}

/// A schema with its description.
fn described(description: &str, mut schema: Value) -> Value {
    if let Value::Object(members) = &mut schema {
        members.insert("description".into(), description.into());
    }
    schema
}
