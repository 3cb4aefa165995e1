//! `mapwright deliver`: sends events and says what became of them.

use std::sync::Arc;
use std::time::Duration;

use super::args::{DeliverArgs, Format};
use super::counts::{Counts, Ends};
use super::exit::Exit;
use super::output::{Done, Ended, Output, Problem};
use super::progress::Progress;
use super::project::Project;
use super::target::Target;
use super::{apply, open, settings, signals};
use crate::deliver::{
    DeadLetterError, DeadLetters, Deliverer, Doing, Finished, Input, Journal, Lines, NotSent, Options,
    RetryPolicy, Source, Spent, Stop, Summary,
};
use crate::run::{Limits, Verdict};

/// Rejected and failed events that are shown; more are counted.
const SHOWN: u64 = 20;

/// Runs the command.
pub(super) fn run(args: &DeliverArgs, output: &mut Output) -> Done {
    let project = Project::read()?;
    if let Some(saved) = &args.plan {
        return apply::run(args, saved, &project, output);
    }
    let plan = open::plan(&project.mapping(args.mapping.mapping.as_deref())?, output)?;
    let input = Input::open(&args.events).map_err(|error| Problem::unreadable(error.to_string()))?;
    let letters = args.dead_letters.as_deref().map(|path| DeadLetters::open(path, plan.hash())).transpose();
    let letters = letters.map_err(|error| Problem::unreadable(error.to_string()))?;
    let settings = settings::of(&args.settings, &args.target, &project)?;
    let session = open::session(plan, &settings)?;
    let journal = args.journal.as_deref().map(Journal::open).transpose();
    let journal = journal.map_err(|error| Problem::unreadable(error.to_string()))?;
    let runtime = tokio::runtime::Runtime::new()?;
    let done = runtime.block_on(async {
        let target = Target::open(&args.target).await?;
        let counts = Counts::open(args.metrics, &session).await?;
        let transport = counts.counting(Arc::new(target.transport(&session)?));
        let deliverer = Deliverer::new(session, transport, options(args));
        let deliverer = match journal {
            Some(journal) => deliverer.with_journal(journal),
            None => deliverer,
        };
        let stop = Stop::default();
        let all_are = match (&args.journal, &letters) {
            (Some(_), _) => "`mapwright dead-letters list` shows them all",
            (None, Some(_)) => "all are in the dead letters",
            (None, None) => "--dead-letters FILE keeps them all",
        };
        let ends = counts.begin(&deliverer, output);
        let progress = Progress::of(&args.events);
        let manner = Manner { progress, letters, all_are, ends, format: args.format };
        let done = deliver(&deliverer, Lines::of(input, stop.clone()), stop, manner, output).await;
        target.close().await;
        done
    });
    // What still reads from a terminal is not waited for.
    runtime.shutdown_background();
    done
}

pub(super) fn options(args: &DeliverArgs) -> Options {
    Options {
        concurrency: usize::from(args.concurrency),
        retry: RetryPolicy { attempts: args.attempts, ..RetryPolicy::default() },
        tries: RetryPolicy { attempts: args.tries, ..RetryPolicy::default() },
        limits: Limits { trace: args.dead_letters.is_some() || args.journal.is_some(), ..Limits::default() },
        ..Options::default()
    }
}

/// How a delivery is shown, and where its dead letters go.
pub(super) struct Manner {
    pub(super) progress: Progress,
    pub(super) letters: Option<DeadLetters>,
    /// Where events are to be found that are not shown.
    pub(super) all_are: &'static str,
    pub(super) ends: Ends,
    pub(super) format: Format,
}

/// Between two looks at what a delivery waits for.
const LOOK: Duration = Duration::from_millis(500);

/// Delivers what a source gives out, until its end or until somebody wishes to stop.
pub(super) async fn deliver<S: Source>(
    deliverer: &Deliverer,
    source: S,
    stop: Stop,
    manner: Manner,
    output: &mut Output,
) -> Done {
    let Manner { progress, letters, all_are, ends, format } = manner;
    let bar = progress.clone();
    let mut report =
        Report { progress, output, letters, ends, stop: stop.clone(), shown: 0, unshown: 0, broken: None };
    let look = async {
        loop {
            tokio::time::sleep(LOOK).await;
            bar.say(if stop.is_stopped() { "(stopping)".to_owned() } else { describe_now(deliverer) });
        }
    };
    let watch = async {
        signals::asked_to_end().await;
        stop.stop();
        signals::asked_to_end().await;
    };
    let ended = tokio::select! {
        ended = deliverer.deliver_from(source, &stop, |finished| report.take(finished)) => Some(ended),
        () = watch => None,
        () = look => None,
    };
    report.progress.finish();
    report.show_rest(all_are);
    let Report { output, broken, .. } = report;
    let Some((summary, source_error)) = ended else {
        output.note("stopped at once: what was under way may or may not have arrived");
        return Ok(Exit::NotDelivered);
    };
    if let Some(left) = &summary.not_sent {
        output.note(describe_left(left));
    }
    show(&summary, format, output)?;
    match (broken, source_error) {
        (Some(error), _) => Err(Problem::unreadable(error.to_string()).into()),
        (None, Some(error)) => Err(Problem::unreadable(error.to_string()).into()),
        (None, None) => Ok(exit_of(&summary)),
    }
}

/// What happens as each event is finished.
struct Report<'a> {
    progress: Progress,
    output: &'a mut Output,
    letters: Option<DeadLetters>,
    ends: Ends,
    stop: Stop,
    shown: u64,
    unshown: u64,
    /// The dead letters cannot be kept, so that nothing more is begun.
    broken: Option<DeadLetterError>,
}

impl Report<'_> {
    fn take(&mut self, finished: &Finished) {
        self.progress.step();
        self.ends.count(&finished.outcome.verdict);
        if let Some(letters) = &mut self.letters
            && let Err(error) = letters.keep(finished)
        {
            self.stop.stop();
            self.broken.get_or_insert(error);
        }
        self.show(finished);
    }

    fn show(&mut self, finished: &Finished) {
        let verdict = &finished.outcome.verdict;
        let (Verdict::Rejected { why } | Verdict::Failed { why, .. }) = verdict else { return };
        if self.shown == SHOWN {
            self.unshown += 1;
            return;
        }
        self.shown += 1;
        let line = format!("{}:{}: {}: {why}", finished.line.file, finished.line.line, verdict.name());
        self.progress.note(self.output, line);
    }

    fn show_rest(&mut self, all_are: &str) {
        if self.unshown > 0 {
            self.output.note(format_args!("… and {} more; {all_are}", self.unshown));
        }
    }
}

pub(super) fn show(summary: &Summary, format: Format, output: &mut Output) -> Result<(), Ended> {
    match format {
        Format::Json => output.print(summary.to_json()),
        Format::Text => output.print(describe(summary)),
    }
}

pub(super) fn describe(summary: &Summary) -> String {
    let Summary { events, delivered, skipped, rejected, failed, requests, .. } = summary;
    let total = requests.read + requests.write;
    let before = match summary.done_before {
        0 => String::new(),
        before => format!("{before} {} done before\n", plural(before, "event")),
    };
    format!(
        "{before}{events} {}: {delivered} delivered, {skipped} skipped, {rejected} rejected, {failed} failed\n\
         {total} {}: {} to read, {} to write{}",
        plural(*events, "event"),
        plural(total, "request"),
        requests.read,
        requests.write,
        describe_spent(&summary.spent),
    )
}

/// What the account has left, and what its requests wait for.
fn describe_now(deliverer: &Deliverer) -> String {
    let left = deliverer.left().map(|(left, time)| format!("{left} requests left for {} s", time.as_secs()));
    let spent = deliverer.spent();
    let waits = [Doing::Limits, Doing::Job, Doing::BackOff].map(|doing| (spent.of(doing).now, doing.about()));
    let waits = waits.iter().filter(|(now, _)| *now > 0).map(|(now, about)| format!("{now} {about}"));
    let parts: Vec<String> = left.into_iter().chain(waits).collect();
    if parts.is_empty() { String::new() } else { format!("({})", parts.join(", ")) }
}

/// What requests spent their time with, the most first; nothing where that is not worth a line.
fn describe_spent(spent: &Spent) -> String {
    let mut shares = Doing::ALL.map(|doing| (spent.of(doing).spent, doing.about()));
    let whole: f64 = shares.iter().map(|(spent, _)| spent.as_secs_f64()).sum();
    if whole < 1.0 {
        return String::new();
    }
    shares.sort_by_key(|(spent, _)| std::cmp::Reverse(*spent));
    let percent = |(spent, about): &(Duration, &str)| {
        let percent = (spent.as_secs_f64() / whole * 100.0).round();
        (percent >= 1.0).then(|| format!("{percent:.0} % {about}"))
    };
    let shares: Vec<String> = shares.iter().filter_map(percent).collect();
    format!("\ntheir time: {}", shares.join(", "))
}

pub(super) fn describe_left(left: &NotSent) -> String {
    let at_least = if left.at_least { "at least " } else { "" };
    format!("stopped: {at_least}{} {} not sent", left.events, plural(left.events, "event"))
}

fn plural(count: u64, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

pub(super) fn exit_of(summary: &Summary) -> Exit {
    if summary.failed > 0 || summary.not_sent.is_some() {
        Exit::NotDelivered
    } else if summary.rejected > 0 {
        Exit::Findings
    } else {
        Exit::Fine
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::Requests;

    #[test]
    fn failed_weighs_more_than_rejected() {
        let summary = Summary { rejected: 1, ..Summary::default() };
        assert_eq!(exit_of(&Summary::default()), Exit::Fine);
        assert_eq!(exit_of(&summary), Exit::Findings);
        assert_eq!(exit_of(&Summary { failed: 1, ..summary }), Exit::NotDelivered);
        let not_sent = Some(NotSent { events: 1, at_least: false });
        assert_eq!(exit_of(&Summary { not_sent, ..summary }), Exit::NotDelivered);
    }

    #[test]
    fn tells_the_numbers() {
        let requests = Requests { read: 2, write: 1 };
        let summary = Summary { events: 1, delivered: 1, requests, ..Summary::default() };
        assert_eq!(
            describe(&summary),
            "1 event: 1 delivered, 0 skipped, 0 rejected, 0 failed\n3 requests: 2 to read, 1 to write"
        );
        let left = NotSent { events: 7, at_least: true };
        assert_eq!(describe_left(&left), "stopped: at least 7 events not sent");
    }
}
