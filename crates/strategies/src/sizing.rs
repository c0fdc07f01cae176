//! How many shares.

use serde::{Deserialize, Serialize};

/// Risk and ATR of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RiskRules {
    /// Equity put at risk on each trade, a fraction.
    pub risk_per_trade: f64,
    /// Sessions of the ATR that stops, targets and sizes are measured in.
    pub atr_sessions: u32,
    /// The least stop distance that sizing assumes, in ATR: a stop closer than noise would ask for
    /// absurdly many shares.
    pub min_stop_atr: f64,
}

impl Default for RiskRules {
    fn default() -> Self {
        Self {
            risk_per_trade: 0.005,
            atr_sessions: 14,
            min_stop_atr: 0.25,
        }
    }
}

impl RiskRules {
    /// Shares = floor(equity × risk ÷ stop distance), at most what buying power can take at `price`.
    ///
    /// `stop_distance_usd` may be negative (a level the price has passed); at least
    /// `min_stop_atr` × `atr_usd` is assumed. Figures that make no sense give 0 shares.
    pub fn shares(
        &self,
        equity_usd: f64,
        buying_power_usd: f64,
        price: f64,
        stop_distance_usd: f64,
        atr_usd: f64,
    ) -> u64 {
        let distance = stop_distance_usd.max(self.min_stop_atr * atr_usd);
        let wanted = equity_usd * self.risk_per_trade / distance;
        let payable = buying_power_usd / price;
        let shares = wanted.min(payable).floor();
        // A float that is no count (negative, NaN) casts to 0; one too large is capped by buying power.
        if shares.is_finite() { shares as u64 } else { 0 }
    }

    /// The size that overlays leave of `shares`: floor(shares × scale), at most what buying power can take at `price`.
    ///
    /// 100 shares × 0.29 are 29: a count is not lost to the last bit of a product.
    pub fn scaled(&self, shares: u64, scale: f64, buying_power_usd: f64, price: f64) -> u64 {
        const LAST_BIT: f64 = 1e-9;
        let wanted = shares as f64 * scale + LAST_BIT;
        let scaled = wanted.min(buying_power_usd / price).floor();
        if scaled.is_finite() { scaled as u64 } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RISK: RiskRules = RiskRules {
        risk_per_trade: 0.005,
        atr_sessions: 14,
        min_stop_atr: 0.25,
    };

    #[test]
    fn five_hundred_dollars_over_a_stop_of_one_atr_of_2_20_buys_227_shares() {
        // 100,000 × 0.005 = 500; 500 ÷ 2.20 = 227.27.
        assert_eq!(RISK.shares(100_000.0, 100_000.0, 150.0, 2.20, 2.20), 227);
    }

    #[test]
    fn a_stop_closer_than_a_quarter_atr_is_sized_as_a_quarter_atr() {
        // 0.25 × 2.20 = 0.55; 500 ÷ 0.55 = 909.09, whatever the true distance is below that.
        assert_eq!(RISK.shares(100_000.0, 1e9, 150.0, 0.10, 2.20), 909);
        assert_eq!(RISK.shares(100_000.0, 1e9, 150.0, -3.0, 2.20), 909);
    }

    #[test]
    fn buying_power_caps_the_size() {
        // 500 ÷ 0.60 = 833 shares would cost 124,950 at 150; 100,000 pays for 666.
        assert_eq!(RISK.shares(100_000.0, 100_000.0, 150.0, 0.60, 2.20), 666);
    }

    #[test]
    fn overlays_scale_the_result_and_buying_power_still_caps_it() {
        // 227 × 0.5 = 113.5; 100 × 0.29 is 28.999999999999996 in floats.
        assert_eq!(RISK.scaled(227, 0.5, 1e9, 150.0), 113);
        assert_eq!(RISK.scaled(100, 0.29, 1e9, 150.0), 29);
        // 666 shares are all that 100,000 pays for at 150: half as many again cannot be bought, half of them can.
        assert_eq!(RISK.scaled(666, 1.5, 100_000.0, 150.0), 666);
        assert_eq!(RISK.scaled(666, 0.5, 100_000.0, 150.0), 333);
        assert_eq!(RISK.scaled(1, 0.5, 1e9, 150.0), 0);
        assert_eq!(RISK.scaled(100, f64::NAN, f64::NAN, 150.0), 0);
    }

    #[test]
    fn nonsense_buys_nothing() {
        assert_eq!(RISK.shares(-5.0, 100.0, 10.0, 1.0, 1.0), 0);
        assert_eq!(RISK.shares(100.0, f64::NAN, 10.0, f64::NAN, f64::NAN), 0);
        assert_eq!(RISK.shares(f64::INFINITY, f64::INFINITY, 0.0, 1.0, 1.0), 0);
    }
}
