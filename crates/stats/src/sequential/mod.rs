//! Sequential tests of an edge: have the trades that came since become worse than those of a frozen baseline?
//!
//! Four one-sided charts run over the trades in the order they closed, each a cumulative sum that falls back to 0 while
//! all is well: [`Chart`]. Their limits are drawn from the baseline itself by [`calibrate`], so that the chance of *any* false
//! alarm on *any* chart over the whole horizon is what was asked for, the baseline's own uncertainty included.
//! `docs/review.md` says the same in plain words.
//!
//! Sources: Page (1954), *Continuous inspection schemes*, Biometrika 41; Steiner, Cook, Farewell and Treasure (2000),
//! *Monitoring surgical performance using risk-adjusted cumulative sum charts*, Biostatistics 1 (the odds ratio of the Bernoulli
//! chart); Jensen, Jones-Farmer, Champ and Woodall (2006), *Effects of parameter estimation on control chart properties*,
//! Journal of Quality Technology 38 (why the baseline is drawn anew too).

mod gone;
mod limits;
mod month;
mod reference;
mod runs;
mod watch;

pub use gone::gone;
pub use limits::{Limits, calibrate};
pub use month::{Expected, Range, expected};
pub use reference::Reference;
pub use runs::chance_of_losing_run;
pub use watch::{Alarm, Watched, watch};

/// What a chart sees of a trade.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Net profit above 0.
    pub won: bool,
    /// The result in units that trades of different size share: R multiples, or fractions of the position's cost. `None`
    /// where it has none; then the charts of size pass it over.
    pub score: Option<f64>,
}

/// A chart. All of them look for worse and are blind to better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chart {
    /// Share of trades won: log likelihood ratio of the baseline's odds against half of them.
    WinRate,
    /// Mean score: its fall in standard deviations, winsorised.
    Expectancy,
    /// Average gain against average loss: the same of log sizes, gains that shrink and losses that grow.
    Payoff,
    /// Trades in a row of which none was won.
    LosingRun,
}

impl Chart {
    /// Every chart, in the order of [`Limits::limit`].
    pub const ALL: [Chart; 4] = [
        Chart::WinRate,
        Chart::Expectancy,
        Chart::Payoff,
        Chart::LosingRun,
    ];

    /// The word used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Chart::WinRate => "win-rate",
            Chart::Expectancy => "expectancy",
            Chart::Payoff => "payoff",
            Chart::LosingRun => "losing-run",
        }
    }
}
