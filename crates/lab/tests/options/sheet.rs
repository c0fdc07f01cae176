//! The printed plan of a bar orders what a run orders there.

use engine::structure::Ask;
use engine::{Full, Pace, Replayer, Window};
use lab::PlanDesk;
use lab::plan::Decision;
use strategies::Plan;

use crate::made::{
    CONDOR, DIRECTIONAL, MARKETS, account, bars, date, feed, loaded, plan, prepared, sets,
};

#[test]
fn every_bar_orders_what_a_run_orders_with_the_same_legs_and_size() {
    let condor = sets(&["entry.max_iv_rank=60", "structure.min_premium=0.15"]);
    for (text, overrides) in [(CONDOR, condor), (DIRECTIONAL, Vec::new())] {
        let (scenario, snapshot) = (plan(text, &overrides), &MARKETS[1]);
        let prepared = prepared(&scenario, snapshot);
        let feed = feed(snapshot, &prepared);
        let rules = scenario.rules();
        let loaded = loaded(snapshot.clone());
        let desk = PlanDesk::open(&scenario, &loaded).unwrap();
        let whole = Window::between(&feed, date("2018-09-04"), date("2019-01-31")).unwrap();
        let (mut ordered, mut refused) = (0, 0);
        for row in whole.first..whole.last {
            // A fresh account on every bar: nothing is open, equity is the scenario's.
            let window = Window {
                first: row,
                last: row + 1,
            };
            let mut strategy = Plan::new(&rules, &prepared, 0);
            let mut replayer = Replayer::<Full>::new();
            let mut account = account(&scenario);
            account.equity_usd = scenario.account.equity_usd;
            let ledger = replayer.replay(&feed, &account, window, &mut strategy, Pace::Visit);
            let at = bars(snapshot).end()[row];
            let asked = ledger.asked.iter().find(|asked| asked.time == at);
            let sheet = desk.sheet(row, scenario.account.equity_usd);
            let structure = sheet.structure.as_ref().unwrap();
            assert_eq!(
                sheet.decision == Decision::Enter,
                asked.is_some(),
                "{}",
                sheet.date
            );
            assert!(sheet.size.is_none() && sheet.levels.is_none());
            refused += usize::from(sheet.decision == Decision::NoSize);
            let Some(asked) = asked else { continue };
            let Ask::Open(_, order) = &asked.what else {
                panic!("{asked:?}")
            };
            let entry = structure.entry.as_ref().unwrap();
            ordered += 1;
            assert_eq!(
                (entry.quantity, structure.quantity()),
                (order.quantity, order.quantity)
            );
            assert_eq!(entry.legs.len(), order.legs.len());
            for (shown, leg) in entry.legs.iter().zip(&order.legs) {
                assert_eq!(
                    (shown.ratio, shown.strike),
                    (leg.ratio, leg.contract.strike)
                );
                assert_eq!(shown.right, leg.contract.right.to_string());
                assert_eq!(entry.expiry, leg.contract.expiry);
                let within = shown.bid <= shown.fill_usd && shown.fill_usd <= shown.ask;
                assert!(within, "{shown:?}");
            }
            assert!(f64::from(entry.quantity) * entry.max_loss_usd <= entry.risk_usd + 1e-6);
        }
        assert!(ordered >= 5, "{ordered} ordered");
        assert!(text == DIRECTIONAL || refused > 0, "{refused} refused");
    }
}
