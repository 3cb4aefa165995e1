//! Which keys of the mapping language hold what.
//!
//! In: the role of a map or list and a key. Out: the role of the value under it.

use super::role::Role;
use crate::source::{Kind, Node};

/// The role of what stands under `key`; `*` is an element of a list.
pub(super) fn member_role(role: Role, key: &str) -> Role {
    let members = GRAMMAR.iter().find(|(of, _)| *of == role).map_or(&[][..], |(_, members)| members);
    members.iter().find(|(known, _)| *known == key || *known == "*").map_or(Role::Word, |(_, role)| *role)
}

/// What may be one thing or a list of several, and what has a short form, is what it looks like.
pub(super) fn settled(role: Role, node: &Node) -> Role {
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
            ("remember", Role::Once),
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
