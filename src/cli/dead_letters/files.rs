//! `mapwright dead-letters export` and `import`: letters as lines of JSON.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;

use super::super::args::{ExportArgs, ImportArgs};
use super::super::exit::Exit;
use super::super::file;
use super::super::output::{Done, Output, Problem};
use super::{n_letters, open, unreadable};
use crate::deliver::{Journal, Taken};

pub(super) fn export(args: &ExportArgs, output: &mut Output) -> Done {
    let journal = open(&args.journal)?;
    let headings = journal.letters().map_err(|error| unreadable(&error))?;
    let letters = headings
        .iter()
        .filter_map(|heading| journal.letter(heading.id).map_err(|error| unreadable(&error)).transpose());
    let Some(path) = &args.file else {
        for letter in letters {
            output.print(letter?)?;
        }
        return Ok(Exit::Fine);
    };
    let problem = |error| Problem::unreadable(format!("cannot write {}: {error}", path.display()));
    let mut file = BufWriter::new(file::create_private(path).map_err(problem)?);
    for letter in letters {
        writeln!(file, "{}", letter?).map_err(problem)?;
    }
    file.flush().map_err(problem)?;
    output.print(format_args!("{} in {}", n_letters(headings.len()), path.display()))?;
    Ok(Exit::Fine)
}

/// How many letters were taken in, and how many were not.
#[derive(Default)]
struct Counts {
    new: usize,
    known: usize,
    finished: usize,
    bad: usize,
}

pub(super) fn import(args: &ImportArgs, output: &mut Output) -> Done {
    let journal = Journal::open(&args.journal.journal).map_err(|error| unreadable(&error))?;
    let mut counts = Counts::default();
    for path in &args.files {
        take(&journal, path, &mut counts, output)?;
    }
    let Counts { new, known, finished, bad } = counts;
    output.print(format_args!(
        "{} taken in, {known} there already, {finished} finished meanwhile, {bad} that are none",
        n_letters(new)
    ))?;
    Ok(if bad > 0 { Exit::Findings } else { Exit::Fine })
}

fn take(journal: &Journal, path: &Path, counts: &mut Counts, output: &mut Output) -> Result<(), Problem> {
    let problem = |error| Problem::unreadable(format!("cannot read {}: {error}", path.display()));
    let lines = BufReader::new(File::open(path).map_err(problem)?).split(b'\n');
    for (index, line) in lines.enumerate() {
        let line = line.map_err(problem)?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        match journal.take_letter(&line).map_err(|error| unreadable(&error))? {
            Taken::New => counts.new += 1,
            Taken::Known => counts.known += 1,
            Taken::Finished => counts.finished += 1,
            Taken::NoLetter(why) => {
                counts.bad += 1;
                output.note(format_args!("{}:{}: not a dead letter: {why}", path.display(), index + 1));
            }
        }
    }
    Ok(())
}
