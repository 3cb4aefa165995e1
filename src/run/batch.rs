//! Many events at once, bytes to bytes: what is not the engine's is passed on as it stands, and no tree is built.

use super::prepare::{Evaluator, Refusal};
use crate::json::scan::{BadJson, Kind, Scanner, Token, utf8};
use crate::json::{Arena, Sink, Text, key_of, write_text};

/// How the items of a batch carry their events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// The member of an item that is the event; `None` when the item itself is.
    pub event: Option<&'a str>,
    /// Members of an item that its result repeats, byte for byte, in the order of the item.
    pub echo: &'a [&'a str],
}

/// How many events of a batch came to which end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events that go on.
    pub prepared: usize,
    /// Events that are not meant for this destination.
    pub skipped: usize,
    /// Bad events.
    pub rejected: usize,
}

impl Evaluator {
    /// Prepares the events of a JSON list and appends a list of results in the same order to `out`.
    ///
    /// A result is an object: first what it echoes, then `flow`, `bodies` (each with its `step` and `body`) and, if there
    /// are any, `notes`; or `skipped` or `rejected` with the reason. A bad item is rejected alone.
    ///
    /// # Errors
    /// The input is not JSON or not a list; nothing has been appended then.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # let mapping = r#"
    /// # format: 1
    /// # destination: example
    /// # service: {base_url: {value: "https://api.example.com/v1"}}
    /// # tables: {person: {rows: {name: {from: $.traits.name, required: no name}}}}
    /// # flows: {identify: {event: identify, steps: [{person: {post: /people, body: person}}]}}
    /// # "#;
    /// # let plan = mapwright::compile::load(mapping, &mut mapwright::diag::Diagnostics::new()).unwrap();
    /// # let session = Arc::new(mapwright::run::Session::open(Arc::new(plan), &serde_json::Map::new()).unwrap());
    /// use mapwright::run::{Envelope, Evaluator};
    ///
    /// let input = br#"[{"message": {"type": "identify", "traits": {"name": "Ada"}}, "metadata": {"jobId": 1}},
    ///                  {"message": {"type": "identify"}, "metadata": {"jobId": 2.0}}]"#;
    /// let mut out = Vec::new();
    /// let envelope = Envelope { event: Some("message"), echo: &["metadata"] };
    /// Evaluator::new(session).batch(input, envelope, &mut out).unwrap();
    /// assert_eq!(
    ///     String::from_utf8(out).unwrap(),
    ///     concat!(
    ///         r#"[{"metadata":{"jobId": 1},"flow":"identify","bodies":[{"step":"person","body":{"name":"Ada"}}]},"#,
    ///         r#"{"metadata":{"jobId": 2.0},"rejected":"no name"}]"#,
    ///     )
    /// );
    /// ```
    pub fn batch(
        &mut self,
        input: &[u8],
        envelope: Envelope<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Counts, BadJson> {
        let before = out.len();
        let counts = self.items(utf8(input)?, envelope, out);
        if counts.is_err() {
            out.truncate(before);
        }
        counts
    }

    fn items(&mut self, input: &str, envelope: Envelope<'_>, out: &mut Vec<u8>) -> Result<Counts, BadJson> {
        let mut scanner = Scanner::new(input);
        if scanner.peek()? != Kind::List {
            return Err(scanner.bad());
        }
        scanner.open()?;
        let mut counts = Counts::default();
        let start = out.len();
        while scanner.item()? {
            out.put(if out.len() == start { "[{" } else { ",{" });
            let event = open_item(&mut scanner, envelope, out)?;
            if let Some(event) = event {
                self.result(event.text(input).as_bytes(), out, &mut counts);
            } else {
                counts.rejected = counts.rejected.saturating_add(1);
                out.put("\"rejected\":\"the item has no event\"");
            }
            out.put("}");
        }
        out.put(if out.len() == start { "[]" } else { "]" });
        scanner.end()?;
        Ok(counts)
    }

    /// Writes what becomes of an event.
    fn result(&mut self, event: &[u8], out: &mut Vec<u8>, counts: &mut Counts) {
        let mut bodies = std::mem::take(&mut self.bodies);
        bodies.clear();
        let (count, kind, why) = match self.prepare(event, &mut bodies) {
            Ok(prepared) => {
                counts.prepared = counts.prepared.saturating_add(1);
                out.put("\"flow\":");
                put_text(out, prepared.flow());
                out.put(",\"bodies\":[");
                for (index, (step, range)) in prepared.bodies().enumerate() {
                    out.put(if index > 0 { ",{\"step\":" } else { "{\"step\":" });
                    put_text(out, step);
                    out.put(",\"body\":");
                    out.extend_from_slice(bodies.get(range).unwrap_or(b"null"));
                    out.put("}");
                }
                out.put("]");
                for (index, note) in prepared.notes().iter().enumerate() {
                    out.put(if index > 0 { "," } else { ",\"notes\":[" });
                    put_text(out, note);
                }
                out.put(if prepared.notes().is_empty() { "" } else { "]" });
                self.bodies = bodies;
                return;
            }
            Err(Refusal::Skipped { why }) => (&mut counts.skipped, "\"skipped\":", why),
            Err(Refusal::Rejected { why, .. }) => (&mut counts.rejected, "\"rejected\":", why),
        };
        *count = count.saturating_add(1);
        out.put(kind);
        put_text(out, why);
        self.bodies = bodies;
    }
}

/// Reads an item and writes what its result echoes; gives its event.
fn open_item(
    scanner: &mut Scanner<'_>,
    envelope: Envelope<'_>,
    out: &mut Vec<u8>,
) -> Result<Option<Token>, BadJson> {
    let Some(wanted) = envelope.event else { return scanner.value().map(Some) };
    if scanner.peek()? != Kind::Object {
        return scanner.value().map(|_| None);
    }
    scanner.open()?;
    let arena = Arena::new();
    let mut event = None;
    while let Some(key) = scanner.key()? {
        let key = key_of(key, scanner.scanned(), &arena).0;
        let value = scanner.value()?;
        if key.written == wanted {
            event = Some(value);
        } else if envelope.echo.contains(&key.written) {
            write_text(out, key, &arena);
            out.put(":");
            out.put(value.text(scanner.scanned()));
            out.put(",");
        }
    }
    Ok(event)
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    write_text(out, Text::plain(text), &Arena::new());
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::Map;

    use super::{Counts, Envelope, Evaluator};
    use crate::compile;
    use crate::diag::Diagnostics;
    use crate::run::Session;

    const MAPPING: &str = r#"
format: 1
destination: example
integration: EXAMPLE
service: {base_url: {value: "https://api.example.com/v1"}}
tables: {person: {rows: {name: {from: $.name, as: string, required: "no \"name\""}}}}
flows: {identify: {event: identify, steps: [{person: {post: /people, body: person}}]}}
"#;

    const MESSAGE: Envelope<'static> = Envelope { event: Some("message"), echo: &["metadata", "job"] };

    fn evaluator() -> Evaluator {
        let plan = compile::load(MAPPING, &mut Diagnostics::new()).unwrap();
        Evaluator::new(Arc::new(Session::open(Arc::new(plan), &Map::new()).unwrap()))
    }

    #[track_caller]
    fn check(input: &str, envelope: Envelope<'_>, expected: &str) {
        let mut out = Vec::new();
        evaluator().batch(input.as_bytes(), envelope, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn items_are_events() {
        check(
            r#"[{"type": "identify", "name": "A"}, 7, {"type": "identify"}]"#,
            Envelope::default(),
            concat!(
                r#"[{"flow":"identify","bodies":[{"step":"person","body":{"name":"A"}}]},"#,
                r#"{"rejected":"the event is not an object but a whole number"},{"rejected":"no \"name\""}]"#
            ),
        );
        check(" [ ] ", Envelope::default(), "[]");
    }

    #[test]
    fn what_is_echoed_is_not_touched() {
        check(
            r#"[{"metadata": {"a" : 1.0, "\u0061": 1e3}, "message": {"type": "page"}, "x": 1, "job": 12345678901234567890123}]"#,
            MESSAGE,
            r#"[{"metadata":{"a" : 1.0, "\u0061": 1e3},"job":12345678901234567890123,"rejected":"Event type page is not supported"}]"#,
        );
    }

    #[test]
    fn a_key_may_be_spelled_with_escapes() {
        check(
            r#"[{"meta\u0064ata": 1, "\u006dessage": {"type": "identify", "name": "A"}}]"#,
            MESSAGE,
            r#"[{"metadata":1,"flow":"identify","bodies":[{"step":"person","body":{"name":"A"}}]}]"#,
        );
    }

    #[test]
    fn an_item_without_an_event_is_rejected_alone() {
        check(
            r#"[1, {"metadata": 1}, {"message": {"integrations": {"All": false}}}]"#,
            MESSAGE,
            concat!(
                r#"[{"rejected":"the item has no event"},{"metadata":1,"rejected":"the item has no event"},"#,
                r#"{"skipped":"the event's integrations exclude EXAMPLE"}]"#
            ),
        );
    }

    #[test]
    fn a_batch_that_is_no_list_adds_nothing() {
        for input in ["{}", "[{}", "[1,]", "[1] 2", "", "\u{0}"] {
            let mut out = b"before".to_vec();
            assert!(evaluator().batch(input.as_bytes(), MESSAGE, &mut out).is_err(), "{input}");
            assert_eq!(out, b"before");
        }
        assert!(evaluator().batch(b"[\"\xff\"]", MESSAGE, &mut Vec::new()).is_err());
    }

    #[test]
    fn ends_are_counted() {
        let input = br#"[{"type": "identify", "name": "A"}, {"integrations": {"example": false}}, {}]"#;
        let counts = evaluator().batch(input, Envelope::default(), &mut Vec::new());
        assert_eq!(counts, Ok(Counts { prepared: 1, skipped: 1, rejected: 1 }));
    }
}
