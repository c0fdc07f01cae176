//! Closes of many symbols: they come a date at a time and leave a symbol at a time, without being in memory whole.

use std::cell::RefCell;
use std::ops::Range;

use market::Date;

use crate::closes::Close;
use crate::error::TapeError;
use crate::layout::Item;
use crate::merge::spool::Spool;

/// Cells in memory at a time, on the way in and again on the way out: 4 MiB. A grid of n times as many takes n blocks in
/// and n strips out, and each strip has a piece in each block: n² reads, each of one stretch of the spool.
pub(crate) const CELLS: usize = 1 << 19;

/// A row a date, a column a symbol.
#[derive(Debug)]
pub(crate) struct Grid {
    /// Ascending.
    symbols: Vec<String>,
    /// For each symbol, its column.
    columns: Vec<usize>,
    /// For each symbol, whether it has any close.
    filled: Vec<bool>,
    dates: Vec<Date>,
    /// Rows of no block yet, one after the other. Where there is no close there is NaN.
    rows: Vec<f64>,
    blocks: Vec<Block>,
    cells: usize,
}

/// Some dates of all symbols, turned: all closes of the first symbol, then all of the second.
#[derive(Debug)]
struct Block {
    dates: usize,
    closes: Kept,
}

#[derive(Debug)]
enum Kept {
    Memory(Vec<f64>),
    /// From this byte of the spool.
    Spooled(u64),
}

impl Grid {
    /// Of these columns, in any order, each once; about `cells` of it are in memory.
    pub(crate) fn new(columns: Vec<String>, cells: usize) -> Self {
        let mut named: Vec<(String, usize)> = columns.into_iter().zip(0..).collect();
        named.sort();
        let (symbols, columns): (Vec<_>, Vec<_>) = named.into_iter().unzip();
        Self {
            filled: vec![false; symbols.len()],
            symbols,
            columns,
            dates: Vec::new(),
            rows: Vec::new(),
            blocks: Vec::new(),
            cells,
        }
    }

    /// Adds the closes of a date after the dates before, one a column, NaN where there is none.
    pub(crate) fn push(
        &mut self,
        date: Date,
        row: &[f64],
        spool: Option<&RefCell<Spool>>,
    ) -> Result<(), TapeError> {
        self.dates.push(date);
        self.rows.extend_from_slice(row);
        for (filled, &column) in self.filled.iter_mut().zip(&self.columns) {
            *filled |= row.get(column).is_some_and(|close| !close.is_nan());
        }
        if self.rows.len() + self.width() > self.cells {
            self.turn(spool)?;
        }
        Ok(())
    }

    /// No more dates follow.
    ///
    /// # Errors
    /// [`TapeError::Name`] for a symbol that has closes and cannot be the name of one.
    pub(crate) fn end(&mut self, spool: Option<&RefCell<Spool>>) -> Result<(), TapeError> {
        for symbol in self.symbols() {
            Item::bars(symbol, market::Interval::Day).check_name()?;
        }
        self.turn(spool)
    }

    /// Symbols with a close, ascending.
    pub(crate) fn symbols(&self) -> impl Iterator<Item = &String> {
        let symbols = self.symbols.iter().zip(&self.filled);
        symbols.filter_map(|(symbol, filled)| filled.then_some(symbol))
    }

    fn width(&self) -> usize {
        self.symbols.len().max(1)
    }

    fn turn(&mut self, spool: Option<&RefCell<Spool>>) -> Result<(), TapeError> {
        let width = self.width();
        let dates = self.rows.len() / width;
        if dates == 0 {
            return Ok(());
        }
        let rows = &self.rows;
        let of_symbol = |&column: &usize| rows.iter().skip(column).step_by(width).copied();
        let turned = self.columns.iter().flat_map(of_symbol);
        let closes = match spool {
            Some(spool) => Kept::Spooled(spool.borrow_mut().keep_numbers(turned)?),
            None => Kept::Memory(turned.collect()),
        };
        self.blocks.push(Block { dates, closes });
        self.rows.clear();
        Ok(())
    }

    /// Hands it back, symbol by symbol.
    pub(crate) fn turned(self) -> Turned {
        Turned {
            next: 0,
            strip: Vec::new(),
            held: 0..0,
            piece: Vec::new(),
            grid: Grid {
                // The room of the way in is not needed on the way out.
                rows: Vec::new(),
                ..self
            },
        }
    }
}

/// A grid on its way out.
#[derive(Debug)]
pub(crate) struct Turned {
    grid: Grid,
    /// The symbol to come.
    next: usize,
    /// All closes of some symbols, one symbol after the other.
    strip: Vec<f64>,
    /// Which symbols these are.
    held: Range<usize>,
    piece: Vec<f64>,
}

impl Turned {
    /// The symbols that have closes and were not handed back yet.
    pub(crate) fn symbols(&self) -> impl Iterator<Item = &String> {
        let handed = |symbol: &&String| !symbol.is_empty();
        self.grid.symbols().filter(handed)
    }

    /// The next symbol that has closes.
    pub(crate) fn peek(&self) -> Option<&str> {
        let rest = self.grid.filled.get(self.next..)?;
        let next = self.next + rest.iter().position(|&filled| filled)?;
        self.grid.symbols.get(next).map(String::as_str)
    }

    /// The next symbol that has closes, and them by date.
    pub(crate) fn next(
        &mut self,
        spool: Option<&RefCell<Spool>>,
    ) -> Result<Option<(String, Vec<Close>)>, TapeError> {
        while self.grid.filled.get(self.next) == Some(&false) {
            self.next += 1;
        }
        let Some(symbol) = self.grid.symbols.get_mut(self.next).map(std::mem::take) else {
            return Ok(None);
        };
        if !self.held.contains(&self.next) {
            self.fill(spool)?;
        }
        let dates = &self.grid.dates;
        let from = (self.next - self.held.start) * dates.len();
        let strip = self.strip.get(from..).unwrap_or_default();
        let closes = dates.iter().zip(strip);
        let closes = closes.filter(|(_, close)| !close.is_nan());
        let closes = closes.map(|(&date, &close)| Close { date, close });
        let closes = closes.collect();
        self.next += 1;
        Ok(Some((symbol, closes)))
    }

    /// Takes the next symbols from every block.
    fn fill(&mut self, spool: Option<&RefCell<Spool>>) -> Result<(), TapeError> {
        let dates = self.grid.dates.len().max(1);
        let symbols = (self.grid.cells / dates).max(1);
        let end = (self.next + symbols).min(self.grid.symbols.len());
        self.held = self.next..end;
        self.strip.clear();
        self.strip.resize(self.held.len() * dates, f64::NAN);
        let mut before = 0;
        for block in &self.grid.blocks {
            let cells = self.held.start * block.dates..self.held.end * block.dates;
            let piece = match (&block.closes, spool) {
                (Kept::Memory(closes), _) => closes.get(cells).unwrap_or_default(),
                (Kept::Spooled(from), Some(spool)) => {
                    let from = from + cells.start as u64 * 8;
                    let mut spool = spool.borrow_mut();
                    spool.give_numbers(from, cells.len(), &mut self.piece)?;
                    &self.piece
                }
                // What was spooled is read by whoever holds the spool.
                (Kept::Spooled(_), None) => &[],
            };
            let its = piece.chunks_exact(block.dates);
            for (all, closes) in self.strip.chunks_exact_mut(dates).zip(its) {
                if let Some(part) = all.get_mut(before..before + block.dates) {
                    part.copy_from_slice(closes);
                }
            }
            before += block.dates;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates() -> impl Iterator<Item = Date> {
        Date::from_ymd_opt(2020, 1, 1).unwrap().iter_days()
    }

    proptest::proptest! {
        /// However few cells are in memory, on the disk or not: what went in by date comes out by symbol.
        #[test]
        fn a_grid_comes_out_as_it_went_in(
            rows in proptest::collection::vec(proptest::collection::vec(proptest::option::of(1u32..99), 5), 1..40),
            cells in 1usize..64,
            spooled: bool,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let spool = RefCell::new(Spool::beside(folder.path()));
            let spool = spooled.then_some(&spool);
            let names = ["D", "A", "E", "C", "B"];
            let mut grid = Grid::new(names.map(str::to_owned).to_vec(), cells);
            for (date, row) in dates().zip(&rows) {
                let row: Vec<f64> = row.iter().map(|c| c.map_or(f64::NAN, f64::from)).collect();
                grid.push(date, &row, spool).unwrap();
            }
            grid.end(spool).unwrap();
            let mut turned = grid.turned();
            let mut order: Vec<usize> = (0..5).collect();
            order.sort_by_key(|&column| names[column]);
            for column in order {
                let closes: Vec<Close> = dates().zip(&rows)
                    .filter_map(|(date, row)| Some(Close { date, close: row[column]?.into() }))
                    .collect();
                if closes.is_empty() {
                    continue;
                }
                proptest::prop_assert_eq!(turned.peek(), Some(names[column]));
                let next = turned.next(spool).unwrap();
                proptest::prop_assert_eq!(next, Some((names[column].to_owned(), closes)));
            }
            proptest::prop_assert!(turned.peek().is_none());
            proptest::prop_assert!(turned.next(spool).unwrap().is_none());
        }
    }
}
