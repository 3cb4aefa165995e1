//! An event and settings, made up step by step from what a flow looks at.
//!
//! In: selectors with values, conditions that are to hold or not. Out: members of the event and settings. What an
//! answer decides is left open, and what cannot be made up is passed over: somebody tries afterwards whether it did.

use serde_json::{Map, Value};

use super::sample;
use crate::lint::path::{Path, Step as Steps};
use crate::lint::scope::{Scope, requests_of};
use crate::model::{
    Comparison, Condition, ConditionKind, LoginKind, Presence, Request, Row, SettingKind, Source, Step, Test,
    Text,
};

/// Most names that are followed from one to the next.
const MOST_DEPTH: usize = 16;

/// An input that is being made up for a flow.
pub(super) struct Input<'s, 'm> {
    scope: &'s Scope<'m>,
    flow: usize,
    /// Which of several ways is tried.
    way: usize,
    pub(super) event: Value,
    pub(super) config: Map<String, Value>,
}

impl<'s, 'm> Input<'s, 'm> {
    /// An event of the flow's type, and the settings without which nothing can be sent.
    pub(super) fn new(scope: &'s Scope<'m>, flow: usize, way: usize) -> Self {
        let mut input = Input { scope, flow, way, event: Value::Object(Map::new()), config: Map::new() };
        if let Some(flow) = scope.mapping.flows.get(flow) {
            place(&mut input.event, &[Steps::Key("type")], flow.item.event.text.as_str().into());
        }
        for setting in scope.mapping.config.iter().filter(|setting| setting.item.required) {
            input.config.insert(setting.name.text.clone(), sample::of_setting(&setting.item));
        }
        input.log_in();
        input
    }

    fn log_in(&mut self) {
        let Some(login) = self.scope.mapping.service.auth.first() else { return };
        if let Some(when) = &login.when {
            self.meet(when, true, 0);
        }
        match &login.kind {
            LoginKind::Basic { user, password } => {
                self.fill(user, 0);
                self.want(password);
            }
            LoginKind::Bearer { token } => self.want(token),
            LoginKind::OAuth2 { client_id, client_secret, .. } => {
                self.want(client_id);
                self.want(client_secret);
            }
        }
    }

    /// Makes the flow take the event, and meets what it requires.
    pub(super) fn enter(&mut self) {
        let Some(flow) = self.scope.mapping.flows.get(self.flow) else { return };
        let before = self.scope.mapping.flows.iter().take(self.flow);
        for when in before
            .filter(|other| other.item.event.text == flow.item.event.text)
            .filter_map(|other| other.item.when.as_ref())
        {
            self.meet(when, false, 0);
        }
        if let Some(when) = &flow.item.when {
            self.meet(when, true, 0);
        }
        for requirement in &flow.item.require {
            self.meet(&requirement.that, true, 0);
        }
    }

    /// Goes to the step that is `wanted`, with all that is needed on the way, and behind it: what can be known before
    /// anything is sent is looked at first.
    pub(super) fn go_to(&mut self, wanted: impl Fn(&Step) -> bool) {
        for placed in self.scope.steps(self.flow) {
            let is_wanted = wanted(placed.step);
            if is_wanted {
                placed.when.iter().for_each(|condition| self.meet(condition, true, 0));
            }
            match placed.step {
                Step::Call { call, .. } => {
                    for request in requests_of(call) {
                        if let Some(when) = request.when.as_ref().filter(|_| is_wanted) {
                            self.meet(when, true, 0);
                        }
                        self.supply(request);
                    }
                }
                Step::Stop { .. } | Step::Skip { .. } | Step::Reject { .. } if !is_wanted => {
                    if let Some(condition) = placed.when.get(self.way % placed.when.len().max(1)) {
                        self.meet(condition, false, 0);
                    }
                }
                _ => {}
            }
        }
    }

    /// Gives a request what it cannot be made without.
    fn supply(&mut self, request: &'m Request) {
        let table = request.body.as_ref().map(|body| body.table.text.as_str());
        let table = self.scope.mapping.tables.iter().find(|one| Some(one.name.text.as_str()) == table);
        let rows = table.into_iter().flat_map(|table| &table.item.rows);
        for row in rows.chain(&request.headers).filter(|row| row.required.is_some()) {
            self.fill(row, 0);
        }
        for row in request.with.iter().chain(&request.query) {
            self.fill(row, 0);
        }
    }

    /// Gives a row a value, unless it has one.
    pub(super) fn fill(&mut self, row: &'m Row, depth: usize) {
        if let Some(when) = &row.when {
            self.meet(when, true, depth + 1);
        }
        match &row.source {
            Source::From(from) => {
                let Some(text) = self.candidate(from) else { return };
                let value = row.cast.as_ref().map(sample::of_type);
                self.put(text, value, false, depth + 1);
            }
            Source::Template { with, .. } if depth < MOST_DEPTH => {
                for row in with {
                    self.fill(row, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// Which candidate is to win: one that no answer decides.
    fn candidate(&self, from: &'m [Text]) -> Option<&'m Text> {
        let open =
            from.iter().filter(|text| !matches!(Path::parse(&text.text).name, "steps" | "members" | "item"));
        let open: Vec<&Text> = open.collect();
        open.get(self.way % open.len().max(1)).copied()
    }

    /// Puts a value where a selector reads it, whatever stood there.
    pub(super) fn set(&mut self, text: &Text, value: Value) {
        self.put(text, Some(value), true, 0);
    }

    /// Puts some value where a selector reads it, unless one stands there.
    pub(super) fn want(&mut self, text: &Text) {
        self.put(text, None, false, 0);
    }

    fn put(&mut self, text: &Text, value: Option<Value>, wins: bool, depth: usize) {
        // One element stands for all.
        let one = text.text.replace("[*]", "[0]").replace(".*", "[0]");
        self.put_at(&Path::parse(&one), value, wins, depth);
    }

    fn put_at(&mut self, path: &Path<'_>, value: Option<Value>, wins: bool, depth: usize) {
        if depth > MOST_DEPTH || path.is_many {
            return;
        }
        match path.name {
            "" => {
                let value = value.unwrap_or_else(|| by_name(path));
                if wins || at(&self.event, &path.steps).is_none() {
                    place(&mut self.event, &path.steps, value);
                }
            }
            "config" => {
                let Some((name, setting)) =
                    path.setting().and_then(|name| Some((name, self.scope.setting(name)?)))
                else {
                    return;
                };
                if wins || !self.config.contains_key(name) {
                    self.config.insert(name.to_owned(), value.unwrap_or_else(|| sample::of_setting(setting)));
                }
            }
            "steps" | "members" | "item" | "flow" => {}
            name => {
                let Some(row) = self.scope.declared(name, self.flow) else { return };
                if let Some(when) = &row.when {
                    self.meet(when, true, depth + 1);
                }
                let value = value
                    .or_else(|| row.cast.as_ref().filter(|_| path.steps.is_empty()).map(sample::of_type));
                match &row.source {
                    Source::From(from) => {
                        let Some(text) = self.candidate(from) else { return };
                        let mut inner = Path::parse(&text.text);
                        inner.steps.extend(path.steps.iter().cloned());
                        self.put_at(&inner, value, wins, depth + 1);
                    }
                    Source::Template { with, .. } => with.iter().for_each(|row| self.fill(row, depth + 1)),
                    _ => {}
                }
            }
        }
    }

    /// What a selector reads of what has been made up so far.
    fn value(&self, text: &Text, depth: usize) -> Option<Value> {
        let path = Path::parse(&text.text);
        match path.name {
            "" => at(&self.event, &path.steps).cloned(),
            "config" => {
                let name = path.setting()?;
                self.config.get(name).cloned().or_else(|| self.scope.setting(name)?.default.clone())
            }
            name if depth < MOST_DEPTH => match &self.scope.declared(name, self.flow)?.source {
                Source::From(from) => {
                    let whole = from.iter().find_map(|text| self.value(text, depth + 1))?;
                    at(&whole, &path.steps).cloned()
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Makes a condition hold, or not, as far as the event and the settings decide about it.
    pub(super) fn meet(&mut self, condition: &'m Condition, wanted: bool, depth: usize) {
        if depth > MOST_DEPTH {
            return;
        }
        match (&condition.kind, wanted) {
            (ConditionKind::All(parts), true) | (ConditionKind::Any(parts), false) => {
                for part in parts {
                    self.meet(part, wanted, depth);
                }
            }
            (ConditionKind::All(parts), false) | (ConditionKind::Any(parts), true) => {
                if let Some(part) = parts.get(self.way % parts.len().max(1)) {
                    self.meet(part, wanted, depth);
                }
            }
            (ConditionKind::Not(part), _) => self.meet(part, !wanted, depth),
            (ConditionKind::Test(text, test), true) => self.pass(text, test, depth),
            (ConditionKind::Test(text, test), false) => self.fail(text, test, depth),
        }
    }

    fn pass(&mut self, text: &'m Text, test: &'m Test, depth: usize) {
        let value = match test {
            Test::Equals(value) => Some(value.clone()),
            Test::In(values) => values.first().cloned(),
            Test::Is(presences) => match presences.first() {
                Some(Presence::Present) => None,
                Some(Presence::Null) => Some(Value::Null),
                Some(Presence::Empty) => Some("".into()),
                Some(Presence::Missing) | None => return,
            },
            Test::SameAs(other) | Test::SameAsIgnoringCase(other) | Test::SameMomentAs(other) => {
                self.put(other, None, false, depth);
                self.value(other, 0)
            }
            Test::InList(list) | Test::InListIgnoringCase(list) => {
                let value = self.value(text, 0).unwrap_or_else(|| "x".into());
                self.put(list, Some(Value::Array(vec![value.clone()])), false, depth);
                Some(value)
            }
            Test::Compare(how, bound) => Some(beside(*how, bound)),
            Test::Matches(pattern) => sample::matching(&pattern.text).map(Value::from),
        };
        let wins = value.is_some();
        self.put(text, value, wins, depth);
    }

    fn fail(&mut self, text: &'m Text, test: &'m Test, depth: usize) {
        match test {
            Test::Is(presences) if presences.contains(&Presence::Missing) => {
                self.put(text, None, false, depth);
            }
            Test::Equals(Value::Bool(flag)) if self.is_flag(text) => self.set(text, Value::Bool(!flag)),
            _ => {}
        }
    }

    fn is_flag(&self, text: &Text) -> bool {
        let setting = Path::parse(&text.text).setting().and_then(|name| self.scope.setting(name));
        setting.is_some_and(|setting| setting.kind == SettingKind::Boolean)
    }
}

/// A value on the right side of a bound.
fn beside(how: Comparison, bound: &Value) -> Value {
    let step = match how {
        Comparison::Greater => 1,
        Comparison::Less => -1,
        Comparison::AtLeast | Comparison::AtMost => 0,
    };
    match (bound.as_i64().and_then(|bound| bound.checked_add(step)), bound.as_str()) {
        (Some(number), _) => number.into(),
        (None, Some(text)) if how == Comparison::Greater => format!("{text}x").into(),
        _ => bound.clone(),
    }
}

/// A value that goes with the last key of a path.
fn by_name(path: &Path<'_>) -> Value {
    let last = path.steps.last();
    match last {
        Some(Steps::Key(key)) if key.to_ascii_lowercase().contains("mail") => "x@example.com".into(),
        _ => "x".into(),
    }
}

fn at<'v>(value: &'v Value, steps: &[Steps<'_>]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Steps::Key(key) => value.get(key),
        Steps::Index(index) => value.get(usize::try_from(*index).unwrap_or(0)),
    })
}

/// Puts a value at a path, with all that is above it.
fn place(whole: &mut Value, steps: &[Steps<'_>], value: Value) {
    let mut at = whole;
    for step in steps {
        at = match step {
            Steps::Key(key) => {
                if !at.is_object() {
                    *at = Value::Object(Map::new());
                }
                let Value::Object(members) = at else { return };
                members.entry((*key).to_owned()).or_insert(Value::Null)
            }
            Steps::Index(_) => {
                if !at.is_array() {
                    *at = Value::Array(vec![Value::Null]);
                }
                let Some(first) = at.get_mut(0) else { return };
                first
            }
        };
    }
    *at = value;
}
