//! Coverage in the format of lcov, for `genhtml` and editors.
//!
//! A line counts as often as what it has most uses of. Whatever has sides, and whatever shares its line with others, is
//! a branch of that line. What no event can come to is left out.
//!
//! Source: the manual page of `geninfo`, "FILES".

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Coverage, Covered, FileCoverage};
use crate::diag::Span;
use crate::lint::PointKind;

impl Coverage {
    /// One record a file.
    #[must_use]
    pub fn to_lcov(&self) -> String {
        self.files().iter().map(record).collect()
    }
}

/// Lines and branches that there are, and those that were met.
#[derive(Default)]
struct Found {
    branches: String,
    lines: String,
    n_branches: usize,
    n_branches_hit: usize,
    n_lines: usize,
    n_lines_hit: usize,
}

fn record(file: &FileCoverage) -> String {
    let mut found = Found::default();
    for (line, points) in file.by_line() {
        let points: Vec<&Covered> = points.into_iter().filter(|point| point.idle().is_none()).collect();
        found.line(line, &points);
    }
    let Found { branches, lines, n_branches, n_branches_hit, n_lines, n_lines_hit } = found;
    format!(
        "TN:\nSF:{}\n{branches}BRF:{n_branches}\nBRH:{n_branches_hit}\n{lines}LF:{n_lines}\nLH:{n_lines_hit}\nend_of_record\n",
        file.name
    )
}

impl Found {
    fn line(&mut self, line: usize, points: &[&Covered]) {
        let is_whole = |point: &&&Covered| {
            !matches!(point.point.kind, PointKind::Condition | PointKind::Test | PointKind::Candidate)
        };
        let most = |points: &mut dyn Iterator<Item = u64>| points.max();
        let count = most(&mut points.iter().filter(is_whole).map(|point| point.count))
            .or_else(|| most(&mut points.iter().map(|point| point.count)));
        let Some(count) = count else { return };
        let _ = writeln!(self.lines, "DA:{line},{count}");
        self.n_lines += 1;
        self.n_lines_hit += usize::from(count > 0);
        // What is alone on its line and has one side is the line itself.
        for (index, block) in blocks(points).values().filter(|_| points.len() > 1).enumerate() {
            self.block(line, index, block);
        }
    }

    fn block(&mut self, line: usize, index: usize, points: &[&Covered]) {
        let is_met = points.iter().any(|point| point.is_covered());
        for (branch, point) in points.iter().enumerate() {
            let taken = if is_met { point.count.to_string() } else { "-".to_owned() };
            let _ = writeln!(self.branches, "BRDA:{line},{index},{branch},{taken}");
            self.n_branches += 1;
            self.n_branches_hit += usize::from(point.is_covered());
        }
    }
}

/// Points of one line, those of one place together.
fn blocks<'c>(points: &[&'c Covered]) -> BTreeMap<(Span, PointKind), Vec<&'c Covered>> {
    let mut blocks: BTreeMap<(Span, PointKind), Vec<&Covered>> = BTreeMap::new();
    for covered in points {
        blocks.entry((covered.point.place, covered.point.kind)).or_default().push(covered);
    }
    blocks
}
