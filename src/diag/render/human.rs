//! Findings as text for people, in the manner of rustc.
//!
//! In: findings and the text. Out: one block a finding, with the line that it is about. The only file that knows the
//! library that draws.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::diag::{Diagnostic, LineIndex, Severity, Span};

/// Most bytes of one picture; of a longer one only what is around the primary span is shown.
const MOST_BYTES: usize = 8_000;

/// Most bytes of the line of the primary span, if all of it is to be shown.
const LONGEST_LINE: usize = 1_000;

/// Bytes shown on both sides of the primary span if the picture would be too long.
const CONTEXT: usize = 200;

/// Whether the text carries terminal colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// Text only.
    #[default]
    Never,
    /// With ANSI escapes.
    Always,
}

/// The findings as plain text, a blank line between two of them; empty if there are none.
#[must_use]
pub fn human(found: &[Diagnostic], file_name: &str, text: &str) -> String {
    human_with(found, file_name, text, Colour::Never)
}

/// The findings as text with or without colour.
#[must_use]
pub fn human_with(found: &[Diagnostic], file_name: &str, text: &str, colour: Colour) -> String {
    let lines = LineIndex::new(text);
    let blocks: Vec<String> = found.iter().map(|one| block(one, file_name, text, &lines, colour)).collect();
    blocks.join("\n")
}

/// One finding, ending with a line break.
fn block(found: &Diagnostic, file_name: &str, text: &str, lines: &LineIndex<'_>, colour: Colour) -> String {
    let picture = Picture::of(found, lines);
    let code = found.code.to_string();
    let message = one_line(&found.message);
    let labels: Vec<(AnnotationKind, Range<usize>, String)> = picture.labels(found, lines);
    let source = text.get(picture.bytes.clone()).unwrap_or_default();
    let annotations = labels.iter().map(|(kind, span, label)| -> Annotation<'_> {
        let label = (!label.is_empty()).then_some(label.as_str());
        kind.span(span.clone()).label(label)
    });
    let snippet = Snippet::source(source).line_start(picture.line).annotations(annotations);
    let place = lines.position(picture.primary.start);
    let origin = Origin::path(one_line(file_name)).line(place.line).char_column(place.column);
    let help: Option<String> = found.help.as_deref().map(one_line);
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut notes = picture.notes(found, lines);
    notes.extend(found.witness.iter().flat_map(|(input, outcome)| {
        [format!("witness: {input}"), format!("with it: {}", one_line(outcome))]
    }));
    let group: Group<'_> = level
        .primary_title(message.as_str())
        .id(code.as_str())
        .element(origin)
        .element(snippet)
        .elements(notes.iter().map(|note| Level::NOTE.message(note.as_str())))
        .elements(help.iter().map(|help| Level::HELP.message(help.as_str())));
    let renderer = match colour {
        Colour::Never => Renderer::plain(),
        Colour::Always => Renderer::styled(),
    };
    without_bare_gutter(&renderer.render(&[group]))
}

/// The lines of the text that one finding shows.
struct Picture {
    /// Number of the first line, from 1.
    line: usize,
    /// Whole lines, the last one without its line break.
    bytes: Range<usize>,
    /// The primary span, cut to its first line and made to fit the text.
    primary: Range<usize>,
}

impl Picture {
    fn of(found: &Diagnostic, lines: &LineIndex<'_>) -> Self {
        let primary = first_line_of(found.primary, lines);
        let (mut line, mut start) = lines.line_at(primary.start);
        let (mut last_line, mut end) = (line, lines.line_end(primary.start));
        for label in &found.related {
            let span = first_line_of(label.span, lines);
            let (label_line, label_start) = lines.line_at(span.start);
            if label_line < line {
                (line, start) = (label_line, label_start);
            }
            if label_line > last_line {
                (last_line, end) = (label_line, lines.line_end(span.start));
            }
        }
        let mut bytes = start..end.max(start);
        let (own_line, line_start) = lines.line_at(primary.start);
        let line_end = lines.line_end(primary.start);
        if bytes.len() > MOST_BYTES || line_end.saturating_sub(line_start) > LONGEST_LINE {
            line = own_line;
            let first = lines.clamp(primary.start.saturating_sub(CONTEXT)).max(line_start);
            let last = lines.clamp(primary.end.min(primary.start + CONTEXT) + CONTEXT);
            bytes = first..last.min(line_end).max(first);
        }
        Self { line, bytes, primary }
    }

    fn holds(&self, span: &Range<usize>) -> bool {
        self.bytes.start <= span.start && span.end <= self.bytes.end
    }

    /// The remarks that are too far away for the picture, in words.
    fn notes(&self, found: &Diagnostic, lines: &LineIndex<'_>) -> Vec<String> {
        let others = found.related.iter().filter(|label| label.span != found.primary);
        let far = others
            .map(|label| (first_line_of(label.span, lines), label))
            .filter(|(span, _)| !self.holds(span));
        let words = far.map(|(span, label)| {
            let place = lines.position(span.start);
            format!("{} (line {}, column {})", one_line(&label.message), place.line, place.column)
        });
        words.collect()
    }

    /// The remarks that the picture holds, counted from its first byte; the first is the primary one.
    fn labels(
        &self,
        found: &Diagnostic,
        lines: &LineIndex<'_>,
    ) -> Vec<(AnnotationKind, Range<usize>, String)> {
        let mut primary_text = String::new();
        let mut others = Vec::new();
        for label in &found.related {
            let span = first_line_of(label.span, lines);
            if label.span == found.primary {
                primary_text = one_line(&label.message);
            } else if self.holds(&span) {
                others.push((AnnotationKind::Context, self.shifted(&span), one_line(&label.message)));
            }
        }
        others.insert(0, (AnnotationKind::Primary, self.shifted(&self.primary), primary_text));
        others
    }

    fn shifted(&self, span: &Range<usize>) -> Range<usize> {
        let shift = |offset: usize| offset.clamp(self.bytes.start, self.bytes.end) - self.bytes.start;
        shift(span.start)..shift(span.end)
    }
}

/// The part of a span on its first line, made to fit the text.
fn first_line_of(span: Span, lines: &LineIndex<'_>) -> Range<usize> {
    let (_, line_start) = lines.line_at(lines.clamp(span.start));
    let line_end = lines.line_end(span.start).max(line_start);
    let start = lines.clamp(span.start).clamp(line_start, line_end);
    let end = lines.clamp(span.end).clamp(start, line_end);
    start..end
}

/// A text without line breaks and other characters that would spoil the layout.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Drops the lines that hold nothing but the bar, or the colons, beside the line numbers.
fn without_bare_gutter(drawn: &str) -> String {
    let mut kept = String::with_capacity(drawn.len());
    for line in drawn.lines().filter(|line| !matches!(without_escapes(line).trim(), "|" | ":::")) {
        kept.push_str(line.trim_end());
        kept.push('\n');
    }
    kept
}

/// A line without ANSI escapes.
fn without_escapes(line: &str) -> String {
    let mut inside = false;
    let mut keep = |letter: &char| {
        let was_inside = inside;
        inside = *letter == '\u{1b}' || (inside && *letter != 'm');
        !was_inside && !inside
    };
    line.chars().filter(|letter| keep(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Code, Diagnostics};

    const TEXT: &str = "requests:\n  - post: /tickets\n    body:\n      tiket:\n        a: 1\n";

    #[test]
    fn looks_like_rustc() {
        let start = TEXT.find("tiket:").unwrap();
        let mut all = Diagnostics::new();
        all.unknown_key(Span::new(start, start + 5), "tiket", &["ticket"], "a request");
        let expected = "\
error[D0201 unknown-key]: unknown key `tiket`
 --> mappings/acme.yaml:4:7
4 |       tiket:
  |       ^^^^^ not a key of a request
  = help: did you mean `ticket`?
";
        assert_eq!(human(&all.into_vec(), "mappings/acme.yaml", TEXT), expected);
    }

    #[test]
    fn a_span_of_many_lines_shows_its_first() {
        let mut all = Diagnostics::new();
        all.warning(Code::TOO_DEEP, Span::new(12, TEXT.len()), "too much");
        let shown = human(&all.into_vec(), "m.yaml", TEXT);
        assert_eq!(
            shown,
            "warning[D0109 too-deep]: too much\n --> m.yaml:2:3\n2 |   - post: /tickets\n  |   ^^^^^^^^^^^^^^^^\n"
        );
    }

    #[test]
    fn a_related_place_is_shown() {
        let mut all = Diagnostics::new();
        all.error(Code::DUPLICATE_KEY, Span::new(29, 33), "twice")
            .label(Span::new(0, 8), "first here")
            .mark("again");
        let shown = human(&all.into_vec(), "m.yaml", TEXT);
        assert!(shown.contains("1 | requests:\n  | -------- first here\n"), "{shown}");
    }

    #[test]
    fn a_related_place_far_away_is_told() {
        let text = format!("a: 1\n{}a: 2\n", "# far\n".repeat(5_000));
        let last = text.len() - 5;
        let mut all = Diagnostics::new();
        all.duplicate_key(Span::new(last, last + 1), "a", Span::new(0, 1));
        let shown = human(&all.into_vec(), "m.yaml", &text);
        assert!(shown.contains("= note: given first here (line 1, column 1)\n"), "{shown}");
        assert!(shown.contains("5002 | a: 2\n") && shown.lines().count() == 6, "{shown}");
    }

    #[test]
    fn a_long_line_is_cut() {
        let text = format!("a: [{} @, {}]\n", "x, ".repeat(10_000), "y, ".repeat(10_000));
        let start = text.find('@').unwrap();
        let mut all = Diagnostics::new();
        all.error(Code::SYNTAX, Span::new(start, start + 1), "bad");
        let shown = human(&all.into_vec(), "m.yaml", &text);
        assert!(
            shown.contains(" --> m.yaml:1:30006\n") && shown.contains('@') && shown.len() < 600,
            "{shown}"
        );
    }

    #[test]
    fn colour_is_a_wish() {
        let mut all = Diagnostics::new();
        all.error(Code::SYNTAX, Span::at(0), "bad");
        let all = all.into_vec();
        assert!(human_with(&all, "m", TEXT, Colour::Always).contains('\u{1b}'));
        assert!(!human(&all, "m", TEXT).contains('\u{1b}'));
    }

    #[test]
    fn any_span_renders() {
        let texts = [
            "",
            "\n",
            "\r\n\r\n",
            "größe: 日本\n\u{feff}x\ty",
            "\u{feff}",
            "a\rb\u{85}c\u{2028}d\u{0}e\u{1b}[1m",
        ];
        for text in texts {
            for start in 0..text.len() + 3 {
                for end in 0..text.len() + 3 {
                    let mut all = Diagnostics::new();
                    all.error(Code::SYNTAX, Span::new(start, end), "a\nb")
                        .label(Span::new(end, start), "\t")
                        .mark("m");
                    all.error(Code::SYNTAX, Span::new(usize::MAX, start), "").help("\r\n");
                    let all = all.into_vec();
                    assert!(!human(&all, "m.yaml", text).is_empty());
                    let _ = crate::diag::render::json(&all, "m.yaml", text);
                }
            }
        }
    }
}
