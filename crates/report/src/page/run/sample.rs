//! A made-up record for tests, with a text in every place that a user or a file may fill.

use lab::EquityPoint;
use lab::record::{Document, InstrumentSession, Record, RegimeRecord};
use market::{Date, ExitReason, FillRule, Side, Time, Trade};
use serde_json::json;

/// Four sessions from 100,000 $; two trades: +1 R for 500 $, −1 R for 250 $.
pub(super) fn record(text: &str) -> Record {
    Record {
        document: document(text),
        regimes: vec![RegimeRecord {
            trades: vec![
                trade(1, 3, 4, 500.0, Some(1.0), ExitReason::Target),
                trade(2, 5, 6, -250.0, Some(-1.0), ExitReason::Stop),
            ],
            equity: [100_000.0, 100_500.0, 100_500.0, 100_250.0]
                .iter()
                .zip(3..)
                .map(|(usd, day)| point(day, *usd))
                .collect(),
            setups: Vec::new(),
            sessions: (3..7).map(session).collect(),
        }],
    }
}

fn document(text: &str) -> Document {
    let figures = json!({
        "sessions": 4, "short_sample": true, "start_equity_usd": 100_000.0, "end_equity_usd": 100_250.0, "interest_usd": 0.0,
        "net_return": 0.0025, "max_drawdown": 0.0025, "max_drawdown_bar": 0.003, "sharpe": 1.25,
        "trades": 2, "wins": 1, "win_rate": 0.5, "win_rate_95": { "low": 0.09, "high": 0.91 }, "net_pnl_usd": 250.0,
        "expectancy_usd": 125.0, "expectancy_r": 0.0, "trades_with_r": 2, "longest_losing_run": 1, "ambiguous_trades": 0
    });
    let end = json!({ "net_profit_usd": 250.0, "max_drawdown": 0.0025 });
    let funnel = json!({
        "setups": 5, "entered": 2, "vetoed": { text: 3 }, "vetoed_unknown": 1, "busy": 0, "cooling_down": 0,
        "rejected": { text: 0 }, "held": [{ "criterion": text, "setups": 2 }]
    });
    let document = json!({
        "schema": 1, "stormproof": text, "simulated": true, "plan": text,
        "verdict": { "verdict": "inconclusive", "meaning": text, "regimes_holding": 0, "regimes_failing": 0, "regimes_inconclusive": 1 },
        "warnings": [text],
        "tape": { "name": text, "origin": "simulated", "seed": 3, "fingerprint": text, "first": "2022-01-03", "last": "2022-01-06" },
        "criteria": [{ "name": text, "kind": "trigger" }],
        "regimes": [{
            "name": text, "from": "2022-01-03", "to": "2022-01-06", "storm": text, "standing": "inconclusive", "reasons": [text],
            "figures": figures,
            "exits": { text: { "trades": 2, "pnl_usd": 250.0 } },
            "funnel": funnel,
            "band": { "ambiguous_trades": 0, "pessimistic": end, "optimistic": end },
            "conditions": []
        }],
        "scenario": { "name": text, "instrument": { "symbol": text, "interval": "1d" }, text: { text: [text] } }
    });
    serde_json::from_value(document).unwrap()
}

fn date(day: u32) -> Date {
    Date::from_ymd_opt(2022, 1, day).unwrap()
}

fn point(day: u32, equity_usd: f64) -> EquityPoint {
    let time = Time::from_exchange(date(day), 16, 0).unwrap();
    EquityPoint {
        date: date(day),
        time,
        equity_usd,
        cash_usd: equity_usd,
        drawdown: 0.0,
    }
}

fn session(day: u32) -> InstrumentSession {
    let close = 200.0 + f64::from(day);
    InstrumentSession {
        date: date(day),
        open: close - 1.0,
        high: close + 1.0,
        low: close - 2.0,
        close,
        holding_usd: Some(close * 500.0),
    }
}

fn trade(
    trade_id: u32,
    from: u32,
    to: u32,
    pnl_usd: f64,
    r_multiple: Option<f64>,
    exit_reason: ExitReason,
) -> Trade {
    Trade {
        trade_id,
        symbol: 0,
        side: Side::Buy,
        quantity: 100,
        entry_time: Time::from_exchange(date(from), 9, 30).unwrap(),
        entry_price: 200.0,
        entry_rule: FillRule::Open,
        exit_time: Time::from_exchange(date(to), 16, 0).unwrap(),
        exit_price: 200.0 + pnl_usd / 100.0,
        exit_rule: FillRule::Touch,
        exit_reason,
        gross_pnl_usd: pnl_usd,
        commission_usd: 0.0,
        slippage_usd: 0.0,
        dividends_usd: 0.0,
        financing_usd: 0.0,
        pnl_usd,
        return_fraction: pnl_usd / 20_000.0,
        r_multiple,
        mae_usd: 1.0,
        mfe_usd: 2.0,
        atr_at_entry: Some(2.0),
        stop_price: Some(195.0),
        target_price: Some(205.0),
        sessions_held: 1,
        bars_held: 1,
        ambiguous: false,
        unsettled: None,
        protected: false,
    }
}
