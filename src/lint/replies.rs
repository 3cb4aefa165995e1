//! Paths into replies, held against the schemas of the replies.
//!
//! In: selectors that look into a reply, and what the schemas say about that reply. Out: those that lead to nothing,
//! with the key at which they do. Must not judge.

use super::asked::Ask;
use super::scope::Scope;
use super::walk::other_of;
use crate::destination::{Destination, Member, Others, Reply, Schema};
use crate::model::{Answers, Condition, ConditionKind, ErrorRule, Row, Source, Text};

/// A selector that leads to nothing.
#[derive(Clone, Debug)]
pub(super) struct Lost<'m, 'd> {
    pub(super) selector: &'m Text,
    /// The key that is not there.
    pub(super) key: String,
    /// Where it is looked for.
    pub(super) within: Vec<&'d Schema>,
}

/// One step of a path into a reply.
enum Step<'t> {
    Key(&'t str),
    /// An element of a list.
    Index,
    /// Any member or element, or some of them.
    All,
    /// Anything below.
    Deep,
}

/// What may stand at a place: schemas, and whether something else may stand there as well.
#[derive(Clone)]
struct Spot<'d> {
    schemas: Vec<&'d Schema>,
    is_open: bool,
}

/// The selectors of a request that lead to nothing in its replies.
pub(super) fn lost<'m, 'd>(ask: &Ask<'m, 'd>) -> Vec<Lost<'m, 'd>> {
    let Some(endpoint) = ask.endpoint else { return Vec::new() };
    let mut search = Search { lost: Vec::new() };
    let good = Spot::of(endpoint.replies_of_class(2));
    for row in &ask.request.give {
        search.row(row, &good);
    }
    if let Some(pages) = &ask.request.pages {
        search.selector(&pages.next, &good, None);
    }
    let spot_of = |answers| match answers {
        Answers::Status(status) => match endpoint.reply(status) {
            Reply::Body(schema) => Spot { schemas: vec![schema], is_open: false },
            Reply::Empty | Reply::Unknown => Spot { schemas: Vec::new(), is_open: true },
        },
        Answers::Class(digit) => Spot::of(endpoint.replies_of_class(digit)),
        Answers::Timeout | Answers::Unreachable | Answers::Body => {
            Spot { schemas: Vec::new(), is_open: true }
        }
    };
    search.errors(&ask.request.errors, spot_of);
    search.lost
}

/// The selectors of the service that lead to nothing in the replies of any endpoint that is asked.
pub(super) fn lost_of_service<'m, 'd>(
    scope: &Scope<'m>,
    asks: &[Ask<'m, 'd>],
    destination: &'d Destination,
) -> Vec<Lost<'m, 'd>> {
    let mut search = Search { lost: Vec::new() };
    let asked: Vec<_> = asks.iter().filter_map(|ask| ask.endpoint).collect();
    let is_open = asked.len() < asks.len() || destination.endpoints().is_empty();
    let of_class = |digit: u16| {
        let spots = asked.iter().map(|endpoint| Spot::of(endpoint.replies_of_class(digit)));
        spots.fold(Spot { schemas: Vec::new(), is_open }, Spot::or)
    };
    let service = &scope.mapping.service;
    for selector in &service.reason {
        // Replies about which nothing is said are passed over: some other must have what is looked for.
        search.selector(selector, &of_class(4).or(of_class(5)).only_told(), None);
    }
    search.errors(&service.errors, |answers| match answers {
        Answers::Status(status) => of_class(status / 100),
        Answers::Class(digit) => of_class(digit),
        Answers::Timeout | Answers::Unreachable | Answers::Body => {
            Spot { schemas: Vec::new(), is_open: true }
        }
    });
    search.lost
}

struct Search<'m, 'd> {
    lost: Vec<Lost<'m, 'd>>,
}

impl<'m, 'd> Search<'m, 'd> {
    fn row(&mut self, row: &'m Row, reply: &Spot<'d>) {
        self.condition(row.when.as_ref(), reply, None);
        match &row.source {
            Source::From(from) => from.iter().for_each(|text| self.selector(text, reply, None)),
            Source::Each { each, filter, from } => {
                self.selector(each, reply, None);
                let item = Self::item(each, reply);
                self.condition(filter.as_ref(), reply, Some(&item));
                for text in from {
                    self.selector(text, reply, Some(&item));
                }
            }
            Source::Template { with, .. } => with.iter().for_each(|row| self.row(row, reply)),
            Source::Value(_) | Source::List(_) => {}
        }
    }

    /// What a row goes through: the elements of a list, or else all that a path matches.
    fn item(each: &Text, reply: &Spot<'d>) -> Spot<'d> {
        let is_many = steps(&each.text).iter().any(|step| matches!(step, Step::All | Step::Deep));
        match reply.at(&each.text) {
            _ if !each.text.starts_with("$.") => Spot::open(),
            Ok(spot) if is_many => spot,
            Ok(spot) => spot.elements(),
            Err(_) => Spot::open(),
        }
    }

    fn errors(&mut self, rules: &'m [ErrorRule], spot_of: impl Fn(Answers) -> Spot<'d>) {
        for rule in rules {
            let reply = spot_of(rule.answers);
            for arm in &rule.arms {
                self.condition(arm.when.as_ref(), &reply, None);
            }
        }
    }

    fn condition(&mut self, condition: Option<&'m Condition>, reply: &Spot<'d>, item: Option<&Spot<'d>>) {
        match condition.map(|condition| &condition.kind) {
            None => {}
            Some(ConditionKind::All(parts) | ConditionKind::Any(parts)) => {
                for part in parts {
                    self.condition(Some(part), reply, item);
                }
            }
            Some(ConditionKind::Not(part)) => self.condition(Some(part), reply, item),
            Some(ConditionKind::Test(text, test)) => {
                self.selector(text, reply, item);
                if let Some(other) = other_of(test) {
                    self.selector(other, reply, item);
                }
            }
        }
    }

    fn selector(&mut self, selector: &'m Text, reply: &Spot<'d>, item: Option<&Spot<'d>>) {
        let spot = match (selector.text.strip_prefix("$item"), item) {
            (Some(_), Some(item)) => item,
            (None, _) if selector.text.starts_with("$.") || selector.text.starts_with("$[") => reply,
            _ => return,
        };
        if let Err((key, within)) = spot.at(&selector.text) {
            self.lost.push(Lost { selector, key, within });
        }
    }
}

impl<'d> Spot<'d> {
    fn open() -> Self {
        Spot { schemas: Vec::new(), is_open: true }
    }

    /// The bodies of some replies.
    fn of(replies: impl Iterator<Item = Option<&'d Schema>>) -> Self {
        let schemas: Vec<&Schema> = replies.flatten().collect();
        let is_open = schemas.is_empty();
        Spot { schemas, is_open }
    }

    fn or(mut self, other: Self) -> Self {
        self.schemas.extend(other.schemas);
        self.is_open |= other.is_open;
        self
    }

    /// Without the schemas that say nothing.
    fn only_told(mut self) -> Self {
        let says_nothing = |schema: &Schema| {
            schema.kinds.is_empty()
                && schema.members.is_empty()
                && schema.any.is_empty()
                && schema.values.is_none()
        };
        self.schemas.retain(|schema| !says_nothing(schema));
        self.is_open |= self.schemas.is_empty();
        self
    }

    /// What stands where a selector leads, from here; or the key that is not there, and where it is not.
    fn at(&self, selector: &str) -> Result<Self, (String, Vec<&'d Schema>)> {
        let mut spot = self.clone();
        for step in steps(selector) {
            let next = match step {
                Step::Key(key) => spot.member(key),
                Step::Index => spot.elements(),
                Step::All => spot.elements().or(spot.all_members()),
                Step::Deep => return Ok(Spot::open()),
            };
            if next.schemas.is_empty() && !next.is_open {
                let key = if let Step::Key(key) = step { key } else { "" };
                return Err((key.to_owned(), spot.schemas));
            }
            spot = next;
        }
        Ok(spot)
    }

    fn member(&self, key: &str) -> Self {
        self.go(|schema| Some(schema.member(key)))
    }

    fn elements(&self) -> Self {
        self.go(Schema::element)
    }

    fn go(&self, step: impl Fn(&'d Schema) -> Option<Member<'d>>) -> Self {
        let mut next = Spot { schemas: Vec::new(), is_open: self.is_open };
        for schema in &self.schemas {
            match step(schema) {
                Some(Member::Known(member)) => next.schemas.push(member),
                Some(Member::Free) => next.is_open = true,
                Some(Member::Unknown | Member::BadName | Member::NoObject) | None => {}
            }
        }
        next
    }

    fn all_members(&self) -> Self {
        let mut next = Spot { schemas: Vec::new(), is_open: self.is_open };
        for schema in &self.schemas {
            next.schemas.extend(schema.members.values().map(AsRef::as_ref));
            match &schema.others {
                Others::Of(of) => next.schemas.push(of),
                Others::Any => next.is_open |= schema.takes(crate::destination::Kind::Object),
                Others::None => {}
            }
        }
        next
    }
}

/// The steps of a selector behind its name.
fn steps(selector: &str) -> Vec<Step<'_>> {
    let is_word = |letter: char| letter == '$' || letter == '_' || letter.is_ascii_alphanumeric();
    let mut rest = selector.trim_start_matches(is_word);
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if rest.starts_with("..") {
            steps.push(Step::Deep);
            break;
        }
        if let Some(behind) = rest.strip_prefix('.') {
            let end = behind.find(['.', '[']).unwrap_or(behind.len());
            let (key, behind) = behind.split_at_checked(end).unwrap_or((behind, ""));
            steps.push(if key == "*" { Step::All } else { Step::Key(key) });
            rest = behind;
            continue;
        }
        let Some((inside, behind)) = rest.strip_prefix('[').and_then(bracket) else {
            steps.push(Step::Deep);
            break;
        };
        let quoted = ['"', '\''].iter().find_map(|quote| inside.strip_prefix(*quote)?.strip_suffix(*quote));
        steps.push(match quoted {
            Some(key) if !key.contains(['"', '\'', '\\']) => Step::Key(key),
            Some(_) => Step::Deep,
            None if inside.parse::<i64>().is_ok() => Step::Index,
            None => Step::All,
        });
        rest = behind;
    }
    steps
}

/// What stands up to the bracket that closes, and what is behind it.
fn bracket(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, '[') => depth += 1,
            (None, ']') if depth == 0 => return Some((text.get(..at)?, text.get(at + 1..)?)),
            (None, ']') => depth -= 1,
            _ => {}
        }
    }
    None
}
