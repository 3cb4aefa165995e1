//! Bodies: rows with dotted names become objects in objects, the rest finds its place among them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::plan::{BodyPlan, KeyPlan, Node, Object, RestPlan, Root, RowPlan, Selector, SourcePlan};
use super::resolve::{Place, Resolver};
use crate::diag::{Code, Span};
use crate::model::{BodyOf, KeyRule, Rest, Text};
use crate::value::Segment;

impl Resolver<'_, '_> {
    /// The body that a table makes at one place.
    pub(super) fn body(&mut self, body: &BodyOf, place: Place<'_>) -> Option<BodyPlan> {
        let table = self.table(&body.table, &body.table.text)?;
        let name = &body.table.text;
        let mut rows = self.rows(&body.plus, name, place);
        rows.extend(self.rows(&table.rows, name, place));
        let rest = table.rest.as_ref().and_then(|rest| Some((&rest.into, Arc::new(self.rest(rest, &rows)?))));
        let mut object = Object::default();
        for row in rows {
            let path: Vec<Arc<str>> = row.name.split('.').map(Arc::from).collect();
            let (span, label) = (row.span, row.label.clone());
            if !object.insert(&path, row) {
                self.clash(span, &label);
            }
        }
        if let Some((into, rest)) = rest {
            let path: Vec<&str> = into.text.split('.').collect();
            match object.at(&path) {
                Some(inner) => inner.rest = Some(rest),
                None => self.clash(into.span, &into.text),
            }
        }
        Some(BodyPlan { under: body.under.clone().or_else(|| table.under.clone()), object })
    }

    fn clash(&mut self, span: Span, label: &str) {
        let message = format!("`{label}` clashes with another row of the body");
        let help = "an attribute is written once, and it is a value or an object, not both";
        self.found.error(Code::CLASHING_ROWS, span, message).help(help);
    }

    /// The members of an object that none of `rows` reads.
    pub(super) fn rest(&mut self, rest: &Rest, rows: &[RowPlan]) -> Option<RestPlan> {
        let of = self.selector(&rest.of, Place::EVENT)?;
        if of.walk().is_none() {
            let message = format!("`{}` may match several values", rest.of.text);
            self.found.error(Code::MANY_MATCHES, rest.of.span, message).help("a rest is taken of one object");
            return None;
        }
        let mut roots = vec![of.clone()];
        if let Root::Name(slot) = of.root
            && let Some(SourcePlan::Candidates(candidates, _)) = self.names.get(slot).map(|row| &row.source)
        {
            roots.extend(candidates.iter().cloned());
        }
        let mut read = BTreeSet::new();
        for row in rows {
            self.keys_read(row, &roots, &mut read);
        }
        let prefix = format!("{}.", rest.into.text);
        // A row `fields.address.city` writes the member `address`.
        let member = |row: &RowPlan| row.name.strip_prefix(&prefix)?.split('.').next().map(str::to_owned);
        let written = rows.iter().filter_map(member).collect();
        let keys = rest.keys.as_ref().and_then(|rule| self.key_rule(rule));
        Some(RestPlan { of, read, written, cast: rest.cast.clone(), null_is_sent: rest.null_is_sent, keys })
    }

    /// Keys of the rest's object that a row reads, through names as well.
    fn keys_read(&self, row: &RowPlan, roots: &[Selector], read: &mut BTreeSet<String>) {
        match &row.source {
            SourcePlan::Constant(_) => {}
            SourcePlan::Candidates(selectors, _) => self.selectors_read(selectors, roots, read),
            SourcePlan::Each { each, from, .. } => {
                self.selectors_read(std::slice::from_ref(each), roots, read);
                self.selectors_read(from, roots, read);
            }
            SourcePlan::Template { with, .. } => with.iter().for_each(|row| self.keys_read(row, roots, read)),
            SourcePlan::List(elements) => {
                elements.iter().flat_map(|(_, rows)| rows).for_each(|row| self.keys_read(row, roots, read));
            }
        }
    }

    fn selectors_read(&self, selectors: &[Selector], roots: &[Selector], read: &mut BTreeSet<String>) {
        for selector in selectors {
            for root in roots {
                if let Some(key) = key_below(root, selector) {
                    read.insert(key.into());
                }
            }
            // A name is made after the names it is made from, so this ends.
            if let Root::Name(slot) = selector.root
                && roots.iter().all(|root| root.root != selector.root)
                && let Some(row) = self.names.get(slot)
            {
                self.keys_read(row, roots, read);
            }
        }
    }

    fn key_rule(&mut self, rule: &KeyRule) -> Option<KeyPlan> {
        let class = Text { text: format!("^[{}]$", rule.allow.text), span: rule.allow.span };
        let allowed = self.regex(&class)?;
        if !rule.other.chars().all(|character| allowed.is_match(character.encode_utf8(&mut [0; 4]))) {
            let message = format!("`{}` stands for other characters, but is not allowed itself", rule.other);
            self.found.error(Code::BAD_PATTERN, rule.allow.span, message).help("add it to `allow:`");
        }
        let not = rule.not.as_ref().and_then(|pattern| self.regex(pattern));
        Some(KeyPlan { allowed, other: rule.other.clone(), not })
    }
}

/// The key that `selector` takes below `root`, when it goes through it.
fn key_below<'a>(root: &Selector, selector: &'a Selector) -> Option<&'a str> {
    let (above, below) = (root.walk()?, selector.walk()?);
    if root.root != selector.root || !below.0.starts_with(&above.0) {
        return None;
    }
    match below.0.get(above.0.len()) {
        Some(Segment::Key(key)) => Some(key),
        _ => None,
    }
}

impl Object {
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
