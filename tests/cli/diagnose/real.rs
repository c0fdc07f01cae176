//! On the real tape, where there is one: the plan's own trades as a log, and the same with an error planted.

use super::*;
use crate::real::real;

#[test]
fn on_real_prices_a_perfect_log_is_the_plan_and_a_spoilt_one_is_not() {
    let Some(real) = real() else { return };
    let here = folder();
    let tape = real.tape.to_str().unwrap();
    let window = [
        "mean-reversion",
        "--tape",
        tape,
        "--from",
        "2012-01-03",
        "--to",
        "2022-12-30",
    ];
    let rows = traded(here.path(), &window);
    assert!(rows.len() > 30, "{}", rows.len());
    write_log(&here.path().join("log.csv"), &rows);
    let told = diagnosed(here.path(), &window);
    assert_eq!(told["simulated"], false);
    assert_eq!(
        told["execution"]["differing_trades"], 0,
        "{}",
        told["bridge"]
    );
    assert!(told["verdict"] != "execution-error" && told["verdict"] != "both");
    // Half a per cent given away on every exit is an error, and no shift of the plan.
    let mut spoilt = rows;
    for row in &mut spoilt {
        row.exit_price *= 0.995;
    }
    write_log(&here.path().join("log.csv"), &spoilt);
    let worse = diagnosed(here.path(), &window);
    assert_eq!(
        worse["execution"]["differing_trades"].as_u64().unwrap() as usize,
        spoilt.len()
    );
    assert!(worse["verdict"] == "execution-error" || worse["verdict"] == "both");
    // The correction for two questions knows the other one; nothing else does.
    for key in ["usd", "expectancy", "p_worse"] {
        assert_eq!(worse["shift"][key], told["shift"][key], "{key}");
    }
}
