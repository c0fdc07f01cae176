//! The shipped edge under any parameters: jumping gives what visiting gives, and the books balance.

use std::sync::LazyLock;

use engine::{Account, Feed, FillPolicy, Intrabar, Ledger, LimitFill, Pace, Window, replay};
use lab::Scenario;
use market::{Bars, Date, Event, Interval, SessionTable, Snapshot, Split};
use proptest::prelude::*;
use strategies::Plan;

const PLAN: &str = include_str!("../../../scenarios/mean-reversion.toml");

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// A few simulated markets; the last one with splits that change the share basis on the way.
static MARKETS: LazyLock<Vec<Snapshot>> = LazyLock::new(|| {
    let mut markets: Vec<Snapshot> = (1..4).map(market).collect();
    let halved = |price: &mut f64| *price /= 2.0;
    let split = Split {
        ex_date: date("2018-12-12"),
        ratio: 2.0,
    };
    let with_split = &mut markets[2];
    let sessions = with_split.sessions.clone();
    with_split.bars = std::mem::take(&mut with_split.bars)
        .into_iter()
        .map(|bars| {
            let first = bars
                .rows_between(split.ex_date, date("2023-12-29"), &sessions)
                .start;
            let mut raw = bars.raw().clone();
            for column in [&mut raw.open, &mut raw.high, &mut raw.low, &mut raw.close] {
                column[first..].iter_mut().for_each(halved);
            }
            Bars::new(&bars.symbol, bars.interval, raw, &sessions).unwrap()
        })
        .collect();
    with_split.splits = ["IWM", "KRE", "SPY"]
        .map(|symbol| (symbol.to_owned(), vec![split]))
        .to_vec();
    markets
});

fn market(seed: u64) -> Snapshot {
    let contents = tape::synth::synthesise(seed);
    let sessions = SessionTable::covering(date("2016-07-01"), date("2023-12-29"));
    let bars = contents
        .bars
        .into_iter()
        .map(|(symbol, interval, raw)| Bars::new(&symbol, interval, raw, &sessions).unwrap());
    let bars = bars.collect();
    Snapshot {
        sessions,
        bars,
        series: contents.series,
        dividends: contents.dividends,
        splits: contents.splits,
        origin: contents.origin,
        events: vec![
            ("fomc".to_owned(), events(33, seed)),
            ("cpi".to_owned(), events(21, seed + 1)),
        ],
        ..Snapshot::default()
    }
}

/// An event every so many days, weekends and holidays included, every fifth of them a surprise; on record from 2017 on,
/// and not to the end of the bars.
fn events(every_days: usize, seed: u64) -> Vec<Event> {
    let days = date("2017-01-01").iter_days().step_by(every_days);
    let dated = days.enumerate().map(|(n, date)| Event {
        date: date + chrono::TimeDelta::days(seed.cast_signed()),
        time_et_minutes: (n % 10 != 0).then_some(14 * 60),
        label: n.to_string(),
        scheduled: n % 5 != 0,
        basis: None,
    });
    dated
        .take_while(|event| event.date < date("2020-04-30"))
        .collect()
}

/// Filters on events and weekdays, and overlays around events and by a rule, each of them or none.
fn calendars() -> impl Strategy<Value = Vec<String>> {
    let near = || (0_u32..4, 0_u32..4);
    let filter = near().prop_map(|(before, after)| {
        vec![
            "filters.calm.event=cpi".to_owned(),
            format!("filters.calm.sessions_before={before}"),
            format!("filters.calm.sessions_after={after}"),
            "filters.day.blackout_weekdays=[\"friday\"]".to_owned(),
        ]
    });
    let around = (near(), 0.1..2.0, 0.2..3.0, 0.2..3.0).prop_map(
        |((before, after), size, tight, wide): (_, f64, f64, f64)| {
            vec![
                "overlays.a.events=[\"fomc\", \"earnings\"]".to_owned(),
                format!("overlays.a.sessions_before={before}"),
                format!("overlays.a.sessions_after={}", after + 1),
                format!("overlays.a.size={size}"),
                format!("overlays.a.threshold={tight}"),
                format!("overlays.a.threshold_after={wide}"),
            ]
        },
    );
    let ruled = (0.1..2.0, 0.2..3.0).prop_map(|(size, threshold): (f64, f64)| {
        vec![
            "overlays.b.when=RVX > 25".to_owned(),
            format!("overlays.b.size={size}"),
            format!("overlays.b.threshold={threshold}"),
        ]
    });
    let any = |sets: BoxedStrategy<Vec<String>>| prop_oneof![Just(Vec::new()), sets];
    (any(filter.boxed()), any(around.boxed()), any(ruled.boxed()))
        .prop_map(|(a, b, c)| [a, b, c].concat())
}

/// What is held is protected in each of the ways, by rules that hold now and then, or not at all.
fn protections() -> impl Strategy<Value = Vec<String>> {
    let when = prop::sample::select(vec![
        "KRE.change < 0",
        "close < sma(5)",
        "close > sma(3) or near(\"fomc\", 1, 1)",
        "RVX > 22",
        "roc(2) > 0",
    ]);
    let action = prop_oneof![
        (0.05..2.0).prop_map(|k: f64| vec!["tighten".to_owned(), format!("stop_atr={k}")]),
        (0.01..0.99).prop_map(|k: f64| vec!["reduce".to_owned(), format!("reduce_to={k}")]),
        Just(vec!["leave".to_owned()]),
    ];
    prop::option::weighted(0.75, (when, action)).prop_map(|protect| {
        let Some((when, action)) = protect else {
            return Vec::new();
        };
        let mut sets = vec![
            format!("protect.when={when}"),
            format!("protect.action={}", action[0]),
        ];
        sets.extend(action.get(1).map(|number| format!("protect.{number}")));
        sets
    })
}

/// Any plan the schema allows, as overrides of the shipped one.
fn plans() -> impl Strategy<Value = Vec<String>> {
    let stop = prop_oneof![
        (0.2..4.0).prop_map(|k: f64| vec![format!("exit.stop_atr={k}")]),
        (0.2..4.0, 0.0..0.5).prop_map(|(k, b): (f64, f64)| vec![
            "exit.stop=nearer".to_owned(),
            format!("exit.stop_atr={k}"),
            format!("exit.stop_buffer_atr={b}")
        ]),
        (0.2..4.0)
            .prop_map(|k: f64| vec!["exit.stop=farther".to_owned(), format!("exit.stop_atr={k}")]),
    ];
    let side = prop_oneof![
        Just(vec![]),
        Just(vec![
            "entry.side=short".to_owned(),
            "costs.borrow_rate=0.02".to_owned()
        ])
    ];
    let numbers = (
        1_u32..5,
        1e-6..0.03,
        0.3..4.0,
        0_u32..3,
        prop::option::of(0.5..4.0),
        prop::option::of(0.3..2.0),
        4_u32..12,
    );
    (stop, side, numbers, prop::bool::ANY).prop_map(|(stop, side, numbers, cancel)| {
        let (declines, decline, target, cooldown, trail, even, longest) = numbers;
        let mut sets = vec![
            format!("entry.declines={declines}"),
            format!("entry.min_decline={decline}"),
            format!("exit.target_atr={target}"),
            format!("entry.cooldown_sessions={cooldown}"),
            format!("exit.max_sessions={longest}"),
        ];
        sets.extend(trail.map(|k| format!("exit.trail_atr={k}")));
        sets.extend(even.map(|k| format!("exit.break_even_atr={k}")));
        sets.extend(cancel.then(|| "entry.gapped_entry=cancel".to_owned()));
        sets.into_iter().chain(stop).chain(side).collect()
    })
}

fn ledger(scenario: &Scenario, snapshot: &Snapshot, intrabar: Intrabar, pace: Pace) -> Ledger {
    let bars = snapshot.bars_of("IWM", Interval::Day).unwrap();
    let rules = scenario.rules();
    let prepared = rules.prepare(bars, snapshot);
    let feed = Feed::single(bars, &snapshot.sessions)
        .unwrap()
        .with_atr(0, &prepared.atr)
        .with_actions(
            0,
            snapshot.dividends_of("IWM").unwrap(),
            snapshot.splits_of("IWM"),
        );
    let fills = FillPolicy {
        intrabar,
        limit_fill: LimitFill::Through,
        ..FillPolicy::default()
    };
    let account = Account {
        costs: scenario.costs,
        fills,
        ..Account::default()
    };
    let window = Window::between(&feed, date("2018-09-04"), date("2020-06-30")).unwrap();
    replay(
        &feed,
        &account,
        window,
        &mut Plan::new(&rules, &prepared, 0),
        pace,
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn jumping_gives_what_visiting_gives(
        sets in plans(),
        calendar in calendars(),
        protect in protections(),
        market in 0_usize..3,
        policy in 0_usize..3,
    ) {
        let sets = sets.iter().chain(&calendar).chain(&protect);
        let overrides: Vec<lab::Override> = sets.map(|set| set.parse().unwrap()).collect();
        let scenario = Scenario::parse("plan.toml", PLAN, &overrides).unwrap();
        let intrabar = [Intrabar::Pessimistic, Intrabar::Optimistic, Intrabar::Path][policy];
        let jumped = ledger(&scenario, &MARKETS[market], intrabar, Pace::Jump);
        let visited = ledger(&scenario, &MARKETS[market], intrabar, Pace::Visit);
        prop_assert_eq!(&jumped, &visited);
        let earned: f64 = jumped.trades.iter().map(|trade| trade.pnl_usd).sum();
        let difference = jumped.end_equity_usd - jumped.start_equity_usd - earned;
        prop_assert!(difference.abs() < 1e-6, "{} is not the sum of the trades, {}", jumped.end_equity_usd, earned);
    }
}
