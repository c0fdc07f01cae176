//! The account: starting cash, leverage, costs, and the rules by which bars fill orders.

use serde::{Deserialize, Serialize};

use crate::structure::OptionCosts;

/// What a fill costs. All parts add up; set to 0 what does not apply.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Costs {
    /// Commission, dollars a share.
    pub commission_per_share_usd: f64,
    /// Least per-share commission of one order, dollars.
    pub commission_min_usd: f64,
    /// Commission, basis points of the order's value, on top of the per-share part.
    pub commission_bps: f64,
    /// Slippage of market and stop fills, basis points of the price.
    pub slippage_bps: f64,
    /// Slippage of market and stop fills, dollars a share.
    pub slippage_usd: f64,
    /// Slippage of market and stop fills, as a multiple of ATR.
    pub slippage_atr: f64,
    /// Yearly fee on the value of borrowed shares, as a fraction; a short plan must state it.
    pub borrow_rate: Option<f64>,
}

impl Default for Costs {
    fn default() -> Self {
        Self {
            commission_per_share_usd: 0.005,
            commission_min_usd: 1.0,
            commission_bps: 0.0,
            slippage_bps: 1.0,
            slippage_usd: 0.0,
            slippage_atr: 0.0,
            borrow_rate: None,
        }
    }
}

impl Costs {
    /// No costs at all: for tests that show one rule at a time.
    pub const NONE: Costs = Costs {
        commission_per_share_usd: 0.0,
        commission_min_usd: 0.0,
        commission_bps: 0.0,
        slippage_bps: 0.0,
        slippage_usd: 0.0,
        slippage_atr: 0.0,
        borrow_rate: None,
    };

    /// Commission of one order, dollars: max(minimum, shares × per share) + value × basis points.
    pub fn commission_usd(&self, quantity: u64, price: f64) -> f64 {
        let shares = quantity as f64;
        (shares * self.commission_per_share_usd).max(self.commission_min_usd)
            + shares * price * self.commission_bps * 1e-4
    }

    /// Slippage, dollars a share; an unknown ATR adds nothing.
    pub fn slippage_usd(&self, price: f64, atr: Option<f64>) -> f64 {
        price * self.slippage_bps * 1e-4
            + self.slippage_usd
            + self.slippage_atr * atr.unwrap_or(0.0)
    }
}

/// What is assumed when one bar reaches both the stop and the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Intrabar {
    /// The stop came first.
    #[default]
    Pessimistic,
    /// The target came first.
    Optimistic,
    /// Open, nearer extreme, other extreme, close; a tie is pessimistic.
    Path,
    /// What the finer bars inside it say; where they cannot tell, the stop came first.
    Finer,
}

/// When a resting limit counts as filled inside a bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitFill {
    /// The price was touched.
    #[default]
    Touch,
    /// The price was passed by at least a tick.
    Through,
}

/// How bars fill orders.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FillPolicy {
    /// Assumption for bars that reach both stop and target.
    pub intrabar: Intrabar,
    /// When a limit inside a bar counts as filled.
    pub limit_fill: LimitFill,
    /// The least price step, dollars.
    pub tick_usd: f64,
}

impl Default for FillPolicy {
    fn default() -> Self {
        Self {
            intrabar: Intrabar::default(),
            limit_fill: LimitFill::default(),
            tick_usd: 0.01,
        }
    }
}

/// A fresh account, the same for every regime.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Cash at the start, dollars.
    pub equity_usd: f64,
    /// Gross position value over equity that buying power allows.
    pub max_leverage: f64,
    /// Costs of trading.
    pub costs: Costs,
    /// Fill rules.
    pub fills: FillPolicy,
    /// Costs of trading options.
    pub options: OptionCosts,
    /// Yearly interest on idle cash as a fraction, one value a slot (no value pays nothing); `None`
    /// pays 0. Cash borrowed on leverage is charged the same rate.
    pub cash_rate: Option<indicators::Column>,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            equity_usd: 100_000.0,
            max_leverage: 1.0,
            costs: Costs::default(),
            fills: FillPolicy::default(),
            options: OptionCosts::default(),
            cash_rate: None,
        }
    }
}
