//! Rules about text that is valid YAML and still asks for trouble.
//!
//! In: the text, its tree, single scalars. Out: findings. Must not know the meaning of keys.

use super::document::{Kind, Node};
use super::{MOST_FINDINGS, scalar};
use crate::diag::{Diagnostics, Span};

/// Reports characters that cannot be seen or that readers of YAML treat in different ways.
pub(super) fn check_characters(text: &str, diagnostics: &mut Diagnostics) {
    for (offset, character) in text.char_indices() {
        let is_bad = match character {
            '\n' | '\t' => false,
            '\r' => text.as_bytes().get(offset + 1) != Some(&b'\n'),
            '\u{feff}' => offset > 0,
            '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}' => true,
            _ => character.is_control(),
        };
        if diagnostics.len() >= MOST_FINDINGS {
            return;
        }
        if is_bad {
            diagnostics.control_character(Span::new(offset, offset + character.len_utf8()), character);
        }
    }
}

/// Reports bare scalars that readers of YAML, or people, take for something else.
pub(super) fn check_scalar(node: &Node, diagnostics: &mut Diagnostics) {
    let Kind::Scalar { text, plain: true } = &node.kind else { return };
    if scalar::is_yes_no_word(text) {
        diagnostics.yes_no_word(node.span, text);
    } else if scalar::has_leading_zero(text) {
        diagnostics.leading_zero(node.span, text);
    } else if scalar::is_too_large(text) {
        diagnostics.number_too_large(node.span, text);
    }
}

/// Reports lines that a tab indents, outside of texts of many lines. Says whether one stands where the syntax broke.
///
/// `broken` is where that was; what comes later than the line after it is not judged.
pub(super) fn check_tabs(
    text: &str,
    root: Option<&Node>,
    broken: Option<usize>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let texts = root.map(texts_of_many_lines).unwrap_or_default();
    let broken_line = broken.map(|broken| text.bytes().take(broken).filter(|byte| *byte == b'\n').count());
    let mut is_culprit = false;
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if broken_line.is_some_and(|broken| number > broken + 1) {
            break;
        }
        if let Some(tab) = indenting_tab(line)
            && !is_inside(&texts, start + tab)
        {
            diagnostics.tab_indent(Span::new(start + tab, start + tab + 1));
            is_culprit |= broken_line.is_some_and(|broken| number + 1 >= broken);
        }
        start += line.len();
    }
    is_culprit
}

/// Offset of the first tab before the first word of a line.
fn indenting_tab(line: &str) -> Option<usize> {
    let words = line.trim_start_matches([' ', '\t']);
    line.find('\t').filter(|tab| *tab < line.len() - words.len())
}

fn is_inside(spans: &[Span], offset: usize) -> bool {
    let n_before = spans.partition_point(|span| span.start <= offset);
    n_before.checked_sub(1).and_then(|last| spans.get(last)).is_some_and(|span| offset < span.end)
}

/// Spans of scalars, in the order of the text.
fn texts_of_many_lines(root: &Node) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut rest = vec![root];
    while let Some(node) = rest.pop() {
        match &node.kind {
            Kind::Scalar { .. } => spans.push(node.span),
            Kind::List(nodes) => rest.extend(nodes),
            Kind::Map(entries) => {
                for (key, value) in entries {
                    spans.push(key.span);
                    rest.push(value);
                }
            }
        }
    }
    spans.sort_unstable();
    spans
}
