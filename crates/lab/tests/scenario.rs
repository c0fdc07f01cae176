//! What a person can get wrong in a plan, and what we say then.

use lab::{InputError, Override, Scenario};

const PLAN: &str = include_str!("../../../scenarios/mean-reversion.toml");
const PRIOR_LOW: &str = include_str!("../../../scenarios/mean-reversion-prior-low.toml");

fn parse(text: &str, sets: &[&str]) -> Result<Scenario, InputError> {
    let overrides: Vec<Override> = sets.iter().map(|set| set.parse().unwrap()).collect();
    Scenario::parse("plan.toml", text, &overrides)
}

fn edited(from: &str, to: &str) -> String {
    assert!(
        PLAN.contains(from),
        "the shipped plan no longer says {from:?}"
    );
    PLAN.replacen(from, to, 1)
}

/// The whole message, with the help behind a slash.
fn mistake(text: &str, sets: &[&str]) -> String {
    let error = parse(text, sets).unwrap_err();
    format!("{error} / {}", error.help.clone().unwrap_or_default())
}

fn line_of(needle: &str) -> usize {
    PLAN[..PLAN.find(needle).unwrap()].matches('\n').count() + 1
}

#[test]
fn the_shipped_plans_say_what_they_are() {
    let plan = parse(PLAN, &[]).unwrap();
    assert_eq!(
        (
            plan.name.as_str(),
            plan.exit.stop_atr,
            plan.exit.stop_buffer_atr
        ),
        ("mean-reversion", Some(1.5), None)
    );
    let prior_low = parse(PRIOR_LOW, &[]).unwrap();
    assert_eq!(prior_low.exit.stop, strategies::StopKind::PriorSession);
    assert_eq!(
        (prior_low.exit.stop_atr, prior_low.exit.stop_buffer_atr),
        (None, Some(0.1))
    );
    // But for name and stop the two are the same plan.
    let same = Scenario {
        name: plan.name.clone(),
        exit: plan.exit.clone(),
        ..prior_low
    };
    assert_eq!(same, plan);
}

#[test]
fn an_override_is_as_good_as_an_edit() {
    let by_flag = parse(
        PLAN,
        &[
            "exit.target_atr=2.5",
            "entry.declines=4",
            "filters.kre.min_change=-0.02",
        ],
    )
    .unwrap();
    let text = edited("target_atr = 2.0", "target_atr = 2.5")
        .replacen("declines = 3", "declines = 4", 1)
        .replacen("min_change = -0.015", "min_change = -0.02", 1);
    assert_eq!(by_flag, parse(&text, &[]).unwrap());
    // The last of two wins; a table that the file lacks is made.
    let twice = parse(
        PLAN,
        &[
            "exit.target_atr=9",
            "exit.target_atr=3",
            "filters.vol.series=RVX",
            "filters.vol.max_level=40",
        ],
    );
    let twice = twice.unwrap();
    assert_eq!(twice.exit.target_atr, Some(3.0));
    assert_eq!(twice.filters["vol"].max_level, Some(40.0));
}

#[test]
fn a_mistyped_key_is_placed_and_the_right_one_suggested() {
    let line = line_of("target_atr = 2.0");
    assert_eq!(
        mistake(&edited("target_atr = 2.0", "taget_atr = 2.0"), &[])
            .split(';')
            .next()
            .unwrap(),
        format!(
            "plan.toml:{line}:1: unknown key `exit.taget_atr` / did you mean `target_atr`? known here: stop, stop_atr, stop_buffer_atr, target_atr, trail_atr, break_even_atr, time_stop_sessions, time_stop_min_mfe_atr, max_sessions, time, when, target_premium, stop_premium, days_to_expiry, short_strike, move_atr"
        )
    );
    // Keys of the edge and common keys of [entry] are both known.
    assert!(
        mistake(&edited("declines = 3", "decline = 3"), &[]).contains("did you mean `declines`?")
    );
    assert!(
        mistake(
            &edited("cooldown_sessions = 0", "cooldown_session = 0"),
            &[]
        )
        .contains("did you mean `cooldown_sessions`?")
    );
    assert!(
        mistake(&edited("[exit]", "[exits]"), &[])
            .contains("unknown key `exits` / did you mean `exit`?")
    );
    assert!(
        mistake(PLAN, &["exit.taget_atr=2"])
            .starts_with("--set exit.taget_atr=2: unknown key `exit.taget_atr` / did you mean")
    );
    assert!(
        mistake(&edited("symbol = \"KRE\"", "symbl = \"KRE\""), &[])
            .contains("unknown key `filters.kre.symbl` / did you mean `symbol`?")
    );
}

#[test]
fn syntax_types_and_words_are_explained_at_their_place() {
    let syntax = mistake("name = \"a\"\n[exit\n", &[]);
    assert!(syntax.starts_with("plan.toml:2:"), "{syntax}");
    let line = line_of("declines = 3");
    let wrong_type = mistake(&edited("declines = 3", "declines = \"three\""), &[]);
    assert!(
        wrong_type.starts_with(&format!(
            "plan.toml:{line}:1: `entry.declines`: expected another kind of value, found string \"three\", expected a whole number"
        )),
        "{wrong_type}"
    );
    assert!(mistake(&edited("declines = 3", "declines = -3"), &[]).contains("`entry.declines`"));
    let word = mistake(
        &edited("intrabar = \"pessimistic\"", "intrabar = \"pesimistic\""),
        &[],
    );
    assert!(word.contains("`fills.intrabar` is \"pesimistic\"; expected one of: pessimistic, optimistic, path, finer / did you mean \"pessimistic\"?"), "{word}");
    assert!(
        mistake(
            &edited(
                "strategy = \"mean-reversion\"",
                "strategy = \"mean-revert\""
            ),
            &[]
        )
        .contains("did you mean \"mean-reversion\"?")
    );
    assert!(
        mistake("name = \"x\"\nstrategy = \"mean-reversion\"\n", &[])
            .contains("`instrument` is missing")
    );
    assert!(mistake("", &[]).contains("`name` is missing"));
    assert!(
        mistake(&edited("interval = \"1d\"", "interval = \"7m\""), &[])
            .contains("not a bar interval")
    );
}

#[test]
fn values_out_of_range_are_refused_with_the_range() {
    for (from, to, says) in [
        (
            "equity_usd = 100_000",
            "equity_usd = 0",
            "`account.equity_usd` is 0; it must be above 0",
        ),
        (
            "equity_usd = 100_000",
            "equity_usd = nan",
            "`account.equity_usd` is NaN; it must be above 0",
        ),
        (
            "equity_usd = 100_000",
            "equity_usd = inf",
            "`account.equity_usd` is inf",
        ),
        (
            "risk_per_trade = 0.005",
            "risk_per_trade = 5",
            "this is a fraction: 2.5 % is 0.025",
        ),
        (
            "min_decline = 0.025",
            "min_decline = 2.5",
            "this is a fraction",
        ),
        (
            "declines = 3",
            "declines = 0",
            "`entry.declines` is 0; it must be above 0",
        ),
        (
            "atr_sessions = 14",
            "atr_sessions = 0",
            "`risk.atr_sessions` is 0",
        ),
        (
            "slippage_bps = 1.0",
            "slippage_bps = -1.0",
            "`costs.slippage_bps` is -1; it must be 0 or more",
        ),
        (
            "max_drawdown = 0.05",
            "max_drawdown = 5",
            "`verdict.max_drawdown` is 5",
        ),
        (
            "min_change = -0.015",
            "min_change = -1.5",
            "a change is a fraction between -1 and 1",
        ),
        (
            "symbol = \"IWM\"",
            "symbol = \"iwm\"",
            "expected a symbol like IWM",
        ),
        (
            "symbol = \"IWM\"",
            "symbol = \"../../etc\"",
            "expected a symbol like IWM",
        ),
        (
            "symbol = \"KRE\"",
            "symbol = \"../x\"",
            "`filters.kre.symbol`",
        ),
        (
            "name = \"mean-reversion\"",
            "name = \" \"",
            "`name` is empty",
        ),
        (
            "regimes = [\"q4-2018\", \"covid-2020\", \"tightening-2022\"]",
            "regimes = []",
            "`regimes` is empty",
        ),
    ] {
        let found = mistake(&edited(from, to), &[]);
        assert!(found.contains(says), "{to}: {found}");
    }
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    for (from, to, says) in [
        (
            "stop = \"atr\"\n",
            "stop = \"prior-session\"\n",
            "`exit.stop_atr` has no effect",
        ),
        (
            "stop_atr = 1.5\n",
            "",
            "`exit.stop` is \"atr\", but `exit.stop_atr` is not given",
        ),
        (
            "stop_atr = 1.5\n",
            "stop_atr = 1.5\nstop_buffer_atr = 0.1\n",
            "`exit.stop_buffer_atr` has no effect",
        ),
        (
            "max_sessions = 10",
            "max_sessions = 3",
            "`exit.max_sessions` = 3 is over by then",
        ),
        (
            "time_stop_min_mfe_atr = 1.0 ",
            "# ",
            "without `exit.time_stop_min_mfe_atr`",
        ),
        (
            "side = \"long\"",
            "side = \"short\"",
            "`costs.borrow_rate` is not given",
        ),
        (
            "symbol = \"KRE\"\n",
            "symbol = \"KRE\"\nseries = \"RVX\"\n",
            "names both a symbol and a series",
        ),
        (
            "symbol = \"KRE\"\nmin_change",
            "series = \"RVX\"\nmin_change",
            "judges a series by a change",
        ),
        ("min_change = -0.015", "", "has no bound"),
        (
            "min_change = -0.015",
            "min_change = 0.01\nmax_change = 0.0",
            "is above the greatest",
        ),
        (
            "cooldown_sessions = 0",
            "require = 4",
            "the checklist has only 3 criteria",
        ),
        (
            "cooldown_sessions = 0",
            "require = 1",
            "all 2 triggers must hold in any case",
        ),
    ] {
        let found = mistake(&edited(from, to), &[]);
        assert!(found.contains(says), "{to}: {found}");
        assert!(found.starts_with("plan.toml:"), "{found}");
    }
    let no_filter = PLAN.split("[filters.kre]").next().unwrap();
    assert!(
        mistake(no_filter, &[])
            .contains("2 criteria (2 triggers, 0 filters); at least 3 are needed")
    );
}

#[test]
fn types_are_named_in_plain_words_and_blamed_on_the_flag_that_set_them() {
    let words = mistake(PLAN, &["risk.atr_sessions=1.5"]);
    assert!(words.starts_with("--set risk.atr_sessions=1.5: `risk.atr_sessions`: expected another kind of value, found the number `1.5`, expected a whole number, 0 or more"), "{words}");
    assert!(mistake(PLAN, &["exit=1"]).contains("expected a table"));
    assert!(mistake(PLAN, &["regimes=q4-2018"]).contains("expected a list"));
    // The contradiction is with the flag, not with the line of the file that was fine before.
    assert!(
        mistake(PLAN, &["exit.max_sessions=1"])
            .starts_with("--set exit.max_sessions=1: `exit.time_stop_sessions` is 3")
    );
}

#[test]
fn what_is_missing_altogether_has_no_place() {
    let missing = parse("strategy = \"mean-reversion\"\n", &[]).unwrap_err();
    assert_eq!((missing.position, missing.excerpt.is_none()), (None, true));
    assert_eq!(missing.to_string(), "plan.toml: `name` is missing");
}

#[test]
fn names_are_short_and_on_one_line() {
    for name in [
        "a\\nverdict: paper-trade".to_owned(),
        "x".repeat(81),
        "\\u001b[31mred".to_owned(),
    ] {
        let found = mistake(
            &edited("name = \"mean-reversion\"", &format!("name = \"{name}\"")),
            &[],
        );
        assert!(
            found.contains("`name` must be one line of at most 80 characters"),
            "{found}"
        );
    }
}

#[test]
fn a_resolved_plan_names_every_default() {
    let plan = parse("name = \"x\"\nstrategy = \"mean-reversion\"\n[instrument]\nsymbol = \"IWM\"\ninterval = \"1d\"\n[exit]\nstop_atr = 1.0\n[filters.kre]\nsymbol = \"KRE\"\nmin_change = -0.015\n", &[]).unwrap();
    let json = serde_json::to_value(&plan).unwrap();
    assert_eq!(json["entry"]["declines"], 3);
    assert_eq!(json["entry"]["side"], "long");
    assert_eq!(json["costs"]["commission_min_usd"], 1.0);
    assert_eq!(json["fills"]["intrabar"], "pessimistic");
    assert_eq!(json["instrument"]["interval"], "1d");
}
