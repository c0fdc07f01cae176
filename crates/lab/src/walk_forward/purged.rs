//! Combinatorial purged folds (López de Prado 2018, chapter 12): history in N groups, every k of them tested after
//! training on the others, so that out-of-sample paths are many and not one.

use std::ops::Range;

use crate::error::Error;

/// More splits than this are refused: each is a search of its own.
pub const MAX_SPLITS: usize = 1000;

/// Groups, the splits of them, and the paths that their tests make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Purged {
    /// Sessions of each group.
    pub(super) groups: Vec<Range<usize>>,
    pub(super) splits: Vec<Split>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Split {
    /// The groups that are tested, ascending.
    pub(super) tested: Vec<usize>,
    /// The sessions that are trained on.
    pub(super) train: Vec<Range<usize>>,
}

impl Purged {
    /// Splits of `sessions` into `count` groups, `tested` at a time. Training leaves out the `purge` sessions before each
    /// tested group, on which a trade may still be open when it begins, and the `embargo` sessions after it.
    ///
    /// # Errors
    /// Fewer than two groups, none or all tested, more groups than sessions, too many splits, one without training.
    pub(super) fn new(
        sessions: usize,
        (count, tested): (usize, usize),
        purge: usize,
        embargo: usize,
    ) -> Result<Self, Error> {
        let flag = format!("--combinatorial {count},{tested}");
        if count < 2 || tested == 0 || tested >= count {
            return Err(Error::fit(
                format!("{flag}: of N groups, at least one is tested and at least one trained on"),
                "five groups, two tested at a time: --combinatorial 5,2",
            ));
        }
        if count > sessions {
            return Err(Error::fit(
                format!("{flag}: history has only {sessions} sessions"),
                "make fewer groups, or import more history",
            ));
        }
        let splits = binomial(count, tested);
        if splits > MAX_SPLITS {
            return Err(Error::fit(
                format!("{flag} makes {splits} splits, more than {MAX_SPLITS}"),
                "make fewer groups: 10 of which 2 are tested make 45",
            ));
        }
        let group = |n: usize| n * sessions / count..(n + 1) * sessions / count;
        let groups: Vec<Range<usize>> = (0..count).map(group).collect();
        let splits: Vec<Split> = choices(count, tested)
            .into_iter()
            .map(|tested| Split {
                train: training(&groups, &tested, purge, embargo),
                tested,
            })
            .collect();
        match splits.iter().find(|split| split.train.is_empty()) {
            None => Ok(Self { groups, splits }),
            Some(split) => Err(Error::fit(
                format!(
                    "{flag}: with {purge} sessions purged and {embargo} under embargo, nothing is left to train on beside the groups {:?}",
                    split.tested.iter().map(|n| n + 1).collect::<Vec<_>>()
                ),
                "make fewer groups, or shorten --purge and --embargo",
            )),
        }
    }

    /// The paths: each goes once through all groups; the j-th takes of every group the j-th split that tests it.
    /// A path holds, for each group, the split whose choice is tested there.
    pub(super) fn paths(&self) -> Vec<Vec<usize>> {
        let testing = |group: usize| {
            let splits = self.splits.iter().enumerate();
            splits
                .filter(move |(_, split)| split.tested.contains(&group))
                .map(|(n, _)| n)
        };
        let of_group: Vec<Vec<usize>> = (0..self.groups.len())
            .map(|g| testing(g).collect())
            .collect();
        let paths = of_group.iter().map(Vec::len).min().unwrap_or(0);
        (0..paths)
            .map(|j| of_group.iter().map(|splits| splits[j]).collect())
            .collect()
    }
}

/// The sessions of no tested group, less those too near one.
fn training(
    groups: &[Range<usize>],
    tested: &[usize],
    purge: usize,
    embargo: usize,
) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (n, group) in groups.iter().enumerate() {
        if tested.contains(&n) {
            continue;
        }
        match ranges.last_mut() {
            Some(last) if last.end == group.start => last.end = group.end,
            _ => ranges.push(group.clone()),
        }
    }
    let end = groups.last().map_or(0, |group| group.end);
    ranges
        .into_iter()
        .map(|range| {
            let start = range.start + if range.start == 0 { 0 } else { embargo };
            let end = range
                .end
                .saturating_sub(if range.end == end { 0 } else { purge });
            start..end
        })
        .filter(|range| !range.is_empty())
        .collect()
}

/// n over k, saturating.
fn binomial(n: usize, k: usize) -> usize {
    let k = k.min(n - k);
    (0..k)
        .try_fold(1_usize, |product, i| {
            Some(product.checked_mul(n - i)? / (i + 1))
        })
        .unwrap_or(usize::MAX)
}

/// Every k of 0..n, in order.
fn choices(n: usize, k: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for _ in 0..k {
        let longer = |chosen: Vec<usize>| {
            let next = chosen.last().map_or(0, |last| last + 1);
            (next..n).map(move |one| chosen.iter().copied().chain([one]).collect())
        };
        all = all.into_iter().flat_map(longer).collect();
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The published case: five folds of which two are tested make ten splits and four paths.
    #[test]
    fn five_of_which_two_are_tested_make_ten_splits_and_four_paths() {
        let purged = Purged::new(100, (5, 2), 0, 0).unwrap();
        assert_eq!((purged.splits.len(), purged.paths().len()), (10, 4));
        // Six and two: 15 splits and 5 paths, López de Prado's own example.
        let purged = Purged::new(100, (6, 2), 0, 0).unwrap();
        assert_eq!((purged.splits.len(), purged.paths().len()), (15, 5));
    }

    /// By hand: 50 sessions in 5 groups, the second and the fourth tested, 2 purged and 3 under embargo: of 0..10
    /// remain 0..8, of 20..30 remain 23..28, of 40..50 remain 43..50.
    #[test]
    fn training_keeps_its_distance_on_both_sides() {
        let purged = Purged::new(50, (5, 2), 2, 3).unwrap();
        let split = purged
            .splits
            .iter()
            .find(|split| split.tested == [1, 3])
            .unwrap();
        assert_eq!(split.train, [0..8, 23..28, 43..50]);
        // Neighbours among the trained are one range: 20..50 after the first two.
        let split = purged
            .splits
            .iter()
            .find(|split| split.tested == [0, 1])
            .unwrap();
        assert_eq!(split.train, vec![23..50]);
    }

    #[test]
    fn what_cannot_be_split_is_refused() {
        let refused = |sessions, groups, purge| {
            let Err(Error::Fit { message, .. }) = Purged::new(sessions, groups, purge, 0) else {
                panic!("{groups:?}")
            };
            message
        };
        for groups in [(1, 1), (5, 0), (5, 5), (0, 0), (2, 3)] {
            assert!(refused(100, groups, 0).contains("at least one is tested"));
        }
        assert!(refused(4, (5, 2), 0).contains("only 4 sessions"));
        assert!(refused(100, (20, 10), 0).contains("184756 splits"));
        assert!(refused(100, (5, 2), 40).contains("nothing is left to train on"));
    }

    proptest! {
        #[test]
        fn every_path_goes_through_all_groups_and_every_test_is_used_once(n in 2_usize..9, k in 1_usize..8, purge in 0_usize..4, embargo in 0_usize..4) {
            prop_assume!(k < n);
            let purged = Purged::new(20 * n, (n, k), purge, embargo).unwrap();
            let paths = purged.paths();
            // φ = k / N · C(N, k).
            prop_assert_eq!(paths.len() * n, k * purged.splits.len());
            let mut used: Vec<(usize, usize)> = Vec::new();
            for path in &paths {
                prop_assert_eq!(path.len(), n);
                for (group, &split) in path.iter().enumerate() {
                    prop_assert!(purged.splits[split].tested.contains(&group));
                    used.push((group, split));
                }
            }
            used.sort_unstable();
            used.dedup();
            prop_assert_eq!(used.len(), k * purged.splits.len());
            for split in &purged.splits {
                let trained: Vec<usize> = split.train.iter().flat_map(Clone::clone).collect();
                for &group in &split.tested {
                    let tested = &purged.groups[group];
                    for &session in &trained {
                        let before = session + purge < tested.start;
                        let after = session >= tested.end + embargo;
                        prop_assert!(before || after, "{} {:?}", session, tested);
                    }
                }
            }
        }
    }
}
