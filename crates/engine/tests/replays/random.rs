//! Random markets, accounts and orders: valid bars, and orders of every kind, some of them nonsense.

use engine::{
    Account, Bracket, Costs, Intrabar, LimitFill, Order, OrderKind, StopChoice, StopPlan,
};
use indicators::Column;
use market::{ExitReason, Interval, RawBars, SessionTable, Side, Time};
use proptest::prelude::{Just, any, prop, prop_oneof};
use proptest::strategy::Strategy as Arbitrary;

use crate::table::{Ask, Table, closing, day, opening};

pub(crate) const DAYS: usize = 14;

/// One day's bar as steps from the day before, or none.
pub(crate) type Step = Option<(i8, i8, u8, u8)>;

pub(crate) fn steps() -> impl Arbitrary<Value = Vec<Step>> {
    let bar = (-6i8..=6, -6i8..=6, 0u8..6, 0u8..6);
    prop::collection::vec(prop_oneof![5 => bar.prop_map(Some), 1 => Just(None)], DAYS)
}

/// Prices on a grid of half dollars, so that touches and ties are common.
pub(crate) fn bars(steps: &[Step], fine: f64) -> RawBars {
    bars_at(steps, fine, opening)
}

/// The same with starts of one's own.
pub(crate) fn bars_at(steps: &[Step], fine: f64, start: impl Fn(usize) -> Time) -> RawBars {
    let (mut raw, mut price) = (RawBars::default(), 50.0 + fine);
    for (n, step) in steps.iter().enumerate() {
        let Some((gap, body, up, down)) = *step else {
            continue;
        };
        let half = |steps: f64| 0.5 * steps;
        let open = (price + half(f64::from(gap))).max(5.0);
        let close = (open + half(f64::from(body))).max(5.0);
        raw.start.push(start(n));
        raw.open.push(open);
        raw.high.push(open.max(close) + half(f64::from(up)));
        raw.low
            .push((open.min(close) - half(f64::from(down))).max(1.0));
        raw.close.push(close);
        price = close;
    }
    raw
}

/// Mostly sensible numbers around the price, sometimes nonsense.
fn price() -> impl Arbitrary<Value = f64> {
    prop_oneof![
        30 => (60i32..140).prop_map(|n| f64::from(n) * 0.5),
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(-5.0), Just(0.0), Just(1e300), Just(1e-300)],
    ]
}

fn distance() -> impl Arbitrary<Value = f64> {
    prop_oneof![
        30 => (0i32..12).prop_map(|n| f64::from(n) * 0.5),
        1 => prop_oneof![Just(f64::NAN), Just(f64::NEG_INFINITY), Just(-1.0), Just(1e300)],
    ]
}

fn kind() -> impl Arbitrary<Value = OrderKind> {
    prop_oneof![
        4 => Just(OrderKind::Market),
        2 => price().prop_map(|limit| OrderKind::Limit { limit }),
        2 => price().prop_map(|stop| OrderKind::Stop { stop }),
        1 => (price(), price()).prop_map(|(stop, limit)| OrderKind::StopLimit { stop, limit }),
        2 => (0..DAYS + 3).prop_map(|n| OrderKind::MarketOnClose { close: closing(n) }),
    ]
}

fn bracket() -> impl Arbitrary<Value = Bracket> {
    let stop = (
        prop::option::of(distance()),
        prop::option::of(price()),
        any::<bool>(),
        prop::option::weighted(0.3, distance()),
        prop::option::weighted(0.3, distance()),
    );
    let stop = stop.prop_map(
        |(distance_usd, level, nearer, trail_atr, break_even_usd)| StopPlan {
            distance_usd,
            level,
            choice: if nearer {
                StopChoice::Nearer
            } else {
                StopChoice::Farther
            },
            trail_atr,
            break_even_usd,
        },
    );
    let rest = (
        prop::option::weighted(0.7, stop),
        prop::option::of(distance()),
        prop::option::weighted(0.2, prop_oneof![0u32..6, Just(u32::MAX)]),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.1),
    );
    rest.prop_map(
        |(stop, target_distance_usd, max_sessions, cancel_if_gapped, ends_with_session)| Bracket {
            stop,
            target_distance_usd,
            max_sessions,
            ends_with_session,
            cancel_if_gapped,
        },
    )
}

pub(crate) fn order() -> impl Arbitrary<Value = Order> {
    let shares = prop_oneof![20 => 1u64..60, 1 => Just(0), 1 => Just(u64::MAX)];
    let symbol = prop_oneof![9 => 0usize..2, 1 => Just(7)];
    let side = prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    let entry = (
        symbol.clone(),
        side,
        shares.clone(),
        kind(),
        bracket(),
        0u8..8,
    )
        .prop_map(|(symbol, side, shares, kind, bracket, extra)| {
            let order = Order::entry(symbol, side, shares, kind).with_bracket(bracket);
            match extra {
                0 => order.with_atr(1.5),
                1 => order.with_atr(f64::NAN),
                2 => order.good_until(opening(5)),
                _ => order,
            }
        });
    let exit = (symbol.clone(), shares, kind()).prop_map(|(symbol, shares, kind)| {
        Order::exit(symbol, ExitReason::Signal)
            .priced(kind)
            .shares(shares)
    });
    let keeps = prop_oneof![9 => 0u64..40, 1 => Just(u64::MAX)];
    let reduce = (symbol, keeps, kind()).prop_map(|(symbol, keeps, kind)| {
        Order::reduce(symbol, keeps, ExitReason::Protect).priced(kind)
    });
    prop_oneof![6 => entry, 2 => exit, 1 => reduce]
}

fn ask() -> impl Arbitrary<Value = Ask> {
    prop_oneof![
        6 => order().prop_map(Ask::Submit),
        2 => order().prop_map(Ask::Enter),
        1 => (0u32..20).prop_map(Ask::Withdraw),
        2 => (0usize..3, price()).prop_map(|(symbol, stop)| Ask::Tighten(symbol, stop)),
    ]
}

fn script() -> impl Arbitrary<Value = Vec<(usize, Ask)>> {
    prop::collection::vec((0..DAYS, ask()), 0..14)
}

fn account() -> impl Arbitrary<Value = Account> {
    let costs = (0u8..3, any::<bool>(), 0u8..3).prop_map(|(slip, commission, atr)| Costs {
        slippage_usd: f64::from(slip) * 0.25,
        slippage_atr: f64::from(atr) * 0.1,
        commission_min_usd: if commission { 1.0 } else { 0.0 },
        commission_per_share_usd: if commission { 0.25 } else { 0.0 },
        borrow_rate: (slip == 1).then_some(0.3),
        ..Costs::NONE
    });
    let policy = prop_oneof![
        Just(Intrabar::Pessimistic),
        Just(Intrabar::Optimistic),
        Just(Intrabar::Path),
        Just(Intrabar::Finer)
    ];
    let rate = prop::option::weighted(
        0.3,
        prop::collection::vec(prop_oneof![4 => Just(0.05), 1 => Just(f64::NAN)], DAYS),
    );
    let money = prop_oneof![Just(100_000.0), Just(1000.0), Just(40.0)];
    (costs, policy, any::<bool>(), rate, money, 1u8..4).prop_map(
        |(costs, intrabar, through, rate, equity_usd, leverage)| {
            let mut account = Account {
                equity_usd,
                max_leverage: f64::from(leverage),
                costs,
                cash_rate: rate.map(Column::new),
                ..Account::default()
            };
            account.fills.intrabar = intrabar;
            if through {
                account.fills.limit_fill = LimitFill::Through;
            }
            account
        },
    )
}

type Dated = Vec<(usize, f64)>;

/// Dividends and splits of one symbol: (day, amount), (day, ratio).
fn actions() -> impl Arbitrary<Value = (Dated, Dated)> {
    let dividends = prop::collection::vec(
        (0..DAYS, prop_oneof![Just(0.5), Just(3.0), Just(f64::NAN)]),
        0..3,
    );
    let ratio = prop_oneof![
        Just(2.0),
        Just(1.5),
        Just(0.1),
        Just(0.01),
        Just(1.0 / 3.0),
        Just(0.0)
    ];
    (dividends, prop::collection::vec((0..DAYS, ratio), 0..2))
}

pub(crate) fn market_of(symbols: usize) -> impl Arbitrary<Value = Table> {
    let each = (steps(), actions());
    (
        prop::collection::vec(each, symbols),
        account(),
        prop::option::of((0..6usize, 6..20usize)),
    )
        .prop_map(move |(each, account, window)| {
            let tables = each
                .iter()
                .enumerate()
                .map(|(n, (steps, _))| bars(steps, n as f64 * 0.25))
                .collect();
            let mut table = Table::new(
                tables,
                Interval::Day,
                SessionTable::covering(day(0), day(0)),
            );
            for (n, (_, (dividends, splits))) in each.iter().enumerate() {
                for &(ex, amount) in dividends {
                    table = table.dividend(n, ex, amount);
                }
                for &(ex, ratio) in splits {
                    table = table.split(n, ex, ratio);
                }
            }
            let slots = table.feed().len();
            let wave = |n: usize| {
                if n < 2 {
                    f64::NAN
                } else {
                    0.5 + (n % 3) as f64
                }
            };
            table.atr = Some(Column::new((0..slots).map(wave).collect()));
            table.account = account;
            table.window = window.map(|(first, last)| {
                let last = last.min(slots.saturating_sub(1));
                (first.min(last), last)
            });
            table
        })
}

pub(crate) fn world() -> impl Arbitrary<Value = (Table, Vec<(usize, Ask)>)> {
    (prop_oneof![market_of(1), market_of(2)], script())
        .prop_filter("a market with bars", |(table, _)| !table.feed().is_empty())
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for bars in &self.bars {
            for row in 0..bars.len() {
                let [open, high, low, close] =
                    [bars.open(), bars.high(), bars.low(), bars.close()].map(|column| column[row]);
                writeln!(
                    f,
                    "{} {} {open} {high} {low} {close}",
                    bars.symbol,
                    bars.start()[row]
                )?;
            }
        }
        writeln!(
            f,
            "{:?}\n{:?}\n{:?}\n{:?}",
            self.dividends, self.splits, self.account, self.window
        )
    }
}
