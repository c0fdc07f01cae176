//! A trade log held against the plan: what the plan would have made, what the trading made of it, and what to try next.
//!
//! The plan is replayed over the log's span as [`run`](crate::run()) replays it; each logged trade is paired with the plan's; the
//! difference in dollars is told part by part and adds up. *Execution error* is everything that is not the plan; *regime shift* is
//! the plan itself against its own past. docs/diagnose.md says in plain words what each means, with the arithmetic.

mod bridge;
mod ground;
mod judged;
mod looks;
mod looks_rules;
mod next;
mod noise;
mod pairs;
mod result;
mod rules;
mod span;
#[cfg(test)]
mod tests;
mod verdict;

use std::sync::atomic::{AtomicBool, Ordering};

use journal::{Log, RoundTrip};
use market::{Date, Trade};
use tape::Tape;

use crate::conditions::MarketConditions;
use crate::error::Error;
use crate::load::{load, load_and};
use crate::outcome::RegimeRun;
use crate::run::facts;
use crate::scenario::Scenario;
use crate::stage::Stage;
use crate::threads::chosen;

use ground::{Ground, Placed};
pub use next::Said;
use noise::Before;
pub use result::{
    Baseline, BridgeLine, BrokenRule, Component, Diagnosis, Execution, Judged, LogFacts, Look,
    Looks, Missed, Next, Planned, Shift, Verdict,
};
use span::Span;

/// How to diagnose.
#[derive(Clone, Debug)]
pub struct DiagnoseOptions<'a> {
    /// Compare only trades entered on or after this date, and replay from it.
    pub from: Option<Date>,
    /// Compare only trades left on or before this date, and replay to it.
    pub to: Option<Date>,
    /// Resamples of each test.
    pub draws: u64,
    /// Their seed.
    pub seed: u64,
    /// Threads; 0 takes one a core. The result does not depend on it.
    pub threads: usize,
    /// Set to stop.
    pub stop: &'a AtomicBool,
    /// How the user called, for the command that is suggested.
    pub said: Said,
}

/// Holds a log against `scenario` on `tape`.
///
/// # Errors
/// A plan that trades options, a log without a closed trade of the plan's symbol in the dates asked for, what
/// [`load`](crate::load()) refuses (a log older than the tape for one), and [`Error::Interrupted`].
pub fn diagnose(
    scenario: &Scenario,
    log: &Log,
    tape: &Tape,
    options: &DiagnoseOptions<'_>,
) -> Result<Diagnosis, Error> {
    if scenario.structure.is_some() {
        return Err(Error::fit(
            format!(
                "{} trades options; a log is compared in shares",
                scenario.name
            ),
            "diagnose a plan without [structure]",
        ));
    }
    let trips = compared(log, scenario, options)?;
    let span = Span::of(&trips, scenario, tape, options)?;
    let (widest, threads) = (std::slice::from_ref(&span.widest), chosen(options.threads));
    let (loaded, fit) = if let Ok(before) = &span.before {
        load_and(scenario, widest, before, tape, threads)?
    } else {
        (load(scenario, widest, tape, threads)?, false)
    };
    let stage = Stage::build(scenario, &loaded)?;
    let ground = Ground { stage: &stage };
    let logged: Vec<Placed<&RoundTrip>> = trips
        .iter()
        .filter_map(|trip| ground.logged(trip))
        .collect();
    let run = span.replayed(&stage, &ground, &logged)?;
    if options.stop.load(Ordering::Relaxed) {
        return Err(Error::Interrupted);
    }
    let before = before(&span, &stage, fit)?;
    let (market, unread) = match MarketConditions::read(scenario, widest, tape) {
        Ok(market) => (Some(market), None),
        // What is asked beside must not stop the rest.
        Err(error) => (
            None,
            Some(format!(
                "the market's conditions at entry are not shown: {error}"
            )),
        ),
    };
    let told = Told::of(&ground, &logged, &run, &before, options);
    let looks = looks::looks(
        &logged,
        &ground,
        market.as_ref(),
        options.draws,
        options.seed,
    );
    if options.stop.load(Ordering::Relaxed) {
        return Err(Error::Interrupted);
    }
    let outside = log.trips.len() - trips.len();
    let mut warnings = warnings(log, &told, &logged, &loaded.warnings, unread);
    warnings.extend(ground.prices_elsewhere(&logged));
    let bridge = bridge::lines(&told.trades, &told.missed);
    let sentence = verdict::sentence(&verdict::Found {
        execution: &told.execution,
        shift: &told.shift,
        plan_usd: told.plan_usd,
        plan_trades: told.plan_trades,
        bridge: &bridge,
        trades: &told.trades,
        missed: &told.missed,
    });
    let diagnosis = Diagnosis {
        plan: scenario.name.clone(),
        symbol: scenario.instrument.symbol.clone(),
        tape: facts(scenario, tape, &loaded),
        span: (span.from, span.to),
        replayed: (run.regime.from, run.regime.to),
        log: log_facts(log, &logged, outside),
        plan_trades: told.plan_trades,
        plan_usd: told.plan_usd,
        bridge,
        broken: rules::broken(&told.trades),
        sentence,
        trades: told.trades,
        missed: told.missed,
        execution: told.execution,
        shift: told.shift,
        verdict: told.verdict,
        looks,
        next: Next::default(),
        draws: options.draws,
        seed: options.seed,
        warnings,
    };
    let next = next::next(&diagnosis, scenario, &options.said);
    Ok(Diagnosis { next, ..diagnosis })
}

/// The closed trades that lie in the dates asked for.
fn compared(
    log: &Log,
    scenario: &Scenario,
    options: &DiagnoseOptions<'_>,
) -> Result<Vec<RoundTrip>, Error> {
    let inside = |trip: &&RoundTrip| {
        let (entry, exit) = (
            trip.entry_time.exchange_date(),
            trip.exit_time.exchange_date(),
        );
        entry.is_some_and(|date| options.from.is_none_or(|from| date >= from))
            && exit.is_some_and(|date| options.to.is_none_or(|to| date <= to))
    };
    let trips: Vec<RoundTrip> = log.trips.iter().filter(inside).cloned().collect();
    if !trips.is_empty() {
        return Ok(trips);
    }
    let symbol = &scenario.instrument.symbol;
    let others: Vec<String> = log
        .left_out
        .other_symbols
        .iter()
        .take(12)
        .map(|(name, count)| format!("{name} ({count})"))
        .collect();
    let found = match (&log.open, log.trips.len(), others.is_empty()) {
        (_, 1.., _) => format!(
            "its {} closed trades of {symbol} lie outside the dates asked for",
            log.trips.len()
        ),
        (Some(open), ..) => format!(
            "its only position in {symbol} (line {}) is still open",
            open.line
        ),
        (None, 0, false) => format!("it holds other symbols: {}", others.join(", ")),
        (None, 0, true) => "it holds no trade at all".to_owned(),
    };
    Err(Error::fit(
        format!("the log has no closed trade of {symbol} to compare: {found}"),
        format!(
            "export trades of {symbol}, choose a plan that trades what the log holds, or widen --from and --to"
        ),
    ))
}

/// The plan's trades before the log, or why there are none to speak of.
fn before(span: &Span, stage: &Stage<'_>, fit: bool) -> Result<Before, Error> {
    Ok(match &span.before {
        Err(absent) => Err(absent.clone()),
        Ok(_) if !fit => Err("the tape before the log has sessions missing: what the plan was to be expected to make is not known".to_owned()),
        Ok(regime) => {
            let trades = stage.regime(regime)?.ledger.trades;
            Ok((regime.from, regime.to, trades))
        }
    })
}

/// What comes of holding one against the other.
struct Told {
    plan_trades: usize,
    plan_usd: f64,
    trades: Vec<Judged>,
    missed: Vec<Missed>,
    execution: Execution,
    shift: Shift,
    verdict: Verdict,
}

impl Told {
    fn of(
        ground: &Ground<'_>,
        logged: &[Placed<&RoundTrip>],
        run: &RegimeRun,
        before: &Before,
        options: &DiagnoseOptions<'_>,
    ) -> Self {
        let all: Vec<Placed<&Trade>> = run
            .ledger
            .trades
            .iter()
            .filter_map(|t| ground.planned(t))
            .collect();
        let paired = pairs::pairs(logged, &all);
        let one = |(mine, pair): (&Placed<&RoundTrip>, &Option<usize>)| {
            judged::judged(mine, pair.and_then(|k| all.get(k)), ground.stage, run)
        };
        let trades: Vec<Judged> = logged.iter().zip(&paired).map(one).collect();
        let sessions = span::sessions_of(logged, run, ground, options);
        let taken = |k: usize| paired.contains(&Some(k));
        let counts = |(k, plans): &(usize, &Placed<&Trade>)| {
            taken(*k) || sessions.contains(&plans.entry.session)
        };
        let own: Vec<(usize, &Placed<&Trade>)> = all.iter().enumerate().filter(counts).collect();
        let missed: Vec<Missed> = own
            .iter()
            .filter(|(k, _)| !taken(*k))
            .map(|(_, plans)| judged::missed(plans, logged))
            .collect();
        let in_span: Vec<&Trade> = own.iter().map(|(_, plans)| plans.trade).collect();
        let mut execution = noise::execution(
            bridge::differences(&trades, &missed).iter().sum(),
            &bridge::judged(&trades, &missed),
            mean_stake_usd(&in_span, &trades),
            options.draws,
            options.seed,
        );
        let mut shift = noise::shift(before, &in_span, options.draws, options.seed);
        let verdict = verdict::verdict(&mut execution, &mut shift);
        Self {
            plan_trades: in_span.len(),
            plan_usd: in_span.iter().map(|trade| trade.pnl_usd).sum(),
            trades,
            missed,
            execution,
            shift,
            verdict,
        }
    }
}

/// Of the plan's trades; of the log's where the plan has none.
fn mean_stake_usd(planned: &[&Trade], logged: &[Judged]) -> f64 {
    let of_plan = |trade: &&Trade| {
        noise::stake_usd(trade.entry_price, trade.quantity as f64, trade.stop_price)
    };
    let of_log = |trade: &Judged| noise::stake_usd(trade.entry_price, trade.quantity, None);
    let stakes: Vec<f64> = if planned.is_empty() {
        logged.iter().map(of_log).collect()
    } else {
        planned.iter().map(of_plan).collect()
    };
    stakes.iter().sum::<f64>() / stakes.len().max(1) as f64
}

fn log_facts(log: &Log, logged: &[Placed<&RoundTrip>], outside: usize) -> LogFacts {
    LogFacts {
        format: log.format.word(),
        zone: log.zone.clone(),
        exact: log.exact,
        trades: logged.len(),
        net_usd: logged.iter().map(|trade| trade.trade.pnl_usd).sum(),
        outside,
        open: log.open.clone(),
        left_out: log.left_out.clone(),
    }
}

fn warnings(
    log: &Log,
    told: &Told,
    logged: &[Placed<&RoundTrip>],
    loaded: &[String],
    unread: Option<String>,
) -> Vec<String> {
    let mut warnings = log.notes.clone();
    if let Some(open) = &log.open {
        warnings.push(format!(
            "{} shares {} since {} (line {}) are not closed in the log and not counted",
            open.quantity,
            open.side.direction(),
            open.since,
            open.line
        ));
    }
    let matched = told
        .trades
        .iter()
        .filter(|trade| trade.plan.is_some())
        .count();
    if matched == 0 {
        warnings.push(format!(
            "no logged trade matches a trade of the plan ({} against {}): is it this plan that was traded, and are the times in the right zone?",
            logged.len(),
            told.plan_trades
        ));
    }
    warnings.extend(loaded.iter().cloned());
    warnings.extend(unread);
    warnings
}
