//! What each value of a mapping is, by where it stands.
//!
//! In: the tree of a mapping. Out: its values in the order of the text, each with its role. Knows the keys of the
//! language and which of them hold what, not what they mean.

use super::grammar::{member_role, settled};
use crate::source::{Document, Key, Kind, Node, Route, Segment};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The whole file.
    File,
    /// `config`.
    Settings,
    /// One setting.
    Setting,
    /// `service`.
    Service,
    /// `auth`.
    Logins,
    /// One way to log in.
    Login,
    /// `basic`.
    Basic,
    /// `oauth2`.
    OAuth,
    /// Rows by name: `rows`, `names`, `with`, `query`, `headers`, `give`, `plus`.
    Rows,
    /// A row in its long form.
    Row,
    /// `list` of a row.
    Elements,
    /// One object of a `list`.
    Element,
    /// `map` of a row.
    Replacements,
    /// Type of a row.
    Type,
    /// `tables`.
    Tables,
    /// One table.
    Table,
    /// `rest` of a table.
    Rest,
    /// `keys` of a rest.
    KeyRule,
    /// `parts`.
    Parts,
    /// `flows`.
    Flows,
    /// One flow.
    Flow,
    /// `require`.
    Requirements,
    /// One requirement.
    Requirement,
    /// A list of steps.
    Steps,
    /// A map with one key.
    Step,
    /// A request, or an `ensure`, with what stands beside it.
    Call,
    /// What stands under `use`, `stop`, `skip` and `reject`.
    End,
    /// `find` and `create`.
    Ensure,
    /// `find`.
    Finds,
    /// `for_each`.
    Loop,
    /// `every_page`.
    Pages,
    /// `once`.
    Once,
    /// `body` in its long form.
    Body,
    /// A table of errors.
    Answers,
    /// What one answer means, as a list.
    Arms,
    /// One of them, with `then`.
    Arm,
    /// A word of a table of errors.
    Verdict,
    /// A condition.
    Condition,
    /// `any` and `all`.
    Conditions,
    /// What a condition asks of one selector.
    Test,
    /// What `is` asks for.
    Presences,
    /// A selector, or several in order.
    Selectors,
    /// One selector.
    Selector,
    /// A constant that is sent or compared with.
    Constant,
    /// Words for people.
    Message,
    /// A number of pages, elements or characters.
    Limit,
    /// A path of a request.
    Path,
    /// Anything else.
    Word,
}

/// A value of a mapping with its role and what is around it.
#[derive(Clone, Debug)]
pub(super) struct Spot<'d> {
    /// What it is.
    pub(super) role: Role,
    /// The value.
    pub(super) node: &'d Node,
    /// Its key, unless it is an element of a list or the file.
    pub(super) key: Option<&'d Key>,
    /// The map or list that it stands in, and what that is.
    pub(super) above: Option<(Role, &'d Node)>,
    /// The way to it.
    pub(super) route: Route,
}

impl Spot<'_> {
    /// Whether it is the value of `key` in something of this role.
    pub(super) fn is(&self, above: Role, key: &str) -> bool {
        self.stands_in(above) && self.key.is_some_and(|own| own.text == key)
    }

    /// Whether what it stands in has this role.
    pub(super) fn stands_in(&self, above: Role) -> bool {
        self.above.is_some_and(|(role, _)| role == above)
    }
}

/// All values with a role, in the order of the text.
pub(super) fn spots(document: &Document) -> Vec<Spot<'_>> {
    let root = Spot { role: Role::File, node: &document.root, key: None, above: None, route: Route::root() };
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(spot) = open.pop() {
        let inner = members(&spot);
        open.extend(inner.into_iter().rev());
        found.push(spot);
    }
    found
}

fn members<'d>(spot: &Spot<'d>) -> Vec<Spot<'d>> {
    let below = |role, node, key, segment| Spot {
        role: settled(role, node),
        node,
        key,
        above: Some((spot.role, spot.node)),
        route: spot.route.with(segment),
    };
    match &spot.node.kind {
        Kind::Scalar { .. } => Vec::new(),
        Kind::List(nodes) => {
            let role = member_role(spot.role, "*");
            let one = |(index, node)| below(role, node, None, Segment::Index(index));
            nodes.iter().enumerate().map(one).collect()
        }
        Kind::Map(entries) => {
            let one = |(key, node): &'d (Key, Node)| {
                let role = member_role(spot.role, &key.text);
                below(role, node, Some(key), Segment::Key(key.text.clone()))
            };
            entries.iter().map(one).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Diagnostics;
    use crate::source;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, Role)]) {
        let document = source::read(text, &mut Diagnostics::new()).unwrap();
        let spots = spots(&document);
        for (route, role) in expected {
            let spot = spots.iter().find(|spot| spot.route.to_string() == *route);
            assert_eq!(spot.map(|spot| spot.role), Some(*role), "{route}");
        }
    }

    #[test]
    fn rows_in_all_their_forms() {
        check(
            "tables: {t: {rows: {a: $.a, b: [$.b, $.c], c: {from: $.c, default: {from: x}}}}}",
            &[
                ("tables.t.rows.a", Role::Selector),
                ("tables.t.rows.b", Role::Selectors),
                ("tables.t.rows.b[1]", Role::Selector),
                ("tables.t.rows.c", Role::Row),
                ("tables.t.rows.c.from", Role::Selector),
                ("tables.t.rows.c.default.from", Role::Constant),
            ],
        );
    }

    #[test]
    fn one_or_many() {
        check(
            "service: {auth: {bearer: $config.t}, errors: {404: done, 422: {then: skip}, 5xx: [{then: retry}]}}",
            &[
                ("service.auth", Role::Login),
                ("service.errors.404", Role::Verdict),
                ("service.errors.422", Role::Arm),
                ("service.errors.422.then", Role::Verdict),
                ("service.errors.5xx[0]", Role::Arm),
            ],
        );
    }

    #[test]
    fn steps_and_what_is_in_them() {
        check(
            "flows: {f: {event: track, steps: [{use: p}, {stop: {when: {$.a: 1}}}, {s: {ensure: {find: {get: /x}, create: {post: /x}}}}]}}",
            &[
                ("flows.f.steps[0].use", Role::Word),
                ("flows.f.steps[1].stop", Role::End),
                ("flows.f.steps[1].stop.when[\"$.a\"]", Role::Test),
                ("flows.f.steps[2].s", Role::Call),
                ("flows.f.steps[2].s.ensure.find", Role::Call),
                ("flows.f.steps[2].s.ensure.create.post", Role::Path),
            ],
        );
    }
}
