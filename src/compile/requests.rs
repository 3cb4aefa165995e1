//! Requests: paths, outputs, and what may not be combined.

use std::sync::Arc;

use super::plan::{ArmPlan, PathPart, RequestPlan, RowPlan, RulePlan};
use super::resolve::{Place, Resolver};
use crate::diag::{Code, nearest};
use crate::model::{ErrorRule, Request, Text};

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A step of its own.
    Step,
    /// A look-up: must read, must give something.
    LookUp,
    /// The creation behind a look-up.
    Create,
}

impl Resolver<'_, '_> {
    /// Compiles a request of the step `step`.
    pub(super) fn request(
        &mut self,
        request: &Request,
        step: &str,
        role: Role,
        place: Place<'_>,
    ) -> Option<RequestPlan> {
        self.check_effects(request, role);
        let with = self.rows(&request.with, step, place);
        let path = self.request_path(&request.path, &with);
        let once =
            request.once.as_ref().and_then(|once| Some((self.row(&once.key, step, place)?, once.keep)));
        let body = request.body.as_ref().and_then(|body| self.body(body, place));
        if request.body.is_some() && body.is_none() {
            return None;
        }
        let query = self.rows(&request.query, step, place);
        let headers = self.rows(&request.headers, step, place);
        let verify =
            request.verify.as_ref().and_then(|verify| self.request(verify, step, Role::LookUp, place));
        let pages = request.pages.as_ref().and_then(|pages| {
            Some((
                self.single(&pages.next, place.in_reply(), "name the one place of the next page's address")?,
                pages.max,
            ))
        });
        let errors = self.rules(&request.errors, place.in_reply());
        let when = self.when(request.when.as_ref(), place);
        let give = self.rows(&request.give, step, place.in_reply());
        let give = give.into_iter().map(|row| (self.declare(step, &row.name), row)).collect();
        Some(RequestPlan {
            method: request.method,
            path: path?,
            query,
            headers,
            body,
            give,
            cache: request.cache,
            once,
            forget: self.forget(&request.forget),
            pages,
            errors,
            verify: verify.map(Box::new),
            when,
        })
    }

    /// Reads are cached, paged and used for looking up; writes are made once and verified.
    fn check_effects(&mut self, request: &Request, role: Role) {
        let reads = request.method.is_read();
        let mut problem = |wrong: bool, message: &str, help: &str| {
            if wrong {
                self.found.error(Code::EFFECT, request.path.span, message).help(help);
            }
        };
        problem(
            !reads && role == Role::LookUp,
            "a look-up must not write",
            "use get or head under `find:` and `verify:`",
        );
        problem(reads && role == Role::Create, "`create:` does not write", "use post, put or patch");
        problem(
            !reads && request.cache.is_some(),
            "a write is never cached",
            "write `once:` to make it once for all events",
        );
        problem(!reads && request.pages.is_some(), "a write has no pages", "`every_page:` belongs to a read");
        problem(
            reads && request.once.is_some(),
            "`once:` belongs to a write",
            "a read is shared with `cache:`",
        );
        problem(
            reads && request.verify.is_some(),
            "`verify:` belongs to a write",
            "a read is simply asked again",
        );
        problem(reads && request.body.is_some(), "a read has no body", "use `query:`");
        problem(reads && !request.forget.is_empty(), "`forget:` belongs to a write", "");
        problem(
            role == Role::LookUp && request.give.is_empty(),
            "the look-up gives nothing",
            "add `give: {id: …}`",
        );
    }

    fn forget(&mut self, steps: &[Text]) -> Arc<[Arc<str>]> {
        for step in steps {
            if !self.has_step(&step.text) {
                let near =
                    nearest(&step.text, self.step_names().iter().map(String::as_str)).map(str::to_owned);
                let help = near.map_or_else(
                    || "name a step of this flow".into(),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!("there is no step `{}` in this flow", step.text);
                self.found.error(Code::UNKNOWN_REFERENCE, step.span, message).help(help);
            }
        }
        steps.iter().map(|step| Arc::from(step.text.as_str())).collect()
    }

    /// A literal path with `:name` placeholders, each of which is filled.
    fn request_path(&mut self, path: &Text, with: &[RowPlan]) -> Option<Vec<PathPart>> {
        let text = &path.text;
        let literal = |character: char| character.is_ascii_alphanumeric() || "/-_.~:".contains(character);
        let dotted = text.split('/').any(|segment| segment == "." || segment == "..");
        if !text.starts_with('/') || text.contains("//") || dotted || !text.chars().all(literal) {
            let message = format!("`{text}` is not a literal path");
            let help = "a path begins with `/`; values stand in it as `:name`, filled by `with:`; parameters go under `query:`";
            self.found.error(Code::BAD_PATH, path.span, message).help(help);
            return None;
        }
        let mut parts = Vec::new();
        let mut used = Vec::new();
        for segment in text.split('/').skip(1) {
            parts.push(PathPart::Text("/".into()));
            let Some(name) = segment.strip_prefix(':') else {
                parts.push(PathPart::Text(segment.into()));
                continue;
            };
            let Some(row) = with.iter().find(|row| &*row.name == name) else {
                let message = format!("nothing fills `:{name}`");
                self.found
                    .error(Code::PLACEHOLDER, path.span, message)
                    .help(format!("add `with: {{{name}: $…}}`"));
                return None;
            };
            used.push(name);
            parts.push(PathPart::Value(Box::new(row.clone())));
        }
        for row in with.iter().filter(|row| !used.contains(&&*row.name)) {
            let message = format!("the path has no `:{}`", row.name);
            self.found
                .error(Code::PLACEHOLDER, row.span, message)
                .help("`with:` fills placeholders of the path");
        }
        Some(parts)
    }

    /// Compiles an error table.
    pub(super) fn rules(&mut self, rules: &[ErrorRule], place: Place<'_>) -> Vec<RulePlan> {
        let mut plans = Vec::new();
        for rule in rules {
            let arms = rule.arms.iter().filter_map(|arm| {
                let when = self.when(arm.when.as_ref(), place);
                // An arm whose condition is broken must not become one without a condition.
                (when.is_some() == arm.when.is_some()).then(|| ArmPlan {
                    when,
                    then: arm.then,
                    why: arm.why.clone(),
                })
            });
            plans.push(RulePlan { answers: rule.answers, arms: arms.collect() });
        }
        plans
    }
}
