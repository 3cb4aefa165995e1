//! The settings of a mapping.

use super::markdown::{self, code, plain};
use crate::model::{Mapping, Setting};

pub(super) fn settings(mapping: &Mapping) -> String {
    let rows: Vec<[String; 5]> = mapping
        .config
        .iter()
        .map(|named| {
            let setting = &named.item;
            [
                code(&named.name.text),
                setting.kind.name().to_owned(),
                if setting.required { "yes" } else { "" }.to_owned(),
                setting.default.as_ref().map_or_else(String::new, |default| code(&default.to_string())),
                about(setting),
            ]
        })
        .collect();
    markdown::table(["setting", "type", "required", "default", "about"], &rows)
}

/// What it is for, and which values it takes.
fn about(setting: &Setting) -> String {
    let mut sentences: Vec<String> = setting.about.iter().map(|about| plain(about)).collect();
    sentences.extend(setting.pattern.as_ref().map(|pattern| format!("Must match {}", code(&pattern.text))));
    if !setting.forbid.is_empty() {
        let forbidden: Vec<String> = setting.forbid.iter().map(|text| code(text)).collect();
        sentences.push(format!("Must not be {}", forbidden.join(" or ")));
    }
    sentences.extend(setting.sunset.map(|day| format!("No longer works from {day}")));
    sentences.join(". ")
}
