//! The rows one source brings of one item: either direction, any number.

use market::Known;

use crate::error::TapeError;
use crate::facts::Basis;
use crate::layout::Item;
use crate::merge::spool::{Segment, Spool};
use crate::sheet::Sheet;

/// Rows of an item held in memory before they go to the spool: one row group, 6 MiB of bars.
pub(crate) const ROWS_IN_MEMORY: usize = 131_072;

/// What a source says of its rows of an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// When the values of a series are known.
    pub(crate) known: Known,
    /// The shares bars and dividends are counted in.
    pub(crate) basis: Basis,
}

/// Rows that are being piled up, strictly ascending or strictly descending.
#[derive(Debug)]
pub(crate) struct Pile {
    pub(crate) item: Item,
    pub(crate) told: Told,
    /// Rows not in the spool, in the order in which they came.
    tail: Sheet,
    spooled: Vec<Segment>,
    last: Option<i64>,
    descending: bool,
    rows: u64,
}

/// A row that does not continue the rows before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutOfOrder {
    pub(crate) last: i64,
    pub(crate) descending: bool,
}

/// All rows a source brings of an item, ascending.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) item: Item,
    pub(crate) told: Told,
    pub(crate) parts: Vec<Part>,
}

/// A stretch of a run.
#[derive(Debug)]
pub(crate) enum Part {
    Memory(Sheet),
    Spooled(Segment),
}

impl Pile {
    pub(crate) fn new(item: Item, told: Told) -> Self {
        Self {
            tail: Sheet::empty(item.sort),
            item,
            told,
            spooled: Vec::new(),
            last: None,
            descending: false,
            rows: 0,
        }
    }

    /// Adds a row. The first two rows tell the direction, which the others have to keep.
    #[inline]
    pub(crate) fn push(&mut self, key: i64, values: &[f64]) -> Result<(), OutOfOrder> {
        if let Some(last) = self.last {
            if self.rows == 1 {
                self.descending = key < last;
            }
            let onward = if self.descending {
                key < last
            } else {
                key > last
            };
            if !onward {
                let descending = self.descending;
                return Err(OutOfOrder { last, descending });
            }
        }
        self.last = Some(key);
        self.rows += 1;
        self.tail.keys.push(key);
        for (column, &value) in self.tail.columns.iter_mut().zip(values) {
            column.push(value);
        }
        Ok(())
    }

    /// Rows in memory.
    pub(crate) fn held(&self) -> usize {
        self.tail.keys.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Sends what is in memory to the spool.
    pub(crate) fn spill(&mut self, spool: &mut Spool) -> Result<(), TapeError> {
        if self.tail.keys.is_empty() {
            return Ok(());
        }
        if self.descending {
            self.tail.reverse();
        }
        self.spooled.push(spool.keep(&self.tail)?);
        // Its room too: a file with one symbol after the other would keep that of every one.
        self.tail = Sheet::empty(self.item.sort);
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Run {
        let mut parts: Vec<Part> = self.spooled.into_iter().map(Part::Spooled).collect();
        if self.descending {
            self.tail.reverse();
        }
        if !self.tail.keys.is_empty() {
            parts.push(Part::Memory(self.tail));
        }
        if self.descending {
            parts.reverse();
        }
        Run {
            item: self.item,
            told: self.told,
            parts,
        }
    }
}

impl Run {
    /// A run of rows that ascend already.
    pub(crate) fn of(item: Item, told: Told, rows: Sheet) -> Self {
        Self {
            item,
            told,
            parts: vec![Part::Memory(rows)],
        }
    }

    /// Rows in memory.
    pub(crate) fn held(&self) -> usize {
        let held = |part: &Part| match part {
            Part::Memory(rows) => rows.keys.len(),
            Part::Spooled(_) => 0,
        };
        self.parts.iter().map(held).sum()
    }

    /// Sends what is in memory to the spool.
    pub(crate) fn spill(&mut self, spool: &mut Spool) -> Result<(), TapeError> {
        for part in &mut self.parts {
            if let Part::Memory(rows) = part {
                *part = Part::Spooled(spool.keep(rows)?);
            }
        }
        Ok(())
    }
}
