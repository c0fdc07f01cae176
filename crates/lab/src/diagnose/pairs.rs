//! Which logged trade is which of the plan's.

use journal::RoundTrip;
use market::Trade;

use super::ground::{Placed, TOLERANCE_SESSIONS};

/// For each logged trade the place of the plan's, one to one.
///
/// A pair has one side, is held at some bar together, and is entered within [`TOLERANCE_SESSIONS`] sessions of each other. Of all
/// such pairs the one with the nearest entries is made first (in bars, then in time, then by order), and so on.
pub(super) fn pairs(
    logged: &[Placed<&RoundTrip>],
    planned: &[Placed<&Trade>],
) -> Vec<Option<usize>> {
    let mut near: Vec<(usize, i64, usize, usize)> = Vec::new();
    for (i, mine) in logged.iter().enumerate() {
        for (k, plans) in planned.iter().enumerate() {
            let sessions = mine.entry.session.abs_diff(plans.entry.session) as usize;
            if mine.side == plans.side && sessions <= TOLERANCE_SESSIONS && mine.overlaps(plans) {
                let bars = if mine.entry.meets(plans.entry) {
                    0
                } else {
                    mine.entry.bar.abs_diff(plans.entry.bar).max(1)
                };
                let apart = mine.entry.time.micros() - plans.entry.time.micros();
                near.push((bars, apart.saturating_abs(), i, k));
            }
        }
    }
    near.sort_unstable();
    let mut found = vec![None; logged.len()];
    let mut taken = vec![false; planned.len()];
    for (_, _, i, k) in near {
        if found[i].is_none() && !taken[k] {
            found[i] = Some(k);
            taken[k] = true;
        }
    }
    found
}
