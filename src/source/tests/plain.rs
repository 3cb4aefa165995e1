//! The quick reader sees what the full readers see, in every text that it takes.

use std::fmt::Write as _;

use super::robust::{Dice, MAPPING};
use crate::diag::Diagnostics;
use crate::source::{MOST_DEPTH, Node, Route, agreement, confirm, plain, read, read_in_full};

/// Whether the quick reader takes a text; if so, all three readers agree about it and there is nothing to be said.
#[track_caller]
fn is_taken(text: &str) -> bool {
    let Some(root) = plain::read(text) else { return false };
    let mut found = Diagnostics::new();
    let document = read_in_full(text, &mut found).unwrap_or_else(|| panic!("refused in full: {text:?}"));
    assert!(found.is_empty(), "{text:?} {:?}", found.into_vec());
    assert_eq!(document.root, root, "{text:?}");
    assert_eq!(agreement::compare(&document), Ok(()), "{text:?}");
    true
}

#[track_caller]
fn check(texts: &[&str], expected: bool) {
    for text in texts {
        assert_eq!(is_taken(text), expected, "{text:?}");
    }
}

#[test]
fn plain_texts_are_taken() {
    check(
        &[
            "a: 1",
            "a: b c  # d\nb: c#d\n",
            "# x\n\na: {b: [c, {d: \"e: f\"}], g: 'it''s'}\n\n# y",
            "a:\n  b: 1\n  c: 2\nd:   \n    # x\n    - e\n    - f: g\n      h: i\n    -   {j: k}\nl: []\n",
            "a: {b: c,\n    d: e,   # f\n\n    g:\n      h\n   }\n",
            "\"a b\": \"c \\\\ \\\"d\\\"\"\n'e': {}\n404: 4xx\nnull: true\n",
            "a: $.b[0].c\nb: $.a.*\nc: a, b\nd: 'e\\'\n",
            "a:\n- b\n- c: d\n  e:\n  - f\n  - g\nh: i\n",
            "a:\n  {b: c,\n   d: e}\nf:\n - g:\n    [h]\n",
            "a: ö\nb: [ü, \"…\"] # –\n",
            "a:\n  - b:\n      - c\n      - d\n  - e: {f: g}\n",
            "a: https://x.example/y?z=1&a={b}\n",
        ],
        true,
    );
}

#[test]
fn all_that_may_be_understood_in_two_ways_is_left() {
    check(&LEFT, false);
}

const LEFT: [&str; 60] = [
    "",
    "# x",
    "a",
    "- a",
    "{a: b}",
    "  a: b",
    "---\na: b\n",
    "a: b\n...\n",
    "%YAML 1.2\n",
    "a:\n",
    "a: b: c",
    "a: b\n c\n",
    "a: b\n  c: d\n",
    "a:\n  b: c\n d: e\n",
    "a:\n  b\n",
    "a:\n  -\n    b\n",
    "a:\n- b\n c: d\n",
    "a:\n  b:\n - c\n",
    "a:\n  - b\n  c: d\n",
    "a:\n- b\n  - c\n",
    "a:\n  - - b\n",
    "a: |\n  b\n",
    "a: &b c\n",
    "a: *b\n",
    "a: !b c\n",
    "? a\n: b\n",
    "a : b",
    "a:b",
    "a: 1\na: 2",
    "<<: a",
    "a: yes",
    "a: 017",
    "a: 99999999999999999999",
    "a: ~",
    "a: -1",
    "a: .5",
    "a: \"b\n  c\"",
    "a: \"\\n\"",
    "a: {b: c}d\n",
    "a: {b}\n",
    "a: {b:c}\n",
    "a: {\"b\":c}\n",
    "a: {b: }\n",
    "a: [b, ]\n",
    "a: [b: c]\n",
    "a: [b\n  c]\n",
    "a: {b: c,\nd: e}\n",
    "a: [b,#c\n  d]",
    "a: {b: c",
    "a: [b}",
    "a:\tb",
    "a: b\r\n",
    "a: \"b\" c",
    "a: {{b}}",
    "a: [b[c]]",
    "\u{feff}a: b",
    "a: \u{85}",
    "a: {b: 1, c: 2, b: 3}",
    "\"\": a",
    "a: b #\u{7f}",
];

#[test]
fn limits_hold() {
    let nested = |depth: usize| format!("a: {}{}\n", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert!(is_taken(&nested(MOST_DEPTH)) && !is_taken(&nested(MOST_DEPTH + 1)));
    assert!(is_taken(&format!("{}: b", "a".repeat(500))) && !is_taken(&format!("{}: b", "a".repeat(501))));
    let mut keys: String = (0..40).fold(String::new(), |mut text, key| {
        let _ = writeln!(text, "k{key}: v");
        text
    });
    assert!(is_taken(&keys));
    keys.push_str("k7: v\n");
    assert!(!is_taken(&keys));
}

#[test]
fn shipped_mappings_and_generated_ones_are_plain() {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/mappings")).unwrap();
    let mut texts: Vec<String> =
        folder.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    assert!(!texts.is_empty());
    texts.push(corpus::mapping_with_rows(50));
    for text in texts {
        assert!(is_taken(&text));
        let mut found = Diagnostics::new();
        confirm(&text, &mut found);
        assert!(found.is_empty());
    }
}

#[test]
fn arbitrary_pieces() {
    let parts = [
        "a", "b", "$.c", "a: ", "b: ", "c:", ":", "- ", "-", "\n", "\n  ", "\n    ", "\n   ", " ", "  ", "{",
        "}", "[", "]", ", ", ",", "\"", "'", "\"x\"", "'y'", "# z", "#", "\\", "\\\"", "''", "1", "0x1F",
        "1e3", "4xx", "yes", "null", "ö", "…", "{{x}}", "|", ">", "&", "*", "?", "!", "~", "/", "k: v",
        "{a: b}", "[a, b]", "(", "%", "@", ".", "\u{a0}", "<<", "=", "+",
    ];
    let mut dice = Dice(2_024);
    let n_taken = (0..40_000)
        .filter(|_| {
            let n_parts = dice.roll(12);
            let start = if dice.roll(2) == 0 { "" } else { "a: " };
            is_taken(&(0..n_parts).fold(start.to_owned(), |text, _| text + parts[dice.roll(parts.len())]))
        })
        .count();
    assert!(n_taken > 500, "only {n_taken} were taken");
}

/// Scalars, some of them on the edge of what is plain.
const WORDS: [&str; 22] = [
    "a",
    "b c",
    "$.d.e",
    "$.a[0]",
    "12",
    "0",
    "1.5",
    "1e3",
    "0x1F",
    "4xx",
    "10m",
    "true",
    "null",
    "x#y",
    "a:b",
    "it's",
    "\"q: r\"",
    "'s, t'",
    "\"\\\\d\"",
    "{}",
    "[]",
    "2027-04-30",
];

fn word(dice: &mut Dice) -> &'static str {
    WORDS[dice.roll(WORDS.len())]
}

fn comment(dice: &mut Dice) -> &'static str {
    ["", "", "  ", " # c", "\n  # d: e"][dice.roll(5)]
}

/// Writes a value of a block at `indent`, in one of the ways that the quick reader knows and a few that it does not.
fn grow(dice: &mut Dice, text: &mut String, indent: usize, depth: usize) {
    match if depth == 0 { 0 } else { dice.roll(4) } {
        0 => writeln!(text, " {}{}", word(dice), comment(dice)).unwrap(),
        1 => {
            let inner = indent + 1 + dice.roll(3);
            writeln!(text, "{}", comment(dice)).unwrap();
            for key in 0..=dice.roll(3) {
                write!(text, "{}k{key}:", " ".repeat(inner)).unwrap();
                grow(dice, text, inner, depth - 1);
            }
        }
        2 => {
            let inner = indent + dice.roll(3);
            writeln!(text, "{}", comment(dice)).unwrap();
            for _ in 0..=dice.roll(3) {
                write!(text, "{}-", " ".repeat(inner)).unwrap();
                if dice.roll(2) == 0 {
                    write!(text, " {}:", word(dice)).unwrap();
                    grow(dice, text, inner + 2, depth - 1);
                } else {
                    grow(dice, text, inner, 0);
                }
            }
        }
        _ => grow_brackets(dice, text, indent),
    }
}

/// Writes a map in braces, over several lines or not, on the line of its key or below.
fn grow_brackets(dice: &mut Dice, text: &mut String, indent: usize) {
    let gap = |dice: &mut Dice| [" ", "\n      ", " # c\n         ", ""][dice.roll(4)];
    let lead = match dice.roll(4) {
        0 => format!("{}\n{}", comment(dice), " ".repeat(indent + dice.roll(3))),
        _ => " ".into(),
    };
    text.push_str(&(lead + "{"));
    for key in 0..dice.roll(4) {
        let comma = if key == 0 { "" } else { "," };
        let value = [word(dice), "[a, b]", "[x, {y: z}]", "{m: n}"][dice.roll(4)];
        write!(text, "{comma}{}f{key}: {value}", gap(dice)).unwrap();
    }
    writeln!(text, "{}}}{}", gap(dice), comment(dice)).unwrap();
}

#[test]
fn grown_texts() {
    let mut dice = Dice(99);
    let n_taken = (0..20_000)
        .filter(|_| {
            let mut text = String::new();
            for key in 0..=dice.roll(3) {
                write!(text, "r{key}:").unwrap();
                grow(&mut dice, &mut text, 0, 3);
            }
            is_taken(&text)
        })
        .count();
    assert!(n_taken > 2_000, "only {n_taken} were taken");
}

#[test]
fn stirred_mapping() {
    let plain: String = MAPPING
        .lines()
        .filter(|line| !line.contains(['|', '>', '~']) && !line.ends_with("none:"))
        .fold(String::new(), |text, line| text + line + "\n");
    let mut dice = Dice(11);
    for _ in 0..2_000 {
        let mut letters: Vec<char> = plain.chars().collect();
        for _ in 0..=dice.roll(2) {
            let at = dice.roll(letters.len());
            match dice.roll(3) {
                0 => drop(letters.remove(at)),
                1 => letters.swap(at, 0),
                _ => letters.insert(at, [':', ' ', '\n', '{', '"', '-', ',', '#', ']'][dice.roll(9)]),
            }
        }
        is_taken(&letters.into_iter().collect::<String>());
    }
}

#[test]
fn every_route_leads_back() {
    fn all<'d>(node: &'d Node, route: &Route, check: &mut impl FnMut(&'d Node, &Route)) {
        check(node, route);
        match &node.kind {
            crate::source::Kind::Scalar { .. } => {}
            crate::source::Kind::List(nodes) => {
                nodes.iter().enumerate().for_each(|(index, node)| all(node, &route.index(index), check));
            }
            crate::source::Kind::Map(entries) => {
                for (key, node) in entries {
                    all(node, &route.key(&key.text), check);
                }
            }
        }
    }
    for text in [MAPPING, "a: [[], [x]]\nb:\n  -\n  - -\n    -\n  - {c: }\n"] {
        let document = read(text, &mut Diagnostics::new()).unwrap();
        let mut n_nodes = 0;
        all(&document.root, &Route::root(), &mut |node, route| {
            n_nodes += 1;
            assert_eq!(document.route_to(node), *route);
        });
        assert!(n_nodes > 5);
    }
}
