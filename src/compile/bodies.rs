//! Bodies: rows with dotted names become objects in objects, the rest finds its place among them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::key_plan::KeyPlan;
use super::plan::{BodyPlan, Op, Reach, RestPlan, Role, Root, RowPlan, Selector, SourcePlan};
use super::resolve::{Place, Resolver};
use super::selectors::{MOST_PLACES, MOST_SLOTS};
use crate::diag::{Code, Span, quoted};
use crate::json::{KeyTable, Slot};
use crate::model::{BodyOf, KeyRule, Rest, Take, Text};
use crate::value::Segment;

/// Most keys of a path into a body.
const MOST_PARTS: usize = 32;

impl Resolver<'_, '_> {
    /// The body that a table makes at one place.
    pub(super) fn body(&mut self, body: &BodyOf, place: Place<'_>) -> Option<BodyPlan> {
        let table = self.table(&body.table, &body.table.text)?;
        let name = &body.table.text;
        let mut rows = self.rows(&body.plus, name, place);
        rows.extend(self.rows(&table.rows, name, place));
        let rest = table.rest.as_ref().and_then(|rest| Some((&rest.into, Arc::new(self.rest(rest, &rows)?))));
        let mut object = Object::default();
        let targets: BTreeMap<Span, &Text> =
            body.plus.iter().chain(&table.rows).map(|declared| (declared.span, &declared.name)).collect();
        let mut written: Vec<&Text> = Vec::new();
        for row in rows {
            let Some(target) = targets.get(&row.span).copied().filter(|target| self.is_target(target)) else {
                continue;
            };
            let path: Vec<Arc<str>> = row.name.split('.').map(Arc::from).collect();
            if object.insert(&path, row) {
                written.push(target);
            } else {
                self.clash(target, &written);
            }
        }
        if let Some((into, rest)) = rest.filter(|(into, _)| self.is_target(into)) {
            let path: Vec<&str> = into.text.split('.').collect();
            match object.at(&path) {
                Some(inner) => inner.rest = Some(rest),
                None => self.clash(into, &written),
            }
        }
        let mut ops = Vec::new();
        match body.under.as_ref().or(table.under.as_ref()) {
            None => object.flatten(&mut ops),
            Some(under) => {
                ops.push(Op::Open { key: key_text(under), kept: true });
                object.flatten(&mut ops);
                ops.push(Op::Close);
            }
        }
        let is_late = |op: &Op| match op {
            Op::Row { row, .. } => row.late,
            Op::Rest(rest) => rest.of.is_late(self),
            Op::Open { .. } | Op::Close | Op::Run { .. } => false,
        };
        let late = ops.iter().any(is_late);
        Some(BodyPlan { ops: with_runs(ops), late })
    }

    /// Whether a path into a body is one; else that is reported.
    fn is_target(&mut self, target: &Text) -> bool {
        let shown = quoted(&target.text);
        if target.text.split('.').any(str::is_empty) {
            let message = format!("the attribute {shown} has an empty part");
            self.found
                .wrong_value(target.span, message)
                .help("dots stand between the keys of objects, as in `user.name`");
            return false;
        }
        if target.text.split('.').count() > MOST_PARTS {
            let message = format!("the attribute {shown} has more than {MOST_PARTS} parts");
            self.found
                .error(Code::LIMIT, target.span, message)
                .help("no destination nests its objects so deep");
            return false;
        }
        true
    }

    fn clash(&mut self, target: &Text, written: &[&Text]) {
        let is_above = |above: &str, below: &str| {
            below.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let other = written
            .iter()
            .find(|other| is_above(&other.text, &target.text) || is_above(&target.text, &other.text));
        let shown = quoted(&target.text);
        let message = match other {
            Some(other) if other.text != target.text => {
                format!("{shown} and {} exclude each other", quoted(&other.text))
            }
            _ => format!("{shown} is written twice"),
        };
        let help = "an attribute is written once, and it is a value or an object, not both";
        let found = self.found.error(Code::CLASHING_ROWS, target.span, message).help(help);
        if let Some(other) = other {
            found.label(other.span, "the other");
        }
    }

    /// The members of an object that none of `rows` reads.
    pub(super) fn rest(&mut self, rest: &Rest, rows: &[RowPlan]) -> Option<RestPlan> {
        let of = self.selector(&rest.of, Place::EVENT)?;
        if of.walk().is_none() {
            let message = format!("{} may match several values", quoted(&rest.of.text));
            self.found
                .error(Code::MANY_MATCHES, rest.of.span, message)
                .help("a rest is taken of one object, as in `$.traits`");
            return None;
        }
        let mut roots = vec![of.clone()];
        if let Root::Name(slot) = of.root
            && let Some(SourcePlan::Candidates(candidates, _)) = self.names.get(slot).map(|row| &row.source)
        {
            roots.extend(candidates.iter().cloned());
        }
        self.slots(&of).into_iter().take(MOST_SLOTS).for_each(|slot| self.paths.list_members(slot));
        let mut read = Reads { roots, ..Reads::default() };
        for row in rows {
            self.keys_read(row, &mut read);
        }
        let prefix = format!("{}.", rest.into.text);
        let rows: Vec<(String, RowPlan)> = rows
            .iter()
            .filter_map(|row| Some((row.name.strip_prefix(&prefix)?.to_owned(), row.clone())))
            .collect();
        let mut roles = KeyTable::<Role>::default();
        read.keys.iter().for_each(|key| roles.entry(key, Role::default).is_read = true);
        rest.except.iter().for_each(|key| roles.entry(&key.text, Role::default).is_read = true);
        read.entered.iter().for_each(|key| roles.entry(key, Role::default).is_entered = true);
        for (row, _) in &rows {
            // A row `fields.address.city` writes the member `address`.
            let written = row.split('.').next().unwrap_or(row);
            roles.entry(written, Role::default).is_written = true;
        }
        // So that whoever lists the members can tell at once that a key has no role.
        let slots = self.slots(&of);
        let roles_are_placed = slots.len() <= MOST_SLOTS && self.paths.len() <= MOST_PLACES;
        for slot in slots.iter().filter(|_| roles_are_placed) {
            for key in roles.keys() {
                self.paths.below(*slot, key);
            }
        }
        let keys = rest.keys.as_ref().and_then(|rule| self.key_rule(rule));
        let (cast, null_is_sent) = (rest.cast.clone(), rest.null_is_sent);
        Some(RestPlan { span: rest.span, of, roles, roles_are_placed, rows, cast, null_is_sent, keys })
    }

    /// Keys of the rest's object that a row reads, through names as well.
    fn keys_read(&self, row: &RowPlan, read: &mut Reads) {
        match &row.source {
            SourcePlan::Constant(_) => {}
            SourcePlan::Candidates(selectors, _) => self.selectors_read(selectors, read),
            SourcePlan::Each(plan) => {
                self.selectors_read(std::slice::from_ref(&plan.each), read);
                self.selectors_read(&plan.from, read);
            }
            SourcePlan::Template { with, .. } => with.iter().for_each(|row| self.keys_read(row, read)),
            SourcePlan::List(elements) => {
                elements.iter().flat_map(|(_, rows)| rows).for_each(|row| self.keys_read(row, read));
            }
        }
    }

    fn selectors_read(&self, selectors: &[Selector], read: &mut Reads) {
        for selector in selectors {
            for (key, is_whole) in read.roots.iter().filter_map(|root| key_below(root, selector)) {
                let keys = if is_whole { &mut read.keys } else { &mut read.entered };
                keys.insert(key.to_owned());
            }
            // A name is looked into once, for two names may both be made from a third.
            if let Root::Name(slot) = selector.root
                && read.roots.iter().all(|root| root.root != selector.root)
                && let Some(row) = self.names.get(slot)
                && read.names.insert(slot)
            {
                self.keys_read(row, read);
            }
        }
    }

    fn key_rule(&mut self, rule: &KeyRule) -> Option<KeyPlan> {
        let not = rule.not.as_ref().and_then(|pattern| self.regex(pattern));
        let allowed = match self.budget.expression(&format!("^[{}]$", rule.allow.text)) {
            Ok(allowed) => allowed,
            Err(why) => {
                let message = format!("{} is not a set of characters: {why}", quoted(&rule.allow.text));
                let help = "write characters and ranges, as in `A-Za-z0-9_-`";
                self.found.error(Code::BAD_PATTERN, rule.allow.span, message).help(help);
                return None;
            }
        };
        if !rule.other.text.chars().all(|character| allowed.is_match(character.encode_utf8(&mut [0; 4]))) {
            let message = format!(
                "{} stands for other characters, but is not allowed itself",
                quoted(&rule.other.text)
            );
            self.found.error(Code::BAD_PATTERN, rule.other.span, message).help("add it to `allow:`");
        }
        Some(KeyPlan::new(allowed, rule.other.text.clone(), not))
    }
}

/// What rows read of the object that a rest is made of.
#[derive(Default)]
struct Reads {
    /// Where the object stands.
    roots: Vec<Selector>,
    /// Its keys that are read.
    keys: BTreeSet<String>,
    /// Its keys below which something is read.
    entered: BTreeSet<String>,
    /// Slots of names that have been looked into.
    names: BTreeSet<usize>,
}

/// The key that `selector` takes below `root`, when it goes through it, and whether it ends there.
fn key_below<'a>(root: &Selector, selector: &'a Selector) -> Option<(&'a str, bool)> {
    let (above, below) = (root.walk()?, selector.walk()?);
    if root.root != selector.root || !below.0.starts_with(&above.0) {
        return None;
    }
    match below.0.get(above.0.len()) {
        Some(Segment::Key(key)) => Some((key, below.0.len() == above.0.len().saturating_add(1))),
        _ => None,
    }
}

/// An object of a body while its rows find their places.
#[derive(Default)]
struct Object {
    fields: Vec<(Arc<str>, Node)>,
    rest: Option<Arc<RestPlan>>,
}

enum Node {
    Leaf(Box<RowPlan>),
    Object(Object),
}

impl Object {
    /// The list of what is to be written.
    fn flatten(self, ops: &mut Vec<Op>) {
        for (name, node) in self.fields {
            let key = key_text(&name);
            match node {
                Node::Leaf(row) => ops.push(Op::Row { gate: row.gate(), key, row }),
                Node::Object(inner) => {
                    ops.push(Op::Open { key, kept: false });
                    inner.flatten(ops);
                    ops.push(Op::Close);
                }
            }
        }
        ops.extend(self.rest.map(Op::Rest));
    }

    /// Puts a row at its path; `false` when something else is there.
    fn insert(&mut self, path: &[Arc<str>], row: RowPlan) -> bool {
        let Some((last, objects)) = path.split_last() else { return false };
        let objects: Vec<&str> = objects.iter().map(|key| &**key).collect();
        let Some(object) = self.at(&objects) else { return false };
        if object.fields.iter().any(|(key, _)| key == last) {
            return false;
        }
        object.fields.push((last.clone(), Node::Leaf(Box::new(row))));
        true
    }

    /// The object at a path, made when it is not there; `None` when a value is in the way.
    fn at(&mut self, path: &[&str]) -> Option<&mut Object> {
        let Some((first, rest)) = path.split_first() else { return Some(self) };
        let index = self.fields.iter().position(|(key, _)| &**key == *first).unwrap_or_else(|| {
            self.fields.push((Arc::from(*first), Node::Object(Object::default())));
            self.fields.len().saturating_sub(1)
        });
        match self.fields.get_mut(index) {
            Some((_, Node::Object(object))) => object.at(rest),
            _ => None,
        }
    }
}

/// Fewer rows are looked at one by one.
const SHORTEST_RUN: usize = 8;

/// Gathers rows whose gates stand in a row, so that those without a value cost next to nothing.
fn with_runs(ops: Vec<Op>) -> Vec<Op> {
    let mut gathered = Vec::new();
    let mut rows: Vec<Op> = Vec::new();
    for op in ops {
        let follows = match (&op, rows.last()) {
            (Op::Row { gate: Some(gate), .. }, Some(Op::Row { gate: Some(last), .. })) => *gate == last + 1,
            (Op::Row { gate: Some(_), .. }, None) => true,
            _ => false,
        };
        if !follows {
            end_run(&mut rows, &mut gathered);
        }
        if matches!(op, Op::Row { gate: Some(_), .. }) { rows.push(op) } else { gathered.push(op) }
    }
    end_run(&mut rows, &mut gathered);
    gathered
}

fn end_run(rows: &mut Vec<Op>, gathered: &mut Vec<Op>) {
    match rows.first() {
        Some(Op::Row { gate: Some(first), .. }) if rows.len() >= SHORTEST_RUN => {
            let first = *first;
            gathered.push(Op::Run { first, rows: std::mem::take(rows) });
        }
        _ => gathered.append(rows),
    }
}

impl RowPlan {
    /// The slot without which the row has no value and says nothing.
    fn gate(&self) -> Option<Slot> {
        let SourcePlan::Candidates(selectors, take) = &self.source else { return None };
        // All matches of nothing are a list too.
        if *take == Some(Take::All) {
            return None;
        }
        let plain = self.when.is_none() && self.default.is_none() && self.required.is_none();
        match (selectors.as_slice(), plain) {
            ([Selector { reach: Reach::Slot(slot, _), .. }], true) => Some(*slot),
            _ => None,
        }
    }
}

/// A key as it is written into a body: `,"name":`.
fn key_text(name: &str) -> Box<str> {
    format!(",{}:", serde_json::Value::from(name)).into()
}
