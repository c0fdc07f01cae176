//! A lenient reading: the columns of an item as they lie on file, whatever is wrong with them.

use std::collections::BTreeMap;

use market::Interval;
use table::{Dest, Reader, TableError};

use crate::error::TapeError;
use crate::layout::{self, Sort};
use crate::read::agrees;
use crate::store::Store;

/// The columns of bars in the order of [`Rows::columns`].
pub(crate) const FIELDS: [&str; 5] = ["open", "high", "low", "close", "volume"];
pub(crate) const OPEN: usize = 0;
pub(crate) const HIGH: usize = 1;
pub(crate) const LOW: usize = 2;
pub(crate) const CLOSE: usize = 3;
pub(crate) const VOLUME: usize = 4;

/// The bars of one symbol and interval, unjudged; what is null on file is NaN here.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    /// Start times, microseconds UTC.
    pub(crate) start: Vec<i64>,
    /// Open, high, low, close, volume.
    pub(crate) columns: [Vec<f64>; 5],
}

/// The files of one symbol and interval, which make one item.
#[derive(Clone, Debug)]
pub(crate) struct BarItem {
    pub(crate) symbol: String,
    pub(crate) interval: Interval,
    pub(crate) files: Vec<String>,
    /// True if the symbol is a column of files it shares with others.
    pub(crate) shared: bool,
}

/// A file that could not be read, and why.
pub(crate) type Broken = (String, String);

/// The items of a sort of bars, by symbol, then interval from fine to coarse.
pub(crate) fn items(store: &Store, sort: Sort) -> Result<(Vec<BarItem>, Vec<Broken>), TapeError> {
    let mut own: BTreeMap<(String, Interval), Vec<String>> = BTreeMap::new();
    let mut shared: BTreeMap<(String, Interval), Vec<String>> = BTreeMap::new();
    let mut broken = Vec::new();
    let files = if sort == Sort::Extended {
        layout::extended_files(store)?
    } else {
        layout::all_bar_files(store)?
    };
    for file in files {
        if let Some(symbol) = file.symbol {
            own.entry((symbol, file.interval))
                .or_default()
                .push(file.path);
            continue;
        }
        match symbols(store, &file.path) {
            Ok(names) => {
                for name in names {
                    let key = (name, file.interval);
                    shared.entry(key).or_default().push(file.path.clone());
                }
            }
            Err(error) => broken.push((store.place(&file.path), error.to_string())),
        }
    }
    let mut all: Vec<BarItem> = Vec::new();
    for (map, shared) in [(own, false), (shared, true)] {
        all.extend(map.into_iter().map(|((symbol, interval), files)| BarItem {
            symbol,
            interval,
            files,
            shared,
        }));
    }
    all.sort_by(|a, b| (&a.symbol, a.interval, a.shared).cmp(&(&b.symbol, b.interval, b.shared)));
    Ok((all, broken))
}

fn symbols(store: &Store, path: &str) -> Result<Vec<String>, TapeError> {
    let reader = store.open(path)?;
    let mut names = Vec::new();
    reader.read_all(&mut [("symbol", Dest::Text(&mut names))], 1)?;
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

impl BarItem {
    /// Every row of every file, in the order on file, files in the order of their first rows.
    pub(crate) fn read(&self, store: &Store) -> Result<Rows, TapeError> {
        let mut parts = Vec::new();
        for path in &self.files {
            let reader = store.open(path)?;
            // A run refuses a file that contradicts its folders; what it would read is anybody's guess.
            let folder = (!self.shared).then_some(self.symbol.as_str());
            agrees(&reader, folder, self.interval)?;
            let rows = one_file(&reader, self.shared.then_some(self.symbol.as_str()))?;
            parts.push(rows);
        }
        parts.sort_by_key(|rows| rows.start.iter().min().copied());
        let mut parts = parts.into_iter();
        let mut all = parts.next().unwrap_or_default();
        for part in parts {
            all.start.extend(part.start);
            for (to, from) in all.columns.iter_mut().zip(part.columns) {
                to.extend(from);
            }
        }
        Ok(all)
    }
}

fn one_file(reader: &Reader, symbol: Option<&str>) -> Result<Rows, TapeError> {
    let mut rows = Rows::default();
    reader.read_all(&mut [("start", Dest::TimeMicros(&mut rows.start))], 1)?;
    for (name, column) in FIELDS.iter().zip(&mut rows.columns) {
        if reader.has(name) {
            *column = numbers(reader, name)?;
        } else if *name == "volume" {
            // Vendors without volumes leave the column out: unknown, which is no defect of a row.
            *column = vec![0.0; rows.start.len()];
        } else {
            // The reader's own words name what the file has instead.
            reader.read_all(&mut [(name, Dest::Number(column))], 1)?;
        }
    }
    if let Some(symbol) = symbol {
        let mut equal = Vec::new();
        reader.read_all(&mut [("symbol", Dest::Equal(symbol, &mut equal))], 1)?;
        rows.retain(|row| equal.get(row).copied().unwrap_or(false));
    }
    Ok(rows)
}

/// A column of numbers, nulls as NaN.
pub(crate) fn numbers(reader: &Reader, name: &str) -> Result<Vec<f64>, TapeError> {
    let groups: Vec<usize> = (0..reader.groups()).collect();
    numbers_of(reader, &groups, name)
}

/// The same of some row groups.
pub(crate) fn numbers_of(
    reader: &Reader,
    groups: &[usize],
    name: &str,
) -> Result<Vec<f64>, TapeError> {
    let mut plain = Vec::new();
    match reader.read(groups, &mut [(name, Dest::Number(&mut plain))], 1) {
        Ok(()) => Ok(plain),
        Err(TableError::Null { .. }) => {
            let mut cells = Vec::new();
            reader.read(groups, &mut [(name, Dest::MaybeNumber(&mut cells))], 1)?;
            Ok(cells.into_iter().map(|c| c.unwrap_or(f64::NAN)).collect())
        }
        Err(error) => Err(error.into()),
    }
}

impl Rows {
    pub(crate) fn len(&self) -> usize {
        self.start.len()
    }

    /// Keeps the rows for which `keep` holds.
    pub(crate) fn retain(&mut self, keep: impl Fn(usize) -> bool) {
        fn only<T>(values: &mut Vec<T>, keep: &impl Fn(usize) -> bool) {
            let mut row = 0;
            values.retain(|_| {
                row += 1;
                keep(row - 1)
            });
        }
        only(&mut self.start, &keep);
        for column in &mut self.columns {
            only(column, &keep);
        }
    }
}
