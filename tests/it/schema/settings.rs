//! Schemas of settings and of `mapwright.yaml`, of one mind with what reads them.

use std::fs;

use mapwright::diag::Diagnostics;
use mapwright::run::Session;
use mapwright::{compile, model, source};
use serde_json::{Value, json};

use super::super::cli::{Folder, run_in, stderr};
use super::{FLOW, START, printed, problems, root, validator};

/// A mapping with a setting of each kind.
const SETTINGS: &str = "config: {domain: {type: string, required: true, pattern: '[a-z]{1,5}'}, name: {type: string, \
                        default: Ada, forbid: [root, 'a b.c']}, count: {type: integer}, share: {type: number}, flag: \
                        {type: boolean}, token: {type: secret}}\n";

/// The schema of [`SETTINGS`] and a session agree about settings.
#[track_caller]
fn judge_settings(settings: &Value, good: bool) {
    let text = format!("{START}{SETTINGS}{FLOW}");
    let mut found = Diagnostics::new();
    let document = source::read(&text, &mut found).unwrap();
    let schema = model::config_schema(&model::lower(&document, &mut found).unwrap());
    let is_valid = validator(&schema).is_valid(settings);
    assert_eq!(is_valid, good, "the schema about {settings}");
    let plan = compile::load(&text, &mut found).unwrap_or_else(|| panic!("{:?}", found.into_vec()));
    let opened = Session::open(plan.into(), settings.as_object().unwrap());
    assert_eq!(opened.is_ok(), good, "the session about {settings}: {:?}", opened.err());
}

#[test]
fn settings() {
    for settings in [
        json!({"domain": "acme"}),
        json!({"domain": "acme", "name": "Grace", "count": 3, "share": 0.5, "flag": true, "token": "x"}),
        json!({"domain": "acme", "name": "rooted", "share": 1}),
        json!({"domain": "acme", "name": "a bxc"}),
    ] {
        judge_settings(&settings, true);
    }
    for settings in [
        json!({}),
        json!({"domain": ""}),
        json!({"domain": "acme-1"}),
        json!({"domain": "acmeacme"}),
        json!({"domain": "acme", "name": " Root "}),
        json!({"domain": "acme", "name": "A B.C"}),
        json!({"domain": "acme", "count": 1.5}),
        json!({"domain": "acme", "share": "half"}),
        json!({"domain": "acme", "flag": "maybe"}),
        json!({"domain": "acme", "token": [1]}),
        json!({"domain": "acme", "tokn": "x"}),
    ] {
        judge_settings(&settings, false);
    }
}

#[test]
fn settings_may_stand_elsewhere() {
    let validator = validator(&printed(&["config"]));
    for (settings, good) in [
        ("domain: acme\napiToken: {env: TOKEN}\n", true),
        ("domain: {file: domain.txt}\nsearchByExternalId: {env: SEARCH}\n", true),
        ("domain: acme\napiToken: {env: TOKEN, file: token.txt}\n", false),
        ("domain: acme\napiToken: {}\n", false),
        ("domain: acme\napiToken: {environment: TOKEN}\n", false),
    ] {
        assert_eq!(problems(&validator, settings).is_empty(), good, "{settings}");
    }
    let account = fs::read_to_string(root().join("examples/account.yaml")).unwrap();
    assert_eq!(problems(&validator, &account), [""; 0]);
    assert!(account.starts_with("# yaml-language-server: $schema=../schemas/zendesk.config.schema.json\n"));
}

#[test]
fn project_files() {
    let schema = printed(&["project"]);
    let validator = validator(&schema);
    let own = fs::read_to_string(root().join("mapwright.yaml")).unwrap();
    assert_eq!(problems(&validator, &own), [""; 0]);
    assert!(own.starts_with("# yaml-language-server: $schema=schemas/project.schema.json\n"));
    let folder = Folder::new("project-schema");
    folder.file("a.yaml", &format!("{START}{FLOW}"));
    for (project, good) in [
        ("mapping: a.yaml\n", true),
        (
            "mapping: a.yaml\nsandbox: {config: {domain: acme}}\nlint: {severity: {unused-table: error}}\n",
            true,
        ),
        ("mapping: a.yaml\nlint: {severity: {sunset: allow, unsafe-retry: warning}}\n", true),
        ("maping: a.yaml\n", false),
        ("mapping: [a.yaml]\n", false),
        ("mapping: a.yaml\nsandbox: {cfg: {}}\n", false),
        ("mapping: a.yaml\nlint: {severity: {unused-tabel: error}}\n", false),
        ("mapping: a.yaml\nlint: {severity: {sunset: quiet}}\n", false),
    ] {
        folder.file("mapwright.yaml", project);
        let output = run_in(&folder.0, &["graph"], "");
        assert_eq!(output.status.success(), good, "the program about {project}: {}", stderr(&output));
        assert_eq!(problems(&validator, project).is_empty(), good, "the schema about {project}");
    }
    // The program names the keys that it knows: those of the schema.
    folder.file("mapwright.yaml", "maping: a.yaml\n");
    let told = stderr(&run_in(&folder.0, &["graph"], ""));
    let keys = schema["properties"].as_object().unwrap();
    assert!(keys.keys().all(|key| told.contains(&format!("`{key}`"))), "{told}");
    assert_eq!(told.matches('`').count() / 2, keys.len() + 1, "{told}");
}
