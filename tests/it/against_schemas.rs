//! The shipped mapping, changed, against the schemas of its destination; and the commands that show schemas.

use std::fs;
use std::path::Path;

use mapwright::compile;
use mapwright::diag::{Diagnostics, Severity, render};
use mapwright::lint::{self, Options};
use serde_json::{Value, json};

use super::cli::{Folder, run, run_in, stderr, stdout};
use super::destination::zendesk_schemas;
use super::scripted::ZENDESK;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What the linter says of the shipped mapping when one text in it is another: code, message and advice of each finding.
#[track_caller]
fn changed(from: &str, to: &str) -> Vec<(String, Severity, String, String)> {
    assert!(ZENDESK.contains(from), "the mapping has no {from}");
    let mapping = ZENDESK.replacen(from, to, 1);
    let mut found = Diagnostics::new();
    if compile::load(&mapping, &mut found).is_none() {
        panic!("{}", render::human(&found.into_vec(), "mapping.yaml", &mapping));
    }
    let options = Options { destination: Some(zendesk_schemas()), ..Options::default() };
    lint::lint(&mapping, &options, &mut found);
    let told = found.into_vec().into_iter();
    told.map(|found| (found.code.id(), found.severity, found.message, found.help.unwrap_or_default())).collect()
}

#[track_caller]
fn check(from: &str, to: &str, code: &str, message: &str, help: &str) {
    let found = changed(from, to);
    let [(own, _, told, advice)] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((own.as_str(), told.as_str()), (code, message));
    assert!(advice.contains(help), "{advice}");
}

const UPSERT: &str = "`POST /users/create_or_update`";

#[test]
fn attributes_are_those_of_the_destination() {
    let message = format!("{UPSERT} does not know `user.timezone`");
    check("      time_zone: ", "      timezone: ", "D0562", &message, "did you mean `time_zone`?");
    let message = format!("{UPSERT} does not know `user.organization.id`");
    check("      time_zone: ", "      organization.id: ", "D0562", &message, "it knows `name`");
    check("under: user\n", "under: users\n", "D0562", &format!("{UPSERT} does not know `users`"), "`user`");
    let message = format!("`user.active` is set by the destination, and {UPSERT} drops it");
    check("      time_zone: ", "      active: ", "D0563", &message, "remove the row");
}

#[test]
fn types_are_those_that_the_destination_takes() {
    let row = "{from: $person.timezone, as: string}";
    let message = format!("`user.time_zone` is a number, and {UPSERT} takes null or text");
    check(row, "{from: $person.timezone, as: number}", "D0564", &message, "`as:`");
    let message = format!("`user.time_zone` may be true or false or a number, and {UPSERT} takes null or text");
    check(row, "{from: $person.timezone, as: scalar}", "D0565", &message, "`as:`");
    let message = "`organization.tags` is a list of a number, and `POST /organizations/create_or_update` takes a list of text";
    check("{from: $firm.tags, as: [string]}", "{from: $firm.tags, as: [integer]}", "D0564", message, "`as:`");
    check(
        "organization_id: {from: [$steps.organization.id, $steps.namesake.id], required: true}",
        "organization_id: {from: [$steps.organization.id, $steps.namesake.id], as: number, required: true}",
        "D0565",
        "`organization_membership.organization_id` may be a number with a fraction, and `POST /organization_memberships` takes a whole number",
        "`as:`",
    );
}

#[test]
fn constants_are_those_that_the_destination_takes() {
    let check = |from: &str, to: &str, message: &str| check(from, to, "D0566", message, "in the schemas");
    check(
        "number: decimal",
        "number: number",
        "`user_field.type` is `number`, where one of `text`, `textarea`, `checkbox`, `date`, `integer`, `decimal`, \
         `regexp`, `dropdown`, `multiselect`, `lookup` is wanted",
    );
    check("verified:        {value: true", "verified:        {value: \"yes\"", "`user.verified` is text, where true or false is wanted");
    check("profile.type:      {value: customer}", "profile.type:      {value: \"\", default: zendesk}", "");
}

#[test]
fn what_the_destination_needs_is_filled() {
    check(
        "rows: {type: {value: email}, value: $email, verified",
        "rows: {value: $email, verified",
        "D0567",
        "`POST /users/:user_id/identities` needs `identity.type`, and no row fills it",
        "add a row",
    );
}
