//! The one place that knows how the engine is called.

use std::sync::Arc;

use contest::{Corpus, Made};
use mapwright::compile::{self, Plan};
use mapwright::diag::Diagnostics;
use mapwright::run::{Answer, Body, Limits, Method, Request, Session, Step, Verdict, start};
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
pub(crate) struct Engine {
    session: Arc<Session>,
    fields: Answer,
}

impl Engine {
    pub(crate) fn new(session: Arc<Session>) -> Engine {
        let keys = ["industry", "employees", "i_d", "_", "_12", "_7", "a_b", "c_d", "Gr__e", "company"];
        let keys = corpus::trait_keys().chain(keys);
        let valid = |key: &str| key.replace(|c: char| !c.is_ascii_alphanumeric() && !"_-".contains(c), "_");
        let fields: Vec<Value> = keys.map(|key| json!({"key": valid(key)})).collect();
        let fields =
            reply(json!({"user_fields": fields, "organization_fields": fields, "links": {"next": null}}));
        Engine { session, fields }
    }

    /// From bytes.
    pub(crate) fn prepare(&mut self, event: &[u8], out: &mut Vec<u8>) -> Made {
        match serde_json::from_slice(event) {
            Ok(event) => self.run(Arc::new(event), false, out),
            Err(error) => {
                out.extend_from_slice(error.to_string().as_bytes());
                Made::Rejected
            }
        }
    }

    /// From a parsed event.
    pub(crate) fn prepare_value(&mut self, event: &Arc<Value>, out: &mut Vec<u8>) -> Made {
        self.run(event.clone(), false, out)
    }

    /// From a parsed event, with a trace of what is decided.
    pub(crate) fn prepare_traced(&mut self, event: &Arc<Value>, out: &mut Vec<u8>) -> Made {
        self.run(event.clone(), true, out)
    }

    /// Runs the event until the body appears that depends on no answer.
    fn run(&self, event: Arc<Value>, trace: bool, out: &mut Vec<u8>) -> Made {
        let is_anonymous_group = |request: &Request| request.target.starts_with("/organizations/search");
        let mut step = start(&self.session, event, &Limits { trace, ..Limits::default() });
        loop {
            match step {
                Step::Need(request, run) => match &request.body {
                    Some(body) if matches!(&*request.step, "user" | "event" | "organization") => {
                        out.extend_from_slice(body);
                        return Made::Body;
                    }
                    _ if is_anonymous_group(&request) => return Made::Nothing,
                    _ => step = run.resume(self.answer(&request)),
                },
                Step::Done(outcome) => {
                    out.extend_from_slice(outcome.verdict.why().unwrap_or_default().as_bytes());
                    return match outcome.verdict {
                        Verdict::Skipped { .. } => Made::Skipped,
                        Verdict::Delivered => Made::Nothing,
                        Verdict::Rejected { .. } | Verdict::Failed { .. } => Made::Rejected,
                    };
                }
            }
        }
    }

    fn answer(&self, request: &Request) -> Answer {
        if request.method != Method::Get {
            return reply(json!({}));
        }
        match request.target.split_once("external_id=") {
            Some((_, id)) => reply(json!({"users": [{"id": 7, "external_id": id}]})),
            None => self.fields.clone(),
        }
    }
}

fn reply(body: Value) -> Answer {
    Answer::Reply { status: 200, body: Body::Json(Arc::new(body)), retry_after: None }
}
