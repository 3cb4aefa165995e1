//! Holds values against schemas.
//!
//! In: a value and a schema. Out: the first thing in the value that does not fit, where it stands and why. The subset of
//! JSON Schema that is read means here what it means everywhere; a test compares with another implementation. It is
//! written out because the rules of the linter ask the same schemas about values that nobody has yet, and one reading
//! of them must not contradict the other.

use serde_json::{Map, Value};

use super::schema::{Others, Schema};
use crate::diag::{listed, nearest, quoted};

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Path in the value, as in `$.users[0].id`.
    pub path: String,
    /// A clause about it, as in "is text, where a whole number is wanted".
    pub why: String,
}

impl Schema {
    /// The first thing in a value that does not fit.
    #[must_use]
    pub fn misfits(&self, value: &Value) -> Option<Misfit> {
        self.misfit(value, "$")
    }

    fn misfit(&self, value: &Value, path: &str) -> Option<Misfit> {
        let misfit = |why: String| Some(Misfit { path: path.to_owned(), why });
        if !self.kinds.is_empty() && !self.kinds.iter().any(|kind| kind.holds(value)) {
            return misfit(format!("is {}, where {} is wanted", words(value), self.words()));
        }
        if let Some(values) = self.values.as_ref().filter(|values| !values.contains(value)) {
            let shown: Vec<String> = values.iter().map(shown).collect();
            let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
            return misfit(format!(
                "is {}, where one of {} is wanted",
                quoted(&self::shown(value)),
                listed(&shown)
            ));
        }
        if self.not.as_ref().is_some_and(|not| not.misfits(value).is_none()) {
            return misfit(format!("is {}, which is not taken", quoted(&shown(value))));
        }
        if !self.any.is_empty() {
            let misfits: Vec<Option<Misfit>> =
                self.any.iter().map(|schema| schema.misfit(value, path)).collect();
            if misfits.iter().all(Option::is_some) {
                // The one that went deepest is about the form that was meant.
                return misfits.into_iter().flatten().max_by_key(|misfit| misfit.path.len());
            }
        }
        match value {
            Value::String(text) => self.text_misfit(text).and_then(misfit),
            Value::Array(items) => {
                if !within(items.len(), self.size) {
                    return misfit(format!(
                        "has {} elements, where {} are wanted",
                        items.len(),
                        range(self.size)
                    ));
                }
                let schema = self.items.as_ref()?;
                let mut places = items.iter().enumerate();
                places.find_map(|(index, item)| schema.misfit(item, &format!("{path}[{index}]")))
            }
            Value::Object(members) => self.object_misfit(members, path),
            _ => None,
        }
    }

    /// Why a text does not fit, as a clause.
    fn text_misfit(&self, text: &str) -> Option<String> {
        let n_characters = text.chars().count();
        if !within(n_characters, self.length) {
            return Some(format!("has {n_characters} characters, where {} are wanted", range(self.length)));
        }
        let pattern = self.pattern.as_ref().filter(|pattern| !pattern.is_match(text))?;
        Some(format!("is {}, which does not match {}", quoted(text), quoted(pattern.as_str())))
    }

    fn object_misfit(&self, members: &Map<String, Value>, path: &str) -> Option<Misfit> {
        let lacks = self.required.iter().find(|name| !members.contains_key(name.as_str()));
        if let Some(name) = lacks {
            return Some(Misfit { path: path.to_owned(), why: format!("lacks {}", quoted(name)) });
        }
        members.iter().find_map(|(name, value)| {
            let below = format!("{path}.{name}");
            if let Some(names) = &self.names
                && let Some(bad) = names.misfits(&Value::from(name.as_str()))
            {
                return Some(Misfit { path: below, why: format!("has a name that {}", bad.why) });
            }
            if let Some(schema) = self.members.get(name) {
                return schema.misfit(value, &below);
            }
            match &self.others {
                Others::Any => None,
                Others::Of(schema) => schema.misfit(value, &below),
                Others::None => {
                    let near = nearest(name, self.members.keys().map(String::as_str));
                    let advice = near.map(|near| format!("; did you mean {}?", quoted(near)));
                    Some(Misfit { path: below, why: format!("is not known{}", advice.unwrap_or_default()) })
                }
            }
        })
    }
}

fn within(n: usize, (least, most): (usize, Option<usize>)) -> bool {
    n >= least && most.is_none_or(|most| n <= most)
}

fn range((least, most): (usize, Option<usize>)) -> String {
    match (least, most) {
        (0, Some(most)) => format!("at most {most}"),
        (least, Some(most)) => format!("{least} to {most}"),
        (least, None) => format!("at least {least}"),
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn words(value: &Value) -> &'static str {
    super::Kind::ALL.iter().find(|(_, kind, _)| kind.holds(value)).map_or("", |(.., words)| words)
}
