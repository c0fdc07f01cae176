//! Made markets: prices without memory, and the same with an edge in them.

use market::{Date, Interval, RawBars, Session, SessionTable};
use stats::{Dice, Purpose};
use tape::{Contents, Tape};

/// Standard deviations of a night and of a day, of the logarithm: 1.5 % together, as of IWM.
const NIGHT: f64 = 0.006;
const DAY: f64 = 0.0135;
/// For how many sessions an edge lasts.
const LASTS: u32 = 5;

/// What a market is made of.
#[derive(Clone, Copy)]
pub(crate) struct Market {
    pub(crate) seed: u64,
    /// Last date; the first is in January 2016.
    pub(crate) last: &'static str,
    /// Drift a year that every session has its share of.
    pub(crate) drift: f64,
    /// Volatility itself wanders, and shocks have fat tails: calm years and storms.
    pub(crate) storms: bool,
    /// What each of the five sessions after three lower closes and more than 2.5 % in all is expected to gain.
    pub(crate) edge: f64,
}

impl Market {
    /// Three years without memory and without drift.
    pub(crate) const fn random(seed: u64) -> Self {
        Self {
            seed,
            last: "2018-12-31",
            drift: 0.0,
            storms: false,
            edge: 0.0,
        }
    }
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// A walk whose next price is expected where the last one is, whatever happened before, and in which a stop or a limit gets
/// the price it names: the highest and the lowest of a day are drawn as of a continuous path between open and close
/// (Brownian bridge: `(x + √(x² − 2σ² ln U)) ÷ 2` above the open, x being the day's change). In steps, stops would fill too well.
fn walk(market: Market, stream: u64, sessions: &SessionTable) -> RawBars {
    let mut dice = Dice::new(market.seed, Purpose::Noise, stream);
    let mut raw = RawBars::default();
    let (mut closes, mut left, mut storm) = ([100.0_f64; 4], 0_u32, 0.0_f64);
    let (first, last) = (date("2016-01-01"), date(market.last));
    let within = |s: &&Session| s.date >= first && s.date <= last;
    for session in sessions.as_slice().iter().filter(within) {
        if market.storms {
            storm = 0.97 * storm + 0.15 * dice.normal();
        }
        let (night, sd) = (NIGHT * storm.exp(), DAY * storm.exp());
        let drift = market.drift / 252.0 + if left > 0 { market.edge } else { 0.0 };
        left = left.saturating_sub(1);
        // − σ²/2: it is the price that has no drift, not its logarithm.
        let open = closes[3] * (night * dice.normal() - night * night / 2.0).exp();
        let day = sd * dice.normal() - sd * sd / 2.0 + drift;
        let mut reach = || (day * day - 2.0 * sd * sd * dice.uniform().ln()).sqrt();
        let (up, down) = (f64::midpoint(day, reach()), f64::midpoint(day, -reach()));
        raw.start.push(session.open);
        raw.open.push(open);
        raw.high.push(open * up.exp());
        raw.low.push(open * down.exp());
        raw.close.push(open * day.exp());
        raw.volume.push(1e6);
        closes.rotate_left(1);
        closes[3] = open * day.exp();
        let lower = closes.windows(2).all(|pair| pair[1] < pair[0]);
        if lower && closes[3] / closes[0] - 1.0 < -0.025 {
            left = LASTS;
        }
    }
    raw
}

/// A tape of two such walks: what is traded, and regional banks that have nothing to do with it.
pub(crate) fn tape_of(market: Market) -> (tempfile::TempDir, Tape) {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    let sessions = SessionTable::covering(date("2016-01-01"), date(market.last));
    let bars = |(stream, symbol): (u64, &str)| {
        let raw = walk(market, stream, &sessions);
        (symbol.to_owned(), Interval::Day, raw)
    };
    let contents = Contents {
        bars: [(0, "IWM"), (1, "KRE")].map(bars).into(),
        ..Contents::default()
    };
    tape.merge(&contents, "test", 0).unwrap();
    (folder, tape)
}
