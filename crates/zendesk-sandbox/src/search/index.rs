//! The search index: what it knows of each user, and changes it has yet to notice.
//!
//! It holds terms like `email:ada@acme.test` in one ordered set, so exact look-ups and prefixes are ranges of it.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::account::Account;
use crate::search::query::{self, Clause};
use crate::store::identities::EMAIL;

/// Keys whose values match by word or prefix of a word; all others match as a whole.
const WORDY: [&str; 3] = ["", "name", "notes"];

/// What the index knows of a user.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    terms: BTreeSet<String>,
    /// Key and lower-case text of what phrases are looked for in.
    texts: Vec<(&'static str, String)>,
}

/// The index over all active users.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// What `type:` calls the records.
    kind: &'static str,
    delay: Duration,
    terms: BTreeSet<(String, i64)>,
    documents: HashMap<i64, Document>,
    /// Changes by the time when they are noticed; `None` for a user who is gone.
    waiting: VecDeque<(Instant, i64, Option<Document>)>,
}

impl Document {
    /// What there is to know of a user; `None` unless the user is active.
    pub(crate) fn of(account: &Account, user_id: i64) -> Option<Self> {
        let user = account.users.get(user_id)?;
        let mut document = Self::default();
        document.add_text("name", &user.name);
        document.add("^", &user.name);
        document.add_text("notes", user.notes.as_deref().unwrap_or_default());
        for identity in account.identities.of_user(user_id) {
            if identity.kind == EMAIL {
                document.add_text("", &identity.value);
                document.add("email", &identity.value);
            }
        }
        if let Some(phone) = &user.phone {
            document.add_text("", phone);
            document.add("phone", phone);
        }
        if let Some(external_id) = &user.external_id {
            document.add("external_id", external_id);
        }
        document.add("role", user.role.name());
        for tag in &user.tags {
            document.add("tags", tag);
        }
        for row in account.memberships.of_user(user_id) {
            document.add("organization", &row.organization_id.to_string());
            if let Some(organization) = account.organizations.get(row.organization_id) {
                document.add("organization", &organization.name);
            }
        }
        for (key, value) in &user.fields {
            document.add_value(key, value);
        }
        Some(document)
    }

    /// What there is to know of an organization.
    pub(crate) fn of_organization(account: &Account, id: i64) -> Option<Self> {
        let organization = account.organizations.get(id)?;
        let mut document = Self::default();
        document.add_text("name", &organization.name);
        document.add_text("notes", organization.notes.as_deref().unwrap_or_default());
        document.add("^", &organization.name);
        if let Some(external_id) = &organization.external_id {
            document.add("external_id", external_id);
        }
        for tag in &organization.tags {
            document.add("tags", tag);
        }
        for domain in &organization.domain_names {
            document.add("domain_names", domain);
        }
        for (key, value) in &organization.fields {
            document.add_value(key, value);
        }
        Some(document)
    }

    fn add(&mut self, key: &str, value: &str) {
        self.terms.insert(term(key, &value.to_lowercase()));
    }

    fn add_text(&mut self, key: &'static str, text: &str) {
        let text = text.to_lowercase();
        for word in text.split_whitespace() {
            let pieces = word.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty());
            for piece in pieces.chain([word]) {
                self.terms.insert(term("", piece));
                self.terms.insert(term(key, piece));
            }
        }
        self.texts.push((key, text));
    }

    fn add_value(&mut self, key: &str, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.add_value(key, item)),
            Value::String(text) => self.add(key, text.strip_suffix("T00:00:00+00:00").unwrap_or(text)),
            other => self.add(key, &other.to_string()),
        }
    }

    fn has_phrase(&self, key: &str, phrase: &str) -> bool {
        self.texts.iter().any(|(known, text)| (key.is_empty() || *known == key) && text.contains(phrase))
    }
}

impl Index {
    /// An empty index of records of a kind that notices changes after `delay`.
    pub(crate) fn new(kind: &'static str, delay: Duration) -> Self {
        Self { kind, delay, terms: BTreeSet::new(), documents: HashMap::new(), waiting: VecDeque::new() }
    }

    /// Takes note of a change; searches see it after the delay.
    pub(crate) fn notice(&mut self, user_id: i64, document: Option<Document>, now: Instant) {
        self.settle(now);
        if self.delay.is_zero() {
            self.set(user_id, document);
        } else {
            self.waiting.push_back((now + self.delay, user_id, document));
        }
    }

    /// Changes what the index knows of a user at once.
    pub(crate) fn set(&mut self, user_id: i64, document: Option<Document>) {
        let old = self.documents.remove(&user_id).unwrap_or_default();
        let new = document.clone().unwrap_or_default();
        for gone in old.terms.difference(&new.terms) {
            self.terms.remove(&(gone.clone(), user_id));
        }
        for fresh in new.terms.difference(&old.terms) {
            self.terms.insert((fresh.clone(), user_id));
        }
        if let Some(document) = document {
            self.documents.insert(user_id, document);
        }
    }

    /// The users whom all parts of a query fit, as far as the index knows. An unknown key fits nobody.
    pub(crate) fn search(&mut self, query: &str, now: Instant) -> BTreeSet<i64> {
        self.settle(now);
        let (excluded, required): (Vec<Clause>, Vec<Clause>) =
            query::parse(query).into_iter().partition(|clause| clause.negated);
        let mut found: Option<BTreeSet<i64>> = None;
        for clause in required {
            let these = self.matches(&clause);
            found = Some(match found {
                None => these,
                Some(found) => found.intersection(&these).copied().collect(),
            });
        }
        let mut found = match found {
            Some(found) => found,
            None if excluded.is_empty() => BTreeSet::new(),
            None => self.documents.keys().copied().collect(),
        };
        for clause in excluded {
            for id in self.matches(&clause) {
                found.remove(&id);
            }
        }
        found
    }

    /// The records whose name or address starts with a text.
    pub(crate) fn starting_with(&mut self, text: &str, now: Instant) -> BTreeSet<i64> {
        self.settle(now);
        let text = text.trim().to_lowercase();
        let mut found = self.prefixed("^", &text);
        found.extend(self.prefixed("email", &text));
        found
    }

    fn matches(&self, clause: &Clause) -> BTreeSet<i64> {
        let key = clause.key.as_deref().unwrap_or_default();
        if key == "type" {
            let all = || self.documents.keys().copied().collect();
            return if clause.text == self.kind { all() } else { BTreeSet::new() };
        }
        if !WORDY.contains(&key) {
            return self.exact(key, &clause.text);
        }
        let words: Vec<&str> = clause.text.split_whitespace().collect();
        let mut words = words.iter();
        let Some(first) = words.next() else { return BTreeSet::new() };
        let mut found = self.prefixed(key, first);
        for word in words {
            found = found.intersection(&self.prefixed(key, word)).copied().collect();
        }
        if clause.quoted {
            found
                .retain(|id| self.documents.get(id).is_some_and(|known| known.has_phrase(key, &clause.text)));
        }
        found
    }

    fn exact(&self, key: &str, text: &str) -> BTreeSet<i64> {
        let wanted = term(key, text);
        self.terms.range((wanted.clone(), i64::MIN)..=(wanted, i64::MAX)).map(|(_, id)| *id).collect()
    }

    fn prefixed(&self, key: &str, text: &str) -> BTreeSet<i64> {
        let wanted = term(key, text);
        self.terms
            .range((wanted.clone(), i64::MIN)..)
            .take_while(|(known, _)| known.starts_with(&wanted))
            .map(|(_, id)| *id)
            .collect()
    }

    fn settle(&mut self, now: Instant) {
        while self.waiting.front().is_some_and(|(due, _, _)| *due <= now) {
            if let Some((_, user_id, document)) = self.waiting.pop_front() {
                self.set(user_id, document);
            }
        }
    }
}

fn term(key: &str, text: &str) -> String {
    format!("{key}:{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Document {
        let mut document = Document::default();
        document.add_text("name", name);
        document
    }

    #[test]
    fn changes_show_after_the_delay_and_the_old_state_until_then() {
        let delay = Duration::from_secs(2);
        let start = Instant::now();
        let mut index = Index::new("user", delay);
        index.set(1, Some(named("Ada")));
        index.notice(1, Some(named("Zoe")), start);
        index.notice(2, Some(named("Adam")), start + delay / 2);
        let mut at =
            |query: &str, later: Duration| index.search(query, start + later).into_iter().collect::<Vec<_>>();
        assert_eq!(at("ada", Duration::ZERO), [1]);
        assert_eq!(at("zoe", delay / 2), [0; 0]);
        assert_eq!(at("zoe", delay), [1]);
        assert_eq!(at("ada", delay), [0; 0]);
        assert_eq!(at("ada", delay * 2), [2]);
    }

    #[test]
    fn nobody_is_found_by_an_empty_query_and_gone_users_are_not() {
        let start = Instant::now();
        let mut index = Index::new("user", Duration::ZERO);
        index.notice(1, Some(named("Ada")), start);
        assert!(index.search(" ", start).is_empty());
        assert_eq!(index.search("-name:zoe", start).len(), 1);
        index.notice(1, None, start);
        assert!(index.search("ada", start).is_empty());
    }
}
