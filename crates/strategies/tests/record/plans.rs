//! Plans drawn at random over everything that exits, costs and fills offer.

use engine::{Account, Costs, FillPolicy, Intrabar, LimitFill};
use indicators::Column;
use language::{Clock, Words};
use market::{Side, TimeOfDay};
use strategies::edge::GappedEntry;
use strategies::exits::StopKind;
use strategies::rules::Rule;
use strategies::{
    Edge, EntryRules, ExitRules, Filters, GapMomentum, MeanReversion, Overlays, ProtectAction,
    ProtectRules, RiskRules, Rules, Written,
};

use crate::markets::Dice;

/// A plan for a daily clock, or for one within the session.
pub(crate) fn rules(dice: &mut Dice, daily: bool) -> Rules {
    let edge = if daily || dice.once_in(3) {
        Edge::MeanReversion(MeanReversion {
            declines: 1 + dice.below(3) as u32,
            min_decline: dice.between(0.0, if daily { 0.03 } else { 0.004 }),
        })
    } else {
        Edge::GapMomentum(GapMomentum {
            min_gap: dice.between(0.0, 0.002),
            min_relative_volume: dice.between(0.0, 1.0),
            relative_volume_sessions: 3,
            entry_window_minutes: 30 + 5 * dice.below(60) as u32,
            ..GapMomentum::default()
        })
    };
    let entry = EntryRules {
        side: if dice.once_in(2) {
            Side::Buy
        } else {
            Side::Sell
        },
        cooldown_sessions: dice.below(3) as u32,
        gapped_entry: if dice.once_in(3) {
            GappedEntry::Cancel
        } else {
            GappedEntry::StopOut
        },
        ..EntryRules::default()
    };
    let exit = exit(dice, daily);
    let protect = dice.once_in(2).then(|| protect(dice));
    let written = protect.as_ref().map(|rules| written(rules, daily));
    Rules {
        edge,
        entry,
        exit,
        protect,
        risk: RiskRules {
            risk_per_trade: dice.between(0.001, 0.03),
            atr_sessions: 3 + dice.below(4) as u32,
            min_stop_atr: 0.25,
        },
        filters: Filters::new(),
        overlays: Overlays::new(),
        structure: None,
        written: written.unwrap_or_default().into(),
    }
}

/// A rule that often holds and often does not, with any of the actions.
fn protect(dice: &mut Dice) -> ProtectRules {
    let when = [
        "close < sma(5)",
        "roc(2) < 0",
        "close > sma(3)",
        "close > 0",
    ];
    let actions = [
        ProtectAction::Tighten,
        ProtectAction::Reduce,
        ProtectAction::Leave,
    ];
    let action = actions[dice.below(3)];
    let (stop_atr, reduce_to) = (dice.between(0.1, 2.0), dice.between(0.05, 0.95));
    ProtectRules {
        when: when[dice.below(4)].to_owned(),
        action: Some(action),
        stop_atr: (action == ProtectAction::Tighten).then_some(stop_atr),
        reduce_to: (action == ProtectAction::Reduce).then_some(reduce_to),
    }
}

fn written(protect: &ProtectRules, daily: bool) -> Written {
    let mut words = Words::new(if daily {
        Clock::Daily
    } else {
        Clock::Minutes(5)
    });
    let rule = Rule::whole(&protect.when, &mut words).expect("a rule");
    Written {
        program: words.program().clone(),
        protect: Some(rule),
        ..Written::default()
    }
}

fn exit(dice: &mut Dice, daily: bool) -> ExitRules {
    let stop = [
        StopKind::Atr,
        StopKind::PriorSession,
        StopKind::Nearer,
        StopKind::Farther,
    ][dice.below(4)];
    let mut maybe = |odds: usize, low: f64, high: f64| {
        let value = dice.between(low, high);
        dice.once_in(odds).then_some(value)
    };
    let (trail_atr, break_even_atr) = (maybe(3, 0.5, 4.0), maybe(3, 0.3, 2.0));
    let (target_atr, stop_buffer_atr) = (maybe(1, 0.3, 4.0), maybe(2, 0.0, 0.5));
    let stop_atr = maybe(1, 0.2, 4.0);
    let min_mfe = maybe(2, 0.1, 2.0);
    let target_atr = target_atr.filter(|_| !dice.once_in(5));
    ExitRules {
        stop,
        stop_atr,
        stop_buffer_atr,
        target_atr,
        trail_atr,
        break_even_atr,
        time_stop_sessions: min_mfe.map(|_| 1 + dice.below(5) as u32),
        time_stop_min_mfe_atr: min_mfe,
        max_sessions: dice.once_in(3).then(|| 1 + dice.below(9) as u32),
        time: (!daily && dice.once_in(3)).then(|| TimeOfDay::new(15, 30).expect("a time")),
        ..ExitRules::default()
    }
}

/// Costs, fills, interest; `slots` is the clock's length.
pub(crate) fn account(dice: &mut Dice, slots: usize, finer: bool) -> Account {
    let policies = [
        Intrabar::Pessimistic,
        Intrabar::Optimistic,
        Intrabar::Path,
        Intrabar::Finer,
    ];
    Account {
        equity_usd: 100_000.0,
        max_leverage: dice.between(0.5, 2.0),
        costs: Costs {
            commission_bps: dice.between(0.0, 1.0),
            slippage_bps: dice.between(0.0, 3.0),
            slippage_usd: dice.between(0.0, 0.02),
            slippage_atr: [0.0, 0.02][dice.below(2)],
            borrow_rate: dice.once_in(2).then_some(0.03),
            ..Costs::default()
        },
        fills: FillPolicy {
            intrabar: policies[dice.below(if finer { 4 } else { 3 })],
            limit_fill: [LimitFill::Touch, LimitFill::Through][dice.below(2)],
            ..FillPolicy::default()
        },
        options: engine::OptionCosts::NONE,
        cash_rate: dice
            .once_in(4)
            .then(|| {
                (0..slots)
                    .map(|i| 0.01 + 0.0001 * (i % 50) as f64)
                    .collect()
            })
            .map(Column::new),
    }
}
