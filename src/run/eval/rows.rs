//! Rows: candidates, casts, defaults, templates, lists.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{Eval, Found, Rejection};
use crate::compile::{Cond, Path, RowPlan, Segment, Selector, SourcePlan};
use crate::model::{OnBad, Required, Take};
use crate::value::{is_empty, kind_of, scalar_text};

/// A candidate after its cast.
enum Tried<'a> {
    Won(Cow<'a, Value>),
    Lost,
}

impl<'a> Eval<'a> {
    /// The value of a row; `None` when it has none.
    pub(crate) fn row(&self, row: &'a RowPlan) -> Result<Found<'a>, Rejection> {
        Ok(self.row_with_source(row)?.0)
    }

    /// The value of a row, and the selector that won.
    pub(crate) fn row_with_source(
        &self,
        row: &'a RowPlan,
    ) -> Result<(Found<'a>, Option<&'a Selector>), Rejection> {
        if let Some(when) = &row.when
            && !self.holds(when, &row.label)?
        {
            return Ok((None, None));
        }
        let (value, from) = self.source(row)?;
        let value = value.or_else(|| row.default.as_ref().map(Cow::Borrowed));
        match (value, &row.required) {
            (None, Some(Required { message: Some(message) })) => Err(Rejection::new(message.clone())),
            (None, Some(Required { message: None })) => {
                Err(Rejection::new(format!("missing required value: `{}`", row.label)))
            }
            (value, _) => Ok((value.map(|value| shortened(value, row.truncate)), from)),
        }
    }

    fn source(&self, row: &'a RowPlan) -> Result<(Found<'a>, Option<&'a Selector>), Rejection> {
        let without = |tried| match tried {
            Tried::Won(value) => (Some(value), None),
            Tried::Lost => (None, None),
        };
        Ok(match &row.source {
            SourcePlan::Constant(value) => (Some(Cow::Borrowed(value)), None),
            SourcePlan::Candidates(selectors, take) => self.candidates(row, selectors, *take)?,
            SourcePlan::Each { each, filter, from, take } => {
                let values = self.elements(row, each, filter.as_ref(), from)?;
                let value = take_of(values, *take, row)?;
                (value.filter(|value| !(row.empty_is_missing && is_empty(value))), None)
            }
            SourcePlan::Template { segments, with } => match self.template(row, segments, with)? {
                Some(text) => without(cast(row, Cow::Owned(Value::String(text)), None)?),
                None => (None, None),
            },
            SourcePlan::List(elements) => (self.list(elements)?, None),
        })
    }

    /// The first candidate that is there and fits.
    fn candidates(
        &self,
        row: &'a RowPlan,
        selectors: &'a [Selector],
        take: Option<Take>,
    ) -> Result<(Found<'a>, Option<&'a Selector>), Rejection> {
        for selector in selectors {
            let value = match (&selector.path, take) {
                (Path::Query(_), Some(take)) => take_of(self.all(selector)?, take, row)?,
                _ => self.one(selector)?,
            };
            if let Some(value) = value
                && let Tried::Won(value) = try_value(row, value, Some(&selector.text))?
            {
                return Ok((Some(value), Some(selector)));
            }
        }
        Ok((None, None))
    }

    /// What the candidates give in each element that passes.
    fn elements(
        &self,
        row: &'a RowPlan,
        each: &'a Selector,
        filter: Option<&'a Cond>,
        from: &'a [Selector],
    ) -> Result<Vec<Cow<'a, Value>>, Rejection> {
        let mut values = Vec::new();
        for element in flattened(self.all(each)?) {
            let inner = Eval { item: Some(&element), recorder: None, ..*self };
            if let Some(filter) = filter
                && !inner.test(filter)?
            {
                continue;
            }
            for selector in from {
                // The element may be a copy that ends with this round, so what is taken out of it is copied too.
                let value = inner.one(selector)?.map(|value| Cow::Owned(value.into_owned()));
                if let Some(value) = value
                    && let Tried::Won(value) = try_value(row, value, Some(&selector.text))?
                {
                    values.push(value);
                    break;
                }
            }
        }
        Ok(values)
    }

    /// Text with its variables filled in; `None` when one of them has no value.
    fn template(
        &self,
        row: &RowPlan,
        segments: &[Segment],
        with: &'a [RowPlan],
    ) -> Result<Option<String>, Rejection> {
        let mut text = String::new();
        for segment in segments {
            match segment {
                Segment::Text(raw) => text.push_str(raw),
                Segment::Variable(index) => {
                    let value = match with.get(*index) {
                        Some(variable) => self.row(variable)?,
                        None => None,
                    };
                    let Some(value) = value else { return Ok(None) };
                    let Some(scalar) = scalar_text(&value) else {
                        let message = format!("`{}`: {} cannot stand in a text", row.label, kind_of(&value));
                        return Err(Rejection::new(message));
                    };
                    text.push_str(&scalar);
                }
            }
        }
        Ok(Some(text))
    }

    fn list(&self, elements: &'a [(Option<Cond>, Vec<RowPlan>)]) -> Result<Found<'a>, Rejection> {
        let mut items = Vec::new();
        for (when, rows) in elements {
            if let Some(when) = when
                && !self.holds(when, "list")?
            {
                continue;
            }
            let mut members = Map::new();
            for row in rows {
                if let Some(value) = self.row(row)? {
                    members.insert(row.name.to_string(), value.into_owned());
                }
            }
            items.push(Value::Object(members));
        }
        Ok(Some(Cow::Owned(Value::Array(items))))
    }

    /// A row that must give a scalar, as text.
    pub(crate) fn text_of(&self, row: &'a RowPlan) -> Result<String, Rejection> {
        let value = self.row(row)?.ok_or_else(|| Rejection::new(format!("`{}` has no value", row.label)))?;
        scalar_text(&value)
            .ok_or_else(|| Rejection::new(format!("`{}`: {} cannot stand there", row.label, kind_of(&value))))
    }

    /// Names and texts of rows; a row whose `when` does not hold is left out, any other must have a value.
    pub(crate) fn texts(&self, rows: &'a [RowPlan]) -> Result<Vec<(String, String)>, Rejection> {
        let mut texts = Vec::new();
        for row in rows {
            if let Some(when) = &row.when
                && !self.holds(when, &row.label)?
            {
                continue;
            }
            texts.push((row.name.to_string(), self.text_of(row)?));
        }
        Ok(texts)
    }
}

/// Whether a value counts, and as what. `from` is where it was found.
fn try_value<'a>(row: &RowPlan, value: Cow<'a, Value>, from: Option<&str>) -> Result<Tried<'a>, Rejection> {
    if value.is_null() {
        return Ok(if row.null_is_sent { Tried::Won(value) } else { Tried::Lost });
    }
    if row.empty_is_missing && is_empty(&value) {
        return Ok(Tried::Lost);
    }
    cast(row, value, from)
}

/// A value as the type that the row asks for.
fn cast<'a>(row: &RowPlan, value: Cow<'a, Value>, from: Option<&str>) -> Result<Tried<'a>, Rejection> {
    let fitting = match (&row.cast, value) {
        (None, value) => Ok(value),
        (Some(kind), Cow::Borrowed(value)) => kind.cast(value).map_err(|bad| bad.to_string()),
        (Some(kind), Cow::Owned(value)) => {
            kind.cast(&value).map(|cast| Cow::Owned(cast.into_owned())).map_err(|bad| bad.to_string())
        }
    };
    let mapped = fitting.and_then(|value| match &row.map {
        None => Ok(value),
        Some(map) => {
            let text = scalar_text(&value);
            let replacement = map.iter().find(|(from, _)| Some(from) == text.as_ref());
            let replacement = replacement.map(|(_, to)| Cow::Owned(to.clone()));
            replacement.ok_or_else(|| format!("{} is none of the values in `map:`", kind_of(&value)))
        }
    });
    match (mapped, row.on_bad) {
        (Ok(value), _) => Ok(Tried::Won(value)),
        (Err(problem), OnBad::Reject) => {
            let from = from.map(|from| format!(" ({from})")).unwrap_or_default();
            Err(Rejection::new(format!("`{}`{from}: {problem}", row.label)))
        }
        (Err(_), OnBad::Skip) => Ok(Tried::Lost),
        (Err(_), OnBad::Null) => Ok(Tried::Won(Cow::Owned(Value::Null))),
    }
}

/// Elements of matched lists, and matched nodes that are no lists.
fn flattened(nodes: Vec<Cow<'_, Value>>) -> Vec<Cow<'_, Value>> {
    let mut elements = Vec::new();
    for node in nodes {
        match node {
            Cow::Borrowed(Value::Array(items)) => elements.extend(items.iter().map(Cow::Borrowed)),
            Cow::Owned(Value::Array(items)) => elements.extend(items.into_iter().map(Cow::Owned)),
            other => elements.push(other),
        }
    }
    elements
}

fn take_of<'a>(values: Vec<Cow<'a, Value>>, take: Take, row: &RowPlan) -> Result<Found<'a>, Rejection> {
    Ok(match take {
        Take::Last => values.into_iter().next_back(),
        Take::Only if values.len() > 1 => {
            let message =
                format!("ambiguous: {} matches for `{}` where there must be one", values.len(), row.label);
            return Err(Rejection { why: message, is_ambiguous: true });
        }
        Take::First | Take::Only => values.into_iter().next(),
        Take::All => Some(Cow::Owned(Value::Array(values.into_iter().map(Cow::into_owned).collect()))),
    })
}

/// A text cut to its first characters.
fn shortened(value: Cow<'_, Value>, length: Option<usize>) -> Cow<'_, Value> {
    match (value.as_str(), length) {
        (Some(text), Some(length)) if text.chars().nth(length).is_some() => {
            Cow::Owned(Value::String(text.chars().take(length).collect()))
        }
        _ => value,
    }
}
