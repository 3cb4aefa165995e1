//! Many at once: what is to be made once is made once, whoever is first, and one access token serves all for its life.
//!
//! `OAUTH_EVENTS` is the number of events (3,000) and `OAUTH_LIFE` the life of a token in seconds (2); with 10,000 and 300
//! it takes a quarter of an hour.

use std::collections::BTreeMap;
use std::env;
use std::io::Cursor;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use mapwright::compile;
use mapwright::deliver::{
    Address, Deliverer, Finished, HttpLimits, HttpTransport, Input, Options, Stop, Summary,
};
use mapwright::diag::Diagnostics;
use mapwright::run::{Pace, Session, Verdict};
use sandbox::Sandbox;
use serde_json::{Value, json};

const WORKERS: usize = 64;

#[expect(clippy::disallowed_methods, reason = "a test of any length")]
fn number(name: &str, usual: u32) -> u32 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn deliverer(sandbox: &Sandbox, settings: &Value, rate: Option<Pace>) -> Deliverer {
    deliverer_of(include_str!("../../mappings/zendesk.yaml"), sandbox, settings, rate)
}

fn deliverer_of(mapping: &str, sandbox: &Sandbox, settings: &Value, rate: Option<Pace>) -> Deliverer {
    let plan = compile::load(mapping, &mut Diagnostics::new()).unwrap();
    let session = Arc::new(Session::open(Arc::new(plan), settings.as_object().unwrap()).unwrap());
    let address = Address::at_endpoint(session.base_url(), &sandbox.url()).unwrap();
    let transport = HttpTransport::new(address, session.headers(), HttpLimits::default()).unwrap();
    let options = Options { concurrency: WORKERS, rate, ..Options::default() };
    Deliverer::new(session, Arc::new(transport), options)
}

/// Delivers events, of which none may fail.
async fn deliver(deliverer: &Deliverer, events: Vec<Value>, mut on_each: impl FnMut(usize)) -> Summary {
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    let input = Input::from_reader("events", Box::new(Cursor::new(lines.join("\n"))));
    let mut ended = 0;
    let note = |finished: &Finished| {
        assert_eq!(finished.outcome.verdict, Verdict::Delivered, "{}", finished.line.line);
        ended += 1;
        on_each(ended);
    };
    let (summary, broken) = deliverer.deliver_all(input, &Stop::default(), note).await;
    assert!(broken.is_none());
    summary
}

fn group(user: &str, organization: &str) -> Value {
    json!({
        "type": "group", "userId": user, "groupId": organization, "traits": {"name": format!("The {organization}")},
        "context": {"traits": {"name": user, "email": format!("{user}@acme.test")}},
    })
}

fn track(user: usize) -> Value {
    let traits = json!({"name": format!("u{user}"), "email": format!("u{user}@acme.test")});
    json!({"type": "track", "userId": format!("u{user}"), "event": "Order", "context": {"traits": traits}})
}

/// How many records of a kind there are for each value of a key.
fn counts(sandbox: &Sandbox, list: &str, keys: &[&str]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for record in sandbox.state()[list].as_array().unwrap() {
        let name: Vec<String> = keys.iter().map(|key| record[*key].to_string()).collect();
        *counts.entry(name.join(" ")).or_default() += 1;
    }
    counts
}

async fn destination(plan: Option<u32>, bulk: bool) -> Sandbox {
    let quick = Duration::from_millis(1);
    let builder = Sandbox::builder().rate_limit(plan).bulk_import(bulk).job_speed(quick, quick);
    builder.start().await.unwrap()
}

fn token() -> Value {
    json!({"domain": "acme", "email": "a@acme.test", "apiToken": "t"})
}

/// One process: 64 users of one organization, each three times.
async fn of_one_process(sandbox: &Sandbox) {
    let events = (0..WORKERS * 3).map(|n| group(&format!("u{}", n % WORKERS), "works")).collect();
    deliver(&deliverer(sandbox, &token(), None), events, |_| {}).await;
    assert_eq!(counts(sandbox, "organizations", &["external_id"]), [("\"works\"".into(), 1)].into());
    let users = counts(sandbox, "users", &["external_id"]);
    assert!(users.len() == WORKERS && users.values().all(|count| *count == 1), "{users:?}");
    let members = counts(sandbox, "organization_memberships", &["user_id", "organization_id"]);
    assert!(members.len() == WORKERS && members.values().all(|count| *count == 1), "{members:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_users_of_one_organization_find_one() {
    of_one_process(&destination(None, false).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_users_of_one_organization_find_one_in_bulk() {
    of_one_process(&destination(Some(100_000), true).await).await;
}

/// 64 processes that know nothing of each other, with the same user and organization: the destination alone decides.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_with_one_user_make_one() {
    let sandbox = destination(None, false).await;
    let strangers: Vec<Deliverer> = (0..WORKERS).map(|_| deliverer(&sandbox, &token(), None)).collect();
    join_all(strangers.iter().map(|stranger| deliver(stranger, vec![group("ada", "works")], |_| {}))).await;
    assert_eq!(counts(&sandbox, "users", &["external_id"]), [("\"ada\"".into(), 1)].into());
    assert_eq!(counts(&sandbox, "organizations", &["external_id"]), [("\"works\"".into(), 1)].into());
    let members = counts(&sandbox, "organization_memberships", &["user_id", "organization_id"]);
    assert!(members.len() == 1 && members.values().all(|count| *count == 1), "{members:?}");
}

/// The same without ids of the organizations, which are then found by their names or made.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_with_one_name_make_one() {
    let sandbox = destination(None, false).await;
    let mut event = group("ada", "works");
    event.as_object_mut().unwrap().remove("groupId");
    let strangers: Vec<Deliverer> = (0..WORKERS).map(|_| deliverer(&sandbox, &token(), None)).collect();
    join_all(strangers.iter().map(|stranger| deliver(stranger, vec![event.clone()], |_| {}))).await;
    assert_eq!(counts(&sandbox, "organizations", &["name"]), [("\"The works\"".into(), 1)].into());
    assert_eq!(counts(&sandbox, "organization_memberships", &["user_id"]).len(), 1);
}

fn oauth() -> Value {
    json!({"domain": "acme", "clientId": "me", "clientSecret": "secret", "eventsPerMinute": 1_000_000})
}

/// Requests for a token, and answers 401.
fn renewals(sandbox: &Sandbox) -> (usize, usize) {
    let requests = sandbox.requests();
    let asked = requests.iter().filter(|request| request.path == "/oauth/tokens").count();
    (asked, requests.iter().filter(|request| request.status == 401).count())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_token_is_asked_for_in_each_life() {
    let (n_events, life) = (number("OAUTH_EVENTS", 3_000), number("OAUTH_LIFE", 2));
    // So slow that several lives pass.
    let rate =
        Pace { rate: NonZeroU32::new(n_events.div_ceil(life * 3)).unwrap(), per: Duration::from_secs(1) };
    let builder = Sandbox::builder().oauth_client("me", "secret").log_limit(100_000);
    let sandbox = builder.token_lifetime(Duration::from_secs(life.into())).start().await.unwrap();
    let begun = tokio::time::Instant::now();
    let events = (0..n_events as usize).map(|n| track(n % 200)).collect();
    let summary = deliver(&deliverer(&sandbox, &oauth(), Some(rate)), events, |_| {}).await;
    let took = begun.elapsed().as_secs_f64();
    let (asked, refused) = renewals(&sandbox);
    println!(
        "{WORKERS} workers, tokens of {life} s: {summary:?} in {took:.1} s, {asked} tokens, {refused} answers 401"
    );
    // A token is renewed when nine tenths of its life are over, or all but a minute.
    let lives = took / f64::from(life) * 10.0 / 9.0;
    assert!(asked >= 2 && asked as f64 <= lives.ceil(), "{asked} tokens in {lives:.2} lives");
    assert_eq!(refused, 0, "a token was used after its life");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_is_renewed_once() {
    let builder = Sandbox::builder().oauth_client("me", "secret").log_limit(100_000);
    let sandbox = builder.start().await.unwrap();
    let events = (0..2_000).map(|n| track(n % 200)).collect();
    let revoke = |ended| {
        if ended == 1_000 {
            sandbox.revoke_tokens();
        }
    };
    deliver(&deliverer(&sandbox, &oauth(), None), events, revoke).await;
    let (asked, refused) = renewals(&sandbox);
    assert_eq!(asked, 2, "{refused} were refused");
    assert!((1..=WORKERS).contains(&refused), "{refused} answers 401");
}

/// A door that stays shut, whatever the token: nobody asks for more of them than the mapping says.
async fn tokens_for_refused_users(mapping: &str, users: usize) -> usize {
    let builder = Sandbox::builder().oauth_client("me", "secret").log_limit(100_000);
    let sandbox = builder.start().await.unwrap();
    sandbox.fault(&json!({"method": "POST", "path": "/api/v2/users/create_or_update", "times": 1_000, "status": 401})).unwrap();
    let deliverer = deliverer_of(mapping, &sandbox, &oauth(), None);
    for user in 0..users {
        let event = json!({"type": "identify", "userId": format!("u{user}"), "traits": {"name": "Ada", "email": format!("u{user}@acme.test")}});
        assert!(matches!(deliverer.deliver_one(event).await.verdict, Verdict::Failed { .. }));
    }
    renewals(&sandbox).0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_at_fault_is_kept() {
    let renews = include_str!("../../mappings/zendesk.yaml");
    let fails = renews.replace("401: refresh_auth", "401: fail");
    assert_ne!(fails, renews);
    assert_eq!(tokens_for_refused_users(&fails, 3).await, 1);
    assert_eq!(tokens_for_refused_users(renews, 3).await, 4, "one for each that is refused");
}
