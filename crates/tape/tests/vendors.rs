//! Every vendor's own files, real ones where they are at hand. No row of those may be committed: the figures here are the
//! few published with them.

#![allow(clippy::print_stderr)] // a skipped test has to say so

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use market::{Date, Fields, Interval, Time};
use tape::{BarWant, ImportOptions, ImportReport, Sort, Tape, TapeError, Want};

/// The folder of real files, or a word on why there is none.
fn real() -> Option<PathBuf> {
    let named = std::env::var_os("STORMPROOF_REAL_TAPE").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape");
    let folder = named.unwrap_or(beside);
    if folder.join("vendor/lean_iwm_daily.zip").is_file() {
        return Some(folder);
    }
    eprintln!(
        "skipped: no real tape; set STORMPROOF_REAL_TAPE to its folder, or put it at ../shared/tape"
    );
    None
}

fn import(tape: &Tape, paths: &[PathBuf]) -> Result<ImportReport, TapeError> {
    let options = ImportOptions::default();
    tape.import(paths, &options, &mut |_| {}, &AtomicBool::new(false))
}

fn new_tape() -> (tempfile::TempDir, Tape) {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    (folder, tape)
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Date or time, and the bar: open, high, low, close, volume.
fn bars_of(tape: &Tape, symbol: &str, interval: Interval) -> Vec<(Time, [f64; 5])> {
    let want = Want {
        bars: vec![BarWant {
            symbol: symbol.to_owned(),
            interval,
            fields: Fields::ALL,
            from: None,
            to: None,
        }],
        ..Want::default()
    };
    let snapshot = tape.read(&want, 2).unwrap();
    let bars = &snapshot.bars[0];
    (0..bars.len())
        .map(|i| {
            let bar = [
                bars.open()[i],
                bars.high()[i],
                bars.low()[i],
                bars.close()[i],
            ];
            let [open, high, low, close] = bar;
            (bars.start()[i], [open, high, low, close, bars.volume()[i]])
        })
        .collect()
}

fn closes_of(tape: &Tape, symbol: &str) -> BTreeMap<Date, f64> {
    let bars = bars_of(tape, symbol, Interval::Day).into_iter();
    bars.map(|(start, bar)| (start.exchange_date().unwrap(), bar[3]))
        .collect()
}

/// The last price of each regular session.
fn lasts_of(tape: &Tape, symbol: &str, interval: Interval) -> BTreeMap<Date, f64> {
    let bars = bars_of(tape, symbol, interval).into_iter();
    bars.map(|(start, bar)| (start.exchange_date().unwrap(), bar[3]))
        .collect()
}

/// A tape of the real daily bars and dividends, and of more files.
fn with_daily(real: &Path, files: &[&str]) -> (tempfile::TempDir, Tape, ImportReport) {
    let (folder, tape) = new_tape();
    import(&tape, &[real.join("daily"), real.join("calendar")]).unwrap();
    let paths: Vec<PathBuf> = files.iter().map(|f| real.join(f)).collect();
    let report = import(&tape, &paths).unwrap();
    (folder, tape, report)
}

#[test]
fn every_vendors_daily_bars_have_the_published_closes() {
    let Some(real) = real() else { return };
    for (file, symbol, closes) in [
        (
            "vendor/yahoo_IWM_1d.csv",
            "IWM",
            &[
                ("2018-12-24", 125.88),
                ("2020-03-23", 99.90),
                ("2021-11-08", 242.56),
                ("2022-06-16", 163.90),
            ][..],
        ),
        (
            "vendor/lean_iwm_daily.zip",
            "IWM",
            &[("2018-12-24", 125.88), ("2020-03-23", 99.90)],
        ),
        (
            "vendor/alphavantage_KRE_1d.csv",
            "KRE",
            &[("2020-03-23", 28.13)],
        ),
        ("vendor/eodhd_KRE_1d.csv", "KRE", &[("2020-03-23", 28.13)]),
    ] {
        let (_folder, tape) = new_tape();
        import(&tape, &[real.join(file)]).unwrap();
        let found = closes_of(&tape, symbol);
        for (date, close) in closes {
            // Published to the cent; Yahoo and LEAN print closes to the cent or finer.
            assert!((found[&day(date)] - close).abs() < 0.0051, "{file} {date}");
        }
    }
}

#[test]
fn the_last_prices_within_the_day_meet_the_published_closes() {
    let Some(real) = real() else { return };
    for (file, symbol, interval, date, close) in [
        (
            "intraday/SPY_5min_2018-01_2020-12_IB.csv",
            "SPY",
            5,
            "2020-03-23",
            222.95,
        ),
        (
            "intraday/KRE_1h_2020-01_2025-01_SIP.csv",
            "KRE",
            60,
            "2020-03-23",
            28.13,
        ),
        ("vendor/alpaca_KRE_1h.csv", "KRE", 60, "2020-03-23", 28.13),
        (
            "intraday/IWM_5min_2020-07_2026-07_IEX.csv",
            "IWM",
            5,
            "2021-11-08",
            242.56,
        ),
        (
            "intraday/IWM_5min_2020-07_2026-07_IEX.csv",
            "IWM",
            5,
            "2022-06-16",
            163.90,
        ),
        (
            "vendor/alpaca_iex_IWM_5m.parquet",
            "IWM",
            5,
            "2021-11-08",
            242.56,
        ),
        (
            "vendor/alpaca_iex_IWM_5m.parquet",
            "IWM",
            5,
            "2022-06-16",
            163.90,
        ),
    ] {
        let (_folder, tape, _) = with_daily(&real, &[file]);
        let last = lasts_of(&tape, symbol, Interval::Minutes(interval))[&day(date)];
        // The last print within the session is not the auction's, least of all on the wildest days: within a quarter of a
        // percent of it.
        assert!((last / close - 1.0).abs() < 0.0025, "{file} {date}");
    }
}

#[test]
fn adjusted_prices_come_back_to_the_daily_closes() {
    let Some(real) = real() else { return };
    for (file, symbol, interval, through) in [
        ("vendor/alpaca_iex_IWM_5m.parquet", "IWM", 5, "2026-03-17"),
        (
            "vendor/alphavantage_SPY_15min_extended_hours.csv",
            "SPY",
            15,
            "2022-12-16",
        ),
    ] {
        let (_folder, tape, report) = with_daily(&real, &[file]);
        let notes = report.files[0].notes.join("; ");
        assert!(
            notes.contains(&format!("up to the ex-date {through}")),
            "{notes}"
        );
        let closes = closes_of(&tape, symbol);
        let lasts = lasts_of(&tape, symbol, Interval::Minutes(interval));
        let mut off: Vec<f64> = lasts
            .iter()
            .filter_map(|(date, last)| Some((last / closes.get(date)? - 1.0).abs()))
            .collect();
        off.sort_by(f64::total_cmp);
        let (median, worst) = (off[off.len() / 2], off[off.len() - 1]);
        eprintln!(
            "{file}: {} sessions, median {median:.6}, worst {worst:.6}",
            off.len()
        );
        // As far as one venue's last print is from the auction; a dividend left in would be 0.2 % and more, for months.
        assert!(median < 5e-4, "{file}: {median}");
        assert!(off[off.len() * 99 / 100] < 2.5e-3, "{file}");
    }
}

/// The Parquet file less its dividends must be the CSV file made from it by its owner, who divided by `adj_factor`.
#[test]
fn the_adjusted_parquet_file_is_the_raw_csv_file_bar_for_bar() {
    let Some(real) = real() else { return };
    let (_a, parquet, _) = with_daily(&real, &["vendor/alpaca_iex_IWM_5m.parquet"]);
    let (_b, csv, _) = with_daily(&real, &["intraday/IWM_5min_2020-07_2026-07_IEX.csv"]);
    let five = Interval::Minutes(5);
    let raw: BTreeMap<Time, [f64; 5]> = bars_of(&csv, "IWM", five).into_iter().collect();
    let mut shared = 0;
    let mut worst: f64 = 0.0;
    for (start, bar) in bars_of(&parquet, "IWM", five) {
        if let Some(raw) = raw.get(&start) {
            shared += 1;
            worst = worst.max((bar[3] / raw[3] - 1.0).abs());
        }
    }
    eprintln!("{shared} bars in both, closes apart by {worst:.6} at most");
    assert!(shared > 110_000, "{shared}");
    // The CSV's factors and ours come from dividends of three decimals and closes: a few in a hundred thousand apart.
    assert!(worst < 2e-4, "{worst}");
}

#[test]
fn bars_apart_from_the_session_are_kept_apart() {
    let Some(real) = real() else { return };
    let (_folder, tape, _) = with_daily(
        &real,
        &[
            "vendor/alpaca_KRE_1h.csv",
            "vendor/alphavantage_SPY_15min_extended_hours.csv",
        ],
    );
    let catalog = tape.catalog().unwrap();
    let rows = |sort, symbol: &str, interval| {
        let mut its = catalog.iter().filter(|e| {
            e.sort == sort && e.name.as_deref() == Some(symbol) && e.interval == Some(interval)
        });
        its.next().map(|e| e.rows)
    };
    let (hour, quarter) = (Interval::Minutes(60), Interval::Minutes(15));
    // Every row is in one of the two.
    let kre = rows(Sort::Bars, "KRE", hour).zip(rows(Sort::Extended, "KRE", hour));
    assert_eq!(
        kre.map(|(regular, extended)| regular + extended),
        Some(15_158)
    );
    let spy = rows(Sort::Bars, "SPY", quarter).zip(rows(Sort::Extended, "SPY", quarter));
    assert_eq!(
        spy.map(|(regular, extended)| regular + extended),
        Some(31_693)
    );
    // The hour from 09:00 straddles the open: the first of the session is that of 10:00.
    for (start, _) in bars_of(&tape, "KRE", hour) {
        let clock = start.exchange().unwrap().format("%H:%M").to_string();
        assert!(("10:00".."16:00").contains(&clock.as_str()), "{start}");
    }
    // Stamps there are the ends of bars, so a session begins with the bar stamped 09:45 and its open is the day's.
    let opens: BTreeMap<Date, f64> = bars_of(&tape, "SPY", Interval::Day)
        .into_iter()
        .map(|(start, bar)| (start.exchange_date().unwrap(), bar[0]))
        .collect();
    let mut firsts = BTreeMap::new();
    for (start, bar) in bars_of(&tape, "SPY", quarter) {
        let first = firsts.entry(start.exchange_date().unwrap());
        first.or_insert((start, bar[0]));
    }
    let mut off = Vec::new();
    for (date, (start, open)) in firsts {
        assert_eq!(
            start.exchange().unwrap().format("%H:%M").to_string(),
            "09:30"
        );
        off.push((open / opens[&date] - 1.0).abs());
    }
    off.sort_by(f64::total_cmp);
    assert!(off[off.len() / 2] < 2e-4, "{}", off[off.len() / 2]);
}

#[test]
fn leans_factors_are_the_dividends_and_the_split_on_record() {
    let Some(real) = real() else { return };
    let (_folder, tape) = new_tape();
    import(&tape, &[real.join("vendor/lean_iwm_factor_file.csv")]).unwrap();
    let (_other, on_record) = new_tape();
    import(&on_record, &[real.join("calendar/IWM_dividends.csv")]).unwrap();
    let read = |tape: &Tape| {
        let want = Want {
            dividends: vec!["IWM".to_owned()],
            splits: vec!["IWM".to_owned()],
            ..Want::default()
        };
        tape.read(&want, 1).unwrap()
    };
    let lean = read(&tape);
    // Two for one on 2005-06-09: the one split there is.
    let [split] = lean.splits_of("IWM") else {
        panic!("{:?}", lean.splits);
    };
    assert_eq!((split.ex_date, split.ratio), (day("2005-06-09"), 2.0));
    let recorded: BTreeMap<Date, f64> = read(&on_record)
        .dividends_of("IWM")
        .unwrap()
        .iter()
        .map(|d| (d.ex_date, d.amount_usd))
        .collect();
    let (mut exact, mut near) = (0, 0);
    for paid in lean.dividends_of("IWM").unwrap() {
        if paid.ex_date < day("2005-01-01") {
            continue;
        }
        // On record in today's shares, in the factor file in those of its day.
        let shares = if paid.ex_date < split.ex_date {
            2.0
        } else {
            1.0
        };
        let off = (paid.amount_usd / shares - recorded[&paid.ex_date]).abs();
        exact += u32::from(off < 6e-4);
        near += u32::from((6e-4..0.0101).contains(&off));
    }
    eprintln!("dividends of IWM, 2005 to 2021: {exact} to the tenth of a cent, {near} to the cent");
    // LEAN has the amounts of 2013 to 2018 in whole cents.
    assert_eq!((exact, near), (42, 23));
}

/// How far closes are apart, as fractions, ascending, on the sessions that two tapes share.
fn apart(one: &BTreeMap<Date, f64>, two: &BTreeMap<Date, f64>) -> Vec<f64> {
    let mut off: Vec<f64> = one
        .iter()
        .filter_map(|(date, a)| Some((a / two.get(date)? - 1.0).abs()))
        .collect();
    off.sort_by(f64::total_cmp);
    off
}

#[test]
fn vendors_agree_on_the_closes_they_share() {
    let Some(real) = real() else { return };
    let (_folder, ours) = new_tape();
    import(&ours, &[real.join("daily")]).unwrap();
    // Vendor, sessions shared, how many closes are a tenth of a percent apart. The counts are those of a script that shares no code with this, and EODHD
    // sides with ours against Alpha Vantage, whose closes of the autumn of 2008 are last trades.
    for (files, symbol, sessions, many) in [
        (&["vendor/yahoo_IWM_1d.csv"][..], "IWM", 5366, 0),
        // LEAN's closes of the first years are last prints, not those of the closing auction.
        (
            &[
                "vendor/lean_iwm_factor_file.csv",
                "vendor/lean_iwm_daily.zip",
            ],
            "IWM",
            4089,
            582,
        ),
        (&["vendor/alphavantage_KRE_1d.csv"], "KRE", 3645, 27),
        (&["vendor/eodhd_KRE_1d.csv"], "KRE", 4481, 1),
    ] {
        let (_folder, tape) = new_tape();
        // Dividends of today's shares first: what is raw is converted to them, with the split of the factor file.
        let mut paths = vec![real.join(format!("calendar/{symbol}_dividends.csv"))];
        paths.extend(files.iter().map(|f| real.join(f)));
        import(&tape, &paths).unwrap();
        let off = apart(&closes_of(&tape, symbol), &closes_of(&ours, symbol));
        let far = off.iter().filter(|off| **off > 1e-3).count();
        let (median, worst) = (off[off.len() / 2], off[off.len() - 1]);
        eprintln!(
            "{}: {} closes shared, median {median:.6} apart, worst {worst:.4}; {far} over 0.1 %",
            files[files.len() - 1],
            off.len()
        );
        assert_eq!(off.len(), sessions, "{files:?}");
        assert_eq!(far, many, "{files:?}");
        // A split left in or taken out twice would be a half; a dividend, half a percent for years.
        assert!(median < 1e-5 && worst < 0.04, "{files:?}: {median} {worst}");
    }
}

#[test]
fn the_whole_folder_is_taken_in_one_call_and_again_without_a_change() {
    let Some(real) = real() else { return };
    let (folder, tape) = new_tape();
    let report = import(&tape, std::slice::from_ref(&real)).unwrap();
    let taken = |name: &str| report.files.iter().any(|f| f.path.ends_with(name));
    for folder in [
        "daily", "vol", "rates", "breadth", "intraday", "options", "calendar", "vendor",
    ] {
        for entry in std::fs::read_dir(real.join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            // Lists of defects and of names, no market data.
            let list = ["REPAIRS.csv", "HL_SUSPECTS.csv", "smallcap_symbols.csv"];
            if !list.contains(&&*name) {
                assert!(taken(&name), "{name}: {:?}", report.skipped);
            }
        }
    }
    let before = files(&folder.path().join("tape"));
    let again = import(&tape, &[real]).unwrap();
    let written: Vec<_> = again.merge.items.iter().filter(|i| i.written).collect();
    assert!(written.is_empty(), "{written:?}");
    assert_eq!(files(&folder.path().join("tape")), before);
}

fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), std::fs::read(path).unwrap());
        }
    }
    found
}
