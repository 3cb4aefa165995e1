//! JUnit XML, as servers of continuous integration read it: a suite a folder, a test case a file.
//!
//! There is no one schema. What is written here is valid by the two that are most used.
//!
//! Source: `JUnit.xsd` of Apache Ant's reports, `junit-10.xsd` of the Jenkins plug-in xUnit.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Show;
use crate::cli::output::{Ended, Output};
use crate::cli::test::record::{Record, Status, Tally};
use crate::deliver;

/// The suites so far, by their folders.
#[derive(Debug, Default)]
pub(super) struct Junit {
    /// When the first case began.
    started: String,
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
        self.started = deliver::date_and_time().unwrap_or_else(|| "1970-01-01T00:00:00".into());
        Ok(())
    }

    fn record(&mut self, record: &Record, _output: &mut Output) -> Result<(), Ended> {
        let folder = record.file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).display().to_string();
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
        writer.create_element("testsuites").write_inner_content(|writer| {
            let mut suites = self.suites.iter().enumerate();
            suites.try_for_each(|(id, (folder, cases))| suite(writer, id, folder, &self.started, cases))
        })?;
        output.print(String::from_utf8_lossy(&writer.into_inner()))
    }
}

fn suite(
    writer: &mut Writer<Vec<u8>>,
    id: usize,
    folder: &str,
    started: &str,
    cases: &[TestCase],
) -> io::Result<()> {
    let count = |status| cases.iter().filter(|case| case.status == status).count().to_string();
    let (folder, time) = (clean(folder), cases.iter().map(|case| case.took).sum());
    let attributes = [
        ("id", id.to_string()),
        ("name", folder.clone()),
        ("package", folder.clone()),
        ("timestamp", started.to_owned()),
        ("hostname", "localhost".to_owned()),
        ("tests", cases.len().to_string()),
        ("failures", count(Status::Failed)),
        ("errors", count(Status::Broken)),
        ("skipped", count(Status::Skipped)),
        ("time", seconds(time)),
    ];
    let element = attributes.iter().fold(writer.create_element("testsuite"), |element, (key, value)| {
        element.with_attribute((*key, value.as_str()))
    });
    element.write_inner_content(|writer| {
        writer.create_element("properties").write_empty()?;
        cases.iter().try_for_each(|case| test_case(writer, &folder, case))?;
        writer.create_element("system-out").write_empty()?;
        writer.create_element("system-err").write_empty()?;
        Ok(())
    })?;
    Ok(())
}

fn test_case(writer: &mut Writer<Vec<u8>>, folder: &str, case: &TestCase) -> io::Result<()> {
    let element = writer
        .create_element("testcase")
        .with_attribute(("name", clean(&case.name).as_str()))
        .with_attribute(("classname", folder))
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
