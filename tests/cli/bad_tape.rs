//! Tapes that must not be used: named by file, and by symbol, time and value where a row is wrong.

use std::fs;
use std::path::{Path, PathBuf};

use table::{Column, Options, Table};

use crate::support::*;

/// Columns of the simulated IWM bars, free to be broken.
struct Bars {
    path: PathBuf,
    start: Vec<i64>,
    prices: [Vec<f64>; 5],
}

const NAMES: [&str; 5] = ["open", "high", "low", "close", "volume"];

impl Bars {
    fn of(tape: &Path) -> Self {
        let path = tape.join("bars/interval=1d/symbol=IWM/bars.parquet");
        let reader = table::Reader::open(&path).unwrap();
        Self {
            start: times(&reader, "start"),
            prices: NAMES.map(|name| numbers(&reader, name)),
            path,
        }
    }

    fn table(&self) -> Table<'_> {
        let table = Table::new()
            .fact("origin", "simulated")
            .fact("seed", "2018")
            .column("start", Column::time_micros(&self.start));
        let columns = NAMES.iter().zip(&self.prices);
        columns.fold(table, |table, (name, values)| {
            table.column(name, Column::number(values))
        })
    }

    fn write(&self) {
        self.table()
            .write_atomic(&self.path, &Options::default())
            .unwrap();
    }
}

/// Breaks the IWM bars of a fresh tape and demands a refusal in these words.
fn broken(breaking: impl Fn(&mut Bars), words: &[&str]) {
    let here = folder();
    let tape = synth(here.path());
    let mut bars = Bars::of(&tape);
    bars.write();
    says(here.path(), &["run", "mean-reversion", "--tape", "tape"]);
    breaking(&mut bars);
    bars.write();
    let args = [
        "run",
        "mean-reversion",
        "--tape",
        "tape",
        "--out",
        "results",
    ];
    let message = refuses(here.path(), &args, words);
    assert!(
        message.contains("symbol=IWM") || message.contains("IWM"),
        "{message}"
    );
    assert_eq!(names(here.path()), ["tape"], "no results of a broken tape");
}

// Row 600 is in the autumn of 2018, inside what the plan reads.
const ROW: usize = 600;

#[test]
fn a_value_that_is_no_number() {
    broken(|bars| bars.prices[3][ROW] = f64::NAN, &["NaN", "close"]);
    broken(|bars| bars.prices[1][ROW] = f64::INFINITY, &["inf", "high"]);
}

#[test]
fn a_price_that_is_not_positive() {
    broken(|bars| bars.prices[2][ROW] = -1.5, &["-1.5", "low"]);
    broken(|bars| bars.prices[0][ROW] = 0.0, &["open"]);
}

#[test]
fn a_high_below_the_low() {
    broken(
        |bars| bars.prices[1][ROW] = bars.prices[2][ROW] - 1.0,
        &["high"],
    );
}

#[test]
fn times_out_of_order() {
    broken(|bars| bars.start.swap(ROW, ROW + 1), &["2018"]);
    broken(|bars| bars.start[ROW] = bars.start[ROW - 1], &["2018"]);
}

#[test]
fn a_session_missing_inside_a_window() {
    let drop_row = |bars: &mut Bars| {
        bars.start.remove(ROW);
        bars.prices
            .iter_mut()
            .for_each(|column| _ = column.remove(ROW));
    };
    broken(
        drop_row,
        &["has no bar for 1 of the sessions of regime q4-2018"],
    );
}

#[test]
fn a_column_of_another_type_or_none() {
    let here = folder();
    let tape = synth(here.path());
    let bars = Bars::of(&tape);
    let shown: Vec<String> = bars.prices[3].iter().map(f64::to_string).collect();
    let start = || {
        Table::new()
            .fact("origin", "simulated")
            .fact("seed", "2018")
            .column("start", Column::time_micros(&bars.start))
    };
    let with_close = |close: Option<Column<'static>>| {
        let table = [0, 1, 2].iter().fold(start(), |t, &n| {
            t.column(NAMES[n], Column::number(&bars.prices[n]))
        });
        let table = match close {
            Some(close) => table.column("close", close),
            None => table,
        };
        table.write_atomic(&bars.path, &Options::default()).unwrap();
    };
    let args = ["run", "mean-reversion", "--tape", "tape"];
    with_close(Some(Column::text(&shown)));
    refuses(
        here.path(),
        &args,
        &["symbol=IWM", "column `close` holds text"],
    );
    with_close(None);
    refuses(here.path(), &args, &["symbol=IWM", "no column `close`"]);
}

#[test]
fn files_that_are_cut_off_empty_or_something_else() {
    let here = folder();
    let tape = synth(here.path());
    let path = Bars::of(&tape).path;
    let whole = fs::read(&path).unwrap();
    let args = ["run", "mean-reversion", "--tape", "tape"];
    for length in [
        0,
        3,
        4,
        8,
        whole.len() / 2,
        whole.len() - 9,
        whole.len() - 1,
    ] {
        fs::write(&path, &whole[..length]).unwrap();
        refuses(
            here.path(),
            &args,
            &["symbol=IWM", "not a readable Parquet file"],
        );
    }
    fs::write(&path, "date,open,high,low,close\n").unwrap();
    refuses(
        here.path(),
        &args,
        &["symbol=IWM", "not a readable Parquet file"],
    );
}

/// Whatever byte is damaged, the program ends by itself: with a result, or with a message.
#[test]
fn a_damaged_byte_is_no_defect() {
    let here = folder();
    let tape = synth(here.path());
    let path = Bars::of(&tape).path;
    let whole = fs::read(&path).unwrap();
    // All through the footer, and here and there in the pages.
    let footer = whole.len() - 600..whole.len();
    for at in (0..whole.len())
        .step_by(whole.len() / 40)
        .chain(footer.step_by(12))
    {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xa5;
        fs::write(&path, bytes).unwrap();
        let args = ["run", "mean-reversion", "--tape", "tape"];
        let output = stormproof(here.path()).args(args).output().unwrap();
        let code = output.status.code();
        assert!(
            matches!(code, Some(0 | 2)),
            "byte {at}: {code:?} {}",
            text(&output.stderr)
        );
    }
}
