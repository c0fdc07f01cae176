//! Intraday bars meet their daily bars exactly, whatever those are.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use market::{Bars, Date, Interval, Origin, RawBars, Session, SessionTable};
use proptest::prelude::*;
use tape::synth::{Intraday, intraday};
use tape::{Contents, ImportOptions, Tape, TapeError};

/// 2018-11-19 to 12-07 holds Thanksgiving, a half day and the closure of 12-05.
fn sessions() -> Vec<Session> {
    let date = |month, day| Date::from_ymd_opt(2018, month, day).unwrap();
    let table = SessionTable::covering(date(11, 19), date(12, 7));
    let inside = |s: &&Session| (date(11, 19)..=date(12, 7)).contains(&s.date);
    table.as_slice().iter().filter(inside).copied().collect()
}

pub(crate) fn made(tape: &Tape, plan: &Intraday) -> Contents {
    intraday(tape, plan, 1, &AtomicBool::new(false))
        .unwrap()
        .contents
}

pub(crate) fn plan(symbols: &[&str], minutes: u16) -> Intraday {
    Intraday {
        symbols: symbols.iter().map(|s| (*s).to_owned()).collect(),
        interval: Interval::Minutes(minutes),
        from: None,
        to: None,
        seed: 7,
    }
}

pub(crate) fn bars<'a>(contents: &'a Contents, symbol: &str, interval: Interval) -> &'a RawBars {
    let found = contents
        .bars
        .iter()
        .find(|b| b.0 == symbol && b.1 == interval);
    &found.unwrap().2
}

fn tape_of(days: &[(&str, RawBars)]) -> (tempfile::TempDir, Tape) {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path().join("daily")).unwrap();
    let bars = days
        .iter()
        .map(|(symbol, raw)| ((*symbol).to_owned(), Interval::Day, raw.clone()));
    let contents = Contents {
        bars: bars.collect(),
        ..Contents::default()
    };
    tape.merge(&contents, "test", 0).unwrap();
    (folder, tape)
}

/// Daily bars from quadruples of prices, in cents, and volumes.
fn daily(rows: &[([u32; 4], f64)]) -> RawBars {
    let mut raw = RawBars::default();
    for (session, (prices, volume)) in sessions().iter().zip(rows) {
        let mut cents = *prices;
        cents.sort_unstable();
        let usd = |c: u32| f64::from(c) / 100.0;
        raw.start.push(session.open);
        // Which of the four comes where, but for the extremes, is the first one's affair.
        raw.open.push(usd(prices[0]));
        raw.close.push(usd(prices[1]));
        raw.high.push(usd(cents[3]));
        raw.low.push(usd(cents[0]));
        raw.volume.push(*volume);
    }
    raw
}

/// Every bar of a session against its daily bar.
fn check_exact(day: &RawBars, row: usize, bars: &Bars, rows: std::ops::Range<usize>) {
    let raw = bars.raw();
    let at = format!("{} row {row}", bars.symbol);
    assert!(!rows.is_empty(), "{at}");
    assert_eq!(raw.open[rows.start], day.open[row], "{at}");
    assert_eq!(raw.close[rows.end - 1], day.close[row], "{at}");
    let most = raw.high[rows.clone()]
        .iter()
        .copied()
        .fold(f64::MIN, f64::max);
    let least = raw.low[rows.clone()]
        .iter()
        .copied()
        .fold(f64::MAX, f64::min);
    assert_eq!((most, least), (day.high[row], day.low[row]), "{at}");
    assert_eq!(
        raw.volume[rows.clone()].iter().sum::<f64>(),
        day.volume[row],
        "{at}"
    );
    let cents = |price: &f64| (price * 100.0).round() / 100.0 == *price;
    let of_day = [&day.open, &day.high, &day.low, &day.close].map(|column| column[row]);
    let in_cents = of_day.iter().all(cents);
    for i in rows {
        let [o, h, l, c] = [raw.open[i], raw.high[i], raw.low[i], raw.close[i]];
        assert!(l <= o.min(c) && o.max(c) <= h, "{at}: {o} {h} {l} {c}");
        assert!(
            !in_cents || [o, h, l, c].iter().all(cents),
            "{at}: {o} {h} {l} {c}"
        );
        assert!(raw.volume[i] >= 0.0 && raw.volume[i].fract() == 0.0);
    }
}

/// Every session of `contents` against its daily bars, with the calendar's number of bars each.
pub(crate) fn check_all(contents: &Contents, symbol: &str, minutes: u16) {
    let day = bars(contents, symbol, Interval::Day);
    let dates: Vec<Date> = day
        .start
        .iter()
        .map(|t| t.exchange_date().unwrap())
        .collect();
    let table = SessionTable::covering(dates[0], dates[dates.len() - 1]);
    let interval = Interval::Minutes(minutes);
    let made = bars(contents, symbol, interval).clone();
    let made = Bars::new(symbol, interval, made, &table).unwrap();
    let mut seen = 0;
    for (row, date) in dates.iter().enumerate() {
        let rows = made.rows_between(*date, *date, &table);
        if rows.is_empty() {
            continue;
        }
        let session = table.get(table.on(*date).unwrap()).unwrap();
        let length = (session.close.micros() - session.open.micros()) / 60_000_000;
        assert_eq!(
            rows.len() as i64,
            (length + i64::from(minutes) - 1) / i64::from(minutes)
        );
        assert_eq!(made.start()[rows.start], session.open);
        assert_eq!(made.end()[rows.end - 1], session.close);
        seen += rows.len();
        check_exact(day, row, &made, rows);
    }
    assert_eq!(seen, made.len());
}

fn a_day() -> impl Strategy<Value = ([u32; 4], f64)> {
    let prices = prop_oneof![
        6 => prop::array::uniform4(9_500_u32..10_500),
        // Flat, one tick wide, open and close at the edges, a penny stock, and a wild day.
        1 => (1_u32..20_000).prop_map(|c| [c; 4]),
        1 => (1_u32..20_000).prop_map(|c| [c, c + 1, c, c + 1]),
        1 => (100_u32..20_000, 1_u32..500).prop_map(|(c, d)| [c, c + d, c, c + d]),
        1 => (501_u32..20_000, 1_u32..500).prop_map(|(c, d)| [c, c - d, c, c - d]),
        1 => (100_u32..20_000, 1_u32..90).prop_map(|(c, d)| [c, c, c + d, c - d]),
        1 => prop::array::uniform4(1_u32..10),
        1 => prop::array::uniform4(1_u32..1_000_000),
    ];
    let volume = prop_oneof![
        3 => (0_u32..1_000_000).prop_map(|lots| f64::from(lots) * 100.0),
        2 => (0_u32..2_000_000_000).prop_map(f64::from),
        1 => Just(0.0),
        1 => (1_u32..300).prop_map(f64::from),
    ];
    (prices, volume)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_day_is_met_at_every_interval(
        lead in prop::collection::vec(a_day(), 14),
        other in prop::collection::vec(a_day(), 9),
        seed: u64,
        minutes in prop::sample::select(vec![1_u16, 2, 5, 12, 15, 30, 60]),
    ) {
        // The other symbol lacks the last days, so that it is led on some and absent on others.
        let (_folder, tape) = tape_of(&[("AAA", daily(&lead)), ("BBB", daily(&other))]);
        let plan = Intraday { seed, ..plan(&["AAA", "BBB"], minutes) };
        let contents = made(&tape, &plan);
        prop_assert_eq!(&contents.origin, &Origin::Simulated { seed });
        check_all(&contents, "AAA", minutes);
        check_all(&contents, "BBB", minutes);
        // As many threads as sessions, and one: the same.
        let again = intraday(&tape, &plan, 14, &AtomicBool::new(false)).unwrap();
        prop_assert!(again.contents == contents);
        // A lead that lacks days leaves the other complete.
        let turned = made(&tape, &Intraday { seed, ..self::plan(&["BBB", "AAA"], minutes) });
        check_all(&turned, "AAA", minutes);
    }
}

#[test]
fn hundreds_stay_hundreds_in_every_bar() {
    let day = ([10_000, 10_050, 10_100, 9_950], 24_000_000.0);
    let (_folder, tape) = tape_of(&[("AAA", daily(&[day; 5]))]);
    let contents = made(&tape, &plan(&["AAA"], 5));
    let raw = bars(&contents, "AAA", Interval::Minutes(5));
    assert!(raw.volume.iter().all(|v| *v > 0.0 && v % 100.0 == 0.0));
    // Four full sessions and, on the fifth day, the 42 bars of a half day would be more than there are: 2018-11-19
    // to 21 and 26 are full, 23 is a half day.
    assert_eq!(raw.start.len(), 4 * 78 + 42);
}

#[test]
fn longer_bars_are_shorter_ones_put_together() {
    let tape = Tape::embedded();
    let within = |minutes| {
        let window = |day| Date::from_ymd_opt(2020, 3, day);
        let plan = Intraday {
            from: window(9),
            to: window(23),
            ..plan(&["IWM", "KRE"], minutes)
        };
        made(&tape, &plan)
    };
    let fine = within(1);
    for minutes in [5_u16, 30] {
        let coarse = within(minutes);
        for symbol in ["IWM", "KRE"] {
            let (one, many) = (
                bars(&fine, symbol, Interval::Minutes(1)),
                bars(&coarse, symbol, Interval::Minutes(minutes)),
            );
            let n = usize::from(minutes);
            assert_eq!(one.start.len(), many.start.len() * n);
            for (bar, at) in (0..one.start.len()).step_by(n).enumerate() {
                let of = |column: &[f64], pick: fn(f64, f64) -> f64| {
                    column[at..at + n].iter().copied().reduce(pick).unwrap()
                };
                assert_eq!(many.start[bar], one.start[at]);
                assert_eq!(many.open[bar], one.open[at]);
                assert_eq!(many.high[bar], of(&one.high, f64::max));
                assert_eq!(many.low[bar], of(&one.low, f64::min));
                assert_eq!(many.close[bar], one.close[at + n - 1]);
                assert_eq!(many.volume[bar], of(&one.volume, |a, b| a + b));
            }
        }
    }
}

#[test]
fn a_session_does_not_depend_on_the_range_nor_the_lead_on_its_followers() {
    let tape = Tape::embedded();
    let date = |month, day| Date::from_ymd_opt(2018, month, day);
    let long = made(
        &tape,
        &Intraday {
            from: date(10, 1),
            to: date(12, 31),
            ..plan(&["IWM", "SPY"], 5)
        },
    );
    let short = made(
        &tape,
        &Intraday {
            from: date(11, 26),
            to: date(11, 30),
            ..plan(&["IWM", "SPY"], 5)
        },
    );
    let alone = made(
        &tape,
        &Intraday {
            from: date(11, 26),
            to: date(11, 30),
            ..plan(&["IWM"], 5)
        },
    );
    let five = Interval::Minutes(5);
    for symbol in ["IWM", "SPY"] {
        let (long, short) = (bars(&long, symbol, five), bars(&short, symbol, five));
        let at = long
            .start
            .iter()
            .position(|t| *t == short.start[0])
            .unwrap();
        let rows = at..at + short.start.len();
        assert_eq!(short.start.len(), 5 * 78);
        assert_eq!(long.high[rows.clone()], short.high);
        assert_eq!(long.close[rows.clone()], short.close);
        assert_eq!(long.volume[rows], short.volume);
    }
    assert_eq!(bars(&alone, "IWM", five), bars(&short, "IWM", five));
    let other = made(
        &tape,
        &Intraday {
            seed: 8,
            from: date(11, 26),
            to: date(11, 30),
            ..plan(&["IWM"], 5)
        },
    );
    assert_ne!(
        bars(&other, "IWM", five).close,
        bars(&alone, "IWM", five).close
    );
}

#[test]
fn what_a_plan_needs_comes_along_and_all_of_it_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let target = Tape::open_or_new(folder.path()).unwrap();
    let window = |day| Date::from_ymd_opt(2020, 3, day);
    let plan = Intraday {
        from: window(9),
        to: window(23),
        ..plan(&["IWM", "KRE"], 5)
    };
    let made = intraday(&Tape::embedded(), &plan, 2, &AtomicBool::new(false)).unwrap();
    assert_eq!(
        made.source,
        "tape synth from simulated daily bars of seed 2018"
    );
    target.merge(&made.contents, &made.source, 0).unwrap();
    let entries = target.catalog().unwrap();
    // Two symbols' daily and 5-minute bars and dividends, ten series, five kinds of events.
    assert_eq!(entries.len(), 21);
    for entry in entries {
        assert_eq!(
            entry.origin,
            Origin::Simulated { seed: 7 },
            "{}",
            entry.path
        );
        assert_eq!(entry.source, made.source);
    }
}

#[test]
fn bars_in_todays_shares_stay_so() {
    let day = ([10_000, 10_050, 10_100, 9_950], 1_000_000.0);
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path()).unwrap();
    let both = ["AAA", "BBB"].map(|s| (s.to_owned(), Interval::Day, daily(&[day; 3])));
    let contents = Contents {
        bars: both.to_vec(),
        applied: vec!["BBB".to_owned()],
        ..Contents::default()
    };
    tape.merge(&contents, "test", 0).unwrap();
    assert_eq!(made(&tape, &plan(&["AAA", "BBB"], 15)).applied, ["BBB"]);
}

#[test]
fn nothing_simulated_enters_a_real_tape() {
    let day = ([10_000, 10_050, 10_100, 9_950], 1_000_000.0);
    let (_folder, tape) = tape_of(&[("AAA", daily(&[day; 3]))]);
    let made = intraday(&tape, &plan(&["AAA"], 15), 1, &AtomicBool::new(false)).unwrap();
    assert_eq!(made.source, "tape synth from real daily bars");
    let refused = tape.merge(&made.contents, &made.source, 0).unwrap_err();
    assert!(matches!(refused, TapeError::Mixed { .. }), "{refused}");
}

#[test]
fn a_plan_that_cannot_be_followed_says_why() {
    let tape = Tape::embedded();
    let refused = |plan: Intraday| {
        intraday(&tape, &plan, 1, &AtomicBool::new(false))
            .unwrap_err()
            .to_string()
    };
    let daily = Intraday {
        interval: Interval::Day,
        ..plan(&["IWM"], 5)
    };
    assert!(refused(daily).contains("name an interval from 1m to 1h"));
    assert!(refused(plan(&[], 5)).contains("no symbol is named"));
    assert!(refused(plan(&["IWM", "SPY", "IWM"], 5)).contains("IWM is named twice"));
    assert!(refused(plan(&["IWN"], 5)).contains("did you mean 1d bars of IWM?"));
    let late = Intraday {
        from: Date::from_ymd_opt(2030, 1, 1),
        ..plan(&["IWM"], 5)
    };
    assert!(refused(late).contains("no daily bar lies between the dates"));
    let stopped = intraday(&tape, &plan(&["IWM"], 5), 1, &AtomicBool::new(true)).unwrap_err();
    assert!(matches!(stopped, TapeError::Interrupted));
    let huge = ([10_000, 10_050, 10_100, 9_950], 1e16);
    let (_folder, tape) = tape_of(&[("AAA", self::daily(&[huge]))]);
    let refused = intraday(&tape, &plan(&["AAA"], 5), 1, &AtomicBool::new(false)).unwrap_err();
    assert!(refused.to_string().contains("more than 2^53"), "{refused}");
}

/// Daily bars of the real tape, some of them in fractions of a cent; skipped with a word where there is none.
#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn real_daily_bars_are_met_too() {
    let root = std::env::var_os("STORMPROOF_REAL_TAPE").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape"),
        PathBuf::from,
    );
    let files: Vec<PathBuf> = ["IWM", "KRE", "XBI"]
        .iter()
        .map(|s| root.join(format!("daily/{s}.csv")))
        .collect();
    if !files.iter().all(|file| file.is_file()) {
        eprintln!("skipped: no real tape (set STORMPROOF_REAL_TAPE)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path()).unwrap();
    let stop = AtomicBool::new(false);
    tape.import(&files, &ImportOptions::default(), &mut |_| {}, &stop)
        .unwrap();
    for (minutes, from) in [(60, 2016), (1, 2025)] {
        let from = Date::from_ymd_opt(from, 1, 1);
        let contents = made(
            &tape,
            &Intraday {
                from,
                ..plan(&["IWM", "KRE", "XBI"], minutes)
            },
        );
        for symbol in ["IWM", "KRE", "XBI"] {
            check_all(&contents, symbol, minutes);
        }
    }
}
