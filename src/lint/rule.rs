//! What a rule is, and what it reports into.

use super::scope::Scope;
use crate::destination::Destination;
use crate::diag::{ALL, Code, Diagnostic, Diagnostics, Safety, Severity, Span};

/// A rule of the linter: one record, from which its page, its tests and its part of the help are made.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Number and name.
    pub code: Code,
    /// The release that had it first.
    pub since: &'static str,
    /// Why what it finds matters.
    pub why: &'static str,
    /// What its fix does and how safe that is, if it has one.
    pub fix: Option<(Safety, &'static str)>,
    /// A part of a mapping that it finds fault with. The carets below a line mark where.
    pub bad: &'static str,
    /// Nearly the same, without fault.
    pub good: &'static str,
    pub(super) check: Check,
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Check {
    /// The mapping.
    Mapping(fn(&Scope<'_>, &mut Report<'_>)),
    /// The mapping and the schemas of its destination, where it names some.
    Destination {
        check: fn(&Scope<'_>, &Destination, &mut Report<'_>),
        /// The schemas of its examples.
        schemas: &'static str,
    },
    /// The suppressions, after all other rules: which of their names have silenced something.
    Suppressions(fn(&Scope<'_>, &[Vec<bool>], &mut Report<'_>)),
}

/// Schemas of a made-up destination, for the examples of rules that need some.
pub(super) const EXAMPLE: &str = include_str!("rules/example.schema.json");

impl Rule {
    /// The schemas, an OpenAPI document, that its examples are about, if it looks at schemas.
    #[must_use]
    pub fn schemas(&self) -> Option<&'static str> {
        match self.check {
            Check::Destination { schemas, .. } => Some(schemas),
            Check::Mapping(_) | Check::Suppressions(_) => None,
        }
    }

    /// One line about what it finds.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        ALL.iter().find(|info| info.code == self.code).map_or("", |info| info.summary)
    }

    /// Its severity unless somebody configures another.
    #[must_use]
    pub fn severity(&self) -> Severity {
        let info = ALL.iter().find(|info| info.code == self.code);
        info.map_or(Severity::Warning, |info| info.severity)
    }
}

/// Where one rule puts its findings.
pub(super) struct Report<'f> {
    pub(super) code: Code,
    pub(super) severity: Severity,
    pub(super) found: &'f mut Diagnostics,
}

impl Report<'_> {
    /// Adds a finding.
    pub(super) fn at(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.found.push(Diagnostic::new(self.code, self.severity, span, message))
    }
}
