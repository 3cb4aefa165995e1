//! What the host tells about itself: `/features`, `/health`, `/version`.

use serde_json::{Map, Value, json};

use super::Host;

/// Version of the program.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the host can do, as the platform asks for it.
///
/// The two keys about sources are there because the platform does not start without one of them.
pub(super) fn features(host: &Host) -> Value {
    let names = host.mappings.iter().map(|served| (served.name.to_ascii_uppercase(), Value::Bool(true)));
    json!({
        "routerTransform": names.collect::<Map<_, _>>(),
        "regulations": [],
        "supportSourceTransformV1": true,
        "supportTransformerProxyV1": false,
        "upgradedToSourceTransformV2": true,
        "supportDestTransformCompactedPayloadV1": true,
    })
}

/// That the host is there, and which version of each mapping runs.
pub(super) fn health(host: &Host) -> Value {
    let mappings = host.mappings.iter().map(|served| {
        let of = json!({"file": served.file.display().to_string(), "hash": served.plan.hash()});
        (served.name.clone(), of)
    });
    json!({"service": "UP", "version": VERSION, "mappings": mappings.collect::<Map<_, _>>()})
}
