//! Whose rows a value lives on, and how they are seen from the plan's clock.

use indicators::{Age, AsOf, SplitBasis};
use language::{Program, Scope};
use market::{Bars, Interval, Series, Time};

use crate::clock::Clock;
use crate::filters::{reference_interval, series_known_at};

/// The rows of one scope.
pub(super) struct Rows<'a> {
    pub(super) of: Of<'a>,
    /// Share basis of the bars.
    pub(super) basis: SplitBasis,
}

/// What the rows are of.
#[derive(Clone, Copy)]
pub(super) enum Of<'a> {
    /// Bars.
    Bars(&'a Bars),
    /// A series.
    Series(&'a Series),
    /// Nothing: the snapshot lacks it, and every value is unknown.
    Nothing,
}

impl<'a> Rows<'a> {
    /// The rows of `scope`.
    pub(super) fn find(scope: Scope, program: &Program, clock: &Clock<'a>) -> Self {
        let snapshot = clock.snapshot;
        let of_symbol = |symbol: &str, interval: Option<Interval>| {
            interval.and_then(|interval| snapshot.bars_of(symbol, interval))
        };
        let own = clock.bars.interval;
        let bars = match scope {
            Scope::Constant | Scope::Own => Some(clock.bars),
            Scope::Daily => of_symbol(&clock.bars.symbol, Some(Interval::Day)),
            Scope::Symbol(place) => {
                let symbol = &program.symbols()[usize::from(place)];
                let held = snapshot.intervals_of(symbol).map(|bars| bars.interval);
                let interval = match own {
                    Interval::Day => Some(Interval::Day),
                    Interval::Minutes(_) => reference_interval(own, held),
                };
                of_symbol(symbol, interval)
            }
            Scope::SymbolDaily(place) => {
                of_symbol(&program.symbols()[usize::from(place)], Some(Interval::Day))
            }
            Scope::Series(place) => {
                let series = snapshot.series_of(&program.series()[usize::from(place)]);
                return Self {
                    of: series.map_or(Of::Nothing, Of::Series),
                    basis: SplitBasis::default(),
                };
            }
        };
        let basis = match (bars, scope) {
            (_, Scope::Own) => clock.basis.clone(),
            (Some(bars), _) => {
                let splits = snapshot.splits_of(&bars.symbol);
                SplitBasis::of_bars(bars, &snapshot.sessions, splits)
            }
            (None, _) => SplitBasis::default(),
        };
        Self {
            of: bars.map_or(Of::Nothing, Of::Bars),
            basis,
        }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        match self.of {
            Of::Bars(bars) => bars.len(),
            Of::Series(series) => series.value.len(),
            Of::Nothing => 0,
        }
    }

    /// For each instant of the clock, the row known then and not stale.
    ///
    /// Another symbol's last bar must be of the clock's own session; a daily bar beside a clock within the session of the
    /// last complete one; a series at most one publication late.
    pub(super) fn join(&self, scope: Scope, clock: &Clock<'_>) -> AsOf {
        let (known, oldest) = match self.of {
            Of::Series(series) => series_known_at(clock, series),
            Of::Bars(bars) => {
                let mut oldest = clock.closes_before(1);
                let same_session = matches!(scope, Scope::Symbol(_));
                if same_session {
                    for close in &mut oldest {
                        *close = Time(close.micros().saturating_add(1));
                    }
                }
                (bars.end().to_vec(), oldest)
            }
            Of::Nothing => (Vec::new(), vec![Time::MAX; clock.len()]),
        };
        AsOf::join(&known, clock.bars.end(), Age::Since(&oldest))
    }
}
