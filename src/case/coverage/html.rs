//! Coverage as one page for browsers: the mapping with what was used of each line.
//!
//! The page stands alone: no script, no address of another file.

use std::collections::BTreeMap;

use handlebars::Handlebars;
use serde::Serialize;

use super::{Coverage, Covered, FileCoverage, Lack, Tally};
use crate::lint::PointKind;

/// The page.
const PAGE: &str = include_str!("page.html");

#[derive(Serialize)]
struct Page {
    files: Vec<File>,
}

#[derive(Serialize)]
struct File {
    name: String,
    total: Share,
    kinds: Vec<Share>,
    lines: Vec<Line>,
}

/// How much of something is covered.
#[derive(Serialize)]
struct Share {
    what: &'static str,
    covered: usize,
    reachable: usize,
    idle: usize,
    percent: f64,
    state: &'static str,
}

#[derive(Serialize)]
struct Line {
    number: usize,
    text: String,
    /// A word for its style and its sign.
    state: &'static str,
    sign: &'static str,
    /// In words, for those who cannot see the sign.
    meaning: &'static str,
    /// How often what it has most uses of was used; empty where nothing is to be used.
    count: String,
    /// All of its points, for those who want to know.
    details: String,
    missed: Vec<String>,
    idle: Vec<String>,
}

impl Coverage {
    /// One page with all files.
    #[must_use]
    pub fn to_html(&self) -> String {
        let page = Page { files: self.files().iter().map(file).collect() };
        // The page is fixed and its data is plain, so that there is nothing that could fail.
        Handlebars::new().render_template(PAGE, &page).unwrap_or_default()
    }
}

fn file(file: &FileCoverage) -> File {
    let kinds = PointKind::ALL.iter().map(|kind| share(kind.plural(), file.tally_of(*kind)));
    let kinds = kinds.filter(|share| share.reachable + share.idle > 0).collect();
    let source =
        Source { points: file.by_line(), missed: texts(file.lacks()), idle: texts(file.out_of_reach()) };
    let lines = file.text.lines().enumerate().map(|(index, text)| source.line(index + 1, text)).collect();
    File { name: file.name.clone(), total: share("all", file.tally()), kinds, lines }
}

fn share(what: &'static str, tally: Tally) -> Share {
    let Tally { covered, reachable, idle } = tally;
    let state = if covered == reachable { "full" } else { "part" };
    Share { what, covered, reachable, idle, percent: tally.percent(), state }
}

/// What is to be said of each line.
struct Source<'c> {
    points: BTreeMap<usize, Vec<&'c Covered>>,
    missed: BTreeMap<usize, Vec<String>>,
    idle: BTreeMap<usize, Vec<String>>,
}

impl Source<'_> {
    fn line(&self, number: usize, text: &str) -> Line {
        let points = self.points.get(&number).map_or(&[][..], Vec::as_slice);
        let reachable = || points.iter().filter(|point| point.idle().is_none());
        let n_missed = reachable().filter(|point| point.is_missed()).count();
        let (state, sign, meaning) = match (reachable().count(), n_missed) {
            (0, _) => ("none", "", ""),
            (_, 0) => ("full", "✓", "covered"),
            (all, n_missed) if all == n_missed => ("miss", "✗", "not covered"),
            _ => ("part", "◐", "covered in part"),
        };
        let most = reachable().map(|point| point.count).max();
        let told = |point: &&Covered| format!("{} {}: {}", point.point.what, point.point.side(), point.count);
        Line {
            number,
            text: text.to_owned(),
            state,
            sign,
            meaning,
            count: most.map(|count| format!("{count}×")).unwrap_or_default(),
            details: points.iter().map(told).collect::<Vec<_>>().join("\n"),
            missed: self.missed.get(&number).cloned().unwrap_or_default(),
            idle: self.idle.get(&number).cloned().unwrap_or_default(),
        }
    }
}

fn texts(lacks: Vec<Lack>) -> BTreeMap<usize, Vec<String>> {
    let mut lines: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for lack in lacks {
        lines.entry(lack.line).or_default().push(lack.text);
    }
    lines
}
