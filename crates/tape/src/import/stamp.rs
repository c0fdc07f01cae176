//! Moments as vendors write them. A zone is always known by name: from the stamp, the format or the caller.

use chrono::{MappedLocalTime, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;
use market::{Date, Time};

use crate::import::time_format::{Moment, NO_GUESS, TimeFormat};

/// Why a text is no moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StampFault {
    /// Not of the known forms.
    #[error(
        "a time like 2020-03-23T09:30:00-04:00, 2020-03-23 13:30:00Z or, with a zone named, 2020-03-23 09:30:00; other forms are said with --columns and --time-format"
    )]
    Form,
    /// Neither an offset in the text nor a zone from the caller.
    #[error(
        "an offset from UTC in the time, or its zone named with --zone (America/New_York, UTC, …)"
    )]
    NoZone,
    /// The clocks of the zone showed it twice.
    #[error(
        "a time that {0} had once: it came twice when the clocks went back; an offset from UTC tells which"
    )]
    Twice(Tz),
    /// The clocks of the zone jumped over it.
    #[error("a time that {0} had: the clocks were set forward over it; is the zone another one?")]
    Never(Tz),
    /// Not as the caller said times are written.
    #[error("{0}")]
    Other(String),
}

/// Reads stamps of one file. Most rows share their day with the one before, whose offset is then known.
#[derive(Clone, Debug)]
pub(crate) struct Stamps {
    /// How stamps are written, where the caller says so.
    format: Option<TimeFormat>,
    /// True if a date alone is the bar of its session.
    dates: bool,
    /// The zone of stamps that carry no offset.
    zone: Option<Tz>,
    /// A day of the zone on which no clock was changed, and its offset from UTC in microseconds.
    plain: Option<(Date, i64)>,
}

const SECOND: i64 = 1_000_000;
const DAY_SECONDS: i64 = 86_400;

impl Stamps {
    pub(crate) fn new(zone: Option<Tz>) -> Self {
        Self {
            format: None,
            dates: false,
            zone,
            plain: None,
        }
    }

    /// Stamps written as the caller says.
    pub(crate) fn written(self, format: Option<&TimeFormat>) -> Self {
        Self {
            format: format.cloned(),
            ..self
        }
    }

    /// Takes dates alone, as their midnights in Greenwich: bars of whole sessions.
    pub(crate) fn with_dates(self, dates: bool) -> Self {
        Self { dates, ..self }
    }

    /// True if a stamp is a count of units.
    pub(crate) fn counted(&self) -> bool {
        self.format.as_ref().is_some_and(|f| f.count(0).is_some())
    }

    /// The moment a count of units tells.
    pub(crate) fn count(&self, units: Option<i64>) -> Result<Time, StampFault> {
        let format = self.format.as_ref().ok_or(StampFault::Form)?;
        let time = units.and_then(|units| format.count(units));
        time.ok_or_else(|| StampFault::Other(format.told()))
    }

    /// As the caller says stamps are written; a date alone is its midnight in Greenwich, as bars of whole sessions are
    /// stamped.
    fn written_as(&mut self, format: &TimeFormat, text: &str) -> Result<Time, StampFault> {
        match format.read(text) {
            Some(Moment::Instant(time)) => Ok(time),
            Some(Moment::Date(date)) => Ok(Time(micros(date, 0))),
            Some(Moment::Local(local)) => {
                let midnight = local.date().and_time(NaiveTime::MIN);
                let clock = local.signed_duration_since(midnight).num_microseconds();
                self.local(local.date(), clock.ok_or(StampFault::Form)?)
            }
            None => Err(StampFault::Other(format.told())),
        }
    }

    /// The date a text tells: by itself, or the New York date of the moment.
    pub(crate) fn date(&mut self, text: &str) -> Result<Date, StampFault> {
        if let Some(format) = &self.format
            && let Some(Moment::Date(date)) = format.read(text)
        {
            return Ok(date);
        }
        if self.format.is_none()
            && let Some(date) = parse_date(text)
        {
            return Ok(date);
        }
        let time = self.read(text)?;
        time.exchange_date().ok_or(StampFault::Form)
    }

    /// The moment a text tells: date, `T` or a space, time to the minute or finer, then perhaps an offset.
    pub(crate) fn read(&mut self, text: &str) -> Result<Time, StampFault> {
        if self.format.is_some() {
            // Taken out for the call, which needs the rest.
            let format = self.format.take();
            let read = match &format {
                Some(format) => self.written_as(format, text),
                None => Err(StampFault::Form),
            };
            self.format = format;
            return read;
        }
        if self.dates
            && let Some(date) = parse_date(text)
        {
            return Ok(Time(micros(date, 0)));
        }
        match self.iso(text) {
            Err(StampFault::Form) if text.contains('/') => {
                Err(StampFault::Other(NO_GUESS.to_owned()))
            }
            read => read,
        }
    }

    fn iso(&mut self, text: &str) -> Result<Time, StampFault> {
        let (date, rest) = text.split_at_checked(10).ok_or(StampFault::Form)?;
        let date = parse_date(date).ok_or(StampFault::Form)?;
        let rest = rest.strip_prefix(['T', 't', ' ']).ok_or(StampFault::Form)?;
        let zone_at = rest.find(['Z', 'z', '+', '-', ' ']).unwrap_or(rest.len());
        let (clock, offset) = rest.split_at_checked(zone_at).ok_or(StampFault::Form)?;
        let clock = clock_micros(clock).ok_or(StampFault::Form)?;
        match offset.trim_start() {
            "" => self.local(date, clock),
            offset => {
                let east = offset_seconds(offset).ok_or(StampFault::Form)?;
                Ok(Time(micros(date, clock) - east * SECOND))
            }
        }
    }

    /// The moment at which the clocks of the file's zone show `clock` microseconds after midnight of `date`.
    pub(crate) fn local(&mut self, date: Date, clock: i64) -> Result<Time, StampFault> {
        let zone = self.zone.ok_or(StampFault::NoZone)?;
        if let Some((known, east)) = self.plain
            && known == date
        {
            return Ok(Time(micros(date, clock) - east));
        }
        let naive = NaiveTime::from_num_seconds_from_midnight_opt(
            u32::try_from(clock / SECOND).map_err(|_| StampFault::Form)?,
            u32::try_from(clock % SECOND * 1000).map_err(|_| StampFault::Form)?,
        );
        let naive = NaiveDateTime::new(date, naive.ok_or(StampFault::Form)?);
        let east = match zone.from_local_datetime(&naive) {
            MappedLocalTime::Single(zoned) => micros(date, clock) - zoned.timestamp_micros(),
            MappedLocalTime::Ambiguous(..) => return Err(StampFault::Twice(zone)),
            MappedLocalTime::None => return Err(StampFault::Never(zone)),
        };
        self.plain = unchanged(zone, date).then_some((date, east));
        Ok(Time(micros(date, clock) - east))
    }
}

/// True if the zone's clocks run through `date` without a change.
fn unchanged(zone: Tz, date: Date) -> bool {
    let offset = |date: Date| {
        let midnight = zone
            .from_local_datetime(&date.and_time(NaiveTime::MIN))
            .single()?;
        Some(midnight.timestamp() - date.and_time(NaiveTime::MIN).and_utc().timestamp())
    };
    let next = date.succ_opt().and_then(offset);
    next.is_some() && offset(date) == next
}

fn micros(date: Date, clock: i64) -> i64 {
    date.and_time(NaiveTime::MIN).and_utc().timestamp() * SECOND + clock
}

/// `2020-03-23`, and nothing shorter: 2020-3-1 or 20200301 could be taken for something else.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    of_form(text, b"YYYY-MM-DD")
}

/// `03/23/2020`, month first, as Cboe writes it.
pub(crate) fn parse_us_date(text: &str) -> Option<Date> {
    of_form(text, b"MM/DD/YYYY")
}

/// `20200323`, as LEAN writes it.
pub(crate) fn parse_compact_date(text: &str) -> Option<Date> {
    of_form(text, b"YYYYMMDD")
}

/// A date whose digits stand where the form has `Y`, `M` and `D`; its other characters stand for themselves.
fn of_form(text: &str, form: &[u8]) -> Option<Date> {
    if text.len() != form.len() {
        return None;
    }
    let (mut year, mut month, mut day) = (0, 0, 0);
    for (&byte, &place) in text.as_bytes().iter().zip(form) {
        let part = match place {
            b'Y' => &mut year,
            b'M' => &mut month,
            b'D' => &mut day,
            _ if byte == place => continue,
            _ => return None,
        };
        *part = *part * 10 + digits(&[byte])?;
    }
    Date::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// `09:30`, `09:30:00` or `09:30:00.000000`, as microseconds after midnight.
pub(crate) fn clock_micros(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = whole.split(':');
    let mut part = || parts.next().filter(|p| p.len() == 2).map(str::as_bytes);
    let hour = digits(part()?)?;
    let minute = digits(part()?)?;
    let second = match part() {
        Some(second) => digits(second)?,
        None if whole.len() == 5 && fraction.is_empty() => 0,
        None => return None,
    };
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = i64::from(hour * 3600 + minute * 60 + second);
    Some(seconds * SECOND + fraction_micros(fraction)?)
}

/// Digits behind the point. What is finer than a microsecond must be nothing.
fn fraction_micros(text: &str) -> Option<i64> {
    let mut micros = 0;
    let mut unit = SECOND / 10;
    for byte in text.bytes() {
        let digit = i64::from(digits(&[byte])?);
        if unit == 0 && digit != 0 {
            return None;
        }
        micros += digit * unit;
        unit /= 10;
    }
    Some(micros)
}

/// `Z`, `+00:00`, `-0500` or `-05`, as seconds east of Greenwich.
fn offset_seconds(text: &str) -> Option<i64> {
    let sign = match text.as_bytes() {
        [b'Z' | b'z'] => return Some(0),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_at_checked(2)?;
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    let hours = digits(hours.as_bytes())?;
    let minutes = match minutes.len() {
        0 if text.len() == 3 => 0,
        2 => digits(minutes.as_bytes())?,
        _ => return None,
    };
    let seconds = i64::from(hours * 3600 + minutes * 60);
    (minutes < 60 && seconds < DAY_SECONDS).then_some(sign * seconds)
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0u32, |number, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + u32::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::New_York;
    use proptest::prelude::*;

    use super::*;

    /// 2020-03-23T13:30:00Z by `date -u -d … +%s`.
    const OPEN: i64 = 1_584_970_200_000_000;

    #[test]
    fn one_moment_in_every_form() {
        let mut none = Stamps::new(None);
        for text in [
            "2020-03-23T13:30:00Z",
            "2020-03-23 13:30:00+00:00",
            "2020-03-23T09:30:00-04:00",
            "2020-03-23 09:30-0400",
            "2020-03-23T09:30:00.000000-04",
            "2020-03-23 13:30:00 +00:00",
            "2020-03-23 13:30:00.000000000Z",
        ] {
            assert_eq!(none.read(text), Ok(Time(OPEN)), "{text}");
        }
        let mut york = Stamps::new(Some(New_York));
        // The second time the day's offset is remembered.
        for _ in 0..2 {
            assert_eq!(york.read("2020-03-23 09:30:00"), Ok(Time(OPEN)));
        }
        // An offset in the stamp goes before the zone.
        assert_eq!(york.read("2020-03-23 13:30:00Z"), Ok(Time(OPEN)));
        assert_eq!(
            york.read("2020-03-23 09:30:00.25").unwrap().micros(),
            OPEN + 250_000
        );
    }

    #[test]
    fn without_a_zone_nothing_is_guessed() {
        assert_eq!(
            Stamps::new(None).read("2020-03-23 09:30:00"),
            Err(StampFault::NoZone)
        );
    }

    #[test]
    fn hours_that_come_twice_or_never_are_refused_and_the_rest_of_those_days_is_read() {
        let mut york = Stamps::new(Some(New_York));
        // Clocks went back at 02:00 on 2020-11-01 and forward at 02:00 on 2020-03-08.
        let (back, forward) = ("2020-11-01 01:30:00", "2020-03-08 02:30:00");
        assert_eq!(york.read(back), Err(StampFault::Twice(New_York)));
        assert_eq!(york.read(forward), Err(StampFault::Never(New_York)));
        // 00:30 is still summer time (-4), 09:30 winter time (-5): ten hours apart on a day of 25.
        let before = york.read("2020-11-01 00:30:00").unwrap();
        let after = york.read("2020-11-01 09:30:00").unwrap();
        assert_eq!(after.micros() - before.micros(), 10 * 3600 * SECOND);
        assert_eq!(york.read(back), Err(StampFault::Twice(New_York)));
    }

    #[test]
    fn anything_else_is_refused() {
        let mut york = Stamps::new(Some(New_York));
        for text in [
            "",
            "2020-03-23",
            "2020-03-23 ",
            "2020-03-23 9:30",
            "2020-03-23 24:00:00",
            "2020-03-23 09:60:00",
            "2020-03-23 09:30:00.0000001",
            "2020-03-23 09:30:00+24:00",
            "2020-03-23 09:30:00 EST",
            "2020-03-23 09:30:00-04:",
            "2020-03-23 09:30:00-4:00",
            "2020-03-23 09:30:00:00",
            "2020-03-23 09:30:0",
            "2020-03-23 09:30:00 AM",
            "2020-02-30 09:30:00",
            "2020-3-23 09:30:00",
            "２020-03-23 09:30",
            "2020-03-23T09:30:00é",
        ] {
            assert_eq!(york.read(text), Err(StampFault::Form), "{text}");
        }
        let local = york.read("23/03/2020 09:30");
        assert_eq!(local, Err(StampFault::Other(NO_GUESS.to_owned())));
    }

    proptest! {
        /// Written with chrono in any of its forms, read back as the same moment.
        #[test]
        fn stamps_read_back(seconds in 631_152_000i64..4_102_444_800, east in -50_400i32..50_400) {
            let east = chrono::FixedOffset::east_opt(east / 60 * 60).unwrap();
            let moment = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
            let there = moment.with_timezone(&east);
            for form in ["%Y-%m-%dT%H:%M:%S%:z", "%Y-%m-%d %H:%M:%S%z"] {
                let text = there.format(form).to_string();
                prop_assert_eq!(Stamps::new(None).read(&text), Ok(Time(seconds * SECOND)), "{}", text);
            }
            let york = moment.with_timezone(&New_York).format("%Y-%m-%d %H:%M:%S").to_string();
            match Stamps::new(Some(New_York)).read(&york) {
                Ok(read) => prop_assert_eq!(read, Time(seconds * SECOND)),
                Err(fault) => prop_assert_eq!(fault, StampFault::Twice(New_York)),
            }
        }

        #[test]
        fn no_text_is_a_panic(text in "\\PC{0,40}") {
            let _ = Stamps::new(Some(New_York)).read(&text);
        }
    }
}
