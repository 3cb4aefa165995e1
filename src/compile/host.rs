//! What a host that sends requests itself gets of a flow: which steps are shown to it, which one is left to it.

use super::plan::{CallPlan, HostPlan, Selector, StepKind, StepPlan};
use super::resolve::{Place, Resolver};
use crate::diag::{Code, quoted};
use crate::model::{HostUse, Text};

impl Resolver<'_, '_> {
    /// Marks the steps; gives the selector of the user.
    pub(super) fn host(&mut self, host: &HostUse, steps: &mut [StepPlan]) -> Option<Selector> {
        for (place, name) in host.shows.iter().enumerate() {
            let has_user = !host.without_user.iter().any(|other| other.text == name.text);
            if let Some(step) = self.host_step(name, steps) {
                step.host = Some(HostPlan { place: Some(place), has_user });
            }
        }
        for name in &host.without_user {
            if !host.shows.iter().any(|shown| shown.text == name.text) {
                let message = format!("{} is not among the steps that are shown", quoted(&name.text));
                self.found.error(Code::EFFECT, name.span, message).help("name it in `shows:` as well");
            }
        }
        if let Some(name) = &host.sends {
            self.host_sends(name, steps);
        }
        let user = host.user.as_ref()?;
        self.single(user, Place::EVENT, "name one value of the event, as in `$.anonymousId`")
    }

    /// The step that is left to the host: nothing may come behind it, for nobody would see its answer.
    fn host_sends(&mut self, name: &Text, steps: &mut [StepPlan]) {
        let is_last = steps.last().is_some_and(|step| *step.name == *name.text);
        let Some(step) = self.host_step(name, steps) else { return };
        let is_plain = matches!(&step.kind, StepKind::Call { each: None, call: CallPlan::Request(_), .. });
        step.host = Some(HostPlan { place: None, has_user: true });
        if !is_last || !is_plain {
            let message = format!("{} cannot be left to a host", quoted(&name.text));
            self.found.error(Code::EFFECT, name.span, message).help(
                "it must be one request, without `ensure:` and `for_each:`, in the last step of the flow",
            );
        }
    }

    fn host_step<'s>(&mut self, name: &Text, steps: &'s mut [StepPlan]) -> Option<&'s mut StepPlan> {
        if !self.has_step(&name.text) {
            let names = self.step_names().iter().map(String::as_str);
            let help = self.advice(&name.text, names, str::to_owned, "name a step of this flow");
            let message = format!("there is no step {} in this flow", quoted(&name.text));
            self.unknown("steps", &name.text, name.span, message, help);
            return None;
        }
        let step = steps.iter_mut().find(|step| *step.name == *name.text)?;
        let writes = match &step.kind {
            StepKind::Call { call: CallPlan::Request(request), .. } => !request.method.is_read(),
            StepKind::Call { call: CallPlan::Ensure { .. }, .. } => true,
            _ => false,
        };
        if !writes {
            let message = format!("{} does not write", quoted(&name.text));
            self.found.error(Code::EFFECT, name.span, message).help("a host gets writes only");
            return None;
        }
        Some(step)
    }
}
