//! A batch as it comes: which event belongs to which destination, everything else left as bytes.
//!
//! A plain body has the destination in each item; a compacted one (`X-Content-Format: json+compactedv1`) has them once,
//! by their ids. Both are read, whatever the header says. A bad item spoils itself only.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// A batch of the router, or a compacted one of the processor.
#[derive(Debug, Deserialize)]
pub(super) struct Batch<'a> {
    /// The events.
    #[serde(borrow, default)]
    pub(super) input: Vec<Item<'a>>,
    /// Name of the destination.
    #[serde(borrow, default, rename = "destType")]
    pub(super) destination: Option<Cow<'a, str>>,
    /// Destinations by their ids.
    #[serde(borrow, default)]
    pub(super) destinations: HashMap<Cow<'a, str>, &'a RawValue>,
}

/// An event with what belongs to it. Reading it never fails: what is not there or not readable is missing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Item<'a> {
    /// The event.
    pub(super) message: Option<&'a RawValue>,
    /// To be given back as it is.
    pub(super) metadata: Option<&'a RawValue>,
    /// To be given back as it is; has the settings.
    pub(super) destination: Option<&'a RawValue>,
}

impl Item<'_> {
    /// Bytes of what is given back as it is.
    pub(super) fn echoed(&self) -> usize {
        [self.metadata, self.destination].into_iter().flatten().map(|part| part.get().len()).sum()
    }
}

/// What is looked at in the metadata of an event.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Metadata<'a> {
    #[serde(borrow, rename = "userId")]
    user: Option<&'a RawValue>,
    #[serde(borrow, rename = "destinationId")]
    destination: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "workspaceId")]
    workspace: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "sourceId")]
    source: Option<&'a RawValue>,
    #[serde(borrow, rename = "jobId")]
    job: Option<&'a RawValue>,
    #[serde(borrow, rename = "messageId")]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    traceparent: Option<&'a RawValue>,
}

/// What the metadata of an event say about where it comes from and goes to; for counts of whole batches.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Kinds<'a> {
    #[serde(borrow, rename = "sourceType")]
    pub(super) source: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "destinationType")]
    pub(super) destination: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) namespace: Option<Cow<'a, str>>,
}

/// The members of an item.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Part {
    Message,
    Metadata,
    Destination,
    #[serde(other)]
    Other,
}

impl<'de: 'a, 'a> Deserialize<'de> for Item<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Parts)
    }
}

/// Reads an item in one pass over its text.
struct Parts;

impl<'de> Visitor<'de> for Parts {
    type Value = Item<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an item")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut item = Item::default();
        let mut is_clear = true;
        while let Some(part) = members.next_key()? {
            let place = match part {
                Part::Message => &mut item.message,
                Part::Metadata => &mut item.metadata,
                Part::Destination => &mut item.destination,
                Part::Other => {
                    members.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            is_clear &= place.is_none();
            *place = members.next_value()?;
        }
        Ok(if is_clear { item } else { Item::default() })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Item::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Item::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Item::default())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Item::default())
    }
}

impl<'a> Batch<'a> {
    /// Reads a batch.
    ///
    /// # Errors
    /// The body is not JSON, or not an object with a list `input`.
    pub(super) fn read(body: &'a [u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    /// Reads what the processor sends: a list of events, or a compacted batch.
    ///
    /// # Errors
    /// The body is not JSON, or neither of the two.
    pub(super) fn read_list(body: &'a [u8]) -> Result<Self, serde_json::Error> {
        if body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
            let input = serde_json::from_slice(body)?;
            return Ok(Batch { input, destination: None, destinations: HashMap::new() });
        }
        Self::read(body)
    }

    /// The items, with their destinations.
    pub(super) fn items(&self) -> impl Iterator<Item = Item<'a>> {
        self.input.iter().copied().map(|mut item| {
            if item.destination.is_none() {
                let metadata = Metadata::of(item);
                item.destination = metadata.destination.and_then(|id| self.destinations.get(&id).copied());
            }
            item
        })
    }
}

impl<'a> Metadata<'a> {
    /// Looks into the metadata of an item.
    pub(super) fn of(item: Item<'a>) -> Self {
        item.metadata.map(Self::read).unwrap_or_default()
    }

    /// Looks into metadata.
    pub(super) fn read(text: &'a RawValue) -> Self {
        serde_json::from_str(text.get()).unwrap_or_default()
    }

    /// Whose events have to stay in order: the text of `userId`, in whatever form it is.
    pub(super) fn user(&self) -> Option<&'a str> {
        self.user.map(RawValue::get).filter(|text| !matches!(*text, "\"\"" | "null"))
    }

    /// Id of the destination.
    pub(super) fn destination_id(&self) -> Option<&str> {
        self.destination.as_deref()
    }

    /// Id of the workspace.
    pub(super) fn workspace_id(&self) -> Option<&str> {
        self.workspace.as_deref()
    }

    /// Id of the source.
    pub(super) fn source_id(&self) -> Option<&'a str> {
        self.source.and_then(plain)
    }

    /// Number of the job, as text.
    pub(super) fn job_id(&self) -> Option<&'a str> {
        self.job.and_then(plain)
    }

    /// Id of the event.
    pub(super) fn message_id(&self) -> Option<&'a str> {
        self.message.and_then(plain)
    }

    /// The trace that the event belongs to, as a header of W3C Trace Context.
    pub(super) fn traceparent(&self) -> Option<&'a str> {
        self.traceparent.and_then(plain)
    }
}

/// An id as text, whatever form it has. What has no form of an id spoils nothing else.
fn plain(id: &RawValue) -> Option<&str> {
    Some(id.get().trim_matches('"')).filter(|id| !matches!(*id, "" | "null"))
}

impl<'a> Kinds<'a> {
    /// Looks into the metadata of an item.
    pub(super) fn of(item: Item<'a>) -> Self {
        item.metadata.and_then(|text| serde_json::from_str(text.get()).ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(body: &str) -> (Option<String>, Option<String>, Option<String>) {
        let batch = Batch::read_list(body.as_bytes()).unwrap();
        let items: Vec<Item<'_>> = batch.items().collect();
        assert_eq!(items.len(), 1);
        let text = |value: Option<&RawValue>| value.map(|value| value.get().to_owned());
        (text(items[0].message), text(items[0].metadata), text(items[0].destination))
    }

    #[test]
    fn plain_and_compacted_batches_say_the_same() {
        let metadata = r#"{"destinationId":"d","n": 1.0}"#;
        let expected = (Some("{}".to_owned()), Some(metadata.to_owned()), Some(r#"{"ID": "d"}"#.to_owned()));
        let plain = format!(r#"[{{"message":{{}},"metadata":{metadata},"destination":{{"ID": "d"}}}}]"#);
        let compact = format!(
            r#"{{"input":[{{"message":{{}},"metadata":{metadata}}}],"destinations":{{"d":{{"ID": "d"}}}},"connections":{{}}}}"#
        );
        assert_eq!(only(&plain), expected);
        assert_eq!(only(&compact), expected);
    }

    #[test]
    fn a_bad_item_spoils_itself_only() {
        let batch = Batch::read(br#"{"input":[1.5,{"message":{}},null,"a",true,[{}],{"message":1,"message":2}],"destType":"example"}"#).unwrap();
        let messages: Vec<bool> = batch.items().map(|item| item.message.is_some()).collect();
        assert_eq!(messages, [false, true, false, false, false, false, false]);
        assert_eq!(batch.destination.as_deref(), Some("example"));
    }

    #[test]
    fn an_empty_user_is_nobody() {
        let metadata = |text: &'static str| serde_json::from_str::<Metadata<'static>>(text).unwrap();
        assert_eq!(metadata(r#"{"userId":"u<<>>1"}"#).user(), Some("\"u<<>>1\""));
        assert_eq!(metadata(r#"{"userId":""}"#).user(), None);
        assert_eq!(metadata(r#"{"userId":null}"#).user(), None);
        assert_eq!(metadata("{}").user(), None);
    }
}
