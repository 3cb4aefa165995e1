//! `--watch`: runs cases again when their files or mappings change.
//!
//! In: changes below the folders of cases and mappings. Out: records of those cases that a change is about. What the
//! system tells is only a hint to look: whether a file has changed is seen by its content.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use notify::{RecursiveMode, Watcher};

use super::filter::Filter;
use super::record::{Record, Status};
use super::select::{self, Chosen};
use super::{Tally, run_all};
use crate::cli::args::TestArgs;
use crate::cli::exit::Exit;
use crate::cli::output::{Done, Ended, Output, Problem, bold};
use crate::cli::project::{self, Project};
use crate::cli::signals;

/// One save makes several changes; it is over when there was none for so long.
const QUIET: Duration = Duration::from_millis(80);
/// Most files that are named when they change.
const MOST_NAMED: usize = 3;

/// What wakes the command.
#[derive(Debug)]
enum Wake {
    /// Something may have changed.
    Change,
    /// The user wants to end.
    End,
}

/// Runs all cases, then those that changes are about, until the user ends it.
pub(super) fn run(args: &TestArgs, filter: Option<&Filter>, output: &mut Output) -> Done {
    let (sender, wakes) = mpsc::channel();
    end_on_signal(sender.clone())?;
    let mut watch = Watch {
        args,
        filter,
        folders: Folders::new(sender)?,
        seen: Seen::default(),
        failing: BTreeSet::new(),
    };
    let (cases, _) = watch.look()?;
    select::refuse_none(&cases, args)?;
    watch.run(cases, output)?;
    output.print("waiting for changes; Ctrl-C ends")?;
    while let Some(Wake::Change) = next(&wakes) {
        match watch.look() {
            Ok((_, changed)) if changed.is_empty() => continue,
            Ok((cases, changed)) => {
                output.print(format_args!("\n{}", bold(&told(&changed))))?;
                watch.run(cases, output)?;
            }
            // A folder that is gone may come back.
            Err(Ended::Problem(problem)) => output.print(format_args!("\n{problem}"))?,
            Err(ended) => return Err(ended),
        }
        output.print("waiting for changes; Ctrl-C ends")?;
    }
    Ok(if watch.failing.is_empty() { Exit::Fine } else { Exit::Findings })
}

/// The next wake, when the changes before it are over.
fn next(wakes: &Receiver<Wake>) -> Option<Wake> {
    let mut wake = wakes.recv().ok()?;
    while let Wake::Change = wake {
        match wakes.recv_timeout(QUIET) {
            Ok(next) => wake = next,
            Err(_) => break,
        }
    }
    Some(wake)
}

fn end_on_signal(sender: Sender<Wake>) -> Result<(), Ended> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let entered = runtime.enter();
    let asked = signals::asked_to_end();
    drop(entered);
    std::thread::spawn(move || {
        runtime.block_on(asked);
        // Nobody listens any more when the command has ended by itself.
        let _ = sender.send(Wake::End);
    });
    Ok(())
}

struct Watch<'a> {
    args: &'a TestArgs,
    filter: Option<&'a Filter>,
    folders: Folders,
    seen: Seen,
    failing: BTreeSet<PathBuf>,
}

impl Watch<'_> {
    /// The cases that a change is about, and what has changed since the last look; at first all cases.
    fn look(&mut self) -> Result<(Vec<Chosen>, Vec<PathBuf>), Ended> {
        for path in select::paths(self.args) {
            self.folders.watch(&path, RecursiveMode::Recursive);
        }
        self.folders.watch(Path::new(project::FILE), RecursiveMode::NonRecursive);
        let mapping = Project::read().and_then(|project| project.mapping(None)).ok();
        let cases = select::cases(self.args, self.filter)?;
        let mut files = BTreeSet::from([PathBuf::from(project::FILE)]);
        let mut mappings = BTreeMap::new();
        for Chosen { file, case } in &cases {
            files.insert(file.clone());
            if let Some(path) = case.as_ref().ok().and_then(|case| case.mapping_path(mapping.as_deref())) {
                self.folders.watch(&path, RecursiveMode::NonRecursive);
                files.insert(path.clone());
                mappings.insert(file.clone(), path);
            }
        }
        self.failing.retain(|file| files.contains(file));
        let is_first = self.seen.contents.is_empty();
        let changed = self.seen.changed(files);
        let of_all = changed.iter().any(|path| path == Path::new(project::FILE));
        let is_about = |file: &PathBuf| {
            is_first
                || of_all
                || [Some(file), mappings.get(file)].into_iter().flatten().any(|path| changed.contains(path))
        };
        Ok((cases.into_iter().filter(|chosen| is_about(&chosen.file)).collect(), changed))
    }

    fn run(&mut self, cases: Vec<Chosen>, output: &mut Output) -> Result<Tally, Ended> {
        let mapping = Project::read().and_then(|project| project.mapping(None)).ok();
        let failing = &mut self.failing;
        let n_before = failing.len();
        let tally = run_all(cases, self.args, output, |chosen| {
            let record = Record::of(chosen, mapping.as_deref());
            if matches!(record.status(), Status::Failed | Status::Broken) {
                failing.insert(record.file.clone());
            } else {
                failing.remove(&record.file);
            }
            record
        })?;
        let n_others = failing.len().saturating_sub(tally.failed);
        if n_before > 0 && n_others > 0 {
            let others = if n_others == 1 {
                "1 other case fails".into()
            } else {
                format!("{n_others} other cases fail")
            };
            output.print(format_args!("{others} as before"))?;
        }
        Ok(tally)
    }
}

fn told(changed: &[PathBuf]) -> String {
    let mut names: Vec<String> =
        changed.iter().take(MOST_NAMED).map(|path| path.display().to_string()).collect();
    if changed.len() > MOST_NAMED {
        names.push(format!("{} more", changed.len() - MOST_NAMED));
    }
    format!("changed: {}", names.join(", "))
}

/// What stood in the files at the last look; nothing for one that could not be read.
#[derive(Debug, Default)]
struct Seen {
    contents: BTreeMap<PathBuf, Option<Vec<u8>>>,
}

impl Seen {
    /// The files that are new, gone or different since the last look.
    fn changed(&mut self, files: BTreeSet<PathBuf>) -> Vec<PathBuf> {
        let now: BTreeMap<PathBuf, Option<Vec<u8>>> =
            files.into_iter().map(|file| (file.clone(), fs::read(&file).ok())).collect();
        let gone = self.contents.keys().filter(|file| !now.contains_key(*file));
        let other = now.iter().filter(|(file, content)| self.contents.get(*file) != Some(*content));
        let changed = gone.chain(other.map(|(file, _)| file)).cloned().collect();
        self.contents = now;
        changed
    }
}

/// The folders whose changes are told.
struct Folders {
    watcher: notify::RecommendedWatcher,
    watched: BTreeSet<PathBuf>,
}

impl Folders {
    fn new(sender: Sender<Wake>) -> Result<Self, Problem> {
        let tell = move |event: notify::Result<notify::Event>| {
            // Reading is no change; our own would wake us for ever.
            if !event.is_ok_and(|event| event.kind.is_access()) {
                let _ = sender.send(Wake::Change);
            }
        };
        let watcher = notify::recommended_watcher(tell);
        let watcher =
            watcher.map_err(|error| Problem::unreadable(format!("cannot watch for changes: {error}")))?;
        Ok(Self { watcher, watched: BTreeSet::new() })
    }

    /// Watches a folder, or the one that a file lies in: editors put a new file in the place of the old one.
    fn watch(&mut self, path: &Path, mode: RecursiveMode) {
        let folder = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new("")) };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let mode = if path.is_dir() { mode } else { RecursiveMode::NonRecursive };
        if !self.watched.contains(folder) && self.watcher.watch(folder, mode).is_ok() {
            self.watched.insert(folder.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_changes_is_one_and_the_end_wins() {
        let (sender, wakes) = mpsc::channel();
        sender.send(Wake::Change).unwrap();
        sender.send(Wake::Change).unwrap();
        assert!(matches!(next(&wakes), Some(Wake::Change)));
        assert!(wakes.try_recv().is_err());
        sender.send(Wake::Change).unwrap();
        sender.send(Wake::End).unwrap();
        assert!(matches!(next(&wakes), Some(Wake::End)));
    }

    #[test]
    fn many_changes_are_counted() {
        let paths: Vec<PathBuf> = ["a", "b", "c", "d", "e"].map(PathBuf::from).to_vec();
        assert_eq!(told(&paths), "changed: a, b, c, 2 more");
        assert_eq!(told(&paths[..1]), "changed: a");
    }
}
