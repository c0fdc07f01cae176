//! The best of a file of results, found a piece at a time.

use std::cmp::Ordering;

use lab::InputError;
use lab::sweep::space::{Condition, Vocabulary};
use lab::sweep::{FIGURES, Figure};

use super::error::SweepError;
use super::results::Results;

/// How to rank.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// The figures to rank by; of several, the combinations that none other beats in all.
    pub objectives: Vec<&'static Figure>,
    /// What results must meet, in every searched window.
    pub require: Vec<Condition>,
    /// How many to keep.
    pub top: usize,
}

/// A combination and how it ranks.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// Its index.
    pub combination: u64,
    /// Its objectives, more being better: of the worst searched window.
    pub scores: Vec<f64>,
    /// Where it is in the file: row group, and its first row there.
    place: (usize, usize),
}

/// The best, and of how many.
#[derive(Clone, Debug, Default)]
pub struct Best {
    /// The best, best first.
    pub ranked: Vec<Ranked>,
    /// Combinations in the file.
    pub combinations: u64,
    /// Of those, the ones that met what was required and have every objective.
    pub met: u64,
}

impl Ranking {
    /// Reads the names of figures and the conditions.
    ///
    /// # Errors
    /// A figure that there is not, one that says neither good nor bad; a condition that cannot be read.
    pub fn new(
        objectives: &[String],
        require: &[String],
        top: usize,
    ) -> Result<Self, RankingError> {
        let objectives: Result<Vec<_>, _> = objectives.iter().map(|name| objective(name)).collect();
        let vocabulary = Vocabulary::of_columns(FIGURES.iter().map(|figure| figure.name));
        let read = |text: &String| Condition::parse("--require", text, &vocabulary);
        let require: Result<Vec<_>, InputError> = require.iter().map(read).collect();
        Ok(Self {
            objectives: objectives?,
            require: require?,
            top: top.max(1),
        })
    }

    /// Ranks the combinations of `results`.
    ///
    /// # Errors
    /// A damaged file.
    pub fn of(&self, results: &Results) -> Result<Best, SweepError> {
        let windows = results.manifest().windows.len();
        let searched = results.manifest().searched;
        let needed = self.needed();
        let mut best = Best::default();
        for group in 0..results.groups() {
            let combinations = results.numbers(group, "combination")?;
            let mut columns: Vec<Option<Vec<Option<f64>>>> = vec![None; FIGURES.len()];
            for &at in &needed {
                columns[at] = Some(results.numbers(group, FIGURES[at].name)?);
            }
            for first in (0..combinations.len()).step_by(windows.max(1)) {
                best.combinations += 1;
                let value = |at: usize, row: usize| columns[at].as_ref()?.get(row).copied()?;
                let rows = first..first + searched;
                let meets = |condition: &Condition| {
                    rows.clone()
                        .all(|row| condition.holds_for(|at| value(at, row)))
                };
                if !self.require.iter().all(meets) {
                    continue;
                }
                let score = |figure: &&Figure| {
                    figure.worst(rows.clone().map(|row| value(figure.place(), row)))
                };
                let scores: Option<Vec<f64>> = self.objectives.iter().map(score).collect();
                let Some(scores) = scores else { continue };
                best.met += 1;
                let combination = combinations[first].unwrap_or_default() as u64;
                self.consider(
                    &mut best.ranked,
                    Ranked {
                        combination,
                        scores,
                        place: (group, first),
                    },
                );
            }
        }
        best.ranked.sort_by(order);
        best.ranked.truncate(self.top);
        Ok(best)
    }

    /// The first objective of a combination's rows, one for each window; `None` if it has none or does not meet what is
    /// required in the first `searched`.
    pub fn score(&self, rows: &[f64], searched: usize) -> Option<f64> {
        let objective = self.objectives.first()?;
        let windows = || rows.chunks(FIGURES.len()).take(searched);
        let defined = |row: &[f64], at: usize| row.get(at).copied().filter(|value| !value.is_nan());
        let meets =
            |condition: &Condition| windows().all(|row| condition.holds_for(|at| defined(row, at)));
        self.require
            .iter()
            .all(meets)
            .then(|| objective.score(rows, searched))?
    }

    /// The first objectives of all combinations of `results`, by their index.
    ///
    /// # Errors
    /// A damaged file.
    pub fn scores(&self, results: &Results) -> Result<lab::sweep::Scores, SweepError> {
        let windows = results.manifest().windows.len();
        let mut scores = Vec::new();
        for group in 0..results.groups() {
            let combinations = results.numbers(group, "combination")?;
            let columns: Result<Vec<_>, SweepError> = FIGURES
                .iter()
                .map(|figure| results.numbers(group, figure.name))
                .collect();
            let columns = columns?;
            for first in (0..combinations.len()).step_by(windows.max(1)) {
                let rows: Vec<f64> = (first..first + windows)
                    .flat_map(|row| columns.iter().map(move |column| (column, row)))
                    .map(|(column, row)| column.get(row).copied().flatten().unwrap_or(f64::NAN))
                    .collect();
                let index = combinations[first].unwrap_or_default() as u64;
                scores.push((index, self.score(&rows, results.manifest().searched)));
            }
        }
        Ok(scores)
    }

    /// The places of the figures that are looked at.
    fn needed(&self) -> Vec<usize> {
        let named = |figure: &Figure| {
            self.objectives.iter().any(|one| one.name == figure.name)
                || self
                    .require
                    .iter()
                    .any(|one| one.text().contains(figure.name))
        };
        (0..FIGURES.len())
            .filter(|&at| named(&FIGURES[at]))
            .collect()
    }

    fn consider(&self, best: &mut Vec<Ranked>, one: Ranked) {
        if self.objectives.len() == 1 {
            let full = best.len() >= self.top;
            if full
                && best
                    .last()
                    .is_some_and(|last| order(last, &one) != Ordering::Greater)
            {
                return;
            }
            let at = best.partition_point(|other| order(other, &one) == Ordering::Less);
            best.insert(at, one);
            best.truncate(self.top);
            return;
        }
        if best.iter().any(|other| beats(other, &one)) {
            return;
        }
        best.retain(|other| !beats(&one, other));
        best.push(one);
    }
}

/// Better objectives first, the first of them first; equals in the order they were tried.
fn order(a: &Ranked, b: &Ranked) -> Ordering {
    let scores = a.scores.iter().zip(&b.scores);
    let differ = scores.map(|(a, b)| b.total_cmp(a)).find(|o| o.is_ne());
    differ.unwrap_or_else(|| a.combination.cmp(&b.combination))
}

/// At least as good in all objectives, and better in one.
fn beats(a: &Ranked, b: &Ranked) -> bool {
    let pairs = || a.scores.iter().zip(&b.scores);
    pairs().all(|(a, b)| a >= b) && pairs().any(|(a, b)| a > b)
}

/// What of a ranking cannot be.
#[derive(Debug)]
pub enum RankingError {
    /// A name.
    Name(SweepError),
    /// A condition.
    Condition(InputError),
}

impl From<SweepError> for RankingError {
    fn from(error: SweepError) -> Self {
        RankingError::Name(error)
    }
}

impl From<InputError> for RankingError {
    fn from(error: InputError) -> Self {
        RankingError::Condition(error)
    }
}

fn objective(name: &str) -> Result<&'static Figure, SweepError> {
    let name = name.trim();
    let ranked = || FIGURES.iter().filter(|figure| figure.is_ranked());
    let known = || {
        ranked()
            .map(|figure| figure.name)
            .collect::<Vec<_>>()
            .join(", ")
    };
    match Figure::named(name) {
        Some(figure) if figure.is_ranked() => Ok(figure),
        Some(_) => Err(SweepError::Name {
            message: format!("--objective {name}: more of it is neither better nor worse"),
            help: format!(
                "rank by one of: {}; conditions on others go into --require",
                known()
            ),
        }),
        None => {
            let near = lab::did_you_mean(name, ranked().map(|figure| figure.name));
            let hint = near.map(|near| format!("did you mean `{near}`? "));
            Err(SweepError::Name {
                message: format!("--objective {name}: there is no such figure"),
                help: format!("{}known: {}", hint.unwrap_or_default(), known()),
            })
        }
    }
}

/// A row of results in words, by name of its column.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The combination.
    pub combination: u64,
    /// Its parameters.
    pub parameters: Vec<(String, String)>,
    /// Figures of each window, in the order of [`FIGURES`].
    pub windows: Vec<Vec<Option<f64>>>,
}

impl Results {
    /// All of some ranked combinations.
    ///
    /// # Errors
    /// A damaged file.
    pub fn shown(&self, ranked: &[Ranked]) -> Result<Vec<Shown>, SweepError> {
        let windows = self.manifest().windows.len();
        let names: Vec<String> = self.parameters().map(str::to_owned).collect();
        let one = |ranked: &Ranked| {
            let (group, first) = ranked.place;
            let parameters: Result<Vec<_>, SweepError> = names
                .iter()
                .map(|name| {
                    let words = self.words(group, name)?;
                    Ok((name.clone(), words.get(first).cloned().unwrap_or_default()))
                })
                .collect();
            let mut rows = vec![Vec::with_capacity(FIGURES.len()); windows];
            for figure in &FIGURES {
                let values = self.numbers(group, figure.name)?;
                for (n, row) in rows.iter_mut().enumerate() {
                    row.push(values.get(first + n).copied().flatten());
                }
            }
            Ok(Shown {
                combination: ranked.combination,
                parameters: parameters?,
                windows: rows,
            })
        };
        ranked.iter().map(one).collect()
    }
}
