//! Made-up bars within the session as CSV, to measure imports with: `make_csv MINUTES MEGABYTES > bars.csv`.
//!
//! Prices in cents on a random walk, from 1990 on, New York offsets, the header `timestamp,open,high,low,close,volume`.

use std::io::{self, BufWriter, Write};

use market::{Date, Interval, Time, calendar};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |usual: u64| {
        let given = arguments.next().and_then(|n| n.parse().ok());
        given.unwrap_or(usual)
    };
    let (minutes, megabytes) = (number(5), number(200));
    assert!(
        format!("{minutes}m").parse::<Interval>().is_ok(),
        "{minutes} minutes are no interval"
    );
    let mut out = BufWriter::new(io::stdout().lock());
    bars(&mut out, minutes, megabytes * 1_000_000)?;
    out.flush()
}

/// Writes whole sessions of bars until there are `bytes` of them or the calendar ends.
pub(crate) fn bars(out: &mut impl Write, minutes: u64, bytes: u64) -> io::Result<()> {
    out.write_all(b"timestamp,open,high,low,close,volume\n")?;
    let (mut random, mut cents, mut left) = (88_172_645_463_325_252u64, 20_000u64, bytes);
    let first = Date::from_ymd_opt(*calendar::YEARS.start(), 1, 1);
    let last = Date::from_ymd_opt(*calendar::YEARS.end(), 12, 31);
    let dates = first.into_iter().flat_map(|d| d.iter_days());
    for date in dates.take_while(|d| Some(*d) <= last) {
        let close = if calendar::half_day(date) { 780 } else { 960 };
        let noon = Time::from_exchange(date, 12, 0).filter(|_| calendar::is_session(date));
        let Some(noon) = noon else {
            continue;
        };
        // The clocks are changed at night, on Sundays: noon's offset is the day's.
        let west = (noon.micros() / 3_600_000_000 - 12).rem_euclid(24);
        for minute in (570..close).step_by(minutes as usize) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let open = cents;
            cents = (cents + random % 41).saturating_sub(20).max(1_000);
            let usd = |cents: u64| cents as f64 / 100.0;
            let row = format!(
                "{date}T{:02}:{:02}:00-{west:02}:00,{},{},{},{},{}\n",
                minute / 60,
                minute % 60,
                usd(open),
                usd(open.max(cents) + random / 64 % 10),
                usd(open.min(cents) - random / 4096 % 10),
                usd(cents),
                random % 100_000
            );
            out.write_all(row.as_bytes())?;
            left = left.saturating_sub(row.len() as u64);
        }
        if left == 0 {
            break;
        }
    }
    Ok(())
}
