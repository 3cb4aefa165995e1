//! Jobs: an event of a batch with the account it goes to, and running them.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use tokio::time::Instant;

use super::accounts::Refusal;
use super::batch::{Batch, Item, Metadata};
use super::dynamic;
use super::lines::{End, Lines, Ran, Task, Way};
use super::message::{self, Message};
use super::metrics::Origin;
use super::served::Served;
use super::shares::{Share, TOO_MANY};
use super::verdict::Answer;
use super::{Host, log, trace};
use crate::deliver::{Deliverer, Shared};
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
    origin: Arc<Origin>,
}

/// What an event is told that has no answer of its own.
const NO_END: &str = "the event was not run to its end, by a fault of the host";

/// The same, when there was no time for one.
const LATE: &str = "the event was not at its end when the time of its call was over";

/// Runs the events of a batch; gives what became of each, in their order.
pub(super) async fn run<'a>(
    host: &Host,
    served: &Served,
    batch: &Batch<'a>,
    feature: &'static str,
    deadline: Instant,
) -> Vec<Done<'a>> {
    let mut jobs = Jobs::new(host, served);
    let mut lines = Lines::new();
    let mut all: Vec<Done<'a>> = Vec::with_capacity(batch.input.len());
    for (place, item) in batch.items().enumerate() {
        let metadata = Metadata::of(item);
        let origin = host.metrics.origin(feature, &served.name, &metadata);
        let (work, destination) = match jobs.prepare(item) {
            Ok(prepared) => prepared,
            Err(answer) => (Work::Answered(answer), None),
        };
        let answer = match work {
            Work::Answered(answer) => Some(answer),
            Work::GiveBack => None,
            Work::Run(deliverer, event) => {
                let user = metadata.user().map(|user| (metadata.destination_id().map(str::to_owned), user));
                let span = trace::event(&served.name, &metadata);
                lines.push(place, user, Task { deliverer, event, origin: origin.clone(), span });
                Some(Answer::later(NO_END))
            }
        };
        all.push(Done { item, metadata, answer, destination, left: None, shown: Vec::new(), origin });
    }
    let on_end = |place: usize, (answer, left, shown): End| {
        if let Some(done) = all.get_mut(place) {
            (done.answer, done.left, done.shown) = (Some(answer), left, shown);
        }
    };
    let way = Way { finish: host.finish(served), is_mixed: jobs.shares.len() > 1 };
    if lines.run(way, deadline, on_end).await == Ran::Late {
        let open = all.iter_mut().filter_map(|done| done.answer.as_mut());
        for answer in open.filter(|answer| answer.error.as_deref() == Some(NO_END)) {
            *answer = Answer::later(LATE);
        }
    }
    for done in &all {
        done.tell(served);
    }
    all
}

impl Done<'_> {
    /// Counts the event, and logs it if it has failed.
    fn tell(&self, served: &Served) {
        let Some(answer) = &self.answer else { return };
        self.origin.answered(answer, self.left.is_some());
        if answer.is_failure() {
            let destination = self.destination.as_deref().or(self.item.destination);
            let parsed =
                destination.and_then(|text| serde_json::from_str::<Destination<'_>>(text.get()).ok());
            log::failed(served, &self.metadata, parsed.and_then(|parsed| parsed.config), answer);
        }
    }
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
    /// By the number of an account; `None` when it has too much of the host already.
    shares: HashMap<usize, Option<Share>>,
}

impl<'h, 'a> Jobs<'h, 'a> {
    fn new(host: &'h Host, served: &'h Served) -> Self {
        Self { host, served, targets: HashMap::new(), shares: HashMap::new() }
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
            Message::Event(event) => self.work(account, event)?,
        };
        Ok((work, None))
    }

    /// The work on an event of an account that has its share of the host.
    fn work(&mut self, account: Result<Deliverer, Refusal>, event: Event) -> Result<Work, Answer> {
        let account = account.map_err(|why| Answer::bad_settings(&*why))?;
        let share = self.shares.entry(account.number()).or_insert_with(|| self.host.share(&account));
        if share.is_none() {
            return Err(Answer::later(TOO_MANY));
        }
        Ok(Work::Run(account, event))
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
            Target::Account(self.host.account(self.served, settings))
        };
        self.targets.insert(destination, target.clone());
        Ok(target)
    }

    /// The settings come from the event, wholly or in part.
    fn prepare_dynamic(
        &mut self,
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
                self.work(self.host.account(self.served, &settings.to_string()), event)?
            }
        };
        Ok((work, Some(destination)))
    }
}

fn read(message: &str) -> Result<Message, Answer> {
    message::read(message).ok_or_else(|| Answer::bad_event("the message cannot be read"))
}
