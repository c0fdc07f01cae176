//! An entry worked out: what would be ordered at a bar's end, before anybody orders it.

use market::Side;

use crate::exits::Protection;
use crate::plan::{Prepared, Rules};

/// All of an entry that is fixed at its decision. Runs order it; printed plans show it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ticket {
    /// Buy or sell.
    pub side: Side,
    /// Shares.
    pub shares: u64,
    /// The shares before overlays scaled them.
    pub unscaled_shares: u64,
    /// What overlays scaled them by; 1 if none did.
    pub size_scale: f64,
    /// The decision bar's close, dollars.
    pub close_usd: f64,
    /// ATR at the decision, dollars.
    pub atr_usd: f64,
    /// The orders that come alive with the fill.
    pub protection: Protection,
}

impl Ticket {
    /// The stop, if the entry filled at `fill_usd`.
    pub fn stop_usd(&self, fill_usd: f64) -> Option<f64> {
        self.protection.bracket.stop?.price(self.side, fill_usd)
    }

    /// The target, if the entry filled at `fill_usd`.
    pub fn target_usd(&self, fill_usd: f64) -> Option<f64> {
        let distance = self.protection.bracket.target_distance_usd?;
        Some(fill_usd + self.side.sign() * distance)
    }
}

impl Rules {
    /// The entry that a decision at the end of bar `row` would order, whatever the checklist says of that bar.
    ///
    /// `close_usd` is the bar's close. `None` without an ATR, or without the session's range where the stop needs it: there
    /// is no stop then, and so no size.
    pub fn ticket(
        &self,
        prepared: &Prepared,
        row: usize,
        close_usd: f64,
        equity_usd: f64,
        buying_power_usd: f64,
    ) -> Option<Ticket> {
        let side = self.entry.side;
        let atr_usd = prepared.atr.get(row)?;
        let extreme = prepared.session_extreme.as_ref().and_then(|c| c.get(row));
        let protection = self.exit.protect(side, close_usd, atr_usd, extreme)?;
        let distance = protection.stop_distance_usd;
        let (risk, power) = (&self.risk, buying_power_usd);
        let unscaled_shares = risk.shares(equity_usd, power, close_usd, distance, atr_usd);
        let size_scale = prepared.overlays.at(row).size_scale;
        Some(Ticket {
            side,
            shares: risk.scaled(unscaled_shares, size_scale, power, close_usd),
            unscaled_shares,
            size_scale,
            close_usd,
            atr_usd,
            protection,
        })
    }
}
