//! What the host tells about itself: `/features`, `/health`, `/version`.

use serde_json::{Map, Value, json};

use super::{Host, deletion};

/// Version of the program.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the host can do, as the platform asks for it.
///
/// The two keys about sources are there because the platform does not start without one of them.
pub(super) fn features(host: &Host) -> Value {
    let mappings = host.mappings();
    let able = mappings.iter().filter(|served| deletion::is_able(served));
    let able: Vec<String> = able.map(|served| served.name.to_ascii_uppercase()).collect();
    let names = mappings.iter().map(|served| (served.name.to_ascii_uppercase(), Value::Bool(true)));
    json!({
        "routerTransform": names.collect::<Map<_, _>>(),
        "regulations": able,
        "supportSourceTransformV1": true,
        "supportTransformerProxyV1": true,
        "upgradedToSourceTransformV2": true,
        "supportDestTransformCompactedPayloadV1": true,
    })
}

/// What this host and the one behind it can do together: the other's answer with our destinations in it.
pub(super) fn merged(host: &Host, mut upstream: Value) -> Value {
    let own = features(host);
    let Some(all) = upstream.as_object_mut() else { return own };
    if let (Some(to), Some(from)) = (
        all.entry("routerTransform").or_insert_with(|| json!({})).as_object_mut(),
        own.get("routerTransform").and_then(Value::as_object),
    ) {
        to.extend(from.clone());
    }
    if let (Some(to), Some(from)) = (
        all.entry("regulations").or_insert_with(|| json!([])).as_array_mut(),
        own.get("regulations").and_then(Value::as_array),
    ) {
        let new: Vec<Value> = from.iter().filter(|name| !to.contains(name)).cloned().collect();
        to.extend(new);
    }
    upstream
}

/// That the host is there, which version of each mapping runs, and which one is compared with it.
pub(super) fn health(host: &Host) -> Value {
    let mappings = host.mappings();
    let mappings = mappings.iter().map(|served| {
        let mut of = json!({"file": served.file.display().to_string(), "hash": served.plan.hash()});
        if let (Some(of), Some(shadow)) = (of.as_object_mut(), &served.shadow) {
            of.insert("shadow".to_owned(), shadow.health());
        }
        (served.name.clone(), of)
    });
    json!({"service": "UP", "version": VERSION, "mappings": mappings.collect::<Map<_, _>>()})
}
