//! A real chain at one instant: the rows of a tape put in order, judged, and valued when asked.

use std::sync::OnceLock;

use market::{Date, Dividend, Quote, Right, Time};

use crate::chains::{Greeks, LegQuote, NoQuote, Source};
use crate::contract::Contract;
use crate::value::{self, Dividends, Inputs, Terms};
use crate::volatility::Level;
use crate::volatility::strip::{
    Sides, StrikeQuote, Term, YEAR_MINUTES, parity_forward, term_strip,
};

use super::dividends::expected;
use super::model::{close_of, years_between};
use super::tally::{Row, Tally, judged};
use super::width::{Setting, WidthSample};
use super::worth::implied;

/// One right of one strike.
#[derive(Clone, Debug)]
struct Side {
    row: Row,
    /// Few of a chain's options are ever asked for: those that are not take a pointer.
    quote: OnceLock<Box<LegQuote>>,
}

#[derive(Clone, Debug)]
struct Strike {
    dollars: f64,
    call: Option<Side>,
    put: Option<Side>,
}

/// One expiry with what its options share.
#[derive(Clone, Debug)]
struct Board {
    expiry: Date,
    years: f64,
    /// By put–call parity; `None` where no strike has both sides.
    forward: Option<f64>,
    strikes: Vec<Strike>,
    dividends: Vec<value::Dividend>,
}

/// A real chain at one instant.
#[derive(Clone, Debug)]
pub struct Snapshot {
    time: Time,
    spot: Option<f64>,
    rate: Option<f64>,
    boards: Vec<Board>,
    tally: Tally,
}

/// Expiries from which the underlying's price is read, days: short enough for dividends and interest to weigh little, long
/// enough for the quotes to be traded.
const SPOT_DAYS: (f64, f64) = (1.0, 60.0);

impl Snapshot {
    /// Orders the rows of one instant. `rate` is continuous, a fraction a year; `record` are the underlying's dividends, of
    /// which none ahead is looked at; `spot` is the underlying's price, should the chain itself not tell.
    pub fn new(
        time: Time,
        mut quotes: Vec<Quote>,
        rate: Option<f64>,
        record: &[Dividend],
        spot: Option<f64>,
    ) -> Snapshot {
        let key = |q: &Quote| (q.expiration, q.strike.to_bits(), q.right);
        quotes.sort_by_key(key);
        // A chain that has an option twice is read as its source wrote it last.
        quotes.dedup_by(|later, kept| {
            let same = key(later) == key(kept);
            if same {
                std::mem::swap(later, kept);
            }
            same
        });
        let mut tally = Tally::default();
        let boards = quotes.chunk_by(|a, b| a.expiration == b.expiration);
        let boards = boards.filter_map(|rows| board(time, rows, rate, record, &mut tally));
        let mut snapshot = Snapshot {
            time,
            spot: None,
            rate,
            boards: boards.collect(),
            tally,
        };
        snapshot.spot = snapshot.parity_spot().or(spot);
        snapshot
    }

    /// When it was quoted.
    pub const fn time(&self) -> Time {
        self.time
    }

    /// What was met in it.
    pub const fn tally(&self) -> Tally {
        self.tally
    }

    /// The underlying's price: what put–call parity says, since the price quoted beside a chain may lag it; where the chain
    /// cannot say, the one it was made with.
    pub const fn spot(&self) -> Option<f64> {
        self.spot
    }

    /// The median over expiries of 1 to 60 days of the forward discounted, plus the dividends expected before it.
    fn parity_spot(&self) -> Option<f64> {
        let rate = self.rate?;
        let near = |board: &&Board| (SPOT_DAYS.0..=SPOT_DAYS.1).contains(&(board.years * 365.0));
        let spots = self.boards.iter().filter(near).filter_map(|b| b.spot(rate));
        let mut spots: Vec<f64> = spots.collect();
        spots.sort_by(f64::total_cmp);
        spots.get(spots.len() / 2).copied()
    }

    /// Expiries with any row, ascending.
    pub fn expiries(&self) -> impl Iterator<Item = Date> + '_ {
        self.boards.iter().map(|board| board.expiry)
    }

    fn board(&self, expiry: Date) -> Option<&Board> {
        let place = self.boards.binary_search_by_key(&expiry, |b| b.expiry);
        self.boards.get(place.ok()?)
    }

    /// Strikes of an expiry with any row, ascending, dollars.
    pub fn strikes(&self, expiry: Date) -> Vec<f64> {
        let board = self.board(expiry);
        let strikes = board.map_or(&[] as &[Strike], |board| &board.strikes);
        strikes.iter().map(|strike| strike.dollars).collect()
    }

    /// Years to an expiry and its rows, for what is computed from whole chains.
    pub fn rows(&self, expiry: Date) -> Option<(f64, Vec<StrikeQuote>)> {
        let board = self.board(expiry)?;
        Some((board.years, board.rows()))
    }

    /// The variance strips of its expiries, by the Cboe method; expiries without one are left out, all of them without a rate.
    pub fn strips(&self) -> Vec<Term> {
        let strip = |board: &Board| {
            let strip = term_strip(&board.rows(), board.years, self.rate?).ok()?;
            Some(Term {
                minutes: board.years * YEAR_MINUTES,
                variance: strip.variance,
            })
        };
        self.boards.iter().filter_map(strip).collect()
    }

    /// The level of volatility that its strips have.
    ///
    /// # Errors
    /// As [`Level::of_strips`].
    pub fn level(&self) -> Result<Level, NoQuote> {
        Level::of_strips(&self.strips())
    }

    /// Continuous interest, a fraction a year.
    pub const fn rate(&self) -> Option<f64> {
        self.rate
    }

    /// The forward of an expiry by put–call parity.
    pub fn forward(&self, expiry: Date) -> Option<f64> {
        self.board(expiry)?.forward
    }

    /// What an option is quoted at.
    ///
    /// # Errors
    /// Why there is no price.
    pub fn quote(&self, contract: &Contract) -> Result<LegQuote, NoQuote> {
        if self
            .time
            .exchange_date()
            .is_some_and(|today| contract.expiry < today)
        {
            return Err(NoQuote::Expired);
        }
        let board = self.board(contract.expiry).ok_or(NoQuote::NotListed)?;
        let strikes = &board.strikes;
        let place = strikes.binary_search_by(|s| s.dollars.total_cmp(&contract.strike));
        let strike = place.ok().and_then(|place| strikes.get(place));
        let side = strike.and_then(|strike| match contract.right {
            Right::Call => strike.call.as_ref(),
            Right::Put => strike.put.as_ref(),
        });
        let side = side.ok_or(NoQuote::NotListed)?;
        let sides = side.row?;
        let rate = self.rate.ok_or(NoQuote::NoRate)?;
        let spot = board
            .spot(rate)
            .or(self.spot)
            .ok_or(NoQuote::NoUnderlying)?;
        let value = || Box::new(board.valued(spot, rate, contract, sides));
        Ok(**side.quote.get_or_init(value))
    }

    /// Every usable quote with its delta, for a law of widths to be fitted to. Delta is that of the strike's out-of-the-money side,
    /// whose price says most about volatility; strikes without one are left out.
    pub fn width_samples(&self) -> Vec<WidthSample> {
        let mut all = Vec::new();
        for board in &self.boards {
            let Some((spot, forward)) = self.rate.and_then(|r| board.spot(r)).zip(board.forward)
            else {
                continue;
            };
            for strike in &board.strikes {
                let (strike_usd, expiry) = (strike.dollars, board.expiry);
                let out = if strike_usd < forward {
                    Right::Put
                } else {
                    Right::Call
                };
                let contract = |right| Contract {
                    expiry,
                    strike: strike_usd,
                    right,
                };
                let Ok(quote) = self.quote(&contract(out)) else {
                    continue;
                };
                if quote.volatility.is_none() {
                    continue;
                }
                for (right, side) in [(Right::Call, &strike.call), (Right::Put, &strike.put)] {
                    let Some(Ok(sides)) = side.as_ref().map(|side| side.row) else {
                        continue;
                    };
                    let delta = quote.greeks.delta.abs();
                    let at = Setting {
                        spot,
                        strike: strike_usd,
                        right,
                        years: board.years,
                        value: sides.mid(),
                        delta: if right == out { delta } else { 1.0 - delta },
                        level: 0.0,
                    };
                    all.push(WidthSample {
                        at,
                        width_usd: sides.ask - sides.bid,
                    });
                }
            }
        }
        all
    }
}

/// The rows of one expiry; `None`, and counted, if it is over.
fn board(
    time: Time,
    rows: &[Quote],
    rate: Option<f64>,
    record: &[Dividend],
    tally: &mut Tally,
) -> Option<Board> {
    let expiry = rows.first()?.expiration;
    let today = time.exchange_date()?;
    let closes_at = close_of(expiry).filter(|at| *at >= time);
    let Some(closes_at) = closes_at else {
        tally.expired += rows.len();
        return None;
    };
    let mut strikes: Vec<Strike> = Vec::with_capacity(rows.len() / 2);
    for quote in rows {
        let row = judged(quote);
        tally.note(&row);
        let side = Some(Side {
            row,
            quote: OnceLock::new(),
        });
        if strikes
            .last()
            .is_none_or(|last| last.dollars != quote.strike)
        {
            strikes.push(Strike {
                dollars: quote.strike,
                call: None,
                put: None,
            });
        }
        let strike = strikes.last_mut()?;
        match quote.right {
            Right::Call => strike.call = side,
            Right::Put => strike.put = side,
        }
    }
    tally.holes += strikes
        .iter()
        .filter(|s| s.call.is_some() != s.put.is_some())
        .count();
    let ahead = expected(record, today, expiry)
        .into_iter()
        .filter_map(|one| {
            let at = Time::from_exchange(one.ex_date, 9, 30)?;
            Some(value::Dividend {
                years: years_between(time, at),
                dollars: one.amount_usd,
            })
        });
    let mut board = Board {
        expiry,
        years: years_between(time, closes_at),
        forward: None,
        strikes,
        dividends: ahead.collect(),
    };
    board.forward = rate.and_then(|rate| parity_forward(&board.rows(), board.years, rate).ok());
    Some(board)
}

impl Board {
    fn rows(&self) -> Vec<StrikeQuote> {
        let sides = |side: &Option<Side>| side.as_ref().and_then(|side| side.row.ok());
        let strikes = self.strikes.iter();
        strikes
            .map(|strike| StrikeQuote {
                strike: strike.dollars,
                call: sides(&strike.call),
                put: sides(&strike.put),
            })
            .collect()
    }

    /// The underlying's price that makes this expiry's forward what it is: with it puts and calls have one volatility, however
    /// wrong the dividends expected are.
    fn spot(&self, rate: f64) -> Option<f64> {
        let ahead = self.dividends.iter().filter(|one| one.years > 0.0);
        let dividends: f64 = ahead
            .map(|one| one.dollars * (-rate * one.years).exp())
            .sum();
        Some(self.forward? * (-rate * self.years).exp() + dividends)
    }

    fn valued(&self, spot: f64, rate: f64, contract: &Contract, sides: Sides) -> LegQuote {
        let mid = sides.mid();
        let terms = Terms::new(Inputs {
            spot,
            strike: contract.strike,
            years: self.years,
            rate,
            yield_rate: 0.0,
            volatility: 0.2,
        });
        let dividends = Dividends::new(&self.dividends);
        let solved = terms
            .ok()
            .zip(dividends.ok())
            .and_then(|(terms, dividends)| implied(mid, &terms, dividends, contract.right));
        let (volatility, greeks) = match solved {
            Some((volatility, valued)) => (Some(volatility), valued.greeks),
            None => (None, limit(spot, contract)),
        };
        LegQuote {
            bid: sides.bid,
            ask: sides.ask,
            mid,
            volatility,
            greeks,
            source: Source::Quote,
        }
    }
}

/// Where no volatility gives the price: as if there were none.
fn limit(spot: f64, contract: &Contract) -> Greeks {
    let inside = contract.intrinsic(spot) > 0.0;
    let delta = match contract.right {
        Right::Call => f64::from(u8::from(inside)),
        Right::Put => -f64::from(u8::from(inside)),
    };
    Greeks {
        delta,
        ..Greeks::default()
    }
}

#[cfg(test)]
mod tests;
