//! `mapwright deliver --plan`: does what a saved plan says and nothing else.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::args::{DeliverArgs, Format};
use super::deliver::{describe, describe_left, exit_of, options};
use super::exit::Exit;
use super::output::{Done, Ended, Output, Problem};
use super::project::Project;
use super::target::Target;
use super::{file, open, settings, signals};
use crate::deliver::{Applied, DeadLetters, Deliverer, Finished, Line, NotSent, Stop, Summary};
use crate::plan::{self, SavedEvent, SavedPlan};
use crate::run::{Blame, Outcome, Session, Trace, Verdict};

/// Delivers the events of a saved plan.
pub(super) fn run(args: &DeliverArgs, path: &Path, project: &Project, output: &mut Output) -> Done {
    let mapping = open::plan(&project.mapping(args.mapping.mapping.as_deref())?, output)?;
    let saved = SavedPlan::read(&file::read_text(path)?);
    let saved = saved.map_err(|bad| Problem::unreadable(format!("cannot read {}: {bad}", path.display())))?;
    if saved.mapping != mapping.hash() {
        return Err(moved("the mapping is not the one that the plan was made with").into());
    }
    let letters =
        args.dead_letters.as_deref().map(|path| DeadLetters::open(path, mapping.hash())).transpose();
    let letters = letters.map_err(|error| Problem::unreadable(error.to_string()))?;
    let settings = settings::of(&args.settings, &args.target, project)?;
    let session = open::session(mapping, &settings)?;
    if saved.settings != plan::fingerprint(&session) {
        return Err(moved("the settings are not those that the plan was made with").into());
    }
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let target = Target::open(&args.target).await?;
        let done = apply(args, session, &target, &saved, letters, output).await;
        target.close().await;
        done
    })
}

fn moved(what: &str) -> Problem {
    Problem::not_delivered(format!("{what}; nothing was sent"))
        .with_help("make a new plan with `mapwright plan`")
}

async fn apply(
    args: &DeliverArgs,
    session: Arc<Session>,
    target: &Target,
    saved: &SavedPlan,
    letters: Option<DeadLetters>,
    output: &mut Output,
) -> Done {
    let transport = target.transport(&session)?;
    let deliverer = Deliverer::new(session, Arc::new(transport), options(args));
    let stop = Stop::default();
    let watch = async {
        signals::asked_to_end().await;
        stop.stop();
        signals::asked_to_end().await;
    };
    let done = tokio::select! {
        done = all(&deliverer, saved, &stop, letters, output) => done?,
        () = watch => {
            output.note("stopped at once: what was under way may or may not have arrived");
            return Ok(Exit::NotDelivered);
        }
    };
    let Told { mut summary, refused } = done;
    if let Some(left) = &summary.not_sent {
        output.note(describe_left(left));
    }
    summary.requests = deliverer.requests();
    match args.format {
        Format::Text => {
            output.print(describe(&summary))?;
            if refused > 0 {
                output.print(format_args!(
                    "{refused} of the failed were refused: they would not do what the plan says"
                ))?;
            }
        }
        Format::Json => {
            let mut told = summary.to_json();
            if let Value::Object(told) = &mut told {
                told.insert("refused".into(), refused.into());
            }
            output.print(told)?;
        }
    }
    Ok(if refused > 0 { Exit::NotDelivered } else { exit_of(&summary) })
}

/// What became of the events.
#[derive(Default)]
struct Told {
    summary: Summary,
    refused: u64,
}

/// Delivers the events one after another, as long as nobody wishes to stop.
async fn all(
    deliverer: &Deliverer,
    saved: &SavedPlan,
    stop: &Stop,
    mut letters: Option<DeadLetters>,
    output: &mut Output,
) -> Result<Told, Ended> {
    let mut told = Told::default();
    for (number, event) in (0_u64..).zip(&saved.events) {
        if stop.is_stopped() {
            let events = (saved.events.len() as u64).saturating_sub(number);
            told.summary.not_sent = Some(NotSent { events, at_least: false });
            break;
        }
        let (outcome, is_refused) = one(deliverer, event).await;
        told.refused += u64::from(is_refused);
        if let Some(why) =
            outcome.verdict.why().filter(|_| !matches!(outcome.verdict, Verdict::Skipped { .. }))
        {
            let what = if is_refused { "refused" } else { outcome.verdict.name() };
            output.note(format_args!("{}: {what}: {why}", event.place()));
        }
        told.summary.count(&outcome.verdict);
        if let (Some(letters), Some(content)) = (&mut letters, &event.event) {
            let line =
                Line { file: event.file.as_str().into(), line: event.line, content: Ok(content.clone()) };
            let kept = letters.keep(&Finished { line, outcome, is_unknown: false });
            kept.map_err(|error| Problem::unreadable(error.to_string()))?;
        }
    }
    Ok(told)
}

/// What became of an event, and whether it was refused.
async fn one(deliverer: &Deliverer, saved: &SavedEvent) -> (Outcome, bool) {
    let ended =
        |verdict| Outcome { verdict, blame: Blame::Event, notes: Vec::new(), trace: Trace::default() };
    let Some(event) = &saved.event else {
        return (ended(Verdict::Rejected { why: "the line is no event".into() }), false);
    };
    match deliverer.apply_one(event, &saved.plan).await {
        Applied::Done(outcome) => (outcome, false),
        Applied::Refused { why, made } => {
            let after = match made {
                0 => String::new(),
                1 => ", after 1 write of the plan".to_owned(),
                made => format!(", after {made} writes of the plan"),
            };
            (ended(Verdict::failed(format!("{why}{after}"))), true)
        }
    }
}
