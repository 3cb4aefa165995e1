//! Reads OpenAPI documents.
//!
//! In: their texts. Out: a [`Destination`], or the first thing that cannot be read. A key that would mean something and is
//! not read is refused, so that nobody counts on it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use regex::Regex;

use super::document::{self, At, Documents};
use super::endpoint::{Endpoint, Parameter};
use super::schema::{Kind, Others, Schema};
use super::{Destination, Limit, SchemaError};
use crate::diag::quoted;

/// Methods of a path, as OpenAPI spells them.
const METHODS: [&str; 6] = ["get", "head", "post", "put", "patch", "delete"];

/// Keys of a schema that are read, and those that say nothing about values.
const KEYWORDS: [&str; 24] = [
    "type",
    "enum",
    "const",
    "pattern",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "items",
    "properties",
    "required",
    "additionalProperties",
    "propertyNames",
    "anyOf",
    "not",
    "readOnly",
    "description",
    "title",
    "format",
    "examples",
    "default",
    "deprecated",
    "$comment",
    "$ref",
];

/// Most schemas inside each other.
const MOST_DEPTH: usize = 64;

pub(super) fn read(texts: &[(String, String)]) -> Result<Destination, SchemaError> {
    let documents = document::parse(texts)?;
    let reader = Reader { documents: &documents, known: RefCell::default() };
    let mut destination = Destination::default();
    for at in documents.keys().filter_map(|name| At::root(&documents, name)) {
        read_document(&at, &reader, &mut destination)?;
    }
    check_limits(&documents, &destination)?;
    for limit in destination.limits.values() {
        for plan in limit.by_plan.keys().filter(|plan| !plan.is_empty()) {
            if !destination.plans.contains(plan) {
                destination.plans.push(plan.clone());
            }
        }
    }
    Ok(destination)
}

fn read_document<'d>(at: &At<'d>, reader: &Reader<'d>, into: &mut Destination) -> Result<(), SchemaError> {
    at.only(&["openapi", "info", "servers", "paths", "components", "tags", "externalDocs", "security"])?;
    let version = at.need("openapi")?;
    if !version.text()?.starts_with("3.1") {
        return Err(version.error("expected OpenAPI 3.1"));
    }
    if let Some(limits) = at.get("x-limits") {
        for (name, at) in limits.entries()? {
            into.limits.insert(name.to_owned(), limit(&at)?);
        }
    }
    let base = at.get("servers").map(|servers| base_of(&servers)).transpose()?.unwrap_or_default();
    let Some(paths) = at.get("paths") else { return Ok(()) };
    for (path, item) in paths.entries()? {
        item.only(&[&METHODS[..], &["servers", "parameters", "summary", "description"]].concat())?;
        let own = item.get("servers").map(|servers| base_of(&servers)).transpose()?;
        let base = own.as_ref().unwrap_or(&base);
        for (method, operation) in item.entries()?.into_iter().filter(|(key, _)| METHODS.contains(key)) {
            let mut endpoint = reader.endpoint(&operation)?;
            let shared = item.get("parameters").map(|at| reader.parameters(&at)).transpose()?;
            if let Some(shared) = shared.filter(|shared| !shared.is_empty()) {
                endpoint.parameters.get_or_insert_default().extend(shared);
            }
            into.endpoints.push(Endpoint {
                method: method.to_ascii_uppercase(),
                base: base.clone(),
                path: path.to_owned(),
                ..endpoint
            });
        }
    }
    Ok(())
}

/// The path of the first server.
fn base_of(at: &At<'_>) -> Result<String, SchemaError> {
    let Some(first) = at.items()?.into_iter().next() else { return Ok(String::new()) };
    let url = first.need("url")?.text()?;
    let behind = url
        .split_once("://")
        .map_or(url, |(_, rest)| rest.find('/').and_then(|at| rest.get(at..)).unwrap_or(""));
    Ok(behind.trim_end_matches('/').to_owned())
}

fn limit(at: &At<'_>) -> Result<Limit, SchemaError> {
    at.only(&["description", "default", "per_minute"])?;
    let per_minute = at.need("per_minute")?;
    let mut by_plan = IndexMap::new();
    if per_minute.value.is_object() {
        for (plan, at) in per_minute.entries()? {
            by_plan.insert(plan.to_owned(), at.count()?);
        }
    } else {
        by_plan.insert(String::new(), per_minute.count()?);
    }
    let about = at.get("description").map(|at| at.text()).transpose()?.map(str::to_owned);
    let is_default = at.get("default").map(|at| at.truth()).transpose()?.unwrap_or(false);
    Ok(Limit { about, is_default, by_plan })
}

/// Whether endpoints name limits that there are.
fn check_limits(documents: &Documents, destination: &Destination) -> Result<(), SchemaError> {
    for root in documents.keys().filter_map(|name| At::root(documents, name)) {
        let Some(paths) = root.get("paths") else { continue };
        for (_, item) in paths.entries()? {
            for operation in METHODS.iter().filter_map(|method| item.get(method)) {
                let Some(limits) = operation.get("x-limits") else { continue };
                for limit in limits.items()? {
                    let name = limit.text()?;
                    if !destination.limits.contains_key(name) {
                        return Err(limit.error(format!("there is no limit {}", quoted(name))));
                    }
                }
            }
        }
    }
    Ok(())
}

/// The documents, and what has been read of them.
struct Reader<'d> {
    documents: &'d Documents,
    /// Schemas that references lead to, by file and place: each is read once.
    known: RefCell<BTreeMap<(String, String), Arc<Schema>>>,
}

impl<'d> Reader<'d> {
    fn endpoint(&self, at: &At<'d>) -> Result<Endpoint, SchemaError> {
        at.only(&[
            "parameters",
            "requestBody",
            "responses",
            "summary",
            "description",
            "operationId",
            "tags",
            "deprecated",
            "security",
        ])?;
        let request = at.get("requestBody").map(|at| {
            at.only(&["description", "content", "required"])?;
            self.content(&at)
        });
        let is_body_required =
            at.get("requestBody").and_then(|at| at.get("required")).map(|at| at.truth()).transpose()?;
        let mut replies = Vec::new();
        for (status, response) in at.need("responses")?.entries()? {
            let response = response.reference(self.documents)?.unwrap_or(response);
            response.only(&["description", "content", "headers"])?;
            replies.push((status.to_owned(), self.content(&response)?));
        }
        let limits = at.get("x-limits").map(|at| at.items()).transpose()?.unwrap_or_default();
        Ok(Endpoint {
            method: String::new(),
            base: String::new(),
            path: String::new(),
            parameters: at.get("parameters").map(|at| self.parameters(&at)).transpose()?,
            request: request.transpose()?.flatten(),
            is_body_required: is_body_required.unwrap_or(false),
            replies,
            limits: limits.iter().map(|at| at.text().map(str::to_owned)).collect::<Result<_, _>>()?,
        })
    }

    /// Query parameters; others stand in the path or are no part of a mapping's requests.
    fn parameters(&self, at: &At<'d>) -> Result<Vec<Parameter>, SchemaError> {
        let mut parameters = Vec::new();
        for item in at.items()? {
            let item = item.reference(self.documents)?.unwrap_or(item);
            if item.need("in")?.text()? == "query" {
                let required = item.get("required").map(|at| at.truth()).transpose()?.unwrap_or(false);
                parameters.push(Parameter { name: item.need("name")?.text()?.to_owned(), required });
            }
        }
        Ok(parameters)
    }

    /// The schema of JSON content, if there is one.
    fn content(&self, at: &At<'d>) -> Result<Option<Arc<Schema>>, SchemaError> {
        let json = at.get("content").and_then(|content| content.get("application/json"));
        json.and_then(|json| json.get("schema")).map(|at| self.schema(&at, 0)).transpose()
    }

    /// The schema that a reference leads to.
    fn referred(&self, target: &At<'d>, depth: usize) -> Result<Arc<Schema>, SchemaError> {
        let place = (target.file.to_owned(), target.place.clone());
        if let Some(known) = self.known.borrow().get(&place) {
            return Ok(known.clone());
        }
        let read = self.schema(target, depth + 1)?;
        self.known.borrow_mut().insert(place, read.clone());
        Ok(read)
    }

    fn schema(&self, at: &At<'d>, depth: usize) -> Result<Arc<Schema>, SchemaError> {
        if depth > MOST_DEPTH {
            return Err(at.error("schemas are nested too deeply, or one is inside of itself"));
        }
        if let Some(target) = at.reference(self.documents)? {
            // What stands beside a reference is only told to people.
            at.only(&["$ref", "description", "$comment"])?;
            return self.referred(&target, depth);
        }
        if at.value.as_bool() == Some(true) {
            return Ok(Arc::default());
        }
        at.only(&KEYWORDS)?;
        let one = |key: &str| at.get(key).map(|at| self.schema(&at, depth + 1)).transpose();
        let count = |key: &str| {
            at.get(key).map(|at| Ok(usize::try_from(at.count()?).unwrap_or(usize::MAX))).transpose()
        };
        let mut members = IndexMap::new();
        for (name, at) in at.get("properties").map(|at| at.entries()).transpose()?.unwrap_or_default() {
            members.insert(name.to_owned(), self.schema(&at, depth + 1)?);
        }
        let any = at.get("anyOf").map(|at| at.items()).transpose()?.unwrap_or_default();
        let required = at.get("required").map(|at| at.items()).transpose()?.unwrap_or_default();
        Ok(Arc::new(Schema {
            about: at.get("description").map(|at| at.text()).transpose()?.map(str::to_owned),
            kinds: kinds(at)?,
            values: values(at)?,
            pattern: at.get("pattern").map(|at| pattern(&at)).transpose()?,
            length: (count("minLength")?.unwrap_or(0), count("maxLength")?),
            size: (count("minItems")?.unwrap_or(0), count("maxItems")?),
            items: one("items")?,
            members,
            required: required.iter().map(|at| at.text().map(str::to_owned)).collect::<Result<_, _>>()?,
            others: self.others(at, depth)?,
            names: one("propertyNames")?,
            any: any.iter().map(|at| self.schema(at, depth + 1)).collect::<Result<_, _>>()?,
            not: one("not")?,
            read_only: at.get("readOnly").map(|at| at.truth()).transpose()?.unwrap_or(false),
        }))
    }

    fn others(&self, at: &At<'d>, depth: usize) -> Result<Others, SchemaError> {
        let Some(at) = at.get("additionalProperties") else { return Ok(Others::Any) };
        match at.value.as_bool() {
            Some(true) => Ok(Others::Any),
            Some(false) => Ok(Others::None),
            None => Ok(Others::Of(self.schema(&at, depth + 1)?)),
        }
    }
}

fn kinds(at: &At<'_>) -> Result<Vec<Kind>, SchemaError> {
    let Some(at) = at.get("type") else { return Ok(Vec::new()) };
    let written = if at.value.is_array() { at.items()? } else { vec![at] };
    let kind = |at: &At<'_>| {
        let text = at.text()?;
        let known = Kind::ALL.iter().find(|(name, ..)| *name == text);
        known.map(|(_, kind, _)| *kind).ok_or_else(|| at.error(format!("there is no type {}", quoted(text))))
    };
    written.iter().map(kind).collect()
}

fn values(at: &At<'_>) -> Result<Option<Vec<serde_json::Value>>, SchemaError> {
    if let Some(only) = at.get("const") {
        return Ok(Some(vec![only.value.clone()]));
    }
    let Some(at) = at.get("enum") else { return Ok(None) };
    Ok(Some(at.items()?.into_iter().map(|item| item.value.clone()).collect()))
}

fn pattern(at: &At<'_>) -> Result<Regex, SchemaError> {
    let text = at.text()?;
    Regex::new(text).map_err(|_| at.error(format!("{} is no regular expression that is read", quoted(text))))
}
