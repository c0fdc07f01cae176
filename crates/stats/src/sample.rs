//! Trades for tests.

use market::{ExitReason, FillRule, Side, Time, Trade};

/// A trade of 100 shares that made `pnl_usd`, held from one instant to the other.
pub(crate) fn trade(pnl_usd: f64, r_multiple: Option<f64>, sessions_held: u32) -> Trade {
    Trade {
        trade_id: 1,
        symbol: 0,
        side: Side::Buy,
        quantity: 100,
        entry_time: Time(0),
        entry_price: 100.0,
        entry_rule: FillRule::Open,
        exit_time: Time(1),
        exit_price: 100.0 + pnl_usd / 100.0,
        exit_rule: FillRule::Open,
        exit_reason: ExitReason::Target,
        gross_pnl_usd: pnl_usd,
        commission_usd: 0.0,
        slippage_usd: 0.0,
        dividends_usd: 0.0,
        financing_usd: 0.0,
        pnl_usd,
        return_fraction: pnl_usd / 10_000.0,
        r_multiple,
        mae_usd: 0.0,
        mfe_usd: 0.0,
        atr_at_entry: None,
        stop_price: None,
        target_price: None,
        sessions_held,
        bars_held: sessions_held,
        ambiguous: false,
        unsettled: None,
        protected: false,
    }
}
