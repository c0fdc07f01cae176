//! Real chains as smiles: the forward that parity gives, and the volatility each out-of-the-money quote implies on it.

use std::collections::BTreeMap;

use market::{Date, Quote, Right, Time, calendar};

use super::strip::{Sides, StrikeQuote, parity_forward};
use crate::value::{Dividends, Inputs, Style, Terms, implied_volatility};

/// Mids below this are ticks, not opinions, dollars a share.
const LEAST_MID_USD: f64 = 0.05;
/// Strikes whose parity is asked for the forward: the nearest to it, so that early exercise plays no part.
const PARITY_STRIKES: usize = 9;
/// An ask above this many bids leaves no opinion of the price between them.
const MOST_ASK_OVER_BID: f64 = 2.0;

/// One out-of-the-money option.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SmilePoint {
    /// Dollars a share.
    pub strike: f64,
    /// Implied by the mid, European, on the parity forward: a fraction a year.
    pub volatility: f64,
    /// Half of what bid and ask imply, one less the other: how well the mid is known.
    pub half_width: f64,
}

/// One expiry of one snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservedSmile {
    /// When it was quoted.
    pub time: Time,
    /// The last day.
    pub expiration: Date,
    /// Time to that day's close, years.
    pub years: f64,
    /// Continuous interest to that day, a fraction a year.
    pub rate: f64,
    /// Dollars a share.
    pub forward: f64,
    /// Out of the money, strikes ascending.
    pub points: Vec<SmilePoint>,
    /// The whole chain, for a strip.
    pub chain: Vec<StrikeQuote>,
}

/// What a chain's rows came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// Rows read.
    pub rows: usize,
    /// Out-of-the-money quotes that gave a volatility.
    pub used: usize,
    /// Rows with a side missing, negative or crossed.
    pub unsound: usize,
    /// Out of the money, but without a bid, under five cents, or with an ask above twice the bid.
    pub faint: usize,
    /// Out of the money, but no volatility gives the price.
    pub impossible: usize,
    /// Expiries over, or without a forward or volatilities on both sides of it.
    pub expiries_skipped: usize,
}

/// The smiles of real chains, by time and expiration, and what was left out. `rate` is continuous, a fraction a year.
///
/// In-the-money options are used for the forward alone: their quotes are wide and exercise is worth something.
pub fn observe(quotes: &[Quote], rate: f64) -> (Vec<ObservedSmile>, Observed) {
    let mut chains: BTreeMap<(Time, Date), Vec<&Quote>> = BTreeMap::new();
    for quote in quotes {
        chains
            .entry((quote.time, quote.expiration))
            .or_default()
            .push(quote);
    }
    let mut tally = Observed {
        rows: quotes.len(),
        ..Observed::default()
    };
    let mut smiles = Vec::new();
    for ((time, expiration), rows) in chains {
        let chain = by_strike(&rows, &mut tally);
        match smile(time, expiration, chain, rate, &mut tally) {
            Some(smile) => smiles.push(smile),
            None => tally.expiries_skipped += 1,
        }
    }
    (smiles, tally)
}

/// Calls and puts side by side, strikes ascending.
fn by_strike(rows: &[&Quote], tally: &mut Observed) -> Vec<StrikeQuote> {
    let mut rows: Vec<&Quote> = rows
        .iter()
        .copied()
        .filter(|q| q.strike.is_finite() && q.strike > 0.0)
        .collect();
    rows.sort_by(|a, b| a.strike.total_cmp(&b.strike));
    let mut chain: Vec<StrikeQuote> = Vec::new();
    for quote in rows {
        let sides = quote
            .bid
            .zip(quote.ask)
            .map(|(bid, ask)| Sides { bid, ask })
            .filter(Sides::is_sound);
        tally.unsound += usize::from(sides.is_none());
        if chain.last().is_none_or(|last| last.strike != quote.strike) {
            chain.push(StrikeQuote {
                strike: quote.strike,
                call: None,
                put: None,
            });
        }
        if let Some(last) = chain.last_mut() {
            match quote.right {
                Right::Call => last.call = sides,
                Right::Put => last.put = sides,
            }
        }
    }
    chain
}

/// Years of 365 days from `time` to the close on `expiration`; `None` if that is over or no session.
pub fn years_to_close(time: Time, expiration: Date) -> Option<f64> {
    use chrono::Timelike;
    let close = calendar::close_time(expiration)?;
    let close = Time::from_exchange(expiration, close.hour(), close.minute())?;
    let micros = close.micros() - time.micros();
    (micros > 0).then(|| micros as f64 / (365.0 * 86_400.0 * 1e6))
}

fn smile(
    time: Time,
    expiration: Date,
    chain: Vec<StrikeQuote>,
    rate: f64,
    tally: &mut Observed,
) -> Option<ObservedSmile> {
    let years = years_to_close(time, expiration)?;
    let forward = middle_forward(&chain, years, rate)?;
    let growth = (rate * years).exp();
    let mut points = Vec::new();
    for quote in &chain {
        let call = quote.strike >= forward;
        let Some(sides) = (if call { quote.call } else { quote.put }) else {
            continue;
        };
        let faint = sides.bid <= 0.0
            || sides.mid() < LEAST_MID_USD
            || sides.ask > MOST_ASK_OVER_BID * sides.bid;
        if faint {
            tally.faint += 1;
            continue;
        }
        let right = if call { Right::Call } else { Right::Put };
        let implied = |price: f64| implied(price * growth, forward, quote.strike, years, right);
        let Some(((mid, bid), ask)) = implied(sides.mid())
            .zip(implied(sides.bid))
            .zip(implied(sides.ask))
        else {
            tally.impossible += 1;
            continue;
        };
        points.push(SmilePoint {
            strike: quote.strike,
            volatility: mid,
            half_width: 0.5 * (ask - bid),
        });
    }
    tally.used += points.len();
    let both_sides = points.first()?.strike < forward && points.last()?.strike >= forward;
    both_sides.then_some(ObservedSmile {
        time,
        expiration,
        years,
        rate,
        forward,
        points,
        chain,
    })
}

/// What a forward price implies on a forward, without interest: the closed form knows nothing else of the two.
fn implied(price: f64, forward: f64, strike: f64, years: f64, right: Right) -> Option<f64> {
    let terms = Terms::new(Inputs {
        spot: forward,
        strike,
        years,
        rate: 0.0,
        yield_rate: 0.0,
        // Not looked at.
        volatility: 1.0,
    });
    implied_volatility(price, &terms.ok()?, Dividends::NONE, right, Style::European).ok()
}

/// The median of the forwards of the strikes where call and put are closest: one stale quote does not move it.
fn middle_forward(chain: &[StrikeQuote], years: f64, rate: f64) -> Option<f64> {
    let first = parity_forward(chain, years, rate).ok()?;
    let mut nearest: Vec<&StrikeQuote> = chain.iter().collect();
    nearest.sort_by(|a, b| {
        (a.strike - first)
            .abs()
            .total_cmp(&(b.strike - first).abs())
    });
    let mut forwards: Vec<f64> = nearest
        .into_iter()
        .filter_map(|quote| parity_forward(&[*quote], years, rate).ok())
        .take(PARITY_STRIKES)
        .collect();
    forwards.sort_by(f64::total_cmp);
    forwards.get(forwards.len() / 2).copied()
}

impl ObservedSmile {
    /// Volatility where the strike is the forward, by a line through the nearest quotes on both sides.
    pub fn at_the_money(&self) -> f64 {
        let above = self.points.partition_point(|p| p.strike < self.forward);
        // Both sides are there: a smile without is not made.
        let above = above.clamp(1, self.points.len() - 1);
        let (low, high) = (self.points[above - 1], self.points[above]);
        let share = (self.forward - low.strike) / (high.strike - low.strike);
        low.volatility + share * (high.volatility - low.volatility)
    }

    /// ln(strike ÷ forward) in deviations of σ√T at the money.
    pub fn deviations(&self, strike: f64) -> f64 {
        (strike / self.forward).ln() / (self.at_the_money() * self.years.sqrt())
    }
}
