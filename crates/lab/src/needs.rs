//! What a scenario needs of a tape, and what must be made of what the tape has.

use chrono::Days;
use engine::Intrabar;
use market::{Date, Fields, Interval, ResampleError, Snapshot, Time, resample, resample_known};
use signals::{BreadthSource, Profile};
use strategies::Edge;
use strategies::calendar::EARNINGS;
use strategies::filters::reference_interval;
use strategies::rules::{Reads, SymbolReads};
use tape::{BarWant, Tape, Want};

use crate::error::Error;
use crate::events;
use crate::options::OptionRules;
use crate::regimes::Regime;
use crate::scenario::Scenario;

/// Bars that the tape lacks and that are made from finer ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resampled {
    /// The symbol.
    pub symbol: String,
    /// The interval that is read.
    pub from: Interval,
    /// The interval that is made.
    pub to: Interval,
}

/// What is read, and what is made of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Needs {
    /// What is read.
    pub want: Want,
    /// What is made, each from bars that are read.
    pub resampled: Vec<Resampled>,
}

impl Needs {
    /// These needs and those of `other`.
    #[must_use]
    pub(crate) fn and(mut self, other: Needs) -> Self {
        fn add<T: PartialEq>(to: &mut Vec<T>, more: Vec<T>) {
            for one in more {
                if !to.contains(&one) {
                    to.push(one);
                }
            }
        }
        for want in other.want.bars {
            let bars = &mut self.want.bars;
            let same = |w: &&mut BarWant| w.symbol == want.symbol && w.interval == want.interval;
            match bars.iter_mut().find(same) {
                Some(own) => {
                    own.fields = own.fields.and(want.fields);
                    own.from = own.from.min(want.from);
                    own.to = own.to.zip(want.to).map(|(a, b)| a.max(b));
                }
                None => bars.push(want),
            }
        }
        add(&mut self.want.series, other.want.series);
        add(&mut self.want.dividends, other.want.dividends);
        add(&mut self.want.splits, other.want.splits);
        add(&mut self.want.events, other.want.events);
        add(&mut self.resampled, other.resampled);
        self
    }
}

/// What to read: the instrument's prices from its first bar on (its ATR is recursive), volumes if the edge looks at them,
/// daily prices beside those of a plan within the session, finer ones around the windows if its fills ask for them; of filter symbols the prices
/// around the windows, and the records and series that are named.
///
/// # Errors
/// What listing the tape meets.
pub fn needs(scenario: &Scenario, regimes: &[Regime], tape: &Tape) -> Result<Needs, Error> {
    let (symbol, interval) = (&scenario.instrument.symbol, scenario.instrument.interval);
    let first = regimes.iter().map(|regime| regime.from).min();
    let mut needs = Gathered {
        tape,
        last: regimes.iter().map(|regime| regime.to).max(),
        needs: Needs::default(),
    };
    let reads = scenario.written.reads();
    let fields = if scenario.entry.edge.needs_volume() {
        Fields::ALL
    } else {
        Fields::OHLC.and(reads.own)
    };
    let clock = needs.bars(symbol, interval, fields, None)?;
    if interval != Interval::Day {
        // Of what the clock is made of, if the tape has no days: the same prices, seen whole.
        let days = Fields::OHLC.and(reads.days);
        needs.bars_else_from(symbol, Interval::Day, clock, days, None)?;
    }
    if scenario.fills.intrabar == Intrabar::Finer {
        needs.finer(symbol, interval, first)?;
    }
    let mut splits = vec![symbol.clone()];
    for other in scenario.filters.values().filter_map(|f| f.symbol.as_ref()) {
        // A change needs the session before; a fortnight holds one whatever the holidays.
        let from = first.and_then(|date| date.checked_sub_days(Days::new(14)));
        needs.reference(other, interval, from)?;
        if !splits.contains(other) {
            splits.push(other.clone());
        }
    }
    for other in &reads.symbols {
        needs.symbol_of_rules(other, symbol, interval, first)?;
        if !splits.contains(&other.symbol) {
            splits.push(other.symbol.clone());
        }
    }
    needs.needs.want.series = series(scenario, &reads);
    if reads.signals {
        needs.signals_of_rules(&scenario.written.signals, &mut splits)?;
    }
    let mut needs = needs.needs;
    needs.want.events = events::wanted(scenario, &reads, tape)?;
    needs.want.dividends = vec![symbol.clone()];
    needs.want.splits = splits;
    Ok(needs)
}

/// What to read for rules on a clock of their own, on which nothing is traded: the clock's prices from the first bar on, what the
/// rules name, and splits.
///
/// # Errors
/// What listing the tape meets; bars of another symbol within the session where the tape has days of it only.
pub(crate) fn of_rules(
    (symbol, interval): (&str, Interval),
    reads: &Reads,
    last: Option<Date>,
    tape: &Tape,
) -> Result<Needs, Error> {
    let mut needs = Gathered {
        tape,
        last,
        needs: Needs::default(),
    };
    let clock = needs.bars(symbol, interval, Fields::OHLC.and(reads.own), None)?;
    if interval != Interval::Day {
        let days = Fields::OHLC.and(reads.days);
        needs.bars_else_from(symbol, Interval::Day, clock, days, None)?;
    }
    let mut splits = vec![symbol.to_owned()];
    for other in &reads.symbols {
        // A change, too, is read from the first bar on: the window may begin there.
        needs.symbol_of_rules(other, symbol, interval, None)?;
        if !splits.contains(&other.symbol) {
            splits.push(other.symbol.clone());
        }
    }
    needs.needs.want.series.clone_from(&reads.series);
    if reads.signals {
        needs.signals_of_rules(&Profile::default(), &mut splits)?;
    }
    let mut needs = needs.needs;
    needs.want.events.clone_from(&reads.events);
    needs.want.events.retain(|kind| kind != EARNINGS);
    needs.want.splits = splits;
    Ok(needs)
}

/// The series that filters and the account name, each once.
fn series(scenario: &Scenario, reads: &Reads) -> Vec<String> {
    let of_filters = scenario.filters.values().filter(|f| f.symbol.is_none());
    let named = of_filters.filter_map(|f| f.series.as_ref());
    let mut series = Vec::new();
    for name in named
        .chain(&reads.series)
        .chain(&scenario.account.cash_rate)
        .cloned()
        .chain(of_options(scenario))
    {
        if !series.contains(&name) {
            series.push(name);
        }
    }
    series
}

/// The series that the edge ranks, and those that option prices are made from.
pub(crate) fn of_options(scenario: &Scenario) -> Vec<String> {
    let mut series = match &scenario.entry.edge {
        Edge::IronCondor(edge) => edge.series(),
        Edge::MeanReversion(_) | Edge::GapMomentum(_) | Edge::Rules(_) => Vec::new(),
    };
    let traded = scenario
        .options
        .as_ref()
        .filter(|_| scenario.structure.is_some());
    series.extend(traded.map(OptionRules::series).unwrap_or_default());
    series
}

/// The series that the breadth layer reads. A tape that lacks it leaves the layer unknown.
pub(crate) fn breadth_series(profile: &Profile) -> Option<String> {
    match &profile.breadth.source {
        BreadthSource::Series(name) => Some(name.clone()),
        BreadthSource::Universe(_) => None,
    }
}

struct Gathered<'a> {
    tape: &'a Tape,
    last: Option<Date>,
    needs: Needs,
}

impl Gathered<'_> {
    /// Asks for bars, from the nearest finer ones if the tape lacks them; returns what is read. Where it has
    /// neither, reading says so.
    fn bars(
        &mut self,
        symbol: &str,
        interval: Interval,
        fields: Fields,
        from: Option<Date>,
    ) -> Result<Interval, Error> {
        let held = self.tape.intervals_of(symbol)?;
        let finer = |held: &&Interval| is_finer(**held, interval);
        let source = held.iter().rev().find(finer).copied();
        let source = source.filter(|_| !held.contains(&interval));
        self.make(symbol, interval, source, fields, from);
        Ok(source.unwrap_or(interval))
    }

    /// Asks for the daily bars that the signal layers read, from the first on; of a benchmark that the tape lacks for none. The
    /// symbols come back.
    fn signals(&mut self, profile: &Profile) -> Result<Vec<String>, Error> {
        let mut symbols = vec![profile.symbol.clone()];
        self.bars(&profile.symbol, Interval::Day, Fields::ALL, None)?;
        if !self.tape.intervals_of(&profile.benchmark)?.is_empty() {
            self.bars(&profile.benchmark, Interval::Day, Fields::ALL, None)?;
            symbols.push(profile.benchmark.clone());
        }
        Ok(symbols)
    }

    /// Asks for all that words of the signal layers read, its symbols' splits among it.
    fn signals_of_rules(
        &mut self,
        profile: &Profile,
        splits: &mut Vec<String>,
    ) -> Result<(), Error> {
        for symbol in self.signals(profile)? {
            if !splits.contains(&symbol) {
                splits.push(symbol);
            }
        }
        let breadth = breadth_series(profile).filter(|name| self.tape.has_series(name));
        let wanted = &mut self.needs.want.series;
        let new = breadth.filter(|name| !wanted.contains(name));
        wanted.extend(new);
        Ok(())
    }

    /// Asks for bars, made from those of `source` if the tape lacks them.
    fn bars_else_from(
        &mut self,
        symbol: &str,
        interval: Interval,
        source: Interval,
        fields: Fields,
        from: Option<Date>,
    ) -> Result<(), Error> {
        let held = self.tape.intervals_of(symbol)?.contains(&interval);
        self.make(symbol, interval, (!held).then_some(source), fields, from);
        Ok(())
    }

    /// Asks for what a filter on a symbol is judged by: daily closes, and for a plan within the session the
    /// symbol's own intraday bars.
    fn reference(
        &mut self,
        symbol: &str,
        clock: Interval,
        from: Option<Date>,
    ) -> Result<(), Error> {
        if clock == Interval::Day {
            self.bars(symbol, Interval::Day, Fields::CLOSE, from)?;
            return Ok(());
        }
        let held = self.tape.intervals_of(symbol)?;
        let fields = Fields::OPEN.and(Fields::CLOSE);
        let within = reference_interval(clock, held.iter().copied());
        if let Some(within) = within {
            self.make(symbol, within, None, fields, from);
        }
        if within.is_none() || held.contains(&Interval::Day) {
            self.make(symbol, Interval::Day, None, fields, from);
        }
        Ok(())
    }

    /// Asks for what rules read of another symbol: its columns from the first bar on, since windows over them may be
    /// recursive; of its change alone, what a filter on it would read.
    fn symbol_of_rules(
        &mut self,
        reads: &SymbolReads,
        own: &str,
        clock: Interval,
        first: Option<Date>,
    ) -> Result<(), Error> {
        let symbol = &reads.symbol;
        if reads.change {
            let from = first.and_then(|date| date.checked_sub_days(Days::new(14)));
            self.reference(symbol, clock, from)?;
        }
        if reads.days != Fields::default() {
            self.bars(symbol, Interval::Day, reads.days, None)?;
        }
        if reads.bars == Fields::default() {
            return Ok(());
        }
        let held = self.tape.intervals_of(symbol)?;
        let interval = match clock {
            Interval::Day => Some(Interval::Day),
            Interval::Minutes(_) if symbol == own => Some(clock),
            Interval::Minutes(_) => reference_interval(clock, held.iter().copied()),
        };
        let Some(interval) = interval else {
            return Err(Error::fit(
                format!(
                    "a rule reads bars of {symbol} within the session; the tape has daily ones only"
                ),
                format!(
                    "write {symbol}.daily.close for its last complete session, or {symbol}.change, or import intraday bars of it"
                ),
            ));
        };
        self.bars(symbol, interval, reads.bars, None)?;
        Ok(())
    }

    /// Asks for every bar that may lie inside one of the clock's, in the windows.
    fn finer(&mut self, symbol: &str, clock: Interval, from: Option<Date>) -> Result<(), Error> {
        let held = self.tape.intervals_of(symbol)?;
        for interval in held.into_iter().filter(|&held| is_finer(held, clock)) {
            self.make(symbol, interval, None, Fields::OHLC, from);
        }
        Ok(())
    }

    fn make(
        &mut self,
        symbol: &str,
        to: Interval,
        source: Option<Interval>,
        fields: Fields,
        from: Option<Date>,
    ) {
        self.want(symbol, source.unwrap_or(to), fields, from);
        let made = source.map(|from| Resampled {
            symbol: symbol.to_owned(),
            from,
            to,
        });
        let all = &mut self.needs.resampled;
        all.extend(made.filter(|made| !all.contains(made)));
    }

    /// Adds a wish to those for the same bars, or as a new one.
    fn want(&mut self, symbol: &str, interval: Interval, fields: Fields, from: Option<Date>) {
        let bars = &mut self.needs.want.bars;
        let same = |want: &&mut BarWant| want.symbol == symbol && want.interval == interval;
        if let Some(want) = bars.iter_mut().find(same) {
            want.fields = want.fields.and(fields);
            want.from = want.from.min(from);
            return;
        }
        bars.push(BarWant {
            symbol: symbol.to_owned(),
            interval,
            fields,
            from,
            to: self.last,
        });
    }
}

/// True for an interval whose bars lie inside those of `clock`.
pub(crate) fn is_finer(interval: Interval, clock: Interval) -> bool {
    interval < clock && interval.divides(clock)
}

/// Makes what the tape lacked. `known` is the instant up to which bars are there, `None` for where they end.
///
/// # Errors
/// [`Error::Fit`] for bars that lie across the boundaries of those to be made.
pub(crate) fn make(
    snapshot: &mut Snapshot,
    resampled: &[Resampled],
    known: Option<Time>,
) -> Result<(), Error> {
    for one in resampled {
        let Some(fine) = snapshot.bars_of(&one.symbol, one.from) else {
            continue;
        };
        let made = match known {
            Some(known) => resample_known(fine, one.to, &snapshot.sessions, known),
            None => resample(fine, one.to, &snapshot.sessions),
        };
        let made = made.map_err(|error: ResampleError| {
            let help = "import bars of the interval the plan asks for, or choose another interval";
            Error::fit(error.to_string(), help)
        })?;
        snapshot.bars.push(made);
        let name = (one.symbol.clone(), one.to);
        if !snapshot.made.contains(&name) {
            snapshot.made.push(name);
        }
    }
    Ok(())
}
