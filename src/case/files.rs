//! Finds case files: in come files and folders, out go the files in them.

use std::path::{Path, PathBuf};

use super::CaseError;

/// All case files at or below some paths, in order.
///
/// # Errors
/// [`CaseError`] when a path cannot be read.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, CaseError> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files)?;
    }
    files.sort();
    files.dedup();
    Ok(files)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), CaseError> {
    let problem = |error: std::io::Error| CaseError(format!("cannot read {}: {error}", path.display()));
    if !std::fs::metadata(path).map_err(problem)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path).map_err(problem)? {
        let inner = entry.map_err(problem)?.path();
        if inner.is_dir() || inner.extension().is_some_and(|extension| extension == "yaml") {
            collect(&inner, files)?;
        }
    }
    Ok(())
}
