//! Many runs of one item into one, by time, without holding any of them whole.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

use table::{Dest, Reader};

use crate::error::TapeError;
use crate::layout::{Item, Sort};
use crate::merge::pile::{Part, Run};
use crate::merge::spool::Spool;
use crate::records;
use crate::sheet::{BAR_COLUMNS, Sheet, same};

/// What the weaver tells of the rows that more than one run has, and of those the tape lacks.
pub(crate) trait Witness {
    /// The tape lacks rows that the source of this rank brings.
    fn added(&mut self, rank: usize, rows: usize);
    /// The tape has the row; `new` are the values brought.
    fn met(&mut self, rank: usize, key: i64, old: &[f64], new: &[f64]);
    /// Two sources bring the row; the first is kept.
    fn twice(&mut self, key: i64, kept: (usize, &[f64]), other: (usize, &[f64]));
}

/// The rows of an item in ascending order, each key once: of several sources the first that has it, and of the tape's
/// values those that are the same.
pub(crate) struct Weave<'m> {
    /// Not opened yet; the one that begins first comes last.
    waiting: Vec<Cursor<'m>>,
    /// Open, by rank, the tape's own last.
    active: Vec<Cursor<'m>>,
    spool: &'m RefCell<Spool>,
    columns: usize,
}

/// A place in a run.
struct Cursor<'m> {
    /// `None` for the tape's own file.
    rank: Option<usize>,
    first: i64,
    rows: Cow<'m, Sheet>,
    at: usize,
    feed: Feed<'m>,
}

enum Feed<'m> {
    Tape {
        item: &'m Item,
        reader: &'m Reader,
        next: usize,
    },
    Run(std::slice::Iter<'m, Part>),
}

impl<'m> Weave<'m> {
    /// `runs` with their ranks, the tape's own file if there is one.
    pub(crate) fn new(
        item: &'m Item,
        runs: impl Iterator<Item = (usize, &'m Run)>,
        tape: Option<&'m Reader>,
        spool: &'m RefCell<Spool>,
    ) -> Self {
        let rows = Sheet::empty(item.sort);
        let columns = rows.columns.len();
        let cursor = |rank, first, feed| Cursor {
            rank,
            first,
            rows: Cow::Owned(Sheet::empty(item.sort)),
            at: 0,
            feed,
        };
        let mut waiting: Vec<Cursor<'m>> = runs
            .filter_map(|(rank, run)| {
                let first = match run.parts.first()? {
                    Part::Memory(rows) => *rows.keys.first()?,
                    Part::Spooled(segment) => segment.first,
                };
                Some(cursor(Some(rank), first, Feed::Run(run.parts.iter())))
            })
            .collect();
        if let Some(reader) = tape {
            let next = 0;
            // Its footer might tell, but opening it at once costs one row group.
            waiting.push(cursor(None, i64::MIN, Feed::Tape { item, reader, next }));
        }
        waiting.sort_by_key(|c| std::cmp::Reverse(c.first));
        Self {
            waiting,
            active: Vec::new(),
            spool,
            columns,
        }
    }

    /// Appends rows to `out` until it has `rows` of them or there are no more.
    pub(crate) fn fill(
        &mut self,
        out: &mut Sheet,
        rows: usize,
        witness: &mut impl Witness,
    ) -> Result<(), TapeError> {
        while out.keys.len() < rows {
            self.open()?;
            let room = rows - out.keys.len();
            match self.active.as_mut_slice() {
                [] => return Ok(()),
                [only] => {
                    let until = self.waiting.last().map_or(i64::MAX, |next| next.first);
                    let taken = only.ahead(until, room);
                    // At least one: `open` took in every run that begins at or before this row.
                    out.extend(&only.rows, taken.clone());
                    if let Some(rank) = only.rank {
                        witness.added(rank, taken.len());
                    }
                    only.at = taken.end;
                }
                _ => self.row(out, witness),
            }
            self.refill()?;
        }
        Ok(())
    }

    /// Opens what begins no later than the next row.
    fn open(&mut self) -> Result<(), TapeError> {
        while let Some(next) = self.waiting.last() {
            let key = self.active.iter().filter_map(Cursor::key).min();
            if key.is_some_and(|key| key < next.first) {
                break;
            }
            let Some(mut cursor) = self.waiting.pop() else {
                break;
            };
            cursor.refill(self.spool)?;
            if cursor.key().is_some() {
                let place = self.active.partition_point(|c| c.order() < cursor.order());
                self.active.insert(place, cursor);
            }
        }
        Ok(())
    }

    fn refill(&mut self) -> Result<(), TapeError> {
        for cursor in &mut self.active {
            if cursor.key().is_none() {
                cursor.refill(self.spool)?;
            }
        }
        self.active.retain(|c| c.key().is_some());
        Ok(())
    }

    /// The next row, of all that have it.
    fn row(&mut self, out: &mut Sheet, witness: &mut impl Witness) {
        let Some(key) = self.active.iter().filter_map(Cursor::key).min() else {
            return;
        };
        let mut kept: Option<(usize, Values)> = None;
        let mut old: Option<Values> = None;
        for cursor in self.active.iter_mut().filter(|c| c.key() == Some(key)) {
            let values = cursor.values();
            match (cursor.rank, &kept) {
                (None, _) => old = Some(values),
                (Some(rank), None) => kept = Some((rank, values)),
                (Some(rank), Some((first, ours))) => {
                    witness.twice(
                        key,
                        (*first, ours.slice(self.columns)),
                        (rank, values.slice(self.columns)),
                    );
                }
            }
            cursor.at += 1;
        }
        let row = match (old, kept) {
            (Some(old), None) => old,
            (None, Some((rank, new))) => {
                witness.added(rank, 1);
                new
            }
            (Some(old), Some((rank, new))) => {
                witness.met(rank, key, old.slice(self.columns), new.slice(self.columns));
                old.unless_changed(&new)
            }
            (None, None) => return,
        };
        out.push(key, row.slice(self.columns));
    }
}

/// The values of one row; the sorts there are have at most five.
#[derive(Clone, Copy)]
struct Values([f64; 5]);

impl Values {
    fn slice(&self, columns: usize) -> &[f64] {
        self.0.get(..columns).unwrap_or(&self.0)
    }

    fn unless_changed(mut self, new: &Values) -> Values {
        for (old, &new) in self.0.iter_mut().zip(&new.0) {
            if !same(*old, new) {
                *old = new;
            }
        }
        self
    }
}

impl Cursor<'_> {
    fn key(&self) -> Option<i64> {
        self.rows.keys.get(self.at).copied()
    }

    /// Sources by rank, the tape after them.
    fn order(&self) -> usize {
        self.rank.unwrap_or(usize::MAX)
    }

    fn values(&self) -> Values {
        let mut values = [0.0; 5];
        for (value, column) in values.iter_mut().zip(&self.rows.columns) {
            *value = column.get(self.at).copied().unwrap_or(0.0);
        }
        Values(values)
    }

    /// The rows from here that lie before `until`, at most `room` of them.
    fn ahead(&self, until: i64, room: usize) -> Range<usize> {
        let end = self.rows.keys.len().min(self.at + room);
        let rest = self.rows.keys.get(self.at..end).unwrap_or_default();
        self.at..self.at + rest.partition_point(|&k| k < until).max(1)
    }

    /// Loads the next rows; none are left if there are no more.
    fn refill(&mut self, spool: &RefCell<Spool>) -> Result<(), TapeError> {
        let before = self.rows.keys.last().copied();
        self.at = 0;
        match &mut self.feed {
            Feed::Run(parts) => {
                self.rows = match parts.next() {
                    Some(Part::Memory(rows)) => Cow::Borrowed(rows),
                    Some(Part::Spooled(segment)) => Cow::Owned(spool.borrow_mut().give(*segment)?),
                    None => Cow::Owned(Sheet::default()),
                };
            }
            Feed::Tape { item, reader, next } => {
                self.rows = Cow::Owned(Sheet::default());
                while self.rows.keys.is_empty() && *next < reader.groups() {
                    let rows = group(reader, item.sort, *next)?;
                    rows.check(item)?;
                    if let Some(&first) = rows.keys.first()
                        && before.is_some_and(|before| first <= before)
                    {
                        return Err(rows.unsorted(item, 0));
                    }
                    self.rows = Cow::Owned(rows);
                    *next += 1;
                }
            }
        }
        Ok(())
    }
}

/// The rows of one row group of the tape's own file.
fn group(reader: &Reader, sort: Sort, group: usize) -> Result<Sheet, TapeError> {
    let mut rows = Sheet::empty(sort);
    if sort.is_bars() {
        let numbers = BAR_COLUMNS.iter().zip(&mut rows.columns);
        let mut wanted: Vec<_> = numbers.map(|(&n, v)| (n, Dest::Number(v))).collect();
        wanted.push(("start", Dest::TimeMicros(&mut rows.keys)));
        reader.read(&[group], &mut wanted, 1)?;
        return Ok(rows);
    }
    let (date, value, _) = records::columns(sort);
    let mut days = Vec::new();
    let mut wanted = vec![(date, Dest::DateDays(&mut days))];
    wanted.extend(rows.columns.iter_mut().map(|v| (value, Dest::Number(v))));
    reader.read(&[group], &mut wanted, 1)?;
    rows.keys = days.into_iter().map(i64::from).collect();
    Ok(rows)
}
