//! Reviews of a plan whose edge was planted, and on one market taken away: found on the one, not on the other, dated about right,
//! and never knowing more than their date.

use std::sync::LazyLock;

use lab::review::{
    Desk, DeskOptions, Found, Kept, Quarter, Review, Shelf, ShelfOptions, State, read_text, to_text,
};
use lab::{Error, Override, Regimes, Scenario};
use market::{Date, Interval, RawBars, SessionTable};
use tape::{Contents, Tape};

/// Three falls of more than 2.5 % in all are bought at the next open. Nothing is asked of other symbols.
const PLAN: &str = r#"
name = "planted"
strategy = "mean-reversion"
regimes = ["q4-2018"]
[instrument]
symbol = "IWM"
interval = "1d"
[entry]
declines = 3
min_decline = 0.025
cooldown_sessions = 6
[exit]
stop_atr = 1.5
target_atr = 2.0
max_sessions = 10
[filters.any]
rule = "low > 1"
"#;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// A number between 0 and 1 that jumps from row to row.
fn scrambled(row: usize) -> f64 {
    let bits = (row as u64 + 7).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let bits = (bits ^ (bits >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (bits >> 40) as f64 / f64::from(1_u32 << 24)
}

/// Cycles of sixteen sessions: quiet ones, three falls, and then with chance `wins(date)` a rise that reaches the target, else a
/// fall through the stop that is won back later. So the plan has an edge while that chance is high, and none while it is low.
fn market(last: Date, wins: impl Fn(Date) -> f64) -> Contents {
    let sessions = SessionTable::covering(date("2005-01-03"), last);
    let mut raw = RawBars::default();
    let mut price = 100.0;
    let mut won = false;
    for (n, session) in sessions
        .as_slice()
        .iter()
        .enumerate()
        .filter(|(_, s)| s.date <= last)
    {
        let noise = 0.004 * (scrambled(3 * n) - 0.5);
        let change = match n % 16 {
            5..=7 => -0.012 + 0.3 * noise,
            8 => {
                won = scrambled(n / 16 * 5 + 1) < wins(session.date);
                if won { 0.022 } else { -0.05 }
            }
            9 => {
                if won {
                    0.025
                } else {
                    0.02
                }
            }
            10..=12 => {
                if won {
                    -0.003
                } else {
                    0.022
                }
            }
            day => {
                if day % 2 == 0 {
                    0.003 + noise
                } else {
                    -0.003 + noise
                }
            }
        };
        let (open, close) = (price, price * (1.0 + change));
        let wick = 0.002 + 0.003 * scrambled(3 * n + 1);
        raw.start.push(session.open);
        raw.open.push(open);
        raw.high.push(open.max(close) * (1.0 + wick));
        raw.low.push(open.min(close) * (1.0 - wick));
        raw.close.push(close);
        raw.volume.push(1e6);
        price = close;
    }
    Contents {
        bars: vec![("IWM".to_owned(), Interval::Day, raw)],
        ..Contents::default()
    }
}

struct Market {
    _folder: tempfile::TempDir,
    tape: Tape,
}

fn on_disk(contents: &Contents) -> Market {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    tape.merge(contents, "test", 0).unwrap();
    Market {
        _folder: folder,
        tape,
    }
}

const DECAY: &str = "2014-01-01";

static STEADY: LazyLock<Market> = LazyLock::new(|| on_disk(&market(date("2019-06-28"), |_| 0.65)));
static DECAYED: LazyLock<Market> = LazyLock::new(|| {
    on_disk(&market(date("2019-06-28"), |on| {
        if on < date(DECAY) { 0.65 } else { 0.1 }
    }))
});

fn plan(sets: &[&str]) -> Scenario {
    let overrides: Vec<Override> = sets.iter().map(|set| set.parse().unwrap()).collect();
    Scenario::parse("plan.toml", PLAN, &overrides).unwrap_or_else(|e| panic!("{e}: {:?}", e.help))
}

fn desk<'a>(plan: &Scenario, tape: &'a Tape) -> Desk<'a> {
    let regimes = Regimes::shipped().unwrap().pick(&plan.regimes).unwrap();
    let options = DeskOptions {
        threads: 1,
        ..DeskOptions::default()
    };
    Desk::open(plan, &regimes, tape, options).unwrap()
}

/// As a folder would keep it.
fn keep(kept: &Kept) -> Kept {
    let text = to_text(&kept.review).unwrap();
    let review = read_text(&kept.name, &text).unwrap();
    Kept {
        name: kept.name.clone(),
        review,
    }
}

/// The reviews of every quarter, on a baseline to the end of 2011.
fn quarters(tape: &Tape, from: &str, to: &str) -> Shelf {
    let mut shelf = Shelf::default();
    let mut desk = desk(&plan(&[]), tape);
    let quarters = from
        .parse::<Quarter>()
        .unwrap()
        .through(to.parse().unwrap());
    for quarter in quarters {
        let as_of = quarter.last_session().unwrap();
        let kept = desk
            .review(as_of, Some(date("2011-12-30")), &shelf)
            .unwrap();
        shelf.add(keep(&kept));
    }
    shelf
}

fn states(shelf: &Shelf) -> Vec<(String, State)> {
    let state = |kept: &Kept| (kept.review.as_of.to_string(), kept.review.edge.state);
    shelf.kept().iter().map(state).collect()
}

#[test]
fn a_planted_decay_is_found_and_dated() {
    let shelf = quarters(&DECAYED.tape, "2012Q4", "2016Q4");
    let before = shelf
        .kept()
        .iter()
        .filter(|kept| kept.review.as_of < date(DECAY));
    for kept in before {
        assert_eq!(
            kept.review.edge.state,
            State::Intact,
            "{:?}",
            kept.review.edge
        );
    }
    let alarmed = shelf.kept().iter().find(|kept| kept.review.alarmed());
    let alarmed = &alarmed
        .unwrap_or_else(|| panic!("{:?}", states(&shelf)))
        .review;
    // Some sixteen trades a year: two years are what a fall from 65 to 10 % takes at most.
    assert!(alarmed.as_of <= date("2015-12-31"), "{:?}", states(&shelf));
    let changed = alarmed.edge.changed_on.unwrap();
    let off = changed.signed_duration_since(date(DECAY)).num_days();
    assert!((-120..=120).contains(&off), "dated {changed}");
    let last = &shelf.kept().last().unwrap().review;
    assert_eq!(last.edge.state, State::Gone, "{:?}", last.edge);
    let since = last.edge.since.as_ref().unwrap();
    assert!(
        since.win_rate.unwrap() < 0.35 && since.trades > 30,
        "{since:?}"
    );
    assert!(
        last.edge
            .why
            .iter()
            .any(|why| why.contains("passed its limit")),
        "{:?}",
        last.edge
    );
}

#[test]
fn the_same_without_the_decay_stays_intact() {
    let shelf = quarters(&STEADY.tape, "2012Q4", "2016Q4");
    assert_eq!(shelf.kept().len(), 17);
    for kept in shelf.kept() {
        let review = &kept.review;
        assert_eq!(
            review.edge.state,
            State::Intact,
            "{} {:?}",
            review.as_of,
            review.edge
        );
        assert!(
            review.charts.iter().all(|chart| chart.alarms.is_empty()),
            "{:?}",
            review.charts
        );
    }
    let first = &shelf.kept()[0].review;
    assert!(first.baseline.trades.trades >= 80, "{:?}", first.baseline);
    assert!(
        first.baseline.trades.expectancy_95.unwrap().low > 0.1,
        "{:?}",
        first.baseline
    );
    assert_eq!(first.baseline.to, date("2011-12-30"));
    // Of the sixteenth part of all sessions on which a cycle ends, each is a trade of the one or the other.
    assert_eq!(
        first.history.trades,
        first.baseline.trades.trades + first.monitored.trades
    );
}

#[test]
fn a_review_knows_nothing_after_its_date() {
    let as_of = date("2015-06-30");
    let whole = desk(&plan(&[]), &DECAYED.tape)
        .review(as_of, Some(date("2011-12-30")), &Shelf::default())
        .unwrap();
    let wins = |on| if on < date(DECAY) { 0.65 } else { 0.1 };
    let cut = on_disk(&market(as_of, wins));
    let alone = desk(&plan(&[]), &cut.tape)
        .review(as_of, Some(date("2011-12-30")), &Shelf::default())
        .unwrap();
    assert_eq!(
        to_text(&whole.review).unwrap(),
        to_text(&alone.review).unwrap()
    );
    assert_eq!(whole.name, alone.name);
    assert_eq!(
        whole.review.regimes[0].standing, "not yet",
        "Q4 2018 had not begun"
    );
}

#[test]
fn older_data_are_data_and_a_folder_has_one_baseline() {
    // The same tape, begun two years later: 2005 and 2006 were imported since.
    let mut late = market(date("2019-06-28"), |_| 0.65);
    let raw = &mut late.bars[0].2;
    let from = raw
        .start
        .partition_point(|start| start.exchange_date() < Some(date("2007-01-03")));
    for column in [
        &mut raw.open,
        &mut raw.high,
        &mut raw.low,
        &mut raw.close,
        &mut raw.volume,
    ] {
        column.drain(..from);
    }
    raw.start.drain(..from);
    let now = two(&on_disk(&late), &STEADY, &[]);
    adds_up(&now);
    let changes = now.changes.unwrap();
    assert!(changes.parameters.is_empty(), "{:?}", changes.parameters);
    assert_eq!((changes.sessions_more, changes.sessions_moved), (64, from));
    assert!(changes.from_then.unwrap() > now.baseline.from);
    // Two first reviews of one folder.
    let mut desk = desk(&plan(&[]), &STEADY.tape);
    let files: Vec<Found> = ["2012-12-31", "2013-03-28"]
        .map(|as_of| {
            let kept = desk.review(date(as_of), None, &Shelf::default()).unwrap();
            (kept.name, Ok(to_text(&kept.review).unwrap()))
        })
        .into();
    let options = ShelfOptions {
        plan: "planted".to_owned(),
        ..ShelfOptions::default()
    };
    let message = told(Shelf::read("kept", files.clone(), &options));
    for word in [
        "baselines to different dates",
        &files[0].0,
        &files[1].0,
        "--reviews",
    ] {
        assert!(message.contains(word), "{word}: {message}");
    }
}

/// A review at `then`, kept; another at `now` of a plan and tape that may be others.
fn two(then: &Market, now: &Market, sets: &[&str]) -> Review {
    let mut shelf = Shelf::default();
    let first =
        desk(&plan(&[]), &then.tape).review(date("2013-06-28"), Some(date("2011-12-30")), &shelf);
    shelf.add(keep(&first.unwrap()));
    desk(&plan(sets), &now.tape)
        .review(date("2013-09-30"), None, &shelf)
        .unwrap()
        .review
}

fn adds_up(review: &Review) {
    let changes = review.changes.as_ref().unwrap();
    assert_eq!(changes.figures.len(), 5, "{changes:?}");
    for one in &changes.figures {
        let sum = one.was + one.revised_or_engine + one.more_data + one.parameters;
        assert!(
            (sum - one.now).abs() < 1e-9 * one.now.abs().max(1.0),
            "{one:?}"
        );
    }
}

#[test]
fn what_changed_is_told_apart() {
    let plain = two(&STEADY, &STEADY, &[]);
    adds_up(&plain);
    let changes = plain.changes.unwrap();
    assert_eq!(
        (
            changes.revised,
            changes.parameters.len(),
            changes.engine_then
        ),
        (Some(false), 0, None)
    );
    // July to September 2013: 22 + 22 + 20 sessions.
    assert_eq!(changes.sessions_more, 64);
    assert!(
        changes
            .figures
            .iter()
            .all(|one| one.revised_or_engine == 0.0 && one.parameters == 0.0)
    );
    assert!(
        changes.figures[0].more_data >= 3.0,
        "some four trades: {:?}",
        changes.figures[0]
    );

    let other = two(&STEADY, &STEADY, &["exit.target_atr=1.0"]);
    adds_up(&other);
    let changes = other.changes.unwrap();
    let [one] = changes.parameters.as_slice() else {
        panic!("{:?}", changes.parameters);
    };
    assert_eq!(
        (one.key.as_str(), one.was.clone(), one.now.clone()),
        ("exit.target_atr", Some(2.0.into()), Some(1.0.into()))
    );
    let expectancy = changes
        .figures
        .iter()
        .find(|one| one.figure == "expectancy_r")
        .unwrap();
    assert!(
        expectancy.parameters < -0.05,
        "a nearer target earns less here: {expectancy:?}"
    );

    // A single close of 2009, otherwise.
    let mut contents = market(date("2019-06-28"), |_| 0.65);
    let raw = &mut contents.bars[0].2;
    raw.close[1100] = f64::midpoint(raw.low[1100], raw.high[1100]);
    let revised = two(&STEADY, &on_disk(&contents), &[]);
    adds_up(&revised);
    assert_eq!(revised.changes.unwrap().revised, Some(true));
}

#[test]
fn another_engine_is_named_and_blamed_for_what_nothing_else_explains() {
    let mut shelf = Shelf::default();
    let mut desk = desk(&plan(&[]), &STEADY.tape);
    let mut first = desk.review(date("2013-06-28"), None, &shelf).unwrap();
    first.review.stormproof = "0.0.1".to_owned();
    first.review.history.net_pnl_usd += 100.0;
    shelf.add(keep(&first));
    let now = desk
        .review(date("2013-09-30"), None, &shelf)
        .unwrap()
        .review;
    adds_up(&now);
    let changes = now.changes.unwrap();
    assert_eq!(changes.engine_then.as_deref(), Some("0.0.1"));
    let profit = changes
        .figures
        .iter()
        .find(|one| one.figure == "net_pnl_usd")
        .unwrap();
    assert!(
        (profit.revised_or_engine + 100.0).abs() < 1e-6,
        "{profit:?}"
    );
    assert_eq!(profit.due_to, "engine");
}

#[test]
fn baselines_are_frozen_and_dates_are_held_to_the_tape() {
    let mut desk = desk(&plan(&[]), &STEADY.tape);
    let mut shelf = Shelf::default();
    let first = desk.review(date("2012-12-31"), None, &shelf).unwrap();
    assert_eq!(first.review.baseline.to, date("2012-12-31"));
    assert_eq!(
        first.review.edge.state,
        State::TooFewTrades,
        "nothing is monitored yet"
    );
    shelf.add(keep(&first));
    let words = |error: Error| error.to_string();
    let moved = desk.review(date("2013-06-28"), Some(date("2011-12-30")), &shelf);
    assert!(words(moved.unwrap_err()).contains("frozen at 2012-12-31"));
    let before = desk.review(date("2011-12-30"), None, &shelf);
    assert!(words(before.unwrap_err()).contains("would know what came after it"));
    assert!(
        words(desk.session_by(date("1999-01-01")).unwrap_err()).contains("is older than the tape")
    );
    assert!(words(desk.session_by(date("2030-01-01")).unwrap_err()).contains("is beyond the tape"));
    assert_eq!(
        desk.session_by(date("2013-03-31")).unwrap(),
        date("2013-03-28"),
        "Easter Sunday"
    );
    let again = desk.review(date("2012-12-31"), None, &shelf).unwrap();
    assert_eq!(
        again,
        keep(&first),
        "the same review is the one that is kept"
    );
}

fn told(shelf: Result<Shelf, Error>) -> String {
    match shelf {
        Err(Error::Fit { message, help }) => format!("{message} | {help}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn damaged_files_are_named() {
    let mut desk = desk(&plan(&[]), &STEADY.tape);
    let mut shelf = Shelf::default();
    let mut files = Vec::new();
    for as_of in ["2012-12-31", "2013-03-28"] {
        let kept = desk.review(date(as_of), None, &shelf).unwrap();
        files.push((kept.name.clone(), Ok(to_text(&kept.review).unwrap())));
        shelf.add(keep(&kept));
    }
    let options = |ignore_damaged| ShelfOptions {
        plan: "planted".to_owned(),
        renamed_from: None,
        ignore_damaged,
    };
    let read = |files: &[Found], ignore| Shelf::read("kept", files.to_vec(), &options(ignore));
    assert_eq!(read(&files, false).unwrap().kept(), shelf.kept());
    let changed = |with: &dyn Fn(&str) -> String| {
        let mut files = files.clone();
        files[0].1 = files[0].1.clone().map(|text| with(&text));
        files
    };
    let cases: [(&str, Vec<Found>); 7] = [
        (
            "checksum does not fit",
            changed(&|text| text.replace("\"trades\": ", "\"trades\":  ")),
        ),
        (
            "conflict markers",
            changed(&|text| format!("<<<<<<< ours\n{text}=======\n{text}>>>>>>> theirs\n")),
        ),
        (
            "its schema is 7",
            changed(&|text| text.replacen("\"schema\": 1", "\"schema\": 7", 1)),
        ),
        (
            "it is no review",
            changed(&|text| text[..text.len() / 2].to_owned()),
        ),
        ("it is no review", changed(&|_| "{}".to_owned())),
        ("is missing", files[1..].to_vec()),
        (
            "it is not UTF-8",
            vec![(files[0].0.clone(), Err("it is not UTF-8".to_owned()))],
        ),
    ];
    for (word, files) in cases {
        let message = told(read(&files, false));
        assert!(
            message.contains(word) && message.contains("--ignore-damaged"),
            "{word}: {message}"
        );
        let on = read(&files, true).unwrap();
        assert!(
            on.notes().iter().any(|note| note.contains(word)),
            "{word}: {:?}",
            on.notes()
        );
    }
    // What version control does to line ends is no edit, and what is no review is left alone.
    let mut files = changed(&|text| text.replace('\n', "\r\n"));
    files.push(("README.md".to_owned(), Ok("ours".to_owned())));
    let fine = read(&files, false).unwrap();
    assert_eq!((fine.kept().len(), fine.notes().len()), (2, 1));
    // A review under another name: a copy would count twice.
    let misnamed = vec![(files[0].0.replacen("2012", "2011", 1), files[0].1.clone())];
    assert!(told(read(&misnamed, false)).contains("it holds the review 2012-12-31-"));
    let mut copied = files.clone();
    copied.push((
        "2012-12-31-000000000000.json".to_owned(),
        files[0].1.clone(),
    ));
    assert!(told(read(&copied, false)).contains("it is a copy or was renamed"));
    assert_eq!(read(&copied, true).unwrap().kept().len(), 2);
    // Another plan's, unless this one was called so.
    let renamed = |renamed_from: Option<&str>| {
        let options = ShelfOptions {
            plan: "new name".to_owned(),
            renamed_from: renamed_from.map(str::to_owned),
            ignore_damaged: false,
        };
        Shelf::read("kept", files.clone(), &options)
    };
    let message = told(renamed(None));
    assert!(
        message.contains("a review of the plan `planted`")
            && message.contains("--renamed-from \"planted\"")
    );
    assert_eq!(renamed(Some("planted")).unwrap().formerly(), ["planted"]);
    let message = told(renamed(Some("nonsense")));
    assert!(
        message.contains("no review of a plan of that name"),
        "{message}"
    );
}
