//! The trade a structure was.

use market::{ExitReason, FillRule, Side, Trade};

use super::held::Structure;

impl Structure {
    /// The trade it was, once flat. Prices are net premiums a share of one structure at opening and, shares and all, at the
    /// end; its return is on the most it could lose at expiry (on the margin where there is no most), and so is its R. Excursions are those of the
    /// net result at marks and at the end, dollars a share of one structure.
    pub(crate) fn trade(&self, trade_id: u32) -> Trade {
        let last = &self.last;
        let gross_pnl_usd = self.cash_usd;
        let pnl_usd = self.purse_usd();
        let side = if self.premium_usd > 0.0 {
            Side::Sell
        } else {
            Side::Buy
        };
        let a_share = self.shares_in_all();
        let entry_price = self.premium_usd.abs();
        let at_open = u32::from(last.rule == FillRule::Open);
        let (worst, best) = self.extremes_usd;
        Trade {
            trade_id,
            symbol: self.symbol,
            side,
            quantity: u64::from(self.quantity),
            entry_time: self.opened.time,
            entry_price,
            entry_rule: self.opened.rule,
            exit_time: last.time,
            exit_price: entry_price + side.sign() * gross_pnl_usd / a_share,
            exit_rule: last.rule,
            exit_reason: self.leaving.unwrap_or(ExitReason::Expiry),
            gross_pnl_usd,
            commission_usd: self.commission_usd,
            slippage_usd: self.slippage_usd,
            dividends_usd: self.dividends_usd,
            financing_usd: 0.0,
            pnl_usd,
            return_fraction: pnl_usd / self.max_loss_usd.unwrap_or(self.margin_usd),
            r_multiple: self
                .max_loss_usd
                .filter(|loss| *loss > 0.0)
                .map(|loss| pnl_usd / loss),
            mae_usd: (-worst.min(pnl_usd) / a_share).max(0.0),
            mfe_usd: (best.max(pnl_usd) / a_share).max(0.0),
            atr_at_entry: self.atr,
            stop_price: None,
            target_price: None,
            // Opened at a close: that session does not count, nor does one left at its first print.
            sessions_held: (last.session - self.opened.session).saturating_sub(at_open),
            bars_held: ((last.slot - self.opened.slot) as u32).saturating_sub(at_open),
            ambiguous: false,
            unsettled: None,
            protected: self.leaving == Some(ExitReason::Protect),
        }
    }
}
