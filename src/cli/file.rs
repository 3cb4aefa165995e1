//! Reading small files of the user: mappings, settings, the project; making files with people's data.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

use serde_json::{Map, Value};

use super::output::Problem;
use crate::diag::{Diagnostics, render};
use crate::source;

/// The text of a file.
pub(super) fn read_text(path: &Path) -> Result<String, Problem> {
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error.to_string()))?;
    String::from_utf8(bytes).map_err(|_| unreadable(path, "it is not UTF-8 text"))
}

/// A new file, or an empty one in place of the old, that only the user may read: it has people's data.
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The map of a YAML or JSON file.
pub(super) fn read_object(path: &Path) -> Result<Map<String, Value>, Problem> {
    let text = read_text(path)?;
    let value = match serde_json::from_str(&text) {
        Ok(value) => value,
        Err(error) if is_json(path) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            return Err(unreadable(path, &format!("it is not JSON: see {place}")));
        }
        Err(_) => read_yaml(path, &text)?,
    };
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(unreadable(path, "there is no map at its top")),
    }
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

/// Values may be secrets, so that only the places of what is wrong are told, not the lines.
fn read_yaml(path: &Path, text: &str) -> Result<Value, Problem> {
    if text.trim().is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    let mut diagnostics = Diagnostics::new();
    let document = source::read(text, &mut diagnostics);
    if diagnostics.has_errors() {
        let found = render::json(&diagnostics.into_vec(), &path.display().to_string(), text);
        let errors = found.as_array().into_iter().flatten().filter(|finding| finding["severity"] == "error");
        let places: Vec<String> = errors.map(place).collect();
        return Err(unreadable(path, &format!("it is not clean YAML: {}", places.join("; "))));
    }
    let value = document.map(|document| serde_json::to_value(&document.root));
    value.and_then(Result::ok).ok_or_else(|| unreadable(path, "there is no map at its top"))
}

fn place(finding: &Value) -> String {
    let name = finding["name"].as_str().unwrap_or_default();
    format!("{name} at line {}, column {}", finding["line"], finding["column"])
}

fn unreadable(path: &Path, why: &str) -> Problem {
    Problem::unreadable(format!("cannot read {}: {why}", path.display()))
}
