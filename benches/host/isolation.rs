//! One account among a hundred: how long the calls of the others take when its destination answers 429, or hangs.
//!
//! Three hosts stand side by side, one for each trouble of the one account, and are measured in turn, so that whatever
//! else the machine does is in all of them. Calls come at a steady pace, whether or not earlier ones are answered.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::destination::{Scripted, Trouble};
use super::events::{Kind, TOKEN};
use super::http::{Connection, request};
use super::process::Process;
use super::{Done, MAPPINGS, median};

const ACCOUNTS: u64 = 100;

/// Events of a second, over all accounts.
const RATE: u32 = 500;

/// How long an answer of the destination takes.
const DELAY: Duration = Duration::from_millis(50);

/// Times that each host is measured.
const ROUNDS: usize = 9;

/// How long a host is used before the trouble begins, and how long the trouble lasts before it is measured: longer than a
/// request waits for its answer, so that the host can know what there is to know.
const WARM_UP: Duration = Duration::from_secs(3);
const TROUBLED: Duration = Duration::from_secs(65);

/// Calls that are not answered so long after the last one was begun have no time.
const PATIENCE: Duration = Duration::from_secs(1);

/// What calls look like: events of one account, or of as many as there are events.
#[derive(Clone, Copy)]
struct Calls {
    name: &'static str,
    events: u32,
}

const CALLS: [Calls; 2] = [
    Calls { name: "each call of one account", events: 1 },
    Calls { name: "20 accounts in a call", events: 20 },
];

/// A host with its accounts, of which the first is in trouble.
struct Scene {
    host: Process,
    /// Idle connections to the host.
    idle: Arc<Mutex<Vec<Connection>>>,
    logins: Vec<String>,
    next: u64,
}

/// Measures and prints the table.
pub(crate) async fn measure(time: Duration) -> Done {
    let mut scenes = Vec::new();
    for trouble in Trouble::ALL {
        let mut scene = Scene::start(trouble).await?;
        if trouble == Trouble::Hang {
            scene.run(CALLS[0], TROUBLED).await;
        }
        scenes.push(scene);
    }
    println!(
        "one account of {ACCOUNTS}: p50 and p99 in ms of the calls of the others, medians of {ROUNDS} rounds"
    );
    for calls in CALLS {
        let mut rounds: [Vec<(Duration, Duration)>; 3] = Default::default();
        for _ in 0..ROUNDS {
            for (scene, times) in scenes.iter_mut().zip(&mut rounds) {
                times.push(scene.run(calls, time / 2).await);
            }
        }
        let mut well = None;
        for (trouble, times) in Trouble::ALL.into_iter().zip(rounds) {
            let (p50, p99): (Vec<_>, Vec<_>) = times.into_iter().unzip();
            let [p50, p99] = [p50, p99].map(|times| median(times).as_secs_f64() * 1e3);
            let well = *well.get_or_insert(p99);
            let change = (p99 / well - 1.0) * 100.0;
            println!("{:<26} {:<8} {p50:8.1} {p99:8.1} {change:+7.1} %", calls.name, format!("{trouble:?}"));
        }
    }
    Ok(())
}

impl Scene {
    async fn start(trouble: Trouble) -> Done<Self> {
        let logins: Vec<String> = (0..ACCOUNTS).map(|account| format!("admin-{account}@acme.test")).collect();
        let troubled = logins.first().map(String::as_str).unwrap_or_default();
        let (url, set) = Scripted::with_trouble(DELAY, troubled, TOKEN).await?;
        let host = Process::serve(MAPPINGS[0], &url)?;
        let mut scene = Scene { host, idle: Arc::default(), logins, next: 0 };
        scene.run(CALLS[0], WARM_UP).await;
        set(trouble);
        scene.run(CALLS[0], WARM_UP).await;
        Ok(scene)
    }

    /// Posts for some time; gives median and 99th hundredth of how long calls with events of the others took.
    async fn run(&mut self, calls: Calls, time: Duration) -> (Duration, Duration) {
        let mut pace = tokio::time::interval(Duration::from_secs(1) * calls.events / RATE);
        let (begun, mut open, mut n_counted) = (Instant::now(), JoinSet::new(), 0);
        while begun.elapsed() < time {
            pace.tick().await;
            let people: Vec<u64> = (self.next..).take(calls.events as usize).collect();
            self.next += u64::from(calls.events);
            let logins = || people.iter().filter_map(|person| Some((*person, self.login(*person)?)));
            let is_other = |login| self.logins.first().is_none_or(|first| first != login);
            let n_others = logins().filter(|(_, login)| is_other(*login)).count();
            n_counted += usize::from(n_others > 0);
            let body = Kind::Identify.batch_to(logins());
            let (idle, address) = (self.idle.clone(), self.host.address.clone());
            open.spawn(async move { (n_others > 0, post(&idle, &address, &body, n_others).await) });
        }
        let mut times = Vec::new();
        while let Ok(Some(Ok((is_counted, took)))) = tokio::time::timeout(PATIENCE, open.join_next()).await {
            times.extend(took.filter(|_| is_counted));
        }
        // They end by themselves, and take nothing of this process.
        open.detach_all();
        times.resize(n_counted, Duration::MAX);
        times.sort();
        let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
        (at(50), at(99))
    }

    /// The account of a person: neighbours have different ones, and an account comes in one call of twenty in five.
    fn login(&self, person: u64) -> Option<&str> {
        self.logins.get(usize::try_from(person % ACCOUNTS).ok()?).map(String::as_str)
    }
}

/// How long a call takes; `None` when it breaks off, or fewer events than so many are delivered.
async fn post(idle: &Mutex<Vec<Connection>>, address: &str, body: &str, least: usize) -> Option<Duration> {
    let lock = || idle.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = lock().pop();
    let begun = Instant::now();
    let mut connection = match kept {
        Some(kept) => kept,
        None => Connection::to(address).await.ok()?,
    };
    connection.write(&request("POST /routerTransform", body.as_bytes(), true)).await.ok()?;
    let answer = connection.read().await.ok()??;
    let took = begun.elapsed();
    lock().push(connection);
    (answer.body().matches(r#""statusCode":2"#).count() >= least).then_some(took)
}
