//! Measures the evaluator with the contestants of `benches/contest`.
//!
//! ```text
//! cargo xtask instr [--update] ["NAME CORPUS"]...
//!     counts instructions under valgrind and compares them with benches/budget.toml; with names, only shows them
//! cargo xtask ratios [--with vrl,jaq,node] [--rounds N]
//!     times contestants against each other; shows numbers and never fails for one
//! ```
//!
//! Before anything is counted or timed, what every contestant makes is compared with the oracle.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "tables are for people")]

mod budget;
mod instr;
mod lane;
mod oracle;
mod programs;
mod ratios;

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

type Done<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["instr", arguments @ ..] => instr::run(arguments),
        ["ratios", arguments @ ..] => ratios::run(arguments),
        _ => Err(
            "usage: cargo xtask instr [--update] [ROW]... | cargo xtask ratios [--with LIST] [--rounds N]"
                .into(),
        ),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the root package.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// A table with aligned columns; all but the first are aligned to the right.
fn table(rows: &[Vec<String>]) -> String {
    let n_columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: &Vec<String>, column: usize| row.get(column).cloned().unwrap_or_default();
    let widths: Vec<usize> = (0..n_columns)
        .map(|column| rows.iter().map(|row| cell(row, column).chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, width) in widths.iter().enumerate() {
            let cell = cell(row, column);
            // A string takes all that is written to it.
            let _ =
                if column == 0 { write!(line, "{cell:<width$}") } else { write!(line, "  {cell:>width$}") };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A number with commas between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{grouped, table};

    #[test]
    fn thousands() {
        assert_eq!([grouped(7), grouped(123), grouped(1_234_567)], ["7", "123", "1,234,567"]);
    }

    #[test]
    fn columns_are_aligned() {
        let rows = [vec!["a".into(), "1".into()], vec!["name".into(), "23".into(), "x".into()]];
        assert_eq!(table(&rows), "a      1\nname  23  x\n");
    }
}
