//! The texts to be checked: files, folders of files, standard input.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::case::{self, SchemasError};
use crate::cli::file;
use crate::cli::output::Problem;
use crate::destination::Destination;

/// The text of one mapping.
pub(super) struct Given {
    /// As it is shown.
    pub(super) name: String,
    /// The file, unless it is standard input.
    pub(super) path: Option<PathBuf>,
    /// What it says.
    pub(super) text: String,
}

impl Given {
    /// The schemas that it names. Standard input stands in the working folder.
    pub(super) fn schemas(&self) -> Result<Option<Arc<Destination>>, SchemasError> {
        let folder = self.path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
        case::schemas(&self.text, folder)
    }
}

/// Files as they are, folders as the mappings in them by name, `-` as standard input.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<Given>, Problem> {
    let mut texts = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            texts.push(of_stdin()?);
        } else if path.is_dir() {
            for path in inside(path)? {
                texts.push(of_file(path)?);
            }
        } else {
            texts.push(of_file(path.clone())?);
        }
    }
    Ok(texts)
}

fn of_file(path: PathBuf) -> Result<Given, Problem> {
    let text = file::read_text(&path)?;
    Ok(Given { name: path.display().to_string(), path: Some(path), text })
}

fn of_stdin() -> Result<Given, Problem> {
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    read.map_err(|error| Problem::unreadable(format!("cannot read standard input: {error}")))?;
    Ok(Given { name: "<stdin>".to_owned(), path: None, text })
}

fn inside(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let problem =
        |error| Problem::unreadable(format!("cannot read the folder {}: {error}", folder.display()));
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(problem)?;
    let mut inside: Vec<PathBuf> =
        entries.iter().map(fs::DirEntry::path).filter(|path| is_yaml(path)).collect();
    if inside.is_empty() {
        return Err(Problem::unreadable(format!("there is no *.yaml file in {}", folder.display())));
    }
    inside.sort();
    Ok(inside)
}

fn is_yaml(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}
