//! What names mean inside one flow.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::budget::Budget;
use super::plan::{RestPlan, RowPlan};
use crate::diag::{Code, Diagnostics, Span, listed, nearest, quoted};
use crate::json::Slot;
use crate::json::capture::Paths;
use crate::model::{Flow, Mapping, Row, Step, Text};

/// What a bare `$.` reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bare {
    Event,
    Reply,
}

/// Where a selector stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) bare: Bare,
    /// `$item` has a meaning.
    pub(super) item: bool,
    /// Name of the loop's element.
    pub(super) variable: Option<&'a str>,
}

impl Place<'_> {
    pub(super) const EVENT: Place<'static> = Place { bare: Bare::Event, item: false, variable: None };

    pub(super) fn in_reply(self) -> Self {
        Place { bare: Bare::Reply, ..self }
    }

    pub(super) fn with_item(self) -> Self {
        Place { item: true, ..self }
    }
}

/// Longest chain of names, or of rests, that are made from each other. Runs follow it by recursion.
const MOST_CHAIN: usize = 64;

/// Most declared words that an unknown one is compared with.
const MOST_COMPARED: usize = 1_000;

/// Most names that are made anew to make one name.
const MOST_READS: usize = 1_000;

/// Compiles the parts of one flow (or, without a flow, of the service).
pub(super) struct Resolver<'m, 'r> {
    pub(super) mapping: &'m Mapping,
    pub(super) found: &'r mut Diagnostics,
    pub(super) budget: &'r mut Budget,
    pub(super) paths: &'r mut Paths,
    flow: Option<&'m Flow>,
    pub(super) names: Vec<RowPlan>,
    /// For each of `names`, the slots that its value may stand in.
    pub(super) landings: Vec<Vec<Slot>>,
    /// How many names are made to make each of `names`, itself included.
    costs: Vec<usize>,
    /// The cost so far of the name that is being made; `None` outside of names.
    spent: Option<usize>,
    name_slots: BTreeMap<String, Progress>,
    pub(super) rests: Vec<Arc<RestPlan>>,
    rest_slots: BTreeMap<String, Progress>,
    /// Slots of `step.output`, in the order in which steps are compiled.
    pub(super) outputs: Vec<Arc<str>>,
    /// Step names of the flow, compiled yet or not.
    step_names: Vec<String>,
    /// Names of the elements of the flow's loops.
    loop_names: Vec<String>,
    /// Steps that have been compiled.
    pub(super) begun_steps: Vec<Text>,
    /// The step that is being compiled.
    pub(super) current_step: Option<String>,
    /// Names and rests that are being compiled.
    depth: usize,
}

/// How far the compilation of a shared thing has come.
#[derive(Clone, Copy, Debug)]
enum Progress {
    Begun,
    Done(usize),
    Failed,
}

impl<'m, 'r> Resolver<'m, 'r> {
    pub(super) fn new(
        mapping: &'m Mapping,
        flow: Option<&'m Flow>,
        paths: &'r mut Paths,
        budget: &'r mut Budget,
        found: &'r mut Diagnostics,
    ) -> Self {
        let (step_names, loop_names) =
            flow.map(|flow| super::flows::names_of(mapping, &flow.steps)).unwrap_or_default();
        Resolver {
            mapping,
            found,
            budget,
            paths,
            flow,
            names: Vec::new(),
            landings: Vec::new(),
            costs: Vec::new(),
            spent: None,
            name_slots: BTreeMap::new(),
            rests: Vec::new(),
            rest_slots: BTreeMap::new(),
            outputs: Vec::new(),
            step_names,
            loop_names,
            begun_steps: Vec::new(),
            current_step: None,
            depth: 0,
        }
    }

    /// Whether a name may have been declared in a part of the file that could not be read.
    pub(super) fn may_be_declared(&self, section: &str, name: &str) -> bool {
        self.mapping.unread.covers(section, name)
    }

    /// "Did you mean": advice about an unknown word, where `shown` says how a near one is written.
    pub(super) fn advice<'a>(
        &self,
        word: &str,
        known: impl Iterator<Item = &'a str>,
        shown: impl Fn(&str) -> String,
        otherwise: &str,
    ) -> String {
        let near = if self.found.is_crowded() { None } else { nearest(word, known.take(MOST_COMPARED)) };
        near.map_or_else(|| otherwise.to_owned(), |near| format!("did you mean {}?", quoted(&shown(near))))
    }

    /// Reports something that is not declared, unless its declaration could not be read.
    pub(super) fn unknown(&mut self, section: &str, name: &str, span: Span, message: String, help: String) {
        if !self.may_be_declared(section, name) {
            self.found.error(Code::UNKNOWN_REFERENCE, span, message).help(help);
        }
    }

    /// Goes one name deeper; `false`, with a finding, when that is too deep.
    fn enter(&mut self, span: Span) -> bool {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MOST_CHAIN {
            let message = format!("more than {MOST_CHAIN} names are made from each other in a row");
            self.found.error(Code::LIMIT, span, message).help("read the value from the event itself");
        }
        self.depth <= MOST_CHAIN
    }

    /// The slot of a declared name; compiles it when it is used for the first time.
    pub(super) fn name(&mut self, text: &Text, name: &str, place: Place<'_>) -> Option<usize> {
        match self.name_slots.get(name) {
            Some(Progress::Done(slot)) => {
                let slot = *slot;
                self.spend(text, slot);
                return Some(slot);
            }
            Some(Progress::Failed) => return None,
            Some(Progress::Begun) => {
                let message = format!("{} is made from itself", quoted(&format!("${name}")));
                self.found
                    .error(Code::CYCLE, text.span, message)
                    .help("take the event's own path instead of the name");
                return None;
            }
            None => {}
        }
        let Some(row) = self.declared(name) else {
            self.unknown_name(text, name, place);
            return None;
        };
        self.name_slots.insert(name.into(), Progress::Begun);
        let outer = self.spent.replace(1);
        let compiled = if self.enter(text.span) { self.row(row, "names", Place::EVENT) } else { None };
        self.depth = self.depth.saturating_sub(1);
        let progress = compiled.map_or(Progress::Failed, |row| {
            self.landings.push(self.row_slots(&row));
            self.names.push(row);
            self.costs.push(self.spent.unwrap_or(1));
            Progress::Done(self.names.len().saturating_sub(1))
        });
        self.spent = outer;
        self.name_slots.insert(name.into(), progress);
        match progress {
            Progress::Done(slot) => {
                self.spend(text, slot);
                Some(slot)
            }
            Progress::Begun | Progress::Failed => None,
        }
    }

    /// Counts what reading a name costs: a name is made anew wherever it is read.
    fn spend(&mut self, text: &Text, slot: usize) {
        let Some(before) = self.spent else { return };
        let after = before.saturating_add(self.costs.get(slot).copied().unwrap_or(0));
        // Too much is told once; whoever reads such a name is no worse for it.
        self.spent = Some(if after > MOST_READS { 1 } else { after });
        if before <= MOST_READS && after > MOST_READS {
            let message = format!("reading this name means making more than {MOST_READS} names");
            let help = "names are made from names too often: read the event's own paths";
            self.found.error(Code::LIMIT, text.span, message).help(help);
        }
    }

    /// A name as the flow declares it, else as the file does.
    fn declared(&self, name: &str) -> Option<&'m Row> {
        let of_flow = self.flow.map_or(&[] as &[Row], |flow| flow.names.as_slice());
        of_flow.iter().chain(&self.mapping.names).find(|row| row.name.text == name)
    }

    fn unknown_name(&mut self, text: &Text, name: &str, place: Place<'_>) {
        let help = if name == "item" {
            "`$item` has a meaning beside `each:` only".into()
        } else if self.loop_names.iter().any(|known| known == name) {
            format!("`${name}` has a meaning only inside the step whose `for_each:` names it")
        } else {
            let of_flow = self.flow.map_or(&[] as &[Row], |flow| flow.names.as_slice());
            let known = of_flow.iter().chain(&self.mapping.names).map(|row| row.name.text.as_str());
            let built_in = ["config", "steps", "members", "flow"].into_iter().chain(place.variable);
            let bare = if place.bare == Bare::Event { "event" } else { "reply" };
            let otherwise =
                format!("a key of the {bare} is written `$.{name}`; a name is declared under `names:`");
            self.advice(name, known.chain(built_in), |near| format!("${near}"), &otherwise)
        };
        self.unknown(
            "names",
            name,
            text.span,
            format!("there is no name {}", quoted(&format!("${name}"))),
            help,
        );
    }

    /// The slot of an output of an earlier step.
    pub(super) fn output(&mut self, text: &Text, step: &str, output: &str) -> Option<usize> {
        let wanted = format!("{step}.{output}");
        if let Some(slot) = self.outputs.iter().position(|known| **known == *wanted) {
            return Some(slot);
        }
        let known = quoted(step);
        let is_begun = self.begun_steps.iter().any(|begun| begun.text == step);
        if self.may_be_declared("give", output) {
            return None;
        } else if !self.step_names.iter().any(|known| known == step) {
            let names = self.step_names.iter().map(String::as_str);
            let help = self.advice(
                step,
                names,
                |near| format!("$steps.{near}.{output}"),
                "steps are named under `steps:`",
            );
            self.unknown("steps", step, text.span, format!("there is no step {known} in this flow"), help);
        } else if self.current_step.as_deref() == Some(step) && !is_begun {
            let help = "a step reads what the steps before it gave; its own reply is `$.…` under `give:` and `errors:`";
            self.found
                .error(Code::LATER_STEP, text.span, format!("step {known} reads its own output"))
                .help(help);
        } else if !is_begun {
            let message = format!("step {known} has not run yet at this point");
            let help =
                format!("a step reads what the steps before it gave: move {known} in front of this one");
            self.found.error(Code::LATER_STEP, text.span, message).help(help);
        } else {
            let given = self.given(step);
            let help = if given.is_empty() {
                format!("add `give: {{{output}: $.…}}` to {known}")
            } else {
                let otherwise = format!("it gives {}", listed(&given));
                self.advice(output, given.iter().copied(), |near| format!("$steps.{step}.{near}"), &otherwise)
            };
            let message = format!("step {known} gives no {}", quoted(output));
            self.unknown("give", output, text.span, message, help);
        }
        None
    }

    /// What a step gives, so far.
    pub(super) fn given(&self, step: &str) -> Vec<&str> {
        self.outputs.iter().filter_map(|known| known.strip_prefix(step)?.strip_prefix('.')).collect()
    }

    /// Declares the outputs of a step; the same output of `find` and `create` is one slot.
    pub(super) fn declare(&mut self, step: &str, output: &str) -> usize {
        let name = format!("{step}.{output}");
        self.outputs.iter().position(|known| **known == *name).unwrap_or_else(|| {
            self.outputs.push(Arc::from(name));
            self.outputs.len().saturating_sub(1)
        })
    }

    /// The slot of what a table's rest would send.
    pub(super) fn rest_of(&mut self, text: &Text, table: &str) -> Option<usize> {
        match self.rest_slots.get(table) {
            Some(Progress::Done(slot)) => return Some(*slot),
            Some(Progress::Begun) => {
                let message = format!("the members of {} are made from themselves", quoted(table));
                let help =
                    "they are what the rows and the rest of the table write, so no row of it can read them";
                self.found.error(Code::CYCLE, text.span, message).help(help);
                return None;
            }
            Some(Progress::Failed) => return None,
            None => {}
        }
        self.rest_slots.insert(table.into(), Progress::Begun);
        let rest = if self.enter(text.span) { self.declared_rest(text, table) } else { None };
        self.depth = self.depth.saturating_sub(1);
        let progress = rest.map_or(Progress::Failed, |rest| {
            self.rests.push(Arc::new(rest));
            Progress::Done(self.rests.len().saturating_sub(1))
        });
        self.rest_slots.insert(table.into(), progress);
        match progress {
            Progress::Done(slot) => Some(slot),
            Progress::Begun | Progress::Failed => None,
        }
    }

    fn declared_rest(&mut self, text: &Text, table: &str) -> Option<RestPlan> {
        let declared = self.table(text, table)?;
        let Some(rest) = &declared.rest else {
            let message = format!("table {} has no rest", quoted(table));
            self.unknown(
                "rest",
                "rest",
                text.span,
                message,
                "add `rest: {of: $.traits, into: …}` to the table".into(),
            );
            return None;
        };
        let rows: Option<Vec<RowPlan>> = declared
            .rows
            .iter()
            .filter(|row| !mentions_steps(row))
            .map(|row| self.row(row, table, Place::EVENT))
            .collect();
        self.rest(rest, &rows?)
    }

    /// A declared table.
    pub(super) fn table(&mut self, text: &Text, name: &str) -> Option<&'m crate::model::Table> {
        let tables = &self.mapping.tables;
        let table = tables.iter().find(|table| table.name.text == name).map(|table| &table.item);
        if table.is_none() {
            let names = tables.iter().map(|table| table.name.text.as_str());
            let help = self.advice(name, names, str::to_owned, "declare it under `tables:`");
            self.unknown("tables", name, text.span, format!("there is no table {}", quoted(name)), help);
        }
        table
    }

    /// A declared part.
    pub(super) fn part(&mut self, name: &Text) -> Option<&'m [Step]> {
        let parts = &self.mapping.parts;
        let part = parts.iter().find(|part| part.name.text == name.text).map(|part| part.item.as_slice());
        if part.is_none() {
            let names = parts.iter().map(|part| part.name.text.as_str());
            let help = self.advice(&name.text, names, str::to_owned, "declare it under `parts:`");
            self.unknown(
                "parts",
                &name.text,
                name.span,
                format!("there is no part {}", quoted(&name.text)),
                help,
            );
        }
        part
    }

    /// Whether this is a flow, not the service.
    pub(super) fn has_flow(&self) -> bool {
        self.flow.is_some()
    }

    pub(super) fn has_step(&self, name: &str) -> bool {
        self.step_names.iter().any(|known| known == name)
    }

    pub(super) fn step_names(&self) -> &[String] {
        &self.step_names
    }
}

/// A row that reads the answers of steps cannot read the object that the rest is made of.
fn mentions_steps(row: &Row) -> bool {
    matches!(&row.source, crate::model::Source::From(selectors) if selectors.iter().all(|text| text.text.starts_with("$steps.")))
}
