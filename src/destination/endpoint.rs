//! One method on one path.

use std::sync::Arc;

use super::schema::Schema;

/// One method on one path: what it takes and what it answers.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Method, as HTTP spells it.
    pub method: String,
    /// Path of the server that all its paths come behind.
    pub base: String,
    /// Path behind the base; a part in braces stands for any text.
    pub path: String,
    /// Query parameters; `None` when nothing is said about them.
    pub parameters: Option<Vec<Parameter>>,
    /// The JSON body of a request; `None` when nothing is said about it.
    pub request: Option<Arc<Schema>>,
    /// A request without a body is refused.
    pub is_body_required: bool,
    /// The JSON body of replies, by status: `200`, `4XX`, `default`. A reply without a body has none.
    pub(super) replies: Vec<(String, Option<Arc<Schema>>)>,
    /// Names of the limits that it counts against; empty for the default ones.
    pub(super) limits: Vec<String>,
}

/// A query parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, without percent-escapes.
    pub name: String,
    /// Nothing works without it.
    pub required: bool,
}

/// What is known about a reply.
#[derive(Clone, Copy, Debug)]
pub enum Reply<'e> {
    /// It has a body of this schema.
    Body(&'e Schema),
    /// It has no body.
    Empty,
    /// Nobody speaks of such a reply.
    Unknown,
}

impl Endpoint {
    /// What is known about the reply with a status: by the exact status, by its class, or else the default.
    #[must_use]
    pub fn reply(&self, status: u16) -> Reply<'_> {
        let exact = status.to_string();
        let class = format!("{}XX", status / 100);
        let found = [exact.as_str(), class.as_str(), "default"]
            .iter()
            .find_map(|wanted| self.replies.iter().find(|(known, _)| known.eq_ignore_ascii_case(wanted)));
        match found {
            Some((_, Some(schema))) => Reply::Body(schema),
            Some((_, None)) => Reply::Empty,
            None => Reply::Unknown,
        }
    }

    /// The replies whose status begins with a digit, and the default one if there is no other.
    pub fn replies_of_class(&self, digit: u16) -> impl Iterator<Item = Option<&Schema>> {
        let begins = digit.to_string();
        let own = move |status: &str| status.starts_with(&begins);
        let has_own = self.replies.iter().any(|(status, _)| own(status));
        let own = move |status: &str| {
            if has_own { status.starts_with(&digit.to_string()) } else { status == "default" }
        };
        self.replies.iter().filter(move |(status, _)| own(status)).map(|(_, schema)| schema.as_deref())
    }

    /// As people write it: `POST /users`.
    #[must_use]
    pub fn spelt(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// How many parts of a path are literally those of this endpoint; `None` when it is another path.
    pub(crate) fn fits(&self, base: Option<&str>, path: &str) -> Option<usize> {
        let (own, other) = match base {
            Some(base) => (format!("{}{}", self.base, self.path), format!("{base}{path}")),
            None => (self.path.clone(), path.to_owned()),
        };
        let (own, other) = (parts(&own), parts(&other));
        if own.len() != other.len() {
            return None;
        }
        let mut n_literal = 0;
        for (own, other) in own.iter().zip(&other) {
            let is_open = own.starts_with('{') && own.ends_with('}');
            match (is_open, other.starts_with(':')) {
                (true, _) => {}
                (false, false) if own == other => n_literal += 1,
                (false, _) => return None,
            }
        }
        Some(n_literal)
    }
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}
