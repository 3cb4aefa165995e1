//! Replies made up from what a request reads of them, so that each of its outputs has a value.
//!
//! A stand-in depends on the request and on the path at which it stands, and on nothing else: whoever asks the same
//! gets the same, and who reads another member gets another value.

use serde_json::{Map, Value};

use super::Eval;
use crate::compile::{
    Cond, CondKind, EachPlan, Path, RequestPlan, Root, RowPlan, Selector, SourcePlan, TestPlan,
};
use crate::model::{Comparison, Presence};
use crate::value::{Segment, Type};
use jsonpath_rust::parser::model as query;

/// Longest list that is made to have an element at an index.
const LONGEST_LIST: usize = 32;

impl<'a> Eval<'a> {
    /// A reply in which a request finds all that it reads. `asked` tells the request from others.
    pub(in crate::run) fn imagined(&self, request: &'a RequestPlan, asked: &str) -> Value {
        let maker = Maker { eval: self.quiet(), asked };
        let mut reply = Value::Object(Map::new());
        for (_, row) in &request.give {
            maker.row(row, &mut reply);
        }
        reply
    }
}

struct Maker<'e, 'a> {
    eval: Eval<'a>,
    asked: &'e str,
}

impl<'a> Maker<'_, 'a> {
    fn row(&self, row: &'a RowPlan, reply: &mut Value) {
        match &row.source {
            SourcePlan::Candidates(selectors, _) => {
                for selector in selectors {
                    self.fill(row, selector, Root::Reply, reply);
                }
            }
            SourcePlan::Each(plan) => self.each(row, plan, reply),
            SourcePlan::Template { with, .. } => with.iter().for_each(|row| self.row(row, reply)),
            SourcePlan::Constant(_) | SourcePlan::List(_) => {}
        }
    }

    /// Puts a stand-in where a selector leads, unless something stands there.
    fn fill(&self, row: &RowPlan, selector: &Selector, root: Root, whole: &mut Value) {
        let Some(steps) = steps(&selector.path).filter(|_| selector.root == root) else { return };
        if let Some(place) = place(whole, &steps).filter(|place| place.is_null()) {
            *place = self.stand_in(row, &selector.text);
        }
    }

    /// Makes the first element of a list such that it passes the filter.
    fn each(&self, row: &'a RowPlan, plan: &'a EachPlan, reply: &mut Value) {
        let Some(mut path) = steps(&plan.each.path).filter(|_| plan.each.root == Root::Reply) else { return };
        if matches!(plan.each.path, Path::Walk(_)) {
            path.push(Segment::Index(0));
        }
        let Some(element) = place(reply, &path) else { return };
        let mut made = element.clone();
        if let Some(filter) = &plan.filter {
            self.meet(filter, true, &mut made);
        }
        for selector in &plan.from {
            self.fill(row, selector, Root::Item, &mut made);
        }
        if plan.filter.as_ref().is_none_or(|filter| self.holds(filter, &made)) {
            *element = made;
        }
    }

    fn holds(&self, cond: &'a Cond, item: &Value) -> bool {
        Eval { item: Some(self.eval.kept(item)), ..self.eval }.test(cond).unwrap_or(false)
    }

    /// Changes an element so that a condition holds, or does not, as far as that can be seen from its tests.
    fn meet(&self, cond: &'a Cond, wanted: bool, item: &mut Value) {
        match (&cond.kind, wanted) {
            (CondKind::All(parts), true) | (CondKind::Any(parts), false) => {
                for part in parts {
                    self.meet(part, wanted, item);
                }
            }
            (CondKind::All(parts), false) | (CondKind::Any(parts), true) => {
                for part in parts {
                    let mut tried = item.clone();
                    self.meet(part, wanted, &mut tried);
                    if self.holds(part, &tried) == wanted {
                        *item = tried;
                        return;
                    }
                }
            }
            (CondKind::Not(part), _) => self.meet(part, !wanted, item),
            (CondKind::Test(selector, test), true) => self.pass(selector, test, item),
            (CondKind::Test(selector, TestPlan::Is(presences)), false) => {
                if presences.contains(&Presence::Missing) {
                    put(item, selector, number(self.asked, &selector.text).into());
                }
            }
            (CondKind::Test(..), false) => {}
        }
    }

    fn pass(&self, selector: &'a Selector, test: &'a TestPlan, item: &mut Value) {
        if selector.root == Root::Item {
            if let Some(value) = self.passing(selector, test) {
                put(item, selector, value);
            }
        } else if let Some(other) = test.other().filter(|other| other.root == Root::Item)
            && let Some(value) = self.value(selector)
        {
            let is_list = matches!(test, TestPlan::InList(_) | TestPlan::InListIgnoringCase(_));
            put(item, other, if is_list { Value::Array(vec![value]) } else { value });
        }
    }

    /// A value that passes a test.
    fn passing(&self, selector: &Selector, test: &'a TestPlan) -> Option<Value> {
        match test {
            TestPlan::Equals(value) => Some(value.clone()),
            TestPlan::In(values) => values.first().cloned(),
            TestPlan::SameAs(other) | TestPlan::SameAsIgnoringCase(other) | TestPlan::SameMomentAs(other) => {
                self.value(other)
            }
            TestPlan::InList(list) | TestPlan::InListIgnoringCase(list) => self.value(list)?.get(0).cloned(),
            TestPlan::Is(presences) => match presences.first()? {
                Presence::Present => Some(number(self.asked, &selector.text).into()),
                Presence::Null => Some(Value::Null),
                Presence::Empty => Some("".into()),
                Presence::Missing => None,
            },
            TestPlan::Compare(how, bound) => {
                let step = match how {
                    Comparison::Greater => 1,
                    Comparison::Less => -1,
                    Comparison::AtLeast | Comparison::AtMost => 0,
                };
                bound.as_i64().and_then(|bound| bound.checked_add(step)).map(Value::from)
            }
            TestPlan::Matches(_) => None,
        }
    }

    fn value(&self, selector: &'a Selector) -> Option<Value> {
        self.eval.one(selector).ok().flatten().map(crate::json::Datum::to_value)
    }

    /// A value of the row's type.
    fn stand_in(&self, row: &RowPlan, text: &str) -> Value {
        let number = number(self.asked, text);
        match (&row.map, &row.cast) {
            (Some(map), _) => map.first().map_or(Value::Null, |(key, _)| key.as_str().into()),
            (None, Some(kind)) => of_type(kind, number),
            (None, None) => number.into(),
        }
    }
}

fn of_type(kind: &Type, number: u32) -> Value {
    match kind {
        Type::String | Type::Scalar | Type::Integer | Type::Number => number.into(),
        Type::Boolean => true.into(),
        Type::Date => "2001-01-01".into(),
        Type::DateTime => "2001-01-01T00:00:00Z".into(),
        Type::Email => format!("{number}@example.com").into(),
        Type::Phone => format!("+{number}").into(),
        Type::Url => format!("https://example.com/{number}").into(),
        Type::Enum(words) => words.first().map_or(Value::Null, |word| word.as_str().into()),
        Type::Object => Value::Object(Map::new()),
        Type::List(of) => Value::Array(vec![of_type(of, number)]),
    }
}

fn put(item: &mut Value, selector: &Selector, value: Value) {
    if let Some(place) = steps(&selector.path).and_then(|steps| place(item, &steps)) {
        *place = value;
    }
}

/// The place to which steps lead, made on the way; `None` when something else stands there.
fn place<'v>(whole: &'v mut Value, steps: &[Segment]) -> Option<&'v mut Value> {
    let mut at = whole;
    for step in steps {
        at = match step {
            Segment::Key(key) => {
                if at.is_null() {
                    *at = Value::Object(Map::new());
                }
                at.as_object_mut()?.entry(key.to_string()).or_insert(Value::Null)
            }
            Segment::Index(index) => {
                if at.is_null() {
                    *at = Value::Array(Vec::new());
                }
                let list = at.as_array_mut()?;
                let index = usize::try_from(*index).unwrap_or(0);
                let wanted = index.saturating_add(1).max(list.len());
                if wanted > LONGEST_LIST {
                    return None;
                }
                list.resize(wanted, Value::Null);
                list.get_mut(index)?
            }
        };
    }
    Some(at)
}

/// The steps of a path, a wildcard as the first of all elements; `None` for paths that ask for more.
fn steps(path: &Path) -> Option<Vec<Segment>> {
    let step = |segment: &query::Segment| match segment {
        query::Segment::Selector(query::Selector::Name(name)) => Some(Segment::Key(unquoted(name).into())),
        query::Segment::Selector(query::Selector::Index(index)) => Some(Segment::Index(*index)),
        query::Segment::Selector(query::Selector::Wildcard) => Some(Segment::Index(0)),
        _ => None,
    };
    match path {
        Path::Walk(walk) => Some(walk.0.clone()),
        Path::Query(query) => query.whole.segments.iter().map(step).collect(),
    }
}

/// The library keeps the quotes of names in brackets.
fn unquoted(name: &str) -> &str {
    let inner = |quote: char| name.strip_prefix(quote)?.strip_suffix(quote);
    inner('\'').or_else(|| inner('"')).unwrap_or(name)
}

/// A number of nine digits for a place in the reply to a request, the same each time (FNV-1a).
fn number(asked: &str, place: &str) -> u32 {
    let bytes = asked.bytes().chain([0]).chain(place.bytes());
    let sum = bytes.fold(0x811c_9dc5_u32, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    100_000_000 + sum % 900_000_000
}
