//! Rows, templates and conditions.

use std::sync::Arc;

use handlebars::Template;
use handlebars::template::TemplateElement;
use regex::Regex;

use super::budget::{IsFirst, LONGEST, MOST_PIECES};
use super::plan::{
    Cond, CondKind, EachPlan, Path, Reach, Root, RowPlan, Segment, Selector, Settled, SourcePlan, TestPlan,
    Way,
};
use super::resolve::{Place, Resolver};
use crate::diag::{Code, Span, quoted};
use crate::model::{Condition, ConditionKind, Element, Row, Source, Take, Test, Text};
use crate::value::Walk;

/// Advice about a selector in a condition.
const ONE_VALUE: &str =
    "a condition looks at one value: name an element, or make a `names:` row with `take:`";

impl Resolver<'_, '_> {
    /// Compiles rows of one list.
    pub(super) fn rows(&mut self, rows: &[Row], of: &str, place: Place<'_>) -> Vec<RowPlan> {
        rows.iter().filter_map(|row| self.row(row, of, place)).collect()
    }

    /// Compiles a row; `of` is what it belongs to, for messages.
    pub(super) fn row(&mut self, row: &Row, of: &str, place: Place<'_>) -> Option<RowPlan> {
        self.take(row.span)?;
        let source = self.source(row, of, place);
        let when = self.when(row.when.as_ref(), place);
        let source = source?;
        let late = source.is_late(self) || when.as_ref().is_some_and(|cond| cond.late);
        let passes_on = source.stands() && !row.null_is_sent && row.map.is_none();
        Some(RowPlan {
            label: Arc::from(format!("{of}.{}", row.name.text)),
            name: Arc::from(row.name.text.as_str()),
            span: row.span,
            source,
            cast: row.cast.clone(),
            on_bad: row.on_bad,
            empty_is_missing: row.empty_is_missing,
            null_is_sent: row.null_is_sent,
            default: row.default.clone(),
            required: row.required.clone(),
            when,
            map: row.map.clone(),
            truncate: row.truncate,
            way: if passes_on { Way::PassesOn } else { Way::Makes },
            late,
            settled: Settled::Open,
        })
    }

    /// Takes a row or a test from what the mapping may have; `None` when it has too many.
    fn take(&mut self, span: Span) -> Option<()> {
        let taken = self.budget.take();
        if taken == Err(IsFirst(true)) {
            let message = format!(
                "the mapping has more than {MOST_PIECES} rows and tests, counted wherever they are used"
            );
            self.found.error(Code::LIMIT, span, message).help("split the mapping, or share less");
        }
        taken.ok()
    }

    fn source(&mut self, row: &Row, of: &str, place: Place<'_>) -> Option<SourcePlan> {
        match &row.source {
            Source::Value(value) => Some(SourcePlan::Constant(value.clone())),
            Source::From(texts) => {
                let candidates = self.candidates(texts, place)?;
                self.check_take(texts, &candidates, row.take);
                Some(SourcePlan::Candidates(candidates, row.take))
            }
            Source::Each { each, filter, from } => {
                let inner = place.with_item();
                let plan = EachPlan {
                    each: self.selector(each, place)?,
                    filter: self.when(filter.as_ref(), inner),
                    from: self.candidates_in_element(from, inner)?,
                    take: row.take.unwrap_or(Take::Only),
                };
                if row.take.is_none() {
                    self.many_matches(each);
                }
                Some(SourcePlan::Each(Box::new(plan)))
            }
            Source::Template { text, with } => {
                let values = self.rows(with, of, place);
                let segments = self.template(text, with)?;
                // A value that is broken has been reported; without it the numbers of the others do not fit.
                (values.len() == with.len()).then_some(SourcePlan::Template { segments, with: values })
            }
            Source::List(elements) => {
                let mut element = |element: &Element| {
                    (self.when(element.when.as_ref(), place), self.rows(&element.rows, of, place))
                };
                Some(SourcePlan::List(elements.iter().map(&mut element).collect()))
            }
        }
    }

    fn candidates(&mut self, texts: &[Text], place: Place<'_>) -> Option<Vec<Selector>> {
        let candidates: Vec<Selector> = texts.iter().filter_map(|text| self.selector(text, place)).collect();
        (candidates.len() == texts.len()).then_some(candidates)
    }

    /// Candidates below `$item`: `take:` chooses among elements, not within one.
    fn candidates_in_element(&mut self, texts: &[Text], place: Place<'_>) -> Option<Vec<Selector>> {
        let help = "an element gives one value: go through the inner list with `each:` instead";
        let candidates: Vec<Selector> =
            texts.iter().filter_map(|text| self.single(text, place, help)).collect();
        (candidates.len() == texts.len()).then_some(candidates)
    }

    fn check_take(&mut self, texts: &[Text], candidates: &[Selector], take: Option<Take>) {
        for (text, selector) in texts.iter().zip(candidates) {
            if take.is_none() && matches!(selector.path, Path::Query(_)) {
                self.many_matches(text);
            }
        }
    }

    fn many_matches(&mut self, text: &Text) {
        let message = format!("{} may match several values", quoted(&text.text));
        let help =
            "say which with `take:`, one of `first`, `last`, `only`, `all`, as in `{from: …, take: first}`";
        self.found.error(Code::MANY_MATCHES, text.span, message).help(help);
    }

    /// A handlebars text whose only elements are text and the variables of `with`.
    fn template(&mut self, text: &Text, with: &[Row]) -> Option<Vec<Segment>> {
        let problem = match elements(&text.text) {
            Ok(elements) => {
                let segments: Result<Vec<Segment>, _> =
                    elements.into_iter().map(|element| self.segment(element, with)).collect();
                match segments {
                    Ok(segments) => return Some(segments),
                    Err(problem) => problem,
                }
            }
            Err(problem) => Some(problem),
        };
        if let Some((message, help)) = problem {
            self.found.error(Code::BAD_TEMPLATE, text.span, message).help(help);
        }
        None
    }

    /// One element of a template, or what is wrong with it (nothing if that has been reported).
    fn segment(&self, element: Piece, with: &[Row]) -> Result<Segment, Option<(String, String)>> {
        let name = match element {
            Piece::Text(text) => return Ok(Segment::Text(text)),
            Piece::Variable(name) => name,
        };
        if let Some(index) = with.iter().position(|row| row.name.text == name) {
            return Ok(Segment::Variable(index));
        }
        if self.may_be_declared("with", &name) {
            return Err(None);
        }
        let word =
            name.rsplit(|letter: char| !is_word(letter)).find(|word| !word.is_empty()).unwrap_or("name");
        let from = if name.starts_with('$') { name.as_str() } else { "$…" };
        let otherwise = format!("write `{{{{{word}}}}}` and declare it: `with: {{{word}: {from}}}`");
        let mut known = with.iter().map(|row| row.name.text.as_str());
        let help = if known.clone().any(|known| known == word) {
            format!("write `{{{{{word}}}}}`")
        } else if word == name {
            self.advice(
                &name,
                &mut known,
                |near| format!("{{{{{near}}}}}"),
                &format!("declare it: `with: {{{word}: $…}}`"),
            )
        } else {
            otherwise
        };
        Err(Some((format!("the template's {} is not declared under `with:`", quoted(&name)), help)))
    }

    /// Compiles a condition that may be left out.
    pub(super) fn when(&mut self, condition: Option<&Condition>, place: Place<'_>) -> Option<Cond> {
        condition.and_then(|condition| self.cond(condition, place))
    }

    /// Compiles a condition.
    pub(super) fn cond(&mut self, condition: &Condition, place: Place<'_>) -> Option<Cond> {
        let mut many = |parts: &[Condition]| -> Option<Vec<Cond>> {
            let compiled: Vec<Cond> = parts.iter().filter_map(|part| self.cond(part, place)).collect();
            (compiled.len() == parts.len()).then_some(compiled)
        };
        let kind = match &condition.kind {
            ConditionKind::All(parts) => CondKind::All(many(parts)?),
            ConditionKind::Any(parts) => CondKind::Any(many(parts)?),
            ConditionKind::Not(part) => CondKind::Not(Box::new(self.cond(part, place)?)),
            ConditionKind::Test(text, test) => {
                self.take(condition.span)?;
                // Whether a secret is there may be asked; what it is may not.
                let asks_presence = matches!(test, Test::Is(_));
                let selector =
                    if asks_presence { self.any_selector(text, place)? } else { self.selector(text, place)? };
                if !self.is_single(text, &selector, ONE_VALUE) {
                    return None;
                }
                CondKind::Test(selector, self.test(test, place)?)
            }
        };
        let late = match &kind {
            CondKind::All(parts) | CondKind::Any(parts) => parts.iter().any(|part| part.late),
            CondKind::Not(part) => part.late,
            CondKind::Test(selector, test) => {
                selector.is_late(self) || test.other().is_some_and(|other| other.is_late(self))
            }
        };
        Some(Cond { span: condition.span, kind, late, settled: None })
    }

    fn test(&mut self, test: &Test, place: Place<'_>) -> Option<TestPlan> {
        Some(match test {
            Test::Equals(value) => TestPlan::Equals(value.clone()),
            Test::SameAs(other) => TestPlan::SameAs(self.single(other, place, ONE_VALUE)?),
            Test::SameAsIgnoringCase(other) => {
                TestPlan::SameAsIgnoringCase(self.single(other, place, ONE_VALUE)?)
            }
            Test::SameMomentAs(other) => TestPlan::SameMomentAs(self.single(other, place, ONE_VALUE)?),
            Test::Is(presences) => TestPlan::Is(presences.clone()),
            Test::In(values) => TestPlan::In(values.clone()),
            Test::InList(other) => TestPlan::InList(self.single(other, place, ONE_VALUE)?),
            Test::InListIgnoringCase(other) => {
                TestPlan::InListIgnoringCase(self.single(other, place, ONE_VALUE)?)
            }
            Test::Compare(how, value) => TestPlan::Compare(*how, value.clone()),
            Test::Matches(pattern) => TestPlan::Matches(self.regex(pattern)?),
        })
    }

    /// A regular expression, of bounded size.
    pub(super) fn regex(&mut self, text: &Text) -> Option<Regex> {
        match self.budget.expression(&text.text) {
            Ok(regex) => Some(regex),
            Err(why) => {
                let message = format!("{} is not a regular expression: {why}", quoted(&text.text));
                let help = "the syntax is that of https://docs.rs/regex, which knows no look-around and no back-references";
                self.found.error(Code::BAD_PATTERN, text.span, message).help(help);
                None
            }
        }
    }
}

/// An element of a template.
enum Piece {
    Text(String),
    Variable(String),
}

/// The elements of a template, or what is wrong with it and what to do.
fn elements(text: &str) -> Result<Vec<Piece>, (String, String)> {
    if text.len() > LONGEST {
        let message = format!("the template has more than {LONGEST} bytes");
        return Err((message, "send its parts as attributes of their own".into()));
    }
    let plain = "a template has text and variables like `{{name}}`, declared under `with:`";
    // What nests is refused before it is parsed: the parser goes into it by recursion.
    if text.contains("{{{{") || text.matches(['(', '[']).count() > 100 {
        return Err(("the template cannot be read".into(), plain.into()));
    }
    let Ok(template) = Template::compile(text) else {
        let is_open = text.matches("{{").count() != text.matches("}}").count();
        let message =
            if is_open { "a variable of the template is not closed" } else { "the template cannot be read" };
        return Err((message.into(), if is_open { "write `{{name}}`".into() } else { plain.into() }));
    };
    let simple = "a template has text and `{{name}}` only; conditions are written with `when:`";
    let piece = |element: TemplateElement| match element {
        TemplateElement::RawString(raw) => Ok(Piece::Text(raw)),
        TemplateElement::Expression(inner)
            if inner.params.is_empty() && inner.hash.is_empty() && !inner.block =>
        {
            Ok(Piece::Variable(inner.name.as_name().unwrap_or_default().into()))
        }
        other => Err((format!("the template has {}", kind_of(&other)), simple.into())),
    };
    template.elements.into_iter().map(piece).collect()
}

/// What an element is that no template may have.
fn kind_of(element: &TemplateElement) -> &'static str {
    match element {
        TemplateElement::Expression(_) => "a call of a helper",
        TemplateElement::HtmlExpression(_) => "a variable in three braces",
        TemplateElement::HelperBlock(_) => "a block",
        TemplateElement::PartialExpression(_) | TemplateElement::PartialBlock(_) => "a partial",
        TemplateElement::DecoratorExpression(_) | TemplateElement::DecoratorBlock(_) => "a decorator",
        TemplateElement::Comment(_) => "a comment",
        _ => "something else than text and variables",
    }
}

/// Whether a name may have this letter.
pub(super) fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

impl Selector {
    /// Its value depends on answers of the destination.
    pub(super) fn is_late(&self, resolver: &Resolver<'_, '_>) -> bool {
        match self.root {
            Root::Output(_) | Root::Reply | Root::Loop => true,
            Root::Name(slot) => resolver.names.get(slot).is_some_and(|row| row.late),
            Root::Rest(slot) => resolver
                .rests
                .get(slot)
                .is_some_and(|rest| rest.of.is_late(resolver) || rest.rows.iter().any(|(_, row)| row.late)),
            Root::Event | Root::Setting(_) | Root::Item | Root::Flow => false,
        }
    }
}

impl SourcePlan {
    /// It is one of some values of the event that the pass over it finds.
    fn stands(&self) -> bool {
        let stands = |selector: &Selector| match &selector.reach {
            Reach::Slot(_, Path::Walk(Walk(rest))) => rest.is_empty(),
            Reach::Name(_) | Reach::Via(..) => true,
            Reach::Slot(_, Path::Query(_)) | Reach::Root => false,
        };
        matches!(self, SourcePlan::Candidates(selectors, None) if selectors.iter().all(stands))
    }

    pub(super) fn is_late(&self, resolver: &Resolver<'_, '_>) -> bool {
        let any = |selectors: &[Selector]| selectors.iter().any(|selector| selector.is_late(resolver));
        match self {
            SourcePlan::Constant(_) => false,
            SourcePlan::Candidates(selectors, _) => any(selectors),
            SourcePlan::Each(plan) => {
                let filter = plan.filter.as_ref();
                plan.each.is_late(resolver) || any(&plan.from) || filter.is_some_and(|cond| cond.late)
            }
            SourcePlan::Template { with, .. } => with.iter().any(|row| row.late),
            SourcePlan::List(elements) => elements.iter().any(|(when, rows)| {
                when.as_ref().is_some_and(|cond| cond.late) || rows.iter().any(|row| row.late)
            }),
        }
    }
}
