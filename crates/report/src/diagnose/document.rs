//! A diagnosis as one JSON document.

use lab::diagnose::{
    Baseline, BrokenRule, Component, Diagnosis, Execution, Judged, Look, Missed, Next, Planned,
    Shift, Verdict,
};
use market::{Date, Side, Time};
use serde::Serialize;
use serde_json::{Value, json};

use super::words::{cents, in_cents, pasted};
use crate::document::SCHEMA;
use crate::error::ReportError;
use crate::words::banner;

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    stormproof: &'static str,
    simulated: bool,
    plan: &'a str,
    symbol: &'a str,
    tape: &'a lab::TapeFacts,
    from: Date,
    to: Date,
    replayed_from: Date,
    replayed_to: Date,
    log: Value,
    verdict: Verdict,
    sentence: &'a str,
    bridge: Value,
    execution: Value,
    shift: Value,
    broken_rules: &'a [BrokenRule],
    conditions: Value,
    next: Value,
    trades: Vec<Value>,
    missed: Vec<Value>,
    resamples: u64,
    seed: u64,
    warnings: &'a [String],
}

/// One JSON document, ending with a newline. The same log, plan and tape give the same bytes.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn diagnosis_json(diagnosis: &Diagnosis) -> Result<String, ReportError> {
    let document = Document {
        schema: SCHEMA,
        stormproof: env!("CARGO_PKG_VERSION"),
        simulated: banner(&diagnosis.tape).is_some(),
        plan: &diagnosis.plan,
        symbol: &diagnosis.symbol,
        tape: &diagnosis.tape,
        from: diagnosis.span.0,
        to: diagnosis.span.1,
        replayed_from: diagnosis.replayed.0,
        replayed_to: diagnosis.replayed.1,
        log: log(diagnosis),
        verdict: diagnosis.verdict,
        sentence: &diagnosis.sentence,
        bridge: bridge(diagnosis),
        execution: execution(&diagnosis.execution),
        shift: shift(&diagnosis.shift),
        broken_rules: &diagnosis.broken,
        conditions: conditions(diagnosis),
        next: next(&diagnosis.next),
        trades: diagnosis.trades.iter().map(trade).collect(),
        missed: diagnosis.missed.iter().map(missed).collect(),
        resamples: diagnosis.draws,
        seed: diagnosis.seed,
        warnings: &diagnosis.warnings,
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// An object without the keys whose value is not defined.
fn defined(pairs: Vec<(&str, Value)>) -> Value {
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(pairs.map(|(key, value)| (key.to_owned(), value)).collect())
}

fn log(diagnosis: &Diagnosis) -> Value {
    let log = &diagnosis.log;
    let open = log.open.as_ref().map(|open| {
        json!({
            "side": open.side.direction(),
            "quantity": open.quantity,
            "entry_price": open.entry_price,
            "since": open.since.to_string(),
            "line": open.line,
        })
    });
    defined(vec![
        ("format", json!(log.format)),
        ("timezone", json!(log.zone)),
        ("times_of_day", json!(log.exact)),
        ("trades", json!(log.trades)),
        ("net_pnl_usd", json!(log.net_usd)),
        ("trades_outside_the_dates", json!(log.outside)),
        ("open", json!(open)),
        ("left_out", json!(log.left_out)),
    ])
}

/// Dollars to the cent that add up; `usd` beside them unrounded.
fn bridge(diagnosis: &Diagnosis) -> Value {
    let (plan, steps, log) = in_cents(diagnosis);
    let line = |(line, step): (&lab::diagnose::BridgeLine, i64)| {
        json!({
            "component": line.component,
            "words": line.component.words(),
            "trades": line.trades,
            "usd": line.usd,
            "rounded_usd": step as f64 / 100.0,
        })
    };
    json!({
        "plan_trades": diagnosis.plan_trades,
        "plan_usd": plan as f64 / 100.0,
        "lines": diagnosis.bridge.iter().zip(steps).map(line).collect::<Vec<_>>(),
        "log_usd": log as f64 / 100.0,
        "log_in_words": cents(log),
    })
}

fn execution(told: &Execution) -> Value {
    defined(vec![
        ("usd", json!(told.usd)),
        ("judged_usd", json!(told.judged_usd)),
        ("least_usd", json!(told.least_usd)),
        ("differing_trades", json!(told.differing)),
        ("p_worse", json!(told.p_worse)),
        ("p_better", json!(told.p_better)),
        ("p_corrected", json!(told.p_corrected)),
        ("absent", json!(told.absent)),
    ])
}

fn shift(told: &Shift) -> Value {
    let baseline: Option<&Baseline> = told.baseline.as_ref();
    let interval = told
        .expected_95_usd
        .map(|(low, high)| json!({ "low": low, "high": high }));
    defined(vec![
        ("baseline", json!(baseline)),
        ("expectancy", json!(told.expectancy)),
        ("expected_usd", json!(told.expected_usd)),
        ("expected_95_usd", json!(interval)),
        ("usd", json!(told.usd)),
        ("p_worse", json!(told.p_worse)),
        ("p_better", json!(told.p_better)),
        ("p_corrected", json!(told.p_corrected)),
        ("absent", json!(told.absent)),
    ])
}

fn conditions(diagnosis: &Diagnosis) -> Value {
    let looks = &diagnosis.looks;
    let rows: &[Look] = &looks.rows;
    defined(vec![
        ("trades", json!(looks.trades)),
        ("won", json!(looks.won)),
        ("looks", json!(rows)),
        ("absent", json!(looks.absent)),
    ])
}

fn next(next: &Next) -> Value {
    json!({ "command": pasted(&next.command), "arguments": next.command, "why": next.why })
}

fn parts(parts: &[(Component, f64)]) -> Vec<Value> {
    let part = |(component, usd): &(Component, f64)| json!({ "component": component, "usd": usd });
    parts.iter().map(part).collect()
}

fn planned(plan: &Planned) -> Value {
    json!({
        "trade_id": plan.trade_id,
        "quantity": plan.quantity,
        "entry_time": time(plan.entry_time),
        "entry_price": plan.entry_price,
        "exit_time": time(plan.exit_time),
        "exit_price": plan.exit_price,
        "exit_reason": plan.exit_reason,
        "pnl_usd": plan.pnl_usd,
    })
}

fn trade(trade: &Judged) -> Value {
    let broke = |(rule, usd): &(String, f64)| json!({ "rule": rule, "usd": usd });
    defined(vec![
        ("number", json!(trade.number)),
        ("line", json!(trade.line)),
        ("side", json!(direction(trade.side))),
        ("quantity", json!(trade.quantity)),
        ("entry_time", json!(time(trade.entry_time))),
        ("entry_price", json!(trade.entry_price)),
        ("exit_time", json!(time(trade.exit_time))),
        ("exit_price", json!(trade.exit_price)),
        ("pnl_usd", json!(trade.pnl_usd)),
        ("plan", json!(trade.plan.as_ref().map(planned))),
        ("parts", json!(parts(&trade.parts))),
        (
            "broke",
            json!(trade.broke.iter().map(broke).collect::<Vec<_>>()),
        ),
    ])
}

fn missed(missed: &Missed) -> Value {
    json!({ "because": missed.because, "plan": planned(&missed.plan) })
}

fn direction(side: Side) -> &'static str {
    side.direction()
}

/// Exchange time, as people read it.
fn time(time: Time) -> String {
    time.to_string()
}
