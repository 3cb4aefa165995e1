//! Takes events through their runs: reads are asked for, writes are supposed.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::change::{Change, would};
use super::event::{Ending, EventPlan, PlannedRead, PlannedWrite, shown_request};
use super::foreseen::{Foreseen, Made};
use super::seen;
use crate::model::Effect;
use crate::run::{self, Answer, Asked, Body, Limits, Outcome, Purpose, Request, Run, Session, Supposed};
use crate::value::pending;

/// Makes plans for the events of one delivery, in their order.
#[derive(Debug)]
pub struct Planner {
    session: Arc<Session>,
    limits: Limits,
    foreseen: Foreseen,
    /// Answers in words, by the targets of the reads.
    words: HashMap<String, Words>,
}

/// An answer in words.
#[derive(Clone, Debug)]
struct Words {
    digest: String,
    saw: String,
    is_marked: bool,
    of: Option<Arc<Value>>,
}

/// Where the plan of an event stands.
#[derive(Debug)]
pub enum Step {
    /// It needs the answer to a read.
    Need(Request, Box<Walk>),
    /// It is made.
    Done(EventPlan),
}

/// An event on its way.
#[derive(Debug)]
pub struct Walk {
    run: Run,
    /// The read that is being asked.
    read: Option<(Request, Asked)>,
    /// The event, as later ones name it.
    by: Arc<str>,
    plan: EventPlan,
    /// Replies so far.
    replies: Vec<Arc<Value>>,
    /// Reads of the step at hand that found nothing, with their patterns.
    missed: Vec<(String, String)>,
    /// The preview of the write at hand.
    previewed: Option<Previewed>,
}

/// The last read in front of a write.
#[derive(Debug)]
struct Previewed {
    target: String,
    pattern: String,
    /// The event that changes what it showed.
    by: Option<Arc<str>>,
    reply: Option<Arc<Value>>,
}

impl Planner {
    /// A planner for the events of a session.
    #[must_use]
    pub fn new(session: Arc<Session>, limits: &Limits) -> Self {
        // A write that is previewed is asked for twice.
        let answers = limits.answers.saturating_mul(3);
        let limits = Limits { trace: false, answers, ..limits.clone() };
        Planner { session, limits, foreseen: Foreseen::default(), words: HashMap::new() }
    }

    /// Begins the plan of the next event. `by` is how plans of later events name it: `line 3`.
    pub fn begin(&mut self, event: &Arc<Value>, by: &str) -> Step {
        let plan = EventPlan {
            ending: Ending::Open(String::new()),
            notes: Vec::new(),
            reads: Vec::new(),
            writes: Vec::new(),
        };
        if pending::has_mark(event) {
            let why = "a character of the event that plans need for themselves".to_owned();
            return Step::Done(EventPlan { ending: Ending::Open(why), ..plan });
        }
        let walk = |run| Walk {
            run,
            read: None,
            by: by.into(),
            plan: plan.clone(),
            replies: Vec::new(),
            missed: Vec::new(),
            previewed: None,
        };
        match run::start(&self.session, event.clone(), &self.limits) {
            run::Step::Done(outcome) => Step::Done(ended(plan, outcome)),
            run::Step::Need(request, run) => self.go(walk(run), request),
        }
    }

    /// Goes on with the answer to the read.
    pub fn resume(&mut self, walk: Box<Walk>, answer: Answer) -> Step {
        let mut walk = *walk;
        let by =
            walk.read.as_ref().and_then(|(request, asked)| self.foreseen.touches(request, &asked.pattern));
        let by = by.cloned();
        if by.is_some() {
            walk.run.distrust();
        }
        let words = self.words(walk.read.as_ref().map(|(request, _)| &*request.target), &answer);
        if words.is_marked {
            let why = "the destination sent a character that plans need for themselves";
            return Step::Done(self.give_up(Box::new(walk), why.to_owned()));
        }
        walk.saw(&answer, words, by);
        let Walk { run, read, by, plan, replies, missed, previewed } = walk;
        match run.resume(answer) {
            run::Step::Done(outcome) => Step::Done(ended(plan, outcome)),
            run::Step::Need(request, run) => {
                self.go(Walk { run, read, by, plan, replies, missed, previewed }, request)
            }
        }
    }

    /// Goes on as if nobody knew the answer to the read.
    pub fn pass_over(&mut self, walk: Box<Walk>) -> Step {
        let Walk { run, read, by, plan, replies, missed, previewed } = *walk;
        match run.suppose(Supposed::Nothing) {
            run::Step::Done(outcome) => Step::Done(ended(plan, outcome)),
            run::Step::Need(request, run) => {
                self.go(Walk { run, read, by, plan, replies, missed, previewed }, request)
            }
        }
    }

    /// An answer in words. Those of answers that many events share are kept.
    fn words(&mut self, target: Option<&str>, answer: &Answer) -> Words {
        let make = || Words {
            digest: seen::digest(answer),
            saw: seen::in_words(answer),
            is_marked: false,
            of: None,
        };
        let (Some(target), Answer::Reply { body: Body::Json(reply), .. }) = (target, answer) else {
            return make();
        };
        let kept =
            self.words.get(target).filter(|words| words.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, reply)));
        if let Some(words) = kept {
            return words.clone();
        }
        let words = Words { of: Some(reply.clone()), is_marked: pending::has_mark(reply), ..make() };
        self.words.insert(target.to_owned(), words.clone());
        words
    }

    /// Ends a plan that goes no further, since a read has no answer.
    #[must_use]
    pub fn give_up(&self, walk: Box<Walk>, why: String) -> EventPlan {
        let Walk { run, plan, .. } = *walk;
        ended(plan, run.give_up(why))
    }

    /// Supposes what need not be asked, up to the next read or the end.
    fn go(&mut self, mut walk: Walk, mut request: Request) -> Step {
        loop {
            let Some(asked) = walk.run.asked() else {
                return Step::Done(ended(walk.plan, walk.run.give_up("the run waits for nothing".into())));
            };
            let is_same_step = walk.read.as_ref().is_some_and(|(last, _)| last.step == request.step);
            if !is_same_step {
                walk.missed.clear();
                walk.previewed = None;
            }
            let is_askable =
                asked.doubt.is_none() && !pending::is_marked(&super::event::marked_target(&request.target));
            let run = if request.method.is_read() {
                if !is_askable {
                    walk.run.suppose(Supposed::Nothing)
                } else if let Some(by) = self.foreseen.finds(&request.target).cloned() {
                    walk.note_preview(&request, &asked, Some(by), None);
                    walk.run.suppose(Supposed::Found)
                } else {
                    walk.read = Some((request.clone(), asked));
                    return Step::Need(request, Box::new(walk));
                }
            } else if asked.has_preview && asked.doubt.is_none() {
                walk.run.preview()
            } else {
                self.write(&mut walk, &request, &asked);
                walk.run.suppose(Supposed::Nothing)
            };
            // The step goes on by what has been asked of it.
            walk.read = Some((request, asked));
            (request, walk.run) = match run {
                run::Step::Done(outcome) => return Step::Done(ended(walk.plan, outcome)),
                run::Step::Need(request, run) => (request, run),
            };
        }
    }

    /// Tells a write and keeps what it changes.
    fn write(&mut self, walk: &mut Walk, request: &Request, asked: &Asked) {
        let mut write = PlannedWrite::of(request);
        write.repeats = asked.repeats;
        let shared = self.foreseen.made_once(request).cloned();
        if let Some(doubt) = &asked.doubt {
            write.is_doubtful = true;
            write.why = Some(format!("{}: {doubt}", would(asked.effect)));
        } else if let Some(by) = shared {
            // The events share one write.
            write.is_doubtful = true;
            write.change = Change::Unchanged;
            write.why = Some(format!("made by {by}"));
        } else {
            (write.change, write.why, write.before) = self.change(walk, request, asked, write.body.as_ref());
        }
        let mut found_by = Vec::new();
        if !write.is_doubtful && asked.effect != Effect::Remove {
            if asked.purpose == Purpose::Create {
                found_by.append(&mut walk.missed);
            }
            let preview = walk.previewed.as_ref().filter(|_| asked.previewed != Some(true));
            found_by.extend(preview.map(|preview| (preview.target.clone(), preview.pattern.clone())));
        }
        self.foreseen.keep(Made {
            by: &walk.by,
            request,
            pattern: &asked.pattern,
            body: write.body.as_ref(),
            known: if asked.previewed == Some(true) { &asked.known } else { &[] },
            removes: asked.effect == Effect::Remove,
            found_by,
        });
        walk.plan.writes.push(write);
    }

    /// What a write that is surely made does, why, and what is there before.
    fn change(
        &self,
        walk: &Walk,
        request: &Request,
        asked: &Asked,
        body: Option<&Value>,
    ) -> (Change, Option<String>, Vec<(String, Value)>) {
        let plain = |change| (change, None, Vec::new());
        let preview = walk.previewed.as_ref().filter(|_| asked.previewed == Some(true));
        let changed_by = preview.and_then(|preview| preview.by.clone());
        let preview = preview.and_then(|preview| preview.reply.as_deref());
        let effect = match (asked.effect, asked.previewed) {
            (Effect::Upsert, found) if asked.purpose == Purpose::Create || found == Some(false) => {
                return plain(Change::Create);
            }
            (Effect::Upsert, Some(true)) => Effect::Update,
            (Effect::Upsert, None) if seen::is_about(&asked.known, &request.target, body) => Effect::Update,
            (Effect::Link, Some(true)) | (Effect::Remove, Some(false)) => return plain(Change::Unchanged),
            (effect, _) => effect,
        };
        let change = Change::of(effect);
        if matches!(effect, Effect::Update | Effect::Upsert)
            && let Some(by) = self.foreseen.repeats(request, body)
        {
            return (Change::Unchanged, Some(format!("the same as by {by}")), Vec::new());
        }
        if change == Change::Unknown {
            return (change, Some(would(effect).to_owned()), Vec::new());
        }
        if effect != Effect::Update {
            return plain(change);
        }
        match (changed_by, seen::changes((&request.target, body), &asked.known, preview, &walk.replies)) {
            (Some(by), _) => (change, Some(format!("after {by}")), Vec::new()),
            (None, Some(before)) if before.is_empty() => plain(Change::Unchanged),
            (None, Some(before)) => (change, None, before),
            (None, None) => plain(change),
        }
    }
}

impl Walk {
    /// Whether the read is a preview, which a delivery does not make.
    #[must_use]
    pub fn is_preview(&self) -> bool {
        self.read.as_ref().is_some_and(|(_, asked)| asked.purpose == Purpose::Preview)
    }

    /// Keeps what a read saw, and its answer in words; `by` may change it before the event is delivered.
    fn saw(&mut self, answer: &Answer, words: Words, by: Option<Arc<str>>) {
        let Some((request, asked)) = self.read.clone() else { return };
        let Words { digest, saw, .. } = words;
        let told = shown_request(request.method, &request.target);
        self.plan.reads.push(PlannedRead { step: request.step.clone(), request: told, digest, saw });
        self.missed.push((request.target.clone(), asked.pattern.clone()));
        let reply = match answer {
            Answer::Reply { body: Body::Json(reply), .. } => Some(reply.clone()),
            _ => None,
        };
        self.replies.extend(reply.clone());
        self.note_preview(&request, &asked, by, reply);
    }

    /// Keeps which read is asked last in front of a write.
    fn note_preview(
        &mut self,
        request: &Request,
        asked: &Asked,
        by: Option<Arc<str>>,
        reply: Option<Arc<Value>>,
    ) {
        let (target, pattern) = (request.target.clone(), asked.pattern.clone());
        self.previewed = Some(Previewed { target, pattern, by, reply });
    }
}

fn ended(plan: EventPlan, outcome: Outcome) -> EventPlan {
    let ending = match run::waits_for(&outcome.verdict) {
        Some(what) => Ending::Open(what.to_owned()),
        None => Ending::Known(outcome.verdict),
    };
    EventPlan { ending, notes: outcome.notes, ..plan }
}
