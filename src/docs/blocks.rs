//! Blocks in documents: a comment that says what stands below it, the text, a comment that ends it.
//!
//! ```text
//! <!-- mapwright docs mapping.yaml table user -->
//!
//! | attribute | value |
//!
//! <!-- mapwright end -->
//! ```
//!
//! In: a document, and someone who knows what blocks should hold. Out: the document as it should be.

use std::fmt::{self, Display, Formatter};

use super::Block;

const START: &str = "<!-- mapwright docs ";
const END: &str = "<!-- mapwright end -->";

/// A block in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Line of its first comment, from 1.
    pub line: usize,
    /// The mapping, as the document names it.
    pub mapping: String,
    /// What it shows.
    pub block: Block,
}

/// A document as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshed {
    /// The whole text.
    pub text: String,
    /// Its blocks.
    pub blocks: Vec<Written>,
}

/// What is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadDocument {
    /// Line, from 1.
    line: usize,
    why: String,
}

impl BadDocument {
    /// Line, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }
}

impl Display for BadDocument {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.why)
    }
}

impl std::error::Error for BadDocument {}

/// The document with every block as `text_of` says. What stands in fenced code is left alone.
///
/// # Errors
/// [`BadDocument`] when a block has no end, an unknown name, or no text.
pub fn refresh(
    document: &str,
    text_of: &mut dyn FnMut(&Written) -> Result<String, String>,
) -> Result<Refreshed, BadDocument> {
    let mut refreshed = Refreshed { text: String::with_capacity(document.len()), blocks: Vec::new() };
    let mut is_code = false;
    let mut lines = document.split_inclusive('\n').enumerate();
    while let Some((index, line)) = lines.next() {
        refreshed.text.push_str(line);
        is_code ^= line.starts_with("```");
        if is_code {
            continue;
        }
        let Some(written) = start(line, index + 1)? else { continue };
        let Some((_, end)) = lines.find(|(_, line)| line.trim_end() == END) else {
            return Err(BadDocument {
                line: index + 1,
                why: format!("the block has no end: `{END}` is missing"),
            });
        };
        let text = text_of(&written).map_err(|why| BadDocument { line: index + 1, why })?;
        if !line.ends_with('\n') {
            refreshed.text.push('\n');
        }
        refreshed.text.extend(["\n", &text, "\n", end]);
        refreshed.blocks.push(written);
    }
    Ok(refreshed)
}

/// The block that begins with a line.
fn start(line: &str, number: usize) -> Result<Option<Written>, BadDocument> {
    let bad = |why: String| BadDocument { line: number, why };
    let trimmed = line.trim_end();
    if trimmed == END {
        return Err(bad(format!("`{END}` ends no block")));
    }
    let Some(inside) = trimmed.strip_prefix(START) else { return Ok(None) };
    let words = inside.strip_suffix("-->").ok_or_else(|| bad("the comment has no end".to_owned()))?;
    let (mapping, block) = words.trim().split_once(' ').unwrap_or((words.trim(), ""));
    let block = block.trim().parse().map_err(|error: super::NoBlock| bad(error.to_string()))?;
    Ok(Some(Written { line: number, mapping: mapping.to_owned(), block }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh(document: &str) -> Result<Refreshed, BadDocument> {
        refresh(document, &mut |written| match &written.block {
            Block::Table(name) if name == "gone" => Err("no table is called `gone`".into()),
            block => Ok(format!("{} of {}\n", block, written.mapping)),
        })
    }

    #[test]
    fn what_stands_in_blocks_is_written_anew_and_all_else_stays() {
        let document =
            "# A\n<!-- mapwright docs m.yaml table user -->\nold\n```\nx\n```\n<!-- mapwright end -->\nB\n";
        let wanted = "# A\n<!-- mapwright docs m.yaml table user -->\n\ntable user of m.yaml\n\n<!-- mapwright end -->\nB\n";
        let refreshed = fresh(document).unwrap();
        assert_eq!(refreshed.text, wanted);
        assert_eq!(refreshed.blocks.iter().map(|block| block.line).collect::<Vec<_>>(), [2]);
        assert_eq!(fresh(wanted).unwrap().text, wanted);
    }

    #[test]
    fn blocks_in_code_are_only_shown() {
        let document = "```text\n<!-- mapwright docs m.yaml settings -->\n<!-- mapwright end -->\n```\n";
        assert_eq!(fresh(document).unwrap(), Refreshed { text: document.into(), blocks: Vec::new() });
    }

    #[track_caller]
    fn bad(document: &str, line: usize, why: &str) {
        let error = fresh(document).unwrap_err();
        assert_eq!((error.line(), error.to_string().as_str()), (line, why));
    }

    #[test]
    fn says_what_is_wrong_with_a_document() {
        bad(
            "\n<!-- mapwright docs m.yaml settings -->\n",
            2,
            "the block has no end: `<!-- mapwright end -->` is missing",
        );
        bad("<!-- mapwright end -->\n", 1, "`<!-- mapwright end -->` ends no block");
        bad("<!-- mapwright docs m.yaml settings\n", 1, "the comment has no end");
        bad(
            "<!-- mapwright docs m.yaml tables -->\n<!-- mapwright end -->\n",
            1,
            "`tables` is no block; there are settings, service, names, table NAME, flow NAME, graph NAME",
        );
        bad(
            "<!-- mapwright docs m.yaml table gone -->\n<!-- mapwright end -->",
            1,
            "no table is called `gone`",
        );
    }
}
