//! Whether what came is as expected.
//!
//! In: a pattern, a value, and the [`Look`] with which the one is held against the other. Out: yes or no, and which
//! elements of two lists belong together.

use serde_json::{Map, Value};

use super::pattern::Pattern;
use crate::json::{Arena, Datum};
use crate::value::same;

/// How a value is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// All of it.
    Strict,
    /// A map, and the maps in it, by those members that are named; one that is not there is null.
    Members,
    /// A map of lists whose elements are looked at by the members that are named.
    Lists,
    /// A list of things that are looked at in this way.
    Outcomes,
    /// A verdict as a word, or with its reason.
    Outcome,
    /// A list of requests.
    Requests,
    /// A request: its line alone when it has no body.
    Request,
    /// A list of findings, by the members that are named.
    Findings,
}

impl Look {
    /// How elements of a list are looked at.
    pub(super) fn at_elements(self) -> Self {
        match self {
            Look::Outcomes => Look::Outcome,
            Look::Requests => Look::Request,
            Look::Lists | Look::Findings => Look::Members,
            Look::Strict | Look::Members | Look::Outcome | Look::Request => Look::Strict,
        }
    }

    /// How members of a map are looked at.
    pub(super) fn at_members(self) -> Self {
        match self {
            Look::Members | Look::Lists => self,
            _ => Look::Strict,
        }
    }

    /// Whether members that are not named are left aside.
    pub(super) fn is_partial(self) -> bool {
        matches!(self, Look::Members | Look::Lists)
    }
}

/// Whether a value is as expected.
pub(super) fn fits(pattern: &Pattern, got: &Value, look: Look) -> bool {
    match look {
        Look::Outcome => outcome_fits(pattern, got),
        Look::Request => request_fits(pattern, got),
        _ => value_fits(pattern, got, look),
    }
}

fn value_fits(pattern: &Pattern, got: &Value, look: Look) -> bool {
    match (pattern, got) {
        (Pattern::Any(sort), _) => sort.takes(got),
        (Pattern::Exactly(value) | Pattern::Scalar(value), _) => equal(value, got),
        (Pattern::Map(members), Value::Object(got)) => {
            (look.is_partial() || members.len() == got.len())
                && members.iter().all(|(key, pattern)| member_fits(pattern, got.get(key), look))
        }
        (Pattern::List(all), Value::Array(got)) => {
            let look = look.at_elements();
            all.len() == got.len() && all.iter().zip(got).all(|(pattern, got)| fits(pattern, got, look))
        }
        (Pattern::Unordered(all), Value::Array(got)) => {
            all.len() == got.len() && partners(all, got, look.at_elements()).iter().all(Option::is_some)
        }
        (Pattern::Contains(inner), _) => match (&**inner, got) {
            (Pattern::Scalar(Value::String(part)), Value::String(text)) => text.contains(part.as_str()),
            (Pattern::List(all), Value::Array(got)) => {
                partners(all, got, look.at_elements()).iter().all(Option::is_some)
            }
            (Pattern::Map(_), Value::Object(_)) => value_fits(inner, got, Look::Members),
            _ => false,
        },
        _ => false,
    }
}

fn member_fits(pattern: &Pattern, got: Option<&Value>, look: Look) -> bool {
    match got {
        Some(got) => fits(pattern, got, look.at_members()),
        None => look.is_partial() && fits(pattern, &Value::Null, Look::Strict),
    }
}

/// A word stands for an outcome with any reason.
fn outcome_fits(pattern: &Pattern, got: &Value) -> bool {
    let word = got.as_object().and_then(|members| members.keys().next());
    match pattern {
        Pattern::Scalar(Value::String(text)) if word == Some(text) => true,
        _ => value_fits(pattern, got, Look::Strict),
    }
}

/// A text is a request without a body.
fn request_fits(pattern: &Pattern, got: &Value) -> bool {
    let in_full = |got: &Value| match got {
        Value::String(_) => Value::Object(Map::from_iter([("request".to_owned(), got.clone())])),
        _ => got.clone(),
    };
    match pattern {
        _ if pattern.is_about_text() => value_fits(pattern, got, Look::Strict),
        Pattern::Map(members) => {
            // A body of null is none.
            let said = members.iter().filter(|(_, value)| *value != Pattern::Scalar(Value::Null));
            let said = Pattern::Map(said.cloned().collect());
            value_fits(&said, &in_full(got), Look::Strict)
        }
        _ => value_fits(pattern, &in_full(got), Look::Strict),
    }
}

/// For each pattern an element of its own that fits, as far as there are any; in order where several would do.
pub(super) fn partners(patterns: &[Pattern], got: &[Value], look: Look) -> Vec<Option<usize>> {
    let fitting: Vec<Vec<usize>> = patterns
        .iter()
        .map(|pattern| {
            (0..got.len()).filter(|index| got.get(*index).is_some_and(|got| fits(pattern, got, look)))
        })
        .map(Iterator::collect)
        .collect();
    let mut owners: Vec<Option<usize>> = vec![None; got.len()];
    for pattern in 0..patterns.len() {
        let mut tried = vec![false; got.len()];
        claim(pattern, &fitting, &mut owners, &mut tried);
    }
    let partner = |pattern| owners.iter().position(|owner| *owner == Some(pattern));
    (0..patterns.len()).map(partner).collect()
}

/// Finds an element for a pattern; one that has an owner is taken when its owner finds another.
fn claim(pattern: usize, fitting: &[Vec<usize>], owners: &mut [Option<usize>], tried: &mut [bool]) -> bool {
    for &index in fitting.get(pattern).into_iter().flatten() {
        match tried.get_mut(index) {
            Some(tried) if !*tried => *tried = true,
            _ => continue,
        }
        let owner = owners.get(index).copied().flatten();
        if owner.is_none_or(|owner| claim(owner, fitting, owners, tried)) {
            if let Some(slot) = owners.get_mut(index) {
                *slot = Some(pattern);
            }
            return true;
        }
    }
    false
}

/// Which elements of two lists stand for each other: those that fit, in order, and between them those of one place.
pub(super) fn aligned(
    patterns: &[Pattern],
    got: &[Value],
    look: Look,
) -> Vec<(Option<usize>, Option<usize>)> {
    let common = common(patterns, got, look);
    let n_in_place = patterns.iter().zip(got).filter(|(pattern, got)| fits(pattern, got, look)).count();
    if patterns.len() == got.len() && n_in_place == common.len() {
        return (0..got.len()).map(|index| (Some(index), Some(index))).collect();
    }
    let mut pairs = Vec::new();
    let (mut at_pattern, mut at_got) = (0, 0);
    for (pattern, value) in common.into_iter().chain([(patterns.len(), got.len())]) {
        let n_between = (pattern - at_pattern).max(value - at_got);
        for step in 0..n_between {
            let within = |at: usize, end: usize| Some(at + step).filter(|index| *index < end);
            pairs.push((within(at_pattern, pattern), within(at_got, value)));
        }
        if pattern < patterns.len() {
            pairs.push((Some(pattern), Some(value)));
        }
        (at_pattern, at_got) = (pattern + 1, value + 1);
    }
    pairs
}

/// The longest run of pairs that fit, in the order of both lists.
fn common(patterns: &[Pattern], got: &[Value], look: Look) -> Vec<(usize, usize)> {
    // Longest from each place on; the last row and column are those behind the ends.
    let width = got.len() + 1;
    let mut longest = vec![0_usize; (patterns.len() + 1) * width];
    let mut fitting = vec![false; longest.len()];
    let at = |row: usize, column: usize| row * width + column;
    let read = |longest: &[usize], place: usize| longest.get(place).copied().unwrap_or_default();
    for (row, pattern) in patterns.iter().enumerate().rev() {
        for (column, value) in got.iter().enumerate().rev() {
            let fit = fits(pattern, value, look);
            let skip = read(&longest, at(row + 1, column)).max(read(&longest, at(row, column + 1)));
            let best = if fit { read(&longest, at(row + 1, column + 1)) + 1 } else { skip };
            if let (Some(slot), Some(flag)) =
                (longest.get_mut(at(row, column)), fitting.get_mut(at(row, column)))
            {
                (*slot, *flag) = (best, fit);
            }
        }
    }
    let (mut row, mut column, mut pairs) = (0, 0, Vec::new());
    while row < patterns.len() && column < got.len() {
        if fitting.get(at(row, column)) == Some(&true) {
            pairs.push((row, column));
            (row, column) = (row + 1, column + 1);
        } else if read(&longest, at(row + 1, column)) >= read(&longest, at(row, column + 1)) {
            row += 1;
        } else {
            column += 1;
        }
    }
    pairs
}

/// Equal as JSON: numbers by worth, objects without regard to order.
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| equal(value, other)))
        }
        _ => same(Datum::of(left), Datum::of(right), &Arena::new()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(look: Look, pattern: &Value, fitting: &[Value], others: &[Value]) {
        let read: Pattern = serde_json::from_value(pattern.clone()).unwrap();
        assert_eq!(read.shown(), *pattern);
        for (values, expected) in [(fitting, true), (others, false)] {
            for value in values {
                assert_eq!(fits(&read, value, look), expected, "{pattern} {value}");
            }
        }
    }

    #[test]
    fn all_of_it_unless_it_is_said_otherwise() {
        let (same, more) = (json!({"b": [2.0], "a": 1}), json!({"a": 1, "b": [2], "c": null}));
        check(Look::Strict, &json!({"a": 1, "b": [2]}), &[same], &[more, json!({"a": 1, "b": [2, 2]})]);
        check(Look::Strict, &json!(null), &[json!(null)], &[json!(""), json!(0), json!(false)]);
        check(Look::Strict, &json!("7"), &[json!("7")], &[json!(7)]);
    }

    #[test]
    fn any() {
        let all = [json!("a"), json!(7), json!(7.5), json!(true), json!([]), json!({}), json!(null)];
        let takes = |sort: Value, indexes: &[usize]| {
            let (mut fitting, mut others) = (Vec::new(), Vec::new());
            for (index, value) in all.iter().enumerate() {
                if indexes.contains(&index) { &mut fitting } else { &mut others }.push(value.clone());
            }
            check(Look::Strict, &json!({"$any": sort}), &fitting, &others);
        };
        takes(json!(true), &[0, 1, 2, 3, 4, 5]);
        takes(json!("string"), &[0]);
        takes(json!("integer"), &[1]);
        takes(json!("number"), &[1, 2]);
        takes(json!("boolean"), &[3]);
        takes(json!("list"), &[4]);
        takes(json!("object"), &[5]);
    }

    #[test]
    fn contains() {
        let deep = json!({"$contains": {"a": {"b": 1}, "gone": null}});
        let fitting = [json!({"a": {"b": 1, "c": 2}, "d": 3}), json!({"a": {"b": 1}, "gone": null})];
        check(
            Look::Strict,
            &deep,
            &fitting,
            &[json!({"a": {"b": 2}}), json!({"a": {"b": 1}, "gone": 1}), json!([])],
        );
        let (list, others) = (json!({"$contains": [1, 2]}), [json!([1]), json!([2, 3]), json!("1, 2")]);
        check(Look::Strict, &list, &[json!([2, 3, 1])], &others);
        check(Look::Strict, &json!({"$contains": [1, 1]}), &[json!([1, 1])], &[json!([1])]);
        check(Look::Strict, &json!({"$contains": "at"}), &[json!("what")], &[json!("who"), json!(["at"])]);
    }

    #[test]
    fn unordered_finds_a_partner_for_each() {
        let words = json!({"$unordered": [{"$any": "integer"}, 1, {"$contains": "a"}]});
        let others = [json!([1, "a"]), json!([1, "a", "b"]), json!([2, 3, "a"]), json!([1, 2, "a", 3])];
        check(Look::Strict, &words, &[json!([1, 2, "a"]), json!(["a", 2, 1])], &others);
    }

    #[test]
    fn exactly_takes_words_for_data() {
        let data = json!({"$any": true});
        check(Look::Strict, &json!({"$exactly": data}), std::slice::from_ref(&data), &[json!(1)]);
        let strict = json!([{"fields": {"$exactly": {"a": 1}}}]);
        let (fitting, other) =
            (json!([{"fields": {"a": 1}, "id": 7}]), json!([{"fields": {"a": 1, "b": 2}}]));
        check(Look::Findings, &strict, &[fitting], &[other]);
    }

    #[test]
    fn requests() {
        let (get, post) = (json!("GET /a"), json!({"request": "POST /a", "body": {"b": 1}}));
        let all = [get.clone(), post.clone()];
        check(Look::Request, &json!("GET /a"), &all[..1], &all[1..]);
        check(Look::Request, &json!({"request": "GET /a", "body": null}), &all[..1], &all[1..]);
        check(Look::Request, &json!("POST /a"), &[], &all);
        check(Look::Request, &json!({"request": "POST /a"}), &[], &all);
        check(
            Look::Request,
            &json!({"request": {"$contains": "/a"}, "body": {"$any": true}}),
            &all[1..],
            &all[..1],
        );
        check(Look::Request, &json!({"$contains": {"request": "POST /a"}}), &all[1..], &all[..1]);
        check(Look::Request, &json!({"$contains": "/a"}), &all[..1], &all[1..]);
        check(Look::Request, &json!({"$any": true}), &all, &[]);
        check(Look::Requests, &json!({"$unordered": [post, "GET /a"]}), &[json!(all)], &[json!(["GET /a"])]);
        check(Look::Requests, &json!({"$contains": ["GET /a"]}), &[json!(all)], &[json!([])]);
    }

    #[test]
    fn outcomes() {
        let (done, bad) = (json!("delivered"), json!({"rejected": "no name"}));
        check(Look::Outcome, &json!("delivered"), std::slice::from_ref(&done), std::slice::from_ref(&bad));
        check(Look::Outcome, &json!("rejected"), std::slice::from_ref(&bad), std::slice::from_ref(&done));
        check(
            Look::Outcome,
            &json!({"rejected": {"$contains": "name"}}),
            std::slice::from_ref(&bad),
            &[done],
        );
        check(Look::Outcome, &json!({"rejected": "no"}), &[], &[bad]);
    }

    #[test]
    fn state_is_looked_at_by_the_members_that_are_named() {
        let got = json!({"users": [{"id": 1, "name": "Ada", "tags": [{"a": 1, "b": 2}]}], "events": [1]});
        let lists = |users: Value, fits: bool| {
            let values = [got.clone()];
            let (fitting, others) = if fits { (&values[..], &[][..]) } else { (&[][..], &values[..]) };
            check(Look::Lists, &json!({ "users": users }), fitting, others);
        };
        lists(json!([{"name": "Ada"}]), true);
        lists(json!([{"name": "Ada", "email": null}]), true);
        lists(json!([{"name": "Ada", "email": {"$any": true}}]), false);
        lists(json!([{"tags": [{"a": 1}]}]), false);
        lists(json!([{"tags": {"$contains": [{"$contains": {"a": 1}}]}}]), true);
        lists(json!([{}]), true);
        lists(json!([]), false);
        check(Look::Lists, &json!({"groups": []}), &[], &[got]);
    }

    #[test]
    fn elements_that_fit_are_aligned_and_others_by_place() {
        let patterns: Vec<Pattern> = serde_json::from_value(json!(["a", "b", "c"])).unwrap();
        let aligned = |got: Value| aligned(&patterns, got.as_array().unwrap(), Look::Strict);
        let (some, none) = (Some::<usize>, None::<usize>);
        assert_eq!(aligned(json!(["b", "c"])), [(some(0), none), (some(1), some(0)), (some(2), some(1))]);
        assert_eq!(
            aligned(json!(["a", "x", "c"])),
            [(some(0), some(0)), (some(1), some(1)), (some(2), some(2))]
        );
        let longer = [(some(0), some(0)), (some(1), some(1)), (some(2), some(2)), (none, some(3))];
        assert_eq!(aligned(json!(["a", "b", "c", "d"])), longer);
        let patterns: Vec<Pattern> = serde_json::from_value(json!(["x", "a", "a"])).unwrap();
        let in_place = [(some(0), some(0)), (some(1), some(1)), (some(2), some(2))];
        assert_eq!(super::aligned(&patterns, &["a", "a", "a"].map(Value::from), Look::Strict), in_place);
    }
}
