//! Values for inputs that are made up: one of each type, one that a pattern lets through.
//!
//! In: a type, a setting. Out: a short value.

use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Value, json};

use crate::model::{Setting, SettingKind};
use crate::value::Type;

/// A value that can be cast to a type.
pub(super) fn of_type(kind: &Type) -> Value {
    match kind {
        Type::String | Type::Scalar => "x".into(),
        Type::Integer | Type::Number => 1.into(),
        Type::Boolean => true.into(),
        Type::Date => "2001-01-01".into(),
        Type::DateTime => "2001-01-01T00:00:00Z".into(),
        Type::Email => "x@example.com".into(),
        Type::Phone => "+12025550123".into(),
        Type::Url => "https://example.com".into(),
        Type::Enum(words) => words.first().map_or(Value::Null, |word| word.as_str().into()),
        Type::Object => json!({"x": 1}),
        Type::List(of) => Value::Array(vec![of_type(of)]),
    }
}

/// A value that a setting takes.
pub(super) fn of_setting(setting: &Setting) -> Value {
    match (setting.kind, &setting.pattern) {
        (SettingKind::Boolean, _) => true.into(),
        (SettingKind::Integer | SettingKind::Number, _) => 1.into(),
        (SettingKind::String | SettingKind::Secret, None) => "x".into(),
        (SettingKind::String | SettingKind::Secret, Some(pattern)) => {
            matching(&pattern.text).unwrap_or_else(|| "x".to_owned()).into()
        }
    }
}

/// A short text that a pattern matches; it may be wrong where the pattern looks around.
pub(super) fn matching(pattern: &str) -> Option<String> {
    let mut text = String::new();
    add(&regex_syntax::parse(pattern).ok()?, &mut text)?;
    Some(text)
}

fn add(hir: &Hir, text: &mut String) -> Option<()> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(Class::Unicode(class)) => {
            let has = |wanted: char| {
                class.ranges().iter().any(|range| range.start() <= wanted && wanted <= range.end())
            };
            let first = class.ranges().first().map(regex_syntax::hir::ClassUnicodeRange::start);
            text.push(['x', '1'].into_iter().find(|wanted| has(*wanted)).or(first)?);
        }
        HirKind::Class(Class::Bytes(class)) => text.push(char::from(class.ranges().first()?.start())),
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min.min(64) {
                add(&repetition.sub, text)?;
            }
        }
        HirKind::Capture(capture) => add(&capture.sub, text)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| add(part, text))?,
        HirKind::Alternation(ways) => add(ways.first()?, text)?,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_match_their_pattern() {
        for pattern in ["[a-z0-9][a-z0-9-]{0,61}[a-z0-9]", ".{1,40}", "eu|us", "(?i)ab+c?", "^\\d{4}-\\w$"] {
            let text = matching(pattern).unwrap();
            assert!(
                regex::Regex::new(&format!("^(?:{pattern})$")).unwrap().is_match(&text),
                "{pattern}: {text:?}"
            );
        }
    }

    #[test]
    fn samples_are_of_their_type() {
        for kind in
            ["string", "integer", "number", "boolean", "date", "datetime", "email", "phone", "url", "object"]
        {
            let kind = Type::parse(kind).unwrap();
            assert!(kind.cast_value(&of_type(&kind)).is_ok(), "{kind:?}");
        }
    }
}
