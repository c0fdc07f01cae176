//! What the plan's next order hangs on: ATR, costs, sector weights.

use std::collections::BTreeMap;

use market::{Date, Known as KnownAt, Series, Trade};
use stats::quantile;

use super::costs;
use super::desk::{Desk, Known};
use super::found::{Atr, Inputs, Weights};
use super::made::exit_date;
use crate::stage::Stage;

/// Sessions of a year.
const YEAR: usize = 252;

pub(super) fn told(
    desk: &Desk<'_>,
    known: &Known,
    stage: &Stage<'_>,
    trades: &[Trade],
    sessions: &[Date],
) -> Inputs {
    let a_year_ago = sessions
        .len()
        .checked_sub(YEAR)
        .and_then(|n| sessions.get(n))
        .copied();
    let recent = trades.partition_point(|trade| exit_date(trade) < a_year_ago);
    Inputs {
        atr: atr(stage),
        costs: costs::of(&trades[recent..], &desk.scenario),
        sector_weights: weights(desk, known),
    }
}

/// ATR ÷ close at the last bar of each of the last sessions, and at the last.
fn atr(stage: &Stage<'_>) -> Option<Atr> {
    let (bars, column) = stage.clock_and_atr();
    let mut by_session: Vec<(f64, f64)> = Vec::new();
    let mut session = None;
    for bar in (0..bars.len()).rev() {
        if session == Some(bars.session()[bar]) {
            continue;
        }
        session = Some(bars.session()[bar]);
        if by_session.len() == YEAR {
            break;
        }
        let Some(atr) = column.get(bar) else { break };
        by_session.push((atr, atr / bars.close()[bar]));
    }
    let (atr_usd, of_close) = *by_session.first()?;
    let mut all: Vec<f64> = by_session
        .into_iter()
        .map(|(_, of_close)| of_close)
        .collect();
    all.sort_by(f64::total_cmp);
    Some(Atr {
        atr_usd,
        of_close,
        of_close_median_1y: quantile(&all, 0.5)?,
    })
}

/// The weights of the latest date that was known at the close.
fn weights(desk: &Desk<'_>, known: &Known) -> Option<Weights> {
    let by_then = |series: &Series| match series.known {
        KnownAt::Close => series.date.partition_point(|date| *date <= known.as_of),
        KnownAt::NextSession => series.date.partition_point(|date| *date < known.as_of),
    };
    let latest = |series: &Series| {
        by_then(series)
            .checked_sub(1)
            .map(|n| (series.date[n], series.value[n]))
    };
    let date = desk
        .weights
        .iter()
        .filter_map(|series| latest(series).map(|(date, _)| date))
        .max()?;
    let percent: BTreeMap<String, f64> = desk
        .weights
        .iter()
        .filter_map(|series| {
            let (_, value) = latest(series).filter(|(of, _)| *of == date)?;
            let (_, sector) = series.name.split_once("_weight_")?;
            Some((sector.to_owned(), value))
        })
        .collect();
    Some(Weights { date, percent })
}
