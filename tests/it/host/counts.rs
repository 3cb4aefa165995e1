//! What is counted, and that the documentation has the same table.

use std::collections::{BTreeMap, BTreeSet};

use sandbox::Sandbox;
use serde_json::json;

use super::{Running, identify, item};

/// Kind, labels and meaning of a count.
type About = (String, BTreeSet<String>, String);

/// A host that has had one good event, a bad one and one that is to come again.
async fn busy() -> Running {
    let running = Running::with(Sandbox::builder().rate_limit(Some(1000)), |options| options).await;
    running.route(&[item(1, "r-1", &identify("ada")), item(2, "r-2", &json!({"type": "page"}))]).await;
    let fault =
        json!({"method": "POST", "path": "/api/v2/users/create_or_update", "times": 2, "status": 503});
    running.sandbox.fault(&fault).unwrap();
    running.route(&[item(3, "r-3", &identify("bob"))]).await;
    running
}

/// The labels and the value of a line.
fn parts(line: &str) -> (&str, &str, &str) {
    let (series, value) = line.rsplit_once(' ').unwrap();
    let (name, labels) = series.split_once('{').unwrap_or((series, ""));
    (name, labels.trim_end_matches('}'), value)
}

/// Counts as `/metrics` gives them.
fn given(text: &str) -> BTreeMap<String, About> {
    let (mut about, mut all) = (BTreeMap::new(), BTreeMap::<String, About>::new());
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').unwrap();
            about.insert(name.to_owned(), help.to_owned());
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').unwrap();
            let help = about.get(name).unwrap_or_else(|| panic!("{name} is not explained")).clone();
            all.insert(name.to_owned(), (kind.to_owned(), BTreeSet::new(), help));
        } else {
            let (name, labels, _) = parts(line);
            let name = ["_bucket", "_sum", "_count"]
                .iter()
                .filter_map(|suffix| name.strip_suffix(suffix))
                .find(|name| all.contains_key(*name))
                .unwrap_or(name);
            let (_, known, _) = all.get_mut(name).unwrap_or_else(|| panic!("{line} has no type"));
            let keys = labels.split("\",").filter_map(|label| Some(label.split_once('=')?.0));
            known.extend(keys.filter(|key| !matches!(*key, "le" | "instanceName")).map(str::to_owned));
        }
    }
    all
}

/// Counts as `docs/host.md` has them.
fn documented() -> BTreeMap<String, About> {
    let page = include_str!("../../../docs/host.md");
    let rows = page.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| `")?.strip_suffix(" |")?.split(" | ").collect();
        let [name, kind @ ("counter" | "gauge" | "histogram"), labels, about] = cells.as_slice() else {
            return None;
        };
        let labels = labels.split(", ").filter(|label| !label.is_empty() && *label != "-");
        let labels = labels.map(|label| label.trim_matches('`').to_owned()).collect();
        Some((name.trim_end_matches('`').to_owned(), ((*kind).to_owned(), labels, (*about).to_owned())))
    });
    rows.collect()
}

#[tokio::test]
async fn the_documentation_has_what_is_counted() {
    let running = busy().await;
    let given = given(&running.counts.text().await);
    let table: Vec<String> = given
        .iter()
        .map(|(name, (kind, labels, about))| {
            let labels: Vec<String> = labels.iter().map(|label| format!("`{label}`")).collect();
            let labels = if labels.is_empty() { "-".to_owned() } else { labels.join(", ") };
            format!("| `{name}` | {kind} | {labels} | {about} |")
        })
        .collect();
    assert!(given == documented(), "the table in docs/host.md should be\n{}", table.join("\n"));
}

#[tokio::test]
async fn it_counts() {
    let text = busy().await.counts.text().await;
    let value = |name: &str, labels: &[&str]| -> u64 {
        let series = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(parts);
        let of =
            series.filter(|(found, has, _)| *found == name && labels.iter().all(|label| has.contains(label)));
        of.map(|(_, _, value)| value.parse::<u64>().unwrap()).sum()
    };
    let zendesk = ["instanceName=\"localhost\"", "destType=\"ZENDESK\"", "destinationId=\"d-1\""];
    assert_eq!(value("transformer_event_transform_success", &zendesk), 1);
    assert_eq!(value("transformer_event_transform_failure", &["errorType=\"instrumentation\""]), 1);
    assert_eq!(value("transformer_event_transform_failure", &["errorType=\"retryable\""]), 1);
    for (end, count) in [("delivered", 1), ("dead", 1), ("repeated", 1), ("skipped", 0)] {
        let end = format!("end=\"{end}\"");
        assert_eq!(value("mapwright_event_count", &["feature=\"router\"", &end]), count, "{end}");
    }
    let requests =
        value("transformer_outgoing_request_count", &["destType=\"zendesk\"", "workspaceId=\"w-1\""]);
    assert!(requests > 0);
    assert_eq!(
        value("transformer_outgoing_request_count", &["endpointPath=\"user\"", "statusCode=\"503\""]),
        2
    );
    assert_eq!(value("transformer_outgoing_request_latency_count", &["destType"]), requests);
    assert_eq!(value("mapwright_requests_per_event_sum", &[]), requests);
    assert_eq!(value("mapwright_requests_per_event_count", &[]), 3);
    assert!(value("mapwright_cache_hit_count", &zendesk) > 0);
    assert!(value("mapwright_cache_miss_count", &zendesk) > 0);
    assert!((1..1000).contains(&value("mapwright_rate_left", &zendesk)));
    let of_calls = ["method=\"POST\"", "route=\"/routerTransform\"", "code=\"200\"", "destType=\"ZENDESK\""];
    assert_eq!(value("transformer_http_request_duration_count", &of_calls), 2);
    assert_eq!(value("transformer_dest_transform_input_events_sum", &["destination=\"zendesk\""]), 3);
    assert_eq!(value("transformer_dest_transform_output_events_sum", &["destination=\"zendesk\""]), 3);
    assert_eq!(value("transformer_http_concurrent_requests", &[]), 0);
    assert_eq!(value("mapwright_mappings", &[]), 1);
    #[cfg(target_os = "linux")]
    assert!(value("process_resident_memory_bytes", &[]) > 1_000_000);
}

#[tokio::test]
async fn a_reset_begins_anew() {
    let running = busy().await;
    let request = running.client.get(format!("{}/resetMetrics", running.counts.url));
    assert_eq!(running.send(request).await, (200, None, "Metrics reset".to_owned()));
    assert!(!running.counts.text().await.contains("transformer_event_transform_success{"));
    running.route(&[item(4, "r-4", &identify("eve"))]).await;
    let text = running.counts.text().await;
    let line = text.lines().find(|line| line.starts_with("transformer_event_transform_success{")).unwrap();
    assert_eq!(parts(line).2, "1");
}
