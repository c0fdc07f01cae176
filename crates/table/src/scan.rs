//! Chosen columns of chosen row groups into vectors, in parallel.

use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::BytesMut;

use crate::decode::{Slot, decode};
use crate::error::TableError;
use crate::kind::Kind;
use crate::read::Reader;

/// Rows below which a second thread costs more than it saves.
const ROWS_WORTH_A_THREAD: usize = 32_768;

/// Where a column goes; the rows replace what the vector held. What it may be read from is said with each; anything else is an error.
#[derive(Debug)]
pub enum Dest<'a> {
    /// Floating point of 32 or 64 bits, and integers up to 2^53 in size.
    Number(&'a mut Vec<f64>),
    /// As `Number`, rows without a value being `None`.
    MaybeNumber(&'a mut Vec<Option<f64>>),
    /// Integers of any width; unsigned ones up to 2^63 − 1.
    Integer(&'a mut Vec<i64>),
    /// As `Integer`, rows without a value being `None`.
    MaybeInteger(&'a mut Vec<Option<i64>>),
    /// UTC timestamps of any unit that fall on whole microseconds, as microseconds since 1970.
    TimeMicros(&'a mut Vec<i64>),
    /// Timestamps of any unit that name no zone, as microseconds from 1970 on the clock they were read from. A zone makes
    /// instants of them; which one, the file does not say.
    LocalMicros(&'a mut Vec<i64>),
    /// Dates, as days since 1970-01-01.
    DateDays(&'a mut Vec<i32>),
    /// As `DateDays`, rows without a date being `None`.
    MaybeDateDays(&'a mut Vec<Option<i32>>),
    /// Text.
    Text(&'a mut Vec<String>),
    /// Text, rows without a value being `None`.
    MaybeText(&'a mut Vec<Option<String>>),
    /// Truth values.
    Flag(&'a mut Vec<bool>),
    /// Text, compared with the one given: true where it is equal.
    Equal(&'a str, &'a mut Vec<bool>),
}

/// One column of one row group on its way.
struct Task<'a> {
    group: usize,
    column: usize,
    first_row: u64,
    slot: Slot<'a>,
}

impl Reader {
    /// Reads columns of every row group. See [`read`](Reader::read).
    ///
    /// # Errors
    /// As [`read`](Reader::read).
    pub fn read_all(
        &self,
        columns: &mut [(&str, Dest<'_>)],
        threads: usize,
    ) -> Result<(), TableError> {
        let groups: Vec<usize> = (0..self.groups()).collect();
        self.read(&groups, columns, threads)
    }

    /// Puts the rows of `groups`, in that order, into each column's vector, decoding on up to `threads` threads.
    /// The result does not depend on their number. After an error the vectors hold nothing of use.
    ///
    /// # Errors
    /// [`TableError::NoSuchColumn`], [`TableError::NoSuchGroup`], [`TableError::WrongType`], [`TableError::Null`],
    /// [`TableError::Inexact`], [`TableError::Damaged`].
    pub fn read(
        &self,
        groups: &[usize],
        columns: &mut [(&str, Dest<'_>)],
        threads: usize,
    ) -> Result<(), TableError> {
        if let Some(&group) = groups.iter().find(|&&g| g >= self.groups()) {
            return Err(self.no_such_group(group));
        }
        let rows: Vec<usize> = groups.iter().map(|&g| self.group_rows(g)).collect();
        let first_rows = self.first_rows();
        let mut tasks = Vec::with_capacity(groups.len() * columns.len());
        for (name, dest) in columns {
            let (column, kind) = self.find(name)?;
            if !dest.takes(kind) {
                return Err(TableError::WrongType {
                    name: self.name.clone(),
                    column: (*name).to_owned(),
                    expected: dest.expected(),
                    found: kind,
                });
            }
            for (i, slot) in dest.slots(&rows).into_iter().enumerate() {
                tasks.push(Task {
                    group: groups[i],
                    column,
                    first_row: first_rows[groups[i]],
                    slot,
                });
            }
        }
        let places: Vec<_> = tasks.iter().filter_map(|task| self.place(task)).collect();
        self.source
            .expect(&places)
            .map_err(TableError::io(&self.name, "read"))?;
        let total: usize = rows.iter().sum();
        self.run(tasks, threads.min(1 + total / ROWS_WORTH_A_THREAD))
    }

    /// Where in the file a task's bytes are.
    fn place(&self, task: &Task<'_>) -> Option<std::ops::Range<u64>> {
        let group = self.meta.row_groups().get(task.group)?;
        let (start, len) = group.columns().get(task.column)?.byte_range();
        Some(start..start.checked_add(len)?)
    }

    /// The row in the file at which each group begins.
    fn first_rows(&self) -> Vec<u64> {
        let groups = 0..self.groups();
        let mut row = 0;
        groups
            .map(|g| {
                let first = row;
                row += self.group_rows(g) as u64;
                first
            })
            .collect()
    }

    fn run(&self, tasks: Vec<Task<'_>>, threads: usize) -> Result<(), TableError> {
        let threads = threads.min(tasks.len());
        if threads <= 1 {
            let mut spare = BytesMut::new();
            return tasks
                .into_iter()
                .try_for_each(|task| self.decode(task, &mut spare));
        }
        let queue = Mutex::new(tasks.into_iter().enumerate());
        // The error of the earliest task is the one told, whichever thread met its own first.
        let failed: Mutex<Option<(usize, TableError)>> = Mutex::new(None);
        // A call of its own, so that the lock is let go before the decoding.
        let next = || lock(&queue).next();
        let work = || {
            let mut spare = BytesMut::new();
            while let Some((order, task)) = next() {
                if let Err(error) = self.decode(task, &mut spare) {
                    let mut failed = lock(&failed);
                    if failed.as_ref().is_none_or(|(first, _)| order < *first) {
                        *failed = Some((order, error));
                    }
                    return;
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
        failed.map_or(Ok(()), |(_, error)| Err(error))
    }

    fn decode(&self, task: Task<'_>, spare: &mut BytesMut) -> Result<(), TableError> {
        self.chunks.fetch_add(1, Ordering::Relaxed);
        decode(
            self,
            task.group,
            task.column,
            task.first_row,
            task.slot,
            spare,
        )
    }
}

/// A thread that panicked while it held the lock left the queue as it was: take it anyway.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Dest<'_> {
    fn takes(&self, kind: Kind) -> bool {
        use Kind as K;
        match self {
            Dest::Number(_) | Dest::MaybeNumber(_) => matches!(
                kind,
                K::Double | K::Float | K::Int32 | K::UInt32 | K::Int64 | K::UInt64
            ),
            Dest::Integer(_) | Dest::MaybeInteger(_) => {
                matches!(kind, K::Int32 | K::UInt32 | K::Int64 | K::UInt64)
            }
            Dest::TimeMicros(_) => matches!(kind, K::TimeMillis | K::TimeMicros | K::TimeNanos),
            Dest::LocalMicros(_) => {
                matches!(kind, K::LocalMillis | K::LocalMicros | K::LocalNanos)
            }
            Dest::DateDays(_) | Dest::MaybeDateDays(_) => kind == K::Date,
            Dest::Text(_) | Dest::MaybeText(_) | Dest::Equal(..) => kind == K::Text,
            Dest::Flag(_) => kind == K::Bool,
        }
    }

    fn expected(&self) -> &'static str {
        match self {
            Dest::Number(_) | Dest::MaybeNumber(_) => "numbers (floating point or integer)",
            Dest::Integer(_) | Dest::MaybeInteger(_) => "integers",
            Dest::TimeMicros(_) => "UTC timestamps",
            Dest::LocalMicros(_) => "timestamps without a zone",
            Dest::DateDays(_) | Dest::MaybeDateDays(_) => "dates",
            Dest::Text(_) | Dest::MaybeText(_) | Dest::Equal(..) => "text",
            Dest::Flag(_) => "truth values",
        }
    }

    /// Makes room for the rows and hands out a slice for each group.
    fn slots(&mut self, rows: &[usize]) -> Vec<Slot<'_>> {
        match self {
            Dest::Number(v) => cut(v, rows, Slot::Number),
            Dest::MaybeNumber(v) => cut(v, rows, Slot::MaybeNumber),
            Dest::Integer(v) => cut(v, rows, Slot::Integer),
            Dest::MaybeInteger(v) => cut(v, rows, Slot::MaybeInteger),
            Dest::TimeMicros(v) | Dest::LocalMicros(v) => cut(v, rows, Slot::TimeMicros),
            Dest::DateDays(v) => cut(v, rows, Slot::DateDays),
            Dest::MaybeDateDays(v) => cut(v, rows, Slot::MaybeDateDays),
            Dest::Text(v) => cut(v, rows, Slot::Text),
            Dest::MaybeText(v) => cut(v, rows, Slot::MaybeText),
            Dest::Flag(v) => cut(v, rows, Slot::Flag),
            Dest::Equal(text, v) => {
                let text = *text;
                cut(v, rows, |slice| Slot::Equal(text, slice))
            }
        }
    }
}

fn cut<'a, T: Clone + Default>(
    values: &'a mut Vec<T>,
    rows: &[usize],
    slot: impl Fn(&'a mut [T]) -> Slot<'a>,
) -> Vec<Slot<'a>> {
    let total: usize = rows.iter().sum();
    if values.len() < total {
        // Fresh zeroed memory costs nothing until the decoding threads touch it; `resize` would touch it here, on one.
        *values = vec![T::default(); total];
    } else {
        values.truncate(total);
    }
    let mut rest = &mut values[..];
    rows.iter()
        .map(|&n| {
            let (head, tail) = std::mem::take(&mut rest).split_at_mut(n);
            rest = tail;
            slot(head)
        })
        .collect()
}
