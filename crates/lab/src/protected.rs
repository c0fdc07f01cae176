//! What protection did in a window.

use engine::Window;
use market::Trade;
use serde::{Deserialize, Serialize};
use strategies::ProtectRules;
use strategies::rules::Judged;

use crate::rule_warnings::count;

/// What a plan's `[protect]` did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Protected {
    /// Trades on which it acted: whose stop it brought nearer, or some or all of whose shares it sold.
    pub trades: usize,
    /// Their net result, dollars. What it would have been without is not known.
    pub pnl_usd: f64,
    /// Bars of the window on which its rule held, whether anything was held or not.
    pub bars: usize,
    /// Bars on which its rule was unknown: there nothing was protected.
    pub unknown_bars: usize,
    /// All bars of the window.
    pub all_bars: usize,
}

impl Protected {
    /// Counts the trades of some windows, and the bars of the rule.
    pub(crate) fn of(rule: &Judged, windows: &[Window], trades: &[Trade]) -> Self {
        let rows: Vec<_> = windows.iter().map(|w| w.first..w.last + 1).collect();
        let mut protected = Self {
            bars: count(&rule.truth.held, &rows),
            unknown_bars: count(&rule.truth.unknown(), &rows),
            all_bars: rows.iter().map(std::ops::Range::len).sum(),
            ..Self::default()
        };
        for trade in trades.iter().filter(|trade| trade.protected) {
            protected.trades += 1;
            protected.pnl_usd += trade.pnl_usd;
        }
        protected
    }

    /// In a sentence, of a plan that closed so many trades.
    pub(crate) fn sentence(
        &self,
        rules: &ProtectRules,
        trades: usize,
        dollars: impl Fn(f64) -> String,
    ) -> String {
        let action = rules.action.map_or("", |action| action.as_str());
        let did = match self.trades {
            0 => format!(
                "acted on no trade: its rule held on {} of {} bars",
                self.bars, self.all_bars
            ),
            n => format!(
                "acted on {n} of {trades} {}, net {}",
                if trades == 1 { "trade" } else { "trades" },
                dollars(self.pnl_usd)
            ),
        };
        let unknown = match self.unknown_bars {
            0 => String::new(),
            n => format!(
                "; on {n} of {} bars its rule was unknown, and nothing was protected",
                self.all_bars
            ),
        };
        format!("protection ({action}) {did}{unknown}")
    }
}
