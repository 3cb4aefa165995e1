//! Any bytes as JSON: our scanner takes what serde_json takes, and refuses what it refuses.

#![no_main]

use std::fmt;

use libfuzzer_sys::fuzz_target;
use mapwright::json::scan;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let ours = scan::validate(bytes);
    let theirs = serde_json::from_slice::<Any>(bytes);
    assert_eq!(ours.is_ok(), theirs.is_ok(), "{ours:?} {:?}", theirs.err());
    match ours {
        Ok(()) => assert_eq!(scan::utf8(bytes).map(str::len), Ok(bytes.len())),
        Err(bad) => {
            assert!(bad.offset() <= bytes.len());
            assert!(serde_json::from_slice::<Value>(bytes).is_err(), "a value that we refuse");
        }
    }
});

/// Any value. Unlike `Value` it does not take an object for a number because of a key that serde_json has for itself.
struct Any;

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

impl<'de> Visitor<'de> for Any {
    type Value = Any;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Any, E> {
        Ok(Any)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Any, E> {
        Ok(Any)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Any, E> {
        Ok(Any)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Any, E> {
        Ok(Any)
    }

    fn visit_str<E>(self, _: &str) -> Result<Any, E> {
        Ok(Any)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Any, A::Error> {
        while let Some(Any) = items.next_element()? {}
        Ok(Any)
    }

    // Numbers that are not small and whole come here too.
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Any, A::Error> {
        while let Some((_, Any)) = members.next_entry::<String, Any>()? {}
        Ok(Any)
    }
}
