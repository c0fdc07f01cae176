//! The rules behind the losing trades.

use std::collections::BTreeMap;

use super::result::{BrokenRule, Judged};

/// Rules that losing trades broke, the dearest first. A trade that broke several counts under each.
pub(super) fn broken(trades: &[Judged]) -> Vec<BrokenRule> {
    let mut found: BTreeMap<&str, (usize, f64)> = BTreeMap::new();
    for trade in trades.iter().filter(|trade| trade.pnl_usd < 0.0) {
        for (rule, usd) in &trade.broke {
            let entry = found.entry(rule).or_default();
            entry.0 += 1;
            entry.1 += usd;
        }
    }
    let rule = |(rule, (trades, usd)): (&str, (usize, f64))| BrokenRule {
        rule: rule.to_owned(),
        trades,
        usd,
    };
    let mut broken: Vec<BrokenRule> = found.into_iter().map(rule).collect();
    broken.sort_by(|a, b| a.usd.total_cmp(&b.usd));
    broken
}
