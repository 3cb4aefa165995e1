//! The page of a rule, made from its record.

use std::fmt::Write;

use super::rule::Rule;
use crate::diag::Severity;

/// The page as Markdown.
#[must_use]
pub fn page(rule: &Rule) -> String {
    let mut page = format!("# {}\n\n", rule.code);
    let summary = sentence(rule.summary());
    let fix = match rule.fix {
        None => "No fix: somebody has to decide what is meant.".to_owned(),
        Some((safety, what)) => {
            let flag = if safety == crate::diag::Safety::Safe { "--fix" } else { "--unsafe-fixes" };
            format!("`mapwright lint {flag}` {what}.")
        }
    };
    let schemas = rule.schemas().map(|schemas| format!("## The destination\n\n```json\n{schemas}```\n\n"));
    let schemas = schemas.unwrap_or_default();
    // Writing into a string cannot fail.
    let _ = write!(
        page,
        "{summary}\n\n## Why\n\n{}\n\n{schemas}## Bad\n\n```yaml\n{}```\n\n## Good\n\n```yaml\n{}```\n\n## Fix\n\n{fix}\n\n\
         {} of `mapwright lint` since {}. `# mapwright: allow {} -- why` at the end of the line silences it.\n",
        rule.why,
        rule.bad,
        rule.good,
        match rule.severity() {
            Severity::Error => "An error",
            Severity::Warning => "A warning",
        },
        rule.since,
        rule.code.name,
    );
    page
}

/// With a capital and a full stop.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}
