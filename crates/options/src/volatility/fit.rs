//! Fitting the curve to real smiles, and saying how well it fits.

use super::observe::ObservedSmile;
use super::skew::{Skew, SkewError, SkewParameters, TENOR_DAYS, YEAR_DAYS};
use super::squares::least;
use super::strip::term_strip;
use super::surface::{Smile, Surface};
use super::term::Level;

/// Deviations a fit looks at.
const DEVIATIONS: (f64, f64) = (-6.0, 3.5);
/// Spread, in deviations, of the normal density that weighs a stretch of a smile. A strip of variance, and a condor's wings,
/// rest on what lies two deviations out; a plain vega weight would hardly look there.
const WEIGHT_SPREAD: f64 = 2.0;
/// Where the search begins: read off a chain by eye.
const START: SkewParameters = SkewParameters {
    put_slope: 0.7,
    call_slope: 0.5,
    centre: 0.95,
    width: 0.5,
    crash_slope: 0.7,
    crash_centre: -3.0,
    put_slope_growth: 0.1,
    centre_growth: -0.1,
    crash_slope_growth: 0.2,
};
/// Rounds of the search; it arrives in some twenty.
const ROUNDS: usize = 100;
/// What a fit keeps of Gatheral's g, so that rounding what is written leaves a curve.
const LEAST_DENSITY: f64 = 0.005;
/// Four digits behind the point are written down, and the errors are of what is written.
const WRITTEN: f64 = 1e4;
/// Fewer quotes than this say nothing about nine numbers.
const FEWEST_POINTS: usize = 60;

/// Why no curve was fitted.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum FitError {
    /// Too few quotes.
    #[error(
        "skew fit: {found} quotes of 2 to 120 days out of the money, expected at least {least}; give a chain of more strikes or expiries"
    )]
    TooFew {
        /// Usable quotes.
        found: usize,
        /// Those needed.
        least: usize,
    },
    /// The best curve is none (it cannot be, since the start is one).
    #[error(transparent)]
    Curve(#[from] SkewError),
}

/// A fitted curve.
#[derive(Clone, Debug)]
pub struct SkewFit {
    /// The curve.
    pub skew: Skew,
    /// Quotes it was fitted to.
    pub points: usize,
    /// Smiles they belong to.
    pub smiles: usize,
    /// Root of the weighed mean square of (curve − quote), as a share of the volatility at the money.
    pub relative_error: f64,
}

/// One quote as the fit sees it.
struct Sample {
    /// ln(strike ÷ forward) ÷ √T.
    along: f64,
    volatility: f64,
    weight: f64,
}

/// One smile as the fit sees it.
struct Samples {
    years: f64,
    at_the_money: f64,
    list: Vec<Sample>,
}

/// Fits the curve to smiles of [`TENOR_DAYS`]. Every smile counts the same; each is given its own best level at the money,
/// so that the curve is judged by its form alone; within a smile each stretch of deviations is weighed by a normal density,
/// however many strikes it has.
///
/// # Errors
/// [`FitError::TooFew`] quotes.
pub fn fit(smiles: &[ObservedSmile]) -> Result<SkewFit, FitError> {
    let samples: Vec<Samples> = in_range(smiles).filter_map(Samples::of).collect();
    let points: usize = samples.iter().map(|s| s.list.len()).sum();
    if points < FEWEST_POINTS {
        let (found, least) = (points, FEWEST_POINTS);
        return Err(FitError::TooFew { found, least });
    }
    let best = least(numbers(&START), ROUNDS, |numbers, out| {
        residuals(&parameters(numbers), &samples, out)
    });
    let written = parameters(&best.map(|n| (n * WRITTEN).round() / WRITTEN));
    let mut misses = Vec::new();
    residuals(&written, &samples, &mut misses);
    Ok(SkewFit {
        skew: Skew::new(written)?,
        points,
        smiles: samples.len(),
        relative_error: misses.iter().map(|m| m * m).sum::<f64>().sqrt(),
    })
}

fn in_range(smiles: &[ObservedSmile]) -> impl Iterator<Item = &ObservedSmile> {
    smiles
        .iter()
        .filter(|s| (TENOR_DAYS.0..=TENOR_DAYS.1).contains(&(s.years * YEAR_DAYS)))
}

fn numbers(p: &SkewParameters) -> [f64; 9] {
    [
        p.put_slope,
        p.call_slope,
        p.centre,
        p.width,
        p.crash_slope,
        p.crash_centre,
        p.put_slope_growth,
        p.centre_growth,
        p.crash_slope_growth,
    ]
}

fn parameters(numbers: &[f64; 9]) -> SkewParameters {
    let [
        put_slope,
        call_slope,
        centre,
        width,
        crash_slope,
        crash_centre,
        put_slope_growth,
        centre_growth,
        crash_slope_growth,
    ] = *numbers;
    SkewParameters {
        put_slope,
        call_slope,
        centre,
        width,
        crash_slope,
        crash_centre,
        put_slope_growth,
        centre_growth,
        crash_slope_growth,
    }
}

impl Samples {
    fn of(smile: &ObservedSmile) -> Option<Samples> {
        let at_the_money = smile.at_the_money();
        let root = smile.years.sqrt();
        let along = |strike: f64| (strike / smile.forward).ln() / root;
        let (low, high) = (DEVIATIONS.0 * at_the_money, DEVIATIONS.1 * at_the_money);
        let inside: Vec<_> = smile
            .points
            .iter()
            .filter(|p| (low..=high).contains(&along(p.strike)))
            .collect();
        let last = inside.len().checked_sub(1)?;
        let list = (0..=last)
            .map(|i| {
                let (before, after) = (inside[i.saturating_sub(1)], inside[(i + 1).min(last)]);
                let stretch = along(after.strike) - along(before.strike);
                let z = along(inside[i].strike) / at_the_money / WEIGHT_SPREAD;
                Sample {
                    along: along(inside[i].strike),
                    volatility: inside[i].volatility,
                    weight: stretch * (-0.5 * z * z).exp(),
                }
            })
            .collect();
        Some(Samples {
            years: smile.years,
            at_the_money,
            list,
        })
    }

    /// The misses of (curve − quote) ÷ level at the level that makes their square least, weighed so that the squares add up to
    /// the smile's mean square.
    fn misses(&self, p: &SkewParameters, out: &mut Vec<f64>) {
        let shape = p.shape(self.years);
        let mut level = self.at_the_money;
        // Gauss–Newton on the level alone; two steps leave nothing to gain.
        for _ in 0..3 {
            let (mut push, mut pull) = (0.0, 0.0);
            for sample in &self.list {
                let z = sample.along / level;
                let jet = shape.jet(z);
                let f = jet.value.sqrt();
                // d(level·f(along/level)) = f − z·f′.
                let rate = f - 0.5 * z * jet.slope / f;
                push += sample.weight * (level * f - sample.volatility) * rate;
                pull += sample.weight * rate * rate;
            }
            let step = push / pull;
            if step.is_nan() || step.abs() >= 0.5 * level {
                break;
            }
            level -= step;
        }
        let weights: f64 = self.list.iter().map(|s| s.weight).sum();
        out.extend(self.list.iter().map(|sample| {
            let miss = level * shape.ratio(sample.along / level) - sample.volatility;
            miss / self.at_the_money * (sample.weight / weights).sqrt()
        }));
    }
}

/// The misses of all smiles, each smile counting the same, and what a density below zero costs; false where a number is out
/// of its range.
fn residuals(p: &SkewParameters, samples: &[Samples], out: &mut Vec<f64>) -> bool {
    if p.check_ranges().is_err() {
        return false;
    }
    for smile in samples {
        smile.misses(p, out);
    }
    let share = (samples.len() as f64).sqrt().recip();
    for miss in out.iter_mut() {
        *miss *= share;
    }
    // A wall would stop the search where it meets it; a steep slope lets it slide along.
    out.extend(p.least_densities().map(|g| (g - LEAST_DENSITY).min(0.0)));
    true
}

/// How a smile is levelled before it is held against quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Levelled {
    /// At the money, by the quotes nearest to it: the error of the curve's form.
    AtTheMoney,
    /// By the variance strip of the same quotes, as the surface of a volatility index is: the error a model chain has.
    ByStrip,
}

/// The errors of one kind of option, in points of volatility (1 is one per cent a year).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErrorBucket {
    /// Days to expiry, from and to below.
    pub days: (f64, f64),
    /// Deviations from the forward, from and to below.
    pub deviations: (f64, f64),
    /// Quotes.
    pub count: usize,
    /// The mean of (curve − quote).
    pub bias_points: f64,
    /// The root of its mean square.
    pub rms_points: f64,
    /// The mean of half of what bid and ask imply: what no curve could beat.
    pub quoted_half_width_points: f64,
}

/// Edges of the table of errors.
pub const ERROR_DAYS: [f64; 5] = [2.0, 8.0, 22.0, 60.0, 120.0];
/// Edges of the table of errors.
pub const ERROR_DEVIATIONS: [f64; 8] = [-6.0, -4.0, -2.5, -1.0, 0.5, 1.25, 2.0, 3.5];

/// The errors of a curve against smiles, by days and deviations; buckets without a quote are left out. So are
/// smiles whose strip is needed but ends before the table does, for want of strikes.
pub fn errors(smiles: &[ObservedSmile], skew: &Skew, levelled: Levelled) -> Vec<ErrorBucket> {
    let kinds = ERROR_DEVIATIONS.len() - 1;
    let mut sums = vec![(0usize, 0.0, 0.0, 0.0); (ERROR_DAYS.len() - 1) * kinds];
    for observed in in_range(smiles) {
        let Some(smile) = modelled(observed, skew, levelled) else {
            continue;
        };
        let Some(row) = bucket(&ERROR_DAYS, observed.years * YEAR_DAYS) else {
            continue;
        };
        for point in &observed.points {
            let z = observed.deviations(point.strike);
            let Some(column) = bucket(&ERROR_DEVIATIONS, z) else {
                continue;
            };
            let model = smile.volatility(point.strike, observed.forward);
            let miss = 100.0 * (model - point.volatility);
            let sum = &mut sums[row * kinds + column];
            sum.0 += 1;
            sum.1 += miss;
            sum.2 += miss * miss;
            sum.3 += 100.0 * point.half_width;
        }
    }
    let of = |(i, &(count, miss, square, width)): (usize, &(usize, f64, f64, f64))| {
        let (row, column, n) = (i / kinds, i % kinds, count as f64);
        (count > 0).then(|| ErrorBucket {
            days: (ERROR_DAYS[row], ERROR_DAYS[row + 1]),
            deviations: (ERROR_DEVIATIONS[column], ERROR_DEVIATIONS[column + 1]),
            count,
            bias_points: miss / n,
            rms_points: (square / n).sqrt(),
            quoted_half_width_points: width / n,
        })
    };
    sums.iter().enumerate().filter_map(of).collect()
}

/// The curve's smile for an observed one.
fn modelled(observed: &ObservedSmile, skew: &Skew, levelled: Levelled) -> Option<Smile> {
    match levelled {
        Levelled::AtTheMoney => Some(Smile::new(observed.at_the_money(), observed.years, skew)),
        Levelled::ByStrip => {
            let strip = term_strip(&observed.chain, observed.years, observed.rate).ok()?;
            if observed.deviations(strip.lowest) > DEVIATIONS.0 {
                return None;
            }
            let level = Level::flat(strip.variance.max(0.0).sqrt()).ok()?;
            Some(Surface::new(level, skew).smile(observed.years))
        }
    }
}

fn bucket(edges: &[f64], value: f64) -> Option<usize> {
    let above = edges.partition_point(|edge| *edge <= value);
    (above > 0 && above < edges.len()).then(|| above - 1)
}
