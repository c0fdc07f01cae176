//! What the analyzer reads, joined onto the symbol's sessions by the instant at which each value became known.

use indicators::{Age, AsOf, Atr, Column, Indicator as _, Prices, SplitBasis};
use market::{Bars, Interval, Known, Series, SessionTable, Snapshot, Split, Time};

use crate::profile::{BreadthSource, Profile};

/// The symbol's daily bars and, on the same rows, all else that a profile names. What is absent is `None`.
#[derive(Clone, Debug)]
pub struct Inputs<'a> {
    /// The symbol's daily bars, raw.
    pub bars: &'a Bars,
    /// Its share basis.
    pub basis: SplitBasis,
    /// The benchmark.
    pub benchmark: Option<Benchmark>,
    /// Members above their average, percent.
    pub breadth: Option<Published>,
    /// Short end of the curve, percent.
    pub short_rate_pct: Option<Column>,
    /// Long end of the curve, percent.
    pub long_rate_pct: Option<Column>,
    /// Credit spread, percent.
    pub credit_pct: Option<Column>,
    /// The symbol's volatility index, points.
    pub volatility: Option<Column>,
    /// The benchmark's 30-day volatility index, points.
    pub benchmark_volatility: Option<Column>,
    /// The benchmark's 9-day volatility index, points.
    pub near_volatility: Option<Column>,
    /// The benchmark's three-month volatility index, points.
    pub far_volatility: Option<Column>,
    /// Short interest.
    pub short_interest: Option<Published>,
}

/// The benchmark on the symbol's rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Benchmark {
    /// Its close of the same session, dollars on the constant basis of its first day. A return across a session
    /// it lacks would compare different days, so an older close is no value.
    pub close: Column,
    /// Its ATR ÷ close, a fraction.
    pub atr_fraction: Column,
}

/// The published values of a series, and which of them is the newest at each row.
///
/// "Five values ago" counts published values: on a series with a hole, five rows ago would count some twice.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    values: Vec<f64>,
    seen: AsOf,
}

impl Published {
    /// `series` at each bar's close. A value may lag its normal publication by `sessions`; older it is no value.
    ///
    /// A value dated on a day without a session belongs to the next session.
    pub fn of_series(series: &Series, bars: &Bars, table: &SessionTable, sessions: u32) -> Self {
        let known_at = known_at(series, table);
        // What is known a session late may be a session older.
        let late = u32::from(series.known == Known::NextSession);
        let oldest: Vec<Time> = bars
            .session()
            .iter()
            .map(|own| {
                let oldest = own.checked_sub(sessions.saturating_add(late));
                let session = oldest.and_then(|ordinal| table.get(ordinal as usize));
                session.map_or(Time::MIN, |s| s.close)
            })
            .collect();
        Self {
            seen: AsOf::join(&known_at, bars.end(), Age::Since(&oldest)),
            values: series.value.clone(),
        }
    }

    /// One value a bar, published at its close; NaN where none was, which the row then does not see.
    pub fn of_rows(rows: &[f64], bars: &Bars) -> Self {
        let published = || rows.iter().zip(bars.end()).filter(|(v, _)| v.is_finite());
        let known_at: Vec<Time> = published().map(|(_, &end)| end).collect();
        Self {
            values: published().map(|(&v, _)| v).collect(),
            seen: AsOf::join(&known_at, bars.end(), Age::Since(bars.end())),
        }
    }

    /// The value that row `i` sees.
    pub fn get(&self, i: usize) -> Option<f64> {
        self.upto(i)?.last().copied()
    }

    /// Everything published by row `i`, the value it sees last; `None` if that is too old.
    pub fn upto(&self, i: usize) -> Option<&[f64]> {
        let upto = self.values.get(..=self.seen.row(i)?)?;
        upto.last().is_some_and(|v| v.is_finite()).then_some(upto)
    }

    /// One value a row.
    pub fn column(&self) -> Column {
        self.seen.column(&self.values)
    }

    /// A figure of the published values, as each row sees it.
    pub(crate) fn figure(&self, figure: impl Fn(&[f64]) -> Column) -> Column {
        self.seen.column(figure(&self.values).values())
    }
}

/// When each value of a series becomes known. Dates ascend; were they not, a value would be known late, never early.
fn known_at(series: &Series, table: &SessionTable) -> Vec<Time> {
    let sessions = table.as_slice();
    let mut next = series
        .date
        .first()
        .map_or(0, |&date| table.on_or_after(date));
    let mut instants = Vec::with_capacity(series.date.len());
    for &date in &series.date {
        while sessions.get(next).is_some_and(|s| s.date < date) {
            next += 1;
        }
        let instant = match series.known {
            Known::Close => sessions.get(next).map(|s| s.close),
            Known::NextSession => {
                let own = sessions.get(next).is_some_and(|s| s.date == date);
                sessions.get(next + usize::from(own)).map(|s| s.open)
            }
        };
        instants.push(instant.unwrap_or(Time::MAX));
    }
    instants
}

impl Benchmark {
    /// The benchmark's daily bars on the rows of `bars`, with an ATR of `atr_sessions`.
    pub fn of_bars(
        benchmark: &Bars,
        splits: &[Split],
        bars: &Bars,
        table: &SessionTable,
        atr_sessions: usize,
    ) -> Self {
        let basis = SplitBasis::of_bars(benchmark, table, splits);
        let close = basis.prices(benchmark.close());
        let prices = Prices {
            high: &basis.prices(benchmark.high()),
            low: &basis.prices(benchmark.low()),
            close: &close,
        };
        let atr = Atr { n: atr_sessions }.compute(prices);
        let fraction = atr.zip_with(&Column::new(close.to_vec()), |atr, close| atr / close);
        let same = AsOf::join(benchmark.end(), bars.end(), Age::Since(bars.end()));
        Self {
            close: same.column(&close),
            atr_fraction: same.column(fraction.values()),
        }
    }
}

impl<'a> Inputs<'a> {
    /// The bars alone, without splits: trend and momentum are known, nothing else.
    pub fn of_bars(bars: &'a Bars) -> Self {
        Self {
            bars,
            basis: SplitBasis::default(),
            benchmark: None,
            breadth: None,
            short_rate_pct: None,
            long_rate_pct: None,
            credit_pct: None,
            volatility: None,
            benchmark_volatility: None,
            near_volatility: None,
            far_volatility: None,
            short_interest: None,
        }
    }

    /// All that `profile` names and `snapshot` holds; `None` without daily bars of the symbol.
    ///
    /// A value older than one session is no value; short interest stands longer, as the profile says. Breadth
    /// of a universe is not in a snapshot: it is `None` here, and the caller sets it ([`Published::of_series`]).
    pub fn of_snapshot(profile: &Profile, snapshot: &'a Snapshot) -> Option<Self> {
        let table = &snapshot.sessions;
        let bars = snapshot.bars_of(&profile.symbol, Interval::Day)?;
        let published = |name: &str, sessions: usize| {
            let series = snapshot.series_of(name)?;
            let sessions = u32::try_from(sessions).unwrap_or(u32::MAX);
            Some(Published::of_series(series, bars, table, sessions))
        };
        let column = |name: &str| published(name, 1).map(|published| published.column());
        let benchmark = |benchmark: &Bars| {
            let splits = snapshot.splits_of(&profile.benchmark);
            let atr_sessions = profile.trend.atr_sessions;
            Benchmark::of_bars(benchmark, splits, bars, table, atr_sessions)
        };
        let context = &profile.context;
        Some(Self {
            bars,
            basis: SplitBasis::of_bars(bars, table, snapshot.splits_of(&profile.symbol)),
            benchmark: snapshot
                .bars_of(&profile.benchmark, Interval::Day)
                .map(benchmark),
            breadth: match &profile.breadth.source {
                BreadthSource::Series(name) => published(name, 1),
                BreadthSource::Universe(_) => None,
            },
            short_rate_pct: column(&context.short_rate_series),
            long_rate_pct: column(&context.long_rate_series),
            credit_pct: column(&context.credit_series),
            volatility: column(&context.volatility_series),
            benchmark_volatility: column(&context.benchmark_volatility_series),
            near_volatility: column(&context.near_volatility_series),
            far_volatility: column(&context.far_volatility_series),
            short_interest: published(
                &context.short_interest_series,
                context.short_interest_sessions,
            ),
        })
    }
}
