//! Requests: paths, outputs, and what may not be combined.

use std::cell::LazyCell;
use std::sync::Arc;

use super::flows::step_names_of;
use super::plan::{ArmPlan, OncePlan, PathPart, ReasonPlan, RequestPlan, RowPlan, RulePlan};
use super::resolve::{Place, Resolver};
use super::rows::is_word;
use crate::diag::{Code, nearest, quoted};
use crate::model::{Effect, ErrorRule, OncePer, Reason, Request, Row, Text};

/// Slot of what is given to nobody.
const NO_OUTPUT: usize = usize::MAX;

impl Resolver<'_, '_> {
    /// Compiles a request of the step `step`.
    pub(super) fn request(&mut self, request: &Request, step: &str, place: Place<'_>) -> Option<RequestPlan> {
        let with = self.rows(&request.with, step, place);
        let path = self.request_path(request, &with);
        let once = request.once.as_ref().and_then(|once| {
            let OncePer { key, keep, is_remembered } = once;
            Some(OncePlan { key: self.row(key, step, place)?, keep: *keep, is_remembered: *is_remembered })
        });
        let bulk = self.bulk(request, step, place);
        let body = request.body.as_ref().map(|body| self.body(body, place));
        let query = self.rows(&request.query, step, place);
        let headers = self.rows(&request.headers, step, place);
        let verify = request.verify.as_ref().and_then(|verify| self.request(verify, step, place));
        let pages = request.pages.as_ref().and_then(|pages| {
            Some((
                self.single(&pages.next, place.in_reply(), "name the one place of the next page's address")?,
                pages.max,
            ))
        });
        let errors = self.rules(&request.errors, place.in_reply());
        let when = self.when(request.when.as_ref(), place);
        let give = self.rows(&request.give, step, place.in_reply());
        // Outputs that are broken are declared as well: that has been reported, and whoever uses them is right.
        for row in &request.give {
            self.declare(step, &row.name.text);
        }
        let give: Vec<_> = give.into_iter().map(|row| (self.declare(step, &row.name), row)).collect();
        let preview = request.preview.as_ref().and_then(|preview| self.preview(preview, &give, step, place));
        Some(RequestPlan {
            span: request.span,
            method: request.method,
            path: path?,
            query,
            headers,
            body: match body {
                Some(body) => Some(body?),
                None => None,
            },
            give,
            cache: request.cache,
            once,
            bulk: bulk.map(Arc::new),
            limits: self.limited_by(request, step, place),
            forget: self.forget(&request.forget),
            pages,
            errors,
            verify: verify.map(Box::new),
            effect: request.effect.unwrap_or(Effect::of(request.method)),
            preview: preview.map(Box::new),
            when,
        })
    }

    /// The read that shows a plan what a write would change. What it gives under a name of the write's is what the
    /// write will give; all else is for the plan, and no output.
    fn preview(
        &mut self,
        preview: &Request,
        give: &[(usize, RowPlan)],
        step: &str,
        place: Place<'_>,
    ) -> Option<RequestPlan> {
        let n_outputs = self.outputs.len();
        let mut plan = self.request(preview, step, place)?;
        self.outputs.truncate(n_outputs);
        for (slot, row) in &mut plan.give {
            let same = give.iter().find(|(_, other)| other.name == row.name);
            *slot = same.map_or(NO_OUTPUT, |(slot, _)| *slot);
        }
        Some(plan)
    }

    fn forget(&mut self, steps: &[Text]) -> Arc<[Arc<str>]> {
        let mapping = self.mapping;
        let all = LazyCell::new(|| step_names_of(mapping));
        for step in steps {
            if !self.has_step(&step.text) && !all.contains(&step.text) {
                let names = self.step_names().iter().map(String::as_str);
                let help = self.advice(&step.text, names, str::to_owned, "name a step of a flow");
                let message = format!("there is no step {} in any flow", quoted(&step.text));
                self.unknown("steps", &step.text, step.span, message, help);
            }
        }
        steps.iter().map(|step| Arc::from(step.text.as_str())).collect()
    }

    /// A literal path with `:name` placeholders, each of which is filled.
    fn request_path(&mut self, request: &Request, with: &[RowPlan]) -> Option<Vec<PathPart>> {
        let Text { text, span } = &request.path;
        if let Some((message, help)) = path_problem(text) {
            self.found.error(Code::BAD_PATH, *span, message).help(help);
            return None;
        }
        let names: Vec<&str> = text.split('/').filter_map(|segment| segment.strip_prefix(':')).collect();
        let spare: Vec<&Row> = request.with.iter().filter(|row| !names.contains(&&*row.name.text)).collect();
        let mut meant = Vec::new();
        let mut parts = Vec::new();
        for segment in text.split('/').skip(1) {
            parts.push(PathPart::Text("/".into()));
            let Some(name) = segment.strip_prefix(':') else {
                parts.push(PathPart::Text(segment.into()));
                continue;
            };
            match with.iter().find(|row| &*row.name == name) {
                Some(row) => parts.push(PathPart::Value(Box::new(row.clone()))),
                // The value is there and broken, which has been reported.
                None if request.with.iter().any(|row| row.name.text == name) => {}
                None => meant.extend(self.unfilled(request, name, &spare)),
            }
        }
        for row in spare.into_iter().filter(|row| !meant.contains(&row.name)) {
            let message = format!("the path has no {}", quoted(&format!(":{}", row.name.text)));
            let found = self.found.error(Code::PLACEHOLDER, row.name.span, message);
            found.help("`with:` fills placeholders of the path; a parameter goes under `query:`");
        }
        Some(parts)
    }

    /// Reports a placeholder without a value; gives the name that was meant for it, if there is one.
    fn unfilled(&mut self, request: &Request, name: &str, spare: &[&Row]) -> Option<Text> {
        if self.may_be_declared("with", name) {
            return None;
        }
        let shown = quoted(&format!(":{name}"));
        let part = spare.iter().find(|row| {
            name.strip_prefix(row.name.text.as_str()).is_some_and(|rest| !rest.starts_with(is_word))
        });
        let near = nearest(name, spare.iter().map(|row| row.name.text.as_str()));
        let near = spare.iter().find(|row| near == Some(&*row.name.text));
        let (meant, help) = match (part, near) {
            (Some(part), _) => {
                (Some(&part.name), "a placeholder fills a whole part between two slashes".into())
            }
            (None, Some(near)) => {
                (Some(&near.name), format!("`with:` has {}: use one name for both", quoted(&near.name.text)))
            }
            (None, None) => (None, format!("add {}", quoted(&format!("with: {{{name}: $…}}")))),
        };
        self.found.error(Code::PLACEHOLDER, request.path.span, format!("nothing fills {shown}")).help(help);
        meant.cloned()
    }

    /// Compiles words for people.
    pub(super) fn reason(&mut self, reason: &Reason, place: Place<'_>) -> Option<ReasonPlan> {
        Some(match reason {
            Reason::Text(text) => ReasonPlan::Text(text.clone()),
            Reason::Row(row) => ReasonPlan::Row(Box::new(self.row(row, "", place)?)),
        })
    }

    /// Compiles an error table.
    pub(super) fn rules(&mut self, rules: &[ErrorRule], place: Place<'_>) -> Vec<RulePlan> {
        let mut plans = Vec::new();
        for rule in rules {
            let arms = rule.arms.iter().filter_map(|arm| {
                let when = self.when(arm.when.as_ref(), place);
                // An arm whose condition is broken must not become one without a condition.
                let why = arm.why.as_ref().and_then(|why| self.reason(why, place));
                (when.is_some() == arm.when.is_some()).then_some(ArmPlan {
                    when,
                    then: arm.then,
                    why,
                    say: arm.say,
                    blame: arm.blame,
                })
            });
            plans.push(RulePlan { span: rule.span, answers: rule.answers, arms: arms.collect() });
        }
        plans
    }
}

/// Why a text is no literal path, and what to write.
pub(super) fn path_problem(text: &str) -> Option<(String, &'static str)> {
    let shown = quoted(text);
    let odd = text.chars().find(|letter| !letter.is_ascii_alphanumeric() && !"/-_.~:".contains(*letter));
    if text.contains("://") {
        let help = "write the part behind the host, which `service: base_url:` names";
        return Some((format!("{shown} is a whole address, not a path"), help));
    }
    if text.contains("{{") || text.contains('$') {
        return Some((
            format!("a value stands in the path {shown}"),
            "write it as `:name` and fill it with `with: {name: $…}`",
        ));
    }
    if text.contains('?') {
        return Some((format!("a query stands in the path {shown}"), "parameters go under `query:`"));
    }
    if let Some(odd) = odd {
        let help =
            "a path has letters, digits and `/-_.~`; other characters come from values, written as `:name`";
        return Some((format!("{} cannot stand in a path", quoted(&odd.to_string())), help));
    }
    if !text.starts_with('/') {
        return Some((
            format!("the path {shown} does not begin with `/`"),
            "it is joined to the end of `service: base_url:`",
        ));
    }
    if text.split('/').any(|segment| segment == "." || segment == "..") {
        return Some((
            format!("the path {shown} goes up or in place"),
            "write the path that is meant, without `.` and `..`",
        ));
    }
    text.contains("//").then(|| (format!("the path {shown} has two slashes in a row"), "remove one of them"))
}
