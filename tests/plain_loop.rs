//! The engine makes the trades of a plain hand-written loop over arrays, so that the two speeds that
//! `benches/replay` compares are of the same work.

#[path = "../benches/replay/pair.rs"]
#[allow(dead_code, reason = "benches need the rest")]
mod pair;
#[path = "../benches/replay/plain.rs"]
mod plain;
#[path = "../benches/replay/walk.rs"]
mod walk;

use market::Interval;
use pair::Pair;

#[test]
fn the_engine_and_the_plain_loop_make_the_same_trades() {
    let markets = [
        (Interval::Minutes(5), 20_000, 0.001, 0.001, 900),
        (Interval::Minutes(1), 20_000, 0.0004, 0.0014, 100),
        (Interval::Day, 6_300, 0.012, 0.025, 200),
    ];
    for (interval, count, step, min_decline, at_least) in markets {
        for seed in 0..5 {
            let snapshot = walk::snapshot(interval, count, step, seed);
            let pair = Pair::new(&snapshot, min_decline);
            let trades = pair.assert_same_trades();
            assert!(trades >= at_least, "{trades} trades are too few to tell");
            // Timed with its columns or without, it is the same replay.
            assert_eq!(pair.engine(), pair.engine_whole());
            assert_eq!(pair.plain(), pair.plain_whole());
        }
    }
}
