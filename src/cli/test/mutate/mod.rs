//! `--mutate`: makes small mistakes in the mappings and tells which of them no case notices.
//!
//! ```text
//! cases ─ group by mapping ─▶ a trial of each mapping ─▶ a report of each ─ show ─▶ text, JSON
//! ```

mod show;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::select::Chosen;
use crate::case::mutate::{Accepted, Fate, Score, Trial, TrialError, Tried, sample};
use crate::case::{self, Case};
use crate::cli::args::{TestArgs, TestFormat};
use crate::cli::exit::Exit;
use crate::cli::output::{Done, Output, Problem};
use crate::cli::progress::Progress;
use crate::cli::project::Project;
use crate::deliver;
use crate::lint::Options;

/// What came of the mutants of one mapping.
#[derive(Debug)]
struct Report<'p> {
    /// Name of the mapping.
    name: String,
    /// Its text.
    text: String,
    /// The mutants, in the order of the text.
    tried: Vec<Tried>,
    /// Survivors that somebody has accepted.
    accepted: &'p [Accepted],
    /// How long it took.
    took: Duration,
    /// Whether all mutants were tried.
    is_whole: bool,
}

impl Report<'_> {
    fn score(&self) -> Score {
        Score::of(&self.tried, self.accepted)
    }

    /// The score of each operator, by its name.
    fn by_operator(&self) -> BTreeMap<&'static str, Score> {
        let mut groups: BTreeMap<&'static str, Vec<&Tried>> = BTreeMap::new();
        for tried in &self.tried {
            groups.entry(tried.mutant.operator).or_default().push(tried);
        }
        groups.into_iter().map(|(name, tried)| (name, Score::of(tried, self.accepted))).collect()
    }

    /// Survivors that nobody has accepted.
    fn survivors(&self) -> impl Iterator<Item = &Tried> {
        self.tried
            .iter()
            .filter(|tried| tried.fate == Fate::Survived)
            .filter(|tried| !self.accepted.iter().any(|accepted| accepted.covers(tried)))
    }

    /// Accepted mutants that are no survivors.
    fn idle(&self) -> impl Iterator<Item = &Accepted> {
        let survives = |accepted: &Accepted| {
            self.tried.iter().any(|tried| tried.fate == Fate::Survived && accepted.covers(tried))
        };
        self.accepted.iter().filter(move |accepted| self.is_whole && !survives(accepted))
    }
}

/// Runs the command on cases.
pub(super) fn run(args: &TestArgs, cases: Vec<Chosen>, project: &Project, output: &mut Output) -> Done {
    if !matches!(args.format, TestFormat::Text | TestFormat::Json) {
        return Err(Problem::usage("mutants are shown as text or JSON only").into());
    }
    let default = project.mapping(None).ok();
    let mut reports = Vec::new();
    for trial in trials(cases, default.as_deref(), project)? {
        reports.push(report(&trial, args, project));
    }
    match args.format {
        TestFormat::Json => show::json(&reports, output)?,
        _ => show::text(&reports, output)?,
    }
    let least = args.mutate.mutate_min.unwrap_or_default();
    let is_enough = reports.iter().all(|report| report.score().percent() >= least);
    if !is_enough {
        output.note(format_args!("the cases notice less than {least} % of the mistakes"));
    }
    Ok(if is_enough { Exit::Fine } else { Exit::Findings })
}

/// A trial for each mapping file that the cases use, by the name of the file.
fn trials(cases: Vec<Chosen>, default: Option<&Path>, project: &Project) -> Result<Vec<Trial>, Problem> {
    let mut groups: BTreeMap<PathBuf, Vec<(PathBuf, Case)>> = BTreeMap::new();
    for Chosen { file, case } in cases {
        let case = case.map_err(|error| Problem::unreadable(error.to_string()))?;
        if let Some(mapping) = case.mapping_path(default) {
            groups.entry(mapping).or_default().push((file, case));
        }
    }
    if groups.is_empty() {
        let problem = Problem::usage("no case uses a mapping file");
        return Err(problem.with_help("mutants are made of files, not of mappings that stand in cases"));
    }
    let options = Options { levels: project.lint_levels().clone(), ..Options::default() };
    groups.into_values().map(|cases| trial(cases, default, &options)).collect()
}

fn trial(cases: Vec<(PathBuf, Case)>, default: Option<&Path>, options: &Options) -> Result<Trial, Problem> {
    let mapping = cases.first().map(|(_, case)| case.mapping(default));
    let mapping = mapping.ok_or_else(|| Problem::usage(TrialError::NoCase.to_string()))?;
    let mapping = mapping.map_err(|error| Problem::unreadable(error.to_string()))?;
    let destination = case::schemas(&mapping.text, &mapping.folder).ok().flatten();
    let options = Options { destination, ..options.clone() };
    Trial::new(mapping, cases, options).map_err(|error| {
        let problem = Problem::unreadable(error.to_string());
        match &error {
            TrialError::Case(file) => problem.with_help(format!("mapwright test {}", file.display())),
            TrialError::Mapping(name) => problem.with_help(format!("mapwright lint {name}")),
            TrialError::NoCase => problem,
        }
    })
}

fn report<'p>(trial: &Trial, args: &TestArgs, project: &'p Project) -> Report<'p> {
    let took = deliver::stopwatch();
    let all = trial.mutants();
    let n_all = all.len();
    let chosen = match args.mutate.mutate_sample {
        Some(most) => sample(all, most, args.mutate.mutate_seed),
        None => all,
    };
    let is_whole = chosen.len() == n_all;
    let progress = Progress::of_mutants(chosen.len());
    let tried = trial.run(chosen, &|| progress.step());
    progress.finish();
    let mapping = trial.mapping();
    Report {
        name: mapping.name.clone(),
        text: mapping.text.clone(),
        tried,
        accepted: project.accepted_mutants(),
        took: took(),
        is_whole,
    }
}
