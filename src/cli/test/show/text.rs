//! For people: a line a case, and below it what differs or was rewritten.

use similar::{ChangeTag, TextDiff};

use super::Show;
use crate::case::{Difference, Line, Verdict};
use crate::cli::output::{Ended, Output, bold, green, red};
use crate::cli::test::record::{Record, Status, Tally, Update};

/// Lines as the cases come.
#[derive(Debug)]
pub(super) struct Text;

impl Show for Text {
    fn begin(&mut self, _n_cases: usize, _output: &mut Output) -> Result<(), Ended> {
        Ok(())
    }

    fn record(&mut self, record: &Record, output: &mut Output) -> Result<(), Ended> {
        let file = record.file.display();
        match record.status() {
            Status::Passed => output.print(format_args!("passed  {file}")),
            Status::Skipped => output.print(format_args!("skipped  {file}: {}", record.why())),
            Status::Failed | Status::Broken => {
                output.print(bold(&format!("FAILED  {file}")))?;
                if let Some(about) = record.about() {
                    output.print(indented(about))?;
                }
                match record.verdict() {
                    Some(Verdict::Failed(differences)) => {
                        differences.0.iter().try_for_each(|difference| show(difference, output))?;
                    }
                    _ => output.print(indented(&record.why()))?,
                }
                if let Some(Err(why)) = &record.update {
                    output.print(indented(&format!("not updated: {why}")))?;
                }
                Ok(())
            }
            Status::Updated => {
                output.print(bold(&format!("updated  {file}")))?;
                match &record.update {
                    Some(Ok(update)) => show_update(update, output),
                    _ => Ok(()),
                }
            }
        }
    }

    fn end(&mut self, tally: &Tally, output: &mut Output) -> Result<(), Ended> {
        let Tally { passed, failed, skipped, updated } = tally;
        if *failed > 0 {
            output.print(format_args!("{} expected, {} came", red("-"), green("+")))?;
        }
        let updated = if *updated > 0 { format!(", {updated} updated") } else { String::new() };
        output.print(format_args!("{passed} passed, {failed} failed, {skipped} skipped{updated}"))
    }
}

fn show(difference: &Difference, output: &mut Output) -> Result<(), Ended> {
    output.print(indented(&difference.place))?;
    difference.lines.iter().try_for_each(|line| {
        let text = line.to_string();
        output.print(format_args!(
            "      {}",
            match line {
                Line::Expected(_) => red(&text),
                Line::Got(_) => green(&text),
                Line::Same(_) | Line::Gap => text,
            }
        ))
    })
}

/// The lines of the file that changed.
fn show_update(update: &Update, output: &mut Output) -> Result<(), Ended> {
    let diff = TextDiff::from_lines(&update.before, &update.after);
    for change in diff.iter_all_changes() {
        let line = change.value().trim_end();
        match change.tag() {
            ChangeTag::Equal => {}
            ChangeTag::Delete => output.print(format_args!("    {}", red(&format!("- {line}"))))?,
            ChangeTag::Insert => output.print(format_args!("    {}", green(&format!("+ {line}"))))?,
        }
    }
    Ok(())
}

fn indented(text: &str) -> String {
    let seen = |line: &str| line.replace(char::is_control, " ");
    let line = |line: &str| if line.is_empty() { String::new() } else { format!("    {}", seen(line)) };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
