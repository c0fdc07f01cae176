//! A column of numbers, some of which may be unknown.

/// One number a row; NaN in store means "no value", and only [`Column::get`] is meant to be asked.
///
/// Indicators have no value before they are warm; as-of joins may also have holes later on.
#[derive(Clone, Debug, Default)]
pub struct Column {
    values: Vec<f64>,
}

impl Column {
    /// Takes the values as they are; NaN (and the infinities) stand for "no value".
    pub const fn new(values: Vec<f64>) -> Self {
        Self { values }
    }

    /// A column of `len` rows without any value.
    pub fn unknown(len: usize) -> Self {
        Self::new(vec![f64::NAN; len])
    }

    /// The value of row `i`; `None` where there is none, also beyond the last row.
    #[inline]
    pub fn get(&self, i: usize) -> Option<f64> {
        self.values.get(i).copied().filter(|v| v.is_finite())
    }

    /// The first row that has a value: the warm-up as it came out.
    pub fn first_valid(&self) -> Option<usize> {
        self.values.iter().position(|v| v.is_finite())
    }

    /// Number of rows, known or not.
    pub const fn len(&self) -> usize {
        self.values.len()
    }

    /// True without rows.
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The stored numbers, NaN where there is no value: for whole-column arithmetic and comparisons
    /// (a comparison with NaN is false, as it should be).
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The stored numbers, by value.
    pub fn into_values(self) -> Vec<f64> {
        self.values
    }

    /// Both columns row by row through `f`, as long as the shorter; no value where either has none.
    #[must_use]
    pub fn zip_with(&self, other: &Column, f: impl Fn(f64, f64) -> f64) -> Column {
        let pairs = self.values.iter().zip(&other.values);
        // f may ignore one side (a maximum, say), so an unknown side is decided here.
        Column::new(
            pairs
                .map(|(&a, &b)| {
                    if a.is_nan() || b.is_nan() {
                        f64::NAN
                    } else {
                        f(a, b)
                    }
                })
                .collect(),
        )
    }
}

/// Two columns are equal if they have the same values and the same holes.
impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && (0..self.len()).all(|i| self.get(i) == other.get(i))
    }
}

#[cfg(test)]
mod tests {
    use super::Column;

    #[test]
    fn only_finite_numbers_are_values() {
        let column = Column::new(vec![f64::NAN, f64::INFINITY, 3.0, f64::NAN]);
        let read: Vec<_> = (0..5).map(|i| column.get(i)).collect();
        assert_eq!(read, [None, None, Some(3.0), None, None]);
        assert_eq!(column.first_valid(), Some(2));
        assert_eq!(Column::unknown(2).first_valid(), None);
    }

    #[test]
    fn equality_sees_holes() {
        let a = Column::new(vec![f64::NAN, 1.0]);
        assert_eq!(a, a.clone());
        assert_ne!(a, Column::new(vec![0.0, 1.0]));
        assert_ne!(a, Column::new(vec![f64::NAN]));
    }

    #[test]
    fn zipping_keeps_the_holes_of_both() {
        let a = Column::new(vec![f64::NAN, 1.0, 5.0]);
        let b = Column::new(vec![2.0, f64::NAN, 7.0]);
        assert_eq!(
            a.zip_with(&b, f64::max),
            Column::new(vec![f64::NAN, f64::NAN, 7.0])
        );
    }
}
