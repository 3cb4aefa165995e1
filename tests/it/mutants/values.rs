//! Mistakes in values and in words.

use super::corpus::{Mistake, mistake};

/// Where values come from and what becomes of them.
pub(super) const VALUES: &[Mistake] = &[
    mistake(
        "traits of the context first",
        "{from: [$.traits, $.context.traits], as: object, empty: missing}",
        "{from: [$.context.traits, $.traits], as: object, empty: missing}",
    ),
    mistake(
        "the id of the traits before the user id",
        "[$user_id, $person.userId, $person.id]",
        "[$person.userId, $user_id, $person.id]",
    ),
    mistake(
        "no user id in the attributes",
        "user_fields.id:  $user_id\n",
        "user_fields.id:  {value: unknown}\n",
    ),
    mistake(
        "the group id of the traits first",
        "{from: [$.groupId, $firm.groupId], as: string",
        "{from: [$firm.groupId, $.groupId], as: string",
    ),
    mistake(
        "the time of the device first",
        "[$.timestamp, $.originalTimestamp]",
        "[$.originalTimestamp, $.timestamp]",
    ),
    mistake("a bad time rejects the event", "as: datetime, on_bad: skip", "as: datetime"),
    mistake(
        "an address that is none",
        "email:    {from: $person.email, as: email, empty: missing}",
        "email:    {from: $person.email, as: string, empty: missing}",
    ),
    mistake(
        "a bad address ends a track event",
        "as: email, empty: missing, on_bad: skip},     # only",
        "as: email, empty: missing},     # only",
    ),
    mistake("a name that is too long", "truncate: 40, ", ""),
    mistake(
        "the name of the event as the type of the profile",
        "profile.type:      {value: customer}",
        "profile.type:      $action",
    ),
    mistake(
        "the properties twice",
        "event.properties:  $details",
        "event.properties:  $.properties.properties",
    ),
    mistake(
        "fields of any type",
        "map: {\n      string: text, integer: integer,",
        "map: {\n      string: text, integer: text,",
    ),
    mistake("days as text", "date: date, datetime: date}", "date: text, datetime: text}"),
    mistake(
        "null clears nothing",
        "rest: {of: $person, into: user_fields, as: scalar, null: send,",
        "rest: {of: $person, into: user_fields, as: scalar,",
    ),
    mistake(
        "dots in keys of fields",
        "into: user_fields, as: scalar, null: send, keys: {allow: A-Za-z0-9_-,",
        "into: user_fields, as: scalar, null: send, keys: {allow: A-Za-z0-9_.-,",
    ),
    mistake(
        "keys of digits only",
        "into: user_fields, as: scalar, null: send, keys: {allow: A-Za-z0-9_-, other: _, not: \"^[0-9]+$\"}",
        "into: user_fields, as: scalar, null: send, keys: {allow: A-Za-z0-9_-, other: _}",
    ),
    mistake(
        "the rest of another object",
        "rest: {of: $firm, into: organization_fields",
        "rest: {of: $person, into: organization_fields",
    ),
    mistake(
        "nothing of the rest",
        "    rest: {of: $person, into: user_fields, as: scalar, null: send, keys: {allow: A-Za-z0-9_-, other: _, not: \"^[0-9]+$\"}}\n",
        "",
    ),
    mistake(
        "one tag instead of a list",
        "tags:         {from: $firm.tags, as: [string]}",
        "tags:         {from: $firm.tags, as: string}",
    ),
    mistake(
        "the plural of an attribute",
        "time_zone:       {from: $person.timezone",
        "time_zones:       {from: $person.timezone",
    ),
    mistake(
        "a trait in the spelling of the destination",
        "{from: $person.timezone,",
        "{from: $person.time_zone,",
    ),
    mistake("a body without what wraps it", "{under: organization_membership, ", "{"),
    mistake(
        "the setting for the source unused",
        "event.source:      $config.sourceName",
        "event.source:      {value: Rudder}",
    ),
    mistake("another default for the source", "default: Rudder", "default: RudderStack"),
];

/// Words.
pub(super) const SPELLING: &[Mistake] = &[
    mistake(
        "a step misspelt",
        "{user: $steps.user.id, identity: $steps.identity.id}",
        "{user: $steps.usr.id, identity: $steps.identity.id}",
    ),
    mistake("an output misspelt", "identity: $steps.identity.id}", "identity: $steps.identity.key}"),
    mistake(
        "a setting misspelt",
        "{$config.sendGroupCallsWithoutUserId: true}",
        "{$config.sendGroupCalls: true}",
    ),
    mistake("a name misspelt", "email:           $email\n", "email:           $mail\n"),
    mistake("a table misspelt", "body: contact,", "body: contacts,"),
    mistake("a part misspelt", "- use: organization_fields\n", "- use: organisation_fields\n"),
    mistake("an operator misspelt", "{same_moment_as: $happened}", "{same_moment: $happened}"),
    mistake(
        "a state misspelt",
        "{$steps.organization.id: {is: missing}}",
        "{$steps.organization.id: {is: mising}}",
    ),
    mistake(
        "a key misspelt",
        "required: \"A track event needs a name\"",
        "requierd: \"A track event needs a name\"",
    ),
    mistake("a type misspelt", "as: boolean, empty: missing}", "as: bool, empty: missing}"),
    mistake("a flow for another event", "    event: group\n", "    event: groups\n"),
    mistake("the name in `integrations` misspelt", "integration: ZENDESK ", "integration: ZENDESK_SUPPORT "),
    mistake("PUT for POST", "{post: /organization_memberships,", "{put: /organization_memberships,"),
    mistake(
        "a list for an upsert",
        "- user: {post: /users/create_or_update, body: user, give: {id: {from: $.user.id, required: The",
        "- user: {post: /users, body: user, give: {id: {from: $.user.id, required: The",
    ),
    mistake("a path misspelt", "identities/:identity/make_primary", "identities/:identity/primary"),
];
