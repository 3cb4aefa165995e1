//! `mapwright docs`: what it writes about mappings, and that documents which say otherwise are found.

use std::fs;
use std::path::Path;

use mapwright::diag::Diagnostics;
use mapwright::docs::{self, Block};
use mapwright::model::{self, Mapping};
use mapwright::{lint, source};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::cli::{Folder, run, run_in, stderr, stdout};
use super::lint::completed;

const MAPPING: &str = r#"
format: 1
destination: a_b
about: Sends *things* | elsewhere
integration: AB
order_by: [$.userId, $.anonymousId]
config:
  token: {type: secret, required: true, sunset: 2027-04-30, about: Key}
  name: {type: string, default: "a|b", pattern: "a|b`", forbid: [x, y]}
service:
  base_url: {value: "https://api.example.com"}
  auth: {bearer: $config.token}
  headers: {X-Name: $config.name}
  errors: {404: fail, 422: [{if: {$.code: dup}, then: done}, {then: reject, why: No | way}], 429: retry}
names:
  kind: {from: $.kind, as: {enum: [a, b]}, on_bad: "null", map: {x: a, y: b}, default: a}
tables:
  t:
    under: thing
    empty: missing
    rows:
      a: {from: [$.a, $.b], truncate: 3, required: Needs a}
      b: {each: $.list, where: {$item.ok: true}, from: $item.id, take: all}
      c: {text: "x{{y}}", with: {y: {from: $.y, required: true}}}
      d: {list: [{when: {$.d: {is: present}}, rows: {e: $kind}}, {rows: {f: {value: 1}}}]}
    rest: {of: $.all, into: more, null: send, keys: {allow: a-z_, other: _, not: "^_"}}
parts:
  p: [{look: {get: /look, query: {q: {from: $.q, as: string, default: x}}, every_page: {next: $.next, max: 3}, cache: 10m, give: {id: {from: $.id, required: true}}}}]
flows:
  f:
    event: track
    when: {$.event: x}
    names: {own: $.own}
    require: [{present: $own, unless: {$config.name: b}, error: No own}]
    steps:
      - use: {part: p, when: {$.p: 1}}
      - skip: {when: {$steps.look.id: {is: missing}}, why: No one}
      - made:
          when: {$.m: 1}
          ensure:
            find: [{get: "/m/:id", with: {id: $.m}, give: {id: $.id}}, {when: {$.n: 1}, get: /n, query: {n: $.n}, give: {id: $.id}}]
            create: {post: /m, body: {table: t, under: other, plus: {g: {value: 2}}}, errors: {404: {if: {$.x: 1}, then: missing}}}
      - all: {for_each: {in: $.items, name: item_, where: {$item_.a: 1}, max: 5}, put: "/x/:a", with: {a: $item_.a}, once: {key: $item_.a, keep: 1h}, forget: look, verify: {get: /v, query: {a: $item_.a}, give: {id: $.id}}}
      - stop: {}
"#;

fn mapping(text: &str) -> Mapping {
    let mut found = Diagnostics::new();
    let mapping = source::read(text, &mut found).and_then(|document| model::lower(&document, &mut found));
    assert!(!found.has_errors(), "{:?}", found.into_vec());
    mapping.unwrap()
}

#[track_caller]
fn check(block: &str, wanted: &str) {
    let text = docs::block(&mapping(MAPPING), &block.parse().unwrap()).unwrap();
    assert_eq!(text, wanted.trim_start());
}

#[test]
fn settings_tell_what_they_take() {
    check(
        "settings",
        r#"
| setting | type | required | default | about |
| --- | --- | --- | --- | --- |
| `token` | secret | yes |  | Key. No longer works from 2027-04-30 |
| `name` | string |  | `"a\|b"` | Must match `` a\|b` ``. Must not be `x` or `y` |
"#,
    );
}

#[test]
fn the_service_tells_where_requests_go_and_what_answers_mean() {
    check(
        "service",
        r#"
Requests go to `"https://api.example.com"`.
In an event's `integrations` object the destination is `AB`.
Events with the same `$.userId`, else `$.anonymousId` are delivered in order.

| log in by |
| --- |
| bearer token `$config.token` |

| header | value |
| --- | --- |
| `X-Name` | `$config.name` |

| answer | what follows |
| --- | --- |
| `404` | fail |
| `422` | done if `$.code is "dup"`, else reject (No \| way) |
| `429` | retry |
"#,
    );
}

#[test]
fn rows_tell_where_values_come_from() {
    check(
        "names",
        r#"
| name | value | type | without a value |
| --- | --- | --- | --- |
| `kind` | `$.kind`; `x` is `"a"`, `y` is `"b"` | `{enum: [a, b]}`, null when it does not fit | `"a"` |
"#,
    );
    check(
        "table t",
        r"
The attributes stand in `thing`.

| attribute | value | type | without a value |
| --- | --- | --- | --- |
| `a` | `$.a`, else `$.b` | at most 3 characters | rejected: Needs a |
| `b` | `$item.id` of each `$.list` where `$item.ok is true`, all of them |  |  |
| `c` | `x{{y}}` with `y` = `$.y`, required |  |  |
| `d` | a list: `e` = `$kind` (only when `$.d is present`); `f` = `1` |  |  |

Empty values do not count.

All else in `$.all` that no row reads goes into `more` when it is of the type `scalar`, or null. In its keys `_` stands for each character but `a-z_`. A key that matches `^_` gets `_` in front.
",
    );
}

#[test]
fn flows_are_decision_tables() {
    check(
        "flow f",
        r#"
Takes `track` events when `$.event is "x"`.

| name in this flow | value |
| --- | --- |
| `own` | `$.own` |

| must hold | unless | else rejected with |
| --- | --- | --- |
| `$own is present` | `$config.name is "b"` | No own |

| step | only when | request | gives | answers |
| --- | --- | --- | --- | --- |
| `look` of part `p` | `$.p is 1` | `GET /look`<br>query `q` = `$.q`, as `string`, else `"x"`<br>at most 3 pages<br>shared for 10m | `id` = `$.id`, required |  |
|  | `$steps.look.id is missing` | the event is skipped: No one |  |  |
| `made`: find | `$.m is 1` | `GET /m/:id`<br>path `id` = `$.m` | `id` = `$.id` |  |
| `made`: find | `$.m is 1` and nothing is found yet and `$.n is 1` | `GET /n`<br>query `n` = `$.n` | `id` = `$.id` |  |
| `made`: create | `$.m is 1` and nothing is found | `POST /m`<br>body `t` in `other`, with `g` = `2` |  | `404`: missing if `$.x is 1` |
| `all` |  | for each `item_` of `$.items` where `$item_.a is 1`, at most 5:<br>`PUT /x/:a`<br>path `a` = `$item_.a`<br>once per `$item_.a` in 1h<br>then `look` is read anew<br>whether it arrived, when no answer came, tells `GET /v`, query `a` = `$item_.a` |  |  |
|  |  | the event is delivered |  |  |
"#,
    );
}

#[test]
fn a_graph_is_a_block_that_viewers_draw() {
    let text = docs::block(&mapping(MAPPING), &Block::Graph("f".into())).unwrap();
    assert!(text.starts_with("```mermaid\n%%{init: ") && text.ends_with("\n```\n"), "{text}");
}

#[test]
fn blocks_go_by_their_names() {
    for text in ["settings", "service", "names", "table a b", "flow x", "graph x"] {
        assert_eq!(text.parse::<Block>().unwrap().to_string(), text);
    }
    for text in ["", "tables", "table", "settings x", "Table x"] {
        assert!(text.parse::<Block>().is_err(), "{text}");
    }
    assert_eq!(docs::block(&mapping(MAPPING), &Block::Table("u".into())), None);
}

/// Cells of the tables of a Markdown text, as a reader sees them.
fn cells(markdown: &str) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut is_cell = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => {
                is_cell = true;
                rows.last_mut().unwrap().push(String::new());
            }
            Event::End(TagEnd::TableCell) => is_cell = false,
            Event::Text(text) | Event::Code(text) if is_cell => {
                rows.last_mut().unwrap().last_mut().unwrap().push_str(&text);
            }
            Event::InlineHtml(html) => assert_eq!(&*html, "<br>"),
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Link { .. } | Tag::HtmlBlock) => {
                panic!("{event:?} in {markdown}")
            }
            _ => {}
        }
    }
    rows
}

#[test]
fn a_markdown_reader_sees_what_was_meant() {
    let settings = cells(&docs::block(&mapping(MAPPING), &Block::Settings).unwrap());
    assert_eq!(settings[2], ["name", "string", "", "\"a|b\"", "Must match a|b`. Must not be x or y"]);
    let page = docs::page(&mapping(MAPPING));
    assert!(page.starts_with("# a_b\n\nSends \\*things\\* | elsewhere\n\n## Settings\n\n"), "{page}");
    let rules = lint::RULES.iter().flat_map(|rule| [rule.good, rule.bad]).map(completed);
    for text in rules.chain([MAPPING.to_owned(), include_str!("../../src/graph/example.yaml").to_owned()]) {
        let page = docs::page(&mapping(&text));
        cells(&page);
        // A reader takes what is too much in a row away and fills what is too little: count for ourselves.
        let n_bars = |line: &str| line.replace("\\|", "").matches('|').count();
        for pair in page.lines().collect::<Vec<_>>().windows(2) {
            let are_rows = pair.iter().all(|line| line.starts_with("| "));
            assert!(!are_rows || n_bars(pair[0]) == n_bars(pair[1]), "{pair:?}");
        }
    }
}

#[test]
fn the_documents_of_this_project_say_what_the_mapping_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let documents = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut documents: Vec<String> = documents
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .map(|path| path.display().to_string())
        .collect();
    documents.sort();
    let mut arguments = vec!["docs", "--check", "README.md"];
    arguments.extend(documents.iter().map(String::as_str));
    let output = run(&arguments, "");
    assert_eq!(
        output.status.code(),
        Some(0),
        "run `mapwright docs --write`: {}{}",
        stdout(&output),
        stderr(&output)
    );
    let zendesk = fs::read_to_string(root.join("docs/zendesk.md")).unwrap();
    let tables = mapping(&fs::read_to_string(root.join("mappings/zendesk.yaml")).unwrap());
    for table in &tables.tables {
        assert!(zendesk.contains(&format!(" table {} -->", table.name.text)), "{}", table.name.text);
    }
    for flow in &tables.flows {
        assert!(zendesk.contains(&format!(" flow {} -->", flow.name.text)), "{}", flow.name.text);
    }
}

#[test]
fn drift_is_found_and_mended() {
    let folder = Folder::new("docs");
    folder.file("mapping.yaml", MAPPING);
    let document = "# Doc\n\n<!-- mapwright docs mapping.yaml names -->\n<!-- mapwright end -->\n\nEnd.\n";
    folder.file("doc.md", document);
    let output = run_in(&folder.0, &["docs", "--write", "doc.md"], "");
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), "1 of 1 document changed\n"));
    let output = run_in(&folder.0, &["docs", "--check", "doc.md"], "");
    let fine = "1 document checked: 1 block, all as their mappings say\n";
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), fine));

    folder.file("mapping.yaml", &MAPPING.replace("default: a}", "default: b}"));
    let output = run_in(&folder.0, &["docs", "--check", "doc.md"], "");
    let row =
        "| `kind` | `$.kind`; `x` is `\"a\"`, `y` is `\"b\"` | `{enum: [a, b]}`, null when it does not fit |";
    let shown = format!(
        "doc.md: what stands there (-) is not what the mapping says (+)\n@@ -5,5 +5,5 @@\n \
         | name | value | type | without a value |\n | --- | --- | --- | --- |\n-{row} `\"a\"` |\n+{row} `\"b\"` |\n \n \
         <!-- mapwright end -->\n\
         1 document checked: 1 block; 1 document is out of date: run `mapwright docs --write`\n"
    );
    assert_eq!((output.status.code(), stdout(&output)), (Some(1), shown));
    run_in(&folder.0, &["docs", "--write", "doc.md"], "");
    let output = run_in(&folder.0, &["docs", "--check", "doc.md"], "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_command_says_what_is_wrong() {
    let folder = Folder::new("docs-wrong");
    folder.file("mapping.yaml", MAPPING);
    let say = |document: &str| {
        folder.file("doc.md", document);
        let output = run_in(&folder.0, &["docs", "--check", "doc.md"], "");
        assert_eq!(output.status.code(), Some(3), "{}", stdout(&output));
        stderr(&output)
    };
    let block = |words: &str| format!("\n<!-- mapwright docs {words} -->\n<!-- mapwright end -->\n");
    assert_eq!(say(&block("mapping.yaml table x")), "error: doc.md:2: the mapping has no table `x`\n");
    assert_eq!(say(&block("mapping.yaml graph x")), "error: doc.md:2: the mapping has no flow `x`\n");
    assert!(say(&block("gone.yaml settings")).starts_with("error: cannot read gone.yaml: "));
    assert!(say(&block("mapping.yaml")).starts_with("error: doc.md:2: `` is no block; there are settings, "));
    let output = run_in(&folder.0, &["docs", "mapping.yaml", "--block", "tables"], "");
    assert_eq!(output.status.code(), Some(2));
}
