//! One traded symbol on the clock: its bars, and what happens to it.

use indicators::Column;
use market::Bars;

/// A corporate action placed on the clock: it takes effect at the start of its slot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// Dollars a share to the holder at the prior close.
    Dividend {
        /// The symbol's first slot on or after the ex-date.
        slot: usize,
        /// Dollars a share.
        amount_usd: f64,
    },
    /// New shares for each old one.
    Split {
        /// The symbol's first slot on the new basis.
        slot: usize,
        /// New shares for each old one.
        ratio: f64,
    },
}

impl Action {
    /// The slot at whose start it takes effect.
    pub const fn slot(&self) -> usize {
        match self {
            Action::Dividend { slot, .. } | Action::Split { slot, .. } => *slot,
        }
    }
}

/// One traded symbol.
#[derive(Debug)]
pub struct Track<'a> {
    /// Its bars.
    pub bars: &'a Bars,
    /// Its ATR on the decision clock, in dollars of each bar's own share basis, for trailing stops and
    /// slippage by ATR; `None` if nothing asks.
    pub atr: Option<&'a Column>,
    /// Bars of finer intervals, coarsest first: asked when a bar leaves the order of events open.
    pub(crate) finer: Vec<&'a Bars>,
    pub(crate) actions: Vec<Action>,
    /// Bars ended by the end of each slot; `None` when slots and bars are the same.
    pub(crate) ended: Option<Vec<u32>>,
}

impl<'a> Track<'a> {
    /// A track without anything around its bars.
    pub(crate) const fn new(bars: &'a Bars, ended: Option<Vec<u32>>) -> Self {
        Self {
            bars,
            atr: None,
            finer: Vec::new(),
            actions: Vec::new(),
            ended,
        }
    }

    /// Bars that have ended by the end of `slot`.
    #[inline]
    pub fn ended(&self, slot: usize) -> usize {
        match &self.ended {
            None => slot + 1,
            Some(ended) => ended[slot] as usize,
        }
    }

    /// The row of the bar in `slot`, if the symbol has one there.
    #[inline]
    pub fn row(&self, slot: usize) -> Option<usize> {
        match &self.ended {
            None => Some(slot),
            Some(ended) => {
                let before = if slot == 0 { 0 } else { ended[slot - 1] };
                (ended[slot] > before).then(|| ended[slot] as usize - 1)
            }
        }
    }

    /// The slot of a bar.
    #[inline]
    pub fn slot(&self, row: usize) -> usize {
        match &self.ended {
            None => row,
            Some(ended) => ended.partition_point(|&n| (n as usize) <= row),
        }
    }

    /// Its last close by the end of `slot`; `None` before its first bar.
    #[inline]
    pub fn last_close(&self, slot: usize) -> Option<f64> {
        self.ended(slot)
            .checked_sub(1)
            .map(|row| self.bars.close()[row])
    }

    /// Its last close before `slot` starts, on the share basis of `slot`.
    pub fn close_before(&self, slot: usize) -> Option<f64> {
        let close = self.last_close(slot.checked_sub(1)?)?;
        Some(self.on_basis_of(slot, close))
    }

    /// The ATR known before `slot` starts, on the share basis of `slot`.
    pub fn atr_before(&self, slot: usize) -> Option<f64> {
        let atr = self.atr_at(slot.checked_sub(1)?)?;
        Some(self.on_basis_of(slot, atr))
    }

    fn on_basis_of(&self, slot: usize, usd: f64) -> f64 {
        self.actions_at(slot)
            .iter()
            .fold(usd, |usd, action| match action {
                Action::Split { ratio, .. } => usd / ratio,
                Action::Dividend { .. } => usd,
            })
    }

    /// The ATR at the end of `slot`.
    #[inline]
    pub fn atr_at(&self, slot: usize) -> Option<f64> {
        self.atr.and_then(|column| column.get(slot))
    }

    /// The actions that take effect at the start of `slot`.
    pub fn actions_at(&self, slot: usize) -> &[Action] {
        let from = self.actions.partition_point(|action| action.slot() < slot);
        let to = self.actions.partition_point(|action| action.slot() <= slot);
        &self.actions[from..to]
    }
}
