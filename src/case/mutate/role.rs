//! What each value of a mapping is, by where it stands.
//!
//! In: the tree of a mapping. Out: its values in the order of the text, each with its role. Knows the keys of the
//! language and which of them hold what, not what they mean.

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

/// Which roles the members of a role have. `*` is any key that is not named before it, and any element of a list.
const GRAMMAR: &[(Role, &[(&str, Role)])] = &[
    (
        Role::File,
        &[
            ("integration", Role::Constant),
            ("config", Role::Settings),
            ("service", Role::Service),
            ("names", Role::Rows),
            ("tables", Role::Tables),
            ("parts", Role::Parts),
            ("flows", Role::Flows),
        ],
    ),
    (Role::Settings, &[("*", Role::Setting)]),
    (Role::Setting, &[("default", Role::Constant)]),
    (
        Role::Service,
        &[
            ("base_url", Role::Row),
            ("auth", Role::Logins),
            ("headers", Role::Rows),
            ("errors", Role::Answers),
            ("reason", Role::Selectors),
        ],
    ),
    (Role::Logins, &[("*", Role::Login)]),
    (Role::Login, &[("when", Role::Condition), ("basic", Role::Basic), ("oauth2", Role::OAuth)]),
    (Role::Basic, &[("user", Role::Row)]),
    (Role::OAuth, &[("token_path", Role::Path), ("scope", Role::Constant)]),
    (Role::Rows, &[("*", Role::Row)]),
    (
        Role::Row,
        &[
            ("from", Role::Selectors),
            ("each", Role::Selector),
            ("where", Role::Condition),
            ("when", Role::Condition),
            ("with", Role::Rows),
            ("list", Role::Elements),
            ("map", Role::Replacements),
            ("as", Role::Type),
            ("value", Role::Constant),
            ("text", Role::Constant),
            ("default", Role::Constant),
            ("required", Role::Message),
            ("truncate", Role::Limit),
        ],
    ),
    (Role::Elements, &[("*", Role::Element)]),
    (Role::Element, &[("when", Role::Condition), ("rows", Role::Rows)]),
    (Role::Replacements, &[("*", Role::Constant)]),
    (Role::Tables, &[("*", Role::Table)]),
    (Role::Table, &[("under", Role::Constant), ("rows", Role::Rows), ("rest", Role::Rest)]),
    (
        Role::Rest,
        &[("of", Role::Selector), ("into", Role::Constant), ("as", Role::Type), ("keys", Role::KeyRule)],
    ),
    (Role::KeyRule, &[("other", Role::Constant)]),
    (Role::Parts, &[("*", Role::Steps)]),
    (Role::Flows, &[("*", Role::Flow)]),
    (
        Role::Flow,
        &[
            ("event", Role::Constant),
            ("when", Role::Condition),
            ("names", Role::Rows),
            ("require", Role::Requirements),
            ("steps", Role::Steps),
        ],
    ),
    (Role::Requirements, &[("*", Role::Requirement)]),
    (
        Role::Requirement,
        &[
            ("present", Role::Selector),
            ("that", Role::Condition),
            ("unless", Role::Condition),
            ("error", Role::Message),
        ],
    ),
    (Role::Steps, &[("*", Role::Step)]),
    (
        Role::Step,
        &[
            ("use", Role::End),
            ("stop", Role::End),
            ("skip", Role::End),
            ("reject", Role::End),
            ("*", Role::Call),
        ],
    ),
    (Role::End, &[("when", Role::Condition), ("why", Role::Message), ("error", Role::Message)]),
    (
        Role::Call,
        &[
            ("get", Role::Path),
            ("head", Role::Path),
            ("post", Role::Path),
            ("put", Role::Path),
            ("patch", Role::Path),
            ("delete", Role::Path),
            ("when", Role::Condition),
            ("for_each", Role::Loop),
            ("ensure", Role::Ensure),
            ("with", Role::Rows),
            ("query", Role::Rows),
            ("headers", Role::Rows),
            ("body", Role::Body),
            ("give", Role::Rows),
            ("every_page", Role::Pages),
            ("once", Role::Once),
            ("errors", Role::Answers),
            ("verify", Role::Call),
        ],
    ),
    (Role::Ensure, &[("find", Role::Finds), ("create", Role::Call)]),
    (Role::Finds, &[("*", Role::Call)]),
    (Role::Loop, &[("in", Role::Selector), ("where", Role::Condition), ("max", Role::Limit)]),
    (Role::Pages, &[("next", Role::Selector), ("max", Role::Limit)]),
    (Role::Once, &[("key", Role::Row)]),
    (Role::Body, &[("under", Role::Constant), ("plus", Role::Rows)]),
    (Role::Answers, &[("*", Role::Arms)]),
    (Role::Arms, &[("*", Role::Arm)]),
    (Role::Arm, &[("if", Role::Condition), ("then", Role::Verdict), ("why", Role::Message)]),
    (
        Role::Condition,
        &[("any", Role::Conditions), ("all", Role::Conditions), ("not", Role::Condition), ("*", Role::Test)],
    ),
    (Role::Conditions, &[("*", Role::Condition)]),
    (
        Role::Test,
        &[
            ("not", Role::Test),
            ("same_as", Role::Selector),
            ("same_as_ignoring_case", Role::Selector),
            ("same_moment_as", Role::Selector),
            ("in_list", Role::Selector),
            ("in_list_ignoring_case", Role::Selector),
            ("is", Role::Presences),
            ("equals", Role::Constant),
            ("in", Role::Constant),
            ("gt", Role::Constant),
            ("gte", Role::Constant),
            ("lt", Role::Constant),
            ("lte", Role::Constant),
        ],
    ),
    (Role::Presences, &[("*", Role::Presences)]),
    (Role::Selectors, &[("*", Role::Selector)]),
    (Role::Constant, &[("*", Role::Constant)]),
];

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

fn member_role(role: Role, key: &str) -> Role {
    let members = GRAMMAR.iter().find(|(of, _)| *of == role).map_or(&[][..], |(_, members)| members);
    members.iter().find(|(known, _)| *known == key || *known == "*").map_or(Role::Word, |(_, role)| *role)
}

/// What may be one thing or a list of several, and what has a short form, is what it looks like.
fn settled(role: Role, node: &Node) -> Role {
    match (role, &node.kind) {
        (Role::Logins, Kind::Map(_)) => Role::Login,
        (Role::Finds, Kind::Map(_)) => Role::Call,
        (Role::Arms, Kind::Map(_)) => Role::Arm,
        (Role::Arms, Kind::Scalar { .. }) => Role::Verdict,
        (Role::Row, Kind::List(_)) => Role::Selectors,
        (Role::Row | Role::Selectors, Kind::Scalar { .. }) => Role::Selector,
        (Role::Body | Role::End, Kind::Scalar { .. }) => Role::Word,
        _ => role,
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
