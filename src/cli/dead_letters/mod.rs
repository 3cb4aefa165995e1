//! `mapwright dead-letters`: what a journal keeps of events that were rejected or have failed.

mod files;
mod list;
mod retry;
mod show;

use std::path::Path;

use super::args::{DeadLettersArgs, DropArgs, JournalArgs, LetterCommand, WhichArgs};
use super::exit::Exit;
use super::output::{Done, Output, Problem};
use crate::deliver::{Heading, Journal, JournalError, LetterId};

/// Runs the command.
pub(super) fn run(args: &DeadLettersArgs, output: &mut Output) -> Done {
    match &args.command {
        LetterCommand::List(args) => list::run(args, output),
        LetterCommand::Show(args) => show::run(args, output),
        LetterCommand::Retry(args) => retry::run(args, output),
        LetterCommand::Drop(args) => run_drop(args, output),
        LetterCommand::Export(args) => files::export(args, output),
        LetterCommand::Import(args) => files::import(args, output),
    }
}

fn run_drop(args: &DropArgs, output: &mut Output) -> Done {
    let journal = open(&args.journal)?;
    let ids = ids_of(&chosen(&journal, &args.which)?);
    journal.drop_letters(&ids).map_err(|error| unreadable(&error))?;
    output.print(format_args!("{} dropped", n_letters(ids.len())))?;
    Ok(Exit::Fine)
}

/// Opens a journal that is there.
fn open(args: &JournalArgs) -> Result<Journal, Problem> {
    let path: &Path = &args.journal;
    if !path.exists() {
        let help = "`mapwright deliver EVENTS --journal FILE` makes one";
        return Err(Problem::unreadable(format!("there is no journal {}", path.display())).with_help(help));
    }
    Journal::open(path).map_err(|error| unreadable(&error))
}

/// The letters that the user names, in the order of their lines.
fn chosen(journal: &Journal, which: &WhichArgs) -> Result<Vec<Heading>, Problem> {
    let mut headings = journal.letters().map_err(|error| unreadable(&error))?;
    if !which.all {
        let wanted = which.ids.iter().map(|text| one(&headings, text)).collect::<Result<Vec<_>, _>>()?;
        headings.retain(|heading| wanted.contains(&heading.id));
    }
    Ok(headings)
}

/// The names of letters.
fn ids_of(headings: &[Heading]) -> Vec<LetterId> {
    headings.iter().map(|heading| heading.id).collect()
}

/// The letter whose id begins with a text.
fn one(headings: &[Heading], text: &str) -> Result<LetterId, Problem> {
    let begin = |heading: &&Heading| !text.is_empty() && heading.id.to_string().starts_with(text);
    let found: Vec<LetterId> = headings.iter().filter(begin).map(|heading| heading.id).collect();
    match found.as_slice() {
        [id] => Ok(*id),
        [] => Err(Problem::unreadable(format!("there is no dead letter `{text}`"))
            .with_help("`mapwright dead-letters list` shows the ids of those that are there")),
        several => Err(Problem::unreadable(format!("`{text}` begins {} ids", several.len()))
            .with_help("write more of the id")),
    }
}

fn n_letters(count: usize) -> String {
    format!("{count} dead letter{}", if count == 1 { "" } else { "s" })
}

fn unreadable(error: &JournalError) -> Problem {
    Problem::unreadable(error.to_string())
}
