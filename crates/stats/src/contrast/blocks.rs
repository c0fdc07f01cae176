//! The timeline drawn again in blocks, events, controls and outcomes together.

use crate::dice::{Dice, Purpose};
use crate::resample::automatic_block_length;
use crate::returns::SparseReturns;

use super::sample::{Effect, Sample, Undefined};

/// The circular block bootstrap (Politis and Romano 1992) of a [`Sample`]: blocks of one length start anywhere and run on from
/// the last row to the first, so an event keeps the outcome it had and the neighbours it shares bars with.
///
/// Sums over a block are differences of running sums: a draw costs rows ÷ block, however many events lie in it.
#[derive(Clone, Debug)]
pub struct Blocks {
    /// Running sums over the rows and one block more (wrapped round): events, their outcomes, controls, theirs.
    running: Vec<Sums>,
    rows: usize,
    length: usize,
    effect: Effect,
    found: Figures,
    standard_error: f64,
    seed: u64,
}

/// Counts and sums of outcomes of some rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sums {
    events: f64,
    event_sum: f64,
    controls: f64,
    control_sum: f64,
}

/// Means and the effect on the scale that is tested: a ratio's is its logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Figures {
    event_mean: f64,
    control_mean: f64,
    scaled: f64,
}

/// One draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw {
    /// The effect (a ratio's logarithm) less that of the sample.
    pub change: f64,
    /// The same in standard errors of this draw.
    pub studentised: f64,
}

impl Sums {
    fn add(self, other: Self) -> Self {
        Self {
            events: self.events + other.events,
            event_sum: self.event_sum + other.event_sum,
            controls: self.controls + other.controls,
            control_sum: self.control_sum + other.control_sum,
        }
    }

    fn less(self, other: Self) -> Self {
        Self {
            events: self.events - other.events,
            event_sum: self.event_sum - other.event_sum,
            controls: self.controls - other.controls,
            control_sum: self.control_sum - other.control_sum,
        }
    }

    fn figures(self, effect: Effect) -> Option<Figures> {
        let event_mean = self.event_sum / self.events;
        let control_mean = if effect.compares() {
            self.control_sum / self.controls
        } else {
            0.0
        };
        let scaled = match effect {
            Effect::Difference | Effect::Mean { .. } => event_mean - control_mean,
            Effect::Ratio => libm::log(event_mean / control_mean),
        };
        scaled.is_finite().then_some(Figures {
            event_mean,
            control_mean,
            scaled,
        })
    }

    /// How much these rows move the effect, to first order, in a sample of such `figures` and `all` sums.
    fn influence(self, effect: Effect, figures: Figures, all: Sums) -> f64 {
        let of_events = (self.event_sum - figures.event_mean * self.events) / all.events;
        let of_controls =
            || (self.control_sum - figures.control_mean * self.controls) / all.controls;
        match effect {
            Effect::Mean { .. } => of_events,
            Effect::Difference => of_events - of_controls(),
            Effect::Ratio => of_events / figures.event_mean - of_controls() / figures.control_mean,
        }
    }
}

impl Blocks {
    /// Of a sample whose outcomes reach `horizon` rows ahead.
    ///
    /// A block is the longest of the horizon, ∛rows, and what Politis and White's rule finds for the sample's own memory
    /// ([`automatic_block_length`] of each row's influence on the effect, times ∛1.5 since these blocks have one length), but at
    /// most a tenth of the rows (never below the horizon).
    ///
    /// # Errors
    /// Why the effect or its error is not defined.
    pub fn new(
        sample: &Sample,
        effect: Effect,
        horizon: usize,
        seed: u64,
    ) -> Result<Self, Undefined> {
        if let Some(undefined) = sample.undefined(effect) {
            return Err(undefined);
        }
        let by_row = by_row(sample);
        let all = by_row.iter().copied().fold(Sums::default(), Sums::add);
        let found = all.figures(effect).ok_or(Undefined::ZeroMean)?;
        let influences: Vec<f64> = by_row
            .iter()
            .map(|row| row.influence(effect, found, all))
            .collect();
        let length = block_length(&influences, horizon);
        let mut running = Vec::with_capacity(sample.rows + length + 1);
        running.push(Sums::default());
        for row in by_row.iter().chain(by_row.iter().cycle().take(length)) {
            let last = running.last().copied().unwrap_or_default();
            running.push(last.add(*row));
        }
        let mut blocks = Self {
            running,
            rows: sample.rows,
            length,
            effect,
            found,
            standard_error: 0.0,
            seed,
        };
        blocks.standard_error = blocks.spread(all).ok_or(Undefined::NoVariation)?;
        Ok(blocks)
    }

    /// Rows of a block.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Standard error of the effect (of a ratio's logarithm): that of all draws, to first order.
    pub fn standard_error(&self) -> f64 {
        self.standard_error
    }

    /// The effect on the scale of the draws: a ratio's is its logarithm.
    pub(super) fn scaled(&self) -> f64 {
        self.found.scaled
    }

    pub(super) fn effect(&self) -> Effect {
        self.effect
    }

    fn block(&self, start: usize, rows: usize) -> Sums {
        self.running[start + rows].less(self.running[start])
    }

    /// √(blocks × mean square influence of a block), over every place a block can start.
    fn spread(&self, all: Sums) -> Option<f64> {
        let squares = (0..self.rows).map(|start| {
            let u = self
                .block(start, self.length)
                .influence(self.effect, self.found, all);
            u * u
        });
        let mean = squares.sum::<f64>() / self.rows as f64;
        let error = (mean * self.rows as f64 / self.length as f64).sqrt();
        // Sums that ought to cancel leave dust.
        (error > 1e-12 * self.found.scaled.abs().max(1e-12)).then_some(error)
    }

    /// Draw `k`, which depends on the seed and `k` alone; `None` if the effect is not defined on it, as when it holds no event.
    /// `scratch` is room to work in.
    pub fn draw(&self, k: u64, scratch: &mut Scratch) -> Option<Draw> {
        let mut dice = Dice::new(self.seed, Purpose::Study, k);
        scratch.0.clear();
        let mut all = Sums::default();
        let mut left = self.rows;
        while left > 0 {
            let rows = self.length.min(left);
            let sums = self.block(dice.below(self.rows), rows);
            all = all.add(sums);
            scratch.0.push(sums);
            left -= rows;
        }
        let figures = all.figures(self.effect)?;
        let squares = scratch.0.iter().map(|block| {
            let u = block.influence(self.effect, figures, all);
            u * u
        });
        let error = squares.sum::<f64>().sqrt();
        let change = figures.scaled - self.found.scaled;
        let studentised = crate::defined(change / error).filter(|_| error > 0.0)?;
        Some(Draw {
            change,
            studentised,
        })
    }
}

/// Room for the blocks of one draw.
#[derive(Clone, Debug, Default)]
pub struct Scratch(Vec<Sums>);

fn by_row(sample: &Sample) -> Vec<Sums> {
    let mut rows = vec![Sums::default(); sample.rows];
    for &(row, outcome) in &sample.events {
        if let Some(sums) = rows.get_mut(row as usize) {
            sums.events += 1.0;
            sums.event_sum += outcome;
        }
    }
    for &(row, outcome) in &sample.controls {
        if let Some(sums) = rows.get_mut(row as usize) {
            sums.controls += 1.0;
            sums.control_sum += outcome;
        }
    }
    rows
}

fn block_length(influences: &[f64], horizon: usize) -> usize {
    let rows = influences.len();
    let automatic = SparseReturns::of_dense(influences)
        .ok()
        .and_then(|series| automatic_block_length(&series))
        .map_or(1.0, |block| block.stationary_sessions * libm::cbrt(1.5));
    let least = (rows as f64).cbrt();
    let wanted = least.max(automatic).ceil() as usize;
    wanted.min(rows / 10).max(horizon).clamp(1, rows.max(1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tested::Tested;
    use super::*;

    fn sample(events: &[(u32, f64)], controls: &[(u32, f64)], rows: usize) -> Sample {
        Sample {
            rows,
            events: events.to_vec(),
            controls: controls.to_vec(),
        }
    }

    /// The same draw from lists of rows, without running sums: row by row through every block.
    fn naive(
        sample: &Sample,
        effect: Effect,
        length: usize,
        seed: u64,
        k: u64,
    ) -> Option<(f64, f64)> {
        let mut dice = Dice::new(seed, Purpose::Study, k);
        let mut blocks: Vec<Vec<usize>> = Vec::new();
        let mut left = sample.rows;
        while left > 0 {
            let rows = length.min(left);
            let start = dice.below(sample.rows);
            blocks.push((start..start + rows).map(|row| row % sample.rows).collect());
            left -= rows;
        }
        let of = |list: &[(u32, f64)], rows: &[usize]| -> Vec<f64> {
            let at = |row: &usize| {
                list.iter()
                    .filter(|one| one.0 as usize == *row)
                    .map(|one| one.1)
                    .collect::<Vec<_>>()
            };
            rows.iter().flat_map(at).collect()
        };
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let whole: Vec<usize> = blocks.iter().flatten().copied().collect();
        let (e, c) = (of(&sample.events, &whole), of(&sample.controls, &whole));
        let scaled = |e: f64, c: f64| match effect {
            Effect::Difference => e - c,
            Effect::Ratio => libm::log(e / c),
            Effect::Mean { .. } => e,
        };
        let (me, mc) = (mean(&e), mean(&c));
        let all = scaled(sample.event_mean()?, sample.control_mean().unwrap_or(0.0));
        let squares: f64 = blocks
            .iter()
            .map(|rows| {
                let pull = |list: &[(u32, f64)], mean: f64, n: usize| {
                    of(list, rows).iter().map(|v| v - mean).sum::<f64>() / n as f64
                };
                let (ue, uc) = (
                    pull(&sample.events, me, e.len()),
                    pull(&sample.controls, mc, c.len()),
                );
                let u = match effect {
                    Effect::Difference => ue - uc,
                    Effect::Ratio => ue / me - uc / mc,
                    Effect::Mean { .. } => ue,
                };
                u * u
            })
            .sum();
        let change = scaled(me, mc) - all;
        (change.is_finite() && squares > 0.0).then(|| (change, change / squares.sqrt()))
    }

    proptest! {
        #[test]
        fn running_sums_say_what_the_rows_say(
            flags in proptest::collection::vec((0..3_u8, 0.1..2.0_f64), 20..120),
            seed: u64, k in 0..50_u64, which in 0..3_u8, horizon in 1..8_usize,
        ) {
            let mut made = sample(&[], &[], flags.len());
            for (row, (side, value)) in flags.iter().enumerate() {
                let list = if *side == 0 { &mut made.events } else { &mut made.controls };
                list.push((row as u32, *value));
            }
            let effect = [Effect::Difference, Effect::Ratio, Effect::Mean { than: 1.0 }][usize::from(which)];
            if let Ok(blocks) = Blocks::new(&made, effect, horizon, seed) {
                let ours = blocks.draw(k, &mut Scratch::default());
                let theirs = naive(&made, effect, blocks.length(), seed, k);
                match (ours, theirs) {
                    (Some(ours), Some((change, studentised))) => {
                        prop_assert!((ours.change - change).abs() < 1e-9, "{} {}", ours.change, change);
                        let scale = studentised.abs().max(1.0);
                        prop_assert!((ours.studentised - studentised).abs() < 1e-6 * scale, "{} {}", ours.studentised, studentised);
                    }
                    // Where a block's pull cancels to nothing, one route may be left with dust.
                    (None, None) => {}
                    (ours, theirs) => {
                        let (_, t) = theirs.unwrap_or((0.0, ours.map_or(0.0, |d| d.studentised)));
                        prop_assert!(t.abs() > 1e3 || t == 0.0, "{:?} {:?}", ours, theirs);
                    }
                }
            }
        }
    }

    #[test]
    fn the_standard_error_by_hand() {
        // Four rows, all events, outcomes 1 2 3 6: mean 3, influences (−2 −1 0 3) ÷ 4. Horizon 2 makes blocks of two, whose
        // influences from each start are −3/4, −1/4, 3/4, 1/4 (the last wraps round): mean square (9 + 1 + 9 + 1) ÷ 16 ÷ 4 = 5/16;
        // two blocks in four rows: √(2 × 5/16) = √0.625.
        let all = sample(&[(0, 1.0), (1, 2.0), (2, 3.0), (3, 6.0)], &[], 4);
        let blocks = Blocks::new(&all, Effect::Mean { than: 0.0 }, 2, 1).unwrap();
        assert_eq!(blocks.length(), 2);
        assert!((blocks.standard_error() - 0.625_f64.sqrt()).abs() < 1e-12);
        // Independent rows: √(mean square influence × rows) = √(14/16 ÷ 4 × 4).
        let blocks = Blocks::new(&all, Effect::Mean { than: 0.0 }, 1, 1).unwrap();
        assert!((blocks.standard_error() - (14.0_f64 / 16.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn what_does_not_vary_has_no_error() {
        let same = sample(&[(0, 1.0), (5, 1.0)], &[(2, 1.0), (3, 1.0)], 20);
        let found = Blocks::new(&same, Effect::Difference, 1, 1);
        assert_eq!(found.err(), Some(Undefined::NoVariation));
        let none = Blocks::new(&sample(&[], &[(1, 1.0)], 20), Effect::Difference, 1, 1);
        assert_eq!(none.err(), Some(Undefined::NoEvents));
    }

    #[test]
    fn a_draw_without_an_event_is_none_and_many_of_them_leave_no_interval() {
        let mut rare = sample(&[(7, 1.0), (8, 2.0)], &[], 400);
        rare.controls = (20..400).map(|row| (row, f64::from(row % 7))).collect();
        let blocks = Blocks::new(&rare, Effect::Difference, 1, 3).unwrap();
        let mut scratch = Scratch::default();
        let draws: Vec<_> = (0..400).map(|k| blocks.draw(k, &mut scratch)).collect();
        assert!(draws.iter().any(Option::is_none) && draws.iter().any(Option::is_some));
        assert_eq!(
            Tested::of(&blocks, &draws).err(),
            Some(Undefined::NoVariation)
        );
    }

    #[test]
    fn blocks_are_as_long_as_outcomes_overlap() {
        let rows = 1000;
        let events: Vec<(u32, f64)> = (0..rows)
            .step_by(7)
            .map(|r| (r, f64::from(r % 11)))
            .collect();
        let controls: Vec<(u32, f64)> = (0..rows).map(|r| (r, f64::from(r % 13))).collect();
        let all = sample(&events, &controls, rows as usize);
        let of = |horizon| Blocks::new(&all, Effect::Difference, horizon, 1);
        assert!(of(1).unwrap().length() >= 10, "the cube root of 1,000 rows");
        assert_eq!(of(50).unwrap().length(), 50);
        // One block is the whole timeline, and every draw of it the sample.
        assert_eq!(of(5000).err(), Some(Undefined::NoVariation));
    }

    #[test]
    fn an_effect_that_is_there_is_found() {
        // Outcomes after events are one standard deviation higher: t of about 7 for 60 events.
        let mut dice = Dice::new(5, Purpose::Noise, 0);
        let mut made = sample(&[], &[], 1200);
        for row in 0..1200 {
            if row % 20 == 0 {
                made.events.push((row, 1.0 + dice.normal()));
            } else {
                made.controls.push((row, dice.normal()));
            }
        }
        let blocks = Blocks::new(&made, Effect::Difference, 1, 9).unwrap();
        let mut scratch = Scratch::default();
        let draws: Vec<_> = (0..999).map(|k| blocks.draw(k, &mut scratch)).collect();
        let tested = Tested::of(&blocks, &draws).unwrap();
        assert_eq!((tested.p_above, tested.p_below), (0.001, 1.0));
        assert!(
            tested.interval.low > 0.5 && tested.interval.high < 1.5,
            "{tested:?}"
        );
        assert!(
            (tested.effect - (made.event_mean().unwrap() - made.control_mean().unwrap())).abs()
                < 1e-12
        );
    }
}
