//! Every way a vendor's file can be wrong, and the ways it may look odd and be right.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use market::{Dividend, Known, Time};
use proptest::prelude::*;
use tape::{
    Basis, Format, ImportOptions, ImportReport, Parsed, Progress, Sort, Tape, TapeError, parse_csv,
};

static GO: AtomicBool = AtomicBool::new(false);

fn parse(file: &str, text: impl AsRef<[u8]>) -> Result<Parsed, TapeError> {
    parse_csv(Path::new(file), text.as_ref(), None, &GO)
}

const DAILY: &str = "date,open,high,low,close,volume,adj_close,dividend\n";

/// The error of a daily file with two good rows and then this one.
fn refused(row: &str) -> String {
    let text = format!(
        "{DAILY}2020-03-05,100,101,99,100.5,1000,98,0.0\n2020-03-06,100,101,99,100.5,1000,98,0.0\n{row}\n"
    );
    parse("IWM.csv", text).unwrap_err().to_string()
}

#[test]
fn a_wrong_cell_is_named_with_line_column_found_and_expected() {
    for (row, expected) in [
        (
            "2020-03-09,x,2,1,1,1,1,0",
            "IWM.csv:4, column open: found `x`; expected a finite number",
        ),
        (
            "2020-03-09,,2,1,1,1,1,0",
            "IWM.csv:4, column open: found an empty cell; expected a finite number",
        ),
        (
            "2020-03-09,1,NaN,1,1,1,1,0",
            "IWM.csv:4, column high: found `NaN`; expected a finite number",
        ),
        (
            "2020-03-09,1,inf,1,1,1,1,0",
            "IWM.csv:4, column high: found `inf`; expected a finite number",
        ),
        (
            "2020-03-09,1,2,-1,1,1,1,0",
            "IWM.csv:4, column low: found -1; expected a price from 0.0001 to 10000000 dollars",
        ),
        (
            "2020-03-09,0,2,1,1,1,1,0",
            "IWM.csv:4, column open: found 0; expected a price from 0.0001 to 10000000 dollars",
        ),
        (
            "2020-03-09,1,2,1,1,-5,1,0",
            "IWM.csv:4, column volume: found -5; expected a volume of 0 or more",
        ),
        (
            "2020-03-09,1,2,1,1,5,1,-1",
            "IWM.csv:4, column dividend: found -1; expected an amount of 0 or more",
        ),
        (
            "2020-03-09,1,1.5,1.75,1,1,1,0",
            "IWM.csv:4, column high: found 1.5, below the low 1.75; expected a high at or above the low",
        ),
        (
            "2020-03-06,1,2,1,1,1,1,0",
            "IWM.csv:4, column date: found 2020-03-06 a second time; expected each date once",
        ),
        (
            "2020-03-04,1,2,1,1,1,1,0",
            "IWM.csv:4, column date: found 2020-03-04 after 2020-03-06; expected dates in ascending order",
        ),
        (
            "2020-3-9,1,2,1,1,1,1,0",
            "IWM.csv:4, column date: found `2020-3-9`; expected a date like 2020-03-23",
        ),
        (
            "2020-02-30,1,2,1,1,1,1,0",
            "IWM.csv:4, column date: found `2020-02-30`; expected a date like 2020-03-23",
        ),
        (
            "2020-03-07,1,2,1,1,1,1,0",
            "IWM.csv:4, column date: found 2020-03-07, when the NYSE was closed (weekend); expected a day with a session",
        ),
        (
            "2020-03-09,1,2,1",
            "IWM.csv:4: found 4 cells; expected 8, as many as the header has",
        ),
    ] {
        assert_eq!(refused(row), expected);
    }
}

#[test]
fn suspect_prints_are_taken_with_a_warning() {
    let rows = "2020-03-05,100,101,99,100.5,1,1,0\n2020-03-06,98.5,101,99,100,1,1,0\n2020-03-09,100,101,99,102,1,1,0\n";
    let parsed = parse("IWM.csv", format!("{DAILY}{rows}")).unwrap();
    assert_eq!(
        parsed.warning.as_deref(),
        Some(
            "IWM.csv: 2 suspect bars, which open or close outside their low and high; the first is 2020-03-06"
        )
    );
}

#[test]
fn control_characters_are_escaped_and_far_dates_refused() {
    let error = parse("DGS2.csv", "date,value\n2020-03-06,\u{1b}[2J\0\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "DGS2.csv:2, column value: found `\\u{1b}[2J\\u{0}`; expected a finite number"
    );
    assert!(error.help().is_some_and(|h| h.contains("import it again")));
    let header = parse("X.csv", "\0,b\n1,2\n").unwrap_err();
    assert!(!header.to_string().contains('\0'), "{header}");
    assert!(header.help().is_some_and(|h| h.contains("--columns")));
    let far = parse("DGS2.csv", "date,value\n2101-01-03,1\n").unwrap_err();
    assert!(
        far.to_string().ends_with("calendar knows, up to 2100"),
        "{far}"
    );
    // Rates are older than the exchange calendar.
    assert!(parse("DGS2.csv", "date,value\n1976-06-01,7.26\n2100-12-31,1\n").is_ok());
}

#[test]
fn names_that_hide_or_leave_the_tape_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("..csv");
    fs::write(&path, "date,close\n2020-03-06,40\n").unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    let error = import(&tape, &[path]).unwrap_err();
    assert!(matches!(error, TapeError::NameIn { .. }), "{error}");
    assert!(!folder.path().join("tape").exists());
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    let error = import(&tape, &[PathBuf::from("/dev/null")]).unwrap_err();
    assert!(error.to_string().ends_with("not a regular file"), "{error}");
}

#[test]
fn empty_files_and_missing_columns_are_refused() {
    let text = |file: &[u8]| parse("IWM.csv", file).unwrap_err().to_string();
    assert_eq!(
        text(b""),
        "IWM.csv:1: found an empty file; expected a header and rows"
    );
    assert_eq!(
        text(b"\xef\xbb\xbf\r\n"),
        "IWM.csv:1: found an empty file; expected a header and rows"
    );
    assert_eq!(
        text(DAILY.as_bytes()),
        "IWM.csv:2: found no rows below the header; expected at least one row"
    );
    assert_eq!(
        text(b"date,open,high,low,volume\n2020-03-05,1,1,1,1\n"),
        "IWM.csv is no tape data: no known format has the columns date,open,high,low,volume"
    );
    let latin = text(b"date,value\n2020-03-05,1\n2020-03-06,\xe9\n");
    assert_eq!(
        latin,
        "IWM.csv:3: found bytes that are no UTF-8 text; expected a CSV file in UTF-8"
    );
}

#[test]
fn marks_of_other_systems_change_nothing() {
    let plain = "date,close\n2020-03-05,30.5\n2020-03-06,41\n";
    let expected = parse("RVX.csv", plain).unwrap();
    let windows = format!("\u{feff}{}\r\n", plain.replace('\n', "\r\n"));
    assert_eq!(parse("RVX.csv", windows).unwrap(), expected);
    assert_eq!(parse("RVX.csv", plain.trim_end()).unwrap(), expected);
    assert_eq!(
        parse("RVX.csv", plain.replace(',', " , ")).unwrap(),
        expected
    );
}

#[test]
fn daily_bars_start_at_the_open_and_pay_what_is_not_zero() {
    let text = format!(
        "{DAILY}2020-03-06,100,101,99,100.5,1000,98,0.0\n2020-03-09,95,96,94,95.5,2000,93,0.25\n"
    );
    let parsed = parse("iwm.csv", text).unwrap();
    let (symbol, _, raw) = &parsed.contents.bars[0];
    assert_eq!(
        (parsed.format, parsed.rows, symbol.as_str()),
        (Format::DailyBars, 2, "IWM")
    );
    // 09:30 New York: 14:30Z on the Friday, 13:30Z on the Monday after the clocks changed.
    assert_eq!(
        raw.start,
        [Time(1_583_505_000_000_000), Time(1_583_760_600_000_000)]
    );
    assert_eq!(
        (
            raw.open[1],
            raw.high[1],
            raw.low[1],
            raw.close[1],
            raw.volume[1]
        ),
        (95.0, 96.0, 94.0, 95.5, 2000.0)
    );
    let paid = Dividend {
        ex_date: "2020-03-09".parse().unwrap(),
        amount_usd: 0.25,
    };
    assert_eq!(parsed.contents.dividends, [("IWM".to_owned(), vec![paid])]);
}

#[test]
fn each_format_goes_where_it_belongs() {
    let rates = parse("DGS2.csv", "date,value\n2020-03-05,-0.5\n2020-03-07,1\n").unwrap();
    assert_eq!(
        (rates.format, rates.contents.series[0].known),
        (Format::DatedValues, Known::NextSession)
    );

    let header = "date,pct_above_20dma,pct_above_50dma,pct_above_200dma\n";
    let breadth = parse("any.csv", format!("{header}2020-03-05,1,2.5,100\n")).unwrap();
    let names: Vec<_> = breadth
        .contents
        .series
        .iter()
        .map(|s| (s.name.as_str(), s.value[0]))
        .collect();
    assert_eq!(
        names,
        [
            ("breadth20", 1.0),
            ("breadth50", 2.5),
            ("breadth200", 100.0)
        ]
    );
    let error = parse("any.csv", format!("{header}2020-03-05,1,102.5,100\n")).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("column pct_above_50dma: found 102.5"),
        "{error}"
    );

    let yahoo = "Date,Adj Close,Close,High,Low,Open,Volume\n";
    let row = "2020-03-05,30,65.20999908447266,66,64,65.09500122070312";
    let bars = parse("yahoo_IWM_1d.csv", format!("{yahoo}{row},7\n")).unwrap();
    let raw = &bars.contents.bars[0].2;
    assert_eq!((raw.open[0], raw.close[0]), (65.095, 65.21));
    let index = parse("yahoo_RVX_1d.csv", format!("{yahoo}{row},0\n")).unwrap();
    assert_eq!(
        (index.contents.bars.len(), index.contents.series[0].value[0]),
        (0, 65.21)
    );
    assert_eq!(index.contents.series[0].name, "RVX");
}

fn import(tape: &Tape, paths: &[PathBuf]) -> Result<ImportReport, TapeError> {
    tape.import(paths, &ImportOptions::default(), &mut |_| {}, &GO)
}

/// A folder of vendor files with some that are none.
fn vendor() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "daily/IWM.csv",
        &format!("{DAILY}2020-03-06,100,101,99,100.5,1000,98,0.25\n"),
    );
    write(
        "daily/REPAIRS.csv",
        "symbol,date,field\nIWM,2020-03-06,open\n",
    );
    write("vol/RVX.csv", "date,close\n2020-03-06,40\n");
    write("README.md", "words\n");
    write("two_names.csv", "date,close\n2020-03-06,40\n");
    folder
}

#[test]
fn a_folder_is_walked_and_what_is_left_is_named() {
    let vendor = vendor();
    let temp = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(temp.path().join("tape")).unwrap();
    let mut seen = Vec::new();
    let report = tape
        .import(
            &[vendor.path().to_owned()],
            &ImportOptions::default(),
            &mut |p: Progress| seen.push((p.done, p.total)),
            &GO,
        )
        .unwrap();
    let names = |paths: Vec<&String>| -> Vec<String> {
        let name = |p: &&String| {
            Path::new(p)
                .file_name()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        };
        paths.iter().map(name).collect()
    };
    assert_eq!(
        names(report.files.iter().map(|f| &f.path).collect()),
        ["IWM.csv", "RVX.csv"]
    );
    let left: Vec<(String, &str)> = names(report.skipped.iter().map(|s| &s.path).collect())
        .into_iter()
        .zip(report.skipped.iter().map(|s| s.reason.as_str()))
        .collect();
    assert_eq!(
        left,
        [
            (
                "README.md".to_owned(),
                "only .csv, .zip and .parquet files are read"
            ),
            (
                "REPAIRS.csv".to_owned(),
                "no known format has the columns symbol,date,field"
            ),
            (
                "two_names.csv".to_owned(),
                "its name does not tell the symbol; import it by itself with --symbol"
            ),
        ]
    );
    assert_eq!(seen, [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]);
    let held: Vec<(Sort, Basis)> = tape
        .catalog()
        .unwrap()
        .iter()
        .map(|entry| (entry.sort, entry.splits))
        .collect();
    // Daily bars and their dividends are in today's shares, and say so.
    let expected = [
        (Sort::Bars, Basis::Applied),
        (Sort::Series, Basis::Raw),
        (Sort::Dividends, Basis::Applied),
    ];
    assert_eq!(held, expected);
}

#[test]
fn one_bad_file_keeps_all_others_off_the_tape() {
    let vendor = vendor();
    fs::write(
        vendor.path().join("vol/VIX.csv"),
        "date,close\n2020-03-06,much\n",
    )
    .unwrap();
    let temp = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(temp.path().join("tape")).unwrap();
    assert!(matches!(
        import(&tape, &[vendor.path().to_owned()]),
        Err(TapeError::Input { line: 2, .. })
    ));
    assert!(!temp.path().join("tape").exists());
}

#[test]
fn what_cannot_be_read_or_named_is_refused() {
    let vendor = vendor();
    let temp = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(temp.path().join("tape")).unwrap();
    let path = |name: &str| vec![vendor.path().join(name)];
    assert!(matches!(
        import(&tape, &path("none.csv")),
        Err(TapeError::Io { doing: "read", .. })
    ));
    assert!(matches!(
        import(&tape, &path("daily/REPAIRS.csv")),
        Err(TapeError::NotTapeData { .. })
    ));
    assert!(matches!(
        import(&tape, &path("two_names.csv")),
        Err(TapeError::Unnamed { .. })
    ));
    fs::create_dir(vendor.path().join("empty")).unwrap();
    assert!(matches!(
        import(&tape, &path("empty")),
        Err(TapeError::Nothing { .. })
    ));

    let named = ImportOptions {
        symbol: Some("vxx".to_owned()),
        ..ImportOptions::default()
    };
    let with = |paths: &[PathBuf]| tape.import(paths, &named, &mut |_| {}, &GO);
    // A folder cannot have one symbol.
    assert!(matches!(with(&path("vol")), Err(TapeError::Nothing { .. })));
    assert_eq!(
        with(&path("two_names.csv")).unwrap().merge.items[0].item,
        "series VXX"
    );
}

#[test]
fn a_raised_flag_stops_the_import_and_leaves_the_tape() {
    let vendor = vendor();
    let temp = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(temp.path().join("tape")).unwrap();
    let stop = AtomicBool::new(false);
    // Raised after the last file, before anything is written: the latest moment that matters.
    let mut raise = |p: Progress| stop.store(p.done == p.total, Ordering::Relaxed);
    let result = tape.import(
        &[vendor.path().to_owned()],
        &ImportOptions::default(),
        &mut raise,
        &stop,
    );
    assert!(matches!(result, Err(TapeError::Interrupted)));
    assert!(!temp.path().join("tape").exists());
    let midway = parse_csv(
        Path::new("RVX.csv"),
        b"date,close\n2020-03-06,40\n",
        None,
        &stop,
    );
    assert!(matches!(midway, Err(TapeError::Interrupted)));
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(
        header in prop::sample::select(vec![
            DAILY,
            "date,close\n",
            "date,value\n",
            "ex_date,amount_usd\n",
            "date,pct_above_20dma,pct_above_50dma,pct_above_200dma\n",
            "Date,Adj Close,Close,High,Low,Open,Volume\n",
            "",
        ]),
        rows in prop::collection::vec("(2020-0[1-3]-[0-3][0-9]|[ -~]{0,10})(,([0-9.e-]{0,6}|[ -~]{0,4})){0,8}", 0..8),
    ) {
        let _ = parse("x.csv", format!("{header}{}", rows.join("\n")));
    }
}

#[test]
fn rows_may_come_newest_first_and_numbers_in_groups() {
    let up = parse(
        "RVX.csv",
        "date,close\n2020-03-05,1000.5\n2020-03-06,2000\n2020-03-09,3000\n",
    );
    let down = parse(
        "RVX.csv",
        "date,close\n2020-03-09,\"3,000\"\n2020-03-06,2e3\n2020-03-05,\"1,000.5\"\n",
    );
    assert_eq!(down.unwrap(), up.unwrap());
    for (rows, expected) in [
        (
            "2020-03-09,1\n2020-03-06,1\n2020-03-10,1\n",
            "RVX.csv:4, column date: found 2020-03-10 after 2020-03-06; expected dates in descending order, as the first two rows have it",
        ),
        (
            "2020-03-09,1\n2020-03-09,1\n",
            "RVX.csv:3, column date: found 2020-03-09 a second time; expected each date once",
        ),
        (
            "2020-03-09,\"1,00\"\n",
            "RVX.csv:2, column close: found `1,00`; expected a finite number",
        ),
        (
            "03/09/2020,1\n",
            "RVX.csv:2, column date: found `03/09/2020`; expected a date like 2020-03-23; which of 03/04/2020 is the day a file does not tell, so say it with --columns and --time-format",
        ),
    ] {
        let error = parse("RVX.csv", format!("date,close\n{rows}")).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn blank_lines_index_columns_and_case_change_nothing_and_lines_are_counted() {
    let plain = parse("RVX.csv", "date,close\n2020-03-05,30\n2020-03-06,40\n").unwrap();
    for text in [
        ",Date,CLOSE\n0,2020-03-05,30\n1,2020-03-06,40\n",
        "date,close\n\n2020-03-05,30\n\r\n2020-03-06,40\n\n\n",
        "\u{feff}\"date\",\"close\"\r\n\"2020-03-05\",\"30\"\r\n\"2020-03-06\",\"40\"",
    ] {
        assert_eq!(parse("RVX.csv", text).unwrap(), plain, "{text:?}");
    }
    // Blank lines count, whatever ends them.
    for text in [
        "date,close\n2020-03-05,30\n\n\n2020-03-06,much\n",
        "date,close\r\n2020-03-05,30\r\n\r\n\r\n2020-03-06,much\r\n",
    ] {
        let error = parse("RVX.csv", text).unwrap_err();
        assert!(matches!(error, TapeError::Input { line: 5, .. }), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn what_a_folder_has_besides_files_of_data_is_named() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    let vendor = vendor();
    let at = |name: &str| vendor.path().join(name);
    fs::create_dir_all(at(".git")).unwrap();
    fs::write(at(".git/HYG.csv"), "date,close\n2020-03-06,40\n").unwrap();
    fs::write(at(".RVX.csv.swp"), "x").unwrap();
    fs::write(at("._RVX.csv"), "\0\0").unwrap();
    fs::write(at("NONE.csv"), "").unwrap();
    fs::write(
        at("MARK.csv"),
        "\u{feff}date,close\r\n2020-03-06,\"1,040\"\r\n",
    )
    .unwrap();
    symlink(at("nowhere"), at("LOST.csv")).unwrap();
    symlink(at("vol"), at("LOOP.csv")).unwrap();
    let _socket = UnixListener::bind(at("PIPE.csv")).unwrap();
    let temp = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(temp.path().join("tape")).unwrap();
    let report = import(&tape, &[vendor.path().to_owned()]).unwrap();
    let name = |path: &str| {
        let path = Path::new(path).strip_prefix(vendor.path()).unwrap();
        path.display().to_string()
    };
    let taken: Vec<String> = report.files.iter().map(|f| name(&f.path)).collect();
    assert_eq!(taken, ["MARK.csv", "daily/IWM.csv", "vol/RVX.csv"]);
    let left: Vec<(String, &str)> = report
        .skipped
        .iter()
        .map(|s| (name(&s.path), s.reason.as_str()))
        .collect();
    let expected = [
        ("._RVX.csv", "hidden files are not read"),
        (".RVX.csv.swp", "hidden files are not read"),
        (".git", "hidden files are not read"),
        ("LOOP.csv", "not a regular file"),
        ("LOST.csv", "a link that leads nowhere"),
        ("NONE.csv", "the file is empty"),
        ("PIPE.csv", "not a regular file"),
        ("README.md", "only .csv, .zip and .parquet files are read"),
        (
            "daily/REPAIRS.csv",
            "no known format has the columns symbol,date,field",
        ),
        (
            "two_names.csv",
            "its name does not tell the symbol; import it by itself with --symbol",
        ),
    ];
    let mut left: Vec<(&str, &str)> = left.iter().map(|(n, r)| (n.as_str(), *r)).collect();
    left.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(left, expected);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_named_and_nothing_is_imported() {
    use std::os::unix::fs::PermissionsExt;
    let vendor = vendor();
    let closed = vendor.path().join("vol/VIX.csv");
    fs::write(&closed, "date,close\n2020-03-06,40\n").unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&closed).is_ok() {
        // The superuser may read everything.
        return;
    }
    let temp = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(temp.path().join("tape")).unwrap();
    let error = import(&tape, &[vendor.path().to_owned()]).unwrap_err();
    assert!(error.to_string().contains("VIX.csv"), "{error}");
    assert!(!temp.path().join("tape").exists());
}
