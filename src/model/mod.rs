//! The typed mapping: what the author wrote, shaped, with the place of every part.
//!
//! In comes a [`Document`](crate::source::Document), out goes a [`Mapping`] and every shape error in one pass. Names
//! are not resolved here: a selector is text with a span until `compile` reads it.

mod bulk;
mod conditions;
mod file;
mod flows;
mod host;
mod method;
mod pieces;
mod reader;
mod requests;
mod row;
mod rows;
#[cfg(feature = "cli")]
mod schema;
mod step;
mod used;
mod words;

pub use bulk::{Bulk, BulkFind, BulkForm, BulkOf, Job, Limit};
pub use file::lower;
pub use host::HostUse;
pub use method::{Effect, Method};
pub use pieces::{MappingFile, OnBad, Take};
pub use reader::span_of_time;
pub use row::{
    Comparison, Condition, ConditionKind, Element, KeyRule, Presence, Required, Rest, Row, Source, Table,
    Test,
};
#[cfg(feature = "cli")]
pub(crate) use schema::schema_of;
#[cfg(feature = "cli")]
pub use schema::{config_schema, schema};
pub use step::{
    Answers, Arm, Blame, BodyOf, Call, ErrorRule, Flow, ForEach, OncePer, Pages, Reaction, Reason, Request,
    Requirement, Say, Step,
};
pub use used::{Marks, Used};

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diag::Span;
use crate::value::Day;

/// Text with the place where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// As the author wrote it.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// Something with the name under which it is declared.
#[derive(Clone, Debug)]
pub struct Named<T> {
    /// The key.
    pub name: Text,
    /// What it names.
    pub item: T,
}

/// A whole mapping file.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// Name of the destination, for people.
    pub destination: Text,
    /// What the mapping does, in a sentence.
    pub about: Option<String>,
    /// Its name in an event's `integrations` object.
    pub integration: Option<String>,
    /// A host that sends requests itself makes the last request of an event.
    pub host_finishes: bool,
    /// Events that give the same first value here are delivered in order.
    pub order_by: Vec<Text>,
    /// Settings.
    pub config: Vec<Named<Setting>>,
    /// Where requests go.
    pub service: Service,
    /// Names of the whole file.
    pub names: Vec<Row>,
    /// Tables.
    pub tables: Vec<Named<Table>>,
    /// Ways to make requests together that requests share.
    pub bulk: Vec<Named<Bulk>>,
    /// Lists of steps that flows share.
    pub parts: Vec<Named<Vec<Step>>>,
    /// Flows, in the order in which they are tried.
    pub flows: Vec<Named<Flow>>,
    /// What could not be read.
    pub unread: Unread,
}

/// What the author declared but nobody could read. That has been reported, so that it is missing is no news.
#[derive(Clone, Debug, Default)]
pub struct Unread {
    names: BTreeSet<String>,
    sections: BTreeSet<String>,
}

impl Unread {
    /// Remembers something that has a name.
    pub(crate) fn name(&mut self, name: &str) {
        self.names.insert(name.to_owned());
    }

    /// Remembers that a section, or a part of it, is lost with all the names in it.
    pub(crate) fn section(&mut self, section: &str) {
        self.sections.insert(section.to_owned());
    }

    /// Whether `name` may have been declared in `section`.
    #[must_use]
    pub fn covers(&self, section: &str, name: &str) -> bool {
        self.names.contains(name) || self.sections.contains(section)
    }
}

/// A setting that the user of a mapping gives.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Type of its value.
    pub kind: SettingKind,
    /// Nothing works without it.
    pub required: bool,
    /// Value when none is given.
    pub default: Option<Value>,
    /// Regular expression that its text must match as a whole.
    pub pattern: Option<Text>,
    /// Texts that it must not be, blanks and case aside.
    pub forbid: Vec<String>,
    /// The day from which it no longer works.
    pub sunset: Option<Day>,
    /// What it is for.
    pub about: Option<String>,
}

/// Type of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// Text.
    String,
    /// Whole number.
    Integer,
    /// Number.
    Number,
    /// True or false.
    Boolean,
    /// Text that is never shown.
    Secret,
}

impl SettingKind {
    /// As `type:` spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            SettingKind::String => "string",
            SettingKind::Integer => "integer",
            SettingKind::Number => "number",
            SettingKind::Boolean => "boolean",
            SettingKind::Secret => "secret",
        }
    }
}

impl Mapping {
    /// How a request is made together with others.
    pub(crate) fn bulk_of<'m>(&'m self, request: &'m Request) -> Option<&'m Bulk> {
        match request.bulk.as_ref()? {
            BulkOf::Here(bulk) => Some(bulk),
            BulkOf::Named(name) => {
                self.bulk.iter().find(|bulk| bulk.name.text == name.text).map(|bulk| &bulk.item)
            }
        }
    }
}

/// Where requests go, with which credentials, and what answers mean.
#[derive(Clone, Debug)]
pub struct Service {
    /// Scheme, host and path that all request paths are appended to.
    pub base_url: Row,
    /// Ways to log in; the first whose condition holds is used.
    pub auth: Vec<Login>,
    /// Headers of every request.
    pub headers: Vec<Row>,
    /// What answers mean, for all requests.
    pub errors: Vec<ErrorRule>,
    /// How often requests may be made.
    pub limits: Vec<Limit>,
    /// How a reply that is a job is followed to its end.
    pub job: Option<Job>,
    /// Where an error body has a short code for messages.
    pub reason: Vec<Text>,
    /// Folder with the schemas of what the destination takes and answers, from the folder of the mapping.
    pub schemas: Option<Text>,
}

/// A way to log in.
#[derive(Clone, Debug)]
pub struct Login {
    /// Used when this holds.
    pub when: Option<Condition>,
    /// How.
    pub kind: LoginKind,
}

/// How to log in.
#[derive(Clone, Debug)]
pub enum LoginKind {
    /// User and password.
    Basic {
        /// User name.
        user: Box<Row>,
        /// Setting that holds the password.
        password: Text,
    },
    /// A token.
    Bearer {
        /// Setting that holds it.
        token: Text,
    },
    /// OAuth 2 client credentials (RFC 6749, section 4.4).
    OAuth2 {
        /// Path of the token endpoint from the root of the base URL's host.
        token_path: String,
        /// Client.
        client_id: Text,
        /// Setting that holds its secret.
        client_secret: Text,
        /// Scope to ask for.
        scope: Option<String>,
    },
}
