//! Mappings with many rows.

use std::fmt::Write;

/// A mapping that sends identify events in one request, with this many rows for `attribute_0`, `attribute_1`, ….
#[must_use]
pub fn mapping_with_rows(count: u64) -> String {
    let mut text = String::from(HEAD);
    for index in 0..count {
        let cast = ["", ", as: string", ", as: scalar, on_bad: skip", ", empty: missing"];
        let cast = cast.get(usize::try_from(index % 4).unwrap_or(0)).copied().unwrap_or_default();
        // A string takes all that is written to it.
        let _ = writeln!(text, "      fields.attribute_{index}: {{from: $.traits.attribute_{index}{cast}}}");
    }
    text.push_str(TAIL);
    text
}

const HEAD: &str = "\
format: 1
destination: rows
service:
  base_url: {value: \"https://api.example.com\"}
tables:
  user:
    rows:
      id: {from: $.userId, as: string}
      name: {from: $.traits.name, as: string}
";

const TAIL: &str = "    rest: {of: $.traits, into: fields, as: scalar}
flows:
  identify:
    event: identify
    steps:
      - user: {post: /users, body: user}
";
