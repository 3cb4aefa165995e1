//! Which events a corpus has.

use corpus::{Variant, checksum, events};

use super::{hostile, stop};

/// Traps for casts, keys and requirements, made by hand.
const TRAPS: &str = include_str!("../../traps.ndjson");

/// Seed of all corpora.
const SEED: u64 = 42;

/// Names, sizes and checksums of all corpora.
const ALL: [(&str, usize, u64); 14] = [
    ("mixed", 10_000, 0xcb16_336e_dc85_79e8),
    ("stable", 10_000, 0x3a8f_91b7_2959_ac61),
    ("stable-ascii", 10_000, 0xdfef_aca5_28bb_2933),
    ("traits-5", 2_000, 0x86ee_6469_da77_bb47),
    ("traits-50", 2_000, 0xf357_7d3c_b391_e6d8),
    ("traits-500", 500, 0x9d01_e16a_3a6c_97dd),
    ("rows-10", 2_000, 0xe066_27f3_cca3_ed7c),
    ("rows-100", 2_000, 0x28d0_88a0_541c_b846),
    ("rows-1000", 2_000, 0x6015_6707_2dbf_de7d),
    ("hostile-members", 1, 0x22ff_c252_9e84_f810),
    ("hostile-text", 1, 0x3a4e_a003_1cdd_6dd2),
    ("hostile-escapes", 1, 0xcdb6_174c_87fe_109e),
    ("hostile-depth", 1, 0xbdd0_6df0_64a0_8793),
    ("traps", 92, 0x3651_5e03_0cdd_cafa),
];

/// Events, one JSON text each.
pub struct Corpus {
    /// What it is called: `mixed`, `rows-100`, ….
    pub name: String,
    /// Its events.
    pub events: Vec<String>,
}

impl Corpus {
    /// The first events of a corpus; all of them when it has fewer.
    pub fn first(name: &str, count: usize) -> Corpus {
        let count = count.min(known(name).1);
        let events = |variant| events(SEED, count, variant).collect();
        let events = match (name, number_in(name)) {
            ("mixed", _) => events(Variant::Shuffled),
            ("stable", _) => events(Variant::Stable),
            ("stable-ascii", _) => events(Variant::StableAscii),
            ("hostile-members", _) => vec![hostile::members()],
            ("hostile-text", _) => vec![hostile::text()],
            ("hostile-escapes", _) => vec![hostile::escapes()],
            ("hostile-depth", _) => vec![hostile::depth()],
            ("traps", _) => TRAPS.lines().take(count).map(str::to_owned).collect(),
            (_, Some(("traits", number))) => events(Variant::Traits(number)),
            (_, Some(("rows", number))) => events(Variant::Rows(number)),
            _ => stop(&format!("nobody makes the corpus {name}")),
        };
        Corpus { name: name.to_owned(), events }
    }

    /// A whole corpus; stops the program when it is not the one that the numbers in the documents are about.
    pub fn checked(name: &str) -> Corpus {
        let (_, size, expected) = known(name);
        let corpus = Corpus::first(name, size);
        let found = checksum(&corpus.events);
        if found != expected || corpus.events.len() != size {
            stop(&format!("corpus {name}: {} events, checksum {found:#018x}", corpus.events.len()));
        }
        corpus
    }

    /// Rows of the mapping that the corpus is for; `None` when it is that of Zendesk.
    pub fn rows(&self) -> Option<u64> {
        number_in(&self.name).map(|(kind, number)| if kind == "rows" { number } else { 20 })
    }
}

fn known(name: &str) -> (&str, usize, u64) {
    let known = ALL.iter().find(|(known, ..)| *known == name);
    *known.unwrap_or_else(|| stop(&format!("there is no corpus {name}")))
}

/// `("rows", 10)` of `rows-10`.
fn number_in(name: &str) -> Option<(&str, u64)> {
    let (kind, number) = name.rsplit_once('-')?;
    Some((kind, number.parse().ok()?))
}
