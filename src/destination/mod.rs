//! What a destination's API takes and answers, as OpenAPI documents say it: its schemas.
//!
//! In: the texts of JSON documents (OpenAPI 3.1, the part of it that `docs/mapping-language.md` names). Out: endpoints
//! with the schemas of their requests and replies, and the limits that they count against. Reads no file, and knows no
//! mapping.

mod document;
mod endpoint;
mod misfit;
mod read;
mod schema;

use std::fmt;

use indexmap::IndexMap;

pub use endpoint::{Endpoint, Parameter, Reply};
pub use misfit::Misfit;
pub use schema::{Kind, Member, Others, Schema};

/// What a destination's API takes and answers.
#[derive(Clone, Debug, Default)]
pub struct Destination {
    endpoints: Vec<Endpoint>,
    limits: IndexMap<String, Limit>,
    plans: Vec<String>,
}

/// How many requests an account may make in a minute, of all or of some kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What it is about.
    pub about: Option<String>,
    /// Whether requests count against it that name no limit.
    pub is_default: bool,
    /// Requests a minute, by plan; the same for all plans where there is only the empty name.
    by_plan: IndexMap<String, u64>,
}

impl Limit {
    /// Requests a minute on a plan; `None` when nothing is said about it.
    #[must_use]
    pub fn per_minute(&self, plan: &str) -> Option<u64> {
        self.by_plan.get(plan).or_else(|| self.by_plan.get("")).copied()
    }
}

/// Why documents are no schemas: the file, the place in it, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    file: String,
    place: String,
    why: String,
}

impl SchemaError {
    /// Something wrong with a file, at a place in it.
    fn new(file: &str, place: &str, why: impl Into<String>) -> Self {
        Self { file: file.to_owned(), place: place.to_owned(), why: why.into() }
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, place, why } = self;
        if place.is_empty() {
            write!(formatter, "{file}: {why}")
        } else {
            write!(formatter, "{file}: {place}: {why}")
        }
    }
}

impl std::error::Error for SchemaError {}

impl Destination {
    /// Reads documents, each a name and its text. They may refer to each other by the last part of their names.
    ///
    /// # Errors
    /// [`SchemaError`] for the first thing that is not JSON, not OpenAPI, or not of the part of it that is read.
    pub fn read(documents: &[(String, String)]) -> Result<Self, SchemaError> {
        read::read(documents)
    }

    /// All endpoints, in the order of the documents.
    #[must_use]
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The endpoint that a request goes to. In `path` a part that begins with `:` stands for any text; `base` is the path
    /// that all paths of a mapping come behind, `None` when nobody knows it.
    #[must_use]
    pub fn endpoint(&self, method: &str, base: Option<&str>, path: &str) -> Option<&Endpoint> {
        let method = if method == "HEAD" { "GET" } else { method };
        let rated = self.endpoints.iter().filter(|endpoint| endpoint.method == method);
        let rated = rated.filter_map(|endpoint| Some((endpoint.fits(base, path)?, endpoint)));
        rated.max_by_key(|(n_literal, _)| *n_literal).map(|(_, endpoint)| endpoint)
    }

    /// Names of the plans that limits differ by, in the order of the documents.
    #[must_use]
    pub fn plans(&self) -> &[String] {
        &self.plans
    }

    /// The limits that a request to an endpoint counts against.
    pub fn limits_of<'d>(
        &'d self,
        endpoint: Option<&'d Endpoint>,
    ) -> impl Iterator<Item = (&'d str, &'d Limit)> {
        let named = endpoint.map_or(&[][..], |endpoint| endpoint.limits.as_slice());
        self.limits.iter().filter_map(move |(name, limit)| {
            let counts = if named.is_empty() { limit.is_default } else { named.contains(name) };
            counts.then_some((name.as_str(), limit))
        })
    }

    /// All limits by their names.
    pub fn limits(&self) -> impl Iterator<Item = (&str, &Limit)> {
        self.limits.iter().map(|(name, limit)| (name.as_str(), limit))
    }
}
