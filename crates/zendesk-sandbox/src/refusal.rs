//! The error bodies of the API, one constructor each.
//!
//! Envelope A is `{"error","description","details"?}`, B is `{"error":{"title","message"}}`, C is `{"errors":[..]}`.

use serde_json::{Map, Value, json};

use crate::reply::Reply;

/// 404 for a route that does not exist.
pub(crate) fn invalid_endpoint() -> Reply {
    Reply::json(404, json!({"error": "InvalidEndpoint", "description": "Not found"}))
}

/// 404 for a record that does not exist.
pub(crate) fn record_not_found() -> Reply {
    Reply::json(404, json!({"error": "RecordNotFound", "description": "Not found"}))
}

/// 409 for a write that collided with another one.
pub(crate) fn database_conflict() -> Reply {
    Reply::json(409, json!({"error": "DatabaseConflict", "description": "Database collision"}))
}

/// 403 for a caller who may not do that.
pub(crate) fn forbidden() -> Reply {
    let why = "You do not have access to this page. Please contact the account owner of this help desk for further \
               help.";
    Reply::json(403, json!({"error": "Forbidden", "description": why}))
}

/// 400 for more users in one bulk call than it takes.
pub(crate) fn too_many_users(limit: usize) -> Reply {
    let description = format!("Maximum {limit} users may be created per call");
    Reply::json(400, json!({"error": "TooManyValues", "description": description}))
}

/// 401 for missing or wrong Basic credentials.
pub(crate) fn unauthenticated() -> Reply {
    Reply::json(401, json!({"error": "Couldn't authenticate you"}))
}

/// 401 for a bearer token that is expired, revoked or unknown.
pub(crate) fn invalid_token() -> Reply {
    let why = "The access token provided is expired, revoked, malformed or invalid for other reasons.";
    Reply::json(401, json!({"error": "invalid_token", "error_description": why}))
}

/// 400 for more ids than one call may name.
pub(crate) fn too_many_values(limit: usize) -> Reply {
    let description = format!("Parameter  cannot specify more than {limit} values");
    Reply::json(400, json!({"error": "TooManyValues", "description": description, "max_count": limit}))
}

/// 400 for a known parameter with a wrong type; `wish` reads like `must be an integer`.
pub(crate) fn invalid_attribute(path: &str, wish: &str, action: &str) -> Reply {
    let message = format!(
        "You passed an invalid value for the {path} attribute. Invalid parameter: {path} {wish} from api/v2/{action}"
    );
    titled(400, "Invalid attribute", &message)
}

/// Envelope B.
pub(crate) fn titled(status: u16, title: &str, message: &str) -> Reply {
    Reply::json(status, json!({"error": {"title": title, "message": message}}))
}

/// Envelope C with one error.
pub(crate) fn listed(status: u16, code: &str, title: &str) -> Reply {
    Reply::json(status, json!({"errors": [{"code": code, "title": title}]}))
}

/// Validation errors of one write, keyed by field.
#[derive(Debug, Default)]
pub(crate) struct Problems(Map<String, Value>);

impl Problems {
    /// Adds an error of a field; `code` is missing for some kinds of error.
    pub(crate) fn add(&mut self, field: &str, description: &str, code: Option<&str>) {
        let mut item = Map::from_iter([("description".to_owned(), json!(description))]);
        if let Some(code) = code {
            item.insert("error".to_owned(), json!(code));
        }
        self.push(field, Value::Object(item));
    }

    /// Adds "has already been taken" and its like.
    pub(crate) fn duplicate(&mut self, field: &str, description: &str) {
        self.add(field, description, Some("DuplicateValue"));
    }

    /// Adds "cannot be blank".
    pub(crate) fn blank(&mut self, field: &str, label: &str) {
        self.add(field, &format!("{label} cannot be blank"), Some("BlankValue"));
    }

    /// Adds "is invalid" about a custom field.
    pub(crate) fn invalid_field(&mut self, key: &str, title: &str) {
        let description = format!("{title}: is invalid");
        self.push("base", json!({"description": description, "error": "InvalidValue", "field_key": key}));
    }

    /// 422 with all errors, or nothing when there are none.
    pub(crate) fn finish(self) -> Result<(), Reply> {
        if self.0.is_empty() {
            return Ok(());
        }
        let body =
            json!({"error": "RecordInvalid", "description": "Record validation errors", "details": self.0});
        Err(Reply::json(422, body))
    }

    fn push(&mut self, field: &str, item: Value) {
        match self.0.get_mut(field) {
            Some(Value::Array(items)) => items.push(item),
            _ => {
                self.0.insert(field.to_owned(), json!([item]));
            }
        }
    }
}

/// 422 with one duplicate value.
pub(crate) fn duplicate(field: &str, description: &str) -> Reply {
    one(field, description, "DuplicateValue")
}

/// 422 with one error.
pub(crate) fn one(field: &str, description: &str, code: &str) -> Reply {
    let details = json!({field: [{"description": description, "error": code}]});
    Reply::json(
        422,
        json!({"error": "RecordInvalid", "description": "Record validation errors", "details": details}),
    )
}
