//! On random markets: the second route, causality, and flips that flip.

use proptest::prelude::*;
use signals::{Flag, FlipAt, Layer, NEAR_FRACTION, Profile, Side, State};

use crate::market::Market;
use crate::naive::{from_columns, naive};

/// Steps of a day: own return, benchmark's, range, volume, breadth's step, and what is missing.
type Day = (f64, f64, f64, f64, f64, u8);

fn days(n: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Day>> {
    let day = (
        -0.04_f64..0.04,
        -0.03_f64..0.03,
        0.0_f64..0.03,
        0.2_f64..3.0,
        -9.0_f64..9.0,
        0_u8..40,
    );
    proptest::collection::vec(day, n)
}

/// A walk with drifts that last, so that averages separate and breadth has tides.
fn market(days: &[Day], split: Option<(usize, f64)>) -> Market {
    let mut market = Market::default();
    let (mut close, mut benchmark, mut breadth) = (100.0, 300.0, 45.0);
    for (i, &(own, other, range, volume, step, missing)) in days.iter().enumerate() {
        let tide = ((i / 40) % 2) as f64 * 0.01 - 0.005;
        if let Some((_, ratio)) = split.filter(|split| split.0 == i) {
            close /= ratio;
            market.splits.push((i, ratio));
        }
        close *= 1.0 + own + tide;
        benchmark *= 1.0 + other + tide / 2.0;
        breadth = f64::clamp(breadth + step + tide * 400.0, 1.0, 99.0);
        market.high.push(close * (1.0 + range));
        // Not half of it: every close would stand at a third of its bar, where rounding decides.
        market.low.push(close * (1.0 - range * 0.6));
        market.close.push(close);
        market.volume.push(volume * 1e6);
        market.benchmark.push((missing != 1).then_some(benchmark));
        // Two in a row are missing now and then.
        market.breadth.push((missing < 37).then_some(breadth));
    }
    market
}

/// The default, or shorter windows that come into every state sooner.
fn profile(short: bool) -> Profile {
    let mut profile = Profile::default();
    if short {
        profile.trend.fast_sessions = 4;
        profile.trend.slow_sessions = 9;
        profile.trend.separation_atr = 0.5;
        profile.trend.separation_sessions = 4;
        profile.trend.converging_sessions = 2;
        profile.momentum.short_sessions = 2;
        profile.momentum.long_sessions = 6;
        profile.momentum.range_sessions = 4;
        profile.breadth.rising_sessions = 3;
        profile.breadth.repair_pct = 45.0;
        profile.breadth.repair_atr = 2.0;
        profile.breadth.rally_sessions = 3;
        profile.rotation.sessions = 6;
    }
    profile
}

fn state_after(profile: &Profile, market: &Market, layer: Layer, close: f64) -> Option<State> {
    let next = market.then(close, market.breadth.last().copied().flatten());
    next.columns(profile).state(layer)[market.len()]
}

/// Momentum after a quiet session; after a loud one where only its quiet would lose the mark to a fall below the
/// range: a flip takes the mark as standing there.
fn momentum_after(profile: &Profile, market: &Market, close: f64) -> Option<State> {
    let row = market.len();
    let marked = |market: &Market| market.columns(profile).flag(Flag::VolumeMark)[row];
    let last = market.close[row - 1];
    let mut next = market.then(close, None);
    if close < last
        && marked(&market.then(last, None)) == Some(true)
        && marked(&next) == Some(false)
    {
        next.volume[row] = 1e12;
        assert_eq!(
            marked(&next),
            Some(true),
            "a loud close at a new low is the mark"
        );
    }
    next.columns(profile).state(Layer::Momentum)[row]
}

fn state_after_reading(profile: &Profile, market: &Market, reading: f64) -> Option<State> {
    let close = market.close[market.len() - 1];
    let next = market.then(close, Some(reading));
    next.columns(profile).state(Layer::Breadth)[market.len()]
}

/// Checks a flip against recomputed columns: `after` gives the state at the next close or reading.
fn check_flip(
    now: f64,
    state: State,
    flip: Option<signals::Flip>,
    reach: (f64, f64),
    after: impl Fn(f64) -> Option<State>,
) -> Result<(), TestCaseError> {
    let at = match flip.map(|flip| flip.at) {
        Some(FlipAt::Price(at) | FlipAt::Breadth(at)) => Some(at),
        _ => None,
    };
    // What an unchanged close makes of it holds from here to the border, and not beyond.
    let unchanged = after(now);
    let any = flip.is_some_and(|flip| flip.at == FlipAt::Any);
    prop_assert_eq!(
        flip.is_some_and(|flip| flip.unchanged_flips),
        unchanged != Some(state)
    );
    if let (Some(flip), Some(at)) = (flip, at) {
        let (below, above) = (after(at * (1.0 - 1e-7)), after(at * (1.0 + 1e-7)));
        let (there, beyond) = match flip.side {
            Side::Above => (above, below),
            Side::Below => (below, above),
        };
        prop_assert_eq!(there, Some(flip.to), "{:?}", flip);
        if flip.unchanged_flips {
            prop_assert_eq!(unchanged, Some(flip.to), "{:?}", flip);
            prop_assert!(beyond != Some(flip.to), "{:?}", flip);
        } else {
            prop_assert_eq!(beyond, Some(state), "{:?}", flip);
        }
    }
    let way = at.map_or(f64::INFINITY, |at| (at - now).abs());
    for step in -12..=12 {
        let share = f64::from(step) / 12.0 * 0.999;
        let probe = if way.is_finite() {
            now + share * way
        } else if share < 0.0 {
            now + share * (reach.0 - now).abs()
        } else {
            now + share * (reach.1 - now).abs()
        };
        if (reach.0..=reach.1).contains(&probe) {
            // Nothing nearer, on either side.
            let expected = if any {
                flip.map(|flip| flip.to)
            } else {
                unchanged
            };
            prop_assert_eq!(after(probe), expected, "{} {:?}", probe, flip);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn columns_are_what_the_definitions_say_of_each_row(
        days in days(100..220),
        split in (1_usize..200, prop_oneof![Just(2.0), Just(0.25), Just(3.0)]),
        short: bool,
    ) {
        let (profile, market) = (profile(short), market(&days, Some(split)));
        let columns = market.columns(&profile);
        for row in 0..market.len() {
            prop_assert_eq!(from_columns(&columns, row), naive(&profile, &market, row), "row {}", row);
        }
    }

    #[test]
    fn no_row_knows_what_comes_after_it(
        days in days(30..160),
        split in (1_usize..150, Just(2.0)),
        cut in 0.0_f64..1.0,
        short: bool,
    ) {
        let (profile, market) = (profile(short), market(&days, Some(split)));
        let kept = (cut * market.len() as f64) as usize;
        let (whole, cut) = (market.columns(&profile), market.head(kept).columns(&profile));
        prop_assert_eq!(cut.len(), kept);
        for row in 0..kept {
            prop_assert_eq!(cut.at(row), whole.at(row), "row {}", row);
            for number in signals::Number::ALL {
                prop_assert_eq!(cut.number(number).get(row), whole.number(number).get(row));
            }
        }
    }

    #[test]
    fn flips_flip_there_and_nowhere_nearer(
        days in days(70..130),
        split in (1_usize..120, Just(2.0)),
        short: bool,
    ) {
        let profile = profile(short);
        let mut market = market(&days, Some(split));
        let last = market.len() - 1;
        // A benchmark and a reading of the day itself.
        market.benchmark[last] = market.benchmark[last].or(Some(300.0));
        let reading = market.columns(&profile).at(last).unwrap();
        let close = market.close[last];
        let reach = (close * (1.0 - NEAR_FRACTION), close * (1.0 + NEAR_FRACTION));
        for (layer, state, flip) in [
            (Layer::Trend, reading.trend.state, reading.trend.flip),
            (Layer::Momentum, reading.momentum.state, reading.momentum.flip),
            (
                Layer::RelativeStrength,
                reading.relative_strength.state,
                reading.relative_strength.flip,
            ),
        ] {
            // A base that is missing at the next session leaves no next state.
            let Some(state) = state.filter(|_| state_after(&profile, &market, layer, close).is_some()) else {
                prop_assert_eq!(flip, None);
                continue;
            };
            check_flip(close, state, flip, reach, |p| match layer {
                Layer::Momentum => momentum_after(&profile, &market, p),
                _ => state_after(&profile, &market, layer, p),
            })?;
        }
        if let (Some(state), Some(pct)) = (reading.breadth.state, reading.breadth.pct) {
            let after = |pct: f64| state_after_reading(&profile, &market, pct);
            check_flip(pct, state, reading.breadth.flip, (0.0, 100.0), after)?;
        }
    }

    #[test]
    fn rotation_turns_beyond_its_borders(days in days(40..90), short: bool) {
        use signals::Rotation::{Flight, Leadership, Parity};
        let profile = profile(short);
        let market = market(&days, None);
        let last = market.len() - 1;
        let reading = market.columns(&profile).at(last).unwrap().rotation;
        let after = |p: f64| market.then(p, None).columns(&profile).rotation()[last + 1];
        let borders = reading.leadership_above_usd.zip(reading.flight_below_usd);
        if let Some((high, low)) = borders {
            prop_assert_eq!(after(high * (1.0 + 1e-9)), Some(Leadership));
            prop_assert_eq!(after(high * (1.0 - 1e-9)), Some(Parity));
            prop_assert_eq!(after(low * (1.0 + 1e-9)), Some(Parity));
            prop_assert_eq!(after(low * (1.0 - 1e-9)), Some(Flight));
        } else {
            prop_assert_eq!(after(market.close[last]), None);
        }
    }
}

/// The walks above are worth something only if they come into every state.
#[test]
fn the_random_markets_meet_every_state_and_flag() {
    let mut seed = 7_u64;
    let mut next = || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 11) as f64 / (1_u64 << 53) as f64
    };
    let days: Vec<Day> = (0..400)
        .map(|_| {
            (
                next() * 0.08 - 0.04,
                next() * 0.06 - 0.03,
                next() * 0.03,
                0.2 + next() * 2.8,
                next() * 18.0 - 9.0,
                (next() * 40.0) as u8,
            )
        })
        .collect();
    let columns = market(&days, None).columns(&profile(true));
    for layer in Layer::ALL {
        for state in [None, Some(State::Bullish), Some(State::Bearish)] {
            assert!(columns.state(layer).contains(&state), "{layer:?} {state:?}");
        }
    }
    for flag in signals::Flag::ALL
        .into_iter()
        .filter(|f| *f != signals::Flag::Squeeze)
    {
        for held in [Some(true), Some(false), None] {
            assert!(columns.flag(flag).contains(&held), "{flag:?} {held:?}");
        }
    }
    let sizes: std::collections::BTreeSet<&str> = columns.size().iter().map(|s| s.why()).collect();
    assert!(sizes.len() >= 9, "{sizes:?}");
}

/// With a value on every row, the first row that knows everything is the warm-up, whichever window is the longest.
#[test]
fn everything_is_known_from_the_warm_up_on() {
    let days: Vec<Day> = (0..90)
        .map(|i| (0.01 * f64::from(i % 5 - 2), 0.0, 0.01, 1.0, 1.0, 2))
        .collect();
    let market = market(&days, None);
    let lengths: [fn(&mut Profile, usize); 9] = [
        |p, n| p.trend.slow_sessions = n,
        |p, n| p.trend.atr_sessions = n,
        |p, n| p.momentum.long_sessions = n,
        |p, n| p.momentum.volume_sessions = n,
        |p, n| p.momentum.range_sessions = n,
        |p, n| p.breadth.repair_low_sessions = n,
        |p, n| p.breadth.rising_sessions = n,
        |p, n| p.relative_strength.lookback_sessions = n,
        |p, n| p.rotation.sessions = n,
    ];
    for (which, set) in lengths.into_iter().enumerate() {
        let mut profile = profile(true);
        set(&mut profile, 40);
        let columns = market.columns(&profile);
        let known = |row: usize| {
            let layers = Layer::ALL
                .iter()
                .all(|&layer| columns.state(layer)[row].is_some());
            layers && columns.rotation()[row].is_some()
        };
        let first = (0..market.len()).find(|&row| known(row));
        assert_eq!(first, Some(profile.warm_up()), "length {which}");
    }
    // IWM's: the 63-day average, first at row 62.
    assert_eq!(Profile::default().warm_up(), 62);
}
