//! What a tape's series say at each close of a clock, read once for all assumptions; and the moments that chains are made from.

use std::sync::OnceLock;

use indicators::{Column, SplitBasis};
use market::{Bars, Snapshot};
use options::quotes::{Moment, QuotedChains};
use options::volatility::term::INDEX_DAYS;
use options::volatility::{Level, Readings};
use strategies::{Clock, filters};

use super::rules::{LevelSource, OptionRules, RATIO_SERIES};

/// The closes of a clock, with the values known at each; the level of volatility is for the rules to make of them.
#[derive(Debug)]
pub(super) struct Readout {
    index: String,
    rate: String,
    /// Without a level.
    bare: Vec<Moment>,
    readings: Vec<Readings>,
    /// Ordinals of the sessions.
    sessions: Vec<u32>,
    /// The level of the chain that each sees, once somebody asked.
    quoted: OnceLock<Vec<Option<Level>>>,
}

impl Readout {
    pub(super) fn new(rules: &OptionRules, bars: &Bars, snapshot: &Snapshot) -> Readout {
        let known = |series: &str| known(series, bars, snapshot);
        let (index, rate) = (known(&rules.index), known(&rules.rate));
        let [vix, vix9d, vix3m] = RATIO_SERIES.map(known);
        let mut readout = Readout {
            index: rules.index.clone(),
            rate: rules.rate.clone(),
            bare: Vec::with_capacity(bars.len()),
            readings: Vec::with_capacity(bars.len()),
            sessions: bars.session().to_vec(),
            quoted: OnceLock::new(),
        };
        for (slot, &ordinal) in bars.session().iter().enumerate() {
            let Some(session) = snapshot.sessions.get(ordinal as usize) else {
                continue;
            };
            readout.bare.push(Moment {
                at: bars.end()[slot],
                date: session.date,
                spot: Some(bars.close()[slot]),
                rate: rate.get(slot).map(continuous),
                level: None,
            });
            readout.readings.push(Readings {
                index: index.get(slot),
                vix: vix.get(slot),
                vix9d: vix9d.get(slot),
                vix3m: vix3m.get(slot),
            });
        }
        readout
    }

    /// Whether it is what `rules` read.
    pub(super) fn is_of(&self, rules: &OptionRules) -> bool {
        self.index == rules.index && self.rate == rules.rate
    }

    /// The closes without a level of volatility: what real chains are put on.
    pub(super) fn bare(&self) -> &[Moment] {
        &self.bare
    }

    /// Whether the index levels a close.
    pub(super) fn has_index(&self, slot: usize, rules: &OptionRules) -> bool {
        let level = self.readings.get(slot).map(Level::new);
        level.is_some_and(|level| level.is_ok_and(|level| level.scaled(rules.level_scale).is_ok()))
    }

    /// Whether the chain that the session before saw levels a close.
    pub(super) fn has_chain_before(&self, slot: usize, quoted: &QuotedChains) -> bool {
        let Some(&session) = self.sessions.get(slot) else {
            return false;
        };
        let before = self.sessions.partition_point(|&one| one < session);
        before.checked_sub(1).is_some_and(|before| {
            let near = session - self.sessions[before] <= 1;
            let level = || {
                quoted
                    .snapshot(before)
                    .map(options::quotes::Snapshot::level)
            };
            near && level().is_some_and(|level| level.is_ok())
        })
    }

    /// The moments of a model; `quoted` are the chains on the same closes, should they level it.
    pub(super) fn levelled(&self, rules: &OptionRules, quoted: &QuotedChains) -> Vec<Moment> {
        let levels = match rules.level {
            LevelSource::Index => self.by_index(rules),
            LevelSource::Quotes => self.by_quotes(rules, quoted),
        };
        let with = |(bare, level): (&Moment, Option<Level>)| Moment {
            level: level.and_then(|level| level.scaled(rules.level_scale).ok()),
            ..bare.clone()
        };
        self.bare.iter().zip(levels).map(with).collect()
    }

    fn by_index(&self, rules: &OptionRules) -> Vec<Option<Level>> {
        let level = |readings: &Readings| {
            let alone = Readings {
                index: readings.index,
                ..Readings::default()
            };
            Level::new(if rules.term { readings } else { &alone }).ok()
        };
        self.readings.iter().map(level).collect()
    }

    /// The level of each close: that of the chain it sees, else of the chain the session before saw. An index stands in for none.
    fn by_quotes(&self, rules: &OptionRules, quoted: &QuotedChains) -> Vec<Option<Level>> {
        // Each chain is put in order and summed once: of a long tape that is the most of the work. Not with rayon, since who
        // asks may hold a lock that stolen work waits for.
        let all = self.quoted.get_or_init(|| {
            let level = |slot: usize| quoted.snapshot(slot)?.level().ok();
            (0..self.bare.len()).map(level).collect()
        });
        let own = |level: &Option<Level>| {
            let level = level.as_ref()?;
            if rules.term {
                return Some(level.clone());
            }
            Level::flat(level.volatility(INDEX_DAYS)).ok()
        };
        let mut last: Option<(u32, Level)> = None;
        let carry = |(own, &session): (Option<Level>, &u32)| {
            last = own.map(|level| (session, level)).or(last.take());
            let fresh = last.as_ref().filter(|(of, _)| session - of <= 1);
            fresh.map(|(_, level)| level.clone())
        };
        all.iter().map(own).zip(&self.sessions).map(carry).collect()
    }
}

/// A series as known at each close of the clock, no older than a session.
pub(super) fn known(series: &str, bars: &Bars, snapshot: &Snapshot) -> Column {
    let basis = SplitBasis::default();
    let clock = Clock {
        bars,
        snapshot,
        basis: &basis,
    };
    filters::last_level(&clock, series)
}

/// A Treasury yield in percent, compounded twice a year, as a continuous rate: 2 × ln(1 + y ÷ 2).
pub(super) fn continuous(percent: f64) -> f64 {
    2.0 * (percent / 200.0).ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yield_of_five_percent_is_a_continuous_rate_a_little_under_it() {
        // (1 + 0.05 ÷ 2)² = 1.050625; its logarithm is 0.049385.
        assert!((continuous(5.0) - 0.049_385_2).abs() < 1e-7);
        assert_eq!(continuous(0.0), 0.0);
    }
}
