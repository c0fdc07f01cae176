//! The plan that overlays, filters and protection are put into, by hand.

use lab::{Override, Scenario};
use market::Date;

/// Every second session of the made-up bars closes 2 % below the one before: a setup, bought at the next open with a dollar
/// of true range at risk an ATR. Out at the close of the entry's session.
pub(crate) const PLAN: &str = r#"
name = "by hand"
strategy = "mean-reversion"
[instrument]
symbol = "IWM"
interval = "1d"
[risk]
atr_sessions = 1
[entry]
declines = 1
min_decline = 0.015
[exit]
stop_atr = 1.0
max_sessions = 1
[filters.any]
rule = "low > 1"
"#;

/// The same plan, held for five sessions at most.
pub(crate) fn held_longer() -> String {
    PLAN.replace("max_sessions = 1", "max_sessions = 5")
}

pub(crate) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn parse(text: &str, sets: &[&str]) -> Scenario {
    let overrides: Vec<Override> = sets.iter().map(|set| set.parse().unwrap()).collect();
    Scenario::parse("plan.toml", text, &overrides).unwrap_or_else(|e| panic!("{e}: {:?}", e.help))
}

/// The message and the help of what is refused.
pub(crate) fn refused(text: &str) -> String {
    let error = Scenario::parse("plan.toml", text, &[]).map(|_| panic!("taken:\n{text}"));
    let error = error.unwrap_err();
    let place = error
        .position
        .map_or_else(String::new, |p| format!("{p:?}"));
    format!(
        "{place} {error} / {}",
        error.help.clone().unwrap_or_default()
    )
}
