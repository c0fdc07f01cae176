//! From the charts to a judgement.

use market::{Date, Trade};
use stats::sequential::{
    Limits, Outcome, Reference, Watched, calibrate, chance_of_losing_run, gone, watch,
};

use super::desk::Desk;
use super::found::{AlarmTold, ChartTold, EdgeTold, State, TradesTold};
use super::made::{Unit, exit_date};

/// Draws of limits and intervals.
pub(super) const DRAWS: u64 = 2000;
/// Seed of them all: a review has no other chance in it.
pub(super) const SEED: u64 = 1;
/// Chance of any false alarm over the horizon.
pub(super) const FALSE_ALARM: f64 = 0.05;
/// A baseline of fewer trades has no limits that mean anything: `stats::sequential` was held to its chance from here on.
const MIN_BASELINE: usize = 20;
/// Fewer monitored trades than this without an alarm do not make an edge intact.
const MIN_MONITORED: usize = 5;
/// Sessions of ten years.
const TEN_YEARS: usize = 2520;

/// What is judged.
pub(super) struct Held<'a> {
    pub(super) baseline: &'a [Trade],
    pub(super) scores: &'a [Outcome],
    pub(super) monitored: &'a [Trade],
    pub(super) unit: Unit,
    pub(super) limits: Option<Limits>,
}

/// Trades for which limits hold: as many as ten years bring at the baseline's rate, 50 at least and 1000 at most.
pub(super) fn horizon(trades: usize, sessions: usize) -> usize {
    (trades * TEN_YEARS)
        .checked_div(sessions)
        .unwrap_or(0)
        .clamp(50, 1000)
}

impl Desk<'_> {
    /// Limits for a baseline; those of the review before, if it had the same.
    pub(super) fn limits(&mut self, baseline: &[Outcome], horizon: usize) -> Option<Limits> {
        if baseline.len() < MIN_BASELINE {
            return None;
        }
        if let Some((of, over, limits)) = &self.drawn
            && of == baseline
            && *over == horizon
        {
            return Some(*limits);
        }
        let limits = calibrate(baseline, horizon, FALSE_ALARM, DRAWS, SEED)?;
        self.drawn = Some((baseline.to_vec(), horizon, limits));
        Some(limits)
    }
}

/// The charts, and what they say of the edge.
pub(super) fn judged(held: &Held<'_>) -> (Vec<ChartTold>, EdgeTold) {
    let outcomes: Vec<Outcome> = held
        .monitored
        .iter()
        .map(|t| held.unit.outcome(t))
        .collect();
    let reference = Reference::of(held.scores);
    let charts: Vec<Watched> = match (reference, held.limits) {
        (Some(reference), Some(limits)) => watch(&reference, &limits, &outcomes).into(),
        _ => Vec::new(),
    };
    let told = charts.iter().map(|one| chart_told(one, held.monitored));
    (told.collect(), edge_told(held, &charts))
}

fn chart_told(chart: &Watched, trades: &[Trade]) -> ChartTold {
    let date = |n: usize| trades.get(n).and_then(exit_date);
    let alarm = |alarm: &stats::sequential::Alarm| {
        Some(AlarmTold {
            began: date(alarm.began)?,
            raised: date(alarm.raised)?,
            ended: alarm.ended.and_then(date),
        })
    };
    ChartTold {
        chart: chart.chart.as_str().to_owned(),
        value: chart.now(),
        limit: chart.limit,
        alarms: chart.alarms.iter().filter_map(alarm).collect(),
    }
}

fn edge_told(held: &Held<'_>, charts: &[Watched]) -> EdgeTold {
    let baseline = held.unit.told(held.baseline);
    let mut why = Vec::new();
    let nothing = |state, why| EdgeTold {
        state,
        why,
        changed_on: None,
        since: None,
    };
    if held.limits.is_none() {
        why.push(format!(
            "the baseline has {} trades; {MIN_BASELINE} are the fewest that limits can be drawn from. It stays frozen: begin anew with a longer one, --reviews NEW --baseline-to LATER",
            baseline.trades
        ));
        return nothing(State::TooFewTrades, why);
    }
    let standing: Vec<(&Watched, usize)> = charts
        .iter()
        .filter_map(|chart| Some((chart, chart.standing()?.began)))
        .collect();
    // The chart that spoke first dates the change: one that joined later may look back to an older, unrelated zero.
    let first = standing
        .iter()
        .min_by_key(|(chart, began)| (chart.standing().map(|alarm| alarm.raised), *began));
    let began = first.map(|(_, began)| *began);
    let since = began.and_then(|began| held.monitored.get(began..));
    let changed_on = since.and_then(|since| exit_date(since.first()?));
    let since = since.map(|since| held.unit.told(since));
    for (chart, _) in &standing {
        why.push(alarm_words(chart, held.monitored));
    }
    why.extend(losing_run_words(held, &baseline));
    let shown = baseline.expectancy_95.is_some_and(|limit| limit.low > 0.0);
    let state = if !shown {
        why.insert(0, not_shown_words(held.unit, &baseline));
        State::NotShown
    } else if let Some(since) = &since {
        why.insert(0, since_words(held.unit, since));
        let gone = (|| {
            let mean = held.unit.expectancy(since)?;
            let old = held.unit.expectancy(&baseline)?;
            Some(gone(since.trades, mean, since.expectancy_95?.high, old))
        })();
        if gone == Some(true) {
            State::Gone
        } else {
            State::Degrading
        }
    } else if held.monitored.len() < MIN_MONITORED {
        why.insert(0, format!(
            "{} trades have closed since the baseline; {MIN_MONITORED} are the fewest that say anything",
            held.monitored.len()
        ));
        State::TooFewTrades
    } else {
        why.insert(
            0,
            format!(
                "no chart stands beyond its limit after {} monitored trades",
                held.monitored.len()
            ),
        );
        State::Intact
    };
    if let Some(limits) = held
        .limits
        .filter(|limits| held.monitored.len() > limits.horizon_trades)
    {
        why.push(format!(
            "the limits were drawn for {} trades and {} came: the chance of a false alarm is above 5 % by now",
            limits.horizon_trades,
            held.monitored.len()
        ));
    }
    EdgeTold {
        state,
        why,
        changed_on,
        since,
    }
}

fn alarm_words(chart: &Watched, trades: &[Trade]) -> String {
    let date = |n: usize| {
        let date = trades.get(n).and_then(exit_date);
        date.map_or_else(
            || "an unknown date".to_owned(),
            |date: Date| date.to_string(),
        )
    };
    let alarm = chart.standing();
    let (raised, began) = alarm.map_or((0, 0), |alarm| (alarm.raised, alarm.began));
    format!(
        "the chart of {} passed its limit on {}; the change began about {}",
        chart.chart.as_str(),
        date(raised),
        date(began)
    )
}

/// In R, or in dollars.
fn amount(unit: Unit, value: f64) -> String {
    match unit {
        // What rounds to nothing has no sign.
        Unit::R => format!("{:.2} R", if value.abs() < 0.005 { 0.0 } else { value }),
        Unit::Return => crate::dollars::signed_dollars(value),
    }
}

fn interval_words(unit: Unit, told: &TradesTold) -> String {
    match (unit.expectancy(told), told.expectancy_95) {
        (Some(mean), Some(limit)) => format!(
            "{} a trade (95 %: {} to {})",
            amount(unit, mean),
            amount(unit, limit.low),
            amount(unit, limit.high)
        ),
        (Some(mean), None) => format!("{} a trade, without an interval", amount(unit, mean)),
        (None, _) => "nothing that can be told".to_owned(),
    }
}

fn not_shown_words(unit: Unit, baseline: &TradesTold) -> String {
    format!(
        "the baseline's {} trades made {}, which is not above zero for sure: there is no edge to lose yet",
        baseline.trades,
        interval_words(unit, baseline)
    )
}

fn since_words(unit: Unit, since: &TradesTold) -> String {
    format!(
        "the {} trades since the change made {}",
        since.trades,
        interval_words(unit, since)
    )
}

/// The longest losing run with its chance, which needs no chart.
fn losing_run_words(held: &Held<'_>, baseline: &TradesTold) -> Option<String> {
    let longest = TradesTold::of(held.monitored).longest_losing_run;
    let count = held.monitored.len();
    let chance = chance_of_losing_run(longest, count, baseline.win_rate?)?;
    (longest > 0).then(|| {
        format!(
            "longest losing run {longest} of {count}: at the baseline's win rate one as long or longer has a chance of {:.0} %",
            chance * 100.0
        )
    })
}
