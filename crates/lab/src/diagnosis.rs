//! Why a plan held or failed in a regime, in sentences with numbers.

use market::{ExitReason, FillRule, Trade};

use crate::dollars::{dollars, signed_dollars};
use crate::outcome::RegimeRun;
use crate::scenario::Scenario;
use crate::verdict::Standing;

/// The sentences, most telling first.
pub fn reasons(run: &RegimeRun, scenario: &Scenario) -> Vec<String> {
    let mut reasons = vec![run.funnel.sentence()];
    reasons.extend(ruin(run));
    match run.standing {
        Standing::Inconclusive => reasons.push(too_few(run, scenario)),
        Standing::Holds | Standing::Fails => {
            reasons.extend(expectancy(run));
            reasons.extend(drawdown(run, scenario));
        }
    }
    reasons.extend(losing_exits(run));
    reasons.extend(protection(run, scenario));
    reasons.extend(progress(run, scenario));
    reasons.extend(gaps(run));
    reasons.extend(costs(run));
    reasons.extend(ambiguity(run));
    reasons.extend(doubtful_days(run));
    reasons
}

/// The days on which option prices are least to be trusted.
fn doubtful_days(run: &RegimeRun) -> Option<String> {
    let jumps = &run.options.as_ref()?.jumps;
    let day = |jump: &crate::options::Jump| {
        format!(
            "{} (index {:.1} to {:.1}, {}{})",
            jump.date,
            jump.before,
            jump.after,
            if jump.change_usd < 0.0 { "−" } else { "+" },
            dollars(jump.change_usd)
        )
    };
    let days: Vec<String> = jumps.iter().map(day).collect();
    (!days.is_empty()).then(|| {
        format!(
            "the model is least to be trusted where volatility jumped: {}",
            days.join(", ")
        )
    })
}

/// An account that lost all it had: figures after that say nothing.
fn ruin(run: &RegimeRun) -> Option<String> {
    let ruined = run.equity.iter().find(|point| point.equity_usd <= 0.0)?;
    Some(format!(
        "the account was ruined on {}: nothing after that means anything",
        ruined.date
    ))
}

fn too_few(run: &RegimeRun, scenario: &Scenario) -> String {
    let (trades, needed) = (run.figures.trades.trades, scenario.verdict.min_trades);
    let plural = if trades == 1 { "trade" } else { "trades" };
    format!("{trades} {plural}, {needed} are needed to say anything")
}

/// Expectancy, and the win rate that the plan's own payoff would have needed to break even.
fn expectancy(run: &RegimeRun) -> Option<String> {
    let expectancy = run.figures.trades.expectancy_usd?;
    let each = dollars(expectancy);
    let head = if expectancy > 0.0 {
        format!("earned {each} a trade")
    } else {
        format!("lost {each} a trade")
    };
    let needed = match (
        run.figures.trades.average_gain_usd,
        run.figures.trades.average_loss_usd,
        run.figures.trades.win_rate,
    ) {
        (Some(gain), Some(loss), Some(won)) if gain > 0.0 && loss != 0.0 => {
            let payoff = gain / loss.abs();
            let needed = 1.0 / (1.0 + payoff);
            format!(
                ": won {:.0}% where a payoff of {payoff:.2} (average gain over average loss) needs {:.0}%",
                won * 100.0,
                needed * 100.0
            )
        }
        _ if run.figures.trades.wins == 0 => ": not one trade won".to_owned(),
        _ => String::new(),
    };
    Some(head + &needed)
}

fn drawdown(run: &RegimeRun, scenario: &Scenario) -> Option<String> {
    let (found, limit) = (run.figures.max_drawdown?, scenario.verdict.max_drawdown);
    if found <= limit {
        return None;
    }
    let passed = run.equity.iter().find(|point| point.drawdown > limit)?;
    Some(format!(
        "drawdown reached {:.1}%, passing the limit of {:.1}% on {}",
        found * 100.0,
        limit * 100.0,
        passed.date
    ))
}

/// What the losing exits cost, the dearest first.
fn losing_exits(run: &RegimeRun) -> Option<String> {
    let mut losing: Vec<_> = run
        .exits
        .iter()
        .filter(|(_, count)| count.pnl_usd < 0.0)
        .collect();
    losing.sort_by(|a, b| a.1.pnl_usd.total_cmp(&b.1.pnl_usd));
    let parts: Vec<String> = losing
        .into_iter()
        .map(|(reason, count)| {
            let plural = if count.trades == 1 { "exit" } else { "exits" };
            format!(
                "{} {} {plural} cost {}",
                count.trades,
                reason.as_str(),
                dollars(count.pnl_usd)
            )
        })
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What protection did, if the plan has one.
fn protection(run: &RegimeRun, scenario: &Scenario) -> Option<String> {
    let (protected, rules) = (run.protected?, scenario.protect.as_ref()?);
    Some(protected.sentence(rules, run.ledger.trades.len(), signed_dollars))
}

/// How far trades went the plan's way, against how far it wanted them to go.
fn progress(run: &RegimeRun, scenario: &Scenario) -> Option<String> {
    let target = scenario.exit.target_atr?;
    let in_atr: Vec<f64> = run
        .ledger
        .trades
        .iter()
        .filter_map(|t| Some(t.mfe_usd / t.atr_at_entry?))
        .collect();
    if in_atr.is_empty() || run.standing != Standing::Fails {
        return None;
    }
    let average = in_atr.iter().sum::<f64>() / in_atr.len() as f64;
    // Counted by their exit: a fill at the target is 2 ATR from the entry only to the last bit or so.
    let reached = run
        .exits
        .get(&ExitReason::Target)
        .map_or(0, |count| count.trades);
    Some(format!(
        "at its best the average trade was {average:.1} ATR in favour; {reached} of {} reached the target of {target} ATR",
        in_atr.len()
    ))
}

/// What stops lost because the open lay beyond them.
fn gaps(run: &RegimeRun) -> Option<String> {
    let beyond = |trade: &Trade| {
        let stop = trade.stop_price?;
        let distance = trade.side.sign() * (stop - trade.exit_price);
        let gapped = trade.exit_reason == ExitReason::Stop && trade.exit_rule == FillRule::Gap;
        (gapped && distance > 0.0).then_some(distance * trade.quantity as f64)
    };
    let lost: Vec<f64> = run.ledger.trades.iter().filter_map(beyond).collect();
    let plural = if lost.len() == 1 { "stop" } else { "stops" };
    (!lost.is_empty()).then(|| {
        format!(
            "{} {plural} gapped: filled {} beyond the stop price",
            lost.len(),
            dollars(lost.iter().sum())
        )
    })
}

/// Costs, where they decided the sign.
fn costs(run: &RegimeRun) -> Option<String> {
    let trades = &run.ledger.trades;
    let net: f64 = trades.iter().map(|t| t.pnl_usd).sum();
    let costs: f64 = trades
        .iter()
        .map(|t| t.commission_usd + t.slippage_usd + t.financing_usd)
        .sum();
    (net <= 0.0 && net + costs > 0.0).then(|| {
        format!(
            "costs of {} turned a gain of {} into a loss",
            dollars(costs),
            dollars(net + costs)
        )
    })
}

fn ambiguity(run: &RegimeRun) -> Option<String> {
    let band = run.band;
    let plural = if band.ambiguous_trades == 1 {
        "trade rests"
    } else {
        "trades rest"
    };
    (band.ambiguous_trades > 0).then(|| {
        format!(
            "{} {plural} on an assumed order inside a bar: net {} to {}",
            band.ambiguous_trades,
            signed_dollars(band.pessimistic.net_profit_usd),
            signed_dollars(band.optimistic.net_profit_usd)
        )
    })
}
