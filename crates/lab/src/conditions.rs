//! Where a plan's trades were made: by the state of each signal layer at the decision, by rotation, and near which events.
//!
//! The layers are read beside the plan, by its own `[signals]` or the shipped profile, and change nothing of the run. What the
//! tape lacks is a row `unknown`.

use engine::{Ledger, Outcome};
use indicators::{Age, AsOf};
use market::{Fields, Interval, SessionTable, Time, Trade};
use serde::{Deserialize, Serialize};
use signals::{Columns, Inputs, Layer};
use strategies::calendar::{Dated, EARNINGS, Near};
use tape::{BarWant, Tape, Want};

use crate::dollars::signed_dollars;
use crate::error::Error;
use crate::fingerprint::fingerprint;
use crate::needs::breadth_series;
use crate::regimes::Regime;
use crate::scenario::Scenario;

/// Sessions before and after an event that count as near it.
pub const NEAR_EVENT_SESSIONS: u32 = 1;

/// The trades of a regime by one condition at their decisions. A trade lies in one row; by events it may lie in several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ByCondition {
    /// `composite`, a layer, `rotation`, or `event`.
    pub condition: String,
    /// A row a state that occurred.
    pub rows: Vec<ConditionRow>,
}

/// The trades that were decided in one state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConditionRow {
    /// The state, `unknown`, or the kind of event; `none` near none.
    pub state: String,
    /// How many.
    pub trades: usize,
    /// Of these, with a net profit.
    pub wins: usize,
    /// Their net result, dollars.
    pub net_pnl_usd: f64,
    /// Their mean R-multiple, of those that have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expectancy_r: Option<f64>,
}

/// What the market was like, session by session.
#[derive(Debug)]
pub struct MarketConditions {
    /// Of the data it was read from.
    pub fingerprint: String,
    sessions: SessionTable,
    /// Closes of the daily bars that `columns` have rows of.
    ends: Vec<Time>,
    columns: Option<Columns>,
    events: Vec<(String, Option<Dated>)>,
}

impl MarketConditions {
    /// Reads what the plan's profile names and the tape holds, up to the end of the last regime.
    ///
    /// # Errors
    /// What reading meets in files that are there.
    pub fn read(scenario: &Scenario, regimes: &[Regime], tape: &Tape) -> Result<Self, Error> {
        let profile = &*scenario.written.signals;
        let last = regimes.iter().map(|regime| regime.to).max();
        let kinds = tape.event_kinds()?;
        let mut want = Want {
            events: kinds.clone(),
            ..Want::default()
        };
        for symbol in [&profile.symbol, &profile.benchmark] {
            if tape.intervals_of(symbol)?.contains(&Interval::Day) {
                // From the first bar on: averages are recursive.
                want.bars.push(BarWant::daily(symbol, Fields::ALL, last));
                want.splits.push(symbol.clone());
            }
        }
        let breadth = breadth_series(profile);
        want.series = breadth
            .filter(|name| tape.has_series(name))
            .into_iter()
            .collect();
        let snapshot = tape.read(&want, 1)?;
        let inputs = Inputs::of_snapshot(profile, &snapshot);
        let event = |kind: String| {
            let dated = Dated::of(&kind, &snapshot);
            (kind, dated)
        };
        Ok(Self {
            fingerprint: fingerprint(&snapshot),
            ends: inputs
                .as_ref()
                .map_or_else(Vec::new, |i| i.bars.end().to_vec()),
            columns: inputs.map(|inputs| Columns::compute(profile, &inputs)),
            events: kinds
                .into_iter()
                .chain([EARNINGS.to_owned()])
                .map(event)
                .collect(),
            sessions: snapshot.sessions,
        })
    }

    /// The trades of a ledger by each condition.
    pub fn of(&self, ledger: &Ledger) -> Vec<ByCondition> {
        let decided: Vec<Option<Time>> = ledger.trades.iter().map(|t| decided(ledger, t)).collect();
        let known: Vec<Option<usize>> = decided.iter().map(|time| self.row(*time)).collect();
        let states = |state: &dyn Fn(&Columns, usize) -> Option<&'static str>| {
            let word = |row: &Option<usize>| {
                let found = row.and_then(|row| state(self.columns.as_ref()?, row));
                vec![found.unwrap_or(UNKNOWN).to_owned()]
            };
            known.iter().map(word).collect::<Vec<_>>()
        };
        let mut all = vec![by(
            "composite",
            &ledger.trades,
            &states(&|c, row| Some(c.composite()[row]?.word())),
        )];
        for layer in Layer::ALL {
            let words = states(&|c, row| Some(c.state(layer)[row]?.word()));
            all.push(by(layer.word(), &ledger.trades, &words));
        }
        let rotation = states(&|c, row| Some(c.rotation()[row]?.word()));
        all.push(by("rotation", &ledger.trades, &rotation));
        let near: Vec<Vec<String>> = decided.iter().map(|time| self.near(*time)).collect();
        all.push(by("event", &ledger.trades, &near));
        all
    }

    /// What the market was like at a decision: each condition with its states, several of them near several events.
    pub(crate) fn at(&self, time: Time) -> Vec<(&'static str, Vec<String>)> {
        let row = self.row(Some(time));
        let state = |state: &dyn Fn(&Columns, usize) -> Option<&'static str>| {
            let found = row.and_then(|row| state(self.columns.as_ref()?, row));
            vec![found.unwrap_or(UNKNOWN).to_owned()]
        };
        let mut all = vec![(
            "composite",
            state(&|c, row| Some(c.composite()[row]?.word())),
        )];
        for layer in Layer::ALL {
            all.push((
                layer.word(),
                state(&|c, row| Some(c.state(layer)[row]?.word())),
            ));
        }
        all.push(("rotation", state(&|c, row| Some(c.rotation()[row]?.word()))));
        all.push(("event", self.near(Some(time))));
        all
    }

    /// The row of the last complete session at an instant; none if that is more than a session old.
    fn row(&self, time: Option<Time>) -> Option<usize> {
        let time = time?;
        let session = self.session(time)?;
        let oldest = self.sessions.get(session.checked_sub(1)? as usize)?.close;
        AsOf::join(&self.ends, &[time], Age::Since(&[oldest])).row(0)
    }

    /// The session that an instant lies in or ends.
    fn session(&self, time: Time) -> Option<u32> {
        let date = time.exchange_date()?;
        let at = self.sessions.on_or_after(date);
        self.sessions.get(at).filter(|s| s.date == date)?;
        u32::try_from(at).ok()
    }

    /// The kinds of events that an instant is near.
    fn near(&self, time: Option<Time>) -> Vec<String> {
        let Some((time, session)) = time.and_then(|time| Some((time, self.session(time)?))) else {
            return vec![UNKNOWN.to_owned()];
        };
        let n = NEAR_EVENT_SESSIONS;
        let near = |(kind, dated): &(String, Option<Dated>)| match dated
            .as_ref()?
            .near(session, time, n, n)
        {
            Near::Before | Near::After => Some(kind.clone()),
            Near::Clear | Near::Unknown => None,
        };
        let kinds: Vec<String> = self.events.iter().filter_map(near).collect();
        if kinds.is_empty() {
            vec!["none".to_owned()]
        } else {
            kinds
        }
    }
}

pub(crate) const UNKNOWN: &str = "unknown";

/// When a trade was decided: the bar of the setup whose order opened it. Orders of structures fill a close later.
fn decided(ledger: &Ledger, trade: &Trade) -> Option<Time> {
    let entered = || {
        let setups = ledger.setups.iter();
        setups.filter(|setup| setup.outcome == Outcome::Entered)
    };
    let mut fills = ledger.fills.iter();
    let opened = fills.find(|fill| {
        fill.time == trade.entry_time && fill.symbol == trade.symbol && fill.exit_reason.is_none()
    });
    let setup = match opened {
        Some(fill) => entered().find(|setup| setup.order_id == Some(fill.order_id)),
        None => entered().rfind(|setup| setup.time < trade.entry_time),
    };
    setup.map(|setup| setup.time)
}

/// Trades by the states they lie in, the states in the order of their names.
fn by(condition: &str, trades: &[Trade], states: &[Vec<String>]) -> ByCondition {
    let mut names: Vec<&String> = states.iter().flatten().collect();
    names.sort_unstable();
    names.dedup();
    let row = |name: &&String| {
        let with = trades.iter().zip(states);
        let with = with.filter(|(_, states)| states.contains(name));
        let trades: Vec<&Trade> = with.map(|(trade, _)| trade).collect();
        let multiples: Vec<f64> = trades.iter().filter_map(|t| t.r_multiple).collect();
        let mean = multiples.iter().sum::<f64>() / multiples.len() as f64;
        ConditionRow {
            state: (*name).clone(),
            trades: trades.len(),
            wins: trades.iter().filter(|t| t.pnl_usd > 0.0).count(),
            net_pnl_usd: trades.iter().map(|t| t.pnl_usd).sum(),
            expectancy_r: (!multiples.is_empty()).then_some(mean),
        }
    };
    ByCondition {
        condition: condition.to_owned(),
        rows: names.iter().map(row).collect(),
    }
}

/// Where most was lost, in a sentence: the state of the composite or of the rotation with the greatest loss, if trades were
/// made in others too.
pub(crate) fn sentence(by: &[ByCondition]) -> Option<String> {
    let told = by
        .iter()
        .filter(|one| matches!(one.condition.as_str(), "composite" | "rotation"));
    let rows = told.filter(|one| one.rows.len() > 1).flat_map(|one| {
        let rows = one
            .rows
            .iter()
            .filter(|row| row.state != UNKNOWN && row.net_pnl_usd < 0.0);
        rows.map(move |row| (one, row))
    });
    let (one, row) = rows.min_by(|a, b| a.1.net_pnl_usd.total_cmp(&b.1.net_pnl_usd))?;
    let others = one.rows.iter().filter(|other| other.state != row.state);
    let rest: f64 = others.map(|other| other.net_pnl_usd).sum();
    Some(format!(
        "by {}, most was lost where it was {}: {} {}, {} won, {}; all others {}",
        one.condition,
        row.state,
        row.trades,
        if row.trades == 1 { "trade" } else { "trades" },
        row.wins,
        signed_dollars(row.net_pnl_usd),
        signed_dollars(rest),
    ))
}
