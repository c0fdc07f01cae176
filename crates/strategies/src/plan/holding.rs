//! What becomes of what a plan holds: its own exits, then its protection.
//!
//! Stops, targets and longest holding periods are orders, and the engine's affair. Here is what is decided at bar ends. Of one
//! bar's reasons the first counts: the time stop, the time of day, the exit rule, and last the protection, which is given no
//! exit that the plan would have made without it.

use engine::{Desk, Order, Position, View};
use indicators::Mask;
use market::{ExitReason, Time};

use super::{Plan, sooner};
use crate::exits;
use crate::protect::{Protection, kept_shares, tightened_stop};
use crate::structure::leaving;

impl Plan<'_> {
    /// At its agreed session, leaves a trade that has gone nowhere.
    pub(super) fn judge_progress(&mut self, view: &View<'_>, desk: &mut Desk) {
        let (Some(position), Some(time_stop)) =
            (view.position(self.symbol), self.rules.exit.time_stop())
        else {
            return;
        };
        if self.judged == Some(position.opened.order_id) {
            return;
        }
        let due = time_stop
            .due(view, position)
            .is_some_and(|due| view.now() >= due);
        if due {
            self.judged = Some(position.opened.order_id);
            if time_stop.leaves(view, position) {
                self.left = Some(position.opened.order_id);
                desk.submit(Order::exit(self.symbol, ExitReason::TimeStop));
            }
        }
    }

    /// Leaves by the plan's time of day.
    pub(super) fn watch_the_clock(&mut self, view: &View<'_>, desk: &mut Desk) {
        if let Some((order_id, due)) = self.leaves_at(view)
            && view.now() >= due
        {
            self.left = Some(order_id);
            desk.submit(Order::exit(self.symbol, ExitReason::TimeOfDay));
        }
    }

    /// The entry behind the open position and when to leave it, unless that was ordered already.
    fn leaves_at(&self, view: &View<'_>) -> Option<(u32, Time)> {
        let (time, position) = (self.rules.exit.time?, view.position(self.symbol)?);
        let order_id = position.opened.order_id;
        let due = exits::due(time, view, position)?;
        (self.left != Some(order_id)).then_some((order_id, due))
    }

    /// Leaves because the plan's exit rule holds.
    pub(super) fn heed_the_exit_rule(&mut self, view: &View<'_>, desk: &mut Desk) {
        let holds = |exit: &Mask| exit.get(view.slot());
        if let Some(order_id) = self.may_leave(view)
            && self.prepared.exit.as_ref().is_some_and(holds)
        {
            self.left = Some(order_id);
            desk.submit(Order::exit(self.symbol, ExitReason::Signal));
        }
    }

    /// The entry behind the open position, unless it was told to leave already.
    fn may_leave(&self, view: &View<'_>) -> Option<u32> {
        let order_id = view.position(self.symbol)?.opened.order_id;
        (self.left != Some(order_id)).then_some(order_id)
    }

    /// Protects the open position while the plan's condition holds.
    pub(super) fn protect(&mut self, view: &View<'_>, desk: &mut Desk) {
        let Some((order_id, protection, mask)) = self.may_protect(view) else {
            return;
        };
        let Some(held) = view.position(self.symbol).filter(|_| mask.get(view.slot())) else {
            return;
        };
        match protection {
            Protection::Tighten { stop_atr } => {
                if let (Some(&close), Some(atr)) = (view.closes(self.symbol).last(), held.atr) {
                    let stop = tightened_stop(held.side, close, stop_atr, atr);
                    desk.tighten(self.symbol, stop);
                }
            }
            Protection::Reduce { reduce_to } => {
                self.reduced = Some(order_id);
                let keeps = kept_shares(held.entered_quantity, reduce_to);
                if keeps < held.quantity {
                    desk.submit(Order::reduce(self.symbol, keeps, ExitReason::Protect));
                }
            }
            Protection::Leave => {
                self.left = Some(order_id);
                desk.submit(Order::exit(self.symbol, ExitReason::Protect));
            }
        }
    }

    /// The entry behind the open position, what may protect it, and where that is asked for; `None` once it was told to leave
    /// or is reduced.
    fn may_protect(&self, view: &View<'_>) -> Option<(u32, Protection, &Mask)> {
        let mask = self.prepared.protect.as_ref()?;
        let protection = self.rules.protect.as_ref()?.protection()?;
        let order_id = self.may_leave(view)?;
        let done =
            matches!(protection, Protection::Reduce { .. }) && self.reduced == Some(order_id);
        (!done).then_some((order_id, protection, mask))
    }

    /// The next slot at or after `from` at which `position` wants to be looked at.
    pub(super) fn next_look(
        &self,
        view: &View<'_>,
        position: &Position,
        from: usize,
    ) -> Option<usize> {
        let judgement = Some(position)
            .filter(|position| self.judged != Some(position.opened.order_id))
            .and_then(|position| self.rules.exit.time_stop()?.due(view, position))
            .map(|due| view.slot_ending_at(due).max(from));
        let leaving = self
            .leaves_at(view)
            .map(|(_, due)| view.slot_ending_at(due).max(from));
        let exit = self.prepared.exit.as_ref();
        let ruled_out = exit
            .filter(|_| self.may_leave(view).is_some())
            .and_then(|exit| exit.next_set(from));
        let protected = self
            .may_protect(view)
            .and_then(|(.., mask)| mask.next_set(from));
        sooner(sooner(judgement, leaving), sooner(ruled_out, protected))
    }

    /// Leaves the structures whose exits say so.
    pub(super) fn leave_structures(&mut self, view: &View<'_>, desk: &mut Desk) {
        let held = |id: &u32| view.structures().iter().any(|s| s.structure_id == *id);
        self.told.retain(held);
        let (side, exit) = (self.rules.entry.side, &self.rules.exit);
        let here = |mask: &Option<Mask>| mask.as_ref().is_some_and(|mask| mask.get(view.slot()));
        let ruled_out = here(&self.prepared.exit).then_some(ExitReason::Signal);
        // A structure can only be left.
        let protected = here(&self.prepared.protect).then_some(ExitReason::Protect);
        for structure in view.structures() {
            let id = structure.structure_id;
            if self.told.contains(&id) {
                continue;
            }
            let why = leaving::leaves(exit, structure, side, view);
            if let Some(reason) = why.or(ruled_out).or(protected) {
                self.told.push(id);
                desk.close_structure(id, reason);
            }
        }
    }
}
