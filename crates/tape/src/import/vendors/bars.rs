//! Bars within the session, and whole-session bars in Parquet: looked over once, then taken.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use market::{Date, Interval, Time};

use crate::error::TapeError;
use crate::facts::Basis;
use crate::import::adjust::{Factors, LeftOut};
use crate::import::days::Days;
use crate::import::name;
use crate::import::rows::shown;
use crate::import::sink::{Refusal, Sink, Slot};
use crate::import::source::Source;
use crate::import::survey::{Midnight, NoInterval, Stamped, Survey};
use crate::import::vendors::prices::{judge, unsaid};
use crate::import::vendors::stream::{self, Need, Row, Shape, each_bar, header};
use crate::import::vendors::surveys::{Surveys, fold, in_its_zone, told_zone};
use crate::layout::Item;

/// What a vendor documents of its files of bars.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Documented {
    /// The zone of stamps without an offset, where the vendor says so.
    pub(crate) zone: Option<Tz>,
    /// What a stamp tells.
    pub(crate) stamped: Stamped,
}

/// Reads bars of one symbol or many.
///
/// Each is judged by its place in the day: wholly inside the regular session it joins the bars, else the extended ones.
/// In a file that has nothing from outside the session, a last bar longer than the session is of the session.
pub(crate) fn read(
    source: &Source<'_>,
    sink: &mut Sink<'_>,
    documented: Documented,
) -> Result<u64, TapeError> {
    let shape = Shape::of(&header(source)?).ok_or_else(|| TapeError::NotTapeData {
        file: source.name(),
        reason: "it has no column of times".to_owned(),
    })?;
    let own = if shape.symbol {
        String::new()
    } else {
        source.symbol()?
    };
    let zone = source.options.zone.or(documented.zone);
    // A file of a tape says whether it is real and in which shares it counts; copied out of its tape it still does.
    let facts = stream::facts(source)?;
    sink.origin(facts.origin.clone());
    let Surveys {
        by_symbol: surveys,
        spelled,
    } = {
        let has_daily = |symbol: &str| sink.has_daily(symbol);
        Surveys::of(source, &shape, zone, documented.stamped, &own, &has_daily)?
    };
    for (symbol, other) in &spelled {
        sink.note(format!(
            "{symbol} is also spelled {}: one symbol",
            shown(other)
        ));
    }
    if surveys.is_empty() {
        return Err(TapeError::NotTapeData {
            file: source.name(),
            reason: "it has columns of bars and no rows".to_owned(),
        });
    }
    if source.options.zone.is_some() {
        in_its_zone(source, &shape, documented.stamped, &own, &surveys)?;
    }
    let mut takers = BTreeMap::new();
    for (symbol, survey) in surveys {
        let taker = Taker::new(
            source,
            sink,
            &symbol,
            &survey,
            (documented.stamped, facts.splits),
        )?;
        takers.insert(symbol, taker);
    }
    let mut folded = String::new();
    let rows = each_bar(source, &shape, zone, Need::Bar, &mut |row: Row<'_>| {
        fold(row.symbol.unwrap_or(&own), &mut folded);
        match takers.get_mut(&folded) {
            Some(taker) => {
                let taken = taker.take(row.stamp, row.bar, sink);
                let other = spelled.get(&folded).map(String::as_str);
                taken.map_err(|refusal| taker.spelled(row.symbol, other, refusal))
            }
            // The file changed between the two looks.
            None => Ok(()),
        }
    })?;
    // Bars of whole sessions have dates, in no zone.
    if !takers
        .values()
        .all(|taker| matches!(taker.kept, Kept::Daily(_)))
    {
        sink.zone(&told_zone(source, &shape, zone)?);
    }
    for taker in takers.values() {
        taker.report(sink);
    }
    // A file of a tape was judged when it came onto that.
    if facts.source.is_empty() {
        let daily = takers.values().filter(|t| t.is_daily_and_unjudged());
        if let Some(note) = unsaid(daily.map(|taker| taker.symbol.as_str())) {
            sink.note(note);
        }
    }
    if !shape.volume {
        sink.note("it has no volume: bars are kept with a volume of 0, which means unknown here");
    }
    Ok(rows)
}

/// How the stamps of a symbol make bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    /// Sessions stamped with their date's midnight.
    Daily(Midnight),
    /// Bars of these minutes; true if there are some from outside the session.
    Minutes(i64, bool),
}

/// Takes the bars of one symbol.
struct Taker {
    symbol: String,
    kept: Kept,
    stamped: Stamped,
    factors: Factors,
    verdict: String,
    regular: Slot,
    apart: Slot,
    days: Days,
    before: Option<Time>,
    extended: u64,
    left_out: LeftOut,
}

impl Taker {
    fn new(
        source: &Source<'_>,
        sink: &mut Sink<'_>,
        symbol: &str,
        survey: &Survey,
        (stamped, basis): (Stamped, Basis),
    ) -> Result<Taker, TapeError> {
        let named = source.options.interval.or(name::interval(source.path));
        let told = if named == Some(Interval::Day) {
            survey.said_daily()
        } else {
            survey.daily()
        };
        let (kept, interval) = match told {
            Some(midnight) if matches!(source.options.interval, None | Some(Interval::Day)) => {
                (Kept::Daily(midnight), Interval::Day)
            }
            _ => minutes(source, symbol, survey)?,
        };
        sink.shares(symbol, basis, &[])?;
        let lasts = match kept {
            Kept::Daily(midnight) => survey.closes(midnight),
            Kept::Minutes(..) => survey.lasts(),
        };
        let item = Item::bars(symbol, interval);
        let (factors, verdict) = judge(source, sink, &item, lasts)?;
        Ok(Taker {
            symbol: symbol.to_owned(),
            kept,
            stamped,
            factors,
            verdict,
            regular: sink.bars(symbol, interval)?,
            apart: sink.extended(symbol, interval)?,
            days: Days::default(),
            before: None,
            extended: 0,
            left_out: LeftOut::default(),
        })
    }

    fn take(&mut self, stamp: Time, bar: [f64; 5], sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let (minutes, has_extended) = match self.kept {
            Kept::Daily(midnight) => return self.take_daily(midnight, stamp, bar, sink),
            Kept::Minutes(minutes, has_extended) => (minutes, has_extended),
        };
        if let Some(before) = self.before.replace(stamp) {
            let apart = stamp.micros().abs_diff(before.micros());
            // The same stamp twice is for the order to refuse.
            if apart != 0 && apart < minutes.unsigned_abs() * 60_000_000 {
                let found = format!("{stamp}, {} seconds from the bar before", apart / 1_000_000);
                let expected = format!("bars of {minutes} minutes, as most of the file has");
                return Err(row(found, &expected));
            }
        }
        if stamp.micros() % MINUTE != 0 {
            let found = format!(
                "{stamp}, {} s into a minute",
                (stamp.micros() % MINUTE) as f64 / 1e6
            );
            return Err(row(found, "times of whole minutes, as bars have them"));
        }
        let start = match self.stamped {
            Stamped::Start => stamp,
            Stamped::End => stamp.plus_minutes(-minutes),
        };
        let Some(day) = self.days.of(start) else {
            return Err(row(
                start.to_string(),
                "a time the exchange calendar knows, up to 2100",
            ));
        };
        if self.left_out.takes(&self.factors, day.date) {
            return Ok(());
        }
        if self.stamped == Stamped::End && before_trading(start, day.date) {
            let found = format!("{stamp}, which no bar of the day can end at");
            return Err(row(found, STARTS));
        }
        if day.session.is_none() && !has_extended {
            let found = format!("{start}, when the NYSE was closed");
            return Err(row(found, "times on days with a session"));
        }
        let Some((_, close)) = day.session.filter(|_| day.trades_at(start)) else {
            return self.set_apart(start, day.date, bar, sink);
        };
        if has_extended && start.plus_minutes(minutes) > close {
            return self.set_apart(start, day.date, bar, sink);
        }
        sink.bar(self.regular, start, self.factors.undo(day.date, bar))
    }

    /// Says with a refusal that the file spells the row's symbol in two ways, which may be why.
    fn spelled(&self, symbol: Option<&str>, other: Option<&str>, refusal: Refusal) -> Refusal {
        let Refusal::Row {
            field: None,
            found,
            expected,
        } = refusal
        else {
            return refusal;
        };
        let found = match (symbol, other) {
            (Some(symbol), _) if symbol != self.symbol => {
                let symbol = shown(symbol);
                format!(
                    "{found}, of {symbol} which is the symbol {} too",
                    self.symbol
                )
            }
            (Some(_), Some(other)) => {
                let other = shown(other);
                format!("{found}, of {} which is spelled {other} too", self.symbol)
            }
            _ => found,
        };
        Refusal::Row {
            field: None,
            found,
            expected,
        }
    }

    /// A bar outside the session, or across its open or close.
    fn set_apart(
        &mut self,
        start: Time,
        date: Date,
        bar: [f64; 5],
        sink: &mut Sink<'_>,
    ) -> Result<(), Refusal> {
        self.extended += 1;
        sink.bar(self.apart, start, self.factors.undo(date, bar))
    }

    fn take_daily(
        &mut self,
        midnight: Midnight,
        stamp: Time,
        bar: [f64; 5],
        sink: &mut Sink<'_>,
    ) -> Result<(), Refusal> {
        let Some(date) = midnight.date(stamp) else {
            return Err(row(stamp.to_string(), "a date of the calendar"));
        };
        if self.left_out.takes(&self.factors, date) {
            return Ok(());
        }
        sink.daily_bar(self.regular, date, self.factors.undo(date, bar))
    }

    /// True for daily bars that there was nothing to hold against.
    fn is_daily_and_unjudged(&self) -> bool {
        matches!(self.kept, Kept::Daily(_)) && self.verdict.is_empty()
    }

    fn report(&self, sink: &mut Sink<'_>) {
        if self.extended > 0 {
            sink.note(format!(
                "{}: {} bars outside the regular session or across its open or close, kept apart as extended",
                self.symbol, self.extended
            ));
        }
        for note in self.left_out.notes(&self.factors, &self.symbol) {
            sink.note(note);
        }
        if !self.verdict.is_empty() {
            sink.note(format!("{}: {}", self.symbol, self.verdict));
        }
    }
}

const MINUTE: i64 = 60_000_000;

const STARTS: &str = "the ends of bars, the first of them after 04:00 in New York; this file stamps starts: import it with \
     --format intraday --zone America/New_York";

/// Nobody trades before 04:00.
fn before_trading(start: Time, date: Date) -> bool {
    Time::from_exchange(date, 4, 0).is_some_and(|four| start < four)
}

fn row(found: String, expected: &str) -> Refusal {
    Refusal::Row {
        field: None,
        found,
        expected: expected.to_owned(),
    }
}

/// The interval that the distances tell, unless the file's name tells another one.
fn minutes(
    source: &Source<'_>,
    symbol: &str,
    survey: &Survey,
) -> Result<(Kept, Interval), TapeError> {
    if let Some(wanted) = source.options.interval {
        return held(source, symbol, survey, wanted);
    }
    let named = name::interval(source.path);
    let left = |found: &str, named: &str| TapeError::NotTapeData {
        file: source.name(),
        reason: format!("{symbol} has {found}{named}"),
    };
    let interval = match (survey.interval(), named) {
        (Ok(told), Some(named)) if told != named => {
            let named = format!(", while its name says {named}");
            return Err(left(&format!("bars {told} apart"), &named));
        }
        (Ok(told), _) => told,
        // One bar has no distance to the next, but the name may do.
        (Err(NoInterval::OneBar), Some(named)) => named,
        (Err(fault), _) => return Err(left(&fault.to_string(), "")),
    };
    match interval {
        Interval::Minutes(minutes) => Ok((
            Kept::Minutes(i64::from(minutes), survey.extended()),
            interval,
        )),
        Interval::Day => Err(left("times within the day", ", while its name says 1d")),
    }
}

/// The interval the caller names, if no two bars are nearer.
fn held(
    source: &Source<'_>,
    symbol: &str,
    survey: &Survey,
    wanted: Interval,
) -> Result<(Kept, Interval), TapeError> {
    let told = match survey.interval() {
        Err(NoInterval::OneBar) => Ok(wanted),
        other => other,
    };
    match (wanted, told) {
        (Interval::Minutes(minutes), Ok(told)) if told == wanted => {
            Ok((Kept::Minutes(i64::from(minutes), survey.extended()), wanted))
        }
        (_, told) => {
            let told = told.map_or_else(|e| e.to_string(), |i| format!("bars {i} apart"));
            Err(TapeError::NotTapeData {
                file: source.name(),
                reason: format!("{symbol} has {told}, while --interval says {wanted}"),
            })
        }
    }
}
