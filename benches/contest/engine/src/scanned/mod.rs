//! What `mappings/zendesk.yaml` does with the bytes of an event, written by hand on the scanner of the engine.
//!
//! One pass finds all that is read, and the body is made of pieces of the event's text: what the engine would be if
//! the mapping were compiled into it. Texts are sent as they are written, escapes included.

mod capture;
mod emit;

use hand::{Refused, rejected};
use mapwright::json::scan::{Kind, utf8};

use capture::{Memory, Parts, Token};

/// Prepares one event after another in the same memory.
#[derive(Default)]
pub(crate) struct Scanned {
    traits: Memory,
    of_context: Memory,
}

impl Scanned {
    /// Appends the body that the event gives; `false` when it gives none before an answer is there.
    pub(crate) fn prepare(&mut self, event: &[u8], out: &mut Vec<u8>) -> Result<bool, Refused> {
        let Ok(text) = utf8(event) else { return Err(rejected("the event is not UTF-8")) };
        let mut parts = Parts::default();
        parts.traits.lend(&mut self.traits);
        parts.of_context.lend(&mut self.of_context);
        let made = match parts.read(text) {
            Ok(()) => choose(&parts, out),
            Err(bad) => Err(Refused::Rejected(format!("the event is {bad}").into())),
        };
        parts.traits.give_back(&mut self.traits);
        parts.of_context.give_back(&mut self.of_context);
        made
    }
}

fn choose(parts: &Parts<'_>, out: &mut Vec<u8>) -> Result<bool, Refused> {
    if parts.root != Some(Kind::Object) {
        let found = parts.kind.map_or("", emit::kind_of);
        return Err(Refused::Rejected(format!("the event is not an object but {found}").into()));
    }
    if is_excluded(parts) {
        return Err(Refused::Skipped("the event's integrations exclude ZENDESK".into()));
    }
    let kind = match parts.kind {
        None | Some(Token { kind: Kind::Null, .. } | Token { text: "\"\"", .. }) => {
            return Err(rejected("the event has no type"));
        }
        Some(kind) if kind.kind == Kind::Text => kind,
        Some(other) => {
            let why = format!("the event's type is not text but {}", emit::kind_of(other));
            return Err(Refused::Rejected(why.into()));
        }
    };
    let kind = emit::meant_by(kind);
    if kind.eq_ignore_ascii_case("identify") {
        emit::identify(parts, out)
    } else if kind.eq_ignore_ascii_case("track") {
        emit::track(parts, out)
    } else if kind.eq_ignore_ascii_case("group") {
        emit::group(parts, out)
    } else {
        let shown: String = kind.to_lowercase().chars().take(60).collect();
        Err(Refused::Rejected(format!("Event type {shown} is not supported").into()))
    }
}

fn is_excluded(parts: &Parts<'_>) -> bool {
    match parts.own.map(|own| own.kind) {
        Some(Kind::False) => true,
        Some(Kind::True | Kind::Object) => false,
        _ => parts.all.is_some_and(|all| all.kind == Kind::False),
    }
}
