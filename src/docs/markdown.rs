//! Markdown: text and code that stay what they are, and tables.

/// Text in which nothing is markup.
pub(super) fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let inside = before.is_alphanumeric() && characters.peek().is_some_and(|next| next.is_alphanumeric());
        match character {
            // Inside of a word it is no markup.
            '_' if inside => {}
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '#' | '~' => escaped.push('\\'),
            _ => {}
        }
        escaped.push(if character.is_control() { ' ' } else { character });
        before = character;
    }
    escaped
}

/// Text as code.
///
/// Source: GitHub Flavored Markdown, "Code spans": as many backticks around it as do not occur in it.
pub(super) fn code(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let is_bare = !text.starts_with('`') && !text.ends_with('`') && !text.trim().is_empty();
    if is_bare { format!("{fence}{text}{fence}") } else { format!("{fence} {text} {fence}") }
}

/// A table; columns in which nothing stands are left out. Empty when there are no rows.
pub(super) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let is_shown: Vec<bool> = (0..N)
        .map(|column| rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_empty())))
        .collect();
    let line = |cells: [String; N]| {
        let shown = cells.into_iter().zip(&is_shown).filter(|(_, is_shown)| **is_shown);
        let cells: Vec<String> = shown.map(|(cell, _)| cell).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut text = line(headings.map(str::to_owned)) + &line(headings.map(|_| "---".to_owned()));
    // A bar ends a cell, in code too.
    text.extend(rows.iter().map(|row| line(row.clone().map(|cell| cell.replace('|', "\\|")))));
    text
}

#[cfg(test)]
mod tests {
    use super::{code, plain, table};

    #[test]
    fn nothing_is_markup_in_plain_text() {
        assert_eq!(
            plain("a *b* <i> [x](y) `c` \\ _d_ e_f #1 & ~x\n"),
            "a \\*b\\* \\<i\\> \\[x\\](y) \\`c\\` \\\\ \\_d\\_ e_f \\#1 \\& \\~x "
        );
    }

    #[test]
    fn code_keeps_its_backticks() {
        assert_eq!(code("a|b"), "`a|b`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(code(" "), "`   `");
    }

    #[test]
    fn bars_end_no_cell_and_empty_columns_are_left_out() {
        let rows = [
            ["a|b".to_owned(), String::new(), "`x|y`".to_owned()],
            [String::new(), String::new(), "c".to_owned()],
        ];
        assert_eq!(
            table(["1", "2", "3"], &rows),
            "| 1 | 3 |\n| --- | --- |\n| a\\|b | `x\\|y` |\n|  | c |\n"
        );
        assert_eq!(table(["1"], &[]), "");
    }
}
