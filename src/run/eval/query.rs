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
