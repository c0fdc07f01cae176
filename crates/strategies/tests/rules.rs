//! Rules on bars: what blocks, masks and shared columns come to is what a plain reading of each row comes to.

use indicators::{Indicator as _, SplitBasis};
use language::{ArithOp, CompareOp, Field, Leaf, MathOp, NodeId, Op, Program, Words};
use market::{Bars, Date, Event, Interval, Known, RawBars, Series, SessionTable, Snapshot, Split};
use proptest::prelude::*;
use strategies::Clock;
use strategies::rules::{Evaluation, Judged};

fn day(nth: usize) -> Date {
    let mut date = Date::from_ymd_opt(2020, 1, 2).unwrap();
    for _ in 0..nth {
        date = date.succ_opt().unwrap();
    }
    date
}

/// Daily bars of consecutive sessions from 2020-01-02 on; rows of open, high, low, close, volume.
fn daily(symbol: &str, rows: &[[f64; 5]], sessions: &SessionTable) -> Bars {
    let column = |field: usize| rows.iter().map(|row| row[field]).collect::<Vec<_>>();
    let first = sessions.on_or_after(day(0));
    let start = (0..rows.len()).map(|row| sessions.get(first + row).unwrap().open);
    let raw = RawBars {
        start: start.collect(),
        open: column(0),
        high: column(1),
        low: column(2),
        close: column(3),
        volume: column(4),
    };
    Bars::new(symbol, Interval::Day, raw, sessions).unwrap()
}

/// Bars whose prices are `closes`, opening at the close before.
fn closing(symbol: &str, closes: &[f64], sessions: &SessionTable) -> Bars {
    let rows: Vec<[f64; 5]> = closes
        .iter()
        .enumerate()
        .map(|(i, &close)| {
            let open = if i == 0 { close } else { closes[i - 1] };
            let volume = 1000.0 + 100.0 * ((i * 7) % 5) as f64;
            [
                open,
                open.max(close) + 0.5,
                open.min(close) - 0.5,
                close,
                volume,
            ]
        })
        .collect();
    daily(symbol, &rows, sessions)
}

fn table() -> SessionTable {
    SessionTable::covering(day(0), day(1500))
}

/// IWM alone.
fn snapshot(closes: &[f64]) -> Snapshot {
    let sessions = table();
    Snapshot {
        bars: vec![closing("IWM", closes, &sessions)],
        sessions,
        ..Snapshot::default()
    }
}

fn judge_with(words: &Words, snapshot: &Snapshot, rule: NodeId) -> Judged {
    let bars = &snapshot.bars[0];
    let basis = SplitBasis::of_bars(bars, &snapshot.sessions, snapshot.splits_of(&bars.symbol));
    let clock = Clock {
        bars,
        snapshot,
        basis: &basis,
    };
    let profile = signals::Profile::default();
    Evaluation::new(words.program(), clock, &[rule], &profile).judge(rule)
}

fn words() -> Words {
    Words::new(language::Clock::Daily)
}

fn judge(snapshot: &Snapshot, text: &str) -> Judged {
    let mut words = words();
    let rule = words
        .condition(text)
        .unwrap_or_else(|e| panic!("{text}: {e}"));
    judge_with(&words, snapshot, rule)
}

/// `1` holds, `0` fails, `?` unknown.
fn shown(judged: &Judged) -> String {
    let truth = &judged.truth;
    let rows = 0..truth.held.len();
    rows.map(|row| match (truth.held.get(row), truth.failed.get(row)) {
        (true, false) => '1',
        (false, true) => '0',
        (false, false) => '?',
        (true, true) => '!',
    })
    .collect()
}

fn says(snapshot: &Snapshot, text: &str) -> String {
    shown(&judge(snapshot, text))
}

#[test]
fn three_lower_closes_by_hand() {
    let iwm = snapshot(&[100.0, 99.0, 98.0, 97.0, 97.0, 96.0, 95.0, 94.0]);
    assert_eq!(says(&iwm, "count(close < close[1], 3) == 3"), "???10001");
    assert_eq!(says(&iwm, "falling(close, 3)"), "???10001");
    assert_eq!(says(&iwm, "falling(close, 2)"), "??110011");
    // 97/100 − 1 = −3 %; 97/99 − 1 = −2.02 %; 96/98 = −2.04 %; 95/97 = −2.06 %; 94/97 = −3.09 %.
    assert_eq!(says(&iwm, "roc(3) < -2.5%"), "???10001");
    assert_eq!(says(&iwm, "not (roc(3) < -2.5%)"), "???01110");
    assert_eq!(says(&iwm, "roc(3) < -2.5% or close == 99"), "?1?10001");
    assert_eq!(says(&iwm, "roc(3) < -2.5% and close == 99"), "0?000000");
    assert_eq!(says(&iwm, "known(roc(3))"), "00011111");
    assert_eq!(says(&iwm, "since(close == 97) == 1"), "???00100");
    assert_eq!(says(&iwm, "close between 95 and 97"), "00011110");
    assert_eq!(says(&iwm, "true"), "11111111");
    assert_eq!(
        says(&iwm, "if(close > 97, open > 98, close < 95)"),
        "11100001"
    );
}

#[test]
fn a_cross_is_the_bar_on_which_it_happens() {
    let iwm = snapshot(&[10.0, 12.0, 11.0, 9.0, 9.5, 10.0, 10.5]);
    assert_eq!(says(&iwm, "cross_above(close, 10)"), "0100001");
    assert_eq!(says(&iwm, "cross_below(close, 10)"), "0001000");
}

#[test]
fn a_division_by_zero_is_unknown_and_counted() {
    let iwm = snapshot(&[10.0, 10.0, 11.0, 11.0, 12.0]);
    let judged = judge(&iwm, "1 / (close / close[1] - 1) > 0");
    assert_eq!(shown(&judged), "??1?1");
    let rows: Vec<usize> = judged.zero.unwrap().ones().collect();
    assert_eq!(rows, [1, 3]);
    assert_eq!(judge(&iwm, "close / open > 1").zero, None);
    // Seen through a window, too.
    let judged = judge(&iwm, "highest(1 / (close / close[1] - 1), 2) > 0");
    assert_eq!(judged.zero.unwrap().ones().collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn another_symbol_is_as_of_the_same_session_and_its_windows_run_over_its_own_bars() {
    let sessions = table();
    let iwm = closing("IWM", &[10.0, 11.0, 12.0, 13.0, 14.0], &sessions);
    // KRE lacks the third session.
    let kre = closing("KRE", &[50.0, 49.0, 48.0, 47.0, 46.0], &sessions);
    let mut raw = kre.into_raw();
    let columns = [
        &mut raw.open,
        &mut raw.high,
        &mut raw.low,
        &mut raw.close,
        &mut raw.volume,
    ];
    for column in columns {
        column.remove(2);
    }
    raw.start.remove(2);
    let kre = Bars::new("KRE", Interval::Day, raw, &sessions).unwrap();
    let both = Snapshot {
        bars: vec![iwm, kre],
        sessions,
        ..Snapshot::default()
    };
    assert_eq!(says(&both, "KRE.close < 49.5"), "01?11");
    // Its own bars: 50 49 47 46; two bars back of the fourth session's 47 is 50.
    assert_eq!(says(&both, "KRE.close[2] == 50"), "???10");
    assert_eq!(says(&both, "KRE.falling(close, 2)"), "???11");
    // The change needs the close of the session right before: none on the fourth.
    assert_eq!(says(&both, "KRE.change < 0"), "?1??1");
    assert_eq!(says(&both, "SPY.close > 0"), "?????");
    // Mixed quantities live on the plan's rows.
    assert_eq!(says(&both, "(close / KRE.close)[1] < 0.25"), "?11?0");
}

#[test]
fn a_series_is_known_when_it_is_published_and_windows_run_over_its_values() {
    let sessions = table();
    let first = sessions.on_or_after(day(0));
    let date = |nth: usize| sessions.get(first + nth).unwrap().date;
    let series = |known, name: &str, rows: &[(usize, f64)]| Series {
        name: name.to_owned(),
        known,
        date: rows.iter().map(|row| date(row.0)).collect(),
        value: rows.iter().map(|row| row.1).collect(),
    };
    let snapshot = Snapshot {
        bars: vec![closing("IWM", &[10.0; 6], &sessions)],
        series: vec![
            series(
                Known::Close,
                "RVX",
                &[(0, 20.0), (1, 30.0), (3, 25.0), (4, 26.0), (5, 27.0)],
            ),
            series(
                Known::NextSession,
                "DGS10",
                &[(0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0)],
            ),
        ],
        sessions: table(),
        ..Snapshot::default()
    };
    assert_eq!(says(&snapshot, "RVX > 24"), "011111");
    // Published values: 20 30 25 26 27. On the third session the last is 30, whose predecessor is 20; on the fourth 25.
    assert_eq!(says(&snapshot, "RVX[1] == 30"), "?00100");
    assert_eq!(says(&snapshot, "rank(RVX, 3) == 50"), "???100");
    // A value of the second session is known on the third.
    assert_eq!(says(&snapshot, "DGS10 == 2"), "?01000");
}

#[test]
fn a_split_is_no_fall() {
    let sessions = table();
    let first = sessions.on_or_after(day(0));
    let mut snapshot = snapshot(&[100.0, 102.0, 52.0, 53.0]);
    snapshot.splits = vec![(
        "IWM".to_owned(),
        vec![Split {
            ex_date: sessions.get(first + 2).unwrap().date,
            ratio: 2.0,
        }],
    )];
    assert_eq!(says(&snapshot, "close < close[1]"), "?000");
    assert_eq!(says(&snapshot, "roc(1) < 0"), "?000");
    // Means in each day's own dollars: (100 + 102) / 2 = 101; (102 + 104) / 2 / 2 = 51.5; (104 + 106) / 4 = 52.5.
    assert_eq!(
        says(
            &snapshot,
            "sma(2) == 101 or sma(2) == 51.5 or sma(2) == 52.5"
        ),
        "?111"
    );
    assert_eq!(says(&snapshot, "close[1] == 51"), "?010");
}

#[test]
fn events_are_counted_in_sessions() {
    let sessions = table();
    let first = sessions.on_or_after(day(0));
    let event = |nth: usize, scheduled| Event {
        date: sessions.get(first + nth).unwrap().date,
        time_et_minutes: None,
        label: "x".to_owned(),
        scheduled,
        basis: None,
    };
    let mut snapshot = snapshot(&[10.0; 7]);
    snapshot.events = vec![(
        "fomc".to_owned(),
        vec![event(2, true), event(4, false), event(6, true)],
    )];
    let distance = |word: &str, wanted: [&str; 3]| {
        wanted.map(|n| says(&snapshot, &format!("{word}(\"FOMC\") == {n}")))
    };
    // Until: 2 1 0 3 2 1 0. Since: none none 0 1 2 and, once the surprise of the fifth day is known, 1 0.
    assert_eq!(
        distance("sessions_until", ["0", "1", "2"]),
        ["0010001", "0100010", "1000100"]
    );
    assert_eq!(
        distance("sessions_since", ["0", "1", "2"]),
        ["??10001", "??01010", "??00100"]
    );
    assert_eq!(says(&snapshot, "near(\"fomc\", 1, 0)"), "?110011");
    assert_eq!(says(&snapshot, "near(\"cpi\", 1, 0)"), "???????");
}

#[test]
fn the_calendar_is_in_new_york() {
    let iwm = snapshot(&[10.0; 30]);
    let fridays = judge(&iwm, "weekday == 5");
    let dates: Vec<Date> = fridays
        .truth
        .held
        .ones()
        .map(|row| {
            let ordinal = iwm.bars[0].session()[row] as usize;
            iwm.sessions.get(ordinal).unwrap().date
        })
        .collect();
    assert_eq!(dates[0], Date::from_ymd_opt(2020, 1, 3).unwrap());
    assert_eq!(dates.len(), 6);
    // 2020-01-02 to 31 are 21 sessions.
    assert_eq!(judge(&iwm, "month == 1").truth.held.count(), 21);
    assert!(!judge(&iwm, "half_day").truth.held.any());
}

#[test]
fn within_the_session_days_are_complete_and_bars_are_the_clocks() {
    let sessions = table();
    let first = sessions.on_or_after(day(0));
    let days = daily(
        "IWM",
        &[[10.0, 12.0, 9.0, 11.0, 5.0], [11.0, 15.0, 10.0, 14.0, 6.0]],
        &sessions,
    );
    let mut raw = RawBars::default();
    for (nth, prices) in [(0, [10.0, 11.0]), (1, [12.0, 14.0])] {
        let session = sessions.get(first + nth).unwrap();
        for (bar, price) in prices.into_iter().enumerate() {
            raw.start.push(session.open.plus_minutes(360 * bar as i64));
            raw.open.push(price);
            raw.high.push(price + 1.0);
            raw.low.push(price - 1.0);
            raw.close.push(price);
            raw.volume.push(10.0);
        }
    }
    let hours = Bars::new("IWM", Interval::Minutes(30), raw, &sessions).unwrap();
    let both = Snapshot {
        bars: vec![hours, days],
        sessions,
        ..Snapshot::default()
    };
    let said = |text: &str| {
        let mut words = Words::new(language::Clock::Minutes(30));
        let rule = words
            .condition(text)
            .unwrap_or_else(|e| panic!("{text}: {e}"));
        shown(&judge_with(&words, &both, rule))
    };
    // Bars end at 10:00 and 16:00; the second of a day completes it.
    assert_eq!(said("daily.close == 11"), "?110");
    assert_eq!(said("close > daily.close"), "?010");
    assert_eq!(said("true_range == 2"), "?110");
    assert_eq!(said("daily.high - daily.low == 5"), "?001");
    assert_eq!(said("time == 10:00"), "1010");
    assert_eq!(said("minutes_since_open == 30"), "1010");
    assert_eq!(said("gap == 0"), "??11");
    assert_eq!(said("session.high == 15"), "0001");
    assert_eq!(said("change > 0"), "??11");
}

/// A plain reading of one node on one row; `None` is unknown, a condition is 1 or 0.
fn plainly(program: &Program, id: NodeId, row: usize, bars: &Bars) -> Option<f64> {
    let at = |id| plainly(program, id, row, bars);
    let flag = |truth: bool| Some(f64::from(u8::from(truth)));
    let value = match program.node(id).op {
        Op::Number(bits) => Some(f64::from_bits(bits)),
        Op::Truth(truth) => flag(truth),
        Op::Leaf(Leaf::Bar(field)) => Some(match field {
            Field::Open => bars.open()[row],
            Field::High => bars.high()[row],
            Field::Low => bars.low()[row],
            Field::Close => bars.close()[row],
            Field::Volume => bars.volume()[row],
        }),
        Op::Math(op, x) => at(x).map(|x| match op {
            MathOp::Negate => -x,
            MathOp::Abs => x.abs(),
            MathOp::Sqrt => x.sqrt(),
            MathOp::Log => x.ln(),
        }),
        Op::Arith(op, a, b) => at(a).zip(at(b)).and_then(|(a, b)| match op {
            ArithOp::Add => Some(a + b),
            ArithOp::Subtract => Some(a - b),
            ArithOp::Multiply => Some(a * b),
            ArithOp::Divide => (b != 0.0).then(|| a / b),
            ArithOp::Min => Some(a.min(b)),
            ArithOp::Max => Some(a.max(b)),
        }),
        Op::Compare(op, a, b) => at(a).zip(at(b)).and_then(|(a, b)| {
            flag(match op {
                CompareOp::Less => a < b,
                CompareOp::AtMost => a <= b,
                CompareOp::Greater => a > b,
                CompareOp::AtLeast => a >= b,
                CompareOp::Equal => a == b,
                CompareOp::Unequal => a != b,
            })
        }),
        Op::Not(x) => at(x).map(|x| 1.0 - x),
        Op::And(a, b) => match (at(a), at(b)) {
            (Some(0.0), _) | (_, Some(0.0)) => Some(0.0),
            (Some(_), Some(_)) => Some(1.0),
            _ => None,
        },
        Op::Or(a, b) => match (at(a), at(b)) {
            (Some(1.0), _) | (_, Some(1.0)) => Some(1.0),
            (Some(_), Some(_)) => Some(0.0),
            _ => None,
        },
        Op::If(condition, a, b) => match at(condition)? {
            1.0 => at(a),
            _ => at(b),
        },
        Op::Known(x) => flag(at(x).is_some()),
        Op::History(x, n) => row
            .checked_sub(n as usize)
            .and_then(|row| plainly(program, x, row, bars)),
        Op::Count(x, n) => last(program, x, n, row, bars).map(|v| v.iter().sum()),
        Op::All(x, n) => {
            let first = (row + 1).checked_sub(n as usize);
            let rows = first.unwrap_or(0)..=row;
            let each = rows.map(|row| plainly(program, x, row, bars));
            each.fold(first.map(|_| 1.0), |all, one| match (all, one) {
                (Some(0.0), _) | (_, Some(0.0)) => Some(0.0),
                (Some(_), Some(_)) => Some(1.0),
                _ => None,
            })
        }
        Op::Sum(x, n) => last(program, x, n, row, bars).map(|v| v.iter().sum()),
        Op::Since(x) => (0..=row)
            .rev()
            .position(|row| plainly(program, x, row, bars) == Some(1.0))
            .map(|rows| rows as f64),
        Op::Indicator(recipe, x) => {
            let all: Vec<f64> = (0..=row)
                .map(|row| plainly(program, x, row, bars).unwrap_or(f64::NAN))
                .collect();
            recipe.of(&all).get(row)
        }
        other => panic!("{other:?} is not generated"),
    };
    value.filter(|value| value.is_finite())
}

fn last(program: &Program, id: NodeId, n: u32, row: usize, bars: &Bars) -> Option<Vec<f64>> {
    let first = (row + 1).checked_sub(n as usize)?;
    (first..=row)
        .map(|row| plainly(program, id, row, bars))
        .collect()
}

fn number() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "close", "open", "high", "low", "close[1]", "10", "9.5",
    ]);
    leaf.prop_map(str::to_owned)
        .prop_recursive(3, 12, 2, |inner| {
            let pair = (inner.clone(), inner.clone());
            prop_oneof![
                pair.clone().prop_map(|(a, b)| format!("({a} - {b})")),
                pair.clone().prop_map(|(a, b)| format!("({a} + {b})")),
                pair.clone().prop_map(|(a, b)| format!("max({a}, {b})")),
                pair.clone()
                    .prop_map(|(a, b)| format!("(10 * ({a} / ({b} + {b})))")),
                inner.clone().prop_map(|a| format!("abs({a})")),
                (inner.clone(), 1..4).prop_map(|(a, n)| format!("sum({a}, {n})")),
                (inner, 0..3).prop_map(|(a, n)| format!("({a})[{n}]")),
            ]
        })
}

fn condition() -> impl Strategy<Value = String> {
    let operator = prop::sample::select(vec!["<", "<=", ">", ">=", "==", "!="]);
    let leaf = (number(), operator, number()).prop_map(|(a, op, b)| format!("{a} {op} {b}"));
    leaf.prop_recursive(3, 10, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            pair.clone().prop_map(|(a, b)| format!("({a}) and ({b})")),
            pair.clone().prop_map(|(a, b)| format!("({a}) or ({b})")),
            pair.prop_map(|(a, b)| format!("if({a}, {b}, not ({b}))")),
            inner.clone().prop_map(|a| format!("not ({a})")),
            inner.clone().prop_map(|a| format!("known({a})")),
            (inner.clone(), 1..5, 0..5).prop_map(|(a, n, k)| format!("count({a}, {n}) == {k}")),
            (inner.clone(), 1..5).prop_map(|(a, n)| format!("all({a}, {n})")),
            (inner.clone(), 1..5).prop_map(|(a, n)| format!("any({a}, {n})")),
            (inner.clone(), 0..4).prop_map(|(a, n)| format!("({a})[{n}]")),
            inner.prop_map(|a| format!("since({a}) > 1")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_row_is_what_a_plain_reading_says(
        text in condition(),
        closes in prop::collection::vec(prop::sample::select(vec![9.0, 9.5, 10.0, 10.5, 11.0]), 1..40),
    ) {
        let snapshot = snapshot(&closes);
        let mut words = words();
        // Constants on both sides may divide by zero everywhere, which is refused.
        let Ok(rule) = words.condition(&text) else { return Ok(()) };
        let judged = judge_with(&words, &snapshot, rule);
        for row in 0..closes.len() {
            let plain = plainly(words.program(), rule, row, &snapshot.bars[0]);
            let held = judged.truth.held.get(row);
            let failed = judged.truth.failed.get(row);
            prop_assert_eq!((held, failed), (plain == Some(1.0), plain == Some(0.0)), "{} at row {}", text, row);
        }
    }

    #[test]
    fn no_row_depends_on_a_later_one(
        text in condition(),
        closes in prop::collection::vec(prop::sample::select(vec![9.0, 9.5, 10.0, 10.5, 11.0]), 600..1100),
        cut in 1_usize..600,
    ) {
        let whole = snapshot(&closes);
        let head = snapshot(&closes[..cut]);
        let mut words = words();
        let Ok(rule) = words.condition(&text) else { return Ok(()) };
        let (all, known) = (judge_with(&words, &whole, rule), judge_with(&words, &head, rule));
        let (all, known) = (shown(&all), shown(&known));
        prop_assert_eq!(&all[..cut], known.as_str(), "{}", text);
    }
}
