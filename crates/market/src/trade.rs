//! Closed trades.

use crate::exit::ExitReason;
use crate::fill::{FillRule, Side};
use crate::time::Time;

/// A position from flat to flat.
///
/// `pnl_usd = gross_pnl_usd + dividends_usd − financing_usd − commission_usd`. Prices include
/// slippage, so `slippage_usd` tells how much of the gross result it cost and is not subtracted again.
#[derive(Clone, Debug, PartialEq)]
pub struct Trade {
    /// Counted from 1 within a replay.
    pub trade_id: u32,
    /// Index of the symbol among the traded ones.
    pub symbol: usize,
    /// Long or short.
    pub side: Side,
    /// Shares bought (or sold short) in all.
    pub quantity: u64,
    /// When the first share was bought.
    pub entry_time: Time,
    /// Average entry price, dollars a share, slippage included.
    pub entry_price: f64,
    /// The rule that priced the first entry fill.
    pub entry_rule: FillRule,
    /// When the last share was sold.
    pub exit_time: Time,
    /// Average exit price, dollars a share, slippage included.
    pub exit_price: f64,
    /// The rule that priced the last exit fill.
    pub exit_rule: FillRule,
    /// Why the last share was sold.
    pub exit_reason: ExitReason,
    /// Price difference times shares, at fill prices.
    pub gross_pnl_usd: f64,
    /// Commissions of all fills.
    pub commission_usd: f64,
    /// What slippage cost, already inside the prices.
    pub slippage_usd: f64,
    /// Dividends received (paid, if negative).
    pub dividends_usd: f64,
    /// Borrow fees paid.
    pub financing_usd: f64,
    /// Net result.
    pub pnl_usd: f64,
    /// `pnl_usd` ÷ (entry price × quantity).
    pub return_fraction: f64,
    /// `pnl_usd` ÷ (R × quantity), R the distance from the entry fill to the first stop; `None`
    /// without a stop or when the fill was already beyond it.
    pub r_multiple: Option<f64>,
    /// Maximum adverse excursion, dollars a share from the entry price, 0 or more.
    pub mae_usd: f64,
    /// Maximum favourable excursion, dollars a share from the entry price, 0 or more.
    pub mfe_usd: f64,
    /// ATR at the decision, dollars; `None` if the order named none.
    pub atr_at_entry: Option<f64>,
    /// The protective stop as first placed.
    pub stop_price: Option<f64>,
    /// The target as first placed.
    pub target_price: Option<f64>,
    /// Sessions held beyond the opening print.
    pub sessions_held: u32,
    /// Bars held beyond their opening print.
    pub bars_held: u32,
    /// True if a bar of the plan's clock left the order of events open.
    pub ambiguous: bool,
    /// Where finer bars were asked and did not settle that order, why; it was then assumed.
    pub unsettled: Option<Unsettled>,
    /// True if the plan's protection acted on it: brought its stop nearer, sold some of its shares, or closed it.
    pub protected: bool,
}

/// Why finer bars did not settle the order of events inside a bar. Later ones tell more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unsettled {
    /// There are none inside it.
    Absent,
    /// They do not fill it without a gap.
    Incomplete,
    /// They do not reach a price that the bar reached: another venue's, say.
    Contradiction,
    /// The finest of them holds both prices itself.
    Ambiguous,
}

impl Unsettled {
    /// Every reason.
    pub const ALL: [Unsettled; 4] = [
        Unsettled::Absent,
        Unsettled::Incomplete,
        Unsettled::Contradiction,
        Unsettled::Ambiguous,
    ];

    /// The word used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Unsettled::Absent => "absent",
            Unsettled::Incomplete => "incomplete",
            Unsettled::Contradiction => "contradiction",
            Unsettled::Ambiguous => "ambiguous",
        }
    }
}
