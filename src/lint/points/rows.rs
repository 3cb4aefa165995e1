//! Rows: their values, candidates, replacements, and what they do with values that are not as they should be.

use super::list::{List, within};
use super::{Point, PointKind};
use crate::diag::{Span, quoted};
use crate::lint::decide::negated;
use crate::lint::known::may_look_up;
use crate::lint::shape::Kinds;
use crate::lint::walk::{Owner, Site, Spot};
use crate::model::{Condition, ConditionKind, OnBad, Presence, Row, Source, Test, Text, Used};
use crate::source;

/// Why there is nothing to do without a value.
const ALWAYS: &str = "there is always a value";

/// A row at hand.
struct Here<'m> {
    row: &'m Row,
    site: Site<'m>,
    /// As in `row user.name`.
    name: String,
    /// Why it is never made.
    idle: Option<&'static str>,
}

impl<'m> List<'_, 'm> {
    pub(super) fn row(&mut self, row: &'m Row, spot: Spot, site: Site<'m>) {
        self.within = within(site);
        let name = &row.name.text;
        let name = match (site.owner, site.step) {
            _ if matches!(spot, Spot::Name | Spot::Variable) => format!("name {name}"),
            (_, Some(step)) => format!("row {}.{name}", step.text),
            (Owner::Table(table), _) => format!("row {}.{name}", table.name.text),
            _ => format!("row {name}"),
        };
        let is_read = spot != Spot::Name || self.scope.read.names.contains_key(row.name.text.as_str());
        let unread = (!is_read).then_some("nothing reads it");
        let idle = unread.or_else(|| self.idle(row.when.as_ref(), site));
        let here = Here { row, site, name, idle };
        self.of_row(&here, PointKind::Row, row.name.span, Used::Made, here.name.clone(), None);
        self.candidates(&here);
        self.replacements(&here);
        self.exceptions(&here);
    }

    /// Adds a point that is counted at the place of its row.
    fn of_row(
        &mut self,
        here: &Here<'m>,
        kind: PointKind,
        at: Span,
        used: Used,
        what: String,
        idle: Option<&'static str>,
    ) {
        let point = self.point(kind, at, used, what, here.idle.or(idle));
        self.points.push(Point { place: here.row.span, ..point });
    }

    /// Candidates where there are several ways to a value.
    fn candidates(&mut self, here: &Here<'m>) {
        let Here { row, site, name, .. } = here;
        let from = match &row.source {
            Source::From(from) | Source::Each { from, .. } if from.len() > 1 || row.default.is_some() => {
                from.as_slice()
            }
            _ => &[],
        };
        for (index, text) in from.iter().enumerate() {
            let shadow = self.is_shadowed(row, index, *site).then_some("one in front of it always wins");
            let what = format!("candidate {} of {name}", quoted(&text.text));
            self.of_row(here, PointKind::Candidate, text.span, Used::Candidate(index), what, shadow);
        }
        if row.default.is_some() {
            let is_idle = self.scope.has_idle_default(row, *site) || self.is_always_there(row, *site);
            let at = self.scope.key_span(row.span, "default");
            let what = format!("default of {name}");
            self.of_row(here, PointKind::Candidate, at, Used::Default, what, is_idle.then_some(ALWAYS));
        }
    }

    /// Whether a candidate in front of the one with this index always wins, wherever the row is made.
    fn is_shadowed(&self, row: &'m Row, index: usize, site: Site<'m>) -> bool {
        let Source::From(from) = &row.source else { return self.scope.shadow(row, index, site).is_some() };
        let before = from.iter().take(index);
        self.scope.shadow(row, index, site).is_some() || self.one_wins(row, before, site)
    }

    /// Whether a row has a value wherever it is made, its default aside.
    fn is_always_there(&self, row: &'m Row, site: Site<'m>) -> bool {
        let without = Row { default: None, required: None, when: None, ..row.clone() };
        let is_known = !self.scope.row_at(&without, site).missing;
        let Source::From(from) = &row.source else { return is_known };
        is_known || self.one_wins(row, from.iter(), site)
    }

    /// Whether, in each context of a row, one of some candidates is there and wins.
    fn one_wins<'t>(&self, row: &'m Row, texts: impl Iterator<Item = &'t Text>, site: Site<'m>) -> bool {
        let is_missing = |text: &Text| {
            let is_there = ConditionKind::Test(text.clone(), Test::Is(vec![Presence::Present]));
            negated(&Condition { span: text.span, kind: is_there })
        };
        let winners = texts.filter(|text| self.scope.wins_when_present(row, text, site));
        let missing: Vec<Condition> = winners.map(is_missing).collect();
        let all = Condition { span: row.span, kind: ConditionKind::All(missing) };
        let contexts = self.contexts.around(self.scope, site);
        !self.is_possible(&contexts, &all, site)
    }

    fn replacements(&mut self, here: &Here<'m>) {
        let Here { row, site, name, .. } = here;
        let Some((_, map)) = row.map.as_ref().and_then(|_| self.scope.key_in(row.span, "map")) else {
            return;
        };
        let source::Kind::Map(entries) = &map.kind else { return };
        let known = self.scope.looked_up(row, *site);
        for (index, (key, _)) in entries.iter().enumerate() {
            let never = (!may_look_up(row, &key.text, known.as_deref())).then_some("there is no such value");
            let what = format!("replacement of {} in {name}", quoted(&key.text));
            self.of_row(here, PointKind::Replacement, key.span, Used::Replaced(index), what, never);
        }
    }

    /// What is said for a value that is missing, does not fit, or is too long.
    fn exceptions(&mut self, here: &Here<'m>) {
        let Here { row, site, name, .. } = here;
        let scope = self.scope;
        let mut add = |key, used, idle| {
            let at = scope.key_span(row.span, key);
            self.of_row(here, PointKind::Exception, at, used, format!("`{key}` of {name}"), idle);
        };
        let kinds = scope.row_at(row, *site).kinds;
        if row.truncate.is_some() {
            add("truncate", Used::Cut, (!kinds.meets(Kinds::TEXT)).then_some("it is never a text"));
        }
        if row.on_bad != OnBad::Reject {
            add("on_bad", Used::Unfit, scope.always_fits(row, *site).then_some("every value fits"));
        }
        if row.required.is_some() {
            let is_idle = row.default.is_some() || self.is_always_there(row, *site);
            let what = format!("`required` of {name}");
            let at = scope.key_span(row.span, "required");
            self.of_row(here, PointKind::Exception, at, Used::Lacking, what, is_idle.then_some(ALWAYS));
        }
    }

    /// What no row has read.
    pub(super) fn rests(&mut self) {
        self.within = None;
        let tables = self.scope.mapping.tables.iter();
        for (table, rest) in tables.filter_map(|table| Some((table, table.item.rest.as_ref()?))) {
            let idle = self.contexts.idle(self.scope, Site::of_table(table));
            self.push(PointKind::Row, rest.span, Used::Sent, format!("rest of {}", table.name.text), idle);
        }
    }
}
