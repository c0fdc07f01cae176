//! Events, hours and overlays in a plan: by hand on made-up bars.

use engine::{Account, Costs, Feed, Ledger, Outcome, Overlaid, Pace, Window, replay};
use lab::{Override, Scenario};
use market::{Bars, Date, Event, Interval, RawBars, SessionTable, Snapshot};
use strategies::{Plan, Prepared};

use crate::made::{PLAN, date};

fn event(on: &str, scheduled: bool) -> Event {
    Event {
        date: date(on),
        time_et_minutes: Some(14 * 60),
        label: "made up".to_owned(),
        scheduled,
        basis: None,
    }
}

/// June and July 2020: closes of 100 and 98 in turn, from Monday the 1st on, in a range of 97.5 to 100.5.
fn snapshot(events: &[(&str, &[Event])]) -> Snapshot {
    let sessions = SessionTable::covering(date("2020-06-01"), date("2020-07-31"));
    let rows = sessions.on_or_after(date("2020-06-01"))..sessions.on_or_after(date("2020-08-01"));
    let n = rows.len();
    let raw = RawBars {
        start: sessions.as_slice()[rows].iter().map(|s| s.open).collect(),
        open: vec![99.0; n],
        high: vec![100.5; n],
        low: vec![97.5; n],
        close: (0..n)
            .map(|i| if i % 2 == 0 { 100.0 } else { 98.0 })
            .collect(),
        volume: vec![1.0; n],
    };
    let own = |(kind, events): &(&str, &[Event])| ((*kind).to_owned(), events.to_vec());
    Snapshot {
        bars: vec![Bars::new("IWM", Interval::Day, raw, &sessions).unwrap()],
        sessions,
        events: events.iter().map(own).collect(),
        ..Snapshot::default()
    }
}

fn plan(extra: &str) -> Scenario {
    Scenario::parse("plan.toml", &format!("{PLAN}{extra}"), &[]).unwrap_or_else(|e| panic!("{e}"))
}

fn prepared(scenario: &Scenario, snapshot: &Snapshot) -> Prepared {
    let bars = snapshot.bars_of("IWM", Interval::Day).unwrap();
    scenario.rules().prepare(bars, snapshot)
}

fn played(scenario: &Scenario, snapshot: &Snapshot, from: &str) -> Ledger {
    let bars = snapshot.bars_of("IWM", Interval::Day).unwrap();
    let (rules, prepared) = (scenario.rules(), prepared(scenario, snapshot));
    let feed = Feed::single(bars, &snapshot.sessions)
        .unwrap()
        .with_atr(0, &prepared.atr);
    let account = Account {
        costs: Costs {
            commission_per_share_usd: 0.0,
            commission_min_usd: 0.0,
            slippage_bps: 0.0,
            ..Costs::default()
        },
        ..Account::default()
    };
    let window = Window::between(&feed, date(from), date("2020-07-30")).unwrap();
    let mut plan = Plan::new(&rules, &prepared, 0);
    let ledger = replay(&feed, &account, window, &mut plan, Pace::Jump);
    let mut plan = Plan::new(&rules, &prepared, 0);
    assert_eq!(
        ledger,
        replay(&feed, &account, window, &mut plan, Pace::Visit)
    );
    ledger
}

/// What became of the setup on a day, and what overlays did to it; `None` without a setup.
fn on(ledger: &Ledger, day: &str) -> Option<(Outcome, Overlaid)> {
    let of_day = |setup: &&engine::Setup| setup.time.exchange_date() == Some(date(day));
    let setup = ledger.setups.iter().find(of_day)?;
    Some((setup.outcome, setup.overlaid))
}

const FOMC: &str = "[overlays.fomc]\nevent = \"fomc\"\nsessions_before = 1\nsessions_after = 2\n";

/// Tuesdays and Thursdays of the first week, Mondays, Wednesdays and Fridays of the second are setups, and so on in turn.
#[test]
fn a_filter_stands_aside_around_its_events_and_says_so() {
    // Wednesday, June 10th; one session before it is Tuesday, one after Thursday. 98 on 2, 4, 8, 10, 12 June, 16 …
    let record = [
        event("2020-05-13", true),
        event("2020-06-10", true),
        event("2020-07-22", true),
    ];
    let scenario =
        plan("[filters.fomc]\nevent = \"fomc\"\nsessions_before = 2\nsessions_after = 2\n");
    let ledger = played(&scenario, &snapshot(&[("fomc", &record)]), "2020-06-02");
    let vetoed = Some(Outcome::Vetoed { criterion: 3 });
    let outcome = |day: &str| on(&ledger, day).map(|(outcome, _)| outcome);
    assert_eq!(outcome("2020-06-04"), Some(Outcome::Entered));
    assert_eq!(outcome("2020-06-08"), vetoed, "two sessions before");
    assert_eq!(outcome("2020-06-10"), vetoed, "the day itself");
    assert_eq!(outcome("2020-06-12"), vetoed, "two sessions after");
    assert_eq!(outcome("2020-06-16"), Some(Outcome::Entered));
    let prepared = prepared(&scenario, &snapshot(&[("fomc", &record)]));
    assert_eq!(
        prepared.checklist.criteria()[3].name,
        "clear of fomc (2 before, 2 after)"
    );
    // The record ends on July 22nd: two sessions later the filter is unknown, and forbids.
    let last = ledger
        .setups
        .iter()
        .rfind(|s| s.time.exchange_date() > Some(date("2020-07-24")));
    let last = last.unwrap();
    assert_eq!(last.outcome, Outcome::Vetoed { criterion: 3 });
    assert_eq!(last.unknown, 1 << 3);
}

#[test]
fn an_overlay_halves_the_shares_and_the_log_says_so() {
    // Equity 100,000 × 0.5 % = 500 at risk over a stop of 1 ATR = 100.5 − 97.5 = 3: 166 shares; half of them are 83.
    let record = [
        event("2020-05-13", true),
        event("2020-06-04", true),
        event("2020-07-22", true),
    ];
    let scenario = plan(&format!("{FOMC}size = 0.5\n"));
    let market = snapshot(&[("fomc", &record)]);
    let ledger = played(&scenario, &market, "2020-06-04");
    assert_eq!(ledger.trades[0].quantity, 83);
    let (outcome, overlaid) = on(&ledger, "2020-06-04").unwrap();
    let expected = Overlaid {
        active: 1,
        size_scale: 0.5,
        ..Overlaid::default()
    };
    assert_eq!((outcome, overlaid), (Outcome::Entered, expected));
    // Bought at 99, sold at the close of 100: 100,083 × 0.5 % ÷ 3 = 166.8 shares, and the 8th is two sessions after: half.
    let (_, overlaid) = on(&ledger, "2020-06-08").unwrap();
    assert_eq!(
        overlaid,
        Overlaid {
            after: 1,
            size_scale: 0.5,
            ..Overlaid::default()
        }
    );
    assert_eq!(ledger.trades[1].quantity, 83);
    // Then 100,166: 166.9, and no overlay.
    assert_eq!(on(&ledger, "2020-06-10").unwrap().1, Overlaid::default());
    assert_eq!(ledger.trades[2].quantity, 166);
}

#[test]
fn overlays_that_meet_multiply() {
    let fomc = [
        event("2020-05-13", true),
        event("2020-06-04", true),
        event("2020-07-22", true),
    ];
    let cpi = [
        event("2020-05-12", true),
        event("2020-06-05", true),
        event("2020-07-14", true),
    ];
    let scenario = plan(&format!(
        "{FOMC}size = 0.5\n[overlays.cpi]\nevent = \"cpi\"\nsessions_before = 1\nsize = 0.5\n[overlays.low]\nwhen = \"close < 99\"\nsize = 0.8\n"
    ));
    let ledger = played(
        &scenario,
        &snapshot(&[("fomc", &fomc), ("cpi", &cpi)]),
        "2020-06-04",
    );
    // In order of their names: cpi is bit 0, fomc bit 1, low bit 2. 166 × 0.2 = 33.2.
    let (_, overlaid) = on(&ledger, "2020-06-04").unwrap();
    assert_eq!(overlaid.active, 0b111);
    assert!((overlaid.size_scale - 0.2).abs() < 1e-12);
    assert_eq!(ledger.trades[0].quantity, 33);
}

#[test]
fn thresholds_are_tightened_before_and_widened_after() {
    let record = [
        event("2020-05-13", true),
        event("2020-06-10", true),
        event("2020-07-22", true),
    ];
    let market = snapshot(&[("fomc", &record)]);
    // Every fall is 2 %. 1.5 % × 1.4 = 2.1 %: none from the 9th to the 10th. The 12th is after.
    let scenario = plan(&format!("{FOMC}threshold = 1.4\nthreshold_after = 0.8\n"));
    let ledger = played(&scenario, &market, "2020-06-02");
    assert!(on(&ledger, "2020-06-08").is_some());
    assert!(
        on(&ledger, "2020-06-10").is_none(),
        "2 % is not beyond 2.1 %"
    );
    let (outcome, overlaid) = on(&ledger, "2020-06-12").unwrap();
    assert_eq!((outcome, overlaid.after), (Outcome::Entered, 1));
    let kept_out = prepared(&scenario, &market).tightened_out.unwrap();
    let bars = market.bars_of("IWM", Interval::Day).unwrap();
    let days: Vec<Date> = kept_out
        .ones()
        .map(|i| bars.end()[i].exchange_date().unwrap())
        .collect();
    // The 21st of July is one session before, and behind the 24th nobody knows: tightened.
    assert_eq!(
        days,
        [
            date("2020-06-10"),
            date("2020-07-21"),
            date("2020-07-27"),
            date("2020-07-29"),
            date("2020-07-31")
        ]
    );
    // A plan that asks for more than it gets has setups after its events alone: 2.4 % × 0.8 = 1.92 %.
    let asks = PLAN.replace("0.015", "0.024");
    let scenario =
        Scenario::parse("p", &format!("{asks}{FOMC}threshold_after = 0.8\n"), &[]).unwrap();
    let ledger = played(&scenario, &market, "2020-06-02");
    let days: Vec<Date> = ledger
        .setups
        .iter()
        .filter_map(|s| s.time.exchange_date())
        .collect();
    assert_eq!(days, [date("2020-06-12"), date("2020-07-23")]);
}

#[test]
fn a_surprise_changes_nothing_before_it_happens() {
    let record = [
        event("2020-05-13", true),
        event("2020-07-22", true),
        event("2020-06-10", false),
    ];
    let scenario = plan(
        "[overlays.fomc]\nevent = \"fomc\"\nsessions_before = 5\nsessions_after = 1\nsize = 0.5\n",
    );
    let ledger = played(&scenario, &snapshot(&[("fomc", &record)]), "2020-06-02");
    assert_eq!(on(&ledger, "2020-06-08").unwrap().1, Overlaid::default());
    assert_eq!(
        on(&ledger, "2020-06-10").unwrap().1.active,
        1,
        "at 14:00, before the close"
    );
    assert_eq!(on(&ledger, "2020-06-12").unwrap().1, Overlaid::default());
}

#[test]
fn where_nobody_can_tell_an_overlay_is_cautious() {
    let scenario = plan(&format!(
        "{FOMC}size = 0.5\nsize_after = 2.0\nthreshold_after = 0.5\n"
    ));
    let ledger = played(
        &scenario,
        &snapshot(&[("fomc", &[event("2020-05-13", true)])]),
        "2020-06-02",
    );
    let (_, overlaid) = on(&ledger, "2020-06-10").unwrap();
    assert_eq!(
        overlaid,
        Overlaid {
            unknown: 1,
            size_scale: 0.5,
            ..Overlaid::default()
        }
    );
}

#[test]
fn weekdays_are_those_of_the_decision() {
    let scenario = plan("[filters.friday]\nblackout_weekdays = [\"friday\", \"tuesday\"]\n");
    let ledger = played(&scenario, &snapshot(&[]), "2020-06-02");
    let vetoed = Outcome::Vetoed { criterion: 3 };
    // Tuesday the 2nd, Thursday the 4th, Friday the 12th.
    assert_eq!(on(&ledger, "2020-06-02").unwrap().0, vetoed);
    assert_eq!(on(&ledger, "2020-06-04").unwrap().0, Outcome::Entered);
    assert_eq!(on(&ledger, "2020-06-12").unwrap().0, vetoed);
    let prepared = prepared(&scenario, &snapshot(&[]));
    assert_eq!(
        prepared.checklist.criteria()[3].name,
        "not on friday, tuesday"
    );
}

#[test]
fn ratios_and_spreads_are_filters_by_a_rule() {
    use market::{Known, Series};
    let mut market = snapshot(&[]);
    let own = market.bars[0].clone();
    let close = |symbol: &str, close: fn(usize) -> f64| {
        let mut raw = own.raw().clone();
        let n = raw.start.len();
        raw.close = (0..n).map(close).collect();
        (raw.open, raw.low, raw.high) = (raw.close.clone(), raw.close.clone(), raw.close.clone());
        Bars::new(symbol, Interval::Day, raw, &market.sessions).unwrap()
    };
    // HYG over LQD falls through 0.64 on row 7: 80 − 0.1 i over 124. XBI falls 2 % on row 9 alone.
    market.bars.extend([
        close("HYG", |i| 80.0 - 0.1 * i as f64),
        close("LQD", |_| 124.0),
        close("XBI", |i| if i < 9 { 100.0 } else { 98.0 }),
    ]);
    let dates: Vec<Date> = own
        .end()
        .iter()
        .map(|end| end.exchange_date().unwrap())
        .collect();
    let rate = |name: &str, value: fn(usize) -> f64| Series {
        name: name.to_owned(),
        known: Known::NextSession,
        date: dates.clone(),
        value: (0..dates.len()).map(value).collect(),
    };
    // The curve is inverted from row 3's date on, which is known a session later.
    market.series = vec![
        rate("DGS10", |_| 0.7),
        rate("DGS2", |i| if i < 3 { 0.2 } else { 0.8 }),
    ];
    let scenario = plan(
        "[filters.credit]\nrule = \"HYG.close / LQD.close >= 0.64\"\n[filters.curve]\nrule = \"DGS10 - DGS2 > 0\"\n[filters.biotech]\nrule = \"XBI.change > -1.5%\"\n",
    );
    let prepared = prepared(&scenario, &market);
    let held = |name: &str| -> Vec<bool> {
        let criterion = prepared
            .checklist
            .criteria()
            .iter()
            .find(|c| c.name.contains(name));
        (0..11).map(|i| criterion.unwrap().held.get(i)).collect()
    };
    let rows = |fails: &[usize]| -> Vec<bool> { (0..11).map(|i| !fails.contains(&i)).collect() };
    // 80 − 0.6 = 79.4 over 124 is 0.6403; 79.3 over 124 is 0.6395.
    assert_eq!(held("HYG"), rows(&[7, 8, 9, 10]));
    // On row 0 nothing was published yet; row 4 sees row 3's.
    assert_eq!(held("DGS10"), rows(&[0, 4, 5, 6, 7, 8, 9, 10]));
    // Row 0 has no session before.
    assert_eq!(held("XBI"), rows(&[0, 9]));
}

#[test]
fn overlays_are_overridden_by_their_paths_and_shown_resolved() {
    let text = format!("{PLAN}{FOMC}size = 0.5\n");
    let set: Override = "overlays.fomc.size=0.25".parse().unwrap();
    let scenario = Scenario::parse("p", &text, &[set]).unwrap();
    let shown = serde_json::to_value(&scenario).unwrap();
    assert_eq!(shown["overlays"]["fomc"]["size"], 0.25);
    assert_eq!(shown["overlays"]["fomc"]["events"][0], "fomc");
    let plain = serde_json::to_value(plan("")).unwrap();
    assert!(plain.get("overlays").is_none());
}
