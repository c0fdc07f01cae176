//! Breadth of a universe: its closes, read part by part, counted on many threads.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use indicators::{Breadth, BreadthFigures, Figure, Member, SplitBasis, Tally};
use market::{Date, Fields, Interval, Known, Origin, Series, SessionTable, Snapshot};
use tape::{
    BarWant, ClosePrices, ClosesBuffer, Contents, MemberSpan, MergeReport, Tape, Universe, Want,
};

use crate::error::Error;
use crate::threads::chosen;

/// Breadth on the sessions of a universe.
#[derive(Clone, Debug)]
pub struct UniverseBreadth {
    /// What was counted.
    pub breadth: Breadth,
    /// Every NYSE session from the first close to the last.
    pub sessions: Vec<Date>,
    /// A row a session.
    pub figures: BreadthFigures,
    /// Symbols with a close.
    pub symbols: usize,
    /// Symbols of the membership record of which there are no closes: they count nowhere.
    pub without_closes: Vec<String>,
    /// Closes read.
    pub closes: u64,
    /// What the closes are; bars on one share basis are raw of dividends.
    pub prices: ClosePrices,
    /// Whether membership was known date by date. Without it every symbol always counts, and a list of those that are
    /// left today flatters the past.
    pub point_in_time: bool,
    /// Real or simulated.
    pub origin: Origin,
}

impl UniverseBreadth {
    /// Every figure by name: `above50`, `advancing`, `declining`, `unchanged`, `ad_line`, `highs252`, `lows252`.
    pub fn named(&self) -> Vec<(String, &Figure)> {
        let BreadthFigures {
            above,
            advancing,
            declining,
            unchanged,
            line,
            highs,
            lows,
        } = &self.figures;
        let lengths = self.breadth.averages.iter().zip(above);
        let mut all: Vec<_> = lengths.map(|(n, f)| (format!("above{n}"), f)).collect();
        for (name, figure) in [
            ("advancing", advancing),
            ("declining", declining),
            ("unchanged", unchanged),
            ("ad_line", line),
        ] {
            all.push((name.to_owned(), figure));
        }
        if let Some(n) = self.breadth.extremes {
            all.extend(highs.iter().map(|figure| (format!("highs{n}"), figure)));
            all.extend(lows.iter().map(|figure| (format!("lows{n}"), figure)));
        }
        all
    }

    /// The figures as series known at the close, each named with `prefix` and an underscore before its own name. A figure without any
    /// value is no series.
    pub fn series(&self, prefix: &str) -> Vec<Series> {
        let series = self.named().into_iter().map(|(name, figure)| {
            let rows = self.sessions.iter().enumerate();
            let (date, value) = rows
                .filter_map(|(i, &date)| Some((date, figure.value.get(i)?)))
                .unzip();
            Series {
                name: format!("{prefix}_{name}"),
                date,
                value,
                known: Known::Close,
            }
        });
        series.filter(|series| !series.date.is_empty()).collect()
    }

    /// Stores [`series`](UniverseBreadth::series) in a tape; up to `listed` changed values are listed.
    ///
    /// # Errors
    /// What [`Tape::merge`] may meet.
    pub fn store(&self, tape: &Tape, prefix: &str, listed: usize) -> Result<MergeReport, Error> {
        let contents = Contents {
            origin: self.origin.clone(),
            series: self.series(prefix),
            ..Contents::default()
        };
        Ok(tape.merge(&contents, "tape breadth", listed)?)
    }
}

/// How to count.
#[derive(Clone, Copy, Debug)]
pub struct BreadthOptions<'a> {
    /// Threads; 0 for one a core. They do not show in the result.
    pub threads: usize,
    /// Raised to stop.
    pub stop: &'a AtomicBool,
}

/// Counts the breadth of a universe of the tape; a symbol counts on the dates it was a member, where the tape has a
/// record of that. Memory is that of a row group a thread, whatever the size of the universe.
///
/// # Errors
/// [`Error::Tape`], [`Error::Interrupted`].
pub fn universe_breadth(
    tape: &Tape,
    universe: &str,
    breadth: &Breadth,
    options: BreadthOptions<'_>,
) -> Result<UniverseBreadth, Error> {
    let closes = tape.universe(universe)?;
    let members = tape.members(universe)?;
    let sessions = closes.sessions();
    let spans = members.as_deref();
    let counted = counted(
        breadth,
        sessions.len(),
        closes.parts(),
        options,
        |part, hand| hand.part(&closes, part, spans),
    )?;
    let absent = |span: &&MemberSpan| counted.symbols.binary_search(&span.symbol).is_err();
    let without = spans.unwrap_or_default().iter().filter(absent);
    let mut without_closes: Vec<String> = without.map(|span| span.symbol.clone()).collect();
    without_closes.dedup();
    Ok(UniverseBreadth {
        breadth: breadth.clone(),
        figures: counted.tally.figures(),
        sessions: sessions.to_vec(),
        symbols: counted.symbols.len(),
        without_closes,
        closes: closes.rows(),
        prices: closes.prices(),
        point_in_time: members.is_some(),
        origin: closes.origin().clone(),
    })
}

/// Counts the breadth of symbols that have daily bars on the tape, on one share basis; every symbol always counts.
/// One symbol a thread is in memory.
///
/// # Errors
/// [`Error::Tape`] for a symbol the tape lacks, [`Error::Fit`] without any bar, [`Error::Interrupted`].
pub fn bars_breadth(
    tape: &Tape,
    symbols: &[String],
    breadth: &Breadth,
    options: BreadthOptions<'_>,
) -> Result<UniverseBreadth, Error> {
    let mut symbols = symbols.to_vec();
    symbols.sort();
    symbols.dedup();
    let (sessions, origin) = axis(tape, &symbols)?;
    let counted = counted(
        breadth,
        sessions.len(),
        symbols.len(),
        options,
        |part, hand| match symbols.get(part) {
            Some(symbol) => hand.bars(symbol, &daily(tape, symbol)?, &sessions),
            None => Ok(()),
        },
    )?;
    Ok(UniverseBreadth {
        breadth: breadth.clone(),
        figures: counted.tally.figures(),
        sessions,
        symbols: counted.symbols.len(),
        without_closes: Vec::new(),
        closes: counted.closes,
        prices: ClosePrices::Raw,
        point_in_time: false,
        origin,
    })
}

/// The sessions from the first bar of any symbol to the last. Found by a reading of its own: a tally must know its rows
/// before the first member.
fn axis(tape: &Tape, symbols: &[String]) -> Result<(Vec<Date>, Origin), Error> {
    let (mut span, mut origin): (Option<(Date, Date)>, _) = (None, Origin::Real);
    for symbol in symbols {
        let snapshot = daily(tape, symbol)?;
        if let Some((first, last)) = snapshot.span_of(symbol, Interval::Day) {
            span = Some(span.map_or((first, last), |(a, b)| (a.min(first), b.max(last))));
        }
        if origin == Origin::Real {
            origin = snapshot.origin;
        }
    }
    let Some((first, last)) = span else {
        let help = "`stormproof tape list` shows what a tape holds";
        return Err(Error::fit("there are no daily bars to count", help));
    };
    let table = SessionTable::covering(first, last);
    let dates = table.as_slice().iter().map(|session| session.date);
    Ok((
        dates.filter(|d| (first..=last).contains(d)).collect(),
        origin,
    ))
}

fn daily(tape: &Tape, symbol: &str) -> Result<Snapshot, Error> {
    let want = Want {
        bars: vec![BarWant::daily(symbol, Fields::CLOSE, None)],
        splits: vec![symbol.to_owned()],
        ..Want::default()
    };
    Ok(tape.read(&want, 1)?)
}

/// What one thread has counted, and its memory.
struct Hand {
    tally: Tally,
    symbols: Vec<String>,
    closes: u64,
    buffer: ClosesBuffer,
    belongs: Vec<bool>,
}

impl Hand {
    fn part(
        &mut self,
        universe: &Universe,
        part: usize,
        members: Option<&[MemberSpan]>,
    ) -> Result<(), Error> {
        let Hand {
            tally,
            symbols,
            closes,
            buffer,
            belongs,
        } = self;
        universe.read(part, buffer, |held| {
            let spans = members.map(|all| {
                let from = all.partition_point(|span| span.symbol.as_str() < held.symbol);
                let rest = all.get(from..).unwrap_or_default();
                let to = rest.partition_point(|span| span.symbol == held.symbol);
                rest.get(..to).unwrap_or_default()
            });
            belongs.clear();
            if let Some(spans) = spans {
                let date = |&row: &u32| universe.sessions().get(row as usize);
                let belong = |date: Option<&Date>| {
                    date.is_some_and(|&date| spans.iter().any(|span| span.holds(date)))
                };
                belongs.extend(held.session.iter().map(|row| belong(date(row))));
            }
            tally.add(Member {
                rows: held.session,
                close: held.close,
                belongs: spans.map(|_| belongs.as_slice()),
            });
            symbols.push(held.symbol.to_owned());
            *closes += held.close.len() as u64;
        })?;
        Ok(())
    }

    fn bars(&mut self, symbol: &str, snapshot: &Snapshot, sessions: &[Date]) -> Result<(), Error> {
        let Some(bars) = snapshot.bars_of(symbol, Interval::Day) else {
            return Ok(());
        };
        let basis = SplitBasis::of_bars(bars, &snapshot.sessions, snapshot.splits_of(symbol));
        let ordinals = bars.session().iter();
        let dates = ordinals.filter_map(|&o| Some(snapshot.sessions.get(o as usize)?.date));
        let rows = dates.filter_map(|date| sessions.binary_search(&date).ok());
        let rows: Vec<u32> = rows.map(|row| row as u32).collect();
        if rows.len() != bars.len() {
            let message = format!("the bars of {symbol} changed while they were read");
            return Err(Error::fit(
                message,
                "do it again when nothing writes to the tape",
            ));
        }
        self.tally.add(Member {
            rows: &rows,
            close: &basis.prices(bars.close()),
            belongs: None,
        });
        self.symbols.push(symbol.to_owned());
        self.closes += rows.len() as u64;
        Ok(())
    }
}

/// What all threads have counted, symbols sorted.
struct Counted {
    tally: Tally,
    symbols: Vec<String>,
    closes: u64,
}

/// Does parts `0..parts` on threads, each counting for itself; counts are whole numbers, so their sum is the same however
/// the parts fell. Of several errors the earliest part's is told.
fn counted(
    breadth: &Breadth,
    rows: usize,
    parts: usize,
    options: BreadthOptions<'_>,
    work: impl Fn(usize, &mut Hand) -> Result<(), Error> + Sync,
) -> Result<Counted, Error> {
    let next = AtomicUsize::new(0);
    let failed: Mutex<Option<(usize, Error)>> = Mutex::new(None);
    let thread = || {
        let mut hand = Hand {
            tally: breadth.tally(rows),
            symbols: Vec::new(),
            closes: 0,
            buffer: ClosesBuffer::default(),
            belongs: Vec::new(),
        };
        while !options.stop.load(Ordering::Relaxed) {
            let part = next.fetch_add(1, Ordering::Relaxed);
            if part >= parts {
                break;
            }
            if let Err(error) = work(part, &mut hand) {
                let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                if failed.as_ref().is_none_or(|(first, _)| part < *first) {
                    *failed = Some((part, error));
                }
                break;
            }
        }
        hand
    };
    let threads = chosen(options.threads).min(parts.max(1));
    let mut hands = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(thread)).collect();
        let mut hands = vec![thread()];
        // A thread that panicked takes the panic along: it is a defect of ours, and must not pass for a count.
        hands.extend(others.into_iter().map(|other| {
            other
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        }));
        hands
    });
    if options.stop.load(Ordering::Relaxed) {
        return Err(Error::Interrupted);
    }
    if let Some((_, error)) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let first = hands.swap_remove(0);
    let (mut tally, mut symbols, mut closes) = (first.tally, first.symbols, first.closes);
    for hand in hands {
        tally.join(&hand.tally);
        symbols.extend(hand.symbols);
        closes += hand.closes;
    }
    symbols.sort_unstable();
    Ok(Counted {
        tally,
        symbols,
        closes,
    })
}
