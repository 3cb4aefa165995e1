//! A stateful Zendesk on loopback, for tests and demonstrations.
//!
//! It speaks the part of the Support API that a customer-data destination uses: users, their identities, custom
//! fields, organizations, memberships, bulk jobs, events and OAuth tokens. It keeps state as the vendor does, refuses
//! what the vendor refuses, and answers everything it does not know with 404 `InvalidEndpoint`.
//!
//! ```
//! # async fn shown() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = zendesk_sandbox::Sandbox::builder().api_token("admin@acme.test", "tok").start().await?;
//! let base = sandbox.url(); // http://127.0.0.1:PORT; send requests to {base}/api/v2/...
//! sandbox.stop().await;
//! # drop(base);
//! # Ok(())
//! # }
//! ```
//!
//! A request goes `server` -> `jobs` that are due -> `faults` -> `auth` -> `limits` -> `router` -> one module per subject, which works on
//! the tables in `store` and gives a reply. The Support API is simulated from a written contract of numbered
//! statements; the README says which of them hold here.
#![forbid(unsafe_code)]

mod account;
mod auth;
mod builder;
mod call;
mod clock;
mod config;
mod control;
mod deleted_users;
mod dump;
mod error;
mod events;
mod faults;
mod fields;
mod identities;
mod jobs;
mod limits;
mod locales;
mod log;
mod memberships;
mod messages;
mod oauth;
mod organizations;
mod page;
mod payload;
mod random;
mod refusal;
mod reply;
mod router;
mod sandbox;
mod search;
mod seed;
mod server;
mod settings;
mod show_many;
mod sideload;
mod state;
mod state_file;
mod store;
mod switches;
mod time_zones;
mod users;
mod viewer;

pub use builder::Builder;
pub use error::SandboxError;
pub use log::RequestLog;
pub use sandbox::Sandbox;
pub use settings::{SETTINGS, Setting};
pub use switches::{DeleteRule, MatchOrder, MultiOrg, Plan, UnknownValue};
