//! Requests and error tables.

use super::pieces::{
    ArmPiece, BlameWord, BodyPiece, EffectWord, OncePiece, PagesPiece, ReactionWord, RequestPiece, SayWord,
};
use super::reader::{At, Instead, Reader};
use super::{
    Answers, Arm, Blame, BodyOf, Effect, ErrorRule, Method, OncePer, Pages, Reaction, Request, Say, Text,
};
use crate::diag::{Code, nearest, quoted};

/// Keys that belong to reads: what is wrong beside a method that writes, and what helps.
pub(super) const OF_READS: [(&str, &str, &str); 2] = [
    ("cache", "a write is never cached", "write `once:` to make it once for all events"),
    ("every_page", "a write has no pages", "`every_page:` belongs to a read"),
];

/// Keys that belong to writes: what is wrong beside a method that reads, and what helps.
pub(super) const OF_WRITES: [(&str, &str, &str); 7] = [
    ("once", "`once` belongs to a write", "a read is shared with `cache:`"),
    ("remember", "`remember` belongs to a write", "a read is shared with `cache:`"),
    ("verify", "`verify` belongs to a write", "a read is simply asked again"),
    ("body", "a read has no body", "use `query:`"),
    ("forget", "`forget` belongs to a write", "only a write can make an earlier answer wrong"),
    ("effect", "`effect` belongs to a write", "a read changes nothing"),
    ("preview", "`preview` belongs to a write", "a plan makes the reads of a mapping as they are"),
];

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

impl<'d> Reader<'d, '_> {
    /// A request inside of a step.
    pub(super) fn request(&mut self, at: &At<'d>, role: Role) -> Option<Request> {
        let piece: RequestPiece = self.piece(at)?;
        for key in ["for_each", "ensure"] {
            if at.get(key).is_some() {
                let message = format!("`{key}` belongs to a step, not to a request inside of one");
                let found = self.found.error(Code::REQUEST_SHAPE, at.key_span(key), message);
                found.help(format!("write `{key}:` directly below the name of a step"));
            }
        }
        self.request_of(at, &piece, role)
    }

    /// The request of a piece that has been read.
    pub(super) fn request_of(&mut self, at: &At<'d>, piece: &RequestPiece, role: Role) -> Option<Request> {
        let Some((method, path)) = self.method_and_path(at) else {
            // What it gives is lost with it.
            at.get("give")
                .iter()
                .flat_map(At::entries)
                .for_each(|(output, _)| self.unread.name(&output.text));
            return None;
        };
        self.check_effects(at, method, role);
        let verify = at.get("verify").filter(|_| piece.verify.is_some());
        let preview = at.get("preview").filter(|_| piece.preview.is_some());
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
            once: self.once(at),
            bulk: at.get("bulk").filter(|_| piece.bulk.is_some()).and_then(|at| self.bulk_of(&at)),
            forget: self.texts(at.get("forget")),
            pages: at.get("every_page").and_then(|at| self.pages(&at)),
            errors: self.error_rules(at.get("errors")),
            verify: verify.and_then(|at| self.request(&at, Role::LookUp)).map(Box::new),
            effect: piece.effect.map(Effect::from),
            preview: preview.and_then(|at| self.request(&at, Role::LookUp)).map(Box::new),
            when: self.condition(at.get("when")),
        })
    }

    pub(super) fn method_and_path(&mut self, at: &At<'d>) -> Option<(Method, Text)> {
        const HELP: &str = "write exactly one of `get`, `head`, `post`, `put`, `patch`, `delete`, with the path as its value";
        let mut written: Vec<(crate::diag::Span, Method, At<'d>)> = Method::ALL
            .iter()
            .filter_map(|(name, method)| Some((at.key_span(name), *method, at.get(name)?)))
            .collect();
        written.sort_by_key(|(span, ..)| *span);
        match written.as_slice() {
            [(_, method, path)] => return Some((*method, self.text(Some(*path))?)),
            [(first, ..), (second, ..), ..] => {
                let found = self.found.error(Code::REQUEST_SHAPE, *second, "the request has a second method");
                found.label(*first, "the first").help(HELP);
            }
            [] if at.has_misspelt(&Method::ALL.map(|(name, _)| name)) => {}
            [] => {
                self.found.error(Code::REQUEST_SHAPE, at.span(), "the request has no method").help(HELP);
            }
        }
        None
    }

    /// Reads are cached, paged and used for looking up; writes are made once and verified.
    fn check_effects(&mut self, at: &At<'d>, method: Method, role: Role) {
        let wrong: &[(&str, &str, &str)] = if method.is_read() { &OF_WRITES } else { &OF_READS };
        for (key, message, help) in wrong.iter().filter(|(key, ..)| at.get(key).is_some()) {
            self.found.error(Code::EFFECT, at.key_span(key), *message).help(*help);
        }
        let verb = method.as_str().to_ascii_lowercase();
        let (key, message, help) = match role {
            Role::LookUp if !method.is_read() => (
                verb.as_str(),
                "a look-up must not write",
                "use `get` or `head` below `find:`, `verify:` and `preview:`",
            ),
            Role::Create if method.is_read() => {
                (verb.as_str(), "`create` does not write", "use `post`, `put` or `patch`")
            }
            Role::Create if at.get("remember").is_some() => (
                "remember",
                "a creation is not remembered",
                "what `find:` finds is not created again; `once:` makes it once for all who find nothing",
            ),
            _ => ("", "", ""),
        };
        if !message.is_empty() {
            self.found.error(Code::EFFECT, at.key_span(key), message).help(help);
        } else if role == Role::LookUp
            && at.get("give").is_none_or(|give| give.is_map() && give.entries().is_empty())
            && !at.has_misspelt(&["give"])
        {
            let found = self.found.error(Code::EFFECT, at.key_span(&verb), "the look-up gives nothing");
            found.help("add `give: {id: $.path}`: what it gives is what it found");
        }
    }

    fn body(&mut self, at: &At<'d>) -> Option<BodyOf> {
        if !at.is_map() {
            return Some(BodyOf { table: self.text(Some(*at))?, under: None, plus: Vec::new() });
        }
        let piece: BodyPiece = self.piece(at)?;
        let plus = self.rows(at.get("plus").filter(|_| piece.plus.is_some()));
        Some(BodyOf { table: self.text(at.get("table"))?, under: piece.under, plus })
    }

    /// `once` or `remember` of a request.
    fn once(&mut self, request: &At<'d>) -> Option<OncePer> {
        let (once, remember) = (request.get("once"), request.get("remember"));
        if once.is_some() && remember.is_some() {
            let message = "`once` and `remember` exclude each other";
            let found = self.found.error(Code::EFFECT, request.key_span("remember"), message);
            found.help("`once:` makes the write again for nobody, `remember:` when it has changed");
        }
        let is_remembered = once.is_none();
        let at = &once.or(remember)?;
        self.piece::<OncePiece>(at)?;
        let name = Text { text: "key".into(), span: at.span() };
        let keep = self.duration(at.get("keep"));
        Some(OncePer { key: self.row(&name, &at.get("key")?)?, keep: keep?, is_remembered })
    }

    fn pages(&mut self, at: &At<'d>) -> Option<Pages> {
        let piece: PagesPiece = self.piece(at)?;
        Some(Pages { next: self.selector(at.get("next"), Instead::Nothing)?, max: piece.max })
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
            let words = ["2xx", "3xx", "4xx", "5xx", "timeout", "unreachable", "body"];
            let message = format!("{} is no answer that a destination can give", quoted(&key.text));
            let found = self.found.wrong_value(key.span, message);
            found.help(match nearest(&key.text, words.into_iter()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write a status (404), a class (4xx, 5xx), timeout, unreachable or body".into(),
            });
        }
        answers
    }

    fn arm(&mut self, at: &At<'d>) -> Option<Arm> {
        if at.is_map() {
            let piece: ArmPiece = self.piece(at)?;
            let when = self.condition(at.get("if"));
            return Some(Arm {
                when,
                then: piece.then.into(),
                why: self.reason(at.get("why")),
                say: piece.say.into(),
                blame: piece.blame.map(Blame::from),
            });
        }
        let text = self.text(Some(*at))?;
        let known = Reaction::ALL.map(|(name, _)| name);
        let Some((_, then)) = Reaction::ALL.iter().find(|(name, _)| *name == text.text) else {
            self.found.wrong_word(text.span, &text.text, &known);
            return None;
        };
        Some(Arm { when: None, then: *then, why: None, say: Say::Request, blame: None })
    }
}

impl From<BlameWord> for Blame {
    fn from(word: BlameWord) -> Self {
        match word {
            BlameWord::Event => Blame::Event,
            BlameWord::Settings => Blame::Settings,
            BlameWord::Destination => Blame::Destination,
            BlameWord::Absence => Blame::Absence,
        }
    }
}

impl From<SayWord> for Say {
    fn from(word: SayWord) -> Self {
        match word {
            SayWord::Request => Say::Request,
            SayWord::Words => Say::Words,
            SayWord::Reply => Say::Reply,
        }
    }
}

impl From<EffectWord> for Effect {
    fn from(word: EffectWord) -> Self {
        match word {
            EffectWord::Create => Effect::Create,
            EffectWord::Update => Effect::Update,
            EffectWord::Upsert => Effect::Upsert,
            EffectWord::Link => Effect::Link,
            EffectWord::Remove => Effect::Remove,
        }
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
