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

    UNUSED_TABLE = 501 "unused-table" Warning "a table that no request sends";
    UNUSED_SETTING = 502 "unused-setting" Warning "a setting that nothing reads";
    UNUSED_NAME = 503 "unused-name" Warning "a name that nothing reads";
    UNUSED_PART = 504 "unused-part" Warning "a part that no flow uses";
    UNUSED_OUTPUT = 505 "unused-output" Warning "an output that no later step reads";
    UNUSED_VARIABLE = 506 "unused-variable" Warning "a variable that its template does not show";
    UNUSED_ELEMENT = 507 "unused-element" Warning "a loop that does not look at its element";
    NEVER_TRUE = 508 "never-true" Warning "a condition that never holds";
    ALWAYS_TRUE = 509 "always-true" Warning "a condition that always holds";
    NULL_COMPARISON = 510 "null-comparison" Warning "a value is compared with null instead of being asked whether it is there";
    MIXED_TYPES = 511 "mixed-types" Warning "a value is compared with a constant of another type";
    UNREACHABLE_STEP = 512 "unreachable-step" Warning "a step that no event ever gets to";
    UNREACHABLE_FLOW = 513 "unreachable-flow" Warning "a flow that takes no event";
    OVERLAPPING_FLOWS = 514 "overlapping-flows" Warning "two flows take some of the same events, and neither is the special case of the other";
    UNKNOWN_EVENT_TYPE = 515 "unknown-event-type" Warning "a flow takes a type of events that nobody sends";
    SHADOWED_CANDIDATE = 516 "shadowed-candidate" Warning "a candidate stands behind one that is always present";
    IDLE_DEFAULT = 517 "idle-default" Warning "a default that is never used";
    IDLE_REQUIRED = 518 "idle-required" Warning "something is required that is always there";
    IMPOSSIBLE_CAST = 519 "impossible-cast" Error "a value is cast to a type that it can never have";
    DEFAULT_TYPE = 520 "default-type" Warning "a default is not of the type of its row";
    IDLE_MAP_ENTRY = 521 "idle-map-entry" Warning "a replacement for a value that never comes";
    INCOMPLETE_MAP = 522 "incomplete-map" Warning "a value that may come has no replacement, and rejects the event";
    IDLE_TRUNCATE = 523 "idle-truncate" Warning "something is cut that is no text";
    PATH_INTO_SCALAR = 524 "path-into-scalar" Error "a path goes into a value that has no members";
    REPEATED_CONSTANT = 525 "repeated-constant" Warning "a list of constants names one twice";
    LONG_INTEGER = 526 "long-integer" Warning "a number with more digits than many readers keep";
    UNSAFE_RETRY = 527 "unsafe-retry" Warning "a write that is made again may be made twice";
    INCOMPLETE_ERRORS = 528 "incomplete-errors" Warning "the table of errors does not say what some answers mean";
    REJECTED_LOGIN = 529 "rejected-login" Warning "bad credentials are taken for a bad event";
    UNRETRIED_LIMIT = 530 "unretried-limit" Warning "a rate limit is taken for something else than \"later\"";
    OUTAGE_AS_ANSWER = 531 "outage-as-answer" Warning "an outage of the destination is taken for an answer";
    MISSING_AS_SUCCESS = 532 "missing-as-success" Warning "a write to something that is not there counts as success";
    UNREACHABLE_REACTION = 533 "unreachable-reaction" Warning "a reaction that no answer leads to";
    IDLE_ERROR_LINE = 534 "idle-error-line" Warning "a line of a table of errors that changes nothing";
    IDLE_VERIFY = 535 "idle-verify" Warning "a `verify` that is never asked";
    IDLE_FORGET = 536 "idle-forget" Warning "an answer is forgotten that nobody remembers";
    IDLE_PAGES = 537 "idle-pages" Warning "all pages are read, and only the first is looked at";
    UNPAGED_LIST = 538 "unpaged-list" Warning "a list is read, and only its first page is looked at";
    READ_IN_LOOP = 539 "read-in-loop" Warning "something is looked up once for each element of a list";
    REPEATED_READ = 540 "repeated-read" Warning "the same is read twice without a write in between";
    INEXACT_SEARCH = 541 "inexact-search" Warning "what a search finds is taken for the thing itself";
    PERSONAL_DATA_IN_URL = 542 "personal-data-in-url" Warning "an e-mail address or a telephone number stands in the address of a request";
    PLAIN_HTTP = 543 "plain-http" Warning "requests go over a connection that anybody can read";
    REFUSED_DEFAULT = 544 "refused-default" Error "the default of a setting is one that is refused";
    SUNSET = 545 "sunset" Warning "a setting stops working on a known day";
    OVER_BUDGET = 546 "over-budget" Warning "one event may cost more requests than a run may make";
    UNGUARDED_OUTPUT = 547 "unguarded-output" Warning "a path needs the output of a step that may have been left out";
    HALF_GIVEN_OUTPUT = 548 "half-given-output" Warning "an output comes from one way of a step, and not from the other";
    UNREACHABLE_LOGIN = 549 "unreachable-login" Warning "a way to log in that is never used";
    UNUSED_SUPPRESSION = 550 "unused-suppression" Warning "a suppression that silences nothing";
    UNEXPLAINED_SUPPRESSION = 551 "unexplained-suppression" Warning "a suppression does not say why";
    UNREQUIRED_OUTPUT = 552 "unrequired-output" Warning "a path needs an output that the reply may lack";
    CASE_SENSITIVE_EMAIL = 553 "case-sensitive-email" Warning "two e-mail addresses are compared letter by letter";
    LATE_REJECT = 554 "late-reject" Warning "an event is rejected after something has been written";
    UNORDERED_EVENTS = 555 "unordered-events" Warning "nothing says which events stay in order";
    UNDESCRIBED_SETTING = 556 "undescribed-setting" Warning "a setting does not say what it is for";
    SILENT_DELIVERY = 557 "silent-delivery" Warning "a flow counts events as delivered and sends nothing";
    SWALLOWED_ERRORS = 558 "swallowed-errors" Warning "all refusals of the destination count as success";
    STALE_CACHE = 559 "stale-cache" Warning "a write makes a cached answer wrong, and does not forget it";
    HALF_VERIFIED_OUTPUT = 560 "half-verified-output" Warning "an output is missing when the write turns out to have arrived";
    UNKNOWN_ENDPOINT = 561 "unknown-endpoint" Warning "a request goes to an endpoint that the destination's schemas do not have";
    UNKNOWN_ATTRIBUTE = 562 "unknown-attribute" Error "an attribute that the destination does not know";
    READ_ONLY_ATTRIBUTE = 563 "read-only-attribute" Warning "an attribute that the destination sets itself";
    REFUSED_TYPE = 564 "refused-type" Error "a value is of a type that the destination refuses";
    DOUBTFUL_TYPE = 565 "doubtful-type" Warning "a value may be of a type that the destination refuses";
    REFUSED_VALUE = 566 "refused-value" Error "a constant that the destination refuses";
    UNFILLED_ATTRIBUTE = 567 "unfilled-attribute" Error "an attribute that the destination needs is never filled";
    HALF_FILLED_ATTRIBUTE = 568 "half-filled-attribute" Warning "an attribute that the destination needs is not filled by every event";
    UNKNOWN_REPLY_PATH = 569 "unknown-reply-path" Error "a path leads to something that the reply never has";
    REFUSED_KEY = 570 "refused-key" Warning "a key that the destination refuses";
    UNKNOWN_PARAMETER = 571 "unknown-parameter" Warning "a query parameter that the endpoint does not have";
    UNCUT_TEXT = 572 "uncut-text" Warning "a text may be longer than the destination takes";
    UNREAD_SCHEMAS = 575 "unread-schemas" Error "the schemas of the destination cannot be read";
    UNCOVERED_EVENTS = 576 "uncovered-events" Warning "events of a type that has flows, and none takes them";
    STALE_MEMORY = 577 "stale-memory" Warning "a write makes wrong what another one is remembered for";
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
