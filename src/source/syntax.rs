//! Broken syntax, told in plain words, and the commonest cause of it: a template without quotes.
//!
//! In: the error of the positional reader and the text. Out: a finding, or the span of the template to blame.

use granit_parser::{ErrorKind, ScanError};

use super::MOST_DEPTH;
use crate::diag::{Diagnostics, Span, quoted};

/// Where and why reading stopped.
pub(super) struct Failure {
    /// Byte offset into the text.
    pub(super) offset: usize,
    kind: ErrorKind,
}

impl Failure {
    pub(super) fn new(error: &ScanError, text: &str) -> Self {
        let offset = error.marker().byte_offset().unwrap_or(text.len());
        Self { offset: text.floor_char_boundary(offset), kind: error.kind().clone() }
    }

    /// Adds the finding.
    pub(super) fn report(&self, text: &str, diagnostics: &mut Diagnostics) {
        let next = text.get(self.offset..).and_then(|rest| rest.chars().next());
        let n_bytes = next.filter(|letter| *letter != '\n').map_or(0, char::len_utf8);
        let span = Span::new(self.offset, self.offset + n_bytes);
        if matches!(self.kind, ErrorKind::DirectiveDisallowed) {
            diagnostics.directive(span);
            return;
        }
        if matches!(
            self.kind,
            ErrorKind::TabNotAllowed | ErrorKind::TabInBlockIndentation | ErrorKind::TabInIndentation
        ) {
            diagnostics.tab_indent(span);
            return;
        }
        if matches!(self.kind, ErrorKind::RecursionLimitExceeded) {
            diagnostics.too_deep(span, MOST_DEPTH);
            return;
        }
        let (problem, help) = self.in_words();
        let help = match bare_selector(text, self.offset).filter(|_| self.is_in_braces()) {
            Some(selector) => Some(format!("quote the path: {}", quoted(&format!("\"{selector}\"")))),
            None => help.map(str::to_owned),
        };
        diagnostics.syntax(span, &problem, help.as_deref());
    }

    fn is_in_braces(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator
        )
    }

    fn in_words(&self) -> (String, Option<&'static str>) {
        let (problem, help) = match &self.kind {
            ErrorKind::UnexpectedEofFlowSequence => ("a list is not closed", Some("close it with `]`")),
            ErrorKind::UnexpectedEofFlowMapping | ErrorKind::UnexpectedEofImplicitFlowMapping => {
                ("a map is not closed", Some("close it with `}`"))
            }
            ErrorKind::UnclosedFlowCollection { open: '[' } => {
                ("a list is not closed", Some("close it with `]`"))
            }
            ErrorKind::UnclosedFlowCollection { .. } => ("a map is not closed", Some("close it with `}`")),
            ErrorKind::ExpectedFlowMappingSeparator => {
                ("a map in braces lacks `,` or `}` here", Some("a text with special characters needs quotes"))
            }
            ErrorKind::ExpectedFlowSequenceSeparator => (
                "a list in brackets lacks `,` or `]` here",
                Some("a text with special characters needs quotes"),
            ),
            ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
                return (format!("`{close}` closes what `{open}` opened"), None);
            }
            ErrorKind::MisplacedFlowCollectionEnd => {
                ("a bracket closes nothing", Some("remove it, or quote the text"))
            }
            ErrorKind::MappingValueNotAllowed => (
                "a second colon with a blank behind it in one line",
                Some("a text that holds `: ` needs quotes; a map goes on a line of its own"),
            ),
            ErrorKind::ExpectedBlockMappingKey | ErrorKind::InvalidIndentation => (
                "this line does not fit into what is around it",
                Some("check the indentation of it and the line before"),
            ),
            ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
                ("a key without its colon", Some("write `key: value`, with a space after the colon"))
            }
            ErrorKind::ExpectedBlockSequenceEntry | ErrorKind::BlockSequenceEntryNotAllowed => {
                ("an element of a list where none can stand", Some("check the indentation of the dash"))
            }
            ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
                ("a quote is not closed", Some("close the text with the quote that opened it"))
            }
            ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
                ("something follows the closing quote", Some("put the whole text in quotes"))
            }
            ErrorKind::UnknownQuotedScalarEscape => {
                ("an unknown escape", Some("write `\\\\` for a backslash, or use single quotes"))
            }
            ErrorKind::UnexpectedCharacter { character } => {
                let problem = format!("a bare text cannot begin with `{}`", character.escape_default());
                return (problem, Some("quote the text"));
            }
            other => return (other.to_string(), None),
        };
        (problem.to_owned(), help)
    }
}

/// The bare selector in braces that a bracket at `offset` has cut off.
fn bare_selector(text: &str, offset: usize) -> Option<&str> {
    let before = text.get(..offset)?;
    let start = before.rfind(|letter: char| letter.is_whitespace() || "{[,".contains(letter))? + 1;
    let rest = text.get(start..)?;
    let end = rest.find(|letter: char| letter.is_whitespace() || "},".contains(letter)).unwrap_or(rest.len());
    rest.get(..end)
        .filter(|_| rest.starts_with('$') && text.get(offset..).is_some_and(|cut| cut.starts_with('[')))
}

/// The bare template on the line of `offset`, or on the line before it, that begins a value.
pub(super) fn bare_template(text: &str, offset: usize) -> Option<Span> {
    let line_start =
        |offset: usize| text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let start = line_start(offset);
    let first = line_start(start.saturating_sub(1));
    let end = text.get(offset..)?.find('\n').map_or(text.len(), |at| offset + at);
    [(start, end), (first, start)].into_iter().find_map(|(from, to)| template_in_line(text, from, to))
}

/// One walk along the line, with an eye on quotes: a template inside of them is fine.
fn template_in_line(text: &str, from: usize, to: usize) -> Option<Span> {
    let line = text.get(from..to)?;
    let mut open_quote = None;
    let mut before = ':';
    let mut last = ' ';
    for (offset, letter) in line.char_indices() {
        match (open_quote, letter) {
            (Some(quote), _) if quote == letter => open_quote = None,
            (None, '#') if last == ' ' => return None,
            (None, '"' | '\'') if !last.is_alphanumeric() => open_quote = Some(letter),
            (None, '{') if begins_value(before) && line.get(offset..)?.starts_with("{{") => {
                return Some(template_at(text, from + offset));
            }
            (Some(_) | None, _) => {}
        }
        last = letter;
        if letter != ' ' {
            before = letter;
        }
    }
    None
}

/// Whether a value may begin after this character.
fn begins_value(before: char) -> bool {
    matches!(before, ':' | '-' | ',' | '[' | '{')
}

/// The template that begins at `start`, with what follows it in the same value.
pub(super) fn template_at(text: &str, start: usize) -> Span {
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    let Some(closed) = line.find("}}").map(|at| at + 2) else {
        return Span::new(start, start + line.trim_end().len());
    };
    let tail = line.get(closed..).unwrap_or_default();
    let value_end = value_end(text, start, tail);
    let value = tail.get(..value_end).unwrap_or_default().trim_end();
    Span::new(start, start + closed + value.len())
}

/// How far a value goes on in `tail`, what follows a template: to a comment, and inside brackets to their end.
fn value_end(text: &str, start: usize, tail: &str) -> usize {
    let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let before = text.get(line_start..start).unwrap_or_default();
    let is_in_brackets = before.matches(['{', '[']).count() > before.matches(['}', ']']).count();
    let comment = tail.find(" #").unwrap_or(tail.len());
    if !is_in_brackets {
        return comment;
    }
    let mut depth = 0_usize;
    for (offset, letter) in tail.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' | ',' | ']' => return offset.min(comment),
            _ => {}
        }
    }
    comment
}

/// The text with a quoted word of equal length in place of a template, so that all other offsets stay.
pub(super) fn without_template(text: &str, template: Span) -> String {
    let before = text.get(..template.start).unwrap_or_default();
    let after = text.get(template.end..).unwrap_or_default();
    let n_filler = template.end.saturating_sub(template.start).saturating_sub(2);
    format!("{before}\"{}\"{after}", "x".repeat(n_filler))
}
