//! Defects of every kind, planted at hundreds of random places in clean bars: how many are found, and what else.

#![allow(clippy::print_stdout)] // the table is what this test is for

use std::collections::BTreeSet;
use std::path::Path;

use market::{SessionTable, Time};
use tape::check::{CheckReport, Kind, Severity, When};

use crate::support::*;

/// What was planted: the kind to be found, and where.
type Place = (Kind, String);

/// One kind's outcome over all its tapes.
#[derive(Default)]
struct Score {
    planted: usize,
    found: usize,
    /// Defects of the kind where none was planted.
    wrong: usize,
    /// Defects of other kinds that no place explains, warnings and worse.
    beside: usize,
}

impl Score {
    fn recall(&self) -> f64 {
        self.found as f64 / self.planted as f64
    }

    fn precision(&self) -> f64 {
        self.found as f64 / (self.found + self.wrong).max(1) as f64
    }

    fn count(&mut self, kind: Kind, places: &[Place], report: &CheckReport) {
        self.count_to(Severity::Warning.max(kind.severity()), kind, places, report);
    }

    /// Counts findings of the kind down to a severity.
    fn count_to(&mut self, least: Severity, kind: Kind, places: &[Place], report: &CheckReport) {
        let planted: BTreeSet<String> = places.iter().map(|p| p.1.clone()).collect();
        let found: BTreeSet<String> = report
            .defects
            .iter()
            .filter(|d| d.kind == kind && d.severity <= least)
            .map(|d| d.when.to_string())
            .collect();
        self.planted += planted.len();
        self.found += planted.intersection(&found).count();
        self.wrong += found.difference(&planted).count();
        self.beside += report
            .defects
            .iter()
            .filter(|d| d.kind != kind && d.severity <= Severity::Warning)
            .filter(|d| !planted.contains(&d.when.to_string()))
            .count();
    }
}

/// Rows far enough from each other that one defect is not the other's surroundings.
fn places(dice: &mut Dice, rows: usize, apart: usize, count: usize) -> Vec<usize> {
    let mut slots: Vec<usize> = (4..rows / apart - 2).collect();
    for at in (1..slots.len()).rev() {
        slots.swap(at, dice.below(at + 1));
    }
    let mut chosen: Vec<usize> = slots
        .into_iter()
        .take(count)
        .map(|slot| slot * apart + dice.below(apart / 2))
        .collect();
    chosen.sort_unstable();
    chosen
}

fn daily_place(row: &Row) -> String {
    Time(row.0).exchange_date().unwrap().to_string()
}

fn fine_place(row: &Row) -> String {
    Time(row.0).to_string()
}

fn temp() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Runs `plant` on the clean rows of several markets and scores what a check finds.
fn fine(kind: Kind, plant: &dyn Fn(&mut Dice, &mut Vec<Row>) -> Vec<String>) -> Score {
    let mut score = Score::default();
    for seed in 1..=4 {
        let (mut rows, _) = market(seed, 130);
        let mut dice = Dice(seed * 7919);
        let planted: Vec<Place> = plant(&mut dice, &mut rows)
            .into_iter()
            .map(|at| (kind, at))
            .collect();
        let root = temp();
        write(root.path(), "TST", "5m", &rows);
        score.count(kind, &planted, &check(root.path()));
    }
    score
}

/// The same on the daily bars of the simulated market that ships, three symbols of two seeds.
fn daily(kind: Kind, plant: &dyn Fn(&mut Dice, &mut Vec<Row>) -> Vec<String>) -> Score {
    let mut score = Score::default();
    for seed in [11, 12] {
        for (symbol, _, raw) in tape::synth::synthesise(seed).bars {
            let mut rows: Vec<Row> = (0..raw.start.len())
                .map(|i| {
                    let values = [
                        raw.open[i],
                        raw.high[i],
                        raw.low[i],
                        raw.close[i],
                        raw.volume[i],
                    ];
                    (raw.start[i].micros(), values)
                })
                .collect();
            let mut dice = Dice(seed * 104_729 + raw.start.len() as u64 + symbol.len() as u64);
            let planted: Vec<Place> = plant(&mut dice, &mut rows)
                .into_iter()
                .map(|at| (kind, at))
                .collect();
            let root = temp();
            write(root.path(), &symbol, "1d", &rows);
            score.count(kind, &planted, &check(root.path()));
        }
    }
    score
}

/// Changes the bars at random rows; each place is its bar's.
fn at_rows(
    apart: usize,
    count: usize,
    name: &'static dyn Fn(&Row) -> String,
    change: &'static dyn Fn(&mut Dice, &mut Vec<Row>, usize),
) -> impl Fn(&mut Dice, &mut Vec<Row>) -> Vec<String> {
    move |dice, rows| {
        let mut found = Vec::new();
        // From behind, so that what is inserted or removed does not shift the places in front.
        for at in places(dice, rows.len(), apart, count).into_iter().rev() {
            found.push(name(&rows[at]));
            change(dice, rows, at);
        }
        found
    }
}

fn line(name: &str, score: &Score, recall: f64, precision: f64) {
    println!(
        "| {name} | {} | {:.3} | {:.3} | {} |",
        score.planted,
        score.recall(),
        score.precision(),
        score.beside
    );
    assert!(
        score.planted >= 100,
        "{name}: only {} planted",
        score.planted
    );
    assert!(
        score.recall() >= recall,
        "{name}: recall {}",
        score.recall()
    );
    assert!(
        score.precision() >= precision,
        "{name}: precision {}",
        score.precision()
    );
}

#[test]
fn rows_that_break_an_invariant_are_all_found() {
    println!("| kind | planted | recall | precision | other findings |");
    let order = at_rows(40, 60, &fine_place, &|_, rows, at| {
        let row = rows.remove(at);
        rows.insert(at + 7, row);
    });
    line("order", &fine(Kind::Order, &order), 1.0, 1.0);
    let duplicate = at_rows(40, 60, &fine_place, &|dice, rows, at| {
        let mut again = rows[at];
        again.1[VOLUME] += (dice.below(2) * 100) as f64;
        rows.insert(at + 1, again);
    });
    line("duplicate", &fine(Kind::Duplicate, &duplicate), 1.0, 1.0);
    let missing = at_rows(40, 60, &fine_place, &|dice, rows, at| {
        let field = dice.below(5);
        rows[at].1[field] = [f64::NAN, f64::INFINITY][dice.below(2)];
    });
    line(
        "missing-value",
        &fine(Kind::MissingValue, &missing),
        1.0,
        1.0,
    );
    let price = at_rows(40, 60, &fine_place, &|dice, rows, at| {
        rows[at].1[dice.below(4)] = [0.0, -181.5, 1e9][dice.below(3)];
    });
    line("bad-price", &fine(Kind::BadPrice, &price), 1.0, 1.0);
    let volume = at_rows(40, 60, &fine_place, &|_, rows, at| {
        rows[at].1[VOLUME] *= -1.0;
    });
    line(
        "negative-volume",
        &fine(Kind::NegativeVolume, &volume),
        1.0,
        1.0,
    );
    let crossed = at_rows(12, 60, &daily_place, &|_, rows, at| {
        rows[at].1.swap(HIGH, LOW);
    });
    line(
        "high-below-low",
        &daily(Kind::HighBelowLow, &crossed),
        1.0,
        1.0,
    );
    let overlap = at_rows(
        40,
        60,
        &|row| Time(row.0).plus_minutes(2).to_string(),
        &|_, rows, at| {
            let mut again = rows[at];
            again.0 += 2 * 60_000_000;
            rows.insert(at + 1, again);
        },
    );
    line("overlap", &fine(Kind::Overlap, &overlap), 1.0, 1.0);
    let wild = at_rows(12, 60, &daily_place, &|dice, rows, at| {
        let field = dice.below(4);
        rows[at].1[field] *= [0.01, 0.1, 10.0, 100.0][dice.below(4)];
    });
    line("wild-price", &daily(Kind::WildPrice, &wild), 1.0, 1.0);
    let print = at_rows(12, 60, &daily_place, &|dice, rows, at| {
        let [_, high, low, ..] = rows[at].1;
        let field = [OPEN, CLOSE][dice.below(2)];
        rows[at].1[field] = [high + 0.05, low - 0.05][dice.below(2)];
    });
    line(
        "print-outside-range",
        &daily(Kind::PrintOutsideRange, &print),
        1.0,
        1.0,
    );
}

#[test]
fn sessions_and_bars_that_lack_or_should_not_be_there_are_all_found() {
    println!("| kind | planted | recall | precision | other findings |");
    let session = at_rows(12, 60, &daily_place, &|_, rows, at| {
        rows.remove(at);
    });
    line(
        "missing-session",
        &daily(Kind::MissingSession, &session),
        1.0,
        1.0,
    );
    // The next Saturday after each place, at 09:30.
    let extra = |dice: &mut Dice, rows: &mut Vec<Row>| {
        let mut found = Vec::new();
        for at in places(dice, rows.len(), 12, 60).into_iter().rev() {
            let start = Time(rows[at].0).exchange_date().unwrap();
            let saturday = start.week(chrono_monday()).last_day() - chrono_days(1);
            let time = Time::from_exchange(saturday, 9, 30).unwrap();
            let place = rows.partition_point(|r| r.0 < time.micros());
            rows.insert(place, (time.micros(), rows[at].1));
            found.push(saturday.to_string());
        }
        found
    };
    line(
        "extra-session",
        &daily(Kind::ExtraSession, &extra),
        1.0,
        1.0,
    );
    let outside = |dice: &mut Dice, rows: &mut Vec<Row>| {
        let sessions = SessionTable::covering(day("2021-01-04"), day("2021-12-31"));
        let mut found = Vec::new();
        for at in places(dice, 130, 3, 30) {
            let after = sessions.as_slice()[at]
                .close
                .plus_minutes(5 * dice.below(12) as i64);
            let place = rows.partition_point(|r| r.0 < after.micros());
            rows.insert(place, (after.micros(), rows[place - 1].1));
            found.push(after.to_string());
        }
        found
    };
    line(
        "outside-hours",
        &fine(Kind::OutsideHours, &outside),
        1.0,
        1.0,
    );
    let short = |dice: &mut Dice, rows: &mut Vec<Row>| {
        let sessions = SessionTable::covering(day("2021-01-04"), day("2021-12-31"));
        let mut found = Vec::new();
        for at in places(dice, 130, 3, 30) {
            let session = sessions.as_slice()[at];
            let from = session
                .open
                .plus_minutes(5 * dice.below(24) as i64)
                .micros();
            let to = from + 60 * 60_000_000;
            rows.retain(|r| !(from..to).contains(&r.0));
            found.push(session.date.to_string());
        }
        found
    };
    line("short-session", &fine(Kind::ShortSession, &short), 1.0, 1.0);
    let gap = at_rows(80, 60, &fine_place, &|dice, rows, at| {
        let more = dice.below(3);
        let last = rows[at].0 + 5 * 60_000_000 * more as i64;
        let first = rows[at].0;
        rows.retain(|r| !(first..=last).contains(&r.0));
    });
    line("session-gap", &fine(Kind::SessionGap, &gap), 0.99, 0.99);
}

fn chrono_monday() -> chrono::Weekday {
    chrono::Weekday::Mon
}

fn chrono_days(days: u64) -> chrono::Days {
    chrono::Days::new(days)
}

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
    line("split-jump", &daily(Kind::SplitJump, &split), 0.95, 0.95);
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
    for seed in 1..=8 {
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
    line("previous-close-print, alone, warnings", &alone, 0.75, 0.85);
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

/// Two tapes, of which one was changed.
fn against(kind: Kind, plant: &dyn Fn(&mut Dice, &mut Vec<Row>) -> Vec<String>) -> Score {
    let mut score = Score::default();
    for seed in 1..=4 {
        let (clean, _) = market(seed, 130);
        let mut rows = clean.clone();
        let planted: Vec<Place> = plant(&mut Dice(seed), &mut rows)
            .into_iter()
            .map(|at| (kind, at))
            .collect();
        let (root, other) = (temp(), temp());
        write(root.path(), "TST", "5m", &rows);
        write(other.path(), "TST", "5m", &clean);
        let report = check_against(root.path(), Some(other.path()));
        score.count(kind, &planted, &report);
    }
    score
}

#[test]
fn sources_that_disagree_are_told_apart() {
    println!("| kind | planted | recall | precision | other findings |");
    let mut disagree = Score::default();
    for seed in 1..=4 {
        let (fine, mut daily) = market(seed, 300);
        let mut dice = Dice(seed);
        let mut planted = Vec::new();
        for at in places(&mut dice, daily.len(), 4, 40) {
            let bar = &mut daily[at].1;
            match dice.below(4) {
                0 => bar[HIGH] = bar[HIGH].max(bar[LOW] * 1.0) * 1.004,
                1 => bar[LOW] *= 0.996,
                // Inside what the finer bars reach: the daily bar lacks an extreme.
                2 => {
                    bar[HIGH] *= 0.995;
                    bar[OPEN] = bar[OPEN].min(bar[HIGH]);
                    bar[CLOSE] = bar[CLOSE].min(bar[HIGH]);
                    bar[LOW] = bar[LOW].min(bar[HIGH]);
                }
                _ => bar[VOLUME] *= 5.0,
            }
            planted.push((Kind::IntradayDisagrees, daily_place(&daily[at])));
        }
        let root = temp();
        write(root.path(), "TST", "1d", &daily);
        write(root.path(), "TST", "5m", &fine);
        disagree.count(Kind::IntradayDisagrees, &planted, &check(root.path()));
    }
    line("intraday-disagrees", &disagree, 0.95, 1.0);
    let differs = at_rows(40, 60, &fine_place, &|dice, rows, at| {
        let field = dice.below(4);
        // Outward, so that the bar stays whole.
        let away = [0.04, 1.0][dice.below(2)];
        rows[at].1[field] += if field == LOW { -away } else { away };
    });
    line("differs", &against(Kind::Differs, &differs), 1.0, 1.0);
    let there = at_rows(40, 60, &fine_place, &|_, rows, at| {
        rows.remove(at);
    });
    line("only-there", &against(Kind::OnlyThere, &there), 1.0, 1.0);
    let here = at_rows(
        40,
        60,
        &|row| Time(row.0).plus_minutes(1).to_string(),
        &|_, rows, at| {
            let mut again = rows[at];
            again.0 += 60_000_000;
            rows.insert(at + 1, again);
        },
    );
    line("only-here", &against(Kind::OnlyHere, &here), 1.0, 1.0);
}

/// Dividends of 1 % each month, taken out of the prices by the market itself.
fn with_dividends(rows: &mut [Row], fine: &mut [Row], every: usize, cut: f64) -> Vec<(i32, f64)> {
    let mut dividends = Vec::new();
    for at in (every..rows.len()).step_by(every) {
        let from = rows[at].0;
        dividends.push((
            days_since_1970(Time(from).exchange_date().unwrap()),
            rows[at - 1].1[CLOSE] * cut,
        ));
        for row in rows
            .iter_mut()
            .chain(fine.iter_mut())
            .filter(|r| r.0 >= from)
        {
            row.1[..4].iter_mut().for_each(|p| *p *= 1.0 - cut);
        }
    }
    dividends
}

#[test]
fn bases_and_dividends_are_told_from_the_prices() {
    println!("| kind | planted | recall | precision | other findings |");
    let whole = |kind| vec![(kind, When::Whole.to_string())];
    let (mut adjusted, mut alone, mut basis) =
        (Score::default(), Score::default(), Score::default());
    let mut drop = Score::default();
    for seed in 1..=100 {
        let (fine, daily) = market(seed, 120);
        // Hourly ones will do, and are read faster.
        let hourly: Vec<Row> = fine
            .chunk_by(|a, b| b.0 - a.0 < 3_600_000_000)
            .flat_map(|session| session.chunks(12))
            .map(|hour| (hour[0].0, together(hour)))
            .collect();
        let (mut daily, mut hourly) = (daily, hourly);
        let dividends = with_dividends(&mut daily, &mut hourly, 21, 0.01);
        let root = temp();
        write(root.path(), "TST", "1d", &daily);
        write_dated(root.path(), "dividends", "TST", &dividends);

        // Hourly bars with the dividends taken out beside raw daily ones.
        let mut taken = hourly.clone();
        for (ex, amount) in &dividends {
            let at = daily
                .partition_point(|r| days_since_1970(Time(r.0).exchange_date().unwrap()) < *ex);
            let cut = 1.0 - amount / daily[at - 1].1[CLOSE];
            for row in taken.iter_mut().filter(|r| r.0 < daily[at].0) {
                row.1[..4].iter_mut().for_each(|p| *p *= cut);
            }
        }
        write(root.path(), "TST", "1h", &taken);
        adjusted.count(
            Kind::AdjustedPrices,
            &whole(Kind::AdjustedPrices),
            &check(root.path()),
        );

        // Hourly bars of half the price before a date: a split that was applied to one of the two.
        let mut halved = hourly.clone();
        let until = halved.len() / 4 + Dice(seed).below(halved.len() / 2);
        for row in &mut halved[..until] {
            row.1[..4].iter_mut().for_each(|p| *p /= 2.0);
        }
        write(root.path(), "TST", "1h", &halved);
        let report = check(root.path());
        basis.count(Kind::MixedBasis, &whole(Kind::MixedBasis), &report);
        write(root.path(), "TST", "1h", &hourly);
        adjusted.count(Kind::AdjustedPrices, &[], &check(root.path()));

        // Daily bars alone with the dividends taken out, 1.5 % every other week.
        let (_, mut lonely) = market(seed + 1000, 300);
        let raw = lonely.clone();
        let paid = with_dividends(&mut lonely, &mut [], 10, 0.015);
        let other = temp();
        write(other.path(), "TST", "1d", &raw);
        write_dated(other.path(), "dividends", "TST", &paid);
        alone.count(
            Kind::AdjustedPrices,
            &whole(Kind::AdjustedPrices),
            &check(other.path()),
        );
        write(other.path(), "TST", "1d", &lonely);
        alone.count(Kind::AdjustedPrices, &[], &check(other.path()));

        // Large dividends on days that know nothing of them.
        let at = places(&mut Dice(seed), raw.len(), 20, 2);
        let row = |&at: &usize| {
            (
                days_since_1970(Time(raw[at].0).exchange_date().unwrap()),
                raw[at - 1].1[CLOSE] * 0.08,
            )
        };
        let large: Vec<(i32, f64)> = at.iter().map(row).collect();
        write(other.path(), "TST", "1d", &raw);
        write_dated(other.path(), "dividends", "TST", &large);
        let planted: Vec<Place> = at
            .iter()
            .map(|&at| (Kind::DividendWithoutDrop, daily_place(&raw[at])))
            .collect();
        drop.count(Kind::DividendWithoutDrop, &planted, &check(other.path()));
    }
    line("adjusted-prices, finer", &adjusted, 1.0, 1.0);
    line("adjusted-prices, alone", &alone, 0.95, 0.95);
    line("mixed-basis", &basis, 1.0, 1.0);
    line("dividend-without-drop", &drop, 0.95, 1.0);
}

#[test]
fn series_that_lack_repeat_or_rest_are_found() {
    println!("| kind | planted | recall | precision | other findings |");
    let sessions = SessionTable::covering(day("2015-01-02"), day("2022-12-30"));
    let (mut gap, mut stale, mut closed) = (Score::default(), Score::default(), Score::default());
    for seed in 1..=8 {
        let mut dice = Dice(seed);
        let mut level = 0.0;
        let clean: Vec<(i32, f64)> = sessions
            .as_slice()
            .iter()
            .map(|session| {
                level = 0.98 * level + 0.05 * dice.normal();
                (days_since_1970(session.date), cents(20.0 * f64::exp(level)))
            })
            .collect();
        let chosen = places(&mut dice, clean.len(), 20, 40);
        let named = |days: i32| (Date::default() + chrono_days(days as u64)).to_string();
        let write_and_check = |rows: &[(i32, f64)]| {
            let root = temp();
            write_dated(root.path(), "series", "TST", rows);
            check(root.path())
        };
        let mut rows = clean.clone();
        let mut planted = Vec::new();
        for &at in chosen.iter().rev() {
            planted.push((Kind::SeriesGap, named(rows.remove(at).0)));
        }
        gap.count(Kind::SeriesGap, &planted, &write_and_check(&rows));

        let mut rows = clean.clone();
        let mut planted = Vec::new();
        for &at in chosen.iter().step_by(4) {
            for more in 1..6 {
                rows[at + more].1 = rows[at].1;
            }
            planted.push((Kind::SeriesStale, named(rows[at].0)));
        }
        stale.count(Kind::SeriesStale, &planted, &write_and_check(&rows));

        let mut rows = clean.clone();
        let mut planted = Vec::new();
        for &at in chosen.iter().rev() {
            let date = Date::default() + chrono_days(rows[at].0 as u64);
            let sunday = date.week(chrono_monday()).last_day();
            let days = days_since_1970(sunday);
            let place = rows.partition_point(|r| r.0 < days);
            rows.insert(place, (days, rows[at].1 + 0.5));
            planted.push((Kind::ClosedDay, named(days)));
        }
        closed.count(Kind::ClosedDay, &planted, &write_and_check(&rows));
    }
    line("series-gap", &gap, 1.0, 1.0);
    // Quoted in cents, a value now and then begins a run one day early.
    stale_line(&stale);
    line("closed-day", &closed, 1.0, 1.0);
}

use market::Date;

fn stale_line(score: &Score) {
    println!(
        "| series-stale | {} | {:.3} | {:.3} | {} |",
        score.planted,
        score.recall(),
        score.precision(),
        score.beside
    );
    assert!(score.planted >= 80 && score.recall() >= 0.95 && score.precision() >= 0.95);
}

#[test]
fn a_damaged_file_is_a_finding_and_the_others_are_still_checked() {
    let (fine, daily) = market(1, 40);
    let mut dice = Dice(5);
    let mut found = 0;
    for _ in 0..200 {
        let root = temp();
        write(root.path(), "TST", "1d", &daily);
        write(root.path(), "OTH", "5m", &fine);
        let path = root.path().join("bars/interval=1d/symbol=TST/bars.parquet");
        cut(&path, &mut dice);
        let report = check(root.path());
        let unreadable = of_kind(&report, Kind::Unreadable);
        found += usize::from(unreadable.len() == 1 && unreadable[0].subject.name == "TST");
        assert!(
            report
                .items
                .iter()
                .any(|i| i.subject.name == "OTH" && i.rows > 0)
        );
    }
    println!(
        "| unreadable | 200 | {:.3} | 1.000 | 0 |",
        f64::from(found as u32) / 200.0
    );
    assert_eq!(found, 200);
}

/// Cuts a file off at a random place.
fn cut(path: &Path, dice: &mut Dice) {
    let bytes = std::fs::read(path).unwrap();
    std::fs::write(path, &bytes[..dice.below(bytes.len())]).unwrap();
}
