//! What a profile reads of a tape, as of a date, and its columns.

use std::sync::atomic::AtomicBool;

use indicators::SplitBasis;
use market::{Bars, Date, Fields, Interval, Origin, Series, Snapshot};
use signals::{Columns, Inputs, Profile, Published};
use strategies::calendar::EARNINGS;
use tape::{BarWant, ClosePrices, Tape, Want};

use super::lacking::{Feed, feeds};
use super::profile::NamedProfile;
use crate::breadth::{BreadthOptions, UniverseBreadth, universe_breadth};
use crate::error::Error;
use crate::plan::is_session;

/// A universe counts from so many members on; with fewer a share says little.
const LEAST_MEMBERS: u32 = 20;
/// The average that members are counted above, closes.
const AVERAGE: usize = 50;

/// Which sessions are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// The tape's last.
    Last,
    /// This one.
    On(Date),
    /// All from the first to the last, both included.
    Range {
        /// The first date, a session or not.
        from: Date,
        /// The last date, a session or not.
        to: Date,
    },
}

impl AsOf {
    /// The last date that is read; `None` reads all.
    const fn until(self) -> Option<Date> {
        match self {
            AsOf::Last => None,
            AsOf::On(date) | AsOf::Range { to: date, .. } => Some(date),
        }
    }
}

/// How to read.
#[derive(Clone, Copy, Debug)]
pub struct DeskOptions<'a> {
    /// Threads for counting breadth; 0 takes one a core. They do not show in the result.
    pub threads: usize,
    /// Raised to stop.
    pub stop: &'a AtomicBool,
}

/// A profile's columns on a tape, up to a date: nothing later was read of bars, and nothing later is seen of series.
#[derive(Clone, Debug)]
pub struct SignalDesk {
    /// The profile.
    pub profile: NamedProfile,
    /// The tape.
    pub tape: String,
    /// Real or simulated, of all that was read.
    pub origin: Origin,
    /// What holds of every session: kinds of events the tape lacks, what breadth was counted from.
    pub notes: Vec<String>,
    pub(super) snapshot: Snapshot,
    pub(super) asked: AsOf,
    /// A date a row.
    pub(super) dates: Vec<Date>,
    /// The share basis of the symbol's bars.
    pub(super) basis: SplitBasis,
    pub(super) columns: Columns,
    pub(super) feeds: Vec<Feed>,
}

impl SignalDesk {
    /// Reads what `profile` names and the tape holds, up to the last date of `asked`, and computes every column.
    ///
    /// A benchmark, series or kind of event that the tape lacks is unknown, and said; the symbol's bars must be there.
    ///
    /// # Errors
    /// [`Error::Fit`] for a day without trading (with the sessions beside it), a date outside the tape or a bar it lacks, and for a
    /// universe it lacks; [`Error::Tape`] without bars of the symbol; [`Error::Interrupted`].
    pub fn open(
        profile: NamedProfile,
        tape: &Tape,
        asked: AsOf,
        options: DeskOptions<'_>,
    ) -> Result<Self, Error> {
        if let AsOf::On(date) = asked {
            is_session(date)?;
        }
        let wanted = want(&profile.profile, tape, asked.until())?;
        let snapshot = tape.read(&wanted, 1)?;
        let counted = counted(&profile, tape, options)?;
        let symbol = profile.profile.symbol.clone();
        let nothing = || none_by_then(tape, &symbol, asked);
        let bars = snapshot.bars_of(&symbol, Interval::Day);
        let bars = bars.filter(|bars| !bars.is_empty()).ok_or_else(nothing)?;
        let dates = dates_of(bars, &snapshot);
        if let AsOf::On(date) = asked
            && dates.last() != Some(&date)
        {
            return Err(none_by_then(tape, &symbol, asked));
        }
        let Some(mut inputs) = Inputs::of_snapshot(&profile.profile, &snapshot) else {
            return Err(nothing());
        };
        if let Some((series, _)) = &counted {
            let published = Published::of_series(series, bars, &snapshot.sessions, 1);
            inputs.breadth = Some(published);
        }
        let basis = inputs.basis.clone();
        let columns = Columns::compute(&profile.profile, &inputs);
        let feeds = feeds(&profile.profile, &inputs, &snapshot, counted.as_ref());
        let mut notes = notes(&snapshot, &wanted);
        let mut origin = snapshot.origin.clone();
        if let Some((_, universe)) = &counted {
            notes.push(counted_note(&profile, universe));
            if origin == Origin::Real {
                origin = universe.origin.clone();
            }
        }
        notes.extend(tape.unfinished());
        Ok(Self {
            tape: tape.name(),
            profile,
            origin,
            notes,
            asked,
            dates,
            basis,
            columns,
            feeds,
            snapshot,
        })
    }

    /// The symbol's daily bars.
    pub(super) fn bars(&self) -> Option<&Bars> {
        let symbol = &self.profile.profile.symbol;
        self.snapshot.bars_of(symbol, Interval::Day)
    }

    /// The last row: the session asked for, unless a range was.
    pub(super) fn last_row(&self) -> Option<usize> {
        self.dates.len().checked_sub(1)
    }

    /// The rows of the range asked for.
    ///
    /// # Errors
    /// [`Error::Fit`] if the tape has no session in it.
    pub(super) fn rows(&self, tape: &Tape) -> Result<std::ops::Range<usize>, Error> {
        let (from, to) = match (self.asked, self.dates.last()) {
            (AsOf::Range { from, to }, _) => (from, to),
            (AsOf::On(date), _) => (date, date),
            (AsOf::Last, last) => (last.copied().unwrap_or_default(), Date::MAX),
        };
        let rows =
            self.dates.partition_point(|&d| d < from)..self.dates.partition_point(|&d| d <= to);
        if rows.is_empty() {
            let symbol = &self.profile.profile.symbol;
            return Err(none_by_then(tape, symbol, AsOf::Range { from, to }));
        }
        Ok(rows)
    }
}

/// Only what the analyzer looks at: no later bar, no column it does not use, no series or kind the tape lacks.
fn want(profile: &Profile, tape: &Tape, until: Option<Date>) -> Result<Want, Error> {
    let bars = |symbol: &str, fields| BarWant::daily(symbol, fields, until);
    let (symbol, benchmark) = (&profile.symbol, &profile.benchmark);
    let mut want = Want {
        bars: vec![bars(symbol, Fields::ALL)],
        dividends: vec![symbol.clone()],
        splits: vec![symbol.clone()],
        events: tape.event_kinds()?,
        ..Want::default()
    };
    if tape.intervals_of(benchmark)?.contains(&Interval::Day) {
        let fields = Fields::HIGH.and(Fields::LOW).and(Fields::CLOSE);
        want.bars.push(bars(benchmark, fields));
        want.splits.push(benchmark.clone());
    }
    let named = profile.series().into_iter();
    want.series = named
        .filter(|name| tape.has_series(name))
        .map(str::to_owned)
        .collect();
    Ok(want)
}

/// Breadth of the profile's universe as a series known at the close, if it names one.
fn counted(
    profile: &NamedProfile,
    tape: &Tape,
    options: DeskOptions<'_>,
) -> Result<Option<(Series, UniverseBreadth)>, Error> {
    let Some(universe) = profile.universe() else {
        return Ok(None);
    };
    let breadth = indicators::Breadth {
        averages: vec![AVERAGE],
        extremes: None,
        min_members: LEAST_MEMBERS,
    };
    let options = BreadthOptions {
        threads: options.threads,
        stop: options.stop,
    };
    let counted = universe_breadth(tape, universe, &breadth, options)?;
    let name = format!("{universe}_above{AVERAGE}");
    let series = counted.series(universe).into_iter();
    let found = series.into_iter().find(|series| series.name == name);
    let series = found.unwrap_or_else(|| Series {
        name,
        ..Series::default()
    });
    Ok(Some((series, counted)))
}

fn counted_note(profile: &NamedProfile, universe: &UniverseBreadth) -> String {
    let name = profile.universe().unwrap_or_default();
    let mut text = format!(
        "breadth is counted from the {} symbols of the universe {name}, unknown with fewer than {LEAST_MEMBERS} of them",
        universe.symbols
    );
    if !universe.point_in_time {
        text.push_str("; without a record of membership those left today flatter the past");
    }
    if universe.prices == ClosePrices::Adjusted {
        text.push_str("; closes less dividends");
    }
    text
}

fn dates_of(bars: &Bars, snapshot: &Snapshot) -> Vec<Date> {
    let date = |&ordinal: &u32| snapshot.sessions.get(ordinal as usize).map(|s| s.date);
    bars.session().iter().filter_map(date).collect()
}

fn notes(snapshot: &Snapshot, want: &Want) -> Vec<String> {
    let mut notes = Vec::new();
    if want.events.is_empty() {
        notes.push(format!(
            "the tape has no event calendar: of what is ahead only the {EARNINGS} season, a rule of the calendar, is known"
        ));
    }
    for symbol in &want.dividends {
        if snapshot.dividends_of(symbol).is_none() {
            notes.push(format!(
                "the tape has no dividend records of {symbol}: ex-dates are unknown"
            ));
        }
    }
    notes
}

/// Why there is no bar: told from all of the bars, which only an error needs.
fn none_by_then(tape: &Tape, symbol: &str, asked: AsOf) -> Error {
    let want = Want {
        bars: vec![BarWant::daily(symbol, Fields::CLOSE, None)],
        ..Want::default()
    };
    let whole = match tape.read(&want, 1) {
        Ok(whole) => whole,
        Err(error) => return error.into(),
    };
    let bars = whole.bars_of(symbol, Interval::Day);
    let dates = bars.map(|bars| dates_of(bars, &whole)).unwrap_or_default();
    let (Some(first), Some(last)) = (dates.first(), dates.last()) else {
        return Error::fit(
            format!("the tape {} has no daily bar of {symbol}", tape.name()),
            "`stormproof tape list` shows what a tape holds",
        );
    };
    let held = format!("its daily bars of {symbol} are {first} to {last}");
    let inside = "choose dates inside, or leave --on away for the last session";
    match asked {
        AsOf::On(date) if *first < date && date < *last => {
            let at = dates.partition_point(|&d| d < date);
            let beside = |i: Option<usize>| i.and_then(|i| dates.get(i)).map(Date::to_string);
            let (before, after) = (beside(at.checked_sub(1)), beside(Some(at)));
            Error::fit(
                format!("the tape lacks the session {date} of {symbol}; {held}"),
                format!(
                    "it has {} and {} beside it; import the bar, or choose one of these",
                    before.unwrap_or_default(),
                    after.unwrap_or_default()
                ),
            )
        }
        AsOf::On(date) => Error::fit(format!("{date} lies outside the tape: {held}"), inside),
        AsOf::Range { from, to } => Error::fit(
            format!("no session of the tape lies in {from} to {to}: {held}"),
            inside,
        ),
        AsOf::Last => Error::fit(format!("nothing to read: {held}"), inside),
    }
}
