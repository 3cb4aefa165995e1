//! Coverage: what of a mapping file the cases that run against it have used.
//!
//! In: the uses that runs have counted, file by file. Out: for each file its points with their counts, and what of
//! them is missing. How that is shown is another matter.

mod html;
mod json;
mod lacks;
mod lcov;

pub use lacks::Lack;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::Mapping;
use crate::diag::LineIndex;
use crate::lint::{Point, PointKind, points};
use crate::model::Marks;

/// What cases have used of mapping files.
#[derive(Debug, Default)]
pub struct Coverage {
    files: BTreeMap<PathBuf, Counted>,
}

#[derive(Debug)]
struct Counted {
    name: String,
    text: String,
    marks: Marks,
}

impl Coverage {
    /// Counts what a case has used of its mapping, if that is a file; cases may name one by different paths.
    pub fn count(&mut self, mapping: &Mapping, marks: &Marks) {
        let Some(path) = &mapping.path else { return };
        let key = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let counted = self.files.entry(key).or_insert_with(|| Counted {
            name: plain(path).display().to_string(),
            text: mapping.text.clone(),
            marks: Marks::default(),
        });
        counted.marks.merge(marks);
    }

    /// The coverage of each file, by name.
    #[must_use]
    pub fn files(&self) -> Vec<FileCoverage> {
        let mut files: Vec<FileCoverage> = self.files.values().map(FileCoverage::of).collect();
        files.sort_by(|one, other| one.name.cmp(&other.name));
        files
    }
}

/// A path without steps up and down again.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match (part, plain.components().next_back()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => drop(plain.pop()),
            _ => plain.push(part),
        }
    }
    plain
}

/// The coverage of one mapping file.
#[derive(Clone, Debug)]
pub struct FileCoverage {
    /// Its path.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Its points, in their order in the file.
    pub points: Vec<Covered>,
}

/// A point, and how often it was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// The point.
    pub point: Point,
    /// Its line, from 1.
    pub line: usize,
    /// Its column, from 1.
    pub column: usize,
    /// How often it was used.
    pub count: u64,
}

impl Covered {
    /// It was used.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.count > 0
    }

    /// Why no case can use it, if none can.
    #[must_use]
    pub fn idle(&self) -> Option<&'static str> {
        self.point.idle.filter(|_| !self.is_covered())
    }

    /// A case could use it, and none does.
    #[must_use]
    pub fn is_missed(&self) -> bool {
        !self.is_covered() && self.idle().is_none()
    }
}

/// How many of some points are covered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Points that were used.
    pub covered: usize,
    /// Points that can be used.
    pub reachable: usize,
    /// Points that no event can come to.
    pub idle: usize,
}

impl Tally {
    fn of<'c>(points: impl Iterator<Item = &'c Covered>) -> Self {
        points.fold(Tally::default(), |tally, point| {
            let idle = usize::from(point.idle().is_some());
            Tally {
                covered: tally.covered + usize::from(point.is_covered()),
                reachable: tally.reachable + 1 - idle,
                idle: tally.idle + idle,
            }
        })
    }

    /// Whether at least so many of a hundred are covered.
    #[must_use]
    pub fn reaches(self, percent: f64) -> bool {
        self.covered as f64 * 100.0 >= percent * self.reachable as f64
    }

    /// Covered points of a hundred, rounded down to a tenth: 100 means all.
    #[must_use]
    pub fn percent(self) -> f64 {
        let tenths = (self.covered * 1000).checked_div(self.reachable).unwrap_or(1000);
        tenths as f64 / 10.0
    }
}

impl FileCoverage {
    fn of(counted: &Counted) -> Self {
        let lines = LineIndex::new(&counted.text);
        let covered = |point: Point| {
            let position = lines.position(point.at.start);
            let count = counted.marks.count(point.place, point.used);
            Covered { line: position.line, column: position.column, count, point }
        };
        let points = points(&counted.text).into_iter().map(covered).collect();
        FileCoverage { name: counted.name.clone(), text: counted.text.clone(), points }
    }

    /// All points.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally::of(self.points.iter())
    }

    /// Points of one kind.
    #[must_use]
    pub fn tally_of(&self, kind: PointKind) -> Tally {
        Tally::of(self.points.iter().filter(|covered| covered.point.kind == kind))
    }

    /// Points that a case could use, and none does.
    fn missed(&self) -> impl Iterator<Item = &Covered> {
        self.points.iter().filter(|covered| covered.is_missed())
    }

    /// Points by their line.
    fn by_line(&self) -> BTreeMap<usize, Vec<&Covered>> {
        let mut lines: BTreeMap<usize, Vec<&Covered>> = BTreeMap::new();
        for covered in &self.points {
            lines.entry(covered.line).or_default().push(covered);
        }
        lines
    }
}

#[cfg(test)]
mod tests;
