//! A tape whose every quote is written here: IWM stands at 200, RVX at 20 (25 on Fridays), interest is nothing.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use lab::{Regime, Run, RunOptions, Scenario, run};
use market::{Date, calendar};
use tape::{ImportOptions, Tape};
use tempfile::TempDir;

/// One row: strike, right, bid, ask; an empty side is none.
pub(crate) type Row = (u32, &'static str, &'static str, &'static str);

pub(crate) const EXPIRY: &str = "2022-03-11";

/// What a condor of 190, 195, 205 and 210 is opened from.
pub(crate) const OPENS: [Row; 6] = [
    (190, "put", "1.15", "1.25"),
    (195, "put", "2.40", "2.50"),
    (200, "put", "4.50", "4.66"),
    (200, "call", "4.50", "4.66"),
    (205, "call", "2.50", "2.60"),
    (210, "call", "1.30", "1.40"),
];

/// What it is closed from.
pub(crate) const CLOSES: [Row; 6] = [
    (190, "put", "0.90", "1.00"),
    (195, "put", "2.00", "2.10"),
    (200, "put", "4.10", "4.30"),
    (200, "call", "4.10", "4.30"),
    (205, "call", "2.10", "2.20"),
    (210, "call", "1.00", "1.10"),
];

/// A chain with another row in the place of one.
pub(crate) fn but(rows: &[Row; 6], place: usize, row: Row) -> [Row; 6] {
    let mut rows = *rows;
    rows[place] = row;
    rows
}

/// A chain at an instant: `2022-02-07T20:55:00Z`.
pub(crate) type Chain = (&'static str, [Row; 6]);

/// Monday to Monday: decided; a call without an ask, so the entry is refused; decided again; filled, and to be closed at once; a
/// put that is crossed, so it waits; closed.
pub(crate) fn week() -> Vec<Chain> {
    vec![
        ("2022-02-07T20:55:00Z", OPENS),
        (
            "2022-02-08T20:55:00Z",
            but(&OPENS, 4, (205, "call", "2.50", "")),
        ),
        ("2022-02-09T20:55:00Z", OPENS),
        // After the close, which nobody may see; and within the next session, which its last chain replaces.
        ("2022-02-09T21:30:00Z", CLOSES),
        ("2022-02-10T15:00:00Z", CLOSES),
        ("2022-02-10T20:55:00Z", OPENS),
        (
            "2022-02-11T20:55:00Z",
            but(&OPENS, 1, (195, "put", "2.50", "2.40")),
        ),
        ("2022-02-14T20:55:00Z", CLOSES),
    ]
}

fn sessions() -> impl Iterator<Item = Date> {
    let first = Date::from_ymd_opt(2021, 11, 1).unwrap();
    let days = first.iter_days().take(150);
    days.filter(|day| calendar::is_session(*day))
}

fn write(folder: &Path, name: &str, head: &str, lines: impl Iterator<Item = String>) {
    let mut text = format!("{head}\n");
    lines.for_each(|line| writeln!(text, "{line}").unwrap());
    fs::write(folder.join(name), text).unwrap();
}

pub(crate) struct Made {
    pub(crate) tape: Tape,
    _folder: TempDir,
}

/// A tape with these chains.
pub(crate) fn tape(chains: &[Chain]) -> Made {
    tape_closing(chains, |_| 200)
}

/// The same with closes of its own.
pub(crate) fn tape_closing(chains: &[Chain], close: fn(&str) -> u32) -> Made {
    use chrono::Datelike as _;
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("files");
    fs::create_dir(&files).unwrap();
    write(
        &files,
        "IWM.csv",
        "date,open,high,low,close,volume",
        sessions().map(|day| {
            let close = close(&day.to_string());
            format!("{day},200,201,{},{close},1000000", close.min(199))
        }),
    );
    let index = |day: Date| {
        if day.weekday() == chrono::Weekday::Fri {
            25
        } else {
            20
        }
    };
    write(
        &files,
        "RVX.csv",
        "date,open,high,low,close",
        sessions().map(|day| format!("{day},{0},{0},{0},{0}", index(day))),
    );
    write(
        &files,
        "DGS3MO.csv",
        "date,value",
        sessions().map(|day| format!("{day},0")),
    );
    let rows = chains.iter().flat_map(|(at, rows)| {
        rows.map(|(strike, right, bid, ask)| {
            format!("{at},IWM,200,200,{EXPIRY},{right},{strike},{bid},{ask},,,,,")
        })
    });
    if !chains.is_empty() {
        write(
            &files,
            "IWM_chain.csv",
            "snapshot_utc,underlying,spot_quoted,spot_parity,expiration,type,strike,bid,ask,last,volume,open_interest,iv_vendor,last_trade_utc",
            rows,
        );
    }
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    let never = AtomicBool::new(false);
    let options = ImportOptions::default();
    tape.import(&[files], &options, &mut |_| {}, &never)
        .unwrap();
    Made {
        tape,
        _folder: folder,
    }
}

/// Sells at the bid and buys at the ask.
pub(crate) const PLAN: &str = r#"
name = "by-hand"
strategy = "iron-condor"
hypothesis = "Quotes are met as they are."
regimes = ["week"]

[instrument]
symbol = "IWM"
interval = "1d"

[account]
equity_usd = 100_000

[risk]
risk_per_trade = 0.02
atr_sessions = 14

[entry]
max_iv_rank = 50
iv_tenor_days = 30
rank_sessions = 10

[structure]
kind = "iron-condor"
days_to_expiry = 30
delta = 0.30
wing_width_usd = 5.0

[exit]
days_to_expiry = 29

# Two that always hold: a checklist has three lines.
[filters.low]
series = "DGS3MO"
max_level = 50.0

[filters.high]
series = "DGS3MO"
min_level = -50.0

[options]
index = "RVX"
term = false
quotes = "mixed"

[option_costs]
spread_crossed = 1.0
commission_per_contract_usd = 0.65

[verdict]
max_drawdown = 0.05
min_trades = 1
"#;

pub(crate) fn plan(quotes: &str) -> Scenario {
    let text = PLAN.replace("quotes = \"mixed\"", &format!("quotes = \"{quotes}\""));
    Scenario::parse("by-hand.toml", &text, &[]).unwrap()
}

pub(crate) fn regimes() -> Vec<Regime> {
    let date = |text: &str| text.parse().unwrap();
    vec![Regime::named(
        "week",
        date("2022-02-07"),
        date("2022-02-14"),
    )]
}

pub(crate) fn ran(scenario: &Scenario, tape: &Tape) -> Run {
    let stop = AtomicBool::new(false);
    let options = RunOptions {
        threads: 1,
        stop: &stop,
    };
    run(scenario, &regimes(), tape, options).unwrap()
}
