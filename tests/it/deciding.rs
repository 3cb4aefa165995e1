//! What the linter says about conditions: always, never, or nothing.

use super::lint::{completed, findings};

/// A condition over some settings and names; `expected` is the rule that judges it.
#[track_caller]
fn check_condition(condition: &str, expected: Option<&str>) {
    let mapping = completed(&format!(
        "config:
  flag: {{type: boolean, about: x}}
  region: {{type: string, required: true, pattern: \"eu|us\", forbid: [us], about: x}}
  size: {{type: integer, default: 3, about: x}}
names:
  plan: {{from: $.plan, as: {{enum: [free, paid]}}}}
  name: {{from: $.name, as: string, default: Ada}}
  list: {{from: \"$.l[*]\", take: all}}
tables:
  t:
    rows:
      used: [$config.flag, $plan, $config.region]
      more: [$.x, $name]
      last: {{list: [{{rows: {{a: $config.size, b: $list}}}}]}}
      tested: {{value: 1, when: {condition}}}
flows: {{one: {{event: track, steps: [{{p: {{put: /p, body: t}}}}]}}}}
"
    ));
    let found: Vec<&str> = findings(&mapping).iter().map(|found| found.code.name).collect();
    assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{condition}");
}

#[test]
fn conditions_are_decided() {
    let (never, always) = (Some("never-true"), Some("always-true"));
    check_condition("{$.a: 1, $.b: 2}", None);
    check_condition("{all: [{$.a: 1}, {$.a: 2}]}", never);
    check_condition("{all: [{$.a: {gt: 5}}, {$.a: {lt: 6}}]}", None);
    check_condition("{all: [{$.a: {gt: 5}}, {$.a: {lt: 5}}]}", never);
    check_condition("{all: [{$.a: {gt: b}}, {$.a: {lt: b}}]}", never);
    check_condition("{any: [{$.a: {is: present}}, {$.a: {is: missing}}]}", None);
    check_condition("{any: [{$.a: {is: [present, missing]}}, {$.a: {is: \"null\"}}]}", always);
    check_condition("{any: [{$.a: {is: present}}, {$.a: {is: [missing, \"null\"]}}]}", always);
    check_condition("{any: [{$name: {is: present}}, {$.a: 1}]}", always);
    check_condition("{any: [{$plan: {is: present}}, {$plan: {is: missing}}]}", always);
    check_condition("{$config.region: eu}", None);
    check_condition("{$config.region: uk}", never);
    check_condition("{$config.region: us}", never);
    check_condition("{$config.region: {not: uk}}", always);
    check_condition("{$config.region: {matches: \"^e\"}}", None);
    check_condition("{$config.flag: true}", None);
    check_condition("{$config.flag: {in: [true, false]}}", None);
    check_condition("{$config.flag: {is: empty}}", never);
    check_condition("{$plan: trial}", never);
    check_condition("{$plan: {is: \"null\"}}", never);
    check_condition("{$flow: one}", always);
    check_condition("{$.type: group}", never);
    check_condition("{$.type: Track}", None);
    check_condition("{not: {$list: {is: missing}}}", always);
    check_condition("{$config.size: large}", Some("mixed-types"));
    check_condition("{$name: {same_as: $list}}", never);
    check_condition("{$.a: {same_as: $.b}, not: {$.a: {same_as: $.b}}}", never);
    check_condition("{$.a: {same_as: $.b}, not: {$.a: {same_as: $.c}}}", None);
    check_condition("{$.a: {in: [1, 2]}, not: {$.a: {in: [2, 1, 3]}}}", never);
}
