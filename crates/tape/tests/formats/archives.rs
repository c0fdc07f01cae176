//! Zips and the files beside them.

use super::*;

fn zipped(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in entries {
        let how = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, how).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn lean_archives_hold_sessions_hours_or_minutes() {
    let bytes = zipped(&[(
        "xyz.csv",
        "20200305 00:00,1000000,1100000,900000,1005000,7\n",
    )]);
    let (format, contents) = taken("any.zip", bytes);
    assert_eq!(format, Format::LeanBars);
    let (symbol, interval, raw) = only(&contents.bars);
    assert_eq!((symbol, interval), ("XYZ", Interval::Day));
    assert_eq!(
        (raw.open[0], raw.close[0], raw.volume[0]),
        (100.0, 100.5, 7.0)
    );

    // The hour from 09:00 begins before the session.
    let hours =
        "20200305 09:00,10000,10000,10000,10000,1\n20200305 10:00,20000,20000,20000,20000,2\n";
    let (_, contents) = taken("xyz.zip", zipped(&[("xyz.csv", hours)]));
    assert_eq!(only(&contents.bars).2.start, [at("2020-03-05", 10, 0)]);
    assert_eq!(only(&contents.extended).2.start, [at("2020-03-05", 9, 0)]);

    // 34,200,000 ms are 09:30.
    let minutes = "34140000,10000,10000,10000,10000,1\n34200000,20000,20000,20000,20000,2\n";
    let bytes = zipped(&[("20200305_xyz_minute_trade.csv", minutes)]);
    let (_, contents) = taken("20200305_trade.zip", bytes);
    let (symbol, interval, raw) = only(&contents.bars);
    assert_eq!((symbol, interval), ("XYZ", Interval::Minutes(1)));
    assert_eq!(raw.start, [at("2020-03-05", 9, 30)]);
}

#[test]
fn a_wrong_archive_is_one_clear_error() {
    let whole = zipped(&[(
        "xyz.csv",
        "20200305 00:00,1000000,1100000,900000,1005000,7\n",
    )]);
    let error = refused("xyz.zip", &whole[..whole.len() - 9]);
    assert!(
        error.starts_with("xyz.zip: found ") && error.contains("fetch the file again"),
        "{error}"
    );
    assert!(refused("xyz.zip", zipped(&[("read.me", "hello")])).contains("no .csv in the archive"));
    let mixed =
        "20200305 00:00,10000,10000,10000,10000,1\n20200306 10:00,10000,10000,10000,10000,1\n";
    let error = refused("xyz.zip", zipped(&[("xyz.csv", mixed)]));
    assert!(
        error.starts_with("xyz.zip/xyz.csv:2, column time: found `20200306 10:00`"),
        "{error}"
    );
    let error = refused(
        "xyz.zip",
        zipped(&[("xyz.csv", "20200305 00:00,1,1,1,x,1\n")]),
    );
    assert!(
        error.starts_with("xyz.zip/xyz.csv:1, column close: found `x`"),
        "{error}"
    );
}

/// A folder of LEAN's minutes has quotes beside the trades.
#[test]
fn archives_of_quotes_are_left_in_a_folder_and_refused_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let minute = folder.path().join("minute/xyz");
    std::fs::create_dir_all(&minute).unwrap();
    let trades = (
        "20200305_xyz_minute_trade.csv",
        "34200000,100000,110000,90000,100000,7\n",
    );
    let quotes = (
        "20200305_xyz_minute_quote.csv",
        "34200000,1,2,1,2,3,1,2,1,2,3\n",
    );
    let put = |name: &str, entries: &[(&str, &str)]| {
        let path = minute.join(name);
        std::fs::write(&path, zipped(entries)).unwrap();
        path
    };
    put("20200305_trade.zip", &[trades]);
    let named = put("20200305_quote.zip", &[quotes]);
    let hidden = put("20200305.zip", &[quotes]);
    let both = put("both.zip", &[trades, quotes]);
    let take = |path: &Path| {
        let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
        let go = AtomicBool::new(false);
        let options = ImportOptions::default();
        tape.import(&[path.to_owned()], &options, &mut |_| {}, &go)
    };
    let report = take(&minute).unwrap();
    assert_eq!(report.files.len(), 2);
    let left: Vec<&str> = report.skipped.iter().map(|s| s.reason.as_str()).collect();
    assert!(
        left.len() == 2 && left.iter().all(|l| l.contains("only those of trades")),
        "{left:?}"
    );
    for path in [named, hidden] {
        let error = take(&path).unwrap_err().to_string();
        assert!(error.contains("only those of trades"), "{error}");
    }
    let report = take(&both).unwrap();
    let passed = "1 entries of the archive passed over";
    assert!(
        report.files[0].notes[0].contains(passed),
        "{:?}",
        report.files[0].notes
    );
}

#[test]
fn factor_files_are_told_by_their_first_line() {
    let text =
        "20190102,0.9801,0.5,1\n20190620,0.9801,0.5,100\n20190628,0.99,0.5,104\n20501231,1,1,0\n";
    let (format, contents) = taken("lean_xyz_factor_file.csv", text);
    assert_eq!(format, Format::LeanFactors);
    // 100 × (1 − 0.9801 ÷ 0.99) = 1; 104 × (1 − 0.99) = 1.04.
    let paid: Vec<f64> = contents.dividends[0]
        .1
        .iter()
        .map(|d| d.amount_usd)
        .collect();
    assert_eq!(paid, [1.0, 1.04]);
    assert_eq!(contents.splits[0].1[0].ex_date, day("2019-07-01"));
    let error = refused("XYZ.csv", text.replace("0.99,0.5", "-0.99,0.5"));
    assert!(
        error.starts_with("XYZ.csv:3: found 2019-06-28 with factors -0.99 and 0.5"),
        "{error}"
    );
}
