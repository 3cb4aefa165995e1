//! `mapwright docs`: what a mapping does as Markdown, and whether documents say so.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use similar::{ChangeTag, TextDiff};

use super::args::DocsArgs;
use super::exit::Exit;
use super::output::{Done, Ended, Output, Problem, bold};
use super::project::Project;
use super::{file, open};
use crate::docs::{Block, NoBlock, Refreshed, Written, block, page, refresh};
use crate::model::Mapping;

/// Lines around a difference that are shown.
const AROUND: usize = 2;

/// Runs the command.
pub(super) fn run(args: &DocsArgs, output: &mut Output) -> Done {
    if !args.check.is_empty() {
        return check(&args.check, output);
    }
    if !args.write.is_empty() {
        return write(&args.write, output);
    }
    let path = Project::read()?.mapping(args.mapping.as_deref())?;
    let mapping = open::model(&path, output)?;
    let text = match &args.block {
        None => page(&mapping),
        Some(wanted) => {
            let wanted: Block = wanted.parse().map_err(|error: NoBlock| Problem::usage(error.to_string()))?;
            text_of(&mapping, &wanted).map_err(Problem::usage)?
        }
    };
    output.print(text.trim_end())?;
    Ok(Exit::Fine)
}

fn check(files: &[PathBuf], output: &mut Output) -> Done {
    let mut mappings = Mappings::default();
    let (mut n_blocks, mut n_stale) = (0, 0);
    for path in files {
        let text = file::read_text(path)?;
        let refreshed = mappings.refresh(path, &text, output)?;
        n_blocks += refreshed.blocks.len();
        if refreshed.text != text {
            n_stale += 1;
            show_difference(path, &text, &refreshed.text, output)?;
        }
    }
    let documents = counted(files.len(), "document", "documents");
    let blocks = counted(n_blocks, "block", "blocks");
    if n_stale == 0 {
        output.print(format_args!("{documents} checked: {blocks}, all as their mappings say"))?;
        return Ok(Exit::Fine);
    }
    let stale = counted(n_stale, "document is", "documents are");
    output.print(format_args!(
        "{documents} checked: {blocks}; {stale} out of date: run `mapwright docs --write`"
    ))?;
    Ok(Exit::Findings)
}

fn write(files: &[PathBuf], output: &mut Output) -> Done {
    let mut mappings = Mappings::default();
    let mut n_written = 0;
    for path in files {
        let text = file::read_text(path)?;
        let refreshed = mappings.refresh(path, &text, output)?;
        if refreshed.text != text {
            n_written += 1;
            fs::write(path, refreshed.text)
                .map_err(|error| Problem::unreadable(format!("cannot write {}: {error}", path.display())))?;
        }
    }
    output.print(format_args!("{n_written} of {} changed", counted(files.len(), "document", "documents")))?;
    Ok(Exit::Fine)
}

/// Mappings that were read, by their paths.
#[derive(Default)]
struct Mappings(BTreeMap<PathBuf, Mapping>);

impl Mappings {
    /// A document as its mappings want it.
    fn refresh(&mut self, path: &Path, text: &str, output: &mut Output) -> Result<Refreshed, Problem> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut unreadable = None;
        let refreshed = refresh(text, &mut |written: &Written| match self
            .mapping(&folder.join(&written.mapping), output)
        {
            Ok(mapping) => text_of(mapping, &written.block),
            Err(problem) => {
                let why = problem.to_string();
                unreadable = Some(problem);
                Err(why)
            }
        });
        if let Some(problem) = unreadable {
            return Err(problem);
        }
        refreshed.map_err(|bad| Problem::unreadable(format!("{}:{}: {bad}", path.display(), bad.line())))
    }

    fn mapping(&mut self, path: &Path, output: &mut Output) -> Result<&Mapping, Problem> {
        if !self.0.contains_key(path) {
            self.0.insert(path.to_owned(), open::model(path, output)?);
        }
        let gone = || Problem::unreadable(format!("cannot read {}", path.display()));
        self.0.get(path).ok_or_else(gone)
    }
}

fn text_of(mapping: &Mapping, wanted: &Block) -> Result<String, String> {
    block(mapping, wanted).ok_or_else(|| match wanted {
        Block::Table(name) => format!("the mapping has no table `{name}`"),
        Block::Flow(name) | Block::Graph(name) => format!("the mapping has no flow `{name}`"),
        Block::Settings | Block::Service | Block::Names => "the mapping has nothing of this kind".to_owned(),
    })
}

fn show_difference(path: &Path, is: &str, should: &str, output: &mut Output) -> Result<(), Ended> {
    let difference = TextDiff::from_lines(is, should);
    output.print(bold(&format!(
        "{}: what stands there (-) is not what the mapping says (+)",
        path.display()
    )))?;
    for hunk in difference.unified_diff().context_radius(AROUND).iter_hunks() {
        output.print(hunk.header())?;
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches('\n');
            match change.tag() {
                ChangeTag::Equal => output.print(format_args!(" {line}"))?,
                ChangeTag::Delete => output.print(format_args!("\x1b[31m-{line}\x1b[0m"))?,
                ChangeTag::Insert => output.print(format_args!("\x1b[32m+{line}\x1b[0m"))?,
            }
        }
    }
    Ok(())
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
