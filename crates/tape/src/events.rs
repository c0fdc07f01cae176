//! Dated events of a kind: `fomc`, `cpi`, `nfp`, `ism`, `reconstitution`.

use market::{Date, Event};
use table::{Column, Dest, Reader, Table};

use crate::error::{TapeError, nearest};
use crate::layout::{self, Item, Sort};
use crate::read::open_item;
use crate::records::{date_of, days_of};
use crate::rows::{self, Row};
use crate::tape::Tape;

const DAY_MINUTES: u32 = 24 * 60;

impl Row for Event {
    type Key = (Date, String);

    fn key(&self) -> Self::Key {
        (self.date, self.label.clone())
    }

    fn at(&self) -> String {
        format!("{} {}", self.date, self.label)
    }

    fn renew(&mut self, new: &Self, told: &mut dyn FnMut(&'static str, f64, f64)) -> bool {
        let mut time = self.time_et_minutes.map(i64::from);
        let new_time = new.time_et_minutes.map(i64::from);
        let mut changed = rows::renew_count(&mut time, new_time, "time_et_minutes", told);
        if changed {
            self.time_et_minutes = new.time_et_minutes;
        }
        changed |= self.scheduled != new.scheduled;
        self.scheduled = new.scheduled;
        if new.basis.is_some() && self.basis != new.basis {
            self.basis.clone_from(&new.basis);
            changed = true;
        }
        changed
    }

    fn fault(&self) -> Option<(String, &'static str)> {
        let minutes = self.time_et_minutes.filter(|m| *m >= DAY_MINUTES)?;
        Some((
            format!("minute {minutes} of a day"),
            "minutes from 0 to 1439",
        ))
    }
}

pub(crate) fn load(reader: &Reader) -> Result<Vec<Event>, TapeError> {
    let events = rows(reader)?;
    rows::check(reader.name(), &events)?;
    Ok(events)
}

/// The rows as they lie on file, unjudged.
pub(crate) fn rows(reader: &Reader) -> Result<Vec<Event>, TapeError> {
    let (mut days, mut minutes, mut label) = (Vec::new(), Vec::new(), Vec::new());
    let (mut scheduled, mut basis) = (Vec::new(), Vec::new());
    let mut wanted = [
        ("date", Dest::DateDays(&mut days)),
        ("time_et_minutes", Dest::MaybeInteger(&mut minutes)),
        ("label", Dest::Text(&mut label)),
        ("scheduled", Dest::Flag(&mut scheduled)),
        ("basis", Dest::MaybeText(&mut basis)),
    ];
    reader.read_all(&mut wanted, 1)?;
    let mut events = Vec::with_capacity(days.len());
    let rest = minutes.into_iter().zip(label).zip(scheduled).zip(basis);
    for (row, (days, (((minutes, label), scheduled), basis))) in
        days.into_iter().zip(rest).enumerate()
    {
        let wrong = |found: String, expected| TapeError::Record {
            path: reader.name().to_owned(),
            row,
            date: date_of(days).map_or_else(|| format!("day {days}"), |d| d.to_string()),
            found,
            expected,
        };
        let date = date_of(days)
            .ok_or_else(|| wrong(format!("day {days} since 1970"), "a date of this calendar"))?;
        let time_et_minutes = match minutes.map(u32::try_from) {
            None => None,
            Some(Ok(minutes)) => Some(minutes),
            Some(Err(_)) => {
                return Err(wrong(
                    format!("minute {minutes:?}"),
                    "minutes from 0 to 1439",
                ));
            }
        };
        events.push(Event {
            date,
            time_et_minutes,
            label,
            scheduled,
            basis,
        });
    }
    Ok(events)
}

pub(crate) fn to_table(events: &[Event]) -> Table<'static> {
    let days: Vec<i32> = events.iter().map(|e| days_of(e.date)).collect();
    let minutes: Vec<Option<i64>> = events
        .iter()
        .map(|e| e.time_et_minutes.map(i64::from))
        .collect();
    let scheduled: Vec<bool> = events.iter().map(|e| e.scheduled).collect();
    Table::new()
        .column("date", Column::date_days(days))
        .column("time_et_minutes", Column::maybe_integer(minutes))
        .column("label", Column::text(events.iter().map(|e| &e.label)))
        .column("scheduled", Column::flag(scheduled))
        .column(
            "basis",
            Column::maybe_text(events.iter().map(|e| e.basis.as_ref())),
        )
}

impl Tape {
    /// The kinds of events there are, sorted.
    ///
    /// # Errors
    /// [`TapeError::Io`].
    pub fn event_kinds(&self) -> Result<Vec<String>, TapeError> {
        layout::names(&self.store, Sort::Events)
    }

    /// The events of a kind from one date to another, both included, by date.
    ///
    /// # Errors
    /// [`TapeError::Absent`] with the kinds there are: what a tape lacks is unknown, never no event.
    /// [`TapeError::Record`], [`TapeError::Table`].
    pub fn events(&self, kind: &str, from: Date, to: Date) -> Result<Vec<Event>, TapeError> {
        let Some(reader) = open_item(self, &Item::other(Sort::Events, kind))? else {
            let has = self.event_kinds()?;
            return Err(TapeError::Absent {
                tape: self.name(),
                wanted: format!("events of the kind {kind}"),
                suggestion: nearest(kind, has.iter().map(String::as_str)),
                has,
            });
        };
        let mut events = load(&reader)?;
        events.retain(|event| (from..=to).contains(&event.date));
        Ok(events)
    }
}
