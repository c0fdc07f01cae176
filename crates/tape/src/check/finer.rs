//! Daily bars against the finer bars of the same sessions.

use market::SessionTable;

use super::basis::{Footing, footing};
use super::days::{Day, Days};
use super::defect::{Finder, Repair, When};
use super::frame::Frame;
use super::kind::Kind;
use super::robust::{TO_SIGMA, spread};
use super::rows::{CLOSE, FIELDS, HIGH, LOW, OPEN, VOLUME};

/// A daily high or low may lie beyond the finer ones by 25 bp of the price: one venue's prints, and the auctions, are not
/// all of them. Measured on 1,500 sessions of IWM at one venue: 99 % within 19 bp.
const EXTREME: f64 = 0.0025;

/// Opens and closes are auctions, which finer bars may lack: 30 bp (99 % within 17 bp and 18 bp on the same sessions).
const ENDS: f64 = 0.003;

/// Where a source is noisier than that, so many of its own usual differences.
const SIGMAS: f64 = 10.0;

/// Finer bars whose volume is this far, as a factor, from their usual share of the day's.
const VOLUME_FACTOR: f64 = 3.0;

/// Below this share of the day's volume finer bars are one venue's.
const ONE_VENUE: f64 = 0.5;

/// Fewer sessions in common prove nothing about a source.
const LEAST_SESSIONS: usize = 3;

/// One item of finer bars as a witness for daily ones.
#[derive(Debug)]
pub(crate) struct Witness<'a> {
    days: &'a Days,
    /// How far open, high, low and close may differ, as shares of the price.
    tolerance: [f64; 4],
    /// Of the volumes: the usual logarithm of finer ÷ daily, and how far from it is too far.
    volume: Option<(f64, f64)>,
}

impl Witness<'_> {
    pub(crate) fn tolerance(&self, field: usize) -> f64 {
        self.tolerance.get(field).copied().unwrap_or(ENDS)
    }

    pub(crate) fn day(&self, open: i64) -> Option<&Day> {
        self.days.by_open.get(&open)
    }

    pub(crate) fn name(&self) -> String {
        self.days.interval.to_string()
    }
}

/// Sets up finer bars as a witness; says so and gives none if they are on another footing.
pub(crate) fn witness<'a>(
    daily: &Frame,
    sessions: &SessionTable,
    days: &'a Days,
    factor: &impl Fn(market::Date, market::Date) -> f64,
    finder: &mut Finder,
) -> Option<Witness<'a>> {
    let columns = &daily.rows.columns;
    let mut closes = Vec::new();
    let mut differences: [Vec<f64>; 4] = Default::default();
    let mut volumes = Vec::new();
    for (row, &ordinal) in daily.session.iter().enumerate() {
        let Some(session) = sessions.get(ordinal as usize) else {
            continue;
        };
        let Some(day) = days.by_open.get(&session.open.micros()) else {
            continue;
        };
        let close = columns[CLOSE][row];
        if day.to_close {
            closes.push((session.date, close, day.close));
        }
        if day.full {
            for (field, all) in differences.iter_mut().enumerate() {
                all.push((columns[field][row] - day.price(field)) / close);
            }
            if day.volume > 0.0 && columns[VOLUME][row] > 0.0 {
                volumes.push(libm::log(day.volume / columns[VOLUME][row]));
            }
        }
    }
    if closes.len() < LEAST_SESSIONS {
        return None;
    }
    if !same_footing(&closes, days, factor, finder) {
        return None;
    }
    let usual = |field: usize, floor: f64| {
        let own = spread(&differences[field]).map_or(0.0, |(_, away)| SIGMAS * TO_SIGMA * away);
        floor.max(own)
    };
    let tolerance = [
        usual(OPEN, ENDS),
        usual(HIGH, EXTREME),
        usual(LOW, EXTREME),
        usual(CLOSE, ENDS),
    ];
    let volume = spread(&volumes).map(|(centre, away)| {
        let own = SIGMAS * TO_SIGMA * away;
        (centre, own.max(libm::log(VOLUME_FACTOR)))
    });
    Some(Witness {
        days,
        tolerance,
        volume,
    })
}

fn same_footing(
    closes: &[(market::Date, f64, f64)],
    days: &Days,
    factor: &impl Fn(market::Date, market::Date) -> f64,
    finder: &mut Finder,
) -> bool {
    let finer = days.interval;
    let (kind, text) = match footing(closes, factor) {
        None | Some(Footing::Same) => return true,
        Some(Footing::Shares(ratio)) => (
            Kind::MixedBasis,
            format!(
                "closes differ from the {finer} bars' by a factor of {ratio}, as after a split"
            ),
        ),
        Some(Footing::SecondAdjusted) => (
            Kind::AdjustedPrices,
            format!(
                "the {finer} bars follow these with the dividends taken out: they are adjusted"
            ),
        ),
        Some(Footing::FirstAdjusted) => (
            Kind::AdjustedPrices,
            format!(
                "these follow the {finer} bars with the dividends taken out: they are adjusted"
            ),
        ),
        Some(Footing::Other(ratio)) => (
            Kind::IntradayDisagrees,
            format!("closes are up to {ratio:.4} times the {finer} bars': not the same security?"),
        ),
    };
    finder.add(kind, When::Whole, text);
    false
}

/// Opens, closes and volumes that differ, and highs and lows that finer bars go beyond. Daily highs and lows beyond the
/// finer ones are the matter of [`super::prints`], which knows the previous close.
pub(crate) fn compare(
    daily: &Frame,
    sessions: &SessionTable,
    witnesses: &[Witness<'_>],
    finder: &mut Finder,
) {
    for (row, &ordinal) in daily.session.iter().enumerate() {
        let Some(session) = sessions.get(ordinal as usize) else {
            continue;
        };
        for witness in witnesses {
            if let Some(day) = witness.day(session.open.micros()) {
                one(daily, row, witness, day, finder);
            }
        }
    }
}

fn one(daily: &Frame, row: usize, witness: &Witness<'_>, day: &Day, finder: &mut Finder) {
    let columns = &daily.rows.columns;
    let close = columns[CLOSE][row];
    let when = finder.place(daily.rows.start[row]);
    let file = daily.on_file[row] as usize;
    for (field, seen) in [
        (OPEN, day.from_open),
        (CLOSE, day.to_close),
        (HIGH, true),
        (LOW, true),
    ] {
        let (here, there) = (columns[field][row], day.price(field));
        let off = match field {
            // A finer bar beyond the day's extreme is wrong however few of the bars there are.
            HIGH => (there - here).max(0.0),
            LOW => (here - there).max(0.0),
            _ => (here - there).abs(),
        };
        if seen && off > witness.tolerance[field] * close {
            let text = format!(
                "the {} bars have {there}, {:.2} % away",
                witness.name(),
                off / close * 100.0
            );
            finder
                .add(Kind::IntradayDisagrees, when, text)
                .value(FIELDS[field], here)
                .at_row(file)
                .perhaps(Repair::Value(there));
        }
    }
    if let Some((centre, bound)) = witness.volume.filter(|_| day.full && day.volume > 0.0) {
        let ratio = libm::log(day.volume / columns[VOLUME][row].max(1e-9));
        if (ratio - centre).abs() > bound {
            let text = format!(
                "the {} bars add up to {:.0}, {:.2} of it; {:.2} is usual",
                witness.name(),
                day.volume,
                libm::exp(ratio),
                libm::exp(centre)
            );
            let defect = finder
                .add(Kind::IntradayDisagrees, when, text)
                .value("volume", columns[VOLUME][row])
                .at_row(file);
            // One venue's share wanders with its business.
            if libm::exp(centre) < ONE_VENUE {
                defect.only_a_note();
            }
        }
    }
}
