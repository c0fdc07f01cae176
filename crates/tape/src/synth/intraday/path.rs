//! One session's minutes between a given open, high, low and close.
//!
//! The path is a Brownian bridge in log price on the day's variance clock, from the open to the close. Of several
//! drawn without knowledge of the high and low, the one whose own extremes come nearest is kept; what still misses is
//! added as a line between the two extremes, the open and the close, and whatever then leaves the day's range is
//! folded back at its edge. So the four prices are met by construction, and the moves within keep their size.

use super::super::random::Dice;

/// Bridges drawn to choose from.
const CANDIDATES: usize = 16;
/// The extreme of a path watched at steps of standard deviation s lies this many s below that of the unbroken path
/// (Broadie, Glasserman and Kou 1997: −ζ(½) ÷ √(2π)).
const UNSEEN: f64 = 0.5826;
/// Decimals of prices that do not end within six.
const USUAL_DECIMALS: i32 = 4;

/// A session's prices, in dollars.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day {
    pub(super) open: f64,
    pub(super) high: f64,
    pub(super) low: f64,
    pub(super) close: f64,
}

/// Price columns of a session's minutes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Minutes {
    pub(super) open: Vec<f64>,
    pub(super) high: Vec<f64>,
    pub(super) low: Vec<f64>,
    pub(super) close: Vec<f64>,
}

/// The day in logarithms, its open and close inside its range.
#[derive(Clone, Copy)]
struct Frame {
    open: f64,
    high: f64,
    low: f64,
    close: f64,
    /// Standard deviation of ln price over the session.
    sigma: f64,
}

impl Day {
    fn frame(&self) -> Frame {
        let inside = |price: f64| libm::log(price.max(self.low).min(self.high));
        let (open, close) = (inside(self.open), inside(self.close));
        let (high, low) = (libm::log(self.high), libm::log(self.low));
        // Garman and Klass 1980: ½ ln(H÷L)² − (2 ln 2 − 1) ln(C÷O)², above zero wherever high and low differ.
        let (range, net) = (high - low, close - open);
        let variance = 0.5 * range * range - (2.0 * std::f64::consts::LN_2 - 1.0) * net * net;
        Frame {
            open,
            high,
            low,
            close,
            sigma: variance.max(0.0).sqrt(),
        }
    }

    /// The decimals its prices are written with: two, or as many as they need.
    fn decimals(&self) -> i32 {
        let exact = |decimals: &i32| {
            let scale = 10_f64.powi(*decimals);
            [self.open, self.high, self.low, self.close]
                .iter()
                .all(|price| (price * scale).round() / scale == *price)
        };
        (2..=6).find(exact).unwrap_or(USUAL_DECIMALS)
    }
}

/// Standard normals for each minute that come near the day's extremes; `lead` times `tie` is part of each.
pub(super) fn choose(
    day: &Day,
    clock: &[f64],
    lead: Option<(&[f64], f64)>,
    dice: &mut Dice,
) -> Vec<f64> {
    let frame = day.frame();
    let (mut best, mut least) = (vec![0.0; clock.len()], f64::INFINITY);
    let mut steps = best.clone();
    for _ in 0..CANDIDATES {
        dice.fill_normal(&mut steps);
        if let Some((lead, tie)) = lead {
            let own = (1.0 - tie * tie).max(0.0).sqrt();
            for (step, lead) in steps.iter_mut().zip(lead) {
                *step = tie * lead + own * *step;
            }
        }
        let miss = miss(&frame, clock, &steps);
        if miss < least {
            least = miss;
            std::mem::swap(&mut best, &mut steps);
        }
    }
    best
}

/// Squared distance of a bridge's extremes from the day's.
fn miss(frame: &Frame, clock: &[f64], steps: &[f64]) -> f64 {
    let (mut high, mut low) = (frame.open, frame.open);
    for (at, share) in bridge(frame, clock, steps).into_iter().skip(1).zip(clock) {
        let unseen = UNSEEN * frame.sigma * share.sqrt();
        high = high.max(at + unseen);
        low = low.min(at - unseen);
    }
    let (above, below) = (high - frame.high, low - frame.low);
    above * above + below * below
}

/// The bridge at the minutes' edges: one value more than there are minutes.
fn bridge(frame: &Frame, clock: &[f64], steps: &[f64]) -> Vec<f64> {
    let walked: f64 = clock.iter().zip(steps).map(|(w, z)| w.sqrt() * z).sum();
    let (mut time, mut walk) = (0.0, 0.0);
    let mut path = Vec::with_capacity(clock.len() + 1);
    path.push(frame.open);
    for (share, step) in clock.iter().zip(steps) {
        time += share;
        walk += share.sqrt() * step;
        let noise = frame.sigma * (walk - time * walked);
        path.push(frame.open + time * (frame.close - frame.open) + noise);
    }
    path
}

/// How far beyond its ends a path goes within each minute: draws of the extremes of a Brownian bridge, whose maximum
/// from a to b with variance v is `(a + b + √((b − a)² − 2 v ln U)) ÷ 2`.
fn excursions(frame: &Frame, clock: &[f64], path: &[f64], dice: &mut Dice) -> Vec<(f64, f64)> {
    let ends = path.windows(2).zip(clock);
    ends.map(|(pair, share)| {
        let (span, variance) = ((pair[1] - pair[0]).abs(), frame.sigma * frame.sigma * share);
        let mut beyond = || {
            let reach = (span * span - 2.0 * variance * libm::log(dice.uniform())).sqrt();
            (reach - span) / 2.0
        };
        (beyond(), beyond())
    })
    .collect()
}

/// Where a path has its high (`sign` 1) or its low (−1): the minute, and what is missing to the wanted value.
fn extreme(path: &[f64], beyond: &[f64], wanted: f64, sign: f64) -> (usize, f64) {
    let mut found = (0, f64::NEG_INFINITY);
    for (minute, (pair, beyond)) in path.windows(2).zip(beyond).enumerate() {
        let reached = (sign * pair[0]).max(sign * pair[1]) + beyond;
        if reached > found.1 {
            found = (minute, reached);
        }
    }
    (found.0, wanted - sign * found.1)
}

/// An instant of the variance clock and what is added to the path there.
type Knot = (f64, f64);

/// The line through the knots (in order of time) at `time`.
fn line(knots: &[Knot], time: f64) -> f64 {
    let after = knots.partition_point(|knot| knot.0 <= time);
    match (
        after.checked_sub(1).and_then(|i| knots.get(i)),
        knots.get(after),
    ) {
        (Some(&(t0, y0)), Some(&(t1, y1))) if t1 > t0 => y0 + (y1 - y0) * (time - t0) / (t1 - t0),
        (Some(&(_, y)), _) | (None, Some(&(_, y))) => y,
        (None, None) => 0.0,
    }
}

/// `value` mirrored at the edges of low … high as often as it takes.
fn fold(value: f64, low: f64, high: f64) -> f64 {
    let width = high - low;
    if width <= 0.0 {
        return low;
    }
    let around = (value - low).rem_euclid(2.0 * width);
    low + if around > width {
        2.0 * width - around
    } else {
        around
    }
}

/// The minutes of a day along the chosen normals: the first opens at the day's open, the last closes at its close,
/// the highest high is its high and the lowest low its low, all of them exactly.
pub(super) fn minutes(day: &Day, clock: &[f64], steps: &[f64], dice: &mut Dice) -> Minutes {
    let frame = day.frame();
    let mut path = bridge(&frame, clock, steps);
    let beyond = excursions(&frame, clock, &path, dice);
    let (above, below): (Vec<f64>, Vec<f64>) = beyond.into_iter().unzip();
    let (at_high, at_low) = pin(day, &frame, clock, &mut path, (&above, &below));
    let rounded = Rounding::of(day);
    let mut made = Minutes::default();
    for (minute, pair) in path.windows(2).enumerate() {
        let (top, bottom) = (pair[0].max(pair[1]), pair[0].min(pair[1]));
        // A minute that is not the day's extreme stays short of it by chance, not on it by being cut off.
        let mut within = |room: f64, beyond: f64| {
            if beyond < room {
                beyond
            } else {
                room * dice.uniform()
            }
        };
        let high = top + within(frame.high - top, above[minute]);
        let low = bottom - within(bottom - frame.low, below[minute]);
        let (open, close) = (rounded.price(pair[0]), rounded.price(pair[1]));
        made.open.push(open);
        made.close.push(close);
        made.high.push(rounded.price(high).max(open).max(close));
        made.low.push(rounded.price(low).min(open).min(close));
    }
    for (column, at, price) in [
        (&mut made.high, at_high, day.high),
        (&mut made.low, at_low, day.low),
        (&mut made.open, 0, day.open),
        (&mut made.close, clock.len().saturating_sub(1), day.close),
    ] {
        if let Some(value) = column.get_mut(at) {
            *value = price;
        }
    }
    made
}

/// Bends the path so that its extremes are the day's, folds back what leaves the range, and tells the minutes that
/// hold the high and the low.
fn pin(
    day: &Day,
    frame: &Frame,
    clock: &[f64],
    path: &mut [f64],
    (above, below): (&[f64], &[f64]),
) -> (usize, usize) {
    let last = clock.len().saturating_sub(1);
    let (mut at_high, over) = extreme(path, above, frame.high, 1.0);
    let (mut at_low, under) = extreme(path, below, frame.low, -1.0);
    let mut knots: Vec<Knot> = vec![(0.0, 0.0)];
    let middle = |minute: usize| {
        let before: f64 = clock[..minute].iter().sum();
        before + clock[minute] / 2.0
    };
    // An open or a close at the edge of the range is its extreme already.
    if day.open >= day.high {
        at_high = 0;
    } else if day.close >= day.high {
        at_high = last;
    } else {
        knots.push((middle(at_high), over));
    }
    if day.open <= day.low {
        at_low = 0;
    } else if day.close <= day.low {
        at_low = last;
    } else {
        knots.push((middle(at_low), under));
    }
    knots.push((1.0, 0.0));
    knots.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut time = 0.0;
    for (edge, value) in path.iter_mut().enumerate() {
        *value = fold(*value + line(&knots, time), frame.low, frame.high);
        time += clock.get(edge).copied().unwrap_or_default();
    }
    (at_high, at_low)
}

/// From logarithms to prices on the day's grid and within its range.
struct Rounding {
    scale: f64,
    low: f64,
    high: f64,
}

impl Rounding {
    fn of(day: &Day) -> Rounding {
        Rounding {
            scale: 10_f64.powi(day.decimals()),
            low: day.low,
            high: day.high,
        }
    }

    fn price(&self, logarithm: f64) -> f64 {
        let price = (libm::exp(logarithm) * self.scale).round() / self.scale;
        price.max(self.low).min(self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_mirrors_at_both_edges() {
        // Between 2 and 5: 6 is 1 beyond the upper edge, so 4; 1 is 1 below the lower, so 3; 12 goes 7 beyond 5,
        // down to 2 after 3, up to 5 after 6, and ends at 4.
        for (value, folded) in [
            (3.0, 3.0),
            (6.0, 4.0),
            (1.0, 3.0),
            (12.0, 4.0),
            (2.0, 2.0),
            (5.0, 5.0),
        ] {
            assert_eq!(fold(value, 2.0, 5.0), folded);
        }
        assert_eq!(fold(7.0, 4.0, 4.0), 4.0);
    }

    #[test]
    fn a_line_goes_through_its_knots() {
        let knots = [(0.0, 0.0), (0.25, 1.0), (0.75, -1.0), (1.0, 0.0)];
        for (time, value) in [
            (0.0, 0.0),
            (0.125, 0.5),
            (0.25, 1.0),
            (0.5, 0.0),
            (0.875, -0.5),
            (1.0, 0.0),
        ] {
            assert_eq!(line(&knots, time), value);
        }
        assert_eq!(line(&[], 0.5), 0.0);
    }

    #[test]
    fn the_variance_is_that_of_garman_and_klass() {
        // High e^0.02, low 1, open 1, close e^0.01: ½ 0.0004 − 0.386294 × 0.0001 = 0.000161371.
        let day = Day {
            open: 1.0,
            high: 0.02_f64.exp(),
            low: 1.0,
            close: 0.01_f64.exp(),
        };
        assert!((day.frame().sigma.powi(2) - 0.000_161_370_6).abs() < 1e-10);
    }

    #[test]
    fn prices_are_written_as_the_day_writes_them() {
        let decimals = |open| {
            let (high, low, close) = (12.0, 9.0, 10.5);
            Day {
                open,
                high,
                low,
                close,
            }
            .decimals()
        };
        assert_eq!(decimals(10.0), 2);
        assert_eq!(decimals(10.01), 2);
        assert_eq!(decimals(10.0125), 4);
        assert_eq!(decimals(65.095_001_220_703_12), USUAL_DECIMALS);
    }

    #[test]
    fn a_bridge_starts_and_ends_where_it_should() {
        let frame = Frame {
            open: 1.0,
            high: 1.5,
            low: 0.5,
            close: 1.2,
            sigma: 0.1,
        };
        // Steps of 1 and −1 on a clock of halves: √½ each way, and nothing left to tie down at the end.
        let path = bridge(&frame, &[0.5, 0.5], &[1.0, -1.0]);
        let wanted = [1.0, 1.1 + 0.1 * 0.5_f64.sqrt(), 1.2];
        assert!(
            path.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-12),
            "{path:?}"
        );
    }
}
