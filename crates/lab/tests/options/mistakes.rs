//! What a person can get wrong in a plan with options, and what we say then.

use lab::{Override, Scenario};

use crate::made::{CONDOR, DIRECTIONAL};

const SHARES: &str = include_str!("../../../../scenarios/mean-reversion.toml");

/// The whole message, with the help behind a slash.
fn mistake(text: &str, sets: &[&str]) -> String {
    let overrides: Vec<Override> = sets.iter().map(|set| set.parse().unwrap()).collect();
    match Scenario::parse("plan.toml", text, &overrides) {
        Ok(_) => panic!("{sets:?} is a plan"),
        Err(error) => format!("{error} / {}", error.help.clone().unwrap_or_default()),
    }
}

fn says(text: &str, sets: &[&str], parts: &[&str]) {
    let said = mistake(text, sets);
    for part in parts {
        assert!(said.contains(part), "{sets:?}: {said:?} lacks {part:?}");
    }
}

fn without(text: &str, line: &str) -> String {
    assert!(text.lines().any(|l| l.starts_with(line)), "{line}");
    let lines = text.lines().filter(|l| !l.starts_with(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// Without a whole table.
fn without_table(text: &str, name: &str) -> String {
    let mut inside = false;
    let mut kept = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line.starts_with(&format!("[{name}]"));
        }
        if !inside {
            kept.push(line);
        }
    }
    assert!(kept.len() < text.lines().count(), "{name}");
    kept.join("\n")
}

#[test]
fn numbers_out_of_range_are_refused_with_the_range() {
    for (set, range) in [
        ("entry.max_iv_rank=0", "above 0 and at most 100"),
        ("entry.max_iv_rank=101", "above 0 and at most 100"),
        ("entry.iv_tenor_days=0", "above 0 and at most 365"),
        ("entry.iv_tenor_days=-10", "above 0 and at most 365"),
        ("entry.rank_sessions=1", "2 or more and at most 5000"),
        ("structure.days_to_expiry=0", "above 0 and at most 1000"),
        ("structure.delta=0", "above 0 and at most 0.99"),
        ("structure.delta=-0.16", "above 0 and at most 0.99"),
        ("structure.delta=1", "above 0 and at most 0.99"),
        ("structure.call_delta=1.5", "above 0 and at most 0.99"),
        ("structure.wing_width_usd=0", "above 0 and at most 1000"),
        ("structure.wing_width_usd=-5", "above 0 and at most 1000"),
        ("structure.wing_width_usd=1001", "above 0 and at most 1000"),
        ("structure.min_premium=-0.1", "0 or more and at most 1"),
        ("structure.min_premium=1.1", "0 or more and at most 1"),
        ("structure.max_open=0", "above 0 and at most 100"),
        ("exit.target_premium=0", "above 0 and at most 1 "),
        // Of a premium received no more than all can be kept.
        ("exit.target_premium=1.5", "above 0 and at most 1 "),
        ("exit.stop_premium=-1", "above 0 and at most 100"),
        ("exit.move_atr=0", "above 0 and at most 100"),
        ("exit.days_to_expiry=1001", "0 or more and at most 1000"),
        ("options.skew_scale=-0.1", "0 or more and at most 1.35"),
        ("options.skew_scale=1.36", "0 or more and at most 1.35"),
        // Volatility of nothing, or less.
        ("options.level_scale=0", "above 0 and at most 5"),
        ("options.level_scale=-1", "above 0 and at most 5"),
        ("options.width_multiplier=0", "above 0 and at most 20"),
        ("options.width_stress_power=-1", "0 or more and at most 5"),
        (
            "option_costs.spread_crossed=-0.5",
            "0 or more and at most 1",
        ),
        (
            "option_costs.spread_crossed=1.01",
            "0 or more and at most 1",
        ),
        ("option_costs.leg_relief=-1", "0 or more and at most 10"),
        (
            "option_costs.commission_per_contract_usd=-0.65",
            "0 or more and at most 100",
        ),
        (
            "option_costs.assignment_fee_usd=-1",
            "0 or more and at most 1000",
        ),
    ] {
        let path = set.split('=').next().unwrap();
        says(CONDOR, &[set], &[&format!("`{path}`"), range]);
    }
    // Whole numbers are whole, and no number is none.
    says(
        CONDOR,
        &["structure.days_to_expiry=-30"],
        &["structure.days_to_expiry"],
    );
    says(CONDOR, &["structure.max_open=1.5"], &["structure.max_open"]);
    says(CONDOR, &["structure.delta=nan"], &["structure.delta"]);
}

#[test]
fn words_and_keys_are_suggested() {
    says(
        CONDOR,
        &["structure.kind=iron-condr"],
        &["iron-condr", "did you mean", "iron-condor"],
    );
    says(
        CONDOR,
        &["structure.kind=straddle"],
        &["straddle", "strangle"],
    );
    says(
        CONDOR,
        &["structure.wing_width=5"],
        &["wing_width", "wing_width_usd"],
    );
    says(
        CONDOR,
        &["exit.target_premum=0.5"],
        &["target_premum", "target_premium"],
    );
    says(CONDOR, &["options.skew=1"], &["skew", "skew_scale"]);
    says(
        CONDOR,
        &["option_costs.spread_cross=1"],
        &["spread_cross", "spread_crossed"],
    );
    // A test of robustness asks for it, no plan does.
    says(
        CONDOR,
        &["option_costs.crossed_times=2"],
        &["crossed_times"],
    );
    says(CONDOR, &["entry.max_rank=20"], &["max_rank", "max_iv_rank"]);
    let misspelt = CONDOR.replace("strategy = \"iron-condor\"", "strategy = \"iron-condors\"");
    says(
        &misspelt,
        &[],
        &["iron-condors", "did you mean \"iron-condor\""],
    );
}

#[test]
fn a_condor_needs_a_structure_and_a_structure_needs_days() {
    says(
        &without_table(CONDOR, "structure"),
        &[],
        &["there is no [structure]", "kind = \"iron-condor\""],
    );
    says(
        CONDOR,
        &["instrument.interval=5m"],
        &["decide at session closes", "interval = \"1d\""],
    );
    says(&without(CONDOR, "kind"), &[], &["kind"]);
}

#[test]
fn wings_are_for_structures_that_buy_them() {
    let bare = without(DIRECTIONAL, "wing_width_usd");
    for kind in ["iron-condor", "credit-spread", "debit-spread"] {
        let kind = format!("structure.kind={kind}");
        says(
            &bare,
            &[&kind],
            &["wing_width_usd", "is missing", "wing_width_usd = 5"],
        );
    }
    for kind in ["strangle", "short-option", "long-option"] {
        let kind = format!("structure.kind={kind}");
        says(DIRECTIONAL, &[&kind], &["wing_width_usd", "has no effect"]);
    }
    says(
        DIRECTIONAL,
        &["structure.kind=iron-butterfly"],
        &["deltas have no effect", "at the money"],
    );
    for kind in ["debit-spread", "long-option"] {
        let text = if kind == "debit-spread" {
            DIRECTIONAL
        } else {
            &bare
        };
        let kind = format!("structure.kind={kind}");
        says(
            text,
            &[&kind, "structure.min_premium=0.1"],
            &["min_premium", "pays premium"],
        );
    }
}

#[test]
fn exits_of_shares_are_not_those_of_structures() {
    for set in [
        "exit.stop=nearer",
        "exit.stop_buffer_atr=0.1",
        "exit.trail_atr=2",
        "exit.break_even_atr=1",
        "exit.time_stop_sessions=3",
        "exit.time_stop_min_mfe_atr=1",
        "exit.time=15:45",
    ] {
        let path = set.split('=').next().unwrap();
        says(CONDOR, &[set], &[path, "is for shares", "target_premium"]);
    }
    says(
        CONDOR,
        &["entry.gapped_entry=cancel"],
        &["gapped_entry", "has no effect"],
    );
    says(
        CONDOR,
        &["exit.max_sessions=1"],
        &["max_sessions", "choose 2 or more"],
    );
}

#[test]
fn what_would_be_closed_as_it_is_opened_is_refused() {
    for left in [30, 31] {
        let set = format!("exit.days_to_expiry={left}");
        let is = format!("`exit.days_to_expiry` is {left}, but `structure.days_to_expiry` is 30");
        says(CONDOR, &[&set], &[&is, "closed at once", "fewer days left"]);
    }
    let sets = ["exit.days_to_expiry=29".parse().unwrap()];
    assert!(Scenario::parse("plan.toml", CONDOR, &sets).is_ok());
}

#[test]
fn values_of_another_kind_are_told_what_kind_is_wanted() {
    let kind = CONDOR.replace("kind = \"iron-condor\"", "kind = 5");
    says(
        &kind,
        &[],
        &["`structure.kind`", "one of its words in quotes"],
    );
    says(
        CONDOR,
        &["structure.kind=5"],
        &["`structure.kind`", "one of its words in quotes"],
    );
    let found = "found the whole number `1`, expected true or false";
    says(
        CONDOR,
        &["exit.short_strike=1"],
        &["`exit.short_strike`", found],
    );
    says(
        CONDOR,
        &["options.level=5"],
        &["`options.level`", "one of its words in quotes"],
    );
}

#[test]
fn keys_of_options_need_a_structure() {
    for set in [
        "exit.target_premium=0.5",
        "exit.stop_premium=2",
        "exit.days_to_expiry=7",
        "exit.short_strike=true",
        "exit.move_atr=3",
        "options.skew_scale=1",
        "option_costs.spread_crossed=0.5",
    ] {
        let path = set.split('=').next().unwrap();
        let path = path.strip_prefix("options.").map_or(path, |_| "options");
        let path = path
            .strip_prefix("option_costs.")
            .map_or(path, |_| "option_costs");
        says(SHARES, &[set], &[&format!("`{path}`"), "no [structure]"]);
    }
}

#[test]
fn what_shares_need_a_structure_does_not() {
    let parse = |sets: &[&str]| {
        let overrides: Vec<Override> = sets.iter().map(|set| set.parse().unwrap()).collect();
        Scenario::parse("plan.toml", DIRECTIONAL, &overrides).unwrap()
    };
    // Nothing is borrowed for a bear call spread, and no stop sizes it.
    let short = parse(&["entry.side=short"]);
    assert!(short.costs.borrow_rate.is_none() && short.exit.stop_atr.is_none());
    says(SHARES, &["entry.side=short"], &["borrow_rate"]);
    // Prices and costs have defaults where nothing is said.
    let silent = parse(&[]);
    assert_eq!(silent.options, Some(lab::options::OptionRules::default()));
    assert_eq!(silent.option_costs, Some(engine::OptionCosts::default()));
}

#[test]
fn legs_can_be_protected_by_leaving_only() {
    let when = "protect.when=KRE.change < -1%";
    for (action, number) in [
        ("tighten", "protect.stop_atr=0.5"),
        ("reduce", "protect.reduce_to=0.5"),
    ] {
        let sets = [when, &format!("protect.action={action}"), number];
        let words = [
            &format!("`protect.action` is \"{action}\""),
            "can only leave",
            "action = \"leave\"",
        ];
        says(CONDOR, &sets, &words);
    }
    let overrides = [when, "protect.action=leave"].map(|set| set.parse::<Override>().unwrap());
    Scenario::parse("plan.toml", CONDOR, &overrides).unwrap();
}
