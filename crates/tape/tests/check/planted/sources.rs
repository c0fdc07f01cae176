//! Sources that disagree: finer bars, another tape, dividends.

use market::Time;
use tape::check::{Kind, When};

use super::*;

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
    for seed in 1..=6 {
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
    let mut quarters = Score::default();
    for seed in 1..=4 {
        let (fine, _) = market(seed, 130);
        // 78 bars a session and 42 on a half day are whole quarters.
        let quarter = |bars: &[Row]| (bars[0].0, together(bars));
        let mut coarse: Vec<Row> = fine.chunks(3).map(quarter).collect();
        let mut dice = Dice(seed);
        let mut planted = Vec::new();
        for at in places(&mut dice, coarse.len(), 30, 60) {
            let bar = &mut coarse[at].1;
            match dice.below(3) {
                0 => bar[HIGH] *= 1.003,
                1 => bar[LOW] *= 0.997,
                _ => {
                    bar[CLOSE] *= 1.002;
                    bar[HIGH] = bar[HIGH].max(bar[CLOSE]);
                }
            }
            planted.push((Kind::IntradayDisagrees, fine_place(&coarse[at])));
        }
        let root = temp();
        write(root.path(), "TST", "5m", &fine);
        write(root.path(), "TST", "15m", &coarse);
        quarters.count(Kind::IntradayDisagrees, &planted, &check(root.path()));
    }
    line("intraday-disagrees, 15m and 5m", &quarters, 1.0, 1.0);
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
    for seed in 1..=200 {
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
