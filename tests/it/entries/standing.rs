//! Values that rows pass on as they stand, and those that only look as if they could be.

use super::one_table;

/// Casts, as a mapping spells them.
const CASTS: [&str; 13] = [
    "string",
    "integer",
    "number",
    "boolean",
    "date",
    "datetime",
    "email",
    "phone",
    "url",
    "scalar",
    "object",
    "[string]",
    "{enum: [free, pro]}",
];

/// JSON values, most of which some cast takes and another changes or refuses.
const VALUES: [&str; 24] = [
    r#""""#,
    r#""free""#,
    r#""fr\u0065e""#,
    r#""FREE""#,
    r#""ada@acme.test""#,
    r#"" ada@acme.test""#,
    r#""ada@@acme.test""#,
    r#""ada\u0040acme.test""#,
    r#""+49 (30) 123-456""#,
    r#""https://acme.test/a?b=c""#,
    r#""https://acme.test/a b""#,
    r#""2024-05-01""#,
    r#""2024-05-01T10:00:00Z""#,
    r#""2024-05-01T10:00:00.123Z""#,
    r#""2024-02-30T10:00:00Z""#,
    r#""2024-05-31 10:00:00""#,
    r#""007""#,
    "7",
    "-7.50",
    "7e+0",
    "true",
    "null",
    "[]",
    r#"{ "a" : [1] }"#,
];

/// Rows of each cast: of the event itself, of one of two places, by names, and cut to a few characters.
#[test]
fn every_cast_of_every_value() {
    for cast in CASTS {
        let table = format!(
            "{{rows: {{a: {{from: $.a, as: {cast}, on_bad: skip}}, \
             b: {{from: [$.b, $.a], as: {cast}, on_bad: skip, empty: missing}}, \
             c: {{from: $.c.a, as: {cast}, on_bad: skip, truncate: 4}}, \
             d: {{from: $.c.a, as: {cast}, on_bad: \"null\", empty: missing}}, \
             e: {{from: $.a, as: {cast}, on_bad: skip, when: {{$.b: {{is: [missing, empty]}}}}}}}}}}"
        );
        let mut entries = one_table(&table);
        for value in VALUES {
            for other in ["null", "\"\"", value] {
                entries.compare(&format!(
                    r#"{{"type":"track","a":{value},"b":{other},"c":{{"a":{value}}},"c":{{"a":{value},"x":1}}}}"#
                ));
            }
        }
        assert!(entries.n_prepared == 3 * VALUES.len(), "{cast}: {} refused", entries.n_refused);
    }
}

/// A key that comes again forgets what stood there before, whatever it was.
#[test]
fn a_place_that_is_read_again() {
    let mut entries =
        one_table("{rows: {a: $.a.b.c, b: $.a.b}, rest: {of: $.a, into: rest, as: scalar, null: send}}");
    for first in VALUES.into_iter().chain([r#"{"b":{"c":1}}"#, r#"{"b":{"c":{}}}"#, r#"{"d":2,"b":3}"#]) {
        for second in ["1", "{}", "\"a\"", r#"{"b":4}"#, r#"{"b":{"d":5}}"#, r#"{"b":{"c":6,"c":"7"},"b":8}"#]
        {
            entries.compare(&format!(r#"{{"type":"track","a":{first},"a":{second}}}"#));
        }
    }
}
