//! Conditions: what they mean, what is wrong with them, and how much of a space they leave.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::*;
use super::ranges::axes;
use crate::error::InputError;

fn fixed() -> BTreeMap<String, Value> {
    BTreeMap::from([
        ("risk.risk_per_trade".to_owned(), Value::Number(0.005)),
        ("entry.side".to_owned(), Value::Text("long".into())),
        ("exit.max_sessions".to_owned(), Value::Whole(10)),
    ])
}

const GIVEN: [&str; 5] = [
    "exit.target_atr=1..4:0.5",
    "exit.stop_atr=1..3:0.5",
    "entry.declines=2..5",
    "exit.stop=atr,nearer",
    "exit.trail=true,false",
];

fn read(text: &str) -> Result<Condition, InputError> {
    let axes = axes(&GIVEN);
    Condition::parse("--where", text, &Vocabulary::of_axes(&axes, fixed()))
}

/// Whether target 2 (step 2), stop 1.5 (step 1), 3 declines (step 1), "nearer", no trail meet it.
fn holds(text: &str) -> bool {
    let steps = [2, 1, 1, 1, 1].map(Point::Step);
    read(text).unwrap().holds(&axes(&GIVEN), &steps)
}

#[test]
fn conditions_mean_what_they_say() {
    for (text, truth) in [
        ("exit.target_atr > exit.stop_atr", true),
        ("exit.target_atr > exit.stop_atr + 0.5", false),
        ("exit.target_atr >= exit.stop_atr + 0.5", true),
        ("entry.declines * exit.stop_atr <= 4.5", true),
        ("entry.declines * exit.stop_atr < 4.5", false),
        ("-exit.stop_atr == -1.5", true),
        ("(exit.target_atr - 1) / 2 == 0.5", true),
        ("exit.target_atr - 1 / 2 == 0.5", false),
        ("exit.stop == \"nearer\"", true),
        ("\"atr\" != exit.stop", true),
        ("exit.stop == 'atr' or entry.declines == 3", true),
        ("not exit.trail", true),
        ("exit.trail == false and true", true),
        ("exit.trail != false", false),
        ("entry.declines between 3 and 4", true),
        ("entry.declines between 4 and 5", false),
        ("risk.risk_per_trade == 0.5%", true),
        ("entry.side == \"long\"", true),
        ("exit.max_sessions > entry.declines", true),
        // Kleene: nothing divided by zero decides, unless the other side does.
        ("1 / (entry.declines - 3) > 0", false),
        ("not 1 / (entry.declines - 3) > 0", false),
        ("1 / (entry.declines - 3) > 0 or true", true),
    ] {
        assert_eq!(holds(text), truth, "{text}");
    }
}

#[test]
fn what_is_no_condition_is_pointed_at() {
    for (text, part, message, help) in [
        ("", "", "empty", "close"),
        (
            "exit.target_atr >",
            "",
            "ends where a value is expected",
            "",
        ),
        (
            "stop_atr > 1",
            "stop_atr",
            "nothing is called `stop_atr`",
            "did you mean `exit.stop_atr`?",
        ),
        (
            "exit.target_art > 1",
            "exit.target_art",
            "nothing is called",
            "did you mean `exit.target_atr`?",
        ),
        (
            "exit.stop == nearer",
            "nearer",
            "nothing is called",
            "text stands in quotes",
        ),
        (
            "exit.stop == \"far\"",
            "\"far\"",
            "not among the values",
            "atr, nearer",
        ),
        (
            "exit.stop > \"atr\"",
            "exit.stop > \"atr\"",
            "neither less nor more",
            "==",
        ),
        (
            "exit.stop == 2",
            "exit.stop == 2",
            "a word cannot be compared with a number",
            "like",
        ),
        (
            "exit.trail > 2",
            "exit.trail > 2",
            "a condition cannot be compared with a number",
            "like",
        ),
        (
            "entry.declines",
            "entry.declines",
            "expected a condition, found a number",
            "compare",
        ),
        (
            "entry.declines + exit.stop > 2",
            "exit.stop",
            "expected a number, found a word",
            "",
        ),
        (
            "ema(21) > 2",
            "ema(21)",
            "a function has no place",
            "comparisons",
        ),
        (
            "exit.stop_atr[1] > 2",
            "exit.stop_atr[1]",
            "earlier bar",
            "comparisons",
        ),
        (
            "entry.declines > 09:45",
            "09:45",
            "time of day",
            "comparisons",
        ),
    ] {
        let fault = read(text).unwrap_err();
        assert_eq!(fault.source, format!("--where {text}"));
        assert!(fault.message.contains(message), "{text}: {}", fault.message);
        assert!(fault.help.unwrap_or_default().contains(help), "{text}");
        let excerpt = fault.excerpt.unwrap();
        assert_eq!(excerpt.text.get(excerpt.span), Some(part), "{text}");
    }
}

#[test]
fn requirements_are_on_columns_and_unknown_figures_do_not_meet_them() {
    let columns = Vocabulary::of_columns(["trades", "sharpe", "max_drawdown"]);
    let parse = |text: &str| Condition::parse("--require", text, &columns);
    let meets =
        |text: &str, row: [Option<f64>; 3]| parse(text).unwrap().holds_for(|slot| row[slot]);
    assert!(meets("trades >= 20", [Some(20.0), None, None]));
    assert!(!meets("trades >= 20", [Some(19.0), None, None]));
    assert!(!meets("sharpe > 0", [Some(20.0), None, None]));
    assert!(!meets("not sharpe > 0", [Some(20.0), None, None]));
    assert!(meets(
        "max_drawdown <= 5% and sharpe > 0",
        [None, Some(0.1), Some(0.05)]
    ));
    assert!(
        parse("trade > 3")
            .unwrap_err()
            .help
            .unwrap()
            .contains("did you mean `trades`?")
    );
}

#[test]
fn two_axes_of_words_are_compared_by_their_words() {
    let axes = axes(&["a=x,y,z", "b=z,x"]);
    let equal = Condition::parse(
        "--where",
        "a == b",
        &Vocabulary::of_axes(&axes, BTreeMap::new()),
    )
    .unwrap();
    let space = Space::new(axes, Sampling::Grid).unwrap();
    let met: Vec<u64> = (0..6)
        .filter(|&n| equal.holds(space.axes(), &space.combination(n)))
        .collect();
    // (x, x) is rank 0·2 + 1; (z, z) is rank 2·2 + 0.
    assert_eq!(met, [1, 4]);
}

#[test]
fn a_resolved_plan_fixes_its_values_by_path() {
    let text = "name = \"n\"\nstrategy = \"mean-reversion\"\n[exit]\nstop_atr = 1.25\n[filters.kre]\nsymbol = \"KRE\"\nmin_change = -0.015\n";
    let text =
        format!("{text}[instrument]\nsymbol = \"IWM\"\ninterval = \"1d\"\n[entry]\ndeclines = 4\n");
    let scenario = crate::Scenario::parse("s.toml", &text, &[]).unwrap();
    let fixed = fixed_values(&scenario);
    assert_eq!(fixed.get("exit.stop_atr"), Some(&Value::Number(1.25)));
    assert_eq!(fixed.get("entry.declines"), Some(&Value::Whole(4)));
    assert_eq!(
        fixed.get("filters.kre.min_change"),
        Some(&Value::Number(-0.015))
    );
    assert_eq!(
        fixed.get("instrument.symbol"),
        Some(&Value::Text("IWM".into()))
    );
}

/// By hand: targets 1, 2, 3 over stops 1, 2, 3: above the stop in (2,1), (3,1), (3,2): 3 of 9.
#[test]
fn the_feasible_share_is_exact_on_grids() {
    let axes = axes(&["t=1..3", "s=1..3"]);
    let above = Condition::parse(
        "--where",
        "t > s",
        &Vocabulary::of_axes(&axes, BTreeMap::new()),
    )
    .unwrap();
    let never = Condition::parse(
        "--where",
        "t > 3",
        &Vocabulary::of_axes(&axes, BTreeMap::new()),
    )
    .unwrap();
    let space = Space::new(axes, Sampling::Grid).unwrap();
    let found = space.feasible(std::slice::from_ref(&above), 9);
    assert_eq!(
        found,
        Feasible {
            met: 3,
            asked: 9,
            exact: true
        }
    );
    assert_eq!(space.feasible(&[above, never], 9).met, 0);
    assert_eq!(space.feasible(&[], 9).share(), Some(1.0));
}

/// A third of a grid of 10^24 by 20,000 draws: standard error 0.0033, held to four of them.
#[test]
fn the_feasible_share_of_a_large_grid_is_sampled() {
    let axes = axes(&[
        "t=1..1000000",
        "s=1..1000000",
        "u=1..1000000",
        "v=1..1000000",
    ]);
    let vocabulary = Vocabulary::of_axes(&axes, BTreeMap::new());
    let third = Condition::parse("--where", "t > s and t > u", &vocabulary).unwrap();
    let found = Space::new(axes, Sampling::Grid)
        .unwrap()
        .feasible(&[third], 20_000);
    assert_eq!((found.asked, found.exact), (20_000, false));
    assert!(
        (found.share().unwrap() - 1.0 / 3.0).abs() < 0.0133,
        "{found:?}"
    );
}

proptest! {
    /// The compiled condition against the same written in Rust, everywhere on the grid.
    #[test]
    fn compiled_is_what_is_written(k in 1_u32..40, rank in 0_u128..560) {
        let axes = axes(&GIVEN);
        let mut points = vec![Point::Step(0); axes.len()];
        axes.of_rank(rank, &mut points);
        let tenths = f64::from(k) / 10.0;
        let text = format!("exit.target_atr - exit.stop_atr * {tenths} > 0.5 and not (entry.declines >= 4 or exit.trail)");
        let condition = Condition::parse("--where", &text, &Vocabulary::of_axes(&axes, fixed())).unwrap();
        let number = |n: usize| axes.as_slice()[n].number(points[n]);
        let direct = number(0) - number(1) * tenths > 0.5 && !(number(2) >= 4.0 || number(4) != 0.0);
        prop_assert_eq!(condition.holds(&axes, &points), direct);
    }

    #[test]
    fn any_text_is_a_condition_or_refused(text in "[a-z.<>=+*/()0-9 \"-]{0,30}|\\PC{0,12}") {
        let _ = read(&text);
        let _ = read(&format!("exit.stop_atr > {text}"));
    }
}
