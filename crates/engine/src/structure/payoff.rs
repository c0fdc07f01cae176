//! What legs can lose at expiry, and the margin they bind.

use market::Right;
use options::SHARES_A_CONTRACT;

use super::order::Leg;

/// The most that legs can lose once they expire, the premium not counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LossAtExpiry {
    /// Dollars a share of one structure, at least 0 unless the legs cannot but gain.
    Bounded(f64),
    /// There is no most: more calls are sold than bought.
    Unbounded,
}

/// The most that the legs of one structure can lose at expiry, whatever the underlying does, dollars a share, without the
/// premium: minus the least of the payoff, which bends at the strikes only. All legs are taken to expire together; of a
/// structure with several expiries it is no bound, and callers refuse those.
pub fn loss_at_expiry(legs: &[Leg]) -> LossAtExpiry {
    let calls: i32 = legs
        .iter()
        .filter(|leg| leg.contract.right == Right::Call)
        .map(|leg| leg.ratio)
        .sum();
    if calls < 0 {
        return LossAtExpiry::Unbounded;
    }
    let worst = legs
        .iter()
        .map(|leg| leg.contract.strike)
        .chain([0.0])
        .map(|spot| payoff(legs, spot))
        .fold(f64::INFINITY, f64::min);
    LossAtExpiry::Bounded(-worst)
}

/// What the legs of one structure pay at expiry with the underlying at `spot`, dollars a share.
pub fn payoff(legs: &[Leg], spot: f64) -> f64 {
    legs.iter()
        .map(|leg| f64::from(leg.ratio) * leg.contract.intrinsic(spot))
        .sum()
}

/// Margin of one structure, dollars.
///
/// Where the loss at expiry is bounded, that loss (what a broker asks of defined risk; the premium received lies in the
/// account and is not freed by it). Else, as Regulation T has it for uncovered calls and puts: premium aside, the greater of 20 % of the
/// underlying less what the option is out of the money, and 10 % of the underlying (of the strike, for puts), for each
/// contract sold.
pub fn margin_usd(legs: &[Leg], spot: f64) -> f64 {
    if let LossAtExpiry::Bounded(loss) = loss_at_expiry(legs) {
        return loss.max(0.0) * SHARES_A_CONTRACT;
    }
    let uncovered = |leg: &&Leg| leg.ratio < 0;
    legs.iter()
        .filter(uncovered)
        .map(|leg| {
            let contract = leg.contract;
            let (out_usd, floor_usd) = match contract.right {
                Right::Call => ((contract.strike - spot).max(0.0), 0.1 * spot),
                Right::Put => ((spot - contract.strike).max(0.0), 0.1 * contract.strike),
            };
            f64::from(-leg.ratio) * (0.2 * spot - out_usd).max(floor_usd) * SHARES_A_CONTRACT
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use market::Date;
    use options::Contract;

    fn leg(right: Right, strike: f64, ratio: i32) -> Leg {
        let expiry = Date::from_ymd_opt(2022, 6, 17).unwrap();
        Leg {
            contract: Contract {
                expiry,
                strike,
                right,
            },
            ratio,
        }
    }

    #[test]
    fn a_condor_loses_its_wider_wing() {
        // Puts 160/165, calls 185/192: 5 on the one side, 7 on the other.
        let legs = [
            leg(Right::Put, 160.0, 1),
            leg(Right::Put, 165.0, -1),
            leg(Right::Call, 185.0, -1),
            leg(Right::Call, 192.0, 1),
        ];
        assert_eq!(loss_at_expiry(&legs), LossAtExpiry::Bounded(7.0));
        assert_eq!(margin_usd(&legs, 175.0), 700.0);
        assert_eq!(payoff(&legs, 163.0), -2.0);
        assert_eq!(payoff(&legs, 175.0), 0.0);
        assert_eq!(payoff(&legs, 500.0), -7.0);
    }

    #[test]
    fn a_long_butterfly_loses_no_more_than_its_premium() {
        let legs = [
            leg(Right::Call, 170.0, 1),
            leg(Right::Call, 175.0, -2),
            leg(Right::Call, 180.0, 1),
        ];
        assert_eq!(loss_at_expiry(&legs), LossAtExpiry::Bounded(0.0));
        assert_eq!(payoff(&legs, 175.0), 5.0);
    }

    #[test]
    fn a_strangle_has_no_most_loss_and_margin_by_regulation_t() {
        let legs = [leg(Right::Put, 160.0, -1), leg(Right::Call, 190.0, -1)];
        assert_eq!(loss_at_expiry(&legs), LossAtExpiry::Unbounded);
        // Spot 175: put 35 − 15 = 20 (floor 16), call 35 − 15 = 20 (floor 17.5); 40 a share.
        assert!((margin_usd(&legs, 175.0) - 4_000.0).abs() < 1e-9);
        // A put alone is bounded: the underlying cannot fall below 0.
        assert_eq!(loss_at_expiry(&legs[..1]), LossAtExpiry::Bounded(160.0));
    }
}
