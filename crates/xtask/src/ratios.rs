//! Contestants against each other in CPU time.
//!
//! Each contestant on each corpus is a process that runs one pass when it is told to. A round is a pass of each, in
//! random order, so that whatever else the machine does meets all of them; what is shown is the median of the ratios
//! of the rounds, or where a gate says so the ratio of the fastest passes. The clock is that of the process, all threads together.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use corpus::Random;

use super::budget::{self, Gate, Per};
use super::lane::Lane;
use super::programs::{Programs, is_here, start};
use super::{Done, oracle, table};

/// As many events as a corpus has.
const ALL: &str = "1000000";

/// Passes of a compiler that works while the program runs, before it counts. Everything else needs one.
const WARM_UP: u32 = 40;

/// # Errors
/// Whatever keeps contestants from running; never a number.
pub(crate) fn run(arguments: &[&str]) -> Done {
    let (mut with, mut rounds) = (Vec::new(), 15);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        match *word {
            "--with" => with = value.split(',').collect(),
            "--rounds" => rounds = value.parse()?,
            _ => return Err(format!("ratios has no option {word}").into()),
        }
    }
    if !is_here("python3") {
        return Err("the oracle needs python3".into());
    }
    let programs = Programs::build(&with)?;
    let budget = budget::read()?;
    let is_known =
        |row: &str| row.split(' ').next().is_some_and(|contestant| programs.command(contestant).is_some());
    let (gates, left_out): (Vec<Gate>, Vec<Gate>) =
        budget.time.into_iter().partition(|gate| gate.needs().all(is_known));
    let shown = budget.shown.iter().map(String::as_str).filter(|row| is_known(row));
    let lanes = Lane::all(shown.chain(gates.iter().flat_map(Gate::needs)))?;
    oracle::check(&programs, &lanes, |_| ALL.to_owned())?;
    let mut racers = Vec::new();
    for lane in &lanes {
        racers.push(Racer::ready(&programs, lane)?);
    }
    eprintln!("{rounds} rounds");
    let mut random = Random::new(u64::from(std::process::id()));
    let mut order: Vec<usize> = (0..racers.len()).collect();
    for _ in 0..rounds {
        random.shuffle(&mut order);
        for index in &order {
            if let Some(racer) = racers.get_mut(*index) {
                let nanoseconds = racer.pass()?;
                racer.passes.push(nanoseconds);
            }
        }
    }
    show(&gates, &left_out, &racers);
    Ok(())
}

/// A process that waits for its next pass.
struct Racer {
    lane: String,
    process: Child,
    input: ChildStdin,
    lines: BufReader<ChildStdout>,
    /// Events, or whatever else is counted, and bytes of a pass.
    counted: f64,
    bytes: f64,
    /// CPU nanoseconds of each pass.
    passes: Vec<f64>,
}

impl Racer {
    fn ready(programs: &Programs, lane: &Lane) -> Done<Racer> {
        let words = lane.command(programs, ALL)?;
        let mut command = start(&words);
        let mut process = command.arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = process.stdin.take().ok_or("a process without input")?;
        let lines = BufReader::new(process.stdout.take().ok_or("a process without output")?);
        let mut racer =
            Racer { lane: lane.text(), process, input, lines, counted: 1.0, bytes: 1.0, passes: Vec::new() };
        let ready = racer.line()?;
        let numbers: Vec<f64> = ready.split(' ').filter_map(|word| word.trim().parse().ok()).collect();
        let [counted, bytes] = numbers[..] else { return Err(format!("{}: {ready}", racer.lane).into()) };
        (racer.counted, racer.bytes) = (counted, bytes);
        let warm_up = if words.first().is_some_and(|word| word == "node") { WARM_UP } else { 1 };
        for _ in 0..warm_up {
            racer.pass()?;
        }
        Ok(racer)
    }

    fn pass(&mut self) -> Done<f64> {
        self.input.write_all(b"pass\n")?;
        self.input.flush()?;
        Ok(self.line()?.trim().parse()?)
    }

    fn line(&mut self) -> Done<String> {
        let mut line = String::new();
        self.lines.read_line(&mut line)?;
        if line.is_empty() { Err(format!("{} has ended", self.lane).into()) } else { Ok(line) }
    }

    /// CPU nanoseconds of an event in the fastest pass.
    fn fastest(&self) -> f64 {
        self.costs(Per::Event).fold(f64::INFINITY, f64::min)
    }

    /// CPU nanoseconds of each pass, of one event or one byte.
    fn costs(&self, per: Per) -> impl Iterator<Item = f64> {
        let counted = if per == Per::Byte { self.bytes } else { self.counted };
        self.passes.iter().map(move |nanoseconds| nanoseconds / counted)
    }
}

impl Drop for Racer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn show(gates: &[Gate], left_out: &[Gate], racers: &[Racer]) {
    let mut rows = vec![["CPU time of an event, ns", "median", "fastest"].map(str::to_owned).to_vec()];
    for racer in racers {
        rows.push(vec![
            racer.lane.clone(),
            format!("{:.0}", median(racer.costs(Per::Event))),
            format!("{:.0}", racer.fastest()),
        ]);
    }
    print!("{}", table(&rows));
    let mut rows = vec![["gate", "of", "is", "goal", ""].map(str::to_owned).to_vec()];
    let find = |lane: &str| racers.iter().find(|racer| racer.lane == lane);
    for gate in gates {
        let Some(of) = find(&gate.of) else { continue };
        let to = gate.to.as_deref().and_then(find);
        let number = match to {
            Some(to) if gate.fastest => of.fastest() / to.fastest(),
            Some(to) => median(of.costs(Per::Event).zip(to.costs(Per::Event)).map(|(of, to)| of / to)),
            None => median(of.costs(gate.per)),
        };
        let verdict = if gate.holds(number) { "" } else { "missed" };
        let shown =
            if to.is_some() || number < 100.0 { format!("{number:.3}") } else { format!("{number:.0}") };
        rows.push(vec![gate.name.clone(), gate.subject(), shown, gate.bound(), verdict.to_owned()]);
    }
    for gate in left_out {
        rows.push(vec![gate.name.clone(), gate.subject(), String::new(), gate.bound(), "not run".to_owned()]);
    }
    print!("\n{}", table(&rows));
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    let half = numbers.len() / 2;
    let middle = |index: usize| numbers.get(index).copied().unwrap_or(f64::NAN);
    if numbers.len().is_multiple_of(2) {
        f64::midpoint(middle(half.saturating_sub(1)), middle(half))
    } else {
        middle(half)
    }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_middle_of_numbers() {
        assert!((median([3.0, 1.0, 2.0].into_iter()) - 2.0).abs() < 1e-9);
        assert!((median([4.0, 1.0, 2.0, 3.0].into_iter()) - 2.5).abs() < 1e-9);
    }
}
