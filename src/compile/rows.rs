//! Rows, templates and conditions.

use std::sync::Arc;

use handlebars::Template;
use handlebars::template::TemplateElement;
use regex::Regex;

use super::plan::{Cond, CondKind, Path, Root, RowPlan, Segment, Selector, SourcePlan, TestPlan};
use super::resolve::{Place, Resolver};
use crate::diag::{Code, nearest};
use crate::model::{Condition, ConditionKind, Element, Row, Source, Take, Test, Text};

/// Most bytes of a template and of a regular expression.
const LONGEST: usize = 2000;
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
        let source = self.source(row, of, place);
        let when = self.when(row.when.as_ref(), place);
        let source = source?;
        let late = source.is_late(self) || when.as_ref().is_some_and(|cond| cond.late);
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
            late,
        })
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
                let plan = SourcePlan::Each {
                    each: self.selector(each, place)?,
                    filter: self.when(filter.as_ref(), inner),
                    from: self.candidates_in_element(from, inner)?,
                    take: row.take.unwrap_or(Take::Only),
                };
                if row.take.is_none() {
                    self.many_matches(each);
                }
                Some(plan)
            }
            Source::Template { text, with } => {
                let with = self.rows(with, of, place);
                Some(SourcePlan::Template { segments: self.template(text, &with)?, with })
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
        let candidates: Vec<Selector> = texts
            .iter()
            .filter_map(|text| self.selector(text, place).map(|selector| self.not_secret(text, selector)))
            .collect();
        (candidates.len() == texts.len()).then_some(candidates)
    }

    /// Candidates below `$item`, where `take:` chooses among elements and not within one.
    fn candidates_in_element(&mut self, texts: &[Text], place: Place<'_>) -> Option<Vec<Selector>> {
        let candidates = self.candidates(texts, place)?;
        let many =
            texts.iter().zip(&candidates).find(|(_, selector)| matches!(selector.path, Path::Query(_)));
        if let Some((text, _)) = many {
            let message = format!("`{}` may match several values", text.text);
            let help = "an element gives one value: take the inner list with `each:` instead";
            self.found.error(Code::MANY_MATCHES, text.span, message).help(help);
        }
        Some(candidates)
    }

    /// Secrets flow into `auth:` only.
    fn not_secret(&mut self, text: &Text, selector: Selector) -> Selector {
        if selector.secret {
            let message = format!("the secret `{}` could reach a request or a message", text.text);
            self.found
                .error(Code::SECRET_LEAK, text.span, message)
                .help("secrets are used under `service: auth:` only");
        }
        selector
    }

    fn check_take(&mut self, texts: &[Text], candidates: &[Selector], take: Option<Take>) {
        for (text, selector) in texts.iter().zip(candidates) {
            if take.is_none() && matches!(selector.path, Path::Query(_)) {
                self.many_matches(text);
            }
        }
    }

    fn many_matches(&mut self, text: &Text) {
        let message = format!("`{}` may match several values", text.text);
        self.found
            .error(Code::MANY_MATCHES, text.span, message)
            .help("add `take: first`, `last`, `only` or `all`");
    }

    /// A handlebars text whose only elements are text and the variables of `with`.
    fn template(&mut self, text: &Text, with: &[RowPlan]) -> Option<Vec<Segment>> {
        let mut problem = |message: String, help: &str| {
            self.found.error(Code::BAD_TEMPLATE, text.span, message).help(help);
            None
        };
        if text.text.len() > LONGEST {
            return problem(
                format!("the template has more than {LONGEST} bytes"),
                "send the parts as attributes of their own",
            );
        }
        let Ok(template) = Template::compile(&text.text) else {
            return problem(
                "the template cannot be read".into(),
                "a variable is `{{name}}`, declared under `with:`",
            );
        };
        let mut segments = Vec::new();
        for element in &template.elements {
            match element {
                TemplateElement::RawString(raw) => segments.push(Segment::Text(raw.clone())),
                TemplateElement::Expression(inner)
                    if inner.params.is_empty() && inner.hash.is_empty() && !inner.block =>
                {
                    let name = inner.name.as_name().unwrap_or_default();
                    let Some(index) = with.iter().position(|row| &*row.name == name) else {
                        let near = nearest(name, with.iter().map(|row| &*row.name));
                        let help = near.map_or_else(
                            || format!("declare it: `with: {{{name}: $…}}`"),
                            |near| format!("did you mean `{{{{{near}}}}}`?"),
                        );
                        return problem(
                            format!("the template's `{name}` is not declared under `with:`"),
                            &help,
                        );
                    };
                    segments.push(Segment::Variable(index));
                }
                _ => {
                    let help = "a template has text and `{{name}}` only; conditions are written with `when:`";
                    return problem(
                        "the template uses a helper, block, partial or raw expression".into(),
                        help,
                    );
                }
            }
        }
        Some(segments)
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
                let selector = self.single(text, place, ONE_VALUE)?;
                // Whether a secret is there may be asked; what it is may not.
                let selector =
                    if matches!(test, Test::Is(_)) { selector } else { self.not_secret(text, selector) };
                CondKind::Test(selector, self.test(test, place)?)
            }
        };
        let late = match &kind {
            CondKind::All(parts) | CondKind::Any(parts) => parts.iter().any(|part| part.late),
            CondKind::Not(part) => part.late,
            CondKind::Test(selector, test) => {
                let other = match test {
                    TestPlan::SameAs(other)
                    | TestPlan::SameAsIgnoringCase(other)
                    | TestPlan::InList(other) => Some(other),
                    _ => None,
                };
                selector.is_late(self) || other.is_some_and(|other| other.is_late(self))
            }
        };
        Some(Cond { span: condition.span, kind, late })
    }

    fn test(&mut self, test: &Test, place: Place<'_>) -> Option<TestPlan> {
        let mut other =
            |text| self.single(text, place, ONE_VALUE).map(|selector| self.not_secret(text, selector));
        Some(match test {
            Test::Equals(value) => TestPlan::Equals(value.clone()),
            Test::SameAs(selector) => TestPlan::SameAs(other(selector)?),
            Test::SameAsIgnoringCase(selector) => TestPlan::SameAsIgnoringCase(other(selector)?),
            Test::Is(presences) => TestPlan::Is(presences.clone()),
            Test::In(values) => TestPlan::In(values.clone()),
            Test::InList(selector) => TestPlan::InList(other(selector)?),
            Test::Compare(how, value) => TestPlan::Compare(*how, value.clone()),
            Test::Matches(pattern) => TestPlan::Matches(self.regex(pattern)?),
        })
    }

    /// A regular expression, of bounded size.
    pub(super) fn regex(&mut self, text: &Text) -> Option<Regex> {
        if text.text.len() <= LONGEST
            && let Ok(regex) = Regex::new(&text.text)
        {
            return Some(regex);
        }
        let message = format!("`{}` is not a regular expression", text.text);
        self.found
            .error(Code::BAD_PATTERN, text.span, message)
            .help("the syntax is that of the Rust crate `regex`");
        None
    }
}

impl Selector {
    /// Its value depends on answers of the destination.
    fn is_late(&self, resolver: &Resolver<'_, '_>) -> bool {
        match self.root {
            Root::Output(_) | Root::Reply | Root::Loop => true,
            Root::Name(slot) => resolver.names.get(slot).is_some_and(|row| row.late),
            Root::Event | Root::Setting(_) | Root::Item | Root::Flow | Root::Rest(_) => false,
        }
    }
}

impl SourcePlan {
    fn is_late(&self, resolver: &Resolver<'_, '_>) -> bool {
        let any = |selectors: &[Selector]| selectors.iter().any(|selector| selector.is_late(resolver));
        match self {
            SourcePlan::Constant(_) => false,
            SourcePlan::Candidates(selectors, _) => any(selectors),
            SourcePlan::Each { each, filter, from, .. } => {
                each.is_late(resolver) || any(from) || filter.as_ref().is_some_and(|cond| cond.late)
            }
            SourcePlan::Template { with, .. } => with.iter().any(|row| row.late),
            SourcePlan::List(elements) => elements.iter().any(|(when, rows)| {
                when.as_ref().is_some_and(|cond| cond.late) || rows.iter().any(|row| row.late)
            }),
        }
    }
}
