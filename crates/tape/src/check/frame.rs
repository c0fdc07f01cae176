//! Rows brought into order: each in its session, none twice. What is in the way of that is a defect here.

use market::calendar;
use market::{Interval, SessionTable, Time};

use super::defect::{Finder, Repair};
use super::kind::Kind;
use super::rows::{FIELDS, Rows};

/// Rows in order of time, none of one time twice, every one inside a session's regular hours.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) rows: Rows,
    /// Where each lay on file.
    pub(crate) on_file: Vec<u32>,
    /// The ordinal of its session.
    pub(crate) session: Vec<u32>,
}

impl Frame {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Keeps the rows for which `keep` holds.
    pub(crate) fn retain(&mut self, keep: &[bool]) {
        let kept = |row: usize| keep.get(row).copied().unwrap_or(false);
        self.rows.retain(kept);
        for column in [&mut self.on_file, &mut self.session] {
            let mut row = 0;
            column.retain(|_| {
                row += 1;
                kept(row - 1)
            });
        }
    }

    /// The rows of each session that has any, in order: its ordinal, its first row, one past its last.
    pub(crate) fn by_session(&self) -> impl Iterator<Item = (u32, std::ops::Range<usize>)> + '_ {
        let mut from = 0;
        self.session.chunk_by(|a, b| a == b).map(move |chunk| {
            let rows = from..from + chunk.len();
            from = rows.end;
            (chunk[0], rows)
        })
    }
}

/// The sessions over the times of `rows`; none where the calendar does not know them.
pub(crate) fn sessions_of(rows: &Rows) -> SessionTable {
    let date = |at: Option<&i64>| at.and_then(|&at| Time(at).exchange_date());
    match date(rows.start.iter().min()).zip(date(rows.start.iter().max())) {
        Some((first, last)) => SessionTable::covering(first, last),
        None => SessionTable::default(),
    }
}

/// Brings `rows` into order and says what was not.
pub(crate) fn frame(rows: Rows, sessions: &SessionTable, finder: &mut Finder) -> Frame {
    let mut frame = in_order(rows, finder);
    place(&mut frame, sessions, finder);
    frame
}

/// The same for bars that belong to no session: every one counts as of the same.
pub(crate) fn in_order(mut rows: Rows, finder: &mut Finder) -> Frame {
    let mut on_file: Vec<u32> = (0..rows.len() as u32).collect();
    if rows.start.windows(2).any(|pair| pair[1] <= pair[0]) {
        out_of_order(&rows, finder);
        on_file.sort_by_key(|&row| rows.start[row as usize]);
        rows = permuted(&rows, &on_file);
        let twice = duplicates(&rows, &on_file, finder);
        rows.retain(|row| !twice[row]);
        let mut row = 0;
        on_file.retain(|_| {
            row += 1;
            !twice[row - 1]
        });
    }
    Frame {
        session: vec![0; rows.len()],
        rows,
        on_file,
    }
}

/// Rows that must move for the others to be in order: all but a longest ascending run of them, so that one stray row is
/// one defect and not a defect of every row behind it.
fn out_of_order(rows: &Rows, finder: &mut Finder) {
    let stay = longest_ascending(&rows.start);
    let mut stays = stay.into_iter().peekable();
    for (row, &at) in rows.start.iter().enumerate() {
        if stays.next_if_eq(&row).is_some() {
            continue;
        }
        let before = rows.start[row.saturating_sub(1)];
        let text = format!("row {row} lies behind the bar of {}", Time(before));
        let when = finder.place(at);
        finder
            .add(Kind::Order, when, text)
            .at_row(row)
            .firmly(Repair::Move);
    }
}

/// The places of a longest run of values none of which is below the one before.
fn longest_ascending(values: &[i64]) -> Vec<usize> {
    // Patience sorting: `ends[k]` is where the lowest end of a run of k + 1 values lies.
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![usize::MAX; values.len()];
    for (at, &value) in values.iter().enumerate() {
        let length = match ends.last() {
            Some(&last) if values[last] <= value => ends.len(),
            _ => ends.partition_point(|&end| values[end] <= value),
        };
        if let Some(shorter) = length.checked_sub(1) {
            before[at] = ends[shorter];
        }
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut run = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied().unwrap_or(usize::MAX);
    while at != usize::MAX {
        run.push(at);
        at = before[at];
    }
    run.reverse();
    run
}

fn permuted(rows: &Rows, order: &[u32]) -> Rows {
    let take = |column: &Vec<f64>| order.iter().map(|&row| column[row as usize]).collect();
    Rows {
        start: order.iter().map(|&row| rows.start[row as usize]).collect(),
        columns: rows.columns.each_ref().map(take),
    }
}

/// Marks the rows that repeat the time of the one in front of them. Rows that are alike throughout were written twice; of
/// rows that differ nobody can tell which is right.
fn duplicates(rows: &Rows, on_file: &[u32], finder: &mut Finder) -> Vec<bool> {
    let mut twice = vec![false; rows.len()];
    let mut first = 0;
    for row in 1..rows.len() {
        if rows.start[row] != rows.start[first] {
            first = row;
            continue;
        }
        twice[row] = true;
        let other: Vec<String> = FIELDS
            .iter()
            .zip(&rows.columns)
            .filter(|(_, c)| c[row].to_bits() != c[first].to_bits())
            .map(|(name, c)| format!("{name} {} and {}", c[first], c[row]))
            .collect();
        let when = finder.place(rows.start[row]);
        let file = on_file[row] as usize;
        if other.is_empty() {
            let text = "the same row twice".to_owned();
            finder
                .add(Kind::Duplicate, when, text)
                .at_row(file)
                .firmly(Repair::Drop);
        } else {
            let text = format!("two rows of one time that differ: {}", other.join(", "));
            finder
                .add(Kind::Duplicate, when, text)
                .at_row(file)
                .perhaps(Repair::Drop);
        }
    }
    twice
}

/// Finds each row's session; rows outside every session's hours are named and leave the frame.
fn place(frame: &mut Frame, sessions: &SessionTable, finder: &mut Finder) {
    let first = frame.rows.start.first().copied().unwrap_or(0);
    let mut current = sessions
        .as_slice()
        .partition_point(|s| s.close.micros() <= first);
    let mut inside = vec![true; frame.len()];
    for (row, &at) in frame.rows.start.iter().enumerate() {
        while sessions
            .get(current)
            .is_some_and(|s| s.close.micros() <= at)
        {
            current += 1;
        }
        let held = sessions.get(current).is_some_and(|s| s.open.micros() <= at);
        frame.session[row] = current as u32;
        if !held {
            inside[row] = false;
            outside(at, frame.on_file[row] as usize, finder);
        }
    }
    if inside.contains(&false) {
        frame.retain(&inside);
    }
}

fn outside(at: i64, file: usize, finder: &mut Finder) {
    let time = Time(at);
    let when = finder.place(at);
    let daily = finder.subject.interval == Some(Interval::Day);
    let (kind, text) = match time.exchange_date() {
        Some(date) => match calendar::why_closed(date) {
            Some(closure) => (
                Kind::ExtraSession,
                format!("no session on {date}: {closure}"),
            ),
            None if daily => (
                Kind::OutsideHours,
                format!("a daily bar starts at its session's open; this one starts {time}"),
            ),
            None => (
                Kind::OutsideHours,
                format!("{time} lies outside the regular hours of {date}"),
            ),
        },
        None => (
            Kind::ExtraSession,
            "a time that no calendar knows".to_owned(),
        ),
    };
    finder
        .add(kind, when, text)
        .at_row(file)
        .firmly(Repair::Drop);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_run_leaves_out_as_few_as_can_be() {
        // 9 strays in front of 3..=5; without it everything ascends.
        assert_eq!(longest_ascending(&[1, 2, 9, 3, 4, 5]), [0, 1, 3, 4, 5]);
        // Equal neighbours stay: they are duplicates, not out of order.
        assert_eq!(longest_ascending(&[1, 1, 2]), [0, 1, 2]);
        assert_eq!(longest_ascending(&[3, 1, 2]), [1, 2]);
        assert_eq!(longest_ascending(&[]), Vec::<usize>::new());
    }
}
