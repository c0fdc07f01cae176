//! What hits a symbol on one day: an overnight shock and a shock while the market is open.

use super::random::Dice;

/// Half the degrees of freedom of the overnight Student-t: gaps are the fatter part (news comes at
/// night, and all at once).
const GAP_HALF_FREEDOM: u32 = 3;
/// Half the degrees of freedom of the shock while the market is open.
const OPEN_HALF_FREEDOM: u32 = 4;
/// Largest Student scale. Circuit breakers and the night's futures limits keep a day's move below a
/// fifth; without a bound a seed in a few would have more in March 2020.
const LARGEST_SCALE: f64 = 2.5;

/// Two numbers a day, one for the night before and one for the session itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Parts {
    pub(super) gap: f64,
    pub(super) open_hours: f64,
}

impl Parts {
    pub(super) fn map2(self, other: Parts, f: impl Fn(f64, f64) -> f64) -> Parts {
        Parts {
            gap: f(self.gap, other.gap),
            open_hours: f(self.open_hours, other.open_hours),
        }
    }

    pub(super) fn sum(self) -> f64 {
        self.gap + self.open_hours
    }
}

/// The shocks of one day, each of mean 0 and variance 1, and the Student scales behind them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shock {
    pub(super) size: Parts,
    pub(super) scale: Parts,
}

impl Shock {
    /// The leading symbol's shock: both parts Student-t.
    pub(super) fn draw(dice: &mut Dice) -> Shock {
        let scale = Parts {
            gap: dice.student_scale(GAP_HALF_FREEDOM).min(LARGEST_SCALE),
            open_hours: dice.student_scale(OPEN_HALF_FREEDOM).min(LARGEST_SCALE),
        };
        Shock {
            size: Parts {
                gap: scale.gap * dice.normal(),
                open_hours: scale.open_hours * dice.normal(),
            },
            scale,
        }
    }

    /// The shock of a symbol that follows: `leader`'s times the correlation, and its own news for
    /// the rest, on the same Student scale.
    pub(super) fn follow(leader: &Shock, correlation: Parts, own: Parts) -> Shock {
        let own = own.map2(leader.scale, |news, scale| news * scale);
        let common = leader.size.map2(correlation, |size, rho| size * rho);
        let rest = own.map2(correlation, |news, rho| news * (1.0 - rho * rho).sqrt());
        Shock {
            size: common.map2(rest, |a, b| a + b),
            scale: leader.scale,
        }
    }
}

/// How a day's variance divides between the night and the session.
#[derive(Clone, Copy, Debug)]
pub(super) struct Division {
    /// The night's share, between 0 and 1.
    pub(super) gap_share: f64,
}

impl Division {
    /// The standard deviations of the two parts when the day's is `sigma`.
    pub(super) fn sigmas(self, sigma: f64) -> Parts {
        Parts {
            gap: sigma * self.gap_share.sqrt(),
            open_hours: sigma * (1.0 - self.gap_share).sqrt(),
        }
    }

    /// A log return divided in proportion to variance.
    pub(super) fn of(self, log_return: f64) -> Parts {
        Parts {
            gap: log_return * self.gap_share,
            open_hours: log_return * (1.0 - self.gap_share),
        }
    }
}
