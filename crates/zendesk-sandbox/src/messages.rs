//! Descriptions of errors in the language of the authenticated agent; codes are never translated.
//!
//! Guess: the vendor's own translations are not published; these read alike.

use serde_json::Value;

use crate::reply::{Body, Reply};

/// A language that descriptions come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
}

/// English, German, French. The longest part of a description that stands here is replaced.
const PHRASES: [[&str; 3]; 12] = [
    [
        "is already being used by another user",
        "wird bereits von einem anderen Benutzer verwendet",
        "est déjà utilisé par un autre utilisateur",
    ],
    [
        "This user is already a member of this organization.",
        "Dieser Benutzer ist bereits Mitglied dieser Organisation.",
        "Cet utilisateur est déjà membre de cette organisation.",
    ],
    ["Record validation errors", "Fehler bei der Datensatzprüfung", "Erreurs de validation d’enregistrement"],
    ["has already been taken", "ist bereits vergeben", "est déjà pris"],
    ["is not properly formatted", "ist nicht richtig formatiert", "n’est pas formaté correctement"],
    ["cannot be blank", "darf nicht leer sein", "ne peut pas être vide"],
    ["is not valid", "ist nicht gültig", "n’est pas valide"],
    ["is invalid", "ist ungültig", "n’est pas valide"],
    ["is required", "ist erforderlich", "est obligatoire"],
    ["cannot specify more than", "erlaubt nicht mehr Werte als", "ne peut spécifier plus de valeurs que"],
    ["may be created per call", "dürfen je Aufruf angelegt werden", "peuvent être créés par appel"],
    ["Not found", "Nicht gefunden", "Introuvable"],
];

impl Language {
    /// The language of this tag: `de`, `de-AT`, `fr`, `en-US`; `None` for one that is not here.
    pub(crate) fn parse(tag: &str) -> Option<Self> {
        match tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "de" => Some(Self::German),
            "fr" => Some(Self::French),
            _ => None,
        }
    }

    fn pick(self, [_, german, french]: [&'static str; 3]) -> Option<&'static str> {
        match self {
            Self::English => None,
            Self::German => Some(german),
            Self::French => Some(french),
        }
    }
}

/// The reply with its descriptions in another language, when it is a refusal.
pub(crate) fn translate(mut reply: Reply, language: Language) -> Reply {
    if language != Language::English
        && reply.status >= 400
        && let Body::Json(body) = &mut reply.body
    {
        walk(body, language);
    }
    reply
}

fn walk(value: &mut Value, language: Language) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, language)),
        Value::Object(keys) => {
            for (key, value) in keys {
                match value {
                    Value::String(text) if key == "description" => *text = in_language(text, language),
                    other => walk(other, language),
                }
            }
        }
        _ => {}
    }
}

fn in_language(text: &str, language: Language) -> String {
    let found = PHRASES.into_iter().find(|[english, ..]| text.contains(english));
    match found.and_then(|phrase| Some((phrase, language.pick(phrase)?))) {
        Some(([english, ..], other)) => text.replace(english, other),
        None => text.to_owned(),
    }
}
