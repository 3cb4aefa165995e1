//! One batch: tries the forms of its kind, and deals the rows out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::super::clock::{self, Instant};
use super::super::retry::wait_before;
use super::super::wire::Wire;
use super::ReplyTo;
use super::jobs::Jobs;
use super::line::Waiting;
use crate::compile::{BulkPlan, FormPlan};
use crate::run::together::{self, Item};
use crate::run::{Answer, Body, Request};

/// Requests that go together.
#[derive(Debug)]
pub(super) struct Batch {
    step: Arc<str>,
    plan: Arc<BulkPlan>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    item: Item,
    /// Who gets the answer: several where one request stands for all.
    reply_to: Vec<ReplyTo>,
}

impl Batch {
    pub(super) fn new(step: Arc<str>, plan: Arc<BulkPlan>) -> Self {
        Self { step, plan, entries: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.item.key.as_str())
    }

    pub(super) fn add(&mut self, waiting: Waiting) {
        self.entries.push(Entry { item: waiting.item, reply_to: vec![waiting.reply_to] });
    }

    /// A later request stands for the one at this place as well.
    pub(super) fn replace(&mut self, place: usize, waiting: Waiting) {
        if let Some(entry) = self.entries.get_mut(place) {
            entry.item = waiting.item;
            entry.reply_to.push(waiting.reply_to);
        }
    }
}

/// Sends batches.
#[derive(Debug)]
pub(super) struct Sender {
    wire: Arc<Wire>,
    jobs: Jobs,
    /// Ways that the account may not use, and until when that is believed.
    refused: Mutex<HashMap<String, Instant>>,
}

/// What came of a request of many.
enum Came {
    /// It has these rows.
    Rows(Vec<Value>),
    /// The account may not use this way.
    Refused,
    /// Nothing that helps.
    Nothing,
}

impl Sender {
    pub(super) fn new(wire: Arc<Wire>) -> Self {
        Self { jobs: Jobs::new(wire.clone()), wire, refused: Mutex::default() }
    }

    /// Gets each request of a batch its answer; those that no way has one for are to be made alone.
    pub(super) async fn send(&self, batch: Batch) {
        let Batch { step, plan, mut entries } = batch;
        for form in &plan.forms {
            // What has nobody to go with is as well made alone.
            if entries.len() < 2 {
                break;
            }
            if self.is_refused(form) {
                continue;
            }
            let others = self.split(&step, form, &mut entries).await;
            if entries.len() > 1 {
                entries = self.by_form(&step, &plan, form, entries).await;
            }
            entries.extend(others);
        }
        for entry in entries {
            entry.tell(None);
        }
    }

    /// Takes out those that a form does not apply to, because they are not there.
    async fn split(&self, step: &Arc<str>, form: &FormPlan, entries: &mut Vec<Entry>) -> Vec<Entry> {
        let Some(find) = &form.find else { return Vec::new() };
        let mut items: Vec<Item> = entries.iter().map(|entry| entry.item.clone()).collect();
        let request = together::find_request(step, find, &items);
        let Some(reply) = ask(&self.wire, request).await.ok().flatten() else {
            return std::mem::take(entries);
        };
        let missing = together::found(find, &reply, &mut items);
        let mut others = Vec::new();
        for (place, (mut entry, item)) in std::mem::take(entries).into_iter().zip(items).enumerate() {
            if missing.contains(&place) {
                others.push(entry);
            } else {
                entry.item = item;
                entries.push(entry);
            }
        }
        others
    }

    /// Makes the request of many; gives all of them when the account may not use this form. Who gets no good row asks
    /// alone: what another form does might meet what this one is still doing.
    async fn by_form(
        &self,
        step: &Arc<str>,
        plan: &BulkPlan,
        form: &FormPlan,
        entries: Vec<Entry>,
    ) -> Vec<Entry> {
        let items: Vec<Item> = entries.iter().map(|entry| entry.item.clone()).collect();
        let answers = match self.rows(step, form, &items).await {
            Came::Rows(rows) => together::deal(&self.wire.session, plan, form, &rows, &items),
            Came::Refused => return entries,
            Came::Nothing => vec![None; entries.len()],
        };
        entries.into_iter().zip(answers).for_each(|(entry, answer)| entry.tell(answer.as_ref()));
        Vec::new()
    }

    async fn rows(&self, step: &Arc<str>, form: &FormPlan, items: &[Item]) -> Came {
        let may_be_job = form.list.is_some() && self.wire.session.plan().service.job.is_some();
        let _place = if may_be_job { self.jobs.place().await } else { None };
        let reply = match ask(&self.wire, together::request_of(step, form, items)).await {
            Ok(Some(reply)) => reply,
            Ok(None) => return Came::Nothing,
            Err(status) => {
                let keep = form.refused.iter().find(|(refusal, _)| *refusal == status);
                let Some((_, keep)) = keep else { return Came::Nothing };
                let until = clock::now() + *keep;
                self.refused.lock().unwrap_or_else(PoisonError::into_inner).insert(name_of(form), until);
                return Came::Refused;
            }
        };
        let job = self.wire.session.plan().service.job.as_ref().and_then(|job| together::job_id(job, &reply));
        let rows = match job {
            Some(id) => self.jobs.end_of(step, id).await,
            None => together::rows(form, &reply).map(<[Value]>::to_vec),
        };
        rows.map_or(Came::Nothing, Came::Rows)
    }

    fn is_refused(&self, form: &FormPlan) -> bool {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.get(&name_of(form)).is_some_and(|until| *until > clock::now())
    }
}

impl Entry {
    fn tell(self, answer: Option<&Answer>) {
        self.reply_to.into_iter().for_each(|to| to.send(answer.cloned()));
    }
}

fn name_of(form: &FormPlan) -> String {
    format!("{} {}", form.method, form.path)
}

/// The good reply to a request of the gatherer's own, after as many tries as are due.
///
/// # Errors
/// The status of a refusal: repeating does not help.
pub(super) async fn ask(wire: &Wire, mut request: Request) -> Result<Option<Value>, u16> {
    let mut has_renewed = false;
    loop {
        let sent = wire.send(&request).await;
        let retry_after = match sent.answer {
            Ok(Answer::Reply { status: 200..=299, body: Body::Json(reply), .. }) => {
                return Ok(Some(Arc::unwrap_or_clone(reply)));
            }
            Ok(Answer::Reply { status: 401, .. }) if !has_renewed && wire.session.auth().can_refresh() => {
                has_renewed = true;
                continue;
            }
            Ok(Answer::Reply { status: 408 | 429 | 500.., retry_after, .. }) => retry_after,
            Ok(Answer::Reply { status: status @ 400..=499, .. }) => return Err(status),
            Ok(Answer::Timeout | Answer::Unreachable { .. }) => None,
            Ok(Answer::Reply { .. }) | Err(_) => return Ok(None),
        };
        request.attempt = request.attempt.saturating_add(1);
        let Some(wait) = wait_before(request.attempt, retry_after, &wire.policy, clock::chance()) else {
            return Ok(None);
        };
        clock::wait(wait).await;
    }
}
