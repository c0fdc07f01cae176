//! How many structures: risk dollars over loss at expiry.

use engine::{Listed, OptionCosts};
use market::Side;
use strategies::structure::Ground;
use strategies::{StructureKind, StructureRules, StructureTicket};

use crate::listed::{Table, day};

fn rules(kind: StructureKind) -> StructureRules {
    StructureRules {
        kind,
        days_to_expiry: 16,
        delta: 0.20,
        call_delta: None,
        wing_width_usd: kind.has_wings().then_some(5.0),
        min_premium: None,
        max_open: 1,
    }
}

/// Mids are ten times the deltas.
fn ticket(rules: &StructureRules, risk_usd: f64, costs: &OptionCosts) -> StructureTicket {
    let table = Table::of(
        day(17),
        &[
            (95.0, Some(-0.08), None),
            (100.0, Some(-0.20), None),
            (110.0, None, Some(0.20)),
            (115.0, None, Some(0.09)),
        ],
    );
    let ground = Ground {
        listed: Listed::at(&table, 0),
        today: day(1),
        spot_usd: 105.0,
        risk_usd,
        costs,
    };
    rules.ticket(&ground, Side::Buy).unwrap()
}

const FEE: OptionCosts = OptionCosts {
    commission_per_contract_usd: 0.65,
    ..OptionCosts::NONE
};

#[test]
fn a_condor_is_sized_by_its_wing_less_its_credit_and_commissions_both_ways() {
    // Credit 2.00 − 0.80 + 2.00 − 0.90 = 2.30. Loss (5 − 2.30) × 100 + 2 × 4 × 0.65 = 275.20.
    let of = |risk| ticket(&rules(StructureKind::IronCondor), risk, &FEE);
    let one = of(1_000.0);
    assert!((one.premium_usd - 2.30).abs() < 1e-12);
    assert!((one.max_loss_usd - 275.20).abs() < 1e-9 && one.is_bounded);
    // 1,000 ÷ 275.20 = 3.63.
    assert_eq!(one.quantity, 3);
    assert_eq!(of(275.20).quantity, 1);
    assert_eq!(of(275.19).quantity, 0);
}

#[test]
fn the_spread_that_is_crossed_lowers_the_credit_and_raises_the_loss() {
    // A single leg pays half of five cents; each of four 0.5^1.75 = 0.2973 of them: 4 × 0.05 × 0.2973 = 0.0595 in all.
    let costs = OptionCosts {
        commission_per_contract_usd: 0.0,
        ..OptionCosts::default()
    };
    let condor = ticket(&rules(StructureKind::IronCondor), 1_000.0, &costs);
    let paid = 4.0 * 0.05 * 0.5_f64.powf(1.75);
    assert!((condor.premium_usd - (2.30 - paid)).abs() < 1e-12);
    assert!((condor.max_loss_usd - (270.0 + 100.0 * paid)).abs() < 1e-9);
    let short = ticket(&rules(StructureKind::ShortOption), 1e6, &costs);
    assert!((short.premium_usd - 1.975).abs() < 1e-12);
}

#[test]
fn debits_lose_their_premium_and_naked_options_their_strike_or_their_margin() {
    // Buys the call 110 for 2.00, sells 115 for 0.90.
    let debit = ticket(&rules(StructureKind::DebitSpread), 1_000.0, &FEE);
    assert!((debit.premium_usd + 1.10).abs() < 1e-12);
    // 110 + 2 × 2 × 0.65 = 112.60; 1,000 ÷ 112.60 = 8.88.
    assert!((debit.max_loss_usd - 112.60).abs() < 1e-9);
    assert_eq!(debit.quantity, 8);
    // The put 100 sold for 2.00 can lose 98 a share: 9,800 + 1.30.
    let put = ticket(&rules(StructureKind::ShortOption), 20_000.0, &FEE);
    assert!((put.max_loss_usd - 9_801.30).abs() < 1e-9 && put.is_bounded);
    assert_eq!(put.quantity, 2);
    // A strangle has no most; margin by Regulation T: put max(21 − 5, 10) = 16, call max(21 − 5, 10.5) = 16, 3,200, and 2.60.
    let strangle = ticket(&rules(StructureKind::Strangle), 10_000.0, &FEE);
    assert!(!strangle.is_bounded && (strangle.max_loss_usd - 3_202.60).abs() < 1e-9);
    assert_eq!(strangle.quantity, 3);
}

#[test]
fn the_least_premium_is_a_share_of_the_wing_or_of_the_underlying() {
    let least = |kind, share| {
        let rules = StructureRules {
            min_premium: Some(share),
            ..rules(kind)
        };
        let ticket = ticket(&rules, 1_000.0, &FEE);
        (ticket.least_premium_usd, ticket.is_too_cheap())
    };
    // 2.30 of a wing of 5 is 0.46.
    assert_eq!(least(StructureKind::IronCondor, 0.45), (Some(2.25), false));
    assert!(least(StructureKind::IronCondor, 0.47).1);
    // 4.00 of 105 is 0.038.
    assert!(!least(StructureKind::Strangle, 0.038).1);
    assert!(least(StructureKind::Strangle, 0.039).1);
    // Debits have no least.
    assert_eq!(least(StructureKind::DebitSpread, 0.9), (None, false));
}
