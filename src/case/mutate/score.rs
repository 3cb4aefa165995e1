//! What a trial is worth: how many mutants were noticed, and which survivors somebody has accepted.

use super::{Fate, Tried};

/// A survivor that may be one, because no event can show the difference or because nobody cares about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Name of the operator.
    pub operator: String,
    /// The way to what is changed, as in reports.
    pub at: String,
    /// Why it may survive.
    pub why: String,
}

impl Accepted {
    /// Whether it is about this mutant.
    #[must_use]
    pub fn covers(&self, tried: &Tried) -> bool {
        tried.mutant.operator == self.operator && tried.mutant.at == self.at
    }
}

/// How many mutants came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// They do not compile, and count in nothing else.
    pub n_stillborn: usize,
    /// A case fails.
    pub n_killed: usize,
    /// No case fails, and nobody has accepted that.
    pub n_survived: usize,
    /// No case fails, and somebody has said why that is right.
    pub n_accepted: usize,
    /// Survivors, accepted ones left out, in which the linter finds something new.
    pub n_linted: usize,
}

impl Score {
    /// The score of these mutants.
    pub fn of<'t>(tried: impl IntoIterator<Item = &'t Tried>, accepted: &[Accepted]) -> Self {
        let mut score = Self::default();
        for one in tried {
            match one.fate {
                Fate::Stillborn(_) => score.n_stillborn += 1,
                Fate::Killed(_) => score.n_killed += 1,
                Fate::Survived if accepted.iter().any(|accepted| accepted.covers(one)) => {
                    score.n_accepted += 1;
                }
                Fate::Survived => {
                    score.n_survived += 1;
                    score.n_linted += usize::from(one.lint.is_some());
                }
            }
        }
        score
    }

    /// Mutants that count: those that compile and are not accepted.
    #[must_use]
    pub fn n_counted(&self) -> usize {
        self.n_killed + self.n_survived
    }

    /// Share of the mutants that the cases notice, in percent; of none, all.
    #[must_use]
    pub fn percent(&self) -> f64 {
        share(self.n_killed, self.n_counted())
    }

    /// Share of the mutants that the cases or the linter notice, in percent; of none, all.
    #[must_use]
    pub fn percent_with_lint(&self) -> f64 {
        share(self.n_killed + self.n_linted, self.n_counted())
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::mutate::mutants;

    /// One mutant after the other with these fates.
    fn tried(fates: &[(Fate, bool)]) -> Vec<Tried> {
        let all = mutants("tables: {t: {rows: {a: $.a, b: $.b, c: $.c, d: $.d, e: $.e}}}\n");
        let one = |(mutant, (fate, is_linted)): (_, &(Fate, bool))| Tried {
            mutant,
            fate: fate.clone(),
            lint: is_linted.then(|| "D0501 unused-table".to_owned()),
        };
        all.into_iter().zip(fates).map(one).collect()
    }

    #[test]
    fn stillborn_and_accepted_mutants_do_not_count() {
        let tried = tried(&[
            (Fate::Killed("case".into()), true),
            (Fate::Survived, true),
            (Fate::Survived, false),
            (Fate::Survived, true),
            (Fate::Stillborn("why".to_owned()), false),
        ]);
        let last = &tried[3].mutant;
        let accepted =
            [Accepted { operator: last.operator.to_owned(), at: last.at.clone(), why: "because".to_owned() }];
        let score = Score::of(&tried, &accepted);
        let expected = Score { n_stillborn: 1, n_killed: 1, n_survived: 2, n_accepted: 1, n_linted: 1 };
        assert_eq!(score, expected);
        assert!((score.percent() - 100.0 / 3.0).abs() < 1e-9);
        assert!((score.percent_with_lint() - 200.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn of_no_mutants_all_are_noticed() {
        assert!((Score::default().percent() - 100.0).abs() < 1e-9);
    }
}
