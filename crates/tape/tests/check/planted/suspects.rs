//! Prices that nobody can have traded at, told from the bars themselves.

use market::Time;
use tape::check::{Kind, Severity};

use super::*;

#[test]
fn suspect_prices_are_found_with_the_precision_that_is_documented() {
    println!("| kind | planted | recall | precision | other findings |");
    let stale = at_rows(
        40,
        60,
        &|row| Time(row.0).plus_minutes(5).to_string(),
        &|_, rows, at| {
            for more in 1..4 {
                let volume = rows[at + more].1[VOLUME] + more as f64;
                rows[at + more].1 = rows[at].1;
                rows[at + more].1[VOLUME] = volume;
            }
        },
    );
    line("stale-run", &fine(Kind::StaleRun, &stale), 0.95, 0.95);
    let outlier = at_rows(12, 60, &daily_place, &|dice, rows, at| {
        let factor = [0.8, 0.85, 1.15, 1.2][dice.below(4)];
        let bar = &mut rows[at].1;
        bar[CLOSE] *= factor;
        bar[HIGH] = bar[HIGH].max(bar[CLOSE]);
        bar[LOW] = bar[LOW].min(bar[CLOSE]);
    });
    line(
        "outlier, daily close",
        &daily(Kind::Outlier, &outlier),
        0.85,
        0.95,
    );
    let spike = at_rows(60, 60, &fine_place, &|dice, rows, at| {
        let bar = &mut rows[at].1;
        if dice.below(2) == 0 {
            bar[HIGH] *= 1.03;
        } else {
            bar[LOW] *= 0.97;
        }
    });
    line("outlier, 5m wick", &fine(Kind::Outlier, &spike), 0.95, 0.95);
    // An open that the bar itself takes back; the bar holds it.
    let open = |factors: [f64; 2]| {
        move |dice: &mut Dice, rows: &mut Vec<Row>, at: usize| {
            let before = rows[at - 1].1[CLOSE];
            let bar = &mut rows[at].1;
            bar[OPEN] = cents(before * factors[dice.below(2)]);
            bar[HIGH] = bar[HIGH].max(bar[OPEN]);
            bar[LOW] = bar[LOW].min(bar[OPEN]);
        }
    };
    let planted = |apart: usize, name: fn(&Row) -> String, factors: [f64; 2]| {
        let change = open(factors);
        move |dice: &mut Dice, rows: &mut Vec<Row>| {
            let mut found = Vec::new();
            for at in places(dice, rows.len(), apart, 60) {
                change(dice, rows, at);
                found.push(name(&rows[at]));
            }
            found
        }
    };
    let wrong = planted(12, daily_place, [0.90, 1.10]);
    let wrong = daily(Kind::Outlier, &wrong);
    line("outlier, daily open", &wrong, 0.7, 1.0);
    let wrong = planted(60, fine_place, [0.97, 1.03]);
    let wrong = fine(Kind::Outlier, &wrong);
    line("outlier, 5m open", &wrong, 1.0, 1.0);
    let volume = at_rows(60, 60, &fine_place, &|dice, rows, at| {
        rows[at].1[VOLUME] *= [0.05, 20.0, 100.0][dice.below(3)];
    });
    let wild = fine(Kind::WildVolume, &volume);
    line("wild-volume, 5m", &wild, 0.75, 0.95);
    let volume = at_rows(12, 60, &daily_place, &|dice, rows, at| {
        rows[at].1[VOLUME] *= [0.0, 0.05, 20.0][dice.below(3)];
    });
    let wild = daily(Kind::WildVolume, &volume);
    line("wild-volume, daily", &wild, 0.9, 0.9);
    let split = |dice: &mut Dice, rows: &mut Vec<Row>| {
        let mut found = Vec::new();
        for at in places(dice, rows.len(), 60, 20) {
            let ratio = [1.5, 2.0, 3.0, 4.0, 0.5, 0.25, 0.1][dice.below(7)];
            found.push(daily_place(&rows[at]));
            for row in &mut rows[at..] {
                row.1[..4].iter_mut().for_each(|price| *price /= ratio);
            }
        }
        found
    };
    let splits = daily_of(11..=14, Kind::SplitJump, &split);
    line("split-jump", &splits, 0.95, 0.95);
}

/// Days that gap away from the close before: the extreme on that side becomes that close.
fn print_at_previous_close(dice: &mut Dice, rows: &mut [Row], gap: f64) -> Vec<String> {
    let mut found = Vec::new();
    for at in 30..rows.len() {
        let previous = rows[at - 1].1[CLOSE];
        let [open, high, low, ..] = rows[at].1;
        if dice.below(3) != 0 {
            continue;
        }
        if low > previous * (1.0 + gap) && open > previous {
            rows[at].1[LOW] = previous;
        } else if high < previous * (1.0 - gap) && open < previous {
            rows[at].1[HIGH] = previous;
        } else {
            continue;
        }
        found.push(daily_place(&rows[at]));
    }
    found
}

#[test]
fn prints_at_the_previous_close_are_found_with_and_without_finer_bars() {
    println!("| kind | planted | recall | precision | other findings |");
    let (mut alone, mut noted) = (Score::default(), Score::default());
    let mut settled = Score::default();
    for seed in 1..=18 {
        let (fine, mut daily) = market(seed, 300);
        let mut dice = Dice(seed);
        let planted: Vec<Place> = print_at_previous_close(&mut dice, &mut daily, 0.004)
            .into_iter()
            .map(|at| (Kind::PreviousClosePrint, at))
            .collect();
        let root = temp();
        write(root.path(), "TST", "1d", &daily);
        let report = check(root.path());
        noted.count_to(Severity::Note, Kind::PreviousClosePrint, &planted, &report);
        alone.count(Kind::PreviousClosePrint, &planted, &check(root.path()));
        write(root.path(), "TST", "5m", &fine);
        settled.count(Kind::PreviousClosePrint, &planted, &check(root.path()));
    }
    // Of the 101 in the first eight markets 0.79, of all 0.74.
    line("previous-close-print, alone, warnings", &alone, 0.72, 0.85);
    line("previous-close-print, alone, with notes", &noted, 0.88, 0.5);
    line("previous-close-print, finer", &settled, 1.0, 1.0);
    let open = |dice: &mut Dice, rows: &mut Vec<Row>| {
        let mut found = Vec::new();
        for at in 30..rows.len() {
            let previous = rows[at - 1].1[CLOSE];
            let bar = &mut rows[at].1;
            if dice.below(4) != 0 || (previous <= bar[HIGH] && previous >= bar[LOW]) {
                continue;
            }
            bar[OPEN] = previous;
            bar[HIGH] = bar[HIGH].max(previous);
            bar[LOW] = bar[LOW].min(previous);
            found.push(daily_place(&rows[at]));
        }
        found
    };
    line(
        "previous-close-open",
        &daily(Kind::PreviousCloseOpen, &open),
        0.85,
        0.95,
    );
}
