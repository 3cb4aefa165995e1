//! Conditions, answers and reactions in words, for people.
//!
//! In: parts of the model. Out: short English with the selectors as they were written. Nothing reads it back.

use std::fmt::{self, Display, Formatter};

use serde_json::Value;

use super::{
    Answers, Arm, Comparison, Condition, ConditionKind, ErrorRule, Presence, Reaction, Reason, Source, Test,
};

impl Display for Condition {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write(self, Around::Nothing, formatter)
    }
}

/// What a condition stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Around {
    Nothing,
    All,
    Any,
}

fn write(condition: &Condition, around: Around, formatter: &mut Formatter<'_>) -> fmt::Result {
    match &condition.kind {
        ConditionKind::All(parts) => write_list(parts, Around::All, around, formatter),
        ConditionKind::Any(parts) => write_list(parts, Around::Any, around, formatter),
        ConditionKind::Test(selector, test) => write!(formatter, "{} {}", selector.text, phrase(test, true)),
        ConditionKind::Not(inner) => match &inner.kind {
            ConditionKind::Test(selector, test) => {
                write!(formatter, "{} {}", selector.text, phrase(test, false))
            }
            ConditionKind::Not(twice) => write(twice, around, formatter),
            ConditionKind::All(_) | ConditionKind::Any(_) => write!(formatter, "not ({inner})"),
        },
    }
}

fn write_list(
    parts: &[Condition],
    own: Around,
    around: Around,
    formatter: &mut Formatter<'_>,
) -> fmt::Result {
    let is_nested = around != Around::Nothing && around != own && parts.len() > 1;
    let word = if own == Around::All { " and " } else { " or " };
    formatter.write_str(if is_nested { "(" } else { "" })?;
    for (index, part) in parts.iter().enumerate() {
        formatter.write_str(if index > 0 { word } else { "" })?;
        let before = index.checked_sub(1).and_then(|before| parts.get(before));
        match (before.and_then(one_test), one_test(part)) {
            // What is said of one value twice names it once.
            (Some((before, ..)), Some((selector, test, holds))) if before == selector => {
                formatter.write_str(&phrase(test, holds))?;
            }
            _ => write(part, own, formatter)?,
        }
    }
    formatter.write_str(if is_nested { ")" } else { "" })
}

/// The selector and the test of a condition that is one test, and whether it must hold.
fn one_test(condition: &Condition) -> Option<(&str, &Test, bool)> {
    match &condition.kind {
        ConditionKind::Test(selector, test) => Some((&selector.text, test, true)),
        ConditionKind::Not(inner) => match &inner.kind {
            ConditionKind::Test(selector, test) => Some((&selector.text, test, false)),
            _ => None,
        },
        ConditionKind::All(_) | ConditionKind::Any(_) => None,
    }
}

/// What a test says of a value, or what its opposite says.
fn phrase(test: &Test, holds: bool) -> String {
    let is = if holds { "is" } else { "is not" };
    match test {
        Test::Equals(value) => format!("{is} {value}"),
        Test::SameAs(other) => format!("{is} {}", other.text),
        Test::SameAsIgnoringCase(other) => format!("{is} {} (case aside)", other.text),
        Test::SameMomentAs(other) => format!("{is} the same moment as {}", other.text),
        Test::Is(states) => {
            let states: Vec<&str> = states.iter().map(|state| state.name()).collect();
            format!("{is} {}", states.join(if holds { " or " } else { " nor " }))
        }
        Test::In(values) => {
            let values: Vec<String> = values.iter().map(Value::to_string).collect();
            format!("{is} one of {}", values.join(", "))
        }
        Test::InList(list) => format!("{is} in {}", list.text),
        Test::InListIgnoringCase(list) => format!("{is} in {} (case aside)", list.text),
        Test::Compare(comparison, value) => format!("{is} {} {value}", comparison.words()),
        Test::Matches(pattern) if holds => format!("matches {}", pattern.text),
        Test::Matches(pattern) => format!("does not match {}", pattern.text),
    }
}

impl Presence {
    /// As `is` spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        super::conditions::PRESENCES.iter().find(|(_, state)| *state == self).map_or("", |(name, _)| name)
    }
}

impl Comparison {
    fn words(self) -> &'static str {
        match self {
            Comparison::Greater => "greater than",
            Comparison::AtLeast => "at least",
            Comparison::Less => "less than",
            Comparison::AtMost => "at most",
        }
    }
}

impl Display for Answers {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Answers::Status(status) => write!(formatter, "{status}"),
            Answers::Class(digit) => write!(formatter, "{digit}xx"),
            Answers::Timeout => formatter.write_str("timeout"),
            Answers::Unreachable => formatter.write_str("unreachable"),
            Answers::Body => formatter.write_str("body"),
        }
    }
}

impl Display for Reaction {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl Display for Reason {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Text(text) => formatter.write_str(text),
            Reason::Row(row) => match &row.source {
                Source::Template { text, .. } => formatter.write_str(&text.text),
                _ => formatter.write_str("what a row makes"),
            },
        }
    }
}

impl Display for Arm {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if let Some(condition) = &self.when {
            write!(formatter, "if {condition}: ")?;
        }
        write!(formatter, "{}", self.then)?;
        match &self.why {
            Some(why) => write!(formatter, " ({why})"),
            None => Ok(()),
        }
    }
}

impl Display for ErrorRule {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.answers)?;
        for (index, arm) in self.arms.iter().enumerate() {
            formatter.write_str(match (index, &arm.when) {
                (0, None) => ": ",
                (0, Some(_)) => " ",
                (_, None) => ", else ",
                (_, Some(_)) => ", ",
            })?;
            write!(formatter, "{arm}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::diag::Diagnostics;
    use crate::model::{Mapping, lower};
    use crate::source;

    fn mapping(when: &str, errors: &str) -> Mapping {
        let text = format!(
            "format: 1\ndestination: x\nservice: {{base_url: {{value: 'https://a.example'}}, errors: {errors}}}\n\
             flows: {{f: {{event: track, when: {when}, steps: []}}}}\n"
        );
        let mut found = Diagnostics::new();
        let mapping = lower(&source::read(&text, &mut found).unwrap(), &mut found);
        assert!(!found.has_errors(), "{:?}", found.into_vec());
        mapping.unwrap()
    }

    #[track_caller]
    fn condition(when: &str, words: &str) {
        let mapping = mapping(when, "{}");
        assert_eq!(mapping.flows[0].item.when.as_ref().unwrap().to_string(), words);
    }

    #[track_caller]
    fn errors(errors: &str, words: &[&str]) {
        let rules = mapping("{$.a: 1}", errors).service.errors;
        assert_eq!(rules.iter().map(ToString::to_string).collect::<Vec<_>>(), words);
    }

    #[test]
    fn tests_are_short_sentences() {
        condition("{$.a: x}", r#"$.a is "x""#);
        condition("{$.a: {not: true}}", "$.a is not true");
        condition("{$.a: {is: [missing, empty]}}", "$.a is missing or empty");
        condition("{$.a: {not: {is: [missing, 'null']}}}", "$.a is not missing nor null");
        condition("{$.a: {in: [1, x]}}", r#"$.a is one of 1, "x""#);
        condition("{$.a: {same_as_ignoring_case: $.b}}", "$.a is $.b (case aside)");
        condition("{$.a: {not: {in_list: $.b}}}", "$.a is not in $.b");
        condition("{$.a: {gte: 3}}", "$.a is at least 3");
        condition("{$.a: {not: {matches: ^x}}}", "$.a does not match ^x");
        condition("{$.a: {same_moment_as: $.b}}", "$.a is the same moment as $.b");
    }

    #[test]
    fn what_holds_together_is_joined() {
        condition(
            "{$.a: {is: present, not: {is: empty}}, $.b: 1}",
            "$.a is present and is not empty and $.b is 1",
        );
        condition("{any: [{$.a: 1, $.b: 2}, {$.c: 3}]}", "($.a is 1 and $.b is 2) or $.c is 3");
        condition("{$.z: 0, any: [{$.a: 1}, {$.b: 2}]}", "$.z is 0 and ($.a is 1 or $.b is 2)");
        condition("{not: {$.a: 1, $.b: 2}}", "not ($.a is 1 and $.b is 2)");
        condition("{not: {not: {$.a: 1}}}", "$.a is 1");
        condition("{all: [{$.a: 1, $.b: 2}, {$.c: 3}]}", "$.a is 1 and $.b is 2 and $.c is 3");
    }

    #[test]
    fn error_rules_tell_what_follows() {
        errors("{404: fail, 4xx: reject}", &["404: fail", "4xx: reject"]);
        errors(
            "{422: [{if: {$.a: 1}, then: reject, why: No}, {if: {$.b: 1}, then: done}, fail], timeout: retry}",
            &["422 if $.a is 1: reject (No), if $.b is 1: done, else fail", "timeout: retry"],
        );
    }
}
