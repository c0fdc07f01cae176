//! A folder of results read again is the run that wrote it; what is no such folder is refused.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use lab::record::Record;
use lab::{Regime, Run, RunOptions, Scenario};
use market::{Fields, Interval};
use report::RecordError;
use tape::{BarWant, Tape, Want};

const MEAN_REVERSION: &str = include_str!("../scenarios/mean-reversion.toml");

fn ran(plan: &str, set: &[&str]) -> Run {
    let set: Vec<lab::Override> = set.iter().map(|one| one.parse().unwrap()).collect();
    let scenario = Scenario::parse("plan.toml", plan, &set).unwrap();
    let tape = Tape::embedded();
    let mut regimes = vec![
        Regime::named("a", date("2018-10-01"), date("2018-12-31")),
        Regime::named("b", date("2020-02-19"), date("2020-06-08")),
    ];
    // Bars within the session are on the embedded tape in the storms only.
    if scenario.instrument.interval == Interval::Day {
        regimes.push(lab::history([&scenario], &regimes, &tape).unwrap());
    }
    let stop = AtomicBool::new(false);
    let options = RunOptions {
        threads: 1,
        stop: &stop,
    };
    lab::run(&scenario, &regimes, &tape, options).unwrap()
}

fn date(text: &str) -> market::Date {
    text.parse().unwrap()
}

fn written(run: &Run, folder: &Path) {
    report::write_results(folder, run, &AtomicBool::new(false)).unwrap();
}

#[test]
fn what_is_read_is_what_was_written() {
    for (plan, set) in [
        (MEAN_REVERSION, &["fills.intrabar=\"finer\""][..]),
        (include_str!("../scenarios/gap-momentum.toml"), &[]),
        (include_str!("../scenarios/mean-reversion-rules.toml"), &[]),
        (include_str!("../scenarios/iron-condor.toml"), &[]),
    ] {
        let run = ran(plan, set);
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("results");
        written(&run, &folder);
        let record = Record::of(&run).unwrap();
        let trades: usize = record.regimes.iter().map(|r| r.trades.len()).sum();
        assert!(trades > 0, "{}", run.scenario.name);
        assert_eq!(report::read_results(&folder).unwrap(), record);
    }
}

/// By another route: the tape's closes and dividends, the split-free embedded tape's own dollars.
#[test]
fn holding_is_shares_and_their_dividends() {
    let run = ran(MEAN_REVERSION, &[]);
    let want = Want {
        bars: vec![BarWant {
            symbol: "IWM".to_owned(),
            interval: Interval::Day,
            fields: Fields::ALL,
            from: None,
            to: None,
        }],
        dividends: vec!["IWM".to_owned()],
        ..Want::default()
    };
    let snapshot = Tape::embedded().read(&want, 1).unwrap();
    let bars = &snapshot.bars[0];
    let dates: Vec<market::Date> = bars
        .end()
        .iter()
        .map(|end| end.exchange_date().unwrap())
        .collect();
    let dividends = snapshot.dividends_of("IWM").unwrap();
    let mut paid_days = 0;
    for regime in run
        .regimes
        .iter()
        .filter(|r| r.regime.name != Regime::HISTORY)
    {
        let first = dates.binary_search(&regime.sessions[0].date).unwrap();
        let shares = 100_000.0 / bars.close()[first - 1];
        for (n, session) in regime.sessions.iter().enumerate() {
            let row = first + n;
            let in_window =
                |d: &&market::Dividend| d.ex_date > dates[first - 1] && d.ex_date <= session.date;
            let paid: f64 = dividends
                .iter()
                .filter(in_window)
                .map(|d| d.amount_usd)
                .sum();
            paid_days += usize::from(paid > 0.0);
            let expected = shares * (bars.close()[row] + paid);
            assert!(
                (session.holding_usd.unwrap() - expected).abs() < 1e-6,
                "{session:?}"
            );
            assert_eq!(
                (session.open, session.high, session.low, session.close),
                (
                    bars.open()[row],
                    bars.high()[row],
                    bars.low()[row],
                    bars.close()[row]
                )
            );
        }
        let closes: Vec<_> = regime.equity.iter().map(|point| point.date).collect();
        let sessions: Vec<_> = regime.sessions.iter().map(|one| one.date).collect();
        assert_eq!(closes, sessions);
    }
    assert!(paid_days > 0);
}

/// Of bars within the session a session's prices are the first, the highest, the lowest, the last.
#[test]
fn sessions_of_finer_bars_are_the_daily_ones() {
    let daily = ran(MEAN_REVERSION, &[]);
    let finer = ran(include_str!("../scenarios/gap-momentum.toml"), &[]);
    assert_eq!(
        daily.regimes[0].sessions.len(),
        finer.regimes[0].sessions.len()
    );
    for (a, b) in daily.regimes[0]
        .sessions
        .iter()
        .zip(&finer.regimes[0].sessions)
    {
        assert_eq!(
            (a.date, a.open, a.high, a.low, a.close),
            (b.date, b.open, b.high, b.low, b.close)
        );
    }
}

/// Results in which `spoil` changed something, and what reading them says.
fn refused(spoil: impl FnOnce(&Path)) -> (RecordError, String) {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("results");
    written(&ran(MEAN_REVERSION, &[]), &folder);
    spoil(&folder);
    let error = report::read_results(&folder).unwrap_err();
    let said = error.to_string();
    (error, said)
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn another_versions_document_says_whose_it_is() {
    let (error, said) = refused(|folder| {
        edit(&folder.join("run.json"), "\"schema\": 1", "\"schema\": 7");
    });
    assert!(
        matches!(error, RecordError::OtherVersion { found: 7, .. }),
        "{said}"
    );
    let (error, said) = refused(|folder| {
        edit(&folder.join("run.json"), "\"standing\"", "\"stood\"");
    });
    assert!(matches!(error, RecordError::OtherKeys { .. }), "{said}");
    assert!(said.contains("standing") && said.contains("line"), "{said}");
}

#[test]
fn what_is_missing_or_damaged_is_named() {
    let (error, said) = refused(|folder| fs::remove_file(folder.join("run.json")).unwrap());
    assert!(matches!(error, RecordError::NoResults { .. }), "{said}");
    let (error, said) = refused(|folder| fs::remove_file(folder.join("sessions.parquet")).unwrap());
    assert!(matches!(error, RecordError::Missing(_)), "{said}");
    let (error, said) = refused(|folder| {
        let path = folder.join("equity.parquet");
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    });
    assert!(matches!(error, RecordError::Table(_)), "{said}");
    assert!(said.contains("equity.parquet"), "{said}");
    let (error, said) = refused(|folder| fs::write(folder.join("run.json"), "{").unwrap());
    assert!(matches!(error, RecordError::Damaged { .. }), "{said}");
}

/// As many rows, of another plan or tape: the file itself says whose it is. The same plan's, edited: the sums say it.
#[test]
fn files_of_another_run_are_known_by_what_they_say_and_come_to() {
    let (error, said) = refused(|folder| {
        let root = tempfile::tempdir().unwrap();
        let theirs = root.path().join("results");
        let mut other = ran(MEAN_REVERSION, &[]);
        other.tape.fingerprint = "another".to_owned();
        written(&other, &theirs);
        fs::copy(
            theirs.join("sessions.parquet"),
            folder.join("sessions.parquet"),
        )
        .unwrap();
    });
    assert!(matches!(error, RecordError::OtherRun { .. }), "{said}");
    assert!(
        said.contains("sessions.parquet") && said.contains("`another`"),
        "{said}"
    );
    for key in ["end_equity_usd", "net_pnl_usd", "net_return"] {
        let (error, said) = refused(|folder| {
            let path = folder.join("run.json");
            let text = fs::read_to_string(&path).unwrap();
            let at = text.find(&format!("\"{key}\": ")).unwrap() + key.len() + 4;
            fs::write(
                &path,
                format!("{}9{}", &text[..at], text[at..].trim_start_matches('-')),
            )
            .unwrap();
        });
        assert!(
            matches!(error, RecordError::Disagrees { .. }),
            "{key}: {said}"
        );
        assert!(said.contains(key), "{said}");
    }
    let mut spoilt = ran(MEAN_REVERSION, &[]);
    spoilt.regimes[0].ledger.trades[0].pnl_usd += 1_000.0;
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("results");
    written(&spoilt, &folder);
    let error = report::read_results(&folder).unwrap_err();
    assert!(
        matches!(
            error,
            RecordError::Disagrees {
                figure: "net_pnl_usd",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn files_of_two_runs_do_not_mix() {
    let other = ran(MEAN_REVERSION, &["exit.target_atr=0.5"]);
    let (error, said) = refused(|folder| {
        let root = tempfile::tempdir().unwrap();
        let theirs = root.path().join("results");
        written(&other, &theirs);
        fs::copy(theirs.join("trades.parquet"), folder.join("trades.parquet")).unwrap();
    });
    let mixed = matches!(
        error,
        RecordError::Mixed { .. } | RecordError::Disagrees { .. }
    );
    assert!(mixed, "{said}");
    let (error, said) = refused(|folder| {
        edit(
            &folder.join("run.json"),
            "\"name\": \"a\"",
            "\"name\": \"c\"",
        );
    });
    assert!(matches!(error, RecordError::Cell { .. }), "{said}");
    assert!(said.contains("row 1") && said.contains("`a`"), "{said}");
}
