//! Which flows a part of a mapping belongs to, so that a mutant is shown to the cases of those flows only.
//!
//! In: the tree of a mapping. Out: for each name, table and part the flows that may use it. It looks at words alone and
//! rather says too much than too little.

use std::collections::{BTreeMap, BTreeSet};

use super::Mutant;
use crate::source::{Document, Kind, Node};

/// Keys of the file whose members are used by flows.
const SHARED: [&str; 3] = ["names", "tables", "parts"];

/// The flows that may use each name, table and part.
#[derive(Debug, Default)]
pub(super) struct Reach {
    flows: BTreeMap<(String, String), BTreeSet<String>>,
    /// Whether names may decide which flow takes an event.
    names_decide: bool,
}

impl Reach {
    pub(super) fn of(document: &Document) -> Self {
        let mut words: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
        for section in SHARED.into_iter().chain(["flows"]) {
            for (name, node) in members(document.root.get(section)) {
                let mut used = BTreeSet::new();
                collect(node, &mut used);
                words.insert((section, name), used);
            }
        }
        let mut flows: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        for (flow, _) in members(document.root.get("flows")) {
            let mut seen = BTreeSet::from([("flows", flow)]);
            let mut open = vec![("flows", flow)];
            while let Some(item) = open.pop() {
                let used = words.get(&item);
                let is_used = |(section, name): &&(&str, &str)| {
                    *section != "flows" && used.is_some_and(|used| used.contains(name))
                };
                for other in words.keys().filter(is_used) {
                    if seen.insert(*other) {
                        open.push(*other);
                    }
                }
            }
            for (section, name) in seen {
                flows.entry((section.to_owned(), name.to_owned())).or_default().insert(flow.to_owned());
            }
        }
        let names_decide = members(document.root.get("flows")).any(|(_, flow)| flow.get("when").is_some());
        Self { flows, names_decide }
    }

    /// The flows that an event must be in to meet what the mutant changes; nothing where that cannot be said.
    pub(super) fn flows_of(&self, mutant: &Mutant) -> Option<&BTreeSet<String>> {
        let mut parts = mutant.at.split(['.', '[']);
        let (section, name, inner) = (parts.next()?, parts.next()?, parts.next());
        // What else stands in a flow decides whether it takes an event.
        let is_inside = matches!(inner, Some("names" | "require" | "steps"));
        if (section == "flows" && !is_inside) || (section == "names" && self.names_decide) {
            return None;
        }
        self.flows.get(&(section.to_owned(), name.to_owned()))
    }
}

fn members(node: Option<&Node>) -> impl Iterator<Item = (&str, &Node)> {
    let entries = match node.map(|node| &node.kind) {
        Some(Kind::Map(entries)) => entries.as_slice(),
        _ => &[],
    };
    entries.iter().map(|(key, node)| (key.text.as_str(), node))
}

/// All words of keys and values.
fn collect<'d>(node: &'d Node, words: &mut BTreeSet<&'d str>) {
    match &node.kind {
        Kind::Scalar { text, .. } => split(text, words),
        Kind::List(nodes) => nodes.iter().for_each(|node| collect(node, words)),
        Kind::Map(entries) => entries.iter().for_each(|(key, node)| {
            split(&key.text, words);
            collect(node, words);
        }),
    }
}

fn split<'d>(text: &'d str, words: &mut BTreeSet<&'d str>) {
    words.insert(text);
    words.extend(text.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | '-')));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::mutate::mutants;
    use crate::diag::Diagnostics;
    use crate::source;

    const TEXT: &str = "\
names: {a: $.a, b: {from: $a.b, default: x}, c: $.c}
tables: {t: {rows: {x: $b, y: $c}}, u: {rows: {z: $.z.z}}}
parts: {p: [{s: {post: /s, body: t}}, {r: {post: /r, body: t}}]}
flows:
  f: {event: track, steps: [{use: p}, {stop: {when: {$.k: 1}}}]}
  g: {event: group, steps: [{s: {post: /s, body: u}}, {stop: {when: {$.k: 1}}}]}
";

    #[track_caller]
    fn check(at: &str, expected: Option<&[&str]>) {
        check_in(TEXT, at, expected);
    }

    #[track_caller]
    fn check_in(text: &str, at: &str, expected: Option<&[&str]>) {
        let reach = Reach::of(&source::read(text, &mut Diagnostics::new()).unwrap());
        let mutant = mutants(text).into_iter().find(|mutant| mutant.at.starts_with(at)).unwrap();
        let flows = reach.flows_of(&mutant);
        assert_eq!(
            flows.map(|flows| flows.iter().map(String::as_str).collect::<Vec<_>>()).as_deref(),
            expected
        );
    }

    #[test]
    fn through_parts_tables_and_names() {
        check("parts.p", Some(&["f"]));
        check("tables.t", Some(&["f"]));
        check("tables.u", Some(&["g"]));
        check("names.b", Some(&["f"]));
        check("names.a", Some(&["f"]));
    }

    #[test]
    fn the_steps_of_a_flow_are_its_own() {
        check("flows.g.steps", Some(&["g"]));
    }

    #[test]
    fn what_takes_events_may_be_met_by_all() {
        check("flows.f.event", None);
        let text = TEXT.replace("event: group,", "event: group, when: {$a: 1},");
        check_in(&text, "names.a", None);
        check_in(&text, "tables.t", Some(&["f"]));
    }
}
