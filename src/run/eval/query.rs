//! Paths that may match several values.

use bumpalo::collections::{String as ArenaString, Vec as ArenaVec};
use jsonpath_rust::query::js_path_process;
use serde_json::Value;

use super::Eval;
use crate::compile::Query;
use crate::json::{Arena, Datum, Text, UNKNOWN, write};

impl<'a> Eval<'a> {
    /// What a query matches, in its order.
    pub(super) fn query(&self, datum: Datum<'a>, query: &Query) -> &'a [Datum<'a>] {
        let arena = self.arena();
        let mut matches = ArenaVec::new_in(arena);
        if let Some((list, below)) = &query.every
            && let Some(Datum::List(list)) = list.find(datum, arena)
        {
            matches.extend(list.items(arena).iter().filter_map(|item| below.find(*item, arena)));
        } else if let Some(tree) = datum.tree() {
            // The library works on trees.
            let found = js_path_process(&query.whole, tree).unwrap_or_default();
            matches.extend(found.into_iter().map(|node| Datum::of(node.val())));
        } else {
            let tree = datum.to_value();
            let found = js_path_process(&query.whole, &tree).unwrap_or_default();
            matches.extend(found.into_iter().map(|node| self.kept(node.val())));
        }
        matches.into_bump_slice()
    }

    /// A copy of a value that lives as long as the evaluation.
    pub(super) fn kept(&self, value: &Value) -> Datum<'a> {
        let arena = self.arena();
        match value {
            Value::Null => Datum::Null,
            Value::Bool(flag) => Datum::Bool(*flag),
            Value::Number(number) => Datum::Number(arena.alloc_str(number.as_str())),
            Value::String(text) => Datum::Text(Text::plain(arena.alloc_str(text))),
            Value::Array(_) | Value::Object(_) => {
                let mut text = ArenaString::new_in(arena);
                // What is written is copied, so that nothing of it is borrowed from the tree.
                let inner = Arena::new();
                write(&mut text, Datum::of(value), &inner);
                Datum::made(text.into_bump_str(), UNKNOWN, arena)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jsonpath_rust::parser::parse_json_path;
    use serde_json::json;

    use super::*;

    /// What a path matches in a tree and in a text, with and without the short way through lists.
    #[track_caller]
    fn check(path: &str, is_short: bool) {
        let tree = json!({
            "list": [{"key": "a", "in": {"n": 1.50}}, {"key": null}, 7, {"other": 1}, [{"key": "b"}], {"key": ["c"]}],
            "object": {"first": {"key": 1}, "second": {"key": 2}},
            "text": "list",
            "empty": [],
        });
        let text = tree.to_string();
        let query = Query::new(parse_json_path(path).unwrap());
        assert_eq!(query.every.is_some(), is_short, "{path}");
        let general = Query { every: None, ..query.clone() };
        let arena = Arena::new();
        let eval = Eval::of_settings(&[], &arena);
        let matches = |datum, query| -> Vec<Value> {
            eval.query(datum, query).iter().map(|datum| datum.to_value()).collect()
        };
        let expected = matches(Datum::of(&tree), &general);
        for datum in [Datum::of(&tree), Datum::made(&text, UNKNOWN, &arena)] {
            assert_eq!(matches(datum, &query), expected, "{path}");
        }
    }

    #[test]
    fn the_short_way_through_a_list_matches_the_same() {
        for path in [
            "$.list[*].key",
            "$.list[*]",
            "$.list[*].in.n",
            "$.list[*][0].key",
            "$.list[-1].key[*]",
            "$.object[*].key",
            "$.object[*]",
            "$.text[*].key",
            "$.empty[*].key",
            "$.none[*].key",
            "$.list[*]['key']",
        ] {
            check(path, true);
        }
    }

    #[test]
    fn what_asks_for_more_goes_the_general_way() {
        for path in ["$.list[*].key[*]", "$..key", "$.list[0:2].key", "$.list[?@.key == 'a'].in"] {
            check(path, false);
        }
    }
}
