//! Lines of error tables, and which of them an answer comes to.

use super::PointKind;
use super::list::{List, within};
use crate::diag::Span;
use crate::lint::answers::spelt;
use crate::lint::walk::{Role, Site};
use crate::model::{Answers, ErrorRule, Request, Used};

impl<'m> List<'_, 'm> {
    /// Those of the service, then those of requests.
    pub(super) fn error_lines(&mut self) {
        for rule in &self.scope.mapping.service.errors {
            let mut requests = self.scope.flat.requests.iter().map(|(request, ..)| *request);
            let is_met = requests.any(|request| may_meet(request, rule.answers, &[]));
            let idle = (!is_met).then_some("every request has a line of its own for it");
            self.error_line(rule, "of all requests", Site::of_service(), idle);
        }
        for (request, role, site) in &self.scope.flat.requests {
            let step = site.step.map_or("", |step| step.text.as_str());
            let of = match role {
                Role::Create => format!("of the creation of {step}"),
                Role::Find => format!("of a look-up of {step}"),
                Role::Verify => format!("of the verification of {step}"),
                Role::Preview => format!("of the preview of {step}"),
                Role::Step => format!("of {step}"),
            };
            for rule in &request.errors {
                let is_met = may_meet(request, rule.answers, &[rule.span]);
                let idle = (!is_met).then_some("no answer leads to it");
                self.error_line(rule, &of, *site, self.contexts.idle(self.scope, *site).or(idle));
            }
        }
    }

    fn error_line(&mut self, rule: &'m ErrorRule, of: &str, site: Site<'m>, idle: Option<&'static str>) {
        self.within = within(site);
        let mut is_taken = false;
        for (index, arm) in rule.arms.iter().enumerate() {
            let form = if rule.arms.len() > 1 { format!(", form {},", index + 1) } else { String::new() };
            let behind = is_taken.then_some("the form in front of it always fits");
            let what = format!("error line {}{form} {of}", spelt(rule.answers));
            let unmet = idle.or(behind);
            self.unmet.extend(arm.when.as_ref().zip(unmet));
            let idle = unmet.or_else(|| self.idle(arm.when.as_ref(), site.in_reply()));
            self.push(PointKind::ErrorLine, rule.span, Used::Met(index), what, idle);
            is_taken |= arm.when.is_none();
        }
    }
}

/// Whether a request can get an answer for which a line counts, and no other line of its own takes it. `besides` are
/// lines that do not count.
fn may_meet(request: &Request, answers: Answers, besides: &[Span]) -> bool {
    if answers == Answers::Body && request.give.is_empty() {
        return false;
    }
    let takes = |rule: &ErrorRule, wanted: Answers| {
        rule.answers == wanted
            && !besides.contains(&rule.span)
            && rule.arms.iter().any(|arm| arm.when.is_none())
    };
    let is_own = |rule: &ErrorRule| besides.contains(&rule.span);
    let has_own = request.errors.iter().any(is_own);
    !request.errors.iter().any(|rule| match answers {
        // An exact status goes before its class, in one table.
        Answers::Status(status) => {
            takes(rule, answers) || (!has_own && takes(rule, Answers::Class(status / 100)))
        }
        _ => takes(rule, answers),
    })
}
