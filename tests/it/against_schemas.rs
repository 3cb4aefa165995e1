//! The shipped mapping, changed, against the schemas of its destination.

use std::sync::Arc;

use mapwright::compile;
use mapwright::destination::Destination;
use mapwright::diag::{Diagnostics, Severity, render};
use mapwright::lint::{self, Options};
use serde_json::json;

use super::destination::zendesk_schemas;
use super::scripted::ZENDESK;

/// What the linter says of the shipped mapping when one text in it is another: code, message and advice of each finding.
#[track_caller]
fn changed(from: &str, to: &str) -> Vec<(String, Severity, String, String)> {
    assert!(ZENDESK.contains(from), "the mapping has no {from}");
    let mapping = ZENDESK.replacen(from, to, 1);
    let mut found = Diagnostics::new();
    let compiles = compile::load(&mapping, &mut found).is_some();
    assert!(compiles, "{}", render::human(&found.into_vec(), "mapping.yaml", &mapping));
    let options = Options { destination: Some(zendesk_schemas()), ..Options::default() };
    lint::lint(&mapping, &options, &mut found);
    let told = found.into_vec().into_iter();
    told.map(|found| (found.code.id(), found.severity, found.message, found.help.unwrap_or_default()))
        .collect()
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
    let message =
        format!("`user.time_zone` may be true or false or a number, and {UPSERT} takes null or text");
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
    check(
        "verified:        {value: true",
        "verified:        {value: \"yes\"",
        "`user.verified` is text, where true or false is wanted",
    );
}

#[test]
fn what_the_destination_needs_is_filled() {
    check(
        "rows: {type: {value: email}, value: $email, verified",
        "rows: {value: $email, verified",
        "D0567",
        "`POST /users/{user_id}/identities` needs `identity.type`, and no row fills it",
        "add a row",
    );
    check(
        "truncate: 40, required: \"A track event needs a name\"",
        "truncate: 40",
        "D0568",
        "`POST /users/{user_id}/events` needs `event.type`, and not every event fills it",
        "add `required:`",
    );
    // The condition of the step sees to it that there is an address, the requirement of the flow that there is an id.
    check(
        "when: {$config.searchByExternalId: true, $email: {is: present}, not:",
        "when: {$config.searchByExternalId: true, not:",
        "D0568",
        "`POST /users/{user_id}/identities` needs `identity.value`, and not every event fills it",
        "`require:`",
    );
    check(
        "    require: [{present: $user_id, error: UserId is a mandatory field for track}]\n",
        "",
        "D0568",
        "`POST /users/{user_id}/events` needs `profile.identifiers.value`, and not every event fills it",
        "`require:`",
    );
}

/// Numbers of the findings about a need of `POST /links` behind some steps.
fn needs(steps: &str, row: &str) -> Vec<String> {
    let mut found = found_in(steps, row);
    found.retain(|(_, message)| message.contains(" needs "));
    found.into_iter().map(|(code, _)| code).collect()
}

/// Numbers and messages of the findings about a mapping with some steps.
fn found_in(steps: &str, row: &str) -> Vec<(String, String)> {
    let mapping = format!(
        "format: 1\ndestination: example\norder_by: $.userId\nservice: {{base_url: {{value: 'https://a.test'}}}}\n\
         tables: {{link: {{rows: {{person: {row}}}}}}}\nflows:\n  track:\n    event: track\n    steps:\n{steps}"
    );
    let body = json!({"type": "object", "required": ["person"]});
    let schemas = json!({"openapi": "3.1.0", "paths": {
        "/people": {"post": {"responses": {}}, "get": {"responses": {}}},
        "/links": {"post": {
            "requestBody": {"content": {"application/json": {"schema": body}}}, "responses": {},
        }},
    }});
    let destination = Destination::read(&[("one.json".into(), schemas.to_string())]).unwrap();
    let options = Options { destination: Some(Arc::new(destination)), ..Options::default() };
    let mut found = Diagnostics::new();
    assert!(compile::load(&mapping, &mut found).is_some(), "{mapping}");
    lint::lint(&mapping, &options, &mut found);
    found.into_vec().into_iter().map(|found| (found.code.id(), found.message)).collect()
}

#[test]
fn an_output_that_a_step_always_gives_fills() {
    const LINK: &str = "      - link: {post: /links, body: link}\n";
    let behind = |step: &str| needs(&format!("      - person: {step}\n{LINK}"), "$steps.person.id");
    assert!(behind("{post: /people, give: {id: {from: $.id, required: true}}}").is_empty());
    assert_eq!(behind("{post: /people, give: {id: $.id}}"), ["D0568"]);
    assert_eq!(
        behind("{when: {$.x: 1}, post: /people, give: {id: {from: $.id, required: true}}}"),
        ["D0568"]
    );
    assert_eq!(
        behind("{post: /people, give: {id: {from: $.id, required: true}}, errors: {404: done}}"),
        ["D0568"]
    );
    let ensured = "{ensure: {find: {get: /people, give: {id: $.id}}, create: {post: /people, give: {id: {from: $.id, required: true}}}}}";
    assert!(behind(ensured).is_empty());
    let guarded = LINK.replace("{post", "{when: {$steps.person.id: {is: present}}, post");
    let steps = format!("      - person: {{post: /people, give: {{id: $.id}}}}\n{guarded}");
    assert!(needs(&steps, "$steps.person.id").is_empty());
    let same = "{when: {$.x: 1}, post: /people, give: {id: {from: $.id, required: true}}}";
    let steps = format!("      - person: {same}\n{}", LINK.replace("{post", "{when: {$.x: 1}, post"));
    assert!(needs(&steps, "$steps.person.id").is_empty());
}

#[test]
fn where_no_parameters_are_named_any_may_stand() {
    let step = "      - person: {get: /people, query: {q: $.q}, give: {id: $.id}}\n";
    let found = found_in(&format!("{step}      - link: {{post: /links, body: link}}\n"), "$steps.person.id");
    assert!(found.iter().all(|(code, _)| code != "D0571"), "{found:?}");
}

#[test]
fn what_an_event_may_lack_is_told() {
    let link = "      - link: {post: /links, body: link}\n";
    assert_eq!(needs(link, "$.a"), ["D0568"]);
    assert_eq!(needs(link, "{value: 1, when: {$.a: 1}}"), ["D0568"]);
    assert_eq!(needs("      - link: {when: {$.b: 1}, post: /links, body: link}\n", "$.a"), ["D0568"]);
    for row in ["{value: 1}", "{from: $.a, default: 1}", "{from: $.a, required: true}", "{list: []}"] {
        assert!(needs(link, row).is_empty(), "{row}");
    }
    let guarded = "      - link: {when: {$.a: {is: present}}, post: /links, body: link}\n";
    assert!(needs(guarded, "[$.b, $.a]").is_empty());
    assert_eq!(needs(guarded, "{from: $.a, empty: missing}"), ["D0568"]);
    assert_eq!(needs(guarded, "{from: $.a, as: integer, on_bad: skip}"), ["D0568"]);
}

#[test]
fn paths_into_replies_lead_somewhere() {
    let check = |from: &str, to: &str, reply: &str, help: &str| check(from, to, "D0569", reply, help);
    let upsert = format!("the reply to {UPSERT} has no `mail`");
    check("email: $.user.email}", "email: $.user.mail}", &upsert, "did you mean `email`?");
    let fields = "the reply to `GET /user_fields` has no ";
    check("next: $.links.next", "next: $.link.next", &format!("{fields}`link`"), "did you mean `links`?");
    check(
        "\"$.user_fields[*].key\"",
        "\"$.user_fields[*].kee\"",
        &format!("{fields}`kee`"),
        "did you mean `key`?",
    );
    check(
        "\"$.details.key[0].error\"",
        "\"$.details.key[0].eror\"",
        "the reply to `POST /user_fields` has no `eror`",
        "did you mean `error`?",
    );
    check(
        "$item.email: {same_as_ignoring_case: $email}}, from: $item.id",
        "$item.mail: {same_as_ignoring_case: $email}}, from: $item.id",
        "the reply to `GET /users/search` has no `mail`",
        "`email`",
    );
    check(
        "$item.created_at:",
        "$item.created:",
        "the reply of the `verify` to `GET /users/{user_id}/events` has no `created`",
        "",
    );
    check(
        "$.error.title",
        "$.error.titel",
        "no reply of the destination has `titel`",
        "did you mean `title`?",
    );
    check(
        "$.error.title",
        "\"$.error[0]\"",
        "no reply of the destination has a list where this path goes through one",
        "",
    );
}

#[test]
fn endpoints_and_parameters_are_those_of_the_destination() {
    let check = |from: &str, to: &str, code: &str, message: &str, help: &str| {
        let found = changed(from, to);
        assert!(
            found
                .iter()
                .any(|(own, _, told, advice)| own == code && told == message && advice.contains(help)),
            "{found:#?}"
        );
    };
    let message = "the schemas have no `POST /users/create_or_updates`";
    check(
        "post: /users/create_or_update,",
        "post: /users/create_or_updates,",
        "D0561",
        message,
        "`/users/create_or_update`",
    );
    let message = "the schemas have no `PUT /users/create_or_update`";
    check(
        "post: /users/create_or_update,",
        "put: /users/create_or_update,",
        "D0561",
        message,
        "this path takes POST",
    );
    let message = "the schemas have no `POST /oauth/token`";
    check("token_path: /oauth/tokens", "token_path: /oauth/token", "D0561", message, "`/oauth/tokens`");
    let message = "`GET /users/search` has no parameter `externalid`";
    check(
        "query: {external_id: $user_id}",
        "query: {externalid: $user_id}",
        "D0571",
        message,
        "`external_id`",
    );
}

#[test]
fn keys_and_lengths_are_those_that_the_destination_takes() {
    let rule = "keys: {allow: A-Za-z0-9_-, other: _, not: \"^[0-9]+$\"}";
    let message = "the rest may send a key that is `0`, which is not taken";
    check(rule, "keys: {allow: A-Za-z0-9_-, other: _}", "D0570", message, "`not:`");
    let message = "the rest may send a key that is `.`, which does not match `^[A-Za-z0-9_-]+$`";
    check(rule, "keys: {allow: A-Za-z0-9_.-, other: _, not: \"^[0-9]+$\"}", "D0570", message, "`keys:`");
    let found = changed("user_fields.id: ", "user_fields.7: ");
    assert!(
        found.iter().any(|(code, severity, ..)| code == "D0570" && *severity == Severity::Error),
        "{found:#?}"
    );
    let message =
        "`event.type` may be longer than the 40 characters that `POST /users/{user_id}/events` takes";
    check("truncate: 40, ", "", "D0572", message, "`truncate: 40`");
    let message =
        "`event.source` may be longer than the 40 characters that `POST /users/{user_id}/events` takes";
    let found = changed("pattern: \".{1,40}\"", "pattern: \".{1,41}\"");
    assert!(found.iter().any(|(_, _, told, _)| told == message), "{found:#?}");
}

#[test]
fn a_suppression_is_not_idle_where_nobody_has_the_schemas() {
    let mut found = Diagnostics::new();
    lint::lint(ZENDESK, &Options::default(), &mut found);
    assert!(found.is_empty(), "{found:?}");
}
