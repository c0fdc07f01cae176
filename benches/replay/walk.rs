//! Bars to replay: a seeded random walk on the exchange's real calendar.

use market::{Bars, Date, Interval, RawBars, SessionTable, Snapshot};

/// A walk and what a strategy needs around it.
pub(crate) fn snapshot(interval: Interval, count: usize, step: f64, seed: u64) -> Snapshot {
    let date = |year| Date::from_ymd_opt(year, 1, 1).expect("a date");
    let sessions = SessionTable::covering(date(2000), date(2025));
    let mut dice = Dice(seed);
    let mut raw = RawBars::default();
    let mut price = 150.0;
    'sessions: for session in sessions.as_slice() {
        let mut start = session.open;
        while start < session.close {
            if raw.start.len() == count {
                break 'sessions;
            }
            raw.start.push(start);
            price = push_bar(&mut raw, price, step, &mut dice);
            start = match interval {
                Interval::Day => session.close,
                Interval::Minutes(minutes) => start.plus_minutes(i64::from(minutes)),
            };
        }
    }
    let bars = Bars::new("IWM", interval, raw, &sessions).expect("valid bars");
    assert_eq!(bars.len(), count);
    Snapshot {
        sessions,
        bars: vec![bars],
        ..Snapshot::default()
    }
}

/// One bar from the last close on: a small gap, a body, two shadows. Returns its close.
fn push_bar(raw: &mut RawBars, before: f64, step: f64, dice: &mut Dice) -> f64 {
    // Drawn towards 150, so that percentages mean the same at both ends.
    let pull = 0.001 * (150.0 / before - 1.0);
    let open = before * (1.0 + 0.2 * step * dice.normal());
    let close = open * (1.0 + step * dice.normal() + pull);
    let shadow = |dice: &mut Dice| 0.5 * step * dice.normal().abs();
    raw.open.push(open);
    raw.high.push(open.max(close) * (1.0 + shadow(dice)));
    raw.low.push(open.min(close) * (1.0 - shadow(dice)));
    raw.close.push(close);
    raw.volume.push(1e6);
    close
}

/// A 64-bit linear congruence (Knuth's MMIX constants).
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Near enough to normal: the sum of twelve uniforms.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}
