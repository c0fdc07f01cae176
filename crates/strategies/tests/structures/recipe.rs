//! From deltas, days and widths to listed legs.

use engine::{Leg, Listed, RejectReason};
use market::{Date, Right, Side};
use strategies::structure::recipe::legs;
use strategies::{StructureKind, StructureRules};

use crate::listed::{Table, day};

const KINDS: [StructureKind; 7] = [
    StructureKind::IronCondor,
    StructureKind::IronButterfly,
    StructureKind::Strangle,
    StructureKind::CreditSpread,
    StructureKind::DebitSpread,
    StructureKind::ShortOption,
    StructureKind::LongOption,
];

fn rules(kind: StructureKind, delta: f64, width: f64) -> StructureRules {
    StructureRules {
        kind,
        days_to_expiry: 16,
        delta,
        call_delta: None,
        wing_width_usd: kind.has_wings().then_some(width),
        min_premium: None,
        max_open: 1,
    }
}

/// Every five dollars around 175: puts fall and calls rise in delta with the strike.
fn chain() -> Table {
    Table::of(
        day(17),
        &[
            (155.0, Some(-0.05), Some(0.95)),
            (160.0, Some(-0.10), Some(0.90)),
            (165.0, Some(-0.18), Some(0.82)),
            (170.0, Some(-0.30), Some(0.70)),
            (175.0, Some(-0.49), Some(0.51)),
            (180.0, Some(-0.70), Some(0.30)),
            (185.0, Some(-0.84), Some(0.16)),
            (190.0, Some(-0.93), Some(0.07)),
            (195.0, Some(-0.98), Some(0.02)),
        ],
    )
}

fn picked(rules: &StructureRules, table: &Table, side: Side) -> Result<Vec<Leg>, RejectReason> {
    legs(rules, &Listed::at(table, 0), day(1), 175.4, side)
}

/// `+155p -165p -185c +190c`.
fn shown(legs: &[Leg]) -> String {
    let leg = |leg: &Leg| {
        let right = if leg.contract.right == Right::Put {
            'p'
        } else {
            'c'
        };
        format!("{:+}x{}{right}", leg.ratio, leg.contract.strike)
    };
    legs.iter().map(leg).collect::<Vec<_>>().join(" ")
}

fn words(rules: &StructureRules, side: Side) -> String {
    shown(&picked(rules, &chain(), side).unwrap())
}

#[test]
fn every_kind_has_its_legs_on_either_side() {
    let expected = [
        // Nearest to 0.16: the put 165 (0.18), the call 185 (0.16); wings five farther.
        (
            "+1x160p -1x165p -1x185c +1x190c",
            "+1x160p -1x165p -1x185c +1x190c",
        ),
        // Nearest to 0.5: both at 175.
        (
            "+1x170p -1x175p -1x175c +1x180c",
            "+1x170p -1x175p -1x175c +1x180c",
        ),
        ("-1x165p -1x185c", "-1x165p -1x185c"),
        ("+1x160p -1x165p", "-1x185c +1x190c"),
        // Buys the one of 0.16 and sells what lies farther out.
        ("+1x185c -1x190c", "-1x160p +1x165p"),
        ("-1x165p", "-1x185c"),
        ("+1x185c", "+1x165p"),
    ];
    for (kind, (long, short)) in KINDS.into_iter().zip(expected) {
        let rules = rules(kind, 0.16, 5.0);
        assert_eq!(words(&rules, Side::Buy), long, "{kind:?}");
        assert_eq!(words(&rules, Side::Sell), short, "{kind:?}");
    }
}

#[test]
fn the_nearest_delta_is_taken_and_the_farther_out_of_two_as_near() {
    let strangle = |delta| words(&rules(StructureKind::Strangle, delta, 0.0), Side::Buy);
    // 0.13 is 0.03 from 160 (0.10) and 0.05 from 165; of calls 0.03 from 185 (0.16) and 0.06 from 190.
    assert_eq!(strangle(0.13), "-1x160p -1x185c");
    // 0.24 is 0.06 from both puts, 165 and 170: the farther out. Of calls 0.06 from 180, 0.08 from 185.
    assert_eq!(strangle(0.24), "-1x165p -1x180c");
    // In the money: the walk goes back beyond the money first.
    assert_eq!(strangle(0.80), "-1x185p -1x165c");
    // Beyond what is listed: the last one.
    assert_eq!(strangle(0.001), "-1x155p -1x195c");
    // Calls of another delta.
    let two = StructureRules {
        call_delta: Some(0.30),
        ..rules(StructureKind::Strangle, 0.10, 0.0)
    };
    assert_eq!(words(&two, Side::Buy), "-1x160p -1x180c");
}

#[test]
fn strikes_without_a_price_are_passed_over() {
    let mut table = chain();
    for strike in ["165 put", "185 call"] {
        let key = format!("{} {strike}", day(17));
        assert!(table.quotes.remove(&key).is_some(), "{key}");
    }
    // 165 is gone: 160 (0.10) is 0.06 away, 170 (0.30) 0.14. 185 is gone: 190 (0.07) 0.09 away, 180 0.14.
    let strangle = rules(StructureKind::Strangle, 0.16, 0.0);
    let legs = picked(&strangle, &table, Side::Buy).unwrap();
    assert_eq!(shown(&legs), "-1x160p -1x190c");
    // None at all has a price.
    table.quotes.clear();
    let none = picked(&strangle, &table, Side::Buy);
    assert_eq!(none, Err(RejectReason::NotQuoted));
}

#[test]
fn a_wing_is_the_listed_strike_nearest_to_its_width_or_there_is_none() {
    let spread = |width| {
        let rules = rules(StructureKind::CreditSpread, 0.16, width);
        picked(&rules, &chain(), Side::Buy).map(|legs| shown(&legs))
    };
    // The put sold is 165. 7 dollars below is 158: 160 is 2 away, 155 is 3.
    assert_eq!(spread(7.0).unwrap(), "+1x160p -1x165p");
    assert_eq!(spread(8.0).unwrap(), "+1x155p -1x165p");
    // 12.5 and 152.5 are as near to 155 as can be listed.
    assert_eq!(spread(12.5).unwrap(), "+1x155p -1x165p");
    // Two dollars: 163 is wanted, 160 is 3 away and so more than half as wide again.
    assert_eq!(spread(2.0), Err(RejectReason::NotListed));
    // Thirty: 135 is wanted, 155 is 20 away, more than half.
    assert_eq!(spread(30.0), Err(RejectReason::NotListed));
    // Wider than the strike itself: no such strike can be listed.
    assert_eq!(spread(200.0), Err(RejectReason::NotListed));
    // The last strike has nothing farther out.
    let last = rules(StructureKind::CreditSpread, 0.02, 5.0);
    let found = picked(&last, &chain(), Side::Sell);
    assert_eq!(found, Err(RejectReason::NotListed));
}

#[test]
fn the_expiry_nearest_to_the_wanted_days_is_taken() {
    let mut table = Table::default();
    for (expiry, strike) in [(day(3), 100.0), (day(10), 110.0), (day(24), 120.0)] {
        table.add(expiry, &[(strike, Some(-0.16), Some(0.16))]);
    }
    let on = |today: Date, days| {
        let rules = StructureRules {
            days_to_expiry: days,
            ..rules(StructureKind::ShortOption, 0.16, 0.0)
        };
        let legs = legs(&rules, &Listed::at(&table, 0), today, 100.0, Side::Buy);
        legs.map(|legs| legs[0].contract.expiry)
    };
    assert_eq!(on(day(1), 8), Ok(day(10)));
    // 16 days from the 1st is the 17th: a week from either; the later.
    assert_eq!(on(day(1), 16), Ok(day(24)));
    assert_eq!(on(day(1), 400), Ok(day(24)));
    // On its own day an expiry is over.
    assert_eq!(on(day(10), 1), Ok(day(24)));
    assert_eq!(on(day(24), 30), Err(RejectReason::NotListed));
}

#[test]
fn an_expiry_without_strikes_is_not_listed() {
    let table = Table::of(day(17), &[]);
    for kind in KINDS {
        let found = picked(&rules(kind, 0.16, 5.0), &table, Side::Buy);
        assert_eq!(found, Err(RejectReason::NotListed), "{kind:?}");
    }
}
