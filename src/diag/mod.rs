//! Diagnostics: what the author of a mapping is told about it.
//!
//! In: findings of the stages, each with a code and the bytes that it is about. Out: the same findings in the order
//! of the text, and their rendering for people and for machines. A diagnostic is not an error of the program: the
//! world may be fine while the mapping is not.
//!
//! This module must not know YAML, mappings or files. A span is a pair of byte offsets into some text; whoever
//! renders brings that text and its name.

mod codes;
mod diagnostics;
mod fix;
mod lines;
mod nearest;
mod reading;
pub mod render;

use std::fmt;

use serde_json::Value;

pub use codes::{ALL, CodeInfo};
pub use diagnostics::Diagnostics;
pub(crate) use diagnostics::{listed, quoted};
pub use fix::{Edit, Fix, Safety, apply};
pub use lines::{LineIndex, Position};
pub use nearest::nearest;

/// Bytes of the text from `start` up to, not including, `end`.
///
/// Nothing keeps a span inside its text; those who read the text clamp.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset just after the last byte.
    pub end: usize,
}

impl Span {
    /// The span of the bytes `start..end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The empty span at `offset`.
    #[must_use]
    pub const fn at(offset: usize) -> Self {
        Self { start: offset, end: offset }
    }

    /// Whether the byte at `offset` is inside.
    #[must_use]
    pub const fn contains(self, offset: usize) -> bool {
        self.start <= offset && offset < self.end
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The mapping cannot be used.
    Error,
    /// The mapping works, though maybe not as its author thinks.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// Name of one kind of finding, for ever: the number and the slug are never given to another kind.
///
/// The constants are in `codes.rs`, the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    /// Four decimal digits at most; the first two tell the stage.
    pub number: u16,
    /// A few lower-case words joined by `-`.
    pub name: &'static str,
}

impl Code {
    /// The number as people write it, such as `D0301`.
    #[must_use]
    pub fn id(self) -> String {
        format!("D{:04}", self.number)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "D{:04} {}", self.number, self.name)
    }
}

/// A remark beside some part of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// What the remark is about.
    pub span: Span,
    /// A few words without a full stop.
    pub message: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of finding it is.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One lower-case sentence without a full stop; what the author wrote stands in backticks.
    pub message: String,
    /// What the author should look at first.
    pub primary: Span,
    /// Remarks beside the text. One whose span is `primary` stands beside the caret.
    pub related: Vec<Label>,
    /// What the author could do.
    pub help: Option<String>,
    /// Edits that do it.
    pub fix: Option<Fix>,
    /// An input that makes it happen, as JSON, and what happens.
    pub witness: Option<(Value, String)>,
}

impl Diagnostic {
    /// A finding without remarks or help.
    #[must_use]
    pub fn new(code: Code, severity: Severity, primary: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            primary,
            related: Vec::new(),
            help: None,
            fix: None,
            witness: None,
        }
    }

    /// Adds a remark beside another part of the text.
    pub fn label(&mut self, span: Span, message: impl Into<String>) -> &mut Self {
        self.related.push(Label { span, message: message.into() });
        self
    }

    /// Adds the words that stand beside the caret.
    pub fn mark(&mut self, message: impl Into<String>) -> &mut Self {
        self.label(self.primary, message)
    }

    /// Says what the author could do; a later call replaces the earlier advice.
    pub fn help(&mut self, advice: impl Into<String>) -> &mut Self {
        self.help = Some(advice.into());
        self
    }

    /// Adds the edits that mend it; `None` when there are none.
    pub fn fix(&mut self, fix: Option<Fix>) -> &mut Self {
        self.fix = fix;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_shows_number_and_name() {
        let code = Code { number: 301, name: "unknown-field" };
        assert_eq!(code.to_string(), "D0301 unknown-field");
        assert_eq!(code.id(), "D0301");
    }

    #[test]
    fn mark_stands_at_the_primary_span() {
        let mut found = Diagnostic::new(Code::SYNTAX, Severity::Error, Span::new(3, 5), "bad");
        found.mark("here").help("first").help("second");
        assert_eq!(found.related, [Label { span: Span::new(3, 5), message: "here".into() }]);
        assert_eq!(found.help.as_deref(), Some("second"));
    }
}
