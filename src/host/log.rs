//! What a host writes to its log. Each line about an event or a call is written here, so that e-mail addresses and secrets
//! are left out in one place: reasons may quote a destination, or settings. Contents of events are never written.

use std::net::SocketAddr;

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tracing::{debug, error, info, warn};

use super::batch::Metadata;
use super::change::{Change, Unserved};
use super::served::Served;
use super::verdict::Answer;
use crate::model::SettingKind;
use crate::value::without_emails;

/// A secret that is shorter would be found in any text.
const SHORTEST_SECRET: usize = 4;

/// An event that has failed; `settings` are those of its account.
pub(super) fn failed(served: &Served, metadata: &Metadata<'_>, settings: Option<&RawValue>, answer: &Answer) {
    let (category, kind) = answer.category().unwrap_or_default();
    let reason = masked(answer.error.as_deref().unwrap_or_default(), &secrets(served, settings));
    let id = |id: Option<&str>| id.map(without_emails);
    warn!(
        destination = served.name,
        destinationId = id(metadata.destination_id()),
        workspaceId = id(metadata.workspace_id()),
        jobId = id(metadata.job_id()),
        messageId = id(metadata.message_id()),
        status = answer.status,
        errorCategory = category,
        errorType = kind,
        reason,
        "event failed"
    );
}

/// A call that was refused as a whole. `reason` quotes nothing of its body.
pub(super) fn refused(method: &str, route: &str, status: u16, reason: &str) {
    warn!(method, route, status, reason = without_emails(reason), "call refused");
}

/// A call that was answered.
pub(super) fn answered(method: &str, route: &str, status: u16, milliseconds: u128) {
    debug!(method, route, status, milliseconds, "call answered");
}

/// A mapping that is served from now on.
pub(super) fn serves(destination: &str, hash: &str) {
    info!(destination, hash, "mapping served");
}

/// A file that is not served.
pub(crate) fn not_served(file: &Unserved) {
    error!(file = %file.file.display(), diagnostics = %file.why.trim_end(), "mapping refused");
}

/// A file that was saved.
pub(super) fn changed(change: &Change) {
    match change {
        Change::Active { name, hash } => serves(name, hash),
        Change::Refused(file) => not_served(file),
        Change::Compared { name, hash, events } => {
            info!(destination = name, hash, events, "mapping compared before it is served");
        }
        Change::Differs { name, hash, file, events, different, .. } => error!(
            destination = name, hash, file = %file.display(), events, different, diagnostics = %change,
            "mapping refused"
        ),
    }
}

/// The host begins to answer.
pub(super) fn begins(address: SocketAddr, connections: usize, calls: usize) {
    info!(%address, version = env!("CARGO_PKG_VERSION"), connections, calls, "started");
}

/// The host begins to end.
pub(super) fn drain_begins(seconds: u64) {
    info!(seconds, "asked to end, finishing what is under way");
}

/// The host has ended.
pub(super) fn drain_ends(is_whole: bool) {
    if is_whole {
        info!("ended, all was finished");
    } else {
        warn!("ended, something was cut off");
    }
}

/// The text without e-mail addresses and secrets.
fn masked(text: &str, secrets: &[String]) -> String {
    let bare = secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "***"));
    without_emails(&bare)
}

/// Values of the settings that the mapping calls secret.
fn secrets(served: &Served, settings: Option<&RawValue>) -> Vec<String> {
    let settings: Map<String, Value> =
        settings.and_then(|text| serde_json::from_str(text.get()).ok()).unwrap_or_default();
    let is_secret = |name: &str| {
        served.plan.settings().any(|(setting, about)| setting == name && about.kind == SettingKind::Secret)
    };
    let texts = settings.iter().filter(|(name, _)| is_secret(name)).filter_map(|(_, value)| value.as_str());
    texts.filter(|secret| secret.len() >= SHORTEST_SECRET).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn secrets_and_addresses_are_left_out() {
        let text = "user ada@acme.test with s3cret is refused";
        assert_eq!(masked(text, &["s3cret".to_owned()]), "user … with *** is refused");
    }
}
