//! Which sessions are trained on and which tested, walking forward.

use std::ops::Range;

use serde::Serialize;

use crate::error::Error;

/// How training windows move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Growth {
    /// All of one length, each beginning a test window later.
    #[default]
    Rolling,
    /// All beginning with history, each longer by a test window.
    Anchored,
}

/// How long windows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lengths {
    /// Sessions of (the first) training and of each test.
    Sessions {
        /// Of training, the gap before the test included.
        train: usize,
        /// Of each test; the last takes what is left over, if that is less than half a test.
        test: usize,
    },
    /// So many tests, each as long as the first training window.
    Folds(usize),
}

/// One step: what is learnt from, and what comes right after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fold {
    pub(super) train: Range<usize>,
    pub(super) test: Range<usize>,
}

/// The folds over `sessions`, the last `gap` sessions of every training window left out.
///
/// # Errors
/// Windows of no length, a history too short, more folds than sessions, a gap that leaves nothing to train on.
pub(super) fn folds(
    sessions: usize,
    lengths: Lengths,
    growth: Growth,
    gap: usize,
) -> Result<Vec<Fold>, Error> {
    let (train, test) = match lengths {
        Lengths::Sessions { train, test } => (train, test),
        Lengths::Folds(folds) => {
            let test = sessions / folds.saturating_add(1);
            if folds == 0 || test == 0 {
                return Err(Error::fit(
                    format!("--folds {folds} of a history of {sessions} sessions"),
                    "ask for at least one fold, and for fewer than there are sessions: --folds 8",
                ));
            }
            (sessions - folds * test, test)
        }
    };
    if train == 0 || test == 0 {
        return Err(Error::fit(
            format!("--train {train} --test {test}: both need at least one session"),
            "three years and a half: --train 756 --test 126",
        ));
    }
    if gap >= train {
        return Err(Error::fit(
            format!("purge and embargo take {gap} sessions of a training window of {train}"),
            "train longer, or shorten --purge and --embargo (a purge shorter than the holding period lets a trade see the test)",
        ));
    }
    if train >= sessions {
        return Err(Error::fit(
            format!(
                "history has {sessions} sessions, and training alone takes {train}: nothing is left to test on"
            ),
            "shorten --train, or import more history",
        ));
    }
    let mut starts: Vec<usize> = (train..sessions).step_by(test).collect();
    // A stump of a test would weigh as much as a whole one: it joins the one before.
    if starts.len() > 1 && 2 * (sessions - starts[starts.len() - 1]) < test {
        starts.pop();
    }
    let ends = starts.iter().skip(1).copied().chain([sessions]);
    let fold = |(start, end): (&usize, usize)| Fold {
        train: match growth {
            Growth::Rolling => start - train..start - gap,
            Growth::Anchored => 0..start - gap,
        },
        test: *start..end,
    };
    Ok(starts.iter().zip(ends).map(fold).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(lengths: Lengths, growth: Growth, gap: usize) -> Vec<(Range<usize>, Range<usize>)> {
        let folds = folds(100, lengths, growth, gap).unwrap();
        folds
            .into_iter()
            .map(|fold| (fold.train, fold.test))
            .collect()
    }

    /// By hand: 100 sessions, 40 to train, 25 to test: tests begin at 40 and 65; the 10 left (90..100) are less than
    /// half a test and join the second.
    #[test]
    fn windows_roll_or_grow() {
        let lengths = Lengths::Sessions {
            train: 40,
            test: 25,
        };
        assert_eq!(
            told(lengths, Growth::Rolling, 5),
            [(0..35, 40..65), (25..60, 65..100)]
        );
        assert_eq!(
            told(lengths, Growth::Anchored, 5),
            [(0..35, 40..65), (0..60, 65..100)]
        );
        // With 20 to test: 40, 60, 80.
        let lengths = Lengths::Sessions {
            train: 40,
            test: 20,
        };
        assert_eq!(told(lengths, Growth::Rolling, 0)[2], (40..80, 80..100));
    }

    /// 100 sessions in 3 folds: 4 parts of 25; in 6 folds: 7 parts of 14, and the 2 left begin the training.
    #[test]
    fn folds_share_history_equally() {
        let three = told(Lengths::Folds(3), Growth::Anchored, 1);
        assert_eq!(three, [(0..24, 25..50), (0..49, 50..75), (0..74, 75..100)]);
        assert_eq!(
            told(Lengths::Folds(6), Growth::Rolling, 0)[0],
            (0..16, 16..30)
        );
    }

    #[test]
    fn what_cannot_be_walked_is_refused() {
        let refused = |lengths, gap| {
            let error = folds(100, lengths, Growth::Rolling, gap).unwrap_err();
            let Error::Fit { message, .. } = error else {
                panic!("{error:?}")
            };
            message
        };
        let sessions = |train, test| Lengths::Sessions { train, test };
        assert!(refused(sessions(100, 10), 0).contains("history has 100 sessions"));
        assert!(refused(sessions(40, 0), 0).contains("at least one session"));
        assert!(refused(sessions(0, 10), 0).contains("at least one session"));
        assert!(refused(sessions(40, 10), 40).contains("take 40 sessions"));
        assert!(refused(Lengths::Folds(100), 0).contains("--folds 100"));
        assert!(refused(Lengths::Folds(0), 0).contains("--folds 0"));
        assert!(folds(100, Lengths::Folds(99), Growth::Rolling, 0).is_ok());
    }

    proptest! {
        /// Every session after the first training is tested once, and training ends a gap before its test.
        #[test]
        fn every_session_is_tested_once(n in 2_usize..400, train in 1_usize..300, test in 1_usize..100, gap in 0_usize..20, rolling: bool) {
            let growth = if rolling { Growth::Rolling } else { Growth::Anchored };
            let Ok(folds) = folds(n, Lengths::Sessions { train, test }, growth, gap) else {
                prop_assert!(train >= n || gap >= train);
                return Ok(());
            };
            let mut next = train;
            for fold in folds {
                prop_assert_eq!(fold.test.start, next);
                prop_assert_eq!(fold.train.end + gap, fold.test.start);
                prop_assert!(!fold.train.is_empty() && !fold.test.is_empty());
                prop_assert!(!rolling || fold.train.len() == train - gap);
                next = fold.test.end;
            }
            prop_assert_eq!(next, n);
        }
    }
}
