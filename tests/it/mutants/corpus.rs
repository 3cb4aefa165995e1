//! Mistakes that people make in a mapping, each made once in the shipped one.

/// A mistake: the only place where `find` stands becomes `replace`.
pub(super) struct Mistake {
    /// What it models.
    pub(super) models: &'static str,
    pub(super) find: &'static str,
    pub(super) replace: &'static str,
}

const fn mistake(models: &'static str, find: &'static str, replace: &'static str) -> Mistake {
    Mistake { models, find, replace }
}

/// Credentials and hosts.
pub(super) const SAFETY: &[Mistake] = &[
    mistake(
        "the token in a query",
        "- known_user_fields: {get: /user_fields, query: {",
        "- known_user_fields: {get: /user_fields, query: {token: $config.apiToken, ",
    ),
    mistake(
        "the token in a header",
        "X-Zendesk-Marketplace-Name: {value: RudderStack}",
        "X-Zendesk-Marketplace-Name: $config.apiToken",
    ),
    mistake(
        "the secret in a body",
        "event.source:      $config.sourceName",
        "event.source:      $config.clientSecret",
    ),
    mistake(
        "the secret in the label of a profile",
        "profile.source:    $config.sourceName",
        "profile.source:    {text: \"{{token}}\", with: {token: $config.apiToken}}",
    ),
    mistake(
        "the token decides about a flow",
        "    event: track\n",
        "    event: track\n    when: {$config.apiToken: x}\n",
    ),
    mistake("the host from the event", "with: {domain: $config.domain}", "with: {domain: $.context.domain}"),
    mistake(
        "the host from a free setting",
        "with: {domain: $config.domain}",
        "with: {domain: $config.email}",
    ),
    mistake(
        "a host that nobody checks",
        "required: true, pattern: \"[a-z0-9][a-z0-9-]{0,61}[a-z0-9]\"",
        "required: true",
    ),
    mistake(
        "plain http",
        "\"https://{{domain}}.zendesk.com/api/v2\"",
        "\"http://{{domain}}.zendesk.com/api/v2\"",
    ),
    mistake("another version of the API", ".zendesk.com/api/v2\"", ".zendesk.com/api/v1\""),
    mistake(
        "the API token for an account that has an OAuth client",
        "- when: {$config.clientId: {is: present}}",
        "- when: {$config.clientId: {is: present}, $config.apiToken: {is: missing}}",
    ),
    mistake("the wrong path for tokens", "token_path: /oauth/tokens", "token_path: /oauth/token"),
    mistake(
        "an address in a URL",
        "get: /users/search\n        query: {external_id: $user_id}",
        "get: /users/search\n        query: {external_id: $user_id, email: $email}",
    ),
];

/// What answers mean.
pub(super) const ANSWERS: &[Mistake] = &[
    mistake("429 means missing", "429: retry", "429: missing"),
    mistake("429 means a bad event", "429: retry", "429: reject"),
    mistake("429 means nothing in particular", "429: retry, ", ""),
    mistake("an outage means missing", "5xx: retry", "5xx: missing"),
    mistake("an outage means a bad event", "5xx: retry", "5xx: reject"),
    mistake("a timeout means done", "timeout: retry", "timeout: done"),
    mistake("a timeout ends the event", "timeout: retry, ", ""),
    mistake("no connection means a bad event", "unreachable: retry", "unreachable: reject"),
    mistake("a refused write counts as done", "4xx: reject", "4xx: done"),
    mistake("a refused write is tried for ever", "4xx: reject", "4xx: retry"),
    mistake("a refused login means a bad event", "401: refresh_auth", "401: reject"),
    mistake("missing rights mean missing", "403: fail", "403: missing"),
    mistake("a wrong path means missing", "404: fail", "404: missing"),
    mistake("a conflict counts as done", "409: retry", "409: done"),
    mistake("a page of HTML means missing", "body: fail", "body: missing"),
    mistake(
        "404 as success on a write",
        "          post: /users/:user/events\n",
        "          post: /users/:user/events\n          errors: {404: done}\n",
    ),
    mistake(
        "any refusal of a membership means already a member",
        "{422: {if: {\"$.details.user_id[0].error\": DuplicateValue}, then: done}}    # already a member",
        "{422: done}",
    ),
    mistake("a member who is none is a failure", "errors: {404: done}}\n", "errors: {404: fail}}\n"),
    mistake("any refusal of a removal is fine", "errors: {404: done}}\n", "errors: {4xx: done}}\n"),
    mistake(
        "any refusal of an organization means look again",
        "errors: {422: {if: {\"$.details.name[0].error\": DuplicateValue}, then: missing}}\n",
        "errors: {422: missing}\n",
    ),
    mistake(
        "a name that another organization has counts as done",
        "then: reject, why: An organization with another groupId has this name",
        "then: done, why: An organization with another groupId has this name",
    ),
    mistake("the code of an error is not told", "reason: [$.error.title, $.error, ", "reason: ["),
];

/// Looking for the right one.
pub(super) const SEARCHES: &[Mistake] = &[
    mistake(
        "the first page of the user fields",
        "/user_fields, query: {\"page[size]\": {value: 100}}, every_page: {next: $.links.next, max: 20},",
        "/user_fields, query: {\"page[size]\": {value: 100}},",
    ),
    mistake(
        "the first page of the organization fields",
        "/organization_fields, query: {\"page[size]\": {value: 100}}, every_page: {next: $.links.next, max: 20},",
        "/organization_fields, query: {\"page[size]\": {value: 100}},",
    ),
    mistake(
        "the next page of another kind of list",
        "{get: /user_fields, query: {\"page[size]\": {value: 100}}, every_page: {next: $.links.next,",
        "{get: /user_fields, query: {\"page[size]\": {value: 100}}, every_page: {next: $.next_page,",
    ),
    mistake(
        "the first page of the people with an address",
        "              every_page: {next: $.next_page, max: 10}\n              give: {id: {each: $.users",
        "              give: {id: {each: $.users",
    ),
    mistake(
        "any user that a search finds",
        "{each: $.users, where: {$item.external_id: {same_as_ignoring_case: $user_id}}, from: $item.id, take: only}",
        "{each: $.users, from: $item.id, take: only}",
    ),
    mistake(
        "the first of several users",
        "{same_as_ignoring_case: $user_id}}, from: $item.id, take: only}",
        "{same_as_ignoring_case: $user_id}}, from: $item.id, take: first}",
    ),
    mistake(
        "external ids in one case only",
        "{$item.external_id: {same_as_ignoring_case: $user_id}}",
        "{$item.external_id: {same_as: $user_id}}",
    ),
    mistake(
        "whoever has nearly this address",
        "{each: $.users, where: {$item.email: {same_as_ignoring_case: $email}}, from: $item.id, take: only}",
        "{each: $.users, from: $item.id, take: first}",
    ),
    mistake("a search without quotes", "'email:\"{{email}}\"'", "'{{email}}'"),
    mistake("a search in all fields", "'email:\"{{email}}\"'", "'\"{{email}}\"'"),
    mistake("the namesake of another group", "{$item.external_id: {is: \"null\"}}, ", ""),
    mistake(
        "any namesake",
        "where: {any: [{$item.external_id: {is: \"null\"}}, {$item.external_id: {same_as_ignoring_case: $group_id}},\n                     {$group_id: {is: missing}}]}, ",
        "",
    ),
    mistake(
        "all that differs from a namesake",
        "{$item.external_id: {same_as_ignoring_case: $group_id}},\n",
        "{$item.external_id: {not: {same_as_ignoring_case: $group_id}}},\n",
    ),
    mistake(
        "a phone number as an address",
        "where: {$item.type: email, $item.value:",
        "where: {$item.value:",
    ),
    mistake("a user found by name", "query: {external_id: $user_id}", "query: {query: $user_id}"),
];

/// Guards and order.
pub(super) const GUARDS: &[Mistake] = &[
    mistake(
        "removal without the setting",
        "when: {$config.removeUsersFromOrganization: true, $removes: true}",
        "when: {$removes: true}",
    ),
    mistake(
        "removal of everybody with a company",
        "when: {$config.removeUsersFromOrganization: true, $removes: true}",
        "when: {$config.removeUsersFromOrganization: true}",
    ),
    mistake(
        "the organization that the event removes",
        "when: {$flow: identify, not: {$removes: true,",
        "when: {$flow: identify, not: {$removes: false,",
    ),
    mistake("an organization in a group event", "when: {$flow: identify, not: {", "when: {not: {"),
    mistake(
        "everybody is verified",
        "      verified:        {value: true, when: {$config.createUsersAsVerified: true}}",
        "      verified:        {value: true}",
    ),
    mistake(
        "an identity for each event",
        "when: {$config.searchByExternalId: true, $email: {is: present}, not:",
        "when: {$email: {is: present}, not:",
    ),
    mistake(
        "an identity although it is the same",
        "$email: {is: present}, not: {$steps.user.email: {same_as_ignoring_case: $email}}}",
        "$email: {is: present}}",
    ),
    mistake(
        "an identity that is there made again",
        "same_as_ignoring_case: $email}}, from: $item.id, take: first}}",
        "same_as: $email}}, from: $item.id, take: first}}",
    ),
    mistake(
        "a user who is known made again",
        "          when: {$steps.known_user.id: {is: missing}}\n          ensure:",
        "          ensure:",
    ),
    mistake("a group event without a user goes on", "      - stop: {when: {$user_id: {is: missing}}}\n", ""),
    mistake(
        "a group event always ends",
        "      - stop: {when: {$user_id: {is: missing}}}\n",
        "      - stop: {when: {$user_id: {is: present}}}\n",
    ),
    mistake(
        "half of a group event",
        "      - reject: {when: {$user_id: {is: present}, $steps.known_user.id: {is: missing}, $email: {is: missing}, $person.name: {is: missing}}, error: User not found}\n",
        "",
    ),
    mistake(
        "an unnamed organization",
        "{$firm.name: {is: present, not: {is: empty}}}",
        "{$firm.name: {is: present}}",
    ),
    mistake(
        "a namesake that was found stays as it is",
        "      - update_namesake: {when: {$steps.namesake.found: true}, post: /organizations/create_or_update,\n                          body: {table: organization, plus: {id: $steps.namesake.id}}}\n",
        "",
    ),
    mistake("an update that hits another organization", ", plus: {id: $steps.namesake.id}", ""),
    mistake(
        "a track event of nobody",
        "    require: [{present: $user_id, error: UserId is a mandatory field for track}]\n",
        "",
    ),
    mistake(
        "the event before its user",
        "        with: {user: [$steps.known_user.id, $steps.user.id]}\n          body: event",
        "        with: {user: [$steps.known_user.id, $steps.late.id]}\n          body: event",
    ),
    mistake(
        "fields after the user who has them",
        "      - use: user_fields\n      - user: {post: /users/create_or_update, body: user, give: {id: {from: $.user.id, required: The reply has no user id}, email: $.user.email}}\n",
        "      - user: {post: /users/create_or_update, body: user, give: {id: {from: $.user.id, required: The reply has no user id}, email: $.user.email}}\n      - use: user_fields\n",
    ),
    mistake(
        "user and organization exchanged",
        "with: {user: $steps.user.id, organization: $leaves}",
        "with: {user: $leaves, organization: $steps.user.id}",
    ),
    mistake(
        "a made field is made again by each event",
        "once: {key: $field.key, keep: 10m}, forget: known_user_fields",
        "forget: known_user_fields",
    ),
    mistake("a made field stays unknown", "keep: 10m}, forget: known_user_fields", "keep: 10m}"),
    mistake(
        "fields that are known made again",
        ", not: {$field.key: {in_list_ignoring_case: $steps.known_user_fields.keys}}",
        "",
    ),
    mistake(
        "a field for an empty value",
        "where: {$field.value: {is: present}, $field.key: {not: id}, not: {$field.key: {in_list_ignoring_case: $steps.known_user_fields.keys}}}",
        "where: {$field.key: {not: id}, not: {$field.key: {in_list_ignoring_case: $steps.known_user_fields.keys}}}",
    ),
    mistake(
        "a lost event sent twice",
        "          verify:                         # an event sent twice counts twice: after a try without answer, see whether it arrived\n            get: /users/:user/events\n            with: {user: [$steps.known_user.id, $steps.user.id]}\n            query: {\"filter[end_time]\": {from: $happened, when: {$happened: {is: present}}}}\n            give: {id: {each: $.events, where: {$item.created_at: {same_moment_as: $happened}, $item.description: {same_as: $action},\n                        $item.properties: {same_as: $details}}, from: $item.id, take: first}}\n",
        "",
    ),
    mistake(
        "any event passes for the lost one",
        "where: {$item.created_at: {same_moment_as: $happened}, $item.description: {same_as: $action},\n                        $item.properties: {same_as: $details}}, ",
        "",
    ),
    mistake("another spelling of a time is another time", "same_moment_as: $happened", "same_as: $happened"),
];

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
        "as: email, empty: missing, on_bad: skip",
        "as: email, empty: missing",
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
    mistake("a body without what wraps it", "    under: organization_membership\n", ""),
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
    mistake("PUT for POST", "post: /organization_memberships\n", "put: /organization_memberships\n"),
    mistake(
        "a list for an upsert",
        "- user: {post: /users/create_or_update, body: user, give: {id: {from: $.user.id, required: The",
        "- user: {post: /users, body: user, give: {id: {from: $.user.id, required: The",
    ),
    mistake("a path misspelt", "identities/:identity/make_primary", "identities/:identity/primary"),
];
