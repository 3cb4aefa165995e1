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

/// A mapping with a name that may stand in this many places, and a table of this many rows that read below it.
#[must_use]
pub fn mapping_with_places(places: usize, rows: usize) -> String {
    let candidates: Vec<String> = (0..places).map(|place| format!("$.a{place}")).collect();
    let rows: Vec<String> = (0..rows).map(|row| format!("r{row}: $wide.k{row}")).collect();
    format!(
        "format: 1\ndestination: wide\nservice: {{base_url: {{value: \"https://api.test\"}}}}\n\
         names: {{wide: [{}]}}\ntables: {{note: {{rows: {{{}}}}}}}\n\
         flows: {{track: {{event: track, steps: [{{note: {{post: /notes, body: note}}}}]}}}}\n",
        candidates.join(", "),
        rows.join(", "),
    )
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
