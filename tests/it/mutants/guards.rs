//! Mistakes in the guards and the order of steps.

use super::corpus::{Mistake, mistake};

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
        "- user: {when: {$steps.known_user.id: {is: missing}, $steps.known_by_email.id: {is: missing}}, post:",
        "- user: {when: {$steps.known_by_email.id: {is: missing}}, post:",
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
        "      - update_namesake: {when: {$steps.namesake.found: true}, post: /organizations/create_or_update, effect: upsert,\n                          body: {table: organization, plus: {id: $steps.namesake.id}}}\n",
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
        "found: [$steps.known_user.id, $steps.known_by_email.id, $steps.user.id]",
        "found: [$steps.known_user.id, $steps.known_by_email.id, $steps.late.id]",
    ),
    mistake(
        "fields after the user who has them",
        "      - use: user_fields\n      - user: {post: /users/create_or_update, body: user, give: {id: {from: $.user.id, required: The reply has no user id}, email: $.user.email}, effect: upsert, bulk: user,\n               preview: {get: /users/search, query: {external_id: $user_id}, give: {id: {each: $.users, where: {$item.external_id: {same_as_ignoring_case: $user_id}}, from: $item.id, take: only}}}}\n",
        "      - user: {post: /users/create_or_update, body: user, give: {id: {from: $.user.id, required: The reply has no user id}, email: $.user.email}, effect: upsert, bulk: user,\n               preview: {get: /users/search, query: {external_id: $user_id}, give: {id: {each: $.users, where: {$item.external_id: {same_as_ignoring_case: $user_id}}, from: $item.id, take: only}}}}\n      - use: user_fields\n",
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
        "          verify: {get: \"/users/:user/events\", with: {user: $found}, query: {\"filter[end_time]\": {from: $happened, when: {$happened: {is: present}}}},\n            give: {id: {each: $.events, where: {$item.created_at: {same_moment_as: $happened}, $item.description: {same_as: $action},\n                        $item.properties: {same_as: $details}}, from: $item.id, take: first}}}}\n",
        "          }\n",
    ),
    mistake(
        "any event passes for the lost one",
        "where: {$item.created_at: {same_moment_as: $happened}, $item.description: {same_as: $action},\n                        $item.properties: {same_as: $details}}, ",
        "",
    ),
    mistake("another spelling of a time is another time", "same_moment_as: $happened", "same_as: $happened"),
    mistake(
        "somebody with another external id deleted",
        "$steps.known_by_email.external_id: {is: present}},\n                 error:",
        "$steps.known_by_email.external_id: {is: missing}},\n                 error:",
    ),
    mistake(
        "everybody deleted for good",
        "- deleted_permanently: {when: {$config.deleteUsersPermanently: true}, delete:",
        "- deleted_permanently: {delete:",
    ),
    mistake(
        "whoever is gone cannot be deleted",
        "delete: \"/users/:user\", with: {user: $found}, errors: {404: done}}",
        "delete: \"/users/:user\", with: {user: $found}}",
    ),
];
