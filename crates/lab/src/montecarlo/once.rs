//! What is replayed once: entries a bar later, and dearer trading.

use engine::{Account, Costs, Feed, Replayer, Window};
use strategies::Prepared;

use super::entries::{a_bar_later, entering_on};
use super::ground::{Ground, Passed};
use crate::error::Error;

/// A replay of every window.
pub(super) struct Replayed {
    pub(super) what: &'static str,
    pub(super) windows: Vec<Passed>,
}

/// Entries a bar later; costs twice and three times what they are.
pub(super) fn variants(ground: &Ground<'_>, windows: &[Window]) -> Result<Vec<Replayed>, Error> {
    let feed = ground.feed()?;
    let late = entering_on(
        &ground.prepared,
        "entered a bar later",
        a_bar_later(&ground.prepared.checklist, ground.bars),
    );
    let dearer = |by: f64| Account {
        costs: times(ground.account.costs, by),
        options: ground.account.options.times(by),
        ..ground.account.clone()
    };
    let of = |what, account: &Account, prepared: &Prepared| Replayed {
        what,
        windows: each(ground, &feed, windows, account, prepared),
    };
    Ok(vec![
        of("entry a bar later", &ground.account, &late),
        of("costs × 2", &dearer(2.0), &ground.prepared),
        of("costs × 3", &dearer(3.0), &ground.prepared),
    ])
}

fn each(
    ground: &Ground<'_>,
    feed: &Feed<'_>,
    windows: &[Window],
    account: &Account,
    prepared: &Prepared,
) -> Vec<Passed> {
    let mut replayer = Replayer::new();
    let one = |&window: &Window| ground.pass(&mut replayer, feed, account, window, prepared);
    windows.iter().map(one).collect()
}

/// All costs, the least commission and the borrow fee too.
fn times(costs: Costs, by: f64) -> Costs {
    Costs {
        commission_per_share_usd: by * costs.commission_per_share_usd,
        commission_min_usd: by * costs.commission_min_usd,
        commission_bps: by * costs.commission_bps,
        slippage_bps: by * costs.slippage_bps,
        slippage_usd: by * costs.slippage_usd,
        slippage_atr: by * costs.slippage_atr,
        borrow_rate: costs.borrow_rate.map(|rate| by * rate),
    }
}

#[cfg(test)]
mod tests {
    use super::times;
    use engine::Costs;

    #[test]
    fn an_order_costs_twice_as_much() {
        let costs = Costs {
            commission_bps: 0.5,
            slippage_usd: 0.01,
            slippage_atr: 0.02,
            borrow_rate: Some(0.03),
            ..Costs::default()
        };
        let double = times(costs, 2.0);
        for quantity in [10, 10_000] {
            let (one, two) = (
                costs.commission_usd(quantity, 150.0),
                double.commission_usd(quantity, 150.0),
            );
            assert!((two - 2.0 * one).abs() < 1e-9);
        }
        let (one, two) = (
            costs.slippage_usd(150.0, Some(2.0)),
            double.slippage_usd(150.0, Some(2.0)),
        );
        assert!((two - 2.0 * one).abs() < 1e-12);
        assert_eq!(double.borrow_rate, Some(0.06));
    }
}
