//! From what a sweep is asked for to a sweep: the plan read, the windows chosen, the tape loaded.

use indicators::SplitBasis;
use tape::Tape;
use xxhash_rust::xxh3::xxh3_128;

use super::combination::Bench;
use super::manifest::{Manifest, PlanFacts};
use super::run::Sweep;
use super::shape::Written;
use super::space::{Axis, Condition, Kind, Point, Space, Value, Values, Vocabulary, fixed_values};
use crate::error::{Error, InputError};
use crate::history::history;
use crate::load::{Loaded, load_with};
use crate::regimes::Regime;
use crate::run::{TapeFacts, facts};
use crate::scenario::Scenario;

/// Where combinations are searched.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum SearchOn {
    /// All of the tape outside the regimes; the regimes gate what is found.
    #[default]
    History,
    /// The regimes themselves: nothing is left to gate what is found.
    Regimes,
    /// The first part of history, the rest of it being out of sample; the regimes gate.
    Split {
        /// Share of history's sessions that are searched.
        in_sample: f64,
    },
}

impl std::fmt::Display for SearchOn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SearchOn::History => f.write_str("history"),
            SearchOn::Regimes => f.write_str("regimes"),
            SearchOn::Split { in_sample } => write!(f, "split {in_sample}"),
        }
    }
}

/// What a sweep is asked for.
#[derive(Debug)]
pub struct Request<'a> {
    /// The plan.
    pub written: Written,
    /// The combinations.
    pub space: Space,
    /// How they were asked for: `grid`, `sobol 1000 seed 1`.
    pub sampler: String,
    /// Combinations in a block of work.
    pub block: u64,
    /// The constraints, as `--where` has them.
    pub constraints: Vec<String>,
    /// Where to search.
    pub on: SearchOn,
    /// The regimes, or a window of the user's own instead.
    pub regimes: Vec<Regime>,
    /// The tape.
    pub tape: &'a Tape,
    /// The program's version.
    pub version: &'a str,
}

/// A sweep, ready to begin: everything is read and found fit.
#[derive(Debug)]
pub struct Setup {
    /// The plan as written.
    pub written: Written,
    /// The combinations.
    pub space: Space,
    /// What they must meet.
    pub conditions: Vec<Condition>,
    /// The plan at the first combination that makes one.
    pub base: Scenario,
    /// What was loaded.
    pub loaded: Loaded,
    /// What it is a sweep of.
    pub manifest: Manifest,
}

/// A year of work for a thousand machines; what is done and left of more could not be held in memory.
const MOST_COMBINATIONS: u128 = 100_000_000_000;
/// Combinations tried before a space is said to hold no plan.
const PROBES: u64 = 256;
/// Values of an axis that are asked for their warm-up.
const PROBED_VALUES: u32 = 64;

impl Setup {
    /// Reads the plan, chooses the windows, loads the tape.
    ///
    /// # Errors
    /// A path or a value that the plan does not take, no combination that makes a plan, and what [`crate::load()`]
    /// refuses.
    pub fn new(request: Request<'_>, threads: usize) -> Result<Self, Error> {
        let Request {
            written,
            space,
            sampler,
            block,
            constraints,
            on,
            regimes,
            tape,
            version,
        } = request;
        if regimes.iter().any(|regime| regime.name == Regime::HISTORY) {
            return Err(Error::fit(
                "`history` is what the regimes leave, and is searched without being named",
                "name the regimes that are kept apart: --regimes q4-2018,covid-2020",
            ));
        }
        if space.count() > MOST_COMBINATIONS {
            return Err(Error::fit(
                format!(
                    "{} combinations; at most {MOST_COMBINATIONS} can be kept count of",
                    space.count()
                ),
                "take wider steps, or draw some: --sampler sobol --samples 10000",
            ));
        }
        let axes = space.axes().as_slice();
        axes.iter().try_for_each(|axis| sweepable(axis, &written))?;
        let conditions = conditions(&written, &space, &constraints)?;
        let (base, values) = first_plan(&written, &space, &conditions)?;
        let variants = variants(&written, axes, &values);
        let (windows, searched, gates) = match on {
            SearchOn::Regimes => (regimes.clone(), regimes.len(), Vec::new()),
            SearchOn::History => {
                let plans = std::iter::once(&base).chain(&variants);
                (vec![history(plans, &regimes, tape)?], 1, regimes.clone())
            }
            SearchOn::Split { in_sample } => {
                let plans = std::iter::once(&base).chain(&variants);
                let history = history(plans, &regimes, tape)?;
                let (first, second) = history.split(in_sample).ok_or_else(|| {
                    Error::fit(
                        "history is too short to be split".to_owned(),
                        "import more of it, or choose another share",
                    )
                })?;
                (vec![first, second], 1, regimes.clone())
            }
        };
        let all: Vec<Regime> = windows.iter().chain(&gates).cloned().collect();
        let words = |axis: &Axis| axis.kind() == Kind::Text;
        let others = if axes.iter().any(words) {
            variants
        } else {
            Vec::new()
        };
        let loaded = load_with(&base, &others, &all, tape, threads)?;
        let manifest = Manifest {
            schema: Manifest::SCHEMA,
            stormproof: version.to_owned(),
            plan: plan_facts(&base, axes),
            tape: named(facts(&base, tape, &loaded)),
            vary: axes.iter().map(|axis| axis.given().to_owned()).collect(),
            sampler,
            constraints,
            on: on.to_string(),
            windows,
            searched,
            gates,
            combinations: u64::try_from(space.count()).unwrap_or(u64::MAX),
            block,
        };
        Ok(Self {
            written,
            space,
            conditions,
            base,
            loaded,
            manifest,
        })
    }

    /// The sweep itself.
    ///
    /// # Errors
    /// A window without bars.
    pub fn sweep(&self) -> Result<Sweep<'_>, Error> {
        Ok(Sweep {
            bench: self.bench(&self.manifest.windows)?,
            space: &self.space,
            conditions: &self.conditions,
        })
    }

    /// Returns of holding the instrument, session by session over `windows`: from the close before each stretch, splits
    /// taken out, dividends not paid. `None` where the bars do not tell.
    pub(super) fn holding(&self, windows: &[Regime]) -> Option<Vec<f64>> {
        let (snapshot, bars) = (&self.loaded.snapshot, self.loaded.bars(&self.base).ok()?);
        let splits = snapshot.splits_of(&bars.symbol);
        let basis = SplitBasis::of_bars(bars, &snapshot.sessions, splits);
        let closes = basis.prices(bars.close());
        let mut returns = Vec::new();
        for span in windows.iter().flat_map(Regime::spans) {
            let rows = bars.rows_between(span.from, span.to, &snapshot.sessions);
            let mut before = closes.get(rows.start.checked_sub(1)?).copied()?;
            let ends = |&row: &usize| bars.session().get(row + 1) != bars.session().get(row);
            for row in rows.filter(ends) {
                returns.push(closes[row] / before - 1.0);
                before = closes[row];
            }
        }
        Some(returns)
    }

    /// A bench for some windows.
    ///
    /// # Errors
    /// A window without bars.
    pub fn bench(&self, windows: &[Regime]) -> Result<Bench<'_>, Error> {
        let axes = self.space.axes().as_slice();
        Bench::new(&self.written, axes, &self.base, windows, &self.loaded)
    }
}

/// Refuses what no combination may change: what is traded and where, and the names of things.
fn sweepable(axis: &Axis, written: &Written) -> Result<(), Error> {
    let fixed = ["instrument", "regimes", "name", "strategy", "hypothesis"];
    let path = axis.path();
    let help = match path.first().map(String::as_str) {
        Some(first) if fixed.contains(&first) => {
            "results of one sweep are of one plan on one tape: run it again with --set instead"
        }
        _ => return known(axis, written),
    };
    Err(Error::Input(InputError {
        source: format!("--vary {}", axis.given()),
        position: None,
        message: format!("`{}` cannot be varied", axis.dotted()),
        help: Some(help.to_owned()),
        excerpt: None,
    }))
}

/// Refuses numbers where the plan has words, which no range can stand for.
fn known(axis: &Axis, written: &Written) -> Result<(), Error> {
    let document = written.document()?;
    let mut at = Some(toml::Value::Table(document));
    for part in axis.path() {
        at = at.and_then(|value| value.get(part).cloned());
    }
    let text = at.filter(|value| value.is_str() || value.is_array());
    match text {
        Some(found) if axis.is_ordered() => Err(Error::Input(InputError {
            source: format!("--vary {}", axis.given()),
            position: None,
            message: format!("`{}` is no number: the plan has {found}", axis.dotted()),
            help: Some("vary a number, or list words: --vary exit.stop=atr,nearer".to_owned()),
            excerpt: None,
        })),
        _ => Ok(()),
    }
}

/// Combinations that are asked, one by one, whether any meets the constraints; of a larger space as many random ones.
const ASKED: u64 = 4_000_000;

/// The constraints, read; some combination meets them.
fn conditions(
    written: &Written,
    space: &Space,
    constraints: &[String],
) -> Result<Vec<Condition>, Error> {
    if constraints.is_empty() {
        return Ok(Vec::new());
    }
    let (plan, _) = first_plan(written, space, &[])?;
    let vocabulary = Vocabulary::of_axes(space.axes(), fixed_values(&plan));
    let read = |text: &String| Condition::parse("--where", text, &vocabulary);
    let conditions: Result<Vec<Condition>, InputError> = constraints.iter().map(read).collect();
    let conditions = conditions?;
    if space.feasible(&conditions, ASKED).met == 0 {
        return Err(Error::fit(
            format!("no combination meets --where {}", constraints.join(" and ")),
            "loosen it, or widen the ranges",
        ));
    }
    Ok(conditions)
}

/// The first of some combinations spread over the space that makes a plan.
fn first_plan(
    written: &Written,
    space: &Space,
    conditions: &[Condition],
) -> Result<(Scenario, Vec<Value>), Error> {
    let count = u64::try_from(space.count()).unwrap_or(u64::MAX);
    let probes = PROBES.min(count);
    let mut first_error = None;
    let spread = |n: u64| (u128::from(n) * u128::from(count) / u128::from(probes)) as u64;
    let allowed = |points: &[Point]| conditions.iter().all(|c| c.holds(space.axes(), points));
    // Where few combinations are allowed, those that are spread out may all be ruled out: then one after the other.
    let one_by_one = (0..count.min(ASKED)).filter(|&n| allowed(&space.combination(n)));
    let probed = (0..probes).map(spread).chain(one_by_one.take(1));
    for index in probed {
        let points = space.combination(index);
        if !allowed(&points) {
            continue;
        }
        let axes = space.axes().as_slice();
        let values: Vec<Value> = axes
            .iter()
            .zip(&points)
            .map(|(axis, &p)| axis.value(p))
            .collect();
        match written.with(axes.iter().map(Axis::path).zip(&values)) {
            Ok(plan) => return Ok((plan, values)),
            Err(error) => first_error = first_error.or_else(|| Some(as_varied(error, axes))),
        }
    }
    Err(match first_error {
        Some(error) => Error::Input(error),
        None => Error::fit(
            "no combination meets the constraints",
            "loosen --where, or widen the ranges",
        ),
    })
}

/// An error about a value that an axis has set, as one about the axis.
fn as_varied(mut error: InputError, axes: &[Axis]) -> InputError {
    let set = |axis: &&Axis| {
        error
            .source
            .starts_with(&format!("--set {}=", axis.dotted()))
    };
    if let Some(axis) = axes.iter().find(set) {
        error.source = format!("--vary {}", axis.given());
    }
    error
}

/// The plan with one axis elsewhere, for some values of each axis: what they need to warm up and to be read.
fn variants(written: &Written, axes: &[Axis], values: &[Value]) -> Vec<Scenario> {
    let mut variants = Vec::new();
    for (at, axis) in axes.iter().enumerate() {
        for point in probed(axis) {
            let mut values = values.to_vec();
            values[at] = axis.value(point);
            // What is no plan by itself may be one beside other values; it is asked again then.
            variants.extend(written.with(axes.iter().map(Axis::path).zip(&values)));
        }
    }
    variants
}

fn probed(axis: &Axis) -> Vec<Point> {
    match (axis.values(), axis.count()) {
        (&Values::Continuous { low, high, .. }, _) => vec![Point::At(low), Point::At(high)],
        (_, Some(count)) => {
            let probes = count.min(PROBED_VALUES);
            let last = u64::from(count.saturating_sub(1));
            let at = |n: u32| u64::from(n) * last / u64::from(probes.max(2) - 1);
            (0..probes).map(|n| Point::Step(at(n) as u32)).collect()
        }
        (_, None) => Vec::new(),
    }
}

/// The tape by its own name: where it lies is another matter on every machine.
fn named(mut tape: TapeFacts) -> TapeFacts {
    let own = std::path::Path::new(&tape.name).file_name();
    if let Some(own) = own.and_then(|name| name.to_str()) {
        tape.name = own.to_owned();
    }
    tape
}

fn plan_facts(base: &Scenario, axes: &[Axis]) -> PlanFacts {
    let mut settings = serde_json::to_value(base).unwrap_or_default();
    for axis in axes {
        if let Some((key, tables)) = axis.path().split_last() {
            let table = tables
                .iter()
                .try_fold(&mut settings, |at, part| at.get_mut(part));
            if let Some(table) = table.and_then(serde_json::Value::as_object_mut) {
                table.remove(key);
            }
        }
    }
    PlanFacts {
        name: base.name.clone(),
        strategy: base.strategy.clone(),
        symbol: base.instrument.symbol.clone(),
        interval: base.instrument.interval.to_string(),
        fingerprint: format!("{:032x}", xxh3_128(settings.to_string().as_bytes())),
    }
}
