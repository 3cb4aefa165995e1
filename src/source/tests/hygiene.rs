//! Each rule about careful YAML: where it fires, and where it stays silent.

use crate::diag::Diagnostics;
use crate::diag::render;
use crate::source::read;

/// The findings of a text as `line:column number`, in order.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let mut all = Diagnostics::new();
    let document = read(text, &mut all);
    let is_usable = document.is_some() || all.has_errors();
    let all = all.into_vec();
    let shown: Vec<String> = render::json(&all, "m.yaml", text)
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{}:{} {}", one["line"], one["column"], one["name"].as_str().unwrap()))
        .collect();
    assert_eq!(shown, expected, "\n{}", render::human(&all, "m.yaml", text));
    assert!(is_usable, "no document and no error");
}

#[test]
fn plain_file() {
    check("format: 1\nlist:\n  - a\n  - {b: \"yes\", c: 'no', d: $.a.b, e: 017x}\n", &[]);
}

#[test]
fn syntax_error() {
    check("a: 1\nb: [1, 2\nc: 3\n", &["3:2 syntax"]);
}

#[test]
fn wrong_indentation() {
    check("a:\n  b: 1\n c: 2\n", &["3:2 syntax"]);
}

#[test]
fn missing_colon() {
    check("a: 1\nb\nc: 2\n", &["2:1 syntax"]);
}

#[test]
fn bare_text_that_cannot_begin_so() {
    check("a: @b\n", &["1:4 syntax"]);
    check("a: `b`\n", &["1:4 syntax"]);
}

#[test]
fn open_quote() {
    check("a: \"b\nc: 1\n", &["1:4 syntax"]);
}

#[test]
fn text_after_quote() {
    check("a: \"b\" c\n", &["1:8 syntax"]);
}

#[test]
fn duplicate_keys() {
    check("a: 1\nb:\n  c: 1\n  \"c\": 2\na: 2\n", &["4:3 duplicate-key", "5:1 duplicate-key"]);
    check("a: {404: 1, '404': 2}\n", &["1:13 duplicate-key"]);
    check("a: {x: 1}\nb: {x: 1}\n", &[]);
}

#[test]
fn two_documents() {
    check("---\na: 1\n---\nb: 1\n", &["3:1 many-documents"]);
    check("---\na: 1\n...\n", &[]);
}

#[test]
fn anchors_and_aliases() {
    check("a: &x 1\nb: *x\nc: *y\n", &["1:4 anchor", "2:4 anchor", "3:4 anchor"]);
    check("a: \"*x\"\nb: a&b\n", &[]);
}

#[test]
fn merge_key() {
    check("a:\n  <<: {b: 1}\n  c: 2\n", &["2:3 merge-key"]);
    check("a: {\"<<\": 1}\n", &[]);
}

#[test]
fn tags() {
    check("a: !secret b\nb: !!str 1\nc: !x {d: 1}\n", &["1:4 tag", "2:4 tag", "3:4 tag"]);
    check("a: \"!b\"\n", &[]);
}

#[test]
fn tabs() {
    check("a:\n\tb: 1\n", &["2:1 tab-indent"]);
    check("a:\n  b: 1\n  \tc: 1\n", &["3:3 tab-indent"]);
    check("a: {\n\tb: 1}\n", &["2:1 tab-indent"]);
    check("a: 1\n\t\n\t# remark\n", &["2:1 tab-indent", "3:1 tab-indent"]);
}

#[test]
fn tabs_that_do_not_indent() {
    check("a: |\n  b\n  \tc\nd: \"x\n\ty\"\ne: a\tb\n", &[]);
}

#[test]
fn empty_files() {
    check("", &["1:1 empty-file"]);
    check("# only a remark\n", &["1:1 empty-file"]);
    check("---\n", &["1:1 empty-file"]);
    check("\u{feff}", &["1:1 empty-file"]);
}

#[test]
fn roots_that_are_not_maps() {
    check("- a\n", &["1:1 not-a-map"]);
    check("\n  text\n", &["2:3 not-a-map"]);
}

#[test]
fn keys_that_are_not_words() {
    check("? [a, b]\n: 1\nc: 2\n", &["1:3 bad-key"]);
    check("a: {{b: 1}: 2}\n", &["1:4 unquoted-template"]);
    check("a: { {b: 1}: 2}\n", &["1:6 bad-key"]);
    check("a:\n  : 1\n", &["2:3 bad-key"]);
    check("a: {\"\": 1, 404: 2, 4xx: 3, true: 4}\n", &[]);
}

#[test]
fn templates_without_quotes() {
    check("a: {{x}}\n", &["1:4 unquoted-template"]);
    check("a: {{ config.x }}/y\nb: 1\n", &["1:4 unquoted-template"]);
    check(
        "a:\n  - {{x}} and {{y}}\n  - {text: {{x}}/{{y}}, b: 1}\n",
        &["2:5 unquoted-template", "3:12 unquoted-template"],
    );
    check(
        "a: {{x}}\nb: {{y}}-{{z}}\nc: 017\nd: {{v}} # note\n",
        &["1:4 unquoted-template", "2:4 unquoted-template", "3:4 leading-zero", "4:4 unquoted-template"],
    );
}

#[test]
fn templates_with_quotes() {
    check("a: \"{{x}}\"\nb: 'b {{x}}'\nc: c {{x}}\nd: |\n  {{x}}\n", &[]);
}

#[test]
fn characters_that_cannot_be_seen() {
    check("a: \"b\u{0}\"\nc: d\u{7f}\n", &["1:6 control-character", "2:5 control-character"]);
    check("a: b\u{2028}c\n", &["1:5 control-character"]);
    check("a: b\rc: d\n", &["1:5 control-character"]);
    check("a: \"\\u0000\\x7f\"\nb: \"größe 日本 🎫\"\n", &[]);
}

#[test]
fn directive() {
    check("%YAML 1.2\n---\na: 1\n", &["1:1 directive"]);
    check("a: 1% \nb: a%b\n", &[]);
}

#[test]
fn large_numbers() {
    check("a: 18446744073709551616\nb: \"18446744073709551616\"\n", &["1:4 number-too-large"]);
    check("a: 18446744073709551615\nb: 1e300\n", &[]);
}

#[test]
fn words_like_booleans() {
    check(
        "a: yes\nb: [No, on]\nc: y\nyes: 'no'\n",
        &["1:4 yes-no-word", "2:5 yes-no-word", "2:9 yes-no-word", "3:4 yes-no-word"],
    );
    check("a: true\nb: False\nc: \"off\"\n", &[]);
}

#[test]
fn leading_zeros() {
    check("a: 017\nb: [-08]\n", &["1:4 leading-zero", "2:5 leading-zero"]);
    check("a: 0\nb: 0.5\nc: '017'\nd: 0o17\ne: 2027-04-30\n", &[]);
}

#[test]
fn line_ends_of_windows() {
    check("a: 1\r\nb:\r\n  - c: |\r\n      d\r\n      e\r\n\r\nf: yes\r\n", &["7:4 yes-no-word"]);
}

#[test]
fn byte_order_mark() {
    check("\u{feff}a: 1\nb: yes\n", &["2:4 yes-no-word"]);
    check("\u{feff}a: yes\n", &["1:4 yes-no-word"]);
    check("a: 1\nb: \u{feff}c\n", &["2:4 control-character"]);
}

#[test]
fn many_errors_in_one_pass() {
    check(
        "a: &x yes\na: !t 1\nb: {<<: 1, c: 017, c: 2}\n",
        &[
            "1:4 anchor",
            "1:7 yes-no-word",
            "2:1 duplicate-key",
            "2:4 tag",
            "3:5 merge-key",
            "3:15 leading-zero",
            "3:20 duplicate-key",
        ],
    );
}
