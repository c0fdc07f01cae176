//! What happened: fills, setups, refusals.

use market::{Fill, Time};

use crate::setup::{Outcome, RejectReason, Rejection, Setup};

use super::book::Working;

/// The record a replay leaves behind.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    fills: Vec<Fill>,
    setups: Vec<Setup>,
    rejections: Vec<Rejection>,
}

impl Journal {
    pub(super) fn fill(&mut self, fill: Fill) {
        self.fills.push(fill);
    }

    pub(super) fn fills(&self) -> &[Fill] {
        &self.fills
    }

    /// Moves setups into the log; returns the row of the first.
    pub(super) fn log(&mut self, setups: &mut Vec<Setup>) -> u32 {
        let first_row = self.setups.len() as u32;
        self.setups.append(setups);
        first_row
    }

    /// Notes a refusal; the setup behind the order learns of it.
    pub(super) fn reject(&mut self, working: &Working, time: Time, reason: RejectReason) {
        self.rejections.push(Rejection {
            order_id: working.order_id,
            time,
            reason,
        });
        if let Some(setup) = working
            .setup
            .and_then(|row| self.setups.get_mut(row as usize))
        {
            setup.outcome = Outcome::Rejected(reason);
        }
    }

    pub(crate) fn into_parts(self) -> (Vec<Fill>, Vec<Setup>, Vec<Rejection>) {
        (self.fills, self.setups, self.rejections)
    }
}
