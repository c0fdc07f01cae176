//! Who belonged to a universe, and when.

use market::Date;
use table::{Column, Dest, Reader, Table};

use crate::error::TapeError;
use crate::layout::{Item, Sort};
use crate::read::open_item;
use crate::records::{date_of, days_of};
use crate::rows::{self, Row};
use crate::tape::Tape;

/// One stretch of a symbol's membership. A symbol that left and came back has two.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemberSpan {
    /// The symbol, as the universe's closes name it.
    pub symbol: String,
    /// The first date as a member.
    pub from: Date,
    /// The last date as a member; `None` while it is one.
    pub to: Option<Date>,
}

impl MemberSpan {
    /// Whether `date` lies in it; both ends do.
    pub fn holds(&self, date: Date) -> bool {
        self.from <= date && self.to.is_none_or(|to| date <= to)
    }
}

impl Row for MemberSpan {
    type Key = (String, Date);

    fn key(&self) -> Self::Key {
        (self.symbol.clone(), self.from)
    }

    fn at(&self) -> String {
        format!("{} from {}", self.symbol, self.from)
    }

    /// A membership that was open may have ended since, and an end may have been mistaken: the new word holds.
    fn renew(&mut self, new: &Self, _: &mut dyn FnMut(&'static str, f64, f64)) -> bool {
        let changed = self.to != new.to;
        self.to = new.to;
        changed
    }

    fn fault(&self) -> Option<(String, &'static str)> {
        let to = self.to.filter(|to| *to < self.from)?;
        Some((
            format!("an end {to} before the beginning"),
            "from at or before to",
        ))
    }
}

/// Refuses two stretches of one symbol that share a date: a member twice would count once or twice, nobody knows which.
pub(crate) fn check(path: &str, spans: &[MemberSpan]) -> Result<(), TapeError> {
    rows::check(path, spans)?;
    for (at, pair) in spans.windows(2).enumerate() {
        let [a, b] = pair else { continue };
        if a.symbol == b.symbol && a.to.is_none_or(|to| to >= b.from) {
            return Err(TapeError::Record {
                path: path.to_owned(),
                row: at + 1,
                date: b.at(),
                found: format!("a beginning before the membership from {} ended", a.from),
                expected: "stretches of a symbol that share no date",
            });
        }
    }
    Ok(())
}

pub(crate) fn load(reader: &Reader) -> Result<Vec<MemberSpan>, TapeError> {
    let (mut symbol, mut from, mut to) = (Vec::new(), Vec::new(), Vec::new());
    let mut wanted = [
        ("symbol", Dest::Text(&mut symbol)),
        ("from", Dest::DateDays(&mut from)),
        ("to", Dest::MaybeDateDays(&mut to)),
    ];
    reader.read_all(&mut wanted, 1)?;
    let dated = |row: usize, days: i32| {
        date_of(days).ok_or_else(|| TapeError::Record {
            path: reader.name().to_owned(),
            row,
            date: format!("day {days}"),
            found: format!("day {days} since 1970"),
            expected: "a date of this calendar",
        })
    };
    let rows = symbol.into_iter().zip(from.into_iter().zip(to)).enumerate();
    let spans = rows.map(|(row, (symbol, (from, to)))| {
        Ok(MemberSpan {
            symbol,
            from: dated(row, from)?,
            to: to.map(|to| dated(row, to)).transpose()?,
        })
    });
    let spans = spans.collect::<Result<Vec<_>, TapeError>>()?;
    check(reader.name(), &spans)?;
    Ok(spans)
}

pub(crate) fn to_table(spans: &[MemberSpan]) -> Table<'static> {
    let from: Vec<i32> = spans.iter().map(|s| days_of(s.from)).collect();
    let to: Vec<Option<i32>> = spans.iter().map(|s| s.to.map(days_of)).collect();
    Table::new()
        .column("symbol", Column::text(spans.iter().map(|s| &s.symbol)))
        .column("from", Column::date_days(from))
        .column("to", Column::maybe_date_days(to))
}

impl Tape {
    /// The memberships of a universe by symbol and date; `None` if the tape has no record, and every close counts.
    ///
    /// # Errors
    /// [`TapeError::Record`] for stretches of a symbol that share a date, [`TapeError::Table`].
    pub fn members(&self, universe: &str) -> Result<Option<Vec<MemberSpan>>, TapeError> {
        let reader = open_item(self, &Item::other(Sort::Members, universe))?;
        reader.as_ref().map(load).transpose()
    }
}
