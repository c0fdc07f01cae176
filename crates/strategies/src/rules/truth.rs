//! A condition over rows: where it holds, where it fails; where neither, it is unknown.

use indicators::Mask;

/// Two masks that never both hold a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// Where the condition holds.
    pub held: Mask,
    /// Where it does not.
    pub failed: Mask,
}

impl Truth {
    /// The same on every row.
    pub fn constant(rows: usize, truth: bool) -> Self {
        Self {
            held: Mask::filled(rows, truth),
            failed: Mask::filled(rows, !truth),
        }
    }

    /// Known on every row.
    pub fn known(held: Mask) -> Self {
        Self {
            failed: held.not(),
            held,
        }
    }

    /// Where a value it needs was not known.
    pub fn unknown(&self) -> Mask {
        self.held.or(&self.failed).not()
    }

    /// What it was `rows` rows before; unknown on the first ones.
    #[must_use]
    pub fn delayed(&self, rows: usize) -> Self {
        Self {
            held: self.held.delayed(rows),
            failed: self.failed.delayed(rows),
        }
    }
}
