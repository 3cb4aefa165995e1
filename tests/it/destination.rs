//! The schemas of a destination: how they are read, that they mean what they mean elsewhere, and that those of Zendesk
//! fit what is sent and answered.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use corpus::Random;
use jsonschema::Validator;
use mapwright::case;
use mapwright::deliver::{Address, Deliverer, HttpLimits, HttpTransport, Options, Sending, Transport};
use mapwright::destination::{Destination, Kind, Others, Reply, Schema};
use mapwright::lint::RULES;
use mapwright::run::{Answer, Body, Request};
use mapwright::value::Secret;
use serde_json::{Value, json};

use super::scripted::{ZENDESK, session};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The schemas of the shipped mapping.
pub(crate) fn zendesk_schemas() -> Arc<Destination> {
    case::schemas(ZENDESK, &root().join("mappings")).unwrap().expect("the mapping names its schemas")
}

fn read(document: &Value) -> Result<Destination, String> {
    Destination::read(&[("a/one.json".into(), document.to_string())]).map_err(|error| error.to_string())
}

/// A document with one endpoint that takes a body of a schema.
fn taking(schema: &Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "paths": {"/people": {"post": {
            "requestBody": {"content": {"application/json": {"schema": schema}}},
            "responses": {},
        }}},
    })
}

#[track_caller]
fn refused(document: &Value, why: &str) {
    assert_eq!(read(document).expect_err("the document is refused"), why);
}

#[test]
fn what_is_wrong_with_a_document_is_told_with_its_place() {
    let texts = [("one.json".to_owned(), "{\n  \"openapi\": 3.1,\n}".to_owned())];
    let error = Destination::read(&texts).unwrap_err();
    assert_eq!(error.to_string(), "one.json: line 3, column 1: it is not JSON");
    refused(&json!([]), "a/one.json: expected an object, found a list");
    refused(&json!({"openapi": "3.0.1"}), "a/one.json: openapi: expected OpenAPI 3.1");
    refused(
        &json!({"openapi": "3.1.0", "path": {}}),
        "a/one.json: `path` is not read; did you mean `paths`?",
    );
    refused(
        &json!({"openapi": "3.1.0", "paths": {"/a": {"get": {}}}}),
        "a/one.json: paths./a.get: missing key `responses`",
    );
    refused(
        &json!({"openapi": "3.1.0", "paths": {"/a": {"get": {"x-limits": ["fast"], "responses": {}}}}}),
        "a/one.json: paths./a.get.x-limits.0: there is no limit `fast`",
    );
}

#[test]
fn a_keyword_that_is_not_read_is_refused() {
    let place = "a/one.json: paths./people.post.requestBody.content.application/json.schema";
    refused(
        &taking(&json!({"requird": []})),
        &format!("{place}: `requird` is not read; did you mean `required`?"),
    );
    refused(&taking(&json!({"type": "text"})), &format!("{place}.type: there is no type `text`"));
    refused(
        &taking(&json!({"$ref": "#/components/schemas/none"})),
        &format!("{place}.$ref: `#/components/schemas/none` leads nowhere"),
    );
    let error = read(&taking(&json!({"multipleOf": 2}))).unwrap_err();
    assert!(error.starts_with(&format!("{place}: `multipleOf` is not read; known are `type`, ")), "{error}");
    let error = read(&taking(&json!({"pattern": "(?=a)"}))).unwrap_err();
    assert_eq!(error, format!("{place}.pattern: `(?=a)` is no regular expression that is read"));
}

#[test]
fn a_schema_inside_of_itself_is_refused() {
    let mut document = taking(&json!({"$ref": "#/components/schemas/a"}));
    document["components"] = json!({"schemas": {"a": {"items": {"$ref": "#/components/schemas/a"}}}});
    let error = read(&document).unwrap_err();
    assert!(error.ends_with("schemas are nested too deeply, or one is inside of itself"), "{error}");
}

#[test]
fn schemas_that_fork_are_read_once() {
    let fork = |index: usize| {
        let below = format!("#/components/schemas/s{}", index + 1);
        (format!("s{index}"), json!({"properties": {"left": {"$ref": below}, "right": {"$ref": below}}}))
    };
    let mut schemas: serde_json::Map<String, Value> = (0..30).map(fork).collect();
    schemas.insert("s30".into(), json!({"type": "string"}));
    let mut document = taking(&json!({"$ref": "#/components/schemas/s0"}));
    document["components"] = json!({ "schemas": schemas });
    let destination = read(&document).unwrap();
    let schema = destination.endpoint("POST", None, "/people").unwrap().request.clone().unwrap();
    let misfit = schema.misfits(&json!({"left": {"right": {"left": 7}}}));
    assert_eq!(misfit, None);
}

#[test]
fn endpoints_are_found_by_their_literal_parts() {
    let operation = json!({"responses": {}});
    let paths = json!({
        "/people/{id}": {"get": operation}, "/people/me": {"get": operation}, "/people": {"post": operation},
    });
    let servers = json!([{"url": "https://{account}.example.com/v1/"}]);
    let document = json!({"openapi": "3.1.0", "servers": servers, "paths": paths});
    let destination = read(&document).unwrap();
    let found = |method: &str, base: Option<&str>, path: &str| {
        destination.endpoint(method, base, path).map(|endpoint| endpoint.path.clone())
    };
    assert_eq!(found("GET", Some("/v1"), "/people/:id").as_deref(), Some("/people/{id}"));
    assert_eq!(found("HEAD", None, "/people/7").as_deref(), Some("/people/{id}"));
    assert_eq!(found("GET", Some(""), "/v1/people/me").as_deref(), Some("/people/me"));
    assert_eq!(found("GET", Some("/v2"), "/people/me"), None);
    assert_eq!(found("GET", None, "/people"), None);
    assert_eq!(found("POST", None, "/:what"), None);
}

/// The documents of Zendesk as one, for a validator that reads no files.
fn bundled(pointer: &str) -> Value {
    let mut documents = serde_json::Map::new();
    for entry in fs::read_dir(root().join("schemas/zendesk")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut document: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        rewrite(&mut document, &name);
        documents.insert(name, document);
    }
    json!({"$ref": pointer, "documents": documents})
}

/// Makes references lead into the one document.
fn rewrite(value: &mut Value, own: &str) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if key == "$ref" => {
                        let (file, path) = text.split_once('#').unwrap();
                        *text = format!("#/documents/{}{path}", if file.is_empty() { own } else { file });
                    }
                    value => rewrite(value, own),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, own)),
        _ => {}
    }
}

/// The published schema of such documents; `tests/schemas/README.md` says where it comes from.
#[test]
fn documents_are_openapi() {
    let schema = fs::read_to_string(root().join("tests/schemas/openapi-3.1.json")).unwrap();
    let validator = jsonschema::draft202012::new(&serde_json::from_str(&schema).unwrap()).unwrap();
    let mut documents: Vec<(String, String)> =
        super::docs::schemas().map(|block| (block.document, block.text)).collect();
    documents
        .extend(RULES.iter().filter_map(|rule| Some((rule.code.to_string(), rule.schemas()?.to_owned()))));
    for entry in fs::read_dir(root().join("schemas/zendesk")).unwrap() {
        let path = entry.unwrap().path();
        documents.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
    }
    assert!(documents.len() > 5, "{documents:?}");
    for (name, text) in documents {
        let document: Value = serde_json::from_str(&text).unwrap();
        let problems: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(problems.is_empty(), "{name}: {problems:#?}");
    }
}

/// Some value, mostly one that fits.
fn sample(schema: &Schema, random: &mut Random) -> Value {
    if random.chance(4) {
        let odd = [
            json!(null),
            json!(true),
            json!(7),
            json!(1.5),
            json!(""),
            json!("zendesk"),
            json!([]),
            json!({}),
        ];
        return odd[random.index(odd.len())].clone();
    }
    if let Some(values) = &schema.values {
        return values[random.index(values.len())].clone();
    }
    if !schema.any.is_empty() {
        return sample(&schema.any[random.index(schema.any.len())], random);
    }
    let some = [Kind::Null, Kind::Integer, Kind::String, Kind::Object, Kind::Array];
    let kinds = if schema.kinds.is_empty() { &some[..] } else { &schema.kinds };
    match kinds[random.index(kinds.len())] {
        Kind::Null => Value::Null,
        Kind::Boolean => json!(random.chance(50)),
        Kind::Integer => json!(random.below(1_000_000)),
        Kind::Number => json!(0.5),
        Kind::String if schema.pattern.is_some() && random.chance(80) => json!("plan"),
        Kind::String => json!("é".repeat(random.index(45))),
        Kind::Array => {
            let items = schema.items.clone().unwrap_or_default();
            (0..random.index(4)).map(|_| sample(&items, random)).collect()
        }
        Kind::Object => {
            let mut members = serde_json::Map::new();
            for (name, member) in &schema.members {
                if schema.required.contains(name) && !random.chance(5) || random.chance(30) {
                    members.insert(name.clone(), sample(member, random));
                }
            }
            for odd in ["plan", "7", "a b"] {
                if random.chance(if matches!(schema.others, Others::None) { 1 } else { 20 }) {
                    let of = if let Others::Of(of) = &schema.others { of.clone() } else { Arc::default() };
                    members.insert(odd.into(), sample(&of, random));
                }
            }
            Value::Object(members)
        }
    }
}

#[test]
fn schemas_mean_what_another_implementation_says() {
    let destination = zendesk_schemas();
    let endpoint = |method: &str, path: &str| destination.endpoint(method, None, path).unwrap();
    let body =
        |reply: Reply<'_>| if let Reply::Body(schema) = reply { schema.clone() } else { panic!("no body") };
    let file = "#/documents/users.json";
    let content = "content/application~1json/schema";
    let schemas: BTreeMap<String, Schema> = [
        (
            format!("{file}/paths/~1users~1create_or_update/post/requestBody/{content}"),
            (**endpoint("POST", "/users/create_or_update").request.as_ref().unwrap()).clone(),
        ),
        (
            format!("{file}/paths/~1users~1%7Buser_id%7D~1events/post/requestBody/{content}"),
            (**endpoint("POST", "/users/7/events").request.as_ref().unwrap()).clone(),
        ),
        (
            format!("{file}/paths/~1users~1search/get/responses/200/{content}"),
            body(endpoint("GET", "/users/search").reply(200)),
        ),
        (
            format!("#/documents/account.json/components/responses/refused/{content}"),
            body(endpoint("GET", "/users/search").reply(422)),
        ),
        (
            format!("#/documents/fields.json/paths/~1user_fields/post/requestBody/{content}"),
            (**endpoint("POST", "/user_fields").request.as_ref().unwrap()).clone(),
        ),
    ]
    .into();
    for (pointer, schema) in schemas {
        let validator: Validator = jsonschema::draft202012::new(&bundled(&pointer)).unwrap();
        let mut random = Random::new(11);
        let (mut n_good, mut n_bad) = (0, 0);
        for _ in 0..2_000 {
            let value = sample(&schema, &mut random);
            let misfit = schema.misfits(&value);
            assert_eq!(misfit.is_none(), validator.is_valid(&value), "{pointer}\n{value}\n{misfit:?}");
            *(if misfit.is_none() { &mut n_good } else { &mut n_bad }) += 1;
        }
        assert!(n_good > 50 && n_bad > 50, "{pointer}: {n_good} good, {n_bad} bad");
    }
}

/// Looks at all that goes over the wire.
#[derive(Debug)]
struct Watching {
    inner: HttpTransport,
    destination: Arc<Destination>,
    n_seen: AtomicUsize,
    problems: Mutex<Vec<String>>,
}

impl Watching {
    fn look(&self, request: &Request, answer: &Answer) {
        let Answer::Reply { status, body, .. } = answer else { return };
        self.n_seen.fetch_add(1, Ordering::Relaxed);
        let path = request.target.split('?').next().unwrap_or_default();
        let shown = format!("{} {} {status}", request.method, request.target);
        let Some(endpoint) = self.destination.endpoint(request.method.as_str(), Some("/api/v2"), path) else {
            return self.problem(format!("{shown}: no such endpoint"));
        };
        if let (Some(schema), Some(sent)) = (&endpoint.request, &request.body) {
            let mut sent: Value = serde_json::from_slice(sent).unwrap();
            // The mapping sends it on purpose; Zendesk drops it.
            if let Some(organization) = sent.get_mut("organization").and_then(Value::as_object_mut) {
                organization.remove("deleted");
            }
            if let Some(misfit) = schema.misfits(&sent) {
                self.problem(format!("{shown}: sent {} {}: {sent}", misfit.path, misfit.why));
            }
        }
        match (endpoint.reply(*status), body) {
            (Reply::Body(schema), Body::Json(body)) => {
                if let Some(misfit) = schema.misfits(body) {
                    self.problem(format!("{shown}: answered {} {}: {body}", misfit.path, misfit.why));
                }
            }
            (Reply::Empty, Body::Json(body)) => {
                self.problem(format!("{shown}: a body where there is none: {body}"));
            }
            (Reply::Unknown, _) => self.problem(format!("{shown}: no such status")),
            (Reply::Body(_) | Reply::Empty, _) => {}
        }
    }

    fn problem(&self, problem: String) {
        self.problems.lock().unwrap().push(problem);
    }
}

impl Transport for Watching {
    fn send<'a>(&'a self, request: &'a Request, authorization: Option<&'a Secret>) -> Sending<'a> {
        Box::pin(async move {
            let answer = self.inner.send(request, authorization).await;
            self.look(request, &answer);
            answer
        })
    }

    fn ask_token<'a>(&'a self, path: &'a str, form: &'a Secret) -> Sending<'a> {
        self.inner.ask_token(path, form)
    }
}

#[test]
fn what_is_sent_and_answered_fits_the_schemas() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (n_seen, problems) = runtime.block_on(watched());
    assert!(
        problems.is_empty(),
        "{} of {n_seen}:\n{}",
        problems.len(),
        problems[..problems.len().min(5)].join("\n")
    );
    assert!(n_seen > 500, "only {n_seen} requests");
}

async fn watched() -> (usize, Vec<String>) {
    let settings = json!({
        "domain": "acme", "email": "ops@acme.test", "apiToken": "a-token", "searchByExternalId": true,
        "removeUsersFromOrganization": true, "sendGroupCallsWithoutUserId": true,
    });
    let session = session(ZENDESK, &settings);
    let sandbox = sandbox::Sandbox::builder().start().await.unwrap();
    let address = Address::at_endpoint(session.base_url(), &sandbox.url()).unwrap();
    let inner = HttpTransport::new(address, session.headers(), HttpLimits::default()).unwrap();
    let destination = zendesk_schemas();
    let watching = Watching { inner, destination, n_seen: AtomicUsize::new(0), problems: Mutex::default() };
    let watching = Arc::new(watching);
    let deliverer = Deliverer::new(session, watching.clone(), Options::default());
    let shown = fs::read_to_string(root().join("examples/events.ndjson")).unwrap();
    let lines = shown.lines().map(str::to_owned).chain(corpus::deliverable_events(5, 60, 300));
    for line in lines.collect::<Vec<_>>() {
        deliverer.deliver_one(Arc::new(serde_json::from_str(&line).unwrap())).await;
    }
    sandbox.stop().await;
    let problems = std::mem::take(&mut *watching.problems.lock().unwrap());
    (watching.n_seen.load(Ordering::Relaxed), problems)
}
