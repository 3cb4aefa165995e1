//! `--update`: files of cases that are brought up to date.

use std::fs;
use std::path::Path;

use mapwright::case::{Case, Verdict, files};
use mapwright::diag::Diagnostics;
use mapwright::source::{self, Kind, Node};

use super::{Folder, case, command, project, run, stderr};

#[test]
fn a_file_is_brought_up_to_date_and_all_else_stays() {
    let folder = project("test-update");
    let bad = folder.0.join("tests/cases/people/b-bad.yaml");
    let before = fs::read_to_string(&bad).unwrap();
    let refused = command(&folder, &["--update"]).env("CI", "true").output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        stderr(&refused).starts_with("error: `--update` does not run where `CI` is set"),
        "{}",
        stderr(&refused)
    );
    assert_eq!(fs::read_to_string(&bad).unwrap(), before);

    let (code, text) = run(&folder, &["--update", "--filter", "/good|bad/"]);
    assert_eq!(code, Some(0), "{text}");
    let expected = "\
passed  tests/cases/a-good.yaml
updated  tests/cases/people/b-bad.yaml
    -       body: {name: Ada, age: 37}
    +       body: {name: Ada, age: 36}
1 passed, 0 failed, 0 skipped, 1 updated
";
    assert_eq!(text, expected);
    assert_eq!(fs::read_to_string(&bad).unwrap(), before.replace("37", "36"));
    assert_eq!(run(&folder, &["--filter", "bad"]).0, Some(0));
}

#[test]
fn words_that_still_fit_are_kept_and_outcomes_get_their_reason() {
    let folder = project("test-update-words");
    let about = "From delivered to rejected";
    let text = format!(
        "about: {about}\nevents:\n  - {{type: identify, name: Ada}}\n  - {{type: identify}}\nreplies: [{{request: POST /people, status: 201}}]\nexpect:\n  outcomes: [delivered, delivered]   # both\n  requests: {{$unordered: [{{request: {{$contains: people}}, body: {{name: {{$any: string}}}}}}]}}\n  notes: [gone]\n"
    );
    let file = folder.file("tests/cases/words.yaml", &text);
    let (code, told) = run(&folder, &["--update", "--filter", about]);
    assert_eq!(code, Some(0), "{told}");
    let expected = text
        .replace("[delivered, delivered]", "[delivered, {rejected: A person has a name}]")
        .replace("[gone]", "[]");
    assert_eq!(fs::read_to_string(file).unwrap(), expected);
}

#[test]
fn ends_of_lines_stay_as_they_are() {
    let folder = project("test-update-ends");
    let text = case("Ends", "{name: Ada, age: 37}", "delivered").replace('\n', "\r\n");
    let file = folder.file("tests/cases/ends.yaml", &text);
    let more = text.replace("  requests:", "  notes: [a, b]\r\n  requests:");
    fs::write(&file, &more).unwrap();
    let (code, told) = run(&folder, &["--update", "--filter", "ends.yaml"]);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(fs::read_to_string(file).unwrap(), more.replace("37", "36").replace("[a, b]", "[]"));
}

#[test]
fn what_stands_in_the_script_is_not_updated() {
    let folder = project("test-update-script");
    let text = case("Another request", "{name: Ada, age: 36}", "delivered")
        .replace("[{request: POST /people,", "[{request: POST /others,");
    let file = folder.file("tests/cases/script.yaml", &text);
    let (code, told) = run(&folder, &["--update", "--filter", "script"]);
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains("    not updated: `POST /people` is asked where the script has `POST /others`\n"),
        "{told}"
    );
    assert_eq!(fs::read_to_string(file).unwrap(), text);
}

/// Places of the scalars below `expect:` that are exact texts or numbers.
fn scalars(node: &Node, places: &mut Vec<(usize, usize)>) {
    match &node.kind {
        Kind::Scalar { text, .. } if !text.is_empty() => places.push((node.span.start, node.span.end)),
        Kind::Scalar { .. } => {}
        Kind::List(nodes) => nodes.iter().for_each(|node| scalars(node, places)),
        Kind::Map(entries) => entries
            .iter()
            .filter(|(key, _)| !key.text.starts_with('$'))
            .for_each(|(_, node)| scalars(node, places)),
    }
}

/// In our own cases every eighth expected scalar is made wrong (with all of them this takes a minute). An update makes
/// the case pass again, and leaves all other lines as they were.
#[test]
fn whatever_is_wrong_is_brought_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Folder::new("test-update-all");
    let (mut n_updated, mut n_restored) = (0, 0);
    for (index, file) in files(&[root.join("tests/cases")]).unwrap().into_iter().enumerate() {
        let case = Case::read(&file).unwrap();
        let text = case.text();
        let document = source::read(text, &mut Diagnostics::new()).unwrap();
        let mut places = Vec::new();
        scalars(document.root.get("expect").unwrap(), &mut places);
        places = places.into_iter().skip(index % 8).step_by(8).collect();
        if places.is_empty() {
            continue;
        }
        let mapping = case.mapping(Some(&root.join("mappings/zendesk.yaml"))).unwrap();
        let ran = case.run(&mapping).unwrap();
        if ran.verdict != Verdict::Passed {
            // That is told by the run of the cases.
            continue;
        }
        let mut last = None;
        for (start, end) in places {
            let (before, rest) = text.split_at(start);
            let (value, after) = rest.split_at(end - start);
            let wrong = if value.parse::<u64>().is_ok() { "4711" } else { "rejected" };
            let wrong = [before, wrong, after].concat();
            let path = folder.0.join("case.yaml");
            fs::write(&path, &wrong).unwrap();
            // Some are refused, such as an outcome that has two words.
            let Ok(case) = Case::read(&path) else { continue };
            let updated = case
                .updated(&mapping, &ran)
                .unwrap_or_else(|error| panic!("{}: {error}\n{wrong}", file.display()));
            let lines_before = before.rsplit_once('\n').map_or("", |(lines, _)| lines);
            let lines_after = after.split_once('\n').map_or("", |(_, lines)| lines);
            assert!(updated.starts_with(lines_before), "{}\n{updated}", file.display());
            assert!(updated.ends_with(lines_after), "{}\n{updated}", file.display());
            n_updated += 1;
            n_restored += usize::from(updated == text);
            last = Some(updated);
        }
        let Some(last) = last else { continue };
        let path = folder.0.join("case.yaml");
        fs::write(&path, &last).unwrap();
        let again = Case::read(&path).unwrap().run(&mapping).unwrap();
        assert_eq!(again.verdict, Verdict::Passed, "{}\n{last}", file.display());
    }
    println!("{n_updated} wrong values were brought up to date, {n_restored} of them byte by byte");
    assert!(n_updated > 150 && n_restored * 10 > n_updated * 7, "{n_updated} {n_restored}");
}
