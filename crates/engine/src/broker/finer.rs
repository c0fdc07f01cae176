//! A bar replayed on the finer bars inside it: which of two prices came first, and where an entry lies.
//!
//! Pure: bars and prices in, events out. Finer bars are asked only when a bar leaves a question open, so they cost
//! nothing otherwise. The levels do not move inside the bar: the plan's clock is its own interval, and a trailing
//! stop acts from the plan's next bar on.

use std::ops::Range;

use market::{Bars, FillRule, Side, Time, Unsettled};

use crate::order::OrderKind;

use super::pricing::{Bar, LimitRule, Quote, at_open, inside, reaches_limit, reaches_stop};

/// A resting order, as far as its price goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    pub(super) kind: OrderKind,
    pub(super) side: Side,
}

/// A bar and when it was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) start: Time,
    pub(super) end: Time,
    pub(super) bar: Bar,
}

/// The first exit that the finer bars reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    /// True for the stop.
    pub(super) is_stop: bool,
    /// Price and the rule behind it, as on any bar.
    pub(super) quote: Quote,
    /// Start of the finer bar for a fill at its open, else its end.
    pub(super) time: Time,
    /// False if the finest bar there is left the order of events open, and the stop was taken to come first.
    pub(super) certain: bool,
    /// What was traded before it.
    pub(super) seen: Seen,
}

/// The extremes of prices that came before an exit, dollars.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Seen {
    pub(super) const fn at(price: f64) -> Self {
        Self {
            low: price,
            high: price,
        }
    }

    fn price(&mut self, price: f64) {
        self.low = self.low.min(price);
        self.high = self.high.max(price);
    }

    fn bar(&mut self, bar: &Bar) {
        self.low = self.low.min(bar.low);
        self.high = self.high.max(bar.high);
    }
}

/// An entry found on finer bars.
#[derive(Clone, Debug)]
pub(super) struct Entered {
    /// Price and rule.
    pub(super) quote: Quote,
    /// When, to the finest bar.
    pub(super) time: Time,
    /// The finest bar it lies inside of; `None` for an entry at a finer bar's open.
    within: Option<Bar>,
    /// The finer bars after it, in order: depth and rows.
    rest: Vec<(usize, Range<usize>)>,
}

/// What became of a position entered inside a bar, by the bar's end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Aftermath {
    /// Its exit, if it did not outlive the bar.
    pub(super) exit: Option<Event>,
    /// What was traded while it was held, for certain or at its worst.
    pub(super) seen: Seen,
}

/// The bars inside those of a track.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inside<'a> {
    /// Coarsest first.
    pub(super) levels: &'a [&'a Bars],
    pub(super) limits: LimitRule,
}

impl Inside<'_> {
    /// Which of a stop and a target, both reached inside the bar, came first.
    ///
    /// # Errors
    /// Why the finer bars cannot tell.
    pub(super) fn first_of(
        &self,
        span: &Span,
        stop: Level,
        target: Level,
    ) -> Result<Event, Unsettled> {
        self.first_below(0, span, stop, target)
    }

    /// The same on the levels from `depth` on, the coarsest that can tell.
    fn first_below(
        &self,
        depth: usize,
        span: &Span,
        stop: Level,
        target: Level,
    ) -> Result<Event, Unsettled> {
        let mut why = Unsettled::Absent;
        for depth in depth..self.levels.len() {
            match self.first_on(depth, span, stop, target) {
                Ok(event) => return Ok(event),
                Err(reason) => why = why.max(reason),
            }
        }
        Err(why)
    }

    fn first_on(
        &self,
        depth: usize,
        span: &Span,
        stop: Level,
        target: Level,
    ) -> Result<Event, Unsettled> {
        let bars = self.levels[depth];
        let rows = rows_inside(bars, span)?;
        // What the bar reached its finer bars must reach too, or they are not that bar's: another venue's, say.
        let reached = |level: Level| {
            let on = |row| inside(level.kind, level.side, &Bar::of(bars, row), self.limits);
            rows.clone().any(|row| on(row).is_some())
        };
        if !reached(stop) || !reached(target) {
            return Err(Unsettled::Contradiction);
        }
        let mut seen = Seen::at(span.bar.open);
        self.walk(depth, rows, span, [Some(stop), Some(target)], &mut seen)
            .ok_or(Unsettled::Contradiction)
    }

    /// The first exit on some rows of a level; what is traded until then goes into `seen`. The first bar of `span`
    /// opens where that does: whether an open decides was asked of the plan's own bar.
    fn walk(
        &self,
        depth: usize,
        rows: Range<usize>,
        span: &Span,
        [stop, target]: [Option<Level>; 2],
        seen: &mut Seen,
    ) -> Option<Event> {
        let bars = self.levels[depth];
        for row in rows {
            let (start, end) = (bars.start()[row], bars.end()[row]);
            let mut bar = Bar::of(bars, row);
            let event = |is_stop, quote, time, certain, seen: &Seen| Event {
                is_stop,
                quote: within(quote, &span.bar),
                time,
                certain,
                seen: *seen,
            };
            if start == span.start {
                bar.open = span.bar.open;
            } else {
                seen.price(bar.open.clamp(span.bar.low, span.bar.high));
                let gapped = |level: Level| at_open(level.kind, level.side, bar.open);
                if let Some(quote) = stop.and_then(gapped) {
                    return Some(event(true, quote, start, true, seen));
                }
                if let Some(quote) = target.and_then(gapped) {
                    return Some(event(false, quote, start, true, seen));
                }
            }
            let touched = |level: Level| inside(level.kind, level.side, &bar, self.limits);
            match (stop.and_then(touched), target.and_then(touched)) {
                (Some(quote), Some(_)) => {
                    let inner = Span { start, end, bar };
                    let told = stop.zip(target);
                    let told =
                        told.and_then(|(s, t)| self.first_below(depth + 1, &inner, s, t).ok());
                    return Some(match told {
                        Some(told) => {
                            seen.price(told.seen.low);
                            seen.price(told.seen.high);
                            event(told.is_stop, told.quote, told.time, told.certain, seen)
                        }
                        None => event(true, quote, end, false, seen),
                    });
                }
                (Some(quote), None) => return Some(event(true, quote, end, true, seen)),
                (None, Some(quote)) => {
                    // The adverse extreme may have come before: it flatters least to count it.
                    seen.price(adverse(target, &bar));
                    return Some(event(false, quote, end, true, seen));
                }
                (None, None) => seen.bar(&bar),
            }
        }
        None
    }

    /// Where an entry that is triggered inside the bar lies, on the finest bars that tell.
    ///
    /// # Errors
    /// Why the finer bars cannot tell.
    pub(super) fn entry(&self, span: &Span, order: Level) -> Result<Entered, Unsettled> {
        self.entry_below(0, span, order)
    }

    fn entry_below(&self, depth: usize, span: &Span, order: Level) -> Result<Entered, Unsettled> {
        let mut why = Unsettled::Absent;
        for depth in depth..self.levels.len() {
            match self.entry_on(depth, span, order) {
                Ok(entered) => return Ok(entered),
                Err(reason) => why = why.max(reason),
            }
        }
        Err(why)
    }

    fn entry_on(&self, depth: usize, span: &Span, order: Level) -> Result<Entered, Unsettled> {
        let bars = self.levels[depth];
        let rows = rows_inside(bars, span)?;
        for row in rows.clone() {
            let (start, end) = (bars.start()[row], bars.end()[row]);
            let mut bar = Bar::of(bars, row);
            if start == span.start {
                bar.open = span.bar.open;
            } else if let Some(quote) = at_open(order.kind, order.side, bar.open) {
                return Ok(Entered {
                    quote: within(quote, &span.bar),
                    time: start,
                    within: None,
                    rest: vec![(depth, row..rows.end)],
                });
            }
            let Some(quote) = inside(order.kind, order.side, &bar, self.limits) else {
                continue;
            };
            let after = (depth, row + 1..rows.end);
            let inner = Span { start, end, bar };
            return Ok(match self.entry_below(depth + 1, &inner, order) {
                Ok(mut entered) => {
                    entered.rest.push(after);
                    entered
                }
                Err(_) => Entered {
                    quote,
                    time: end,
                    within: Some(bar),
                    rest: vec![after],
                },
            });
        }
        Err(Unsettled::Contradiction)
    }

    /// The rest of the bar after an entry of `held` shares inside it: the rules of an entry bar in the finest one,
    /// those of any bar after it.
    pub(super) fn after_entry(
        &self,
        span: &Span,
        entered: &Entered,
        held: Side,
        stop: Option<Level>,
        target: Option<Level>,
    ) -> Aftermath {
        let mut seen = Seen::at(entered.quote.price);
        if let Some(bar) = entered.within {
            let exit = self.in_entry_bar(span, entered, &bar, stop, target);
            if exit.is_some() {
                return Aftermath { exit, seen };
            }
            let favourable = match (held, entered.quote.rule) {
                // After a buy stop the high did come later; after a limit only the close is certain.
                (Side::Buy, FillRule::Trigger) => bar.high,
                (Side::Sell, FillRule::Trigger) => bar.low,
                _ => bar.close,
            };
            seen.price(favourable);
            seen.price(if held == Side::Buy { bar.low } else { bar.high });
        }
        for (depth, rows) in &entered.rest {
            let exit = self.walk(*depth, rows.clone(), span, [stop, target], &mut seen);
            if exit.is_some() {
                return Aftermath { exit, seen };
            }
        }
        Aftermath { exit: None, seen }
    }

    /// In the finest bar of an entry its stop counts if touched, its target only if the close is beyond it.
    fn in_entry_bar(
        &self,
        span: &Span,
        entered: &Entered,
        bar: &Bar,
        stop: Option<Level>,
        target: Option<Level>,
    ) -> Option<Event> {
        let touched = |level: Level| inside(level.kind, level.side, bar, self.limits);
        let out = stop.and_then(touched);
        let gain = target.filter(|level| match level.kind {
            OrderKind::Limit { limit } => reaches_limit(level.side, bar.close, limit),
            _ => false,
        });
        let gain = gain.and_then(touched);
        let event = |is_stop, quote: Quote, certain, low: f64| Event {
            is_stop,
            quote: within(quote, &span.bar),
            time: entered.time,
            certain,
            seen: {
                let mut seen = Seen::at(entered.quote.price);
                seen.price(low);
                seen
            },
        };
        match (stop.zip(out), gain) {
            (Some((level, quote)), gain) => {
                let entry = entered.quote.price;
                let beyond = match level.kind {
                    OrderKind::Stop { stop } => reaches_stop(level.side, entry, stop),
                    _ => false,
                };
                // Entered beyond the stop already: out where it came in.
                let price = if beyond { entry } else { quote.price };
                // A limit lies before its stop, so that was reached later; a stop entry's may have been reached before.
                let certain = beyond || (gain.is_none() && entered.quote.rule == FillRule::Touch);
                Some(event(true, Quote { price, ..quote }, certain, price))
            }
            (None, Some(quote)) => Some(event(false, quote, true, adverse(target, bar))),
            (None, None) => None,
        }
    }
}

/// A fill inside a bar lies inside it, whatever a finer bar of another venue says.
fn within(quote: Quote, bar: &Bar) -> Quote {
    Quote {
        price: quote.price.clamp(bar.low, bar.high),
        ..quote
    }
}

/// The extreme of a bar that goes against the position that `target` would close.
fn adverse(target: Option<Level>, bar: &Bar) -> f64 {
    match target.map(|level| level.side) {
        Some(Side::Buy) => bar.high,
        Some(Side::Sell) | None => bar.low,
    }
}

/// The rows of `bars` that fill a bar without a gap or an overlap.
fn rows_inside(bars: &Bars, span: &Span) -> Result<Range<usize>, Unsettled> {
    let (starts, ends) = (bars.start(), bars.end());
    let first = starts.partition_point(|&start| start < span.start);
    let after = starts.partition_point(|&start| start < span.end);
    if first == after {
        return Err(Unsettled::Absent);
    }
    let joined = (first + 1..after).all(|row| ends[row - 1] == starts[row]);
    if joined && starts[first] == span.start && ends[after - 1] == span.end {
        Ok(first..after)
    } else {
        Err(Unsettled::Incomplete)
    }
}
