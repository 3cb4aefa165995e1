//! A request as the platform takes it to send it itself.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::deliver::Shared;

/// Nothing.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Empty {}

/// A request, as the platform takes it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rest {
    version: &'static str,
    r#type: &'static str,
    method: &'static str,
    endpoint: String,
    headers: BTreeMap<String, String>,
    params: Empty,
    body: Bodies,
    files: Empty,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
}

/// The forms that a body can have; the first that is not empty is sent.
#[derive(Debug, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Bodies {
    json: Json,
    json_array: Empty,
    xml: Empty,
    form: Empty,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Json {
    Text(Box<RawValue>),
    None(Empty),
}

impl Rest {
    /// The request; one that says no user says an empty one where `must_have_user`.
    pub(super) fn of(request: Shared, must_have_user: bool) -> Self {
        let mut headers: BTreeMap<String, String> = request.headers.into_iter().collect();
        headers.insert("Content-Type".to_owned(), "application/json".to_owned());
        if let Some(secret) = &request.authorization {
            headers.insert("Authorization".to_owned(), secret.reveal().to_owned());
        }
        let body = request.body.and_then(|body| String::from_utf8(body).ok());
        let body = body.and_then(|body| RawValue::from_string(body).ok());
        Rest {
            version: "1",
            r#type: "REST",
            method: request.method.as_str(),
            endpoint: request.url,
            headers,
            params: Empty {},
            body: Bodies {
                json: body.map_or(Json::None(Empty {}), Json::Text),
                json_array: Empty {},
                xml: Empty {},
                form: Empty {},
            },
            files: Empty {},
            user_id: request.user.or(must_have_user.then(String::new)),
        }
    }
}
