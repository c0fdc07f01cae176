//! SPY as it was quoted on three days of February 2026: each fill recomputed from the rows of the file.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use engine::OptionCosts;
use lab::{LegFill, Regime, Run, RunOptions, Scenario, run};
use market::FillRule;
use tape::{ImportOptions, Tape};

use crate::made::PLAN;

const FILES: [&str; 7] = [
    "daily/SPY.csv",
    "vol/VIX.csv",
    "rates/DGS3MO.csv",
    "calendar/SPY_dividends.csv",
    "options/SPY_chain_2026-02-11_1620Z.csv",
    "options/SPY_chain_2026-02-12_1510Z.csv",
    "options/SPY_chain_2026-02-13_1551Z.csv",
];

/// The folder of real files, or a word on why there is none.
fn real() -> Option<PathBuf> {
    let named = std::env::var_os("STORMPROOF_REAL_TAPE").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape");
    let folder = named.unwrap_or(beside);
    if FILES.iter().all(|name| folder.join(name).is_file()) {
        return Some(folder);
    }
    eprintln!(
        "skipped: no real tape; set STORMPROOF_REAL_TAPE to its folder, or put it at ../shared/tape"
    );
    None
}

/// Bid and ask of an option in the file of a day, read as text.
fn sides(folder: &Path, day: &str, fill: &LegFill) -> (f64, f64) {
    let name = FILES.iter().find(|name| name.contains(day)).unwrap();
    let text = fs::read_to_string(folder.join(name)).unwrap();
    let contract = fill.contract.unwrap();
    let key = [
        contract.expiry.to_string(),
        contract.right.to_string(),
        format!("{:.1}", contract.strike),
    ];
    let mut rows = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let row = rows.find(|cells| cells[4..7] == key).unwrap();
    (row[7].parse().unwrap(), row[8].parse().unwrap())
}

fn plan(quotes: &str) -> Scenario {
    let text = PLAN
        .replace("symbol = \"IWM\"", "symbol = \"SPY\"")
        .replace(
            "rank_sessions = 10",
            "rank_sessions = 60\niv_index = \"VIX\"",
        )
        .replace("max_iv_rank = 50", "max_iv_rank = 99")
        .replace("delta = 0.30", "delta = 0.16")
        .replace("index = \"RVX\"", "index = \"VIX\"")
        .replace("quotes = \"mixed\"", &format!("quotes = \"{quotes}\""))
        .replace("spread_crossed = 1.0", "spread_crossed = 0.5");
    Scenario::parse("spy.toml", &text, &[]).unwrap()
}

fn ran(tape: &Tape, quotes: &str) -> Run {
    let date = |text: &str| text.parse().unwrap();
    let days = [Regime::named(
        "february",
        date("2026-02-11"),
        date("2026-02-13"),
    )];
    let stop = AtomicBool::new(false);
    let options = RunOptions {
        threads: 1,
        stop: &stop,
    };
    run(&plan(quotes), &days, tape, options).unwrap()
}

#[test]
fn a_condor_on_spy_is_opened_and_closed_at_the_quotes_of_the_files() {
    let Some(folder) = real() else { return };
    let place = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(place.path().join("tape")).unwrap();
    let never = AtomicBool::new(false);
    let files = FILES.map(|name| folder.join(name));
    let options = ImportOptions::default();
    tape.import(&files, &options, &mut |_| {}, &never).unwrap();

    let run = ran(&tape, "quoted");
    let ledger = &run.regimes[0].ledger;
    // Decided on the 11th, opened on the 12th, to be closed at once (29 days are left), closed on the 13th.
    let opened = ledger.leg_fills[..4].iter();
    let closed = ledger.leg_fills[4..].iter();
    assert_eq!(ledger.leg_fills.len(), 8);
    let costs = OptionCosts {
        spread_crossed: 0.5,
        ..OptionCosts::default()
    };
    assert_eq!(costs.leg_relief, 0.25);
    // Of four legs each pays 0.5^(1 + 0.25 × 3) of the way from mid to the far side.
    let crossed = 0.5_f64.powf(1.75);
    let mut cash_usd = 0.0;
    for (fill, day) in opened
        .map(|f| (f, "2026-02-12"))
        .chain(closed.map(|f| (f, "2026-02-13")))
    {
        assert_eq!(fill.time.exchange_date().unwrap().to_string(), day);
        assert_eq!(fill.rule, FillRule::Quote);
        let (bid, ask) = sides(&folder, day, fill);
        let (mid, half) = (f64::midpoint(bid, ask), (ask - bid) / 2.0);
        let price = mid + half * crossed * fill.shares.signum();
        assert!((fill.price - price).abs() < 1e-9, "{fill:?}: {bid} {ask}");
        cash_usd -= price * fill.shares + fill.shares.abs() / 100.0 * 0.65;
    }
    let trade = &ledger.trades[0];
    assert!(
        (trade.pnl_usd - cash_usd).abs() < 1e-6,
        "{} {cash_usd}",
        trade.pnl_usd
    );
    let told = run.regimes[0].options.as_ref().unwrap();
    assert_eq!(
        (told.quoted_fills, told.model_fills, told.model_marks),
        (8, 0, 0)
    );
    assert_eq!(told.chains.unwrap().quoted_closes, 3);
    assert!(run.tape.quoted && !run.tape.model);

    // With a model elsewhere, the same; the whole history beside it is the model's, and the run says so.
    let mixed = ran(&tape, "mixed");
    assert_eq!(mixed.regimes[0].ledger.leg_fills, ledger.leg_fills);
    assert!(mixed.tape.quoted && mixed.tape.model);
    // The model alone prices the same plan otherwise.
    let model = ran(&tape, "model");
    let fills = &model.regimes[0].ledger.leg_fills;
    assert!(fills.iter().all(|fill| fill.rule == FillRule::Model));
    assert_ne!(*fills, ledger.leg_fills);
}
