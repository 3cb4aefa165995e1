//! Answers of a destination that is only imagined: for seeing which requests a run would make without making any.
//!
//! In: a run that waits for an answer. Out: an answer made up from what the mapping reads of it. What a destination
//! refuses, and what it really holds, is not imagined.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::answers;
use super::machine::{Run, Step};
use super::outcome::Outcome;
use super::progress::request_of;
use super::request::{Answer, Body, Request};
use crate::json::Arena;

/// What an imagined destination holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Imagined {
    /// Each look-up finds what it asks for, once.
    Everything,
    /// No look-up finds anything: the reply is an empty object. Writes are told what they read.
    Nothing,
    /// Every reply is an empty object, those to writes among them.
    Silence,
}

impl Imagined {
    /// The words of files and output, each with what it means.
    const WORDS: [(&'static str, Self); 3] =
        [("found", Self::Everything), ("not_found", Self::Nothing), ("silence", Self::Silence)];

    /// `found`, `not_found` or `silence`, as output and files spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::WORDS.iter().find(|(_, one)| *one == self).map_or("", |(name, _)| name)
    }

    /// What a word means.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(name, _)| *name == word).map(|(_, one)| *one)
    }
}

/// Takes a run to its end with made-up answers; gives the requests and the outcome.
#[must_use]
pub fn imagine(mut step: Step, imagined: Imagined) -> (Vec<Request>, Outcome) {
    let mut requests = Vec::new();
    loop {
        match step {
            Step::Done(outcome) => return (requests, outcome),
            Step::Need(request, run) => {
                requests.push(request);
                let answer = run.imagined_answer(imagined);
                step = run.resume(answer);
            }
        }
    }
}

impl Run {
    /// An answer to the request that was given last: 200, with a stand-in at each place that the mapping reads.
    ///
    /// Writes succeed in any case. A stand-in depends on method and target of the request and on the path at which
    /// it stands, so two mappings that ask the same are told the same.
    #[must_use]
    pub fn imagined_answer(&self, imagined: Imagined) -> Answer {
        let body = Body::Json(Arc::new(self.imagined_reply(imagined)));
        Answer::Reply { status: 200, body, retry_after: None }
    }

    fn imagined_reply(&self, imagined: Imagined) -> Value {
        let nothing = || Value::Object(Map::new());
        let waits = self.here(&self.session).zip(self.call.as_ref());
        let Some(((flow, step), call)) = waits else { return nothing() };
        let Some((plan, request)) = request_of(step, call.phase).zip(call.request.as_ref()) else {
            return nothing();
        };
        let is_empty = match imagined {
            Imagined::Everything => false,
            Imagined::Nothing => plan.method.is_read(),
            Imagined::Silence => true,
        };
        if plan.give.is_empty() || is_empty {
            return nothing();
        }
        let arena = Arena::new();
        let ground = self.event.ground(self.session.plan(), &arena);
        let asked = format!("{} {}", request.method, request.target);
        self.eval(ground, flow, &[]).imagined(plan, &asked)
    }

    /// Path of the request that was given last, as the mapping writes it: `/users/:user`.
    #[must_use]
    pub fn pattern(&self) -> String {
        let step = self.here(&self.session).map(|(_, step)| step);
        let plan = step.zip(self.call.as_ref()).and_then(|(step, call)| request_of(step, call.phase));
        plan.map(answers::pattern).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::compile;
    use crate::diag::Diagnostics;
    use crate::run::{self, Limits, Session};

    /// The reply to the first request of a flow that looks a person up.
    fn reply(give: &str, imagined: Imagined) -> Value {
        let mapping = format!(
            "format: 1\ndestination: e\nservice: {{base_url: {{value: \"https://a.test\"}}}}\n\
             flows: {{f: {{event: track, steps: [{{look: {{get: /people, give: {give}}}}}]}}}}\n"
        );
        let mut found = Diagnostics::new();
        let plan = compile::load(&mapping, &mut found).unwrap_or_else(|| panic!("{found:?}"));
        let session = Arc::new(Session::open(Arc::new(plan), &Map::new()).unwrap());
        let event = json!({"type": "track", "userId": "u-1", "traits": {"tags": ["a"]}});
        let Step::Need(_, run) = run::start(&session, event, &Limits::default()) else {
            panic!("no request")
        };
        assert_eq!(run.pattern(), "/people");
        match run.imagined_answer(imagined) {
            Answer::Reply { status: 200, body: Body::Json(body), .. } => (*body).clone(),
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn check(give: &str, expected: &Value) {
        // Nine digits become 1, so that only the shape is compared.
        fn plain(value: Value) -> Value {
            match value {
                Value::Number(number) if number.as_u64() >= Some(100_000_000) => json!(1),
                Value::Array(items) => items.into_iter().map(plain).collect(),
                Value::Object(members) => {
                    members.into_iter().map(|(key, value)| (key, plain(value))).collect()
                }
                other => other,
            }
        }
        assert_eq!(plain(reply(give, Imagined::Everything)), *expected);
        assert_eq!(reply(give, Imagined::Nothing), json!({}));
    }

    #[test]
    fn each_path_leads_to_something() {
        check(
            "{id: $.user.id, name: [$.user.name, $.title]}",
            &json!({"user": {"id": 1, "name": 1}, "title": 1}),
        );
        check("{at: {from: $.at, as: datetime}}", &json!({"at": "2001-01-01T00:00:00Z"}));
        check("{id: \"$.list[1].id\"}", &json!({"list": [null, {"id": 1}]}));
        check("{ids: {from: \"$.users[*].id\", take: all}}", &json!({"users": [{"id": 1}]}));
    }

    #[test]
    fn one_element_passes_the_filter() {
        let filtered =
            |filter: &str| format!("{{id: {{each: $.users, where: {filter}, from: $item.id, take: only}}}}");
        check(&filtered("{$item.key: {same_as_ignoring_case: $.x}}"), &json!({"users": [null]}));
        check(&filtered("{$item.kind: email}"), &json!({"users": [{"kind": "email", "id": 1}]}));
        check(
            &filtered("{any: [{$item.at: {is: \"null\"}}, {$item.age: {gte: 3}}]}"),
            &json!({"users": [{"at": null, "id": 1}]}),
        );
        check(&filtered("{not: {$item.gone: true}}"), &json!({"users": [{"id": 1}]}));
        check(&filtered("{$item.age: {gt: 3}}"), &json!({"users": [{"age": 4, "id": 1}]}));
    }

    #[test]
    fn writes_are_told_what_they_read_unless_all_is_silent() {
        let mapping = "format: 1\ndestination: e\nservice: {base_url: {value: \"https://a.test\"}}\n\
                       flows: {f: {event: track, steps: [{make: {post: /people, give: {id: $.id}}}]}}\n";
        let plan = Arc::new(compile::load(mapping, &mut Diagnostics::new()).unwrap());
        let session = Arc::new(Session::open(plan, &Map::new()).unwrap());
        for (word, has_id) in [("found", true), ("not_found", true), ("silence", false)] {
            let imagined = Imagined::parse(word).unwrap();
            assert_eq!(imagined.name(), word);
            let start = run::start(&session, json!({"type": "track"}), &Limits::default());
            let Step::Need(_, run) = start else { panic!("no request") };
            let Answer::Reply { body: Body::Json(body), .. } = run.imagined_answer(imagined) else {
                panic!("no reply")
            };
            assert_eq!(body.get("id").is_some(), has_id, "{word}");
        }
        assert_eq!(Imagined::parse("nothing"), None);
    }

    #[test]
    fn who_reads_another_member_gets_another_value() {
        let both = reply("{id: $.id, key: $.key}", Imagined::Everything);
        let one = reply("{name: $.key}", Imagined::Everything);
        assert_ne!(both["id"], both["key"]);
        assert_eq!(both["key"], one["key"]);
    }
}
