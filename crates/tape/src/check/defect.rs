//! One defect: where it is, what was found, and what to do about it.

use std::cmp::Ordering;
use std::fmt;

use market::{Date, Interval, Time};

use super::kind::{Kind, Severity};

/// What a tape holds under one name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// `bars`, `extended`, `series`, `dividends`, `splits`, `constituents`, `members`, `quotes`, `events`.
    pub sort: &'static str,
    /// The symbol, series, universe, underlying or kind of event.
    pub name: String,
    /// Of bars.
    pub interval: Option<Interval>,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.interval {
            Some(interval) if self.sort == "bars" => write!(f, "{interval} bars of {}", self.name),
            Some(interval) => write!(f, "{} {interval} bars of {}", self.sort, self.name),
            None if self.sort == "series" => write!(f, "series {}", self.name),
            None => write!(f, "{} of {}", self.sort, self.name),
        }
    }
}

/// When a defect is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A whole session, day or record.
    Day(Date),
    /// A bar within a session.
    At(Time),
    /// The item as a whole.
    Whole,
}

impl When {
    /// Its place in time; whole items come first.
    fn key(self) -> i64 {
        match self {
            When::Day(date) => (date - Date::default()).num_days() * 86_400_000_000,
            When::At(time) => time.micros(),
            When::Whole => i64::MIN,
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::Day(date) => write!(f, "{date}"),
            When::At(time) => write!(f, "{time}"),
            When::Whole => f.write_str("whole"),
        }
    }
}

/// What would mend a defect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Repair {
    /// Nothing that the tape itself could tell.
    None,
    /// Put this value in the field's place.
    Value(f64),
    /// Leave the row out.
    Drop,
    /// Exchange high and low.
    Swap,
    /// Put the row where its time belongs.
    Move,
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Repair::None => f.write_str("none"),
            Repair::Value(value) => write!(f, "{value}"),
            Repair::Drop => f.write_str("drop the row"),
            Repair::Swap => f.write_str("swap high and low"),
            Repair::Move => f.write_str("put the row in its place"),
        }
    }
}

/// Something that is, or looks, wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Defect {
    /// What.
    pub kind: Kind,
    /// How bad.
    pub severity: Severity,
    /// In what.
    pub subject: Subject,
    /// When.
    pub when: When,
    /// The column, where one is to blame.
    pub field: Option<&'static str>,
    /// The value found; absent where it is no number.
    pub found: Option<f64>,
    /// What would mend it.
    pub repair: Repair,
    /// True if the repair rests on more than a guess: only such repairs are applied.
    pub firm: bool,
    /// Why it is thought a defect, in words.
    pub evidence: String,
    /// The row on file, from 0, for repairs; absent for what is not there.
    pub(crate) row: Option<usize>,
}

impl Defect {
    /// The order of reports: severity, then kind, subject and time.
    pub(crate) fn order(&self, other: &Defect) -> Ordering {
        let key = |d: &Defect| (d.severity, d.kind, d.subject.clone(), d.when.key(), d.field);
        key(self).cmp(&key(other))
    }
}

/// Where an item's defects are gathered, with the words they share.
#[derive(Debug)]
pub(crate) struct Finder {
    pub(crate) subject: Subject,
    pub(crate) found: Vec<Defect>,
}

impl Finder {
    pub(crate) fn new(sort: &'static str, name: &str, interval: Option<Interval>) -> Finder {
        Finder {
            subject: Subject {
                sort,
                name: name.to_owned(),
                interval,
            },
            found: Vec::new(),
        }
    }

    /// The place of a bar: its date if it is a whole session's, else its time.
    pub(crate) fn place(&self, start: i64) -> When {
        let time = Time(start);
        match (self.subject.interval, time.exchange_date()) {
            (Some(Interval::Day), Some(date)) => When::Day(date),
            _ => When::At(time),
        }
    }

    /// Notes a defect; what is more to say is added to what is given back.
    pub(crate) fn add(&mut self, kind: Kind, when: When, evidence: String) -> &mut Defect {
        let at = self.found.len();
        self.found.push(Defect {
            kind,
            severity: kind.severity(),
            subject: self.subject.clone(),
            when,
            field: None,
            found: None,
            repair: Repair::None,
            firm: false,
            evidence,
            row: None,
        });
        &mut self.found[at]
    }
}

impl Defect {
    /// The column and the value it holds.
    pub(crate) fn value(&mut self, field: &'static str, found: f64) -> &mut Self {
        self.field = Some(field);
        self.found = found.is_finite().then_some(found);
        self
    }

    /// The row on file.
    pub(crate) fn at_row(&mut self, row: usize) -> &mut Self {
        self.row = Some(row);
        self
    }

    /// A repair that rests on evidence.
    pub(crate) fn firmly(&mut self, repair: Repair) -> &mut Self {
        self.repair = repair;
        self.firm = true;
        self
    }

    /// A repair that is a guess.
    pub(crate) fn perhaps(&mut self, repair: Repair) -> &mut Self {
        self.repair = repair;
        self
    }

    /// Too little to warn of.
    pub(crate) fn only_a_note(&mut self) -> &mut Self {
        self.severity = Severity::Note;
        self
    }
}
