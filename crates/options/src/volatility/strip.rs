//! The variance strip: what all out-of-the-money options of an expiry together say about variance (Cboe, "Cboe Volatility
//! Index: mathematics methodology").
//!
//! σ² = (2/T) Σ ΔK/K² · e^(rT) · Q(K) − (1/T) (F/K₀ − 1)², with F the forward from put–call parity at the strike where
//! call and put are closest, K₀ the strike at or next below it, Q the mid of the out-of-the-money side (both, halved, at K₀),
//! strikes without a bid left out, and everything beyond two of them in a row.

/// Days of a constant-maturity index of this method.
pub const INDEX_MINUTES: f64 = 30.0 * 1440.0;
/// Minutes of a year of 365 days.
pub const YEAR_MINUTES: f64 = 525_600.0;

/// Bid and ask, dollars a share; a bid of 0 is a quote.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sides {
    /// What a buyer offers.
    pub bid: f64,
    /// What a seller asks.
    pub ask: f64,
}

impl Sides {
    /// Halfway.
    pub fn mid(&self) -> f64 {
        0.5 * (self.bid + self.ask)
    }

    /// Finite, nothing negative, not crossed.
    pub(super) fn is_sound(&self) -> bool {
        self.bid >= 0.0 && self.ask >= self.bid && self.ask.is_finite() && self.ask > 0.0
    }
}

/// Both options of a strike. A side that is absent, crossed or no number is `None`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StrikeQuote {
    /// Dollars a share.
    pub strike: f64,
    /// The call.
    pub call: Option<Sides>,
    /// The put.
    pub put: Option<Sides>,
}

/// Why an expiry has no strip.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum StripError {
    /// Strikes out of order, or none at all.
    #[error(
        "variance strip: strike {found} after {before}, expected positive and ascending; sort the chain and drop doubles"
    )]
    Order {
        /// The strike out of place.
        found: f64,
        /// The one before it.
        before: f64,
    },
    /// Time has run out.
    #[error(
        "variance strip: {years} years to expiry, expected more than none; take a later expiry"
    )]
    Expired {
        /// Years to expiry.
        years: f64,
    },
    /// No strike has both a call and a put.
    #[error(
        "variance strip: no strike has both a call and a put with a bid, expected one near the forward; the chain has holes"
    )]
    NoForward,
    /// Too few options beside the forward.
    #[error(
        "variance strip: {puts} puts and {calls} calls with a bid out of the money, expected one of each at least"
    )]
    TooFew {
        /// Puts found.
        puts: usize,
        /// Calls found.
        calls: usize,
    },
    /// Two tenors that do not enclose the wanted one.
    #[error("variance strip: {near} and {far} minutes to expiry, expected two different tenors")]
    Tenors {
        /// Minutes to the near expiry.
        near: f64,
        /// Minutes to the far expiry.
        far: f64,
    },
}

/// The strip of one expiry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TermStrip {
    /// Forward by put–call parity, dollars a share.
    pub forward: f64,
    /// The strike at or next below it.
    pub at: f64,
    /// The lowest strike summed: a strip that ends early lacks what crashes cost.
    pub lowest: f64,
    /// Variance a year.
    pub variance: f64,
    /// Options summed, the pair at the forward counted once.
    pub options: usize,
}

/// Forward by put–call parity from the strike where call and put are closest: K + e^(rT)·(C − P).
///
/// # Errors
/// [`StripError::NoForward`] if no strike has a bid on both sides.
pub fn parity_forward(quotes: &[StrikeQuote], years: f64, rate: f64) -> Result<f64, StripError> {
    let mut best: Option<(f64, f64)> = None;
    for quote in quotes {
        let (Some(call), Some(put)) = (quote.call, quote.put) else {
            continue;
        };
        if !call.is_sound() || !put.is_sound() || call.bid <= 0.0 || put.bid <= 0.0 {
            continue;
        }
        let gap = call.mid() - put.mid();
        if best.is_none_or(|(_, least)| gap.abs() < least.abs()) {
            best = Some((quote.strike, gap));
        }
    }
    let (strike, gap) = best.ok_or(StripError::NoForward)?;
    Ok(strike + (rate * years).exp() * gap)
}

/// The strip of one expiry from its chain, strikes ascending; `rate` is continuous, a fraction a year.
///
/// # Errors
/// Strikes out of order; no time left; no forward; no option on one of its sides.
pub fn term_strip(quotes: &[StrikeQuote], years: f64, rate: f64) -> Result<TermStrip, StripError> {
    if !(years > 0.0 && years.is_finite()) {
        return Err(StripError::Expired { years });
    }
    let mut before = 0.0;
    for quote in quotes {
        if !(quote.strike > before && quote.strike.is_finite()) {
            let found = quote.strike;
            return Err(StripError::Order { found, before });
        }
        before = quote.strike;
    }
    let forward = parity_forward(quotes, years, rate)?;
    let centre = quotes.partition_point(|q| q.strike <= forward);
    let centre = centre.checked_sub(1).ok_or(StripError::NoForward)?;
    let at = quotes[centre].strike;

    let mut legs = until_two_without_bid(quotes[..centre].iter().rev().map(|q| (q.strike, q.put)));
    let puts = legs.len();
    legs.reverse();
    legs.push((at, middle(&quotes[centre])?));
    let calls = until_two_without_bid(quotes[centre + 1..].iter().map(|q| (q.strike, q.call)));
    if puts == 0 || calls.is_empty() {
        let calls = calls.len();
        return Err(StripError::TooFew { puts, calls });
    }
    legs.extend(calls);

    let growth = (rate * years).exp();
    let sum: f64 = (0..legs.len())
        .map(|i| {
            let (strike, price) = legs[i];
            strike_step(&legs, i) / (strike * strike) * growth * price
        })
        .sum();
    let overshoot = forward / at - 1.0;
    Ok(TermStrip {
        forward,
        at,
        lowest: legs[0].0,
        variance: (2.0 * sum - overshoot * overshoot) / years,
        options: legs.len(),
    })
}

/// The price at K₀: the mean of both sides, or the one there is.
fn middle(quote: &StrikeQuote) -> Result<f64, StripError> {
    let sound = |sides: Option<Sides>| sides.filter(Sides::is_sound).map(|s| s.mid());
    match (sound(quote.call), sound(quote.put)) {
        (Some(call), Some(put)) => Ok(0.5 * (call + put)),
        (Some(one), None) | (None, Some(one)) => Ok(one),
        (None, None) => Err(StripError::NoForward),
    }
}

/// Mids outwards from the forward, those without a bid left out, up to two of them in a row.
fn until_two_without_bid(outwards: impl Iterator<Item = (f64, Option<Sides>)>) -> Vec<(f64, f64)> {
    let mut kept = Vec::new();
    let mut without_bid = 0;
    for (strike, sides) in outwards {
        // An option the chain does not have is a hole, not a bid of nothing.
        let Some(sides) = sides.filter(Sides::is_sound) else {
            continue;
        };
        if sides.bid > 0.0 {
            without_bid = 0;
            kept.push((strike, sides.mid()));
        } else {
            without_bid += 1;
            if without_bid == 2 {
                break;
            }
        }
    }
    kept
}

/// Half the distance between a strike's neighbours; at the ends the distance to the one there is.
fn strike_step(legs: &[(f64, f64)], i: usize) -> f64 {
    let last = legs.len() - 1;
    let (low, high) = (i.saturating_sub(1), (i + 1).min(last));
    (legs[high].0 - legs[low].0) / (high - low) as f64
}

/// One expiry for the index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// Minutes to expiry.
    pub minutes: f64,
    /// Variance a year.
    pub variance: f64,
}

/// The constant-maturity volatility from two expiries, a fraction a year (the index ÷ 100): linear in total variance, so that
/// 30 days may also lie outside the two.
///
/// # Errors
/// [`StripError::Tenors`] if both expire together.
pub fn constant_maturity(near: Term, far: Term, minutes: f64) -> Result<f64, StripError> {
    let apart = far.minutes - near.minutes;
    if apart.is_nan() || apart <= 0.0 {
        return Err(StripError::Tenors {
            near: near.minutes,
            far: far.minutes,
        });
    }
    let total = |term: Term| term.minutes / YEAR_MINUTES * term.variance;
    let share = (minutes - near.minutes) / apart;
    let sum = total(near) * (1.0 - share) + total(far) * share;
    Ok((sum * YEAR_MINUTES / minutes).max(0.0).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote(strike: f64, call: (f64, f64), put: (f64, f64)) -> StrikeQuote {
        let sides = |(bid, ask)| Some(Sides { bid, ask });
        StrikeQuote {
            strike,
            call: sides(call),
            put: sides(put),
        }
    }

    fn chain() -> Vec<StrikeQuote> {
        vec![
            quote(80.0, (19.0, 21.0), (0.1, 0.3)), // beyond two puts without a bid: not counted
            quote(85.0, (14.0, 16.0), (0.0, 0.1)),
            quote(90.0, (10.0, 11.0), (0.0, 0.2)),
            quote(95.0, (6.0, 6.4), (0.9, 1.1)),
            quote(100.0, (2.9, 3.1), (2.4, 2.6)),
            quote(105.0, (1.1, 1.3), (5.6, 6.0)),
            quote(110.0, (0.0, 0.3), (10.0, 11.0)), // one call without a bid is left out
            quote(120.0, (0.1, 0.3), (19.0, 21.0)),
        ]
    }

    #[test]
    fn a_strip_worked_by_hand() {
        // At no rate: |C − P| is least at 100 (3.0 − 2.5), F = 100.5, K₀ = 100.
        // Puts: 95 at 1.0; 90 and 85 have no bid, and end it. Calls: 105 at 1.2, 120 at 0.2. At 100: (3.0 + 2.5)/2 = 2.75.
        // ΔK: 95 → 5, 100 → 5, 105 → (120 − 100)/2 = 10, 120 → 15.
        let sum = 5.0 / 9025.0 * 1.0
            + 5.0 / 10_000.0 * 2.75
            + 10.0 / 11_025.0 * 1.2
            + 15.0 / 14_400.0 * 0.2;
        let expected = (2.0 * sum - 0.005 * 0.005) / 0.1;
        let strip = term_strip(&chain(), 0.1, 0.0).unwrap();
        assert!((strip.variance - expected).abs() < 1e-15);
        assert!((strip.forward - 100.5).abs() < 1e-12);
        assert_eq!((strip.at, strip.options), (100.0, 4));
    }

    #[test]
    fn the_two_terms_of_the_published_example_make_its_index() {
        // Cboe's white paper: 35,924 minutes at 0.018462 and 46,394 at 0.018821 make a VIX of 13.69.
        let near = Term {
            minutes: 35_924.0,
            variance: 0.018_462,
        };
        let far = Term {
            minutes: 46_394.0,
            variance: 0.018_821,
        };
        let index = 100.0 * constant_maturity(near, far, INDEX_MINUTES).unwrap();
        assert!((index - 13.69).abs() < 0.005, "{index}");
        let error = constant_maturity(far, near, INDEX_MINUTES).unwrap_err();
        assert!(matches!(error, StripError::Tenors { .. }));
    }

    #[test]
    fn what_cannot_be_summed_is_refused() {
        let mut turned = chain();
        turned.swap(2, 3);
        assert!(matches!(
            term_strip(&turned, 0.1, 0.0),
            Err(StripError::Order { .. })
        ));
        assert!(matches!(
            term_strip(&chain(), 0.0, 0.0),
            Err(StripError::Expired { .. })
        ));
        assert_eq!(term_strip(&[], 0.1, 0.0), Err(StripError::NoForward));
        let calls_only: Vec<_> = chain()
            .into_iter()
            .map(|q| StrikeQuote { put: None, ..q })
            .collect();
        assert_eq!(
            term_strip(&calls_only, 0.1, 0.0),
            Err(StripError::NoForward)
        );
        let error = term_strip(&chain()[4..], 0.1, 0.0).unwrap_err();
        assert_eq!(error, StripError::TooFew { puts: 0, calls: 2 });
    }

    #[test]
    fn a_crossed_quote_is_a_hole_and_not_a_missing_bid() {
        let mut crossed = chain();
        crossed[3].put = Some(Sides { bid: 1.1, ask: 0.9 });
        crossed[2].put = Some(Sides { bid: 0.3, ask: 0.5 });
        let strip = term_strip(&crossed, 0.1, 0.0).unwrap();
        // 90 (0.4) and 80 (0.2) are counted: between them only one is without a bid.
        assert_eq!(strip.options, 5);
    }
}
