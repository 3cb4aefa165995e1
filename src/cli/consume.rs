//! `mapwright consume` and `mapwright publish`: events from and into a broker's stream.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::runtime::Runtime;

use super::args::{ConsumeArgs, PublishArgs, StreamArgs};
use super::counts::{Counts, Ends};
use super::deliver::show;
use super::exit::Exit;
use super::output::{Done, Output, Problem};
use super::project::Project;
use super::target::Target;
use super::{open, settings, signals, watched};
#[cfg(feature = "kafka")]
use crate::consume::kafka::{Kafka, TopicPlace};
use crate::consume::nats::{Connection, JetStream, NatsBudget, StreamPlace, publish};
use crate::deliver::{
    Deliverer, Doing, Finished, Input, Options, RetryPolicy, Source, SourceError, Stop, Summary,
};
use crate::run::{Limits, Verdict};

/// Runs `consume`.
pub(super) fn run(args: &ConsumeArgs, output: &mut Output) -> Done {
    let runtime = Runtime::new()?;
    let watched = watched::begin(&args.watch, output, runtime.handle())?;
    let done = runtime.block_on(consume(args, output));
    watched.end();
    done
}

async fn consume(args: &ConsumeArgs, output: &mut Output) -> Done {
    let broker = Broker::of(args)?;
    let project = Project::read()?;
    let plan = open::plan(&project.mapping(args.mapping.mapping.as_deref())?, output)?;
    let settings = settings::of(&args.settings, &args.target, &project)?;
    let mapping = plan.hash().to_owned();
    let session = open::session(plan, &settings)?;
    let target = Target::open(&args.target).await?;
    let counts = Counts::open(args.metrics, &session).await?;
    let transport = counts.counting(Arc::new(target.transport(&session)?));
    let deliverer = |options, output: &mut Output| {
        let deliverer = Deliverer::new(session, transport, options);
        let ends = counts.begin(&deliverer, output);
        (deliverer, ends)
    };
    let (summary, broken) = match broker {
        Broker::Nats(place) => {
            let connection = connect(&args.stream).await?;
            let budget = NatsBudget::open(&connection, &place).await.map_err(|error| unreachable(&error))?;
            let source = JetStream::open(&connection, &place, &mapping).await;
            let source = source.map_err(|error| unreachable(&error))?;
            output.print(format_args!("consuming {} from {} partitions", place.stream, place.partitions))?;
            let options = Options { budget: Some(Arc::new(budget)), ..options(args) };
            consume_until(args, deliverer(options, output), source).await
        }
        #[cfg(feature = "kafka")]
        Broker::Kafka(place) => {
            let source = Kafka::open(&place, &mapping).map_err(|error| unreachable(&error))?;
            output.print(format_args!("consuming {} in the group {}", place.topic, place.group))?;
            consume_until(args, deliverer(options(args), output), source).await
        }
    };
    target.close().await;
    show(&summary, args.format, output)?;
    match broken {
        Some(error) => Err(unreachable(&error).into()),
        None => Ok(Exit::Fine),
    }
}

/// Where the events lie.
enum Broker {
    Nats(StreamPlace),
    #[cfg(feature = "kafka")]
    Kafka(TopicPlace),
}

impl Broker {
    fn of(args: &ConsumeArgs) -> Result<Self, Problem> {
        #[cfg(feature = "kafka")]
        if let (Some(brokers), Some(topic)) = (&args.kafka.kafka, &args.kafka.topic) {
            let option = |text: &String| {
                let (name, value) = text.split_once('=').ok_or_else(|| {
                    Problem::usage(format!("`--kafka-option {text}` has no value"))
                        .with_help("write NAME=VALUE")
                })?;
                Ok((name.to_owned(), value.to_owned()))
            };
            let options = args.kafka.kafka_option.iter().map(option).collect::<Result<_, Problem>>()?;
            let (brokers, topic, group) = (brokers.clone(), topic.clone(), args.kafka.group.clone());
            return Ok(Self::Kafka(TopicPlace { brokers, topic, group, options }));
        }
        place(&args.stream).map(Self::Nats)
    }
}

/// Consumes until somebody wishes to stop, or nothing has come for long enough.
async fn consume_until<S: Source>(
    args: &ConsumeArgs,
    (deliverer, ends): (Deliverer, Ends),
    source: S,
) -> (Summary, Option<SourceError>) {
    let stop = Stop::default();
    let (ended, account) = (AtomicU64::new(0), deliverer.clone());
    let asked = async {
        tokio::select! {
            () = signals::asked_to_end() => {}
            () = idle(args.idle, &ended, &account) => {}
        }
        stop.stop();
        std::future::pending().await
    };
    let on_finished = |finished: &Finished| {
        ended.fetch_add(1, Ordering::Relaxed);
        ends.count(&finished.outcome.verdict);
        say(finished);
    };
    tokio::select! {
        done = deliverer.deliver_from(source, &stop, on_finished) => done,
        done = asked => done,
    }
}

/// Returns when no event has ended for so many seconds, and none is under way.
async fn idle(seconds: Option<u16>, ended: &AtomicU64, account: &Deliverer) {
    let Some(seconds) = seconds else { return std::future::pending().await };
    let mut before = None;
    loop {
        let now = ended.load(Ordering::Relaxed);
        let spent = account.spent();
        let is_busy = Doing::ALL.iter().any(|doing| spent.of(*doing).now > 0);
        if before.replace(now) == Some(now) && !is_busy {
            return;
        }
        tokio::time::sleep(Duration::from_secs(seconds.into())).await;
    }
}

/// Says in the log that an event is a dead letter.
fn say(finished: &Finished) {
    let Finished { line, outcome, .. } = finished;
    if let Verdict::Rejected { why } | Verdict::Failed { why, .. } = &outcome.verdict {
        tracing::warn!(subject = &*line.file, sequence = line.line, "{}: {why}", outcome.verdict.name());
    }
}

fn options(args: &ConsumeArgs) -> Options {
    Options {
        concurrency: args.concurrency.into(),
        retry: RetryPolicy { attempts: args.attempts, ..RetryPolicy::default() },
        tries: RetryPolicy { attempts: args.tries, ..RetryPolicy::default() },
        rate: args.rate,
        budget: None,
        limits: Limits { trace: true, ..Limits::default() },
    }
}

/// Runs `publish`.
pub(super) fn run_publish(args: &PublishArgs, output: &mut Output) -> Done {
    let project = Project::read()?;
    let place = place(&args.stream)?;
    let plan = open::plan(&project.mapping(args.mapping.mapping.as_deref())?, output)?;
    let input = Input::open(&args.events).map_err(|error| Problem::unreadable(error.to_string()))?;
    Runtime::new()?.block_on(async {
        let connection = connect(&args.stream).await?;
        let published = publish(&connection, &place, &plan, input, |line| {
            if let Err(unreadable) = &line.content {
                output.note(format_args!("{}:{}: not published: {}", line.file, line.line, unreadable.why));
            }
        });
        let published = published.await.map_err(|error| unreachable(&error))?;
        let repeated = match published.repeated {
            0 => String::new(),
            repeated => format!(", {repeated} published before"),
        };
        output.print(format_args!("{} events in {}{repeated}", published.events, place.stream))?;
        Ok(if published.unreadable > 0 { Exit::Findings } else { Exit::Fine })
    })
}

async fn connect(args: &StreamArgs) -> Result<Connection, Problem> {
    let url = args.nats.as_deref().unwrap_or_default();
    let connection = Connection::open(url, args.nats_credentials.as_deref()).await;
    connection.map_err(|error| unreachable(&error))
}

fn unreachable(error: &SourceError) -> Problem {
    Problem::not_delivered(error.to_string())
}

/// Where the events of a stream lie.
fn place(args: &StreamArgs) -> Result<StreamPlace, Problem> {
    let (Some(_), Some(stream)) = (&args.nats, &args.stream) else {
        let help = "say --nats URL and --stream NAME";
        return Err(Problem::usage("no broker is named".to_owned()).with_help(help));
    };
    let subject = args.subject.clone().unwrap_or_else(|| stream.to_lowercase());
    let is_name = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    if !is_name(stream) {
        return Err(Problem::usage(format!("`{stream}` cannot be the name of a stream"))
            .with_help("use letters, digits, - and _"));
    }
    if !subject.split('.').all(is_name) {
        return Err(Problem::usage(format!("`{subject}` cannot be the beginning of a subject"))
            .with_help("use letters, digits, - and _, in parts with dots between them"));
    }
    Ok(StreamPlace { stream: stream.clone(), subject, partitions: args.partitions })
}
