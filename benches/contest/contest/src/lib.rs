//! Corpora, and the program that runs contestants over them.
//!
//! A package of contestants has a table of them and calls [`main`]. The program then understands
//!
//! ```text
//! PROGRAM contestants              names its contestants, each with `each` or `whole` in front
//! PROGRAM corpus CORPUS N          writes the first N events, after a look at the checksum of the whole corpus
//! PROGRAM NAME CORPUS N outputs    writes what the contestant makes of each of them, for the oracle
//! PROGRAM NAME CORPUS N PASSES     runs that many passes and ends, for a counter of instructions
//! PROGRAM NAME CORPUS N serve      runs a pass for each line that comes in and answers with its CPU time
//! ```
//!
//! and contestants are timed by `cargo xtask`, never by themselves.

mod hostile;
mod sets;

use std::hint::black_box;
use std::io::{self, BufRead, BufWriter, Write};

use rustix::time::{ClockId, clock_gettime};

pub use sets::Corpus;

/// What a contestant makes of an event; the text of it is in the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// A body, as JSON.
    Body,
    /// Nothing before an answer is there.
    Nothing,
    /// A rejection; the buffer has the reason.
    Rejected,
    /// The destination does not want it; the buffer has the reason.
    Skipped,
}

/// Appends what an event gives to a buffer; the event is named by its index.
pub type Each = Box<dyn FnMut(usize, &mut Vec<u8>) -> Made>;

/// Runs a pass, with the number of events (or whatever else is counted) in it.
pub type Whole = (Box<dyn FnMut()>, usize);

/// How a contestant is made ready for a corpus, which is not measured.
pub enum Contestant {
    /// It works event by event.
    Each(&'static str, fn(&Corpus) -> Each),
    /// A pass is not made of single events, and has no outputs that one could compare.
    Whole(&'static str, fn(&Corpus) -> Whole),
}

enum Runner {
    Each(Each),
    Whole(Whole),
}

impl Contestant {
    fn name(&self) -> &'static str {
        match self {
            Contestant::Each(name, _) | Contestant::Whole(name, _) => name,
        }
    }

    fn runner(&self, corpus: &Corpus) -> Runner {
        match self {
            Contestant::Each(_, make) => Runner::Each(make(corpus)),
            Contestant::Whole(_, make) => Runner::Whole(make(corpus)),
        }
    }
}

/// Runs the program.
pub fn main(contestants: &[Contestant]) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["contestants"] => {
            for contestant in contestants {
                let kind = if matches!(contestant, Contestant::Each(..)) { "each" } else { "whole" };
                println!("{kind} {}", contestant.name());
            }
            Ok(())
        }
        ["corpus", corpus, count] => write_corpus(corpus, number(count)),
        [name, corpus, count, mode] => {
            let Some(contestant) = contestants.iter().find(|known| known.name() == name) else {
                stop(&format!("there is no contestant {name}"));
            };
            let corpus = Corpus::first(corpus, number(count));
            let mut runner = contestant.runner(&corpus);
            match mode {
                "outputs" => write_outputs(&mut runner, &corpus),
                "serve" => serve(&mut runner, &corpus),
                passes => {
                    (0..number(passes)).for_each(|_| pass(&mut runner, &corpus));
                    Ok(())
                }
            }
        }
        _ => stop(
            "usage: PROGRAM contestants | PROGRAM corpus CORPUS N | PROGRAM NAME CORPUS N outputs|serve|PASSES",
        ),
    };
    if let Err(error) = done {
        stop(&error.to_string());
    }
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or_else(|_| stop(&format!("{text} is no number")))
}

fn stop(why: &str) -> ! {
    eprintln!("{why}");
    std::process::exit(2);
}

/// One pass over the corpus, in a function of its own so that a profile shows it.
#[inline(never)]
fn pass(runner: &mut Runner, corpus: &Corpus) {
    match runner {
        Runner::Whole((run, _)) => run(),
        Runner::Each(each) => {
            let mut out = Vec::with_capacity(4096);
            for index in 0..corpus.events.len() {
                out.clear();
                black_box(each(black_box(index), &mut out));
                black_box(&out);
            }
        }
    }
}

fn write_corpus(name: &str, count: usize) -> io::Result<()> {
    let corpus = Corpus::checked(name);
    let mut stdout = BufWriter::new(io::stdout().lock());
    for event in corpus.events.iter().take(count) {
        writeln!(stdout, "{event}")?;
    }
    stdout.flush()
}

/// A line an event: a letter for what was made, a blank, and its text. Bodies are JSON without line feeds.
fn write_outputs(runner: &mut Runner, corpus: &Corpus) -> io::Result<()> {
    let Runner::Each(each) = runner else { stop("this contestant has no outputs") };
    let mut stdout = BufWriter::new(io::stdout().lock());
    let mut out = Vec::new();
    for index in 0..corpus.events.len() {
        out.clear();
        let letter = match each(index, &mut out) {
            Made::Body => 'b',
            Made::Nothing => 'n',
            Made::Rejected => 'r',
            Made::Skipped => 's',
        };
        write!(stdout, "{letter} ")?;
        stdout.write_all(&out)?;
        writeln!(stdout)?;
    }
    stdout.flush()
}

/// Answers each line with the nanoseconds of CPU that a pass took, all threads together, and what was counted in it.
fn serve(runner: &mut Runner, corpus: &Corpus) -> io::Result<()> {
    let counted = match runner {
        Runner::Each(_) => corpus.events.len(),
        Runner::Whole((_, counted)) => *counted,
    };
    let bytes: usize = corpus.events.iter().map(String::len).sum();
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "ready {counted} {bytes}")?;
    stdout.flush()?;
    for line in io::stdin().lock().lines() {
        line?;
        let before = cpu_nanoseconds();
        pass(runner, corpus);
        writeln!(stdout, "{}", cpu_nanoseconds() - before)?;
        stdout.flush()?;
    }
    Ok(())
}

/// CPU time that this process has used.
fn cpu_nanoseconds() -> i128 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    i128::from(time.tv_sec) * 1_000_000_000 + i128::from(time.tv_nsec)
}
