//! From deltas, days and widths to legs that are listed.

use engine::{Leg, Listed, RejectReason};
use market::{Date, Right, Side};
use options::Contract;

use super::{StructureKind, StructureRules};

/// The legs of one structure, for a decision `today` with the underlying at `spot`.
///
/// # Errors
/// [`RejectReason::NotListed`] without an expiry after today or without strikes for the wings,
/// [`RejectReason::NotQuoted`] if no listed strike near the money has a price.
pub fn legs(
    rules: &StructureRules,
    listed: &Listed<'_>,
    today: Date,
    spot: f64,
    side: Side,
) -> Result<Vec<Leg>, RejectReason> {
    let expiry = expiry(&listed.expiries(), today, rules.days_to_expiry)?;
    let strikes = listed.strikes(expiry);
    let chain = Chain {
        rules,
        listed,
        expiry,
        strikes: &strikes,
        spot,
    };
    let (up, down) = (Right::Call, Right::Put);
    match (rules.kind, side) {
        (StructureKind::IronCondor | StructureKind::IronButterfly, _) => {
            let mut legs = chain.spread(down, -1)?;
            legs.extend(chain.spread(up, -1)?);
            Ok(legs)
        }
        (StructureKind::Strangle, _) => Ok(vec![chain.first(down, -1)?, chain.first(up, -1)?]),
        (StructureKind::CreditSpread, Side::Buy) => chain.spread(down, -1),
        (StructureKind::CreditSpread, Side::Sell) => chain.spread(up, -1),
        (StructureKind::DebitSpread, Side::Buy) => chain.spread(up, 1),
        (StructureKind::DebitSpread, Side::Sell) => chain.spread(down, 1),
        (StructureKind::ShortOption, Side::Buy) => Ok(vec![chain.first(down, -1)?]),
        (StructureKind::ShortOption, Side::Sell) => Ok(vec![chain.first(up, -1)?]),
        (StructureKind::LongOption, Side::Buy) => Ok(vec![chain.first(up, 1)?]),
        (StructureKind::LongOption, Side::Sell) => Ok(vec![chain.first(down, 1)?]),
    }
}

/// The listed expiry nearest to the wanted days, the later of two as near; none that expires today.
fn expiry(listed: &[Date], today: Date, wanted_days: u32) -> Result<Date, RejectReason> {
    let days = |expiry: &Date| (*expiry - today).num_days();
    let distance = |expiry: &Date| {
        let off = days(expiry) - i64::from(wanted_days);
        (off.abs(), std::cmp::Reverse(off))
    };
    let ahead = listed.iter().filter(|expiry| days(expiry) > 0);
    ahead
        .min_by_key(|expiry| distance(expiry))
        .copied()
        .ok_or(RejectReason::NotListed)
}

/// One expiry's strikes as a recipe sees them.
struct Chain<'a> {
    rules: &'a StructureRules,
    listed: &'a Listed<'a>,
    expiry: Date,
    /// Ascending.
    strikes: &'a [f64],
    spot: f64,
}

impl Chain<'_> {
    fn contract(&self, strike: f64, right: Right) -> Contract {
        Contract {
            expiry: self.expiry,
            strike,
            right,
        }
    }

    /// The first option of a side, at the wanted delta.
    fn first(&self, right: Right, ratio: i32) -> Result<Leg, RejectReason> {
        let strike = self.strike_at_delta(right)?;
        Ok(Leg {
            contract: self.contract(strike, right),
            ratio,
        })
    }

    /// The first option and its wing.
    fn spread(&self, right: Right, ratio: i32) -> Result<Vec<Leg>, RejectReason> {
        let first = self.first(right, ratio)?;
        let wing = Leg {
            contract: self.contract(self.wing(first.contract.strike, right)?, right),
            ratio: -ratio,
        };
        Ok(match right {
            // Lowest strike first.
            Right::Put => vec![wing, first],
            Right::Call => vec![first, wing],
        })
    }

    /// The strike whose delta is nearest to the wanted one, walking outwards from the strike nearest to the money; strikes
    /// without a price are passed over.
    fn strike_at_delta(&self, right: Right) -> Result<f64, RejectReason> {
        let wanted = self.rules.delta_of(right);
        let nearest = nearest(self.spot, self.strikes)?;
        let start = self.strikes.partition_point(|&strike| strike < nearest);
        // Deltas above that of the money lie on its other side: back first, then outwards.
        let inward = self.walk(start, right, -1, |delta| delta >= wanted);
        let from = inward.map_or(start, |(place, _)| place);
        let mut best: Option<(f64, f64)> = None;
        let mut place = from;
        loop {
            let strike = self.strikes[place];
            if let Ok(quote) = self.listed.quote(&self.contract(strike, right)) {
                let off = (quote.greeks.delta.abs() - wanted).abs();
                if best.is_none_or(|(least, _)| off <= least) {
                    best = Some((off, strike));
                }
                if quote.greeks.delta.abs() <= wanted {
                    break;
                }
            }
            match self.next(place, right, 1) {
                Some(next) => place = next,
                None => break,
            }
        }
        best.map(|(_, strike)| strike)
            .ok_or(RejectReason::NotQuoted)
    }

    /// The first place from `start` in a direction (1 is out of the money) at which the delta, without its sign, satisfies
    /// `enough`.
    fn walk(
        &self,
        start: usize,
        right: Right,
        outward: i32,
        enough: impl Fn(f64) -> bool,
    ) -> Option<(usize, f64)> {
        let mut place = start;
        loop {
            let contract = self.contract(self.strikes[place], right);
            if let Ok(quote) = self.listed.quote(&contract) {
                let delta = quote.greeks.delta.abs();
                if enough(delta) {
                    return Some((place, delta));
                }
            }
            place = self.next(place, right, outward)?;
        }
    }

    /// The neighbouring strike: outwards is lower for puts, higher for calls.
    fn next(&self, place: usize, right: Right, outward: i32) -> Option<usize> {
        let up = (right == Right::Call) == (outward > 0);
        let next = if up { place + 1 } else { place.checked_sub(1)? };
        (next < self.strikes.len()).then_some(next)
    }

    /// The wing of a strike: the listed one nearest to the wanted distance, farther out than the strike itself and at most
    /// half as far or half as near again as wanted.
    fn wing(&self, strike: f64, right: Right) -> Result<f64, RejectReason> {
        let width = self.rules.wing_width_usd.ok_or(RejectReason::NotListed)?;
        let (wanted, farther): (f64, &[f64]) = match right {
            Right::Put => {
                let below = self.strikes.partition_point(|&other| other < strike);
                (strike - width, &self.strikes[..below])
            }
            Right::Call => {
                let above = self.strikes.partition_point(|&other| other <= strike);
                (strike + width, &self.strikes[above..])
            }
        };
        let wing = nearest(wanted, farther)?;
        if (wing - wanted).abs() <= 0.5 * width {
            Ok(wing)
        } else {
            Err(RejectReason::NotListed)
        }
    }
}

/// The strike nearest to a price, the lower of two as near.
fn nearest(wanted: f64, strikes: &[f64]) -> Result<f64, RejectReason> {
    let off = |strike: &f64| (strike - wanted).abs();
    strikes
        .iter()
        .copied()
        .min_by(|a, b| off(a).total_cmp(&off(b)))
        .ok_or(RejectReason::NotListed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u32) -> Date {
        Date::from_ymd_opt(2022, 6, d).unwrap()
    }

    #[test]
    fn the_nearest_expiry_is_taken_and_the_later_of_two_as_near() {
        let listed = [day(3), day(10), day(17), day(24)];
        let from = |today, days| expiry(&listed, day(today), days);
        assert_eq!(from(1, 10), Ok(day(10)));
        // Friday the 10th is 7 days away, the 17th 14.
        assert_eq!(from(3, 10), Ok(day(10)));
        assert_eq!(from(3, 11), Ok(day(17)));
        // 3.5 days either way: the later.
        assert_eq!(from(13, 8), Ok(day(24)));
        // What expires today cannot be entered, however near.
        assert_eq!(from(17, 0), Ok(day(24)));
        assert_eq!(from(24, 5), Err(RejectReason::NotListed));
    }
}
