//! Flows, steps and loops.

use super::pieces::{EndPiece, EnsurePiece, FlowPiece, ForEachPiece, RequestPiece, RequirementPiece};
use super::reader::{At, Reader};
use super::{Call, Condition, ConditionKind, Flow, ForEach, Presence, Requirement, Step, Test, Text};
use crate::diag::Code;

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
                let selector = self.selector(Some(present))?;
                let test = Test::Is(vec![Presence::Present]);
                Condition { span: selector.span, kind: ConditionKind::Test(selector, test) }
            }
            (None, Some(that)) => self.condition(Some(that))?,
            _ => {
                let found = self.found.error(
                    Code::REQUIREMENT_SHAPE,
                    at.span(),
                    "the requirement asks nothing, or twice",
                );
                found.help("write exactly one of `present: $selector` and `that: {condition}`");
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
            let found = self.found.error(Code::STEP_SHAPE, at.span(), "a step is a name and what it does");
            found.help(
                "as in `- user: {post: /users, body: user}`; indent what belongs to the step below its name",
            );
            return None;
        };
        match name.text.as_str() {
            "use" => self.use_step(body),
            "stop" | "skip" | "reject" => self.end_step(name, body),
            _ => self.call_step(name, body),
        }
    }

    fn use_step(&mut self, at: &At<'d>) -> Option<Step> {
        if !at.is_map() {
            return Some(Step::Use { part: self.text(Some(at.clone()))?, when: None });
        }
        self.piece::<EndPiece>(at)?;
        self.only_keys(at, &["part", "when"], "`use`");
        let Some(part) = at.get("part") else {
            self.found.missing_key(at.span(), "part");
            return None;
        };
        Some(Step::Use { part: self.text(Some(part))?, when: self.condition(at.get("when")) })
    }

    fn end_step(&mut self, name: &Text, at: &At<'d>) -> Option<Step> {
        let piece: EndPiece = self.piece(at)?;
        let when = self.condition(at.get("when"));
        let (key, text) = match name.text.as_str() {
            "stop" => {
                self.only_keys(at, &["when"], "`stop`");
                return Some(Step::Stop { when });
            }
            "skip" => ("why", piece.why),
            _ => ("error", piece.error),
        };
        self.only_keys(at, &["when", key], &format!("`{}`", name.text));
        let Some(text) = text else {
            self.found.missing_key(at.span(), key);
            return None;
        };
        Some(if key == "why" { Step::Skip { when, why: text } } else { Step::Reject { when, error: text } })
    }

    fn call_step(&mut self, name: &Text, at: &At<'d>) -> Option<Step> {
        let piece: RequestPiece = self.piece(at)?;
        let each = at.get("for_each").and_then(|at| self.for_each(&at));
        let (call, when) = match at.get("ensure") {
            Some(ensure) => {
                self.check_beside_ensure(at);
                (self.ensure(&ensure)?, self.condition(at.get("when")))
            }
            None => {
                // The step's `when` guards the step, not the request inside it.
                let mut request = self.request_of(at, &piece)?;
                let when = request.when.take();
                (Call::Request(request), when)
            }
        };
        Some(Step::Call { name: name.clone(), when, each, call: Box::new(call) })
    }

    /// Keys that the pieces of all such steps have, but not this one.
    fn only_keys(&mut self, at: &At<'d>, known: &[&str], place: &str) {
        let all = ["part", "when", "why", "error"];
        for (key, _) in at.entries() {
            if all.contains(&key.text.as_str()) && !known.contains(&key.text.as_str()) {
                self.found.unknown_key(key.span, &key.text, known, place);
            }
        }
    }

    fn check_beside_ensure(&mut self, at: &At<'d>) {
        for (key, _) in at.entries() {
            let help = match key.text.as_str() {
                "ensure" | "when" => continue,
                "for_each" => {
                    "a loop makes plain requests: read what is there in a step before it, leave that out with `where:`"
                }
                _ => "what belongs to a request stands in it, under `find:` or `create:`",
            };
            let message = format!("`{}` stands beside `ensure`", key.text);
            self.found.error(Code::REQUEST_SHAPE, key.span, message).help(help);
        }
    }

    fn ensure(&mut self, at: &At<'d>) -> Option<Call> {
        self.piece::<EnsurePiece>(at)?;
        let find = at.get("find").map(|find| find.one_or_many()).unwrap_or_default();
        let find: Vec<_> = find.iter().filter_map(|item| self.request(item)).collect();
        let create = self.request(&at.get("create")?)?;
        if find.is_empty() {
            return None;
        }
        Some(Call::Ensure { find, create })
    }

    fn for_each(&mut self, at: &At<'d>) -> Option<ForEach> {
        let piece: ForEachPiece = self.piece(at)?;
        if piece.max == 0 {
            self.found
                .wrong_value(at.span(), "`max: 0` leaves nothing to do")
                .help("write the most elements there may be");
        }
        Some(ForEach {
            list: self.selector(at.get("in"))?,
            name: self.text(at.get("name"))?,
            filter: self.condition(at.get("where")),
            max: usize::try_from(piece.max).unwrap_or(usize::MAX),
        })
    }
}
