//! `mapwright lint` as its users meet it: files that are mended, forms of output, the project's own levels.

use std::fs;

use serde_json::{Value, json};

use super::cli::{Folder, run, run_in, stderr, stdout};

const MAPPING: &str = "\
format: 1
destination: example
order_by: [$.userId]
service:
  base_url: {value: \"https://api.example.com\"}
  errors: {401: fail, 429: retry, 4xx: reject, 5xx: retry, timeout: retry, unreachable: retry, body: fail}
config:
  source: {type: string, default: web, about: Where events come from}
tables:
  idle: {rows: {name: $.name}}   # nobody sends it
  person:
    rows:
      source: {from: [$config.source, $.source], as: string}   # stays
flows:
  identify: {event: identify, steps: [{person: {put: /person, body: person}}]}
";

#[test]
fn safe_fixes_leave_all_else_as_it_is() {
    let folder = Folder::new("fix");
    let mapping = folder.file("mapping.yaml", MAPPING);
    let output = run(&["lint", &mapping], "");
    assert!(stdout(&output).ends_with("0 errors, 2 warnings; --fix mends 2\n"), "{}", stdout(&output));
    for _ in 0..2 {
        let output = run(&["lint", &mapping, "--fix"], "");
        assert_eq!(stdout(&output), "1 mapping checked: 0 errors, 0 warnings\n");
        let expected = MAPPING
            .replace("  idle: {rows: {name: $.name}}   # nobody sends it\n", "")
            .replace("[$config.source, $.source]", "[$config.source]");
        assert_eq!(fs::read_to_string(&mapping).unwrap(), expected);
    }
}

#[test]
fn standard_input_is_checked() {
    let output = run(&["lint", "-", "--format", "json"], MAPPING);
    let found: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!((&found[0]["file"], &found[0]["fix"]), (&json!("<stdin>"), &json!("safe")));
}

#[test]
fn standard_input_is_mended_to_standard_output() {
    let mended = MAPPING
        .replace("  idle: {rows: {name: $.name}}   # nobody sends it\n", "")
        .replace("[$config.source, $.source]", "[$config.source]");
    let output = run(&["lint", "-", "--fix"], MAPPING);
    assert_eq!(stdout(&output), mended);
    assert_eq!(stderr(&output), "<stdin>: mended 2\n1 mapping checked: 0 errors, 0 warnings\n");
    let again = run(&["lint", "-", "--fix"], &mended);
    assert_eq!(stdout(&again), mended);
    let broken = MAPPING.replace("body: person", "body: persons");
    let output = run(&["lint", "-", "--fix", "--format", "json"], &broken);
    assert_eq!((stdout(&output), output.status.code()), (broken, Some(1)));
    assert_eq!(serde_json::from_str::<Value>(&stderr(&output)).unwrap()[0]["code"], "D0301");
}

#[test]
fn a_broken_mapping_is_not_mended() {
    let folder = Folder::new("broken");
    let broken = MAPPING.replace("body: person", "body: persons");
    let mapping = folder.file("mapping.yaml", &broken);
    let output = run(&["lint", &mapping, "--unsafe-fixes"], "");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read_to_string(&mapping).unwrap(), broken);
}

#[test]
fn forms_for_machines() {
    let folder = Folder::new("forms");
    let mapping = folder.file("mapping.yaml", MAPPING);
    let lines = stdout(&run(&["lint", &mapping, "--format", "github"], ""));
    assert!(lines.starts_with("::warning file="), "{lines}");
    assert!(lines.contains(",line=10,endLine=10,col=3,endColumn=7,title=D0501 unused-table::"), "{lines}");
    let log: Value =
        serde_json::from_str(&stdout(&run(&["lint", &mapping, "--format", "sarif"], ""))).unwrap();
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "D0501");
    assert_eq!(log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"], 10);
}

#[test]
fn a_page_is_printed() {
    for wanted in ["D0527", "d0527", "unsafe-retry"] {
        let page = stdout(&run(&["lint", "--explain", wanted], ""));
        assert!(page.starts_with("# D0527 unsafe-retry\n"), "{page}");
    }
    let output = run(&["lint", "--explain", "unsafe-rety"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean `unsafe-retry`?"), "{}", stderr(&output));
}

#[test]
fn a_project_has_levels_of_its_own() {
    let folder = Folder::new("levels");
    folder.file("mapping.yaml", MAPPING);
    let check = |levels: &str, code: i32, end: &str| {
        folder.file("mapwright.yaml", &format!("mapping: mapping.yaml\nlint: {{severity: {levels}}}\n"));
        let output = run_in(folder.0.as_path(), &["lint"], "");
        let shown = stdout(&output);
        assert_eq!(output.status.code(), Some(code), "{levels}: {shown}{}", stderr(&output));
        assert!(shown.contains(end), "{levels}: {shown}");
    };
    check("{unused-table: error}", 1, "1 errors, 1 warnings");
    check("{unused-table: allow}", 0, "0 errors, 1 warnings");
    check("{unused-table: off}", 3, "");
}

#[test]
fn dates_are_judged_as_of_a_day() {
    let on = |day: &str| {
        let output = run(&["lint", "mappings/zendesk.yaml", "--as-of", day], "");
        (output.status.code(), stdout(&output).lines().last().unwrap_or_default().to_owned())
    };
    assert_eq!(on("2026-10-31"), (Some(0), "1 mapping checked: 0 errors, 0 warnings".to_owned()));
    assert_eq!(on("2026-11-01"), (Some(0), "1 mapping checked: 0 errors, 1 warnings".to_owned()));
    assert_eq!(on("2027-04-30"), (Some(1), "1 mapping checked: 1 errors, 0 warnings".to_owned()));
    assert_eq!(on("soon").0, Some(2));
}

#[test]
fn requests_of_each_flow_are_shown() {
    let output = run(&["lint", "mappings/zendesk.yaml", "--budget", "--format", "json"], "");
    let costs: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let shown: Vec<&str> =
        costs.as_array().unwrap().iter().map(|cost| cost["flow"].as_str().unwrap()).collect();
    assert_eq!(shown, ["identify", "track", "group", "delete_user"]);
    let table = stdout(&run(&["lint", "mappings/zendesk.yaml", "--budget"], ""));
    assert!(table.contains("typical") && table.contains("group"), "{table}");
    let output = run(&["lint", "-", "--budget"], "format: 1\n");
    assert_eq!(output.status.code(), Some(3));
}
