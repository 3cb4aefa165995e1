//! A mutant as people look at it: the lines that differ, cut to what is around the change.

use super::Mutant;

/// Characters that are shown on both sides of a change.
const AROUND: usize = 40;
/// Most characters of a change itself.
const MOST: usize = 100;

/// What differs, in one line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// As the mapping has it.
    pub before: String,
    /// As the mutant has it.
    pub after: String,
}

impl Mutant {
    /// What differs from the mapping.
    #[must_use]
    pub fn view(&self, text: &str) -> View {
        let made = self.applied_to(text);
        let same_start = text.bytes().zip(made.bytes()).take_while(|(old, new)| old == new).count();
        let start = text.floor_char_boundary(same_start).min(made.floor_char_boundary(same_start));
        let rest = |whole: &'_ str| whole.len().saturating_sub(start);
        let most = rest(text).min(rest(&made));
        let same_end =
            text.bytes().rev().zip(made.bytes().rev()).take(most).take_while(|(old, new)| old == new).count();
        let before = part(text, start, text.ceil_char_boundary(text.len() - same_end));
        let after = part(&made, start, made.ceil_char_boundary(made.len() - same_end));
        View { before, after }
    }
}

/// Bytes `start..end` with what stands around them on their lines, in one line.
fn part(text: &str, start: usize, end: usize) -> String {
    let (front, back) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let front = front.rsplit('\n').next().unwrap_or_default().trim_start();
    let back = back.split('\n').next().unwrap_or_default().trim_end();
    let n_front = front.chars().count();
    let lead: String = front.chars().skip(n_front.saturating_sub(AROUND)).collect();
    let tail: String = back.chars().take(AROUND).collect();
    let middle = text.get(start..end).unwrap_or_default();
    let words: Vec<&str> = middle.split('\n').map(str::trim_end).collect();
    let middle =
        words.iter().enumerate().map(|(index, line)| if index == 0 { line } else { line.trim_start() });
    let middle = middle.collect::<Vec<_>>().join(" ");
    let middle = if middle.chars().count() > MOST {
        format!("{}…", middle.chars().take(MOST).collect::<String>())
    } else {
        middle
    };
    let cut = |is_cut: bool| if is_cut { "…" } else { "" };
    let is_cut_behind = back.chars().count() > AROUND;
    format!("{}{lead}{middle}{tail}{}", cut(n_front > AROUND), cut(is_cut_behind)).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::mutate::mutants;

    #[track_caller]
    fn check(text: &str, operator: &str, before: &str, after: &str) {
        let mutant = mutants(text).into_iter().find(|mutant| mutant.operator == operator).unwrap();
        let expected = View { before: before.to_owned(), after: after.to_owned() };
        assert_eq!(mutant.view(text), expected);
    }

    #[test]
    fn a_short_line_is_shown_whole() {
        let text = "tables:\n  t:\n    rows: {a: {from: $.a, default: 1}}\n";
        check(text, "drop-default", "rows: {a: {from: $.a, default: 1}}", "rows: {a: {from: $.a}}");
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides() {
        let about = "x".repeat(60);
        let text = format!("tables: {{{about}: {{rows: {{a: {{from: $.a, default: 1}}, {about}: $.b}}}}}}\n");
        check(
            &text,
            "drop-default",
            &format!("…{}: {{rows: {{a: {{from: $.a, default: 1}}, {}…", "x".repeat(17), "x".repeat(37)),
            &format!("…{}: {{rows: {{a: {{from: $.a}}, {}…", "x".repeat(17), "x".repeat(37)),
        );
    }

    #[test]
    fn several_lines_become_one() {
        let text = "flows:\n  f:\n    steps:\n      - a:\n          post: /a\n      - b: {post: /b}\n";
        check(text, "drop-step", "- a: post: /a", "");
    }
}
