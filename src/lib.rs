//! Mapwright sends customer events to a destination whose whole behaviour is one YAML file.
//!
//! ```text
//! YAML text ─ source ─ model ─ compile ─▶ Plan
//! event ──────────────────────────────────▶ run(Session, event) ⇄ answers ─▶ Outcome + Trace
//! ```
//!
//! [`compile::load`] reads a mapping; [`run::Session`] is a mapping with the settings of one account; [`run::start`]
//! begins an event. The run asks for requests and is given answers; nothing here needs a network:
//!
//! ```
//! use std::sync::Arc;
//! use mapwright::{compile, diag::Diagnostics, run};
//!
//! let mapping = r#"
//! format: 1
//! destination: example
//! service: {base_url: {value: "https://api.example.com/v1"}}
//! tables:
//!   person: {rows: {name: {from: $.traits.name, as: string, required: true}}}
//! flows:
//!   identify:
//!     event: identify
//!     steps:
//!       - person: {post: /people, body: person}
//! "#;
//! let mut found = Diagnostics::new();
//! let plan = compile::load(mapping, &mut found).expect("the mapping has no errors");
//! let session = run::Session::open(Arc::new(plan), &serde_json::Map::new()).expect("it needs no settings");
//!
//! let event = serde_json::json!({"type": "identify", "traits": {"name": "Ada"}});
//! let run::Step::Need(request, run) = run::start(&Arc::new(session), Arc::new(event), &run::Limits::default()) else {
//!     panic!("the flow has a request");
//! };
//! assert_eq!(request.target, "/people");
//! assert_eq!(request.body.as_deref(), Some(br#"{"name":"Ada"}"#.as_slice()));
//!
//! let answer = run::Answer::Reply { status: 201, body: run::Body::Empty, retry_after: None };
//! let run::Step::Done(outcome) = run.resume(answer) else { panic!("it was the last one") };
//! assert_eq!(outcome.verdict, run::Verdict::Delivered);
//! ```

#![forbid(unsafe_code)]

pub mod case;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compile;
#[cfg(any(feature = "kafka", feature = "nats"))]
pub mod consume;
#[cfg(feature = "http")]
pub mod deliver;
pub mod destination;
pub mod diag;
#[cfg(feature = "http")]
pub mod diff;
#[cfg(feature = "cli")]
pub mod docs;
pub mod explain;
#[cfg(feature = "cli")]
pub mod graph;
#[cfg(feature = "host")]
pub mod host;
pub mod json;
pub mod lint;
pub mod model;
pub mod plan;
pub mod run;
pub mod source;
pub mod value;
pub mod witness;
