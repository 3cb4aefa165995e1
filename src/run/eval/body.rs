//! Bodies: the table's objects are written straight to bytes, in the order of its rows.

use std::io::Write;
use std::sync::Arc;

use serde_json::Value;

use super::super::trace::Entry;
use super::rest::LeftOut;
use super::{Eval, Rejection};
use crate::compile::{BodyPlan, Node, Object, RestPlan, RowPlan};

impl<'a> Eval<'a> {
    /// JSON text of a body.
    pub(crate) fn body(&self, plan: &'a BodyPlan) -> Result<Vec<u8>, Rejection> {
        let mut out = Vec::with_capacity(256);
        if let Some(under) = &plan.under {
            out.push(b'{');
            write_key(&mut out, under);
            self.object(&mut out, &plan.object)?;
            out.push(b'}');
        } else {
            self.object(&mut out, &plan.object)?;
        }
        Ok(out)
    }

    /// Looks for rejections among the rows that depend on no answer, without building anything.
    pub(crate) fn check_early(&self, plan: &'a BodyPlan) -> Result<(), Rejection> {
        self.check_rows(&plan.object)
    }

    fn check_rows(&self, object: &'a Object) -> Result<(), Rejection> {
        for (_, node) in &object.fields {
            match node {
                Node::Leaf(row) if row.late => {}
                Node::Leaf(row) => drop(self.row(row)?),
                Node::Object(inner) => self.check_rows(inner)?,
            }
        }
        Ok(())
    }

    /// Writes an object; `false` when it has no members.
    fn object(&self, out: &mut Vec<u8>, object: &'a Object) -> Result<bool, Rejection> {
        out.push(b'{');
        let start = out.len();
        for (key, node) in &object.fields {
            let mark = out.len();
            write_comma(out, start);
            write_key(out, key);
            let written = match node {
                Node::Leaf(row) => self.leaf(out, row)?,
                Node::Object(inner) => self.object(out, inner)?,
            };
            if !written {
                out.truncate(mark);
            }
        }
        if let Some(rest) = &object.rest {
            self.rest(out, start, rest)?;
        }
        out.push(b'}');
        Ok(out.len() > start.saturating_add(1))
    }

    fn leaf(&self, out: &mut Vec<u8>, row: &'a RowPlan) -> Result<bool, Rejection> {
        let (value, from) = self.row_with_source(row)?;
        self.record(|| Entry::Row {
            at: row.span,
            row: row.label.clone(),
            from: from.map(|selector| selector.text.clone()),
            value: value.as_deref().cloned(),
        });
        let Some(value) = value else { return Ok(false) };
        if depth_exceeds(&value, self.depth) {
            return Err(Rejection::new(format!("`{}` is nested more than {} deep", row.label, self.depth)));
        }
        write_value(out, &value);
        Ok(true)
    }

    fn rest(&self, out: &mut Vec<u8>, start: usize, rest: &'a Arc<RestPlan>) -> Result<(), Rejection> {
        for member in self.rest_members(rest)? {
            let outcome = member.sent_as.clone().map_err(LeftOut::text);
            if let Err(LeftOut::Collision) = member.sent_as {
                self.note(format!("`{}` is left out: {}", member.key, LeftOut::Collision.text()));
            }
            if let Ok(name) = &member.sent_as {
                write_comma(out, start);
                write_key(out, name);
                write_value(out, &member.value);
            }
            self.record(|| Entry::Rest { key: member.key.clone(), sent_as: outcome });
        }
        Ok(())
    }
}

fn write_comma(out: &mut Vec<u8>, start: usize) {
    if out.len() > start {
        out.push(b',');
    }
}

fn write_key(out: &mut Vec<u8>, key: &str) {
    write_json(out, &key);
    out.push(b':');
}

fn write_value(out: &mut Vec<u8>, value: &Value) {
    write_json(out, value);
}

fn write_json(out: &mut Vec<u8>, value: &impl serde::Serialize) {
    // Texts and values always have a JSON form, and a vector takes all bytes.
    if serde_json::to_writer(&mut *out, value).is_err() {
        let _ = out.write_all(b"null");
    }
}

/// Whether a value is nested deeper than allowed; looks no deeper than that.
fn depth_exceeds(value: &Value, limit: u32) -> bool {
    let deeper = |inner: &Value| limit == 0 || depth_exceeds(inner, limit.saturating_sub(1));
    match value {
        Value::Array(items) => items.iter().any(deeper),
        Value::Object(members) => members.values().any(deeper),
        _ => false,
    }
}
