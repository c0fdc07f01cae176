//! The date of a sheet: a session, on the tape, after the warm-up.

use chrono::Days;
use market::{Bars, Date, Interval, Snapshot, calendar};
use tape::{Sort, Tape};

use crate::error::Error;
use crate::needs::is_finer;
use crate::scenario::Scenario;

/// The first and the last date of the instrument's bars, or of finer ones that make them.
fn span(scenario: &Scenario, tape: &Tape) -> Result<Option<(Date, Date)>, Error> {
    let (symbol, interval) = (&scenario.instrument.symbol, scenario.instrument.interval);
    let entries = tape.catalog()?;
    let bars = || {
        let named = |name: &Option<String>| name.as_ref().is_none_or(|name| name == symbol);
        let of_symbol = entries.iter();
        of_symbol.filter(move |entry| entry.sort == Sort::Bars && named(&entry.name))
    };
    let dates = |want: &dyn Fn(Interval) -> bool| {
        let of_interval = bars().filter(|entry| entry.interval.is_some_and(want));
        let spans = of_interval.filter_map(|entry| entry.first.zip(entry.last));
        spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    };
    let own = dates(&|held| held == interval);
    Ok(own.or_else(|| dates(&|held| is_finer(held, interval))))
}

/// The date that was asked for, if it is a session inside the instrument's bars; else their last one.
pub(super) fn chosen(scenario: &Scenario, tape: &Tape, on: Option<Date>) -> Result<Date, Error> {
    let (symbol, interval) = (&scenario.instrument.symbol, scenario.instrument.interval);
    on.map_or(Ok(()), is_session)?;
    let Some((first, last)) = span(scenario, tape)? else {
        return Err(Error::fit(
            format!("the tape has no {interval} bars of {symbol}"),
            "`stormproof tape list` shows what it holds",
        ));
    };
    let on = on.unwrap_or(last);
    if on < first || on > last {
        return Err(Error::fit(
            format!(
                "{on} lies outside the tape: its {interval} bars of {symbol} are {first} to {last}"
            ),
            format!("choose a date inside, or leave --on away for {last}"),
        ));
    }
    Ok(on)
}

/// Refuses a date without trading, with the sessions beside it.
pub(crate) fn is_session(on: Date) -> Result<(), Error> {
    let Some(closure) = calendar::why_closed(on) else {
        return Ok(());
    };
    // No closure lasts longer than a fortnight, 1933 aside.
    let beside = |step: fn(Date, Days) -> Option<Date>| {
        let days = (1..=14).filter_map(|n| step(on, Days::new(n)));
        days.into_iter().find(|&day| calendar::is_session(day))
    };
    let before = beside(Date::checked_sub_days).map(|day| format!("the one before is {day}"));
    let after = beside(Date::checked_add_days).map(|day| format!("the next one is {day}"));
    let beside: Vec<String> = before.into_iter().chain(after).collect();
    let beside = if beside.is_empty() {
        "choose a day of trading".to_owned()
    } else {
        beside.join(", ")
    };
    Err(Error::fit(
        format!("{on} is no session ({closure})"),
        beside,
    ))
}

/// Refuses a row at which some part of the plan cannot be judged yet.
pub(super) fn warm(
    scenario: &Scenario,
    bars: &Bars,
    snapshot: &Snapshot,
    row: usize,
) -> Result<(), Error> {
    let lacking = lacking(scenario, bars, snapshot, row);
    let Some((first, _)) = lacking.first() else {
        return Ok(());
    };
    let own = bars.session()[row] as usize;
    let date = |ordinal: usize| snapshot.sessions.get(ordinal).map(|session| session.date);
    let on = date(own).map(|on| on.to_string()).unwrap_or_default();
    let missing = lacking.iter().map(|(_, sessions)| *sessions).max();
    let help = match missing.and_then(|missing| date(own + missing)) {
        Some(warm) => format!(
            "the first date it can be judged on is {warm}, if the tape lacks no session until then"
        ),
        None => "import earlier bars".to_owned(),
    };
    Err(Error::fit(
        format!("on {on} the plan is not warm yet: {first}"),
        help,
    ))
}

/// What of the warm-up is not there before the session of `row`, each with how many sessions are missing.
fn lacking(
    scenario: &Scenario,
    bars: &Bars,
    snapshot: &Snapshot,
    row: usize,
) -> Vec<(String, usize)> {
    let needed = scenario.rules().warm_up(bars.interval);
    let (own, interval) = (bars.session()[row], bars.interval);
    let before = bars.session().partition_point(|&session| session < own);
    let a_session = match interval {
        Interval::Day => 1,
        Interval::Minutes(minutes) => (390 / usize::from(minutes.max(1))).max(1),
    };
    // No farther than needed: a tape may hold years of minutes.
    let sessions = bars.session()[..before].chunk_by(|a, b| a == b);
    let mut asked = vec![
        (needed.bars, before, format!("{interval} bars"), a_session),
        (
            needed.own_sessions,
            sessions.take(needed.own_sessions).count(),
            format!("sessions of {interval} bars"),
            1,
        ),
    ];
    if let Some(days) = snapshot.bars_of(&bars.symbol, Interval::Day)
        && interval != Interval::Day
    {
        let found = days.session().partition_point(|&session| session < own);
        asked.push((needed.sessions, found, "daily bars".to_owned(), 1));
    }
    asked.retain(|(needed, found, ..)| found < needed);
    let said = asked.into_iter().map(|(needed, found, what, a_session)| {
        let symbol = &bars.symbol;
        let text = format!("it needs {needed} {what} of {symbol} before, the tape has {found}");
        (text, (needed - found).div_ceil(a_session))
    });
    said.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_without_trading_names_those_beside_it() {
        let refused = |y, m, d| match is_session(Date::from_ymd_opt(y, m, d).unwrap()) {
            Err(Error::Fit { message, help }) => format!("{message}; {help}"),
            other => panic!("{other:?}"),
        };
        // Independence Day 2022 was a Monday.
        let said = refused(2022, 7, 4);
        assert!(said.starts_with("2022-07-04 is no session"), "{said}");
        assert!(
            said.ends_with("; the one before is 2022-07-01, the next one is 2022-07-05"),
            "{said}"
        );
        assert!(refused(1066, 10, 14).ends_with("choose a day of trading"));
        assert!(is_session(Date::from_ymd_opt(2022, 7, 5).unwrap()).is_ok());
    }
}
