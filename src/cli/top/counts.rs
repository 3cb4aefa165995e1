//! Counts as a program gives them, and the figures that two looks at them make.
//!
//! Source: Prometheus text format, version 0.0.4.

use std::collections::BTreeMap;
use std::time::Duration;

/// Counts of one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Counts {
    /// Events by their end.
    pub(super) events: BTreeMap<String, f64>,
    /// Requests by status.
    pub(super) requests: BTreeMap<String, f64>,
    /// Requests that took no longer than so many seconds, in the order of these.
    latency: BTreeMap<Bound, f64>,
    /// Requests by what they are doing now.
    pub(super) doing: BTreeMap<String, f64>,
    /// Seconds of all requests together, by what they were spent with.
    pub(super) spent: BTreeMap<String, f64>,
    /// Requests that the destination still allows.
    pub(super) left: Option<f64>,
    /// Memory in bytes.
    pub(super) memory: Option<f64>,
    /// Time on the processors, in seconds.
    cpu: Option<f64>,
}

/// An upper bound of a histogram, in microseconds; infinite ones are last.
type Bound = u64;

impl Counts {
    /// Reads counts; lines that are none of ours are passed over.
    pub(super) fn read(text: &str) -> Self {
        let mut counts = Self::default();
        for (name, labels, value) in text.lines().filter_map(sample) {
            let label = |key: &str| labels.get(key).cloned().unwrap_or_default();
            match name {
                "mapwright_event_count" => *counts.events.entry(label("end")).or_default() += value,
                "transformer_outgoing_request_count" => {
                    *counts.requests.entry(label("statusCode")).or_default() += value;
                }
                "transformer_outgoing_request_latency_bucket" => {
                    *counts.latency.entry(bound(&label("le"))).or_default() += value;
                }
                "mapwright_requests" => *counts.doing.entry(label("doing")).or_default() += value,
                "mapwright_request_seconds" => *counts.spent.entry(label("doing")).or_default() += value,
                "mapwright_rate_left" => {
                    counts.left = Some(counts.left.map_or(value, |left: f64| left.min(value)));
                }
                "process_resident_memory_bytes" => counts.memory = Some(value),
                "process_cpu_seconds_total" => counts.cpu = Some(value),
                _ => {}
            }
        }
        counts
    }

    /// All events.
    pub(super) fn n_events(&self) -> f64 {
        self.events.values().fold(0.0, |sum, count| sum + count)
    }

    /// All requests.
    pub(super) fn n_requests(&self) -> f64 {
        self.requests.values().fold(0.0, |sum, count| sum + count)
    }
}

/// Name, labels and value of a line.
fn sample(line: &str) -> Option<(&str, BTreeMap<String, String>, f64)> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    let (head, value) = line.rsplit_once(' ')?;
    let value = value.parse().ok()?;
    match head.split_once('{') {
        Some((name, labels)) => Some((name, labels_of(labels), value)),
        None => Some((head, BTreeMap::new(), value)),
    }
}

/// Labels as they stand between the braces; `\\`, `\"` and `\n` are escapes.
fn labels_of(text: &str) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    let mut rest = text.chars();
    loop {
        let name: String = rest.by_ref().take_while(|letter| *letter != '=').collect();
        if rest.next() != Some('"') {
            return labels;
        }
        let mut value = String::new();
        while let Some(letter) = rest.next() {
            match letter {
                '"' => break,
                '\\' => value.extend(rest.next().map(|escaped| if escaped == 'n' { '\n' } else { escaped })),
                letter => value.push(letter),
            }
        }
        labels.insert(name.trim_start_matches(',').trim().to_owned(), value);
    }
}

fn bound(text: &str) -> Bound {
    let seconds = text.parse().ok().filter(|seconds: &f64| seconds.is_finite());
    seconds.map_or(Bound::MAX, |seconds| {
        u64::try_from(Duration::from_secs_f64(seconds.max(0.0)).as_micros()).unwrap_or(Bound::MAX)
    })
}

/// What happened between two looks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figures {
    /// Events that ended in a second.
    pub(super) events: f64,
    /// Requests in a second.
    pub(super) requests: f64,
    /// Half of the requests took no longer, and 99 of 100; `None` without any.
    pub(super) took: Option<(Took, Took)>,
    /// Part of one processor.
    pub(super) cpu: Option<f64>,
}

/// How long a request took: no longer than this.
pub(super) type Took = Option<Duration>;

impl Figures {
    /// The figures of `now`, so long after `before`. Counts that have gone down began anew.
    pub(super) fn between(before: &Counts, now: &Counts, time: Duration) -> Self {
        let seconds = time.as_secs_f64().max(0.001);
        let grown = |before: f64, now: f64| (now - if before > now { 0.0 } else { before }) / seconds;
        Self {
            events: grown(before.n_events(), now.n_events()),
            requests: grown(before.n_requests(), now.n_requests()),
            took: percentile(before, now, 0.5).zip(percentile(before, now, 0.99)),
            cpu: before.cpu.zip(now.cpu).map(|(before, now)| grown(before, now)),
        }
    }
}

/// The upper bound of the bucket in which so great a part of the requests has ended; the inner `None` is beyond all bounds.
fn percentile(before: &Counts, now: &Counts, part: f64) -> Option<Took> {
    let grown: Vec<(Bound, f64)> = now
        .latency
        .iter()
        .map(|(bound, count)| {
            (*bound, count - before.latency.get(bound).filter(|old| *old <= count).unwrap_or(&0.0))
        })
        .collect();
    let whole = grown.last().map(|(_, count)| *count).filter(|count| *count > 0.0)?;
    let (bound, _) = grown.iter().find(|(_, count)| *count >= whole * part)?;
    Some((*bound != Bound::MAX).then(|| Duration::from_micros(*bound)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
# HELP mapwright_event_count events
# TYPE mapwright_event_count counter
mapwright_event_count{instanceName="a \"b\" {c}",end="delivered"} 40
mapwright_event_count{end="dead",instanceName=""} 2
transformer_outgoing_request_count{statusCode="200",success="true"} 50
transformer_outgoing_request_count{statusCode="200",requestMethod="GET"} 5
transformer_outgoing_request_latency_bucket{le="0.005"} 10
transformer_outgoing_request_latency_bucket{le="0.1"} 90
transformer_outgoing_request_latency_bucket{le="+Inf"} 100
mapwright_requests{doing="limits"} 3
mapwright_rate_left 17
process_resident_memory_bytes 1000
nonsense
"#;

    #[test]
    fn counts_are_read_from_text() {
        let counts = Counts::read(TEXT);
        assert_eq!((counts.n_events(), counts.n_requests(), counts.left), (42.0, 55.0, Some(17.0)));
        assert_eq!(counts.events.keys().collect::<Vec<_>>(), ["dead", "delivered"]);
        assert_eq!(
            labels_of(r#"a="x \"y\" \\ \n",b="{,=}"} "#),
            [("a", "x \"y\" \\ \n"), ("b", "{,=}")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into()
        );
    }

    #[test]
    fn figures_are_what_has_changed() {
        let (before, now) = (Counts::default(), Counts::read(TEXT));
        let figures = Figures::between(&before, &now, Duration::from_secs(2));
        assert_eq!((figures.events, figures.requests), (21.0, 27.5));
        assert_eq!(figures.took, Some((Some(Duration::from_millis(100)), None)));
        let still = Figures::between(&now, &now, Duration::from_secs(1));
        assert_eq!((still.events, still.took), (0.0, None));
        let anew = Figures::between(
            &now,
            &Counts::read("mapwright_event_count{end=\"dead\"} 1"),
            Duration::from_secs(1),
        );
        assert!((anew.events - 1.0).abs() < 0.01, "{anew:?}");
    }
}
