//! A plan's data, opened once, and cut off anew for every review.

use market::{Date, Origin, Series, Snapshot, Trade};
use stats::sequential::{Limits, Outcome};
use tape::{Sort, Tape, Want};

use crate::cut::truncated;
use crate::error::Error;
use crate::fingerprint::fingerprint;
use crate::load::{self, Loaded};
use crate::outcome::RegimeRun;
use crate::regimes::Regime;
use crate::scenario::Scenario;
use crate::stage::Stage;

/// What reviews are made of.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeskOptions {
    /// First date of the history; the first on which the plan is warm if absent or earlier.
    pub since: Option<Date>,
    /// Threads that read; 0 takes one a core.
    pub threads: usize,
}

/// Makes reviews of one plan on one tape.
pub struct Desk<'a> {
    pub(super) scenario: Scenario,
    pub(super) regimes: Vec<Regime>,
    pub(super) tape: &'a Tape,
    /// From the first session on which the plan is warm to the tape's last.
    pub(super) whole: Regime,
    pub(super) options: DeskOptions,
    loaded: Loaded,
    pub(super) weights: Vec<Series>,
    /// The limits that were drawn last, and for which baseline and horizon: reviews in a row share them.
    pub(super) drawn: Option<(Vec<Outcome>, usize, Limits)>,
}

/// A plan's data as they were known at a session's close.
pub(super) struct Known {
    pub(super) loaded: Loaded,
    pub(super) as_of: Date,
}

impl<'a> Desk<'a> {
    /// Reads what the plan needs, of its whole history on the tape.
    ///
    /// # Errors
    /// As [`load`](crate::load()), and a history that `since` leaves nothing of.
    pub fn open(
        scenario: &Scenario,
        regimes: &[Regime],
        tape: &'a Tape,
        options: DeskOptions,
    ) -> Result<Self, Error> {
        let mut whole = crate::history::history([scenario], &[], tape)?;
        if let Some(since) = options.since {
            if since > whole.to {
                return Err(Error::fit(
                    format!(
                        "the history would begin on {since}, after the tape's last session {}",
                        whole.to
                    ),
                    "name an earlier date: --since",
                ));
            }
            whole.from = whole.from.max(since);
        }
        let whole = Regime::named("history", whole.from, whole.to);
        let loaded = load::read(
            scenario,
            std::slice::from_ref(&whole),
            tape,
            options.threads,
        )?;
        let weights = weights(&scenario.instrument.symbol, tape)?;
        Ok(Self {
            scenario: scenario.clone(),
            regimes: regimes.to_vec(),
            tape,
            whole,
            options,
            loaded,
            weights,
            drawn: None,
        })
    }

    /// Whether its prices are real.
    pub(super) fn origin(&self) -> Origin {
        self.loaded.snapshot.origin.clone()
    }

    /// First session of the history and last session of the tape.
    pub fn span(&self) -> (Date, Date) {
        (self.whole.from, self.whole.to)
    }

    /// The last session on or before `date`, if the history reaches there.
    ///
    /// # Errors
    /// A date before or beyond the history, which is named.
    pub fn session_by(&self, date: Date) -> Result<Date, Error> {
        let (first, last) = self.span();
        let sessions = &self.loaded.snapshot.sessions;
        let outside = |what: &str, help: &str| {
            Err(Error::fit(
                format!(
                    "a review as of {date} {what}: the plan's history on this tape is {first} to {last}"
                ),
                help,
            ))
        };
        if date > last {
            return outside(
                "is beyond the tape",
                "import what came since, or review an earlier date: --as-of",
            );
        }
        let found = sessions
            .on_or_after(date.succ_opt().unwrap_or(date))
            .checked_sub(1)
            .and_then(|ordinal| sessions.get(ordinal))
            .map(|session| session.date);
        match found.filter(|&found| found > first) {
            Some(found) => Ok(found),
            None => outside(
                "is older than the tape",
                "import more history, or review a later date: --as-of",
            ),
        }
    }

    /// The data as they were known at the close of `as_of`, found fit for the history up to then.
    pub(super) fn known(&self, as_of: Date) -> Result<Known, Error> {
        let sessions = &self.loaded.snapshot.sessions;
        let session = sessions.on(as_of).and_then(|ordinal| sessions.get(ordinal));
        let close = session.map(|session| session.close).ok_or_else(|| {
            Error::fit(
                format!("{as_of} is no session"),
                "name a day on which the exchange was open",
            )
        })?;
        let snapshot = truncated(&self.loaded, close)?;
        let known = Loaded {
            fingerprint: fingerprint(&dated(&snapshot, as_of)),
            snapshot,
            warnings: Vec::new(),
            resampled: self.loaded.resampled.clone(),
        };
        let history = self.history(as_of);
        let loaded = load::found_fit(
            known,
            &self.scenario,
            std::slice::from_ref(&history),
            self.tape,
        )
        .map_err(|error| match error {
            Error::Fit { message, help } => Error::fit(
                message,
                format!("{help}; or begin the history later: --since"),
            ),
            other => other,
        })?;
        Ok(Known { loaded, as_of })
    }

    /// Sessions after `from` up to `to`.
    pub(super) fn sessions_within(&self, from: Date, to: Date) -> usize {
        let sessions = &self.loaded.snapshot.sessions;
        let after = |date: Date| sessions.on_or_after(date.succ_opt().unwrap_or(date));
        after(to).saturating_sub(after(from))
    }

    /// The whole history up to a date.
    pub(super) fn history(&self, as_of: Date) -> Regime {
        Regime::named("history", self.whole.from, as_of)
    }

    /// Every trade of the history that had closed by `as_of`, and the data's fingerprint.
    pub(super) fn closed_by(&self, as_of: Date) -> Result<(Vec<Trade>, String), Error> {
        let known = self.known(as_of)?;
        let stage = Stage::build(&self.scenario, &known.loaded)?;
        let run = stage.regime(&self.history(as_of))?;
        Ok((closed(&run), known.loaded.fingerprint))
    }
}

/// The trades that the plan itself had closed: one that was open at the window's end goes on, and its result is not known yet.
pub(super) fn closed(run: &RegimeRun) -> Vec<Trade> {
    let trades = run.ledger.trades.iter();
    let own = trades.filter(|trade| trade.exit_reason != market::ExitReason::WindowEnd);
    own.cloned().collect()
}

/// The snapshot without what is scheduled for later: a calendar that was extended since is no revision of the past.
fn dated(snapshot: &Snapshot, as_of: Date) -> Snapshot {
    let mut dated = snapshot.clone();
    for (_, events) in &mut dated.events {
        events.retain(|event| event.date <= as_of);
    }
    dated
}

/// The sector weights of a fund, as far as the tape has any.
fn weights(symbol: &str, tape: &Tape) -> Result<Vec<Series>, Error> {
    let prefix = format!("{symbol}_weight_");
    let entries = tape.catalog()?;
    let names = entries
        .into_iter()
        .filter(|entry| entry.sort == Sort::Series);
    let series: Vec<String> = names
        .filter_map(|entry| entry.name)
        .filter(|name| name.starts_with(&prefix))
        .collect();
    if series.is_empty() {
        return Ok(Vec::new());
    }
    let want = Want {
        series,
        ..Want::default()
    };
    Ok(tape.read(&want, 1)?.series)
}

/// Sessions of `window`.
pub(super) fn sessions_of(snapshot: &Snapshot, window: &Regime) -> Vec<Date> {
    let sessions = snapshot.sessions.as_slice();
    let first = snapshot.sessions.on_or_after(window.from);
    let rest = sessions.get(first..).unwrap_or_default().iter();
    rest.map(|session| session.date)
        .take_while(|date| *date <= window.to)
        .collect()
}
