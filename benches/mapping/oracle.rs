//! Right before fast: fixed events give the requests that were written down by hand.

use mapwright::run::{Limits, Verdict};
use serde_json::{Value, json};

use super::scripted::{Account, run, zendesk};
use super::sets::{Kind, replay};

/// Stops the benchmark when anything differs.
pub(crate) fn check() {
    requests_are(&identify(), &identify_requests());
    requests_are(&track(), &track_requests());
    requests_are(&group(), &group_requests());
    for kind in Kind::ALL {
        assert_eq!(replay(kind.set(), 0, true).verdict, Verdict::Delivered);
    }
}

#[track_caller]
fn requests_are(event: &Value, expected: &Value) {
    let account = Account::new();
    let (requests, outcome) = run(&zendesk(), event, &Limits::default(), |request| account.answer(request));
    assert_eq!(outcome.verdict, Verdict::Delivered);
    let shown = requests.iter().map(|request| {
        let body: Value =
            request.body.as_ref().map_or(Value::Null, |body| serde_json::from_slice(body).unwrap());
        json!([format!("{} {}", request.method, request.target), body])
    });
    assert_eq!(Value::Array(shown.collect()), *expected);
}

fn identify() -> Value {
    serde_json::from_str(
        r#"{"type": "identify", "userId": "u1", "context": {"traits": {"name": "Zo\u00eb \ud83c\udfab", "email": " zoe@acme.test ",
            "phone": "+49 30 1", "timezone": "Berlin", "plan": "pro", "age": 41, "score": 1.50, "vip": true, "notes": null,
            "favourite colour": "blue", "interests": ["a"], "company": {"id": 12, "name": "Acme"}}}}"#,
    )
    .unwrap()
}

fn identify_requests() -> Value {
    let score: Value = serde_json::from_str("1.50").unwrap();
    json!([
        ["GET /user_fields?page%5Bsize%5D=100", null],
        ["POST /users/create_or_update", {"user": {
            "name": "Zoë 🎫", "email": "zoe@acme.test", "external_id": "u1", "organization_id": 12, "time_zone": "Berlin",
            "phone": "+49 30 1", "user_fields": {
                "id": "u1", "plan": "pro", "age": 41, "score": score, "vip": true, "notes": null, "favourite_colour": "blue",
            },
        }}],
    ])
}

fn track() -> Value {
    json!({
        "type": "track", "userId": "u1", "event": "Order Completed", "properties": {"price": 7, "items": [{"sku": "a"}]},
        "timestamp": "2026-05-01T10:00:00.000Z", "context": {"traits": {"name": "Ada", "email": "ada@acme.test"}},
    })
}

fn track_requests() -> Value {
    json!([
        ["GET /users/search?external_id=u1", null],
        ["POST /users/7/events", {
            "event": {
                "type": "Order Completed", "source": "Rudder", "description": "Order Completed",
                "properties": {"price": 7, "items": [{"sku": "a"}]}, "created_at": "2026-05-01T10:00:00.000Z",
            },
            "profile": {"type": "customer", "source": "Rudder", "identifiers": [
                {"type": "email", "value": "ada@acme.test"}, {"type": "external_id", "value": "u1"},
            ]},
        }],
    ])
}

fn group() -> Value {
    json!({
        "type": "group", "userId": "u1", "groupId": "g1",
        "traits": {"name": "Acme", "industry": "retail", "employees": 12, "domainNames": "acme.test", "tags": ["a", "b"]},
        "context": {"traits": {"name": "Ada", "email": "ada@acme.test", "plan": "pro"}},
    })
}

fn group_requests() -> Value {
    json!([
        ["GET /organization_fields?page%5Bsize%5D=100", null],
        ["POST /organizations/create_or_update", {"organization": {
            "name": "Acme", "external_id": "g1", "domain_names": ["acme.test"], "tags": ["a", "b"],
            "organization_fields": {"id": "g1", "industry": "retail", "employees": 12},
        }}],
        ["GET /user_fields?page%5Bsize%5D=100", null],
        ["POST /users/create_or_update", {"user": {
            "name": "Ada", "email": "ada@acme.test", "external_id": "u1", "user_fields": {"id": "u1", "plan": "pro"},
        }}],
        ["POST /organization_memberships", {"organization_membership": {"user_id": 7, "organization_id": 8}}],
    ])
}
