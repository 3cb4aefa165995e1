//! Jobs: an event of a batch with the account it goes to, and running them.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::accounts::Refusal;
use super::batch::{Batch, Item, Metadata};
use super::dynamic;
use super::message::{self, Message};
use super::served::Served;
use super::verdict::Answer;
use super::{Finish, Host};
use crate::deliver::{Deliverer, Handed, Shared};
use crate::run::Event;

/// An item and what became of it.
#[derive(Debug)]
pub(super) struct Done<'a> {
    pub(super) item: Item<'a>,
    pub(super) metadata: Metadata<'a>,
    /// `None` where the message goes back as it is: it is the result of an earlier call.
    pub(super) answer: Option<Answer>,
    /// The destination with its settings filled in from the event, where they come from it.
    pub(super) destination: Option<Box<RawValue>>,
    /// The request that the caller makes.
    pub(super) left: Option<Shared>,
    /// Requests that were made, as the mapping wants them shown.
    pub(super) shown: Vec<Shared>,
}

/// What became of an event that was run.
type End = (Answer, Option<Shared>, Vec<Shared>);

/// Runs the events of a batch; gives what became of each, in their order.
pub(super) async fn run<'a>(
    host: &Host,
    served: &Served,
    batch: &Batch<'a>,
    feature: &'static str,
) -> Vec<Done<'a>> {
    let mut jobs = Jobs::new(host, served);
    let mut lines = Lines::default();
    let mut all: Vec<Done<'a>> = Vec::with_capacity(batch.input.len());
    for (place, item) in batch.items().enumerate() {
        let metadata = Metadata::of(item);
        let (work, destination) = match jobs.prepare(item) {
            Ok(prepared) => prepared,
            Err(answer) => (Work::Answered(answer), None),
        };
        let answer = match work {
            Work::Answered(answer) => Some(answer),
            Work::GiveBack => None,
            Work::Run(deliverer, event) => {
                lines.push(place, &metadata, deliverer, event);
                Some(Answer::later("the event was not run to its end, by a fault of the host"))
            }
        };
        all.push(Done { item, metadata, answer, destination, left: None, shown: Vec::new() });
    }
    let on_end = |place: usize, (answer, left, shown): End| {
        if let Some(done) = all.get_mut(place) {
            (done.answer, done.left, done.shown) = (Some(answer), left, shown);
        }
    };
    lines.run(host.options.concurrency, host.finish(served), on_end).await;
    for done in &all {
        if let Some(answer) = &done.answer {
            host.metrics.event(feature, &served.name, &done.metadata, answer);
        }
    }
    all
}

/// Work on an item.
#[derive(Debug)]
enum Work {
    /// Run the event.
    Run(Deliverer, Event),
    /// Give the message back: it is the result of an earlier call.
    GiveBack,
    /// It is clear already.
    Answered(Answer),
}

/// What is looked at in a destination.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Destination<'a> {
    #[serde(borrow, default)]
    config: Option<&'a RawValue>,
    #[serde(default, rename = "hasDynamicConfig")]
    has_dynamic_config: Option<bool>,
}

/// Where events of a destination go.
#[derive(Clone, Debug)]
enum Target {
    /// The settings come from the event, wholly or in part.
    OfEvent,
    Account(Result<Deliverer, Refusal>),
}

/// Finds the work of the items of one batch; looks at each destination once.
#[derive(Debug)]
struct Jobs<'h, 'a> {
    host: &'h Host,
    served: &'h Served,
    /// By the whole text of a destination.
    targets: HashMap<&'a str, Target>,
}

impl<'h, 'a> Jobs<'h, 'a> {
    fn new(host: &'h Host, served: &'h Served) -> Self {
        Self { host, served, targets: HashMap::new() }
    }

    fn prepare(&mut self, item: Item<'a>) -> Result<(Work, Option<Box<RawValue>>), Answer> {
        let message = item.message.ok_or_else(|| Answer::bad_event("the item has no message"))?;
        let destination = item
            .destination
            .ok_or_else(|| Answer::later("the request does not have the event's destination"))?;
        let Target::Account(account) = self.target(destination.get())? else {
            return self.prepare_dynamic(item, message, destination);
        };
        let work = match read(message.get())? {
            Message::Transformed => Work::GiveBack,
            Message::Event(event) => Work::Run(account.map_err(|why| Answer::bad_settings(&*why))?, event),
        };
        Ok((work, None))
    }

    fn target(&mut self, destination: &'a str) -> Result<Target, Answer> {
        if let Some(target) = self.targets.get(destination) {
            return Ok(target.clone());
        }
        let parsed: Destination<'a> = serde_json::from_str(destination)
            .map_err(|_| Answer::bad_settings("the destination cannot be read"))?;
        let settings = parsed.config.map_or("{}", RawValue::get);
        let is_dynamic = parsed.has_dynamic_config != Some(false) && dynamic::may_be_dynamic(settings);
        let target = if is_dynamic {
            Target::OfEvent
        } else {
            Target::Account(self.host.accounts.get(self.served, settings))
        };
        self.targets.insert(destination, target.clone());
        Ok(target)
    }

    /// The settings come from the event, wholly or in part.
    fn prepare_dynamic(
        &self,
        item: Item<'_>,
        message: &RawValue,
        destination: &RawValue,
    ) -> Result<(Work, Option<Box<RawValue>>), Answer> {
        let bad = |_| Answer::bad_event("the message cannot be read");
        let mut message: Value = serde_json::from_str(message.get()).map_err(bad)?;
        let metadata =
            item.metadata.and_then(|text| serde_json::from_str(text.get()).ok()).unwrap_or_default();
        let mut destination: Value = serde_json::from_str(destination.get()).map_err(bad)?;
        let mut settings = Value::Null;
        if let Some(config) = destination.get_mut("Config") {
            dynamic::resolve(config, &mut message, &metadata);
            settings = config.clone();
        }
        let destination = to_raw_value(&destination).map_err(bad)?;
        let work = match read(&message.to_string())? {
            Message::Transformed => Work::GiveBack,
            Message::Event(event) => {
                let account = self.host.accounts.get(self.served, &settings.to_string());
                Work::Run(account.map_err(|why| Answer::bad_settings(&*why))?, event)
            }
        };
        Ok((work, Some(destination)))
    }
}

fn read(message: &str) -> Result<Message, Answer> {
    message::read(message).ok_or_else(|| Answer::bad_event("the message cannot be read"))
}

/// Events that go one after another, each with its place in the batch.
type Line = Vec<(usize, Deliverer, Event)>;

/// Runs events. Those of one user go one after another, in their order, the rest side by side.
///
/// After an event that is to be repeated, the later ones of its user are not run: they come again behind it.
#[derive(Debug, Default)]
struct Lines<'a> {
    /// Places of the lines of users at destinations.
    by_user: HashMap<(Option<String>, &'a str), usize>,
    lines: Vec<Line>,
}

impl<'a> Lines<'a> {
    /// Takes an event that has this place in its batch.
    fn push(&mut self, place: usize, metadata: &Metadata<'a>, deliverer: Deliverer, event: Event) {
        let event = (place, deliverer, event);
        let Some(user) = metadata.user() else {
            self.lines.push(vec![event]);
            return;
        };
        let key = (metadata.destination_id().map(str::to_owned), user);
        let line = *self.by_user.entry(key).or_insert(self.lines.len());
        match self.lines.get_mut(line) {
            Some(line) => line.push(event),
            None => self.lines.push(vec![event]),
        }
    }

    /// Runs all, at most so many at the same time, and hands over each answer with its place.
    async fn run(self, concurrency: usize, finish: Finish, mut on_end: impl FnMut(usize, End)) {
        let permits = Arc::new(Semaphore::new(concurrency.max(1)));
        let mut running = JoinSet::new();
        for line in self.lines {
            running.spawn(run_line(line, finish, permits.clone()));
        }
        while let Some(done) = running.join_next().await {
            // A line that ends in a panic has no answers; its events count as to be repeated.
            done.into_iter().flatten().for_each(|(place, end)| on_end(place, end));
        }
    }
}

async fn run_line(line: Line, finish: Finish, permits: Arc<Semaphore>) -> Vec<(usize, End)> {
    let mut ends = Vec::with_capacity(line.len());
    let mut is_held = false;
    for (place, deliverer, event) in line {
        if is_held {
            let why = "an earlier event of this user has to be delivered first";
            ends.push((place, (Answer::later(why), None, Vec::new())));
            continue;
        }
        let permit = permits.acquire().await;
        let end = match finish {
            Finish::Engine => (Answer::of(deliverer.deliver_one(event).await), None, Vec::new()),
            Finish::Host => {
                let Handed { outcome, left, shown } = deliverer.deliver_for_host(event).await;
                (Answer::of(outcome), left, shown)
            }
        };
        drop(permit);
        is_held = end.0.is_repeated();
        ends.push((place, end));
    }
    ends
}
