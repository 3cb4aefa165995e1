//! `--explain`: the page of a finding.

use std::borrow::Cow;

use crate::cli::output::Problem;
use crate::diag::{ALL, nearest};
use crate::lint;

/// The pages of the findings that are no rules of the linter.
const PAGES: [(&str, &str); 48] = [
    ("D0101", include_str!("../../../docs/diagnostics/D0101.md")),
    ("D0102", include_str!("../../../docs/diagnostics/D0102.md")),
    ("D0103", include_str!("../../../docs/diagnostics/D0103.md")),
    ("D0104", include_str!("../../../docs/diagnostics/D0104.md")),
    ("D0105", include_str!("../../../docs/diagnostics/D0105.md")),
    ("D0106", include_str!("../../../docs/diagnostics/D0106.md")),
    ("D0107", include_str!("../../../docs/diagnostics/D0107.md")),
    ("D0108", include_str!("../../../docs/diagnostics/D0108.md")),
    ("D0109", include_str!("../../../docs/diagnostics/D0109.md")),
    ("D0110", include_str!("../../../docs/diagnostics/D0110.md")),
    ("D0111", include_str!("../../../docs/diagnostics/D0111.md")),
    ("D0112", include_str!("../../../docs/diagnostics/D0112.md")),
    ("D0113", include_str!("../../../docs/diagnostics/D0113.md")),
    ("D0114", include_str!("../../../docs/diagnostics/D0114.md")),
    ("D0115", include_str!("../../../docs/diagnostics/D0115.md")),
    ("D0116", include_str!("../../../docs/diagnostics/D0116.md")),
    ("D0117", include_str!("../../../docs/diagnostics/D0117.md")),
    ("D0118", include_str!("../../../docs/diagnostics/D0118.md")),
    ("D0119", include_str!("../../../docs/diagnostics/D0119.md")),
    ("D0120", include_str!("../../../docs/diagnostics/D0120.md")),
    ("D0201", include_str!("../../../docs/diagnostics/D0201.md")),
    ("D0202", include_str!("../../../docs/diagnostics/D0202.md")),
    ("D0203", include_str!("../../../docs/diagnostics/D0203.md")),
    ("D0204", include_str!("../../../docs/diagnostics/D0204.md")),
    ("D0205", include_str!("../../../docs/diagnostics/D0205.md")),
    ("D0206", include_str!("../../../docs/diagnostics/D0206.md")),
    ("D0207", include_str!("../../../docs/diagnostics/D0207.md")),
    ("D0208", include_str!("../../../docs/diagnostics/D0208.md")),
    ("D0209", include_str!("../../../docs/diagnostics/D0209.md")),
    ("D0210", include_str!("../../../docs/diagnostics/D0210.md")),
    ("D0301", include_str!("../../../docs/diagnostics/D0301.md")),
    ("D0302", include_str!("../../../docs/diagnostics/D0302.md")),
    ("D0303", include_str!("../../../docs/diagnostics/D0303.md")),
    ("D0304", include_str!("../../../docs/diagnostics/D0304.md")),
    ("D0305", include_str!("../../../docs/diagnostics/D0305.md")),
    ("D0306", include_str!("../../../docs/diagnostics/D0306.md")),
    ("D0307", include_str!("../../../docs/diagnostics/D0307.md")),
    ("D0308", include_str!("../../../docs/diagnostics/D0308.md")),
    ("D0401", include_str!("../../../docs/diagnostics/D0401.md")),
    ("D0402", include_str!("../../../docs/diagnostics/D0402.md")),
    ("D0403", include_str!("../../../docs/diagnostics/D0403.md")),
    ("D0404", include_str!("../../../docs/diagnostics/D0404.md")),
    ("D0405", include_str!("../../../docs/diagnostics/D0405.md")),
    ("D0406", include_str!("../../../docs/diagnostics/D0406.md")),
    ("D0407", include_str!("../../../docs/diagnostics/D0407.md")),
    ("D0408", include_str!("../../../docs/diagnostics/D0408.md")),
    ("D0409", include_str!("../../../docs/diagnostics/D0409.md")),
    ("D0575", include_str!("../../../docs/diagnostics/D0575.md")),
];

/// The page of a finding, by its number or its name.
pub(super) fn page(wanted: &str) -> Result<Cow<'static, str>, Problem> {
    if let Some(rule) = lint::rule(wanted) {
        return Ok(lint::page(rule).into());
    }
    let code = ALL
        .iter()
        .map(|info| info.code)
        .find(|code| code.name == wanted || code.id().eq_ignore_ascii_case(wanted));
    let page = code.and_then(|code| PAGES.iter().find(|(id, _)| *id == code.id()));
    page.map(|(_, page)| Cow::Borrowed(*page)).ok_or_else(|| {
        let problem = Problem::usage(format!("there is no finding `{wanted}`"));
        match nearest(wanted, ALL.iter().map(|info| info.code.name)) {
            Some(near) => problem.with_help(format!("did you mean `{near}`?")),
            None => problem
                .with_help("give the number or the name of a finding, as in D0301 or unknown-reference"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_has_a_page() {
        for info in ALL {
            for wanted in [info.code.id(), info.code.id().to_lowercase(), info.code.name.to_owned()] {
                let page = page(&wanted).unwrap();
                assert!(page.starts_with(&format!("# {}\n", info.code)), "{wanted}");
            }
        }
    }

    #[test]
    fn a_word_that_is_nearly_one_gets_advice() {
        assert_eq!(page("unused-tabel").unwrap_err().to_string(), "there is no finding `unused-tabel`");
    }
}
