//! At what price a leg fills between bid and ask, and what it costs beside it.

use options::LegQuote;
use serde::{Deserialize, Serialize};

/// What trading options costs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OptionCosts {
    /// Share of the way from mid to the far side that a single leg pays: 0 fills at mid, 1 buys at the ask and sells at
    /// the bid.
    pub spread_crossed: f64,
    /// How much less each further leg of one order pays: of n legs each pays `spread_crossed` to the power of
    /// 1 + `leg_relief` × (n − 1). Packages fill nearer to mid than single options; one who crosses all gets no relief.
    pub leg_relief: f64,
    /// Dollars a contract, each way.
    pub commission_per_contract_usd: f64,
    /// Dollars for each contract exercised or assigned.
    pub assignment_fee_usd: f64,
    /// What every leg pays of its spread, relief included, times this: 1, unless a test of robustness asks for dearer trading.
    #[serde(skip, default = "once")]
    pub crossed_times: f64,
}

const fn once() -> f64 {
    1.0
}

impl Default for OptionCosts {
    fn default() -> Self {
        Self {
            spread_crossed: 0.5,
            leg_relief: 0.25,
            commission_per_contract_usd: 0.65,
            assignment_fee_usd: 0.0,
            crossed_times: 1.0,
        }
    }
}

impl OptionCosts {
    /// No costs at all: for tests that show one rule at a time.
    pub const NONE: OptionCosts = OptionCosts {
        spread_crossed: 0.0,
        leg_relief: 0.0,
        commission_per_contract_usd: 0.0,
        assignment_fee_usd: 0.0,
        crossed_times: 1.0,
    };

    /// Share of the way from mid to the far side that each of `legs` legs of one order pays.
    pub fn crossed(&self, legs: usize) -> f64 {
        let relief = 1.0 + self.leg_relief * (legs.max(1) - 1) as f64;
        self.crossed_times * self.spread_crossed.powf(relief)
    }

    /// All of them `by` times what they are: spread, commission and fee.
    #[must_use]
    pub fn times(self, by: f64) -> Self {
        Self {
            commission_per_contract_usd: by * self.commission_per_contract_usd,
            assignment_fee_usd: by * self.assignment_fee_usd,
            crossed_times: by * self.crossed_times,
            ..self
        }
    }

    /// The price of a leg of an order of `legs` legs, dollars a share: at mid, moved towards the ask for a buyer and towards
    /// the bid for a seller, who never gets less than nothing, and nothing where nobody bids.
    pub fn price(&self, quote: &LegQuote, buys: bool, legs: usize) -> f64 {
        if !buys && quote.bid <= 0.0 {
            return 0.0; // Nobody bids: there is no one to meet on the way.
        }
        let far = if buys { quote.ask } else { quote.bid };
        (quote.mid + self.crossed(legs) * (far - quote.mid)).max(0.0)
    }

    /// The price of closing at once at any price: buys at the ask, sells at the bid.
    pub fn liquidation(quote: &LegQuote, buys: bool) -> f64 {
        if buys { quote.ask } else { quote.bid }
    }

    /// Commission of so many contracts, dollars.
    pub fn commission_usd(&self, contracts: f64) -> f64 {
        contracts.abs() * self.commission_per_contract_usd
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use options::{Greeks, Source};

    const QUOTE: LegQuote = LegQuote {
        bid: 1.00,
        ask: 1.10,
        mid: 1.05,
        volatility: None,
        greeks: Greeks {
            delta: 0.0,
            gamma: 0.0,
            vega: 0.0,
            theta: 0.0,
        },
        source: Source::Quote,
    };

    #[test]
    fn a_single_leg_pays_half_of_the_way_and_four_legs_less_each() {
        let costs = OptionCosts::default();
        // Half of the 5 cents from mid to the far side.
        assert!((costs.price(&QUOTE, true, 1) - 1.075).abs() < 1e-12);
        assert!((costs.price(&QUOTE, false, 1) - 1.025).abs() < 1e-12);
        // 0.5^1.75 = 0.2973: 1.05 + 0.2973 × 0.05.
        assert!((costs.price(&QUOTE, true, 4) - 1.064_865_1).abs() < 1e-6);
    }

    #[test]
    fn costs_times_three_are_three_times_as_far_from_mid() {
        let (one, three) = (OptionCosts::default(), OptionCosts::default().times(3.0));
        for legs in 1..=4 {
            let paid = |costs: &OptionCosts| costs.price(&QUOTE, true, legs) - QUOTE.mid;
            assert!((paid(&three) - 3.0 * paid(&one)).abs() < 1e-12);
        }
        // 4 contracts × 3 × 0.65.
        assert!((three.commission_usd(4.0) - 7.8).abs() < 1e-12);
        // Three times half of 5 cents below 2 cents would be less than nothing.
        let cheap = LegQuote {
            bid: 0.0,
            mid: 0.02,
            ask: 0.04,
            ..QUOTE
        };
        assert_eq!(
            OptionCosts::default().times(3.0).price(&cheap, false, 1),
            0.0
        );
    }

    #[test]
    fn crossing_all_of_it_pays_the_far_side_however_many_legs() {
        let costs = OptionCosts {
            spread_crossed: 1.0,
            ..OptionCosts::default()
        };
        for legs in 1..=4 {
            assert_eq!(costs.price(&QUOTE, true, legs), 1.10);
            assert_eq!(costs.price(&QUOTE, false, legs), 1.00);
        }
        assert_eq!(OptionCosts::NONE.price(&QUOTE, true, 4), 1.05);
    }
}
