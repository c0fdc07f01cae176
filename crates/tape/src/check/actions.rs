//! Prices against the dividends that should show in them.

use std::collections::BTreeMap;

use market::{Date, SessionTable};

use super::defect::{Finder, When};
use super::frame::Frame;
use super::jumps::Usual;
use super::kind::Kind;
use super::robust::{TO_SIGMA, median};
use super::rows::{CLOSE, OPEN};

/// A dividend this many usual overnight moves large must show.
const LARGE_SIGMAS: f64 = 4.0;

/// At least this share of it must.
const LEAST_SHOWN: f64 = 1.0 / 3.0;

/// How sure the ex-dates together must be that nothing shows, in standard errors.
const SURE_SIGMAS: f64 = 3.0;

/// Fewer ex-dates prove nothing together.
const LEAST_DATES: usize = 8;

/// Of each dividend, the share of the session's close before that it takes off: ex-date to D ÷ C.
pub(crate) fn cuts(
    frame: &Frame,
    sessions: &SessionTable,
    dividends: &BTreeMap<Date, f64>,
) -> BTreeMap<Date, f64> {
    let close = &frame.rows.columns[CLOSE];
    let mut before = None;
    let mut cuts = BTreeMap::new();
    for (session, rows) in frame.by_session() {
        let date = sessions.get(session as usize).map(|s| s.date);
        let amount = date.and_then(|d| Some((d, *dividends.get(&d)?)));
        if let Some(((date, amount), close)) = amount.zip(before) {
            let cut: f64 = amount / close;
            if cut > 0.0 && cut < 1.0 {
                cuts.insert(date, cut);
            }
        }
        before = rows.end.checked_sub(1).map(|last| close[last]);
    }
    cuts
}

/// Ex-dates without their drop, one by one where the dividend is large, and all together: prices from which dividends
/// were taken out do not drop on any.
pub(crate) fn drops(
    daily: &Frame,
    sessions: &SessionTable,
    cuts: &BTreeMap<Date, f64>,
    usual: &Usual,
    finder: &mut Finder,
) {
    let columns = &daily.rows.columns;
    let overnight = |row: usize| columns[OPEN][row] / columns[CLOSE][row - 1] - 1.0;
    let follows = |row: &usize| daily.session[row - 1] + 1 == daily.session[*row];
    let moves = (1..daily.len()).filter(follows).map(|r| overnight(r).abs());
    let Some(sigma) = median(moves.collect()).map(|m| m * TO_SIGMA) else {
        return;
    };
    let (mut dates, mut product, mut square) = (0, 0.0, 0.0);
    for row in (1..daily.len()).filter(follows) {
        let date = sessions.get(daily.session[row] as usize).map(|s| s.date);
        let Some((date, cut)) = date.and_then(|d| Some((d, *cuts.get(&d)?))) else {
            continue;
        };
        let moved = overnight(row);
        // In a wild market an open says little: what was usual just then counts, if it was more.
        let sigma = usual.sigma[row].unwrap_or(sigma).max(sigma);
        dates += 1;
        // A crash or a surge on one of them must not decide for all.
        let held = moved.clamp(-cut - SURE_SIGMAS * sigma, SURE_SIGMAS * sigma);
        product += held * cut / (sigma * sigma);
        square += cut * cut / (sigma * sigma);
        if cut > LARGE_SIGMAS * sigma && moved > -cut * LEAST_SHOWN {
            let text = format!(
                "ex a dividend of {:.2} % of the price, and the open is {:+.2} % from the close before",
                cut * 100.0,
                moved * 100.0
            );
            finder
                .add(Kind::DividendWithoutDrop, When::Day(date), text)
                .value("open", columns[OPEN][row])
                .at_row(daily.on_file[row] as usize);
        }
    }
    if dates < LEAST_DATES || square <= 0.0 {
        return;
    }
    // Least squares through the origin, each date by what was usual then: −1 if each dividend drops the open by itself, 0 if none does.
    let (shown, error) = (product / square, 1.0 / square.sqrt());
    if (shown + 1.0) / error > SURE_SIGMAS && shown > -0.5 {
        let text = format!(
            "on {dates} ex-dates opens drop by {:.2} ± {error:.2} of the dividend instead of all of it: were dividends taken out of these prices?",
            -shown
        );
        finder.add(Kind::AdjustedPrices, When::Whole, text);
    }
}
