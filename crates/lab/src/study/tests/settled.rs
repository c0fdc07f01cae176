//! Claims on the embedded tape: what can be said of them and what not.

use std::sync::atomic::AtomicBool;

use tape::Tape;

use super::*;

fn settle(claims: &[Claim], change: impl FnOnce(&mut StudyOptions<'_>)) -> Result<Study, Error> {
    static STOP: AtomicBool = AtomicBool::new(false);
    let mut options = StudyOptions {
        from: None,
        to: None,
        resamples: 300,
        seed: 1,
        threads: 1,
        stop: &STOP,
    };
    change(&mut options);
    study(claims, &Tape::embedded(), &options)
}

fn one(text: &str) -> Judged {
    let study = settle(&[parse(text).unwrap()], |_| ()).unwrap();
    study.claims.into_iter().next().unwrap()
}

#[test]
fn what_cannot_be_tested_says_why() {
    let never = one(&with("close > close[1]", "close < 0.01"));
    assert_eq!(
        (never.verdict, &never.why),
        (ClaimVerdict::TooFew, &Why::FewEvents)
    );
    assert_eq!(never.figures.unwrap().events, 0);
    let always = one(&with("close > close[1]", "close > 0.01")
        .replace("[outcome]", "every_bar = true\n[outcome]"));
    assert_eq!(
        (always.verdict, &always.why),
        (ClaimVerdict::TooFew, &Why::FewControls)
    );
    let empty = one(&format!("{RISES}[control]\nwhen = \"close < 0.01\"\n"));
    assert_eq!(
        (empty.verdict, &empty.why),
        (ClaimVerdict::TooFew, &Why::FewControls)
    );
    let same = one(&format!("{RISES}[control]\nwhen = \"close[1] < close\"\n"));
    assert_eq!(
        (same.verdict, &same.why),
        (ClaimVerdict::Unknown, &Why::SameBars)
    );
    let signs = one(&with("[event]", "effect = \"ratio\"\n[event]"));
    assert_eq!(signs.why, Why::Undefined(Undefined::BothSigns));
    assert_eq!(signs.figures.unwrap().effect, None, "no ratio is shown");
    let zero = with("[event]", "effect = \"ratio\"\n[event]")
        .replace("close / close[2] - 1", "close - close");
    assert_eq!(one(&zero).why, Why::Undefined(Undefined::ZeroMean));
    let long = one(&with("horizon_bars = 2", "horizon_bars = 9999"));
    assert!(
        matches!(&long.why, Why::Lacks(why) if why.contains("the horizon is 9999 bars")),
        "{:?}",
        long.why
    );
    let lacks = one(&with(
        "close > close[1]",
        "close > 1 and near(\\\"eclipse\\\", 0, 0)",
    ));
    assert_eq!(lacks.verdict, ClaimVerdict::Unknown);
    assert!(
        matches!(&lacks.why, Why::Lacks(why) if why.contains("no events of the kind eclipse")),
        "{:?}",
        lacks.why
    );
    let series = one(&with("close > close[1]", "MOVE > 100 and GOLD.close > 1"));
    let Why::Lacks(why) = series.why else {
        panic!("{:?}", series.why)
    };
    assert_eq!(why, "the tape embedded has no bars of GOLD, no series MOVE");
}

#[test]
fn requests_that_make_no_sense() {
    let claim = || parse(RISES).unwrap();
    let refused = |claims: &[Claim], change: fn(&mut StudyOptions<'_>)| match settle(claims, change)
    {
        Err(Error::Fit { message, .. }) => message,
        other => panic!("{other:?}"),
    };
    assert!(refused(&[], |_| ()).contains("no claim"));
    assert!(refused(&[claim(), claim()], |_| ()).contains("two claims are called rises"));
    assert!(refused(&[claim()], |o| o.resamples = 0).starts_with("0 resamples"));
    assert!(refused(&[claim()], |o| o.resamples = 99).starts_with("99 resamples"));
    assert!(refused(&[claim()], |o| o.resamples = 2_000_000).contains("100 to 1,000,000"));
    let upside_down = |o: &mut StudyOptions<'_>| {
        o.from = Some(day("2020-01-02"));
        o.to = Some(day("2019-01-02"));
    };
    assert!(refused(&[claim()], upside_down).contains("is after"));
    let early = settle(&[claim()], |o| o.to = Some(day("1990-01-02"))).unwrap();
    assert_eq!(early.claims[0].verdict, ClaimVerdict::Unknown);
    // Eight claims: the least corrected p-value is 8 ÷ 101.
    let eight: Vec<Claim> = (0..8)
        .map(|n| with("name = \"rises\"", &format!("name = \"rises-{n}\"")))
        .map(|text| parse(&text).unwrap())
        .collect();
    let few = settle(&eight, |o| o.resamples = 100).unwrap();
    assert!(
        few.warnings[0].contains("cannot support any"),
        "{:?}",
        few.warnings
    );
}

#[test]
fn neither_threads_nor_company_change_what_is_said() {
    let falls = with("name = \"rises\"", "name = \"falls\"")
        .replace("close > close[1]", "close < close[1]");
    let (rises, falls) = (parse(RISES).unwrap(), parse(&falls).unwrap());
    let alone = settle(std::slice::from_ref(&rises), |_| ()).unwrap();
    let both = settle(&[falls, rises.clone()], |o| o.threads = 3).unwrap();
    let plain = |judged: &Judged| Figures {
        p_corrected: None,
        ..judged.figures.clone().unwrap()
    };
    assert_eq!(plain(&alone.claims[0]), plain(&both.claims[1]));
    let p = alone.claims[0].figures.as_ref().unwrap();
    assert_eq!(p.p, p.p_corrected, "a claim alone needs no correction");
    let other = settle(&[rises], |o| o.seed = 2).unwrap();
    assert_ne!(plain(&alone.claims[0]).low, plain(&other.claims[0]).low);
    assert_eq!(
        plain(&alone.claims[0]).effect,
        plain(&other.claims[0]).effect
    );
}

#[test]
fn trades_are_sorted_by_what_was_so_at_their_decision() {
    // The plan enters after three lower closes, so at the decision the last close is lower: all trades are events, none a control.
    let text = |when: &str, rest: &str| {
        format!(
            "name = \"t\"\nclaim = \"c\"\neffect = \"mean\"\nmin_events = 5\n[trades]\nscenario = \"mean-reversion\"\n{rest}[event]\nwhen = \"{when}\"\n[outcome]\nof_trade = \"lost\"\n[expect]\ndirection = \"above\"\nthan = 0.1\n"
        )
    };
    let falling = one(&text("falling(close, 3) and roc(3) < -2.5%", ""));
    let all = falling.figures.unwrap();
    assert!(all.events > 10, "{all:?}");
    let rising = one(&text("close > close[1]", ""));
    assert_eq!(rising.figures.unwrap().events, 0);
    // A bar later some have risen and some not; trades that were over by then are told.
    let later = one(&text("close > close[1]", "after_bars = 1\n"));
    let not = one(&text("close <= close[1]", "after_bars = 1\n"));
    let (later_count, not_count) = (later.figures.unwrap().events, not.figures.unwrap().events);
    assert!(later_count > 0 && not_count > 0 && later_count + not_count <= all.events);
    let told = later
        .notes
        .iter()
        .find_map(|note| note.strip_suffix(" trades were over before the event could be judged"));
    let over: usize = told.map_or(0, |note| note.split(' ').next().unwrap().parse().unwrap());
    assert_eq!(later_count + not_count + over, all.events);
    assert!(
        falling
            .happenings
            .windows(2)
            .all(|pair| pair[0].time < pair[1].time)
    );
}
