//! Conditions at entry in the rule language, as far as a rule can know them when it decides.

use journal::RoundTrip;

use super::ground::{Ground, Placed};
use super::looks::{WEEKDAYS, atr_share, cuts, gap};

/// What conditions at entry are called in a rule.
pub(super) struct Written {
    /// True if every entry was decided on its own session: then its gap is known, and its weekday is the decision's.
    within: bool,
    /// Expression and the bounds of its middle third.
    atr: Option<(String, (f64, f64))>,
    gap: Option<(String, (f64, f64))>,
}

impl Written {
    pub(super) fn of(trades: &[Placed<&RoundTrip>], ground: &Ground<'_>) -> Self {
        let sessions = ground.stage.bars().session();
        let decided = |t: &Placed<&RoundTrip>| sessions.get(t.entry.bar.checked_sub(1)?).copied();
        let within = trades.iter().all(|t| decided(t) == Some(t.entry.session));
        let values = |of: &dyn Fn(&Placed<&RoundTrip>) -> Option<f64>| {
            cuts(&trades.iter().map(of).collect::<Vec<_>>())
        };
        let atr = format!("atr({}) / close", ground.stage.atr_sessions());
        Self {
            within,
            atr: values(&|t| atr_share(ground, t)).map(|cuts| (atr, cuts)),
            gap: values(&|t| gap(ground, t)).map(|cuts| ("gap".to_owned(), cuts)),
        }
    }

    /// A rule that holds in that state; `None` where none can know it, or none is needed.
    pub(super) fn rule(&self, condition: &str, state: &str) -> Option<String> {
        match condition {
            "ATR ÷ close" => third(self.atr.as_ref()?, state),
            "opening gap" if self.within => third(self.gap.as_ref()?, state),
            "weekday" => {
                let day = 1 + WEEKDAYS.iter().position(|day| *day == state)?;
                // An entry at the open is decided on the trading day before.
                let decided = if self.within { day } else { 1 + (day + 3) % 5 };
                Some(format!("weekday == {decided}"))
            }
            _ => None,
        }
    }
}

fn third((expression, (low, high)): &(String, (f64, f64)), state: &str) -> Option<String> {
    let shown = |value: f64| (value * 1e5).round() / 1e5;
    let (low, high) = (shown(*low), shown(*high));
    match state {
        "lowest third" => Some(format!("{expression} < {low}")),
        "middle third" => Some(format!("{expression} >= {low} and {expression} < {high}")),
        "highest third" => Some(format!("{expression} >= {high}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_knows_only_what_is_known_when_it_decides() {
        let written = |within| Written {
            within,
            atr: Some(("atr(14) / close".to_owned(), (0.01, 0.02))),
            gap: Some(("gap".to_owned(), (-0.001, 0.004))),
        };
        let (own, before) = (written(true), written(false));
        assert_eq!(
            own.rule("opening gap", "highest third").unwrap(),
            "gap >= 0.004"
        );
        assert_eq!(before.rule("opening gap", "highest third"), None);
        assert_eq!(
            before.rule("ATR ÷ close", "middle third").unwrap(),
            "atr(14) / close >= 0.01 and atr(14) / close < 0.02"
        );
        // Monday's open is decided on Friday, Tuesday's on Monday.
        assert_eq!(before.rule("weekday", "monday").unwrap(), "weekday == 5");
        assert_eq!(before.rule("weekday", "tuesday").unwrap(), "weekday == 1");
        assert_eq!(own.rule("weekday", "monday").unwrap(), "weekday == 1");
        assert_eq!(own.rule("event", "fomc"), None);
    }
}
