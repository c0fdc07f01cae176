//! A claim's events among the trades of a plan, replayed by the one loop.

use engine::{Outcome, Setup};
use market::{Bars, FillRule, Time, Trade};
use stats::contrast::Sample;
use tape::Tape;

use crate::error::Error;
use crate::history::history;
use crate::load::load;
use crate::outcome::RegimeRun;
use crate::regimes::Regime;
use crate::scenario::Scenario;
use crate::stage::Stage;

use super::bars::{Between, Ground, OnBars};
use super::claim::{Claim, OfTrades};
use super::found::{Found, Happening};

/// The plan of a claim, which of its trades are looked at, and how.
#[derive(Clone, Copy)]
pub(super) struct Looked<'a> {
    pub(super) plan: &'a Scenario,
    pub(super) after_bars: u32,
    pub(super) outcome: OfTrades,
}

/// The trades of the plan over all of the tape between the dates, sorted into events and controls.
///
/// # Errors
/// What the tape lacks for the plan or the claim, or what is broken in it.
pub(super) fn find(
    claim: &Claim,
    looked: Looked<'_>,
    tape: &Tape,
    between: Between,
) -> Result<Found, Error> {
    let plan = looked.plan;
    let all = history([plan], &[], tape)?;
    let window = Regime::unnamed(
        between.0.map_or(all.from, |from| from.max(all.from)),
        between.1.map_or(all.to, |to| to.min(all.to)),
    );
    if window.to < window.from {
        return Err(Error::fit(
            format!(
                "the plan {} can be replayed from {} to {} only",
                plan.name, all.from, all.to
            ),
            "choose dates inside them",
        ));
    }
    let regimes = [window];
    let loaded = load(plan, &regimes, tape, 1)?;
    let run = Stage::build(plan, &loaded)?.regime(&regimes[0])?;
    let ground = Ground::read(claim, tape, Some(regimes[0].to))?;
    let bars = ground.bars()?;
    let on = ground.judge(bars);
    let sorted = Sorted::of(&run, &on, bars, looked);
    let mut notes = loaded.warnings.clone();
    notes.extend(ground.notes.iter().cloned());
    notes.push(format!(
        "replayed from {} to {}",
        regimes[0].from, regimes[0].to
    ));
    notes.extend(sorted.notes(run.ledger.trades.len()));
    let date = |row: u32| {
        let session = bars.session()[row as usize] as usize;
        ground.snapshot.sessions.get(session).map(|s| s.date)
    };
    let model = run.options.as_ref();
    Ok(Found {
        span: sorted
            .span
            .and_then(|(first, last)| Some((date(first)?, date(last)?))),
        same: false,
        horizon: sorted.longest,
        happenings: sorted.happenings.clone(),
        sample: sorted.sample(),
        notes,
        fingerprint: format!("{}{}", loaded.fingerprint, ground.fingerprint),
        origin: ground.snapshot.origin.clone(),
        model: model.is_some_and(|told| told.model_fills + told.model_marks > 0),
    })
}

/// Trades by what the claim says of them.
#[derive(Default)]
struct Sorted {
    events: Vec<(u32, f64)>,
    controls: Vec<(u32, f64)>,
    happenings: Vec<Happening>,
    span: Option<(u32, u32)>,
    /// Bars of the longest holding, on average.
    longest: usize,
    over: usize,
    unknown: usize,
    without_outcome: usize,
}

impl Sorted {
    fn of(run: &RegimeRun, on: &OnBars, bars: &Bars, looked: Looked<'_>) -> Self {
        let mut sorted = Self::default();
        let trades = &run.ledger.trades;
        for trade in trades {
            let Some(decided) = decided(trade, &run.ledger.setups) else {
                sorted.unknown += 1;
                continue;
            };
            let row = bars.end().partition_point(|&end| end < decided) + looked.after_bars as usize;
            match bars.end().get(row) {
                Some(&now) if looked.after_bars == 0 || trade.exit_time > now => {}
                _ => {
                    sorted.over += 1;
                    continue;
                }
            }
            sorted.sort(row, trade, on, bars, looked.outcome);
        }
        // Trades on one plan follow one another, so their neighbours share nothing but the weather: blocks hold a usual trade.
        let held: u64 = trades.iter().map(|trade| u64::from(trade.bars_held)).sum();
        sorted.longest = held.div_ceil(trades.len().max(1) as u64) as usize;
        sorted
    }

    fn sort(&mut self, row: usize, trade: &Trade, on: &OnBars, bars: &Bars, outcome: OfTrades) {
        let Some(value) = of_trade(trade, outcome) else {
            self.without_outcome += 1;
            return;
        };
        let at = row as u32;
        let (event, control) = (on.event.get(row), on.control.get(row));
        if event {
            self.events.push((at, value));
            self.happenings.push(Happening {
                time: bars.end()[row],
                outcome: value,
            });
        }
        if control {
            self.controls.push((at, value));
        }
        if event || control {
            self.span = Some((self.span.map_or(at, |span| span.0), at));
        } else {
            self.unknown += 1;
        }
    }

    fn sample(self) -> Sample {
        let (first, last) = self.span.unwrap_or((0, 0));
        let shift =
            |list: Vec<(u32, f64)>| list.into_iter().map(|(row, v)| (row - first, v)).collect();
        Sample {
            rows: self.span.map_or(0, |_| (last - first + 1) as usize),
            events: shift(self.events),
            controls: shift(self.controls),
        }
    }

    fn notes(&self, trades: usize) -> Vec<String> {
        let told = [
            (self.over, "were over before the event could be judged"),
            (
                self.unknown,
                "are neither events nor controls, or it is unknown which",
            ),
            (self.without_outcome, "have no such outcome"),
        ];
        let told = told.iter().filter(|(count, _)| *count > 0);
        told.map(|(count, what)| format!("{count} of {trades} trades {what}"))
            .collect()
    }
}

/// The end of the bar on which a trade was decided: that of the last setup which entered before its fill. A fill at an open may come
/// at the very instant of the decision, one at a close cannot.
fn decided(trade: &Trade, setups: &[Setup]) -> Option<Time> {
    let at_once = !matches!(
        trade.entry_rule,
        FillRule::Close | FillRule::Quote | FillRule::Model | FillRule::Expiry
    );
    let before = |setup: &&Setup| {
        setup.outcome == Outcome::Entered
            && (setup.time < trade.entry_time || (at_once && setup.time == trade.entry_time))
    };
    setups.iter().rev().find(before).map(|setup| setup.time)
}

fn of_trade(trade: &Trade, outcome: OfTrades) -> Option<f64> {
    match outcome {
        OfTrades::RMultiple => trade.r_multiple,
        OfTrades::Return => Some(trade.return_fraction),
        OfTrades::PnlUsd => Some(trade.pnl_usd),
        OfTrades::Lost => Some(f64::from(u8::from(trade.pnl_usd < 0.0))),
        OfTrades::SessionsHeld => Some(f64::from(trade.sessions_held)),
    }
    .filter(|value| value.is_finite())
}
