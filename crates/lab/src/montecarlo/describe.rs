//! From courses to what is said of them.

use std::ops::Range;

use stats::quantile;
use stats::resample::Course;

use super::drawn::{Draws, Replay};
use super::ground::{Passed, Walked};
use super::once::Replayed;
use super::result::{Drawn, Method, Once, Quantiles, RandomEntries, Spread, Variant, WindowCarlo};
use crate::error::Error;
use crate::regimes::Regime;

impl Quantiles {
    fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let at = |share| quantile(&values, share);
        Some(Self {
            p1: at(0.01)?,
            p5: at(0.05)?,
            p25: at(0.25)?,
            p50: at(0.5)?,
            p75: at(0.75)?,
            p95: at(0.95)?,
            p99: at(0.99)?,
        })
    }
}

impl Spread {
    fn of(courses: &[Course], ruin: f64) -> Option<Self> {
        let ruined = courses.iter().filter(|course| course.ruined(ruin)).count();
        Some(Self {
            draws: courses.len(),
            net_return: Quantiles::of(courses.iter().map(Course::net_return))?,
            max_drawdown: Quantiles::of(courses.iter().map(|course| course.depth))?,
            ruin_probability: ruined as f64 / courses.len() as f64,
            block_sessions: None,
            mean_trades: None,
            random: None,
        })
    }
}

/// Everything the windows are described from.
pub(super) struct Parts<'a> {
    pub(super) regimes: &'a [Regime],
    pub(super) walked: &'a [Walked],
    pub(super) variants: &'a [Replayed],
    pub(super) random: &'a [Replay],
    pub(super) noise: &'a [Replay],
}

/// One window.
pub(super) fn window(
    draws: &Draws<'_>,
    parts: &Parts<'_>,
    place: usize,
) -> Result<WindowCarlo, Error> {
    let described = describe(draws, parts, place..place + 1)?;
    let regime = parts.regimes.get(place);
    Ok(WindowCarlo {
        name: regime.map_or_else(String::new, |regime| regime.name.clone()),
        from: regime.map(|regime| regime.from),
        to: regime.map(|regime| regime.to),
        ..described
    })
}

/// All windows, one after another, as one account would have gone through them.
pub(super) fn pooled(draws: &Draws<'_>, parts: &Parts<'_>) -> Result<WindowCarlo, Error> {
    describe(draws, parts, 0..parts.walked.len())
}

fn describe(
    draws: &Draws<'_>,
    parts: &Parts<'_>,
    places: Range<usize>,
) -> Result<WindowCarlo, Error> {
    let ruin = draws.options.ruin;
    let walked = &parts.walked[places.clone()];
    let as_run = joined(walked.iter().map(|walked| walked.passed), ruin);
    let variants = parts.variants.iter().map(|variant| Variant {
        what: variant.what,
        result: joined(variant.windows[places.clone()].iter().copied(), ruin),
    });
    let mut drawn = resampled(draws, walked)?;
    drawn.push(random(parts.random, &places, walked, &as_run, ruin));
    let noise = passed(parts.noise, &places);
    drawn.push(Drawn {
        method: Method::PriceNoise,
        spread: of_replays(&noise, ruin),
        absent: None,
    });
    Ok(WindowCarlo {
        name: "pooled".to_owned(),
        from: None,
        to: None,
        sessions: walked.iter().map(|walked| walked.sessions).sum(),
        as_run,
        variants: variants.collect(),
        drawn,
    })
}

/// Windows one after another.
fn joined(windows: impl Iterator<Item = Passed>, ruin: f64) -> Once {
    let passed = windows.fold(Passed::default(), Passed::then);
    Once {
        net_return: passed.course.net_return(),
        max_drawdown: passed.course.depth,
        trades: passed.trades,
        ruined: passed.course.ruined(ruin),
    }
}

/// What is drawn from the plan's own trades and days.
fn resampled(draws: &Draws<'_>, walked: &[Walked]) -> Result<Vec<Drawn>, Error> {
    let ruin = draws.options.ruin;
    let fractions: Vec<f64> = walked
        .iter()
        .flat_map(|walked| walked.fractions.iter().copied())
        .collect();
    let (alone, still) = match fractions.len() {
        0 => (Some("no trades"), Some("no trades")),
        1 => (Some("one trade: drawn again it is the same"), None),
        _ => (None, None),
    };
    Ok(vec![
        drawn_if(Method::Trades, alone, || {
            Ok(Spread::of(&draws.trades(&fractions)?, ruin))
        })?,
        drawn_if(Method::Order, alone, || {
            Ok(Spread::of(&draws.orders(&fractions)?, ruin))
        })?,
        drawn_if(Method::Days, still, || days(draws, walked))?,
    ])
}

fn drawn_if(
    method: Method,
    absent: Option<&'static str>,
    draw: impl FnOnce() -> Result<Option<Spread>, Error>,
) -> Result<Drawn, Error> {
    let spread = if absent.is_some() { None } else { draw()? };
    Ok(Drawn {
        method,
        spread,
        absent,
    })
}

fn days(draws: &Draws<'_>, walked: &[Walked]) -> Result<Option<Spread>, Error> {
    let Some(returns) = Walked::returns(walked) else {
        return Ok(None);
    };
    let (courses, block) = draws.days(&returns)?;
    let spread = Spread::of(&courses, draws.options.ruin);
    Ok(spread.map(|spread| Spread {
        block_sessions: Some(block),
        ..spread
    }))
}

/// How the plan stands among entries at random.
fn random(
    replays: &[Replay],
    places: &Range<usize>,
    walked: &[Walked],
    as_run: &Once,
    ruin: f64,
) -> Drawn {
    if walked.iter().all(|walked| walked.fractions.is_empty()) {
        return Drawn {
            method: Method::RandomEntries,
            spread: None,
            absent: Some("no trades"),
        };
    }
    let passed = passed(replays, places);
    let good = |passed: &&Passed| passed.course.net_return() >= as_run.net_return;
    let as_good = passed.iter().filter(good).count();
    let among = RandomEntries {
        as_good,
        p_value: (1 + as_good) as f64 / (1 + passed.len()) as f64,
    };
    Drawn {
        method: Method::RandomEntries,
        spread: of_replays(&passed, ruin).map(|spread| Spread {
            random: Some(among),
            ..spread
        }),
        absent: None,
    }
}

/// Each replay over some of the windows, as one.
fn passed(replays: &[Replay], places: &Range<usize>) -> Vec<Passed> {
    let joined = |replay: &Replay| {
        let windows = replay[places.clone()].iter().copied();
        windows.fold(Passed::default(), Passed::then)
    };
    replays.iter().map(joined).collect()
}

/// Their courses, with the mean number of trades.
fn of_replays(replays: &[Passed], ruin: f64) -> Option<Spread> {
    let courses: Vec<Course> = replays.iter().map(|passed| passed.course).collect();
    let trades: usize = replays.iter().map(|passed| passed.trades).sum();
    Some(Spread {
        mean_trades: Some(trades as f64 / replays.len() as f64),
        ..Spread::of(&courses, ruin)?
    })
}

#[cfg(test)]
mod tests {
    use super::{Once, of_replays, passed, random};
    use crate::montecarlo::ground::{Passed, Walked};
    use stats::resample::Course;

    fn walked(fractions: Vec<f64>) -> Walked {
        Walked {
            sessions: 5,
            moved: Vec::new(),
            fractions,
            entered: Vec::new(),
            passed: Passed::default(),
        }
    }

    fn one_trade(fraction: f64) -> Passed {
        Passed {
            course: Course::of([fraction]),
            trades: 1,
        }
    }

    #[test]
    fn windows_follow_one_another() {
        // +10 % and −50 %, then twice nothing: 0.55 and 1; two trades and none.
        let replays = [
            vec![one_trade(0.1), one_trade(-0.5)],
            vec![Passed::default(); 2],
        ];
        let both = passed(&replays, &(0..2));
        assert!((both[0].course.end - 0.55).abs() < 1e-12 && both[1].course.end == 1.0);
        assert!((passed(&replays, &(0..1))[0].course.end - 1.1).abs() < 1e-12);
        let as_run = Once {
            net_return: 0.0,
            max_drawdown: 0.0,
            trades: 2,
            ruined: false,
        };
        let found = random(&replays, &(0..2), &[walked(vec![0.1])], &as_run, 0.4);
        let spread = found.spread.unwrap();
        // One of two ended at 0 or above: (1 + 1) ÷ (1 + 2). One fell to 0.55, which is ruin at the loss of 0.4.
        let among = spread.random.unwrap();
        assert_eq!((among.as_good, among.p_value), (1, 2.0 / 3.0));
        assert_eq!(
            (spread.ruin_probability, spread.mean_trades),
            (0.5, Some(1.0))
        );
        let none = random(&replays, &(0..2), &[walked(Vec::new())], &as_run, 0.4);
        assert_eq!((none.spread, none.absent), (None, Some("no trades")));
        assert_eq!(of_replays(&[], 0.4), None);
    }
}
