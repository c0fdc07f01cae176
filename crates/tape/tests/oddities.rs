//! Files that are odd in one thing: a wrong zone, a form nobody named, cells between other signs. Each has one clear word.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use market::{Interval, Time};
use table::{Column, Options, Table};
use tape::{ColumnMap, ImportOptions, ImportReport, Sort, Tape, TapeError, TimeFormat};

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

    fn take(
        &self,
        name: &str,
        bytes: impl AsRef<[u8]>,
        options: &ImportOptions,
    ) -> Result<ImportReport, TapeError> {
        let path: PathBuf = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let go = AtomicBool::new(false);
        self.tape.import(&[path], options, &mut |_| {}, &go)
    }

    /// The error of a file that leaves the tape as it was.
    fn refused(&self, name: &str, bytes: impl AsRef<[u8]>, options: &ImportOptions) -> String {
        let before = self.tape.catalog().unwrap();
        let error = self.take(name, bytes, options).unwrap_err().to_string();
        assert_eq!(self.tape.catalog().unwrap(), before);
        assert!(error.contains(name), "{error}");
        error
    }
}

fn plain() -> ImportOptions {
    ImportOptions::default()
}

fn zone(name: &str) -> ImportOptions {
    ImportOptions {
        zone: Some(name.parse().unwrap()),
        ..plain()
    }
}

fn columns(map: &str) -> ImportOptions {
    ImportOptions {
        columns: Some(ColumnMap::parse(map).unwrap()),
        ..plain()
    }
}

/// Half-hourly bars from 09:30 to 15:30 on two days, without an offset.
fn local() -> String {
    let mut text = "timestamp,open,high,low,close,volume\n".to_owned();
    for day in ["2021-03-10", "2021-03-11"] {
        for half_hour in 19..32 {
            let (h, m) = (half_hour / 2, half_hour % 2 * 30);
            writeln!(text, "{day} {h:02}:{m:02}:00,1,2,1,2,3").unwrap();
        }
    }
    text
}

#[test]
fn a_zone_in_which_sessions_are_torn_is_refused_with_the_one_that_fits() {
    let desk = Desk::new();
    let error = desk.refused("TST_30m.csv", local(), &zone("UTC"));
    for word in [
        "in the zone UTC 2 of 2 sessions",
        "say --zone America/New_York",
    ] {
        assert!(error.contains(word), "{word}: {error}");
    }
    desk.take("TST_30m.csv", local(), &zone("America/New_York"))
        .unwrap();
    // Bars that fit no zone better are taken at the caller's word: those from before the open alone.
    let early = "timestamp,open,high,low,close,volume\n2021-03-10 12:00:00,1,2,1,2,3\n2021-03-10 12:30:00,1,2,1,2,3\n";
    let report = desk.take("OTH_30m.csv", early, &zone("UTC")).unwrap();
    assert!(report.files[0].notes[0].contains("2 bars outside"));
}

#[test]
fn dates_in_a_map_are_bars_of_sessions_and_other_forms_name_the_option() {
    let text = "Day,O,H,L,C\n2021-03-10,1,2,1,2\n2021-03-11,1,2,1,2\n";
    for map in ["date", "time"] {
        let desk = Desk::new();
        let map = columns(&format!("{map}=Day,open=O,high=H,low=L,close=C"));
        desk.take("TST.csv", text, &map).unwrap();
        let entry = &desk.tape.catalog().unwrap()[0];
        assert_eq!((entry.interval, entry.rows), (Some(Interval::Day), 2));
    }
    let desk = Desk::new();
    let map = columns("date=Day,open=O,high=H,low=L,close=C");
    let error = desk.refused("TST.csv", text.replace('-', "."), &map);
    assert!(error.contains("--time-format"), "{error}");
    let said = ImportOptions {
        time_format: Some(TimeFormat::parse("%Y.%m.%d").unwrap()),
        ..map
    };
    desk.take("TST.csv", text.replace('-', "."), &said).unwrap();
}

/// A Parquet file of bars of these symbols, one row each, half an hour apart.
fn parquet(symbols: &[&str]) -> Vec<u8> {
    let open = Time::from_exchange("2021-03-10".parse().unwrap(), 9, 30).unwrap();
    let times: Vec<i64> = (0..symbols.len())
        .map(|n| open.plus_minutes(30 * n as i64).micros())
        .collect();
    let ones = || Column::number(vec![1.0; symbols.len()]);
    let table = Table::new()
        .column("timestamp", Column::time_micros(times))
        .column("symbol", Column::text(symbols.iter()))
        .column("open", ones())
        .column("high", ones())
        .column("low", ones())
        .column("close", ones())
        .column("volume", ones());
    table.to_bytes(&Options::default()).unwrap()
}

#[test]
fn a_symbol_in_two_cases_is_said_to_be_one() {
    let desk = Desk::new();
    let report = desk
        .take("all_30m.parquet", parquet(&["IWM", "IWM", "iwm"]), &plain())
        .unwrap();
    let notes = report.files[0].notes.join("\n");
    assert!(
        notes.contains("IWM is also spelled iwm: one symbol"),
        "{notes}"
    );
    assert_eq!(report.merge.items[0].rows_added, 3);
    let report = desk
        .take("all_30m.parquet", parquet(&["IWM", "IWM"]), &plain())
        .unwrap();
    assert!(!report.files[0].notes.join("\n").contains("spelled"));
}

#[test]
fn rows_of_a_symbol_in_two_cases_that_clash_are_said_to_be_so() {
    let desk = Desk::new();
    let file = |first: &str, second: &str| {
        format!(
            "start,symbol,open,high,low,close\n\
             2021-03-10T14:30:00Z,{first},1,2,1,2\n\
             2021-03-10T15:00:00Z,{first},1,2,1,2\n\
             2021-03-10T15:00:00Z,{second},1,3,1,3\n"
        )
    };
    for (first, second, word) in [
        ("abc", "ABC", "of ABC which is spelled abc too"),
        ("ABC", "abc", "of abc which is the symbol ABC too"),
    ] {
        let error = desk.refused("all_30m.csv", file(first, second), &plain());
        assert!(error.contains(":4") && error.contains(word), "{error}");
    }
    let error = desk.refused("all_30m.csv", file("ABC", "ABC"), &plain());
    assert!(!error.contains("too"), "{error}");
}

#[test]
fn bars_of_whole_sessions_are_in_no_zone() {
    let days = "Day,O,H,L,C\n2021-03-10,1,2,1,2\n2021-03-11,1,2,1,2\n";
    let map = columns("date=Day,open=O,high=H,low=L,close=C");
    let report = Desk::new().take("TST.csv", days, &map).unwrap();
    assert_eq!(report.files[0].zone, None);
    let within =
        "start,open,high,low,close\n2021-03-10T14:30:00Z,1,2,1,2\n2021-03-10T15:00:00Z,1,2,1,2\n";
    let report = Desk::new().take("TST.csv", within, &plain()).unwrap();
    let told = report.files[0].zone.as_deref();
    assert_eq!(told, Some("offset in each stamp"));
}

#[test]
fn a_file_is_no_place_for_a_new_tape() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    fs::write(&file, "date,value\n").unwrap();
    let error = Tape::open_or_new(&file).unwrap_err().to_string();
    assert!(
        error.contains("a.csv is a file, and a tape is a folder"),
        "{error}"
    );
}

#[test]
fn errors_name_the_file() {
    let desk = Desk::new();
    let error = desk.refused("all_30m.parquet", parquet(&["I/WM", "I/WM"]), &plain());
    assert!(error.contains("`I/WM` cannot name a symbol"), "{error}");
    let error = desk.refused("none.parquet", parquet(&[]), &plain());
    assert!(error.contains("no rows"), "{error}");
}

#[test]
fn cells_between_other_signs_and_text_of_16_bits_are_named_as_such() {
    let desk = Desk::new();
    let text = "date,open,high,low,close,volume\n2021-03-10,1,2,1,2,3\n";
    for (by, word) in [(";", "semicolons"), ("\t", "tabs")] {
        let other = text.replace(',', by);
        let error = desk.refused("TST.csv", &other, &plain());
        assert!(error.contains(word), "{error}");
        let map = columns("date=date,open=open,high=high,low=low,close=close");
        let error = desk.refused("TST.csv", &other, &map);
        assert!(error.contains(word), "{error}");
    }
    let wide = |mark: &[u8], letter: fn(u16) -> [u8; 2]| {
        let letters = text.encode_utf16().flat_map(letter);
        mark.iter().copied().chain(letters).collect::<Vec<u8>>()
    };
    for bytes in [
        wide(b"", u16::to_le_bytes),
        wide(b"", u16::to_be_bytes),
        wide(b"\xff\xfe", u16::to_le_bytes),
        wide(b"\xfe\xff", u16::to_be_bytes),
    ] {
        let error = desk.refused("TST.csv", bytes, &plain());
        assert!(error.contains("UTF-16"), "{error}");
    }
}

#[test]
fn a_bar_within_a_minute_is_refused() {
    let desk = Desk::new();
    let text = "timestamp,open,high,low,close,volume\n2021-03-10T14:30:00.5Z,1,2,1,2,3\n2021-03-10T15:00:00.5Z,1,2,1,2,3\n";
    let error = desk.refused("TST_30m.csv", text, &plain());
    for word in [":2", "0.5 s into a minute", "whole minutes"] {
        assert!(error.contains(word), "{word}: {error}");
    }
    assert!(
        desk.tape
            .catalog()
            .unwrap()
            .iter()
            .all(|e| e.sort != Sort::Bars)
    );
}
