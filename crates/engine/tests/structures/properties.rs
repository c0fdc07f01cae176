//! Properties over random structures, quotes with holes, dividends and splits.

use engine::{Ledger, Leg, Pace, StructureOrder};
use market::{Dividend, Right, Split};
use proptest::prelude::{ProptestConfig, Strategy as _, prop, prop_assert, proptest};

use crate::table::{Ask, Quotes, Script, Table, day, leg, option, order};

const DAYS: usize = 14;

/// Strikes, on both share bases, and expiries that random legs are taken from.
const STRIKES: [f64; 4] = [96.0, 98.0, 102.0, 104.0];

fn legs() -> impl proptest::strategy::Strategy<Value = Vec<Leg>> {
    let one = (
        0..4_usize,
        prop::bool::ANY,
        prop::sample::select(vec![-2, -1, 1, 2]),
    );
    (prop::collection::vec(one, 1..5), 5..DAYS).prop_map(|(legs, expiry)| {
        let right = |call| if call { Right::Call } else { Right::Put };
        legs.into_iter()
            .map(|(strike, call, ratio)| leg(option(expiry, STRIKES[strike], right(call)), ratio))
            .collect()
    })
}

fn asks() -> impl proptest::strategy::Strategy<Value = Vec<(usize, Ask)>> {
    let open = (0..DAYS, legs(), 1..4_u32).prop_map(|(slot, legs, quantity)| {
        let order: StructureOrder = order(legs, quantity);
        (slot, Ask::Open(order))
    });
    let close = (0..DAYS, 1..4_u32).prop_map(|(slot, id)| (slot, Ask::Close(id)));
    let some = (0..DAYS, 1..4_u32, 0..4_usize)
        .prop_map(|(slot, id, leg)| (slot, Ask::CloseLegs(id, vec![leg])));
    (
        prop::collection::vec(open, 1..4),
        prop::collection::vec(close, 0..3),
        prop::collection::vec(some, 0..3),
    )
        .prop_map(|(mut all, close, some)| {
            all.extend(close);
            all.extend(some);
            all
        })
}

/// Prices near what options are worth, with holes where `holes` says so.
fn quotes(rows: &[(f64, f64)], halved_from: usize, holes: &[bool]) -> Quotes {
    let mut quotes = Quotes::default();
    for (slot, row) in rows.iter().enumerate() {
        for (n, strike) in STRIKES.iter().enumerate() {
            for right in [Right::Call, Right::Put] {
                if holes[(slot * 7 + n * 3 + usize::from(right == Right::Put)) % holes.len()] {
                    continue;
                }
                for expiry in 5..DAYS {
                    let strike = if slot >= halved_from {
                        strike / 2.0
                    } else {
                        *strike
                    };
                    let contract = option(expiry, strike, right);
                    let worth =
                        contract.intrinsic(row.1) + 0.1 * expiry.saturating_sub(slot) as f64;
                    quotes = quotes.with(slot, contract, (worth - 0.05).max(0.0), worth + 0.05);
                }
            }
        }
    }
    quotes
}

/// A table whose underlying walks by `steps`, with a dividend and perhaps a split on the way.
fn table(steps: &[f64], split_on: Option<usize>, holes: &[bool], dividend: f64) -> Table {
    let halved_from = split_on.unwrap_or(DAYS);
    let mut close = 100.0;
    let rows: Vec<(f64, f64)> = (0..DAYS)
        .map(|n| {
            let open: f64 = close;
            close = (close + steps[n]).max(20.0);
            let basis = if n >= halved_from { 0.5 } else { 1.0 };
            (open * basis, close * basis)
        })
        .collect();
    let mut table = Table::new(&rows, quotes(&rows, halved_from, holes));
    table.account.costs = engine::Costs::default();
    table.dividends.push(Dividend {
        ex_date: day(7),
        amount_usd: dividend,
    });
    table.quotes.dividends.insert(6, dividend);
    if let Some(slot) = split_on {
        table.splits.push(Split {
            ex_date: day(slot),
            ratio: 2.0,
        });
    }
    table
}

/// The largest gap between the account's equity and what its trades and open structures say, over all events.
fn money_gap(table: &Table, script: &Script) -> (Ledger, f64) {
    let mut gap: f64 = 0.0;
    let ledger = table.watched(script, Pace::Jump, |event, books| {
        if matches!(event, engine::Event::Starts(_)) {
            return; // Marks are made at closes.
        }
        let closed: f64 = books.trades().iter().map(|trade| trade.pnl_usd).sum();
        let open: f64 = books
            .structures()
            .iter()
            .map(engine::Structure::net_result_usd)
            .sum();
        gap = gap.max((100_000.0 + closed + open - books.equity_usd()).abs());
    });
    (ledger, gap)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn money_adds_up_and_jumping_is_visiting(
        steps in prop::collection::vec(-3.0..3.0_f64, DAYS),
        asks in asks(),
        split_on in prop::option::of(2..DAYS),
        holes in prop::collection::vec(prop::bool::weighted(0.05), 40),
        dividend in 0.05..1.0_f64,
    ) {
        let table = table(&steps, split_on, &holes, dividend);
        let script = Script(asks);
        let (ledger, gap) = money_gap(&table, &script);
        prop_assert!(gap < 1e-6, "equity is off by {gap}");
        let visited = table.watched(&script, Pace::Visit, |_, _| {});
        prop_assert!(ledger == visited, "jumping and visiting differ");
        for closed in &ledger.structures {
            let trade = &ledger.trades[closed.trade_id as usize - 1];
            let explained = closed.structure.attribution.total_usd();
            prop_assert!((explained - trade.pnl_usd).abs() < 1e-6, "{explained} explains {}", trade.pnl_usd);
            // By a route of its own: cash of all fills of the structure.
            let id = closed.structure.structure_id;
            let fills = ledger.leg_fills.iter().filter(|fill| fill.structure_id == id);
            let cash: f64 = fills.map(cash_of).sum();
            prop_assert!((cash + trade.dividends_usd - trade.pnl_usd).abs() < 1e-6);
        }
    }
}

/// What a fill brought: options and shares at their price, exercise at the strike.
fn cash_of(fill: &engine::LegFill) -> f64 {
    use engine::LegEvent::{Assigned, Closed, Exercised, Expired, Opened, SharesClosed};
    let brought = match fill.event {
        Opened | Closed | SharesClosed => -fill.shares * fill.price,
        Expired => 0.0,
        Exercised | Assigned => {
            let contract = fill.contract.unwrap();
            // The option's shares vanish; the underlying's come for a call, go for a put.
            let delivered = match contract.right {
                Right::Call => -fill.shares,
                Right::Put => fill.shares,
            };
            -delivered * contract.strike
        }
    };
    brought - fill.commission_usd
}
