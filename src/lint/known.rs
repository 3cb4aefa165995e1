//! What is known about values before any event comes: shapes of selectors and rows, and what conditions make of them.
//!
//! In: a place in the mapping. Out: a shape, or the answer to "when does this hold". A name is looked at as each flow
//! that may use it sees it.

use serde_json::Value;

use super::decide::{Truth, decide_all};
use super::path::Path;
use super::scope::{Scope, requests_of};
use super::shape::{Bounds, Kinds, Shape};
use super::walk::{Bare, Site};
use crate::model::{Condition, ForEach, OnBad, Row, Setting, SettingKind, Source, Step, Take, Text};
use crate::value::Type;

/// Most names that are followed from one to the next.
const MOST_DEPTH: usize = 64;

impl<'m> Scope<'m> {
    /// When a condition holds, whichever flow it is looked at in.
    pub(super) fn truth(&self, condition: &'m Condition, site: Site<'m>) -> Truth {
        // A condition of the mapping stands in one place, and so on one site; parts of it may share their span.
        let place = std::ptr::from_ref(condition).addr();
        if let Some(known) = self.truths.borrow().get(&place) {
            return *known;
        }
        let truth = self.decide(&[condition], site);
        self.truths.borrow_mut().insert(place, truth);
        truth
    }

    /// When all of some conditions hold, whichever flow they are looked at in.
    pub(super) fn decide(&self, conditions: &[&Condition], site: Site<'m>) -> Truth {
        let mut flows = self.flows_of(site.owner).into_iter();
        let Some(first) = flows.next() else { return Truth::Depends };
        let truth = self.decide_in(conditions, site, first);
        let is_sure =
            truth != Truth::Depends && flows.all(|flow| self.decide_in(conditions, site, flow) == truth);
        if is_sure { truth } else { Truth::Depends }
    }

    /// When all of some conditions hold in one flow.
    pub(super) fn decide_in(&self, conditions: &[&Condition], site: Site<'m>, flow: usize) -> Truth {
        decide_all(conditions, &|text| self.shape(text, site, flow))
    }

    /// What is known about a value in every flow in which it may be looked at.
    pub(super) fn shape_at(&self, text: &Text, site: Site<'m>) -> Shape {
        let path = Path::parse(&text.text);
        let is_type = path.name.is_empty() && path.key(0) == Some("type");
        // What does not depend on the flow is looked at once.
        let n_flows = match path.name {
            "" | "item" | "config" | "members" if !is_type => 1,
            _ => usize::MAX,
        };
        let flows = self.flows_of(site.owner).into_iter().take(n_flows);
        let shapes = flows.map(|flow| self.shape(text, site, flow));
        shapes.reduce(Shape::or).unwrap_or_else(Shape::anything)
    }

    /// What is known about the value of a selector in one flow.
    pub(super) fn shape(&self, text: &Text, site: Site<'m>, flow: usize) -> Shape {
        self.shape_within(text, site.bare, site.each, flow, 0)
    }

    fn shape_within(
        &self,
        text: &Text,
        bare: Bare,
        each: Option<&ForEach>,
        flow: usize,
        depth: usize,
    ) -> Shape {
        let path = Path::parse(&text.text);
        if depth > MOST_DEPTH || path.is_many {
            return Shape::anything();
        }
        match path.name {
            "" if bare == Bare::Event && path.steps.len() == 1 && path.key(0) == Some("type") => {
                self.type_of_events(flow)
            }
            "config" => {
                path.setting().and_then(|name| self.setting(name)).map_or_else(Shape::anything, setting)
            }
            "flow" => {
                let name = self.mapping.flows.get(flow).map(|flow| Value::from(flow.name.text.as_str()));
                Shape::one_of(name.into_iter().collect())
            }
            "members" => Shape::of(Kinds::LIST),
            "steps" if path.steps.len() == 2 => {
                path.output().map_or_else(Shape::anything, |(step, output)| self.output(step, output, flow))
            }
            "" | "item" | "steps" => Shape::anything(),
            name if each.is_some_and(|each| each.name.text == name) => self.element(each, &path),
            name => {
                let whole = self.name(name, flow, depth);
                below(whole, &path)
            }
        }
    }

    /// The types under which events get to a flow: as it is spelt mostly.
    fn type_of_events(&self, flow: usize) -> Shape {
        let Some(flow) = self.mapping.flows.get(flow) else { return Shape::anything() };
        let lower = flow.item.event.text.clone();
        let mut letters = lower.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        let title = format!("{first}{}", letters.as_str());
        let upper = lower.to_uppercase();
        Shape::one_of([lower, title, upper].into_iter().map(Value::from).collect())
    }

    fn name(&self, name: &str, flow: usize, depth: usize) -> Shape {
        let Some(row) = self.declared(name, flow) else { return Shape::anything() };
        let key = (flow, row.name.text.as_str());
        if let Some(known) = self.shapes.borrow().get(&key) {
            return known.clone();
        }
        let shape = self.row_within(row, Bare::Event, None, flow, depth + 1);
        self.shapes.borrow_mut().insert(key, shape.clone());
        shape
    }

    /// What a step gives: what its requests say, unless it was left out or got no answer.
    fn output(&self, step: &str, output: &str, flow: usize) -> Shape {
        let mut shape: Option<Shape> = None;
        for placed in self.steps(flow) {
            let Step::Call { name, call, .. } = placed.step else { continue };
            let requests = if name.text == step { requests_of(call) } else { Vec::new() };
            for row in requests.iter().flat_map(|request| &request.give) {
                if row.name.text == output {
                    let given = self.row_within(row, Bare::Reply, None, flow, 1);
                    shape = Some(shape.map_or(given.clone(), |shape| shape.or(given)));
                }
            }
        }
        shape.unwrap_or_else(Shape::anything).or_missing()
    }

    /// What is known about the value that a row makes, in every flow in which it is made.
    pub(super) fn row_at(&self, row: &Row, site: Site<'m>) -> Shape {
        let shapes = self.flows_of(site.owner).into_iter().map(|flow| self.row_shape(row, site, flow));
        shapes.reduce(Shape::or).unwrap_or_else(Shape::anything)
    }

    /// The same in one flow.
    pub(super) fn row_shape(&self, row: &Row, site: Site<'m>, flow: usize) -> Shape {
        self.row_within(row, site.bare, site.each, flow, 0)
    }

    fn row_within(&self, row: &Row, bare: Bare, each: Option<&ForEach>, flow: usize, depth: usize) -> Shape {
        let mut shape = match &row.source {
            Source::Value(value) => Shape::one_of(vec![value.clone()]),
            Source::List(_) => Shape::of(Kinds::LIST),
            Source::Template { with, .. } => {
                let mut shape = Shape::of(Kinds::TEXT);
                shape.missing =
                    with.iter().any(|row| self.row_within(row, bare, each, flow, depth + 1).missing);
                made(row, shape)
            }
            Source::Each { .. } if row.take == Some(Take::All) => {
                let list = Shape::of(Kinds::LIST);
                if row.empty_is_missing { list.drop_empty() } else { list }
            }
            Source::Each { .. } => made(row, Shape::anything()),
            Source::From(from) => {
                let mut union: Option<Shape> = None;
                for text in from {
                    let candidate = if takes_list(row, text) {
                        Shape::of(Kinds::LIST)
                    } else {
                        self.shape_within(text, bare, each, flow, depth + 1)
                    };
                    let candidate = made(row, candidate);
                    let goes_on = candidate.missing;
                    let mut next =
                        union.map_or_else(|| candidate.clone(), |union| union.or(candidate.clone()));
                    next.missing = goes_on;
                    union = Some(next);
                    if !goes_on {
                        break;
                    }
                }
                union.unwrap_or_else(Shape::nothing)
            }
        };
        if let Some(default) = row.default.as_ref().filter(|_| shape.missing) {
            shape.missing = false;
            shape = shape.or(Shape::one_of(vec![default.clone()]));
        }
        shape.missing &= row.required.is_none();
        shape.missing |= row.when.is_some();
        shape
    }

    /// What is known about a candidate of a row before it is cast.
    pub(super) fn candidate_at(&self, row: &Row, text: &Text, site: Site<'m>) -> Shape {
        if takes_list(row, text) { Shape::of(Kinds::LIST) } else { self.shape_at(text, site) }
    }

    /// The candidate because of which the one with this index is never looked at, and why.
    pub(super) fn shadow<'r>(
        &self,
        row: &'r Row,
        index: usize,
        site: Site<'m>,
    ) -> Option<(&'r Text, &'static str)> {
        let (Source::From(from) | Source::Each { from, .. }) = &row.source else { return None };
        let path = Path::parse(&from.get(index)?.text);
        let mut before = from.iter().take(index);
        let is_same = |other: &&Text| !path.is_many && Path::parse(&other.text) == path;
        if let Some(same) = before.clone().find(is_same) {
            return Some((same, "stands before it already"));
        }
        let is_plain = matches!(row.source, Source::From(_));
        let winner = before.find(|other| is_plain && self.always_wins(row, other, site))?;
        Some((winner, "in front of it is always there"))
    }

    /// Whether a candidate of a row wins wherever it is there and not null.
    pub(super) fn wins_when_present(&self, row: &Row, text: &Text, site: Site<'m>) -> bool {
        let candidate = self.candidate_at(row, text, site).drop_kinds(Kinds::NULL);
        !made(row, Shape { missing: false, ..candidate }).missing
    }

    /// All texts that a row may look up in its `map`, if they are known.
    pub(super) fn looked_up(&self, row: &'m Row, site: Site<'m>) -> Option<Vec<String>> {
        let Source::From(from) = &row.source else { return None };
        let shape = from.iter().map(|text| self.shape_at(text, site)).reduce(Shape::or)?;
        let shape = match &row.cast {
            Some(Type::Boolean) => return Some(vec!["true".into(), "false".into()]),
            Some(cast) => shape.cast(cast).0,
            None => shape,
        };
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        shape.values.map(|values| values.iter().map(text).collect())
    }

    /// Whether all values that a row may read are of its type.
    pub(super) fn always_fits(&self, row: &Row, site: Site<'m>) -> bool {
        let (Source::From(from), Some(cast), None) = (&row.source, &row.cast, &row.map) else { return false };
        from.iter().all(|text| !self.candidate_at(row, text, site).cast(cast).1)
    }

    /// Whether a row never needs its default.
    pub(super) fn has_idle_default(&self, row: &Row, site: Site<'m>) -> bool {
        let without = Row { default: None, required: None, when: None, ..row.clone() };
        row.default.is_some() && !self.row_at(&without, site).missing
    }

    /// Whether a candidate of a row always wins, so that nothing behind it is ever looked at.
    pub(super) fn always_wins(&self, row: &Row, text: &Text, site: Site<'m>) -> bool {
        !made(row, self.candidate_at(row, text, site)).missing
    }

    /// What an element of a loop has.
    fn element(&self, each: Option<&ForEach>, path: &Path<'_>) -> Shape {
        let members = each.map(|each| Path::parse(&each.list.text)).filter(|list| list.name == "members");
        match (path.steps.as_slice(), path.key(0)) {
            ([], _) => Shape { missing: false, ..Shape::anything() },
            ([_], Some("key")) if members.is_some() => {
                let table = members.as_ref().and_then(|list| list.key(0));
                Shape {
                    empty: table.is_none_or(|table| self.may_have_empty_key(table)),
                    ..Shape::of(Kinds::TEXT)
                }
            }
            ([_], Some("name")) if members.is_some() => Shape::of(Kinds::TEXT),
            ([_], Some("type")) if members.is_some() => {
                let types = ["boolean", "integer", "number", "date", "datetime", "string"];
                Shape::one_of(types.into_iter().map(Value::from).collect())
            }
            _ => Shape::anything(),
        }
    }

    /// Whether the rest of a table may send an empty key: one that nothing stands in front of.
    fn may_have_empty_key(&self, table: &str) -> bool {
        let table = self.mapping.tables.iter().find(|known| known.name.text == table);
        let rest = table.and_then(|table| table.item.rest.as_ref());
        rest.is_some_and(|rest| rest.keys.as_ref().is_none_or(|keys| keys.other.text.is_empty()))
    }
}

/// Whether a row may look up a text in its `map`; `known` are all that it looks up.
pub(super) fn may_look_up(row: &Row, text: &str, known: Option<&[String]>) -> bool {
    match (known, &row.cast) {
        (Some(known), _) => known.iter().any(|known| known == text),
        (None, Some(Type::Integer)) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => true,
    }
}

/// Whether a candidate is the list of all that a path matches. A path to one value gives that value, whatever `take` says.
fn takes_list(row: &Row, text: &Text) -> bool {
    row.take == Some(Take::All) && Path::parse(&text.text).is_many
}

/// What a candidate becomes in a row; missing where it loses.
fn made(row: &Row, candidate: Shape) -> Shape {
    let mut shape = if row.null_is_sent { candidate } else { candidate.drop_kinds(Kinds::NULL) };
    if row.empty_is_missing {
        shape = shape.drop_empty();
    }
    let mut may_fail = false;
    if let Some(cast) = row.cast.as_ref() {
        let (cast, fails) = shape.cast(cast);
        (shape, may_fail) = (cast, fails);
    }
    if let Some(map) = &row.map {
        let missing = shape.missing;
        shape = Shape::one_of(map.iter().map(|(_, value)| value.clone()).collect());
        shape.missing = missing;
        may_fail = true;
    }
    match row.on_bad {
        OnBad::Skip => shape.missing |= may_fail,
        OnBad::Null if may_fail => {
            shape = shape.or(Shape::one_of(vec![Value::Null]));
        }
        OnBad::Null | OnBad::Reject => {}
    }
    if row.truncate.is_some() {
        shape.values = None;
    }
    shape
}

/// What lies below a value.
fn below(whole: Shape, path: &Path<'_>) -> Shape {
    if path.steps.is_empty() {
        return whole;
    }
    if !whole.kinds.meets(Kinds::OBJECT | Kinds::LIST) {
        return Shape::nothing();
    }
    Shape::anything()
}

/// What a setting can be once the settings have been checked.
fn setting(setting: &Setting) -> Shape {
    let kinds = match setting.kind {
        SettingKind::String | SettingKind::Secret => Kinds::TEXT,
        SettingKind::Integer | SettingKind::Number => Kinds::NUMBER,
        SettingKind::Boolean => Kinds::BOOLEAN,
    };
    let missing = !setting.required && setting.default.is_none();
    // An empty setting counts as not given.
    let bounds = Bounds {
        pattern: setting.pattern.as_ref().map(|pattern| pattern.text.clone()),
        forbid: setting.forbid.clone(),
    };
    Shape { kinds, missing, empty: false, values: None, bounds: Some(bounds) }
}
