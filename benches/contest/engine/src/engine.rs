//! The one place that knows how the engine is called.

use std::sync::Arc;

use contest::{Corpus, Made};
use mapwright::compile::{self, Plan};
use mapwright::diag::Diagnostics;
use mapwright::run::{Evaluator, Prepared, Refusal, Session};
use serde_json::{Map, Value, json};

const ZENDESK: &str = include_str!("../../../../mappings/zendesk.yaml");

/// The text of the mapping that a corpus is made for.
pub(crate) fn mapping(corpus: &Corpus) -> String {
    corpus.rows().map_or_else(|| ZENDESK.to_owned(), corpus::mapping_with_rows)
}

/// Compiles a mapping.
pub(crate) fn load(mapping: &str) -> Plan {
    compile::load(mapping, &mut Diagnostics::new()).expect("the mapping has no errors")
}

/// The mapping of a corpus with its default settings.
pub(crate) fn session(corpus: &Corpus) -> Arc<Session> {
    let settings = match corpus.rows() {
        Some(_) => json!({}),
        None => json!({"domain": "acme", "email": "ops@acme.test", "apiToken": "a-token"}),
    };
    let none = Map::new();
    let session = Session::open(Arc::new(load(&mapping(corpus))), settings.as_object().unwrap_or(&none));
    Arc::new(session.expect("the settings are good"))
}

/// A session, ready for events.
pub(crate) struct Engine(Evaluator);

impl Engine {
    pub(crate) fn new(session: Arc<Session>) -> Engine {
        Engine(Evaluator::new(session))
    }

    /// From bytes.
    pub(crate) fn prepare(&mut self, event: &[u8], out: &mut Vec<u8>) -> Made {
        ended(&self.0.prepare(event, out), out)
    }

    /// From a parsed event.
    pub(crate) fn prepare_value(&mut self, event: &Value, out: &mut Vec<u8>) -> Made {
        ended(&self.0.prepare_value(event, out), out)
    }
}

fn ended(prepared: &Result<Prepared<'_>, Refusal<'_>>, out: &mut Vec<u8>) -> Made {
    let (made, why) = match prepared {
        Ok(_) if out.is_empty() => return Made::Nothing,
        Ok(_) => return Made::Body,
        Err(Refusal::Skipped { why }) => (Made::Skipped, why),
        Err(Refusal::Rejected { why, .. }) => (Made::Rejected, why),
    };
    out.extend_from_slice(why.as_bytes());
    made
}
