//! Rows: candidates, casts, defaults, templates, lists.

use bumpalo::collections::{String as ArenaString, Vec as ArenaVec};

use super::standing::Standing;
use super::{Eval, Found, Rejection};
use crate::compile::{Cond, EachPlan, Path, RowPlan, Segment, Selector, SourcePlan};
use crate::json::{Arena, Datum, Text, UNKNOWN, write, write_text};
use crate::model::{OnBad, Required, Take, Used};
use crate::value::BadCast;

impl<'a> Eval<'a> {
    /// The value of a row; `None` when it has none.
    pub(crate) fn row(&self, row: &'a RowPlan) -> Result<Found<'a>, Rejection<'a>> {
        if self.pending {
            return self.row_of_plan(row);
        }
        if !self.applies(row)? {
            return Ok(None);
        }
        match self.standing(row) {
            Standing::In(slot) => Ok(self.ground.get(slot)),
            Standing::Missing => Ok(None),
            Standing::Unknown => self.made::<false>(row),
        }
    }

    /// The same, counted when uses are.
    pub(crate) fn row_marked(&self, row: &'a RowPlan) -> Result<Found<'a>, Rejection<'a>> {
        if !self.watched {
            return self.row(row);
        }
        if self.applies(row)? { self.made::<true>(row) } else { Ok(None) }
    }

    fn row_as<const MARKS: bool>(&self, row: &'a RowPlan) -> Result<Found<'a>, Rejection<'a>> {
        if MARKS { self.row_marked(row) } else { self.row(row) }
    }

    /// Whether the condition of a row holds.
    #[inline]
    pub(super) fn applies(&self, row: &'a RowPlan) -> Result<bool, Rejection<'a>> {
        match &row.when {
            Some(when) => self.holds(when, &row.label),
            None => Ok(true),
        }
    }

    /// The value of a row of any kind whose condition holds; counted when uses are.
    pub(super) fn made<const MARKS: bool>(&self, row: &'a RowPlan) -> Result<Found<'a>, Rejection<'a>> {
        let value = match self.source::<MARKS>(row)? {
            None => row.default.as_ref().map(|default| {
                if MARKS {
                    self.mark(row.span, Used::Default);
                }
                Datum::of(default)
            }),
            value => value,
        };
        if MARKS {
            self.mark_row(row, value);
        }
        match (value, &row.required) {
            (None, Some(Required { message: Some(message) })) => Err(self.reject_because(message)),
            (None, Some(Required { message: None })) => {
                Err(self.reject(format_args!("missing required value: `{}`", row.label)))
            }
            (Some(value), _) if row.truncate.is_some() => Ok(Some(self.shortened(value, row.truncate))),
            (value, _) => Ok(value),
        }
    }

    fn source<const MARKS: bool>(&self, row: &'a RowPlan) -> Result<Found<'a>, Rejection<'a>> {
        match &row.source {
            SourcePlan::Constant(value) => Ok(Some(Datum::of(value))),
            SourcePlan::Candidates(selectors, take) => {
                for (index, selector) in selectors.iter().enumerate() {
                    if let Some(won) = self.candidate(row, selector, *take)? {
                        if MARKS {
                            self.mark(row.span, Used::Candidate(index));
                        }
                        return Ok(Some(won));
                    }
                }
                Ok(None)
            }
            SourcePlan::Each(plan) => {
                let values = self.elements::<MARKS>(row, plan)?;
                let value = self.take_of(values, plan.take, row)?;
                Ok(value.filter(|value| !(row.empty_is_missing && value.is_empty())))
            }
            SourcePlan::Template { segments, with } => match self.template::<MARKS>(row, segments, with)? {
                Some(text) => self.cast(row, Datum::Text(Text::plain(text)), None),
                None => Ok(None),
            },
            SourcePlan::List(elements) => self.list::<MARKS>(elements).map(Some),
        }
    }

    /// The value of a candidate, if it is there and fits.
    #[expect(clippy::inline_always, reason = "a call costs as much as the work")]
    #[inline(always)]
    fn candidate(
        &self,
        row: &'a RowPlan,
        selector: &'a Selector,
        take: Option<Take>,
    ) -> Result<Found<'a>, Rejection<'a>> {
        let value = match (&selector.path, take) {
            (Path::Query(_), Some(take)) => self.take_of(self.all(selector)?, take, row)?,
            _ => self.one(selector)?,
        };
        match value {
            Some(value) => self.try_value(row, value, Some(&selector.text)),
            None => Ok(None),
        }
    }

    /// The candidate that a row's value came from, for the trace.
    pub(super) fn winner(&self, row: &'a RowPlan) -> Option<&'a Selector> {
        let quiet = self.quiet();
        let SourcePlan::Candidates(selectors, take) = &row.source else { return None };
        let holds = match &row.when {
            Some(when) => quiet.test(when).unwrap_or(false),
            None => true,
        };
        let wins =
            |selector: &&'a Selector| quiet.candidate(row, selector, *take).is_ok_and(|won| won.is_some());
        selectors.iter().filter(|_| holds).find(wins)
    }

    /// What the candidates give in each element that passes.
    fn elements<const MARKS: bool>(
        &self,
        row: &'a RowPlan,
        plan: &'a EachPlan,
    ) -> Result<&'a [Datum<'a>], Rejection<'a>> {
        let EachPlan { each, filter, from, .. } = plan;
        let mut values = ArenaVec::new_in(self.arena());
        for element in flattened(self.all(each)?, self.arena()) {
            let inner = Eval { item: Some(*element), traced: false, watched: MARKS, ..*self };
            if let Some(filter) = filter
                && !if MARKS { inner.passes_marked(filter) } else { inner.test(filter) }?
            {
                continue;
            }
            for (index, selector) in from.iter().enumerate() {
                if let Some(value) = inner.one(selector)?
                    && let Some(won) = self.try_value(row, value, Some(&selector.text))?
                {
                    if MARKS {
                        self.mark(row.span, Used::Candidate(index));
                    }
                    values.push(won);
                    break;
                }
            }
        }
        Ok(values.into_bump_slice())
    }

    /// Text with its variables filled in; `None` when one of them has no value.
    fn template<const MARKS: bool>(
        &self,
        row: &RowPlan,
        segments: &[Segment],
        with: &'a [RowPlan],
    ) -> Result<Option<&'a str>, Rejection<'a>> {
        let mut text = ArenaString::new_in(self.arena());
        for segment in segments {
            match segment {
                Segment::Text(raw) => text.push_str(raw),
                Segment::Variable(index) => {
                    let value = match with.get(*index) {
                        Some(variable) => self.row_as::<MARKS>(variable)?,
                        None => None,
                    };
                    let Some(value) = value else { return Ok(None) };
                    let Some(scalar) = value.scalar_text(self.arena()) else {
                        let kind = value.kind();
                        return Err(
                            self.reject(format_args!("`{}`: {kind} cannot stand in a text", row.label))
                        );
                    };
                    text.push_str(scalar);
                }
            }
        }
        Ok(Some(text.into_bump_str()))
    }

    fn list<const MARKS: bool>(
        &self,
        elements: &'a [(Option<Cond>, Vec<RowPlan>)],
    ) -> Result<Datum<'a>, Rejection<'a>> {
        let mut text = ArenaString::with_capacity_in(LIST_ROOM, self.arena());
        text.push('[');
        let mut levels = 0_u8;
        for (when, rows) in elements {
            if let Some(when) = when
                && !self.holds(when, "list")?
            {
                continue;
            }
            text.push_str(if text.len() > 1 { ",{" } else { "{" });
            let start = text.len();
            for row in rows {
                if let Some(value) = self.row_as::<MARKS>(row)? {
                    levels = levels.max(value.levels().unwrap_or(UNKNOWN));
                    if text.len() > start {
                        text.push(',');
                    }
                    write_text(&mut text, Text::plain(&row.name), self.arena());
                    text.push(':');
                    write(&mut text, value, self.arena());
                }
            }
            text.push('}');
        }
        text.push(']');
        Ok(Datum::made(text.into_bump_str(), levels.saturating_add(2), self.arena()))
    }

    /// A row that must give a scalar, as text.
    pub(crate) fn text_of(&self, row: &'a RowPlan) -> Result<&'a str, Rejection<'a>> {
        let Some(value) = self.row_marked(row)? else {
            return Err(self.reject(format_args!("`{}` has no value", row.label)));
        };
        value
            .scalar_text(self.arena())
            .ok_or_else(|| self.reject(format_args!("`{}`: {} cannot stand there", row.label, value.kind())))
    }

    /// Names and texts of rows; a row whose `when` does not hold is left out, any other must have a value.
    pub(crate) fn texts(&self, rows: &'a [RowPlan]) -> Result<Vec<(String, String)>, Rejection<'a>> {
        let mut texts = Vec::new();
        for row in rows {
            if let Some(when) = &row.when
                && !self.holds(when, &row.label)?
            {
                continue;
            }
            texts.push((row.name.to_string(), self.text_of(row)?.to_owned()));
        }
        Ok(texts)
    }

    /// A value that counts, as what it counts. `from` is where it was found.
    #[expect(clippy::inline_always, reason = "a call costs as much as the work")]
    #[inline(always)]
    pub(super) fn try_value(
        &self,
        row: &'a RowPlan,
        value: Datum<'a>,
        from: Option<&str>,
    ) -> Result<Found<'a>, Rejection<'a>> {
        if value.is_null() {
            return Ok(row.null_is_sent.then_some(value));
        }
        if row.empty_is_missing && value.is_empty() {
            return Ok(None);
        }
        if row.map.is_none() && row.cast.as_ref().is_none_or(|kind| kind.takes_as_it_is(value.shape())) {
            return Ok(Some(value));
        }
        self.cast(row, value, from)
    }

    /// A value as the type that the row asks for.
    fn cast(
        &self,
        row: &'a RowPlan,
        value: Datum<'a>,
        from: Option<&str>,
    ) -> Result<Found<'a>, Rejection<'a>> {
        if self.is_open(value) {
            return Ok(Some(self.cast_of_open(row, value)));
        }
        let mapped = self.fitting(row, value);
        match (mapped, row.on_bad) {
            (Ok(value), _) => Ok(Some(value)),
            (Err(problem), OnBad::Reject) => Err(match from {
                Some(from) => self.reject(format_args!("`{}` ({from}): {problem}", row.label)),
                None => self.reject(format_args!("`{}`: {problem}", row.label)),
            }),
            (Err(_), on_bad) => {
                self.mark(row.span, Used::Unfit);
                Ok((on_bad == OnBad::Null).then_some(Datum::Null))
            }
        }
    }

    /// A value as the type of the row, and as what `map:` makes of it; or why it does not fit.
    #[inline]
    pub(super) fn fitting(&self, row: &'a RowPlan, value: Datum<'a>) -> Result<Datum<'a>, Misfit<'a>> {
        let fitting = match &row.cast {
            None => Ok(value),
            Some(kind) => kind.cast(value, self.arena()).map_err(Misfit::Cast),
        };
        fitting.and_then(|value| match &row.map {
            None => Ok(value),
            Some(map) => {
                let text = value.scalar_text(self.arena());
                let index = map.iter().position(|(from, _)| Some(from.as_str()) == text);
                if let Some(index) = index {
                    self.mark(row.span, Used::Replaced(index));
                }
                let replacement = index.and_then(|index| map.get(index));
                replacement.map(|(_, to)| Datum::of(to)).ok_or(Misfit::Map(value.kind()))
            }
        })
    }

    pub(super) fn take_of(
        &self,
        values: &'a [Datum<'a>],
        take: Take,
        row: &RowPlan,
    ) -> Result<Found<'a>, Rejection<'a>> {
        Ok(match take {
            Take::Last => values.last().copied(),
            Take::Only if values.len() > 1 => {
                let (count, label) = (values.len(), &row.label);
                let why = format_args!("ambiguous: {count} matches for `{label}` where there must be one");
                return Err(self.reject_many(why));
            }
            Take::First | Take::Only => values.first().copied(),
            Take::All => {
                let mut text = ArenaString::new_in(self.arena());
                for value in values {
                    text.push(if text.is_empty() { '[' } else { ',' });
                    write(&mut text, *value, self.arena());
                }
                text.push_str(if text.is_empty() { "[]" } else { "]" });
                Some(Datum::made(text.into_bump_str(), UNKNOWN, self.arena()))
            }
        })
    }

    /// A text cut to its first characters.
    fn shortened(&self, value: Datum<'a>, length: Option<usize>) -> Datum<'a> {
        if self.is_open(value) {
            return self.marked("text", true);
        }
        let (Datum::Text(text), Some(length)) = (value, length) else { return value };
        let characters = text.characters(self.arena());
        if characters.len() <= length {
            return value;
        }
        match characters.char_indices().nth(length).and_then(|(end, _)| characters.get(..end)) {
            Some(part) => Datum::Text(text.part(part)),
            None => value,
        }
    }
}

/// Bytes that a list of objects has room for at first.
const LIST_ROOM: usize = 256;

/// Why a value does not fit its row.
pub(super) enum Misfit<'t> {
    Cast(BadCast<'t>),
    /// `map:` has no such value; what it is.
    Map(&'static str),
}

impl std::fmt::Display for Misfit<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Misfit::Cast(bad) => bad.fmt(formatter),
            Misfit::Map(kind) => write!(formatter, "{kind} is none of the values in `map:`"),
        }
    }
}

/// Elements of matched lists, and matched nodes that are no lists.
fn flattened<'a>(nodes: &[Datum<'a>], arena: &'a Arena) -> &'a [Datum<'a>] {
    let mut elements = ArenaVec::new_in(arena);
    for node in nodes {
        match node {
            Datum::List(whole) => elements.extend_from_slice(whole.items(arena)),
            other => elements.push(*other),
        }
    }
    elements.into_bump_slice()
}
