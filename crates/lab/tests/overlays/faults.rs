//! Filters on the calendar and overlays: what a person may get wrong, and what is said of it.

use lab::Scenario;

use crate::made::{PLAN, refused};

#[test]
fn filters_that_make_no_sense_are_refused() {
    for (keys, words) in [
        ("events = []", "`filters.x.events` is empty"),
        ("event = 3", "a kind of event in quotes"),
        ("event = \"FOMC\"", "small letters"),
        ("event = \"../x\"", "expected a kind of event"),
        ("event = \"fomc\"\nsessions_before = 21", "at most 20"),
        (
            "event = \"fomc\"\nsessions_before = -1",
            "a whole number, 0 or more",
        ),
        ("event = \"fomc\"\nsymbol = \"KRE\"", "more than one thing"),
        ("event = \"fomc\"\nmin_level = 3", "more than one thing"),
        (
            "event = \"fomc\"\nblackout = [\"11:30-13:00\"]",
            "write two filters",
        ),
        ("sessions_before = 1", "names none"),
        (
            "symbol = \"KRE\"\nmin_change = 0.1\nsessions_after = 1",
            "names none",
        ),
        (
            "blackout_weekdays = [\"friday\"]\nsessions_after = 1",
            "names none",
        ),
        ("evnt = \"fomc\"", "did you mean `event`"),
        ("blackout = [\"11:30-13:00\"]", "decides at the close"),
        ("blackout = [\"13:00-11:30\"]", "the earlier one first"),
        ("blackout = [\"11:30\"]", "is no part of a day"),
        ("blackout_weekdays = []", "is empty"),
        (
            "blackout_weekdays = [\"sunday\"]",
            "expected one of: monday",
        ),
        (
            "blackout_weekdays = [\"friday\", \"monday\", \"tuesday\", \"wednesday\", \"thursday\"]",
            "would never trade",
        ),
    ] {
        let message = refused(&format!("{PLAN}[filters.x]\n{keys}\n"));
        assert!(message.contains(words), "{keys}: {message}");
    }
    let within = PLAN.replace("\"1d\"", "\"5m\"");
    for (hours, words) in [
        ("\"16:01-17:00\"", "no bar"),
        ("\"08:00-09:31\"", "no bar"),
        ("", "is empty"),
    ] {
        let message = refused(&format!("{within}[filters.x]\nblackout = [{hours}]\n"));
        assert!(message.contains(words), "{hours}: {message}");
    }
}

#[test]
fn overlays_that_make_no_sense_are_refused() {
    for (keys, words) in [
        ("event = \"fomc\"", "does nothing"),
        ("size = 0.5", "does not say when"),
        (
            "event = \"fomc\"\nwhen = \"close > 1\"\nsize = 0.5",
            "both events and a rule",
        ),
        ("event = \"fomc\"\nsize = 0", "a filter's part"),
        ("event = \"fomc\"\nsize = 0", "[filters.NAME]"),
        ("event = \"fomc\"\nsize = -0.5", "above 0 and at most 2"),
        ("event = \"fomc\"\nsize = nan", "above 0 and at most 2"),
        ("event = \"fomc\"\nthreshold = 11", "above 0 and at most 10"),
        (
            "event = \"fomc\"\nthreshold_after = 0.8",
            "sessions_after = 2",
        ),
        (
            "when = \"close > 1\"\nsize = 0.5\nsize_after = 1",
            "no sessions before or after",
        ),
        (
            "when = \"close > 1\"\nsize = 0.5\nsessions_after = 1",
            "no sessions before or after",
        ),
        ("when = \"clsoe > 1\"\nsize = 0.5", "did you mean `close`"),
        (
            "event = \"fomc\"\nthreshold = 2\nlets = [\"drop\"]",
            "`entry.min_decline`",
        ),
        (
            "event = \"fomc\"\nsize = 0.5\nweight = 3",
            "unknown key `overlays.x.weight`",
        ),
    ] {
        let message = refused(&format!("{PLAN}[overlays.x]\n{keys}\n"));
        assert!(message.contains(words), "{keys}: {message}");
    }
    let flat = PLAN.replace("0.015", "0.0");
    let message = refused(&format!(
        "{flat}[overlays.x]\nevent = \"fomc\"\nthreshold = 2\n"
    ));
    assert!(
        message.contains("`entry.min_decline`, which is 0"),
        "{message}"
    );
    let overlays = |n: usize, effect: &str| {
        let one = |n| {
            format!(
                "[overlays.o{n}]
event = \"fomc\"
{effect}
"
            )
        };
        (0..n).map(one).collect::<Vec<_>>().concat()
    };
    let nine = overlays(9, "size = 0.5");
    assert!(refused(&format!("{PLAN}{nine}")).contains("at most 8"));
    let five = overlays(5, "threshold = 2");
    assert!(refused(&format!("{PLAN}{five}")).contains("at most 4"));

    let rules = "name = \"r\"\nstrategy = \"rules\"\n[instrument]\nsymbol = \"IWM\"\ninterval = \"1d\"\n[let]\ndrop = 0.02\ndays = 3\ndeep = \"-drop\"\n[entry]\nwhen = \"falling(close, days) and roc(days) < deep and low > 1\"\n[exit]\nstop_atr = 1\n[overlays.x]\nevent = \"fomc\"\n";
    for (keys, words) in [
        ("threshold = 2", "lets = [\"drop\"]"),
        ("size = 0.5\nlets = [\"drop\"]", "no threshold"),
        ("threshold = 2\nlets = [\"dorp\"]", "did you mean `drop`"),
        ("threshold = 2\nlets = [\"deep\"]", "a name of its own"),
        (
            "threshold = 1.5\nlets = [\"days\"]",
            "not lengths of windows",
        ),
    ] {
        let message = refused(&format!("{rules}{keys}\n"));
        assert!(message.contains(words), "{keys}: {message}");
    }
    Scenario::parse(
        "p",
        &format!("{rules}threshold = 2\nlets = [\"drop\"]\n"),
        &[],
    )
    .unwrap();
}
