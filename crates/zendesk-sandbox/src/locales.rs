//! The languages of the simulated account.

/// A language of the account: id and tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Locale {
    /// `locale_id`.
    pub(crate) id: i64,
    /// `locale`, a BCP 47 tag.
    pub(crate) tag: &'static str,
}

/// Guess: a plausible choice of languages; the ids are the vendor's as far as known.
const LOCALES: [Locale; 6] = [
    Locale { id: 1, tag: "en-US" },
    Locale { id: 8, tag: "de" },
    Locale { id: 16, tag: "fr" },
    Locale { id: 19, tag: "pt-BR" },
    Locale { id: 67, tag: "ja" },
    Locale { id: 1176, tag: "en-GB" },
];

impl Default for Locale {
    fn default() -> Self {
        Self { id: 1, tag: "en-US" }
    }
}

impl Locale {
    /// The language with this tag, whatever its case.
    pub(crate) fn by_tag(tag: &str) -> Option<Self> {
        LOCALES.into_iter().find(|locale| locale.tag.eq_ignore_ascii_case(tag))
    }

    /// The language with this id.
    pub(crate) fn by_id(id: i64) -> Option<Self> {
        LOCALES.into_iter().find(|locale| locale.id == id)
    }
}
