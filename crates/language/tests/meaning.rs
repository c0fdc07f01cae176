//! What rules mean: kinds, units, warm-up, and that equal parts are one.

use language::{Clock, ENTRIES, Kind, NodeId, Op, Scope, Unit, WarmUp, Words};

fn daily() -> Words {
    Words::new(Clock::Daily)
}

fn minutes() -> Words {
    Words::new(Clock::Minutes(5))
}

fn quantity(words: &mut Words, text: &str) -> (NodeId, Unit) {
    words
        .quantity(text)
        .unwrap_or_else(|e| panic!("{text}: {e}"))
}

#[test]
fn every_example_of_the_catalogue_is_a_rule_and_uses_its_word() {
    for entry in ENTRIES {
        let mut words = minutes();
        words
            .condition(entry.example)
            .unwrap_or_else(|e| panic!("{}: {e} {:?}", entry.example, e.help));
        assert!(entry.example.contains(entry.name), "{}", entry.name);
    }
}

#[test]
fn units_follow_the_arithmetic() {
    let mut words = minutes();
    for (text, unit) in [
        ("close - open", Unit::Price),
        ("close / open - 1", Unit::Fraction),
        ("close * 1.02", Unit::Price),
        ("close * (1 + 2%)", Unit::Price),
        ("close * volume", Unit::Dollars),
        ("close * volume / volume", Unit::Price),
        ("DGS10 - DGS2", Unit::Level),
        ("RVX * VIX9D / VIX", Unit::Level),
        ("HYG.close / LQD.close", Unit::Fraction),
        ("rsi(14)", Unit::Hundred),
        ("roc(RVX, 5)", Unit::Fraction),
        ("sma(volume, 20)", Unit::Shares),
        ("time - 09:30", Unit::Minutes),
        ("1 + 2 * 3", Unit::Plain),
        ("-roc(3)", Unit::Fraction),
        ("min(ema(21), close)", Unit::Price),
        ("if(half_day, 1%, 2%)", Unit::Fraction),
        ("zscore(20)", Unit::Plain),
    ] {
        assert_eq!(quantity(&mut words, text).1, unit, "{text}");
    }
    let (seven, _) = quantity(&mut words, "1 + 2 * 3");
    assert_eq!(words.program().constant(seven), Some(7.0));
}

/// Of one series windows run over its published values, of two over the plan's own bars, on which they meet: what
/// scenarios/studies/narrowing-curve.toml says of itself.
#[test]
fn a_window_over_two_series_counts_the_plans_bars() {
    let mut words = daily();
    // What ran over a series' own values joins the plan's bars last of all.
    let mut joined_last = |text: &str| {
        let (id, _) = quantity(&mut words, text);
        matches!(words.program().node(id).op, Op::Join(_))
    };
    assert!(joined_last("diff(DGS10, 20)"));
    assert!(!joined_last("diff(DGS10 - DGS2, 20)"));
}

#[test]
fn the_warm_up_is_counted_from_the_rule() {
    let bars = |text: &str| {
        let mut words = daily();
        let rule = words
            .condition(text)
            .unwrap_or_else(|e| panic!("{text}: {e}"));
        words.program().warm_up(rule)
    };
    let of = |bars| WarmUp {
        bars,
        ..WarmUp::default()
    };
    assert_eq!(bars("close > open"), of(0));
    assert_eq!(bars("close < close[1]"), of(1));
    // Three steps, each of which looks one bar back: rows t, t-1, t-2 and their predecessors.
    assert_eq!(bars("count(close < close[1], 3) == 3"), of(3));
    assert_eq!(bars("falling(close, 3)"), of(3));
    assert_eq!(bars("roc(10) < -3%"), of(10));
    assert_eq!(bars("close > highest(high, 20)[1]"), of(20));
    assert_eq!(bars("cross_above(ema(21), sma(50))"), of(50));
    assert_eq!(bars("atr(14) > 2"), of(14));
    assert_eq!(bars("close > sma(200) and roc(3) < 0"), of(199));
    assert_eq!(bars("gap > 1%"), of(1));
    // Another symbol has its own bars before it, the plan's clock needs none.
    assert_eq!(bars("KRE.close > KRE.ema(21)"), of(0));

    let mut words = minutes();
    let rule = words
        .condition("close > ema(21) and high - low > 2 * atr(14) and relative_volume(20) > 1")
        .unwrap();
    // ATR: that of the last complete session, whose own needs 14 before it.
    let warm_up = WarmUp {
        bars: 20,
        sessions: 20,
        days: 15,
    };
    assert_eq!(words.program().warm_up(rule), warm_up);
    let rule = words.condition("bar.atr(14) > 0.5").unwrap();
    assert_eq!(words.program().warm_up(rule), of(14));
}

#[test]
fn windows_run_over_the_rows_of_what_they_are_taken_of() {
    let mut words = minutes();
    let scope = |words: &mut Words, text: &str| {
        let (id, _) = quantity(words, text);
        let node = *words.program().node(id);
        match node.op {
            Op::Join(inner) => words.program().node(inner).scope,
            _ => node.scope,
        }
    };
    assert_eq!(scope(&mut words, "rank(RVX, 252)"), Scope::Series(0));
    assert_eq!(
        scope(&mut words, "KRE.close / KRE.close[10] - 1"),
        Scope::Symbol(0)
    );
    assert_eq!(scope(&mut words, "KRE.highest(high, 20)"), Scope::Symbol(0));
    assert_eq!(
        scope(&mut words, "KRE.daily.ema(21)"),
        Scope::SymbolDaily(0)
    );
    assert_eq!(scope(&mut words, "daily.close[5]"), Scope::Daily);
    assert_eq!(scope(&mut words, "atr(14)"), Scope::Daily);
    assert_eq!(scope(&mut words, "bar.atr(14)"), Scope::Own);
    // Of two symbols: on the plan's clock.
    assert_eq!(scope(&mut words, "close / SPY.close"), Scope::Own);
    assert_eq!(words.program().symbols(), ["KRE", "SPY"]);
}

#[test]
fn equal_parts_are_one_node() {
    let mut words = daily();
    let first = words.condition("close < ema(21)").unwrap();
    let nodes = words.program().len();
    assert_eq!(words.condition("close < ema(close, 21)").unwrap(), first);
    words.condition("not (close < ema(21))").unwrap();
    assert_eq!(words.program().len(), nodes + 1);
    assert_eq!(words.program().reachable(&[first]).len(), 3);
}

#[test]
fn names_are_read_when_they_are_used_and_may_use_each_other() {
    let mut words = daily();
    words.number("drop", 0.025).unwrap();
    words.number("days", 3.0).unwrap();
    words.text("deep", "roc(days) < -drop").unwrap();
    words.text("calm", "RVX < 30").unwrap();
    let rule = words.condition("deep and calm").unwrap();
    assert_eq!(words.program().node(rule).kind, Kind::Truth);
    let named = words.condition("roc(3) < -0.025").unwrap();
    let deep = words.condition("deep").unwrap();
    assert_eq!(named, deep);
    words.check().unwrap();
}

#[test]
fn criteria_are_split_at_and_with_their_places() {
    let mut words = daily();
    let text = "falling(close, 3) and (roc(3) < -2.5% or rsi(2) < 5) and close > sma(200)";
    let found = words.criteria(text).unwrap();
    let texts: Vec<&str> = found.iter().map(|(_, span)| &text[span.clone()]).collect();
    assert_eq!(
        texts,
        [
            "falling(close, 3)",
            "(roc(3) < -2.5% or rsi(2) < 5)",
            "close > sma(200)"
        ]
    );
}

#[test]
fn states_are_compared_with_their_own_kind_and_carry_the_warm_up_of_the_layers() {
    let mut words = daily();
    for text in [
        "signal.composite == bullish and rotation != flight",
        "neutral <= signal.trend",
        "signal.trend > signal.composite",
        "count(signal.composite == bullish, 10) >= 5",
        "rising(signal.composite, 1)",
        "if(signal.repair, bullish, signal.composite) == bullish",
        "signal.size * 2 > 100%",
        "breadth50 > 50 and signal.divergence",
    ] {
        words
            .condition(text)
            .unwrap_or_else(|e| panic!("{text}: {e} {:?}", e.help));
    }
    let rule = words.condition("rotation == parity").unwrap();
    assert_eq!(words.program().warm_up(rule).bars, 62);
    let mut words = minutes();
    words.signal_warm_up(100);
    let rule = words.condition("rotation[2] == parity").unwrap();
    let warm_up = words.program().warm_up(rule);
    assert_eq!((warm_up.bars, warm_up.days), (2, 100));
}
