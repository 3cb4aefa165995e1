//! Differences of many events, those of one kind taken together.
//!
//! In: the differences of each event with its place. Out: counts and groups, rendered by the modules beside this one.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::Value;

use super::event::{Difference, Seen, Shape};
use super::{Attribute, json, markdown, text};
use crate::diag::render::Colour;
use crate::run::{Auth, Session};

/// Most places of events that a group keeps.
const MOST_PLACES: usize = 10;

/// Events with the same kind of difference: one type, the same requests and attributes, the same end.
#[derive(Clone, Debug)]
pub struct Group {
    /// Type of the events.
    pub event: String,
    /// How many there are.
    pub count: u64,
    /// Where the first of them are.
    pub places: Vec<String>,
    /// The difference, with the values of the first of them.
    pub difference: Difference,
}

/// What changes for the events of a file.
#[derive(Clone, Debug)]
pub struct Report {
    /// The mappings as messages name them, old and new.
    pub(super) names: (String, String),
    /// Their texts are the same.
    pub(super) is_same_text: bool,
    /// What differs for every request.
    pub(super) service: Vec<Attribute>,
    /// By type, how many events there are and how many change.
    pub(super) types: BTreeMap<String, (u64, u64)>,
    /// Lines that are no events.
    pub(super) unreadable: u64,
    groups: IndexMap<(String, Seen, Shape), Group>,
}

impl Report {
    /// A report without events. Each side is its name, the mapping's text and the session.
    #[must_use]
    pub fn new(old: (&str, &str, &Session), new: (&str, &str, &Session)) -> Self {
        Report {
            names: (old.0.to_owned(), new.0.to_owned()),
            is_same_text: old.1 == new.1,
            service: service(old.2, new.2),
            types: BTreeMap::new(),
            unreadable: 0,
            groups: IndexMap::new(),
        }
    }

    /// Counts an event with its differences. `place` says where it stands.
    pub fn add(&mut self, event: &Value, place: &str, differences: Vec<Difference>) {
        let kind = event.get("type").and_then(Value::as_str).unwrap_or("untyped").to_lowercase();
        let (events, changed) = self.types.entry(kind.clone()).or_default();
        *events += 1;
        *changed += u64::from(!differences.is_empty());
        for difference in differences {
            let key = (kind.clone(), difference.seen, difference.shape());
            let group = self.groups.entry(key).or_insert_with(|| Group {
                event: kind.clone(),
                count: 0,
                places: Vec::new(),
                difference,
            });
            group.count += 1;
            if group.places.len() < MOST_PLACES {
                group.places.push(place.to_owned());
            }
        }
    }

    /// Counts a line that is no event.
    pub fn add_unreadable(&mut self) {
        self.unreadable += 1;
    }

    /// Whether something changes for an event or for every request.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        !self.groups.is_empty() || !self.service.is_empty()
    }

    /// The kinds of differences, that of the most events first.
    #[must_use]
    pub fn groups(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.groups.values().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.count));
        groups
    }

    /// How many events there are and how many of them change.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        self.types.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }

    /// For people: at most so many groups. Its form may change.
    #[must_use]
    pub fn text(&self, most: usize, colour: Colour) -> String {
        text::text(self, most, colour)
    }

    /// For a pull request: at most so many groups.
    #[must_use]
    pub fn markdown(&self, most: usize) -> String {
        markdown::markdown(self, most)
    }

    /// For programs: all groups.
    #[must_use]
    pub fn json(&self) -> Value {
        json::json(self)
    }

    /// What the report comes to, in one sentence.
    pub(super) fn summary(&self) -> String {
        let (events, changed) = self.counts();
        let unreadable = match self.unreadable {
            0 => String::new(),
            1 => "; 1 line is no event".to_owned(),
            lines => format!("; {lines} lines are no events"),
        };
        if changed == 0 {
            let texts = match (self.is_same_text, self.service.is_empty()) {
                (true, _) => "the mappings are the same text",
                (false, true) => "the texts differ, and none of these events shows it",
                (false, false) => "only what all requests have in common",
            };
            return format!("0 of {events} events change: {texts}{unreadable}");
        }
        let types: Vec<String> = self
            .types
            .iter()
            .map(|(kind, (events, changed))| format!("{kind} {changed} of {events}"))
            .collect();
        format!("{changed} of {events} events change: {}{unreadable}", types.join(", "))
    }
}

/// What differs for every request, whatever the event: base URL, log in, headers. Secrets are not compared.
#[must_use]
pub fn service(old: &Session, new: &Session) -> Vec<Attribute> {
    let mut found = Vec::new();
    let mut differ = |at: String, old: Option<String>, new: Option<String>| {
        if old != new {
            found.push(Attribute { at, old: old.map(Value::from), new: new.map(Value::from) });
        }
    };
    differ("base URL".to_owned(), Some(old.base_url().to_owned()), Some(new.base_url().to_owned()));
    differ("log in".to_owned(), Some(login(old.auth())), Some(login(new.auth())));
    let value = |session: &Session, name: &str| {
        session.headers().iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    };
    let added = new.headers().iter().filter(|(name, _)| value(old, name).is_none());
    for (name, _) in old.headers().iter().chain(added) {
        differ(format!("header {name}"), value(old, name), value(new, name));
    }
    found
}

/// A way to log in, without what is secret about it.
fn login(auth: &Auth) -> String {
    match auth {
        Auth::None => "none".to_owned(),
        Auth::Basic { user, .. } => format!("basic as {user}"),
        Auth::Bearer(_) => "bearer".to_owned(),
        Auth::OAuth2 { token_path, client_id, scope, .. } => {
            format!("oauth2 at {token_path} as {client_id} for {}", scope.as_deref().unwrap_or("no scope"))
        }
    }
}
