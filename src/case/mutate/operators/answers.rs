//! Operators on tables of errors.

use crate::case::mutate::operator::{Operator, Way};
use crate::case::mutate::role::Role;
use crate::source::Kind;

pub(super) const DROP_ANSWER: Operator = Operator {
    name: "drop-answer",
    summary: "leaves out a line of a table of errors, or one of its meanings",
    example: (
        "service: {errors: {404: done, 422: [{if: {$.a: 1}, then: done}, {then: skip}]}}",
        &[
            "service: {errors: {422: [{if: {$.a: 1}, then: done}, {then: skip}]}}",
            "service: {errors: {404: done}}",
            "service: {errors: {404: done, 422: [{then: skip}]}}",
            "service: {errors: {404: done, 422: [{if: {$.a: 1}, then: done}]}}",
        ],
    ),
    way: Way::Makes(|spot, changes| {
        let is_only = matches!(&spot.node.kind, Kind::Map(entries) if entries.len() == 1);
        let is_whole = spot.role == Role::Answers && is_only;
        if is_whole || spot.stands_in(Role::Answers) || spot.stands_in(Role::Arms) {
            changes.drop(spot);
        }
    }),
};

pub(super) const CHANGE_VERDICT: Operator = Operator {
    name: "change-verdict",
    summary: "lets an answer mean something else",
    example: (
        "service: {errors: {429: retry, 404: {then: done}}}",
        &[
            "service: {errors: {429: missing, 404: {then: done}}}",
            "service: {errors: {429: reject, 404: {then: done}}}",
            "service: {errors: {429: retry, 404: {then: fail}}}",
            "service: {errors: {429: retry, 404: {then: skip}}}",
        ],
    ),
    way: Way::Makes(|spot, changes| {
        let (Role::Verdict, Some(word)) = (spot.role, spot.node.as_text()) else { return };
        let others = VERDICTS.iter().find(|(known, _)| *known == word).map_or(&[][..], |(_, others)| others);
        for other in others {
            changes.write(spot, other);
        }
    }),
};

/// What an answer may mean, and what would be a mistake for it.
const VERDICTS: [(&str, &[&str]); 7] = [
    ("done", &["fail", "skip"]),
    ("missing", &["fail", "done"]),
    ("skip", &["reject", "done"]),
    ("retry", &["missing", "reject"]),
    ("refresh_auth", &["fail", "reject"]),
    ("reject", &["fail", "done"]),
    ("fail", &["missing", "reject"]),
];
