//! A loaded mapping with the threads that its events run on, and the sessions of accounts.

use std::borrow::Cow;
use std::future::Future;
use std::sync::Arc;

use mapwright::deliver::Network;
use mapwright::host::{Plugin, PluginSession};
use tokio::runtime::{Builder, Handle, Runtime};

use crate::options::Options;
use crate::problem::Problem;

/// A loaded mapping. Threads may share it.
#[derive(Debug)]
pub struct Mapping {
    plugin: Arc<Plugin>,
    name: Option<String>,
    runtime: Arc<Runtime>,
}

/// An account of a loaded mapping. Threads may share it; it stays usable when its mapping is freed.
#[derive(Debug)]
pub struct Session {
    session: PluginSession,
    runtime: Arc<Runtime>,
}

/// The text of a mapping, and where it was read.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    text: Cow<'a, str>,
    path: Option<&'a str>,
}

impl Mapping {
    pub(crate) fn load(
        source: &Source,
        options: Options,
        network: Option<Arc<dyn Network>>,
    ) -> Result<Self, Problem> {
        let name = options.name().map(str::to_owned);
        let runtime = Builder::new_multi_thread()
            .thread_name("mapwright")
            .worker_threads(options.n_threads())
            .max_blocking_threads(options.n_callbacks())
            .on_thread_start(spare_the_program)
            .enable_all()
            .build()
            .map_err(|error| Problem::failed(format!("threads cannot be started: {error}")))?;
        let plugin = {
            let _inside = runtime.enter();
            Plugin::load(&source.text, source.name(name.as_deref()), options.for_plugin(network))?
        };
        Ok(Self { plugin: Arc::new(plugin), name, runtime: Arc::new(runtime) })
    }

    pub(crate) fn reload(&self, source: &Source) -> Result<(), Problem> {
        Ok(self.plugin.reload(&source.text, source.name(self.name.as_deref()))?)
    }

    pub(crate) fn destination(&self) -> &str {
        self.plugin.destination()
    }

    pub(crate) fn hash(&self) -> String {
        self.plugin.hash()
    }

    pub(crate) fn route(&self, batch: &str, can_filter: bool) -> Result<Vec<u8>, Problem> {
        run(&self.runtime, self.plugin.route(batch.as_bytes(), can_filter))
    }

    pub(crate) fn process(&self, list: &str) -> Result<Vec<u8>, Problem> {
        run(&self.runtime, self.plugin.process(list.as_bytes()))
    }

    pub(crate) fn open(&self, settings: &str) -> Result<Session, Problem> {
        let _inside = self.runtime.enter();
        let session = self.plugin.open(settings).map_err(Problem::refused)?;
        Ok(Session { session, runtime: self.runtime.clone() })
    }
}

impl Session {
    pub(crate) fn transform(&self, events: &str) -> Result<Vec<u8>, Problem> {
        run(&self.runtime, self.session.transform(events.as_bytes()))
    }
}

impl<'a> Source<'a> {
    pub(crate) fn of_text(text: &'a str) -> Self {
        Self { text: text.into(), path: None }
    }

    pub(crate) fn read(path: &'a str) -> Result<Self, Problem> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Problem::failed(format!("the mapping `{path}` cannot be read: {error}")))?;
        Ok(Self { text: text.into(), path: Some(path) })
    }

    /// What diagnostics call it: the name that the program has given, or else its path.
    fn name<'b>(&'b self, given: Option<&'b str>) -> &'b str {
        given.or(self.path).unwrap_or("mapping.yaml")
    }
}

/// Keeps a connection that the destination has closed from ending the program: a write to it sends SIGPIPE, which
/// programs in Rust ignore and others do not.
fn spare_the_program() {
    #[cfg(unix)]
    {
        use nix::sys::signal::{SigSet, Signal};
        // Fails for a signal that does not exist only.
        let _ = SigSet::from(Signal::SIGPIPE).thread_block();
    }
}

/// Waits for a run. One that is begun in a callback would wait for a thread that waits for it.
fn run(runtime: &Runtime, events: impl Future<Output = Result<Vec<u8>, String>>) -> Result<Vec<u8>, Problem> {
    if Handle::try_current().is_ok() {
        return Err(Problem::invalid("a callback of the network cannot run events"));
    }
    runtime.block_on(events).map_err(Problem::refused)
}

#[cfg(test)]
mod tests {
    use super::{Mapping, Session};

    #[test]
    fn threads_may_share_handles() {
        fn shared<T: Send + Sync>() {}
        shared::<Mapping>();
        shared::<Session>();
    }
}
