//! Sessions that lack bars: one row in the log, and no trade that was guessed.

use engine::Outcome;

use crate::market::{Case, Day, HALF, WHOLE, log, missing};
use crate::up;

/// The log of a session that would be bought at 9:50, if it were all there.
fn of(day: Day) -> Vec<(String, Outcome)> {
    let ledger = Case::of([day]).run();
    assert_eq!(ledger.trades.len(), 0);
    log(&ledger)
}

#[test]
fn a_bar_missing_in_the_range_is_told_at_the_first_bar_behind_it() {
    for gone in [930..935, 935..940, 940..945] {
        assert_eq!(of(up(945, 101.5).without(gone)), missing("25 09:50"));
    }
    // The range's last bar and the one behind it: told at 9:55.
    assert_eq!(of(up(945, 101.5).without(940..950)), missing("25 09:55"));
}

#[test]
fn a_missing_first_hour_is_told_at_the_first_bar_there_is() {
    // The gap is known, for the day has its official open.
    let day = up(945, 101.5).without(930..1030);
    assert_eq!(of(day.clone()), missing("25 10:35"));
    // Without that the gap is not known either; nobody can say that there was none.
    let mut case = Case::of([day]);
    case.official = false;
    let ledger = case.run();
    assert_eq!(log(&ledger), missing("25 10:35"));
    assert_eq!(ledger.setups[0].unknown & 1, 1);
}

#[test]
fn a_session_whose_gap_is_too_small_needs_no_word() {
    let flat = Day::steps(WHOLE, &[(930, 100.5), (945, 103.0)]);
    assert_eq!(of(flat.clone().without(935..940)), []);
    assert_eq!(of(flat.without(930..1030)), []);
}

#[test]
fn a_bar_missing_behind_the_range_is_told_when_it_is_noticed() {
    // Nothing breaks out until 10:00, as far as there are bars.
    let day = up(1000, 101.5);
    assert_eq!(of(day.clone().without(945..950)), missing("25 09:55"));
    assert_eq!(of(day.without(950..1000)), missing("25 10:05"));
    // The last bar that could have decided (10:05 to 10:10) is noticed behind the window.
    let never = up(1200, 101.5);
    assert_eq!(of(never.clone().without(1005..1010)), missing("25 10:15"));
    assert_eq!(of(never.clone().without(945..1100)), missing("25 11:05"));
    // What is missing after it decides nothing.
    assert_eq!(of(never.without(1010..1100)), []);
}

#[test]
fn a_setup_before_the_gap_in_the_bars_was_judged() {
    let ledger = Case::of([up(945, 101.5).without(955..1000)]).run();
    assert_eq!(ledger.trades.len(), 1);
    let row = |clock: &str, outcome| (clock.to_owned(), outcome);
    assert_eq!(
        log(&ledger),
        [
            row("25 09:50", Outcome::Entered),
            row("25 09:55", Outcome::Busy)
        ]
    );
}

#[test]
fn a_history_with_holes_is_told_too_unless_half_of_it_stands() {
    let holed = |day| Day::quiet(day).without(935..940);
    let one = Case::after([holed(23), Day::quiet(24)], [up(945, 101.5)]);
    assert_eq!(one.run().trades.len(), 1);
    let both = Case::after([holed(23), holed(24)], [up(945, 101.5)]);
    assert_eq!(log(&both.run()), missing("25 09:50"));
}

#[test]
fn every_such_session_has_one_row() {
    let first = up(945, 101.5).without(935..940).without(1000..1005);
    let second = Day::steps(HALF, &[(930, 101.0), (945, 101.5)]).without(930..935);
    let rows = log(&Case::of([first, second]).run());
    assert_eq!(rows, [missing("25 09:50"), missing("27 09:50")].concat());
}
