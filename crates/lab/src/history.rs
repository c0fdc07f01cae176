//! *History*: all of a tape outside the regimes.

use market::{Date, Interval, SessionTable};
use tape::{Sort, Tape};

use crate::error::Error;
use crate::regimes::Regime;
use crate::scenario::Scenario;

/// All of the tape's bars of the plan's instrument outside `regimes`, from the first session on which all of `plans` are
/// warm.
///
/// # Errors
/// A tape without such bars, or with too few of them to leave any history.
pub fn history<'a>(
    plans: impl IntoIterator<Item = &'a Scenario>,
    regimes: &[Regime],
    tape: &Tape,
) -> Result<Regime, Error> {
    let mut needed = 0;
    let mut instrument = None;
    let mut options_ready = None;
    for plan in plans {
        needed = needed.max(sessions_to_warm(plan));
        options_ready = options_ready.max(crate::options::ready_from(plan, tape)?);
        instrument.get_or_insert(&plan.instrument);
    }
    let instrument = instrument.ok_or_else(|| Error::fit("no plan was given", "name one"))?;
    let (symbol, interval) = (&instrument.symbol, instrument.interval);
    let (first, last) = span(tape, symbol, interval)?.ok_or_else(|| {
        Error::fit(
            format!("the tape holds no {interval} bars of {symbol}"),
            "`stormproof tape list` shows what it holds",
        )
    })?;
    let sessions = SessionTable::covering(first, last);
    let all = sessions.as_slice();
    let warm = all.get(sessions.on_or_after(first) + needed);
    let begins = match (warm, options_ready) {
        (Some(warm), Some(ready)) if ready > warm.date => all.get(sessions.on_or_after(ready)),
        (warm, _) => warm,
    };
    let history = begins.map(|session| Regime::history(session.date, last, regimes));
    history
        .filter(|history| !history.spans().is_empty())
        .ok_or_else(|| {
            Error::fit(
                format!(
                    "the {interval} bars of {symbol} ({first} to {last}) leave no history: the plan needs {needed} sessions to warm up, and the regimes are left out"
                ),
                "import more history, or search in the regimes themselves: --on regimes",
            )
        })
}

/// First and last date of the instrument's bars; of finer ones where the tape has none of the plan's interval.
pub(crate) fn span(
    tape: &Tape,
    symbol: &str,
    interval: Interval,
) -> Result<Option<(Date, Date)>, Error> {
    let entries = tape.catalog()?;
    let bars = entries.iter().filter(|entry| {
        entry.sort == Sort::Bars && entry.name.as_ref().is_none_or(|name| name == symbol)
    });
    let usable = bars.filter_map(|entry| {
        let held = entry.interval?;
        let makes = held == interval || (held < interval && held.divides(interval));
        makes.then_some((held == interval, entry.first?, entry.last?))
    });
    // The very interval first; of finer ones the longest.
    Ok(usable
        .max_by_key(|&(own, first, last)| (own, last - first))
        .map(|(_, first, last)| (first, last)))
}

/// Sessions before the first on which the plan can decide: enough for its bars, its own sessions and its days.
fn sessions_to_warm(plan: &Scenario) -> usize {
    let interval = plan.instrument.interval;
    let needed = plan.rules().warm_up(interval);
    let bars_a_session = match interval {
        Interval::Day => 1,
        // A half day has three and a half hours.
        Interval::Minutes(minutes) => (210 / minutes as usize).max(1),
    };
    let by_bars = needed.bars.div_ceil(bars_a_session);
    by_bars.max(needed.own_sessions).max(needed.sessions)
}
