//! How volatility lies over strikes and days, how high it stands, and how high that is by its own past.
//!
//! A [`Surface`] is a [`Level`] (an index by tenor) on a [`Skew`] (a curve fitted to real chains), joined so that the
//! surface's own variance strip is the index. Everything that comes from one is MODEL.

pub mod fit;
pub mod history;
mod knots;
pub mod observe;
pub mod rank;
mod ratio;
pub mod realised;
pub mod skew;
mod squares;
pub mod strip;
pub mod surface;
pub mod term;

pub use fit::{ErrorBucket, FitError, Levelled, SkewFit, errors, fit};
pub use history::{constant_maturity, constant_maturity_at_the_money, on_sessions, readings};
pub use observe::{Observed, ObservedSmile, SmilePoint, observe};
pub use rank::{TooShort, full_window, iv_percentile, iv_rank};
pub use realised::{close_to_close, parkinson, premium};
pub use skew::{MAX_SKEW_SCALE, Shape, Skew, SkewError, SkewParameters};
pub use strip::{Sides, StrikeQuote, StripError, Term, TermStrip, term_strip};
pub use surface::{Smile, Surface};
pub use term::{Level, Readings, TermSource};
