//! Reads the schemas that a mapping names, for everybody who reads files.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::destination::Destination;
use crate::diag::{Diagnostics, LineIndex};
use crate::model::{self, Text};
use crate::source;

/// Why the schemas of a mapping cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemasError(String);

impl fmt::Display for SchemasError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for SchemasError {}

/// The schemas that the text of a mapping names under `service.schemas`: all `*.json` files of that folder. `name` is
/// that of the mapping, as messages show it; `folder` is the one that the path begins in.
///
/// # Errors
/// [`SchemasError`] when there is no such folder, nothing in it, or something that is not read as a schema.
pub fn schemas(text: &str, name: &str, folder: &Path) -> Result<Option<Arc<Destination>>, SchemasError> {
    let Some(named) = named(text) else { return Ok(None) };
    let path = folder.join(&named.text);
    let line = LineIndex::new(text).position(named.span.start).line;
    let problem = |why: &str| {
        SchemasError(format!("{name}:{line}: cannot read the schemas in {}: {why}", path.display()))
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(&path).map_err(|error| problem(&error.to_string()))? {
        let file = entry.map_err(|error| problem(&error.to_string()))?.path();
        if file.extension().is_some_and(|extension| extension == "json") {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(problem("there is no *.json file"));
    }
    files.sort();
    let documents = files.iter().map(read_text).collect::<Result<Vec<_>, _>>()?;
    let destination = Destination::read(&documents).map_err(|error| SchemasError(error.to_string()))?;
    Ok(Some(Arc::new(destination)))
}

fn read_text(file: &PathBuf) -> Result<(String, String), SchemasError> {
    let text = fs::read_to_string(file)
        .map_err(|error| SchemasError(format!("cannot read {}: {error}", file.display())))?;
    Ok((file.display().to_string(), text))
}

/// The folder that a mapping names; none when it cannot be read, which whoever compiles it tells.
fn named(text: &str) -> Option<Text> {
    if !text.contains("schemas") {
        return None;
    }
    let mut unread = Diagnostics::new();
    let document = source::read(text, &mut unread)?;
    model::lower(&document, &mut unread)?.service.schemas
}
