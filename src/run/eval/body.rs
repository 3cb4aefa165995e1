//! Bodies: a table's list of things to write goes straight to bytes.

use std::sync::Arc;

use bumpalo::collections::Vec as ArenaVec;

use super::super::trace::Entry;
use super::rest::{LeftOut, RestMember};
use super::standing::Standing;
use super::{Eval, Found, Rejection};
use crate::compile::{BodyPlan, Op, RestPlan, RowPlan, Settled};
use crate::json::{Datum, Sink, Slot, write};
use crate::model::Used;

/// An object that is being written.
#[derive(Clone, Copy)]
struct Open {
    /// Where the output is cut when nothing is in it; `None` for one that is kept.
    cut: Option<usize>,
    /// Where its members begin.
    start: usize,
}

impl<'a> Eval<'a> {
    /// Writes the JSON text of a body.
    pub(crate) fn body(&self, plan: &'a BodyPlan, out: &mut Vec<u8>) -> Result<(), Rejection<'a>> {
        let traced = self.is_traced();
        let mut outer = ArenaVec::new_in(self.arena());
        out.push(b'{');
        let mut open = Open { cut: None, start: out.len() };
        for op in &plan.ops {
            match op {
                Op::Row { gate: Some(slot), .. } if !traced && !self.ground.event.has(*slot) => {}
                Op::Row { key, row, .. } => self.leaf(out, open.start, key, row)?,
                Op::Run { first, rows } => self.run(out, open.start, *first, rows)?,
                Op::Rest(rest) => self.rest(out, open.start, rest)?,
                Op::Open { key, kept } => {
                    outer.push(open);
                    let cut = (!kept).then_some(out.len());
                    write_key(out, open.start, key);
                    out.push(b'{');
                    open = Open { cut, start: out.len() };
                }
                Op::Close => {
                    match open.cut.filter(|_| out.len() == open.start) {
                        Some(cut) => out.truncate(cut),
                        None => out.push(b'}'),
                    }
                    open = outer.pop().unwrap_or(open);
                }
            }
        }
        out.push(b'}');
        Ok(())
    }

    /// Looks for rejections among the rows that depend on no answer, without building anything.
    pub(crate) fn check_rows(&self, ops: &'a [Op]) -> Result<(), Rejection<'a>> {
        for op in ops {
            match op {
                Op::Row { row, .. } if !row.late => drop(self.row(row)?),
                Op::Run { rows, .. } => self.check_rows(rows)?,
                Op::Row { .. } | Op::Rest(_) | Op::Open { .. } | Op::Close => {}
            }
        }
        Ok(())
    }

    /// Writes those of many rows that have a value, or looks at all of them for the trace.
    fn run(&self, out: &mut Vec<u8>, start: usize, first: Slot, rows: &'a [Op]) -> Result<(), Rejection<'a>> {
        let mut result = Ok(());
        let mut write = |distance: usize| {
            if let (Some(Op::Row { key, row, .. }), Ok(())) = (rows.get(distance), &result) {
                result = self.leaf(out, start, key, row);
            }
        };
        if self.is_traced() {
            (0..rows.len()).for_each(&mut write);
        } else {
            self.ground.event.filled(first, rows.len(), &mut write);
        }
        result
    }

    /// Writes a row, if it has a value.
    fn leaf(
        &self,
        out: &mut Vec<u8>,
        start: usize,
        key: &str,
        row: &'a RowPlan,
    ) -> Result<(), Rejection<'a>> {
        let (Settled::Open, None) = (&row.settled, &row.when) else {
            return self.any_leaf(out, start, key, row);
        };
        let slot = match self.standing(row) {
            Standing::In(slot) => slot,
            Standing::Missing => return Ok(()),
            Standing::Unknown => return self.any_leaf(out, start, key, row),
        };
        match self.ground.event.verbatim(slot) {
            Some(text) => {
                write_key(out, start, key);
                out.put(text);
                Ok(())
            }
            None => self.put_leaf(out, start, key, row, self.ground.get(slot)),
        }
    }

    /// The same for a row of any kind, and for the trace.
    #[inline(never)]
    fn any_leaf(
        &self,
        out: &mut Vec<u8>,
        start: usize,
        key: &str,
        row: &'a RowPlan,
    ) -> Result<(), Rejection<'a>> {
        let traced = self.is_traced();
        match &row.settled {
            Settled::Nothing if !traced => return Ok(()),
            Settled::Text(text) if !traced => {
                write_key(out, start, key);
                out.put(text);
                return Ok(());
            }
            Settled::Open | Settled::Nothing | Settled::Text(_) => {}
        }
        let value = if traced { self.row_marked(row)? } else { self.row(row)? };
        if traced {
            self.tell_row(row, value);
        }
        self.put_leaf(out, start, key, row, value)
    }

    #[inline(never)]
    fn put_leaf(
        &self,
        out: &mut Vec<u8>,
        start: usize,
        key: &str,
        row: &RowPlan,
        value: Found<'a>,
    ) -> Result<(), Rejection<'a>> {
        let Some(value) = value else { return Ok(()) };
        self.check_depth(value, &row.label)?;
        write_key(out, start, key);
        write(out, value, self.arena());
        Ok(())
    }

    /// Adds a row to the trace.
    #[cold]
    #[inline(never)]
    fn tell_row(&self, row: &'a RowPlan, value: Found<'a>) {
        self.record(|| Entry::Row {
            at: row.span,
            row: row.label.clone(),
            from: self.winner(row).map(|selector| selector.text.clone()),
            value: value.map(Datum::to_value),
        });
    }

    /// Refuses a value that is nested too deep; `of` is what it would become.
    pub(super) fn check_depth(&self, value: Datum<'a>, of: &str) -> Result<(), Rejection<'a>> {
        let depth = self.depth;
        if value.is_whole() && value.is_deeper_than(depth, self.arena()) {
            return Err(self.reject(format_args!("`{of}` is nested more than {depth} deep")));
        }
        Ok(())
    }

    fn rest(&self, out: &mut Vec<u8>, start: usize, rest: &'a Arc<RestPlan>) -> Result<(), Rejection<'a>> {
        let traced = self.is_traced();
        let before = out.len();
        if !traced && self.write_rest(out, start, rest)? {
            return Ok(());
        }
        out.truncate(before);
        for member in self.rest_members(rest)? {
            if let Ok(sent) = member.sent {
                self.write_member(out, start, rest, member, sent)?;
            }
            if traced || member.made.is_some() {
                self.report(rest, member);
            }
        }
        Ok(())
    }

    /// Tells what became of a member.
    #[cold]
    #[inline(never)]
    pub(super) fn report(&self, rest: &RestPlan, member: &RestMember<'a>) {
        let arena = self.arena();
        let key = member.member.key(arena).written;
        if member.sent.is_err_and(|why| why == LeftOut::Collision) {
            self.note(format!("`{key}` is left out: {}", LeftOut::Collision.text()));
        }
        if member.sent.is_ok() {
            self.mark(rest.span, Used::Sent);
        }
        self.record(|| Entry::Rest {
            key: key.to_owned(),
            sent_as: match member.sent {
                Ok(_) => Ok(member.sent_as(rest, arena).written.to_owned()),
                Err(why) => Err(why.text()),
            },
        });
    }
}

/// Writes a key, with its comma unless it is the first of its object.
#[inline]
fn write_key(out: &mut Vec<u8>, start: usize, key: &str) {
    let is_first = out.len() == start;
    out.put(key.get(usize::from(is_first)..).unwrap_or(key));
}
