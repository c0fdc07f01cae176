//! A daily market as plain columns, from the synthesiser or from the real tape's CSV files.

use std::collections::HashMap;
use std::path::PathBuf;

use market::Date;
use tape::Contents;
use tape::synth::TURNING_POINTS;

/// One symbol's bars.
pub(crate) struct Bars {
    pub(crate) open: Vec<f64>,
    pub(crate) high: Vec<f64>,
    pub(crate) low: Vec<f64>,
    pub(crate) close: Vec<f64>,
    pub(crate) volume: Vec<f64>,
    /// Dollars a share, 0 but on ex-dates.
    pub(crate) dividend: Vec<f64>,
}

/// IWM, SPY, KRE, RVX and breadth, and the other series, session by session.
pub(crate) struct Days {
    pub(crate) date: Vec<Date>,
    pub(crate) bars: [Bars; 3],
    pub(crate) rvx: Vec<f64>,
    pub(crate) breadth: Vec<f64>,
    /// As [`OTHERS`] names them.
    others: [Vec<f64>; 8],
}

/// The series beside RVX and breadth: of the real tape, the file and the column behind the date.
const OTHERS: [(&str, &str, usize); 8] = [
    ("VIX", "vol/VIX.csv", 3),
    ("VIX9D", "vol/VIX9D.csv", 3),
    ("VIX3M", "vol/VIX3M.csv", 3),
    ("DFF", "rates/DFF.csv", 0),
    ("DGS3MO", "rates/DGS3MO.csv", 0),
    ("DGS2", "rates/DGS2.csv", 0),
    ("DGS10", "rates/DGS10.csv", 0),
    ("BAMLH0A0HYM2", "rates/BAMLH0A0HYM2.csv", 0),
];

pub(crate) const SYMBOLS: [&str; 3] = ["IWM", "SPY", "KRE"];

impl Days {
    /// A series other than RVX and breadth.
    pub(crate) fn other(&self, name: &str) -> &[f64] {
        &self.others[OTHERS.iter().position(|o| o.0 == name).unwrap()]
    }

    pub(crate) fn simulated(contents: &Contents) -> Days {
        let series = |name: &str| {
            let found = contents.series.iter().find(|s| s.name == name).unwrap();
            (found.date.clone(), found.value.clone())
        };
        let (date, rvx) = series("RVX");
        let bars = SYMBOLS.map(|symbol| {
            let (_, _, raw) = contents.bars.iter().find(|b| b.0 == symbol).unwrap();
            let paid = &contents.dividends.iter().find(|d| d.0 == symbol).unwrap().1;
            let dividend = date
                .iter()
                .map(|day| {
                    let due = paid.iter().find(|d| d.ex_date == *day);
                    due.map_or(0.0, |d| d.amount_usd)
                })
                .collect();
            Bars {
                open: raw.open.clone(),
                high: raw.high.clone(),
                low: raw.low.clone(),
                close: raw.close.clone(),
                volume: raw.volume.clone(),
                dividend,
            }
        });
        Days {
            date,
            bars,
            rvx,
            breadth: series("breadth50").1,
            others: OTHERS.map(|(name, ..)| series(name).1),
        }
    }

    /// The real market over the same span; a session that a series lacks keeps the value before it. `None`,
    /// and a line that says why, without the real tape.
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    pub(crate) fn real() -> Option<Days> {
        let root = std::env::var_os("STORMPROOF_REAL_TAPE").map_or_else(
            || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape"),
            PathBuf::from,
        );
        if !root.is_dir() {
            eprintln!("skipped: no real tape (set STORMPROOF_REAL_TAPE)");
            return None;
        }
        let rows = |file: &str| {
            let text = std::fs::read_to_string(root.join(file)).unwrap();
            let rows: Vec<(Date, Vec<f64>)> = text
                .lines()
                .skip(1)
                .map(|line| {
                    let (date, rest) = line.split_once(',').unwrap();
                    let cells = rest.split(',').map(|c| c.parse().unwrap_or(f64::NAN));
                    (date.parse().unwrap(), cells.collect())
                })
                .collect();
            rows
        };
        let [first, .., last] = TURNING_POINTS;
        let daily = SYMBOLS.map(|symbol| {
            let mut bars = rows(&format!("daily/{symbol}.csv"));
            bars.retain(|(date, _)| (first.date..=last.date).contains(date));
            bars
        });
        let date: Vec<Date> = daily[0].iter().map(|r| r.0).collect();
        let closes = |file: &str, column: usize| {
            let by_date: HashMap<Date, f64> = rows(file)
                .into_iter()
                .map(|(date, cells)| (date, cells[column]))
                .collect();
            let mut last = f64::NAN;
            date.iter()
                .map(|day| {
                    last = by_date.get(day).copied().unwrap_or(last);
                    last
                })
                .collect()
        };
        let (rvx, breadth) = (
            closes("vol/RVX.csv", 3),
            closes("breadth/R2000_pct_above_ma.csv", 1),
        );
        let bars = daily.map(|rows| {
            let column = |i: usize| rows.iter().map(|r| r.1[i]).collect();
            Bars {
                open: column(0),
                high: column(1),
                low: column(2),
                close: column(3),
                volume: column(4),
                dividend: column(6),
            }
        });
        let others = OTHERS.map(|(_, file, column)| closes(file, column));
        Some(Days {
            date,
            bars,
            rvx,
            breadth,
            others,
        })
    }
}
