//! Which file holds what: the Hive layout, written and read.

use market::Interval;

use crate::error::TapeError;
use crate::store::{Store, is_parquet};

/// The sorts of files a tape is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// Price bars of a symbol.
    Bars,
    /// A dated number.
    Series,
    /// Dividends of a symbol.
    Dividends,
    /// Splits of a symbol.
    Splits,
    /// Price bars of a symbol outside the regular session, or across its open or close. No run reads them.
    Extended,
    /// Closes of the symbols of a universe.
    Constituents,
    /// From when until when symbols belonged to a universe.
    Members,
    /// Option quotes of an underlying, one file a date.
    Quotes,
    /// Dated events of a kind.
    Events,
}

impl Sort {
    /// Every sort, in the order of a catalog.
    pub const ALL: [Sort; 9] = [
        Sort::Bars,
        Sort::Series,
        Sort::Dividends,
        Sort::Splits,
        Sort::Extended,
        Sort::Constituents,
        Sort::Members,
        Sort::Quotes,
        Sort::Events,
    ];

    /// The word in paths and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Sort::Bars => "bars",
            Sort::Series => "series",
            Sort::Dividends => "dividends",
            Sort::Splits => "splits",
            Sort::Extended => "extended",
            Sort::Constituents => "constituents",
            Sort::Members => "members",
            Sort::Quotes => "quotes",
            Sort::Events => "events",
        }
    }

    /// True for price bars, whose rows are times at an interval.
    pub(crate) const fn is_bars(self) -> bool {
        matches!(self, Sort::Bars | Sort::Extended)
    }

    /// The Hive key that names its items.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Sort::Series => "name=",
            Sort::Bars | Sort::Dividends | Sort::Splits | Sort::Extended => "symbol=",
            Sort::Constituents | Sort::Members => "universe=",
            Sort::Quotes => "underlying=",
            Sort::Events => "kind=",
        }
    }
}

/// What one file of the layout is about: its sort, name and (for bars) interval.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Item {
    pub(crate) sort: Sort,
    pub(crate) name: String,
    pub(crate) interval: Option<Interval>,
}

impl Item {
    pub(crate) fn bars(symbol: &str, interval: Interval) -> Item {
        Item {
            sort: Sort::Bars,
            name: symbol.to_owned(),
            interval: Some(interval),
        }
    }

    pub(crate) fn extended(symbol: &str, interval: Interval) -> Item {
        Item {
            sort: Sort::Extended,
            ..Item::bars(symbol, interval)
        }
    }

    pub(crate) fn other(sort: Sort, name: &str) -> Item {
        Item {
            sort,
            name: name.to_owned(),
            interval: None,
        }
    }

    /// The folder of the item.
    pub(crate) fn folder(&self) -> String {
        let (sort, key, name) = (self.sort.as_str(), self.sort.key(), &self.name);
        match self.interval {
            Some(interval) => format!("{sort}/interval={interval}/{key}{name}"),
            None => format!("{sort}/{key}{name}"),
        }
    }

    /// The one file the writer keeps there.
    pub(crate) fn path(&self) -> String {
        let file = match self.sort {
            // What is in it: closes, and no other price.
            Sort::Constituents => "closes",
            other => other.as_str(),
        };
        format!("{}/{file}.parquet", self.folder())
    }

    /// Refuses names that would not survive as a folder's on every system and in every tool.
    pub(crate) fn check_name(&self) -> Result<(), TapeError> {
        let fits = |c: char| c.is_ascii_alphanumeric() || ".-_^=".contains(c);
        // A leading dot hides a folder from every lister, ours included; `..` would leave the tape.
        if !self.name.is_empty()
            && !self.name.starts_with('.')
            && self.name.len() <= 64
            && self.name.chars().all(fits)
        {
            return Ok(());
        }
        Err(TapeError::Name {
            what: match self.sort {
                Sort::Series => "series",
                Sort::Constituents | Sort::Members => "universe",
                Sort::Events => "kind of event",
                Sort::Bars | Sort::Extended | Sort::Dividends | Sort::Splits | Sort::Quotes => {
                    "symbol"
                }
            },
            found: self.name.clone(),
        })
    }
}

/// A file that holds the bars of one symbol, or of many with a column that tells them apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BarFile {
    pub(crate) path: String,
    pub(crate) interval: Interval,
    /// `None` if the symbol is a column.
    pub(crate) symbol: Option<String>,
}

/// The bar files that may hold `symbol` at `interval`: its own, then those of many symbols.
pub(crate) fn bar_files(
    store: &Store,
    symbol: &str,
    interval: Interval,
) -> Result<Vec<BarFile>, TapeError> {
    let all = format!("bars/interval={interval}");
    let own = Item::bars(symbol, interval).folder();
    let mut files = Vec::new();
    let mut add = |paths: Vec<String>, symbol: Option<&str>| {
        files.extend(paths.into_iter().map(|path| BarFile {
            path,
            interval,
            symbol: symbol.map(str::to_owned),
        }));
    };
    add(store.parquet_below(&own)?, Some(symbol));
    for child in store.children(&all)? {
        let path = format!("{all}/{}", child.name);
        if child.is_folder && !child.name.starts_with("symbol=") {
            add(store.parquet_below(&path)?, None);
        } else if !child.is_folder && is_parquet(&child.name) {
            add(vec![path], None);
        }
    }
    Ok(files)
}

/// Every bar file of the tape.
pub(crate) fn all_bar_files(store: &Store) -> Result<Vec<BarFile>, TapeError> {
    bar_files_below(store, Sort::Bars)
}

/// Every file of bars outside the regular session.
pub(crate) fn extended_files(store: &Store) -> Result<Vec<BarFile>, TapeError> {
    bar_files_below(store, Sort::Extended)
}

fn bar_files_below(store: &Store, sort: Sort) -> Result<Vec<BarFile>, TapeError> {
    let mut files = Vec::new();
    for path in store.parquet_below(sort.as_str())? {
        let value = |key| path.split('/').find_map(|part| part.strip_prefix(key));
        // A folder whose interval nobody can read holds nothing that could be asked for.
        let Some(Ok(interval)) = value("interval=").map(str::parse) else {
            continue;
        };
        let symbol = value("symbol=").map(str::to_owned);
        files.push(BarFile {
            path,
            interval,
            symbol,
        });
    }
    Ok(files)
}

/// Names of the items of a sort other than bars, sorted.
pub(crate) fn names(store: &Store, sort: Sort) -> Result<Vec<String>, TapeError> {
    let children = store.children(sort.as_str())?;
    let name = |child: crate::store::Child| Some(child.name.strip_prefix(sort.key())?.to_owned());
    Ok(children.into_iter().filter_map(name).collect())
}
