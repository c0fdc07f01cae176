//! From files to a validated snapshot: only the files, row groups and columns that are wanted.

use market::{Bars, Date, Fields, Interval, Origin, RawBars, Series, SessionTable, Snapshot, Time};
use table::{Dest, Reader};

use crate::error::{TapeError, nearest};
use crate::facts::{Basis, Facts, worse};
use crate::layout::{self, BarFile, Item, Sort};
use crate::records;
use crate::tape::{BarWant, ReadStats, Tape, Want};

/// Microseconds from the first wanted to before the first unwanted.
type Span = std::ops::Range<i64>;

pub(crate) fn snapshot(
    tape: &Tape,
    want: &Want,
    threads: usize,
) -> Result<(Snapshot, ReadStats), TapeError> {
    let mut stats = ReadStats::default();
    let mut snapshot = Snapshot::default();
    let mut told = Told::default();
    let mut raw = Vec::with_capacity(want.bars.len());
    for bars in &want.bars {
        raw.push(read_bars(tape, bars, threads, &mut told, &mut stats)?);
    }
    for name in &want.series {
        let read = records::series(tape, name, &mut stats)?;
        let (series, its) = read.ok_or_else(|| no_series(tape, name))?;
        told.origin = worse(&told.origin, &its);
        snapshot.series.push(series);
    }
    for symbol in &want.dividends {
        if let Some((dividends, its)) = records::dividends(tape, symbol, &mut stats)? {
            told.origin = worse(&told.origin, &its.origin);
            let path = tape
                .store
                .place(&Item::other(Sort::Dividends, symbol).path());
            told.shares.note(symbol, its.splits, &path);
            snapshot.dividends.push((symbol.clone(), dividends));
        }
    }
    for symbol in &want.splits {
        if let Some((splits, its)) = records::splits(tape, symbol, &mut stats)? {
            told.origin = worse(&told.origin, &its);
            if told.shares.raw(symbol)? {
                snapshot.splits.push((symbol.clone(), splits));
            }
        }
    }
    for kind in &want.events {
        let events = tape.events(kind, Date::MIN, Date::MAX)?;
        stats.files += 1;
        snapshot.events.push((kind.clone(), events));
    }
    snapshot.sessions = sessions(&raw, &snapshot.series);
    for (bars, (raw, path)) in want.bars.iter().zip(raw) {
        let bars = Bars::new(&bars.symbol, bars.interval, raw, &snapshot.sessions);
        let bars = bars.map_err(|defect| TapeError::Bar { path, defect })?;
        snapshot.bars.push(bars);
    }
    snapshot.origin = told.origin;
    Ok((snapshot, stats))
}

/// What the files read so far say of themselves.
#[derive(Default)]
struct Told {
    origin: Origin,
    shares: Shares,
}

/// The share basis of each symbol's files, and which of them said so.
#[derive(Default)]
struct Shares(Vec<(String, Basis, String)>);

impl Shares {
    fn note(&mut self, symbol: &str, basis: Basis, path: &str) {
        self.0.push((symbol.to_owned(), basis, path.to_owned()));
    }

    /// True if the symbol's splits are still to be applied. They are once for all files of it, so these must agree.
    fn raw(&self, symbol: &str) -> Result<bool, TapeError> {
        let mut its = self.0.iter().filter(|(s, ..)| s == symbol);
        let Some((_, basis, first)) = its.next() else {
            return Ok(true);
        };
        if let Some((_, other, second)) = its.find(|(_, other, _)| other != basis) {
            return Err(TapeError::Basis {
                symbol: symbol.to_owned(),
                first: first.clone(),
                first_says: basis.as_str(),
                second: second.clone(),
                second_says: other.as_str(),
            });
        }
        Ok(*basis == Basis::Raw)
    }
}

/// The sessions over all bars; a snapshot without bars takes the span of its series.
fn sessions(raw: &[(RawBars, String)], series: &[Series]) -> SessionTable {
    // Not the first and last row: order is checked only once the sessions are there.
    let times = || raw.iter().flat_map(|(raw, _)| raw.start.iter().copied());
    let bars = times().min().zip(times().max());
    let bars = bars.and_then(|(a, b)| Some((a.exchange_date()?, b.exchange_date()?)));
    let dates = || series.iter().flat_map(|s| s.date.iter().copied());
    match bars.or_else(|| dates().min().zip(dates().max())) {
        Some((first, last)) => SessionTable::covering(first, last),
        None => SessionTable::default(),
    }
}

/// The raw columns and the path that errors name.
fn read_bars(
    tape: &Tape,
    want: &BarWant,
    threads: usize,
    told: &mut Told,
    stats: &mut ReadStats,
) -> Result<(RawBars, String), TapeError> {
    let files = layout::bar_files(&tape.store, &want.symbol, want.interval)?;
    let span = span(want);
    let mut parts = Vec::new();
    let mut path = String::new();
    let mut known = false;
    for file in &files {
        let reader = tape.store.open(&file.path)?;
        let facts = Facts::of(&reader)?;
        agrees(&reader, file.symbol.as_deref(), file.interval)?;
        let found = one_file(&reader, file, want, &span, threads, stats)?;
        if file.symbol.is_some() || !found.start.is_empty() || holds(&reader, &want.symbol)? {
            known = true;
            told.origin = worse(&told.origin, &facts.origin);
            told.shares.note(&want.symbol, facts.splits, reader.name());
            reader.name().clone_into(&mut path);
        }
        if !found.start.is_empty() {
            parts.push((found, reader.name().to_owned()));
        }
    }
    if known {
        Ok((in_time(parts)?, path))
    } else {
        Err(no_bars(tape, &want.symbol, want.interval))
    }
}

/// Refuses a file whose columns say something else than the folders it lies in: one of them is wrong, and no reader
/// can tell which.
pub(crate) fn agrees(
    reader: &Reader,
    symbol: Option<&str>,
    interval: Interval,
) -> Result<(), TapeError> {
    let interval = interval.to_string();
    for (column, folder) in [("symbol", symbol), ("interval", Some(interval.as_str()))] {
        let Some(folder) = folder.filter(|_| reader.has(column)) else {
            continue;
        };
        let mut equal = Vec::new();
        reader.read_all(&mut [(column, Dest::Equal(folder, &mut equal))], 1)?;
        if let Some(row) = equal.iter().position(|equal| !equal) {
            return Err(TapeError::Partition {
                path: reader.name().to_owned(),
                column,
                row,
                folder: folder.to_owned(),
            });
        }
    }
    Ok(())
}

/// Parts one after the other in time, whatever their files are called.
fn in_time(mut parts: Vec<(RawBars, String)>) -> Result<RawBars, TapeError> {
    parts.sort_by_key(|(raw, _)| raw.start.iter().min().copied());
    for pair in parts.windows(2) {
        let [(a, first), (b, second)] = pair else {
            continue;
        };
        if let Some(at) = b.start.iter().min()
            && a.start.iter().max() >= Some(at)
        {
            return Err(TapeError::Parts {
                first: first.clone(),
                second: second.clone(),
                at: *at,
            });
        }
    }
    let mut all = RawBars::default();
    for (raw, _) in parts {
        append(&mut all, raw);
    }
    Ok(all)
}

/// Whether a file of many symbols holds one at all, whatever the time.
pub(crate) fn holds(reader: &Reader, symbol: &str) -> Result<bool, TapeError> {
    let groups: Vec<usize> = (0..reader.groups())
        .filter(|&g| reader.may_hold_text(g, "symbol", symbol))
        .collect();
    let mut equal = Vec::new();
    reader.read(
        &groups,
        &mut [("symbol", Dest::Equal(symbol, &mut equal))],
        1,
    )?;
    Ok(equal.contains(&true))
}

fn span(want: &BarWant) -> Span {
    let midnight = |date: Date| Time::from_exchange(date, 0, 0).map(Time::micros);
    let from = want.from.and_then(midnight).unwrap_or(i64::MIN);
    let after = want.to.and_then(|d| d.succ_opt()).and_then(midnight);
    from..after.unwrap_or(i64::MAX)
}

/// The wanted rows of one file.
fn one_file(
    reader: &Reader,
    file: &BarFile,
    want: &BarWant,
    span: &Span,
    threads: usize,
    stats: &mut ReadStats,
) -> Result<RawBars, TapeError> {
    let many = file.symbol.is_none();
    let groups: Vec<usize> = (0..reader.groups())
        .filter(|&g| !many || reader.may_hold_text(g, "symbol", &want.symbol))
        .filter(|&g| match reader.time_bounds_micros(g, "start") {
            Some((first, last)) => first < span.end && last >= span.start,
            None => true,
        })
        .collect();
    let mut raw = RawBars::default();
    let (mut start, mut equal) = (Vec::new(), Vec::new());
    let mut columns = vec![("start", Dest::TimeMicros(&mut start))];
    for (field, name, values) in [
        (Fields::OPEN, "open", &mut raw.open),
        (Fields::HIGH, "high", &mut raw.high),
        (Fields::LOW, "low", &mut raw.low),
        (Fields::CLOSE, "close", &mut raw.close),
        (Fields::VOLUME, "volume", &mut raw.volume),
    ] {
        if want.fields.has(field) {
            columns.push((name, Dest::Number(values)));
        }
    }
    if many {
        columns.push(("symbol", Dest::Equal(&want.symbol, &mut equal)));
    }
    reader.read(&groups, &mut columns, threads)?;
    count(reader, groups.len(), stats);
    let keep = |row: usize, at: i64| span.contains(&at) && equal.get(row).is_none_or(|&e| e);
    let wanted: Vec<bool> = start
        .iter()
        .enumerate()
        .map(|(r, &at)| keep(r, at))
        .collect();
    raw.start = start.into_iter().map(Time).collect();
    if wanted.contains(&false) {
        retain(&mut raw, &wanted);
    }
    Ok(raw)
}

pub(crate) fn count(reader: &Reader, groups_read: usize, stats: &mut ReadStats) {
    let counts = reader.counts();
    stats.files += 1;
    stats.groups += reader.groups() as u64;
    stats.groups_read += groups_read as u64;
    stats.chunks += counts.chunks;
    stats.bytes += counts.bytes;
}

fn retain(raw: &mut RawBars, wanted: &[bool]) {
    fn only<T>(values: &mut Vec<T>, wanted: &[bool]) {
        let mut wanted = wanted.iter();
        values.retain(|_| wanted.next().is_some_and(|&w| w));
    }
    only(&mut raw.start, wanted);
    for column in [
        &mut raw.open,
        &mut raw.high,
        &mut raw.low,
        &mut raw.close,
        &mut raw.volume,
    ] {
        only(column, wanted);
    }
}

fn append(all: &mut RawBars, more: RawBars) {
    if all.start.is_empty() {
        *all = more;
        return;
    }
    all.start.extend(more.start);
    all.open.extend(more.open);
    all.high.extend(more.high);
    all.low.extend(more.low);
    all.close.extend(more.close);
    all.volume.extend(more.volume);
}

fn no_bars(tape: &Tape, symbol: &str, interval: Interval) -> TapeError {
    // The list is a help, not the matter: a tape that cannot be listed has other errors to show.
    let files = layout::all_bar_files(&tape.store).unwrap_or_default();
    let mut has: Vec<(String, String)> = files
        .into_iter()
        .map(|f| match f.symbol {
            Some(symbol) => (format!("{} bars of {symbol}", f.interval), symbol),
            None => (format!("the symbols in {}", f.path), String::new()),
        })
        .collect();
    has.dedup();
    let near = nearest(symbol, has.iter().map(|(_, s)| s.as_str()));
    let suggestion = near.and_then(|near| {
        // The same symbol at another interval is the likeliest slip of all.
        let same = |(_, s): &&(String, String)| *s == near;
        has.iter().find(same).map(|(text, _)| text.clone())
    });
    TapeError::Absent {
        tape: tape.name(),
        wanted: format!("{interval} bars of {symbol}"),
        has: has.into_iter().map(|(text, _)| text).collect(),
        suggestion,
    }
}

fn no_series(tape: &Tape, name: &str) -> TapeError {
    let has = layout::names(&tape.store, Sort::Series).unwrap_or_default();
    TapeError::Absent {
        tape: tape.name(),
        wanted: format!("series {name}"),
        suggestion: nearest(name, has.iter().map(String::as_str)),
        has,
    }
}

/// The one file of an item, if it is there.
pub(crate) fn open_item(tape: &Tape, item: &Item) -> Result<Option<Reader>, TapeError> {
    let path = item.path();
    if tape.store.has(&path) {
        tape.store.open(&path).map(Some)
    } else {
        Ok(None)
    }
}
