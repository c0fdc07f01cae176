//! Each layer on a handful of sessions, the arithmetic beside it.

use signals::{
    Flag, FlipAt, FullWhy, HalfWhy, Layer, NoneWhy, Profile, Rotation, Side, Size, State, changes,
};

use crate::market::{Market, columns_of_bars};

/// Shorter than any useful profile, so that a case fits a page.
fn short() -> Profile {
    let mut profile = Profile::default();
    profile.trend.fast_sessions = 1;
    profile.trend.slow_sessions = 2;
    profile.trend.atr_sessions = 1;
    profile.trend.separation_atr = 0.2;
    profile.trend.separation_sessions = 2;
    profile.trend.converging_sessions = 1;
    profile.momentum.short_sessions = 1;
    profile.momentum.long_sessions = 2;
    profile.momentum.range_sessions = 2;
    profile.momentum.volume_sessions = 2;
    profile.breadth.rising_sessions = 1;
    profile.breadth.rally_sessions = 1;
    profile.breadth.repair_low_sessions = 2;
    profile.relative_strength.lookback_sessions = 1;
    profile.rotation.sessions = 2;
    profile
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

fn price(at: FlipAt) -> f64 {
    match at {
        FlipAt::Price(usd) => usd,
        other => panic!("{other:?}"),
    }
}

#[test]
fn trend_and_the_close_at_which_it_turns() {
    // Fast: the close. Slow: seed (10 + 12) / 2 = 11, then 11 + (14 − 11) × 2/3 = 13.
    let columns = columns_of_bars(&short(), &Market::of_closes(&[10.0, 12.0, 14.0]));
    assert_eq!(
        columns.state(Layer::Trend),
        [None, Some(State::Bullish), Some(State::Bullish)]
    );
    let trend = columns.at(2).unwrap().trend;
    assert_eq!((trend.fast_usd, trend.slow_usd), (Some(14.0), Some(13.0)));
    // ATR of one session: max(15, 12) − min(13, 12) = 3; (14 − 13) / 3.
    assert!(near(trend.separation_atr.unwrap(), 1.0 / 3.0));
    // A close at 13, the slow average, leaves it where it is and puts the fast one there: 13 / 14 − 1 = −1/14.
    let flip = trend.flip.unwrap();
    assert!(near(price(flip.at), 13.0) && near(flip.distance, -1.0 / 14.0));
    assert_eq!((flip.to, flip.side), (State::Bearish, Side::Below));
    assert!(!flip.unchanged_flips);
}

#[test]
fn converging_is_a_shrinking_distance_right_after_a_separation() {
    // Bars without range, so ATR is the change of the close. The gap is (close − slow before) / 3; separated above
    // 0.2 ATR, long from two sessions on.
    // row  close    slow      gap     0.2 ATR  run
    //  1   10       10        0       0        0
    //  2   13       12        1       0.6      1
    //  3   16       14.6667   1.3333  0.6      2   long, gap growing
    //  4   17       16.2222   0.7778  0.2      3   shrinking: yes
    //  5   19       18.0741   0.9259  0.4      4   growing
    //  6   18.2     18.1580   0.0420  0.16     0   ended a session ago, shrinking: yes
    //  7   18.19    18.1793   0.0107  0.002    1
    //  8   18.18    18.1798   0.0002  0.002    0   the long run ended three sessions ago: no
    let mut market = Market::of_closes(&[10.0, 10.0, 13.0, 16.0, 17.0, 19.0, 18.2, 18.19, 18.18]);
    (market.high, market.low) = (market.close.clone(), market.close.clone());
    let columns = columns_of_bars(&short(), &market);
    let (yes, no) = (Some(true), Some(false));
    assert_eq!(
        columns.flag(Flag::Converging),
        [None, None, no, no, yes, no, yes, no, no]
    );
    let runs: Vec<u32> = (0..9)
        .map(|i| columns.at(i).unwrap().trend.separated_sessions)
        .collect();
    assert_eq!(runs, [0, 0, 1, 2, 3, 4, 0, 1, 0]);
}

/// Rising closes; session 1 is loud (300 > (100 + 300) / 2), session 2 is not (200 < 250).
fn rising(top: f64) -> Market {
    let mut market = Market::of_closes(&[10.0, 11.0, 12.0]);
    market.volume = vec![100.0, 300.0, 200.0];
    market.high[2] = top;
    market
}

#[test]
fn momentum_is_weak_without_the_volume_mark() {
    // 12/11 − 1 and 12/10 − 1 are both above 0. Range of sessions 1 and 2: low 10, high 13; its lower third ends at 11.
    // Session 1 closed at 11, not below it: no mark.
    let weak = columns_of_bars(&short(), &rising(13.0))
        .at(2)
        .unwrap()
        .momentum;
    assert_eq!((weak.state, weak.weak), (Some(State::Neutral), Some(true)));
    assert_eq!(weak.volume_mark, Some(false));
    assert!(near(weak.relative_volume.unwrap(), 0.8)); // 200 / 250
    // With a high of 13.3 the lower third ends at 11.1: the mark.
    let marked = columns_of_bars(&short(), &rising(13.3))
        .at(2)
        .unwrap()
        .momentum;
    assert_eq!(
        (marked.state, marked.weak),
        (Some(State::Bullish), Some(false))
    );
    // The next bar's range holds session 2 and itself, both quiet: the mark is lost whatever the close.
    let flip = marked.flip.unwrap();
    assert_eq!(
        (flip.at, flip.to, flip.distance),
        (FlipAt::Any, State::Neutral, 0.0)
    );
    assert!(flip.unchanged_flips);
}

/// Falling closes on a loud last day; by 2 and 3 sessions all rates are below 0.
#[test]
fn a_bearish_momentum_turns_upwards_however_deep_a_fall() {
    let mut profile = short();
    profile.momentum.short_sessions = 2;
    profile.momentum.long_sessions = 3;
    let mut market = Market::of_closes(&[14.0, 13.0, 12.0, 11.0]);
    market.volume = vec![100.0, 100.0, 200.0, 400.0];
    market.low[3] = 11.0;
    // Sessions 2 and 3: low 11, high 13, lower third below 11.667; session 3 closed at 11 on 400 > (200 + 400) / 2.
    let reading = columns_of_bars(&profile, &market).at(3).unwrap().momentum;
    assert_eq!(
        (reading.state, reading.volume_mark),
        (Some(State::Bearish), Some(true))
    );
    // The next rates start from 12 and 13: above 12 they differ. A quiet close below 10.5 would lose the mark
    // (10.5 + (12 − 10.5) / 3 = 11) and is nearer, but falls of that kind come loud.
    let flip = reading.flip.unwrap();
    assert!(near(price(flip.at), 12.0) && near(flip.distance, 1.0 / 11.0));
    assert_eq!((flip.to, flip.side), (State::Neutral, Side::Above));
    assert!(!flip.unchanged_flips);
}

#[test]
fn momentum_turns_at_the_close_its_rate_starts_from_or_where_the_range_takes_the_mark_in() {
    // Three sessions of range, as above: the next bar's holds session 1 (loud, close 11), session 2 and itself.
    let mut profile = short();
    profile.momentum.range_sessions = 3;
    profile.momentum.volume_sessions = 1;
    let mut market = rising(13.3);
    // Against its own volume alone no session is loud; with an average of two session 1 is.
    assert_eq!(
        columns_of_bars(&profile, &market).flag(Flag::VolumeMark)[2],
        Some(false)
    );
    profile.momentum.volume_sessions = 2;
    // The range starts at session 0, whose volume has no average yet.
    assert_eq!(
        columns_of_bars(&profile, &market).flag(Flag::VolumeMark)[2],
        None
    );
    market = Market {
        high: vec![11.0, 11.0, 12.0, 13.0],
        low: vec![9.0, 9.0, 10.0, 11.0],
        close: vec![10.0, 10.0, 11.0, 12.0],
        volume: vec![100.0, 100.0, 300.0, 200.0],
        ..market
    };
    market.benchmark.push(None);
    market.breadth.push(None);
    // Sessions 1 to 3: low 9, high 13, lower third below 10.333; session 2 closed at 11: no mark, weak.
    let reading = columns_of_bars(&profile, &market).at(3).unwrap().momentum;
    assert_eq!(reading.state, Some(State::Neutral));
    // Next: sessions 2, 3 and the new bar: low 10, high p above 13. 10 + (p − 10)/3 = 11 at p = 13: from there on the
    // mark is back, and 13 is above both closes the rates start from, 12 and 11.
    let flip = reading.flip.unwrap();
    assert!(near(price(flip.at), 13.0) && near(flip.distance, 1.0 / 12.0));
    assert_eq!((flip.to, flip.side), (State::Bullish, Side::Above));
}

#[test]
fn breadth_turns_at_one_reading() {
    // Falling prices: no rally. 52.3 is between 50 and 55: neutral; 55 is 2.7 points away, 50 is 2.3.
    let mut market = Market::of_closes(&[12.0, 11.0, 10.0]);
    market.breadth = vec![Some(52.0), Some(53.0), Some(52.3)];
    let breadth = market.columns(&short()).at(2).unwrap().breadth;
    assert_eq!(breadth.state, Some(State::Neutral));
    assert_eq!(breadth.rising, Some(false)); // 52.3 < 53
    let flip = breadth.flip.unwrap();
    assert_eq!((flip.at, flip.to), (FlipAt::Breadth(50.0), State::Bearish));
    assert!(near(flip.distance, -2.3));
    // At 53 bullish is nearer: 55 − 53 = 2 < 3.
    market.breadth[2] = Some(53.0);
    let flip = market
        .columns(&short())
        .at(2)
        .unwrap()
        .breadth
        .flip
        .unwrap();
    assert_eq!((flip.at, flip.to), (FlipAt::Breadth(55.0), State::Bullish));
    // In a rally the same reading diverges. The next close is taken as unchanged, which is no rally of a session: so
    // the divergence ends by itself: an unchanged reading is neutral. What
    // ends that is nearer upwards, 55, than the 50 below which it would stay bearish.
    market.close[2] = 11.5;
    let breadth = market.columns(&short()).at(2).unwrap().breadth;
    assert_eq!(
        (breadth.divergence, breadth.state),
        (Some(true), Some(State::Bearish))
    );
    let flip = breadth.flip.unwrap();
    assert_eq!(
        (flip.at, flip.to, flip.side),
        (FlipAt::Breadth(55.0), State::Neutral, Side::Below)
    );
    assert!(flip.unchanged_flips);
}

#[test]
fn repair_is_neutral_and_marked_unless_it_diverges() {
    let mut profile = short();
    profile.breadth.rising_sessions = 2;
    // Readings 28, 29, 31: the lowest of the last two is 29 < 30, now above 30 and above 28. The close, 10, is the
    // lowest of its two sessions.
    let mut market = Market::of_closes(&[12.0, 11.0, 10.0]);
    market.breadth = vec![Some(28.0), Some(29.0), Some(31.0)];
    let breadth = market.columns(&profile).at(2).unwrap().breadth;
    assert_eq!(
        (breadth.repair, breadth.state),
        (Some(true), Some(State::Neutral))
    );
    // At 30 it has not come up through 30.
    market.breadth[2] = Some(30.0);
    let breadth = market.columns(&profile).at(2).unwrap().breadth;
    assert_eq!(
        (breadth.repair, breadth.state),
        (Some(false), Some(State::Bearish))
    );
    // One ATR (the range, 12.5 − 9.5 = 3 with the close before inside it) above the low of 11 is still near; a rising
    // close is a rally as well, and divergence goes first.
    market.breadth[2] = Some(31.0);
    market.close[2] = 12.0;
    (market.high[2], market.low[2]) = (12.5, 9.5);
    let breadth = market.columns(&profile).at(2).unwrap().breadth;
    assert_eq!(
        (breadth.repair, breadth.divergence),
        (Some(true), Some(true))
    );
    assert_eq!(breadth.state, Some(State::Bearish));
}

#[test]
fn the_next_repair_is_measured_from_the_next_windows_low() {
    let mut profile = short();
    profile.breadth.rising_sessions = 2;
    // The close of 10 leaves the two sessions of the window at the next close: then 11 is the lowest, and near it. The
    // next reading stands beside 28 < 30 and must beat 26: above 30 it repairs.
    let mut market = Market::of_closes(&[12.0, 10.0, 11.0]);
    market.breadth = vec![Some(25.0), Some(26.0), Some(28.0)];
    let breadth = market.columns(&profile).at(2).unwrap().breadth;
    assert_eq!(breadth.state, Some(State::Bearish)); // 11 > 10 is a rally, which diverges
    let flip = breadth.flip.unwrap();
    assert_eq!(
        (flip.at, flip.to, flip.side),
        (FlipAt::Breadth(30.0), State::Neutral, Side::Above)
    );
}

#[test]
fn averages_that_are_equal_part_at_any_other_close() {
    let flat = columns_of_bars(&short(), &Market::of_closes(&[10.0; 3]));
    let trend = flat.at(2).unwrap().trend;
    assert_eq!(trend.state, Some(State::Neutral));
    // Either way out is as near; the bearish one is told.
    let flip = trend.flip.unwrap();
    assert_eq!(
        (flip.at, flip.to, flip.unchanged_flips),
        (FlipAt::Any, State::Bearish, false)
    );
}

#[test]
fn relative_strength_and_rotation() {
    let mut market = Market::of_closes(&[100.0, 100.0, 103.0]);
    market.benchmark = vec![Some(400.0), Some(400.0), Some(404.0)];
    let reading = market.columns(&short()).at(2).unwrap();
    let (strength, rotation) = (reading.relative_strength, reading.rotation);
    // 3 % against 1 %; the ratio goes from 0.25 to 0.25495: 103/404 ÷ 0.25 − 1 = 1.98 %.
    assert!(near(strength.lead.unwrap(), 0.02));
    assert_eq!(strength.state, Some(State::Bullish));
    assert!(near(rotation.ratio_change.unwrap(), 103.0 / 101.0 - 1.0));
    assert_eq!(rotation.state, Some(Rotation::Parity));
    // Next session the benchmark stands at 404, a return of 0 over a session: the symbol's must stay above 0, at 103:
    // an unchanged close would be neutral, and bearish is just below.
    let flip = strength.flip.unwrap();
    assert!(near(price(flip.at), 103.0) && near(flip.distance, 0.0));
    assert_eq!((flip.to, flip.unchanged_flips), (State::Bearish, true));
    // Over two sessions the ratio's base becomes 100/400: 0.25 × 1.02 × 404 = 103.02, 0.25 × 0.98 × 404 = 98.98.
    assert!(near(rotation.leadership_above_usd.unwrap(), 103.02));
    assert!(near(rotation.flight_below_usd.unwrap(), 98.98));
    // It lags while the benchmark rises.
    market.close[2] = 100.5;
    let strength = market.columns(&short()).at(2).unwrap().relative_strength;
    assert_eq!(
        (strength.state, strength.deteriorating),
        (Some(State::Bearish), Some(true))
    );
}

#[test]
fn a_split_is_no_fall() {
    let mut profile = short();
    profile.momentum.range_sessions = 1;
    // 2 for 1 on session 2: 24 becomes 12. Return 12 × 2 / 22 − 1 = 1/11.
    let mut market = Market::of_closes(&[20.0, 22.0, 12.0]);
    market.splits = vec![(2, 2.0)];
    let reading = market.columns(&profile).at(2).unwrap();
    assert!(near(reading.momentum.short_return.unwrap(), 1.0 / 11.0));
    assert_eq!(reading.close_usd, Some(12.0));
    // Slow: seed 21, then 21 + (24 − 21) × 2/3 = 23 of the old shares, 11.5 of the new; so is the flip.
    assert!(near(reading.trend.slow_usd.unwrap(), 11.5));
    assert!(near(price(reading.trend.flip.unwrap().at), 11.5));
}

#[test]
fn the_composite_says_what_it_rests_on() {
    let columns = columns_of_bars(&short(), &rising(13.3));
    // Session 0 knows nothing; session 1 the trend alone: one layer cannot reach 2.
    let at = |i: usize| columns.at(i).unwrap();
    assert_eq!((at(0).composite.state, at(0).composite.sum), (None, None));
    assert_eq!(at(0).size, Size::None(NoneWhy::Unknown));
    assert_eq!(at(0).composite.unknown, Layer::ALL);
    assert_eq!(
        (at(1).composite.state, at(1).composite.sum),
        (Some(State::Neutral), Some(1))
    );
    assert_eq!(at(1).composite.rests_on, [Layer::Trend]);
    // Session 2: trend and momentum, both bullish; breadth unknown allows half.
    assert_eq!(
        (at(2).composite.state, at(2).composite.sum),
        (Some(State::Bullish), Some(2))
    );
    assert_eq!(
        at(2).composite.unknown,
        [Layer::Breadth, Layer::RelativeStrength]
    );
    assert_eq!(
        (at(2).size, at(2).size_scale),
        (Size::Half(HalfWhy::BreadthUnknown), 0.5)
    );
    assert_eq!(columns.at(3), None);
    // The composite first, then the size, the layer, and the flags that became known.
    let words: Vec<String> = changes(&at(1), &at(2))
        .iter()
        .map(|c| format!("{c:?}"))
        .collect();
    assert!(
        words[0].starts_with("Composite") && words[1].starts_with("Size"),
        "{words:?}"
    );
    assert!(words[2].starts_with("Layer { layer: Momentum"), "{words:?}");
    assert!(changes(&at(2), &at(2)).is_empty());
}

#[test]
fn sizes_in_parity_and_leadership() {
    let profile = short();
    // Trend, momentum and relative strength bullish. Breadth 56: bullish too, and no divergence.
    let mut market = rising(13.3);
    market.breadth = vec![Some(54.0), Some(55.0), Some(56.0)];
    // The benchmark moves as the symbol over two sessions (10 to 12), less over the last: parity.
    market.benchmark = vec![Some(100.0), Some(111.0), Some(120.0)];
    let size = |market: &Market| market.columns(&profile).size()[2];
    assert_eq!(size(&market), Size::Full(FullWhy::BroadParity));
    // 12/10 against 117/100: 1.2 / 1.17 − 1 = 2.56 %: leadership, breadth rising from 55 to 56.
    market.benchmark[2] = Some(117.0);
    assert_eq!(size(&market), Size::Full(FullWhy::Leadership));
    market.breadth[1] = Some(56.0);
    assert_eq!(size(&market), Size::Half(HalfWhy::BreadthNotRising));
    // 1.2 / 1.25 − 1 = −4 %: flight. The symbol must still lead over the last session: 12/11 against 125/115.
    market.benchmark = vec![Some(100.0), Some(115.0), Some(125.0)];
    assert_eq!(size(&market), Size::Half(HalfWhy::Flight));
    market.benchmark = vec![None; 3];
    assert_eq!(size(&market), Size::Half(HalfWhy::RotationUnknown));
    // 54 in a rally diverges: bearish, 1 + 1 − 1 + 1 = 2 with the benchmark back.
    market.benchmark = vec![Some(100.0), Some(111.0), Some(120.0)];
    market.breadth[2] = Some(54.0);
    assert_eq!(size(&market), Size::Half(HalfWhy::Divergence));
}

#[test]
fn context_by_hand() {
    let mut profile = short();
    profile.context.breakout_sessions = 2;
    // True ranges: 2; 4 (from 11 to 15, the close before at 11). The ATR before the session is 2: 4 / 2 = 2.
    let market = Market::of_closes(&[10.0, 11.0, 14.0]);
    let context = columns_of_bars(&profile, &market).at(2).unwrap().context;
    assert_eq!(
        (context.range_atr, context.wide_range),
        (Some(2.0), Some(true))
    );
    // ATR 4 on a close of 14.
    assert!(near(context.atr_fraction.unwrap(), 4.0 / 14.0));
    // The highest high before was 12, and 14 is above it; the next close has to beat today's high too, 15.
    assert_eq!(
        (context.breakout_above_usd, context.breakout),
        (Some(15.0), Some(true))
    );
    for (next, breaks) in [(15.0, false), (15.01, true)] {
        let after = columns_of_bars(&profile, &Market::of_closes(&[10.0, 11.0, 14.0, next]));
        assert_eq!(after.flag(Flag::Breakout)[3], Some(breaks));
    }
    // A close at that high is none.
    let at_the_high = columns_of_bars(&profile, &Market::of_closes(&[10.0, 11.0, 12.0]));
    assert_eq!(at_the_high.flag(Flag::Breakout)[2], Some(false));
    // Nothing is known of short interest.
    assert_eq!((context.squeeze, context.slope_pct), (None, None));
}
