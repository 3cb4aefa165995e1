//! Brings the expectation of a case file up to date.
//!
//! In: the tree of the file, and the parts that do not hold. Out: the text of the file in which they do. What fits stays
//! as it is written, words for what may vary among it; so do comments, the order of keys, and everything outside.

use serde_json::{Map, Value};

use super::fit::{Look, aligned, fits, partners};
use super::layout::{Layout, News, Slots};
use super::part::Part;
use super::pattern::Pattern;
use crate::case::Made;
use crate::source::{Document, Node};

/// How much is written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::case) enum Extent {
    /// What differs.
    Differences,
    /// The whole value of a key that differs.
    Parts,
}

/// The text of the file with the parts that do not hold written anew; nothing when there is no place for them.
///
/// `sent` tells which members of a new record are worth expecting.
pub(in crate::case) fn mend(
    document: &Document,
    parts: &[Part<'_>],
    sent: &[Made],
    extent: Extent,
) -> Option<String> {
    let mender = Mender { layout: Layout(document), sent };
    let node = document.root.get("expect")?;
    let elements = mender.layout.elements(node)?;
    let slots = elements.iter().enumerate().map(|(index, element)| {
        let key = element.key.and_then(|key| document.text.get(key.start..key.end));
        let part = parts.iter().find(|part| Some(part.key) == key && !part.holds());
        let news = part.map_or(News::Same, |part| match extent {
            Extent::Differences => mender.news(element.node, part.pattern, &part.got, part.look),
            Extent::Parts => News::Fresh(mender.narrowed(part.pattern, &part.got, part.look)),
        });
        (Some(index), news)
    });
    let mended = mender.layout.rebuilt(node, &elements, slots.collect())?;
    let News::Written(mended, _) = mended else { return None };
    let (start, end) = (elements.first()?.start, elements.last()?.end);
    let (start, end) =
        if mender.layout.is_flow(node) { (node.span.start, node.span.end) } else { (start, end) };
    Some([document.text.get(..start)?, &mended, document.text.get(end..)?].concat())
}

struct Mender<'a> {
    layout: Layout<'a>,
    sent: &'a [Made],
}

impl Mender<'_> {
    fn news(&self, node: &Node, pattern: &Pattern, got: &Value, look: Look) -> News {
        if fits(pattern, got, look) {
            return News::Same;
        }
        let mended = match (pattern, got) {
            (Pattern::Map(members), Value::Object(got)) => self.news_of_map(node, members, got, look),
            (Pattern::List(all), Value::Array(got)) => {
                let pairs = aligned(all, got, look.at_elements());
                self.news_of_list(node, all, got, look, pairs)
            }
            (Pattern::Unordered(all), Value::Array(got)) => self.below_word(node, |inner| {
                self.news_of_list(inner, all, got, look, paired(all, got, look, true))
            }),
            (Pattern::Contains(inner), _) => match (&**inner, got) {
                (Pattern::Map(members), Value::Object(got)) => {
                    self.below_word(node, |inner| self.news_of_map(inner, members, got, Look::Members))
                }
                (Pattern::List(all), Value::Array(got)) => self.below_word(node, |inner| {
                    self.news_of_list(inner, all, got, look, paired(all, got, look, false))
                }),
                _ => None,
            },
            _ => None,
        };
        mended.unwrap_or_else(|| News::Fresh(self.narrowed(pattern, got, look)))
    }

    /// The value of a word is mended, and the word stays.
    fn below_word(&self, node: &Node, news: impl Fn(&Node) -> Option<News>) -> Option<News> {
        let elements = self.layout.elements(node)?;
        let inner = news(elements.first()?.node)?;
        self.layout.rebuilt(node, &elements, vec![(Some(0), inner)])
    }

    fn news_of_map(
        &self,
        node: &Node,
        members: &[(String, Pattern)],
        got: &Map<String, Value>,
        look: Look,
    ) -> Option<News> {
        let elements = self.layout.elements(node)?;
        let mut slots = Slots::new();
        for (index, ((key, pattern), element)) in members.iter().zip(&elements).enumerate() {
            match got.get(key) {
                Some(value) => {
                    slots.push((Some(index), self.news(element.node, pattern, value, look.at_members())));
                }
                None if look.is_partial() => {
                    slots.push((Some(index), self.news(element.node, pattern, &Value::Null, Look::Strict)));
                }
                None => {}
            }
        }
        if !look.is_partial() {
            let new = got.iter().filter(|(key, _)| !members.iter().any(|(own, _)| own == *key));
            let entry = |(key, value): (&String, &Value)| {
                News::Fresh(Value::Object(Map::from_iter([(key.clone(), value.clone())])))
            };
            slots.extend(new.map(|new| (None, entry(new))));
        }
        self.layout.rebuilt(node, &elements, slots)
    }

    fn news_of_list(
        &self,
        node: &Node,
        all: &[Pattern],
        got: &[Value],
        look: Look,
        pairs: Vec<(Option<usize>, Option<usize>)>,
    ) -> Option<News> {
        let elements = self.layout.elements(node)?;
        let look = look.at_elements();
        let mut slots = Slots::new();
        for (pattern, value) in pairs {
            let Some(value) = value.and_then(|index| got.get(index)) else { continue };
            let old = pattern.and_then(|index| Some((index, all.get(index)?, elements.get(index)?)));
            slots.push(match old {
                Some((index, pattern, element)) => {
                    (Some(index), self.news(element.node, pattern, value, look))
                }
                None => (None, News::Fresh(self.narrowed_element(all, value, look))),
            });
        }
        self.layout.rebuilt(node, &elements, slots)
    }

    /// What is worth expecting of a value that is looked at in part.
    fn narrowed(&self, pattern: &Pattern, got: &Value, look: Look) -> Value {
        match (pattern, got) {
            (Pattern::Map(members), Value::Object(got)) if look.is_partial() => members
                .iter()
                .map(|(key, pattern)| {
                    let value = got.get(key).unwrap_or(&Value::Null);
                    (key.clone(), self.narrowed(pattern, value, look.at_members()))
                })
                .collect::<Map<_, _>>()
                .into(),
            (Pattern::List(all) | Pattern::Unordered(all), Value::Array(got)) => {
                got.iter().map(|value| self.narrowed_element(all, value, look.at_elements())).collect()
            }
            _ => got.clone(),
        }
    }

    /// Of a record those members that its neighbours are looked at by, or else those that were sent.
    fn narrowed_element(&self, neighbours: &[Pattern], got: &Value, look: Look) -> Value {
        let Value::Object(members) = got else { return got.clone() };
        if !look.is_partial() {
            return got.clone();
        }
        let is_named = |key: &str| {
            neighbours.iter().any(|pattern| {
                matches!(pattern, Pattern::Map(members) if members.iter().any(|(own, _)| own == key))
            })
        };
        let was_sent = |key: &str, value: &Value| {
            self.sent.iter().filter_map(|made| made.body.as_ref()).any(|body| holds_member(body, key, value))
        };
        let named: Map<_, _> = pick(members, |key, _| is_named(key));
        let sent: Map<_, _> = pick(members, was_sent);
        let chosen = [named, sent].into_iter().find(|chosen| !chosen.is_empty());
        chosen.unwrap_or_else(|| members.clone()).into()
    }
}

fn pick(members: &Map<String, Value>, keep: impl Fn(&str, &Value) -> bool) -> Map<String, Value> {
    let kept = members.iter().filter(|(key, value)| keep(key, value));
    kept.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Whether a value has a member with this key and value, at any depth.
fn holds_member(value: &Value, key: &str, wanted: &Value) -> bool {
    match value {
        Value::Object(members) => {
            members.get(key) == Some(wanted) || members.values().any(|inner| holds_member(inner, key, wanted))
        }
        Value::Array(all) => all.iter().any(|inner| holds_member(inner, key, wanted)),
        _ => false,
    }
}

/// Which elements stand for each other where the order says nothing.
fn paired(
    all: &[Pattern],
    got: &[Value],
    look: Look,
    with_rest: bool,
) -> Vec<(Option<usize>, Option<usize>)> {
    let partners = partners(all, got, look.at_elements());
    let mut others = (0..got.len()).filter(|index| !partners.contains(&Some(*index)));
    let mut pairs: Vec<_> = partners
        .iter()
        .enumerate()
        .map(|(index, partner)| (Some(index), partner.or_else(|| others.next())))
        .collect();
    if with_rest {
        pairs.extend(others.map(|index| (None, Some(index))));
    }
    pairs
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Expected, Seen, parts};
    use super::*;
    use crate::case::Done;
    use crate::diag::Diagnostics;
    use crate::source::{self, Route};

    /// Brings a file up to date; what came still fits afterwards.
    #[track_caller]
    fn check(text: &str, done: &Done, expected: &str) {
        let read = |text: &str| {
            let mut found = Diagnostics::new();
            let document = source::read(text, &mut found).unwrap();
            let node = document.root.get("expect").unwrap();
            let expect: Option<Expected> = source::read_piece(&document, node, &Route::root(), &mut found);
            assert!(found.is_empty(), "{text}\n{:?}", found.into_vec());
            (document, expect.unwrap())
        };
        let seen = Seen { done: Some(done), found: &[], text: "" };
        let (document, expect) = read(text);
        let mended = mend(&document, &parts(&expect, &seen), &done.requests, Extent::Differences).unwrap();
        assert_eq!(mended, expected);
        let (_, expect) = read(&mended);
        assert!(parts(&expect, &seen).iter().all(Part::holds), "{mended}");
    }

    fn requests(all: &[(&str, Value)]) -> Done {
        let made = |(request, body): &(&str, Value)| Made {
            request: (*request).to_owned(),
            body: Some(body.clone()).filter(|body| !body.is_null()),
        };
        Done { requests: all.iter().map(made).collect(), ..Done::default() }
    }

    #[test]
    fn only_what_differs_is_written_and_words_stay() {
        let text = "about: x   # why\nexpect:\n  requests:   # all\n    - request: POST /a   # first\n      body: {n: 1, id: {$any: integer}, l: [1, 2]}\n\n    - GET /b\nevent: {}\n";
        let done = requests(&[("POST /a", json!({"n": 2, "id": 7, "l": [1, 3]})), ("GET /b", json!(null))]);
        check(text, &done, &text.replace("n: 1", "n: 2").replace("[1, 2]", "[1, 3]"));
    }

    #[test]
    fn members_come_and_go() {
        let text = "expect: {requests: [{request: POST /a, body: {a: 1, b: 2}}]}\n";
        let done = requests(&[("POST /a", json!({"b": 2, "c": "x: y"}))]);
        check(text, &done, "expect: {requests: [{request: POST /a, body: {b: 2, c: \"x: y\"}}]}\n");
        let text = "expect:\n  requests:\n    - request: POST /a\n      body:\n        a: 1\n        # b is two\n        b: 2   # really\n        # the end\n        d: 4\n";
        let done = requests(&[("POST /a", json!({"b": 2, "c": {"e": []}}))]);
        let expected = "expect:\n  requests:\n    - request: POST /a\n      body:\n        b: 2   # really\n        # the end\n        c: {e: []}\n";
        check(text, &done, expected);
    }

    #[test]
    fn requests_come_and_go() {
        let text = "expect:\n  requests: [GET /a, GET /b, GET /c]\n";
        let (a, b, d) = (("GET /a", json!(null)), ("GET /b", json!(null)), ("GET /d", json!(null)));
        check(text, &requests(&[a, b.clone(), d.clone()]), &text.replace("/c", "/d"));
        check(text, &requests(std::slice::from_ref(&b)), "expect:\n  requests: [GET /b]\n");
        check(text, &requests(&[]), "expect:\n  requests: []\n");
        let text = "expect:\n  requests:\n  - GET /a\n  # then\n  - GET /b\n";
        check(text, &requests(&[b.clone(), d]), "expect:\n  requests:\n  - GET /b\n  - GET /d\n");
        check("expect:\n  requests: []\n", &requests(&[b]), "expect:\n  requests: [GET /b]\n");
    }

    #[test]
    fn a_list_that_gets_too_long_goes_on_lines_of_its_own() {
        let body = json!({"name": "Ada", "about": "a long text that takes a good part of the line", "more": vec!["x"; 12]});
        let done = requests(&[("GET /a", json!(null)), ("POST /a", body)]);
        let expected = "expect:\n  requests:\n    - GET /a\n    - request: POST /a\n      body:\n        name: Ada\n        about: a long text that takes a good part of the line\n        more: [x, x, x, x, x, x, x, x, x, x, x, x]\n";
        check("expect:\n  requests: [GET /a, POST /a]\n", &done, expected);
    }

    #[test]
    fn a_list_that_was_too_long_before_stays_on_its_line() {
        let long = format!("expect:\n  requests: [GET /a, \"GET /{}\"]\n", "long".repeat(25));
        let path = format!("GET /{}", "long".repeat(25));
        let done = requests(&[("GET /bb", json!(null)), (path.as_str(), json!(null))]);
        check(&long, &done, &long.replace("/a,", "/bb,"));
    }

    #[test]
    fn what_a_word_holds_is_mended() {
        let text = "expect:\n  requests: {$unordered: [GET /a, GET /b]}\n  writes:\n    - $contains: {body: {m: 1}}   # loosely\n";
        let done = requests(&[("GET /b", json!(null)), ("POST /a", json!({"m": 2, "o": 3}))]);
        let expected = "expect:\n  requests: {$unordered: [{request: POST /a, body: {m: 2, o: 3}}, GET /b]}\n  writes:\n    - $contains: {body: {m: 2}}   # loosely\n";
        check(text, &done, expected);
        let text = "expect: {requests: [{request: {$contains: people}, body: {$any: string}}]}\n";
        let done = requests(&[("POST /people", json!({}))]);
        check(text, &done, "expect: {requests: [{request: {$contains: people}, body: {}}]}\n");
    }

    #[test]
    fn records_keep_to_the_members_that_are_named() {
        let state =
            json!({"users": [{"id": 1, "name": "Ada", "at": "now"}, {"id": 2, "name": "Bob", "at": "now"}]});
        let done =
            Done { state: Some(state), ..requests(&[("POST /users", json!({"user": {"name": "Bob"}}))]) };
        let text = "expect:\n  state:\n    users: [{name: Eve, mail: x}]\n";
        check(text, &done, "expect:\n  state:\n    users: [{name: Ada, mail: null}, {name: Bob}]\n");
        let text = "expect: {state: {users: []}}\n";
        check(text, &done, "expect: {state: {users: [{id: 1, name: Ada, at: now}, {name: Bob}]}}\n");
    }
}
