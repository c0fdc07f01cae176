//! From executions to round trips: a position from flat to flat.

use market::{Side, Time};

use crate::execution::{Effect, Execution};

/// Fewer shares than this are none: sums of fractions leave dust.
const DUST: f64 = 1e-6;

/// A position from flat to flat. Partial fills, adding and reducing are one trip, as they are one [`market::Trade`].
///
/// `pnl_usd = gross_usd − fees_usd + other_usd`, and `gross_usd = ±(exit_price − entry_price) × quantity`.
#[derive(Clone, Debug, PartialEq)]
pub struct RoundTrip {
    /// Counted from 1 in order of entries.
    pub number: usize,
    /// Line of the file on which it begins.
    pub line: u64,
    /// Long or short.
    pub side: Side,
    /// Shares bought (or sold short) in all.
    pub quantity: f64,
    /// The first execution.
    pub entry_time: Time,
    /// Average, dollars a share.
    pub entry_price: f64,
    /// The last execution.
    pub exit_time: Time,
    /// Average, dollars a share.
    pub exit_price: f64,
    /// True if both times have a time of day.
    pub exact: bool,
    /// Executions that opened or added.
    pub entries: usize,
    /// Executions that reduced or closed.
    pub exits: usize,
    /// Price difference times shares.
    pub gross_usd: f64,
    /// Commissions and fees.
    pub fees_usd: f64,
    /// Dividends less borrow fees; `None` where the log has no such column.
    pub other_usd: Option<f64>,
    /// Net result.
    pub pnl_usd: f64,
}

/// What is still held at the log's end; its result is not counted.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenPosition {
    /// Line on which it begins.
    pub line: u64,
    /// Long or short.
    pub side: Side,
    /// Shares still held.
    pub quantity: f64,
    /// Average of all that was bought (sold short), dollars a share.
    pub entry_price: f64,
    /// The first execution.
    pub since: Time,
}

/// What executions come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trips {
    /// Closed trades.
    pub trips: Vec<RoundTrip>,
    /// What is open at the end.
    pub open: Option<OpenPosition>,
    /// Executions that close what was opened before the log.
    pub unopened: usize,
    /// Executions that say they open the side opposite to the one held.
    pub netted: usize,
}

/// A position on its way.
struct Held {
    line: u64,
    side: Side,
    since: Time,
    exact: bool,
    open: f64,
    bought: f64,
    paid: f64,
    sold: f64,
    received: f64,
    fees: f64,
    entries: usize,
    exits: usize,
}

impl Held {
    fn begin(execution: &Execution) -> Self {
        Self {
            line: execution.line,
            side: execution.side,
            since: execution.time,
            exact: true,
            open: 0.0,
            bought: 0.0,
            paid: 0.0,
            sold: 0.0,
            received: 0.0,
            fees: 0.0,
            entries: 0,
            exits: 0,
        }
    }

    fn add(&mut self, execution: &Execution, shares: f64) {
        self.open += shares;
        self.bought += shares;
        self.paid += shares * execution.price;
        self.entries += 1;
        self.charge(execution, shares);
    }

    fn reduce(&mut self, execution: &Execution, shares: f64) {
        self.open -= shares;
        self.sold += shares;
        self.received += shares * execution.price;
        self.exits += 1;
        self.charge(execution, shares);
    }

    /// An execution that closes one position and opens the next pays for both in proportion.
    fn charge(&mut self, execution: &Execution, shares: f64) {
        self.fees += execution.fees_usd * shares / execution.quantity;
        self.exact &= execution.exact;
    }

    fn closed(self, at: &Execution) -> RoundTrip {
        let (entry_price, exit_price) = (self.paid / self.bought, self.received / self.sold);
        let gross_usd = self.side.sign() * (exit_price - entry_price) * self.bought;
        RoundTrip {
            number: 0,
            line: self.line,
            side: self.side,
            quantity: self.bought,
            entry_time: self.since,
            entry_price,
            exit_time: at.time,
            exit_price,
            exact: self.exact,
            entries: self.entries,
            exits: self.exits,
            gross_usd,
            fees_usd: self.fees,
            other_usd: None,
            pnl_usd: gross_usd - self.fees,
        }
    }
}

/// What the log's own words have opened on each side and not closed; long less short is the net position.
#[derive(Default)]
struct Legs {
    long: f64,
    short: f64,
}

impl Legs {
    /// The shares of an execution that are the log's: all, but of one that closes only what the log has opened.
    fn taken(&mut self, execution: &Execution) -> f64 {
        let (own, other) = match execution.side {
            Side::Buy => (&mut self.long, &mut self.short),
            Side::Sell => (&mut self.short, &mut self.long),
        };
        let closes = execution.quantity.min(*other);
        match execution.effect {
            Effect::Open => *own += execution.quantity,
            Effect::Close => *other -= closes,
            Effect::Unsaid => {
                *other -= closes;
                *own += execution.quantity - closes;
            }
        }
        if execution.effect == Effect::Close {
            closes
        } else {
            execution.quantity
        }
    }
}

/// Puts executions, in order of time, together.
pub fn round_trips(executions: &[Execution]) -> Trips {
    let mut made = Trips::default();
    let mut held: Option<Held> = None;
    let mut legs = Legs::default();
    for execution in executions {
        let mut left = legs.taken(execution);
        if execution.quantity - left > DUST {
            made.unopened += 1;
        }
        if left <= DUST {
            continue;
        }
        if let Some(mut position) = held.take() {
            if position.side == execution.side {
                position.add(execution, left);
                held = Some(position);
                continue;
            }
            made.netted += usize::from(execution.effect == Effect::Open);
            let shares = left.min(position.open);
            position.reduce(execution, shares);
            left -= shares;
            if position.open > DUST {
                held = Some(position);
                continue;
            }
            made.trips.push(position.closed(execution));
        }
        if left <= DUST {
            continue;
        }
        // In net shares a cover may begin a long: what was bought beside the short is all that is left.
        let mut position = Held::begin(execution);
        position.add(execution, left);
        held = Some(position);
    }
    made.open = held.map(|position| OpenPosition {
        line: position.line,
        side: position.side,
        quantity: position.open,
        entry_price: position.paid / position.bought,
        since: position.since,
    });
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filled(n: usize, side: Side, effect: Effect, quantity: f64, price: f64) -> Execution {
        Execution {
            line: n as u64,
            time: Time(n as i64),
            exact: true,
            local: chrono::NaiveDateTime::default(),
            side,
            quantity,
            price,
            fees_usd: 1.0,
            effect,
            id: None,
        }
    }

    fn cash(executions: &[Execution]) -> f64 {
        let paid = |e: &Execution| -e.side.sign() * e.quantity * e.price - e.fees_usd;
        executions.iter().map(paid).sum()
    }

    fn made(executions: &[Execution]) -> f64 {
        let told = round_trips(executions);
        assert_eq!((told.open, told.unopened), (None, 0));
        told.trips.iter().map(|trip| trip.pnl_usd).sum()
    }

    /// 59 (201.01 − 202.80) + 100 (206 − 205) − 4 = −9.61.
    #[test]
    fn a_cover_beside_a_long_keeps_all_its_shares() {
        for last in [Effect::Unsaid, Effect::Close] {
            let log = [
                filled(1, Side::Buy, Effect::Unsaid, 59.0, 202.80),
                filled(2, Side::Sell, Effect::Open, 100.0, 206.0),
                filled(3, Side::Buy, Effect::Close, 100.0, 205.0),
                filled(4, Side::Sell, last, 59.0, 201.01),
            ];
            assert!((cash(&log) + 9.61).abs() < 1e-9);
            assert!((made(&log) + 9.61).abs() < 1e-6);
        }
    }

    proptest! {
        /// Longs and shorts, each opened and closed by its words, in any order among each other.
        #[test]
        fn what_ends_flat_makes_its_cash(
            trips in prop::collection::vec((any::<bool>(), 1_u32..200, 100.0_f64..200.0, 100.0_f64..200.0, 0_u32..100, 1_u32..100), 1..12)
        ) {
            let mut timed: Vec<(u32, usize, Execution)> = Vec::new();
            for (n, (long, shares, entry, exit, from, lasts)) in trips.into_iter().enumerate() {
                let (open, close) = if long { (Side::Buy, Side::Sell) } else { (Side::Sell, Side::Buy) };
                let shares = f64::from(shares);
                timed.push((from, n, filled(n, open, Effect::Open, shares, entry)));
                timed.push((from + lasts, n, filled(n, close, Effect::Close, shares, exit)));
            }
            timed.sort_by_key(|(at, n, _)| (*at, *n));
            let log: Vec<Execution> = timed.into_iter().map(|(_, _, e)| e).collect();
            prop_assert!((made(&log) - cash(&log)).abs() < 1e-6);
        }
    }
}
