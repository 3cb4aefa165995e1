//! Settings of a mapping, as the user gives them: `--set` wins over `--config`.
//!
//! The only reader of environment variables. No message of this file shows a value.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use super::args::{SettingArgs, TargetArgs};
use super::file;
use super::output::Problem;
use super::project::Project;

/// All settings that the user gave.
pub(super) fn read(args: &SettingArgs) -> Result<Map<String, Value>, Problem> {
    let mut settings = Map::new();
    if let Some(path) = &args.config {
        let folder = path.parent().unwrap_or(Path::new(""));
        settings = resolve(file::read_object(path)?, folder, &environment)?;
    }
    for text in &args.set {
        let (key, value) = split(text)?;
        settings.insert(key.to_owned(), Value::String(value.to_owned()));
    }
    Ok(settings)
}

/// The settings for a target: those of the user, or of the project for a sandbox.
pub(super) fn of(
    args: &SettingArgs,
    target: &TargetArgs,
    project: &Project,
) -> Result<Map<String, Value>, Problem> {
    if target.is_sandbox() { for_sandbox(args, project) } else { read(args) }
}

/// Settings for a sandbox: the user's, or else those of the project, which are good for nothing else.
pub(super) fn for_sandbox(args: &SettingArgs, project: &Project) -> Result<Map<String, Value>, Problem> {
    if args.config.is_some() || !args.set.is_empty() {
        return read(args);
    }
    resolve(project.sandbox_config().clone(), Path::new(""), &environment)
}

fn split(text: &str) -> Result<(&str, &str), Problem> {
    // The text is not repeated: someone may have forgotten the name of their token.
    let problem = || Problem::usage("--set takes a setting and its value, like --set domain=acme");
    text.split_once('=')
        .filter(|(key, _)| !key.trim().is_empty())
        .map(|(key, value)| (key.trim(), value))
        .ok_or_else(problem)
}

/// The name that an operator gave this instance of a host.
pub(super) fn instance() -> Option<String> {
    environment("INSTANCE_ID").filter(|name| !name.is_empty())
}

/// Puts in the values that stand elsewhere.
fn resolve(
    settings: Map<String, Value>,
    folder: &Path,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Map<String, Value>, Problem> {
    let mut resolved = Map::new();
    for (key, value) in settings {
        let value = match &value {
            Value::Object(members) => elsewhere(&key, members, folder, environment)?,
            _ => value,
        };
        resolved.insert(key, value);
    }
    Ok(resolved)
}

fn elsewhere(
    key: &str,
    members: &Map<String, Value>,
    folder: &Path,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Value, Problem> {
    let mut members = members.iter();
    let text = match (members.next(), members.next()) {
        (Some((kind, Value::String(name))), None) if kind == "env" => environment(name).ok_or_else(|| {
            Problem::usage(format!("setting `{key}`: the environment variable {name} is not set"))
        })?,
        (Some((kind, Value::String(path))), None) if kind == "file" => {
            let problem =
                |error| Problem::unreadable(format!("setting `{key}`: cannot read {path}: {error}"));
            fs::read_to_string(folder.join(path)).map_err(problem)?.trim_end_matches(['\r', '\n']).to_owned()
        }
        _ => {
            let message = format!("setting `{key}`: expected a value, {{env: NAME}} or {{file: PATH}}");
            return Err(Problem::usage(message));
        }
    };
    Ok(Value::String(text))
}

/// Whether a variable of the environment is there, and not empty.
pub(super) fn is_set(name: &str) -> bool {
    environment(name).is_some_and(|value| !value.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn resolved(settings: &Value) -> Result<Value, String> {
        let environment = |name: &str| (name == "TOKEN").then(|| "canary".to_owned());
        let settings = settings.as_object().unwrap().clone();
        let resolved = resolve(settings, Path::new(env!("CARGO_MANIFEST_DIR")), &environment);
        resolved.map(Value::Object).map_err(|problem| problem.to_string())
    }

    #[test]
    fn plain_values_stay() {
        let settings = json!({"domain": "acme", "flag": true, "list": [1]});
        assert_eq!(resolved(&settings), Ok(settings));
    }

    #[test]
    fn values_come_from_elsewhere() {
        assert_eq!(resolved(&json!({"token": {"env": "TOKEN"}})), Ok(json!({"token": "canary"})));
        let settings = resolved(&json!({"token": {"file": ".gitignore"}})).unwrap();
        assert!(settings["token"].as_str().unwrap().starts_with("/target"));
        assert!(!settings["token"].as_str().unwrap().ends_with('\n'));
    }

    #[test]
    fn says_which_setting_is_wrong() {
        assert_eq!(
            resolved(&json!({"token": {"env": "NOPE"}})).unwrap_err(),
            "setting `token`: the environment variable NOPE is not set"
        );
        assert_eq!(
            resolved(&json!({"token": {"env": "A", "file": "B"}})).unwrap_err(),
            "setting `token`: expected a value, {env: NAME} or {file: PATH}"
        );
        let error = resolved(&json!({"token": {"file": "no-such-file"}})).unwrap_err();
        assert!(error.starts_with("setting `token`: cannot read no-such-file: "), "{error}");
    }

    #[test]
    fn set_takes_all_after_the_first_equals_sign() {
        assert_eq!(split("a=b=c").unwrap(), ("a", "b=c"));
        assert_eq!(split(" a =").unwrap(), ("a", ""));
        assert!(!split("canary").unwrap_err().to_string().contains("canary"));
        assert!(split("=canary").is_err());
    }
}
