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
mod tests;
