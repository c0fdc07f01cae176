//! Closes of universes, members, events and option quotes: onto a tape, merged, and off it again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use market::{Date, Event, Right, Time};
use table::{Column, Options, Table};
use tape::{
    Close, ClosePrices, ClosesBuffer, Contents, ImportOptions, ImportReport, MemberSpan, Panel,
    Sort, Tape, TapeError,
};

static GO: AtomicBool = AtomicBool::new(false);

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(date: &str, hour: u32, minute: u32) -> Time {
    Time::from_exchange(day(date), hour, minute).unwrap()
}

fn import_as(
    tape: &Tape,
    paths: &[PathBuf],
    options: &ImportOptions,
) -> Result<ImportReport, TapeError> {
    tape.import(paths, options, &mut |_| {}, &GO)
}

fn import(tape: &Tape, paths: &[PathBuf]) -> Result<ImportReport, TapeError> {
    import_as(tape, paths, &ImportOptions::default())
}

/// A folder of files and a tape beside it.
struct Desk {
    folder: tempfile::TempDir,
    tape: Tape,
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
        Desk { folder, tape }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn bytes(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        fn below(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    below(&path, found);
                } else if path.extension().is_some_and(|e| e == "parquet") {
                    found.insert(path.clone(), fs::read(path).unwrap());
                }
            }
        }
        let mut found = BTreeMap::new();
        below(&self.folder.path().join("tape"), &mut found);
        found
    }

    fn closes(&self, universe: &str) -> BTreeMap<String, Vec<(Date, f64)>> {
        let universe = self.tape.universe(universe).unwrap();
        let (mut all, mut buffer) = (BTreeMap::new(), ClosesBuffer::default());
        for part in 0..universe.parts() {
            let each = |c: tape::Closes<'_>| {
                let dates = c.session.iter().map(|&s| universe.sessions()[s as usize]);
                let rows = dates.zip(c.close.iter().copied()).collect();
                assert!(
                    all.insert(c.symbol.to_owned(), rows).is_none(),
                    "each symbol once"
                );
            };
            universe.read(part, &mut buffer, each).unwrap();
        }
        all
    }
}

const PANEL: &str = "date,BBB,AAA,CCC\n2020-03-05,1.5,10,\n2020-03-06,,11,\n2020-03-09,1.75,12,7\n";

#[test]
fn a_panel_is_turned_into_closes_by_symbol_and_an_empty_cell_is_no_close() {
    let desk = Desk::new();
    let report = import(&desk.tape, &[desk.file("small_adjclose_panel.csv", PANEL)]).unwrap();
    assert_eq!(report.merge.items[0].item, "closes of small");
    assert_eq!(report.merge.items[0].rows_added, 6);
    let closes = desk.closes("small");
    assert_eq!(
        closes["BBB"],
        [(day("2020-03-05"), 1.5), (day("2020-03-09"), 1.75)]
    );
    assert_eq!(closes["CCC"], [(day("2020-03-09"), 7.0)]);
    assert_eq!(
        desk.tape.universe("small").unwrap().prices(),
        ClosePrices::Adjusted
    );
    // Friday and Monday: no session between them is made up.
    let sessions = ["2020-03-05", "2020-03-06", "2020-03-09"].map(day);
    assert_eq!(desk.tape.universe("small").unwrap().sessions(), sessions);

    let before = desk.bytes();
    let again = import(&desk.tape, &[desk.file("small_adjclose_panel.csv", PANEL)]).unwrap();
    let item = &again.merge.items[0];
    assert_eq!((item.rows_equal, item.written), (6, false));
    assert!(before == desk.bytes(), "the same again changed bytes");

    // One close corrected, one symbol added between the others.
    let more = "date,AAB,AAA\n2020-03-06,3,11.5\n2020-03-09,4,12\n";
    let more = import(&desk.tape, &[desk.file("small_adjclose_panel.csv", more)]).unwrap();
    let item = &more.merge.items[0];
    assert_eq!(
        (item.rows_added, item.rows_equal, item.rows_changed),
        (2, 1, 1)
    );
    let change = &more.merge.changes[0];
    assert_eq!(
        (change.at.as_str(), change.old, change.new),
        ("AAA 2020-03-06", 11.0, 11.5)
    );
    let closes = desk.closes("small");
    assert_eq!(
        closes.keys().collect::<Vec<_>>(),
        ["AAA", "AAB", "BBB", "CCC"]
    );
    assert_eq!(closes["AAA"][1], (day("2020-03-06"), 11.5));
    assert_eq!(
        closes["BBB"].len(),
        2,
        "what the import does not bring stays"
    );
}

#[test]
fn of_two_panels_of_one_call_the_first_keeps_a_close_and_the_other_is_told() {
    let desk = Desk::new();
    let first = desk.file(
        "small_panel.csv",
        "date,AAA,BBB\n2020-03-05,10,1\n2020-03-06,11,2\n",
    );
    let second = desk.file(
        "small_close.csv",
        "date,AAA,CCC\n2020-03-05,10,5\n2020-03-06,22,5\n",
    );
    let report = import(&desk.tape, &[first, second]).unwrap();
    let item = &report.merge.items[0];
    assert_eq!((item.rows_added, item.rows_changed), (6, 0));
    let quarrel = &item.disagreements[0];
    assert_eq!((quarrel.rows_shared, quarrel.rows), (2, 1));
    assert_eq!(
        (quarrel.at.as_str(), quarrel.field),
        ("AAA 2020-03-06", "close")
    );
    // |11 − 22| / 22.
    assert_eq!(
        (
            quarrel.kept_value,
            quarrel.other_value,
            quarrel.fields[0].largest
        ),
        (11.0, 22.0, 0.5)
    );
    assert_eq!(desk.closes("small")["AAA"][1].1, 11.0);
}

#[test]
fn closes_that_are_none_are_refused_with_their_cell_and_nothing_is_stored() {
    let desk = Desk::new();
    for (text, told) in [
        (
            "date,AAA,BBB\n2020-03-05,1,0\n",
            ":2, column BBB: found the close 0",
        ),
        ("date,AAA,BBB\n2020-03-05,1,-2\n", ":2, column BBB"),
        (
            "date,AAA,BBB\n2020-03-05,1,x\n",
            ":2, column BBB: found `x`",
        ),
        ("date,AAA,BBB\n2020-03-07,1,1\n", "when the NYSE was closed"),
        (
            "date,AAA,BBB\n2020-03-06,1,1\n2020-03-05,1,1\n",
            "ascending order",
        ),
        ("date,AAA,BBB,BBB\n2020-03-05,1,1,1\n", "BBB a second time"),
        ("date,AAA,BBB\n2020-03-05,1\n", "2 cells"),
    ] {
        let error = import(&desk.tape, &[desk.file("small_panel.csv", text)]).unwrap_err();
        assert!(error.to_string().contains(told), "{text}: {error}");
    }
    assert!(desk.bytes().is_empty());
    let unnamed = import(&desk.tape, &[desk.file("a_b_panel.csv", PANEL)]).unwrap_err();
    assert!(matches!(unnamed, TapeError::Unnamed { .. }), "{unnamed}");
}

#[test]
fn raw_and_adjusted_closes_do_not_share_a_universe() {
    let desk = Desk::new();
    import(&desk.tape, &[desk.file("small_adjclose_panel.csv", PANEL)]).unwrap();
    let before = desk.bytes();
    let error = import(&desk.tape, &[desk.file("small_panel.csv", PANEL)]).unwrap_err();
    assert!(error.to_string().contains("prices = `adjusted`"), "{error}");
    assert!(before == desk.bytes());
}

/// Symbols cut across row groups, as others write them, and a file without statistics of use (one group a row).
#[test]
fn files_of_others_read_the_same_however_their_groups_fall() {
    let desk = Desk::new();
    let symbol = ["A", "A", "A", "B", "C", "C"];
    let date = [
        "2020-03-05",
        "2020-03-06",
        "2020-03-09",
        "2020-03-06",
        "2020-03-05",
        "2020-03-09",
    ];
    let days: Vec<i32> = date
        .iter()
        .map(|d| (day(d) - Date::default()).num_days() as i32)
        .collect();
    for (nullable, rows_per_group) in [(false, 1), (false, 2), (true, 2), (true, 4), (false, 6)] {
        let symbol = if nullable {
            Column::maybe_text(symbol.map(Some))
        } else {
            Column::text(symbol)
        };
        let table = Table::new()
            .column("symbol", symbol)
            .column("date", Column::date_days(days.clone()))
            .column("close", Column::number(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
        let path = desk
            .folder
            .path()
            .join("tape/constituents/universe=u/closes.parquet");
        let options = Options {
            rows_per_group,
            ..Options::default()
        };
        table.write_atomic(&path, &options).unwrap();
        let closes = desk.closes("u");
        assert_eq!(
            closes["A"].iter().map(|c| c.1).collect::<Vec<_>>(),
            [1.0, 2.0, 3.0]
        );
        assert_eq!(
            closes["C"],
            [(day("2020-03-05"), 5.0), (day("2020-03-09"), 6.0)]
        );
        assert_eq!(closes.len(), 3);
    }
}

#[test]
fn a_broken_file_of_closes_is_refused_with_its_row() {
    let desk = Desk::new();
    let days = |dates: [&str; 3]| {
        dates
            .map(|d| (day(d) - Date::default()).num_days() as i32)
            .to_vec()
    };
    let good = ["2020-03-05", "2020-03-06", "2020-03-05"];
    for (symbol, date, close, told) in [
        (
            ["A", "A", "B"],
            ["2020-03-06", "2020-03-05", "2020-03-05"],
            [1.0, 2.0, 3.0],
            "row 1 (A 2020-03-05)",
        ),
        (
            ["A", "A", "B"],
            ["2020-03-05", "2020-03-07", "2020-03-05"],
            [1.0, 2.0, 3.0],
            "no NYSE session",
        ),
        (
            ["A", "A", "B"],
            good,
            [1.0, 2.0, f64::NAN],
            "row 2 (B 2020-03-05): found the close NaN",
        ),
        (["A", "A", "B"], good, [1.0, 0.0, 3.0], "row 1"),
        (["B", "B", "A"], good, [1.0, 2.0, 3.0], "A after B"),
        (["A", "B", "A"], good, [1.0, 2.0, 3.0], "A after B"),
    ] {
        let table = Table::new()
            .column("symbol", Column::text(symbol))
            .column("date", Column::date_days(days(date)))
            .column("close", Column::number(close.to_vec()));
        let path = desk
            .folder
            .path()
            .join("tape/constituents/universe=u/closes.parquet");
        table.write_atomic(&path, &Options::default()).unwrap();
        let universe = desk.tape.universe("u").unwrap();
        let read = universe.read(0, &mut ClosesBuffer::default(), |_| {});
        let error = read.unwrap_err().to_string();
        assert!(error.contains(told), "{told}: {error}");
    }
    let absent = desk.tape.universe("uu").unwrap_err().to_string();
    assert!(absent.contains("did you mean u?"), "{absent}");
}

#[test]
fn a_universe_wider_than_a_row_group_comes_back_whole() {
    let desk = Desk::new();
    let dates: Vec<Date> = day("2018-01-02")
        .iter_days()
        .filter(|d| market::calendar::is_session(*d))
        .take(800)
        .collect();
    let symbols = (0..150).map(|i| {
        let rows = dates.iter().enumerate().skip(i % 7);
        let close = rows.map(|(k, &date)| Close {
            date,
            close: 1.0 + (i * k % 97) as f64,
        });
        (format!("S{i:03}"), close.collect())
    });
    let panel = Panel {
        universe: "wide".to_owned(),
        prices: ClosePrices::Raw,
        symbols: symbols.collect(),
    };
    let contents = Contents {
        constituents: vec![panel.clone()],
        ..Contents::default()
    };
    desk.tape.merge(&contents, "test", 0).unwrap();
    assert!(desk.tape.universe("wide").unwrap().parts() > 1);
    let closes = desk.closes("wide");
    for (symbol, rows) in &panel.symbols {
        let rows: Vec<(Date, f64)> = rows.iter().map(|c| (c.date, c.close)).collect();
        assert_eq!(closes[symbol], rows);
    }
}

#[test]
fn memberships_come_with_an_open_end_and_may_not_overlap() {
    let desk = Desk::new();
    let text =
        "symbol,from,to\nbbb,2020-03-06,\nAAA,2019-01-01,2019-06-28\nAAA,2020-01-02,2020-03-05\n";
    import(&desk.tape, &[desk.file("small_members.csv", text)]).unwrap();
    let spans = desk.tape.members("small").unwrap().unwrap();
    assert_eq!(
        spans[2],
        MemberSpan {
            symbol: "BBB".to_owned(),
            from: day("2020-03-06"),
            to: None
        }
    );
    assert!(
        spans[1].holds(day("2020-03-05")) && !spans[1].holds(day("2020-03-06")),
        "the end is a member's day"
    );
    assert_eq!(desk.tape.members("other").unwrap(), None);
    let before = desk.bytes();
    for text in [
        "symbol,from,to\nAAA,2019-06-28,2019-07-01\n",
        "symbol,from,to\nBBB,2021-01-04,\n",
        "symbol,from,to\nBBB,2021-01-04,2020-01-02\n",
        "symbol,from,to\n,2021-01-04,\n",
    ] {
        assert!(
            import(&desk.tape, &[desk.file("small_members.csv", text)]).is_err(),
            "{text}"
        );
    }
    assert!(before == desk.bytes());
}

#[test]
fn events_have_an_hour_a_name_and_say_whether_anybody_could_know() {
    let desk = Desk::new();
    let files = [
        desk.file(
            "fomc_meetings.csv",
            "meeting_start,decision_date,type,statement_time_et\n2020-01-28,2020-01-29,scheduled,14:00\n2020-03-03,2020-03-03,unscheduled,10:00\n",
        ),
        desk.file("cpi_releases.csv", "release_date,reference_month,time_et\n2020-03-11,2020-02,08:30\n"),
        desk.file("nfp_releases.csv", "release_date,time_et\n2020-03-06,\n"),
        desk.file("ism.csv", "release_date,event,time_et,basis\n2020-03-02,ISM Manufacturing PMI,10:00,rule: by hand\n"),
        desk.file("reconstitution.csv", "reconstitution_date,kind,note\n2020-06-26,annual (June),effective after close\n"),
    ];
    import(&desk.tape, &files).unwrap();
    assert_eq!(
        desk.tape.event_kinds().unwrap(),
        ["cpi", "fomc", "ism", "nfp", "reconstitution"]
    );
    let fomc = desk
        .tape
        .events("fomc", day("2020-02-01"), day("2020-03-03"))
        .unwrap();
    let emergency = Event {
        date: day("2020-03-03"),
        time_et_minutes: Some(600),
        label: "FOMC decision".to_owned(),
        scheduled: false,
        basis: None,
    };
    assert_eq!(fomc, [emergency]);
    assert_eq!(fomc[0].at(), Some(at("2020-03-03", 10, 0)));
    let all = |kind| desk.tape.events(kind, Date::MIN, Date::MAX).unwrap();
    assert_eq!(all("nfp")[0].time_et_minutes, None);
    assert_eq!(all("cpi")[0].label, "CPI for 2020-02");
    assert_eq!(all("ism")[0].basis.as_deref(), Some("rule: by hand"));
    let absent = desk
        .tape
        .events("fmoc", Date::MIN, Date::MAX)
        .unwrap_err()
        .to_string();
    assert!(absent.contains("did you mean fomc?"), "{absent}");
    let before = desk.bytes();
    import(&desk.tape, &files).unwrap();
    assert!(before == desk.bytes());
    let odd = desk.file(
        "nfp_releases.csv",
        "release_date,time_et\n2020-03-06,25:00\n",
    );
    assert!(import(&desk.tape, &[odd]).is_err());
}

#[test]
fn the_exchanges_own_calendar_is_compared_and_not_stored() {
    let desk = Desk::new();
    let series = desk.file("RVX.csv", "date,close\n2020-03-05,40\n");
    let right = desk.file(
        "right.csv",
        "date,open_et,close_et,early_close\n2019-11-29,09:30,13:00,1\n2019-12-02,09:30,16:00,0\n",
    );
    // 2019-11-28 is Thanksgiving: no session; and the day after closes at one. So two days differ.
    let wrong = desk.file(
        "wrong.csv",
        "date,open_et,close_et,early_close\n2019-11-28,09:30,16:00,0\n2019-11-29,09:30,16:00,0\n",
    );
    // Good Friday is left out.
    let short = desk.file(
        "short.csv",
        "date,weekday\n2020-02-17,Monday\n2020-05-25,Monday\n",
    );
    let report = import(&desk.tape, &[series, right, wrong, short]).unwrap();
    let notes: Vec<&str> = report
        .files
        .iter()
        .flat_map(|f| f.notes.iter().map(String::as_str))
        .collect();
    assert!(notes[0].starts_with("agrees"), "{notes:?}");
    assert!(
        notes[1].contains("on 2 days, first on 2019-11-28"),
        "{notes:?}"
    );
    assert!(
        notes[2].contains("on 1 days, first on 2020-04-10"),
        "{notes:?}"
    );
    assert_eq!(desk.bytes().len(), 1, "the series alone");
}

const CHAIN: &str = "\
snapshot_utc,underlying,spot_quoted,spot_parity,expiration,type,strike,bid,ask,last,volume,open_interest,iv_vendor,last_trade_utc
2020-03-05T16:20:00Z,SPY,300.5,300.6,2020-03-20,put,300,5.1,5.0,5.05,10,20,0.4,2020-03-05T16:19:00Z
2020-03-05T16:20:00Z,SPY,300.5,300.6,2020-03-20,call,300,0,0.01,,,7,0.5,
2020-03-05T18:00:00Z,SPY,301,,2020-03-20,call,300,5.5,,5.4,11,20,0.4,
";

#[test]
fn a_chain_is_that_of_the_latest_moment_at_or_before() {
    let desk = Desk::new();
    let report = import(&desk.tape, &[desk.file("spy_chain.csv", CHAIN)]).unwrap();
    let note = &report.files[0].notes[0];
    assert!(
        note.contains("1 with the bid above the ask, 1 with a bid of 0, 1 without"),
        "{note}"
    );
    let chain = |time| desk.tape.chain("SPY", time).unwrap();
    // 16:20 UTC is 11:20 in New York in winter.
    assert_eq!(chain(at("2020-03-05", 11, 19)), None);
    let found = chain(at("2020-03-05", 11, 20)).unwrap();
    assert_eq!(
        (found.time, found.quotes.len()),
        (at("2020-03-05", 11, 20), 2)
    );
    let (call, put) = (&found.quotes[0], &found.quotes[1]);
    assert_eq!(
        (call.right, call.bid, call.last, call.volume),
        (Right::Call, Some(0.0), None, None)
    );
    assert_eq!(
        (put.right, put.spot_parity, put.open_interest),
        (Right::Put, Some(300.6), Some(20))
    );
    assert!(put.is_crossed() && !call.is_crossed());
    let later = chain(at("2020-03-09", 9, 30)).unwrap();
    assert_eq!(
        (later.time, later.quotes[0].ask),
        (at("2020-03-05", 13, 0), None)
    );
    assert_eq!(
        desk.tape.chain("IWM", at("2020-03-09", 9, 30)).unwrap(),
        None
    );
    assert_eq!(desk.tape.quoted_underlyings().unwrap(), ["SPY"]);

    let before = desk.bytes();
    import(&desk.tape, &[desk.file("spy_chain.csv", CHAIN)]).unwrap();
    assert!(before == desk.bytes());
    // The ask that was missing, and a bid corrected.
    let more = CHAIN.replace("call,300,5.5,,", "call,300,5.6,5.7,");
    let report = import(&desk.tape, &[desk.file("spy_chain.csv", &more)]).unwrap();
    let item = &report.merge.items[0];
    assert_eq!(item.item, "quotes of SPY on 2020-03-05");
    assert_eq!((item.rows_equal, item.rows_changed), (2, 1));
    assert_eq!(
        (report.merge.changes[0].field, report.merge.changes[0].new),
        ("bid", 5.6)
    );
    assert_eq!(
        chain(at("2020-03-05", 13, 0)).unwrap().quotes[0].ask,
        Some(5.7)
    );
    let sorts: Vec<Sort> = desk
        .tape
        .catalog()
        .unwrap()
        .iter()
        .map(|e| e.sort)
        .collect();
    assert_eq!(sorts, [Sort::Quotes]);
}

#[test]
fn quotes_that_cannot_be_are_refused_with_their_line() {
    let desk = Desk::new();
    for (from, to, told) in [
        (
            "2020-03-20,put",
            "2020-03-04,put",
            ":2, column expiration: found the expiration 2020-03-04",
        ),
        (",put,", ",straddle,", ":2, column type"),
        ("5.1,5.0", "-5.1,5.0", ":2"),
        ("put,300,", "put,0,", "a strike above 0"),
        (",10,20,", ",10.5,20,", ":2, column volume"),
        (
            "2020-03-20,call,300,0,0.01,,,7",
            "2020-03-20,put,300.0,0,0.01,,,7",
            ":3",
        ),
        (
            "2020-03-05T18:00:00Z",
            "yesterday",
            ":4, column snapshot_utc",
        ),
    ] {
        let text = CHAIN.replacen(from, to, 1);
        let error = import(&desk.tape, &[desk.file("spy_chain.csv", &text)])
            .unwrap_err()
            .to_string();
        assert!(error.contains(told), "{to}: {error}");
    }
    assert!(desk.bytes().is_empty());
}

const YAHOO: &str = "\
contractSymbol,lastTradeDate,strike,lastPrice,bid,ask,volume,openInterest,impliedVolatility,optionType,expirationDate,days_to_expire,underlyingPrice
SPY200305C00300000,2020-03-05 16:19:32+00:00,300.0,1.5,1.4,1.6,,2,0.5,call,2020-03-05,-1,300.5
SPY200306P00299500,2020-03-04 15:00:00+00:00,299.5,1.0,0.9,1.1,3.0,2,0.5,put,2020-03-06,0,300.5
";

#[test]
fn yahoos_chain_is_dated_by_its_rows_and_known_at_that_close() {
    let desk = Desk::new();
    let report = import(&desk.tape, &[desk.file("yahoo.csv", YAHOO)]).unwrap();
    assert!(
        report.files[0]
            .notes
            .iter()
            .any(|n| n.contains("2020-03-05 follows")),
        "{:?}",
        report.files[0].notes
    );
    let chain = |time| desk.tape.chain("SPY", time).unwrap();
    assert_eq!(chain(at("2020-03-05", 15, 59)), None);
    let quotes = chain(at("2020-03-05", 16, 0)).unwrap().quotes;
    assert_eq!(
        (quotes[0].volume, quotes[1].volume, quotes[1].strike),
        (None, Some(3), 299.5)
    );

    // Without an option that expires on the day itself the count may be that of whole days: the later day is taken.
    let plain = YAHOO
        .lines()
        .take(1)
        .chain(YAHOO.lines().skip(2))
        .collect::<Vec<_>>()
        .join("\n");
    let other = Desk::new();
    import(&other.tape, &[other.file("yahoo.csv", &plain)]).unwrap();
    assert_eq!(other.tape.quote_dates("SPY").unwrap(), [day("2020-03-06")]);

    // Said by the caller, the time is not guessed.
    let said = Desk::new();
    let options = ImportOptions {
        as_of: Some(at("2020-03-05", 11, 20)),
        ..ImportOptions::default()
    };
    import_as(&said.tape, &[said.file("yahoo.csv", YAHOO)], &options).unwrap();
    assert_eq!(
        said.tape
            .chain("SPY", at("2020-03-05", 12, 0))
            .unwrap()
            .unwrap()
            .time,
        at("2020-03-05", 11, 20)
    );

    for (from, to, told) in [
        (
            "SPY200306P00299500",
            "SPY200306C00299500",
            "contract symbol of the row's own",
        ),
        (
            "2020-03-06,0,",
            "2020-03-06,1,",
            "one day on which all rows were taken",
        ),
        (
            "2020-03-04 15:00:00",
            "2020-03-06 15:00:00",
            "after the close of 2020-03-05",
        ),
        (",-1,300.5", ",-3,300.5", "whole days to expire"),
    ] {
        let desk = Desk::new();
        let text = YAHOO.replacen(from, to, 1);
        let error = import(&desk.tape, &[desk.file("yahoo.csv", &text)])
            .unwrap_err()
            .to_string();
        assert!(error.contains(told), "{to}: {error}");
    }
}

#[test]
fn end_of_day_quotes_are_known_at_the_close_half_days_too() {
    let desk = Desk::new();
    let text = "\
,underlying,underlying_last,type,expiration,quotedate,strike,last,bid,ask,volume,openinterest,impliedvol,delta
7,SPX,3140.98,call,2019-12-20,2019-11-29,3100.0,50,49,51,1,2,0.1,0.6
";
    import(&desk.tape, &[desk.file("spx_eod.csv", text)]).unwrap();
    // The day after Thanksgiving closes at 13:00.
    assert_eq!(
        desk.tape.chain("SPX", at("2019-11-29", 12, 59)).unwrap(),
        None
    );
    let chain = desk
        .tape
        .chain("SPX", at("2019-11-29", 13, 0))
        .unwrap()
        .unwrap();
    assert_eq!(
        (chain.quotes[0].delta, chain.quotes[0].spot),
        (Some(0.6), Some(3140.98))
    );
    let closed = text.replace("2019-11-29", "2019-11-28");
    let error = import(&desk.tape, &[desk.file("spx_eod.csv", &closed)])
        .unwrap_err()
        .to_string();
    assert!(error.contains("a day with a session"), "{error}");
}

#[test]
fn tables_of_market_breadth_and_weights_become_series() {
    let desk = Desk::new();
    let head = "date,nyse_advancing_stocks,nyse_declining_stocks,nyse_advancing_volume,nyse_declining_volume,nasdaq_advancing_stocks,nasdaq_declining_stocks,nasdaq_advancing_volume,nasdaq_declining_volume";
    let issues = format!("{head}\n2020-03-05,10,20.0,,4,5,6,7,8\n2020-03-06,11,21,3,-4,5,6,7,8\n");
    let issues = desk.file("advance_decline.csv", &issues);
    let weights = desk.file(
        "IWM_sector_weights_2020-03-05.csv",
        "Sector,as_of,weight_pct,n_holdings\nReal Estate,2020-03-05,8.5,70\n",
    );
    let report = import(&desk.tape, &[issues, weights]).unwrap();
    let notes = report.files[0].notes.join("; ");
    assert!(
        notes.contains("1 cells are empty") && notes.contains("line 3 (2020-03-06): -4"),
        "{notes}"
    );
    let series = |name: &str| {
        let want = tape::Want {
            series: vec![name.to_owned()],
            ..tape::Want::default()
        };
        desk.tape.read(&want, 1).unwrap().series.remove(0)
    };
    assert_eq!(series("nyse_declining").value, [20.0, 21.0]);
    assert_eq!(series("nyse_advancing_volume").date, [day("2020-03-06")]);
    assert_eq!(series("nyse_declining_volume").value, [4.0]);
    let weight = series("IWM_weight_real_estate");
    assert_eq!(
        (weight.value[0], weight.known),
        (8.5, market::Known::NextSession)
    );
}
