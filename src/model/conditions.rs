//! Conditions.

use super::reader::{At, Instead, Reader};
use super::{Comparison, Condition, ConditionKind, Presence, Test, Text};
use crate::diag::{Span, nearest, quoted};

/// Tests of a value, as conditions spell them.
pub(super) const OPERATORS: [&str; 14] = [
    "equals",
    "same_as",
    "same_as_ignoring_case",
    "same_moment_as",
    "is",
    "in",
    "in_list",
    "in_list_ignoring_case",
    "not",
    "gt",
    "gte",
    "lt",
    "lte",
    "matches",
];

/// How other languages spell an operator, and what they mean.
const SIGNS: [(&str, &str); 16] = [
    ("=", "equals"),
    ("==", "equals"),
    ("eq", "equals"),
    ("!=", "not"),
    ("ne", "not"),
    (">", "gt"),
    (">=", "gte"),
    ("ge", "gte"),
    ("<", "lt"),
    ("<=", "lte"),
    ("le", "lte"),
    ("~", "matches"),
    ("=~", "matches"),
    ("regex", "matches"),
    ("pattern", "matches"),
    ("exists", "is"),
];

/// States of a value, as `is` spells them.
pub(super) const PRESENCES: [(&str, Presence); 4] = [
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
            let found = self.found.wrong_type(at.span(), "a condition", &at.describe());
            found.help("a condition is a map, as in `{$.type: identify}` or `{$.userId: {is: present}}`");
            return None;
        }
        let members = at.entries();
        if members.is_empty() {
            let found = self.found.wrong_value(at.span(), "the condition asks nothing");
            found.help("say what must hold, as in `{$.userId: {is: present}}`, or leave the condition out");
            return None;
        }
        let parts: Vec<Condition> =
            members.into_iter().filter_map(|(key, at)| self.part(&key, &at)).collect();
        Some(all(parts, at.span()))
    }

    /// One member of a condition.
    fn part(&mut self, key: &Text, at: &At<'d>) -> Option<Condition> {
        let span = Span::new(key.span.start, at.span().end);
        let kind = match key.text.as_str() {
            "any" => ConditionKind::Any(self.conditions(at)),
            "all" => ConditionKind::All(self.conditions(at)),
            "not" => ConditionKind::Not(Box::new(self.condition(Some(*at))?)),
            _ if key.text.starts_with('$') => return self.tests(key, at, span),
            _ => {
                let words = ["any", "all", "not"];
                let near = nearest(&key.text, words.into_iter());
                let found = self.found.unknown_key(key.span, &key.text, &words, "a condition");
                if near.is_none() {
                    let path = quoted(&format!("$.{}", key.text));
                    found.help(format!("a path is written {path}; the only words are `any`, `all`, `not`"));
                }
                return None;
            }
        };
        Some(Condition { span, kind })
    }

    fn conditions(&mut self, at: &At<'d>) -> Vec<Condition> {
        if !at.is_list() {
            let found = self.found.wrong_type(at.span(), "a list of conditions", &at.describe());
            found.help("put each condition into braces and all of them into brackets: `[{…}, {…}]`");
            return Vec::new();
        }
        self.not_empty(at);
        at.one_or_many().into_iter().filter_map(|item| self.condition(Some(item))).collect()
    }

    /// What the value of one selector must be.
    fn tests(&mut self, selector: &Text, at: &At<'d>, span: Span) -> Option<Condition> {
        if at.is_list() {
            let found = self.found.wrong_type(at.span(), "a value or a test", "a list");
            found.help("one of several values is written `{in: […]}`");
            return None;
        }
        if at.is_map() && at.entries().is_empty() {
            self.found
                .wrong_value(at.span(), "the test asks nothing")
                .help("write a value, or a test such as `{is: present}`");
            return None;
        }
        if !at.is_map() {
            if at.is_null() {
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
            "same_as" => Test::SameAs(self.selector(Some(*at), Instead::Key("equals"))?),
            "same_as_ignoring_case" => {
                Test::SameAsIgnoringCase(self.selector(Some(*at), Instead::Key("equals"))?)
            }
            "same_moment_as" => Test::SameMomentAs(self.selector(Some(*at), Instead::Key("equals"))?),
            "is" => Test::Is(self.presences(at)),
            "in" => Test::In(self.constants(at)?),
            "in_list" => Test::InList(self.selector(Some(*at), Instead::Key("in"))?),
            "in_list_ignoring_case" => {
                Test::InListIgnoringCase(self.selector(Some(*at), Instead::Key("in"))?)
            }
            "gt" => self.comparison(Comparison::Greater, at)?,
            "gte" => self.comparison(Comparison::AtLeast, at)?,
            "lt" => self.comparison(Comparison::Less, at)?,
            "lte" => self.comparison(Comparison::AtMost, at)?,
            "matches" => Test::Matches(self.text(Some(*at))?),
            unknown => {
                let found = self.found.unknown_key(operator.span, unknown, &OPERATORS, "a test");
                if let Some((_, meant)) = SIGNS.iter().find(|(sign, _)| *sign == unknown) {
                    found.help(format!("did you mean `{meant}`?"));
                }
                return None;
            }
        };
        Some(Condition { span, kind: ConditionKind::Test(selector.clone(), test) })
    }

    /// Constants to choose from.
    fn constants(&mut self, at: &At<'d>) -> Option<Vec<serde_json::Value>> {
        if !at.is_list() {
            let is_selector = at.text().is_some_and(|text| text.text.starts_with('$'));
            let found = self.found.wrong_type(at.span(), "a list", &at.describe());
            found.help(if is_selector {
                "a list that a selector gives goes under `in_list:`"
            } else {
                "write `[…]` around it"
            });
            return None;
        }
        self.not_empty(at);
        Some(at.one_or_many().iter().filter_map(|item| self.constant(item)).collect())
    }

    fn not_empty(&mut self, at: &At<'d>) {
        if at.is_list() && at.one_or_many().is_empty() {
            self.found.wrong_value(at.span(), "the list is empty").help("write at least one element");
        }
    }

    fn comparison(&mut self, how: Comparison, at: &At<'d>) -> Option<Test> {
        let value = self.constant(at)?;
        if value.is_number() || value.is_string() {
            return Some(Test::Compare(how, value));
        }
        let found = self.found.wrong_type(at.span(), "a number or a text", &at.describe());
        found.help("only numbers and texts have an order; what is the same is `equals`");
        None
    }

    fn presences(&mut self, at: &At<'d>) -> Vec<Presence> {
        // A bare `null` is the word here.
        let word = |item: &At<'d>| item.text().filter(|text| !text.text.is_empty());
        let known: Vec<&str> = PRESENCES.iter().map(|(name, _)| *name).collect();
        let mut presences = Vec::new();
        self.not_empty(at);
        for item in at.one_or_many() {
            let Some(text) = word(&item) else {
                let found = self.found.wrong_type(
                    item.span(),
                    "one of present, missing, null, empty",
                    &item.describe(),
                );
                found.help("as in `{is: present}`");
                continue;
            };
            if let Some((_, presence)) = PRESENCES.iter().find(|(name, _)| *name == text.text) {
                presences.push(*presence);
                continue;
            }
            let found = self.found.wrong_word(text.span, &text.text, &known);
            match text.text.as_str() {
                "true" => found.help("what is there is `present`; to compare with true write `equals: true`"),
                "false" => {
                    found.help("what is not there is `missing`; to compare with false write `equals: false`")
                }
                _ => found,
            };
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
