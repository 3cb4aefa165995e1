//! Findings as SARIF 2.1.0, the form that code scanners exchange.
//!
//! In: the findings of several files. Out: one log with one run. Columns count characters, as in the JSON form.
//!
//! Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.

use serde_json::{Map, Value, json as object};

use crate::diag::{ALL, CodeInfo, Diagnostic, Fix, LineIndex, Severity, Span};

/// The findings of one file.
#[derive(Clone, Copy, Debug)]
pub struct OfFile<'a> {
    /// Findings.
    pub found: &'a [Diagnostic],
    /// Path of the file.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// A SARIF log of the findings.
#[must_use]
pub fn sarif(files: &[OfFile<'_>]) -> Value {
    let told: Vec<&CodeInfo> = ALL
        .iter()
        .filter(|info| files.iter().flat_map(|file| file.found).any(|one| one.code == info.code))
        .collect();
    let results: Vec<Value> = files
        .iter()
        .flat_map(|file| {
            let lines = LineIndex::new(file.text);
            file.found.iter().map(|one| result(one, file.name, &lines, &told)).collect::<Vec<_>>()
        })
        .collect();
    object!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "mapwright",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": told.iter().map(|info| rule(info)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(info: &CodeInfo) -> Value {
    object!({
        "id": info.code.id(),
        "name": info.code.name,
        "shortDescription": {"text": info.summary},
        "defaultConfiguration": {"level": level(info.severity)},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn result(one: &Diagnostic, file: &str, lines: &LineIndex<'_>, told: &[&CodeInfo]) -> Value {
    let index = told.iter().position(|info| info.code == one.code).unwrap_or_default();
    let message = match &one.help {
        Some(help) => format!("{} (help: {help})", one.message),
        None => one.message.clone(),
    };
    let mut result = Map::new();
    result.insert("ruleId".into(), one.code.id().into());
    result.insert("ruleIndex".into(), index.into());
    result.insert("level".into(), level(one.severity).into());
    result.insert("message".into(), object!({"text": message}));
    result.insert("locations".into(), object!([{"physicalLocation": place(one.primary, file, lines)}]));
    let related: Vec<Value> = one
        .related
        .iter()
        .filter(|label| label.span != one.primary)
        .map(|label| {
            object!({"message": {"text": label.message}, "physicalLocation": place(label.span, file, lines)})
        })
        .collect();
    if !related.is_empty() {
        result.insert("relatedLocations".into(), related.into());
    }
    if let Some(fix) = &one.fix {
        result.insert("fixes".into(), object!([change(fix, file, lines)]));
    }
    result.into()
}

fn place(span: Span, file: &str, lines: &LineIndex<'_>) -> Value {
    object!({"artifactLocation": {"uri": uri(file)}, "region": region(span, lines)})
}

fn region(span: Span, lines: &LineIndex<'_>) -> Value {
    let start = lines.position(span.start);
    let end = lines.position(span.end.max(span.start));
    object!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn change(fix: &Fix, file: &str, lines: &LineIndex<'_>) -> Value {
    let replacements: Vec<Value> = fix
        .edits
        .iter()
        .map(|edit| {
            object!({"deletedRegion": region(edit.span, lines), "insertedContent": {"text": edit.text}})
        })
        .collect();
    object!({
        "description": {"text": format!("{} fix", fix.safety)},
        "artifactChanges": [{"artifactLocation": {"uri": uri(file)}, "replacements": replacements}],
    })
}

/// A path as a URI reference.
fn uri(path: &str) -> String {
    use std::fmt::Write;
    let mut uri = String::new();
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Diagnostics, Safety};

    #[test]
    fn a_log_has_rules_results_and_fixes() {
        let text = "ü: 1\nb: tiket\n";
        let start = text.find("tiket").unwrap();
        let span = Span::new(start, start + 5);
        let mut all = Diagnostics::new();
        all.wrong_word(span, "tiket", &["ticket"])
            .label(Span::new(0, 2), "declared here")
            .fix(Some(Fix::new(Safety::Unsafe, span, "ticket")));
        let found = all.into_vec();
        let log = sarif(&[OfFile { found: &found, name: "my maps\\ü.yaml", text }]);
        let result = &log["runs"][0]["results"][0];
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "my%20maps/%C3%BC.yaml");
        assert_eq!(
            place["region"],
            object!({"startLine": 2, "startColumn": 4, "endLine": 2, "endColumn": 9})
        );
        assert_eq!(result["relatedLocations"][0]["message"]["text"], "declared here");
        assert_eq!(
            result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"],
            "ticket"
        );
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][0]["id"], result["ruleId"]);
    }

    #[test]
    fn no_findings_are_an_empty_run() {
        assert_eq!(sarif(&[])["runs"][0]["results"], object!([]));
    }
}
