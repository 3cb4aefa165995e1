//! How many calls a delivery takes, and how long, through the limits of a real account: events into the sandbox with
//! `plan: suite-professional` (400 requests a minute), one upsert a second, five updates a minute for one record, and
//! jobs of 100 in about six seconds.
//!
//! ```sh
//! cargo bench --bench door [-- NAME...]
//! ```
//!
//! Beside each number stands the arithmetic minimum: what somebody would need who knew all events beforehand.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a program for people")]

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use mapwright::compile;
use mapwright::deliver::{
    Address, Deliverer, HttpLimits, HttpTransport, Input, Options, RetryPolicy, Stop, Summary,
};
use mapwright::diag::Diagnostics;
use mapwright::run::{Limits, Session};
use sandbox::{Plan, Sandbox};
use serde_json::{Map, Value, json};

/// Organizations in the streams.
const ORGANIZATIONS: usize = 20;

struct Scenario {
    name: &'static str,
    bulk_import: bool,
    /// The users, organizations and fields are there already.
    is_known: bool,
    /// The steps that write users have `remember`.
    remembers: bool,
    events: Vec<Value>,
    /// Fewest calls, and why.
    least: (f64, &'static str),
}

fn identify(user: usize) -> Value {
    let traits =
        json!({"name": format!("User {user}"), "email": format!("u{user}@acme.test"), "tier": "gold"});
    json!({"type": "identify", "userId": format!("u{user}"), "traits": traits})
}

fn group(user: usize) -> Value {
    let organization = user % ORGANIZATIONS;
    json!({
        "type": "group", "userId": format!("u{user}"), "groupId": format!("g{organization}"),
        "traits": {"name": format!("Organization {organization}")},
        "context": {"traits": {"name": format!("User {user}"), "email": format!("u{user}@acme.test")}},
    })
}

fn track(user: usize, number: usize) -> Value {
    let moment = format!("2026-11-26T07:{:02}:{:02}.000Z", number / 60 % 60, number % 60);
    json!({
        "type": "track", "userId": format!("u{user}"), "event": "Order Completed", "timestamp": moment,
        "properties": {"order": number}, "context": {"traits": {"name": format!("User {user}"), "email": format!("u{user}@acme.test")}},
    })
}

/// Six identifies, one track and three groups of ten, of two thousand users.
fn mixed(n: usize) -> Vec<Value> {
    let user = |number: usize| (number * 7919 + number / 10) % 2000;
    let event = |number: usize| match number % 10 {
        0 => track(user(number), number),
        1..=3 => group(user(number)),
        _ => identify(user(number)),
    };
    (0..n).map(event).collect()
}

fn scenarios() -> Vec<Scenario> {
    let users = || (0..1000).map(identify).collect::<Vec<Value>>();
    let scenario = |name, bulk_import, is_known, events, least| Scenario {
        name,
        bulk_import,
        is_known,
        remembers: false,
        events,
        least,
    };
    let ten_times = || (0..10_000).map(|n| identify(n % 1000)).collect::<Vec<Value>>();
    vec![
        scenario("identify, new, bulk import", true, false, users(), (0.011, "10 jobs, 1 poll")),
        scenario("identify, known, bulk import", true, true, users(), (0.011, "10 jobs, 1 poll")),
        scenario(
            "identify, known, no bulk import",
            false,
            true,
            users(),
            (0.021, "10 look-ups, 10 jobs, 1 poll"),
        ),
        scenario("identify, the same ten times", true, true, ten_times(), (0.011, "100 jobs, 10 polls")),
        Scenario {
            remembers: true,
            ..scenario(
                "identify, the same ten times, remembered",
                true,
                true,
                ten_times(),
                (0.0011, "10 jobs, 1 poll"),
            )
        },
        scenario(
            "group, new",
            true,
            false,
            (0..1000).map(group).collect(),
            (0.026, "22 jobs or look-ups, 4 polls"),
        ),
        scenario(
            "track, known",
            true,
            true,
            (0..1000).map(|n| track(n, n)).collect(),
            (1.01, "1000 events, 10 look-ups"),
        ),
        scenario(
            "mixed, 10,000",
            true,
            false,
            mixed(10_000),
            (0.12, "1000 events, 10 look-ups, 160 jobs and their look-ups, 30 polls"),
        ),
    ]
}

async fn start(scenario: &Scenario) -> Sandbox {
    let builder = Sandbox::builder().plan(Plan::SuiteProfessional).strict_limits(true).strict_1rps(true);
    let sandbox = builder.bulk_import(scenario.bulk_import).start().await.unwrap();
    if scenario.is_known {
        let user = |n: usize| json!({"id": 100_000 + n, "name": format!("User {n}"), "email": format!("u{n}@acme.test"), "external_id": format!("u{n}")});
        let field = json!({"id": 90_001, "key": "tier", "type": "text", "title": "tier"});
        sandbox
            .seed(&json!({"users": (0..1000).map(user).collect::<Vec<_>>(), "user_fields": [field]}))
            .unwrap();
    }
    sandbox
}

fn deliverer(sandbox: &Sandbox, remembers: bool) -> Deliverer {
    let mut text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/mappings/zendesk.yaml")).unwrap();
    if remembers {
        text = text.replace("bulk: user,", "bulk: user, remember: {key: $user_id, keep: 12h},");
    }
    let plan = compile::load(&text, &mut Diagnostics::new()).unwrap();
    let settings = json!({"domain": "acme", "email": "a@acme.test", "apiToken": "t", "eventsPerMinute": 400});
    let settings: Map<String, Value> = serde_json::from_value(settings).unwrap();
    let session = Session::open(Arc::new(plan), &settings).unwrap();
    let address = Address::at_endpoint(session.base_url(), &sandbox.url()).unwrap();
    let transport = HttpTransport::new(address, session.headers(), HttpLimits::default()).unwrap();
    let limits = Limits { trace: false, ..Limits::default() };
    let options = Options { retry: RetryPolicy::default(), limits, ..Options::default() };
    Deliverer::new(Arc::new(session), Arc::new(transport), options)
}

async fn run(scenario: &Scenario) {
    let sandbox = start(scenario).await;
    let lines: Vec<String> = scenario.events.iter().map(Value::to_string).collect();
    let input = Input::from_reader("events", Box::new(Cursor::new(lines.join("\n"))));
    let begun = tokio::time::Instant::now();
    let (summary, _): (Summary, _) =
        deliverer(&sandbox, scenario.remembers).deliver_all(input, &Stop::default(), |_| {}).await;
    let took = begun.elapsed();
    let requests = sandbox.requests();
    let refused = requests.iter().filter(|request| request.status == 429).count();
    let n = scenario.events.len();
    let calls = requests.len() as f64 / n as f64;
    let (least, why) = scenario.least;
    println!(
        "{:<32} {:>6} {:>9} {:>9.3} {:>8.3} {:>6.2} {:>5} {:>8.1}  {why}",
        scenario.name,
        n,
        summary.delivered,
        calls,
        least,
        calls / least,
        refused,
        took.as_secs_f64()
    );
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for request in &requests {
        let path: Vec<&str> =
            request.path.split('/').map(|part| if is_number(part) { ":id" } else { part }).collect();
        *counts.entry(format!("{} {} {}", request.status, request.method, path.join("/"))).or_default() += 1;
    }
    for (request, count) in &counts {
        println!("    {count:>6} {request}");
    }
    sandbox.stop().await;
}

fn is_number(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn main() {
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    println!(
        "{:<32} {:>6} {:>9} {:>9} {:>8} {:>6} {:>5} {:>8}  least, made of",
        "", "events", "delivered", "calls/ev", "least", "ratio", "429", "seconds"
    );
    for scenario in scenarios() {
        if wanted.is_empty() || wanted.iter().any(|name| scenario.name.contains(name.as_str())) {
            runtime.block_on(run(&scenario));
        }
    }
}
