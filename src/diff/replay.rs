//! An event that one mapping was run with, run through another one with the same answers.
//!
//! In: what the old mapping asked and was told, and the session of the new one. Out: what differs. Nothing is sent: what
//! both ask gets the answer that the old one got, and what only the new one asks is imagined to succeed.

use std::sync::Arc;

use super::event::{Both, Difference, Made, Ran, Seen};
use crate::run::{self, Answer, Event, Imagined, Limits, Request, Run, Session, Step, Verdict};

/// What a request was told.
#[derive(Clone, Debug)]
pub enum Told {
    /// The destination's answer.
    Answer(Answer),
    /// Nothing: the run was given up, for this reason.
    GaveUp(String),
    /// Nothing: the request was left to the caller.
    Left,
}

/// The requests of a run, in their order, and what each was told.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    made: Vec<Made>,
    told: Vec<Option<Told>>,
    leaves: bool,
}

impl Recording {
    /// An empty recording; `leaves` says that a request that the mapping leaves to the caller is not made.
    #[must_use]
    pub fn new(leaves: bool) -> Self {
        Self { leaves, ..Self::default() }
    }

    /// Adds a request of a run.
    pub fn add(&mut self, run: &Run, request: &Request, told: Told) {
        self.made.push(Made { request: request.clone(), pattern: run.pattern() });
        self.told.push(Some(told));
    }

    /// What differs when the event runs through another mapping. `old` is how it ended in the recorded one.
    #[must_use]
    pub fn replay(
        mut self,
        old: Verdict,
        new: &Arc<Session>,
        event: Event,
        limits: &Limits,
    ) -> Option<Difference> {
        let new = self.run(new, event, limits);
        Both { old: Ran { made: self.made, verdict: old }, new }.difference(Seen::Always)
    }

    fn run(&mut self, session: &Arc<Session>, event: Event, limits: &Limits) -> Ran {
        let mut made = Vec::new();
        let mut step = run::start(session, event, limits);
        loop {
            let (request, run) = match step {
                Step::Done(outcome) => return Ran { made, verdict: outcome.verdict },
                Step::Need(request, run) => (request, run),
            };
            let is_left = self.leaves && request.is_left();
            let asked = Made { request, pattern: run.pattern() };
            let told = self.told(&asked);
            made.push(asked);
            step = match told {
                Some(Told::GaveUp(why)) => Step::Done(run.give_up(why)),
                _ if is_left => Step::Done(run.hand_over()),
                Some(Told::Answer(answer)) => run.resume(answer),
                Some(Told::Left) | None => {
                    let answer = run.imagined_answer(Imagined::Everything);
                    run.resume(answer)
                }
            };
        }
    }

    /// What the first request was told that is the same and has not been asked yet.
    fn told(&mut self, asked: &Made) -> Option<Told> {
        let mut same = self.made.iter().zip(&mut self.told).filter(|(made, _)| made.sent() == asked.sent());
        same.find_map(|(_, told)| told.take())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::compile;
    use crate::diag::Diagnostics;
    use crate::run::Body;

    fn session(steps: &str) -> Arc<Session> {
        let mapping = format!(
            "format: 1\ndestination: e\nservice: {{base_url: {{value: \"https://a.test\"}}, errors: {{429: retry}}}}\n\
             tables: {{old: {{rows: {{name: $.name}}}}, new: {{rows: {{title: $.name}}}}}}\n\
             flows: {{f: {{event: track, steps: [{steps}]}}}}\n"
        );
        let mut found = Diagnostics::new();
        let plan = compile::load(&mapping, &mut found).unwrap_or_else(|| panic!("{found:?}"));
        Arc::new(Session::open(Arc::new(plan), &Map::new()).unwrap())
    }

    fn reply(status: u16, body: Value) -> Told {
        Told::Answer(Answer::Reply { status, body: Body::Json(Arc::new(body)), retry_after: None })
    }

    /// What a new mapping does otherwise when the old one was told this: step, kind and attributes; the ends.
    fn differs(old: &str, new: &str, told: &[Told]) -> Vec<String> {
        let event = || Event::from(json!({"type": "track", "name": "n"}));
        let (limits, mut told) = (Limits::default(), told.iter().cloned());
        let mut recording = Recording::new(false);
        let mut step = run::start(&session(old), event(), &limits);
        let outcome = loop {
            step = match step {
                Step::Done(outcome) => break outcome,
                Step::Need(request, run) => {
                    let told = told.next().unwrap();
                    recording.add(&run, &request, told.clone());
                    match told {
                        Told::Answer(answer) => run.resume(answer),
                        Told::GaveUp(why) => Step::Done(run.give_up(why)),
                        Told::Left => Step::Done(run.hand_over()),
                    }
                }
            };
        };
        let difference = recording.replay(outcome.verdict, &session(new), event(), &limits);
        let Some(difference) = difference else { return Vec::new() };
        let mut lines: Vec<String> = difference
            .requests
            .iter()
            .map(|request| {
                let at: Vec<&str> = request.attributes.iter().map(|found| found.at.as_str()).collect();
                format!("{:?} {} {}", request.kind, request.step, at.join(" "))
            })
            .collect();
        lines.extend(difference.outcome.map(|(old, new)| format!("{old} / {new}")));
        lines
    }

    const FIND_AND_PUT: &str = "{look: {get: /look, give: {id: $.id}}}, \
        {put: {put: \"/p/:id\", with: {id: {from: $steps.look.id}}, body: old}}";

    #[test]
    fn the_answers_are_those_of_the_old_run() {
        let told = [reply(200, json!({"id": 7})), reply(200, json!({}))];
        assert_eq!(differs(FIND_AND_PUT, FIND_AND_PUT, &told), [""; 0]);
        let renamed = FIND_AND_PUT.replace("body: old", "body: new");
        assert_eq!(differs(FIND_AND_PUT, &renamed, &told), ["Changed put name title"]);
    }

    #[test]
    fn tries_and_ends_are_repeated() {
        let told = [reply(429, json!({})), reply(200, json!({"id": 7})), Told::GaveUp("no token".into())];
        assert_eq!(differs(FIND_AND_PUT, FIND_AND_PUT, &told), [""; 0]);
        let told = [reply(422, json!({}))];
        let patient = FIND_AND_PUT.replace("get: /look", "get: /look, errors: {422: retry}");
        let lines = differs(FIND_AND_PUT, &patient, &told);
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert!(lines[0].starts_with("Added look"), "{lines:?}");
    }

    #[test]
    fn what_only_the_new_one_asks_succeeds() {
        let more = format!("{FIND_AND_PUT}, {{more: {{post: /more}}}}");
        let told = [reply(200, json!({"id": 7})), reply(200, json!({}))];
        assert_eq!(differs(FIND_AND_PUT, &more, &told), ["Added more "]);
        let told = [told.as_slice(), &[reply(200, json!({}))]].concat();
        assert_eq!(differs(&more, FIND_AND_PUT, &told), ["Removed more "]);
    }
}
