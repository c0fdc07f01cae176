//! Which sessions are replayed: those of the log, and enough around them.

use std::ops::RangeInclusive;

use journal::RoundTrip;
use market::{Date, SessionTable};
use tape::Tape;

use super::DiagnoseOptions;
use super::ground::{Ground, Placed, TOLERANCE_SESSIONS};
use super::pairs::pairs;
use crate::error::Error;
use crate::history::{history, span};
use crate::outcome::RegimeRun;
use crate::regimes::Regime;
use crate::scenario::Scenario;
use crate::stage::Stage;

/// Sessions replayed beyond the log's last exit, so that a trade that was left early is seen to its planned end.
const AFTER: usize = 60;

/// The windows of a log.
pub(super) struct Span {
    /// First session compared.
    pub(super) from: Date,
    /// Last session compared.
    pub(super) to: Date,
    /// From the session before the first entry, whose close decides it.
    narrow: Regime,
    /// From so much earlier that a late first entry finds the plan's; the same as `narrow` where dates were named.
    pub(super) widest: Regime,
    /// The tape before the log, or why there is none to speak of.
    pub(super) before: Result<Regime, String>,
}

impl Span {
    pub(super) fn of(
        trips: &[RoundTrip],
        scenario: &Scenario,
        tape: &Tape,
        options: &DiagnoseOptions<'_>,
    ) -> Result<Self, Error> {
        let first = trips
            .iter()
            .filter_map(|t| t.entry_time.exchange_date())
            .min();
        let last = trips
            .iter()
            .filter_map(|t| t.exit_time.exchange_date())
            .max();
        let (first, last) = first.zip(last).ok_or_else(|| {
            Error::fit(
                "the log's times lie outside every calendar",
                "correct its dates",
            )
        })?;
        let (from, to) = (options.from.unwrap_or(first), options.to.unwrap_or(last));
        let history = history([scenario], &[], tape);
        let earliest = history.as_ref().ok().map(|history| history.from);
        let instrument = &scenario.instrument;
        let end = span(tape, &instrument.symbol, instrument.interval)?.map(|(_, end)| end);
        let sessions = SessionTable::covering(from, to);
        let ends = match options.to {
            Some(to) => to,
            None => padded_end(&sessions, to, end),
        };
        let begins = |pad| match options.from {
            Some(from) => from,
            None => padded_start(&sessions, from, pad, earliest),
        };
        let regime = |pad| Regime::unnamed(begins(pad), ends);
        let widest = regime(TOLERANCE_SESSIONS + 1);
        let before = match history {
            Ok(history) => earlier(history.from, widest.from),
            Err(error) => Err(format!(
                "the tape before the log is too short to say what was to be expected: {error}"
            )),
        };
        Ok(Self {
            from,
            to,
            narrow: regime(1),
            widest,
            before,
        })
    }

    /// The plan over the log. Begun early enough for a late first entry only if that pairs the first trade: otherwise the plan
    /// might be held to be busy with a trade from before the log.
    pub(super) fn replayed(
        &self,
        stage: &Stage<'_>,
        ground: &Ground<'_>,
        logged: &[Placed<&RoundTrip>],
    ) -> Result<RegimeRun, Error> {
        let paired = |run: &RegimeRun| {
            let planned: Vec<_> = run
                .ledger
                .trades
                .iter()
                .filter_map(|t| ground.planned(t))
                .collect();
            pairs(logged, &planned).first().is_some_and(Option::is_some)
        };
        let narrow = stage.regime(&self.narrow)?;
        if self.narrow == self.widest || paired(&narrow) {
            return Ok(narrow);
        }
        let wide = stage.regime(&self.widest)?;
        Ok(if paired(&wide) { wide } else { narrow })
    }
}

fn earlier(from: Date, begins: Date) -> Result<Regime, String> {
    match begins.pred_opt() {
        Some(to) if from < to => Ok(Regime::named("before the log", from, to)),
        _ => Err(
            "the tape begins with the log: what the plan was to be expected to make is not known"
                .to_owned(),
        ),
    }
}

/// `pad` sessions before `from`, but not before the plan can decide.
fn padded_start(sessions: &SessionTable, from: Date, pad: usize, earliest: Option<Date>) -> Date {
    let at = sessions.on_or_after(from);
    let date = match at.checked_sub(pad).and_then(|at| sessions.get(at)) {
        Some(session) => session.date,
        // The first sessions of the table's first year: a week is as many.
        None => from - chrono::TimeDelta::days(2 + 2 * pad as i64),
    };
    // A log that begins before the plan is warm is refused by whoever loads it.
    match earliest {
        Some(earliest) if earliest <= from => date.max(earliest),
        _ => date,
    }
}

fn padded_end(sessions: &SessionTable, to: Date, end: Option<Date>) -> Date {
    let at = sessions.on_or_after(to);
    let date = sessions.get(at + AFTER).map_or(to, |session| session.date);
    match end {
        Some(end) => date.min(end).max(to),
        None => date,
    }
}

/// The sessions in which the plan's entries count: from the log's first entry to its last exit, or all that were named.
pub(super) fn sessions_of(
    logged: &[Placed<&RoundTrip>],
    run: &RegimeRun,
    ground: &Ground<'_>,
    options: &DiagnoseOptions<'_>,
) -> RangeInclusive<u32> {
    let sessions = ground.stage.calendar();
    let ordinal = |date: Date| sessions.on_or_after(date) as u32;
    let first = logged
        .iter()
        .map(|t| t.entry.session)
        .min()
        .unwrap_or(u32::MAX);
    let last = logged.iter().map(|t| t.exit.session).max().unwrap_or(0);
    let from = options.from.map_or(first, |_| ordinal(run.regime.from));
    let to = options.to.map_or(last, |_| ordinal(run.regime.to));
    from..=to
}
