//! Reading: YAML text to a tree in which every key and value has a span.
//!
//! In: the text of one file. Out: a [`Document`], and a finding for everything that careful YAML does not have:
//! duplicate keys, aliases, tags, tabs, bare templates and so on, as many as one pass can find. [`read_piece`] then
//! turns one part of a document into a Rust type and words what does not fit in terms of the file.
//!
//! Must not know what a mapping is, and opens no file. Three readers stand behind it. A quick one takes texts that are
//! plain. All others are read by two: one gives positions, the other, `serde_yaml`, checks that both understand the text
//! alike. It never sees a text that the first has refused, for on deeply nested input it takes half a minute.

mod agreement;
mod decode;
mod document;
mod hygiene;
mod misfit;
mod piece;
mod plain;
mod route;
mod scalar;
mod syntax;
mod tree;

#[cfg(test)]
mod tests;

pub use agreement::{agree, confirm};
pub use document::{Document, Key, Kind, Node};
pub(crate) use misfit::describe;
pub(crate) use piece::fitting;
pub use piece::{known_keys, read_piece};
pub use route::{Route, Segment};
pub(crate) use scalar::Scalar;

use crate::diag::{Diagnostics, Span};
use tree::Attempt;

/// Most bytes of a file.
pub const MOST_BYTES: usize = 1 << 20;
/// Most lists and maps inside each other.
pub const MOST_DEPTH: usize = 64;
/// Most values of a file, lists and maps among them.
pub const MOST_NODES: usize = 100_000;
/// Most findings that reading a text gives; those after it are dropped.
const MOST_FINDINGS: usize = 200;
/// How often a text is read again after a bare template that broke its syntax.
const MOST_REPAIRS: usize = 16;

/// Reads a text and reports what is wrong with its YAML.
///
/// `None` if there is nothing to go on with: no map at the root, broken syntax, aliases, or a limit passed. A document
/// may come with errors: of two equal keys the first stays, tags and merge keys are left out.
pub fn read(text: &str, diagnostics: &mut Diagnostics) -> Option<Document> {
    if text.len() > MOST_BYTES {
        diagnostics.file_too_large(text.len(), MOST_BYTES);
        return None;
    }
    match plain::read(text) {
        Some(root) => Some(Document::new(root, text)),
        None => read_in_full(text, diagnostics),
    }
}

/// The same with the two full readers, whatever the text.
fn read_in_full(text: &str, diagnostics: &mut Diagnostics) -> Option<Document> {
    let mut found = Diagnostics::new();
    hygiene::check_characters(text, &mut found);
    let root = read_tree(text, &mut found);
    let document = root.map(|root| Document::new(root, text));
    let clean = !found.has_errors();
    let mut findings = found.into_vec();
    if findings.len() > MOST_FINDINGS {
        findings.sort_by_key(|finding| finding.severity);
    }
    for finding in findings.into_iter().take(MOST_FINDINGS) {
        diagnostics.push(finding);
    }
    let document = document?;
    if clean && let Err(span) = agreement::compare(&document) {
        diagnostics.ambiguous(span);
        return None;
    }
    Some(document)
}

/// The tree of a text; a text that a bare template breaks is read again with something harmless in its place.
fn read_tree(text: &str, found: &mut Diagnostics) -> Option<Node> {
    let mut repaired: Option<String> = None;
    let mut templates: Vec<Span> = Vec::new();
    for _ in 0..=MOST_REPAIRS {
        let current = repaired.as_deref().unwrap_or(text);
        let Attempt { root, failure, diagnostics, templates: seen } = tree::build(current);
        let broken = failure.as_ref().map(|failure| failure.offset);
        let template = broken.and_then(|offset| syntax::bare_template(current, offset));
        let fresh = template.filter(|span| !templates.contains(span));
        if let Some(span) = fresh {
            templates.push(span);
            repaired = Some(syntax::without_template(current, span));
            continue;
        }
        let told = !templates.is_empty()
            || template.is_some()
            || broken.is_some_and(|offset| is_told(found, offset));
        templates.extend(seen);
        templates.sort_unstable();
        templates.dedup();
        for span in &templates {
            found.unquoted_template(*span, text.get(span.start..span.end).unwrap_or_default());
        }
        for finding in diagnostics.into_vec() {
            found.push(finding);
        }
        let spotted_tab = hygiene::check_tabs(current, root.as_ref(), broken, found);
        if let Some(failure) = failure
            && !told
            && !spotted_tab
        {
            failure.report(text, found);
        }
        return if repaired.is_some() { None } else { root };
    }
    None
}

/// Whether a finding stands at `offset`, so that broken syntax there is its consequence.
fn is_told(found: &Diagnostics, offset: usize) -> bool {
    found.iter().any(|finding| finding.primary.contains(offset))
}
