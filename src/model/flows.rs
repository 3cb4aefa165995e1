//! Flows, steps and loops.

use super::pieces::{EndPiece, EnsurePiece, FlowPiece, ForEachPiece, RequestPiece, RequirementPiece};
use super::reader::{At, Instead, Reader};
use super::requests::Role;
use super::{
    Blame, Call, Condition, ConditionKind, Flow, ForEach, Method, Presence, Requirement, Step, Test, Text,
};
use crate::diag::{Code, quoted};
use crate::source::known_keys;

/// Keys of a request that a step with look-ups may have.
pub(super) const BESIDE_ENSURE: [&str; 2] = ["ensure", "when"];

impl<'d> Reader<'d, '_> {
    /// A flow.
    pub(super) fn flow(&mut self, at: &At<'d>) -> Option<Flow> {
        self.piece::<FlowPiece>(at)?;
        let event = self.text(at.get("event"))?;
        Some(Flow {
            event: Text { text: event.text.to_lowercase(), span: event.span },
            when: self.condition(at.get("when")),
            names: self.rows(at.get("names")),
            require: self.requirements(at.get("require")),
            steps: self.steps(at.get("steps")),
            host: at.get("host").and_then(|at| self.host_use(&at)),
        })
    }

    fn requirements(&mut self, at: Option<At<'d>>) -> Vec<Requirement> {
        let items = self.list(at);
        items.iter().filter_map(|item| self.requirement(item)).collect()
    }

    fn requirement(&mut self, at: &At<'d>) -> Option<Requirement> {
        let piece: RequirementPiece = self.piece(at)?;
        let that = match (at.get("present"), at.get("that")) {
            (Some(present), None) => {
                let selector = self.selector(Some(present), Instead::Nothing)?;
                let test = Test::Is(vec![Presence::Present]);
                Condition { span: selector.span, kind: ConditionKind::Test(selector, test) }
            }
            (None, Some(that)) => self.condition(Some(that))?,
            (first, _) => {
                let twice = first.is_some();
                if twice || !at.has_misspelt(&["present", "that"]) {
                    let message =
                        if twice { "the requirement asks twice" } else { "the requirement asks nothing" };
                    let span = if twice { at.key_span("that") } else { at.span() };
                    let found = self.found.error(Code::REQUIREMENT_SHAPE, span, message);
                    found.help("write exactly one of `present: $selector` and `that: {condition}`");
                }
                return None;
            }
        };
        let unless = self.condition(at.get("unless"));
        let negated = |condition: Condition| Condition {
            span: condition.span,
            kind: ConditionKind::Not(Box::new(condition)),
        };
        Some(Requirement { when: unless.map(negated), that, error: piece.error })
    }

    /// A list of steps.
    pub(super) fn steps(&mut self, at: Option<At<'d>>) -> Vec<Step> {
        let items = self.list(at);
        items.iter().filter_map(|item| self.step(item)).collect()
    }

    /// A step: a map with one key, the name of the step or one of `use`, `stop`, `skip`, `reject`.
    fn step(&mut self, at: &At<'d>) -> Option<Step> {
        let members = at.entries();
        let [(name, body)] = members.as_slice() else {
            self.no_step(at, &members);
            // Which steps are lost nobody knows.
            self.unread.section("steps");
            return None;
        };
        match name.text.as_str() {
            "use" => self.use_step(name, body),
            "stop" | "skip" | "reject" => self.end_step(name, body),
            _ => {
                let step = self.call_step(name, body);
                if step.is_none() {
                    self.unread.name(&name.text);
                }
                step
            }
        }
    }

    /// Reports what is not a map with one key.
    fn no_step(&mut self, at: &At<'d>, members: &[(Text, At<'d>)]) {
        let example = "as in `- user: {post: /users, body: user}`";
        if let [(name, _), (second, _), ..] = members {
            let (name, second) = (quoted(&name.text), second.clone());
            let message = format!("{} stands beside the name of the step, {name}", quoted(&second.text));
            let found = self.found.error(Code::STEP_SHAPE, second.span, message);
            found.help(format!(
                "indent what belongs to the step further than {name}; another step begins with a dash"
            ));
        } else if let Some(part) = at.text().as_ref().and_then(|text| text.text.strip_prefix("use ")) {
            let found = self.found.error(Code::STEP_SHAPE, at.span(), "the colon of `use` is missing");
            found.help(format!("write {}", quoted(&format!("- use: {}", part.trim()))));
        } else {
            let message = format!("expected a step, found {}", at.describe());
            self.found
                .error(Code::STEP_SHAPE, at.span(), message)
                .help(format!("a step is a name and what it does, {example}"));
        }
    }

    fn use_step(&mut self, name: &Text, at: &At<'d>) -> Option<Step> {
        if !at.is_map() {
            let part = self.text(Some(*at));
            self.lose_steps_unless(part.is_some());
            return Some(Step::Use { part: part?, when: None });
        }
        self.piece::<EndPiece>(at)?;
        self.only_keys(name, at, &["part", "when"]);
        let part = at.get("part");
        if part.is_none() && !at.has_misspelt(&["part"]) {
            self.found.missing_key(name.span, "part");
        }
        let part = self.text(part);
        self.lose_steps_unless(part.is_some());
        Some(Step::Use { part: part?, when: self.condition(at.get("when")) })
    }

    fn lose_steps_unless(&mut self, known: bool) {
        if !known {
            self.unread.section("steps");
        }
    }

    fn end_step(&mut self, name: &Text, at: &At<'d>) -> Option<Step> {
        let piece: EndPiece = self.piece(at)?;
        let when = self.condition(at.get("when"));
        let (key, keys): (_, &[&str]) = match name.text.as_str() {
            "stop" => {
                self.only_keys(name, at, &["when"]);
                return Some(Step::Stop { when });
            }
            "skip" => ("why", &["when", "why"]),
            _ => ("error", &["when", "error", "blame"]),
        };
        self.only_keys(name, at, keys);
        if at.get(key).is_none() && !at.has_misspelt(&[key]) {
            self.found.missing_key(name.span, key);
        }
        if key == "why" {
            return Some(Step::Skip { when, why: piece.why? });
        }
        let blame = piece.blame.map(Blame::from).unwrap_or_default();
        Some(Step::Reject { when, error: self.reason(at.get("error"))?, blame })
    }

    /// Reports keys that other steps of this kind have, but not this one.
    fn only_keys(&mut self, step: &Text, at: &At<'d>, known: &[&str]) {
        for (key, _) in at.entries() {
            let key_text = key.text.as_str();
            if known_keys::<EndPiece>().contains(&key_text) && !known.contains(&key_text) {
                self.found.unknown_key(key.span, key_text, known, &quoted(&step.text));
            }
        }
    }

    fn call_step(&mut self, name: &Text, at: &At<'d>) -> Option<Step> {
        if !at.is_map() && Method::ALL.iter().any(|(method, _)| *method == name.text) {
            let found = self.found.error(Code::STEP_SHAPE, name.span, "the step has no name");
            found.help(format!("write `- name: {{{}: …}}`", name.text));
            return None;
        }
        let piece: RequestPiece = self.piece(at)?;
        let each = at.get("for_each").map(|at| self.for_each(&at));
        let (call, when) = if let Some(ensure) = at.get("ensure") {
            self.beside_ensure(at);
            (self.ensure(&ensure), self.condition(at.get("when")))
        } else {
            // The step's `when` guards the step, not the request inside it.
            let mut request = self.request_of(at, &piece, Role::Step)?;
            let when = request.when.take();
            (Some(Call::Request(request)), when)
        };
        let each = match each {
            // Beside `ensure` a loop has been reported.
            Some(each) if at.get("ensure").is_none() => Some(each?),
            Some(_) => return None,
            None => None,
        };
        Some(Step::Call { name: name.clone(), when, each, call: Box::new(call?) })
    }

    /// Reports what belongs to a request and stands beside `ensure`.
    fn beside_ensure(&mut self, at: &At<'d>) {
        let known = known_keys::<RequestPiece>();
        for (key, _) in at.entries() {
            if known.contains(&key.text.as_str()) && !BESIDE_ENSURE.contains(&key.text.as_str()) {
                let message = format!("{} stands beside `ensure`", quoted(&key.text));
                let found = self.found.error(Code::REQUEST_SHAPE, key.span, message);
                found.help(if key.text == "for_each" {
                    "a loop makes plain requests: read what there is in a step before it, and leave that out with `where:`"
                } else {
                    "write it inside of `find:` or `create:`, the requests of the step"
                });
            }
        }
    }

    fn ensure(&mut self, at: &At<'d>) -> Option<Call> {
        self.piece::<EnsurePiece>(at)?;
        let find = at.get("find").map(|find| find.one_or_many()).unwrap_or_default();
        if find.is_empty() {
            self.found
                .wrong_value(at.get("find").map_or(at.span(), |at| at.span()), "there is no look-up")
                .help("write at least one read; a step that only writes needs no `ensure:`");
        }
        let find: Vec<_> = find.iter().filter_map(|item| self.request(item, Role::LookUp)).collect();
        let create = self.request(&at.get("create")?, Role::Create)?;
        (!find.is_empty()).then_some(Call::Ensure { find, create })
    }

    fn for_each(&mut self, at: &At<'d>) -> Option<ForEach> {
        let piece: ForEachPiece = self.piece(at)?;
        if piece.max == 0 {
            let span = at.get("max").map_or(at.span(), |at| at.span());
            self.found
                .wrong_value(span, "`max: 0` leaves nothing to do")
                .help("write the most elements there may be");
        }
        Some(ForEach {
            list: self.selector(at.get("in"), Instead::Nothing)?,
            name: self.text(at.get("name"))?,
            filter: self.condition(at.get("where")),
            max: usize::try_from(piece.max).unwrap_or(usize::MAX),
        })
    }
}
