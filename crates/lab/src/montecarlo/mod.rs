//! Monte Carlo: how else could it have gone?
//!
//! A replay is one course of events. Here the same trades come again, in another order or drawn anew; the same days come
//! in other blocks; entries come a bar late, or at random; costs double and treble; prices are a little other than
//! they were. What depends on prices is replayed through the one loop; nothing is estimated that can be replayed.
//! `docs/montecarlo.md` says in plain words what each means.

mod describe;
mod drawn;
mod entries;
mod ground;
mod noise;
mod once;
mod options;
mod result;
#[cfg(test)]
mod tests;

use std::sync::atomic::Ordering;

use engine::Window;
use tape::Tape;

use crate::error::Error;
use crate::load::load;
use crate::montecarlo::drawn::Draws;
use crate::montecarlo::ground::{Ground, Walked};
use crate::regimes::Regime;
use crate::run::facts;
use crate::scenario::Scenario;
use crate::threads::{chosen, on_threads};

pub use options::MonteCarloOptions;
pub use result::{
    Drawn, Method, MonteCarlo, Once, Quantiles, RandomEntries, Settings, Spread, Variant,
    WindowCarlo,
};

/// Puts `scenario` through everything above, in each of `regimes` and in all of them as one course.
///
/// Draw k of a seed is the same on any number of threads, and so is the result.
///
/// # Errors
/// Options out of range, what [`load`] refuses, and [`Error::Interrupted`].
pub fn monte_carlo(
    scenario: &Scenario,
    regimes: &[Regime],
    tape: &Tape,
    options: &MonteCarloOptions<'_>,
) -> Result<MonteCarlo, Error> {
    options.check()?;
    let threads = chosen(options.threads);
    // A regime with holes (history) is one window a stretch.
    let spans: Vec<Regime> = regimes.iter().flat_map(Regime::spans).collect();
    let regimes = spans.as_slice();
    let loaded = load(scenario, regimes, tape, threads)?;
    let ground = Ground::of(scenario, &loaded.snapshot)?;
    let windows = ground.windows(regimes)?;
    let walked: Vec<Walked> = windows
        .iter()
        .map(|&window| ground.as_planned(window))
        .collect::<Result<_, _>>()?;
    let courses = on_threads(threads, || -> Result<_, Error> {
        let draws = Draws::new(options, &loaded, windows.len());
        let variants = once::variants(&ground, &windows)?;
        let random = draws.random_entries(&ground, &windows, &walked)?;
        let noise = draws.noise(scenario, regimes)?;
        let parts = describe::Parts {
            regimes,
            walked: &walked,
            variants: &variants,
            random: &random,
            noise: &noise,
        };
        let one = |place| describe::window(&draws, &parts, place);
        let each: Result<Vec<WindowCarlo>, Error> = (0..windows.len()).map(one).collect();
        let pooled = (windows.len() > 1).then(|| describe::pooled(&draws, &parts));
        Ok((each?, pooled.transpose()?))
    });
    if options.stop.load(Ordering::Relaxed) {
        return Err(Error::Interrupted);
    }
    let (windows, pooled) = courses?;
    Ok(MonteCarlo {
        plan: scenario.name.clone(),
        symbol: scenario.instrument.symbol.clone(),
        interval: scenario.instrument.interval.to_string(),
        risk_per_trade: scenario.risk.risk_per_trade,
        settings: options.settings(),
        tape: facts(scenario, tape, &loaded),
        windows,
        pooled,
        warnings: loaded.warnings,
    })
}

/// Slots of a window, at most: what a place in a session is counted from.
fn slots(window: Window) -> std::ops::RangeInclusive<usize> {
    window.first..=window.last
}
