//! Counting resamples.

/// One number for each choice of `g`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choices<T> {
    /// Only trials better than the benchmark are recentred: a bound from below.
    pub lower: T,
    /// All but hopeless trials are: the one to quote.
    pub consistent: T,
    /// All are: a bound from above, weakened by many bad trials.
    pub upper: T,
}

impl<T> Choices<T> {
    pub(super) fn with<U, V>(self, other: Choices<U>, of: impl Fn(T, U) -> V) -> Choices<V> {
        Choices {
            lower: of(self.lower, other.lower),
            consistent: of(self.consistent, other.consistent),
            upper: of(self.upper, other.upper),
        }
    }
}

/// How many resamples reached what was observed. Whole numbers: tallies of ranges add up the same in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpaTally {
    /// Resamples counted.
    pub resamples: u64,
    /// Reached by Hansen's, studentised.
    pub studentised: Choices<u64>,
    /// Reached by the plain means.
    pub plain: Choices<u64>,
}

impl SpaTally {
    /// Both counts together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            resamples: self.resamples + other.resamples,
            studentised: self.studentised.with(other.studentised, |a, b| a + b),
            plain: self.plain.with(other.plain, |a, b| a + b),
        }
    }

    /// `(1 + reached) ÷ (1 + resamples)`, which is never 0: no number of resamples proves that chance is impossible.
    pub fn p_values(&self) -> SpaPValues {
        let p = |reached: u64, ()| (1 + reached) as f64 / (1 + self.resamples) as f64;
        SpaPValues {
            studentised: self.studentised.with(Choices::default(), p),
            plain: self.plain.with(Choices::default(), p),
        }
    }
}

/// Probability of a best this good if no trial were better than the benchmark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpaPValues {
    /// Hansen's: the best for its risk.
    pub studentised: Choices<f64>,
    /// The best mean.
    pub plain: Choices<f64>,
}

impl SpaPValues {
    /// Hansen's p-value: studentised, consistent.
    pub fn hansen(&self) -> f64 {
        self.studentised.consistent
    }

    /// White's p-value: plain, all recentred.
    pub fn white(&self) -> f64 {
        self.plain.upper
    }
}
