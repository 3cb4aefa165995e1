//! Keys of members that the destination does not take.

use regex::Regex;
use serde_json::Value;

use crate::destination::{Destination, Schema};
use crate::diag::{Code, Severity};
use crate::lint::asked::{Maker, Place, attributes};
use crate::lint::rule::{Check, EXAMPLE, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{KeyRule, Rest};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::REFUSED_KEY,
    since: "0.1",
    why: "A member under such a key is dropped or makes the destination refuse the request. The rule of `keys` is tried with \
          each character that it lets through; what is shown is a key that would be sent.",
    fix: None,
    bad: include_str!("refused_key.bad.yaml"),
    good: include_str!("refused_key.good.yaml"),
    check: Check::Destination { check, schemas: EXAMPLE },
};

fn check(scope: &Scope<'_>, destination: &Destination, report: &mut Report<'_>) {
    for (ask, attribute) in attributes(scope, destination) {
        match (attribute.place, attribute.maker) {
            (Place::BadName(schema), _) => {
                let key = attribute.path.last().map(String::as_str).unwrap_or_default();
                let why = schema.names.as_ref().and_then(|names| names.misfits(&Value::from(key)));
                let why = why.map(|misfit| misfit.why).unwrap_or_default();
                let message = format!("the key of {} {why}", attribute.shown());
                let found = report.at(attribute.span, message);
                found.help(format!("{} drops or refuses it: choose another key", ask.spelt()));
                found.severity = Severity::Error;
            }
            (Place::Known(schema), Maker::Rest(rest)) => {
                let Some(why) = refused(rest, schema) else { continue };
                let message = format!("the rest may send a key that {why}");
                let span = rest.keys.as_ref().map_or(rest.into.span, |keys| keys.allow.span);
                report.at(span, message).help(
                    "say with `keys:` which characters a key has, and with `not:` which keys it is not",
                );
            }
            _ => {}
        }
    }
}

/// A key that a rest may send and the destination refuses, as a clause; not each such rest is found out.
fn refused(rest: &Rest, schema: &Schema) -> Option<String> {
    let names = schema.names.as_ref()?;
    let misfits = tried(rest.keys.as_ref()).into_iter().map(|key| names.misfits(&Value::from(key)));
    misfits.flatten().next().map(|misfit| misfit.why)
}

/// Keys that a rest may send: one for each character, alone, twice, and behind a letter.
fn tried(rule: Option<&KeyRule>) -> Vec<String> {
    let allowed = rule.and_then(|rule| Regex::new(&format!("^[{}]$", rule.allow.text)).ok());
    let is_allowed = |character: &char| {
        allowed.as_ref().is_none_or(|allowed| allowed.is_match(character.encode_utf8(&mut [0; 4])))
    };
    let not = rule.and_then(|rule| rule.not.as_ref()).and_then(|not| Regex::new(&not.text).ok());
    let mended = |key: String| match rule {
        Some(rule) if not.as_ref().is_some_and(|not| not.is_match(&key)) => {
            format!("{}{key}", rule.other.text)
        }
        _ => key,
    };
    let characters: Vec<char> = (' '..='~').chain(['\u{e9}', '\u{4e2d}']).filter(is_allowed).collect();
    let letter = characters.iter().find(|character| character.is_ascii_alphabetic());
    let keys = characters.iter().flat_map(|character| {
        let behind = letter.map(|letter| format!("{letter}{character}"));
        [character.to_string(), format!("{character}{character}")].into_iter().chain(behind)
    });
    keys.map(mended).collect()
}
