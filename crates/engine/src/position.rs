//! A position as a value: a fill turns one into the next, and maybe makes a trade.

use market::{ExitReason, Fill, FillRule, Side, Trade, Unsettled};

/// An open position.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    /// Index of the symbol.
    pub symbol: usize,
    /// Long or short.
    pub side: Side,
    /// Shares open now.
    pub quantity: u64,
    /// The fill that opened it.
    pub opened: Fill,
    /// Shares entered in all, on today's share basis (a split can make it fractional).
    pub entered_quantity: f64,
    /// Shares × price of all entries, dollars.
    pub entered_usd: f64,
    /// Shares left so far, on today's share basis.
    pub left_quantity: f64,
    /// Shares × price of all partial exits, dollars.
    pub left_usd: f64,
    /// Commissions so far.
    pub commission_usd: f64,
    /// Slippage so far.
    pub slippage_usd: f64,
    /// Dividends received so far (paid, if negative).
    pub dividends_usd: f64,
    /// Borrow fees paid so far.
    pub financing_usd: f64,
    /// First protective stop.
    pub stop_price: Option<f64>,
    /// First target.
    pub target_price: Option<f64>,
    /// ATR at the decision.
    pub atr: Option<f64>,
    /// True once a bar has left the order of events open.
    pub ambiguous: bool,
    /// Why finer bars that were asked did not settle it.
    pub unsettled: Option<Unsettled>,
    /// True once the plan's protection has acted on it.
    pub protected: bool,
    /// Price extremes since entry.
    pub range: Range,
}

/// Price extremes over the bars counted so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Lowest price, dollars.
    pub low: f64,
    /// Highest price, dollars.
    pub high: f64,
    /// The first bar not yet counted.
    pub next_row: usize,
}

impl Range {
    /// Counts one price.
    pub fn price(&mut self, price: f64) {
        self.low = self.low.min(price);
        self.high = self.high.max(price);
    }

    /// Counts whole bars up to, not including, `row`.
    pub fn bars_before(&mut self, row: usize, highs: &[f64], lows: &[f64]) {
        if self.next_row >= row {
            return;
        }
        let (lows, highs) = (&lows[self.next_row..row], &highs[self.next_row..row]);
        self.next_row = row;
        if lows.len() < LANES {
            for (&low, &high) in lows.iter().zip(highs) {
                self.low = if low < self.low { low } else { self.low };
                self.high = if high > self.high { high } else { self.high };
            }
            return;
        }
        self.low = self.low.min(least(lows));
        self.high = self.high.max(-least_of_negated(highs));
    }
}

const LANES: usize = 8;

/// The least of some prices. Eight lanes, because one running minimum waits on itself.
fn least(values: &[f64]) -> f64 {
    fold_lanes(values, |v| v)
}

/// The negative of the greatest.
fn least_of_negated(values: &[f64]) -> f64 {
    fold_lanes(values, |v| -v)
}

fn fold_lanes(values: &[f64], map: impl Fn(f64) -> f64) -> f64 {
    let mut lanes = [f64::INFINITY; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            let value = map(value);
            *lane = if value < *lane { value } else { *lane };
        }
    }
    lanes
        .into_iter()
        .chain(rest.iter().map(|&v| map(v)))
        .fold(f64::INFINITY, f64::min)
}

/// What a fill needs beside itself to become part of a position.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Terms {
    /// Protective stop of an entry.
    pub stop_price: Option<f64>,
    /// Target of an entry.
    pub target_price: Option<f64>,
    /// ATR at the decision of an entry.
    pub atr: Option<f64>,
    /// Why an exit leaves.
    pub reason: Option<ExitReason>,
    /// Row of the bar the fill lies in.
    pub row: usize,
    /// Bars held by now, for an exit.
    pub bars_held: u32,
    /// Number of the trade this fill would complete.
    pub trade_id: u32,
}

impl Position {
    /// Average entry price, dollars a share.
    pub fn entry_price(&self) -> f64 {
        self.entered_usd / self.entered_quantity
    }

    /// What the open shares are worth at `price`, dollars; negative for a short.
    pub fn value(&self, price: f64) -> f64 {
        self.side.sign() * self.quantity as f64 * price
    }

    /// Maximum favourable excursion over the bars counted so far, dollars a share, at least 0.
    pub fn favourable_usd(&self) -> f64 {
        self.excursions(self.range).1
    }

    /// (adverse, favourable) excursions of a range, dollars a share, at least 0.
    pub fn excursions(&self, range: Range) -> (f64, f64) {
        let entry = self.entry_price();
        let (below, above) = ((entry - range.low).max(0.0), (range.high - entry).max(0.0));
        match self.side {
            Side::Buy => (below, above),
            Side::Sell => (above, below),
        }
    }

    /// Net result of what has been closed and paid so far plus the open shares at `price`, dollars.
    pub fn net_result(&self, price: f64) -> f64 {
        let open = self.quantity as f64 * price;
        self.side.sign() * (self.left_usd + open - self.entered_usd) + self.dividends_usd
            - self.financing_usd
            - self.commission_usd
    }

    /// The position on a new share basis: `ratio` new shares for each old one. A fraction of a share
    /// is paid out at `old_price` ÷ ratio; its dollars are returned beside the position.
    #[must_use]
    pub fn split(mut self, ratio: f64, old_price: f64) -> (Position, f64) {
        let exact = self.quantity as f64 * ratio;
        // A third of a share thrice is a share: forgive the rounding of the ratio.
        let whole = (exact + 1e-9).floor();
        let fraction = (exact - whole).max(0.0);
        let paid_usd = fraction * old_price / ratio;
        self.quantity = whole as u64;
        self.entered_quantity *= ratio;
        self.left_quantity = self.left_quantity * ratio + fraction;
        self.left_usd += paid_usd;
        self.opened.price /= ratio;
        self.stop_price = self.stop_price.map(|p| p / ratio);
        self.target_price = self.target_price.map(|p| p / ratio);
        self.atr = self.atr.map(|a| a / ratio);
        self.range.low /= ratio;
        self.range.high /= ratio;
        let cash_usd = self.side.sign() * paid_usd;
        (self, cash_usd)
    }

    #[inline]
    fn open(fill: &Fill, terms: &Terms) -> Position {
        let value = fill.quantity as f64 * fill.price;
        Position {
            symbol: fill.symbol,
            side: fill.side,
            quantity: fill.quantity,
            opened: *fill,
            entered_quantity: fill.quantity as f64,
            entered_usd: value,
            left_quantity: 0.0,
            left_usd: 0.0,
            commission_usd: fill.commission_usd,
            slippage_usd: fill.slippage_per_share * fill.quantity as f64,
            dividends_usd: 0.0,
            financing_usd: 0.0,
            stop_price: terms.stop_price,
            target_price: terms.target_price,
            atr: terms.atr,
            ambiguous: false,
            unsettled: None,
            protected: false,
            range: Range {
                low: fill.price,
                high: fill.price,
                next_row: first_row(fill, terms.row),
            },
        }
    }

    #[inline]
    fn add(&mut self, fill: &Fill) {
        self.quantity = self.quantity.saturating_add(fill.quantity);
        self.entered_quantity += fill.quantity as f64;
        self.entered_usd += fill.quantity as f64 * fill.price;
        self.bear_costs(fill);
    }

    #[inline]
    fn reduce(&mut self, fill: &Fill) {
        self.quantity -= fill.quantity;
        self.left_quantity += fill.quantity as f64;
        self.left_usd += fill.quantity as f64 * fill.price;
        self.protected |= fill.exit_reason == Some(ExitReason::Protect);
        self.bear_costs(fill);
    }

    #[inline]
    fn bear_costs(&mut self, fill: &Fill) {
        self.commission_usd += fill.commission_usd;
        self.slippage_usd += fill.slippage_per_share * fill.quantity as f64;
    }

    /// The trade that a fill of all that is open makes of it.
    #[inline]
    fn close(&mut self, fill: &Fill, terms: &Terms) -> Trade {
        self.reduce(fill);
        let closed = &*self;
        let entry_price = closed.entry_price();
        let exit_price = closed.left_usd / closed.left_quantity;
        let gross_pnl_usd = closed.side.sign() * (closed.left_usd - closed.entered_usd);
        let pnl_usd =
            gross_pnl_usd + closed.dividends_usd - closed.financing_usd - closed.commission_usd;
        let risk_per_share = closed
            .stop_price
            .map(|stop| closed.side.sign() * (closed.opened.price - stop))
            // Out at the entry's own open: the stop was passed before the trade began.
            .filter(|r| {
                *r > 0.0 && !(fill.rule == FillRule::Gap && fill.slot == closed.opened.slot)
            });
        let (mae_usd, mfe_usd) = closed.excursions(closed.range);
        Trade {
            trade_id: terms.trade_id,
            symbol: closed.symbol,
            side: closed.side,
            quantity: closed.entered_quantity.round() as u64,
            entry_time: closed.opened.time,
            entry_price,
            entry_rule: closed.opened.rule,
            exit_time: fill.time,
            exit_price,
            exit_rule: fill.rule,
            exit_reason: terms.reason.unwrap_or(ExitReason::Signal),
            gross_pnl_usd,
            commission_usd: closed.commission_usd,
            slippage_usd: closed.slippage_usd,
            dividends_usd: closed.dividends_usd,
            financing_usd: closed.financing_usd,
            pnl_usd,
            return_fraction: pnl_usd / closed.entered_usd,
            r_multiple: risk_per_share.map(|risk| pnl_usd / (risk * closed.entered_quantity)),
            mae_usd,
            mfe_usd,
            atr_at_entry: closed.atr,
            stop_price: closed.stop_price,
            target_price: closed.target_price,
            sessions_held: fill.session - closed.opened.session + u32::from(!fill.at_session_open),
            bars_held: terms.bars_held,
            ambiguous: closed.ambiguous,
            unsettled: closed.unsettled,
            protected: closed.protected,
        }
    }
}

/// The first bar whose whole range lies after the entry: the entry bar itself for a fill at its
/// open; the next one for a fill inside or at the close (the broker counts what is certain).
const fn first_row(fill: &Fill, row: usize) -> usize {
    match fill.rule {
        FillRule::Open | FillRule::Gap | FillRule::Improved => row,
        FillRule::Trigger
        | FillRule::Touch
        | FillRule::Close
        | FillRule::Finer
        | FillRule::Quote
        | FillRule::Model
        | FillRule::Expiry => row + 1,
    }
}

/// Applies a fill: opens, adds, reduces, closes, or turns a position round. If it was closed, its trade is added to `trades`.
///
/// A fill larger than an opposite position closes it and opens the rest; its commission is shared by
/// shares. In place, because a position is moved about for longer than it is changed.
#[inline]
pub fn apply(position: &mut Option<Position>, fill: &Fill, terms: &Terms, trades: &mut Vec<Trade>) {
    match position {
        None => {
            *position = Some(Position::open(fill, terms));
        }
        Some(held) if held.side == fill.side => {
            held.add(fill);
        }
        Some(held) if fill.quantity < held.quantity => {
            held.reduce(fill);
        }
        Some(held) if fill.quantity == held.quantity => {
            trades.push(held.close(fill, terms));
            *position = None;
        }
        Some(held) => {
            let share = held.quantity as f64 / fill.quantity as f64;
            let closing = Fill {
                quantity: held.quantity,
                commission_usd: fill.commission_usd * share,
                ..*fill
            };
            let opening = Fill {
                quantity: fill.quantity - held.quantity,
                commission_usd: fill.commission_usd - closing.commission_usd,
                ..*fill
            };
            trades.push(held.close(&closing, terms));
            *position = Some(Position::open(&opening, terms));
        }
    }
}
