//! A directional plan: an edge, its filters, its exits and its size, as one strategy.
//!
//! When it enters is said here; what becomes of what it holds, in `holding`.

mod holding;

use std::ops::Range;
use std::sync::Arc;

use engine::setup::{Outcome, RejectReason, Setup};
use engine::{Desk, Order, Strategy, View};
use indicators::{Column, Mask, SplitBasis};
use market::{Bars, Interval, Side, Snapshot};
use options::Chains;

use crate::checklist::{Checklist, Criterion};
use crate::clock::Clock;
use crate::edge::{Edge, EntryRules, GappedEntry};
use crate::exits::ExitRules;
use crate::filters::Filters;
use crate::overlays::{OverlayRule, Overlays, OverlaysAtWork};
use crate::protect::ProtectRules;
use crate::rules::{Judged, JudgedRules, Written};
use crate::sizing::RiskRules;
use crate::structure::StructureRules;

/// The rules of a directional plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// When its triggers hold.
    pub edge: Edge,
    /// Side, cool-down, checklist.
    pub entry: EntryRules,
    /// How trades end.
    pub exit: ExitRules,
    /// What is done to protect what it holds, and when.
    pub protect: Option<ProtectRules>,
    /// How many shares.
    pub risk: RiskRules,
    /// What must be so in the rest of the market.
    pub filters: Filters,
    /// What changes its size and its thresholds, and when.
    pub overlays: Overlays,
    /// Options that are traded instead of shares.
    pub structure: Option<StructureRules>,
    /// What of all this is written in the rule language, read.
    pub written: Arc<Written>,
}

/// What a plan needs before its first decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WarmUp {
    /// Bars of its own clock.
    pub bars: usize,
    /// Sessions that have bars of its own clock.
    pub own_sessions: usize,
    /// Daily bars, beside those of a clock within the session.
    pub sessions: usize,
}

/// The columns of a plan over one tape: computed once, shared by every regime and thread.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The checklist, judged on every bar.
    pub checklist: Checklist,
    /// Where the log says that bars are missing by which a setup would have been judged.
    pub skips: Mask,
    /// ATR, dollars of each bar's own share basis.
    pub atr: Column,
    /// The last complete session's low for longs, high for shorts; `None` if no stop needs it.
    pub session_extreme: Option<Column>,
    /// Where the plan's exit rule holds.
    pub exit: Option<Mask>,
    /// Where the plan protects what it holds.
    pub protect: Option<Mask>,
    /// The written rules, judged.
    pub judged: JudgedRules,
    /// Where overlays apply.
    pub overlays: OverlaysAtWork,
    /// Bars that would be setups by thresholds that no overlay had changed, and are none.
    pub tightened_out: Option<Mask>,
    /// What options are listed, and at what prices, on the plan's clock; given by whoever knows where prices come from.
    pub chains: Option<Arc<dyn Chains>>,
}

impl Rules {
    /// What must lie before the first bar on which the plan can decide, on a clock of `interval`.
    pub fn warm_up(&self, interval: Interval) -> WarmUp {
        let atr = self.risk.atr_sessions as usize;
        let written = self.written.warm_up();
        let edge = self.edge.warm_up().max(written.bars);
        let own_sessions = self.edge.warm_up_sessions().max(written.sessions);
        match interval {
            Interval::Day => WarmUp {
                bars: edge.max(atr),
                own_sessions,
                sessions: 0,
            },
            // Within a session the ATR is that of the session before, whose own comes after n others.
            Interval::Minutes(_) => WarmUp {
                bars: edge,
                own_sessions,
                sessions: (atr + 1).max(written.days),
            },
        }
    }

    /// Computes the plan's columns on the clock of `bars`.
    pub fn prepare(&self, bars: &Bars, snapshot: &Snapshot) -> Prepared {
        let basis = SplitBasis::of_bars(bars, &snapshot.sessions, snapshot.splits_of(&bars.symbol));
        let clock = Clock {
            bars,
            snapshot,
            basis: &basis,
        };
        let side = self.entry.side;
        let judged = self.written.judge(clock);
        let overlays = OverlaysAtWork::of(&self.overlays, judged.of_overlays(), &clock);
        let unchanged = self.triggers(&clock, &judged);
        let triggers = overlays.choose(&unchanged, |by| self.triggers_by(&clock, by));
        let moved = self.overlays.values().any(OverlayRule::moves_thresholds);
        let filters = self
            .filters
            .iter()
            .map(|(name, filter)| match judged.filters.get(name) {
                Some(judged) => judged.criterion(&format!("{name}: {}", filter.subject())),
                None => filter.criterion(&clock),
            })
            .collect();
        let extreme = || {
            let (low, high) = clock.prior_session_range();
            if side == Side::Buy { low } else { high }
        };
        let held = |rule: Option<&Judged>| rule.map(|rule| rule.truth.held.clone());
        let required = self.entry.require.map(|k| k as usize);
        let checklist = Checklist::new(triggers, filters, required);
        let tightened_out = moved.then(|| {
            let before = Checklist::new(unchanged, Vec::new(), None);
            before.setups().and(&checklist.setups().not())
        });
        Prepared {
            tightened_out,
            overlays,
            skips: self.edge.skips(&clock, &checklist),
            checklist,
            atr: clock.session_atr(self.risk.atr_sessions as usize),
            session_extreme: self.exit.stop.uses_level().then(extreme),
            exit: held(judged.exit.as_ref()),
            protect: held(judged.protect.as_ref()),
            judged,
            chains: None,
        }
    }
}

impl Rules {
    /// The triggers on every bar, as the plan has them.
    fn triggers(&self, clock: &Clock<'_>, judged: &JudgedRules) -> Vec<Criterion> {
        let mut triggers = self.edge.triggers(clock, self.entry.side);
        triggers.extend(self.in_words(&judged.triggers));
        triggers
    }

    /// The triggers that change when thresholds are multiplied by `by`, a number for each overlay, with their places.
    fn triggers_by(&self, clock: &Clock<'_>, by: &[f64]) -> Vec<(usize, Criterion)> {
        let product = by.iter().product();
        let edge = self.edge.tightened(product);
        let own = edge.threshold_trigger(clock, self.entry.side);
        let anew = self.written.judge_by(by, *clock);
        let rules = self.in_words(&anew).enumerate().collect::<Vec<_>>();
        own.into_iter().chain(rules).collect()
    }

    fn in_words(&self, judged: &[Judged]) -> impl Iterator<Item = Criterion> {
        let rules = self.written.triggers.iter().zip(judged);
        rules.map(|(rule, judged)| judged.criterion(&rule.text))
    }
}

/// A directional plan at work on one symbol: the strategy the loop runs.
#[derive(Debug)]
pub struct Plan<'a> {
    rules: &'a Rules,
    prepared: &'a Prepared,
    symbol: usize,
    /// The entry order whose position the time stop has judged.
    judged: Option<u32>,
    /// The entry order whose position was told to leave.
    left: Option<u32>,
    /// The entry order whose position was reduced.
    reduced: Option<u32>,
    /// The structures that were told to leave.
    told: Vec<u32>,
}

impl<'a> Plan<'a> {
    /// A fresh plan for the traded symbol with index `symbol`.
    pub const fn new(rules: &'a Rules, prepared: &'a Prepared, symbol: usize) -> Self {
        Self {
            rules,
            prepared,
            symbol,
            judged: None,
            left: None,
            reduced: None,
            told: Vec::new(),
        }
    }

    /// This bar as a row of the log; what nobody will read is not looked up.
    #[inline]
    fn row(&self, view: &View<'_>, outcome: Outcome) -> Setup {
        let (state, overlaid) = if view.keeps_rows() {
            let (checklist, overlays) = (&self.prepared.checklist, &self.prepared.overlays);
            (checklist.state(view.slot()), overlays.at(view.slot()))
        } else {
            Default::default()
        };
        Setup {
            slot: view.slot(),
            time: view.now(),
            symbol: self.symbol,
            side: self.side(),
            held: state.held,
            unknown: state.unknown,
            outcome,
            order_id: None,
            overlaid,
        }
    }

    /// Logs the setup on this bar and acts on it.
    fn consider(&self, view: &View<'_>, desk: &mut Desk) {
        // Busy comes before any veto: what could not have been traded was not saved by a filter.
        let outcome = if self.is_busy(view) {
            Outcome::Busy
        } else if self.cools_down(view) {
            Outcome::CoolingDown
        } else if let Some(criterion) = self.veto(view.slot()) {
            Outcome::Vetoed { criterion }
        } else {
            match self.order(view, desk) {
                Ok(()) => return,
                Err(reason) => Outcome::Rejected(reason),
            }
        };
        desk.log(self.row(view, outcome));
    }

    /// True if setups from now on, until a fill, are busy and need no row each.
    #[inline]
    fn passes_over(&self, view: &View<'_>) -> bool {
        !view.keeps_rows() && self.rules.structure.is_none() && view.is_busy(self.symbol)
    }

    fn veto(&self, slot: usize) -> Option<u8> {
        let checklist = &self.prepared.checklist;
        checklist.veto(checklist.state(slot))
    }

    /// Orders the entry of a setup: shares, or the structure that the plan trades instead.
    fn order(&self, view: &View<'_>, desk: &mut Desk) -> Result<(), RejectReason> {
        let scale = self.prepared.overlays.at(view.slot()).size_scale;
        if scale <= 0.0 {
            return Err(RejectReason::SizedToNone);
        }
        let setup = self.row(view, Outcome::Entered);
        let Some(structure) = &self.rules.structure else {
            // Without an ATR or a session's range there is no stop, and so no size.
            let order = self.entry(view).ok_or(RejectReason::ZeroSize)?;
            desk.enter(setup, order);
            return Ok(());
        };
        let (side, risk) = (self.rules.entry.side, &self.rules.risk);
        let atr = self.prepared.atr.get(view.slot());
        let order = structure.order(view, self.symbol, side, risk, scale, atr)?;
        desk.enter_structure(setup, order);
        Ok(())
    }

    /// The side a setup is logged with.
    fn side(&self) -> Side {
        let side = self.rules.entry.side;
        let structure = self.rules.structure.as_ref();
        structure.map_or(side, |structure| structure.side(side))
    }

    /// True while no further entry may be made.
    fn is_busy(&self, view: &View<'_>) -> bool {
        match &self.rules.structure {
            None => view.is_busy(self.symbol),
            Some(structure) => {
                let open = view.structures().len() + view.waiting_structures();
                open >= structure.max_open as usize
            }
        }
    }

    fn cools_down(&self, view: &View<'_>) -> bool {
        let wait = self.rules.entry.cooldown_sessions;
        wait > 0
            && view
                .last_exit_session(self.symbol)
                .is_some_and(|exit| view.session() - exit < wait)
    }

    /// The entry order with its protection and size, all fixed at this decision.
    fn entry(&self, view: &View<'_>) -> Option<Order> {
        let close = *view.closes(self.symbol).last()?;
        let (equity, power) = (view.equity_usd(), view.buying_power_usd());
        let ticket = self
            .rules
            .ticket(self.prepared, view.slot(), close, equity, power)?;
        let mut bracket = ticket.protection.bracket;
        bracket.cancel_if_gapped = self.rules.entry.gapped_entry == GappedEntry::Cancel;
        let order = Order::market(self.symbol, ticket.side, ticket.shares)
            .with_bracket(bracket)
            .with_atr(ticket.atr_usd);
        let session = view.session_at(view.session())?;
        Some(match self.rules.edge.deadline(session) {
            Some(deadline) => order.good_until(deadline),
            None => order,
        })
    }
}

impl Strategy for Plan<'_> {
    #[inline]
    fn decide(&mut self, view: &View<'_>, desk: &mut Desk) {
        if view.position(self.symbol).is_some() {
            self.judge_progress(view, desk);
            self.watch_the_clock(view, desk);
            self.heed_the_exit_rule(view, desk);
            self.protect(view, desk);
        }
        if !view.structures().is_empty() {
            self.leave_structures(view, desk);
        }
        if self.prepared.skips.get(view.slot()) {
            let skipped = Outcome::Rejected(RejectReason::BarsMissing);
            desk.log(self.row(view, skipped));
        }
        if self.prepared.checklist.setups().get(view.slot()) {
            self.consider(view, desk);
        }
    }

    #[inline]
    fn next_wake(&self, view: &View<'_>, from: usize) -> Option<usize> {
        if !view.structures().is_empty() {
            // Premiums are judged at every close.
            return Some(from);
        }
        let setup = if self.passes_over(view) {
            None
        } else {
            self.prepared.checklist.setups().next_set(from)
        };
        let skip = self.prepared.skips.next_set(from);
        let own = view
            .position(self.symbol)
            .and_then(|position| self.next_look(view, position, from));
        sooner(sooner(setup, skip), own)
    }

    #[inline]
    fn busy_setups(&self, view: &View<'_>, slots: Range<usize>) -> u32 {
        if self.passes_over(view) {
            self.prepared.checklist.setups().count_in(slots) as u32
        } else {
            0
        }
    }
}

/// The sooner of two slots, where there are any.
fn sooner(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}
