//! Closes of universes: panels of symbols, adjusted and raw.

use super::*;

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
fn closes_are_adjusted_by_the_files_name_not_by_its_folders() {
    let desk = Desk::new();
    let folder = tempfile::Builder::new().prefix("Adj").tempdir().unwrap();
    let file = folder.path().join("small_panel.csv");
    std::fs::write(&file, PANEL).unwrap();
    let report = import(&desk.tape, &[file]).unwrap();
    let notes = report.files[0].notes.join(" ");
    assert!(
        notes.contains("raw") && !notes.contains("adjusted"),
        "{notes}"
    );
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
