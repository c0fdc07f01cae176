//! One combination, replayed in its windows: what a sweep does a million times.

use std::sync::Arc;

use engine::{Feed, Window};
use market::Trade;
use stats::SparseReturns;

use super::dials::Board;
use super::figures::{self, Measured};
use super::shape::{Seat, Shape, Shapes, Written};
use super::space::{Axis, Point, Value};
use crate::error::{Error, InputError};
use crate::load::{Loaded, slots};
use crate::measure::{Measure, Said};
use crate::regimes::Regime;
use crate::scenario::Scenario;
use crate::stage;

/// The plan, its axes and the tape: replays any combination.
pub struct Bench<'a> {
    written: &'a Written,
    axes: &'a [Axis],
    shapes: Shapes<'a>,
    board: Board,
    /// Each window's spans, as slots.
    windows: Vec<Vec<Window>>,
}

/// What one thread keeps from one combination to the next, so that nothing is asked of the allocator anew.
#[derive(Default)]
pub struct Worker {
    measure: Measure,
    row: Vec<f64>,
}

/// A combination with what resampling needs of it.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    /// [`FIGURES`](super::FIGURES) of every window.
    pub row: Vec<f64>,
    /// Returns of the searched windows, one after the other; `None` after a ruin.
    pub returns: Option<SparseReturns<'static>>,
    /// Trades of the searched windows.
    pub trades: Vec<Trade>,
}

/// Why a combination is no plan: settings that contradict each other, or a tape too short for its indicators.
pub type Refusal = String;

impl<'a> Bench<'a> {
    /// A bench for `axes` over the plan as written, in `windows` of what was loaded for `base`, one of its combinations.
    ///
    /// # Errors
    /// A plan that cannot be read, a window without bars.
    pub fn new(
        written: &'a Written,
        axes: &'a [Axis],
        base: &Scenario,
        windows: &[Regime],
        loaded: &'a Loaded,
    ) -> Result<Self, Error> {
        let document = written.document()?;
        let paths: Vec<Vec<String>> = axes.iter().map(|axis| axis.path().to_vec()).collect();
        let numeric: Vec<bool> = axes.iter().map(Axis::is_ordered).collect();
        let snapshot = &loaded.snapshot;
        let bars = loaded.bars(base)?;
        let feed = Feed::single(bars, &snapshot.sessions).map_err(stage::unfit)?;
        let spans = windows.iter().flat_map(Regime::spans).collect();
        Ok(Self {
            written,
            axes,
            board: Board::new(&document, &paths, &numeric),
            windows: windows
                .iter()
                .map(|window| slots(window, &feed))
                .collect::<Result<_, _>>()?,
            shapes: Shapes::new(snapshot, bars, spans),
        })
    }

    /// How many windows there are.
    pub fn windows(&self) -> usize {
        self.windows.len()
    }

    /// The plan of a combination, read as `--set` would have it read.
    ///
    /// # Errors
    /// What [`Scenario::parse`] refuses.
    pub fn plan(&self, values: &[Value]) -> Result<Scenario, InputError> {
        let paths = self.axes.iter().map(Axis::path);
        self.written.with(paths.zip(values))
    }

    /// The values of a combination.
    pub fn values(&self, points: &[Point]) -> Vec<Value> {
        let each = self.axes.iter().zip(points);
        each.map(|(axis, &point)| axis.value(point)).collect()
    }

    /// One combination with what resampling needs of it: the rows of all windows, and the returns and trades of the first
    /// `searched` of them as one.
    ///
    /// # Errors
    /// Why it is no plan.
    pub fn trial(
        &self,
        points: &[Point],
        searched: usize,
        worker: &mut Worker,
    ) -> Result<Trial, Refusal> {
        let values = self.values(points);
        let shape = self.shape(&values).map_err(|error| error.to_string())?;
        let Shapes { bars, snapshot, .. } = &self.shapes;
        let feed = stage::feed(&shape.scenario, bars, snapshot, &shape.prepared)
            .map_err(|error| error.to_string())?;
        let mut trial = Trial::default();
        let (mut returns, mut ruined, mut window) = (Vec::new(), false, 0);
        let row = self.one(&values, &mut shape.seat(), &shape, &feed, worker, |said| {
            if window < searched {
                let own = SparseReturns::of_path(&said.path);
                ruined |= own.is_none();
                returns.extend(own);
                trial.trades.extend_from_slice(&said.ledger.trades);
            }
            window += 1;
        })?;
        trial.row = row.to_vec();
        trial.returns = (!ruined).then(|| SparseReturns::joined(&returns));
        Ok(trial)
    }

    /// Replays combinations, in any order that is quick; `each` is told the place of each in `combinations` and what
    /// came of it: a row of [`FIGURES`](super::FIGURES) for every window, or why it is no plan.
    ///
    /// # Errors
    /// What `each` returns.
    pub fn replay<E>(
        &self,
        combinations: &[Vec<Point>],
        worker: &mut Worker,
        mut each: impl FnMut(usize, Result<&[f64], Refusal>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut order: Vec<usize> = (0..combinations.len()).collect();
        order.sort_by_cached_key(|&at| self.shape_key(&combinations[at]));
        let same = |a: &usize, b: &usize| {
            self.shape_key(&combinations[*a]) == self.shape_key(&combinations[*b])
        };
        for group in order.chunk_by(same) {
            self.group(group, combinations, worker, &mut each)?;
        }
        Ok(())
    }

    fn shape_key(&self, points: &[Point]) -> Vec<u64> {
        let one = |&axis: &usize| points.get(axis).map_or(0, |&point| bits(point));
        self.board.shaping.iter().map(one).collect()
    }

    /// Combinations of one shape.
    fn group<E>(
        &self,
        group: &[usize],
        combinations: &[Vec<Point>],
        worker: &mut Worker,
        each: &mut impl FnMut(usize, Result<&[f64], Refusal>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut left = group;
        // A shape is read with the dials of its first combination that makes a plan.
        while let Some((&at, rest)) = left.split_first() {
            let values = self.values(&combinations[at]);
            let shape = match self.shape(&values) {
                Ok(shape) => shape,
                Err(error) => {
                    each(at, Err(error.to_string()))?;
                    left = rest;
                    continue;
                }
            };
            return self.shaped(&shape, left, combinations, worker, each);
        }
        Ok(())
    }

    fn shaped<E>(
        &self,
        shape: &Shape,
        group: &[usize],
        combinations: &[Vec<Point>],
        worker: &mut Worker,
        each: &mut impl FnMut(usize, Result<&[f64], Refusal>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Shapes { bars, snapshot, .. } = &self.shapes;
        let feed = stage::feed(&shape.scenario, bars, snapshot, &shape.prepared);
        let mut seat = shape.seat();
        for &at in group {
            let row = match &feed {
                Ok(feed) => {
                    let values = self.values(&combinations[at]);
                    self.one(&values, &mut seat, shape, feed, worker, |_| ())
                }
                Err(error) => Err(error.to_string()),
            };
            each(at, row)?;
        }
        Ok(())
    }

    fn shape(&self, values: &[Value]) -> Result<Arc<Shape>, Error> {
        let shaping = self
            .board
            .shaping
            .iter()
            .filter_map(|&axis| values.get(axis));
        self.shapes.get(shaping, || self.plan(values))
    }

    /// One combination: the rows of all its windows.
    fn one<'w>(
        &self,
        values: &[Value],
        seat: &mut Seat,
        shape: &Shape,
        feed: &Feed<'_>,
        worker: &'w mut Worker,
        mut each: impl FnMut(&Said<'_>),
    ) -> Result<&'w [f64], Refusal> {
        self.board.set(values, &mut seat.scenario)?;
        if let Some(contradiction) = seat.settle() {
            return Err(contradiction);
        }
        let Worker { measure, row } = worker;
        row.clear();
        for window in &self.windows {
            let said = measure.replay(feed, &seat.account, window, &seat.rules, &shape.prepared);
            each(&said);
            let measured = Measured {
                standing: stage::standing(&seat.scenario, said.figures),
                said,
            };
            figures::write(&measured, row);
        }
        Ok(row)
    }
}

/// Equal exactly where the points are.
const fn bits(point: Point) -> u64 {
    match point {
        Point::Step(n) => n as u64,
        Point::At(x) => x.to_bits(),
    }
}
