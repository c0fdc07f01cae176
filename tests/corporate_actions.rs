//! Made-up files of three vendors that tell one story, imported and replayed through its ex-date and its split.
//!
//! The story, in the shares of each day: a fund at 100 $ pays 2 $ (ex-date Wednesday 2020-06-03, when it opens at 98 $),
//! splits two for one on Thursday (49 $) and opens at 50 $ on Friday. Nothing else moves.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use engine::{
    Account, Costs, Desk, Feed, Ledger, Order, OrderKind, Pace, Strategy, View, Window, replay,
};
use market::{ExitReason, Fields, Interval, Side, Snapshot};
use tape::{BarWant, ImportOptions, ImportReport, Tape, Want};

const ALPHA_VANTAGE: &str = "\
timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient
2020-06-05,50,50,50,50,50,400,0.0000,1.0
2020-06-04,49,49,49,49,49,400,0.0000,2.0
2020-06-03,98,98,98,98,49,200,2.0000,1.0
2020-06-02,100,100,100,100,49,200,0.0000,1.0
2020-06-01,100,100,100,100,49,200,0.0000,1.0
";

/// Splits are in Yahoo's prices, volumes and dividends already.
const YAHOO: &str = "\
Date,Open,High,Low,Close,Adj Close,Volume,Dividends,Stock Splits
2020-06-01,50,50,50,50,49,400,0.0,0.0
2020-06-02,50,50,50,50,49,400,0.0,0.0
2020-06-03,49,49,49,49,49,400,1.0,0.0
2020-06-04,49,49,49,49,49,400,0.0,2.0
2020-06-05,50,50,50,50,50,400,0.0,0.0
";

const LEAN_BARS: &str = "\
20200601 00:00,1000000,1000000,1000000,1000000,200
20200602 00:00,1000000,1000000,1000000,1000000,200
20200603 00:00,980000,980000,980000,980000,200
20200604 00:00,490000,490000,490000,490000,400
20200605 00:00,500000,500000,500000,500000,400
";

/// 1 - 2 ÷ 100 = 0.98 before the dividend; half before the split.
const LEAN_FACTORS: &str = "\
20200601,0.98,0.5,1
20200602,0.98,0.5,100
20200603,1,0.5,98
20501231,1,1,0
";

struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Files {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
        write("alphavantage_XYZ_1d.csv", ALPHA_VANTAGE.as_bytes());
        write("yahoo_XYZ_1d.csv", YAHOO.as_bytes());
        write("lean_xyz_factor_file.csv", LEAN_FACTORS.as_bytes());
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let how = zip::write::SimpleFileOptions::default();
        zip.start_file("xyz.csv", how).unwrap();
        zip.write_all(LEAN_BARS.as_bytes()).unwrap();
        write("xyz.zip", zip.finish().unwrap().get_ref());
        Files { folder }
    }

    fn tape(&self, names: &[&str]) -> (Snapshot, ImportReport) {
        let paths: Vec<PathBuf> = names.iter().map(|n| self.folder.path().join(n)).collect();
        let tape = Tape::open_or_new(self.folder.path().join(names.concat() + ".tape")).unwrap();
        let go = AtomicBool::new(false);
        let report = tape
            .import(&paths, &ImportOptions::default(), &mut |_| {}, &go)
            .unwrap();
        let want = Want {
            bars: vec![BarWant {
                symbol: "XYZ".to_owned(),
                interval: Interval::Day,
                fields: Fields::ALL,
                from: None,
                to: None,
            }],
            dividends: vec!["XYZ".to_owned()],
            splits: vec!["XYZ".to_owned()],
            ..Want::default()
        };
        (tape.read(&want, 1).unwrap(), report)
    }
}

/// In at Tuesday's open, out at Friday's.
struct Holds(Side, u64);

impl Strategy for Holds {
    fn decide(&mut self, view: &View<'_>, desk: &mut Desk) {
        match view.slot() {
            0 => {
                desk.submit(Order::entry(0, self.0, self.1, OrderKind::Market));
            }
            3 => {
                desk.submit(Order::exit(0, ExitReason::Signal));
            }
            _ => {}
        }
    }

    fn next_wake(&self, _: &View<'_>, from: usize) -> Option<usize> {
        [0, 3].into_iter().find(|&slot| slot >= from)
    }
}

fn held(snapshot: &Snapshot, side: Side, quantity: u64) -> Ledger {
    let feed = Feed::new(&[&snapshot.bars[0]], &snapshot.sessions).unwrap();
    let dividends = snapshot.dividends_of("XYZ").unwrap_or_default();
    let feed = feed.with_actions(0, dividends, snapshot.splits_of("XYZ"));
    let account = Account {
        costs: Costs::NONE,
        ..Account::default()
    };
    let window = Window::whole(&feed).unwrap();
    replay(
        &feed,
        &account,
        window,
        &mut Holds(side, quantity),
        Pace::Visit,
    )
}

/// Whether equity is what it was at the start on every session marked before the last. A session on which neither cash
/// nor equity moved has no mark of its own.
fn even_before_the_last(ledger: &Ledger) -> bool {
    let marks: Vec<f64> = ledger.marks.iter().map(|m| m.equity_usd).collect();
    let (_, before) = marks.split_last().unwrap();
    before.len() >= 2 && before.iter().all(|usd| (usd - 100_000.0).abs() < 1e-9)
}

/// Each vendor's files, and the shares that 1,000 $ buy on Tuesday as that vendor counts them.
const VENDORS: [(&[&str], u64); 3] = [
    (&["alphavantage_XYZ_1d.csv"], 10),
    (&["yahoo_XYZ_1d.csv"], 20),
    (&["lean_xyz_factor_file.csv", "xyz.zip"], 10),
];

#[test]
fn equity_is_continuous_through_an_ex_date_and_a_split_and_shorts_pay() {
    let files = Files::new();
    for (names, quantity) in VENDORS {
        let (snapshot, _) = files.tape(names);
        for (side, sign) in [(Side::Buy, 1.0), (Side::Sell, -1.0)] {
            let ledger = held(&snapshot, side, quantity);
            let [trade] = ledger.trades.as_slice() else {
                panic!("{names:?}: {:?}", ledger.trades);
            };
            // 1,000 $ in shares of Tuesday: 2 % of it is paid, to the holder or by the short.
            assert!(
                (trade.dividends_usd - sign * 20.0).abs() < 1e-9,
                "{names:?}"
            );
            // Tuesday to Thursday nothing is won or lost: 10 × 98 + 20 = 20 × 49 + 20 = 1,000.
            assert!(
                even_before_the_last(&ledger),
                "{names:?} {side:?}: {:?}",
                ledger.marks
            );
            // Friday: 20 shares a dollar dearer.
            assert!((trade.pnl_usd - sign * 20.0).abs() < 1e-9, "{names:?}");
            assert!((ledger.end_equity_usd - 100_000.0 - sign * 20.0).abs() < 1e-9);
        }
    }
}

#[test]
fn every_vendor_first_the_others_agree() {
    let files = Files::new();
    let one = ["alphavantage_XYZ_1d.csv", "yahoo_XYZ_1d.csv"];
    let other = ["yahoo_XYZ_1d.csv", "alphavantage_XYZ_1d.csv"];
    let lean = ["yahoo_XYZ_1d.csv", "lean_xyz_factor_file.csv", "xyz.zip"];
    for names in [&one[..], &other, &lean] {
        let (snapshot, report) = files.tape(names);
        for item in &report.merge.items {
            assert!(item.disagreements.is_empty(), "{names:?}: {item:?}");
        }
        let ledger = held(&snapshot, Side::Sell, 10);
        assert_eq!(ledger.trades.len(), 1, "{names:?}");
        assert!(
            even_before_the_last(&ledger),
            "{names:?}: {:?}",
            ledger.marks
        );
    }
}

/// Raw bars on a tape of today's shares: nobody told of the split, but the closes they share cannot be explained else.
#[test]
fn a_split_that_nobody_told_is_refused_where_it_shows() {
    let files = Files::new();
    let path = |name: &str| files.folder.path().join(name);
    fs::write(path("plain_XYZ.csv"), YAHOO_WITHOUT_SPLITS).unwrap();
    let tape = Tape::open_or_new(path("untold")).unwrap();
    let go = AtomicBool::new(false);
    let import = |name: &str, symbol: Option<&str>| {
        let options = ImportOptions {
            symbol: symbol.map(str::to_owned),
            ..ImportOptions::default()
        };
        tape.import(&[path(name)], &options, &mut |_| {}, &go)
    };
    import("plain_XYZ.csv", Some("XYZ")).unwrap();
    let before = bytes(&path("untold"));
    let error = import("xyz.zip", None).unwrap_err().to_string();
    assert!(
        error.contains("xyz.csv:1, column close") && error.contains("the split that explains"),
        "{error}"
    );
    assert_eq!(bytes(&path("untold")), before);
}

const YAHOO_WITHOUT_SPLITS: &str = "\
Date,Open,High,Low,Close,Adj Close,Volume
2020-06-01,50,50,50,50,49,400
2020-06-02,50,50,50,50,49,400
";

fn bytes(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(bytes(&path));
        } else {
            all.push((path.clone(), fs::read(path).unwrap()));
        }
    }
    all.sort();
    all
}
