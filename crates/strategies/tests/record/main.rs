//! A replay that counts and one that keeps rows are one replay, also in memory that another plan has used.

mod markets;
mod plans;

use std::sync::LazyLock;

use engine::{Account, Counted, Counts, Feed, Ledger, Pace, Replayer, Window, replay};
use market::{ExitReason, Interval, Snapshot};
use proptest::prelude::*;
use strategies::{Plan, Rules};

use markets::Dice;

static DAILY: LazyLock<[Snapshot; 2]> =
    LazyLock::new(|| [1, 2].map(|seed| markets::market(Interval::Day, 500, 0.012, seed)));
static INTRADAY: LazyLock<Snapshot> = LazyLock::new(|| markets::finer(40, 1));

/// A plan with its market, account and window.
struct Case {
    snapshot: &'static Snapshot,
    /// The clock's bars and any finer ones, by their places in the snapshot.
    clock: usize,
    rules: Rules,
    account: Account,
    window: (f64, f64),
}

fn case(seed: u64) -> Case {
    let mut dice = Dice(seed);
    let daily = !dice.once_in(4);
    let (snapshot, clock): (&Snapshot, usize) = if daily {
        (&DAILY[dice.below(2)], 0)
    } else {
        (&INTRADAY, 1)
    };
    let rules = plans::rules(&mut dice, daily);
    let account = plans::account(&mut dice, snapshot.bars[clock].len(), !daily);
    let window = (dice.between(0.0, 0.5), dice.unit());
    Case {
        snapshot,
        clock,
        rules,
        account,
        window,
    }
}

impl Case {
    /// The full ledger of a fresh replay, and the counted one of `used`.
    fn both(&self, used: &mut Replayer<Counted>) -> (Ledger, Ledger) {
        let bars = &self.snapshot.bars[self.clock];
        let prepared = self.rules.prepare(bars, self.snapshot);
        let feed = Feed::single(bars, &self.snapshot.sessions)
            .and_then(|feed| feed.with_finer(0, &self.snapshot.bars[..self.clock]))
            .expect("whole bars")
            .with_atr(0, &prepared.atr)
            .with_actions(
                0,
                self.snapshot.dividends_of("IWM").unwrap_or(&[]),
                self.snapshot.splits_of("IWM"),
            );
        let (from, share) = self.window;
        let first = (from * bars.len() as f64) as usize;
        let last = first + (share * (bars.len() - first) as f64) as usize;
        let window = Window { first, last };
        let plan = || Plan::new(&self.rules, &prepared, 0);
        let full = replay(&feed, &self.account, window, &mut plan(), Pace::Jump);
        let counted = used.replay(&feed, &self.account, window, &mut plan(), Pace::Jump);
        (full, counted.clone())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn counting_changes_nothing_but_the_rows(seeds in proptest::collection::vec(any::<u64>(), 3)) {
        let mut used = Replayer::<Counted>::new();
        for seed in seeds {
            let (full, counted) = case(seed).both(&mut used);
            let rows = Counts::of(&full.setups, full.fills.len(), full.rejections.len());
            prop_assert_eq!(&full.counts, &rows, "counted as it went, and counted from the rows");
            let bare = Ledger {
                fills: Vec::new(),
                setups: Vec::new(),
                rejections: Vec::new(),
                asked: Vec::new(),
                ..full
            };
            prop_assert_eq!(bare, counted);
        }
    }
}

/// Else the property above would hold of nothing.
#[test]
fn the_random_plans_trade_in_every_way() {
    let mut used = Replayer::<Counted>::new();
    let mut exits = std::collections::BTreeSet::new();
    let (mut counts, mut protected) = (Counts::default(), 0);
    for seed in 0..300_u64 {
        let (full, counted) = case(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)).both(&mut used);
        assert!(counted.fills.is_empty() && counted.setups.is_empty());
        exits.extend(full.trades.iter().map(|trade| trade.exit_reason.as_str()));
        // Reduced, or with a nearer stop, and then out for another reason.
        let otherwise = |t: &&market::Trade| t.protected && t.exit_reason != ExitReason::Protect;
        protected += full.trades.iter().filter(otherwise).count();
        counts.busy += counted.counts.busy;
        counts.cooling_down += counted.counts.cooling_down;
        counts.rejections += counted.counts.rejections;
    }
    for reason in [
        "stop",
        "trailing-stop",
        "break-even",
        "target",
        "time-stop",
        "max-sessions",
        "time-of-day",
        "protect",
        "window-end",
    ] {
        assert!(exits.contains(reason), "no exit by {reason}: {exits:?}");
    }
    assert!(protected > 50, "{protected}");
    assert!(counts.busy > 0 && counts.cooling_down > 0 && counts.rejections > 0);
}

/// Windows with a hole between them, as far apart as sessions allow: (first window, second window).
fn torn(bars: &market::Bars, at: f64, hole: usize) -> Option<[Window; 2]> {
    let sessions = bars.session();
    let middle = sessions.get((at * bars.len() as f64) as usize)?;
    let last = sessions.partition_point(|s| s < middle).checked_sub(1)?;
    let first = sessions.partition_point(|s| *s < middle + hole as u32);
    let whole = bars.len() - 1;
    (first <= whole).then_some([Window { first: 0, last }, Window { first, last: whole }])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn a_history_with_a_hole_goes_on_with_what_was_left(seed in any::<u64>(), at in 0.1..0.9_f64, hole in 0_usize..40) {
        let case = case(seed);
        let bars = &case.snapshot.bars[case.clock];
        let prepared = case.rules.prepare(bars, case.snapshot);
        let feed = Feed::single(bars, &case.snapshot.sessions).unwrap().with_atr(0, &prepared.atr);
        let Some(windows) = torn(bars, at, hole) else { return Ok(()) };
        let plan = || Plan::new(&case.rules, &prepared, 0);
        let mut replayer = Replayer::<Counted>::new();
        let jumped = replayer.replay_spans(&feed, &case.account, &windows, &mut plan(), Pace::Jump).clone();
        let visited = replayer.replay_spans(&feed, &case.account, &windows, &mut plan(), Pace::Visit).clone();
        prop_assert_eq!(&jumped, &visited);
        // The first window by itself is how it begins; nothing is traded in the hole.
        let alone = replayer.replay(&feed, &case.account, windows[0], &mut plan(), Pace::Jump);
        prop_assert_eq!(&jumped.trades[..alone.trades.len()], &alone.trades[..]);
        prop_assert_eq!(&jumped.marks[..alone.marks.len()], &alone.marks[..]);
        let (end, begin) = (feed.end(windows[0].last), feed.start(windows[1].first));
        for trade in &jumped.trades[alone.trades.len()..] {
            prop_assert!(trade.entry_time >= begin && trade.entry_time >= end);
        }
        let earned: f64 = jumped.trades.iter().map(|trade| trade.pnl_usd).sum();
        let owned = jumped.start_equity_usd + earned + jumped.interest_usd;
        prop_assert!((jumped.end_equity_usd - owned).abs() < 1e-6);
    }
}
