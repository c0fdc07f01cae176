//! The search space of a sweep: which values the parameters are given, and which combinations are tried.
//!
//! [`Axis`] is read from `--vary PATH=RANGE`; [`Axes`] are several of them; a [`Space`] adds which of their
//! combinations are tried. Every combination is a function of (space, seed, index): there is no state to lose.
//!
//! A [`Condition`] is what combinations (`--where`) or results (`--require`) must meet.
//! [`Bayes`] is the one search with a memory: its next combinations rest on the results so far.
//!
//! ```
//! use lab::sweep::space::{Axes, Axis, Sampling, Space, Value};
//!
//! let target: Axis = "exit.target_atr=1..2:0.5".parse().unwrap();
//! let stop: Axis = "exit.stop=atr,nearer".parse().unwrap();
//! let space = Space::new(Axes::new(vec![target, stop]).unwrap(), Sampling::Grid).unwrap();
//! assert_eq!(space.count(), 6);
//! let points = space.combination(3);
//! let values: Vec<Value> = space.axes().as_slice().iter().zip(&points).map(|(a, p)| a.value(*p)).collect();
//! assert_eq!(values, [Value::Number(1.5), Value::Text("nearer".into())]);
//! ```

mod axes;
mod axis;
mod bayes;
mod compile;
mod condition;
mod decimal;
mod directions;
mod draw;
mod feasible;
mod parzen;
mod plan;
mod range;
mod sobol;
mod test;
#[cfg(test)]
mod tests;
mod value;
mod vocabulary;

pub use axes::{Axes, MAX_AXES};
pub use axis::{Axis, Steps, Values};
pub use bayes::Bayes;
pub use condition::Condition;
pub use feasible::Feasible;
pub use plan::{Sampling, Space};
pub use range::MAX_VALUES;
pub use value::{Kind, Point, Value};
pub use vocabulary::{Vocabulary, fixed_values};
