//! `--fix` and `--unsafe-fixes`: makes the fixes of what was found.

use std::fs;

use super::files::Given;
use super::findings;
use crate::cli::output::{Ended, Output, Problem};
use crate::compile;
use crate::diag::{Diagnostics, Fix, Safety, apply};
use crate::lint::Options;

/// Most rounds: what one fix lays bare, the next one mends.
const MOST_ROUNDS: usize = 20;

/// Makes all fixes up to a kind, and writes the file if there were any. A mapping that compiles still does afterwards:
/// a round that would break it is not made.
pub(super) fn mend(
    file: &mut Given,
    most: Safety,
    options: &Options,
    output: &mut Output,
) -> Result<(), Ended> {
    let Some(path) = file.path.clone() else {
        let problem = Problem::usage("standard input cannot be mended");
        return Err(problem.with_help("name a file, or leave `--fix` out").into());
    };
    let (text, n_made) = mended(&file.text, most, options);
    if n_made > 0 {
        fs::write(&path, &text)
            .map_err(|error| Problem::unreadable(format!("cannot write {}: {error}", path.display())))?;
        file.text = text;
        output.note(format_args!("{}: mended {n_made}", file.name));
    }
    Ok(())
}

fn mended(text: &str, most: Safety, options: &Options) -> (String, usize) {
    let mut text = text.to_owned();
    let mut n_all = 0;
    for _ in 0..MOST_ROUNDS {
        let found = findings(&text, options);
        let fixes: Vec<Fix> =
            found.into_iter().filter_map(|found| found.fix).filter(|fix| fix.safety <= most).collect();
        let (next, n_made) = apply(&text, &fixes);
        if n_made == 0 || compile::load(&next, &mut Diagnostics::new()).is_none() {
            break;
        }
        (text, n_all) = (next, n_all + n_made);
    }
    (text, n_all)
}
