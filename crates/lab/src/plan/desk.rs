//! A plan at the end of any bar: the checklist with its numbers, the size, the levels, the dates.

use engine::Listed;
use indicators::Mask;
use market::{Bars, Date, Session, Snapshot, Time};
use strategies::overlays::{OverlayRule, Phase};
use strategies::rules::{Judged, Rule};
use strategies::{Gauges, Prepared, Reading, Rules, Ticket};

use crate::error::Error;
use crate::load::Loaded;
use crate::plan::dates;
use crate::plan::day::{
    CheckLine, DaySheet, Decision, Held, Levels, OverlayLine, Schedule, SetupOfDay, Sizing,
};
use crate::plan::structure::{Asked, StructureOfDay};
use crate::plan::tree::{Sized, steps};
use crate::scenario::Scenario;
use crate::stage;

/// A plan prepared over one tape: its columns are worked out once, a sheet is cheap.
#[derive(Debug)]
pub struct PlanDesk<'a> {
    scenario: &'a Scenario,
    snapshot: &'a Snapshot,
    bars: &'a Bars,
    rules: Rules,
    prepared: Prepared,
    gauges: Gauges,
}

impl<'a> PlanDesk<'a> {
    /// Works out the plan's columns and gauges over what was loaded.
    ///
    /// # Errors
    /// [`Error::Fit`] if the instrument's bars are not among it.
    pub fn open(scenario: &'a Scenario, loaded: &'a Loaded) -> Result<Self, Error> {
        let (bars, snapshot) = (loaded.bars(scenario)?, &loaded.snapshot);
        let rules = scenario.rules();
        let prepared = stage::prepare(scenario, bars, snapshot)?;
        Ok(Self {
            gauges: rules.gauges(bars, snapshot, &prepared),
            prepared,
            scenario,
            snapshot,
            bars,
            rules,
        })
    }

    /// The last bar of the session on `date`.
    ///
    /// # Errors
    /// [`Error::Fit`] for a date without bars, or before the plan is warm.
    pub fn row_on(&self, date: Date) -> Result<usize, Error> {
        let rows = self.rows_on(date);
        let Some(row) = rows.clone().last() else {
            let (interval, symbol) = (self.bars.interval, &self.bars.symbol);
            return Err(Error::fit(
                format!("the tape has no {interval} bar of {symbol} on {date}"),
                "choose another date, or import the missing session",
            ));
        };
        dates::warm(self.scenario, self.bars, self.snapshot, row)?;
        Ok(row)
    }

    /// The bars of the session on `date`; none without any.
    pub fn rows_on(&self, date: Date) -> std::ops::Range<usize> {
        self.bars.rows_between(date, date, &self.snapshot.sessions)
    }

    /// When the decision at the end of bar `row` is taken.
    pub fn time_of(&self, row: usize) -> Option<Time> {
        self.bars.end().get(row).copied()
    }

    /// The sheet at the end of bar `row`, one of the plan's, for an account of `equity_usd` dollars that is flat.
    pub fn sheet(&self, row: usize, equity_usd: f64) -> DaySheet {
        let ordinal = self.bars.session()[row] as usize;
        let session = self.snapshot.sessions.get(ordinal);
        let checklist = &self.prepared.checklist;
        let lines = self.lines(row);
        let ticket = self.ticket(row, equity_usd);
        let structure = self.structure(row, equity_usd);
        let vetoed_by = self.vetoed_by(row);
        let decision = match (checklist.setups().get(row), &vetoed_by) {
            (false, _) => Decision::NoSetup,
            (true, Some(_)) => Decision::Vetoed,
            (true, None) => match (&structure, &ticket) {
                (Some(structure), _) => structure.decision(),
                (None, Some(ticket)) if ticket.shares > 0 => Decision::Enter,
                (None, _) => Decision::NoSize,
            },
        };
        let sized = match &structure {
            Some(structure) => Sized::Structures(structure),
            None => Sized::Shares(ticket.map(|ticket| ticket.shares)),
        };
        let required = checklist.required();
        DaySheet {
            date: session.map(|s| s.date).unwrap_or_default(),
            decided_at: self.bars.end()[row].to_string(),
            half_day: session.is_some_and(Session::is_half_day),
            close_usd: self.bars.close()[row],
            tree: steps(self.scenario, &lines, checklist.triggers(), required, sized),
            checklist: lines,
            triggers: checklist.triggers(),
            required,
            overlays: self.overlays(row),
            decision,
            vetoed_by: vetoed_by.filter(|_| decision == Decision::Vetoed),
            size: ticket.map(|ticket| self.sizing(&ticket, equity_usd)),
            levels: ticket.map(levels),
            structure,
            schedule: self.schedule(row, ordinal),
            exit_rule: self.exit_rule(row),
            protect_rule: self.protect_rule(row),
            setups: self.setups_of_session(row, equity_usd),
        }
    }

    fn lines(&self, row: usize) -> Vec<CheckLine> {
        let checklist = &self.prepared.checklist;
        let criteria = checklist.criteria().iter().enumerate();
        let line = |(n, criterion): (usize, &strategies::Criterion)| CheckLine {
            name: criterion.name.clone(),
            kind: if n < checklist.triggers() {
                "trigger"
            } else {
                "filter"
            },
            state: held(&criterion.held, &criterion.unknown, row),
            readings: self.gauges.of(n, row),
        };
        criteria.map(line).collect()
    }

    fn overlays(&self, row: usize) -> Vec<OverlayLine> {
        let overlaid = self.prepared.overlays.at(row);
        let line = |(n, (name, rule)): (usize, (&String, &OverlayRule))| {
            let phase = crate::funnel::phase(overlaid, n);
            let effect = phase.map(|phase| rule.effect(phase));
            OverlayLine {
                name: name.clone(),
                phase: match phase {
                    None => "off",
                    Some(Phase::Active) => "active",
                    Some(Phase::After) => "after",
                    Some(Phase::Unknown) => "unknown",
                },
                size: self
                    .prepared
                    .overlays
                    .quantity(n, row)
                    .unwrap_or_else(|| effect.map_or(1.0, |effect| effect.size)),
                threshold: effect.map_or(1.0, |effect| effect.threshold),
            }
        };
        self.rules.overlays.iter().enumerate().map(line).collect()
    }

    fn exit_rule(&self, row: usize) -> Option<CheckLine> {
        let (written, judged) = (&self.rules.written.exit, &self.prepared.judged.exit);
        let (rule, judged) = (written.as_ref()?, judged.as_ref()?);
        Some(line("exit", rule, judged, self.gauges.of_exit(row), row))
    }

    fn protect_rule(&self, row: usize) -> Option<CheckLine> {
        let (written, judged) = (&self.rules.written.protect, &self.prepared.judged.protect);
        let (rule, judged) = (written.as_ref()?, judged.as_ref()?);
        let readings = self.gauges.of_protect(row);
        Some(line("protect", rule, judged, readings, row))
    }

    fn vetoed_by(&self, row: usize) -> Option<String> {
        let checklist = &self.prepared.checklist;
        let veto = checklist.veto(checklist.state(row))?;
        let criterion = checklist.criteria().get(usize::from(veto))?;
        Some(criterion.name.clone())
    }

    /// The structure that a run would order here, were its account flat and worth so much.
    fn structure(&self, row: usize, equity_usd: f64) -> Option<StructureOfDay> {
        let (rules, chains) = (self.rules.structure?, self.prepared.chains.as_deref()?);
        let session = self
            .snapshot
            .sessions
            .get(self.bars.session()[row] as usize)?;
        let asked = Asked {
            listed: Listed::at(chains, row),
            today: session.date,
            spot_usd: self.bars.close()[row],
            equity_usd,
            size_scale: self.prepared.overlays.at(row).size_scale,
        };
        Some(StructureOfDay::of(self.scenario, &rules, &asked))
    }

    /// What a run would order here, were its account flat and worth so much.
    fn ticket(&self, row: usize, equity_usd: f64) -> Option<Ticket> {
        if self.rules.structure.is_some() {
            return None;
        }
        let close = *self.bars.close().get(row)?;
        let power = equity_usd * self.scenario.account.max_leverage;
        self.rules
            .ticket(&self.prepared, row, close, equity_usd, power)
    }

    fn sizing(&self, ticket: &Ticket, equity_usd: f64) -> Sizing {
        let risk = &self.rules.risk;
        let stop_distance_usd = ticket.protection.stop_distance_usd;
        let least_distance_usd = risk.min_stop_atr * ticket.atr_usd;
        let sized_by_usd = stop_distance_usd.max(least_distance_usd);
        let risk_usd = equity_usd * risk.risk_per_trade;
        let buying_power_usd = equity_usd * self.scenario.account.max_leverage;
        Sizing {
            equity_usd,
            risk_per_trade: risk.risk_per_trade,
            risk_usd,
            atr_usd: ticket.atr_usd,
            stop_distance_usd,
            least_distance_usd,
            sized_by_usd,
            shares_by_risk: risk_usd / sized_by_usd,
            buying_power_usd,
            shares_by_power: buying_power_usd / ticket.close_usd,
            size_scale: ticket.size_scale,
            shares: ticket.shares,
            value_usd: ticket.shares as f64 * ticket.close_usd,
        }
    }

    fn schedule(&self, row: usize, ordinal: usize) -> Schedule {
        let sessions = &self.snapshot.sessions;
        let Some(own) = sessions.get(ordinal) else {
            return Schedule::default();
        };
        // At the session's last end the next open is the next session's.
        let entry = ordinal + usize::from(self.bars.end()[row] >= own.close);
        let date = |nth: usize| sessions.get(entry + nth).map(|session| session.date);
        let exit = &self.rules.exit;
        let judged = exit.time_stop().map(|stop| stop.sessions.max(1) as usize);
        let before = sessions
            .get(entry)
            .and_then(|s| self.rules.edge.deadline(s));
        Schedule {
            entry: date(0),
            entry_before: before.map(clock_time),
            time_stop_judged: judged.and_then(|n| date(n - 1)),
            time_stop_exit: judged.and_then(date),
            last_session: exit.max_sessions.and_then(|n| date(n.max(1) as usize - 1)),
            out_by: exit.time.and_then(|time| {
                // A session that closes before then is left at its close.
                let session = sessions.get(entry)?;
                let at = time.on(session.date).filter(|at| *at < session.close);
                Some(clock_time(at.unwrap_or(session.close)))
            }),
        }
    }

    /// On a daily clock the one bar, if it is one.
    fn setups_of_session(&self, row: usize, equity_usd: f64) -> Vec<SetupOfDay> {
        let own = self.bars.session()[row];
        let first = self.bars.session().partition_point(|&s| s < own);
        let rows = (first..=row).filter(|&row| self.prepared.checklist.setups().get(row));
        let setup = |row: usize| {
            let ticket = self.ticket(row, equity_usd);
            SetupOfDay {
                time: self.bars.end()[row].to_string(),
                close_usd: self.bars.close()[row],
                vetoed_by: self.vetoed_by(row),
                shares: ticket.map(|ticket| ticket.shares),
                levels: ticket.map(levels),
            }
        };
        rows.map(setup).collect()
    }
}

fn levels(ticket: Ticket) -> Levels {
    let fill = ticket.close_usd;
    let stop = ticket.protection.bracket.stop;
    let distance = stop.and_then(|stop| stop.distance_usd);
    Levels {
        stop_by_atr_usd: distance.map(|distance| fill - ticket.side.sign() * distance),
        stop_level_usd: stop.and_then(|stop| stop.level),
        expected_fill_usd: fill,
        stop_usd: ticket.stop_usd(fill),
        target_usd: ticket.target_usd(fill),
    }
}

/// A rule that is no criterion as a line of the checklist.
fn line(
    kind: &'static str,
    rule: &Rule,
    judged: &Judged,
    readings: Vec<Reading>,
    row: usize,
) -> CheckLine {
    CheckLine {
        name: rule.text.clone(),
        kind,
        state: held(&judged.truth.held, &judged.truth.unknown(), row),
        readings,
    }
}

fn held(held: &Mask, unknown: &Mask, row: usize) -> Held {
    if held.get(row) {
        Held::Holds
    } else if unknown.get(row) {
        Held::Unknown
    } else {
        Held::Fails
    }
}

/// `10:15` of an instant.
fn clock_time(time: Time) -> String {
    let text = time.to_string();
    text.split_once(' ')
        .map_or(text.clone(), |(_, clock)| clock.to_owned())
}
