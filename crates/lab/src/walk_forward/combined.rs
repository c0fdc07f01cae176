//! Combinatorial purged folds of a plan: not one path out of sample, but several.

use market::Date;

use super::figured::Figured;
use super::frame::{Chosen, Frame};
use super::play::{Played, play};
use super::purged::Purged;
use super::scores::Running;
use super::{Options, Summary};
use crate::error::Error;
use crate::sweep::Setup;

/// What combinatorial purged folds made of a plan.
#[derive(Clone, Debug)]
pub struct Combined {
    /// What was asked.
    pub summary: Summary,
    /// First and last session of each group.
    pub groups: Vec<(Date, Date)>,
    /// The splits: which groups were tested, and what was chosen on the others; `None` if nothing met what is required.
    pub splits: Vec<(Vec<usize>, Option<Chosen>)>,
    /// Figures of each path through all groups, each group's returns those of a choice that was not trained on it.
    pub paths: Vec<Figured>,
    /// Splits whose choice beat more than half of the others out of sample, and splits that chose.
    pub top_half: (usize, usize),
}

/// Chooses on every split of `setup`'s first window into `groups.0` groups, `groups.1` of them tested, and replays the
/// choices on the groups they did not see. Every group begins with the account that the group before left on its path.
///
/// # Errors
/// As [`walk_forward`](super::walk_forward); groups that make no splits.
pub fn combine(
    setup: &Setup,
    options: &Options,
    groups: (usize, usize),
    running: Running<'_>,
) -> Result<Combined, Error> {
    let frame = Frame::new(setup, options)?;
    let purged = Purged::new(frame.timeline.len(), groups, frame.purge, options.embargo)?;
    let ranges = |split: &super::purged::Split| -> Vec<_> {
        split
            .tested
            .iter()
            .map(|&group| purged.groups[group].clone())
            .collect()
    };
    let trained = frame.windows(
        "training",
        purged.splits.iter().map(|split| split.train.clone()),
    );
    let tested = frame.windows("test", purged.splits.iter().map(ranges));
    let search = frame.search(&trained, &tested, running)?;
    let chosen = search.choose()?;
    let alone = frame.windows(
        "group",
        purged.groups.iter().map(|group| vec![group.clone()]),
    );
    let start = frame.start_equity();
    let mut paths = Vec::new();
    for path in purged.paths() {
        let mut played = Played::default();
        for (group, split) in path.into_iter().enumerate() {
            running.check()?;
            let equity = played.end(start);
            played.append(match &chosen[split] {
                Some(row) => play(&row.plan, &setup.loaded, &alone[group], equity)?,
                None => Played::idle(frame.timeline.dates(purged.groups[group].clone()), equity),
            });
        }
        paths.push(played.figured(start));
    }
    let beaten = chosen.iter().flatten().filter_map(|row| row.chosen.beaten);
    let top_half = beaten.fold((0, 0), |(top, all), share| {
        (top + usize::from(share > 0.5), all + 1)
    });
    let chosen = chosen.into_iter().map(|row| row.map(|row| row.chosen));
    Ok(Combined {
        summary: frame.summary(&search),
        groups: purged
            .groups
            .iter()
            .map(|group| frame.ends(std::slice::from_ref(group)))
            .collect(),
        splits: purged
            .splits
            .into_iter()
            .map(|split| split.tested)
            .zip(chosen)
            .collect(),
        paths,
        top_half,
    })
}
