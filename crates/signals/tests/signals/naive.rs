//! The second route: one row at a time, from the definitions, by loops over all that came before.
//!
//! Splits are taken out the usual way, by dividing what came before them, as seen from the row asked for.

use signals::{Flag, FullWhy, HalfWhy, Layer, NoneWhy, Profile, Rotation, Size, State};

use crate::market::Market;

/// What one row says.
#[derive(Debug, PartialEq)]
pub(crate) struct Naive {
    pub(crate) layers: [Option<State>; 4],
    pub(crate) rotation: Option<Rotation>,
    pub(crate) composite: Option<State>,
    pub(crate) size: Size,
    pub(crate) flags: Vec<(Flag, Option<bool>)>,
}

/// Everything up to one row, newest last, on that row's share basis.
struct Past {
    high: Vec<f64>,
    low: Vec<f64>,
    close: Vec<f64>,
    volume: Vec<f64>,
    benchmark: Vec<Option<f64>>,
    readings: Vec<f64>,
    fresh: bool,
}

fn past(market: &Market, row: usize) -> Past {
    let ratio = |j: usize| -> f64 {
        let later = market
            .splits
            .iter()
            .filter(|split| split.0 > j && split.0 <= row);
        later.map(|split| split.1).product()
    };
    let prices = |raw: &[f64]| (0..=row).map(|j| raw[j] / ratio(j)).collect();
    Past {
        high: prices(&market.high),
        low: prices(&market.low),
        close: prices(&market.close),
        volume: (0..=row).map(|j| market.volume[j] * ratio(j)).collect(),
        benchmark: market.benchmark[..=row].to_vec(),
        readings: market.breadth[..=row].iter().flatten().copied().collect(),
        fresh: market.breadth[row].is_some() || (row > 0 && market.breadth[row - 1].is_some()),
    }
}

/// `x[now] ÷ x[n ago] − 1`.
fn change(x: &[f64], n: usize) -> Option<f64> {
    Some(x.last()? / x.iter().rev().nth(n)? - 1.0)
}

fn change_of_known(x: &[Option<f64>], n: usize) -> Option<f64> {
    Some((*x.last()?)? / (*x.iter().rev().nth(n)?)? - 1.0)
}

fn average(x: &[f64], n: usize) -> Option<f64> {
    let last = x.len().checked_sub(n).map(|from| &x[from..])?;
    Some(last.iter().sum::<f64>() / n as f64)
}

/// Every value of the exponential average from its seed on.
fn exponential(x: &[f64], n: usize) -> Vec<Option<f64>> {
    let mut out = vec![None; x.len()];
    for i in 0..x.len() {
        out[i] = match (i + 1).cmp(&n) {
            std::cmp::Ordering::Less => None,
            std::cmp::Ordering::Equal => average(&x[..=i], n),
            std::cmp::Ordering::Greater => {
                let weight = 2.0 / (n as f64 + 1.0);
                out[i - 1].map(|before: f64| weight * x[i] + (1.0 - weight) * before)
            }
        };
    }
    out
}

/// Wilder's.
fn ranges(past: &Past, n: usize) -> Vec<Option<f64>> {
    let mut out: Vec<Option<f64>> = vec![None];
    let mut sum = 0.0;
    for i in 1..past.close.len() {
        let before = past.close[i - 1];
        let (high, low) = (past.high[i], past.low[i]);
        let range = (high - low)
            .max((high - before).abs())
            .max((low - before).abs());
        sum += range;
        out.push(match i.cmp(&n) {
            std::cmp::Ordering::Less => None,
            std::cmp::Ordering::Equal => Some(sum / n as f64),
            std::cmp::Ordering::Greater => {
                out[i - 1].map(|before| (before * (n as f64 - 1.0) + range) / n as f64)
            }
        });
    }
    out
}

fn sign(x: f64) -> State {
    match x.partial_cmp(&0.0) {
        Some(std::cmp::Ordering::Greater) => State::Bullish,
        Some(std::cmp::Ordering::Less) => State::Bearish,
        _ => State::Neutral,
    }
}

fn trend(profile: &Profile, past: &Past) -> (Option<State>, Option<bool>) {
    let p = &profile.trend;
    let fast = exponential(&past.close, p.fast_sessions);
    let slow = exponential(&past.close, p.slow_sessions);
    let atr = ranges(past, p.atr_sessions);
    let gap: Vec<Option<f64>> = fast
        .iter()
        .zip(&slow)
        .map(|(f, s)| Some((*f)? - (*s)?))
        .collect();
    let i = gap.len() - 1;
    let apart = |j: usize| {
        gap[j]
            .zip(atr[j])
            .is_some_and(|(gap, atr)| gap.abs() > p.separation_atr * atr)
    };
    // A run that ends at j: the longest one that lasts until there.
    let run = |j: usize| (0..=j).rev().take_while(|&k| apart(k)).count();
    let converging = (|| {
        let (now, _) = gap[i].zip(atr[i])?;
        let before = gap[i.checked_sub(p.converging_sessions)?]?;
        let lately = i.saturating_sub(p.converging_sessions)..=i;
        Some(
            lately.into_iter().any(|j| run(j) >= p.separation_sessions) && now.abs() < before.abs(),
        )
    })();
    (gap[i].map(sign), converging)
}

fn mark(profile: &Profile, past: &Past) -> Option<bool> {
    let p = &profile.momentum;
    let len = past.close.len();
    let from = len.checked_sub(p.range_sessions)?;
    (from + 1).checked_sub(p.volume_sessions)?;
    let top = past.high[from..].iter().copied().fold(f64::MIN, f64::max);
    let bottom = past.low[from..].iter().copied().fold(f64::MAX, f64::min);
    Some((from..len).any(|u| {
        let usual = average(&past.volume[..=u], p.volume_sessions).unwrap();
        let place = past.close[u] - bottom;
        past.volume[u] > usual && place < (top - bottom) * p.lower_fraction
    }))
}

fn momentum(profile: &Profile, past: &Past, mark: Option<bool>) -> Option<State> {
    let p = &profile.momentum;
    let short = sign(change(&past.close, p.short_sessions)?);
    let long = sign(change(&past.close, p.long_sessions)?);
    let agreed = if short == long { short } else { State::Neutral };
    Some(if mark? { agreed } else { State::Neutral })
}

struct BreadthSays {
    state: State,
    divergence: bool,
    repair: bool,
    rising: bool,
}

fn breadth(profile: &Profile, past: &Past) -> Option<BreadthSays> {
    let p = &profile.breadth;
    if !past.fresh {
        return None;
    }
    let now = *past.readings.last()?;
    let ago = *past.readings.iter().rev().nth(p.rising_sessions)?;
    let lately = past.readings.iter().rev().take(p.rising_sessions);
    let was_low = lately.into_iter().any(|&reading| reading < p.repair_pct);
    let rally = change(&past.close, p.rally_sessions)? > 0.0;
    let lows = &past.close[past.close.len().checked_sub(p.repair_low_sessions)?..];
    let bottom = lows.iter().copied().fold(f64::MAX, f64::min);
    let atr = ranges(past, profile.trend.atr_sessions).pop()??;
    let near = past.close.last()? - bottom <= p.repair_atr * atr;
    let divergence = rally && now < p.bullish_pct;
    let repair = was_low && now > p.repair_pct && now > ago && near;
    let state = match (divergence, repair) {
        (true, _) => State::Bearish,
        (_, true) => State::Neutral,
        _ if now >= p.bullish_pct => State::Bullish,
        _ if now >= p.full_size_pct => State::Neutral,
        _ => State::Bearish,
    };
    Some(BreadthSays {
        state,
        divergence,
        repair,
        rising: now > ago,
    })
}

fn rotation(profile: &Profile, past: &Past) -> Option<Rotation> {
    let p = &profile.rotation;
    let own = change(&past.close, p.sessions)?;
    let other = change_of_known(&past.benchmark, p.sessions)?;
    let pct = ((1.0 + own) / (1.0 + other) - 1.0) * 100.0;
    Some(match pct {
        pct if pct > p.leadership_pct => Rotation::Leadership,
        pct if pct < p.flight_pct => Rotation::Flight,
        _ => Rotation::Parity,
    })
}

fn size(
    profile: &Profile,
    composite: Option<State>,
    rotation: Option<Rotation>,
    past: &Past,
    says: Option<&BreadthSays>,
    mark: Option<bool>,
) -> Size {
    if composite != Some(State::Bullish) {
        return Size::None(match composite {
            None => NoneWhy::Unknown,
            Some(State::Bearish) => NoneWhy::Bearish,
            _ => NoneWhy::Neutral,
        });
    }
    if rotation == Some(Rotation::Flight) {
        return Size::Half(HalfWhy::Flight);
    }
    let Some(says) = says else {
        return Size::Half(HalfWhy::BreadthUnknown);
    };
    let pct = *past.readings.last().unwrap();
    let half = [
        (says.divergence, HalfWhy::Divergence),
        (pct < profile.breadth.full_size_pct, HalfWhy::NarrowBreadth),
        (rotation.is_none(), HalfWhy::RotationUnknown),
    ];
    if let Some((_, why)) = half.into_iter().find(|(holds, _)| *holds) {
        return Size::Half(why);
    }
    if rotation == Some(Rotation::Leadership) {
        return if says.rising {
            Size::Full(FullWhy::Leadership)
        } else {
            Size::Half(HalfWhy::BreadthNotRising)
        };
    }
    if pct >= profile.breadth.bullish_pct {
        Size::Full(FullWhy::BroadParity)
    } else if mark == Some(true) {
        Size::Full(FullWhy::MarkedParity)
    } else {
        Size::Half(HalfWhy::Unconfirmed)
    }
}

/// Row `row` of the market, from the definitions.
pub(crate) fn naive(profile: &Profile, market: &Market, row: usize) -> Naive {
    let past = past(market, row);
    let (trend, converging) = trend(profile, &past);
    let mark = mark(profile, &past);
    let momentum = momentum(profile, &past, mark);
    let says = breadth(profile, &past);
    let lookback = profile.relative_strength.lookback_sessions;
    let own = change(&past.close, lookback);
    let other = change_of_known(&past.benchmark, lookback);
    let lead = own.zip(other).map(|(own, other)| own - other);
    let layers = [
        trend,
        momentum,
        says.as_ref().map(|s| s.state),
        lead.map(sign),
    ];
    let known: Vec<i32> = layers
        .iter()
        .flatten()
        .map(|s| i32::from(s.score()))
        .collect();
    let sum: i32 = known.iter().sum();
    let composite = (!known.is_empty()).then_some(match sum {
        2.. => State::Bullish,
        ..=-2 => State::Bearish,
        _ => State::Neutral,
    });
    let rotation = rotation(profile, &past);
    let flag = |of: fn(&BreadthSays) -> bool| says.as_ref().map(of);
    let deteriorating = lead
        .zip(other)
        .map(|(lead, other)| lead < 0.0 && other > 0.0);
    Naive {
        layers,
        rotation,
        composite,
        size: size(profile, composite, rotation, &past, says.as_ref(), mark),
        flags: vec![
            (Flag::Converging, converging),
            (Flag::VolumeMark, mark),
            (Flag::Divergence, flag(|s| s.divergence)),
            (Flag::Repair, flag(|s| s.repair)),
            (Flag::BreadthRising, flag(|s| s.rising)),
            (Flag::Deteriorating, deteriorating),
        ],
    }
}

/// The same row as the columns have it.
pub(crate) fn from_columns(columns: &signals::Columns, row: usize) -> Naive {
    let named = [
        Flag::Converging,
        Flag::VolumeMark,
        Flag::Divergence,
        Flag::Repair,
        Flag::BreadthRising,
        Flag::Deteriorating,
    ];
    Naive {
        layers: Layer::ALL.map(|layer| columns.state(layer)[row]),
        rotation: columns.rotation()[row],
        composite: columns.composite()[row],
        size: columns.size()[row],
        flags: named
            .iter()
            .map(|&flag| (flag, columns.flag(flag)[row]))
            .collect(),
    }
}
