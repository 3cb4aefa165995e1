//! Selectors: text to root and path.

use std::collections::BTreeSet;
use std::sync::Arc;

use jsonpath_rust::parser::model::{JpQuery, Segment as JpSegment};
use jsonpath_rust::parser::parse_json_path;

use super::plain_path;
use super::plan::{Path, Query, Reach, Root, RowPlan, Selector, SourcePlan, singular};
use super::resolve::{Bare, Place, Resolver};
use crate::diag::{Code, quoted};
use crate::json::Slot;
use crate::json::capture::Paths;
use crate::model::{SettingKind, Text};
use crate::value::{Segment, Walk};

/// Most places in an event that one name is looked for in by the pass over the event; beyond, names are walked from.
pub(super) const MOST_SLOTS: usize = 64;

/// Once the pass looks at more places, no more are multiplied by the places of a name: each costs memory in every run.
pub(super) const MOST_PLACES: usize = 10_000;

/// Most bytes of a selector: the parser of paths is recursive.
const LONGEST: usize = 500;

impl Resolver<'_, '_> {
    /// Compiles a selector, or reports why it cannot be. Secrets are refused: they flow into `auth:` only.
    pub(super) fn selector(&mut self, text: &Text, place: Place<'_>) -> Option<Selector> {
        let selector = self.any_selector(text, place)?;
        if selector.secret {
            let message = format!("the secret {} could reach a request or a message", quoted(&text.text));
            self.found
                .error(Code::SECRET_LEAK, text.span, message)
                .help("secrets are used under `service: auth:` only");
        }
        Some(selector)
    }

    /// The same for a place where a secret may stand.
    pub(super) fn any_selector(&mut self, text: &Text, place: Place<'_>) -> Option<Selector> {
        let (name, rest) = split(&text.text);
        let path = self.path(text, rest)?;
        if !self.in_reach(text, name, place) {
            return None;
        }
        let is_secret = |index: usize| {
            self.mapping.config.get(index).is_some_and(|setting| setting.item.kind == SettingKind::Secret)
        };
        let compiled = |root, path| {
            let secret = matches!(root, Root::Setting(index) if is_secret(index));
            Some(Selector { root, path, reach: Reach::Root, text: Arc::from(text.text.as_str()), secret })
        };
        match name {
            None if place.bare == Bare::Reply => compiled(Root::Reply, path),
            None => {
                let reach = self.reach_in_event(&path);
                Some(Selector { reach, ..compiled(Root::Event, path)? })
            }
            Some("config") => {
                let (key, path) = self.take_key(text, path, "$config.name", "a setting")?;
                compiled(Root::Setting(self.setting(text, &key)?), path)
            }
            Some("steps") => {
                let (step, path) = self.take_key(text, path, "$steps.name.output", "a step")?;
                let example = self.given(&step).first().map_or("name", |output| output).to_owned();
                let (output, path) =
                    self.take_key(text, path, &format!("$steps.{step}.{example}"), "an output of the step")?;
                compiled(Root::Output(self.output(text, &step, &output)?), path)
            }
            Some("members") => {
                let (table, path) = self.take_key(text, path, "$members.table", "a table")?;
                compiled(Root::Rest(self.rest_of(text, &table)?), path)
            }
            Some("item") if place.item => compiled(Root::Item, path),
            Some("flow") => compiled(Root::Flow, path),
            Some(variable) if place.variable == Some(variable) => compiled(Root::Loop, path),
            Some(name) => {
                let name = self.name(text, name, place)?;
                let reach = self.reach_below_name(name, &path);
                Some(Selector { reach, ..compiled(Root::Name(name), path)? })
            }
        }
    }

    /// Has the pass over the event look at a path, as far as keys lead.
    fn reach_in_event(&mut self, path: &Path) -> Reach {
        let (keys, rest) = path.split_keys();
        let slot = keys.iter().fold(Paths::EVENT, |slot, key| self.paths.below(slot, key));
        Reach::Slot(slot, rest)
    }

    /// The same for a path below a name, wherever the name's value may stand.
    fn reach_below_name(&mut self, name: usize, path: &Path) -> Reach {
        let (keys, Path::Walk(Walk(rest))) = path.split_keys() else { return Reach::Root };
        if !rest.is_empty() {
            return Reach::Root;
        }
        if keys.is_empty() {
            return Reach::Name(name);
        }
        let slots = self.landings.get(name).cloned().unwrap_or_default();
        if slots.len() > MOST_SLOTS || self.paths.len() > MOST_PLACES {
            return Reach::Root;
        }
        let pair = |from: Slot| (from, keys.iter().fold(from, |slot, key| self.paths.below(slot, key)));
        Reach::Via(name, slots.into_iter().map(pair).collect())
    }

    /// Slots that a row's value may stand in, when it is passed on as it is; one more than allowed stands for many.
    pub(super) fn row_slots(&self, row: &RowPlan) -> Vec<Slot> {
        let SourcePlan::Candidates(selectors, _) = &row.source else { return Vec::new() };
        let slots: BTreeSet<Slot> = selectors.iter().flat_map(|selector| self.slots(selector)).collect();
        slots.into_iter().take(MOST_SLOTS.saturating_add(1)).collect()
    }

    /// Slots that a selector's value may stand in.
    pub(super) fn slots(&self, selector: &Selector) -> Vec<Slot> {
        let is_empty = |path: &Path| matches!(path, Path::Walk(Walk(rest)) if rest.is_empty());
        match &selector.reach {
            Reach::Slot(slot, rest) if is_empty(rest) => vec![*slot],
            Reach::Via(_, pairs) => pairs.iter().map(|(_, slot)| *slot).collect(),
            Reach::Name(name) => self.landings.get(*name).cloned().unwrap_or_default(),
            Reach::Slot(..) | Reach::Root => Vec::new(),
        }
    }

    /// Compiles a selector that must match one value at the most; `help` says what to do otherwise.
    pub(super) fn single(&mut self, text: &Text, place: Place<'_>, help: &str) -> Option<Selector> {
        let selector = self.selector(text, place)?;
        self.is_single(text, &selector, help).then_some(selector)
    }

    /// Whether a selector matches one value at the most.
    pub(super) fn is_single(&mut self, text: &Text, selector: &Selector, help: &str) -> bool {
        let single = selector.walk().is_some();
        if !single {
            let message = format!("{} may match several values", quoted(&text.text));
            self.found.error(Code::MANY_MATCHES, text.span, message).help(help);
        }
        single
    }

    /// A path to one value of the event, which is all that there is before a flow has been chosen.
    pub(super) fn event_path(&mut self, text: &Text) -> Option<Selector> {
        let (name, rest) = split(&text.text);
        if let (None, path @ Path::Walk(_)) = (name, self.path(text, rest)?) {
            let reach = self.reach_in_event(&path);
            let text = Arc::from(text.text.as_str());
            return Some(Selector { root: Root::Event, path, reach, text, secret: false });
        }
        let message = format!("{} is not a path to one value of the event", quoted(&text.text));
        self.found
            .error(Code::BAD_SELECTOR, text.span, message)
            .help("as in `$.userId`: the order is settled before anything is computed");
        None
    }

    /// Whether a name means something here: names, steps and events belong to a flow, and the service has none.
    fn in_reach(&mut self, text: &Text, name: Option<&str>, place: Place<'_>) -> bool {
        let in_reply = place.bare == Bare::Reply;
        if self.has_flow() || name == Some("config") || (name.is_none() && in_reply) {
            return true;
        }
        let message = format!("{} means nothing under `service:`", quoted(&text.text));
        let help = if in_reply {
            "read the reply, as in `$.error`, or a setting, as in `$config.name`"
        } else {
            "read a setting, as in `$config.name`"
        };
        self.found.error(Code::UNKNOWN_REFERENCE, text.span, message).help(help);
        false
    }

    /// The `JSONPath` behind a root.
    fn path(&mut self, text: &Text, rest: &str) -> Option<Path> {
        if rest.is_empty() {
            return Some(Path::Walk(Walk::default()));
        }
        let is_path = rest.starts_with('.') || rest.starts_with('[');
        if !is_path
            && self.mapping.names.iter().any(|row| text.text.strip_prefix('$') == Some(&*row.name.text))
        {
            // The name is one that no selector can read, which is reported where it is declared.
            return None;
        }
        let mut problem = |message: String, help: &str| {
            self.found.error(Code::BAD_SELECTOR, text.span, message).help(help);
            None
        };
        if text.text.len() > LONGEST {
            return problem(
                format!("the selector has more than {LONGEST} bytes"),
                "read a longer path through a name",
            );
        }
        if !is_path || has_blank_outside_brackets(rest) {
            let message = format!("{} is not a path", quoted(&text.text));
            return problem(message, "a path is `$.key.key`; a key with other characters is `$['a key']`");
        }
        if let Some(walk) = plain_path::walk(rest) {
            return Some(Path::Walk(walk));
        }
        let Ok(query) = parse_json_path(&format!("${rest}")) else {
            let message = format!("{} is not a path", quoted(&text.text));
            return problem(
                message,
                "a path is `$.key.key`, `$.list[0]`, `$.list[*].key` or `$['a key']` (RFC 9535)",
            );
        };
        let singular: Option<Vec<Segment>> = query.segments.iter().map(singular).collect();
        Some(
            singular.map_or_else(
                || Path::Query(Box::new(Query::new(query))),
                |segments| Path::Walk(Walk(segments)),
            ),
        )
    }

    /// Takes the first key off a path; `example` shows how it is written.
    fn take_key(&mut self, text: &Text, path: Path, example: &str, what: &str) -> Option<(String, Path)> {
        if let Path::Walk(Walk(mut segments)) = path
            && let Some(Segment::Key(_)) = segments.first()
            && let Segment::Key(key) = segments.remove(0)
        {
            return Some((key.into_string(), Path::Walk(Walk(segments))));
        }
        let message = format!("{} does not name {what}", quoted(&text.text));
        self.found.error(Code::BAD_SELECTOR, text.span, message).help(format!("as in {}", quoted(example)));
        None
    }

    fn setting(&mut self, text: &Text, key: &str) -> Option<usize> {
        let config = &self.mapping.config;
        let index = config.iter().position(|setting| setting.name.text == key);
        if index.is_none() {
            let names = config.iter().map(|setting| setting.name.text.as_str());
            let help =
                self.advice(key, names, |near| format!("$config.{near}"), "declare it under `config:`");
            self.unknown("config", key, text.span, format!("there is no setting {}", quoted(key)), help);
        }
        index
    }
}

/// The name behind the `$`, if there is one, and the rest.
fn split(text: &str) -> (Option<&str>, &str) {
    let body = text.strip_prefix('$').unwrap_or(text);
    let end = body
        .find(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .unwrap_or(body.len());
    match body.split_at_checked(end) {
        Some((name, rest)) if !name.is_empty() => (Some(name), rest),
        _ => (None, body),
    }
}

fn has_blank_outside_brackets(path: &str) -> bool {
    let mut depth = 0_usize;
    path.chars().any(|character| {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && (character.is_whitespace() || character.is_control())
    })
}

impl Path {
    /// The keys that a path begins with, and the rest of it.
    fn split_keys(&self) -> (Vec<String>, Path) {
        match self {
            Path::Walk(Walk(segments)) => {
                let key = |segment: &Segment| match segment {
                    Segment::Key(key) => Some(key.to_string()),
                    Segment::Index(_) => None,
                };
                let keys: Vec<String> = segments.iter().map_while(key).collect();
                let rest = segments.iter().skip(keys.len()).cloned().collect();
                (keys, Path::Walk(Walk(rest)))
            }
            Path::Query(query) => {
                let key = |segment: &JpSegment| match singular(segment) {
                    Some(Segment::Key(key)) => Some(key.into_string()),
                    _ => None,
                };
                let segments = &query.whole.segments;
                let keys: Vec<String> = segments.iter().map_while(key).collect();
                let segments = segments.iter().skip(keys.len()).cloned().collect();
                (keys, Path::Query(Box::new(Query::new(JpQuery { segments }))))
            }
        }
    }
}

impl Selector {
    /// The walk, when the selector matches one node at the most.
    pub(crate) fn walk(&self) -> Option<&Walk> {
        match &self.path {
            Path::Walk(walk) => Some(walk),
            Path::Query(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MOST_PLACES;
    use crate::compile::load;
    use crate::diag::Diagnostics;

    #[test]
    fn the_places_of_a_name_are_not_multiplied_without_end() {
        let mapping = corpus::mapping_with_places(64, 1_000);
        let plan = load(&mapping, &mut Diagnostics::new()).unwrap();
        assert!((MOST_PLACES..MOST_PLACES + 100).contains(&plan.paths.len()), "{}", plan.paths.len());
    }
}
