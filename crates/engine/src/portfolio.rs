//! Cash, positions, closed trades and the equity path.

use market::{Fill, Side, Trade};

use crate::account::Account;
use crate::curve::{Curve, Mark};
use crate::feed::Feed;
use crate::position::{Position, Terms, apply};
use crate::structure::Structure;
use crate::track::Action;

/// What the account holds.
#[derive(Debug, Default)]
pub struct Portfolio {
    cash_usd: f64,
    equity_usd: f64,
    positions: Vec<Option<Position>>,
    trades: Vec<Trade>,
    curve: Curve,
    interest_usd: f64,
    pub(crate) structures: Vec<Structure>,
}

impl Portfolio {
    /// A fresh account for a feed, in the memory of an earlier one and of the trades and marks it left.
    pub(crate) fn reset(
        &mut self,
        account: &Account,
        feed: &Feed<'_>,
        mut trades: Vec<Trade>,
        marks: Vec<Mark>,
    ) {
        self.cash_usd = account.equity_usd;
        self.equity_usd = account.equity_usd;
        self.positions.clear();
        self.positions.resize_with(feed.tracks().len(), || None);
        trades.clear();
        self.trades = trades;
        self.curve = Curve::new(account.equity_usd, marks);
        self.interest_usd = 0.0;
        self.structures.clear();
    }

    /// Cash, dollars.
    pub fn cash_usd(&self) -> f64 {
        self.cash_usd
    }

    /// Equity at the last mark, dollars.
    pub fn equity_usd(&self) -> f64 {
        self.equity_usd
    }

    /// Interest earned on cash so far, dollars.
    pub fn interest_usd(&self) -> f64 {
        self.interest_usd
    }

    /// The open position in a symbol.
    #[inline]
    pub fn position(&self, symbol: usize) -> Option<&Position> {
        self.positions.get(symbol).and_then(Option::as_ref)
    }

    pub(crate) fn position_mut(&mut self, symbol: usize) -> Option<&mut Position> {
        self.positions.get_mut(symbol).and_then(Option::as_mut)
    }

    /// The open positions.
    pub fn positions(&self) -> impl Iterator<Item = &Position> {
        self.positions.iter().flatten()
    }

    /// True without any position.
    #[inline]
    pub fn is_flat(&self) -> bool {
        self.positions.iter().all(Option::is_none) && self.structures.is_empty()
    }

    /// The trades closed so far.
    pub fn trades(&self) -> &[Trade] {
        &self.trades
    }

    /// Dollars that new positions may take at the closes of `slot`.
    pub(crate) fn power_at_close(&self, max_leverage: f64, feed: &Feed<'_>, slot: usize) -> f64 {
        let mark = |position: &Position| (feed.tracks()[position.symbol].last_close(slot), true);
        self.power_usd(max_leverage, mark, |structure| structure.margin_usd)
    }

    /// Dollars that the shares one structure was left may be worth overnight, at the closes of `slot`.
    pub(crate) fn power_for_shares(
        &self,
        structure_id: u32,
        max_leverage: f64,
        feed: &Feed<'_>,
        slot: usize,
    ) -> f64 {
        let mark = |position: &Position| (feed.tracks()[position.symbol].last_close(slot), true);
        let others = |structure: &Structure| {
            if structure.structure_id == structure_id {
                0.0
            } else {
                structure.bound_usd()
            }
        };
        self.power_usd(max_leverage, mark, others)
    }

    /// Dollars that new positions may take at a fill in `slot`, once the position in the symbol of
    /// `closed_at` is closed at that price.
    ///
    /// What was bought in this very slot counts at its entry price, all else at the close before: the
    /// slot's own closes are not known yet.
    pub(crate) fn power_at_fill(
        &self,
        max_leverage: f64,
        feed: &Feed<'_>,
        slot: usize,
        closed_at: Option<(usize, f64)>,
    ) -> f64 {
        let mark = |position: &Position| {
            if let Some((_, price)) = closed_at.filter(|(symbol, _)| *symbol == position.symbol) {
                return (Some(price), false);
            }
            let earlier = position.opened.slot < slot;
            let close = || feed.tracks()[position.symbol].close_before(slot);
            (earlier.then(close).flatten(), true)
        };
        self.power_usd(max_leverage, mark, |structure| structure.margin_usd)
    }

    /// Equity × leverage less what is held, at least 0. `mark` gives a position's price (its entry
    /// price, if `None`) and whether it goes on being held, `bound` what a structure takes.
    fn power_usd(
        &self,
        max_leverage: f64,
        mark: impl Fn(&Position) -> (Option<f64>, bool),
        bound: impl Fn(&Structure) -> f64,
    ) -> f64 {
        let mut equity = self.cash_usd;
        let mut gross = 0.0;
        for position in self.positions() {
            let (price, held) = mark(position);
            let value = position.value(price.unwrap_or_else(|| position.entry_price()));
            equity += value;
            gross += if held { value.abs() } else { 0.0 };
        }
        for structure in &self.structures {
            equity += structure.value_usd();
            gross += bound(structure);
        }
        (equity * max_leverage - gross).max(0.0)
    }

    /// Takes a fill into the books; true if it closed a trade.
    #[inline]
    pub(crate) fn take(&mut self, fill: &Fill, terms: Terms) -> bool {
        self.cash_usd -= fill.side.sign() * fill.quantity as f64 * fill.price + fill.commission_usd;
        let terms = Terms {
            trade_id: self.trades.len() as u32 + 1,
            ..terms
        };
        let before = self.trades.len();
        apply(
            &mut self.positions[fill.symbol],
            fill,
            &terms,
            &mut self.trades,
        );
        self.trades.len() > before
    }

    fn value_at(&self, feed: &Feed<'_>, slot: usize) -> f64 {
        let shares = value(&self.positions, self.cash_usd, feed, slot);
        let worth = |sum: f64, structure: &Structure| sum + structure.value_usd();
        self.structures.iter().fold(shares, worth)
    }

    /// What the account would be worth if every structure were closed at once at any price, dollars.
    pub fn liquidation_usd(&self) -> f64 {
        let lost = |structure: &Structure| structure.value_usd() - structure.liquidation_usd();
        self.equity_usd - self.structures.iter().map(lost).sum::<f64>()
    }

    /// The option structures held.
    pub fn structures(&self) -> &[Structure] {
        &self.structures
    }

    pub(crate) fn structure(&self, structure_id: u32) -> Option<&Structure> {
        let is_it = |held: &&Structure| held.structure_id == structure_id;
        self.structures.iter().find(is_it)
    }

    /// Lets `change` work on every structure; what that brings or takes is cash.
    pub(crate) fn each_structure(&mut self, mut change: impl FnMut(&mut Structure)) {
        for structure in &mut self.structures {
            let before = structure.purse_usd();
            change(structure);
            self.cash_usd += structure.purse_usd() - before;
        }
    }

    /// The same with one of them.
    pub(crate) fn change_structure(
        &mut self,
        structure_id: u32,
        mut change: impl FnMut(&mut Structure),
    ) {
        self.each_structure(|structure| {
            if structure.structure_id == structure_id {
                change(structure);
            }
        });
    }

    /// Takes an opened structure into the books.
    pub(crate) fn take_structure(&mut self, structure: Structure) {
        self.cash_usd += structure.purse_usd();
        self.structures.push(structure);
    }

    /// Makes a trade of the first structure of which nothing is left; gives it back with the trade's number.
    pub(crate) fn close_flat_structure(&mut self) -> Option<(Structure, u32)> {
        let place = self.structures.iter().position(Structure::is_flat)?;
        let structure = self.structures.remove(place);
        let trade_id = self.trades.len() as u32 + 1;
        self.trades.push(structure.trade(trade_id));
        Some((structure, trade_id))
    }

    /// Marks the account at the close of `slot`.
    pub(crate) fn mark(&mut self, feed: &Feed<'_>, slot: usize) {
        self.equity_usd = self.value_at(feed, slot);
        let (session, cash_usd, equity_usd) = (feed.session(slot), self.cash_usd, self.equity_usd);
        self.curve.bar(Mark {
            session,
            cash_usd,
            equity_usd,
        });
    }

    /// Marks the slots from `first` up to, not including, `next`, over which only prices change: the
    /// same marks as one call of [`mark`](Self::mark) a slot, without the visits.
    pub(crate) fn carry(&mut self, feed: &Feed<'_>, first: usize, next: usize) {
        if first >= next || self.is_flat() {
            return;
        }
        let cash_usd = self.cash_usd;
        self.equity_usd = match self.positions.as_slice() {
            // One symbol, whose bars are the slots: the path is a line of its closes.
            [Some(held)] if feed.is_daily() => {
                let bars = feed.tracks()[held.symbol].bars;
                let (sessions, closes) = (&bars.session()[first..next], &bars.close()[first..next]);
                let shares = held.side.sign() * held.quantity as f64;
                self.curve.days(sessions, closes, cash_usd, shares)
            }
            [Some(held)] => {
                let closes = feed.tracks()[held.symbol].bars.close();
                self.curve.span(feed, (first, next), cash_usd, |slot| {
                    cash_usd + held.value(closes[slot])
                })
            }
            positions => self.curve.span(feed, (first, next), cash_usd, |slot| {
                value(positions, cash_usd, feed, slot)
            }),
        };
    }

    /// Pays interest on idle cash (charges it on borrowed cash, at the same rate) and charges for
    /// borrowed shares over the nights before `slot`, the first of its session. Actual days over 360;
    /// the rate and the prices are the last known ones.
    pub(crate) fn accrue(&mut self, account: &Account, feed: &Feed<'_>, slot: usize) {
        let Some(before) = slot.checked_sub(1) else {
            return;
        };
        if account.cash_rate.is_none() && account.costs.borrow_rate.is_none() {
            return;
        }
        let (Some(from), Some(to)) = (feed.session_of(before), feed.session_of(slot)) else {
            return;
        };
        let years = (to.date - from.date).num_days() as f64 / 360.0;
        if let Some(rate) = account
            .cash_rate
            .as_ref()
            .and_then(|column| column.get(before))
        {
            // Proceeds of short sales lie with the lender and earn nothing.
            let proceeds: f64 = self
                .positions()
                .filter(|p| p.side == Side::Sell)
                .map(|p| p.entered_usd - p.left_usd)
                .sum();
            let interest = (self.cash_usd - proceeds) * rate * years;
            self.cash_usd += interest;
            self.interest_usd += interest;
        }
        let Some(borrow_rate) = account.costs.borrow_rate else {
            return;
        };
        for position in self
            .positions
            .iter_mut()
            .flatten()
            .filter(|p| p.side == Side::Sell)
        {
            let price = feed.tracks()[position.symbol]
                .last_close(before)
                .unwrap_or(0.0);
            let fee = position.quantity as f64 * price * borrow_rate * years;
            position.financing_usd += fee;
            self.cash_usd -= fee;
        }
    }

    /// The first slot at or after `from` at which interest or fees are booked: the next session's first,
    /// if there is anything to book. Visited one by one, so that jumping books the same.
    pub(crate) fn next_accrual(
        &self,
        account: &Account,
        feed: &Feed<'_>,
        from: usize,
    ) -> Option<usize> {
        let borrowed =
            account.costs.borrow_rate.is_some() && self.positions().any(|p| p.side == Side::Sell);
        if account.cash_rate.is_none() && !borrowed {
            return None;
        }
        Some(if feed.begins_session(from) {
            from
        } else {
            feed.session_ends_before(from)
        })
    }

    /// Applies a dividend or a split to the holder at the prior close.
    pub(crate) fn act(&mut self, action: Action, symbol: usize, feed: &Feed<'_>) {
        let Some(position) = self.positions[symbol].take() else {
            return;
        };
        self.positions[symbol] = match action {
            Action::Dividend { amount_usd, .. } => {
                let paid = position.side.sign() * position.quantity as f64 * amount_usd;
                self.cash_usd += paid;
                Some(Position {
                    dividends_usd: position.dividends_usd + paid,
                    ..position
                })
            }
            Action::Split { slot, ratio } => {
                let track = &feed.tracks()[symbol];
                let mut position = position;
                let row = track.ended(slot.saturating_sub(1));
                position
                    .range
                    .bars_before(row, track.bars.high(), track.bars.low());
                let price = track
                    .last_close(slot.saturating_sub(1))
                    .unwrap_or_else(|| position.entry_price());
                let (split, cash_usd) = position.split(ratio, price);
                self.cash_usd += cash_usd;
                Some(split)
            }
        };
    }

    /// The equity path and the trades, for good.
    pub(crate) fn finish(&mut self) -> Books {
        let (marks, max_drawdown_bar) = std::mem::take(&mut self.curve).finish();
        Books {
            trades: std::mem::take(&mut self.trades),
            marks,
            max_drawdown_bar,
            interest_usd: self.interest_usd,
            end_cash_usd: self.cash_usd,
        }
    }
}

/// Cash plus positions at their last closes by the end of `slot`, dollars.
fn value(positions: &[Option<Position>], cash_usd: f64, feed: &Feed<'_>, slot: usize) -> f64 {
    positions.iter().flatten().fold(cash_usd, |sum, position| {
        // Before the symbol's first bar nothing can be held; the entry price stands in.
        let price = feed.tracks()[position.symbol].last_close(slot);
        sum + position.value(price.unwrap_or_else(|| position.entry_price()))
    })
}

/// The closed books of a replay.
#[derive(Debug)]
pub(crate) struct Books {
    pub(crate) trades: Vec<Trade>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) max_drawdown_bar: f64,
    pub(crate) interest_usd: f64,
    pub(crate) end_cash_usd: f64,
}
