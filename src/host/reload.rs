//! Follows the files of the mappings: what is saved without errors is served, from the next request on.
//!
//! This alone changes the set of mappings. A request sees one set of mappings from its first event to its last.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use super::change::Change;
use super::metrics::Reload;
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
        loop {
            let is_saved = tokio::select! {
                saved = self.events.recv() => saved.is_some(),
                () = host.compared() => {
                    let (mappings, changes) = host.mappings().conclude();
                    host.mappings.store(Arc::new(mappings));
                    for change in &changes {
                        host.hear(change);
                        tell(change);
                    }
                    continue;
                }
            };
            if !is_saved {
                return;
            }
            tokio::time::sleep(SETTLED).await;
            while self.events.try_recv().is_ok() {}
            let reread = host.mappings().reread(&self.paths, host.shadowing.as_ref());
            let Ok((mappings, changes)) = reread else { continue };
            host.mappings.store(Arc::new(mappings));
            // A file that was refused before for the same reason is no news.
            for change in changes.iter().filter(|change| !told.contains(change)) {
                host.hear(change);
                tell(change);
            }
            told = changes;
        }
    }
}

impl Host {
    /// Counts and logs what became of a file.
    fn hear(&self, change: &Change) {
        self.metrics.reloaded(match change {
            Change::Active { .. } => Reload::Served,
            Change::Compared { .. } => Reload::Compared,
            Change::Refused(_) | Change::Differs { .. } => Reload::Refused,
        });
        log::changed(change);
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
