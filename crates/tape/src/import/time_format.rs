//! How a file writes its times, where the caller says so.

use chrono::format::{Fixed, Item, Numeric, Pad, StrftimeItems};
use chrono::{DateTime, NaiveDate, NaiveDateTime};
use market::{Date, Time};

use crate::error::TapeError;
use crate::import::rows::shown;

/// A way of writing times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeFormat(Form);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// Whole units since 1970-01-01T00:00:00Z; as many of them in a second.
    Epoch(i64),
    /// Dates without a time of day.
    Date(String),
    /// What a clock shows.
    Local(String),
    /// With an offset from UTC.
    Zoned(String),
}

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    Instant(Time),
    Local(NaiveDateTime),
    Date(Date),
}

/// What is expected where a date could be of two forms.
pub(crate) const NO_GUESS: &str = "a date like 2020-03-23; which of 03/04/2020 is the day a file does not tell, so say it with --columns and --time-format";

const MICROS: i64 = 1_000_000;

impl TimeFormat {
    /// `epoch-s`, `epoch-ms`, `epoch-us`, `epoch-ns`, or a pattern like `%d/%m/%Y %H:%M` (chrono's `strftime`).
    ///
    /// # Errors
    /// [`TapeError::TimeFormat`] for a pattern that names no date.
    pub fn parse(text: &str) -> Result<TimeFormat, TapeError> {
        let epoch = |per_second| Ok(TimeFormat(Form::Epoch(per_second)));
        match text {
            "epoch-s" => return epoch(1),
            "epoch-ms" => return epoch(1000),
            "epoch-us" => return epoch(MICROS),
            "epoch-ns" => return epoch(1000 * MICROS),
            _ => {}
        }
        let items: Vec<Item<'_>> = StrftimeItems::new(text).collect();
        let has = |wanted: &dyn Fn(&Item<'_>) -> bool| items.iter().any(wanted);
        let sound = !has(&|item| matches!(item, Item::Error)) && has(&is_date);
        if !sound {
            return Err(TapeError::TimeFormat { found: shown(text) });
        }
        let text = text.to_owned();
        Ok(TimeFormat(if has(&is_offset) {
            Form::Zoned(text)
        } else if has(&is_clock) {
            Form::Local(text)
        } else {
            Form::Date(text)
        }))
    }

    /// The form, as an error shows it.
    pub(crate) fn told(&self) -> String {
        match &self.0 {
            Form::Epoch(per_second) => {
                format!("a whole number of 1/{per_second} seconds since 1970")
            }
            Form::Date(form) | Form::Local(form) | Form::Zoned(form) => {
                format!("a time of the form {form}, as --time-format says")
            }
        }
    }

    /// What a text tells; `None` if it is not of the form.
    pub(crate) fn read(&self, text: &str) -> Option<Moment> {
        match &self.0 {
            Form::Epoch(_) => self.count(text.parse().ok()?).map(Moment::Instant),
            Form::Date(form) => NaiveDate::parse_from_str(text, form).ok().map(Moment::Date),
            Form::Local(form) => NaiveDateTime::parse_from_str(text, form)
                .ok()
                .map(Moment::Local),
            Form::Zoned(form) => {
                let zoned = DateTime::parse_from_str(text, form).ok()?;
                Some(Moment::Instant(Time(zoned.timestamp_micros())))
            }
        }
    }

    /// The instant a count of units tells; `None` if times are no counts here, or if it is not a whole microsecond.
    pub(crate) fn count(&self, units: i64) -> Option<Time> {
        let Form::Epoch(per_second) = self.0 else {
            return None;
        };
        if per_second <= MICROS {
            return units.checked_mul(MICROS / per_second).map(Time);
        }
        let finer = per_second / MICROS;
        (units % finer == 0).then_some(Time(units / finer))
    }
}

fn is_date(item: &Item<'_>) -> bool {
    matches!(
        item,
        Item::Numeric(
            Numeric::Year | Numeric::YearMod100 | Numeric::IsoYear | Numeric::Timestamp,
            Pad::None | Pad::Zero | Pad::Space
        ) | Item::Fixed(Fixed::RFC2822 | Fixed::RFC3339)
    )
}

fn is_offset(item: &Item<'_>) -> bool {
    matches!(
        item,
        Item::Fixed(
            Fixed::TimezoneOffset
                | Fixed::TimezoneOffsetColon
                | Fixed::TimezoneOffsetDoubleColon
                | Fixed::TimezoneOffsetTripleColon
                | Fixed::TimezoneOffsetColonZ
                | Fixed::TimezoneOffsetZ
                | Fixed::RFC2822
                | Fixed::RFC3339
        )
    )
}

fn is_clock(item: &Item<'_>) -> bool {
    matches!(
        item,
        Item::Numeric(Numeric::Hour | Numeric::Hour12 | Numeric::Timestamp, _)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &str, text: &str) -> Option<Moment> {
        TimeFormat::parse(form).unwrap().read(text)
    }

    #[test]
    fn patterns_say_what_they_hold() {
        let day = Date::from_ymd_opt(2020, 4, 3).unwrap();
        assert_eq!(read("%d/%m/%Y", "03/04/2020"), Some(Moment::Date(day)));
        let local = day.and_hms_opt(9, 35, 0).unwrap();
        assert_eq!(
            read("%d/%m/%Y %H:%M", "03/04/2020 09:35"),
            Some(Moment::Local(local))
        );
        assert_eq!(
            read("%m/%d/%Y %I:%M %p", "04/03/2020 09:35 AM"),
            Some(Moment::Local(local))
        );
        // 09:35 four hours west of Greenwich is 13:35Z; 2020-04-03 is day 18355 since 1970.
        let instant = Time((18_355 * 86_400 + 13 * 3600 + 35 * 60) * MICROS);
        assert_eq!(
            read("%Y%m%d %H:%M %z", "20200403 09:35 -0400"),
            Some(Moment::Instant(instant))
        );
        assert_eq!(read("%d/%m/%Y", "2020-04-03"), None);
        assert_eq!(read("%d/%m/%Y %H:%M", "03/04/2020"), None);
    }

    #[test]
    fn counts_have_units() {
        let instant = Some(Moment::Instant(Time(1_585_906_500 * MICROS)));
        assert_eq!(read("epoch-s", "1585906500"), instant);
        assert_eq!(read("epoch-ms", "1585906500000"), instant);
        assert_eq!(read("epoch-us", "1585906500000000"), instant);
        assert_eq!(read("epoch-ns", "1585906500000000000"), instant);
        assert_eq!(
            read("epoch-ns", "1585906500000000001"),
            None,
            "finer than a microsecond"
        );
        assert_eq!(
            read("epoch-s", "9223372036854775807"),
            None,
            "beyond all calendars"
        );
        assert_eq!(read("epoch-s", "1.5"), None);
    }

    #[test]
    fn what_names_no_date_is_no_format() {
        for text in ["", "%H:%M", "epoch", "%Q", "dd/mm/yyyy"] {
            assert!(TimeFormat::parse(text).is_err(), "{text}");
        }
    }
}
