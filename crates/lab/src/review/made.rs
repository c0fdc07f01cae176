//! A review, made.

use market::{Date, Origin, Trade};
use stats::Figures;
use stats::sequential::Outcome;

use super::changes;
use super::desk::{Desk, Known, closed, sessions_of};
use super::edge::{self, Held};
use super::found::{
    Baseline, DataTold, Limit, RegimeTold, Review, SCHEMA, TradesTold, WindowFigures, WindowTold,
};
use super::shelf::{Kept, Shelf};
use super::{inputs, months};
use crate::error::Error;
use crate::outcome::RegimeRun;
use crate::record::without_nulls;
use crate::regimes::Regime;
use crate::run::facts;
use crate::scenario::Scenario;
use crate::stage::Stage;
use crate::verdict::{Standing, Verdict};

/// Trailing windows, in sessions: a quarter, a year, three years.
const TRAILING: [usize; 3] = [63, 252, 756];
/// Standing of a regime that had ended and cannot be run.
const BEFORE: &str = "before the history";

impl Desk<'_> {
    /// The review as of a session under the name it is kept by, compared with what `shelf` holds from before it.
    ///
    /// The baseline is what the shelf's first review froze; else the trades closed by `baseline_to`; else by `as_of`, and then nothing
    /// is monitored yet.
    ///
    /// # Errors
    /// A date that is no session of the history, a baseline that ends after it, and what replaying meets.
    pub fn review(
        &mut self,
        as_of: Date,
        baseline_to: Option<Date>,
        shelf: &Shelf,
    ) -> Result<Kept, Error> {
        self.of_one_origin(shelf)?;
        let baseline_to = self.baseline_to(as_of, baseline_to, shelf)?;
        let known = self.known(as_of)?;
        let review = self.made(&known, baseline_to)?;
        changes::compared(self, review, shelf)
    }

    /// Made prices and real ones tell different stories: a folder holds the one or the other.
    fn of_one_origin(&self, shelf: &Shelf) -> Result<(), Error> {
        let seed = match self.origin() {
            Origin::Simulated { seed } => Some(seed),
            Origin::Real => None,
        };
        match shelf.kept().first() {
            Some(kept) if origin_of(&kept.review) != seed => Err(Error::fit(
                format!(
                    "{} rests on {}; this tape holds {}",
                    kept.name,
                    origin_words(origin_of(&kept.review)),
                    origin_words(seed)
                ),
                "name the tape of those reviews: --tape; or keep these in another folder: --reviews",
            )),
            _ => Ok(()),
        }
    }

    fn baseline_to(&self, as_of: Date, asked: Option<Date>, shelf: &Shelf) -> Result<Date, Error> {
        if shelf.kept().is_empty() && asked.is_none() && !shelf.ignored().is_empty() {
            return Err(Error::fit(
                "every review of the folder is damaged, and with them the date at which the baseline was frozen",
                "say it again: --baseline-to DATE; or begin anew in another folder: --reviews",
            ));
        }
        let baseline_to = match (shelf.baseline_to(), asked) {
            (Some(frozen), Some(asked)) if frozen != asked => {
                return Err(Error::fit(
                    format!(
                        "the baseline was frozen at {frozen} by the first review; it cannot be moved to {asked}"
                    ),
                    "leave --baseline-to out, or begin anew in another folder: --reviews",
                ));
            }
            (frozen, asked) => frozen.or(asked).unwrap_or(as_of),
        };
        if baseline_to > as_of {
            return Err(Error::fit(
                format!(
                    "the baseline ends on {baseline_to}: a review as of {as_of} would know what came after it"
                ),
                "review a later date, or begin anew in another folder: --reviews",
            ));
        }
        if baseline_to < self.whole.from {
            return Err(Error::fit(
                format!(
                    "the baseline ends on {baseline_to}, before the history begins on {}",
                    self.whole.from
                ),
                "name a later date: --baseline-to",
            ));
        }
        Ok(baseline_to)
    }

    fn made(&mut self, known: &Known, baseline_to: Date) -> Result<Review, Error> {
        let scenario = self.scenario.clone();
        let stage = Stage::build(&scenario, &known.loaded)?;
        let history = self.history(known.as_of);
        let run = stage.regime(&history)?;
        let trades = closed(&run);
        let frozen = trades.partition_point(|trade| exit_date(trade) <= Some(baseline_to));
        let (before, after) = trades.split_at(frozen);
        let unit = Unit::of(before);
        let sessions = sessions_of(&known.loaded.snapshot, &history);
        let baseline_sessions = sessions.partition_point(|date| *date <= baseline_to);
        let scores: Vec<Outcome> = before.iter().map(|trade| unit.outcome(trade)).collect();
        let horizon = edge::horizon(before.len(), baseline_sessions);
        let limits = self.limits(&scores, horizon);
        let held = Held {
            baseline: before,
            scores: &scores,
            monitored: after,
            unit,
            limits,
        };
        let (charts, edge) = edge::judged(&held);
        let (verdict, regimes) = self.regimes_told(&stage, known.as_of)?;
        let facts = facts(&scenario, self.tape, &known.loaded);
        Ok(Review {
            schema: SCHEMA,
            file: String::new(),
            stormproof: env!("CARGO_PKG_VERSION").to_owned(),
            simulated: facts.origin != Origin::Real,
            seed: match facts.origin {
                Origin::Simulated { seed } => Some(seed),
                Origin::Real => None,
            },
            model: facts.model,
            quoted: facts.quoted,
            plan: scenario.name.clone(),
            formerly: Vec::new(),
            as_of: known.as_of,
            edge,
            data: DataTold {
                first: facts.first,
                fingerprint: known.loaded.fingerprint.clone(),
                sessions: sessions.len(),
            },
            baseline: Baseline {
                from: history.from,
                since: self.options.since,
                to: baseline_to,
                trades: unit.told(before),
                unit: unit.as_str().to_owned(),
                horizon_trades: horizon,
                false_alarm: limits.map(|limits| limits.false_alarm),
            },
            monitored: unit.told(after),
            history: unit.told(&trades),
            charts,
            months: months::told(&held, baseline_to, known.as_of),
            verdict: verdict.as_str().to_owned(),
            regimes,
            windows: windows(&stage, &run, &sessions, unit)?,
            inputs: inputs::told(self, known, &stage, &trades, &sessions),
            warnings: known.loaded.warnings.clone(),
            scenario: resolved(&scenario)?,
            earlier: Vec::new(),
            changes: None,
            checksum: String::new(),
        })
    }

    fn regimes_told(
        &self,
        stage: &Stage<'_>,
        as_of: Date,
    ) -> Result<(Verdict, Vec<RegimeTold>), Error> {
        let (mut standings, mut told) = (Vec::new(), Vec::new());
        for regime in &self.regimes {
            let mut one = RegimeTold {
                name: regime.name.clone(),
                from: regime.from,
                to: regime.to,
                standing: "not yet".to_owned(),
                figures: None,
            };
            if regime.to > as_of {
                told.push(one);
                continue;
            }
            if regime.from < self.whole.from {
                BEFORE.clone_into(&mut one.standing);
                // It could change the verdict: over what is left, a plan would look better than it was shown to be.
                standings.push(Standing::Inconclusive);
            } else {
                let run = stage.regime(regime)?;
                standings.push(run.standing);
                run.standing.as_str().clone_into(&mut one.standing);
                one.figures = Some(figures(&run));
            }
            told.push(one);
        }
        Ok((over(&standings), told))
    }
}

fn over(standings: &[Standing]) -> Verdict {
    if standings.is_empty() {
        Verdict::Inconclusive
    } else {
        Verdict::over(standings)
    }
}

fn windows(
    stage: &Stage<'_>,
    history: &RegimeRun,
    sessions: &[Date],
    unit: Unit,
) -> Result<Vec<WindowTold>, Error> {
    let mut told = Vec::new();
    let last = history.regime.to;
    for count in TRAILING {
        // A window that the history does not fill would be another one under its name.
        let Some(&from) = sessions
            .len()
            .checked_sub(count)
            .and_then(|n| sessions.get(n))
        else {
            continue;
        };
        let run = stage.regime(&Regime::named("trailing", from, last))?;
        told.push(window(format!("{count} sessions"), &run));
    }
    let mut all = window("history".to_owned(), history);
    all.figures.trades.expectancy_95 = unit.interval(&history.ledger.trades);
    told.push(all);
    Ok(told)
}

fn window(name: String, run: &RegimeRun) -> WindowTold {
    WindowTold {
        window: name,
        from: run.regime.from,
        to: run.regime.to,
        figures: figures(run),
    }
}

fn figures(run: &RegimeRun) -> WindowFigures {
    let Figures {
        net_return,
        max_drawdown,
        ..
    } = run.figures;
    WindowFigures {
        net_return,
        max_drawdown,
        instrument_return: run.instrument_return,
        trades: TradesTold::of(&run.ledger.trades),
    }
}

/// The resolved plan as a document, without what is not set.
///
/// # Errors
/// None that a user can cause.
pub(super) fn resolved(scenario: &Scenario) -> Result<serde_json::Value, Error> {
    let value = serde_json::to_value(scenario).map_err(|error| {
        Error::fit(
            format!("the plan cannot be put into JSON: {error}"),
            "this is a defect of stormproof; please report it",
        )
    })?;
    Ok(without_nulls(value))
}

/// The seed of a review's prices; none of real ones.
pub(super) fn origin_of(review: &Review) -> Option<u64> {
    review.simulated.then(|| review.seed.unwrap_or_default())
}

pub(super) fn origin_words(seed: Option<u64>) -> String {
    seed.map_or_else(
        || "real prices".to_owned(),
        |seed| format!("SIMULATED prices of seed {seed}"),
    )
}

/// The exchange's date of a trade's exit.
pub(super) fn exit_date(trade: &Trade) -> Option<Date> {
    trade.exit_time.exchange_date()
}

/// What the sizes of trades are told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    R,
    Return,
}

impl Unit {
    /// R, unless most trades of the baseline have none.
    fn of(baseline: &[Trade]) -> Self {
        let with = baseline.iter().filter(|t| t.r_multiple.is_some()).count();
        if 2 * with >= baseline.len() {
            Unit::R
        } else {
            Unit::Return
        }
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Unit::R => "R",
            Unit::Return => "return",
        }
    }

    pub(super) fn outcome(self, trade: &Trade) -> Outcome {
        Outcome {
            won: trade.pnl_usd > 0.0,
            score: match self {
                Unit::R => trade.r_multiple,
                Unit::Return => Some(trade.return_fraction).filter(|r| r.is_finite()),
            },
        }
    }

    /// 95 % interval of the expectancy: in R, or in dollars.
    pub(super) fn interval(self, trades: &[Trade]) -> Option<Limit> {
        let all = stats::resample::trade_intervals(trades, edge::DRAWS, edge::SEED, 0.95);
        let one = match self {
            Unit::R => all.expectancy_r,
            Unit::Return => all.expectancy_usd,
        };
        one.map(|one| Limit {
            low: one.low,
            high: one.high,
        })
    }

    /// The mean that the interval is of.
    pub(super) fn expectancy(self, told: &TradesTold) -> Option<f64> {
        match self {
            Unit::R => told.expectancy_r,
            Unit::Return => told.expectancy_usd,
        }
    }

    pub(super) fn told(self, trades: &[Trade]) -> TradesTold {
        TradesTold {
            expectancy_95: self.interval(trades),
            ..TradesTold::of(trades)
        }
    }
}

impl TradesTold {
    /// The figures, without an interval.
    pub(super) fn of(trades: &[Trade]) -> Self {
        let figures = stats::TradeFigures::of(trades);
        let both = figures.average_gain_usd.zip(figures.average_loss_usd);
        Self {
            trades: figures.trades,
            wins: figures.wins,
            win_rate: figures.win_rate,
            expectancy_r: figures.expectancy_r,
            expectancy_usd: figures.expectancy_usd,
            expectancy_95: None,
            average_gain_usd: figures.average_gain_usd,
            average_loss_usd: figures.average_loss_usd,
            payoff: both
                .map(|(gain, loss)| gain / -loss)
                .filter(|p| p.is_finite()),
            longest_losing_run: figures.longest_losing_run,
            net_pnl_usd: figures.net_pnl_usd,
        }
    }
}
