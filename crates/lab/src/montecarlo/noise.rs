//! Prices a little other than they were.

use indicators::{Atr, Prices, SplitBasis};
use market::{Bars, Interval, RawBars, Snapshot};
use stats::Dice;

use crate::cut::rebuild;
use crate::error::Error;
use crate::load::Loaded;
use crate::needs::make;
use crate::scenario::Scenario;

/// The instrument's bars and how far each may move.
pub(super) struct Noise<'a> {
    loaded: &'a Loaded,
    symbol: &'a str,
    /// Standard deviation of each bar's noise, dollars, by interval.
    spreads: Vec<(Interval, Vec<f64>)>,
}

impl<'a> Noise<'a> {
    /// Noise of `noise_atr` × the ATR of each bar's own interval, over the plan's number of sessions or bars; before it
    /// is warm, of the first known.
    pub(super) fn of(scenario: &'a Scenario, loaded: &'a Loaded, noise_atr: f64) -> Self {
        let symbol = &scenario.instrument.symbol;
        let snapshot = &loaded.snapshot;
        let atr = Atr {
            n: scenario.risk.atr_sessions as usize,
        };
        let spreads = snapshot.intervals_of(symbol).map(|bars| {
            let splits = snapshot.splits_of(symbol);
            let basis = SplitBasis::of_bars(bars, &snapshot.sessions, splits);
            let column = basis.compute(&atr, Prices::from(bars));
            let first = (0..bars.len()).find_map(|row| column.get(row));
            let spread = |row| noise_atr * column.get(row).or(first).unwrap_or(0.0);
            (bars.interval, (0..bars.len()).map(spread).collect())
        });
        Self {
            loaded,
            symbol,
            spreads: spreads.collect(),
        }
    }

    /// The tape with the instrument's prices moved; bars made from others are made anew. Everything else is as it was.
    pub(super) fn moved(&self, dice: &mut Dice) -> Result<Snapshot, Error> {
        let dice = std::cell::RefCell::new(dice);
        let bars = rebuild(self.loaded, |bars| match self.spread(bars) {
            Some(spread) => moved(bars.raw(), spread, &mut dice.borrow_mut()),
            None => bars.raw().clone(),
        })?;
        let mut other = Snapshot {
            bars,
            ..self.loaded.snapshot.clone()
        };
        make(&mut other, &self.loaded.resampled, None)?;
        Ok(other)
    }

    fn spread(&self, bars: &Bars) -> Option<&[f64]> {
        let (_, spread) = self
            .spreads
            .iter()
            .find(|(interval, _)| bars.symbol == self.symbol && *interval == bars.interval)?;
        Some(spread)
    }
}

/// Open, high, low and close each moved by a normal draw of its own; then the high is raised to, and the low lowered to,
/// whatever now lies outside. No price falls below half of what it was.
fn moved(raw: &RawBars, spread: &[f64], dice: &mut Dice) -> RawBars {
    let mut raw = raw.clone();
    for (row, &spread) in spread.iter().enumerate() {
        let mut shift = |column: &mut Vec<f64>| {
            let step = spread * dice.normal();
            let price = column.get_mut(row)?;
            *price = (*price + step).max(0.5 * *price);
            Some(*price)
        };
        let (open, close) = (shift(&mut raw.open), shift(&mut raw.close));
        let (high, low) = (shift(&mut raw.high), shift(&mut raw.low));
        let inside = || [open, close, high, low].into_iter().flatten();
        if let Some(high) = raw.high.get_mut(row) {
            *high = inside().fold(*high, f64::max);
        }
        if let Some(low) = raw.low.get_mut(row) {
            *low = inside().fold(*low, f64::min);
        }
    }
    raw
}

#[cfg(test)]
mod tests {
    use super::moved;
    use market::RawBars;
    use stats::{Dice, Purpose};

    fn flat(rows: usize) -> RawBars {
        RawBars {
            start: vec![market::Time(0); rows],
            open: vec![100.0; rows],
            high: vec![101.0; rows],
            low: vec![99.0; rows],
            close: vec![100.5; rows],
            volume: vec![1.0; rows],
        }
    }

    #[test]
    fn every_price_moves_and_every_bar_stays_one() {
        let rows = 4000;
        let mut dice = Dice::new(1, Purpose::Noise, 0);
        let raw = moved(&flat(rows), &vec![0.5; rows], &mut dice);
        for row in 0..rows {
            let (open, close) = (raw.open[row], raw.close[row]);
            assert!(raw.low[row] <= open.min(close) && open.max(close) <= raw.high[row]);
        }
        // Opens: mean 100 ± 0.5/√4000 = 0.008, standard deviation 0.5 ± 0.5/√8000 = 0.006.
        let mean = raw.open.iter().sum::<f64>() / rows as f64;
        let square = raw.open.iter().map(|o| (o - mean).powi(2)).sum::<f64>() / rows as f64;
        assert!((mean - 100.0).abs() < 0.04 && (square.sqrt() - 0.5).abs() < 0.03);
        assert_eq!(raw.volume, flat(rows).volume);
    }

    #[test]
    fn no_noise_no_change_and_no_crash_to_nothing() {
        let mut dice = Dice::new(1, Purpose::Noise, 0);
        assert_eq!(moved(&flat(5), &[0.0; 5], &mut dice), flat(5));
        let wild = moved(&flat(200), &[1e6; 200], &mut dice);
        assert!(wild.low.iter().all(|&low| low >= 0.5 * 99.0));
        assert!(wild.low.contains(&49.5), "some would have been negative");
    }

    #[test]
    fn columns_that_were_not_loaded_stay_away() {
        let raw = RawBars {
            open: Vec::new(),
            ..flat(3)
        };
        let raw = moved(&raw, &[0.5; 3], &mut Dice::new(1, Purpose::Noise, 0));
        assert!(raw.open.is_empty() && raw.close[0] != 100.5);
    }
}
