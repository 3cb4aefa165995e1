//! Events that hurt an evaluator whose work is not linear. Their bodies stay below the 1 MiB that a request may have.

use std::fmt::Write;

/// 50,000 traits in 1.5 MB, every other one a list, which is no attribute.
pub(crate) fn members() -> String {
    let mut traits = String::from("\"name\":\"Ada\"");
    for index in 0..50_000 {
        let (open, close) = if index % 2 == 0 { ("\"", "\"") } else { ("[7,", "]") };
        // A string takes all that is written to it.
        let _ = write!(traits, ",\"custom_{index}\":{open}{:010}{close}", 1_000_000_000 + index);
    }
    identify(&traits)
}

/// A text of 1 MB.
pub(crate) fn text() -> String {
    identify(&format!("\"name\":\"Ada\",\"bio\":\"{}\"", "lorem ipsum dolor sit amet ".repeat(37_037)))
}

/// A text of 0.9 MB that is all escapes, where it must be cut and where it is sent whole.
pub(crate) fn escapes() -> String {
    let name = "\\u00e9\\\"\\\\\\/\\b\\f\\n\\r\\t\\ud83c\\udfab".repeat(900_000 / 36);
    format!("{{\"type\":\"track\",\"userId\":\"u-1\",\"event\":\"{name}\",\"properties\":{{}}}}")
}

/// An unknown key whose value is nested 100,000 deep.
pub(crate) fn depth() -> String {
    let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
    format!("{{\"type\":\"track\",\"userId\":\"u-1\",\"event\":\"Deep\",\"extra\":{open}{close}}}")
}

fn identify(traits: &str) -> String {
    format!("{{\"type\":\"identify\",\"userId\":\"u-1\",\"traits\":{{{traits}}}}}")
}
