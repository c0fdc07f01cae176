//! Drawing many times, on many threads, the same on any number of them.

use std::sync::atomic::{AtomicUsize, Ordering};

use engine::{Replayer, Window};
use indicators::Mask;
use rayon::prelude::*;
use stats::resample::{Course, ResampledPaths, automatic_block_length, drawn_again, reordered};
use stats::{Dice, Purpose, SparseReturns};
use strategies::Prepared;

use super::entries::{Places, checklist, entering_on};
use super::ground::{Ground, Passed, Walked};
use super::noise::Noise;
use super::options::MonteCarloOptions;
use crate::error::Error;
use crate::load::Loaded;
use crate::regimes::Regime;
use crate::scenario::Scenario;

const AT_RANDOM: &str = "entered at random";

/// Draws between two words about progress.
const PER_WORD: usize = 32;

/// One replay of every window, in their order.
pub(super) type Replay = Vec<Passed>;

/// What is drawn, and how far along it is.
pub(super) struct Draws<'a> {
    pub(super) options: &'a MonteCarloOptions<'a>,
    loaded: &'a Loaded,
    done: AtomicUsize,
    all: usize,
}

impl<'a> Draws<'a> {
    pub(super) fn new(
        options: &'a MonteCarloOptions<'a>,
        loaded: &'a Loaded,
        windows: usize,
    ) -> Self {
        let courses = if windows > 1 { windows + 1 } else { 1 };
        Self {
            options,
            loaded,
            done: AtomicUsize::new(0),
            all: 2 * options.replays as usize + 3 * courses * options.resamples as usize,
        }
    }

    /// `count` draws in order of k, each from k alone; `init` makes what a thread keeps between them.
    fn each<S, T: Send>(
        &self,
        count: u64,
        init: impl Fn() -> S + Sync + Send,
        draw: impl Fn(&mut S, u64) -> Result<T, Error> + Sync + Send,
    ) -> Result<Vec<T>, Error> {
        let one = |state: &mut S, k: usize| {
            if self.options.stop.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
            let drawn = draw(state, k as u64);
            let done = 1 + self.done.fetch_add(1, Ordering::Relaxed);
            if done.is_multiple_of(PER_WORD) {
                (self.options.progress)(done, self.all);
            }
            drawn
        };
        (0..count as usize)
            .into_par_iter()
            .map_init(init, one)
            .collect()
    }

    /// Trades drawn again with replacement.
    pub(super) fn trades(&self, fractions: &[f64]) -> Result<Vec<Course>, Error> {
        let seed = self.options.seed;
        let draw = |(): &mut (), k| Ok(drawn_again(fractions, seed, k));
        self.each(self.options.resamples, || (), draw)
    }

    /// The same trades in other orders.
    pub(super) fn orders(&self, fractions: &[f64]) -> Result<Vec<Course>, Error> {
        let seed = self.options.seed;
        let draw = |(): &mut (), k| Ok(reordered(fractions, seed, k));
        self.each(self.options.resamples, || (), draw)
    }

    /// Blocks of days, and the mean length they were drawn with.
    pub(super) fn days(&self, returns: &SparseReturns<'_>) -> Result<(Vec<Course>, f64), Error> {
        let chosen = || automatic_block_length(returns).map(|block| block.stationary_sessions);
        // Too short a window to choose from has blocks of one session.
        let block = self.options.block_sessions.or_else(chosen).unwrap_or(1.0);
        let Some(paths) = ResampledPaths::new(returns, block, self.options.seed) else {
            return Ok((Vec::new(), block));
        };
        let draw = |(): &mut (), k| Ok(paths.course(k));
        Ok((self.each(self.options.resamples, || (), draw)?, block))
    }

    /// As many trades as the plan made, entered at random, replayed.
    pub(super) fn random_entries(
        &self,
        ground: &Ground<'_>,
        windows: &[Window],
        walked: &[Walked],
    ) -> Result<Vec<Replay>, Error> {
        let feed = ground.feed()?;
        let places: Vec<Places> = windows
            .iter()
            .map(|&window| Places::of(ground.bars, window))
            .collect();
        let memory = || {
            let nowhere = Mask::filled(ground.bars.len(), false);
            (
                entering_on(&ground.prepared, AT_RANDOM, nowhere),
                Replayer::new(),
            )
        };
        let draw = |(prepared, replayer): &mut (Prepared, _), k: u64| {
            let mut dice = Dice::new(self.options.seed, Purpose::Entries, k);
            let one = |((&window, places), walked): ((&Window, &Places), &Walked)| {
                at_random(places, walked, ground.bars.len(), &mut dice, |entries| {
                    prepared.checklist = checklist(AT_RANDOM, entries);
                    ground.pass(replayer, &feed, &ground.account, window, prepared)
                })
            };
            Ok(windows.iter().zip(&places).zip(walked).map(one).collect())
        };
        self.each(self.options.replays, memory, draw)
    }

    /// The plan on prices with noise, all columns computed anew.
    pub(super) fn noise(
        &self,
        scenario: &Scenario,
        regimes: &[Regime],
    ) -> Result<Vec<Replay>, Error> {
        let noise = Noise::of(scenario, self.loaded, self.options.noise_atr);
        let draw = |replayer: &mut Replayer<_>, k: u64| {
            let mut dice = Dice::new(self.options.seed, Purpose::Noise, k);
            let snapshot = noise.moved(&mut dice)?;
            let ground = Ground::of(scenario, &snapshot)?;
            let feed = ground.feed()?;
            let windows = ground.windows(regimes)?;
            let one =
                |window| ground.pass(replayer, &feed, &ground.account, window, &ground.prepared);
            Ok(windows.into_iter().map(one).collect())
        };
        self.each(self.options.replays, Replayer::new, draw)
    }
}

/// Enters at random until there are as many trades as the plan made.
///
/// An entry that falls while a trade is open comes to nothing. Were it not made up for, the random draws would trade less than
/// the plan and vary less, and the plan would look special too often. One entry more makes at most one trade more, so the
/// number is never overshot.
fn at_random(
    places: &Places,
    walked: &Walked,
    bars: usize,
    dice: &mut Dice,
    mut pass: impl FnMut(Mask) -> Passed,
) -> Passed {
    // A window that cannot hold as many comes near them.
    const ROUNDS: usize = 50;
    let (wanted, mut done) = (walked.fractions.len(), 0);
    let mut entries = Mask::filled(bars, false);
    let mut passed = Passed::default();
    for _ in 0..ROUNDS {
        let missing = wanted.saturating_sub(passed.trades);
        if missing == 0 {
            break;
        }
        places.add(&mut entries, &walked.entered, (done, missing), dice);
        done += missing;
        passed = pass(entries.clone());
    }
    passed
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use tape::Tape;

    use super::*;
    use crate::load::load;
    use crate::regimes::Regimes;

    const PLAN: &str = include_str!("../../../../scenarios/mean-reversion.toml");

    fn scenario() -> (Scenario, Vec<Regime>) {
        let scenario = Scenario::parse("plan", PLAN, &[]).unwrap();
        let regimes = Regimes::shipped().unwrap().pick(&scenario.regimes).unwrap();
        (scenario, regimes)
    }

    #[test]
    fn the_plans_own_entries_give_the_plans_own_way() {
        // The baseline differs from the plan in where it enters and in nothing else.
        let (scenario, regimes) = scenario();
        let loaded = load(&scenario, &regimes, &Tape::embedded(), 1).unwrap();
        let ground = Ground::of(&scenario, &loaded.snapshot).unwrap();
        let feed = ground.feed().unwrap();
        let mut trades = 0;
        for window in ground.windows(&regimes).unwrap() {
            let plan = ground.as_planned(window).unwrap();
            let mut entries = Mask::filled(ground.bars.len(), false);
            plan.entered
                .iter()
                .for_each(|&slot| entries.set(slot, true));
            let prepared = entering_on(&ground.prepared, "as planned", entries);
            let mut replayer = Replayer::new();
            let again = ground.pass(&mut replayer, &feed, &ground.account, window, &prepared);
            assert_eq!(again.course, plan.passed.course);
            assert_eq!(again.trades, plan.fractions.len());
            trades += again.trades;
        }
        assert!(trades > 10, "{trades}");
    }

    #[test]
    fn draws_are_in_order_and_stop_when_asked() {
        let (scenario, regimes) = scenario();
        let loaded = load(&scenario, &regimes, &Tape::embedded(), 1).unwrap();
        let (stop, seen) = (AtomicBool::new(false), AtomicUsize::new(0));
        let options = MonteCarloOptions {
            resamples: 100,
            replays: 1,
            seed: 3,
            ruin: 0.2,
            noise_atr: 0.1,
            block_sessions: None,
            threads: 1,
            stop: &stop,
            progress: &|done, all| {
                assert!(done <= all);
                seen.fetch_add(1, Ordering::Relaxed);
            },
        };
        let draws = Draws::new(&options, &loaded, 3);
        let fractions = [0.1, -0.1, 0.3];
        let courses = draws.trades(&fractions).unwrap();
        let plain: Vec<Course> = (0..100).map(|k| drawn_again(&fractions, 3, k)).collect();
        assert_eq!(courses, plain);
        assert_eq!(seen.load(Ordering::Relaxed), 3, "at 32, 64 and 96");
        stop.store(true, Ordering::Relaxed);
        assert!(matches!(draws.trades(&fractions), Err(Error::Interrupted)));
    }
}
