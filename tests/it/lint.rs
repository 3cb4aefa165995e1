//! The rules of the linter: each fires on its bad example, on the marked place and nowhere else, and is silent on its
//! good one; pages are what the records say.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use mapwright::destination::Destination;
use mapwright::diag::{Diagnostic, Diagnostics, Fix, Safety, Severity, Span, apply, render};
use mapwright::lint::{self, Level, Options, RULES, Rule, budget};
use mapwright::value::Day;
use mapwright::{case, compile, model, run, source};

/// What an example leaves out, by the key that it lacks.
const SKELETON: [(&str, &str); 5] = [
    ("order_by:", "order_by: [$.userId]\n"),
    ("format:", "format: 1\n"),
    ("destination:", "destination: example\n"),
    (
        "service:",
        "service: {base_url: {value: \"https://api.example.com\"}, errors: {401: fail, 403: fail, 404: fail, \
         409: retry, 429: retry, 4xx: reject, 5xx: retry, timeout: retry, unreachable: retry, body: fail}}\n",
    ),
    ("flows:", "flows: {identify: {event: identify, steps: [{user: {put: /user}}]}}\n"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The day that examples are written for: 179 days before a sunset on 2026-06-30.
fn options() -> Options {
    Options { as_of: Day::parse("2026-01-02"), ..Options::default() }
}

/// The same with the schemas of a rule's examples.
fn options_of(rule: &Rule) -> Options {
    let read = |text: &str| Destination::read(&[("example.json".to_owned(), text.to_owned())]);
    let destination =
        rule.schemas().map(|text| Arc::new(read(text).unwrap_or_else(|error| panic!("{error}"))));
    Options { destination, ..options() }
}

/// An example as a whole mapping. What it lacks comes behind it, so that places stay.
pub(crate) fn completed(example: &str) -> String {
    let is_there = |key: &str| {
        let is_left_out = example.starts_with(&format!("# No `{}`", key.trim_end_matches(':')));
        is_left_out || example.lines().any(|line| line.starts_with(key))
    };
    let missing = SKELETON.iter().filter(|(key, _)| !is_there(key)).map(|(_, line)| *line);
    example.to_owned() + &missing.collect::<String>()
}

/// All findings about a mapping, or why it does not compile.
fn try_findings(mapping: &str, options: &Options) -> Result<Vec<Diagnostic>, String> {
    let mut found = Diagnostics::new();
    if compile::load(mapping, &mut found).is_none() {
        return Err(render::human(&found.into_vec(), "example.yaml", mapping));
    }
    lint::lint(mapping, options, &mut found);
    Ok(found.into_vec())
}

fn findings_with(mapping: &str, options: &Options) -> Vec<Diagnostic> {
    try_findings(mapping, options).unwrap_or_else(|why| panic!("it does not compile:\n{why}\n{mapping}"))
}

/// The same, where it has to compile, as of the day of the examples.
pub(crate) fn findings(mapping: &str) -> Vec<Diagnostic> {
    findings_with(mapping, &options())
}

/// The place above the carets of a comment.
fn marked(example: &str) -> Span {
    let is_mark = |line: &str| line.contains('^') && line.trim_matches(['#', ' ', '^', '\n']).is_empty();
    let lines: Vec<&str> = example.split_inclusive('\n').collect();
    let mark = lines.iter().position(|line| is_mark(line)).expect("a place is marked");
    let start: usize = lines[..mark - 1].iter().map(|line| line.len()).sum();
    Span::new(start + lines[mark].find('^').unwrap(), start + lines[mark].rfind('^').unwrap() + 1)
}

fn problems_of(rule: &Rule) -> String {
    let mut problems = String::new();
    let mut problem = |what: &str, found: &[Diagnostic], text: &str| {
        writeln!(problems, "{}: {what}\n{}", rule.code, render::human(found, "example.yaml", text)).unwrap();
    };
    let bad = completed(rule.bad);
    let good = completed(rule.good);
    let options = options_of(rule);
    let (found, of_good) = match (try_findings(&bad, &options), try_findings(&good, &options)) {
        (Ok(found), Ok(of_good)) => (found, of_good),
        (bad, good) => {
            return format!(
                "{}: {} {}",
                rule.code,
                bad.err().unwrap_or_default(),
                good.err().unwrap_or_default()
            );
        }
    };
    match found.as_slice() {
        [only] if only.code == rule.code => {
            let place = marked(rule.bad);
            if only.primary != place {
                let wanted = rule.bad.get(place.start..place.end);
                problem(&format!("another place is marked: {wanted:?}"), &found, &bad);
            }
            if only.help.as_ref().is_none_or(String::is_empty) || only.severity != rule.severity() {
                problem("no help, or another severity", &found, &bad);
            }
        }
        _ => problem("the bad example does not fire this rule once and alone", &found, &bad),
    }
    if !of_good.is_empty() {
        problem("the good example is not silent", &of_good, &good);
    }
    problems
}

#[test]
fn every_rule_fires_on_its_bad_example_only() {
    let problems: String = RULES.iter().map(problems_of).collect();
    assert!(problems.is_empty(), "\n{problems}");
}

#[test]
fn rules_are_in_the_order_of_their_numbers() {
    assert!(RULES.is_sorted_by_key(|rule| rule.code.number));
    assert!(RULES.iter().all(|rule| (500..600).contains(&rule.code.number)));
}

#[test]
fn the_page_of_a_rule_is_made_from_its_record() {
    let is_update = std::env::var_os("UPDATE_EXPECT").is_some() && std::env::var_os("CI").is_none();
    let mut stale = Vec::new();
    for rule in RULES {
        let path = root().join(format!("docs/diagnostics/{}.md", rule.code.id()));
        let page = lint::page(rule);
        if is_update {
            fs::write(&path, &page).unwrap();
        }
        if fs::read_to_string(&path).unwrap_or_default() != page {
            stale.push(rule.code.to_string());
        }
    }
    assert!(stale.is_empty(), "out of date: run `just gen` and read the difference: {stale:?}");
}

/// Makes all fixes of a kind as long as there are any.
fn mended(mapping: &str, most: Safety, options: &Options) -> String {
    let mut text = mapping.to_owned();
    for _ in 0..10 {
        let fixes: Vec<Fix> = findings_with(&text, options)
            .into_iter()
            .filter_map(|found| found.fix)
            .filter(|fix| fix.safety <= most)
            .collect();
        if fixes.is_empty() {
            return text;
        }
        text = apply(&text, &fixes).0;
    }
    panic!("the fixes do not come to an end:\n{text}");
}

#[test]
fn fixes_mend_what_was_found() {
    for rule in RULES {
        let (bad, options) = (completed(rule.bad), options_of(rule));
        let fix = findings_with(&bad, &options)
            .into_iter()
            .find(|found| found.code == rule.code)
            .and_then(|found| found.fix);
        assert_eq!(fix.map(|fix| fix.safety), rule.fix.map(|(safety, _)| safety), "{}", rule.code);
        if rule.fix.is_none() {
            continue;
        }
        let fixed = mended(&bad, Safety::Unsafe, &options);
        let left = findings_with(&fixed, &options);
        assert!(left.iter().all(|found| found.code != rule.code), "{}:\n{fixed}", rule.code);
        assert_eq!(mended(&fixed, Safety::Unsafe, &options), fixed, "{}", rule.code);
    }
}

#[test]
fn safe_fixes_leave_unsafe_ones_alone() {
    for rule in RULES.iter().filter(|rule| rule.fix.is_some_and(|(safety, _)| safety == Safety::Unsafe)) {
        let (bad, options) = (completed(rule.bad), options_of(rule));
        assert_eq!(mended(&bad, Safety::Safe, &options), bad, "{}", rule.code);
    }
}

#[test]
fn the_shipped_mapping_is_clean() {
    let path = root().join("mappings/zendesk.yaml");
    let mapping = fs::read_to_string(&path).unwrap();
    let destination = case::schemas(&mapping, path.parent().unwrap()).unwrap();
    assert!(destination.is_some(), "the mapping names its schemas");
    let found = findings_with(
        &mapping,
        &Options { as_of: Day::parse("2026-01-01"), destination, ..Options::default() },
    );
    assert!(found.is_empty(), "\n{}", render::human(&found, "mappings/zendesk.yaml", &mapping));
}

#[test]
fn good_pages_and_examples_have_no_errors() {
    for block in super::docs::mappings() {
        let errors: Vec<Diagnostic> =
            findings(&block.text).into_iter().filter(|found| found.severity == Severity::Error).collect();
        assert!(
            errors.is_empty(),
            "{}\n{}",
            block.document,
            render::human(&errors, "example.yaml", &block.text)
        );
    }
}

const UNUSED: &str = "tables: {idle: {rows: {name: $.name}}}\n";

#[test]
fn a_rule_can_be_told_otherwise() {
    let mapping = completed(UNUSED);
    let with = |level| {
        let levels = [("unused-table".to_owned(), level)].into();
        findings_with(&mapping, &Options { levels, ..Options::default() })
    };
    assert_eq!(with(Level::Allow), []);
    assert_eq!(with(Level::Told(Severity::Error))[0].severity, Severity::Error);
}

#[track_caller]
fn check_allowed(comment: &str, names: &[&str]) {
    let mapping = completed(&UNUSED.replace('\n', &format!("   {comment}\n")));
    let found: Vec<&str> = findings(&mapping).iter().map(|found| found.code.name).collect();
    assert_eq!(found, names, "{mapping}");
}

#[test]
fn a_comment_silences_what_it_names() {
    check_allowed("# mapwright: allow unused-table -- soon", &[]);
    check_allowed("# mapwright: allow D0501 -- soon", &[]);
    check_allowed("# mapwright: allow unused-table", &["unexplained-suppression"]);
    check_allowed("# mapwright: allow unused-part -- soon", &["unused-table", "unused-suppression"]);
    check_allowed("# mapwright: allow unused-tabel -- soon", &["unused-table", "unused-suppression"]);
    check_allowed("# mapwright: ignore", &["unused-table", "unused-suppression"]);
    check_allowed("# mapwright: allow unused-table, unused-part -- soon", &["unused-suppression"]);
}

#[test]
fn errors_of_the_language_are_not_silenced() {
    let mapping = completed("names: {a: $b}   # mapwright: allow unknown-reference -- no\n");
    let mut found = Diagnostics::new();
    assert!(compile::load(&mapping.replace("/user}", "/:id, with: {id: $a}}"), &mut found).is_none());
    lint::lint(&mapping, &options(), &mut found);
    assert!(found.has_errors());
}

#[test]
fn a_setting_ends_on_its_day() {
    let mapping = completed(RULES.iter().find(|rule| rule.code.name == "sunset").unwrap().bad);
    let on = |day: &str| {
        let found = findings_with(&mapping, &Options { as_of: Day::parse(day), ..Options::default() });
        found.first().map(|found| found.severity)
    };
    assert_eq!(on("2026-01-01"), Some(Severity::Warning));
    assert_eq!(on("2025-12-31"), None);
    assert_eq!(on("2026-06-29"), Some(Severity::Warning));
    assert_eq!(on("2026-06-30"), Some(Severity::Error));
}

/// The published schema of SARIF; `tests/schemas/README.md` says where it comes from.
#[test]
fn sarif_fits_its_schema() {
    let schema = fs::read_to_string(root().join("tests/schemas/sarif-2.1.0.json")).unwrap();
    let mut schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    // Its pattern of languages has a bracket too many and is no regular expression. We name no language.
    for of in ["run", "toolComponent"] {
        let language = schema["definitions"][of]["properties"]["language"].as_object_mut().unwrap();
        assert_eq!(language.remove("pattern"), Some("^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$".into()));
    }
    let schema = jsonschema::validator_for(&schema).unwrap();
    let texts: Vec<String> = RULES.iter().map(|rule| completed(rule.bad)).collect();
    let found: Vec<Vec<Diagnostic>> =
        texts.iter().zip(RULES).map(|(text, rule)| findings_with(text, &options_of(rule))).collect();
    let files: Vec<render::OfFile<'_>> = texts
        .iter()
        .zip(&found)
        .map(|(text, found)| render::OfFile { found, name: "maps/my mapping.yaml", text })
        .collect();
    let log = render::sarif(&files);
    let problems: Vec<String> = schema.iter_errors(&log).map(|error| error.to_string()).collect();
    assert!(problems.is_empty(), "{problems:#?}");
    assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(RULES.len()));
    let mut broken = log.clone();
    broken["runs"][0]["results"][0]["level"] = "loud".into();
    assert!(!schema.is_valid(&broken));
}

#[track_caller]
fn check_budget(flow: &str, expected: [u64; 3]) {
    let mapping = completed(&format!("flows:\n  one:\n    event: track\n    steps:\n{flow}"));
    assert_eq!(findings(&mapping).iter().filter(|found| found.severity == Severity::Error).count(), 0);
    let document = source::read(&mapping, &mut Diagnostics::new()).unwrap();
    let lowered = model::lower(&document, &mut Diagnostics::new()).unwrap();
    let costs = budget::costs(&document, &lowered);
    let (name, cost) = costs.first().unwrap();
    assert_eq!((name.as_str(), [cost.best, cost.typical, cost.worst]), ("one", expected), "{mapping}");
    assert_eq!(cost.thousand, cost.typical * 1000);
}

#[test]
fn the_budget_knows_what_is_made_together() {
    let form = "{put: /many, list: list, rows: $.list, find: {get: /many, ids: ids, rows: $.list, by: id}}";
    let mapping = completed(&format!(
        "tables:\n  person: {{under: person, rows: {{id: $.userId}}}}\nflows:\n  one:\n    event: track\n    steps:\n      \
         - a: {{put: /a, body: person, bulk: {{key: $.userId, max: 100, forms: {form}}}}}\n      - b: {{put: /b}}\n"
    ));
    let document = source::read(&mapping, &mut Diagnostics::new()).unwrap();
    let lowered = model::lower(&document, &mut Diagnostics::new()).unwrap();
    let (_, cost) = budget::costs(&document, &lowered).remove(0);
    assert_eq!((cost.typical, cost.thousand), (2, 20 + 1000));
}

#[test]
fn the_budget_is_that_of_a_run() {
    assert_eq!(budget::MOST_ANSWERS, u64::from(run::Limits::default().answers));
}

#[test]
fn requests_are_counted() {
    check_budget("      - a: {put: /a}\n      - b: {put: /b}\n", [2, 2, 2]);
    check_budget("      - a: {when: {$.x: 1}, put: /a}\n", [0, 1, 1]);
    check_budget("      - a: {put: /a}\n      - stop: {when: {$.x: 1}}\n      - b: {put: /b}\n", [1, 2, 2]);
    check_budget(
        "      - a: {put: \"/a/:id\", with: {id: $x.id}, for_each: {in: $.l, name: x, max: 7}}\n",
        [0, 0, 7],
    );
    check_budget(
        "      - a: {get: /a, cache: 1m, every_page: {next: $.n, max: 5}, give: {i: {from: \"$.l[*]\", take: all}}}\n",
        [0, 0, 5],
    );
    check_budget(
        "      - a:\n          ensure:\n            find: [{get: /a, when: {$.x: 1}, give: {i: $.i}}, {get: /b, give: {i: $.i}}]\n\
         \x20           create: {post: /a, give: {i: $.i}, errors: {409: missing}}\n\
         \x20     - b: {when: {$steps.a.i: {is: missing}}, put: /b}\n",
        [1, 1, 6],
    );
}

/// The shipped mapping with one line left out, for every line.
fn maimed() -> impl Iterator<Item = String> {
    let whole = fs::read_to_string(root().join("mappings/zendesk.yaml")).unwrap();
    let n_lines = whole.lines().count();
    (0..n_lines).map(move |left_out| {
        let kept = whole.lines().enumerate().filter(|(index, _)| *index != left_out);
        kept.flat_map(|(_, line)| [line, "\n"]).collect()
    })
}

#[test]
fn fixes_leave_a_mapping_that_compiles() {
    let (mut n_told, mut n_mended) = (0, 0);
    for mapping in maimed() {
        let Ok(found) = try_findings(&mapping, &options()) else { continue };
        n_told += usize::from(!found.is_empty());
        for most in [Safety::Safe, Safety::Unsafe] {
            let fixes: Vec<Fix> = found.iter().filter_map(|found| found.fix.clone()).collect();
            let fixes: Vec<Fix> = fixes.into_iter().filter(|fix| fix.safety <= most).collect();
            let (mended, n_made) = apply(&mapping, &fixes);
            n_mended += n_made;
            if let Err(why) = try_findings(&mended, &options()) {
                panic!("{fixes:?}\n{why}");
            }
        }
    }
    assert!(n_told > 5 && n_mended > 5, "{n_told} {n_mended}");
}

#[test]
fn whatever_cannot_be_read_adds_nothing() {
    for (name, mapping) in super::mistakes::cases() {
        let mut found = Diagnostics::new();
        if compile::load(&mapping, &mut found).is_none() {
            let before = found.len();
            let mut added = Diagnostics::new();
            lint::lint(&mapping, &options(), &mut added);
            assert!(before > 0, "{name}");
        }
    }
}
