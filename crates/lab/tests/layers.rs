//! Words of the signal layers in plans: what they are worth on each clock, sizes by a quantity, and what is said of a tape that
//! lacks what they read.

use std::sync::Arc;

use engine::{Account, Feed, Ledger, Outcome, Pace, RejectReason, Window, replay};
use indicators::Mask;
use lab::{Override, Scenario};
use market::{Bars, Date, Interval, RawBars, SessionTable, Snapshot};
use signals::{Columns, Inputs, Layer, Profile, State};
use strategies::{Plan, Prepared};

const PLAN: &str = r#"
name = "layers"
strategy = "rules"
[instrument]
symbol = "IWM"
interval = "1d"
[entry]
when = "close < close[1]"
[exit]
stop_atr = 1.0
max_sessions = 2
[filters.any]
rule = "low > 0"
[filters.other]
rule = "high > 0"
"#;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// The simulated market: daily bars of IWM, SPY, KRE and their series.
fn snapshot() -> Snapshot {
    let contents = tape::synth::synthesise(2018);
    let sessions = SessionTable::covering(date("2016-07-01"), date("2023-12-29"));
    let bars = contents.bars.into_iter();
    let bars =
        bars.map(|(symbol, interval, raw)| Bars::new(&symbol, interval, raw, &sessions).unwrap());
    Snapshot {
        bars: bars.collect(),
        sessions,
        series: contents.series,
        dividends: contents.dividends,
        ..Snapshot::default()
    }
}

fn plan(extra: &str) -> Scenario {
    let text = format!("{PLAN}{extra}");
    Scenario::parse("plan.toml", &text, &[]).unwrap_or_else(|e| panic!("{e} {:?}", e.help))
}

fn prepared(scenario: &Scenario, snapshot: &Snapshot) -> Prepared {
    let bars = snapshot.bars_of("IWM", scenario.instrument.interval);
    scenario.rules().prepare(bars.unwrap(), snapshot)
}

fn columns(profile: &Profile, snapshot: &Snapshot) -> Columns {
    Columns::compute(profile, &Inputs::of_snapshot(profile, snapshot).unwrap())
}

/// Where a rule holds and where it is unknown, by way of a filter.
fn judged(rule: &str, extra: &str, snapshot: &Snapshot) -> (Mask, Mask) {
    let scenario = plan(&format!("[filters.layer]\nrule = \"{rule}\"\n{extra}"));
    let truth = &prepared(&scenario, snapshot).judged.filters["layer"].truth;
    (truth.held.clone(), truth.unknown())
}

/// What a rule should be on a row; `None` for unknown.
type Says<'a> = Box<dyn Fn(usize) -> Option<bool> + 'a>;

#[test]
fn words_are_what_the_columns_say_on_each_session() {
    let snapshot = snapshot();
    let columns = columns(&Profile::default(), &snapshot);
    let is = |states: Vec<Option<State>>, wanted: State| -> Says<'_> {
        Box::new(move |i| states[i].map(|state| state == wanted))
    };
    let cases: Vec<(&str, Says<'_>)> = vec![
        (
            "signal.composite == bullish",
            is(columns.composite().to_vec(), State::Bullish),
        ),
        (
            "signal.breadth == bearish",
            is(columns.state(Layer::Breadth).to_vec(), State::Bearish),
        ),
        (
            "signal.momentum == neutral",
            is(columns.state(Layer::Momentum).to_vec(), State::Neutral),
        ),
        (
            "rotation != flight",
            Box::new(|i| columns.rotation()[i].map(|r| r != signals::Rotation::Flight)),
        ),
        (
            "signal.divergence",
            Box::new(|i| columns.flag(signals::Flag::Divergence)[i]),
        ),
        (
            "signal.size > 0.5",
            Box::new(|i| Some(columns.size()[i].scale(&columns.profile().size) > 0.5)),
        ),
    ];
    for (rule, says) in cases {
        let (held, unknown) = judged(rule, "", &snapshot);
        assert_eq!(held.len(), columns.len());
        let (mut yes, mut no) = (0, 0);
        for i in 0..columns.len() {
            let expected = says(i);
            assert_eq!(held.get(i), expected == Some(true), "{rule} on row {i}");
            assert_eq!(unknown.get(i), expected.is_none(), "{rule} on row {i}");
            yes += usize::from(expected == Some(true));
            no += usize::from(expected == Some(false));
        }
        // A rule that always or never held would prove nothing.
        assert!(yes > 50 && no > 50, "{rule}: {yes} and {no}");
    }
}

#[test]
fn a_profile_of_the_plan_is_what_its_words_go_by() {
    let snapshot = snapshot();
    let profile = "[signals.rotation]\nsessions = 5\nleadership_pct = 1.0\n";
    let (held, _) = judged("rotation == leadership", profile, &snapshot);
    let mut own = Profile::default();
    own.rotation.sessions = 5;
    own.rotation.leadership_pct = 1.0;
    let columns = columns(&own, &snapshot);
    let leads = |i| columns.rotation()[i] == Some(signals::Rotation::Leadership);
    assert_eq!(held, Mask::from_fn(columns.len(), leads));
    assert_ne!(held, judged("rotation == leadership", "", &snapshot).0);
}

/// Bars of half an hour of every session, each opening at the session's open price and closing at its close.
fn half_hours(daily: &Bars, sessions: &SessionTable) -> Bars {
    let mut raw = RawBars::default();
    for row in 0..daily.len() {
        let session = sessions.get(daily.session()[row] as usize).unwrap();
        let minutes = (session.close.micros() - session.open.micros()) / 60_000_000;
        for half in 0..minutes / 30 {
            raw.start.push(session.open.plus_minutes(30 * half));
            raw.open.push(daily.open()[row]);
            raw.high.push(daily.high()[row]);
            raw.low.push(daily.low()[row]);
            raw.close.push(daily.close()[row]);
            raw.volume.push(1.0);
        }
    }
    Bars::new("IWM", Interval::Minutes(30), raw, sessions).unwrap()
}

#[test]
fn within_the_session_layers_are_those_of_the_last_complete_one() {
    let mut snapshot = snapshot();
    let daily = snapshot.bars_of("IWM", Interval::Day).unwrap().clone();
    snapshot.bars.push(half_hours(&daily, &snapshot.sessions));
    let columns = columns(&Profile::default(), &snapshot);
    let scenario = plan("[filters.layer]\nrule = \"signal.trend == bullish\"\n");
    let text = format!("{PLAN}[filters.layer]\nrule = \"signal.trend == bullish\"\n");
    let sets = ["instrument.interval=30m"];
    let sets: Vec<Override> = sets.iter().map(|set| set.parse().unwrap()).collect();
    let within = Scenario::parse("plan.toml", &text, &sets).unwrap();
    assert_eq!(scenario.written.warm_up().bars, 62);
    assert_eq!(within.written.warm_up().days, 62);
    let bars = snapshot.bars_of("IWM", Interval::Minutes(30)).unwrap();
    let prepared = prepared(&within, &snapshot);
    let held = &prepared.judged.filters["layer"].truth.held;
    let first = daily.session()[0];
    let mut at_the_close = 0;
    for row in 0..bars.len() {
        let session = snapshot.sessions.get(bars.session()[row] as usize).unwrap();
        let own = (bars.session()[row] - first) as usize;
        let complete = bars.end()[row] == session.close;
        at_the_close += usize::from(complete);
        let seen = if complete {
            Some(own)
        } else {
            own.checked_sub(1)
        };
        let state = seen.and_then(|day| columns.state(Layer::Trend)[day]);
        assert_eq!(held.get(row), state == Some(State::Bullish), "row {row}");
    }
    assert!(at_the_close > 0);
}

fn played(scenario: &Scenario, snapshot: &Snapshot) -> (Ledger, Arc<Prepared>) {
    let bars = snapshot.bars_of("IWM", Interval::Day).unwrap();
    let (rules, prepared) = (scenario.rules(), prepared(scenario, snapshot));
    let feed = Feed::single(bars, &snapshot.sessions)
        .unwrap()
        .with_atr(0, &prepared.atr);
    let window = Window::between(&feed, date("2017-01-03"), date("2023-12-28")).unwrap();
    let account = Account::default();
    let mut plan = Plan::new(&rules, &prepared, 0);
    let ledger = replay(&feed, &account, window, &mut plan, Pace::Jump);
    let mut plan = Plan::new(&rules, &prepared, 0);
    let visited = replay(&feed, &account, window, &mut plan, Pace::Visit);
    assert_eq!(ledger, visited);
    (ledger, Arc::new(prepared))
}

#[test]
fn a_size_by_the_layers_is_full_half_or_none() {
    let snapshot = snapshot();
    let scenario = plan("[overlays.layers]\nsize_by = \"signal.size\"\n");
    let (ledger, prepared) = played(&scenario, &snapshot);
    let columns = columns(&Profile::default(), &snapshot);
    let (mut full, mut half, mut none) = (0, 0, 0);
    for setup in &ledger.setups {
        let scale = columns.size()[setup.slot].scale(&columns.profile().size);
        assert_eq!(setup.overlaid.size_scale.to_bits(), scale.to_bits());
        match setup.outcome {
            Outcome::Rejected(RejectReason::SizedToNone) => {
                assert_eq!(scale.to_bits(), 0.0_f64.to_bits());
                none += 1;
            }
            Outcome::Entered => {
                // Risk of 0.5 % of equity over one ATR, floored, then scaled and floored again.
                let atr = prepared.atr.get(setup.slot).unwrap();
                let order = setup.order_id.unwrap();
                let fill = ledger.fills.iter().find(|f| f.order_id == order).unwrap();
                assert!(scale > 0.0 && fill.quantity > 0 && atr > 0.0);
                if scale < 1.0 { half += 1 } else { full += 1 }
            }
            _ => {}
        }
    }
    assert!(full > 5 && half > 5 && none > 5, "{full} {half} {none}");
    let (whole, _) = played(&plan(""), &snapshot);
    let first = |ledger: &Ledger, slot: usize| {
        let setup = ledger.setups.iter().find(|s| s.slot == slot)?;
        let order = setup.order_id?;
        let fill = ledger.fills.iter().find(|f| f.order_id == order)?;
        Some(fill.quantity)
    };
    // Until the first halved entry both accounts hold the same money, and so the same whole size.
    let halved = ledger
        .setups
        .iter()
        .find(|s| s.outcome == Outcome::Entered && (s.overlaid.size_scale - 0.5).abs() < 1e-12);
    let slot = halved.unwrap().slot;
    if let (Some(half), Some(whole)) = (first(&ledger, slot), first(&whole, slot)) {
        assert!(half.abs_diff(whole / 2) <= whole / 20, "{half} of {whole}");
    }
}

#[test]
fn where_the_size_is_unknown_the_plan_stands_aside() {
    let mut snapshot = snapshot();
    snapshot.bars.retain(|bars| bars.symbol == "IWM");
    let scenario = plan("[overlays.layers]\nsize_by = \"if(rotation == flight, 0.5, 1)\"\n");
    let (ledger, _) = played(&scenario, &snapshot);
    assert!(ledger.trades.is_empty());
    for setup in &ledger.setups {
        assert_eq!(setup.outcome, Outcome::Rejected(RejectReason::SizedToNone));
        assert_eq!((setup.overlaid.unknown, setup.overlaid.active), (1, 0));
    }
    assert!(ledger.setups.len() > 100);
}

/// The message and the help of what is refused.
fn refused(extra: &str) -> String {
    let text = format!("{PLAN}{extra}");
    let error = Scenario::parse("plan.toml", &text, &[]).map(|_| panic!("taken:\n{extra}"));
    let error = error.unwrap_err();
    format!("{error} / {}", error.help.clone().unwrap_or_default())
}

#[test]
fn what_makes_no_sense_is_refused_at_its_place() {
    for (extra, words) in [
        (
            "[overlays.x]\nsize_by = \"signal.composite\"\n",
            "a state (bearish, neutral, bullish)",
        ),
        ("[overlays.x]\nsize_by = \"0.5\"\n", "the same on every bar"),
        ("[overlays.x]\nsize_by = \"close\"\n", "a price"),
        (
            "[overlays.x]\nsize_by = \"signal.size\"\nsize = 0.5\n",
            "`size` goes with overlays that apply at times",
        ),
        (
            "[overlays.x]\nsize_by = \"signal.size\"\nwhen = \"close > 3\"\n",
            "`when` goes with",
        ),
        (
            "[overlays.x]\nsize_by = \"signal.sise\"\n",
            "did you mean `size`",
        ),
        ("[overlays.x]\nsize_by = \"\"\n", "empty"),
        (
            "[signals]\nbenchmrk = \"SPY\"\n",
            "did you mean `benchmark`",
        ),
        (
            "[signals.trend]\nfast_sessions = 0\n",
            "`signals.trend.fast_sessions` is 0",
        ),
        ("[signals.trend]\nfast_sessions = 80\n", "fewer than"),
        ("[signals]\nbenchmark = \"IWM\"\n", "another symbol"),
        ("[let]\nneutral = 3\n", "means something in rules already"),
    ] {
        let said = refused(extra);
        assert!(said.contains(words), "{extra}\n{said}");
        assert!(said.contains("plan.toml:"), "{said}");
    }
}
