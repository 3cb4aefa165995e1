//! Reads the schemas that a mapping names, for everybody who reads files.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::destination::Destination;
use crate::diag::{Diagnostics, LineIndex, Span};
use crate::model::{self, Text};
use crate::source;

/// Why the schemas of a mapping cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemasError {
    span: Span,
    line: usize,
    why: String,
}

impl SchemasError {
    /// Where the mapping names them.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// What is wrong, without the place in the mapping.
    #[must_use]
    pub fn why(&self) -> &str {
        &self.why
    }
}

impl fmt::Display for SchemasError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.why)
    }
}

impl std::error::Error for SchemasError {}

/// The schemas that the text of a mapping names under `service.schemas`: all `*.json` files of that folder. `folder` is
/// the one that the path begins in, that of the mapping.
///
/// # Errors
/// [`SchemasError`] when there is no such folder, nothing in it, or something that is not read as a schema.
pub fn schemas(text: &str, folder: &Path) -> Result<Option<Arc<Destination>>, SchemasError> {
    let Some(named) = named(text) else { return Ok(None) };
    read(&folder.join(&named.text)).map(|read| Some(Arc::new(read))).map_err(|why| {
        let line = LineIndex::new(text).position(named.span.start).line;
        SchemasError { span: named.span, line, why }
    })
}

/// Reads a folder of documents; what is wrong is told as a clause.
fn read(folder: &Path) -> Result<Destination, String> {
    let unreadable = |path: &Path, error: &std::io::Error| format!("cannot read {}: {error}", path.display());
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = entries.map_err(|error| unreadable(folder, &error))?;
    let mut files: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    if files.is_empty() {
        return Err(format!("there is no *.json file in {}", folder.display()));
    }
    let read_one = |file: &PathBuf| match fs::read_to_string(file) {
        Ok(text) => Ok((file.display().to_string(), text)),
        Err(error) => Err(unreadable(file, &error)),
    };
    let documents = files.iter().map(read_one).collect::<Result<Vec<_>, _>>()?;
    Destination::read(&documents).map_err(|error| error.to_string())
}

/// The folder that a mapping names; none when the mapping cannot be read, which whoever compiles it tells.
fn named(text: &str) -> Option<Text> {
    if !text.contains("schemas") {
        return None;
    }
    let mut unread = Diagnostics::new();
    let document = source::read(text, &mut unread)?;
    model::lower(&document, &mut unread)?.service.schemas
}
