//! Merged rows as a run would judge them, a batch at a time: what it would refuse must not enter.

use market::bars::PRICES_USD;
use market::{BarDefect, Bars, Date, Interval, SessionTable, Time};

use crate::error::TapeError;
use crate::layout::{Item, Sort};
use crate::records;
use crate::sheet::{Sheet, at, describe};

/// The sessions the batches so far needed, kept for the next item.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    sessions: SessionTable,
    span: Option<(Date, Date)>,
}

/// What is left of the batches of an item before.
#[derive(Debug, Default)]
pub(crate) struct Before {
    rows: usize,
    last: Option<Time>,
    end: Option<Time>,
}

impl Judge {
    /// Judges the next rows of an item and hands them back.
    pub(crate) fn judge(
        &mut self,
        item: &Item,
        rows: Sheet,
        before: &mut Before,
    ) -> Result<Sheet, TapeError> {
        match (item.sort, item.interval) {
            (Sort::Bars, Some(interval)) => {
                let judged = self.bars(item, interval, rows, before);
                return judged.map_err(|defect| TapeError::Bar {
                    path: describe(item),
                    defect,
                });
            }
            (Sort::Bars | Sort::Extended, _) => extended(item, &rows, before.rows)?,
            (Sort::Series | Sort::Dividends | Sort::Splits, _) => {
                records(item, &rows, before.rows)?;
            }
            // The ledger judges its own.
            (Sort::Constituents | Sort::Members | Sort::Quotes | Sort::Events, _) => {}
        }
        before.rows += rows.keys.len();
        Ok(rows)
    }

    fn bars(
        &mut self,
        item: &Item,
        interval: Interval,
        rows: Sheet,
        before: &mut Before,
    ) -> Result<Sheet, BarDefect> {
        self.widen(&rows);
        let raw = rows.into_bars();
        let bars = Bars::new(&item.name, interval, raw, &self.sessions)
            .map_err(|defect| moved(defect, before.rows))?;
        if let Some((&found, end)) = bars.start().first().zip(before.end)
            && found < end
        {
            return Err(BarDefect::Overlap {
                symbol: item.name.clone(),
                row: before.rows,
                found,
                before: end,
            });
        }
        before.rows += bars.len();
        before.last = bars.start().last().copied();
        before.end = bars.end().last().copied();
        Ok(Sheet::bars(bars.into_raw()))
    }

    /// Takes in the sessions of these rows.
    fn widen(&mut self, rows: &Sheet) {
        let date = |key: Option<&i64>| key.and_then(|&k| Time(k).exchange_date());
        let Some((first, last)) = date(rows.keys.first()).zip(date(rows.keys.last())) else {
            return;
        };
        let span = match self.span {
            Some((from, to)) if from <= first && last <= to => return,
            Some((from, to)) => (from.min(first), to.max(last)),
            None => (first, last),
        };
        self.sessions = SessionTable::covering(span.0, span.1);
        self.span = Some(span);
    }
}

/// Bars outside the regular session: all that [`Bars`] demands but the session.
fn extended(item: &Item, rows: &Sheet, before: usize) -> Result<(), TapeError> {
    let [open, high, low, close, volume] = rows.columns.as_slice() else {
        return Ok(());
    };
    let prices = [open, high, low, close];
    let sound = |row: usize| {
        let price = |column: &&Vec<f64>| column.get(row).is_some_and(|p| PRICES_USD.contains(p));
        let traded = volume
            .get(row)
            .is_some_and(|v| (0.0..=f64::MAX).contains(v));
        prices.iter().all(price) && traded && high.get(row) >= low.get(row)
    };
    match (0..rows.keys.len()).find(|&row| !sound(row)) {
        None => Ok(()),
        Some(row) => Err(wrong(
            item,
            rows,
            row,
            before,
            "a price, a volume or a high below its low".to_owned(),
            "prices from 0.0001 to 10000000 dollars, no negative volume, highs not below lows",
        )),
    }
}

fn records(item: &Item, rows: &Sheet, before: usize) -> Result<(), TapeError> {
    let (_, _, rule) = records::columns(item.sort);
    let values = rows.columns.iter().flatten();
    let mut broken = values
        .enumerate()
        .filter_map(|(row, &value)| Some((row, value, rule.broken_by(value)?)));
    match broken.next() {
        None => Ok(()),
        Some((row, value, expected)) => {
            let found = format!("the value {value}");
            Err(wrong(item, rows, row, before, found, expected))
        }
    }
}

fn wrong(
    item: &Item,
    rows: &Sheet,
    row: usize,
    before: usize,
    found: String,
    expected: &'static str,
) -> TapeError {
    let key = rows.keys.get(row);
    TapeError::Record {
        path: describe(item),
        row: before + row,
        date: key.map_or_else(String::new, |&k| at(item, k)),
        found,
        expected,
    }
}

/// The defect with its row counted from the first of the item, not of the batch.
fn moved(defect: BarDefect, rows: usize) -> BarDefect {
    let mut defect = defect;
    match &mut defect {
        BarDefect::Order { row, .. }
        | BarDefect::Value { row, .. }
        | BarDefect::HighBelowLow { row, .. }
        | BarDefect::OutsideSession { row, .. }
        | BarDefect::Overlap { row, .. } => *row += rows,
        BarDefect::Length { .. } => {}
    }
    defect
}
