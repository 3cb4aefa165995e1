//! Deciding conditions: whether one holds always, never, or now and then.
//!
//! In: a condition and the shape of each value that it looks at. Out: the answer, found by trying one value for each
//! way in which the tests can come out. Values that two selectors give are taken to be independent of each other, so
//! "always" and "never" are proven, and "it depends" may be said too often.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::mem::{Discriminant, discriminant};

use serde_json::{Value, json};

use super::shape::{Kinds, Shape};
use super::walk::other_of;
use crate::diag::Span;
use crate::model::{Comparison, Condition, ConditionKind, Presence, Test, Text};

/// Most ways that are tried.
const MOST_WAYS: usize = 20_000;

/// When a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    Always,
    Never,
    Depends,
}

/// Decides conditions that must all hold. `shape` tells what is known about the value of a selector.
pub(super) fn decide_all(conditions: &[&Condition], shape: &dyn Fn(&Text) -> Shape) -> Truth {
    let mut table = Table { shape, subjects: Vec::new(), index: BTreeMap::new(), guesses: Vec::new() };
    let parts: Vec<Tree> = conditions.iter().map(|condition| table.tree(condition)).collect();
    table.decide(&Tree::All(parts))
}

/// Whether all tests of a condition are such that their outcome can be told from the value alone.
pub(super) fn is_exact(condition: &Condition) -> bool {
    match &condition.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => parts.iter().all(is_exact),
        ConditionKind::Not(part) => is_exact(part),
        ConditionKind::Test(_, test) => {
            matches!(test, Test::Equals(_) | Test::In(_) | Test::Is(_) | Test::Compare(..))
        }
    }
}

/// That a condition does not hold.
pub(super) fn negated(condition: &Condition) -> Condition {
    Condition { span: condition.span, kind: ConditionKind::Not(Box::new(condition.clone())) }
}

/// What holds for an event that has passed a step which ends those for which all of some conditions hold.
pub(super) fn not_all(conditions: &[&Condition]) -> Condition {
    let span = Span::default();
    let all = conditions.iter().map(|condition| (*condition).clone()).collect();
    negated(&Condition { span, kind: ConditionKind::All(all) })
}

/// A condition whose selectors are numbers.
enum Tree {
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Not(Box<Tree>),
    Test(usize, Atom),
}

/// A test, as far as it can be made here.
enum Atom {
    Equals(Value),
    In(Vec<Value>),
    Is(Vec<Presence>),
    Compare(Comparison, Value),
    /// Holds or not, nobody knows, for values of these kinds; never for others.
    Guess(usize, Kinds),
    /// Holds for whatever is there.
    Itself,
}

/// A value that is looked at, and the constants that it is compared with.
struct Subject {
    shape: Shape,
    constants: Vec<Value>,
}

struct Table<'s> {
    shape: &'s dyn Fn(&Text) -> Shape,
    subjects: Vec<Subject>,
    index: BTreeMap<String, usize>,
    /// What is asked of which subject, with what.
    guesses: Vec<(usize, Discriminant<Test>, String)>,
}

impl Table<'_> {
    fn subject(&mut self, text: &Text) -> usize {
        if let Some(known) = self.index.get(&text.text) {
            return *known;
        }
        self.subjects.push(Subject { shape: (self.shape)(text), constants: Vec::new() });
        let index = self.subjects.len() - 1;
        self.index.insert(text.text.clone(), index);
        index
    }

    fn tree(&mut self, condition: &Condition) -> Tree {
        match &condition.kind {
            ConditionKind::All(parts) => Tree::All(parts.iter().map(|part| self.tree(part)).collect()),
            ConditionKind::Any(parts) => Tree::Any(parts.iter().map(|part| self.tree(part)).collect()),
            ConditionKind::Not(part) => Tree::Not(Box::new(self.tree(part))),
            ConditionKind::Test(text, test) => {
                let subject = self.subject(text);
                Tree::Test(subject, self.atom(subject, text, test))
            }
        }
    }

    fn atom(&mut self, subject: usize, text: &Text, test: &Test) -> Atom {
        let mut remember = |values: &[Value]| {
            if let Some(subject) = self.subjects.get_mut(subject) {
                subject.constants.extend_from_slice(values);
            }
        };
        match test {
            Test::Equals(value) => {
                remember(std::slice::from_ref(value));
                Atom::Equals(value.clone())
            }
            Test::In(values) => {
                remember(values);
                Atom::In(values.clone())
            }
            Test::Compare(how, value) => {
                remember(std::slice::from_ref(value));
                Atom::Compare(*how, value.clone())
            }
            Test::Is(presences) => Atom::Is(presences.clone()),
            Test::SameAs(other) if other.text == text.text => Atom::Itself,
            _ => {
                let kinds = self.kinds_for(test);
                let with = match test {
                    Test::Matches(pattern) => Some(pattern),
                    _ => other_of(test),
                };
                let asked =
                    (subject, discriminant(test), with.map(|with| with.text.clone()).unwrap_or_default());
                let known = self.guesses.iter().position(|known| *known == asked);
                let guess = known.unwrap_or_else(|| {
                    self.guesses.push(asked);
                    self.guesses.len() - 1
                });
                Atom::Guess(guess, kinds)
            }
        }
    }

    /// Kinds of values that can pass a test which compares with another value, or looks into a text.
    fn kinds_for(&self, test: &Test) -> Kinds {
        let other = other_of(test).map_or(Kinds::ANY, |other| (self.shape)(other).kinds);
        match test {
            Test::SameAs(_) => other,
            Test::SameAsIgnoringCase(_) if !other.meets(Kinds::SCALAR) => Kinds::NONE,
            Test::InList(_) | Test::InListIgnoringCase(_) if !other.meets(Kinds::LIST) => Kinds::NONE,
            Test::InList(_) => Kinds::ANY,
            Test::SameMomentAs(_) => Kinds::NUMBER | Kinds::TEXT,
            _ => Kinds::SCALAR,
        }
    }

    fn decide(&self, tree: &Tree) -> Truth {
        let ways: Vec<Vec<Option<Value>>> = self.subjects.iter().map(samples).collect();
        let sizes: Vec<usize> = ways.iter().map(Vec::len).chain(self.guesses.iter().map(|_| 2)).collect();
        let n_ways = sizes.iter().try_fold(1_usize, |product, size| product.checked_mul(*size));
        if n_ways.is_none_or(|n_ways| n_ways == 0 || n_ways > MOST_WAYS) {
            return Truth::Depends;
        }
        let mut search = Search {
            tree,
            samples: &ways,
            values: vec![None; ways.len()],
            guesses: vec![None; self.guesses.len()],
            held: false,
            failed: false,
        };
        search.go_on(0);
        match (search.held, search.failed) {
            (true, false) => Truth::Always,
            (false, true) => Truth::Never,
            _ => Truth::Depends,
        }
    }
}

/// The ways that are tried: one value after another is fixed, as long as the outcome is open.
struct Search<'w> {
    tree: &'w Tree,
    samples: &'w [Vec<Option<Value>>],
    values: Vec<Fixed<'w>>,
    guesses: Vec<Option<bool>>,
    /// Some way held.
    held: bool,
    /// Some way did not.
    failed: bool,
}

/// What a value is taken to be, or missing; `None` as long as that is open.
type Fixed<'w> = Option<Option<&'w Value>>;

impl<'w> Search<'w> {
    fn fix(&mut self, index: usize, to: Fixed<'w>) {
        if let Some(value) = self.values.get_mut(index) {
            *value = to;
        }
    }

    /// Tries all that follows from what is fixed; subjects and guesses from the one at `index` on are open.
    fn go_on(&mut self, index: usize) {
        match holds(self.tree, &self.values, &self.guesses) {
            Some(true) => self.held = true,
            Some(false) => self.failed = true,
            None => self.branch(index),
        }
    }

    fn branch(&mut self, index: usize) {
        let samples = self.samples;
        if let Some(samples) = samples.get(index) {
            for sample in samples {
                self.fix(index, Some(sample.as_ref()));
                self.go_on(index + 1);
                if self.held && self.failed {
                    return;
                }
            }
            self.fix(index, None);
        } else {
            let guess = index - samples.len();
            for outcome in [Some(false), Some(true), None] {
                if let Some(guess) = self.guesses.get_mut(guess) {
                    *guess = outcome;
                }
                if outcome.is_some() {
                    self.go_on(index + 1);
                }
            }
        }
    }
}

/// A value for each way in which the tests of a subject can come out; `None` stands for missing.
fn samples(subject: &Subject) -> Vec<Option<Value>> {
    let shape = &subject.shape;
    let mut samples: Vec<Option<Value>> = Vec::new();
    samples.extend(shape.missing.then_some(None));
    if let Some(values) = &shape.values {
        samples.extend(values.iter().cloned().map(Some));
        return samples;
    }
    let mut add = |kind: Kinds, value: Value| {
        let is_empty = match &value {
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            _ => false,
        };
        if shape.kinds.meets(kind) && (shape.empty || !is_empty) && !samples.contains(&Some(value.clone())) {
            samples.push(Some(value));
        }
    };
    let is_possible = |value: &&Value| match (value.as_str(), &shape.bounds) {
        (Some(text), Some(bounds)) => bounds.allow(text),
        _ => true,
    };
    for value in subject.constants.iter().filter(is_possible) {
        add(Kinds::of(value), value.clone());
    }
    add(Kinds::NULL, Value::Null);
    add(Kinds::BOOLEAN, json!(true));
    add(Kinds::BOOLEAN, json!(false));
    for (kind, few, some) in
        [(Kinds::LIST, json!([]), json!(["\u{1}"])), (Kinds::OBJECT, json!({}), json!({"\u{1}": 1}))]
    {
        add(kind, few);
        add(kind, some);
    }
    for text in between_texts(&subject.constants) {
        add(Kinds::TEXT, Value::from(text));
    }
    for number in between_numbers(&subject.constants) {
        add(Kinds::NUMBER, json!(number));
    }
    samples
}

/// A text before, between and after those that are compared with, none of them one of these.
fn between_texts(constants: &[Value]) -> Vec<String> {
    let mut texts = vec![String::new(), "\u{0}".to_owned(), "\u{10ffff}".to_owned()];
    texts.extend(constants.iter().filter_map(Value::as_str).map(|text| format!("{text}\u{0}")));
    texts
}

/// A number before, between and after those that are compared with.
fn between_numbers(constants: &[Value]) -> Vec<f64> {
    let mut known: Vec<f64> = constants.iter().filter_map(Value::as_f64).collect();
    known.sort_by(f64::total_cmp);
    let (Some(first), Some(last)) = (known.first(), known.last()) else { return vec![0.0] };
    let inside = known.iter().zip(known.iter().skip(1)).map(|(left, right)| left.midpoint(*right));
    std::iter::once(first - 1.0).chain(inside).chain([last + 1.0]).collect()
}

/// Whether a condition holds; `None` when what is fixed does not tell.
fn holds(tree: &Tree, values: &[Fixed<'_>], guesses: &[Option<bool>]) -> Option<bool> {
    match tree {
        Tree::All(parts) => first_that_is(false, parts, values, guesses),
        Tree::Any(parts) => first_that_is(true, parts, values, guesses),
        Tree::Not(part) => holds(part, values, guesses).map(|held| !held),
        Tree::Test(subject, atom) => passes(atom, values.get(*subject).copied().flatten()?, guesses),
    }
}

/// What parts make of a condition when one that is `decisive` is enough.
fn first_that_is(
    decisive: bool,
    parts: &[Tree],
    values: &[Fixed<'_>],
    guesses: &[Option<bool>],
) -> Option<bool> {
    let mut is_open = false;
    for part in parts {
        match holds(part, values, guesses) {
            Some(held) if held == decisive => return Some(decisive),
            Some(_) => {}
            None => is_open = true,
        }
    }
    (!is_open).then_some(!decisive)
}

fn passes(atom: &Atom, value: Option<&Value>, guesses: &[Option<bool>]) -> Option<bool> {
    Some(match atom {
        Atom::Equals(constant) => value.is_some_and(|value| same(value, constant)),
        Atom::In(constants) => {
            value.is_some_and(|value| constants.iter().any(|constant| same(value, constant)))
        }
        Atom::Is(presences) => presences.iter().any(|presence| is(value, *presence)),
        Atom::Compare(how, constant) => value.is_some_and(|value| compares(value, *how, constant)),
        Atom::Guess(guess, kinds) if value.is_some_and(|value| kinds.meets(Kinds::of(value))) => {
            guesses.get(*guess).copied().flatten()?
        }
        Atom::Guess(..) => false,
        Atom::Itself => value.is_some(),
    })
}

fn same(value: &Value, constant: &Value) -> bool {
    number_order(value, constant).map_or_else(|| value == constant, Ordering::is_eq)
}

/// How two numbers compare, whole ones digit by digit.
fn number_order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

fn is(value: Option<&Value>, presence: Presence) -> bool {
    match presence {
        Presence::Present => value.is_some_and(|value| !value.is_null()),
        Presence::Missing => value.is_none(),
        Presence::Null => value.is_some_and(Value::is_null),
        Presence::Empty => match value {
            Some(Value::String(text)) => text.is_empty(),
            Some(Value::Array(items)) => items.is_empty(),
            Some(Value::Object(members)) => members.is_empty(),
            _ => false,
        },
    }
}

fn compares(value: &Value, how: Comparison, constant: &Value) -> bool {
    let ordering = match (value, constant) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => number_order(value, constant),
    };
    let Some(ordering) = ordering else { return false };
    match how {
        Comparison::Greater => ordering.is_gt(),
        Comparison::AtLeast => ordering.is_ge(),
        Comparison::Less => ordering.is_lt(),
        Comparison::AtMost => ordering.is_le(),
    }
}
