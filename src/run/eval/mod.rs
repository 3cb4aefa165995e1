//! Evaluates rows, conditions and bodies of a plan against an event, settings, outputs and replies.
//!
//! Values are looked at where they stand; what is made on the way lies in the arena. With a recorder that is on, the
//! same evaluation leaves a trace.

mod body;
mod conditions;
mod examined;
mod imagined;
mod marks;
mod names;
mod pending;
mod query;
mod rest;
mod rows;
mod standing;

use std::cell::RefCell;
use std::fmt::Arguments;
use std::sync::Arc;

use bumpalo::collections::Vec as ArenaVec;
use serde_json::Value;

use super::notes::Notes;
use super::trace::{Entry, Trace};
use crate::compile::{FlowPlan, Path, Reach, ReasonPlan, RestPlan, Root, Selector};
use crate::json::capture::{Captured, Paths};
use crate::json::{Arena, Datum, Slot, Text, formatted};
use crate::model::Blame;
pub(super) use names::Names;
use standing::Standing;

/// The event cannot be mapped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rejection<'a>(&'a Reason<'a>);

#[derive(Clone, Copy, Debug)]
struct Reason<'a> {
    why: &'a str,
    cause: Cause,
    blame: Blame,
}

/// What kind of rejection it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// A value is missing or unfit.
    Unfit,
    /// There are several values where there must be one.
    Ambiguous,
    /// Nobody can tell before the destination has answered: the event is not bad at all.
    Pending,
}

impl<'a> Rejection<'a> {
    /// Why, in one sentence without personal data.
    pub(crate) fn why(self) -> &'a str {
        self.0.why
    }

    /// What is to blame.
    pub(crate) fn blame(self) -> Blame {
        self.0.blame
    }

    /// The same with something else to blame.
    #[cold]
    pub(crate) fn blaming(self, blame: Blame, eval: &Eval<'a>) -> Self {
        Rejection(eval.arena().alloc(Reason { blame, ..*self.0 }))
    }

    /// There are several values where there must be one; more than a missing or unfit value, it is a decision.
    pub(crate) fn is_ambiguous(self) -> bool {
        self.0.cause == Cause::Ambiguous
    }

    /// It depends on a value that a plan does not know yet.
    pub(crate) fn is_pending(self) -> bool {
        self.0.cause == Cause::Pending
    }
}

/// A value that was found.
pub(crate) type Found<'a> = Option<Datum<'a>>;

/// Keeps the trace and the notes of a run.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    pub(crate) trace: Trace,
    pub(crate) notes: Notes,
    /// Entries are made.
    pub(crate) on: bool,
    /// Uses are counted as well.
    pub(crate) marks: bool,
}

/// What an evaluation stands on: an event that has been looked through, and memory for what is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ground<'a> {
    pub(crate) event: Captured<'a>,
    pub(crate) arena: &'a Arena,
}

impl<'a> Ground<'a> {
    /// The value in a slot.
    #[inline]
    pub(crate) fn get(&self, slot: Slot) -> Found<'a> {
        self.event.get(slot, self.arena)
    }
}

/// All that an evaluation may read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Eval<'a> {
    pub(crate) ground: Ground<'a>,
    pub(crate) settings: &'a [Option<Value>],
    pub(crate) flow: &'a str,
    pub(super) names: Names<'a>,
    pub(crate) rests: &'a [Arc<RestPlan>],
    pub(crate) outputs: &'a [Option<Value>],
    /// Pages of the reply at hand.
    pub(crate) replies: &'a [Arc<Value>],
    /// Element of `each`.
    pub(crate) item: Option<Datum<'a>>,
    /// Element of `for_each`.
    pub(crate) variable: Option<Datum<'a>>,
    pub(crate) recorder: Option<&'a RefCell<Recorder>>,
    /// The recorder makes entries.
    pub(super) traced: bool,
    /// Some outputs are known only once the run is made in earnest.
    pub(crate) pending: bool,
    /// It makes entries or counts uses: what is made once for all who read it is made each time.
    pub(super) watched: bool,
    /// Deepest nesting of a value that is sent.
    pub(crate) depth: u32,
}

impl<'a> Eval<'a> {
    /// Sees settings and nothing else.
    pub(crate) fn of_settings(settings: &'a [Option<Value>], arena: &'a Arena) -> Self {
        Eval {
            ground: Ground { event: Captured::NOTHING, arena },
            settings,
            flow: "",
            names: Names::default(),
            rests: &[],
            outputs: &[],
            replies: &[],
            item: None,
            variable: None,
            recorder: None,
            traced: false,
            pending: false,
            watched: false,
            depth: u32::MAX,
        }
    }

    /// Sees what a flow sees before its first step.
    pub(crate) fn of_flow(
        flow: &'a FlowPlan,
        ground: Ground<'a>,
        settings: &'a [Option<Value>],
        recorder: &'a RefCell<Recorder>,
        depth: u32,
    ) -> Self {
        Eval {
            ground,
            flow: &flow.name,
            names: Names::new(&flow.names, ground.arena),
            rests: &flow.rests,
            recorder: Some(recorder),
            traced: recorder.borrow().on,
            watched: recorder.borrow().on,
            depth,
            ..Eval::of_settings(settings, ground.arena)
        }
    }

    pub(crate) fn arena(&self) -> &'a Arena {
        self.ground.arena
    }

    /// The same evaluation without a trace.
    pub(crate) fn quiet(&self) -> Self {
        Eval { recorder: None, traced: false, watched: false, ..*self }
    }

    /// A trace is kept.
    pub(crate) fn is_traced(&self) -> bool {
        self.traced
    }

    /// Adds an entry to the trace, when one is kept.
    #[inline]
    pub(crate) fn record(&self, entry: impl FnOnce() -> Entry) {
        if self.traced
            && let Some(recorder) = self.recorder
        {
            let entry = entry();
            recorder.borrow_mut().trace.entries.push(entry);
        }
    }

    /// What a piece of work adds to the trace, kept apart from it; when the work ends badly, it stays in the trace.
    pub(crate) fn recorded_apart<E>(&self, work: impl FnOnce() -> Result<(), E>) -> Result<Vec<Entry>, E> {
        let Some(recorder) = self.recorder.filter(|_| self.is_traced()) else {
            return work().map(|()| Vec::new());
        };
        let n_before = recorder.borrow().trace.entries.len();
        work()?;
        Ok(recorder.borrow_mut().trace.entries.split_off(n_before))
    }

    /// The trace so far.
    pub(super) fn recorded(&self) -> Vec<Entry> {
        self.recorder.map(|recorder| recorder.borrow().trace.entries.clone()).unwrap_or_default()
    }

    /// Adds a note for the user.
    pub(crate) fn note(&self, note: String) {
        if let Some(recorder) = self.recorder {
            recorder.borrow_mut().notes.add(note);
        }
    }

    /// A rejection with a text of the mapping.
    #[cold]
    #[inline(never)]
    pub(crate) fn reject_because(&self, why: &'a str) -> Rejection<'a> {
        Rejection(self.arena().alloc(Reason { why, cause: Cause::Unfit, blame: Blame::Event }))
    }

    /// A rejection with a text of its own.
    #[cold]
    #[inline(never)]
    pub(crate) fn reject(&self, why: Arguments<'_>) -> Rejection<'a> {
        self.reject_because(formatted(why, self.arena()))
    }

    /// The same, for there are several values where there must be one.
    #[cold]
    #[inline(never)]
    pub(crate) fn reject_many(&self, why: Arguments<'_>) -> Rejection<'a> {
        let why = formatted(why, self.arena());
        Rejection(self.arena().alloc(Reason { why, cause: Cause::Ambiguous, blame: Blame::Event }))
    }

    /// Words for people; where none can be made, the name of what they were to be.
    #[cold]
    #[inline(never)]
    pub(crate) fn reason(&self, plan: &'a ReasonPlan) -> &'a str {
        match plan {
            ReasonPlan::Text(text) => text,
            ReasonPlan::Row(row) => match self.quiet().row(row) {
                Ok(Some(value)) => value.scalar_text(self.arena()).unwrap_or(&row.label),
                Ok(None) | Err(_) => &row.label,
            },
        }
    }

    /// The one node that a selector leads to.
    #[inline]
    pub(crate) fn one(&self, selector: &'a Selector) -> Result<Found<'a>, Rejection<'a>> {
        match self.standing_of(selector) {
            Standing::In(slot) => Ok(self.ground.get(slot)),
            Standing::Missing => Ok(None),
            Standing::Unknown => self.one_from_afar(selector),
        }
    }

    pub(super) fn one_from_afar(&self, selector: &'a Selector) -> Result<Found<'a>, Rejection<'a>> {
        match &selector.reach {
            Reach::Slot(slot, path) => Ok(self.ground.get(*slot).and_then(|datum| self.below(datum, path))),
            Reach::Via(name, pairs) => {
                let Some(datum) = self.name(*name)? else { return Ok(None) };
                let pair = pairs.iter().find(|(from, _)| Some(*from) == datum.slot());
                Ok(match pair {
                    Some((_, slot)) => self.ground.get(*slot),
                    None => self.below(datum, &selector.path),
                })
            }
            Reach::Name(name) => self.name(*name),
            Reach::Root => self.at_root(selector),
        }
    }

    fn at_root(&self, selector: &'a Selector) -> Result<Found<'a>, Rejection<'a>> {
        match &selector.path {
            Path::Query(_) => Ok(self.all(selector)?.first().copied()),
            Path::Walk(walk) if selector.root == Root::Reply => {
                Ok(self.replies.iter().find_map(|page| walk.find(Datum::of(page), self.arena())))
            }
            path @ Path::Walk(_) => Ok(self.root(selector.root)?.and_then(|datum| self.below(datum, path))),
        }
    }

    fn below(&self, datum: Datum<'a>, path: &'a Path) -> Found<'a> {
        if self.is_open(datum) {
            return Some(datum);
        }
        match path {
            Path::Walk(walk) => walk.find(datum, self.arena()),
            Path::Query(query) => self.query(datum, query).first().copied(),
        }
    }

    /// All nodes that a selector matches, over all pages of a reply.
    pub(crate) fn all(&self, selector: &'a Selector) -> Result<&'a [Datum<'a>], Rejection<'a>> {
        let (path, starts) = match &selector.reach {
            Reach::Slot(slot, path) => (path, self.listed(self.ground.get(*slot))),
            _ if selector.root == Root::Reply => (&selector.path, self.listed(self.pages())),
            _ => (&selector.path, self.listed(self.root(selector.root)?)),
        };
        let mut nodes = ArenaVec::new_in(self.arena());
        for start in starts {
            if self.is_open(*start) {
                nodes.push(*start);
                continue;
            }
            match path {
                Path::Walk(walk) => nodes.extend(walk.find(*start, self.arena())),
                Path::Query(query) => nodes.extend_from_slice(self.query(*start, query)),
            }
        }
        Ok(nodes.into_bump_slice())
    }

    fn pages(&self) -> impl Iterator<Item = Datum<'a>> + use<'a> {
        self.replies.iter().map(|page| Datum::of(page))
    }

    fn listed(&self, data: impl IntoIterator<Item = Datum<'a>>) -> &'a [Datum<'a>] {
        let mut list = ArenaVec::new_in(self.arena());
        list.extend(data);
        list.into_bump_slice()
    }

    fn root(&self, root: Root) -> Result<Found<'a>, Rejection<'a>> {
        let of = |values: &'a [Option<Value>], index: usize| {
            values.get(index).and_then(Option::as_ref).map(Datum::of)
        };
        Ok(match root {
            Root::Event => self.ground.get(Paths::EVENT),
            Root::Reply => self.pages().next(),
            Root::Setting(index) => of(self.settings, index),
            Root::Output(slot) => of(self.outputs, slot),
            Root::Item => self.item,
            Root::Loop => self.variable,
            Root::Flow => Some(Datum::Text(Text::plain(self.flow))),
            Root::Name(name) => return self.name(name),
            Root::Rest(slot) => match self.rests.get(slot) {
                Some(rest) => Some(self.members(rest)?),
                None => None,
            },
        })
    }
}
