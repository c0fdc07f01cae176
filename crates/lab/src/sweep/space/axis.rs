//! One parameter and the values it is given.

use std::fmt;

use super::decimal::Decimal;
use super::value::{Kind, Point, Value};

/// Values at equal distances, both ends included, exact in decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// The first value.
    pub(super) start: Decimal,
    /// Between one and the next, in the units of `start`.
    pub(super) step_units: i64,
    /// How many.
    pub(super) count: u32,
}

impl Steps {
    fn decimal(self, step: u32) -> Decimal {
        // The last value was checked to be in bounds when the range was read.
        Decimal {
            units: self.start.units + i64::from(step) * self.step_units,
            ..self.start
        }
    }
}

/// The values of an axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// `1..4:0.25`, `2..5`.
    Steps(Steps),
    /// `2,3,5`, `atr,nearer`, `true,false`: all of one kind, no two equal, numbers in ascending order.
    List(Vec<Value>),
    /// `0.5..3`, `log:0.001..0.1`: any number in between.
    Continuous {
        /// The lower end.
        low: f64,
        /// The upper end.
        high: f64,
        /// Drawn evenly in the logarithm.
        log: bool,
    },
}

/// A parameter by its dotted path, and the values it is given: what `--vary PATH=RANGE` says.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    pub(super) path: Vec<String>,
    pub(super) dotted: String,
    pub(super) given: String,
    pub(super) values: Values,
}

impl Axis {
    /// The path by its parts: `exit`, `target_atr`.
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// The path as it is written: `exit.target_atr`. It names the column in results.
    pub fn dotted(&self) -> &str {
        &self.dotted
    }

    /// As it was given, for messages.
    pub fn given(&self) -> &str {
        &self.given
    }

    /// The values.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// The kind all its values are of.
    pub fn kind(&self) -> Kind {
        match &self.values {
            Values::Steps(steps) if steps.start.whole => Kind::Whole,
            Values::Steps(_) | Values::Continuous { .. } => Kind::Number,
            Values::List(list) => list.first().map_or(Kind::Text, Value::kind),
        }
    }

    /// How many values there are; `None` on a continuous axis.
    pub fn count(&self) -> Option<u32> {
        match &self.values {
            Values::Steps(steps) => Some(steps.count),
            Values::List(list) => Some(list.len() as u32),
            Values::Continuous { .. } => None,
        }
    }

    /// The last point: of an axis of numbers its largest value.
    pub fn last(&self) -> Point {
        self.along(1.0)
    }

    /// Whether a value has neighbours: numbers do, switches and words do not.
    pub fn is_ordered(&self) -> bool {
        matches!(self.kind(), Kind::Whole | Kind::Number)
    }

    /// The value at `point`. A point of another axis is taken to the nearest of this one: nothing here panics.
    pub fn value(&self, point: Point) -> Value {
        match &self.values {
            Values::Steps(steps) => {
                let decimal = steps.decimal(step_of(point, steps.count));
                if steps.start.whole {
                    Value::Whole(decimal.units)
                } else {
                    Value::Number(decimal.number())
                }
            }
            Values::List(list) => list
                .get(step_of(point, list.len() as u32) as usize)
                .cloned()
                .unwrap_or(Value::Switch(false)),
            Values::Continuous { .. } => Value::Number(self.number(point)),
        }
    }

    /// The value at `point` as a number, without allocating: a switch is 0 or 1, a word its position in the list.
    pub fn number(&self, point: Point) -> f64 {
        match &self.values {
            Values::Steps(steps) => steps.decimal(step_of(point, steps.count)).number(),
            Values::List(list) => {
                let step = step_of(point, list.len() as u32);
                let value = list.get(step as usize);
                value.and_then(Value::number).unwrap_or(f64::from(step))
            }
            Values::Continuous { low, high, log } => match point {
                Point::At(x) => x,
                Point::Step(_) => between(*low, *high, *log, 0.5),
            },
        }
    }

    /// The point at which `value` stands; `None` if the axis never takes it.
    pub fn find(&self, value: &Value) -> Option<Point> {
        match &self.values {
            Values::List(list) => {
                let at = list.iter().position(|one| one == value)?;
                Some(Point::Step(at as u32))
            }
            Values::Steps(steps) => {
                let first = steps.start.number();
                let step = steps.step_units as f64 / 10_f64.powi(steps.start.places as i32);
                let near = ((value.number()? - first) / step).round();
                if !(0.0..f64::from(steps.count)).contains(&near) {
                    return None;
                }
                let point = Point::Step(near as u32);
                (self.value(point) == *value).then_some(point)
            }
            Values::Continuous { low, high, .. } => match value {
                Value::Number(x) if (*low..=*high).contains(x) => Some(Point::At(*x)),
                _ => None,
            },
        }
    }

    /// The point a share `unit` of the way along the axis, 0 to 1: a value of `count` takes an equal part each.
    pub(super) fn along(&self, unit: f64) -> Point {
        match &self.values {
            Values::Continuous { low, high, log } => {
                Point::At(between(*low, *high, *log, unit.clamp(0.0, 1.0)))
            }
            Values::Steps(Steps { count, .. }) => Point::Step(cell(unit, *count)),
            Values::List(list) => Point::Step(cell(unit, list.len() as u32)),
        }
    }

    /// How far along the axis `point` is, 0 to 1: the middle of its part. The inverse of the samplers' draw.
    pub fn unit(&self, point: Point) -> f64 {
        match (&self.values, point) {
            (Values::Continuous { low, high, log }, Point::At(x)) => {
                let of = |x: f64| if *log { libm::log(x) } else { x };
                let width = of(*high) - of(*low);
                ((of(x) - of(*low)) / width).clamp(0.0, 1.0)
            }
            _ => match self.count() {
                Some(count) => (f64::from(step_of(point, count)) + 0.5) / f64::from(count),
                None => 0.5,
            },
        }
    }
}

impl fmt::Display for Axis {
    /// As it was given.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.given)
    }
}

/// The step of a point, kept below `count`.
fn step_of(point: Point, count: u32) -> u32 {
    match point {
        Point::Step(step) => step.min(count.saturating_sub(1)),
        Point::At(_) => 0,
    }
}

/// The part of `count` equal ones in which `unit` lies.
fn cell(unit: f64, count: u32) -> u32 {
    ((unit * f64::from(count)) as u32).min(count.saturating_sub(1))
}

fn between(low: f64, high: f64, log: bool, unit: f64) -> f64 {
    let x = if log {
        let (from, to) = (libm::log(low), libm::log(high));
        libm::exp(from + unit * (to - from))
    } else {
        low + unit * (high - low)
    };
    // The last rounding may step over an end.
    x.clamp(low, high)
}
