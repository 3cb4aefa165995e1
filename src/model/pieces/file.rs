//! The file, its settings, its service, its flows.

#[cfg(feature = "cli")]
use indexmap::IndexMap;
#[cfg(feature = "cli")]
use schemars::JsonSchema;
use serde::Deserialize;

use super::Part;
#[cfg(feature = "cli")]
use super::{
    AnyCondition, AnyRow, AnyValue, BulkPiece, Day, ErrorTable, JobPiece, LimitPiece, OneOrMany, RequestPath,
    Rows, Selector, Steps, TablePiece,
};

/// A mapping: how customer events become requests to one destination.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "mapping"))]
#[serde(deny_unknown_fields)]
pub struct MappingFile {
    /// Version of the mapping language.
    #[cfg_attr(feature = "cli", schemars(extend("const" = 1)))]
    pub(in crate::model) format: u32,
    /// Name of the destination, for people.
    pub(in crate::model) destination: String,
    /// What the mapping does, in a sentence.
    #[serde(default)]
    pub(in crate::model) about: Option<String>,
    /// Name of the destination in an event's `integrations` object.
    #[serde(default)]
    pub(in crate::model) integration: Option<String>,
    /// Who makes the last request of an event where a host runs the mapping that sends requests itself.
    #[serde(default)]
    pub(in crate::model) finish: Option<FinishWord>,
    /// Events that give the same first value here are delivered in order.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<OneOrMany<Selector>>"))]
    pub(in crate::model) order_by: Option<Part>,
    /// Settings that the user of the mapping gives.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "IndexMap<String, SettingPiece>"))]
    pub(in crate::model) config: Option<Part>,
    /// Where requests go, with which credentials, and what answers mean.
    #[cfg_attr(feature = "cli", schemars(with = "ServicePiece"))]
    pub(in crate::model) service: Part,
    /// Values that several rows and conditions use.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Rows"))]
    pub(in crate::model) names: Option<Part>,
    /// Which destination attribute comes from where.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "IndexMap<String, TablePiece>"))]
    pub(in crate::model) tables: Option<Part>,
    /// Ways to make requests together that requests share.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "IndexMap<String, BulkPiece>"))]
    pub(in crate::model) bulk: Option<Part>,
    /// Lists of steps that flows share.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "IndexMap<String, Steps>"))]
    pub(in crate::model) parts: Option<Part>,
    /// What is done with an event: the first flow that takes it runs.
    #[cfg_attr(feature = "cli", schemars(with = "IndexMap<String, FlowPiece>", extend("minProperties" = 1)))]
    pub(in crate::model) flows: Part,
}

/// Who makes the last request of an event.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "finish"))]
#[serde(rename_all = "lowercase")]
pub(in crate::model) enum FinishWord {
    /// We do: the host has nothing to send.
    Engine,
    /// The host does, where the flow's `host:` says so.
    Host,
}

/// A setting.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "setting"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct SettingPiece {
    /// Type of its value.
    pub(in crate::model) r#type: SettingType,
    /// Nothing works without it.
    #[serde(default)]
    pub(in crate::model) required: bool,
    /// Value when none is given.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "AnyValue"))]
    pub(in crate::model) default: Option<Part>,
    /// Regular expression that its text must match as a whole.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(in crate::model) pattern: Option<Part>,
    /// Texts that it must not be, blanks and case aside.
    #[serde(default)]
    pub(in crate::model) forbid: Vec<String>,
    /// Day from which it no longer works, as in `2027-04-30`; `mapwright lint` warns from 180 days before.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<Day>"))]
    pub(in crate::model) sunset: Option<Part>,
    /// What it is for.
    #[serde(default)]
    pub(in crate::model) about: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "setting_type"))]
#[serde(rename_all = "lowercase")]
pub(in crate::model) enum SettingType {
    String,
    Integer,
    Number,
    Boolean,
    /// Text that is never shown; it may be used for logging in only.
    Secret,
}

/// Where requests go, with which credentials, and what answers mean.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "service"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct ServicePiece {
    /// Scheme, host and path that all request paths are appended to.
    #[cfg_attr(feature = "cli", schemars(with = "AnyRow"))]
    pub(in crate::model) base_url: Part,
    /// How to log in: one way, or a list of which the first whose `when` holds is used.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "OneOrMany<LoginPiece>"))]
    pub(in crate::model) auth: Option<Part>,
    /// Headers of every request.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Rows"))]
    pub(in crate::model) headers: Option<Part>,
    /// What answers mean, for all requests.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "ErrorTable"))]
    pub(in crate::model) errors: Option<Part>,
    /// How often requests may be made, where the destination's replies do not say.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Vec<LimitPiece>"))]
    pub(in crate::model) limits: Option<Part>,
    /// How a reply that is a job is followed to its end.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<JobPiece>"))]
    pub(in crate::model) job: Option<Part>,
    /// Where an error body has a short code for messages.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<OneOrMany<Selector>>"))]
    pub(in crate::model) reason: Option<Part>,
    /// Folder with OpenAPI documents of what the destination takes and answers, from the folder of the mapping.
    #[serde(default)]
    pub(in crate::model) schemas: Option<String>,
}

/// A way to log in: one of basic, bearer, oauth2.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "login", extend("oneOf" = serde_json::json!([{"required": ["basic"]}, {"required": ["bearer"]}, {"required": ["oauth2"]}]))))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct LoginPiece {
    /// Used when this holds.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyCondition>"))]
    pub(in crate::model) when: Option<Part>,
    /// User and password.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<BasicPiece>"))]
    pub(in crate::model) basic: Option<Part>,
    /// Setting that holds a token.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<Selector>"))]
    pub(in crate::model) bearer: Option<Part>,
    /// OAuth 2 client credentials.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<OAuthPiece>"))]
    pub(in crate::model) oauth2: Option<Part>,
}

/// User and password.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "basic"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct BasicPiece {
    /// User name.
    #[cfg_attr(feature = "cli", schemars(with = "AnyRow"))]
    pub(in crate::model) user: Part,
    /// Setting that holds the password.
    #[cfg_attr(feature = "cli", schemars(with = "Selector"))]
    pub(in crate::model) password: String,
}

/// OAuth 2 client credentials.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "oauth2"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct OAuthPiece {
    /// Path of the token endpoint from the root of the base URL's host.
    #[cfg_attr(feature = "cli", schemars(with = "RequestPath"))]
    pub(in crate::model) token_path: String,
    /// Setting that holds the client's id.
    #[cfg_attr(feature = "cli", schemars(with = "Selector"))]
    pub(in crate::model) client_id: String,
    /// Setting that holds the client's secret.
    #[cfg_attr(feature = "cli", schemars(with = "Selector"))]
    pub(in crate::model) client_secret: String,
    /// Scope to ask for.
    #[serde(default)]
    pub(in crate::model) scope: Option<String>,
}

/// What is done with events of a type.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "flow"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct FlowPiece {
    /// Event type.
    pub(in crate::model) event: String,
    /// Further condition.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyCondition>"))]
    pub(in crate::model) when: Option<Part>,
    /// Names that hold in this flow only, in front of the file's.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Rows"))]
    pub(in crate::model) names: Option<Part>,
    /// What must hold before anything is sent.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<Vec<RequirementPiece>>"))]
    pub(in crate::model) require: Option<Part>,
    /// Steps, in order.
    #[cfg_attr(feature = "cli", schemars(with = "Steps"))]
    pub(in crate::model) steps: Part,
    /// What a host that sends requests itself gets of the flow.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<HostPiece>"))]
    pub(in crate::model) host: Option<Part>,
}

/// What a host that sends requests itself gets of a flow.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "host"))]
#[serde(deny_unknown_fields, default)]
pub(in crate::model) struct HostPiece {
    /// The step whose request is left to the host; the last one of the flow.
    pub(in crate::model) sends: Option<String>,
    /// Steps whose requests are made here and shown to the host, in this order.
    #[cfg_attr(feature = "cli", schemars(with = "Option<OneOrMany<String>>"))]
    pub(in crate::model) shows: Option<Part>,
    /// Selector in the event: whose request it is.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Selector>"))]
    pub(in crate::model) user: Option<Part>,
    /// Steps among `shows` whose requests say no user.
    #[cfg_attr(feature = "cli", schemars(with = "Option<OneOrMany<String>>"))]
    pub(in crate::model) without_user: Option<Part>,
}

/// Something that must hold before anything is sent: one of present, that.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "requirement", extend("oneOf" = serde_json::json!([{"required": ["present"]}, {"required": ["that"]}]))))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct RequirementPiece {
    /// Selector of a value that must be there.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<Selector>"))]
    pub(in crate::model) present: Option<Part>,
    /// Condition that must hold.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyCondition>"))]
    pub(in crate::model) that: Option<Part>,
    /// Looked at only when this does not hold.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyCondition>"))]
    pub(in crate::model) unless: Option<Part>,
    /// What the event is rejected with.
    pub(in crate::model) error: String,
}
