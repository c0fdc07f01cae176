//! One account through several windows.

use engine::{Account, Full, Ledger, Pace, Replayer, Window};
use market::ExitReason;
use proptest::prelude::{prop_assert, prop_assert_eq, prop_assume, proptest};

use crate::random::{DAYS, world};
use crate::table::{Ask, Script, Table};

fn through(table: &Table, account: &Account, script: &Script, windows: &[Window]) -> Ledger {
    let mut replayer = Replayer::<Full>::new();
    let mut script = Script(script.0.clone());
    let feed = table.feed();
    replayer.replay_spans(&feed, account, windows, &mut script, Pace::Jump);
    replayer.into_ledger()
}

proptest! {
    #[test]
    fn an_account_goes_from_one_window_to_the_next((table, script) in world(), cut in 1..DAYS, hole in 0..3_usize) {
        // Withdrawals name orders by number, and the second half alone numbers from 1 again.
        let script = script.into_iter().filter(|(_, ask)| !matches!(ask, Ask::Withdraw(_)));
        let script = Script(script.collect());
        let Some(whole) = Window::whole(&table.feed()) else { return Ok(()) };
        prop_assume!(cut <= whole.last && cut + hole <= whole.last);
        let windows = [Window { first: 0, last: cut - 1 }, Window { first: cut + hole, last: whole.last }];
        let both = through(&table, &table.account, &script, &windows);
        let first = through(&table, &table.account, &script, &windows[..1]);
        let then = Account { equity_usd: first.end_equity_usd, ..table.account.clone() };
        let second = through(&table, &then, &script, &windows[1..]);
        // What the first leaves is what the second begins with: the same fills, numbered on.
        prop_assert_eq!(both.trades.len(), first.trades.len() + second.trades.len());
        prop_assert_eq!(both.fills.len(), first.fills.len() + second.fills.len());
        let chained = first.fills.iter().chain(&second.fills);
        for (one, other) in both.fills.iter().zip(chained) {
            prop_assert_eq!((one.slot, one.quantity, one.rule), (other.slot, other.quantity, other.rule));
            prop_assert_eq!(one.price.to_bits(), other.price.to_bits());
        }
        prop_assert_eq!(both.end_equity_usd.to_bits(), second.end_equity_usd.to_bits());
        // A peak before the hole is a peak after it, and a loss from a higher peak is the larger share of it; but of a debt,
        // which is a larger share of a lower one.
        let ruined = second.max_drawdown_bar > 1.0;
        prop_assert!(both.max_drawdown_bar >= first.max_drawdown_bar);
        prop_assert!(ruined || both.max_drawdown_bar >= second.max_drawdown_bar);
        // Nothing is held, filled or marked in between.
        prop_assert!(both.fills.iter().all(|fill| fill.slot < cut || fill.slot >= cut + hole));
        for trade in &both.trades {
            let over = trade.entry_time < table.feed().end(cut - 1) && trade.exit_time > table.feed().end(cut - 1);
            prop_assert!(!over || trade.exit_reason != ExitReason::WindowEnd, "{trade:?}");
        }
    }
}
