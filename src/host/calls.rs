//! Answers calls: what each of them gives for which body.

use std::borrow::Cow;
use std::time::Duration;

use axum::body::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::batch::Batch;
use super::features::{self, VERSION};
use super::route::Call;
use super::served::{Mappings, Served};
use super::{Host, deletion, processor, proxy, router};

/// An answer to a call.
#[derive(Debug)]
pub(super) struct Reply {
    /// HTTP status.
    pub(super) status: u16,
    /// JSON, or text that is called text.
    pub(super) is_text: bool,
    /// Says that the answer is of the transform protocol, version 2. A platform that misses it stops.
    pub(super) is_transform: bool,
    /// The call comes again later, for this reason in a word.
    pub(super) again: Option<&'static str>,
    /// The body.
    pub(super) body: Vec<u8>,
    /// Destination of a mapping that the call was for.
    pub(super) destination: Option<String>,
    /// Why the call was refused as a whole; quotes nothing of its body.
    pub(super) refusal: Option<String>,
}

impl Reply {
    fn new(status: u16, body: Vec<u8>) -> Self {
        Reply {
            status,
            is_text: false,
            is_transform: false,
            again: None,
            body,
            destination: None,
            refusal: None,
        }
    }

    pub(super) fn transform(body: serde_json::Result<Vec<u8>>) -> Self {
        match body {
            Ok(body) => Reply { is_transform: true, ..Reply::new(200, body) },
            Err(_) => Reply::refused(500, "the answer cannot be written"),
        }
    }

    fn text(text: String) -> Self {
        Reply { is_text: true, ..Reply::new(200, text.into_bytes()) }
    }

    /// JSON that is not of the transform protocol.
    pub(super) fn json(status: u16, value: &Value) -> Self {
        Reply::new(status, value.to_string().into_bytes())
    }

    /// The call is refused; the sentence quotes nothing of its body.
    pub(super) fn refused(status: u16, why: &str) -> Self {
        Reply { refusal: Some(why.to_owned()), ..Reply::json(status, &error(why)) }
    }

    /// The body is not what it should be. The caller is told more than the log.
    pub(super) fn misread(status: u16, why: &str, problem: &serde_json::Error) -> Self {
        let place = format!("{why}: see line {}, column {}", problem.line(), problem.column());
        Reply { refusal: Some(place), ..Reply::json(status, &error(&format!("{why}: {problem}"))) }
    }

    /// Nothing is done with the call now; it is to come again.
    pub(super) fn later(why: &str, word: &'static str) -> Self {
        Reply { again: Some(word), ..Reply::refused(503, why) }
    }

    /// There is no such call.
    pub(super) fn not_found() -> Self {
        let body = b"Not Found".to_vec();
        Reply { is_text: true, refusal: Some("there is no such call".to_owned()), ..Reply::new(404, body) }
    }

    /// Says which destination the call was for.
    fn about(self, served: &Served) -> Self {
        Reply { destination: Some(served.name.clone()), ..self }
    }
}

/// An error of a whole call.
pub(super) fn error(why: &str) -> Value {
    json!({ "error": why })
}

/// What a caller can do and expects.
#[derive(Clone, Copy, Debug)]
pub(super) struct Client {
    /// The caller knows status 298.
    pub(super) can_filter: bool,
    /// How long a request that is made for the caller may take.
    pub(super) patience: Option<Duration>,
    /// When the call has to be at its end.
    pub(super) deadline: Instant,
}

/// Whether a call is for this host, and not for the one behind it.
pub(super) fn is_ours(host: &Host, call: &Call, body: &[u8]) -> bool {
    /// The only member that matters here.
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(borrow, default, rename = "destType")]
        destination: Option<Cow<'a, str>>,
    }
    let mappings = host.mappings();
    let has =
        |named: &Named<'_>| named.destination.as_deref().is_some_and(|name| mappings.get(name).is_some());
    match call {
        Call::Health | Call::Ready | Call::Features | Call::Version => true,
        Call::Processor(name) | Call::Proxy(_, name) | Call::ProxyTest(name) => mappings.get(name).is_some(),
        Call::Router | Call::Batch => serde_json::from_slice(body).is_ok_and(|named| has(&named)),
        Call::DeleteUsers => {
            serde_json::from_slice::<Vec<Named<'_>>>(body).is_ok_and(|jobs| jobs.iter().all(has))
        }
    }
}

/// Answers a call.
pub(super) async fn answer(host: &Host, call: &Call, client: Client, body: &Bytes) -> Reply {
    // Whatever is saved meanwhile, a call sees one set of mappings.
    let mappings = host.mappings();
    match call {
        Call::Health => Reply::json(200, &features::health(host)),
        Call::Ready if mappings.is_empty() => Reply::refused(503, "no mapping is served"),
        Call::Ready => Reply::json(200, &json!({"ready": true})),
        Call::Features => features_call(host).await,
        Call::Version => Reply::text(VERSION.to_owned()),
        Call::Router => match batch(Batch::read(body)) {
            Ok(batch) => router_call(host, &mappings, &batch, client).await,
            Err(reply) => reply,
        },
        Call::Processor(name) => match (mappings.get(name), batch(Batch::read_list(body))) {
            (None, _) => unknown(name),
            (_, Err(reply)) => reply,
            (Some(served), Ok(batch)) => {
                let output = processor::transform(host, served, &batch, client.deadline).await;
                Reply::transform(output).about(served)
            }
        },
        Call::Proxy(version, name) => match mappings.get(name) {
            None => unknown(name),
            Some(served) => proxy::deliver(host, served, *version, client, body).await.about(served),
        },
        // The caller knows this text: nobody is to try requests here.
        Call::ProxyTest(_) => {
            Reply { status: 404, ..Reply::text("RouteActivationMiddleware route is disabled".to_owned()) }
        }
        Call::Batch => match batch(Batch::read(body)) {
            Ok(batch) => batch_call(&mappings, &batch),
            Err(reply) => reply,
        },
        Call::DeleteUsers => deletion::delete(host, &mappings, client.deadline, body).await,
    }
}

async fn features_call(host: &Host) -> Reply {
    let Some(upstream) = &host.upstream else { return Reply::text(features::features(host).to_string()) };
    match upstream.features().await {
        Some(theirs) => Reply::text(features::merged(host, theirs).to_string()),
        // The caller keeps what it knew before: anything else would change the routes of other destinations.
        None => Reply::refused(503, "the upstream transformer does not answer"),
    }
}

async fn router_call(host: &Host, mappings: &Mappings, batch: &Batch<'_>, client: Client) -> Reply {
    match destination(mappings, batch) {
        Err(reply) => reply,
        Ok(served) if batch.input.is_empty() => {
            let metadata = json!([{ "destType": served.name }]);
            let element = json!({
                "metadata": metadata, "batched": false, "statusCode": 400, "error": "Invalid event array",
            });
            Reply::transform(serde_json::to_vec(&json!({ "output": [element] }))).about(served)
        }
        Ok(served) => {
            let output = router::transform(host, served, batch, client).await;
            Reply::transform(output).about(served)
        }
    }
}

/// No destination of ours joins events this way; the caller makes single ones of them.
fn batch_call(mappings: &Mappings, batch: &Batch<'_>) -> Reply {
    let served = match destination(mappings, batch) {
        Ok(served) => served,
        Err(reply) => return reply,
    };
    let metadata: Vec<_> = batch.items().filter_map(|item| item.metadata).collect();
    let metadata = serde_json::to_string(&metadata).unwrap_or_else(|_| "[]".to_owned());
    let why = Value::from(format!("{} does not implement batch", served.name));
    let body = format!(
        r#"[{{"metadata":{metadata},"batched":false,"statusCode":500,"error":{why},"statTags":{{"errorCategory":"transformation"}}}}]"#
    );
    Reply::transform(Ok(body.into_bytes())).about(served)
}

fn batch(read: serde_json::Result<Batch<'_>>) -> Result<Batch<'_>, Reply> {
    read.map_err(|problem| Reply::misread(400, "the body is not a batch", &problem))
}

fn destination<'m>(mappings: &'m Mappings, batch: &Batch<'_>) -> Result<&'m Served, Reply> {
    let Some(name) = &batch.destination else {
        return Err(Reply::refused(400, "the body does not say `destType`"));
    };
    mappings.get(name).ok_or_else(|| unknown(name))
}

pub(super) fn unknown(name: &str) -> Reply {
    Reply::refused(404, &format!("Unknown destination: {name}"))
}
