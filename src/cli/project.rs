//! `mapwright.yaml` of the working folder: what the commands take when they are not told otherwise.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::file;
use super::output::Problem;
use crate::case::mutate::{Accepted, OPERATORS};
use crate::diag::{Severity, nearest};
use crate::lint::{Level, RULES};

/// Name of the file.
pub(super) const FILE: &str = "mapwright.yaml";

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct Project {
    mapping: Option<PathBuf>,
    /// Settings for the sandbox alone, where no credential is worth anything.
    sandbox_config: Map<String, Value>,
    /// How rules of the linter are told, by their names.
    lint_levels: BTreeMap<String, Level>,
    /// Mutants that no case needs to notice.
    accepted_mutants: Vec<Accepted>,
}

impl Project {
    /// Reads the file of the working folder; without one, nothing is said.
    pub(super) fn read() -> Result<Self, Problem> {
        if !Path::new(FILE).exists() {
            return Ok(Self::default());
        }
        Self::of(file::read_object(Path::new(FILE))?)
    }

    fn of(members: Map<String, Value>) -> Result<Self, Problem> {
        let mut project = Self::default();
        for (key, value) in members {
            match (key.as_str(), value) {
                ("mapping", Value::String(path)) => project.mapping = Some(path.into()),
                ("mapping", _) => return Err(wrong("`mapping` is the path of a file")),
                ("sandbox", Value::Object(sandbox)) => project.sandbox_config = config_of(sandbox)?,
                ("sandbox", _) => return Err(wrong("`sandbox` has `config` in it")),
                ("lint", Value::Object(lint)) => project.lint_levels = levels_of(lint)?,
                ("mutate", Value::Object(mutate)) => project.accepted_mutants = accepted_of(mutate)?,
                ("mutate", _) => return Err(wrong("`mutate` has `accept` in it")),
                ("lint", _) => return Err(wrong("`lint` has `severity` in it")),
                _ => {
                    let known = "known are `mapping`, `sandbox`, `lint` and `mutate`";
                    return Err(wrong(&format!("unknown key `{key}`; {known}")));
                }
            }
        }
        Ok(project)
    }

    /// The mapping that the user named, or else the project's.
    pub(super) fn mapping(&self, named: Option<&Path>) -> Result<PathBuf, Problem> {
        let found = named.or(self.mapping.as_deref()).map(Path::to_owned);
        found.ok_or_else(|| {
            Problem::usage("no mapping is named").with_help(format!(
                "name a mapping file, or put `mapping: FILE` into {FILE} of the working folder"
            ))
        })
    }

    /// How rules of the linter are told, by their names.
    pub(super) fn lint_levels(&self) -> &BTreeMap<String, Level> {
        &self.lint_levels
    }

    /// Mutants that no case needs to notice.
    pub(super) fn accepted_mutants(&self) -> &[Accepted] {
        &self.accepted_mutants
    }

    /// Settings for the sandbox.
    pub(super) fn sandbox_config(&self) -> &Map<String, Value> {
        &self.sandbox_config
    }
}

fn config_of(mut sandbox: Map<String, Value>) -> Result<Map<String, Value>, Problem> {
    let config = match sandbox.shift_remove("config") {
        Some(Value::Object(config)) => config,
        None => Map::new(),
        Some(_) => return Err(wrong("`sandbox.config` is a map of settings")),
    };
    match sandbox.keys().next() {
        Some(key) => Err(wrong(&format!("unknown key `sandbox.{key}`; known is `config`"))),
        None => Ok(config),
    }
}

fn levels_of(mut lint: Map<String, Value>) -> Result<BTreeMap<String, Level>, Problem> {
    let severity = match lint.shift_remove("severity") {
        Some(Value::Object(severity)) => severity,
        None => Map::new(),
        Some(_) => return Err(wrong("`lint.severity` is a map of rules")),
    };
    if let Some(key) = lint.keys().next() {
        return Err(wrong(&format!("unknown key `lint.{key}`; known is `severity`")));
    }
    let mut levels = BTreeMap::new();
    for (name, level) in severity {
        levels.insert(name.clone(), level_of(&name, &level)?);
    }
    Ok(levels)
}

fn level_of(name: &str, level: &Value) -> Result<Level, Problem> {
    let names = || RULES.iter().map(|rule| rule.code.name);
    if !names().any(|known| known == name) {
        let problem = wrong(&format!("`lint.severity` names no rule `{name}`"));
        return Err(match nearest(name, names()) {
            Some(near) => problem.with_help(format!("did you mean `{near}`?")),
            None => problem.with_help("rules go by their names, as in `unused-table`"),
        });
    }
    match level.as_str() {
        Some("allow") => Ok(Level::Allow),
        Some("warning") => Ok(Level::Told(Severity::Warning)),
        Some("error") => Ok(Level::Told(Severity::Error)),
        _ => Err(wrong(&format!("`lint.severity.{name}` is one of `allow`, `warning`, `error`"))),
    }
}

fn accepted_of(mut mutate: Map<String, Value>) -> Result<Vec<Accepted>, Problem> {
    let Some(Value::Array(list)) = mutate.shift_remove("accept") else {
        return Err(wrong("`mutate.accept` is a list of `{operator: …, at: …, why: …}`"));
    };
    match mutate.keys().next() {
        Some(key) => Err(wrong(&format!("unknown key `mutate.{key}`; known is `accept`"))),
        None => list.iter().map(acceptance_of).collect(),
    }
}

fn acceptance_of(value: &Value) -> Result<Accepted, Problem> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (Some(operator), Some(at), Some(why), 3) =
        (text("operator"), text("at"), text("why"), value.as_object().map_or(0, Map::len))
    else {
        return Err(wrong(
            "an entry of `mutate.accept` has the texts `operator`, `at` and `why`, nothing else",
        ));
    };
    let names = || OPERATORS.iter().map(|known| known.name);
    if !names().any(|known| known == operator) {
        let problem = wrong(&format!("`mutate.accept` names no operator `{operator}`"));
        return Err(match nearest(operator, names()) {
            Some(near) => problem.with_help(format!("did you mean `{near}`?")),
            None => problem.with_help("operators go by their names, as in `drop-guard`"),
        });
    }
    Ok(Accepted { operator: operator.to_owned(), at: at.to_owned(), why: why.to_owned() })
}

fn wrong(what: &str) -> Problem {
    Problem::unreadable(format!("{FILE}: {what}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn project(value: &Value) -> Result<Project, String> {
        Project::of(value.as_object().unwrap().clone()).map_err(|problem| problem.to_string())
    }

    #[test]
    fn the_named_mapping_wins() {
        let project = project(&json!({"mapping": "a.yaml"})).unwrap();
        assert_eq!(project.mapping(None).unwrap(), Path::new("a.yaml"));
        assert_eq!(project.mapping(Some(Path::new("b.yaml"))).unwrap(), Path::new("b.yaml"));
    }

    #[test]
    fn no_mapping_at_all_is_wrong_usage() {
        assert_eq!(Project::default().mapping(None).unwrap_err().to_string(), "no mapping is named");
    }

    #[test]
    fn has_settings_for_the_sandbox() {
        let project = project(&json!({"sandbox": {"config": {"domain": "acme"}}})).unwrap();
        assert_eq!(project.sandbox_config, *json!({"domain": "acme"}).as_object().unwrap());
    }

    #[test]
    fn rules_are_told_otherwise() {
        let project =
            project(&json!({"lint": {"severity": {"unused-table": "error", "sunset": "allow"}}})).unwrap();
        let levels = project.lint_levels();
        assert_eq!(levels.get("unused-table"), Some(&Level::Told(Severity::Error)));
        assert_eq!(levels.get("sunset"), Some(&Level::Allow));
    }

    #[test]
    fn says_what_is_wrong_with_rules() {
        let refused = |value: Value| project(&json!({ "lint": value })).unwrap_err();
        assert_eq!(refused(json!(1)), "mapwright.yaml: `lint` has `severity` in it");
        assert_eq!(
            refused(json!({"level": {}})),
            "mapwright.yaml: unknown key `lint.level`; known is `severity`"
        );
        assert_eq!(
            refused(json!({"severity": {"unused-tabel": "allow"}})),
            "mapwright.yaml: `lint.severity` names no rule `unused-tabel`"
        );
        assert_eq!(
            refused(json!({"severity": {"sunset": "off"}})),
            "mapwright.yaml: `lint.severity.sunset` is one of `allow`, `warning`, `error`"
        );
    }

    #[test]
    fn mutants_are_accepted_with_a_reason() {
        let one = json!({"operator": "drop-guard", "at": "flows.a", "why": "because"});
        let project = project(&json!({"mutate": {"accept": [one]}})).unwrap();
        let expected =
            Accepted { operator: "drop-guard".into(), at: "flows.a".into(), why: "because".into() };
        assert_eq!(project.accepted_mutants(), [expected]);
    }

    #[test]
    fn says_what_is_wrong_with_mutants() {
        let refused = |value: Value| project(&json!({ "mutate": value })).unwrap_err();
        let entry = "mapwright.yaml: an entry of `mutate.accept` has the texts `operator`, `at` and `why`, nothing else";
        assert_eq!(refused(json!(1)), "mapwright.yaml: `mutate` has `accept` in it");
        assert_eq!(
            refused(json!({"accept": {}})),
            "mapwright.yaml: `mutate.accept` is a list of `{operator: …, at: …, why: …}`"
        );
        assert_eq!(
            refused(json!({"accept": [], "min": 90})),
            "mapwright.yaml: unknown key `mutate.min`; known is `accept`"
        );
        assert_eq!(refused(json!({"accept": [{"operator": "drop-guard", "at": "flows.a"}]})), entry);
        assert_eq!(
            refused(json!({"accept": [{"operator": "drop-gard", "at": "flows.a", "why": "because"}]})),
            "mapwright.yaml: `mutate.accept` names no operator `drop-gard`"
        );
    }

    #[test]
    fn says_what_is_wrong() {
        let refused = |value: Value| project(&value).unwrap_err();
        assert_eq!(refused(json!({"mapping": 1})), "mapwright.yaml: `mapping` is the path of a file");
        assert_eq!(
            refused(json!({"maping": "a"})),
            "mapwright.yaml: unknown key `maping`; known are `mapping`, `sandbox`, `lint` and `mutate`"
        );
        assert_eq!(refused(json!({"sandbox": 1})), "mapwright.yaml: `sandbox` has `config` in it");
        assert_eq!(
            refused(json!({"sandbox": {"cfg": {}}})),
            "mapwright.yaml: unknown key `sandbox.cfg`; known is `config`"
        );
    }
}
