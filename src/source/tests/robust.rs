//! Hostile input: limits hold, nothing panics, nothing takes long; and both readers agree.

use std::fmt::Write as _;

use crate::diag::{Diagnostics, Severity, render};
use crate::source::{Kind, MOST_BYTES, MOST_DEPTH, MOST_NODES, Node, Route, agree, read};

#[track_caller]
fn check_error(text: &str, expected: &str) {
    let mut all = Diagnostics::new();
    assert!(read(text, &mut all).is_none());
    let names: Vec<&str> = all.iter().map(|found| found.code.name).collect();
    assert_eq!(names, [expected]);
}

#[test]
fn a_hundred_thousand_lists() {
    check_error(&"[".repeat(100_000), "too-deep");
    check_error(&format!("a: {}", "[".repeat(100_000)), "too-deep");
}

#[test]
fn a_hundred_thousand_maps() {
    check_error(&"{a: ".repeat(100_000), "too-deep");
}

#[test]
fn a_hundred_thousand_dashes() {
    check_error(&"- ".repeat(100_000), "too-deep");
}

#[test]
fn depth_up_to_the_limit() {
    let nested = |depth: usize| format!("a: {}{}\n", "[".repeat(depth - 1), "]".repeat(depth - 1));
    let mut all = Diagnostics::new();
    assert!(read(&nested(MOST_DEPTH), &mut all).is_some());
    assert!(all.is_empty());
    check_error(&nested(MOST_DEPTH + 1), "too-deep");
}

#[test]
fn nodes_up_to_the_limit() {
    // The root, its key and its list are three.
    let wide = |n_elements: usize| format!("a: [{}]\n", "1,".repeat(n_elements));
    let mut all = Diagnostics::new();
    assert!(read(&wide(MOST_NODES - 3), &mut all).is_some());
    assert!(all.is_empty());
    check_error(&wide(MOST_NODES - 2), "too-many-nodes");
}

#[test]
fn bytes_up_to_the_limit() {
    let long = |n_bytes: usize| format!("a: \"{}\"", "x".repeat(n_bytes - 5));
    let mut all = Diagnostics::new();
    assert!(read(&long(MOST_BYTES), &mut all).is_some());
    assert!(all.is_empty());
    check_error(&long(MOST_BYTES + 1), "file-too-large");
}

#[test]
fn findings_are_limited() {
    let mut all = Diagnostics::new();
    let _ = read(&format!("a: [{}]\n", "yes,".repeat(50_000)), &mut all);
    assert_eq!(all.len(), 200);
}

#[test]
fn errors_come_before_warnings_when_findings_are_limited() {
    let mut all = Diagnostics::new();
    let _ = read(&format!("a: [{}]\na: 1\n", "yes,".repeat(1_000)), &mut all);
    assert!(all.has_errors());
}

#[test]
fn long_lines_are_not_slow() {
    let parts = [
        "yes,", "{{x}},", "a{{ ", "{a: 1},", "\"{{\",", "{{", "[],", "&a b,", "!t c,", "? ", "a: ", "\t",
        "\u{85}", "'", "- ",
    ];
    for part in parts {
        for ending in ["", "]", "]\n@"] {
            let text = format!("a: [{}{ending}", part.repeat(MOST_BYTES / 64 / part.len()));
            let mut all = Diagnostics::new();
            let _ = read(&text, &mut all);
            let all = all.into_vec();
            assert!(all.len() <= 201, "{part}");
            let _ = render::human(&all, "m.yaml", &text);
            let _ = render::json(&all, "m.yaml", &text);
        }
    }
}

#[test]
fn aliases_are_never_followed() {
    let mut text = "a0: &a0 [x]\n".to_owned();
    for level in 1..40 {
        let before = level - 1;
        writeln!(text, "a{level}: &a{level} [*a{before}, *a{before}]").unwrap();
    }
    let mut all = Diagnostics::new();
    assert!(read(&text, &mut all).is_none());
}

/// A small generator of pseudo-random numbers, so that the loop is the same each time.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

fn try_text(text: &str) {
    let mut all = Diagnostics::new();
    let document = read(text, &mut all);
    let has_errors = all.has_errors();
    assert!(document.is_some() || has_errors, "silence about {text:?}");
    if let Some(document) = &document
        && !has_errors
    {
        assert!(agree(document), "{text:?}");
        check_spans(&document.root, text);
    }
    let all = all.into_vec();
    for found in &all {
        assert!(
            found.primary.start <= found.primary.end && found.primary.end <= text.len(),
            "{text:?} {found:?}"
        );
    }
    let _ = render::human(&all, "m.yaml", text);
    let _ = render::json(&all, "m.yaml", text);
}

/// Every span can be cut out of the text, and lies inside of the span around it.
fn check_spans(node: &Node, text: &str) {
    assert!(text.get(node.span.start..node.span.end).is_some(), "{text:?} {node:?}");
    let inside = |inner: &Node| inner.span.start >= node.span.start && inner.span.end <= node.span.end;
    match &node.kind {
        Kind::Scalar { .. } => {}
        Kind::List(nodes) => nodes.iter().for_each(|inner| {
            assert!(inside(inner), "{text:?} {inner:?} {:?}", node.span);
            check_spans(inner, text);
        }),
        Kind::Map(entries) => entries.iter().for_each(|(key, inner)| {
            assert!(text.get(key.span.start..key.span.end).is_some());
            assert!(inside(inner), "{text:?} {inner:?} {:?}", node.span);
            check_spans(inner, text);
        }),
    }
}

#[test]
fn arbitrary_bytes() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for _ in 0..4_000 {
        let bytes: Vec<u8> = (0..dice.roll(40)).map(|_| u8::try_from(dice.roll(256)).unwrap()).collect();
        try_text(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn arbitrary_pieces_of_yaml() {
    let parts = [
        "a",
        "b: ",
        "c:",
        "- ",
        "\n",
        "\n  ",
        "\n    ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        ": ",
        "\"",
        "'",
        "|\n",
        ">-\n",
        "# x",
        " ",
        "\t",
        "&x ",
        "*x",
        "!t ",
        "<<: ",
        "{{x}}",
        "yes",
        "017",
        "0x1F",
        "1.5",
        "~",
        "---\n",
        "...\n",
        "%YAML 1.2\n",
        "? ",
        "\r\n",
        "\\",
        "ö",
        "🎫",
        "\u{feff}",
        "\u{85}",
        "\r",
        "null: ",
        "1: ",
        "@",
        "`",
        "-",
        "|+2\n",
        "\u{a0}",
        "\n\n",
    ];
    let mut dice = Dice(42);
    for _ in 0..12_000 {
        let n_parts = dice.roll(14);
        let text: String = (0..n_parts).map(|_| parts[dice.roll(parts.len())]).collect();
        try_text(&text);
    }
}

#[test]
fn cut_and_stirred_mapping() {
    let mut dice = Dice(7);
    for _ in 0..800 {
        let mut letters: Vec<char> = MAPPING.chars().collect();
        for _ in 0..=dice.roll(3) {
            let at = dice.roll(letters.len());
            match dice.roll(3) {
                0 if letters.len() > 1 => drop(letters.remove(at)),
                1 => letters.truncate(at.max(1)),
                _ => letters.insert(at, [':', ' ', '\n', '{', '"', '-'][dice.roll(6)]),
            }
        }
        try_text(&letters.into_iter().collect::<String>());
    }
}

pub(super) const MAPPING: &str = r#"# yaml-language-server: $schema=../schemas/mapping.schema.json
format: 1
destination: desk
about: Identify events as users, "quoted" inside.
supports: {events: [identify, track], mode: cloud}
config:
  domain: {type: string, required: true, pattern: "^[a-z0-9][a-z0-9-]{0,62}$", about: Subdomain, without .desk.com}
  none:
  'single': 'it''s'
service:
  base_url: {text: "https://{{domain}}.desk.com/api/v2", with: {domain: $config.domain}}
  errors: {404: missing, 4xx: reject, 5xx: retry}
tables:
  user:
    rows:
      "user.name": {from: [$.traits.name, $.context.traits.name], as: string}
      id: {from: $.users.*.id, take: only}
      note: |
        two
          lines
      folded: >-
        one
        line
      numbers: [0, -1, 1.5, 1e3, 0x1F, 0o17, 0b11, .inf, .nan, ~, null, true]
flows:
  group:
    steps:
      - fields: {get: /fields}
      - stop: {when: {$.userId: {is: missing}}}
      -
        user:
          post: /users
"#;

#[test]
fn both_readers_agree_on_a_mapping() {
    for text in [MAPPING.to_owned(), MAPPING.replace('\n', "\r\n"), format!("\u{feff}{MAPPING}")] {
        let mut all = Diagnostics::new();
        let document = read(&text, &mut all).unwrap();
        let all = all.into_vec();
        assert!(all.is_empty(), "{}", render::human(&all, "m.yaml", &text));
        assert!(agree(&document));
    }
}

#[test]
fn disagreement_is_seen() {
    let mut document = read("a: 1\nb: {c: [x]}\n", &mut Diagnostics::new()).unwrap();
    document.text = "a: 1\nb: {c: [y]}\n".to_owned();
    assert!(!agree(&document));
}

#[track_caller]
fn check_cut(route: &Route, value: &str, key: &str) {
    let document = read(MAPPING, &mut Diagnostics::new()).unwrap();
    let cut = |span: crate::diag::Span| MAPPING.get(span.start..span.end).unwrap().to_owned();
    assert_eq!((cut(document.span(route)).as_str(), cut(document.key_span(route)).as_str()), (value, key));
}

#[test]
fn spans_of_scalars() {
    let rows = Route::root().key("tables").key("user").key("rows");
    check_cut(&Route::root().key("format"), "1", "format");
    check_cut(&Route::root().key("config").key("single"), "'it''s'", "'single'");
    check_cut(&rows.key("user.name").key("from").index(1), "$.context.traits.name", "$.context.traits.name");
    check_cut(&Route::root().key("service").key("errors").key("404"), "missing", "404");
}

#[test]
fn spans_of_maps_and_lists() {
    check_cut(&Route::root().key("supports").key("events"), "[identify, track]", "events");
    let step = Route::root().key("flows").key("group").key("steps").index(2);
    check_cut(&step, "user:\n          post: /users", "user:\n          post: /users");
}

#[test]
fn a_missing_value_stands_after_its_key() {
    check_cut(&Route::root().key("config").key("none"), "", "none");
}

#[test]
fn a_route_into_nowhere_ends_at_its_last_value() {
    check_cut(&Route::root().key("format").key("x").index(3), "1", "format");
}

#[test]
fn values_have_text_keys() {
    let document = read("a: {404: x, true: y, 0x10: z}\n", &mut Diagnostics::new()).unwrap();
    let value = serde_json::to_value(&document.root).unwrap();
    assert_eq!(value, serde_json::json!({"a": {"404": "x", "true": "y", "0x10": "z"}}));
    assert_eq!(document.value_at(&Route::root().key("a").key("404")).unwrap(), "x");
}

#[test]
fn a_document_with_mild_errors_can_be_used() {
    let mut all = Diagnostics::new();
    let document = read("a: 1\na: 2\nb: !t x\nc: {{y}}\n", &mut all).unwrap();
    assert_eq!(all.iter().filter(|found| found.severity == Severity::Error).count(), 3);
    let value = serde_json::to_value(&document.root).unwrap();
    assert_eq!(value, serde_json::json!({"a": 1, "b": "x", "c": "{{y}}"}));
}
