//! Instructions of an event, counted under valgrind. The number is the same on a busy machine.

use std::collections::BTreeMap;
use std::process::Command;
use std::thread;

use super::budget::{self, Budget, Verdict};
use super::lane::Lane;
use super::programs::{Programs, is_here, output};
use super::{Done, grouped, oracle, table};

/// A count may be so much above its budget, in per cent; counts move by a twentieth of one between builds.
const ABOVE: f64 = 3.0;

/// And so much below it before a lower budget is asked for.
const BELOW: f64 = 5.0;

/// # Errors
/// A count above its budget, a gate that does not hold, an output that the oracle does not expect.
pub(crate) fn run(arguments: &[&str]) -> Done {
    for program in ["valgrind", "python3"] {
        if !is_here(program) {
            println!("SKIPPED: instructions are not counted without {program}");
            return Ok(());
        }
    }
    let budget = budget::read()?;
    let (options, rows): (Vec<&str>, Vec<&str>) = arguments.iter().partition(|word| word.starts_with("--"));
    let update = match options.as_slice() {
        [] => false,
        ["--update"] => true,
        _ => return Err(format!("instr has no option {}", options.join(" ")).into()),
    };
    let chosen = !rows.is_empty();
    let rows = if chosen { rows } else { budget.instructions.keys().map(String::as_str).collect() };
    let lanes = Lane::all(rows.into_iter())?;
    let programs = Programs::build(&[])?;
    oracle::check(&programs, &lanes, |corpus| events(corpus).to_string())?;
    let mut counts = BTreeMap::new();
    for lane in &lanes {
        counts.insert(lane.text(), count(&programs, lane)?);
    }
    let failed = show(&counts, &budget);
    if update {
        budget::update(&counts)?;
    }
    if chosen || update || failed.is_empty() { Ok(()) } else { Err(failed.join("\n").into()) }
}

/// Events of a corpus that are counted.
fn events(corpus: &str) -> u64 {
    match corpus {
        "traits-500" => 100,
        _ if corpus.starts_with("hostile") => 1,
        _ => 1_000,
    }
}

/// Instructions of an event: those of three passes without those of one, so that the start cancels out.
fn count(programs: &Programs, lane: &Lane) -> Done<u64> {
    let events = events(&lane.corpus);
    let command = lane.command(programs, &events.to_string())?;
    let one = |passes: &str| collected(&command, passes).map_err(|error| error.to_string());
    let (once, thrice) = thread::scope(|scope| {
        let once = scope.spawn(|| one("1"));
        let thrice = one("3");
        (once.join().unwrap_or_else(|_| Err("the thread has ended".into())), thrice)
    });
    let both = thrice?.saturating_sub(once?);
    Ok(both.checked_div(events.saturating_mul(2)).unwrap_or(0))
}

fn collected(words: &[String], passes: &str) -> Done<u64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-fd=1"]);
    let written = output(valgrind.args(words).arg(passes))?;
    let number = written.lines().find_map(|line| line.split_once("Collected : "));
    Ok(number.ok_or("valgrind has counted nothing")?.1.trim().parse()?)
}

/// Prints the counts and the gates; gives what is wrong.
fn show(counts: &BTreeMap<String, u64>, budget: &Budget) -> Vec<String> {
    let mut failed = Vec::new();
    let mut rows = vec![["instructions of an event", "counted", "budget", ""].map(str::to_owned).to_vec()];
    for (row, count) in counts {
        let allowed = budget.instructions.get(row).copied();
        let change = allowed.map(|allowed| (*count as f64 / allowed as f64 - 1.0) * 100.0);
        rows.push(vec![
            row.clone(),
            grouped(*count),
            allowed.map(grouped).unwrap_or_default(),
            change.map(|change| format!("{change:+.1} %")).unwrap_or_default(),
        ]);
        match change {
            Some(change) if change > ABOVE => {
                failed.push(format!("{row}: {change:+.1} %, more than {ABOVE} % above its budget"));
            }
            Some(change) if change < -BELOW => {
                println!("{row}: {change:+.1} %: lower its budget, `cargo xtask instr --update`");
            }
            _ => {}
        }
    }
    print!("{}", table(&rows));
    let mut rows = vec![["gate", "of", "is", "goal", ""].map(str::to_owned).to_vec()];
    for gate in &budget.count {
        let Some(number) = counts.get(&gate.of) else { continue };
        let number = match gate.to.as_ref().map(|to| counts.get(to)) {
            None => *number as f64,
            Some(Some(to)) => *number as f64 / *to as f64,
            Some(None) => continue,
        };
        let shown = if gate.to.is_some() { format!("{number:.3}") } else { format!("{number:.0}") };
        let verdict = match gate.verdict(number) {
            Verdict::Holds => "",
            Verdict::Missed => "missed",
            Verdict::Fails => {
                let (name, subject, bound) = (&gate.name, gate.subject(), gate.bound());
                failed.push(format!("{name}: {subject} is {shown}, the goal {bound}"));
                "missed, and worse"
            }
        };
        rows.push(vec![gate.name.clone(), gate.subject(), shown, gate.bound(), verdict.to_owned()]);
    }
    print!("\n{}", table(&rows));
    failed
}
