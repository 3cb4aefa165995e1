//! Follows the files of the mappings: what is saved without errors is served, from the next request on.
//!
//! A request sees one set of mappings from its first event to its last.

use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use super::metrics::Reload;
use super::served::Change;
use super::{Host, log};

/// One save makes several events; so long is waited for the rest of them.
const SETTLED: Duration = Duration::from_millis(10);

/// Keeps watching for as long as it lives.
#[derive(Debug)]
pub struct Watch {
    /// Ends with this value.
    _watcher: RecommendedWatcher,
    events: mpsc::UnboundedReceiver<()>,
    paths: Vec<PathBuf>,
}

impl Watch {
    /// Watches files, and the files of folders.
    ///
    /// # Errors
    /// The system cannot watch them.
    pub fn new(paths: &[PathBuf]) -> Result<Self, notify::Error> {
        let (sender, events) = mpsc::unbounded_channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Our own reading is no change.
            if event.is_ok_and(|event| !event.kind.is_access()) {
                let _ = sender.send(());
            }
        })?;
        for path in paths {
            // An editor replaces a file by another one, so its folder is watched.
            let folder = if path.is_dir() { path } else { folder_of(path) };
            watcher.watch(folder, RecursiveMode::NonRecursive)?;
        }
        Ok(Self { _watcher: watcher, events, paths: paths.to_vec() })
    }

    /// Serves what is saved, and tells of each change; never ends by itself.
    pub async fn follow(mut self, host: &Host, mut tell: impl FnMut(&Change)) {
        let mut told: Vec<Change> = Vec::new();
        while self.events.recv().await.is_some() {
            tokio::time::sleep(SETTLED).await;
            while self.events.try_recv().is_ok() {}
            let Ok((mappings, changes)) = host.mappings().reread(&self.paths) else { continue };
            host.mappings.store(std::sync::Arc::new(mappings));
            // A file that was refused before for the same reason is no news.
            for change in changes.iter().filter(|change| !told.contains(change)) {
                let result = match change {
                    Change::Active { .. } => Reload::Served,
                    Change::Refused(_) => Reload::Refused,
                };
                host.metrics.reloaded(result);
                log::changed(change);
                tell(change);
            }
            told = changes;
        }
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
