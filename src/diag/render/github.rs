//! Findings as annotations of a GitHub workflow: a line each, which GitHub shows beside the changed text.
//!
//! Source: GitHub documentation, "Workflow commands for GitHub Actions", setting an error message.

use std::fmt::Write;

use crate::diag::{Diagnostic, LineIndex, Severity};

/// A line for each finding; empty if there are none.
#[must_use]
pub fn github(found: &[Diagnostic], file_name: &str, text: &str) -> String {
    let lines = LineIndex::new(text);
    let mut shown = String::new();
    for one in found {
        let start = lines.position(one.primary.start);
        let end = lines.position(one.primary.end.max(one.primary.start));
        let level = match one.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let message = match &one.help {
            Some(help) => format!("{}\nhelp: {help}", one.message),
            None => one.message.clone(),
        };
        // Writing into a string cannot fail.
        let _ = writeln!(
            shown,
            "::{level} file={},line={},endLine={},col={},endColumn={},title={}::{}",
            property(file_name),
            start.line,
            end.line,
            start.column,
            end.column,
            property(&one.code.to_string()),
            data(&message),
        );
    }
    shown
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Code, Diagnostics, Span};

    #[test]
    fn a_line_each() {
        let mut all = Diagnostics::new();
        all.error(Code::SYNTAX, Span::new(5, 9), "100 %, broken").help("mend it");
        all.warning(Code::TAG, Span::new(0, 1), "odd");
        let shown = github(&all.into_vec(), "a,b:c.yaml", "a: 1\nlong");
        let expected = "\
::warning file=a%2Cb%3Ac.yaml,line=1,endLine=1,col=1,endColumn=2,title=D0106 tag::odd
::error file=a%2Cb%3Ac.yaml,line=2,endLine=2,col=1,endColumn=5,title=D0101 syntax::100 %25, broken%0Ahelp: mend it
";
        assert_eq!(shown, expected);
    }
}
