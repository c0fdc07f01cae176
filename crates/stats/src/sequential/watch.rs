//! The charts over the trades that came.

use super::{Chart, Limits, Outcome, Reference};

/// A time for which a chart stood beyond its limit, or had not come back to 0 since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// The first trade of the change, from 0: the one after the chart's last 0 before the alarm (Page's estimate).
    pub began: usize,
    /// The trade at which the limit was passed.
    pub raised: usize,
    /// The trade at which the chart was back at 0: what was lost has been won again. `None` while the alarm stands.
    pub ended: Option<usize>,
}

/// One chart over the trades.
#[derive(Clone, Debug, PartialEq)]
pub struct Watched {
    /// Which.
    pub chart: Chart,
    /// Beyond it is an alarm.
    pub limit: f64,
    /// Where it stood after each trade.
    pub path: Vec<f64>,
    /// Its alarms, oldest first; only the last can still stand.
    pub alarms: Vec<Alarm>,
}

impl Watched {
    /// The alarm that stands after the last trade.
    pub fn standing(&self) -> Option<Alarm> {
        self.alarms
            .last()
            .copied()
            .filter(|alarm| alarm.ended.is_none())
    }

    /// Where it stands after the last trade; 0 before any.
    pub fn now(&self) -> f64 {
        self.path.last().copied().unwrap_or(0.0)
    }
}

/// Walks every chart over `trades`, in the order they closed.
pub fn watch(reference: &Reference, limits: &Limits, trades: &[Outcome]) -> [Watched; 4] {
    let mut all = Chart::ALL.map(|chart| Watched {
        chart,
        limit: limits.limit[chart as usize],
        path: Vec::with_capacity(trades.len()),
        alarms: Vec::new(),
    });
    let (mut at, mut began) = ([0.0; 4], [0; 4]);
    for (n, &outcome) in trades.iter().enumerate() {
        reference.step(&mut at, outcome);
        for ((one, value), began) in all.iter_mut().zip(at).zip(&mut began) {
            one.path.push(value);
            let open = one.alarms.last_mut().filter(|alarm| alarm.ended.is_none());
            if value <= 0.0 {
                if let Some(alarm) = open {
                    alarm.ended = Some(n);
                }
                *began = n + 1;
            } else if value > one.limit && open.is_none() {
                one.alarms.push(Alarm {
                    began: *began,
                    raised: n,
                    ended: None,
                });
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alarms_begin_after_the_last_zero_and_end_at_the_next() {
        let outcome = |won| Outcome {
            won,
            score: Some(if won { 1.0 } else { -1.0 }),
        };
        let baseline: Vec<Outcome> = (0..20).map(|i| outcome(i % 2 == 0)).collect();
        let reference = Reference::of(&baseline).unwrap();
        let limits = Limits {
            limit: [10.0, 10.0, 10.0, 2.0],
            horizon_trades: 10,
            false_alarm: 0.05,
        };
        // W L L L L W L: the run passes 2 at the fourth trade, having begun at the second; the win at the sixth ends it.
        let trades = [true, false, false, false, false, true, false].map(outcome);
        let [_, _, _, run] = watch(&reference, &limits, &trades);
        assert_eq!(run.path, [0.0, 1.0, 2.0, 3.0, 4.0, 0.0, 1.0]);
        let alarm = Alarm {
            began: 1,
            raised: 3,
            ended: Some(5),
        };
        assert_eq!(run.alarms, [alarm]);
        assert_eq!((run.standing(), run.now()), (None, 1.0));
        let [_, _, _, run] = watch(&reference, &limits, &trades[..5]);
        assert_eq!(run.standing().map(|alarm| alarm.raised), Some(3));
        let none = watch(&reference, &limits, &[]);
        assert!(
            none.iter()
                .all(|one| one.now() == 0.0 && one.standing().is_none())
        );
    }
}
