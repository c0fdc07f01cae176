//! Times as brokers write them, and the zones they are written in.

use chrono::{
    DateTime, Datelike as _, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _,
};
use chrono_tz::Tz;
use market::{Date, Time, calendar};

/// A time as a log gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stamp {
    /// What the log's clock showed; midnight without a time of day.
    pub(crate) local: NaiveDateTime,
    /// True with a time of day.
    pub(crate) exact: bool,
    /// The instant, where the cell itself holds an offset from UTC.
    pub(crate) instant: Option<Time>,
}

const WITH_TIME: [&str; 21] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d, %H:%M:%S",
    "%Y-%m-%d;%H:%M:%S",
    "%Y-%m-%d;%H%M%S",
    "%Y%m%d;%H%M%S",
    "%Y%m%d;%H:%M:%S",
    "%Y%m%d %H:%M:%S",
    "%Y%m%d, %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y, %H:%M:%S",
    "%m/%d/%Y;%H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %H:%M",
    "%m/%d/%y %H:%M:%S",
    "%m/%d/%y, %H:%M:%S",
    "%m/%d/%y %I:%M:%S %p",
    "%m/%d/%y %H:%M",
];

const WITH_OFFSET: [&str; 4] = [
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M:%S%.f%z",
    "%Y-%m-%dT%H:%M:%S%.f%#z",
    "%Y-%m-%d %H:%M:%S%.f%#z",
];

const DATES: [&str; 4] = ["%Y-%m-%d", "%Y%m%d", "%m/%d/%Y", "%m/%d/%y"];

/// Reads a time by `format`, or by the first known form that fits; `None` if none does or the year is one without a calendar.
pub(crate) fn stamp(text: &str, format: Option<&str>) -> Option<Stamp> {
    let text = text.trim();
    if let Some(format) = format {
        return by(text, format);
    }
    let zulu = text
        .strip_suffix(['Z', 'z'])
        .map(|bare| format!("{bare}+0000"));
    let with_offset = zulu.as_deref().unwrap_or(text);
    WITH_OFFSET
        .iter()
        .find_map(|format| offset(with_offset, format))
        .or_else(|| WITH_TIME.iter().find_map(|format| timed(text, format)))
        .or_else(|| DATES.iter().find_map(|format| dated(text, format)))
}

/// By one format of the user's, whatever it holds.
fn by(text: &str, format: &str) -> Option<Stamp> {
    offset(text, format)
        .or_else(|| timed(text, format))
        .or_else(|| dated(text, format))
}

/// chrono reads `22` as the year 22 of our era.
fn known(date: NaiveDate) -> bool {
    calendar::YEARS.contains(&date.year())
}

fn offset(text: &str, format: &str) -> Option<Stamp> {
    let read: DateTime<FixedOffset> = DateTime::parse_from_str(text, format).ok()?;
    known(read.date_naive()).then(|| Stamp {
        local: read.naive_local(),
        exact: true,
        instant: Some(Time(read.timestamp_micros())),
    })
}

fn timed(text: &str, format: &str) -> Option<Stamp> {
    let local = NaiveDateTime::parse_from_str(text, format).ok()?;
    known(local.date()).then_some(Stamp {
        local,
        exact: true,
        instant: None,
    })
}

fn dated(text: &str, format: &str) -> Option<Stamp> {
    let date = NaiveDate::parse_from_str(text, format).ok()?;
    known(date).then(|| Stamp {
        local: date.and_time(NaiveTime::MIN),
        exact: false,
        instant: None,
    })
}

/// The instant at which a clock in `zone` shows `local`; where daylight saving repeats an hour its first, where it skips one the
/// hour after.
pub(crate) fn instant(local: NaiveDateTime, zone: Tz) -> Option<Time> {
    let later = local.checked_add_signed(chrono::TimeDelta::hours(1))?;
    let zoned = zone.from_local_datetime(&local).earliest();
    let zoned = zoned.or_else(|| zone.from_local_datetime(&later).earliest())?;
    Some(Time(zoned.timestamp_micros()))
}

/// When a session opens, 09:30 New York also of days without one.
pub(crate) fn opening(date: Date) -> Option<Time> {
    Time::from_exchange(date, 9, 30)
}

/// True if an instant lies in a session's regular hours, its close included.
pub(crate) fn in_session(time: Time) -> bool {
    let Some(shown) = time.exchange() else {
        return false;
    };
    let opens = NaiveTime::from_hms_opt(9, 30, 0);
    let closes = calendar::close_time(shown.date());
    opens
        .zip(closes)
        .is_some_and(|(opens, closes)| opens <= shown.time() && shown.time() <= closes)
}

/// Zones that traders and brokers' servers keep, tried where a log's times do not fit.
pub(crate) const LIKELY: [Tz; 9] = [
    Tz::America__New_York,
    Tz::UTC,
    Tz::America__Chicago,
    Tz::America__Denver,
    Tz::America__Los_Angeles,
    Tz::Europe__London,
    Tz::Europe__Zurich,
    Tz::Asia__Hong_Kong,
    Tz::Australia__Sydney,
];

/// The first likely zone in which every one of these local times lies in a session.
pub(crate) fn fitting_zone(locals: &[NaiveDateTime]) -> Option<Tz> {
    let fits = |zone: &Tz| {
        let inside = |local: &NaiveDateTime| instant(*local, *zone).is_some_and(in_session);
        locals.iter().all(inside)
    };
    if locals.is_empty() {
        return None;
    }
    LIKELY.into_iter().find(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shows(text: &str) -> String {
        let stamp = stamp(text, None).unwrap();
        format!("{} {}", stamp.local, stamp.exact)
    }

    #[test]
    fn every_brokers_form_is_read() {
        let want = "2022-01-05 09:30:01 true";
        for text in [
            "2022-01-05, 09:30:01",
            "2022-01-05;09:30:01",
            "20220105;093001",
            "1/5/22 09:30:01",
            "01/05/2022 09:30:01",
            "01/05/2022 09:30:01 AM",
            "2022-01-05T09:30:01-0500",
            "2022-01-05T09:30:01-05:00",
            "2022-01-05 09:30:01Z",
            "2022-01-05 09:30:01-05",
        ] {
            assert_eq!(shows(text), want, "{text}");
        }
        for text in ["2022-01-05", "01/05/2022", "1/5/22", "20220105"] {
            assert_eq!(shows(text), "2022-01-05 00:00:00 false", "{text}");
        }
        for wrong in [
            "",
            "soon",
            "31/12/2022",
            "2022-13-01",
            "0022-01-05",
            "9999-01-01",
        ] {
            assert_eq!(stamp(wrong, None), None, "{wrong}");
        }
        assert!(stamp("31/12/2022", Some("%d/%m/%Y")).is_some());
    }

    #[test]
    fn an_offset_in_the_cell_is_an_instant() {
        // 09:30:01 five hours west of Greenwich is 14:30:01 UTC: 1,641,393,001 s.
        let read = stamp("2022-01-05T09:30:01-0500", None).unwrap();
        assert_eq!(read.instant, Some(Time(1_641_393_001_000_000)));
    }

    #[test]
    fn the_zone_that_fits_is_found() {
        let at = |text| stamp(text, None).unwrap().local;
        // 08:30 and 14:59 are no hours of New York (08:30), but of Chicago.
        let chicago = [at("2022-01-05 08:30:00"), at("2022-01-06 14:59:00")];
        assert_eq!(fitting_zone(&chicago), Some(Tz::America__Chicago));
        assert_eq!(
            fitting_zone(&[at("2022-01-08 12:00:00")]),
            None,
            "a Saturday"
        );
    }
}
