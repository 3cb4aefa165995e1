//! A contestant on a corpus.

use super::Done;
use super::programs::Programs;

/// A contestant on a corpus, written `plan-bytes mixed`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lane {
    pub(crate) contestant: String,
    pub(crate) corpus: String,
}

impl Lane {
    /// # Errors
    /// When it is not two words.
    pub(crate) fn parse(text: &str) -> Done<Lane> {
        let words =
            text.split_once(' ').ok_or_else(|| format!("`{text}` is not a contestant and a corpus"))?;
        Ok(Lane { contestant: words.0.to_owned(), corpus: words.1.to_owned() })
    }

    /// Parses and leaves out what appears twice.
    pub(crate) fn all<'t>(texts: impl Iterator<Item = &'t str>) -> Done<Vec<Lane>> {
        let mut lanes: Vec<Lane> = Vec::new();
        for text in texts {
            let lane = Lane::parse(text)?;
            if !lanes.contains(&lane) {
                lanes.push(lane);
            }
        }
        Ok(lanes)
    }

    /// `plan-bytes mixed`.
    pub(crate) fn text(&self) -> String {
        format!("{} {}", self.contestant, self.corpus)
    }

    /// The command that runs it on so many events; the mode is to be added.
    pub(crate) fn command(&self, programs: &Programs, count: &str) -> Done<Vec<String>> {
        let words = programs.command(&self.contestant);
        let words = words.ok_or_else(|| format!("there is no contestant {}", self.contestant))?;
        Ok(words.into_iter().chain([self.corpus.clone(), count.to_owned()]).collect())
    }
}
