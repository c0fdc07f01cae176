//! What a plan that trades options may say, and what only such a plan may.

use market::Interval;
use options::volatility::MAX_SKEW_SCALE;
use strategies::edge::GappedEntry;
use strategies::{Edge, ExitRules, StopKind, StructureKind, StructureRules};

use super::super::Scenario;
use super::{Bound, Problem, above_zero, one_or_more, problem, zero_or_more};
use crate::options::{LevelSource, OptionRules, QuoteSource};

/// Of a premium received no more than all can be kept; what was paid can be earned many times.
fn most_target_premium(s: &Scenario) -> f64 {
    match s.structure {
        Some(structure) if structure.kind.is_credit() => 1.0,
        _ => 100.0,
    }
}

/// The bounds of its numbers.
pub(super) fn bounds(s: &Scenario) -> Vec<Bound> {
    let mut bounds = vec![
        above_zero(
            "exit.target_premium",
            s.exit.target_premium,
            most_target_premium(s),
        ),
        above_zero("exit.stop_premium", s.exit.stop_premium, 100.0),
        above_zero("exit.move_atr", s.exit.move_atr, 100.0),
        zero_or_more(
            "exit.days_to_expiry",
            s.exit.days_to_expiry.map_or(0.0, f64::from),
            1_000.0,
        ),
    ];
    if let Some(structure) = &s.structure {
        bounds.extend([
            one_or_more(
                "structure.days_to_expiry",
                structure.days_to_expiry,
                1_000.0,
            ),
            above_zero("structure.delta", Some(structure.delta), 0.99),
            above_zero("structure.call_delta", structure.call_delta, 0.99),
            above_zero(
                "structure.wing_width_usd",
                structure.wing_width_usd,
                1_000.0,
            ),
            zero_or_more(
                "structure.min_premium",
                structure.min_premium.unwrap_or(0.0),
                1.0,
            ),
            one_or_more("structure.max_open", structure.max_open, 100.0),
        ]);
    }
    if let Some(options) = &s.options {
        bounds.extend([
            zero_or_more("options.skew_scale", options.skew_scale, MAX_SKEW_SCALE),
            above_zero("options.level_scale", Some(options.level_scale), 5.0),
            above_zero(
                "options.width_multiplier",
                Some(options.width_multiplier),
                20.0,
            ),
            zero_or_more(
                "options.width_stress_power",
                options.width_stress_power,
                5.0,
            ),
        ]);
    }
    if let Some(costs) = &s.option_costs {
        bounds.extend([
            zero_or_more("option_costs.spread_crossed", costs.spread_crossed, 1.0),
            zero_or_more("option_costs.leg_relief", costs.leg_relief, 10.0),
            zero_or_more(
                "option_costs.commission_per_contract_usd",
                costs.commission_per_contract_usd,
                100.0,
            ),
            zero_or_more(
                "option_costs.assignment_fee_usd",
                costs.assignment_fee_usd,
                1_000.0,
            ),
        ]);
    }
    bounds
}

pub(super) fn check(s: &Scenario) -> Result<(), Problem> {
    match &s.structure {
        Some(structure) => {
            daily(s)?;
            legs(structure)?;
            shares_only(&s.exit)?;
            index_of(s)?;
            level_of(s)?;
            days_of(s, structure)?;
            without_effect(s)
        }
        None => options_only(s),
    }
}

/// Options are decided at a close and filled at the next.
fn daily(s: &Scenario) -> Result<(), Problem> {
    if s.instrument.interval == Interval::Day {
        return Ok(());
    }
    Err(problem(
        "instrument.interval",
        format!(
            "`instrument.interval` is \"{}\", but plans with a [structure] decide at session closes",
            s.instrument.interval
        ),
        "the volatility index is known at the close only: interval = \"1d\"",
    ))
}

/// Settings of the legs that contradict each other.
fn legs(structure: &StructureRules) -> Result<(), Problem> {
    if structure.kind.has_wings() && structure.wing_width_usd.is_none() {
        return Err(problem(
            "structure.wing_width_usd",
            "`structure.wing_width_usd` is missing: this structure buys wings",
            "say how far out, in dollars: wing_width_usd = 5",
        ));
    }
    if !structure.kind.has_wings() && structure.wing_width_usd.is_some() {
        return Err(problem(
            "structure.wing_width_usd",
            "`structure.wing_width_usd` has no effect: this structure buys no wings",
            "remove it, or choose kind = \"iron-condor\" or \"credit-spread\"",
        ));
    }
    if structure.kind == StructureKind::IronButterfly
        && (structure.call_delta.is_some() || structure.delta != 0.16)
    {
        return Err(problem(
            "structure.delta",
            "deltas have no effect with kind = \"iron-butterfly\", which sells at the money",
            "remove them, or choose kind = \"iron-condor\"",
        ));
    }
    if !structure.kind.is_credit() && structure.min_premium.is_some() {
        return Err(problem(
            "structure.min_premium",
            "`structure.min_premium` has no effect: this structure pays premium",
            "remove it",
        ));
    }
    Ok(())
}

/// What is opened with so few days left is to be closed at once.
fn days_of(s: &Scenario, structure: &StructureRules) -> Result<(), Problem> {
    let (wanted, left) = (structure.days_to_expiry, s.exit.days_to_expiry);
    let Some(left) = left.filter(|left| *left >= wanted) else {
        return Ok(());
    };
    Err(problem(
        "exit.days_to_expiry",
        format!(
            "`exit.days_to_expiry` is {left}, but `structure.days_to_expiry` is {wanted}: what is opened would be closed at once"
        ),
        "leave with fewer days left than are wanted at entry, as 7 of 30",
    ))
}

/// Chains that nobody reads level nothing.
fn level_of(s: &Scenario) -> Result<(), Problem> {
    let rules = s.options.as_ref();
    match rules.map(|rules| (rules.level, rules.quotes)) {
        Some((LevelSource::Quotes, QuoteSource::Model)) => Err(problem(
            "options.level",
            "`options.level` is \"quotes\", but `options.quotes` is \"model\": no chain is read that could level the model",
            "choose quotes = \"mixed\", or level = \"index\"",
        )),
        _ => Ok(()),
    }
}

/// RVX is IWM's: another instrument has an index of its own.
fn index_of(s: &Scenario) -> Result<(), Problem> {
    let own = |index: &str| index != "RVX" || s.instrument.symbol == "IWM";
    let ranked = match &s.entry.edge {
        Edge::IronCondor(edge) => own(&edge.iv_index),
        Edge::MeanReversion(_) | Edge::GapMomentum(_) | Edge::Rules(_) => true,
    };
    // An index that levels nothing is not looked at.
    let by_index = |options: &&OptionRules| options.level == LevelSource::Index;
    let rules = s.options.as_ref().filter(by_index);
    let priced = rules.is_none_or(|options| own(&options.index));
    let path = match (priced, ranked) {
        (true, true) => return Ok(()),
        (false, _) => "options.index",
        (true, false) => "entry.iv_index",
    };
    Err(problem(
        path,
        format!(
            "`{path}` is \"RVX\", the volatility of IWM, but the instrument is {}",
            s.instrument.symbol
        ),
        "name its own index: VIX for SPY",
    ))
}

/// Exits that only shares have.
fn shares_only(exit: &ExitRules) -> Result<(), Problem> {
    let given = [
        ("exit.stop", exit.stop != StopKind::Atr),
        ("exit.stop_buffer_atr", exit.stop_buffer_atr.is_some()),
        ("exit.trail_atr", exit.trail_atr.is_some()),
        ("exit.break_even_atr", exit.break_even_atr.is_some()),
        ("exit.time_stop_sessions", exit.time_stop_sessions.is_some()),
        (
            "exit.time_stop_min_mfe_atr",
            exit.time_stop_min_mfe_atr.is_some(),
        ),
        ("exit.time", exit.time.is_some()),
    ];
    for (path, given) in given {
        if given {
            return Err(problem(
                path,
                format!("`{path}` is for shares; a plan with a [structure] cannot use it"),
                "its exits are stop_atr, target_atr, target_premium, stop_premium, days_to_expiry, short_strike, move_atr, max_sessions, when",
            ));
        }
    }
    Ok(())
}

/// What cannot act on legs that fill at closes.
fn without_effect(s: &Scenario) -> Result<(), Problem> {
    if s.entry.rules.gapped_entry == GappedEntry::Cancel {
        return Err(problem(
            "entry.gapped_entry",
            "`entry.gapped_entry` has no effect: a structure is filled at a close and has no stop that the open could gap through",
            "remove it",
        ));
    }
    if s.exit.max_sessions == Some(1) {
        return Err(problem(
            "exit.max_sessions",
            "`exit.max_sessions` is 1, but a structure is opened at the close of its 1st session and can be left at the next at the earliest",
            "choose 2 or more",
        ));
    }
    Ok(())
}

/// What only a plan with a structure has.
fn options_only(s: &Scenario) -> Result<(), Problem> {
    let exit = &s.exit;
    let given = [
        ("exit.target_premium", exit.target_premium.is_some()),
        ("exit.stop_premium", exit.stop_premium.is_some()),
        ("exit.days_to_expiry", exit.days_to_expiry.is_some()),
        ("exit.short_strike", exit.short_strike),
        ("exit.move_atr", exit.move_atr.is_some()),
        ("options", s.options.is_some()),
        ("option_costs", s.option_costs.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((path, _)) => Err(problem(
            path,
            format!("`{path}` is for options, but the plan has no [structure]"),
            "add [structure] with a kind, or remove it",
        )),
    }
}
