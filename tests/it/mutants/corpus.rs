//! Mistakes that people make in a mapping, each made once in the shipped one.

/// A mistake: the only place where `find` stands becomes `replace`.
pub(super) struct Mistake {
    /// What it models.
    pub(super) models: &'static str,
    pub(super) find: &'static str,
    pub(super) replace: &'static str,
}

pub(super) const fn mistake(models: &'static str, find: &'static str, replace: &'static str) -> Mistake {
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
        "known_user: {get: /users/search, query: {external_id: $user_id},",
        "known_user: {get: /users/search, query: {external_id: $user_id, email: $email},",
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
        "- event: {post: \"/users/:user/events\",",
        "- event: {post: \"/users/:user/events\", errors: {404: done},",
    ),
    mistake(
        "any refusal of a membership means already a member",
        "errors: {422: {if: {\"$.details.user_id[0].error\": DuplicateValue}, then: done}}}    # already",
        "errors: {422: done}}    # already",
    ),
    mistake(
        "a member who is none is a failure",
        "$leaves}, errors: {404: done}}\n",
        "$leaves}, errors: {404: fail}}\n",
    ),
    mistake(
        "any refusal of a removal is fine",
        "$leaves}, errors: {404: done}}\n",
        "$leaves}, errors: {4xx: done}}\n",
    ),
    mistake(
        "any refusal of an organization means look again",
        "errors: {422: {if: {\"$.details.name[0].error\": DuplicateValue}, then: missing}},",
        "errors: {422: missing},",
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
        "known_by_email: {get: /users/search, every_page: {next: $.next_page, max: 10},",
        "known_by_email: {get: /users/search,",
    ),
    mistake(
        "any user that a search finds",
        "- known_user: {get: /users/search, query: {external_id: $user_id}, bulk: known_user,\n        give: {id: {each: $.users, where: {$item.external_id: {same_as_ignoring_case: $user_id}}, from: $item.id, take: only}}",
        "- known_user: {get: /users/search, query: {external_id: $user_id}, bulk: known_user,\n        give: {id: {each: $.users, from: $item.id, take: only}}",
    ),
    mistake(
        "the first of several users",
        "- known_user: {get: /users/search, query: {external_id: $user_id}, bulk: known_user,\n        give: {id: {each: $.users, where: {$item.external_id: {same_as_ignoring_case: $user_id}}, from: $item.id, take: only}}",
        "- known_user: {get: /users/search, query: {external_id: $user_id}, bulk: known_user,\n        give: {id: {each: $.users, where: {$item.external_id: {same_as_ignoring_case: $user_id}}, from: $item.id, take: first}}",
    ),
    mistake(
        "external ids in one case only",
        "- known_user: {get: /users/search, query: {external_id: $user_id}, bulk: known_user,\n        give: {id: {each: $.users, where: {$item.external_id: {same_as_ignoring_case: $user_id}}, from: $item.id, take: only}}",
        "- known_user: {get: /users/search, query: {external_id: $user_id}, bulk: known_user,\n        give: {id: {each: $.users, where: {$item.external_id: {same_as: $user_id}}, from: $item.id, take: only}}",
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
    mistake(
        "a user found by name",
        "- known_user: {get: /users/search, query: {external_id: $user_id}, bulk: known_user,\n        give: ",
        "- known_user: {get: /users/search, query: {query: $user_id},\n        give: ",
    ),
];
