//! JUnit XML, as servers of continuous integration read it: a suite a folder, a test case a file.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Show;
use crate::cli::output::{Ended, Output};
use crate::cli::test::record::{Record, Status, Tally};

/// The suites so far, by their folders.
#[derive(Debug, Default)]
pub(super) struct Junit {
    suites: BTreeMap<String, Vec<TestCase>>,
}

#[derive(Debug)]
struct TestCase {
    name: String,
    status: Status,
    why: String,
    took: Duration,
}

impl Show for Junit {
    fn begin(&mut self, _n_cases: usize, _output: &mut Output) -> Result<(), Ended> {
        Ok(())
    }

    fn record(&mut self, record: &Record, _output: &mut Output) -> Result<(), Ended> {
        let folder = record.file.parent().unwrap_or(Path::new("")).display().to_string();
        let stem = record.file.file_stem().unwrap_or_default().to_string_lossy();
        let name = record.about().map_or_else(|| stem.to_string(), |about| format!("{stem}: {about}"));
        let case = TestCase {
            name: name.split_whitespace().collect::<Vec<_>>().join(" "),
            status: record.status(),
            why: record.why(),
            took: record.took,
        };
        self.suites.entry(folder).or_default().push(case);
        Ok(())
    }

    fn end(&mut self, _tally: &Tally, output: &mut Output) -> Result<(), Ended> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let all = || self.suites.values().flatten();
        let attributes = [("name".to_owned(), "mapwright test".to_owned())].into_iter().chain(counts(all));
        let suites = attributes.fold(writer.create_element("testsuites"), |element, (key, value)| {
            element.with_attribute((key.as_str(), value.as_str()))
        });
        suites.write_inner_content(|writer| {
            self.suites.iter().try_for_each(|(folder, cases)| suite(writer, folder, cases))
        })?;
        output.print(String::from_utf8_lossy(&writer.into_inner()))
    }
}

/// How many cases there are, and how they ended.
fn counts<'c, I: Iterator<Item = &'c TestCase>>(cases: impl Fn() -> I) -> Vec<(String, String)> {
    let count = |status| cases().filter(|case| case.status == status).count().to_string();
    let time: Duration = cases().map(|case| case.took).sum();
    [
        ("tests", cases().count().to_string()),
        ("failures", count(Status::Failed)),
        ("errors", count(Status::Broken)),
        ("skipped", count(Status::Skipped)),
        ("time", seconds(time)),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .to_vec()
}

fn suite(writer: &mut Writer<Vec<u8>>, folder: &str, cases: &[TestCase]) -> io::Result<()> {
    let element = writer.create_element("testsuite").with_attribute(("name", clean(folder).as_str()));
    let element = counts(|| cases.iter())
        .into_iter()
        .fold(element, |element, (key, value)| element.with_attribute((key.as_str(), value.as_str())));
    element
        .write_inner_content(|writer| cases.iter().try_for_each(|case| test_case(writer, folder, case)))?;
    Ok(())
}

fn test_case(writer: &mut Writer<Vec<u8>>, folder: &str, case: &TestCase) -> io::Result<()> {
    let element = writer
        .create_element("testcase")
        .with_attribute(("name", clean(&case.name).as_str()))
        .with_attribute(("classname", clean(folder).as_str()))
        .with_attribute(("time", seconds(case.took).as_str()));
    let (kind, sort) = match case.status {
        Status::Passed | Status::Updated => {
            element.write_empty()?;
            return Ok(());
        }
        Status::Failed => ("failure", Some("difference")),
        Status::Broken => ("error", Some("unreadable")),
        Status::Skipped => ("skipped", None),
    };
    let why = clean(&case.why);
    let first = why.lines().next().unwrap_or_default().to_owned();
    element.write_inner_content(|writer| {
        let inner = writer.create_element(kind).with_attribute(("message", first.as_str()));
        match sort {
            Some(sort) => {
                inner.with_attribute(("type", sort)).write_text_content(BytesText::new(&why))?;
            }
            None => {
                inner.write_empty()?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

fn seconds(span: Duration) -> String {
    format!("{:.3}", span.as_secs_f64())
}

/// A text without the characters that XML cannot hold.
///
/// Source: XML 1.0, section 2.2.
fn clean(text: &str) -> String {
    let is_fine = |letter: char| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|letter| if is_fine(letter) { letter } else { '\u{fffd}' }).collect()
}
