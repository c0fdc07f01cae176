//! A made-up market on real sessions.

use indicators::SplitBasis;
use market::{Bars, Date, Interval, Known, RawBars, Series, SessionTable, Snapshot, Split, Time};
use signals::{Columns, Inputs, Profile};

/// The first session of every made-up market.
pub(crate) fn first_date() -> Date {
    Date::from_ymd_opt(2015, 1, 2).unwrap()
}

pub(crate) fn sessions() -> SessionTable {
    SessionTable::covering(first_date(), Date::from_ymd_opt(2017, 1, 1).unwrap())
}

/// A row a session; `None` where there was nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Market {
    pub(crate) high: Vec<f64>,
    pub(crate) low: Vec<f64>,
    pub(crate) close: Vec<f64>,
    pub(crate) volume: Vec<f64>,
    pub(crate) benchmark: Vec<Option<f64>>,
    pub(crate) breadth: Vec<Option<f64>>,
    /// Rows on which the symbol splits, with the ratio.
    pub(crate) splits: Vec<(usize, f64)>,
}

impl Market {
    /// Closes alone, each bar from 1 below to 1 above.
    pub(crate) fn of_closes(close: &[f64]) -> Self {
        Self {
            high: close.iter().map(|c| c + 1.0).collect(),
            low: close.iter().map(|c| c - 1.0).collect(),
            close: close.to_vec(),
            volume: vec![100.0; close.len()],
            benchmark: vec![None; close.len()],
            breadth: vec![None; close.len()],
            splits: Vec::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.close.len()
    }

    /// The first `n` sessions.
    pub(crate) fn head(&self, n: usize) -> Self {
        Self {
            high: self.high[..n].to_vec(),
            low: self.low[..n].to_vec(),
            close: self.close[..n].to_vec(),
            volume: self.volume[..n].to_vec(),
            benchmark: self.benchmark[..n].to_vec(),
            breadth: self.breadth[..n].to_vec(),
            splits: self.splits.iter().copied().filter(|s| s.0 < n).collect(),
        }
    }

    /// One session more: a bar between the last close and `close` without volume, benchmark unchanged.
    pub(crate) fn then(&self, close: f64, breadth: Option<f64>) -> Self {
        let mut next = self.clone();
        let last = self.close[self.len() - 1];
        next.high.push(close.max(last));
        next.low.push(close.min(last));
        next.close.push(close);
        next.volume.push(0.0);
        next.benchmark.push(self.benchmark[self.len() - 1]);
        next.breadth.push(breadth);
        next
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let sessions = sessions();
        let rows: Vec<usize> = (0..self.len()).collect();
        let own = bars("IWM", &rows, &sessions, |i| {
            (self.high[i], self.low[i], self.close[i], self.volume[i])
        });
        let traded: Vec<usize> = rows
            .into_iter()
            .filter(|&i| self.benchmark[i].is_some())
            .collect();
        let other = bars("SPY", &traded, &sessions, |i| {
            let close = self.benchmark[i].unwrap();
            (close * 1.01, close * 0.99, close, 1.0)
        });
        let published =
            (0..self.len()).filter_map(|i| Some((date(&sessions, i), self.breadth[i]?)));
        let (dates, value) = published.unzip();
        let splits = self.splits.iter().map(|&(row, ratio)| Split {
            ex_date: date(&sessions, row),
            ratio,
        });
        Snapshot {
            bars: vec![own, other],
            series: vec![Series {
                name: "breadth50".to_owned(),
                date: dates,
                value,
                known: Known::Close,
            }],
            splits: vec![("IWM".to_owned(), splits.collect())],
            sessions,
            ..Snapshot::default()
        }
    }

    pub(crate) fn columns(&self, profile: &Profile) -> Columns {
        let snapshot = self.snapshot();
        Columns::compute(profile, &Inputs::of_snapshot(profile, &snapshot).unwrap())
    }
}

pub(crate) fn date(sessions: &SessionTable, row: usize) -> Date {
    sessions.get(row).unwrap().date
}

pub(crate) fn bars(
    symbol: &str,
    rows: &[usize],
    sessions: &SessionTable,
    of: impl Fn(usize) -> (f64, f64, f64, f64),
) -> Bars {
    let column =
        |pick: fn((f64, f64, f64, f64)) -> f64| rows.iter().map(|&i| pick(of(i))).collect();
    let start: Vec<Time> = rows
        .iter()
        .map(|&i| sessions.get(i).unwrap().open)
        .collect();
    let raw = RawBars {
        start,
        open: column(|bar| bar.2),
        high: column(|bar| bar.0),
        low: column(|bar| bar.1),
        close: column(|bar| bar.2),
        volume: column(|bar| bar.3),
    };
    Bars::new(symbol, Interval::Day, raw, sessions).unwrap()
}

/// Bars alone, without a snapshot.
pub(crate) fn columns_of_bars(profile: &Profile, market: &Market) -> Columns {
    let sessions = sessions();
    let rows: Vec<usize> = (0..market.len()).collect();
    let bars = bars("IWM", &rows, &sessions, |i| {
        (
            market.high[i],
            market.low[i],
            market.close[i],
            market.volume[i],
        )
    });
    let mut inputs = Inputs::of_bars(&bars);
    inputs.basis = SplitBasis::default();
    Columns::compute(profile, &inputs)
}
