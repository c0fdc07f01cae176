//! A plan at the end of one bar: the checklist with its numbers, the size, the levels, the dates.

use indicators::Mask;
use market::{Bars, Date, Session, Snapshot, Time};
use serde::Serialize;
use strategies::overlays::{OverlayRule, Phase};
use strategies::{Gauges, Prepared, Reading, Rules, Ticket};

use crate::error::Error;
use crate::load::Loaded;
use crate::plan::dates;
use crate::plan::tree::{Step, steps};
use crate::scenario::Scenario;

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

/// Whether a criterion holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// It does.
    Holds,
    /// It does not.
    Fails,
    /// A value it needs is unknown, which counts as not.
    Unknown,
}

/// A line of the checklist.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckLine {
    /// What it says.
    pub name: String,
    /// `trigger` or `filter`.
    pub kind: &'static str,
    /// Whether it holds.
    pub state: Held,
    /// The numbers it looks at.
    pub readings: Vec<Reading>,
}

/// What the plan says at the end of a bar, to an account that is flat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Not all triggers hold.
    NoSetup,
    /// They do, and a filter says no.
    Vetoed,
    /// All say yes, and the size comes to no share.
    NoSize,
    /// Enter at the next open.
    Enter,
}

/// The sizing formula, worked through.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sizing {
    /// Equity, dollars.
    pub equity_usd: f64,
    /// Equity put at risk, a fraction.
    pub risk_per_trade: f64,
    /// Equity × risk, dollars.
    pub risk_usd: f64,
    /// ATR at the decision, dollars.
    pub atr_usd: f64,
    /// From the close to the stop, dollars a share; negative where a level lies on the wrong side.
    pub stop_distance_usd: f64,
    /// The least distance that sizing assumes, dollars a share.
    pub least_distance_usd: f64,
    /// The greater of both: what the risk is divided by.
    pub sized_by_usd: f64,
    /// Risk ÷ that, before it is rounded down.
    pub shares_by_risk: f64,
    /// What a new position may cost, dollars.
    pub buying_power_usd: f64,
    /// That ÷ the close, before it is rounded down.
    pub shares_by_power: f64,
    /// What overlays scale the size by on this bar; 1 if none does.
    pub size_scale: f64,
    /// The shares ordered.
    pub shares: u64,
    /// Shares × close, dollars.
    pub value_usd: f64,
}

/// Stop and target, as if the entry filled at the decision's close. They move with the fill.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Levels {
    /// The decision's close, dollars.
    pub expected_fill_usd: f64,
    /// The protective stop, dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_usd: Option<f64>,
    /// The target, dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_usd: Option<f64>,
}

/// The dates of a trade decided on this bar, all sessions of the calendar.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Schedule {
    /// The session of the entry, which is the trade's 1st.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Date>,
    /// New York time before which the entry must fill, `10:15`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_before: Option<String>,
    /// At this session's close progress is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_stop_judged: Option<Date>,
    /// At this session's open a trade without progress is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_stop_exit: Option<Date>,
    /// At this session's close the trade is over, whatever happens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_session: Option<Date>,
    /// New York time by which the trade is left on the day of its entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_by: Option<String>,
}

/// An overlay on this bar.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OverlayLine {
    /// Its name.
    pub name: String,
    /// `active`, `after`, `unknown` (its cautious half applies), or `off`.
    pub phase: &'static str,
    /// What it multiplies the size by.
    pub size: f64,
    /// What it multiplies the thresholds by.
    pub threshold: f64,
}

/// A bar of the date on which all triggers held.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SetupOfDay {
    /// Its end, New York.
    pub time: String,
    /// Its close, dollars.
    pub close_usd: f64,
    /// The filter that said no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vetoed_by: Option<String>,
    /// The shares of an entry; absent where none could be sized.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares: Option<u64>,
    /// Stop and target.
    #[serde(flatten)]
    pub levels: Option<Levels>,
}

/// A plan at the end of one bar.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DaySheet {
    /// The session.
    pub date: Date,
    /// The bar's end, New York.
    pub decided_at: String,
    /// The session closes early.
    pub half_day: bool,
    /// The bar's close, dollars.
    pub close_usd: f64,
    /// Triggers, then filters.
    pub checklist: Vec<CheckLine>,
    /// How many of them are triggers.
    pub triggers: usize,
    /// How many must hold.
    pub required: usize,
    /// The overlays, by name; none without any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overlays: Vec<OverlayLine>,
    /// What the plan says.
    pub decision: Decision,
    /// The filter that says no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vetoed_by: Option<String>,
    /// The size of an entry on this bar, whatever the checklist says; absent without an ATR or a session's range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Sizing>,
    /// Its levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub levels: Option<Levels>,
    /// Its dates.
    pub schedule: Schedule,
    /// The plan's exit rule, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_rule: Option<CheckLine>,
    /// The decision tree, with the branch taken.
    pub tree: Vec<Step>,
    /// The bars of the session on which the setup held.
    pub setups: Vec<SetupOfDay>,
}

impl<'a> PlanDesk<'a> {
    /// Works out the plan's columns and gauges over what was loaded.
    ///
    /// # Errors
    /// [`Error::Fit`] if the instrument's bars are not among it.
    pub fn open(scenario: &'a Scenario, loaded: &'a Loaded) -> Result<Self, Error> {
        let (bars, snapshot) = (loaded.bars(scenario)?, &loaded.snapshot);
        let rules = scenario.rules();
        let prepared = rules.prepare(bars, snapshot);
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
        let vetoed_by = self.vetoed_by(row);
        let decision = match (checklist.setups().get(row), &vetoed_by, &ticket) {
            (false, ..) => Decision::NoSetup,
            (true, Some(_), _) => Decision::Vetoed,
            (true, None, Some(ticket)) if ticket.shares > 0 => Decision::Enter,
            _ => Decision::NoSize,
        };
        let shares = ticket.map(|ticket| ticket.shares);
        let required = checklist.required();
        DaySheet {
            date: session.map(|s| s.date).unwrap_or_default(),
            decided_at: self.bars.end()[row].to_string(),
            half_day: session.is_some_and(Session::is_half_day),
            close_usd: self.bars.close()[row],
            tree: steps(
                self.scenario,
                &lines,
                checklist.triggers(),
                required,
                shares,
            ),
            checklist: lines,
            triggers: checklist.triggers(),
            required,
            overlays: self.overlays(row),
            decision,
            vetoed_by: vetoed_by.filter(|_| decision == Decision::Vetoed),
            size: ticket.map(|ticket| self.sizing(&ticket, equity_usd)),
            levels: ticket.map(levels),
            schedule: self.schedule(row, ordinal),
            exit_rule: self.exit_rule(row),
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
                size: effect.map_or(1.0, |effect| effect.size),
                threshold: effect.map_or(1.0, |effect| effect.threshold),
            }
        };
        self.rules.overlays.iter().enumerate().map(line).collect()
    }

    fn exit_rule(&self, row: usize) -> Option<CheckLine> {
        let rule = self.rules.written.exit.as_ref()?;
        let truth = &self.prepared.judged.exit.as_ref()?.truth;
        Some(CheckLine {
            name: rule.text.clone(),
            kind: "exit",
            state: held(&truth.held, &truth.unknown(), row),
            readings: self.gauges.of_exit(row),
        })
    }

    fn vetoed_by(&self, row: usize) -> Option<String> {
        let checklist = &self.prepared.checklist;
        let veto = checklist.veto(checklist.state(row))?;
        let criterion = checklist.criteria().get(usize::from(veto))?;
        Some(criterion.name.clone())
    }

    /// What a run would order here, were its account flat and worth so much.
    fn ticket(&self, row: usize, equity_usd: f64) -> Option<Ticket> {
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
            out_by: exit.time.map(|time| time.to_string()),
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
    Levels {
        expected_fill_usd: fill,
        stop_usd: ticket.stop_usd(fill),
        target_usd: ticket.target_usd(fill),
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
