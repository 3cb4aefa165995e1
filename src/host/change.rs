//! What becomes of a mapping file that is saved while it is served, in words for people.

use std::fmt;
use std::path::PathBuf;

/// What a file has become since it was read before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// A new version is served.
    Active {
        /// The destination.
        name: String,
        /// Fingerprint of the mapping.
        hash: String,
    },
    /// The file is not served; the version before it still is, if there was one.
    Refused(Unserved),
    /// A new version is not served yet: the next events run through both.
    Compared {
        /// The destination.
        name: String,
        /// Fingerprint of the new version.
        hash: String,
        /// Events that are compared.
        events: u64,
    },
    /// A new version is not served, because it does something else than the served one.
    Differs {
        /// The destination.
        name: String,
        /// Fingerprint of the new version.
        hash: String,
        /// Its file.
        file: PathBuf,
        /// Events that were compared.
        events: u64,
        /// Those of them with which it does something else.
        different: u64,
        /// What it does otherwise, by step and attribute, and with how many events; the first few kinds.
        kinds: Vec<(String, u64)>,
    },
}

/// A file that is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unserved {
    /// The file.
    pub file: PathBuf,
    /// Why, in lines for people.
    pub why: String,
}

impl fmt::Display for Unserved {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} is not served: {}", self.file.display(), self.why.trim_end())
    }
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Active { name, hash } => write!(formatter, "`{name}` is served in version {hash}"),
            Change::Refused(file) => write!(formatter, "{file}"),
            Change::Compared { name, hash, events } => {
                write!(
                    formatter,
                    "`{name}`: version {hash} is compared for {} before it is served",
                    n_events(*events)
                )
            }
            Change::Differs { name, hash, file, events, different, kinds } => {
                write!(
                    formatter,
                    "`{name}`: version {hash} is not served, for it differs with {different} of {}",
                    n_events(*events)
                )?;
                for (kind, events) in kinds {
                    write!(formatter, "\n  {}: {kind}", n_events(*events))?;
                }
                write!(formatter, "\n  save {} once more to serve it all the same", file.display())
            }
        }
    }
}

fn n_events(events: u64) -> String {
    if events == 1 { "1 event".to_owned() } else { format!("{events} events") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_differs_and_what_to_do() {
        let change = Change::Differs {
            name: "example".into(),
            hash: "ab".into(),
            file: "mappings/example.yaml".into(),
            events: 10,
            different: 2,
            kinds: vec![
                ("`put` (PUT /p) differs in `name`".into(), 1),
                ("ends as skipped instead of delivered".into(), 2),
            ],
        };
        assert_eq!(
            change.to_string(),
            "`example`: version ab is not served, for it differs with 2 of 10 events\n  \
             1 event: `put` (PUT /p) differs in `name`\n  2 events: ends as skipped instead of delivered\n  \
             save mappings/example.yaml once more to serve it all the same"
        );
    }
}
