//! The rows of each file, given to their regimes.

use lab::EquityPoint;
use lab::record::{
    CriterionState, Document, InstrumentSession, RegimeRecord, SetupOutcome, SetupRow,
};
use market::{ExitReason, FillRule, Side, Trade, Unsettled};

use super::Places;
use super::columns::Columns;
use super::error::RecordError;
use crate::frames::FIXED;

const SIDES: [Side; 2] = [Side::Buy, Side::Sell];

fn sides(file: &Columns) -> Result<Vec<Side>, RecordError> {
    file.words("side", &SIDES, Side::direction, "long or short")
}

fn rules(file: &Columns, column: &str) -> Result<Vec<FillRule>, RecordError> {
    file.words(
        column,
        &FillRule::ALL,
        FillRule::as_str,
        "the rule of a fill",
    )
}

pub(super) fn trades(places: &Places<'_>, out: &mut [RegimeRecord]) -> Result<(), RecordError> {
    let file = places.open("trades.parquet")?;
    let regimes = places.regimes(&file)?;
    let (ids, sides, quantities) = (
        file.counts("trade_id")?,
        sides(&file)?,
        file.counts("quantity")?,
    );
    let (entered, entry_prices) = (file.times("entry_time")?, file.numbers("entry_price")?);
    let (exited, exit_prices) = (file.times("exit_time")?, file.numbers("exit_price")?);
    let reasons = file.words(
        "exit_reason",
        &ExitReason::ALL,
        ExitReason::as_str,
        "the reason of an exit",
    )?;
    let (entry_rules, exit_rules) = (rules(&file, "entry_rule")?, rules(&file, "exit_rule")?);
    let (gross, commission) = (file.numbers("gross_pnl")?, file.numbers("commission")?);
    let (slippage, net) = (file.numbers("slippage")?, file.numbers("pnl")?);
    let (dividends, financing) = (file.numbers("dividends")?, file.numbers("financing")?);
    let (returns, multiples) = (file.numbers("return")?, file.maybe_numbers("r_multiple")?);
    let (mae, mfe) = (file.numbers("mae")?, file.numbers("mfe")?);
    let atr = file.maybe_numbers("atr_at_entry")?;
    let (stops, targets) = (
        file.maybe_numbers("stop_price")?,
        file.maybe_numbers("target_price")?,
    );
    let (held, bars) = (file.counts("sessions_held")?, file.counts("bars_held")?);
    let (ambiguous, protected) = (file.flags("ambiguous")?, file.flags("protected")?);
    let unsettled = unsettled(&file)?;
    for (row, &regime) in regimes.iter().enumerate() {
        out[regime].trades.push(Trade {
            trade_id: ids[row],
            symbol: 0,
            side: sides[row],
            quantity: quantities[row],
            entry_time: entered[row],
            entry_price: entry_prices[row],
            entry_rule: entry_rules[row],
            exit_time: exited[row],
            exit_price: exit_prices[row],
            exit_rule: exit_rules[row],
            exit_reason: reasons[row],
            gross_pnl_usd: gross[row],
            commission_usd: commission[row],
            slippage_usd: slippage[row],
            dividends_usd: dividends[row],
            financing_usd: financing[row],
            pnl_usd: net[row],
            return_fraction: returns[row],
            r_multiple: multiples[row],
            mae_usd: mae[row],
            mfe_usd: mfe[row],
            atr_at_entry: atr[row],
            stop_price: stops[row],
            target_price: targets[row],
            sessions_held: held[row],
            bars_held: bars[row],
            ambiguous: ambiguous[row],
            unsettled: unsettled[row],
            protected: protected[row],
        });
    }
    Ok(())
}

fn unsettled(file: &Columns) -> Result<Vec<Option<Unsettled>>, RecordError> {
    let texts = file.maybe_texts("unsettled")?;
    let known = |(row, text): (usize, &Option<String>)| {
        let Some(text) = text else { return Ok(None) };
        let found = Unsettled::ALL.into_iter().find(|one| one.as_str() == text);
        let expected = "why finer bars settled nothing";
        found
            .map(Some)
            .ok_or_else(|| file.wrong("unsettled", row, text, expected))
    };
    texts.iter().enumerate().map(known).collect()
}

pub(super) fn equity(places: &Places<'_>, out: &mut [RegimeRecord]) -> Result<(), RecordError> {
    let file = places.open("equity.parquet")?;
    let regimes = places.regimes(&file)?;
    let (dates, times) = (file.dates("date")?, file.times("time")?);
    let (equity, cash) = (file.numbers("equity")?, file.numbers("cash")?);
    let drawdown = file.numbers("drawdown")?;
    for (row, &regime) in regimes.iter().enumerate() {
        out[regime].equity.push(EquityPoint {
            date: dates[row],
            time: times[row],
            equity_usd: equity[row],
            cash_usd: cash[row],
            drawdown: drawdown[row],
        });
    }
    Ok(())
}

pub(super) fn sessions(places: &Places<'_>, out: &mut [RegimeRecord]) -> Result<(), RecordError> {
    let file = places.open("sessions.parquet")?;
    let regimes = places.regimes(&file)?;
    let dates = file.dates("date")?;
    let (open, high) = (file.numbers("open")?, file.numbers("high")?);
    let (low, close) = (file.numbers("low")?, file.numbers("close")?);
    let holding = file.maybe_numbers("holding")?;
    for (row, &regime) in regimes.iter().enumerate() {
        out[regime].sessions.push(InstrumentSession {
            date: dates[row],
            open: open[row],
            high: high[row],
            low: low[row],
            close: close[row],
            holding_usd: holding[row],
        });
    }
    Ok(())
}

pub(super) fn setups(
    places: &Places<'_>,
    document: &Document,
    out: &mut [RegimeRecord],
) -> Result<(), RecordError> {
    let file = places.open("decisions.parquet")?;
    let regimes = places.regimes(&file)?;
    let (times, sides) = (file.times("time")?, sides(&file)?);
    let outcomes = file.words(
        "outcome",
        &SetupOutcome::ALL,
        SetupOutcome::as_str,
        "what became of a setup",
    )?;
    let (reasons, orders) = (file.maybe_texts("reason")?, file.maybe_numbers("order_id")?);
    let scales = file.numbers("size_scale")?;
    let criteria = criteria(&file, document.criteria.len())?;
    for (row, &regime) in regimes.iter().enumerate() {
        out[regime].setups.push(SetupRow {
            time: times[row],
            side: sides[row],
            outcome: outcomes[row],
            reason: reasons[row].clone(),
            // Written as a double for want of integers that may be absent.
            order_id: orders[row].map(|id| id as u32),
            size_scale: scales[row],
            criteria: criteria.iter().map(|states| states[row]).collect(),
        });
    }
    Ok(())
}

/// The columns of the checklist: they follow those that every plan has, in its order.
fn criteria(file: &Columns, count: usize) -> Result<Vec<Vec<CriterionState>>, RecordError> {
    let names: Vec<String> = file
        .names()
        .skip(FIXED.len())
        .take(count)
        .map(str::to_owned)
        .collect();
    let all = &CriterionState::ALL;
    let read = |name: &String| {
        let expected = "held, not held or unknown";
        file.words(name, all, CriterionState::as_str, expected)
    };
    names.iter().map(read).collect()
}
