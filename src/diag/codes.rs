//! The registry of codes: every kind of finding, one record each.
//!
//! By stage: 01xx read, 02xx shape, 03xx names, 04xx types, 05xx lint, 06xx run, 07xx deliver, 08xx host and plugin.
//! A new kind takes the next free number of its stage, gets a page `docs/diagnostics/<id>.md`, and is never reused.

use super::{Code, Severity};

/// What the registry knows about one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeInfo {
    /// The code itself.
    pub code: Code,
    /// Severity unless somebody configures another.
    pub severity: Severity,
    /// One line about what it finds.
    pub summary: &'static str,
}

macro_rules! codes {
    ($($constant:ident = $number:literal $name:literal $severity:ident $summary:literal;)*) => {
        impl Code {
            $(#[doc = $summary] pub const $constant: Code = Code { number: $number, name: $name };)*
        }

        /// Every code there is, by number.
        pub const ALL: &[CodeInfo] = &[
            $(CodeInfo { code: Code::$constant, severity: Severity::$severity, summary: $summary },)*
        ];
    };
}

codes! {
    SYNTAX = 101 "syntax" Error "the text is not YAML";
    DUPLICATE_KEY = 102 "duplicate-key" Error "a map has one key twice";
    MANY_DOCUMENTS = 103 "many-documents" Error "the file holds more than one YAML document";
    ANCHOR = 104 "anchor" Error "the file uses an anchor or an alias";
    MERGE_KEY = 105 "merge-key" Error "a map has the merge key `<<`";
    TAG = 106 "tag" Error "a value carries a YAML tag";
    TAB_INDENT = 107 "tab-indent" Error "a line is indented with a tab";
    FILE_TOO_LARGE = 108 "file-too-large" Error "the file has more than 1 MiB";
    TOO_DEEP = 109 "too-deep" Error "lists and maps are nested more than 64 deep";
    TOO_MANY_NODES = 110 "too-many-nodes" Error "the file has more than 100000 values";
    EMPTY_FILE = 111 "empty-file" Error "the file says nothing";
    NOT_A_MAP = 112 "not-a-map" Error "the outermost value is not a map";
    BAD_KEY = 113 "bad-key" Error "a key is not a word: it is a list, a map or nothing";
    UNQUOTED_TEMPLATE = 114 "unquoted-template" Error "a template is not in quotes, so YAML takes it for a map";
    CONTROL_CHARACTER = 115 "control-character" Error "the file holds a character that cannot be seen";
    DIRECTIVE = 116 "directive" Error "the file has a YAML directive";
    NUMBER_TOO_LARGE = 117 "number-too-large" Error "a whole number does not fit in 64 bits";
    YES_NO_WORD = 118 "yes-no-word" Warning "a bare yes, no, on, off, y or n is text, though it looks like true or false";
    LEADING_ZERO = 119 "leading-zero" Warning "bare digits that begin with 0 are text, though they look like a number";
    AMBIGUOUS = 120 "ambiguous" Error "YAML readers do not agree on what the text means";

    UNKNOWN_KEY = 201 "unknown-key" Error "a map has a key that means nothing there";
    MISSING_KEY = 202 "missing-key" Error "a map lacks a key that it must have";
    WRONG_TYPE = 203 "wrong-type" Error "a value is of another kind than is wanted there";
    WRONG_VALUE = 204 "wrong-value" Error "a value is of the right kind, but not one that is allowed there";
    NOT_A_SELECTOR = 205 "not-a-selector" Error "a text stands where a selector is wanted";
    ROW_SOURCE = 206 "row-source" Error "a row has no source, or several";
    REQUEST_SHAPE = 207 "request-shape" Error "a request has no method, several, or a key that belongs to the step";
    STEP_SHAPE = 208 "step-shape" Error "a step is not one name with what it does";
    REQUIREMENT_SHAPE = 209 "requirement-shape" Error "a requirement asks nothing, or twice";
    LOGIN_SHAPE = 210 "login-shape" Error "a way to log in is not exactly one of those there are";

    UNKNOWN_REFERENCE = 301 "unknown-reference" Error "something is used that is not declared";
    LATER_STEP = 302 "later-step" Error "an output is used before its step has run";
    CYCLE = 303 "cycle" Error "something is made from itself";
    DUPLICATE_STEP = 304 "duplicate-step" Error "two steps of a flow have one name";
    PLACEHOLDER = 305 "placeholder" Error "a path and the values that fill it do not agree";
    RESERVED_NAME = 306 "reserved-name" Error "a name means something else already";
    LOOP_OUTPUT = 307 "loop-output" Error "a step with a loop gives an output";
    LIMIT = 308 "limit" Error "something is longer, deeper or more than a mapping may have";

    BAD_SELECTOR = 401 "bad-selector" Error "a selector cannot be read";
    MANY_MATCHES = 402 "many-matches" Error "a path may match several values and nothing says which is meant";
    BAD_TEMPLATE = 403 "bad-template" Error "a template cannot be read or uses more than variables";
    BAD_PATTERN = 404 "bad-pattern" Error "a regular expression cannot be read";
    SECRET_LEAK = 405 "secret-leak" Error "a secret could be seen";
    BAD_PATH = 406 "bad-path" Error "the path of a request is not literal";
    EFFECT = 407 "effect" Error "a read is used as a write, or a write as a read";
    UNSAFE_HOST = 408 "unsafe-host" Error "the host comes from something that is not checked";
    CLASHING_ROWS = 409 "clashing-rows" Error "two rows of a body write the same attribute";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn numbers_and_names_are_unique() {
        let numbers: BTreeSet<_> = ALL.iter().map(|info| info.code.number).collect();
        let names: BTreeSet<_> = ALL.iter().map(|info| info.code.name).collect();
        assert_eq!((numbers.len(), names.len()), (ALL.len(), ALL.len()));
    }

    #[test]
    fn the_registry_is_in_order() {
        assert!(ALL.is_sorted_by_key(|info| info.code.number));
    }

    #[test]
    fn names_are_slugs() {
        let is_slug = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        for info in ALL {
            assert!(is_slug(info.code.name), "{}", info.code);
            assert!(!info.summary.is_empty() && !info.summary.ends_with('.'), "{}", info.code);
        }
    }

    #[test]
    fn every_code_has_a_page() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics");
        for info in ALL {
            let path = folder.join(format!("{}.md", info.code.id()));
            let page = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("no page for {}", info.code));
            assert!(page.starts_with(&format!("# {}\n", info.code)), "heading of {}", path.display());
        }
    }

    #[test]
    fn every_page_has_a_code() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics");
        let ids: BTreeSet<_> = ALL.iter().map(|info| info.code.id()).collect();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            assert!(!stem.starts_with('D') || ids.contains(&stem), "no code for {stem}");
        }
    }
}
