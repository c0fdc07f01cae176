//! What each bar must hold by itself.

use market::Interval;
use market::bars::PRICES_USD;

use super::defect::{Finder, Repair};
use super::kind::Kind;
use super::rows::{CLOSE, FIELDS, HIGH, LOW, OPEN, Rows, VOLUME};

/// A price this many times above or below the rest of its bar and the closes around it is no market's.
const WILD_FACTOR: f64 = 2.0;

/// Prices this close to the edge of their bar are at it: vendors round each of them by itself.
const ROUNDING: f64 = 1e-9;

/// Judges every row; gives back which may be used further.
pub(crate) fn judge(rows: &Rows, on_file: &[u32], finder: &mut Finder) -> Vec<bool> {
    let mut good = vec![true; rows.len()];
    let sound = |row: usize| {
        let [open, high, low, close, volume] = cells(rows, row);
        let held = |price: f64| price >= low && price <= high;
        PRICES_USD.contains(&low)
            && PRICES_USD.contains(&high)
            && held(open)
            && held(close)
            && volume >= 0.0
            && volume.is_finite()
            && high < low * WILD_FACTOR
    };
    for row in 0..rows.len() {
        // One test that nearly every row passes, and only then what exactly is wrong.
        if !sound(row) {
            good[row] = one(rows, row, on_file[row] as usize, finder);
        }
    }
    good
}

fn cells(rows: &Rows, row: usize) -> [f64; 5] {
    rows.columns.each_ref().map(|column| column[row])
}

/// True if the prices may still be used.
fn one(rows: &Rows, row: usize, file: usize, finder: &mut Finder) -> bool {
    let when = finder.place(rows.start[row]);
    let values = cells(rows, row);
    let [open, high, low, close, volume] = values;
    let prices = &values[..4];
    if volume.is_nan() || volume.is_infinite() {
        let text = "a volume must be a number".to_owned();
        finder
            .add(Kind::MissingValue, when, text)
            .value(FIELDS[VOLUME], volume)
            .at_row(file);
    } else if volume < 0.0 {
        let text = "a volume cannot be below 0".to_owned();
        finder
            .add(Kind::NegativeVolume, when, text)
            .value(FIELDS[VOLUME], volume)
            .at_row(file)
            .perhaps(Repair::Value(-volume));
    }
    if prices.iter().all(|p| p.is_nan()) {
        let text = "no price at all: an interval without trades has no bar".to_owned();
        let daily = finder.subject.interval == Some(Interval::Day);
        let defect = finder.add(Kind::MissingValue, when, text).at_row(file);
        // Of a session somebody must have a bar; an empty one in its place hides that it is missing.
        if daily {
            defect.perhaps(Repair::Drop);
        } else {
            defect.firmly(Repair::Drop);
        }
        return false;
    }
    let mut whole = true;
    for (field, &price) in FIELDS.iter().zip(prices) {
        if !price.is_finite() {
            let text = "a price must be a number".to_owned();
            finder
                .add(Kind::MissingValue, when, text)
                .value(field, price)
                .at_row(file);
            whole = false;
        } else if !PRICES_USD.contains(&price) {
            let text = format!(
                "a price must lie from {} to {} dollars",
                PRICES_USD.start(),
                PRICES_USD.end()
            );
            finder
                .add(Kind::BadPrice, when, text)
                .value(field, price)
                .at_row(file);
            whole = false;
        }
    }
    if !whole {
        return false;
    }
    if let Some((field, price)) = wild(rows, row) {
        let usual = middle(&others(rows, row, field));
        let text = format!("{:.3} times the prices around it", price / usual);
        finder
            .add(Kind::WildPrice, when, text)
            .value(FIELDS[field], price)
            .at_row(file);
        return false;
    }
    if high < low {
        let held = |p: f64| p >= high && p <= low;
        let text = format!("high {high} is below low {low}");
        let defect = finder
            .add(Kind::HighBelowLow, when, text)
            .value(FIELDS[HIGH], high)
            .at_row(file);
        // Exchanged, they hold the open and the close: nothing else makes a whole bar of these four numbers.
        if held(open) && held(close) {
            defect.firmly(Repair::Swap);
        }
        return false;
    }
    for (field, price) in [(OPEN, open), (CLOSE, close)] {
        let room = price * ROUNDING;
        if price > high + room || price < low - room {
            let text = format!("outside the bar's own range, {low} to {high}");
            finder
                .add(Kind::PrintOutsideRange, when, text)
                .value(FIELDS[field], price)
                .at_row(file);
        }
    }
    true
}

/// The other prices of the bar and the closes on either side.
fn others(rows: &Rows, row: usize, field: usize) -> Vec<f64> {
    let mut around: Vec<f64> = [OPEN, HIGH, LOW, CLOSE]
        .into_iter()
        .filter(|&f| f != field)
        .map(|f| rows.columns[f][row])
        .collect();
    let close = &rows.columns[CLOSE];
    let beside = [row.checked_sub(1), row.checked_add(1)];
    around.extend(
        beside
            .into_iter()
            .flatten()
            .filter_map(|r| close.get(r))
            .filter(|c| PRICES_USD.contains(*c)),
    );
    around
}

fn middle(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The one price that is out by a factor from all the others around it, if there is one.
fn wild(rows: &Rows, row: usize) -> Option<(usize, f64)> {
    [OPEN, HIGH, LOW, CLOSE].into_iter().find_map(|field| {
        let price = rows.columns[field][row];
        let around = others(rows, row, field);
        let far = |other: &f64| price > other * WILD_FACTOR || price * WILD_FACTOR < *other;
        around.iter().all(far).then_some((field, price))
    })
}
