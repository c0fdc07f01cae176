//! Markets to replay plans on: seeded random walks with dividends and splits, daily and within the session.

use market::{
    Bars, Date, Dividend, Interval, RawBars, SessionTable, Snapshot, Split, resample::resample,
};

/// A 64-bit linear congruence (Knuth's MMIX constants).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// From 0 up to, not including, 1.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From `low` up to `high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.unit() * (high - low)
    }

    /// From 0 up to, not including, `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n - 1)
    }

    /// True once in `n` times.
    pub(crate) fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// Near enough to normal: the sum of twelve uniforms.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

fn date(year: i32, month: u32, day: u32) -> Date {
    Date::from_ymd_opt(year, month, day).expect("a date")
}

/// Bars of `interval` from July 2018 on, `days` sessions of them, with gaps at the open and a split on the way.
pub(crate) fn market(interval: Interval, days: usize, step: f64, seed: u64) -> Snapshot {
    let sessions = SessionTable::covering(date(2018, 1, 1), date(2021, 12, 31));
    let first = sessions.on_or_after(date(2018, 7, 2));
    let split = Split {
        ex_date: sessions.as_slice()[first + days * 2 / 3].date,
        ratio: if seed.is_multiple_of(2) {
            2.0
        } else {
            1.0 / 3.0
        },
    };
    let mut dice = Dice(seed);
    let (mut raw, mut price) = (RawBars::default(), 150.0);
    for session in &sessions.as_slice()[first..first + days] {
        let mut start = session.open;
        if session.date == split.ex_date {
            price /= split.ratio;
        }
        while start < session.close {
            let gap = if start == session.open { 0.6 } else { 0.05 };
            price = push_bar(&mut raw, price, step, gap, &mut dice);
            // A minute without a trade has no bar.
            if interval != Interval::Day && dice.once_in(40) {
                for column in [&mut raw.open, &mut raw.high, &mut raw.low, &mut raw.close] {
                    column.pop();
                }
                raw.volume.pop();
            } else {
                raw.start.push(start);
            }
            start = match interval {
                Interval::Day => session.close,
                Interval::Minutes(minutes) => start.plus_minutes(i64::from(minutes)),
            };
        }
    }
    let dividend = |n: usize| Dividend {
        ex_date: sessions.as_slice()[first + n].date,
        amount_usd: 0.7,
    };
    let dividends = (9..days).step_by(17).map(dividend).collect();
    Snapshot {
        bars: vec![Bars::new("IWM", interval, raw, &sessions).expect("valid bars")],
        sessions,
        dividends: vec![("IWM".to_owned(), dividends)],
        splits: vec![("IWM".to_owned(), vec![split])],
        ..Snapshot::default()
    }
}

/// One-minute bars and the five-minute and daily ones made of them.
pub(crate) fn finer(days: usize, seed: u64) -> Snapshot {
    let mut snapshot = market(Interval::Minutes(1), days, 0.0012, seed);
    for interval in [Interval::Minutes(5), Interval::Day] {
        let made = resample(&snapshot.bars[0], interval, &snapshot.sessions).expect("it divides");
        snapshot.bars.push(made);
    }
    snapshot
}

fn push_bar(raw: &mut RawBars, before: f64, step: f64, gap: f64, dice: &mut Dice) -> f64 {
    let cents = |price: f64| (price * 100.0).round() / 100.0;
    let open = cents(before * (1.0 + gap * step * dice.normal()));
    let close = cents(open * (1.0 + step * dice.normal()));
    let mut shadow = || 0.5 * step * dice.normal().abs();
    raw.high.push(cents(open.max(close) * (1.0 + shadow())));
    raw.low.push(cents(open.min(close) * (1.0 - shadow())));
    raw.open.push(open);
    raw.close.push(close);
    raw.volume.push((1e6 * dice.between(0.3, 2.0)).round());
    close
}
