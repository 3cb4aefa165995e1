//! How fast `mapwright serve` answers batches of the router, and with how much memory; `docs/performance.md` has the
//! numbers.
//!
//! ```text
//! cargo bench --bench host -- [--seconds N] [--only TEXT]...
//! ```
//!
//! The host is a process of its own and has the first core to itself. On the second one are the driver and what the
//! host takes for the destination: a scripted one that does next to nothing, or the sandbox as a process. The table
//! says how busy that core was, for it must not be the one that everybody waits for. Each row is a fresh host.
//! `--only isolation` asks what becomes of 99 accounts when the destination is bad to another one.

#![expect(clippy::print_stdout, reason = "tables are for people")]
#![expect(clippy::disallowed_methods, reason = "this measures time")]

mod destination;
mod events;
mod http;
mod isolation;
mod load;
mod process;

use std::error::Error;
use std::time::{Duration, Instant};

use destination::Scripted;
use events::Kind;
use load::{Driver, Measured};
use process::Process;

type Done<T = ()> = Result<T, Box<dyn Error>>;

/// Events of a batch.
const BATCH: usize = 100;

const MAPPINGS: [&str; 2] = ["mappings/zendesk.yaml", "mappings/zendesk-classic.yaml"];

fn main() -> Done {
    let options = Options::read()?;
    process::hold_on_second_core()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        println!("{}", Measured::HEADS);
        for scene in scenes().filter(|scene| options.wants(&scene.name())) {
            println!("{}", scene.run(options.time).await?.line(&scene.name()));
        }
        for (mapping, delay) in MAPPINGS.into_iter().flat_map(|mapping| [(mapping, 50), (mapping, 100)]) {
            let name = format!("{mapping}, 20 identifies, {delay} ms a call");
            if options.wants(&name) {
                let took = delayed(mapping, Duration::from_millis(delay)).await?;
                println!("{name}: {:.0} ms", took.as_secs_f64() * 1e3);
            }
        }
        if options.wants("isolation") {
            isolation::measure(options.time).await?;
        }
        if options.wants("start") {
            println!("start to the first health answer: {:.1} ms", start().await?.as_secs_f64() * 1e3);
        }
        Ok(())
    })
}

/// What is measured, and how long.
struct Options {
    time: Duration,
    only: Vec<String>,
}

impl Options {
    fn read() -> Done<Self> {
        let mut options = Options { time: Duration::from_secs(8), only: Vec::new() };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                // Cargo says so to every benchmark.
                "--bench" => {}
                "--seconds" => {
                    options.time =
                        Duration::from_secs(words.next().ok_or("--seconds needs a number")?.parse()?);
                }
                "--only" => options.only.push(words.next().ok_or("--only needs a text")?),
                _ => return Err(format!("there is no option {word}").into()),
            }
        }
        Ok(options)
    }

    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|text| name.contains(text))
    }
}

/// A row of the table.
struct Scene {
    mapping: &'static str,
    kind: Kind,
    keep_alive: bool,
    destination: Destination,
}

/// What the host takes for the destination.
#[derive(Clone, Copy)]
enum Destination {
    Scripted,
    Sandbox,
    /// The sandbox, each answer of which takes 100 ms.
    SlowSandbox,
}

impl Destination {
    const ALL: [Destination; 3] = [Destination::Scripted, Destination::Sandbox, Destination::SlowSandbox];

    fn name(self) -> &'static str {
        match self {
            Destination::Scripted => "scripted",
            Destination::Sandbox => "sandbox",
            Destination::SlowSandbox => "sandbox of 100 ms",
        }
    }

    /// Starts it; gives its URL, and its process if it is one.
    async fn start(self) -> Done<(String, Option<Process>)> {
        if let Destination::Scripted = self {
            return Ok((Scripted::start(Duration::ZERO).await?, None));
        }
        let sandbox = Process::sandbox()?;
        if let Destination::SlowSandbox = self {
            let slow = |path: &str| format!(r#"{{"path":"{path}","delay_ms":100,"times":1000000000}}"#);
            let faults = format!("[{}]", ["/api/v2/*", "/api/v2/*/*", "/api/v2/*/*/*"].map(slow).join(","));
            let answer = http::call(&sandbox.address, "POST /_sandbox/faults", faults.as_bytes()).await?;
            if !answer.head().starts_with("HTTP/1.1 20") {
                return Err("the sandbox does not take the delay".into());
            }
        }
        Ok((format!("http://{}", sandbox.address), Some(sandbox)))
    }
}

fn scenes() -> impl Iterator<Item = Scene> {
    let new = [(false, Destination::Scripted)];
    let kept = Destination::ALL.map(|destination| (true, destination));
    let ways: Vec<(bool, Destination)> = kept.into_iter().chain(new).collect();
    MAPPINGS.into_iter().flat_map(move |mapping| {
        ways.clone().into_iter().flat_map(move |(keep_alive, destination)| {
            Kind::ALL.into_iter().map(move |kind| Scene { mapping, kind, keep_alive, destination })
        })
    })
}

impl Scene {
    fn name(&self) -> String {
        let connections = if self.keep_alive { "kept" } else { "new" };
        format!("{} {} {} {connections}", self.mapping, self.kind.name(), self.destination.name())
    }

    async fn run(&self, time: Duration) -> Done<Measured> {
        let (endpoint, sandbox) = self.destination.start().await?;
        let host = Process::serve(self.mapping, &endpoint)?;
        let driver = Driver::new(&host, self.kind, self.keep_alive);
        // Connections, caches and the allocator get their size.
        driver.run(time / 4).await?;
        driver.measure(time, sandbox.as_ref()).await
    }
}

/// How long a batch of 20 identifies takes when each answer of the destination does; the median of 5.
async fn delayed(mapping: &str, delay: Duration) -> Done<Duration> {
    let host = Process::serve(mapping, &Scripted::start(delay).await?)?;
    let driver = Driver::new(&host, Kind::Identify, true);
    let mut times = Vec::new();
    for _ in 0..5 {
        times.push(driver.batch(20).await?);
    }
    Ok(median(times))
}

/// The median of 20 starts.
async fn start() -> Done<Duration> {
    let endpoint = Scripted::start(Duration::ZERO).await?;
    let mut times = Vec::new();
    for _ in 0..20 {
        let begun = Instant::now();
        let host = Process::serve(MAPPINGS.first().copied().unwrap_or_default(), &endpoint)?;
        http::call(&host.address, "GET /health", b"").await?;
        times.push(begun.elapsed());
    }
    Ok(median(times))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
