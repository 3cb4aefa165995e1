//! Conditions.

use super::reader::{At, Reader};
use super::{Comparison, Condition, ConditionKind, Presence, Test, Text};
use crate::diag::Span;

const OPERATORS: [&str; 12] = [
    "equals",
    "same_as",
    "same_as_ignoring_case",
    "is",
    "in",
    "in_list",
    "not",
    "gt",
    "gte",
    "lt",
    "lte",
    "matches",
];

const PRESENCES: [(&str, Presence); 4] = [
    ("present", Presence::Present),
    ("missing", Presence::Missing),
    ("null", Presence::Null),
    ("empty", Presence::Empty),
];

impl<'d> Reader<'d, '_> {
    /// A condition that may be left out.
    pub(super) fn condition(&mut self, at: Option<At<'d>>) -> Option<Condition> {
        let at = at?;
        if !at.is_map() {
            let found = self.found.wrong_type(at.span(), "a condition", at.describe());
            found.help("a condition is a map, as in `{$.type: identify}` or `{$.userId: {is: present}}`");
            return None;
        }
        let members = at.entries();
        if members.is_empty() {
            self.found.wrong_value(at.span(), "the condition asks nothing");
            return None;
        }
        let parts: Vec<Condition> = members.into_iter().filter_map(|(key, at)| self.part(key, &at)).collect();
        Some(all(parts, at.span()))
    }

    /// One member of a condition.
    fn part(&mut self, key: Text, at: &At<'d>) -> Option<Condition> {
        let span = Span::new(key.span.start, at.span().end);
        let kind = match key.text.as_str() {
            "any" => ConditionKind::Any(self.conditions(at)),
            "all" => ConditionKind::All(self.conditions(at)),
            "not" => ConditionKind::Not(Box::new(self.condition(Some(at.clone()))?)),
            _ if key.text.starts_with('$') => return self.tests(&key, at, span),
            _ => {
                let found =
                    self.found.unknown_key(key.span, &key.text, &["any", "all", "not"], "a condition");
                found.help(format!(
                    "a selector? write `$.{}`; otherwise one of `any`, `all`, `not`",
                    key.text
                ));
                return None;
            }
        };
        Some(Condition { span, kind })
    }

    fn conditions(&mut self, at: &At<'d>) -> Vec<Condition> {
        let items = self.filled_list(at);
        items.into_iter().filter_map(|item| self.condition(Some(item))).collect()
    }

    /// Elements of a list that has some.
    fn filled_list(&mut self, at: &At<'d>) -> Vec<At<'d>> {
        let items = self.list(Some(at.clone()));
        if at.is_list() && items.is_empty() {
            self.found
                .wrong_value(at.span(), "the list is empty")
                .help("write what is meant, or remove the key");
        }
        items
    }

    /// What the value of one selector must be.
    fn tests(&mut self, selector: &Text, at: &At<'d>, span: Span) -> Option<Condition> {
        if at.is_list() {
            self.found
                .wrong_type(at.span(), "a value or a test", "a list")
                .help("one of several? write `{in: […]}`");
            return None;
        }
        if !at.is_map() {
            if matches!(at.value, serde_yaml::Value::Null) {
                self.found
                    .wrong_value(at.span(), "nothing equals null")
                    .help("write `{is: null}` or `{is: missing}`");
                return None;
            }
            let test = Test::Equals(self.constant(at)?);
            return Some(Condition { span, kind: ConditionKind::Test(selector.clone(), test) });
        }
        let parts: Vec<Condition> = at
            .entries()
            .into_iter()
            .filter_map(|(operator, at)| self.test(selector, &operator, &at))
            .collect();
        if parts.is_empty() {
            return None;
        }
        Some(all(parts, span))
    }

    fn test(&mut self, selector: &Text, operator: &Text, at: &At<'d>) -> Option<Condition> {
        let span = Span::new(operator.span.start, at.span().end);
        let test = match operator.text.as_str() {
            "not" => {
                let inner = self.tests(selector, at, span)?;
                return Some(Condition { span, kind: ConditionKind::Not(Box::new(inner)) });
            }
            "equals" => Test::Equals(self.constant(at)?),
            "same_as" => Test::SameAs(self.selector(Some(at.clone()))?),
            "same_as_ignoring_case" => Test::SameAsIgnoringCase(self.selector(Some(at.clone()))?),
            "is" => Test::Is(self.presences(at)),
            "in" => {
                let items = self.filled_list(at);
                Test::In(items.iter().filter_map(|item| self.constant(item)).collect())
            }
            "in_list" => Test::InList(self.selector(Some(at.clone()))?),
            "gt" => self.comparison(Comparison::Greater, at)?,
            "gte" => self.comparison(Comparison::AtLeast, at)?,
            "lt" => self.comparison(Comparison::Less, at)?,
            "lte" => self.comparison(Comparison::AtMost, at)?,
            "matches" => Test::Matches(self.text(Some(at.clone()))?),
            unknown => {
                self.found.unknown_key(operator.span, unknown, &OPERATORS, "a test");
                return None;
            }
        };
        Some(Condition { span, kind: ConditionKind::Test(selector.clone(), test) })
    }

    fn comparison(&mut self, how: Comparison, at: &At<'d>) -> Option<Test> {
        let value = self.constant(at)?;
        if value.is_number() || value.is_string() {
            return Some(Test::Compare(how, value));
        }
        self.found.wrong_type(at.span(), "a number or a text", at.describe());
        None
    }

    fn presences(&mut self, at: &At<'d>) -> Vec<Presence> {
        // A bare `null` is the word here.
        let word = |item: &At<'d>| item.text().filter(|text| !text.text.is_empty());
        let known: Vec<&str> = PRESENCES.iter().map(|(name, _)| *name).collect();
        let mut presences = Vec::new();
        let items = if at.is_list() { self.filled_list(at) } else { vec![at.clone()] };
        for item in items {
            let Some(text) = word(&item) else {
                self.found.wrong_type(item.span(), "one of present, missing, null, empty", item.describe());
                continue;
            };
            match PRESENCES.iter().find(|(name, _)| *name == text.text) {
                Some((_, presence)) => presences.push(*presence),
                None => {
                    self.found.wrong_word(text.span, &text.text, &known);
                }
            }
        }
        presences
    }
}

/// One condition of several that must all hold.
fn all(mut parts: Vec<Condition>, span: Span) -> Condition {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            Condition { span, kind: ConditionKind::All(parts) }
        }
    }
}
