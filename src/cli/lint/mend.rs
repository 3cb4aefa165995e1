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

/// Makes all fixes up to a kind, and writes the file if there were any; standard input goes to standard output, mended or
/// not. A mapping that compiles still does afterwards: a fix that would break it is not made.
pub(super) fn mend(
    file: &mut Given,
    most: Safety,
    options: &Options,
    output: &mut Output,
) -> Result<(), Ended> {
    let (text, n_made) = mended(&file.text, most, options);
    match &file.path {
        None => output.pass(&text)?,
        Some(path) if n_made > 0 => {
            fs::write(path, &text)
                .map_err(|error| Problem::unreadable(format!("cannot write {}: {error}", path.display())))?;
        }
        Some(_) => {}
    }
    if n_made > 0 {
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
        let Some((next, n_made)) = round(&text, &fixes) else { break };
        (text, n_all) = (next, n_all + n_made);
    }
    (text, n_all)
}

/// One round: all fixes, or else the first one after which the mapping still compiles.
fn round(text: &str, fixes: &[Fix]) -> Option<(String, usize)> {
    let compiles = |(text, n_made): &(String, usize)| {
        *n_made > 0 && compile::load(text, &mut Diagnostics::new()).is_some()
    };
    let one_by_one = fixes.iter().map(|fix| apply(text, [fix]));
    std::iter::once(apply(text, fixes)).chain(one_by_one).find(compiles)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Span;

    #[test]
    fn a_fix_that_breaks_the_mapping_does_not_keep_the_others_back() {
        let text = "format: 1\ndestination: e\nservice: {base_url: {value: \"https://a.test\"}}\nflows: {f: {event: track, steps: []}}\n";
        let word = |word: &str, with: &str| {
            let start = text.find(word).unwrap_or_default();
            Fix::new(Safety::Safe, Span::new(start, start + word.len()), with)
        };
        let (mended, n_made) = round(text, &[word("flows", "flow"), word("track", "group")]).unwrap();
        assert_eq!((mended, n_made), (text.replace("track", "group"), 1));
        assert_eq!(round(text, &[word("flows", "flow")]), None);
        assert_eq!(round(text, &[]), None);
    }
}
