//! A compiled request and an evaluation to a [`Request`].

use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::bulk::Bulk;
use super::eval::{Eval, Rejection};
use super::request::{Limited, Once, Repeat, Request};
use crate::compile::{ArmPlan, OncePlan, PathPart, RequestPlan, RulePlan};
use crate::model::{Answers, Effect, Reaction};

/// Everything but the unreserved characters of RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Bytes that most targets have room in.
const ROOM: usize = 96;

/// Makes the request, all but its body. `step` is the step that asks.
pub(super) fn request<'a>(
    step: &Arc<str>,
    plan: &'a RequestPlan,
    eval: &Eval<'a>,
) -> Result<Request, Rejection<'a>> {
    let mut target = path(plan, eval)?;
    for (index, (key, value)) in eval.texts(&plan.query)?.iter().enumerate() {
        target.push(if index == 0 { '?' } else { '&' });
        target.extend(utf8_percent_encode(key, RESERVED));
        target.push('=');
        target.extend(utf8_percent_encode(value, RESERVED));
    }
    let once = match &plan.once {
        Some(OncePlan { key, keep, is_remembered }) => {
            Some(Once { key: eval.text_of(key)?.to_owned(), keep: *keep, is_remembered: *is_remembered })
        }
        None => None,
    };
    let bulk = plan.bulk.as_ref().and_then(|bulk| Bulk::of(bulk, eval));
    Ok(Request {
        step: step.clone(),
        method: plan.method,
        target,
        headers: headers(plan, eval)?,
        body: None,
        cache: plan.cache,
        once,
        limits: limits(plan, eval),
        bulk,
        forget: plan.forget.clone(),
        repeat: repeat(plan),
        attempt: 1,
        retry_after: None,
        fresh_auth: false,
        host: None,
    })
}

/// What happens when the request is made twice. A creation whose error table takes a refusal for done, or looks again,
/// is one that the destination does not make twice.
fn repeat(plan: &RequestPlan) -> Repeat {
    let is_refusal = |rule: &RulePlan| matches!(rule.answers, Answers::Class(4) | Answers::Status(400..=499));
    let is_known = |arm: &ArmPlan| matches!(arm.then, Reaction::Done | Reaction::Missing);
    let is_noticed =
        plan.errors.iter().filter(|rule| is_refusal(rule)).any(|rule| rule.arms.iter().any(is_known));
    if plan.method.is_read() || plan.effect != Effect::Create || is_noticed {
        Repeat::Harmless
    } else if plan.verify.is_some() {
        Repeat::Verified
    } else {
        Repeat::Doubles
    }
}

/// What a request counts against. Without a key it counts against nothing that is somebody's.
fn limits<'a>(plan: &'a RequestPlan, eval: &Eval<'a>) -> Vec<Limited> {
    let mut limits = Vec::new();
    for by in &plan.limits {
        let key = by.key.as_ref().map(|key| {
            let value = eval.quiet().row(key).ok().flatten();
            value.and_then(|value| value.scalar_text(eval.arena())).map(str::to_lowercase)
        });
        match key {
            None => limits.push(Limited { limit: by.limit, key: None }),
            Some(Some(key)) => limits.push(Limited { limit: by.limit, key: Some(key) }),
            Some(None) => {}
        }
    }
    limits
}

fn path<'a>(plan: &'a RequestPlan, eval: &Eval<'a>) -> Result<String, Rejection<'a>> {
    let mut path = String::with_capacity(ROOM);
    for part in &plan.path {
        match part {
            PathPart::Text(text) => path.push_str(text),
            PathPart::Value(row) => {
                let value = eval.text_of(row)?;
                // URL parsers resolve dot segments, encoded or not, and an empty one names another resource.
                if matches!(value, "" | "." | "..") {
                    return Err(
                        eval.reject(format_args!("`{}`: the value cannot stand in a path", row.label))
                    );
                }
                path.extend(utf8_percent_encode(value, RESERVED));
            }
        }
    }
    Ok(path)
}

fn headers<'a>(plan: &'a RequestPlan, eval: &Eval<'a>) -> Result<Vec<(String, String)>, Rejection<'a>> {
    let headers = eval.texts(&plan.headers)?;
    match headers.iter().find(|(_, value)| value.chars().any(char::is_control)) {
        Some((name, _)) => {
            Err(eval.reject(format_args!("header `{name}`: control characters cannot stand in a header")))
        }
        None => Ok(headers),
    }
}

/// The target of the next page: path and query of its address, below the base URL. The host is not looked at, since
/// requests go to the session's host whatever a reply says.
pub(super) fn next_page(address: &str, base_url: &str) -> Option<String> {
    let path_of = |url: &str| -> Option<String> {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let start = rest.find('/').unwrap_or(rest.len());
        rest.get(start..).map(str::to_owned)
    };
    let base = path_of(base_url)?;
    let path = path_of(address)?;
    let target = path.strip_prefix(&base)?;
    // URL parsers take a backslash for a slash, and an encoded dot for a dot.
    let plain = |character: char| character.is_ascii_graphic() && character != '\\';
    let is_plain = target.starts_with('/') && target.chars().all(plain);
    let dotted =
        |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    (is_plain && !target.split(['/', '?', '#']).any(dotted)).then(|| target.to_owned())
}

#[cfg(test)]
mod tests {
    use super::next_page;

    #[track_caller]
    fn check(address: &str, expected: Option<&str>) {
        assert_eq!(next_page(address, "https://acme.example.com/api/v2").as_deref(), expected);
    }

    #[test]
    fn a_page_is_asked_of_the_same_host_whatever_its_address_says() {
        check("https://evil.example.org/api/v2/users.json?page=2", Some("/users.json?page=2"));
    }

    #[test]
    fn a_page_outside_the_base_is_refused() {
        check("https://acme.example.com/oauth/tokens", None);
        check("https://acme.example.com/api/v2/../x", None);
        check("https://acme.example.com/api/v2/%2e%2E/x", None);
        check("https://acme.example.com/api/v2/.%2e?page=2", None);
        check("https://acme.example.com/api/v2/..#/x", None);
        check("https://acme.example.com/api/v2/x\\..\\..\\x", None);
        check("https://acme.example.com/api/v22/x", None);
    }

    #[test]
    fn a_bare_path_will_do() {
        check("/api/v2/users?page%5Bafter%5D=x", Some("/users?page%5Bafter%5D=x"));
    }
}
