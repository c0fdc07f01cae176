//! What must lie before a plan's first decision, and who asks for it.

use market::Interval;
use serde::Serialize;
use strategies::Edge;

use crate::scenario::Scenario;

/// What one part of a plan needs before the first bar on which it can be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WarmUpNeed {
    /// Who asks: the ATR, the edge, a rule; `all` for the whole plan.
    pub what: String,
    /// Bars of the plan's own clock.
    pub bars: usize,
    /// Sessions that have such bars.
    pub own_sessions: usize,
    /// Daily bars, beside those of a clock within the session.
    pub daily_bars: usize,
    /// Published closes of a volatility index, which are counted up to a window's first session, its own included.
    pub published_closes: usize,
}

/// By part, those that need nothing left out; the whole plan last.
pub(super) fn needed(scenario: &Scenario) -> Vec<WarmUpNeed> {
    let rules = scenario.rules();
    let interval = scenario.instrument.interval;
    let within = interval != Interval::Day;
    let atr = scenario.risk.atr_sessions as usize;
    let mut parts = vec![WarmUpNeed {
        what: format!("ATR of {atr} sessions"),
        bars: if within { 0 } else { atr },
        own_sessions: 0,
        // Yesterday's, whose own comes after n others.
        daily_bars: if within { atr + 1 } else { 0 },
        published_closes: 0,
    }];
    let edge = &scenario.entry.edge;
    if !matches!(edge, Edge::Rules(_)) {
        parts.push(WarmUpNeed {
            what: format!("triggers of {}", edge.name()),
            bars: edge.warm_up(),
            own_sessions: edge.warm_up_sessions(),
            daily_bars: 0,
            published_closes: 0,
        });
    }
    let mut ranked = 0;
    if let Edge::IronCondor(edge) = edge {
        ranked = edge.rank_sessions as usize;
        parts.push(WarmUpNeed {
            what: format!(
                "IV rank of {} at {} days",
                edge.iv_index, edge.iv_tenor_days
            ),
            bars: 0,
            own_sessions: 0,
            daily_bars: 0,
            published_closes: ranked,
        });
    }
    for rule in scenario.written.rules() {
        let needs = scenario.written.program.warm_up(rule.id);
        parts.push(WarmUpNeed {
            what: format!("rule `{}`", rule.text),
            bars: needs.bars,
            own_sessions: needs.sessions,
            daily_bars: needs.days,
            published_closes: 0,
        });
    }
    let counts =
        |part: &WarmUpNeed| part.bars + part.own_sessions + part.daily_bars + part.published_closes;
    parts.retain(|part| counts(part) > 0);
    let all = rules.warm_up(interval);
    parts.push(WarmUpNeed {
        what: "all".to_owned(),
        bars: all.bars,
        own_sessions: all.own_sessions,
        daily_bars: all.sessions,
        published_closes: ranked,
    });
    parts
}
