//! The driver: posts batches, eight at a time, and looks at each answer.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use super::events::Kind;
use super::http::{Connection, request};
use super::process::{Process, own_cpu};
use super::{BATCH, Done};

/// Posts events of one kind to a host.
pub(crate) struct Driver<'h> {
    host: &'h Process,
    kind: Kind,
    keep_alive: bool,
    /// The person of the next event.
    next: Cell<u64>,
}

/// What came out.
pub(crate) struct Measured {
    /// Events of a second.
    rate: f64,
    /// Median and 99th hundredth of the times of batches.
    p50: Duration,
    p99: Duration,
    /// CPU time of the host for an event.
    cpu: Duration,
    /// Most memory of the host in MB.
    peak: f64,
    /// Requests to the destination for an event.
    requests: f64,
    /// Share of the time that the other core was busy.
    other: f64,
}

impl Measured {
    /// What the columns of [`Measured::line`] are.
    pub(crate) const HEADS: &str =
        "events/s  p50 ms  p99 ms  CPU µs/event  events/CPU-s  peak MB  requests/event  other core";

    /// A row of the table.
    pub(crate) fn line(&self, name: &str) -> String {
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        format!(
            "{:8.0}  {:6.1}  {:6.1}  {:12.1}  {:12.0}  {:7.1}  {:14.2}  {:8.0} %  {name}",
            self.rate,
            milliseconds(self.p50),
            milliseconds(self.p99),
            self.cpu.as_secs_f64() * 1e6,
            1.0 / self.cpu.as_secs_f64(),
            self.peak,
            self.requests,
            self.other * 100.0
        )
    }
}

impl<'h> Driver<'h> {
    pub(crate) fn new(host: &'h Process, kind: Kind, keep_alive: bool) -> Self {
        Self { host, kind, keep_alive, next: Cell::new(1_000_000) }
    }

    /// Posts for some time and says what that took; `sandbox` is on the other core as well.
    pub(crate) async fn measure(&self, time: Duration, sandbox: Option<&Process>) -> Done<Measured> {
        let other = || {
            Ok::<_, Box<dyn std::error::Error>>(
                own_cpu()? + sandbox.map_or(Ok(Duration::ZERO), Process::cpu)?,
            )
        };
        let (requests, cpu, others, begun) =
            (self.host.requests().await?, self.host.cpu()?, other()?, Instant::now());
        let mut times = self.run(time).await?;
        let took = begun.elapsed();
        let (cpu, others) = (self.host.cpu()?.saturating_sub(cpu), other()?.saturating_sub(others));
        let n_events = times.len() as f64 * BATCH as f64;
        times.sort();
        let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
        Ok(Measured {
            rate: n_events / took.as_secs_f64(),
            p50: at(50),
            p99: at(99),
            cpu: cpu.div_f64(n_events),
            peak: self.host.peak()?,
            requests: (self.host.requests().await? - requests) / n_events,
            other: others.as_secs_f64() / took.as_secs_f64(),
        })
    }

    /// Posts for some time, eight batches at a time; gives how long each took.
    pub(crate) async fn run(&self, time: Duration) -> Done<Vec<Duration>> {
        let (begun, times) = (Instant::now(), RefCell::new(Vec::new()));
        let one = async || -> Done {
            let mut connection = None;
            while begun.elapsed() < time {
                let took = self.post(&mut connection, BATCH).await?;
                times.borrow_mut().push(took);
            }
            Ok(())
        };
        let four = async || tokio::try_join!(one(), one(), one(), one());
        tokio::try_join!(four(), four())?;
        Ok(times.into_inner())
    }

    /// Posts one batch; gives how long it took.
    pub(crate) async fn batch(&self, count: usize) -> Done<Duration> {
        self.post(&mut None, count).await
    }

    async fn post(&self, connection: &mut Option<Connection>, count: usize) -> Done<Duration> {
        let first = self.next.get();
        self.next.set(first + count as u64);
        let body = self.kind.batch(first, count);
        let bytes = request("POST /routerTransform", body.as_bytes(), self.keep_alive);
        let begun = Instant::now();
        let mut kept = match connection.take() {
            Some(kept) => kept,
            None => Connection::to(&self.host.address).await?,
        };
        kept.write(&bytes).await?;
        let answer = kept.read().await?.ok_or("the host closed without an answer")?;
        let took = begun.elapsed();
        let n_good = answer.body().matches(r#""statusCode":2"#).count();
        if n_good != count {
            let body: String = answer.body().chars().take(2_000).collect();
            return Err(format!("{n_good} of {count} events went well: {body}").into());
        }
        *connection = Some(kept).filter(|_| self.keep_alive);
        Ok(took)
    }
}
