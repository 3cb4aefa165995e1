//! Requests and error tables.

use super::pieces::{ArmPiece, BodyPiece, OncePiece, PagesPiece, ReactionWord, RequestPiece};
use super::reader::{At, Reader};
use super::{Answers, Arm, BodyOf, ErrorRule, Method, OncePer, Pages, Reaction, Request, Text};
use crate::diag::Code;

impl<'d> Reader<'d, '_> {
    /// A request; `step` says whether it stands as a step, where `for_each` has a meaning.
    pub(super) fn request(&mut self, at: &At<'d>) -> Option<Request> {
        let piece: RequestPiece = self.piece(at)?;
        if piece.for_each.is_some() || piece.ensure.is_some() {
            let found =
                self.found.error(Code::REQUEST_SHAPE, at.span(), "`for_each` and `ensure` belong to a step");
            found
                .help("write them beside the name of the step, not inside a request of `ensure` or `verify`");
            return None;
        }
        self.request_of(at, &piece)
    }

    /// The request of a piece that has been read.
    pub(super) fn request_of(&mut self, at: &At<'d>, piece: &RequestPiece) -> Option<Request> {
        let (method, path) = self.method_and_path(at)?;
        let verify = at.get("verify").filter(|_| piece.verify.is_some());
        Some(Request {
            span: at.span(),
            method,
            path,
            with: self.rows(at.get("with")),
            query: self.rows(at.get("query")),
            headers: self.rows(at.get("headers")),
            body: at.get("body").and_then(|at| self.body(&at)),
            give: self.rows(at.get("give")),
            cache: self.duration(at.get("cache")),
            once: at.get("once").and_then(|at| self.once(&at)),
            forget: self.texts(at.get("forget")),
            pages: at.get("every_page").and_then(|at| self.pages(&at)),
            errors: self.error_rules(at.get("errors")),
            verify: verify.and_then(|at| self.request(&at)).map(Box::new),
            when: self.condition(at.get("when")),
        })
    }

    fn method_and_path(&mut self, at: &At<'d>) -> Option<(Method, Text)> {
        let written: Vec<(Method, At<'d>)> =
            Method::ALL.iter().filter_map(|(name, method)| Some((*method, at.get(name)?))).collect();
        let [(method, path)] = written.as_slice() else {
            let message = if written.is_empty() {
                "the request has no method"
            } else {
                "the request has several methods"
            };
            let found = self.found.error(Code::REQUEST_SHAPE, at.span(), message);
            found
                .help("write exactly one of get, head, post, put, patch, delete, with the path as its value");
            return None;
        };
        Some((*method, self.text(Some(path.clone()))?))
    }

    fn body(&mut self, at: &At<'d>) -> Option<BodyOf> {
        if !at.is_map() {
            return Some(BodyOf { table: self.text(Some(at.clone()))?, under: None, plus: Vec::new() });
        }
        let piece: BodyPiece = self.piece(at)?;
        let plus = self.rows(at.get("plus").filter(|_| piece.plus.is_some()));
        Some(BodyOf { table: self.text(at.get("table"))?, under: piece.under, plus })
    }

    fn once(&mut self, at: &At<'d>) -> Option<OncePer> {
        self.piece::<OncePiece>(at)?;
        let name = Text { text: "key".into(), span: at.span() };
        Some(OncePer { key: self.row(&name, &at.get("key")?)?, keep: self.duration(at.get("keep"))? })
    }

    fn pages(&mut self, at: &At<'d>) -> Option<Pages> {
        let piece: PagesPiece = self.piece(at)?;
        Some(Pages { next: self.selector(at.get("next"))?, max: piece.max })
    }

    /// A table of what answers mean.
    pub(super) fn error_rules(&mut self, at: Option<At<'d>>) -> Vec<ErrorRule> {
        let rules = self.named(at, |reader, name, at| {
            let answers = reader.answers(name)?;
            let arms = at.one_or_many().into_iter().filter_map(|item| reader.arm(&item)).collect();
            Some(ErrorRule { answers, span: name.span, arms })
        });
        rules.into_iter().map(|named| named.item).collect()
    }

    fn answers(&mut self, key: &Text) -> Option<Answers> {
        let class = |text: &str| text.strip_suffix("xx").and_then(|digit| digit.parse().ok());
        let answers = match key.text.as_str() {
            "timeout" => Some(Answers::Timeout),
            "unreachable" => Some(Answers::Unreachable),
            "body" => Some(Answers::Body),
            text => class(text).filter(|digit| (2..=5).contains(digit)).map(Answers::Class).or_else(|| {
                text.parse().ok().filter(|status| (200..600).contains(status)).map(Answers::Status)
            }),
        };
        if answers.is_none() {
            let message = format!("`{}` is no answer that a destination can give", key.text);
            let help = "write a status (404), a class (4xx, 5xx), timeout, unreachable or body";
            self.found.wrong_value(key.span, message).help(help);
        }
        answers
    }

    fn arm(&mut self, at: &At<'d>) -> Option<Arm> {
        if at.is_map() {
            let piece: ArmPiece = self.piece(at)?;
            let when = self.condition(at.get("if"));
            return Some(Arm { when, then: piece.then.into(), why: piece.why });
        }
        let text = self.text(Some(at.clone()))?;
        let known = Reaction::ALL.map(|(name, _)| name);
        let Some((_, then)) = Reaction::ALL.iter().find(|(name, _)| *name == text.text) else {
            self.found.wrong_word(text.span, &text.text, &known);
            return None;
        };
        Some(Arm { when: None, then: *then, why: None })
    }
}

impl From<ReactionWord> for Reaction {
    fn from(word: ReactionWord) -> Self {
        match word {
            ReactionWord::Done => Reaction::Done,
            ReactionWord::Missing => Reaction::Missing,
            ReactionWord::Skip => Reaction::Skip,
            ReactionWord::Retry => Reaction::Retry,
            ReactionWord::RefreshAuth => Reaction::RefreshAuth,
            ReactionWord::Reject => Reaction::Reject,
            ReactionWord::Fail => Reaction::Fail,
        }
    }
}
