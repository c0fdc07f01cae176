//! Walking forward: choose on the past, trade what comes next, carry the account on.

use market::Date;

use super::figured::Figured;
use super::frame::{Chosen, Frame, Row};
use super::play::{Played, play};
use super::schedule::{Fold, Growth, Lengths, folds};
use super::scores::Running;
use super::{Options, Summary};
use crate::error::Error;
use crate::sweep::Setup;

/// What walking forward made of a plan.
#[derive(Clone, Debug)]
pub struct WalkForward {
    /// What was asked.
    pub summary: Summary,
    /// How training windows moved.
    pub growth: Growth,
    /// The folds, oldest first.
    pub folds: Vec<FoldSaid>,
    /// All test windows as one account.
    pub stitched: Stitched,
    /// The plan as it is written on the same sessions: what choosing anew has to beat. `None` if it is no plan there.
    pub as_written: Option<Figured>,
    /// Mean return a session out of sample ÷ in sample, over the folds that chose (Pardo's walk-forward efficiency);
    /// `None` unless training earned something.
    pub efficiency: Option<f64>,
    /// Folds whose choice beat more than half of the others out of sample, and folds that chose.
    pub top_half: (usize, usize),
    /// Of each parameter, how often the choice differed from that of the fold before.
    pub changes: Vec<usize>,
}

/// One fold.
#[derive(Clone, Debug)]
pub struct FoldSaid {
    /// First and last session trained on.
    pub train: (Date, Date),
    /// First and last session tested.
    pub test: (Date, Date),
    /// The choice; `None` if no combination met what is required: the fold stands aside.
    pub chosen: Option<Chosen>,
    /// Equity at its end, the account carried.
    pub end_equity_usd: f64,
}

/// Equity at session closes, window after window.
#[derive(Clone, Debug)]
pub struct Stitched {
    /// What it begins with.
    pub start_equity_usd: f64,
    /// The sessions.
    pub dates: Vec<Date>,
    /// Equity at their closes.
    pub closes: Vec<f64>,
    /// The fold of each, from 0.
    pub folds: Vec<usize>,
    /// Its figures.
    pub figures: stats::Figures,
}

impl Stitched {
    /// Its headline figures.
    pub fn figured(&self) -> Figured {
        Figured::of(&self.figures, self.start_equity_usd, &self.closes)
    }
}

/// Walks `setup`'s plan forward over its first window.
///
/// In each fold the combination with the best objective in training, among those that meet what is required, is
/// replayed on the test that follows, with the equity that the fold before left. Training ends `purge + embargo`
/// sessions before its test, so that no trade it counts is held into it; positions still open there are closed.
///
/// # Errors
/// Windows that do not fit history, a purge longer than training, too many replays, no combination that meets what is
/// required in any fold, the request to stop.
pub fn walk_forward(
    setup: &Setup,
    options: &Options,
    lengths: Lengths,
    growth: Growth,
    running: Running<'_>,
) -> Result<WalkForward, Error> {
    let frame = Frame::new(setup, options)?;
    let gap = frame.purge + options.embargo;
    let folds = folds(frame.timeline.len(), lengths, growth, gap)?;
    let trained = frame.windows(
        "training",
        folds.iter().map(|fold| vec![fold.train.clone()]),
    );
    let tested = frame.windows("test", folds.iter().map(|fold| vec![fold.test.clone()]));
    let search = frame.search(&trained, &tested, running)?;
    let chosen: Vec<Option<Row>> = search.choose()?;
    let start = frame.start_equity();
    let (mut path, mut said, mut of_fold) = (Played::default(), Vec::new(), Vec::new());
    for (n, (fold, chosen)) in folds.iter().zip(chosen).enumerate() {
        running.check()?;
        let equity = path.end(start);
        let played = match &chosen {
            Some(row) => play(&row.plan, &setup.loaded, &tested[n], equity)?,
            None => Played::idle(frame.timeline.dates(fold.test.clone()), equity),
        };
        of_fold.resize(of_fold.len() + played.dates.len(), n);
        path.append(played);
        said.push(FoldSaid {
            train: frame.ends(std::slice::from_ref(&fold.train)),
            test: frame.ends(std::slice::from_ref(&fold.test)),
            chosen: chosen.map(|row| row.chosen),
            end_equity_usd: path.end(start),
        });
    }
    let figures = path.figures(start);
    Ok(WalkForward {
        efficiency: efficiency(&said),
        top_half: top_half(&said),
        changes: changes(&said, setup.space.axes().len()),
        as_written: as_written(&frame, &folds)?,
        summary: frame.summary(&search),
        growth,
        folds: said,
        stitched: Stitched {
            start_equity_usd: start,
            dates: path.dates,
            closes: path.closes,
            folds: of_fold,
            figures,
        },
    })
}

/// The plan as written on all test windows.
fn as_written(frame: &Frame<'_>, folds: &[Fold]) -> Result<Option<Figured>, Error> {
    let Some(plan) = frame.as_written() else {
        return Ok(None);
    };
    let tested: Vec<_> = folds.iter().map(|fold| fold.test.clone()).collect();
    let Some(window) = frame.timeline.window("test", &tested) else {
        return Ok(None);
    };
    let start = frame.start_equity();
    let played = play(&plan, &frame.setup.loaded, &window, start)?;
    Ok(Some(played.figured(start)))
}

fn chosen(folds: &[FoldSaid]) -> impl Iterator<Item = &Chosen> {
    folds.iter().filter_map(|fold| fold.chosen.as_ref())
}

fn efficiency(folds: &[FoldSaid]) -> Option<f64> {
    let mean = |of: fn(&Chosen) -> Option<f64>| {
        let each: Option<Vec<f64>> = chosen(folds).map(of).collect();
        each.filter(|each| !each.is_empty())
            .map(|each| each.iter().sum::<f64>() / each.len() as f64)
    };
    let (trained, tested) = (
        mean(|c| c.trained.return_a_session)?,
        mean(|c| c.tested.return_a_session)?,
    );
    (trained > 0.0).then_some(tested / trained)
}

fn top_half(folds: &[FoldSaid]) -> (usize, usize) {
    let beaten = chosen(folds).filter_map(|chosen| chosen.beaten);
    beaten.fold((0, 0), |(top, all), share| {
        (top + usize::from(share > 0.5), all + 1)
    })
}

fn changes(folds: &[FoldSaid], axes: usize) -> Vec<usize> {
    let all: Vec<&Chosen> = chosen(folds).collect();
    let of = |axis: usize| {
        let pairs = all.windows(2);
        pairs
            .filter(|pair| pair[0].values.get(axis) != pair[1].values.get(axis))
            .count()
    };
    (0..axes).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::super::frame::Said;
    use super::*;
    use crate::sweep::space::Value;

    fn fold(target: i64, (trained, tested): (f64, f64), beaten: f64) -> FoldSaid {
        let said = |a_session| Said {
            objective: None,
            net_return: None,
            return_a_session: Some(a_session),
            trades: None,
        };
        FoldSaid {
            train: (Date::default(), Date::default()),
            test: (Date::default(), Date::default()),
            chosen: Some(Chosen {
                values: vec![Value::Whole(target), Value::Whole(7)],
                trained: said(trained),
                tested: said(tested),
                beaten: Some(beaten),
            }),
            end_equity_usd: 0.0,
        }
    }

    /// By hand: trained (4 + 2 + 6) / 3 = 4, tested (1 + 3 − 1) / 3 = 1: efficiency a quarter. Half is not more than
    /// half. The fold that stood aside counts nowhere, and does not hide that 2 was followed by 3.
    #[test]
    fn folds_are_summed_up() {
        let aside = FoldSaid {
            chosen: None,
            ..fold(0, (0.0, 0.0), 0.0)
        };
        let folds = [
            fold(2, (4.0, 1.0), 0.75),
            aside.clone(),
            fold(3, (2.0, 3.0), 0.5),
            fold(3, (6.0, -1.0), 0.25),
        ];
        assert_eq!(efficiency(&folds), Some(0.25));
        assert_eq!(top_half(&folds), (1, 3));
        assert_eq!(changes(&folds, 2), [1, 0]);
        assert_eq!(efficiency(&[fold(2, (-1.0, 1.0), 0.5)]), None);
        assert_eq!(efficiency(&[aside]), None);
    }
}
