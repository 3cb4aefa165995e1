//! `/v0|v1/destinations/{name}/proxy`: makes one request for the caller, who has put it together or got it from us.
//!
//! The request must lead below the base URL that the mapping makes of the destination's settings, so that nobody can
//! have the host ask for anything else.

use std::collections::BTreeMap;

use form_urlencoded::Serializer;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use tokio::time::Instant;
use url::Url;

use super::batch::Metadata;
use super::calls::{Client, Reply};
use super::served::Served;
use super::shares::TOO_MANY;
use super::verdict::{Answer as Told, Kind, StatTags};
use super::{Host, log};
use crate::deliver::Deliverer;
use crate::run::{Answer, Body, Method, Repeat, Request};

/// The two forms of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// One event; the HTTP status is the destination's.
    V0,
    /// Several events; each has its status.
    V1,
}

/// What the caller sends.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delivery<'a> {
    method: String,
    endpoint: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    params: Map<String, Value>,
    #[serde(default)]
    body: Bodies,
    #[serde(borrow)]
    metadata: &'a RawValue,
    #[serde(borrow, default)]
    destination_config: Option<&'a RawValue>,
}

/// The forms that a body can have; the first that is not empty is sent.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "SCREAMING_SNAKE_CASE")]
struct Bodies {
    json: Map<String, Value>,
    json_array: Map<String, Value>,
    xml: Map<String, Value>,
    form: Map<String, Value>,
}

impl<'a> Delivery<'a> {
    /// Metadata of the events that the request is for: there may be several.
    fn metadata(&self) -> Vec<&'a RawValue> {
        serde_json::from_str(self.metadata.get()).unwrap_or_else(|_| vec![self.metadata])
    }
}

/// The destination's answer.
struct Answered {
    status: u16,
    text: String,
}

/// What this is called among the counts.
const FEATURE: &str = "dataDelivery";

/// Makes the request and writes the answer.
pub(super) async fn deliver(
    host: &Host,
    served: &Served,
    version: Version,
    client: Client,
    body: &[u8],
) -> Reply {
    let delivery: Delivery<'_> = match serde_json::from_slice(body) {
        Ok(delivery) => delivery,
        Err(problem) => return Reply::misread(500, "the body is no delivery", &problem),
    };
    let answered = match send(host, served, &delivery, client).await {
        Ok(answered) => answered,
        Err(why) => {
            return told(served, version, &delivery, &Answered { status: 400, text: why }, Kind::Settings);
        }
    };
    told(served, version, &delivery, &answered, Kind::Network)
}

async fn send(
    host: &Host,
    served: &Served,
    delivery: &Delivery<'_>,
    client: Client,
) -> Result<Answered, String> {
    let settings = delivery.destination_config.map_or("{}", RawValue::get);
    let account = host.accounts.get(served, settings).map_err(|why| why.to_string())?;
    let request = request(delivery, &account)?;
    let Some(_share) = host.share(&account) else {
        return Ok(Answered { status: 500, text: TOO_MANY.to_owned() });
    };
    let metadata = delivery.metadata().first().map(|text| Metadata::read(text)).unwrap_or_default();
    let sending = host.metrics.origin(FEATURE, &served.name, &metadata).watch(account.forward(&request));
    let patience =
        client.patience.map_or(client.deadline, |patience| client.deadline.min(Instant::now() + patience));
    let answer = tokio::time::timeout_at(patience, sending).await.unwrap_or(Answer::Timeout);
    Ok(match answer {
        Answer::Reply { status, body: Body::Empty, .. } => Answered { status, text: String::new() },
        Answer::Reply { status, body: Body::Json(value), .. } => Answered { status, text: value.to_string() },
        Answer::Reply { status, body: Body::Other(text), .. } => Answered { status, text },
        Answer::Timeout => Answered { status: 500, text: "[ETIMEDOUT] :: no answer in time".to_owned() },
        Answer::Unreachable { why } => Answered { status: 500, text: format!("[ECONNREFUSED] :: {why}") },
    })
}

fn request(delivery: &Delivery<'_>, account: &Deliverer) -> Result<Request, String> {
    let method = Method::ALL.iter().find(|(name, _)| name.eq_ignore_ascii_case(&delivery.method));
    let (_, method) = method.ok_or_else(|| format!("there is no method `{}`", delivery.method))?;
    let target = delivery.endpoint.strip_prefix(account.session().base_url());
    // What a URL parser would change, such as dot segments, would lead elsewhere.
    let is_as_it_stands = Url::parse(&delivery.endpoint).is_ok_and(|url| url.as_str() == delivery.endpoint);
    let target = target.filter(|target| target.starts_with('/') && is_as_it_stands);
    let mut target = target.ok_or("the endpoint is not below the base URL of the destination")?.to_owned();
    if !delivery.params.is_empty() {
        let mut query = Serializer::new(String::new());
        for (name, value) in &delivery.params {
            query.append_pair(name, &text_of(value));
        }
        target.push(if target.contains('?') { '&' } else { '?' });
        target.push_str(&query.finish());
    }
    Ok(Request {
        step: "proxy".into(),
        method: *method,
        target,
        headers: delivery.headers.clone().into_iter().collect(),
        body: bytes(&delivery.body),
        cache: None,
        once: None,
        limits: Vec::new(),
        bulk: None,
        forget: [].into(),
        repeat: Repeat::Harmless,
        attempt: 1,
        retry_after: None,
        fresh_auth: false,
        host: None,
    })
}

fn bytes(body: &Bodies) -> Option<Vec<u8>> {
    let text = |body: &Map<String, Value>, key: &str| body.get(key).map(|value| text_of(value).into_bytes());
    if !body.json.is_empty() {
        return serde_json::to_vec(&body.json).ok();
    }
    if !body.json_array.is_empty() {
        return text(&body.json_array, "batch");
    }
    if !body.xml.is_empty() {
        return text(&body.xml, "payload");
    }
    if body.form.is_empty() {
        return None;
    }
    let mut form = Serializer::new(String::new());
    for (name, value) in &body.form {
        form.append_pair(name, &text_of(value));
    }
    Some(form.finish().into_bytes())
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn told(
    served: &Served,
    version: Version,
    delivery: &Delivery<'_>,
    answered: &Answered,
    kind: Kind,
) -> Reply {
    let Answered { status, text } = answered;
    let name = &served.name;
    let is_good = (200..300).contains(status);
    let message = if is_good {
        format!("[Generic Response Handler] Request for destination: {name} Processed Successfully")
    } else {
        format!("[Generic Response Handler] Request failed for destination {name} with status: {status}")
    };
    let metadata = delivery.metadata();
    let first = metadata.first().map(|text| Metadata::read(text)).unwrap_or_default();
    let upper = name.to_ascii_uppercase();
    let outcome = if is_good { "delivered" } else { "failed" };
    let told = Told { status: *status, error: (!is_good).then(|| text.clone()), outcome, kind };
    if !is_good {
        // The destination's words may have all of the event in them.
        let error = Some(if kind == Kind::Network { message.clone() } else { text.clone() });
        log::failed(served, &first, delivery.destination_config, &Told { error, ..told.clone() });
    }
    let mut output = Output {
        status: *status,
        message,
        stat_tags: told.tags(FEATURE, &upper, &first),
        destination_response: None,
        response: None,
    };
    if version == Version::V1 {
        let entry = |metadata| Entry { error: text, status_code: *status, metadata };
        output.response = Some(metadata.into_iter().map(entry).collect());
        return Reply::transform(serde_json::to_vec(&Whole { output }));
    }
    let response = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str()));
    output.destination_response = Some(json!({"response": response, "status": status}));
    let status = match status {
        200..=299 => 200,
        404 => 400,
        other => *other,
    };
    Reply { status, ..Reply::transform(serde_json::to_vec(&Whole { output })) }
}

#[derive(Serialize)]
struct Whole<'a> {
    output: Output<'a>,
}

/// The answer: `destinationResponse` in version 0, `response` in version 1.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Output<'a> {
    status: u16,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    stat_tags: Option<StatTags<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination_response: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<Vec<Entry<'a>>>,
}

/// What became of one event.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    error: &'a str,
    status_code: u16,
    metadata: &'a RawValue,
}
