//! Events from files and standard input: one JSON object a line.
//!
//! A line that is no event does not end the input; it becomes an item with the reason. Only a file that cannot be read
//! at all does.

mod source;

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use serde_json::error::Category;

pub use source::{LineTicket, Lines};

/// Longest line that is read as an event.
pub const LONGEST_LINE: usize = 32 * 1024 * 1024;

/// How much of an unreadable line is kept, to be shown.
const SHOWN_BYTES: usize = 64 * 1024;

/// The lines of several files, one after another.
#[derive(Debug)]
pub struct Input {
    /// Not yet opened, the next one last.
    files: Vec<PathBuf>,
    open: Option<Open>,
    longest: usize,
}

struct Open {
    name: Arc<str>,
    reader: Box<dyn BufRead + Send>,
    line: u64,
}

/// One line of the input.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// File as the user named it; `-` is standard input.
    pub file: Arc<str>,
    /// Counts from 1.
    pub line: u64,
    /// The event, or why there is none.
    pub content: Result<Arc<Value>, Unreadable>,
}

/// A line that is no event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// One sentence.
    pub why: String,
    /// The line, cut to its first 64 KiB.
    pub text: String,
}

/// A file of events that cannot be read.
#[derive(Debug)]
pub struct InputError {
    file: String,
    error: io::Error,
}

impl fmt::Display for InputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "cannot read events from {}: {}", self.file, self.error)
    }
}

impl std::error::Error for InputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl fmt::Debug for Open {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Open({}:{})", self.name, self.line)
    }
}

impl Input {
    /// Reads these files in turn; `-` is standard input. All are opened once here, so that a wrong name is known
    /// before anything is sent.
    pub fn open(files: &[PathBuf]) -> Result<Self, InputError> {
        for file in files.iter().filter(|file| !is_stdin(file)) {
            let opened = File::open(file).and_then(|opened| opened.metadata());
            let opened = opened.and_then(|about| {
                if about.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { Ok(()) }
            });
            opened.map_err(|error| InputError { file: file.display().to_string(), error })?;
        }
        Ok(Self { files: files.iter().rev().cloned().collect(), open: None, longest: LONGEST_LINE })
    }

    /// Reads from a reader, under a name for messages.
    #[must_use]
    pub fn from_reader(name: &str, reader: Box<dyn BufRead + Send>) -> Self {
        Self {
            files: Vec::new(),
            open: Some(Open { name: name.into(), reader, line: 0 }),
            longest: LONGEST_LINE,
        }
    }

    /// The next line that is not blank; `None` at the end.
    pub fn next_line(&mut self) -> Option<Result<Line, InputError>> {
        loop {
            let longest = self.longest;
            let open = match self.current() {
                Ok(open) => open?,
                Err(error) => return Some(Err(error)),
            };
            match open.next_line(longest) {
                Ok(Some(line)) => return Some(Ok(line)),
                Ok(None) => self.open = None,
                Err(error) => {
                    let file = open.name.to_string();
                    self.end();
                    return Some(Err(InputError { file, error }));
                }
            }
        }
    }

    /// Reads to the end and counts the lines that are not blank.
    fn count_rest(&mut self) -> u64 {
        let mut count = 0;
        while let Ok(Some(open)) = self.current() {
            count += open.count_rest();
            self.open = None;
        }
        count
    }

    /// The file being read, the next one, or none at the end.
    fn current(&mut self) -> Result<Option<&mut Open>, InputError> {
        if self.open.is_none() {
            let Some(file) = self.files.pop() else { return Ok(None) };
            match Open::file(&file) {
                Ok(open) => self.open = Some(open),
                Err(error) => {
                    self.end();
                    return Err(InputError { file: file.display().to_string(), error });
                }
            }
        }
        Ok(self.open.as_mut())
    }

    fn end(&mut self) {
        self.open = None;
        self.files.clear();
    }
}

impl Line {
    /// A line that is there in whole, such as a message; `file` is where it stands in the words of its source.
    pub(crate) fn of_bytes(file: Arc<str>, line: u64, bytes: &[u8]) -> Self {
        Self { file, line, content: read_event(bytes.trim_ascii()) }
    }
}

impl Open {
    fn file(file: &Path) -> io::Result<Self> {
        let reader: Box<dyn BufRead + Send> = if is_stdin(file) {
            Box::new(BufReader::new(io::stdin()))
        } else {
            Box::new(BufReader::new(File::open(file)?))
        };
        Ok(Self { name: file.display().to_string().into(), reader, line: 0 })
    }

    fn next_line(&mut self, longest: usize) -> io::Result<Option<Line>> {
        loop {
            let mut bytes = Vec::new();
            let most = longest as u64 + 1;
            if self.reader.by_ref().take(most).read_until(b'\n', &mut bytes)? == 0 {
                return Ok(None);
            }
            self.line += 1;
            let content = if bytes.len() > longest && bytes.last() != Some(&b'\n') {
                self.reader.skip_until(b'\n')?;
                Err(unreadable(&bytes, format!("the line is longer than {} MiB", longest / (1024 * 1024))))
            } else {
                let text = if self.line == 1 { without_mark(&bytes) } else { &bytes };
                if text.trim_ascii().is_empty() {
                    continue;
                }
                read_event(text.trim_ascii())
            };
            return Ok(Some(Line { file: Arc::clone(&self.name), line: self.line, content }));
        }
    }

    fn count_rest(&mut self) -> u64 {
        let mut count = 0;
        let mut bytes = Vec::new();
        while self.reader.read_until(b'\n', &mut bytes).is_ok_and(|length| length > 0) {
            count += u64::from(!bytes.trim_ascii().is_empty());
            bytes.clear();
        }
        count
    }
}

fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// Without the byte order mark that some editors put at the beginning of a file.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

fn read_event(bytes: &[u8]) -> Result<Arc<Value>, Unreadable> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| unreadable(bytes, format!("not UTF-8 at byte {}", error.valid_up_to() + 1)))?;
    let value: Value = serde_json::from_str(text).map_err(|error| unreadable(bytes, why_not_json(&error)))?;
    if !value.is_object() {
        let found = kind_of(&value);
        return Err(unreadable(bytes, format!("an event is a JSON object, this line is {found}")));
    }
    Ok(Arc::new(without_envelope(value)))
}

/// What a line is, in the words of the mapping language.
fn kind_of(value: &Value) -> &'static str {
    crate::json::Datum::of(value).kind()
}

/// The event inside `{"message": …, "metadata": …}`, or the object itself.
fn without_envelope(mut value: Value) -> Value {
    let Some(members) = value.as_object_mut() else { return value };
    let is_envelope = members.get("message").is_some_and(Value::is_object) && !members.contains_key("type");
    match members.get_mut("message") {
        Some(message) if is_envelope => message.take(),
        _ => value,
    }
}

fn why_not_json(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    if what == "recursion limit exceeded" {
        return format!("nested too deep at column {}", error.column());
    }
    match error.classify() {
        Category::Eof => "not JSON: the line ends too early".to_owned(),
        _ => format!("not JSON at column {}: {what}", error.column()),
    }
}

fn unreadable(bytes: &[u8], why: String) -> Unreadable {
    let shown = bytes.get(..SHOWN_BYTES).unwrap_or(bytes);
    Unreadable { why, text: String::from_utf8_lossy(shown).trim_end().to_owned() }
}

#[cfg(test)]
mod tests;
