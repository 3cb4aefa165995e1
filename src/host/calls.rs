//! Answers calls: what each of them gives for which body.

use axum::body::Bytes;
use serde_json::{Value, json};

use super::batch::Batch;
use super::features::{self, VERSION};
use super::route::Call;
use super::served::Served;
use super::{Host, processor, router};

/// An answer to a call.
#[derive(Debug)]
pub(super) struct Reply {
    /// HTTP status.
    pub(super) status: u16,
    /// JSON, or text that is called text.
    pub(super) is_text: bool,
    /// Says that the answer is of the transform protocol, version 2. A platform that misses it stops.
    pub(super) is_transform: bool,
    /// The body.
    pub(super) body: Vec<u8>,
}

impl Reply {
    fn transform(body: serde_json::Result<Vec<u8>>) -> Self {
        match body {
            Ok(body) => Reply { status: 200, is_text: false, is_transform: true, body },
            Err(_) => Reply::json(500, &error("the answer cannot be written")),
        }
    }

    fn text(text: String) -> Self {
        Reply { status: 200, is_text: true, is_transform: false, body: text.into_bytes() }
    }

    /// JSON that is not of the transform protocol.
    pub(super) fn json(status: u16, value: &Value) -> Self {
        Reply { status, is_text: false, is_transform: false, body: value.to_string().into_bytes() }
    }

    /// There is no such call.
    pub(super) fn not_found() -> Self {
        Reply { status: 404, is_text: true, is_transform: false, body: b"Not Found".to_vec() }
    }
}

/// An error of a whole call.
pub(super) fn error(why: &str) -> Value {
    json!({ "error": why })
}

/// What the headers of a call say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Client {
    /// The caller knows status 298.
    pub(super) can_filter: bool,
}

/// Answers a call.
pub(super) async fn answer(host: &Host, call: &Call, client: Client, body: &Bytes) -> Reply {
    match call {
        Call::Health => Reply::json(200, &features::health(host)),
        Call::Ready if host.mappings.is_empty() => Reply::json(503, &error("no mapping is served")),
        Call::Ready => Reply::json(200, &json!({"ready": true})),
        Call::Features => Reply::text(features::features(host).to_string()),
        Call::Version => Reply::text(VERSION.to_owned()),
        Call::Router => match batch(Batch::read(body)) {
            Ok(batch) => router_call(host, &batch, client).await,
            Err(reply) => reply,
        },
        Call::Processor(name) => match (host.mappings.get(name), batch(Batch::read_list(body))) {
            (None, _) => unknown(name),
            (_, Err(reply)) => reply,
            (Some(served), Ok(batch)) => Reply::transform(processor::transform(host, served, &batch).await),
        },
        Call::Batch => match batch(Batch::read(body)) {
            Ok(batch) => batch_call(host, &batch),
            Err(reply) => reply,
        },
        Call::DeleteUsers => delete_users(host, body),
    }
}

async fn router_call(host: &Host, batch: &Batch<'_>, client: Client) -> Reply {
    match destination(host, batch) {
        Err(reply) => reply,
        Ok(served) if batch.input.is_empty() => {
            let metadata = json!([{ "destType": served.name }]);
            let element = json!({
                "metadata": metadata, "batched": false, "statusCode": 400, "error": "Invalid event array",
            });
            Reply::transform(serde_json::to_vec(&json!({ "output": [element] })))
        }
        Ok(served) => Reply::transform(router::transform(host, served, batch, client.can_filter).await),
    }
}

/// No destination of ours joins events this way; the caller makes single ones of them.
fn batch_call(host: &Host, batch: &Batch<'_>) -> Reply {
    let served = match destination(host, batch) {
        Ok(served) => served,
        Err(reply) => return reply,
    };
    let metadata: Vec<_> = batch.items().filter_map(|item| item.metadata).collect();
    let metadata = serde_json::to_string(&metadata).unwrap_or_else(|_| "[]".to_owned());
    let why = Value::from(format!("{} does not implement batch", served.name));
    let body = format!(
        r#"[{{"metadata":{metadata},"batched":false,"statusCode":500,"error":{why},"statTags":{{"errorCategory":"transformation"}}}}]"#
    );
    Reply::transform(Ok(body.into_bytes()))
}

fn delete_users(host: &Host, body: &Bytes) -> Reply {
    let Ok(jobs) = serde_json::from_slice::<Vec<Value>>(body) else {
        return Reply::json(400, &error("the body is not a list of jobs"));
    };
    let name = jobs.first().and_then(|job| job.get("destType")).and_then(Value::as_str).unwrap_or_default();
    let Some(served) = host.mappings.get(name) else { return unknown(name) };
    let why = format!("{}: Doesn't support deletion of users", served.name);
    Reply::json(404, &json!([{"statusCode": 404, "error": why}]))
}

fn batch(read: serde_json::Result<Batch<'_>>) -> Result<Batch<'_>, Reply> {
    read.map_err(|problem| Reply::json(400, &error(&format!("the body is not a batch: {problem}"))))
}

fn destination<'h>(host: &'h Host, batch: &Batch<'_>) -> Result<&'h Served, Reply> {
    let Some(name) = &batch.destination else {
        return Err(Reply::json(400, &error("the body does not say `destType`")));
    };
    host.mappings.get(name).ok_or_else(|| unknown(name))
}

fn unknown(name: &str) -> Reply {
    Reply::json(404, &error(&format!("Unknown destination: {name}")))
}
