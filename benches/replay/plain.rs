//! The plain loop: what one would write by hand over arrays for this one rule and nothing else.
//!
//! No orders, no log, no events; stop, target, time stop, costs and sizing written out. It makes the
//! engine's trades, to the cent, or the comparison of speeds would mean nothing.

use market::{Bars, SessionTable};

/// The rule's numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// Consecutive lower closes.
    pub(crate) declines: usize,
    /// Cumulative decline to be exceeded, a fraction.
    pub(crate) min_decline: f64,
    /// Stop distance, ATR.
    pub(crate) stop_atr: f64,
    /// Target distance, ATR.
    pub(crate) target_atr: f64,
    /// Session at whose close progress is judged.
    pub(crate) time_stop_sessions: u32,
    /// Favourable excursion asked for by then, ATR.
    pub(crate) min_mfe_atr: f64,
    /// Bars of the ATR.
    pub(crate) atr_bars: usize,
    /// Equity risked on a trade, a fraction.
    pub(crate) risk: f64,
    /// Slippage, a fraction of the price.
    pub(crate) slippage: f64,
    /// Commission a share, dollars.
    pub(crate) per_share: f64,
    /// Least commission, dollars.
    pub(crate) minimum: f64,
}

/// A trade as the plain loop notes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PlainTrade {
    /// Bar of the entry.
    pub(crate) entered: usize,
    /// Bar of the exit.
    pub(crate) left: usize,
    /// Shares.
    pub(crate) shares: f64,
    /// Entry price.
    pub(crate) entry: f64,
    /// Exit price.
    pub(crate) exit: f64,
    /// Net result.
    pub(crate) pnl: f64,
}

struct Open {
    bar: usize,
    shares: f64,
    entry: f64,
    stop: f64,
    target: f64,
    wanted: f64,
    judge: u32,
    high: f64,
    leave: bool,
}

/// Wilder's ATR, seeded with the mean of the first `n` true ranges.
pub(crate) fn atr(bars: &Bars, n: usize) -> Vec<f64> {
    let (high, low, close) = (bars.high(), bars.low(), bars.close());
    let mut column = vec![f64::NAN; close.len()];
    let (mut sum, mut value) = (0.0, 0.0);
    for i in 1..close.len() {
        let range = (high[i] - low[i])
            .max((high[i] - close[i - 1]).abs())
            .max((low[i] - close[i - 1]).abs());
        if i <= n {
            sum += range;
            value = sum / n as f64;
        } else {
            value = (value * (n - 1) as f64 + range) / n as f64;
        }
        if i >= n {
            column[i] = value;
        }
    }
    column
}

/// For each bar, true if it ends its session.
pub(crate) fn session_ends(bars: &Bars, sessions: &SessionTable) -> Vec<bool> {
    let ends = |(&end, &session): (_, &u32)| {
        sessions
            .get(session as usize)
            .is_some_and(|s| s.close == end)
    };
    bars.end().iter().zip(bars.session()).map(ends).collect()
}

/// Runs the rule over all bars.
pub(crate) fn run(
    bars: &Bars,
    atr: &[f64],
    ends: &[bool],
    rule: &Rule,
    start: f64,
) -> Vec<PlainTrade> {
    let (open, high, low, close) = (bars.open(), bars.high(), bars.low(), bars.close());
    let session = bars.session();
    let count = close.len();
    assert!(open.len() == count && high.len() == count && low.len() == count);
    assert!(session.len() == count && atr.len() == count && ends.len() == count);
    let fee = |shares: f64| (shares * rule.per_share).max(rule.minimum);
    let mut trades = Vec::new();
    let mut cash = start;
    let mut held: Option<Open> = None;
    let mut order: Option<(f64, f64)> = None;
    let n = rule.declines;
    for i in 0..count {
        if let Some((shares, atr)) = order.take() {
            let entry = open[i] * (1.0 + rule.slippage);
            let mut shares = shares;
            while shares > 0.0 && shares * entry + fee(shares) > cash {
                shares -= 1.0;
            }
            if shares > 0.0 {
                held = Some(Open {
                    bar: i,
                    shares,
                    entry,
                    stop: entry - rule.stop_atr * atr,
                    target: entry + rule.target_atr * atr,
                    wanted: rule.min_mfe_atr * atr,
                    judge: session[i] + rule.time_stop_sessions - 1,
                    high: entry,
                    leave: false,
                });
            }
        }
        if let Some(position) = &mut held {
            let sold = |price: f64| price * (1.0 - rule.slippage);
            let exit = if position.leave || open[i] <= position.stop {
                Some(sold(open[i]))
            } else if open[i] >= position.target {
                Some(open[i])
            } else if low[i] <= position.stop {
                Some(sold(position.stop))
            } else if high[i] >= position.target {
                Some(position.target)
            } else {
                position.high = position.high.max(high[i]);
                position.leave = ends[i]
                    && session[i] == position.judge
                    && position.high - position.entry < position.wanted;
                (i + 1 == count).then(|| sold(close[i]))
            };
            if let Some(exit) = exit {
                let pnl = position.shares * (exit - position.entry) - 2.0 * fee(position.shares);
                cash += pnl;
                trades.push(PlainTrade {
                    entered: position.bar,
                    left: i,
                    shares: position.shares,
                    entry: position.entry,
                    exit,
                    pnl,
                });
                held = None;
            }
        }
        if held.is_none() && i >= n && i + 1 < count && close[i] < close[i - 1] {
            let run = (1..n).all(|k| close[i - k] < close[i - k - 1]);
            if run && close[i] / close[i - n] - 1.0 < -rule.min_decline && atr[i].is_finite() {
                let distance = (rule.stop_atr * atr[i]).max(0.25 * atr[i]);
                let shares = (cash * rule.risk / distance).min(cash / close[i]).floor();
                order = (shares > 0.0).then_some((shares, atr[i]));
            }
        }
    }
    trades
}
