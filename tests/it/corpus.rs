//! The corpus stays what it is, and its deliverable events are delivered.

use std::collections::{BTreeMap, BTreeSet};

use corpus::{Variant, checksum, deliverable_events, events};
use mapwright::run::{Limits, Verdict};
use mapwright::value::Type;
use serde_json::Value;

use super::scripted::{Account, run, zendesk};

#[test]
fn the_corpus_does_not_drift() {
    assert_eq!(format!("{:016x}", checksum(events(42, 10_000, Variant::Shuffled))), "cb16336edc8579e8");
    assert_eq!(format!("{:016x}", checksum(deliverable_events(42, 500, 10_000))), "3f75486bef3c6198");
}

#[test]
fn events_have_the_sizes_and_shares_of_real_ones() {
    let all: Vec<String> = events(42, 10_000, Variant::Shuffled).collect();
    let share = |text: &str| all.iter().filter(|event| event.contains(text)).count() / 100;
    assert_eq!(
        [share("\"type\":\"identify\""), share("\"type\":\"track\""), share("\"type\":\"group\"")],
        [49, 39, 10]
    );
    assert!(all.iter().all(|event| (600..2_400).contains(&event.len())));
    assert!(all.iter().any(|event| event.contains("\\u")) && all.iter().any(|event| !event.is_ascii()));
}

#[test]
fn every_variant_is_json() {
    for variant in [Variant::Stable, Variant::StableAscii, Variant::Traits(500), Variant::Rows(1_000)] {
        for event in events(7, 50, variant) {
            let value: Value = serde_json::from_str(&event).unwrap();
            assert!(value.get("type").is_some());
            assert!(variant != Variant::StableAscii || event.is_ascii());
        }
    }
}

#[test]
fn stable_events_are_the_shuffled_ones_in_another_order() {
    let keys = |variant| -> Vec<String> {
        let event: Value = serde_json::from_str(&events(3, 1, variant).next().unwrap()).unwrap();
        event.as_object().unwrap().keys().cloned().collect()
    };
    let (mut shuffled, stable) = (keys(Variant::Shuffled), keys(Variant::Stable));
    assert_ne!(shuffled, stable);
    let mut sorted = stable;
    sorted.sort();
    shuffled.sort();
    assert_eq!(shuffled, sorted);
}

#[test]
fn deliverable_events_are_delivered() {
    let (session, account) = (zendesk(), Account::new());
    for event in deliverable_events(42, 500, 1_000) {
        let event: Value = serde_json::from_str(&event).unwrap();
        let (_, outcome) = run(&session, &event, &Limits::default(), |request| account.answer(request));
        assert_eq!((outcome.verdict, outcome.notes), (Verdict::Delivered, Vec::new()), "{event}");
    }
}

#[test]
fn deliverable_events_contradict_each_other_nowhere() {
    let mut types: BTreeMap<String, &str> = BTreeMap::new();
    let mut people: BTreeMap<String, (Value, Value)> = BTreeMap::new();
    let mut groups: BTreeMap<String, Value> = BTreeMap::new();
    for event in deliverable_events(42, 200, 4_000) {
        let event: Value = serde_json::from_str(&event).unwrap();
        let traits = event.get("traits").unwrap_or(&Value::Null);
        let of_context = &event["context"]["traits"];
        let is_group = event["type"] == "group";
        let person = if of_context.is_null() { traits } else { of_context };
        let own = (person["name"].clone(), person["email"].clone());
        let user = event["userId"].as_str().unwrap().to_owned();
        assert_eq!(*people.entry(user).or_insert_with(|| own.clone()), own);
        let attributes = if is_group { traits } else { person };
        let scalars = attributes
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, value)| !value.is_array() && !value.is_object());
        for (key, value) in scalars {
            let kind = Type::of_value(value);
            assert_eq!(*types.entry(format!("{is_group}.{key}")).or_insert(kind), kind, "{key}");
        }
        if is_group {
            let name = traits["name"].clone();
            assert_eq!(*groups.entry(event["groupId"].to_string()).or_insert_with(|| name.clone()), name);
        }
    }
    let addresses: Vec<&str> = people.values().filter_map(|(_, email)| email.as_str()).collect();
    assert_eq!(addresses.iter().collect::<BTreeSet<_>>().len(), addresses.len());
    assert_eq!(people.len(), 200);
}
