//! Which attributes that the destination needs a body lacks: always, or now and then.
//!
//! In: a request and its endpoint. Out: what may be lacking, and where. That a row always has a value is proven from its
//! shape, or from what must hold for the request to be made at all: requirements of the flow, conditions of the step.

use super::asked::Ask;
use super::decide::{Truth, negated};
use super::path::Path;
use super::scope::{Scope, requests_of};
use super::walk::other_of;
use crate::destination::{Member, Schema};
use crate::diag::Span;
use crate::model::{
    Call, Condition, ConditionKind, OnBad, Presence, Reaction, Request, Row, Source, Step, Test, Text,
};

/// An attribute that is needed and may not be there.
#[derive(Clone, Debug)]
pub(super) struct Lacking {
    pub(super) span: Span,
    /// Keys that lead to it in the body.
    pub(super) path: Vec<String>,
    /// Nothing ever fills it.
    pub(super) is_never_filled: bool,
}

/// One way in which a request comes to be made: the flow, the place of its step, and what then holds.
struct Way {
    flow: usize,
    step: usize,
    holds: Vec<Condition>,
}

/// A row or rest, and the keys that lead to it from the object that is looked at.
#[derive(Clone)]
struct Piece<'m> {
    keys: Vec<&'m str>,
    span: Span,
    /// None for the rest.
    row: Option<&'m Row>,
}

/// What the body of a request lacks.
pub(super) fn lacking<'m>(scope: &Scope<'m>, ask: &Ask<'m, '_>) -> Vec<Lacking> {
    let Some(endpoint) = ask.endpoint else { return Vec::new() };
    let Some(schema) = endpoint.request.as_deref() else { return Vec::new() };
    let Some(body) = &ask.request.body else {
        let is_lacking = endpoint.is_body_required && !ask.request.method.is_read();
        let lacking = Lacking { span: ask.request.path.span, path: Vec::new(), is_never_filled: true };
        return if is_lacking { vec![lacking] } else { Vec::new() };
    };
    let Some(table) = scope.mapping.tables.iter().find(|table| table.name.text == body.table.text) else {
        return Vec::new();
    };
    let wrapper = body.under.as_ref().or(table.item.under.as_ref());
    // An unknown wrapper is what is wrong; nothing below it needs anything.
    if wrapper.is_some_and(|wrapper| !matches!(schema.member(wrapper), Member::Known(_))) {
        return Vec::new();
    }
    let under = |text: &'m str| wrapper.map(String::as_str).into_iter().chain(text.split('.')).collect();
    let rows = table.item.rows.iter().chain(&body.plus);
    let mut pieces: Vec<Piece<'m>> =
        rows.map(|row| Piece { keys: under(&row.name.text), span: row.name.span, row: Some(row) }).collect();
    pieces.extend(table.item.rest.iter().map(|rest| Piece {
        keys: under(&rest.into.text),
        span: rest.into.span,
        row: None,
    }));
    let mut search = Search { scope, ask, wrapper: wrapper.map(String::as_str), found: Vec::new() };
    let ways = ways(scope, ask);
    let at = At { path: Vec::new(), span: body.table.span, is_sure: true };
    search.look(schema, &at, &pieces, &ways);
    search.found
}

/// An object of the body.
struct At {
    path: Vec<String>,
    /// Where to point when something lacks altogether.
    span: Span,
    /// It is always there.
    is_sure: bool,
}

struct Search<'s, 'm, 'd> {
    scope: &'s Scope<'m>,
    ask: &'s Ask<'m, 'd>,
    wrapper: Option<&'s str>,
    found: Vec<Lacking>,
}

impl<'m> Search<'_, 'm, '_> {
    fn look(&mut self, schema: &Schema, at: &At, pieces: &[Piece<'m>], ways: &[Way]) {
        for name in &schema.required {
            let path: Vec<String> = at.path.iter().chain([name]).cloned().collect();
            // The object that a body is wrapped in is always there.
            if at.path.is_empty() && self.wrapper == Some(name) {
                continue;
            }
            let own: Vec<&Piece<'m>> =
                pieces.iter().filter(|piece| piece.keys.first() == Some(&name.as_str())).collect();
            let may_be_rest = pieces.iter().any(|piece| piece.keys.is_empty());
            match own.first() {
                None => self.found.push(Lacking { span: at.span, path, is_never_filled: !may_be_rest }),
                Some(first) if at.is_sure && !own.iter().any(|piece| self.is_filled(piece, ways)) => {
                    self.found.push(Lacking { span: first.span, path, is_never_filled: false });
                }
                Some(_) => {}
            }
        }
        let mut seen: Vec<&str> = Vec::new();
        for piece in pieces {
            let Some(key) = piece.keys.first().filter(|key| !seen.contains(*key)) else { continue };
            let Member::Known(member) = schema.member(key) else { continue };
            seen.push(key);
            let is_required = schema.required.iter().any(|name| name == key) || self.wrapper == Some(key);
            let inner = At {
                path: at.path.iter().cloned().chain([(*key).to_owned()]).collect(),
                span: if self.wrapper == Some(key) { at.span } else { piece.span },
                is_sure: at.is_sure && is_required,
            };
            self.look_below(member, &inner, pieces, key, ways);
        }
    }

    /// Looks at the member `key` of an object that is made of some pieces.
    fn look_below(&mut self, member: &Schema, at: &At, pieces: &[Piece<'m>], key: &str, ways: &[Way]) {
        let own = pieces.iter().filter(|piece| piece.keys.first() == Some(&key));
        let (values, below): (Vec<&Piece<'m>>, Vec<&Piece<'m>>) =
            own.partition(|piece| piece.keys.len() == 1 && piece.row.is_some());
        let below: Vec<Piece<'m>> = below
            .into_iter()
            .map(|piece| Piece { keys: piece.keys.iter().skip(1).copied().collect(), ..piece.clone() })
            .collect();
        if !below.is_empty() {
            self.look(member, at, &below, ways);
        }
        for row in values.iter().filter_map(|piece| piece.row) {
            let (Source::List(elements), Some(Member::Known(items))) = (&row.source, member.element()) else {
                continue;
            };
            for element in elements {
                let pieces: Vec<Piece<'m>> = element
                    .rows
                    .iter()
                    .map(|row| Piece {
                        keys: row.name.text.split('.').collect(),
                        span: row.name.span,
                        row: Some(row),
                    })
                    .collect();
                let ways: Vec<Way> = ways
                    .iter()
                    .map(|way| Way {
                        flow: way.flow,
                        step: way.step,
                        holds: way.holds.iter().chain(&element.when).cloned().collect(),
                    })
                    .collect();
                let at = At { path: at.path.clone(), span: row.name.span, is_sure: true };
                self.look(items, &at, &pieces, &ways);
            }
        }
    }

    fn is_filled(&self, piece: &Piece<'m>, ways: &[Way]) -> bool {
        piece.row.is_some_and(|row| ways.iter().all(|way| self.has_value(row, way)))
    }

    /// Whether a row always has a value when the request is made in some way.
    fn has_value(&self, row: &Row, way: &Way) -> bool {
        if let Some(when) = &row.when
            && !self.never(way, &[negated(when)])
        {
            return false;
        }
        if row.required.is_some() || row.default.is_some() {
            return true;
        }
        let unguarded = Row { when: None, ..row.clone() };
        if !self.scope.row_shape(&unguarded, self.ask.site, way.flow).missing {
            return true;
        }
        match &row.source {
            Source::From(from) => {
                let may_lose = row.on_bad == OnBad::Skip && (row.cast.is_some() || row.map.is_some());
                let is_plain = from.iter().all(|text| !Path::parse(&text.text).is_many);
                let all_lose: Vec<Condition> = from.iter().map(|text| loses(row, text)).collect();
                let is_given = from.iter().any(|text| self.is_given(text, way));
                is_plain && !may_lose && (is_given || self.never(way, &all_lose))
            }
            Source::Template { with, .. } => with.iter().all(|row| self.has_value(row, way)),
            Source::Value(_) | Source::List(_) => true,
            Source::Each { .. } => false,
        }
    }

    /// Whether a selector reads an output that an earlier step always gives.
    fn is_given(&self, text: &Text, way: &Way) -> bool {
        let path = Path::parse(&text.text);
        let Some((step, output)) = path.output().filter(|_| path.steps.len() == 2) else { return false };
        let earlier = self.scope.steps(way.flow).iter().take(way.step);
        let mut sources =
            earlier.filter(|placed| matches!(placed.step, Step::Call { name, .. } if name.text == step));
        sources.any(|placed| {
            let Step::Call { each: None, call, .. } = placed.step else { return false };
            let left_out: Vec<Condition> = placed.when.iter().map(|when| negated(when)).collect();
            let is_made = left_out.iter().all(|left_out| self.never(way, std::slice::from_ref(left_out)));
            is_made && always_gives(call, output)
        })
    }

    /// Whether some things never hold together when the request is made in some way.
    fn never(&self, way: &Way, asked: &[Condition]) -> bool {
        let mut named = Vec::new();
        for condition in asked {
            selectors(condition, &mut named);
        }
        // What speaks of other things only makes more ways to try.
        let is_about = |condition: &&Condition| {
            let mut own = Vec::new();
            selectors(condition, &mut own);
            own.iter().any(|text| named.contains(text))
        };
        let all: Vec<&Condition> = way.holds.iter().filter(is_about).chain(asked).collect();
        self.scope.decide_in(&all, self.ask.site, way.flow) == Truth::Never
    }
}

/// Whether a step that has been carried out has given an output, whichever way it went.
fn always_gives(call: &Call, output: &str) -> bool {
    let gives = |request: &Request| {
        let mut own = request.give.iter().filter(|row| row.name.text == output);
        let is_sure = own.any(|row| row.when.is_none() && (row.required.is_some() || row.default.is_some()));
        let passes = request.errors.iter().flat_map(|rule| &rule.arms);
        is_sure && passes.into_iter().all(|arm| !matches!(arm.then, Reaction::Done | Reaction::Missing))
    };
    match call {
        Call::Request(request) => gives(request),
        // A look-up has found something when it gives anything.
        Call::Ensure { find, create } => gives(create) && find.iter().all(|request| request.give.len() == 1),
    }
}

/// That a candidate of a row is not there.
fn loses(row: &Row, text: &Text) -> Condition {
    let mut states = vec![Presence::Missing];
    states.extend((!row.null_is_sent).then_some(Presence::Null));
    states.extend(row.empty_is_missing.then_some(Presence::Empty));
    Condition { span: text.span, kind: ConditionKind::Test(text.clone(), Test::Is(states)) }
}

/// The selectors of a condition.
fn selectors<'c>(condition: &'c Condition, into: &mut Vec<&'c str>) {
    match &condition.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => {
            for part in parts {
                selectors(part, into);
            }
        }
        ConditionKind::Not(part) => selectors(part, into),
        ConditionKind::Test(text, test) => {
            into.push(&text.text);
            into.extend(other_of(test).map(|other| other.text.as_str()));
        }
    }
}

/// All ways in which a request comes to be made.
fn ways<'m>(scope: &Scope<'m>, ask: &Ask<'m, '_>) -> Vec<Way> {
    let is_own = |request: &Request| {
        std::ptr::eq(request, ask.request)
            || request.verify.as_deref().is_some_and(|verify| std::ptr::eq(verify, ask.request))
    };
    let mut ways = Vec::new();
    for (flow, named) in scope.flows() {
        let required = named.item.require.iter().map(|requirement| match &requirement.when {
            None => requirement.that.clone(),
            Some(when) => Condition {
                span: requirement.that.span,
                kind: ConditionKind::Any(vec![negated(when), requirement.that.clone()]),
            },
        });
        let of_flow: Vec<Condition> = required.chain(named.item.when.clone()).collect();
        for (step, placed) in scope.steps(flow).iter().enumerate() {
            let Step::Call { each, call, .. } = placed.step else { continue };
            if requests_of(call).into_iter().any(is_own) {
                let mut holds = of_flow.clone();
                holds.extend(placed.when.iter().map(|when| (*when).clone()));
                holds.extend(ask.request.when.clone());
                holds.extend(each.as_ref().and_then(|each| each.filter.clone()));
                ways.push(Way { flow, step, holds });
            }
        }
    }
    ways
}
