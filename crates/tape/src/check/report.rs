//! What a check found, counted and in order.

use super::defect::{Defect, Subject};
use super::kind::Severity;

/// An item and how many defects it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemSummary {
    /// The item.
    pub subject: Subject,
    /// Its rows.
    pub rows: u64,
    /// Defects that refuse a run.
    pub errors: u64,
    /// Defects to be shown with a result.
    pub warnings: u64,
    /// Worth knowing.
    pub notes: u64,
}

impl ItemSummary {
    /// Defects of a severity.
    pub const fn count(&self, severity: Severity) -> u64 {
        match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.warnings,
            Severity::Note => self.notes,
        }
    }
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CheckReport {
    /// Every item that was looked at.
    pub items: Vec<ItemSummary>,
    /// The defects, worst first, then by kind, item and time.
    pub defects: Vec<Defect>,
    /// Defects that are counted in `items` and left out of `defects`: beyond the number kept of a kind in an item.
    pub left_out: u64,
}

impl CheckReport {
    /// Defects of a severity over all items.
    pub fn count(&self, severity: Severity) -> u64 {
        self.items.iter().map(|item| item.count(severity)).sum()
    }

    /// Takes in an item and its defects, of which up to `kept` of a kind are kept.
    pub(crate) fn take(&mut self, subject: Subject, rows: u64, found: Vec<Defect>, kept: usize) {
        let count = |s: Severity| found.iter().filter(|d| d.severity == s).count() as u64;
        self.items.push(ItemSummary {
            subject,
            rows,
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
        });
        let mut per_kind = std::collections::BTreeMap::new();
        for defect in found {
            let so_far: &mut usize = per_kind.entry((defect.kind, defect.severity)).or_default();
            *so_far += 1;
            if *so_far <= kept {
                self.defects.push(defect);
            } else {
                self.left_out += 1;
            }
        }
    }

    pub(crate) fn sort(&mut self) {
        self.defects.sort_by(Defect::order);
    }
}
