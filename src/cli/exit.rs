//! Exit codes: one table for all commands.

use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// All is well; also when nobody reads the output any more.
    Fine = 0,
    /// There are findings, rejected events or failed cases.
    Findings = 1,
    /// Wrong usage: arguments or settings.
    Usage = 2,
    /// A file cannot be read or written, or is not what it should be.
    Unreadable = 3,
    /// Events could not be delivered.
    NotDelivered = 4,
    /// A bug of ours.
    Bug = 70,
}

/// The table, as the help of the program shows it.
pub(super) const TABLE: &str = "\
Exit codes:
  0   fine
  1   findings, rejected events, failed cases
  2   wrong usage: arguments or settings
  3   a file cannot be read or written, or is not what it should be
  4   events could not be delivered
  70  a bug in mapwright";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_every_code() {
        for exit in [Exit::Fine, Exit::Findings, Exit::Usage, Exit::Unreadable, Exit::NotDelivered, Exit::Bug]
        {
            assert!(TABLE.contains(&format!("\n  {:<3} ", exit as u8)), "{exit:?}");
        }
    }
}
