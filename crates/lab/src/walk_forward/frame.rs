//! What walking forward and combinatorial folds share: the sessions, the purge, the search and the choice.

use std::ops::Range;

use market::Date;

use super::play::play;
use super::scores::{Judge, Running, Scores};
use super::timeline::Timeline;
use super::{Options, Summary};
use crate::error::Error;
use crate::regimes::Regime;
use crate::scenario::Scenario;
use crate::sweep::space::{Condition, Value};
use crate::sweep::{FIGURES, Figure, Setup, Worker};

pub(super) struct Frame<'a> {
    pub(super) setup: &'a Setup,
    options: &'a Options,
    history: &'a Regime,
    pub(super) timeline: Timeline,
    /// Sessions.
    pub(super) purge: usize,
}

/// The choice of a training window.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// Its values, in the order of the axes.
    pub values: Vec<Value>,
    /// Its figures in training.
    pub trained: Said,
    /// Its figures in the test, with a fresh account.
    pub tested: Said,
    /// The share of the other combinations that it beat in the test; `None` if there is no other.
    pub beaten: Option<f64>,
}

/// What a combination did in a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Said {
    /// The figure that was chosen by.
    pub objective: Option<f64>,
    /// End ÷ start − 1.
    pub net_return: Option<f64>,
    /// Net return ÷ sessions.
    pub return_a_session: Option<f64>,
    /// Closed trades.
    pub trades: Option<f64>,
}

/// A choice and its plan.
pub(super) struct Row {
    pub(super) chosen: Chosen,
    pub(super) plan: Scenario,
}

impl<'a> Frame<'a> {
    pub(super) fn new(setup: &'a Setup, options: &'a Options) -> Result<Self, Error> {
        let history = setup.manifest.windows.first().ok_or_else(|| {
            Error::fit(
                "there is no window to walk over",
                "name one: --from and --to",
            )
        })?;
        let mut frame = Self {
            setup,
            options,
            history,
            timeline: Timeline::of(history),
            purge: 0,
        };
        frame.purge = match options.purge {
            Some(purge) => purge,
            None => frame.longest_holding()?,
        };
        Ok(frame)
    }

    /// Sessions that a trade may be held: what every combination is bound to, else the longest trade of the plan over
    /// all of history.
    fn longest_holding(&self) -> Result<usize, Error> {
        let axes = self.setup.space.axes();
        let varied = axes
            .position("exit.max_sessions")
            .map(|at| &axes.as_slice()[at]);
        let largest = match varied {
            Some(axis) => Some(axis.number(axis.last())),
            None => self.setup.base.exit.max_sessions.map(f64::from),
        };
        if let Some(bound) = largest {
            return Ok(bound as usize);
        }
        let plan = self.as_written().unwrap_or_else(|| self.setup.base.clone());
        let played = play(&plan, &self.setup.loaded, self.history, self.start_equity())?;
        let held = played
            .trades
            .iter()
            .map(|trade| trade.sessions_held as usize);
        Ok(held.max().unwrap_or(0))
    }

    /// The plan without any of the varied values; `None` if the file alone makes none.
    pub(super) fn as_written(&self) -> Option<Scenario> {
        self.setup.written.with(std::iter::empty()).ok()
    }

    pub(super) fn start_equity(&self) -> f64 {
        self.setup.base.account.equity_usd
    }

    /// A window for each of some lists of ranges.
    pub(super) fn windows(
        &self,
        name: &str,
        ranges: impl Iterator<Item = Vec<Range<usize>>>,
    ) -> Vec<Regime> {
        let window = |(n, ranges): (usize, Vec<Range<usize>>)| {
            self.timeline.window(&format!("{name} {}", n + 1), &ranges)
        };
        // None is empty: folds and splits without sessions were refused.
        ranges.enumerate().filter_map(window).collect()
    }

    /// First and last date of some ranges.
    pub(super) fn ends(&self, ranges: &[Range<usize>]) -> (Date, Date) {
        let window = self.timeline.window("", ranges);
        window.map_or((self.history.from, self.history.to), |window| {
            (window.from, window.to)
        })
    }

    pub(super) fn search(
        &'a self,
        trained: &'a [Regime],
        tested: &'a [Regime],
        running: Running<'_>,
    ) -> Result<Search<'a>, Error> {
        let scores = Scores::of(self.setup, trained, tested, &self.options.judge, running)?;
        if scores.points.is_empty() {
            let why = scores.refusal.clone().unwrap_or_default();
            return Err(Error::fit(
                format!("no combination makes a plan: {why}"),
                "change the ranges, or state with --where what belongs together",
            ));
        }
        Ok(Search {
            frame: self,
            scores,
            trained,
            tested,
        })
    }

    pub(super) fn summary(&self, search: &Search<'_>) -> Summary {
        let Judge { objective, require } = &self.options.judge;
        Summary {
            plan: self.setup.base.name.clone(),
            symbol: self.setup.base.instrument.symbol.clone(),
            interval: self.setup.base.instrument.interval.to_string(),
            tape: self.setup.manifest.tape.clone(),
            history: self.history.clone(),
            sessions: self.timeline.len(),
            vary: self.setup.manifest.vary.clone(),
            axes: self
                .setup
                .space
                .axes()
                .as_slice()
                .iter()
                .map(|a| a.dotted().to_owned())
                .collect(),
            sampler: self.setup.manifest.sampler.clone(),
            constraints: self.setup.manifest.constraints.clone(),
            objective: objective.name,
            require: require.iter().map(|one| one.text().to_owned()).collect(),
            purge_sessions: self.purge,
            embargo_sessions: self.options.embargo,
            combinations: search.scores.points.len(),
            refused: search.scores.refused,
        }
    }
}

/// All combinations scored.
pub(super) struct Search<'a> {
    frame: &'a Frame<'a>,
    scores: Scores,
    trained: &'a [Regime],
    tested: &'a [Regime],
}

impl Search<'_> {
    /// The choice of every training window.
    ///
    /// # Errors
    /// No combination met what is required in any of them.
    pub(super) fn choose(&self) -> Result<Vec<Option<Row>>, Error> {
        let chosen: Result<Vec<Option<Row>>, Error> =
            (0..self.trained.len()).map(|n| self.row(n)).collect();
        let chosen = chosen?;
        if chosen.iter().any(Option::is_some) {
            return Ok(chosen);
        }
        let Options { judge, .. } = self.frame.options;
        let require: Vec<&str> = judge.require.iter().map(Condition::text).collect();
        let met = if require.is_empty() {
            format!("has a {}", judge.objective.name)
        } else {
            format!(
                "meets --require {} and has a {}",
                require.join(" and "),
                judge.objective.name
            )
        };
        Err(Error::fit(
            format!(
                "none of {} combinations {met} in any of {} training windows",
                self.scores.points.len(),
                self.trained.len()
            ),
            "require less, or train longer",
        ))
    }

    fn row(&self, window: usize) -> Result<Option<Row>, Error> {
        let Some(best) = self.scores.best(window) else {
            return Ok(None);
        };
        let setup = self.frame.setup;
        let windows = [self.trained[window].clone(), self.tested[window].clone()];
        let bench = setup.bench(&windows)?;
        let points = &self.scores.points[best];
        let values = bench.values(points);
        let mut rows = Vec::new();
        bench.replay(
            std::slice::from_ref(points),
            &mut Worker::default(),
            |_, row| {
                rows = row
                    .map_err(|refusal| Error::fit(refusal, "a defect: it was replayed before"))?
                    .to_vec();
                Ok::<(), Error>(())
            },
        )?;
        let objective = self.frame.options.judge.objective;
        let mut said = rows
            .chunks_exact(FIGURES.len())
            .map(|row| Said::of(row, objective));
        let (Some(trained), Some(tested)) = (said.next(), said.next()) else {
            return Ok(None);
        };
        Ok(Some(Row {
            plan: bench.plan(&values)?,
            chosen: Chosen {
                values,
                trained,
                tested,
                beaten: self.scores.beaten(best, self.trained.len() + window),
            },
        }))
    }
}

impl Said {
    fn of(row: &[f64], objective: &Figure) -> Self {
        let figure = |figure: &Figure| row.get(figure.place()).copied().filter(|x| x.is_finite());
        let named = |name: &str| Figure::named(name).and_then(figure);
        let net_return = named("net_return");
        let sessions = named("sessions").filter(|sessions| *sessions > 0.0);
        Self {
            objective: figure(objective),
            net_return,
            return_a_session: net_return
                .zip(sessions)
                .map(|(gain, sessions)| gain / sessions),
            trades: named("trades"),
        }
    }
}

impl Running<'_> {
    /// # Errors
    /// The request to stop.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.stop.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        Ok(())
    }
}
