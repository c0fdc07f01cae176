//! Plans that trade options: which legs, how many, and when to leave.
//!
//! The engine knows legs; a condor, a vertical, a strangle are made here.
//!
//! * [`recipe`]: from deltas, days and widths to listed legs.
//! * [`leaving`]: the exits of a structure.

pub mod leaving;
pub mod recipe;

use engine::structure::payoff::LossAtExpiry;
use engine::structure::{loss_at_expiry, margin_usd, premium_usd};
use engine::{Leg, Listed, OptionCosts, RejectReason, StructureOrder, View};
use market::{Date, Side};
use options::{LegQuote, NoQuote, SHARES_A_CONTRACT};
use serde::{Deserialize, Serialize};

use crate::sizing::RiskRules;

/// What is traded instead of shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StructureKind {
    /// Sells a put and a call out of the money, buys one of each a wing farther out.
    IronCondor,
    /// Sells the put and the call at the money, buys one of each a wing farther out.
    IronButterfly,
    /// Sells a put and a call out of the money. Loses without bound.
    Strangle,
    /// For longs sells a put and buys one a wing lower; for shorts the same with calls, a wing higher.
    CreditSpread,
    /// For longs buys a call and sells one a wing higher; for shorts the same with puts, a wing lower.
    DebitSpread,
    /// Sells a put for longs, a call for shorts.
    ShortOption,
    /// Buys a call for longs, a put for shorts.
    LongOption,
}

impl StructureKind {
    /// Its name, for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::IronCondor => "iron condor",
            Self::IronButterfly => "iron butterfly",
            Self::Strangle => "strangle",
            Self::CreditSpread => "credit spread",
            Self::DebitSpread => "debit spread",
            Self::ShortOption => "short option",
            Self::LongOption => "long option",
        }
    }

    /// True if the plan's side decides its legs.
    pub const fn is_directional(self) -> bool {
        matches!(
            self,
            Self::CreditSpread | Self::DebitSpread | Self::ShortOption | Self::LongOption
        )
    }

    /// True if it buys wings.
    pub const fn has_wings(self) -> bool {
        matches!(
            self,
            Self::IronCondor | Self::IronButterfly | Self::CreditSpread | Self::DebitSpread
        )
    }

    /// True if premium is received.
    pub const fn is_credit(self) -> bool {
        !matches!(self, Self::DebitSpread | Self::LongOption)
    }
}

/// Which structure a plan trades: `[structure]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StructureRules {
    /// What is bought and sold together.
    pub kind: StructureKind,
    /// Calendar days to expiry that are wanted: the listed expiry nearest to it, the later of two as near.
    #[serde(default = "thirty")]
    pub days_to_expiry: u32,
    /// Delta of the first option sold (bought, for debits) of each side, without its sign: the listed strike nearest to it,
    /// the farther out of two as near. At the money is 0.5.
    #[serde(default = "sixteen_hundredths")]
    pub delta: f64,
    /// The same for calls, where it is another one.
    #[serde(default)]
    pub call_delta: Option<f64>,
    /// Dollars from each first strike to its wing: the listed strike nearest to that.
    #[serde(default)]
    pub wing_width_usd: Option<f64>,
    /// The least premium, as a share of the wing's width (of the underlying's price without wings), at decision and at fill.
    #[serde(default)]
    pub min_premium: Option<f64>,
    /// Structures open at once, opened on different decisions.
    #[serde(default = "one")]
    pub max_open: u32,
}

const fn thirty() -> u32 {
    30
}

const fn sixteen_hundredths() -> f64 {
    0.16
}

const fn one() -> u32 {
    1
}

impl StructureRules {
    /// Delta wanted of the first put or call, without its sign.
    pub(crate) fn delta_of(&self, right: market::Right) -> f64 {
        match (self.kind, right) {
            (StructureKind::IronButterfly, _) => 0.5,
            (_, market::Right::Call) => self.call_delta.unwrap_or(self.delta),
            (_, market::Right::Put) => self.delta,
        }
    }

    /// The side a setup is logged with: sellers of premium on both sides are short.
    pub(crate) fn side(&self, entry: Side) -> Side {
        if self.kind.is_directional() {
            entry
        } else {
            Side::Sell
        }
    }

    /// The order that a decision now would give.
    ///
    /// # Errors
    /// As [`ticket`](Self::ticket).
    pub fn order(
        &self,
        view: &View<'_>,
        symbol: usize,
        side: Side,
        risk: &RiskRules,
        size_scale: f64,
        atr: Option<f64>,
    ) -> Result<StructureOrder, RejectReason> {
        let session = view.session_at(view.session());
        let at = Ground {
            listed: view.listed().ok_or(RejectReason::NotQuoted)?,
            today: session.ok_or(RejectReason::NotListed)?.date,
            spot_usd: *view.closes(symbol).last().ok_or(RejectReason::NotListed)?,
            risk_usd: view.equity_usd() * risk.risk_per_trade * size_scale,
            costs: view.option_costs(),
        };
        let ticket = self.ticket(&at, side)?;
        if ticket.is_too_cheap() {
            return Err(RejectReason::PremiumTooSmall);
        }
        if ticket.quantity == 0 {
            return Err(RejectReason::ZeroSize);
        }
        Ok(StructureOrder {
            symbol,
            quantity: ticket.quantity,
            least_premium_usd: ticket.least_premium_usd,
            atr,
            legs: ticket.legs,
        })
    }

    /// The entry that a decision at a close would order, worked out: what runs order and printed plans show, whether or not
    /// its premium is enough and its size more than none.
    ///
    /// # Errors
    /// Why there is none: nothing listed that fits, a leg without a price.
    pub fn ticket(&self, at: &Ground<'_>, side: Side) -> Result<StructureTicket, RejectReason> {
        let legs = recipe::legs(self, &at.listed, at.today, at.spot_usd, side)?;
        let quotes = legs
            .iter()
            .map(|leg| at.listed.quote(&leg.contract))
            .collect::<Result<Vec<LegQuote>, NoQuote>>()
            .map_err(|_| RejectReason::NotQuoted)?;
        let premium_usd = premium_usd(&legs, &quotes, at.costs);
        let max_loss_usd = max_loss_usd(&legs, premium_usd, at.spot_usd, at.costs);
        Ok(StructureTicket {
            premium_usd,
            least_premium_usd: self.least_premium_usd(at.spot_usd),
            is_bounded: loss_at_expiry(&legs) != LossAtExpiry::Unbounded,
            max_loss_usd,
            quantity: contracts(at.risk_usd, max_loss_usd),
            legs,
            quotes,
        })
    }

    /// The least premium a share that the plan takes; `None` takes any. Debits are negative premiums and have no least.
    fn least_premium_usd(&self, spot: f64) -> Option<f64> {
        let share = self.min_premium.filter(|_| self.kind.is_credit())?;
        Some(share * self.wing_width_usd.unwrap_or(spot))
    }
}

/// What an entry is worked out from: all of it known at the decision's close.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The options listed.
    pub listed: Listed<'a>,
    /// The session.
    pub today: Date,
    /// The underlying's close, dollars.
    pub spot_usd: f64,
    /// What is put at risk, dollars.
    pub risk_usd: f64,
    /// What trading options costs.
    pub costs: &'a OptionCosts,
}

/// An entry worked out.
#[derive(Clone, Debug, PartialEq)]
pub struct StructureTicket {
    /// The legs, lowest strike of each right first, puts before calls.
    pub legs: Vec<Leg>,
    /// What each is quoted at.
    pub quotes: Vec<LegQuote>,
    /// Net premium by the prices it would fill at, dollars a share; positive for a credit.
    pub premium_usd: f64,
    /// The least that the plan takes, dollars a share.
    pub least_premium_usd: Option<f64>,
    /// What one structure can lose at expiry, dollars, commissions both ways included; its margin and commissions where
    /// there is no most.
    pub max_loss_usd: f64,
    /// False where there is no most that it can lose.
    pub is_bounded: bool,
    /// Structures: risk dollars ÷ that, rounded down.
    pub quantity: u32,
}

impl StructureTicket {
    /// True if its premium is under the least.
    pub fn is_too_cheap(&self) -> bool {
        let least = self.least_premium_usd;
        least.is_some_and(|least| self.premium_usd < least)
    }
}

/// What one structure can lose at expiry, dollars, commissions both ways included; its margin where there is no most.
fn max_loss_usd(legs: &[Leg], premium: f64, spot: f64, costs: &engine::OptionCosts) -> f64 {
    let contracts: f64 = legs.iter().map(|leg| f64::from(leg.ratio.abs())).sum();
    let commission = 2.0 * costs.commission_usd(contracts);
    match loss_at_expiry(legs) {
        LossAtExpiry::Bounded(loss) => (loss - premium) * SHARES_A_CONTRACT + commission,
        LossAtExpiry::Unbounded => margin_usd(legs, spot) + commission,
    }
}

/// Structures = floor(risk dollars ÷ loss at expiry); 0 where either makes no sense.
pub fn contracts(risk_usd: f64, loss_usd: f64) -> u32 {
    // The last bit of a sum of prices is not a contract.
    let wanted = (risk_usd / loss_usd + 1e-9).floor();
    if loss_usd > 0.0 && wanted.is_finite() {
        wanted.clamp(0.0, 1e6) as u32
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contracts_are_risk_over_loss_at_expiry() {
        // A 5 dollar wing for a credit of 1.20, 4 × 0.65 each way: 380 + 5.20. 2,000 ÷ 385.20 = 5.19.
        assert_eq!(contracts(2_000.0, 385.2), 5);
        assert_eq!(contracts(385.2, 385.2), 1);
        assert_eq!(contracts(385.0, 385.2), 0);
        assert_eq!(contracts(500.0, 0.0), 0);
        assert_eq!(contracts(f64::NAN, 100.0), 0);
        assert_eq!(contracts(-5.0, 100.0), 0);
    }
}
