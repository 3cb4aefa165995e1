//! Guesses at inputs that make happen what a finding says: an event and settings.
//!
//! In: a finding of a rule. Out: inputs and what each of them is to show. A guess may be wrong, so whoever shows one
//! tries it first; rules that have proven that something never happens have no such input.

mod input;
mod sample;

use serde_json::{Map, Value};

use super::path::Path;
use super::scope::{Scope, requests_of};
use super::walk::{Owner, Site, Spot};
use crate::diag::{Code, Diagnostic, Span};
use crate::model::{Mapping, Row, Source, Step};
use crate::source::Document;
use input::Input;

/// Ways that are tried for each flow, where a choice is to be made on the way.
const WAYS: usize = 4;

/// What an input is to show.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// The event is rejected with these words in the reason.
    Rejected(String),
    /// The setting of this name is refused.
    Refused(String),
    /// Both flows would take the event.
    TakenTwice(String, String),
    /// The row that stands there gives this value.
    Gives(Span, Value),
    /// The event is delivered without a request.
    Unsent,
    /// This text gets into the address of a request.
    InAddress(String),
}

/// An input, and what it is to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspicion {
    /// The event.
    pub event: Value,
    /// The settings.
    pub config: Map<String, Value>,
    /// What they are to show.
    pub claim: Claim,
}

/// How the inputs for the findings of a rule are guessed.
type Guess = for<'s, 'm> fn(&'s Scope<'m>, &Diagnostic) -> Vec<Suspicion>;

/// The rules whose findings may be shown by an input.
const GUESSES: [(Code, Guess); 10] = [
    (Code::OVERLAPPING_FLOWS, overlapping_flows),
    (Code::IMPOSSIBLE_CAST, impossible_cast),
    (Code::DEFAULT_TYPE, default_type),
    (Code::INCOMPLETE_MAP, incomplete_map),
    (Code::PERSONAL_DATA_IN_URL, personal_data),
    (Code::REFUSED_DEFAULT, refused_default),
    (Code::UNGUARDED_OUTPUT, needed_output),
    (Code::UNREQUIRED_OUTPUT, unrequired_output),
    (Code::SILENT_DELIVERY, silent_delivery),
    (Code::UNCOVERED_EVENTS, uncovered_events),
];

/// Inputs that may show what a finding says.
#[must_use]
pub fn suspicions(document: &Document, mapping: &Mapping, found: &Diagnostic) -> Vec<Suspicion> {
    let guess = GUESSES.iter().find(|(code, _)| *code == found.code);
    guess.map(|(_, guess)| guess(&Scope::new(mapping, document, None), found)).unwrap_or_default()
}

/// An input for each flow and each way, made by `make`.
fn inputs<'s, 'm>(
    scope: &'s Scope<'m>,
    flows: &[usize],
    claim: &Claim,
    make: impl Fn(&mut Input<'s, 'm>, usize),
) -> Vec<Suspicion> {
    let ways = flows.iter().flat_map(|flow| (0..WAYS).map(move |way| (*flow, way)));
    let mut all: Vec<Suspicion> = Vec::new();
    for (flow, way) in ways {
        let mut input = Input::new(scope, flow, way);
        make(&mut input, flow);
        let one = Suspicion { event: input.event, config: input.config, claim: claim.clone() };
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

/// Whether a step makes a row that stands at a site.
fn makes(site: Site<'_>, step: &Step) -> bool {
    let Step::Call { name, call, .. } = step else { return false };
    match (site.step, site.owner) {
        (Some(wanted), _) => wanted.text == name.text,
        (None, Owner::Table(table)) => {
            let mut bodies = requests_of(call).into_iter().filter_map(|request| request.body.as_ref());
            bodies.any(|body| body.table.text == table.name.text)
        }
        _ => false,
    }
}

/// The row with a candidate that stands at a place.
fn row_reading<'m>(scope: &Scope<'m>, at: Span) -> Option<(&'m Row, Spot, Site<'m>)> {
    let reads = |row: &Row| match &row.source {
        Source::From(from) | Source::Each { from, .. } => from.iter().any(|text| text.span == at),
        _ => false,
    };
    scope.flat.rows.iter().find(|(row, ..)| reads(row)).copied()
}

/// The row whose entry `key` has its key or its value at a place.
fn row_with<'m>(scope: &Scope<'m>, key: &str, at: Span) -> Option<(&'m Row, Site<'m>)> {
    let has = |row: &Row| {
        scope.key_in(row.span, key).is_some_and(|(key, value)| key.span == at || value.span == at)
    };
    scope.flat.rows.iter().find(|(row, ..)| has(row)).map(|(row, _, site)| (*row, *site))
}

fn flow_at(scope: &Scope<'_>, at: Span) -> Option<usize> {
    scope.flows().find(|(_, flow)| flow.name.span == at).map(|(index, _)| index)
}

/// Values of a kind that the type does not take.
fn impossible_cast(scope: &Scope<'_>, found: &Diagnostic) -> Vec<Suspicion> {
    let Some((row, _, site)) = row_reading(scope, found.primary) else { return Vec::new() };
    let Source::From(from) = &row.source else { return Vec::new() };
    let Some(text) = from.iter().find(|text| text.span == found.primary) else { return Vec::new() };
    let claim = Claim::Rejected(format!("({})", text.text));
    inputs(scope, &scope.flows_of(site.owner), &claim, |input, _| {
        input.enter();
        input.go_to(|step| makes(site, step));
        if let Some(when) = &row.when {
            input.meet(when, true, 0);
        }
        input.want(text);
    })
}

/// Values that `map:` does not have.
fn incomplete_map(scope: &Scope<'_>, found: &Diagnostic) -> Vec<Suspicion> {
    let Some((row, site)) = row_with(scope, "map", found.primary) else { return Vec::new() };
    let (Source::From(from), Some(map)) = (&row.source, &row.map) else { return Vec::new() };
    let known = scope.looked_up(row, site).unwrap_or_default();
    let lacking = known.into_iter().find(|text| !map.iter().any(|(key, _)| key == text));
    let (Some(lacking), Some(text)) = (lacking, from.first()) else { return Vec::new() };
    let claim = Claim::Rejected("none of the values in `map:`".to_owned());
    inputs(scope, &scope.flows_of(site.owner), &claim, |input, _| {
        input.enter();
        input.go_to(|step| makes(site, step));
        if let Some(when) = &row.when {
            input.meet(when, true, 0);
        }
        let is_flag =
            row.cast == Some(crate::value::Type::Boolean) || Path::parse(&text.text).setting().is_some();
        let value = match lacking.as_str() {
            "true" | "false" if is_flag => (lacking == "true").into(),
            _ => Value::from(lacking.as_str()),
        };
        input.set(text, value);
    })
}

/// Nothing that the row reads.
fn default_type(scope: &Scope<'_>, found: &Diagnostic) -> Vec<Suspicion> {
    let Some((row, site)) = row_with(scope, "default", found.primary) else { return Vec::new() };
    let claim = Claim::Gives(row.span, row.default.clone().unwrap_or_default());
    inputs(scope, &scope.flows_of(site.owner), &claim, |input, _| {
        input.enter();
        input.go_to(|step| makes(site, step));
        if let Some(when) = &row.when {
            input.meet(when, true, 0);
        }
    })
}

/// No settings but those that must be given.
fn refused_default(scope: &Scope<'_>, found: &Diagnostic) -> Vec<Suspicion> {
    let is_meant = |setting: &&crate::model::Named<crate::model::Setting>| {
        let node = scope.value_of(setting.name.span);
        node.and_then(|node| node.entry("default")).is_some_and(|(_, value)| value.span == found.primary)
    };
    let setting = scope.mapping.config.iter().find(is_meant);
    let claim = setting.map(|setting| Claim::Refused(setting.name.text.clone()));
    claim.map(|claim| inputs(scope, &[0], &claim, |_, _| {})).unwrap_or_default()
}

/// What both flows ask for.
fn overlapping_flows(scope: &Scope<'_>, found: &Diagnostic) -> Vec<Suspicion> {
    let Some(index) = flow_at(scope, found.primary) else { return Vec::new() };
    let Some((_, flow)) = scope.flows().nth(index) else { return Vec::new() };
    let first =
        found.related.iter().find_map(|label| scope.flows().find(|(_, other)| other.name.span == label.span));
    let Some((_, first)) = first else { return Vec::new() };
    let claim = Claim::TakenTwice(first.name.text.clone(), flow.name.text.clone());
    inputs(scope, &[index], &claim, |input, _| {
        for when in first.item.when.iter().chain(&flow.item.when) {
            input.meet(when, true, 0);
        }
    })
}

/// What no flow of the type asks for.
fn uncovered_events(scope: &Scope<'_>, found: &Diagnostic) -> Vec<Suspicion> {
    let Some(index) = flow_at(scope, found.primary) else { return Vec::new() };
    let Some((_, last)) = scope.flows().nth(index) else { return Vec::new() };
    let claim = Claim::Rejected("no flow takes this".to_owned());
    inputs(scope, &[index], &claim, |input, _| {
        let of_type = scope.flows().filter(|(_, flow)| flow.item.event.text == last.item.event.text);
        for when in of_type.filter_map(|(_, flow)| flow.item.when.as_ref()) {
            input.meet(when, false, 0);
        }
    })
}

/// An event of the flow.
fn silent_delivery(scope: &Scope<'_>, found: &Diagnostic) -> Vec<Suspicion> {
    let Some(index) = flow_at(scope, found.primary) else { return Vec::new() };
    inputs(scope, &[index], &Claim::Unsent, |input, _| input.enter())
}

/// An address that can be recognized.
fn personal_data(scope: &Scope<'_>, found: &Diagnostic) -> Vec<Suspicion> {
    let Some((row, spot, site)) = row_reading(scope, found.primary) else { return Vec::new() };
    let (Source::From(from) | Source::Each { from, .. }) = &row.source else { return Vec::new() };
    let text = from.iter().find(|text| text.span == found.primary);
    let Some(text) = text.filter(|_| matches!(spot, Spot::Placeholder | Spot::Parameter)) else {
        return Vec::new();
    };
    let samples = ["x@example.com", "+12025550123"];
    let of_sample = |sample: &str| {
        inputs(scope, &scope.flows_of(site.owner), &Claim::InAddress(sample.to_owned()), |input, _| {
            input.enter();
            input.go_to(|step| makes(site, step));
            input.set(text, sample.into());
        })
    };
    samples.into_iter().flat_map(of_sample).collect()
}

/// Nothing that the step asks for which was to give the value of a placeholder.
fn needed_output(scope: &Scope<'_>, found: &Diagnostic) -> Vec<Suspicion> {
    let Some((row, _, site)) = row_reading(scope, found.primary) else { return Vec::new() };
    let Source::From(from) = &row.source else { return Vec::new() };
    let source = from.iter().find_map(|text| Path::parse(&text.text).output());
    let claim = Claim::Rejected(format!("{}` has no value", row.name.text));
    inputs(scope, &scope.flows_of(site.owner), &claim, |input, flow| {
        input.enter();
        let gives = |step: &Step| matches!(step, Step::Call { name, .. } if source.is_some_and(|(step, _)| step == name.text));
        let left_out = scope
            .steps(flow)
            .iter()
            .filter(|placed| gives(placed.step))
            .filter_map(|placed| placed.when.first());
        left_out.for_each(|condition| input.meet(condition, false, 0));
        input.go_to(|step| makes(site, step));
    })
}

/// An event that gets to the step, which may get a reply without the output.
fn unrequired_output(scope: &Scope<'_>, found: &Diagnostic) -> Vec<Suspicion> {
    let given =
        scope.flat.rows.iter().find(|(row, spot, _)| *spot == Spot::Output && row.name.span == found.primary);
    let Some((given, _, site)) = given else { return Vec::new() };
    let Some(step) = site.step else { return Vec::new() };
    let output = (step.text.as_str(), given.name.text.as_str());
    let reads = |row: &Row| match &row.source {
        Source::From(from) => from.iter().any(|text| Path::parse(&text.text).output() == Some(output)),
        _ => false,
    };
    let reader = scope.flat.rows.iter().find(|(row, spot, _)| *spot == Spot::Placeholder && reads(row));
    let Some((reader, _, reader_site)) = reader else { return Vec::new() };
    let claim = Claim::Rejected(format!("{}` has no value", reader.name.text));
    inputs(scope, &scope.flows_of(site.owner), &claim, |input, _| {
        input.enter();
        input.go_to(|step| makes(*site, step));
        input.go_to(|step| makes(*reader_site, step));
    })
}
