//! Events that are written oddly: blanks, escapes, keys twice, numbers in many spellings, deep nesting.

use std::fmt::Write as _;

use corpus::Random;
use serde_json::Value;

/// JSON as it will be written; a key may come twice.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// A number, true, false or null, as it is written.
    Written(String),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// How a text is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// In so many of 100 places between tokens stands a blank.
    blanks: u64,
    /// So many of 100 characters are escaped.
    escapes: u64,
}

/// Scalars in spellings that are easily got wrong. Exponents have a sign, as trees give them one.
const WRITTEN: [&str; 23] = [
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-0.0",
    "1",
    "1.0",
    "1e+0",
    "1e+3",
    "10e-1",
    "0.1e+1",
    "5.5",
    "-7",
    "42",
    "1714557600",
    "1714557600123",
    "9007199254740993",
    "18446744073709551616",
    "12345678901234567890123",
    "1.00000000000000000000001",
    "1e+400",
    "-1e-400",
];

/// Texts that casts and conditions look at in their own ways.
const TEXTS: [&str; 30] = [
    "",
    " ",
    "a",
    "free",
    "Free",
    "pro",
    "true",
    "FALSE",
    "42",
    " -7 ",
    "007",
    "5.0",
    "1e+3",
    "12345678901234567890123",
    "ada@acme.test",
    " Ada@ACME.test ",
    "ada@@acme",
    "+49 (30) 123-456",
    "https://acme.test/a?b=c",
    "ftp://acme.test",
    "2024-05-01",
    "2024-05-01T10:00:00Z",
    "2024-05-01T12:00:00+02:00",
    "2024-05-01 10:00:00",
    "Grüße aus Köln",
    "\"quoted\" \\ and / slashed",
    "line\nfeed\ttab\r\u{8}\u{c}\u{1f}\u{0}\u{7f}",
    "🎫 tickets",
    "a text that is longer than thirty-two bytes, without anything odd in it",
    "a text that is longer than thirty-two bytes, with a quote \" in it",
];

/// Keys that are long, alike, or odd.
pub(super) const ODD_KEYS: [&str; 12] = [
    "",
    "1",
    "a b",
    "Ü",
    "a/b",
    "quo\"te",
    "fifteen bytes !",
    "sixteen bytes !!",
    "seventeen bytes !",
    "the same A at both ends",
    "the same B at both ends",
    "🎫\n",
];

impl Style {
    /// Mostly as libraries write, sometimes as nobody does.
    pub(super) fn of(random: &mut Random) -> Self {
        let share = |random: &mut Random| if random.chance(50) { 0 } else { random.below(30) };
        Style { blanks: share(random), escapes: share(random) }
    }
}

impl Node {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => Node::Written(value.to_string()),
            Value::String(text) => Node::Text(text.clone()),
            Value::Array(items) => Node::List(items.iter().map(Node::of).collect()),
            Value::Object(members) => {
                Node::Object(members.iter().map(|(key, value)| (key.clone(), Node::of(value))).collect())
            }
        }
    }

    pub(super) fn text_of(text: &str) -> Self {
        Node::Text(text.to_owned())
    }

    /// JSON text.
    pub(super) fn text(&self, style: Style, random: &mut Random) -> String {
        let mut writer = Writer { out: String::new(), style, random };
        writer.blank();
        writer.node(self);
        writer.blank();
        writer.out
    }
}

struct Writer<'r> {
    out: String,
    style: Style,
    random: &'r mut Random,
}

impl Writer<'_> {
    fn node(&mut self, node: &Node) {
        match node {
            Node::Written(text) => self.out.push_str(text),
            Node::Text(text) => self.quoted(text),
            Node::List(items) => {
                self.token('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.token(',');
                    }
                    self.node(item);
                    self.blank();
                }
                self.out.push(']');
            }
            Node::Object(members) => {
                self.token('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    if index > 0 {
                        self.token(',');
                    }
                    self.quoted(key);
                    self.blank();
                    self.token(':');
                    self.node(value);
                    self.blank();
                }
                self.out.push('}');
            }
        }
    }

    fn token(&mut self, token: char) {
        self.out.push(token);
        self.blank();
    }

    fn blank(&mut self) {
        if self.random.chance(self.style.blanks) {
            self.out.push_str(self.random.pick(&[" ", "  ", "\n", "\t", "\r\n", "\n    "]));
        }
    }

    fn quoted(&mut self, text: &str) {
        self.out.push('"');
        for character in text.chars() {
            let must = character < ' ' || character == '"' || character == '\\';
            if must || self.random.chance(self.style.escapes) {
                self.escaped(character);
            } else {
                self.out.push(character);
            }
        }
        self.out.push('"');
    }

    fn escaped(&mut self, character: char) {
        let short = match character {
            '"' | '\\' | '/' => Some(character),
            '\u{8}' => Some('b'),
            '\u{c}' => Some('f'),
            '\n' => Some('n'),
            '\r' => Some('r'),
            '\t' => Some('t'),
            _ => None,
        };
        match short.filter(|_| self.random.chance(60)) {
            Some(short) => self.out.extend(['\\', short]),
            None => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let upper = self.random.chance(50);
                    if upper { write!(self.out, "\\u{unit:04X}") } else { write!(self.out, "\\u{unit:04x}") }
                        .unwrap();
                }
            }
        }
    }
}

/// Any value, of few levels.
pub(super) fn any(random: &mut Random, keys: &[&str], levels: u64) -> Node {
    match random.below(if levels == 0 { 60 } else { 100 }) {
        0..25 => Node::Written(random.pick(&WRITTEN).to_owned()),
        25..60 => Node::text_of(random.pick(&TEXTS)),
        60..75 => Node::List((0..random.below(4)).map(|_| any(random, keys, levels - 1)).collect()),
        75..99 => object(random, keys, levels - 1),
        _ => deep(random),
    }
}

/// An object with some of the keys, now and then one of them twice.
pub(super) fn object(random: &mut Random, keys: &[&str], levels: u64) -> Node {
    let n_members = random.index(keys.len().min(9));
    let mut chosen = random.choose(keys.iter(), n_members);
    random.shuffle(&mut chosen);
    let mut members: Vec<(String, Node)> =
        chosen.into_iter().map(|key| ((*key).to_owned(), any(random, keys, levels))).collect();
    if random.chance(8) {
        twice(&mut members, random, keys);
    }
    Node::Object(members)
}

/// Lists and objects in one another, about as many as limits allow.
fn deep(random: &mut Random) -> Node {
    let n_levels = *[5, 60, 62, 63, 64, 65, 66, 118, 121, 123, 124, 125].get(random.index(12)).unwrap();
    let list = random.chance(50);
    let mut node = Node::List(Vec::new());
    for _ in 0..n_levels {
        node = if list { Node::List(vec![node]) } else { Node::Object(vec![("a".into(), node)]) };
    }
    node
}

/// Gives an object one of its keys a second time.
fn twice(members: &mut Vec<(String, Node)>, random: &mut Random, keys: &[&str]) {
    if members.is_empty() {
        return;
    }
    let key = members[random.index(members.len())].0.clone();
    let other = members[random.index(members.len())].1.clone();
    let value = if random.chance(40) { other } else { any(random, keys, 1) };
    members.insert(random.index(members.len() + 1), (key, value));
}

/// Changes something, at the top or further inside.
pub(super) fn stir(node: &mut Node, random: &mut Random) {
    match node {
        Node::Object(members) if !members.is_empty() => {
            let at = random.index(members.len());
            match random.below(10) {
                0 | 1 => twice(members, random, &ODD_KEYS),
                2 => drop(members.remove(at)),
                3 => members.push((random.pick(&ODD_KEYS).to_owned(), any(random, &ODD_KEYS, 1))),
                4 => members[at].0 = members[random.index(members.len())].0.clone(),
                _ => stir(&mut members[at].1, random),
            }
        }
        Node::List(items) if !items.is_empty() && random.chance(80) => {
            let at = random.index(items.len());
            stir(&mut items[at], random);
        }
        other => *other = any(random, &ODD_KEYS, 2),
    }
}
