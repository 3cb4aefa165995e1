//! What names mean inside one flow.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::plan::{RestPlan, RowPlan};
use crate::diag::{Code, Diagnostics, nearest};
use crate::model::{Call, Flow, Mapping, Request, Row, Step, Text};

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

/// Compiles the parts of one flow (or, without a flow, of the service).
pub(super) struct Resolver<'m, 'r> {
    pub(super) mapping: &'m Mapping,
    pub(super) found: &'r mut Diagnostics,
    flow: Option<&'m Flow>,
    pub(super) names: Vec<RowPlan>,
    name_slots: BTreeMap<String, Progress>,
    pub(super) rests: Vec<Arc<RestPlan>>,
    rest_slots: BTreeMap<String, Progress>,
    /// Slots of `step.output`, in the order in which steps are compiled.
    pub(super) outputs: Vec<Arc<str>>,
    /// Step names of the flow, compiled yet or not.
    step_names: Vec<String>,
}

/// How far the compilation of a shared thing has come.
#[derive(Clone, Copy, Debug)]
enum Progress {
    Begun,
    Done(usize),
    Failed,
}

impl<'m, 'r> Resolver<'m, 'r> {
    pub(super) fn new(mapping: &'m Mapping, flow: Option<&'m Flow>, found: &'r mut Diagnostics) -> Self {
        let mut step_names = Vec::new();
        collect_names(mapping, flow.map_or(&[], |flow| flow.steps.as_slice()), &mut step_names, 0);
        Resolver {
            mapping,
            found,
            flow,
            names: Vec::new(),
            name_slots: BTreeMap::new(),
            rests: Vec::new(),
            rest_slots: BTreeMap::new(),
            outputs: Vec::new(),
            step_names,
        }
    }

    /// The slot of a declared name; compiles it when it is used for the first time.
    pub(super) fn name(&mut self, text: &Text, name: &str, place: Place<'_>) -> Option<usize> {
        match self.name_slots.get(name) {
            Some(Progress::Done(slot)) => return Some(*slot),
            Some(Progress::Failed) => return None,
            Some(Progress::Begun) => {
                let message = format!("`${name}` is made from itself");
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
        let compiled = self.row(row, "names", Place::EVENT);
        let progress = compiled.map_or(Progress::Failed, |row| {
            self.names.push(row);
            Progress::Done(self.names.len().saturating_sub(1))
        });
        self.name_slots.insert(name.into(), progress);
        match progress {
            Progress::Done(slot) => Some(slot),
            Progress::Begun | Progress::Failed => None,
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
        } else {
            let of_flow = self.flow.map_or(&[] as &[Row], |flow| flow.names.as_slice());
            let known = of_flow.iter().chain(&self.mapping.names).map(|row| row.name.text.as_str());
            let built_in = ["config", "steps", "rest", "flow"].into_iter().chain(place.variable);
            nearest(name, known.chain(built_in)).map_or_else(
                || format!("a key of the event is `$.{name}`; a name is declared under `names:`"),
                |near| format!("did you mean `${near}`?"),
            )
        };
        self.found
            .error(Code::UNKNOWN_REFERENCE, text.span, format!("there is no name `${name}`"))
            .help(help);
    }

    /// The slot of an output of an earlier step.
    pub(super) fn output(&mut self, text: &Text, step: &str, output: &str) -> Option<usize> {
        let wanted = format!("{step}.{output}");
        if let Some(slot) = self.outputs.iter().position(|known| **known == *wanted) {
            return Some(slot);
        }
        let prefix = format!("{step}.");
        let given: Vec<&str> = self.outputs.iter().filter_map(|known| known.strip_prefix(&prefix)).collect();
        let (code, message, help) = if !given.is_empty() {
            let near = nearest(output, given.iter().copied()).unwrap_or("").to_owned();
            let help = if near.is_empty() {
                format!("it gives {}", given.join(", "))
            } else {
                format!("did you mean `{near}`?")
            };
            (Code::UNKNOWN_REFERENCE, format!("step `{step}` gives no `{output}`"), help)
        } else if self.step_names.iter().any(|known| known == step) {
            let message = format!("step `{step}` has given nothing yet at this point");
            (Code::LATER_STEP, message, format!("move `{step}` in front of this step, or add `give:` to it"))
        } else {
            let near = nearest(step, self.step_names.iter().map(String::as_str));
            let help = near.map_or_else(
                || "steps are named under `steps:`".into(),
                |near| format!("did you mean `$steps.{near}`?"),
            );
            (Code::UNKNOWN_REFERENCE, format!("there is no step `{step}` in this flow"), help)
        };
        self.found.error(code, text.span, message).help(help);
        None
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
                let message = format!("the rest of `{table}` is made from itself");
                self.found.error(Code::CYCLE, text.span, message);
                return None;
            }
            Some(Progress::Failed) => return None,
            None => {}
        }
        self.rest_slots.insert(table.into(), Progress::Begun);
        let rest = self.table(text, table).and_then(|declared| {
            if declared.rest.is_none() {
                let message = format!("table `{table}` has no `rest:`");
                self.found.error(Code::UNKNOWN_REFERENCE, text.span, message);
            }
            let rest = declared.rest.as_ref()?;
            let rows: Option<Vec<RowPlan>> = declared
                .rows
                .iter()
                .filter(|row| !mentions_steps(row))
                .map(|row| self.row(row, table, Place::EVENT))
                .collect();
            self.rest(rest, &rows?)
        });
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

    /// A declared table.
    pub(super) fn table(&mut self, text: &Text, name: &str) -> Option<&'m crate::model::Table> {
        let tables = &self.mapping.tables;
        let table = tables.iter().find(|table| table.name.text == name).map(|table| &table.item);
        if table.is_none() {
            let near = nearest(name, tables.iter().map(|table| table.name.text.as_str()));
            let help = near.map_or_else(
                || "declare it under `tables:`".into(),
                |near| format!("did you mean `{near}`?"),
            );
            self.found
                .error(Code::UNKNOWN_REFERENCE, text.span, format!("there is no table `{name}`"))
                .help(help);
        }
        table
    }

    /// A declared part.
    pub(super) fn part(&mut self, name: &Text) -> Option<&'m [Step]> {
        let parts = &self.mapping.parts;
        let part = parts.iter().find(|part| part.name.text == name.text).map(|part| part.item.as_slice());
        if part.is_none() {
            let near = nearest(&name.text, parts.iter().map(|part| part.name.text.as_str()));
            let help = near
                .map_or_else(|| "declare it under `parts:`".into(), |near| format!("did you mean `{near}`?"));
            self.found
                .error(Code::UNKNOWN_REFERENCE, name.span, format!("there is no part `{}`", name.text))
                .help(help);
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

/// Names of all steps, those of parts included. Parts that use themselves end at a depth that no sane file has.
fn collect_names(mapping: &Mapping, steps: &[Step], names: &mut Vec<String>, depth: usize) {
    for step in steps {
        match step {
            Step::Call { name, .. } => names.push(name.text.clone()),
            Step::Use { part, .. } if depth < 8 => {
                let part = mapping.parts.iter().find(|known| known.name.text == part.text);
                collect_names(
                    mapping,
                    part.map_or(&[], |part| part.item.as_slice()),
                    names,
                    depth.saturating_add(1),
                );
            }
            Step::Use { .. } | Step::Stop { .. } | Step::Skip { .. } | Step::Reject { .. } => {}
        }
    }
}

/// All requests of a call.
pub(super) fn requests_of(call: &Call) -> Vec<&Request> {
    match call {
        Call::Request(request) => vec![request],
        Call::Ensure { find, create } => find.iter().chain(std::iter::once(create)).collect(),
    }
}
