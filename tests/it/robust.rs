//! Whatever bytes a mapping has: loading it ends, never panics, and says what is wrong in a form that renders.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use mapwright::diag::{Diagnostic, Diagnostics, render};
use mapwright::{compile, lint};

/// How many texts are tried.
const ROUNDS: usize = 2_000;

/// One in so many rounds stirs the large mapping; the others stir a mistake.
const LARGE_EVERY: usize = 10;

/// Pieces that have a meaning somewhere.
const FRAGMENTS: [&str; 62] = [
    "{{",
    "}}",
    "{{x}}",
    "{{#if x}}",
    "{{> x}}",
    "[*]",
    "[0]",
    "['a b']",
    "[?@.a==1]",
    "[?(@.a)]",
    "$..*",
    "..",
    ".",
    "$",
    "$.",
    "$config.x",
    "$steps.user.id",
    "$steps",
    "$members.user",
    "$item.id",
    "$flow",
    "$person",
    ":id",
    "/:id",
    "/../",
    "?a=b",
    "https://",
    "(a|b",
    "(?!a)",
    "a{999}{999}",
    "[a-z",
    "null",
    "true",
    "yes",
    "017",
    "-1",
    "99999999999999999999",
    "1.5",
    "600",
    "10m",
    "xx",
    "4xx",
    "\t",
    "\u{0}",
    "\u{feff}",
    "\r",
    "🎫",
    "ß",
    "&a ",
    "*a",
    "<<: ",
    "!t ",
    "- ",
    ": ",
    ", ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "# ",
];

/// Lines that have a meaning somewhere.
const LINES: [&str; 16] = [
    "when: {$.a: {is: present}}",
    "when: {any: [{not: {$.a: {in_list: $.b}}}]}",
    "for_each: {in: $members.user, name: field, max: 9}",
    "with: {id: $steps.user.id}",
    "give: {id: {each: $.users, where: {$item.id: 1}, from: $item.id, take: only}}",
    "rest: {of: $.traits, into: fields, keys: {allow: a-z_, other: _}}",
    "errors: {404: missing, 4xx: [{if: {$.a: 1}, then: skip}, reject]}",
    "verify: {get: /users, give: {id: $.id}}",
    "ensure: {find: [], create: {post: /users}}",
    "once: {key: $.userId, keep: 10m}",
    "every_page: {next: $.next, max: 3}",
    "body: {table: user, under: user, plus: {id: $.id}}",
    "- use: user_fields",
    "- stop: {when: {$.a: 1}}",
    "names: {person: $person}",
    "text: \"{{a}}\"",
];

/// A small generator of pseudo-random numbers, so that the rounds are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides.max(1) as u64).unwrap()
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

/// Loads a text and renders what is found; gives the findings.
fn try_text(text: &str) -> Vec<Diagnostic> {
    let mut found = Diagnostics::new();
    let plan = compile::load(text, &mut found);
    assert_eq!(plan.is_none(), found.has_errors(), "a plan or an error, never both or neither:\n{text}");
    if plan.is_some() {
        lint::lint(text, &lint::Options::default(), &mut found);
    }
    let found = found.into_vec();
    for one in &found {
        assert!(!one.message.contains(['\n', '\r']) && !one.message.is_empty(), "{:?}\n{text}", one.message);
        assert!(one.message.chars().count() < 400, "{}\n{text}", one.message);
        let place = one.primary;
        assert!(text.get(place.start..place.end).is_some(), "{} at {place:?}\n{text}", one.message);
    }
    let human = render::human(&found, "mapping.yaml", text);
    assert_eq!(human.is_empty(), found.is_empty());
    assert_eq!(render::json(&found, "mapping.yaml", text).as_array().map(Vec::len), Some(found.len()));
    found
}

/// Changes bytes.
fn stir_bytes(dice: &mut Dice, bytes: &mut Vec<u8>) {
    let at = dice.roll(bytes.len() + 1);
    let end = (at + 1 + dice.roll(12)).min(bytes.len());
    match dice.roll(5) {
        0 => drop(bytes.drain(at..end.max(at))),
        1 => {
            let copy = bytes[at..end.max(at)].to_vec();
            let to = dice.roll(bytes.len() + 1);
            bytes.splice(to..to, copy);
        }
        2 if bytes.len() > 1 => {
            let other = dice.roll(bytes.len());
            let one = at.min(bytes.len() - 1);
            bytes.swap(one, other);
        }
        3 => bytes.insert(at, u8::try_from(dice.roll(256)).unwrap()),
        _ => {
            let fragment = dice.pick(&FRAGMENTS);
            bytes.splice(at..at, fragment.bytes());
        }
    }
}

/// Changes lines.
fn stir_lines(dice: &mut Dice, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (one, other) = (dice.roll(lines.len()), dice.roll(lines.len()));
    if lines.is_empty() {
        return dice.pick(&LINES).to_owned();
    }
    match dice.roll(6) {
        0 => drop(lines.remove(one)),
        1 => lines.insert(other, lines[one].clone()),
        2 => lines.swap(one, other),
        3 => lines[one].insert_str(0, "  "),
        4 => lines[one] = lines[one].trim_start().into(),
        _ => {
            let indent = lines[one].len() - lines[one].trim_start().len();
            lines.insert(one, format!("{:indent$}{}", "", dice.pick(&LINES)));
        }
    }
    lines.join("\n") + "\n"
}

fn stirred(dice: &mut Dice, text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..=dice.roll(3) {
        if dice.roll(2) == 0 {
            text = stir_lines(dice, &text);
        } else {
            let mut bytes = text.into_bytes();
            stir_bytes(dice, &mut bytes);
            text = String::from_utf8_lossy(&bytes).into_owned();
        }
    }
    text
}

#[test]
fn stirred_mappings() {
    let large =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("mappings/zendesk.yaml")).unwrap();
    let small = crate::mistakes::cases();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut n_found = 0;
    for round in 0..ROUNDS {
        let text = if round % LARGE_EVERY == 0 { &large } else { &small[dice.roll(small.len())].1 };
        n_found += try_text(&stirred(&mut dice, text)).len();
    }
    assert!(n_found > ROUNDS, "{n_found}");
}

#[test]
fn stirred_fragments() {
    let mut dice = Dice(42);
    for _ in 0..ROUNDS {
        let row: String = (0..dice.roll(6)).map(|_| dice.pick(&FRAGMENTS)).collect();
        let row = row.replace(['"', '\\', '\u{0}', '\r', '\t'], "");
        let text = match dice.roll(4) {
            0 => mapping(&format!("name: \"{row}\""), "- user: {post: /users, body: user}"),
            1 => mapping(
                &format!("name: {{text: \"{row}\", with: {{x: $.a}}}}"),
                "- user: {post: /users, body: user}",
            ),
            2 => mapping("name: $.a", &format!("- user: {{get: \"{row}\", when: {{\"{row}\": 1}}}}")),
            _ => {
                mapping("name: $.a", &format!("- user: {{post: /x, when: {{$.a: {{matches: \"{row}\"}}}}}}"))
            }
        };
        try_text(&text);
    }
}

fn mapping(row: &str, step: &str) -> String {
    format!(
        "format: 1\ndestination: test\nservice: {{base_url: {{value: \"https://api.test\"}}}}\n\
         tables:\n  user:\n    rows:\n      {row}\n\
         flows:\n  identify:\n    event: identify\n    steps:\n      {step}\n"
    )
}

/// The names of the findings about a mapping.
fn names(text: &str) -> Vec<&'static str> {
    try_text(text).into_iter().map(|found| found.code.name).collect()
}

const STEP: &str = "- user: {post: /users, body: user}";

#[test]
fn a_long_chain_of_names() {
    let mut text = mapping("name: $n0", STEP) + "names:\n  n5000: $.a\n";
    for n in 0..5_000 {
        writeln!(text, "  n{n}: $n{}", n + 1).unwrap();
    }
    assert_eq!(names(&text), ["limit"]);
}

#[test]
fn names_that_double() {
    let mut text =
        mapping("name: $n0", STEP).replace("rows:", "rest: {of: $.t, into: f}\n    rows:") + "names:\n";
    for n in 0..60 {
        writeln!(text, "  n{n}: [$n{}, $n{}]", n + 1, n + 1).unwrap();
    }
    let found = names(&(text + "  n60: $.a\n"));
    assert!(!found.is_empty() && found.iter().all(|name| *name == "limit"), "{found:?}");
}

#[test]
fn a_long_chain_of_rests() {
    let mut text = mapping("name: $members.t0", STEP);
    let mut tables = String::from("tables:\n  t2000: {rows: {}, rest: {of: $.a, into: b}}\n");
    for n in 0..2_000 {
        writeln!(tables, "  t{n}: {{rows: {{a: $members.t{}}}, rest: {{of: $.a, into: b}}}}", n + 1).unwrap();
    }
    text = text.replace("tables:\n", &tables);
    assert_eq!(names(&text), ["limit"]);
}

#[test]
fn parts_that_double() {
    let mut text = mapping("name: $.a", "- use: p0") + "parts:\n";
    for n in 0..60 {
        writeln!(text, "  p{n}: [use: p{}, use: p{}]", n + 1, n + 1).unwrap();
    }
    assert!(names(&(text + "  p60: []\n")).contains(&"limit"));
}

#[test]
fn parts_without_end() {
    let mut text = mapping("name: $.a", "- use: p0") + "parts:\n";
    for n in 0..3_000 {
        writeln!(text, "  p{n}: [use: p{}]", n + 1).unwrap();
    }
    assert_eq!(names(&(text + "  p3000: []\n")), ["limit"]);
}

#[test]
fn an_attribute_of_many_parts() {
    assert_eq!(names(&mapping(&format!("? {}\n      : $.a", vec!["a"; 100_000].join(".")), STEP)), ["limit"]);
}

#[test]
fn many_steps() {
    let steps: Vec<String> = (0..1_200).map(|n| format!("- s{n}: {{post: /x}}")).collect();
    assert_eq!(names(&mapping("name: $.a", &steps.join("\n      "))), ["limit"]);
}

#[test]
fn tables_that_are_used_very_often() {
    let rows: Vec<String> = (0..600).map(|n| format!("r{n}: $.a")).collect();
    let steps: Vec<String> = (0..100).map(|n| format!("- s{n}: {{post: /x, body: user}}")).collect();
    assert_eq!(names(&mapping(&rows.join("\n      "), &steps.join("\n      "))), ["limit"]);
}

#[test]
fn parsers_that_recurse() {
    for nested in [
        "[?(", "[?!(", "[?@", "[", "[?count(", "[?@.a==(", "{{(", "{{a (b ", "{{#a}}", "{{a [", "(", "(?:a|",
        "[a&&[",
    ] {
        for times in [10, 100, 1_000] {
            let text = nested.repeat(times);
            try_text(&mapping(&format!("name: {{from: \"$.a{text}\", take: first}}"), STEP));
            try_text(&mapping(&format!("name: {{text: \"{text}\"}}"), STEP));
            try_text(&mapping(
                "name: $.a",
                &format!("- user: {{post: /x, when: {{$.a: {{matches: \"{text}\"}}}}}}"),
            ));
        }
    }
}
