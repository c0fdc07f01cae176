//! Breadth against counting by hand, and against counting the slow way.

use indicators::{Breadth, BreadthFigures, Figure, Highest, Indicator, Lowest, Member, Sma, Tally};
use proptest::prelude::*;

fn breadth(min_members: u32) -> Breadth {
    Breadth {
        averages: vec![2, 3],
        extremes: Some(3),
        min_members,
    }
}

fn values(figure: &Figure) -> Vec<Option<f64>> {
    (0..figure.value.len())
        .map(|i| figure.value.get(i))
        .collect()
}

#[test]
fn three_members_by_hand() {
    let mut tally = breadth(2).tally(5);
    // A: a close on every row. B: none on row 2. C: from row 3, too short for any average of three.
    for (rows, close) in [
        (&[0, 1, 2, 3, 4][..], &[10.0, 11.0, 12.0, 11.0, 14.0][..]),
        (&[0, 1, 3, 4], &[5.0, 5.0, 4.0, 3.0]),
        (&[3, 4], &[7.0, 8.0]),
    ] {
        tally.add(Member {
            rows,
            close,
            belongs: None,
        });
    }
    let figures = tally.figures();

    // Means of 2. A: –, 10.5, 11.5, 11.5, 12.5; B: –, 5, (none), 4.5, 3.5; C: –, –, –, –, 7.5.
    // Above: row 1 A yes, B at its mean: no, 1 of 2. Row 2 A alone: too few. Row 3 A no, B no. Row 4 A, C yes, B no.
    let above2 = &figures.above[0];
    assert_eq!(above2.members, [0, 2, 1, 2, 3]);
    assert_eq!(values(above2)[..4], [None, Some(50.0), None, Some(0.0)]);
    assert_eq!(values(above2)[4], Some(100.0 * 2.0 / 3.0));
    // Means of 3. A: 11, 34/3, 37/3 on rows 2 to 4; B's three closes are those of rows 0, 1, 3: 14/3 on row 3, 4 on row 4.
    assert_eq!(figures.above[1].members, [0, 0, 1, 2, 2]);
    assert_eq!(
        values(&figures.above[1]),
        [None, None, None, Some(0.0), Some(50.0)]
    );

    // Moves. Row 1: A up, B unchanged. Row 2: A up, alone. Row 3: A down, B down against row 1. Row 4: A, C up, B down.
    assert_eq!(
        values(&figures.advancing),
        [None, Some(1.0), None, Some(0.0), Some(2.0)]
    );
    assert_eq!(
        values(&figures.declining),
        [None, Some(0.0), None, Some(2.0), Some(1.0)]
    );
    assert_eq!(
        values(&figures.unchanged),
        [None, Some(1.0), None, Some(0.0), Some(0.0)]
    );
    assert_eq!(figures.line.members, [0, 2, 1, 2, 3]);
    // The line: 1, then nothing for row 2, 1 − 2, −1 + 2 − 1.
    assert_eq!(
        values(&figures.line),
        [None, Some(1.0), None, Some(-1.0), Some(0.0)]
    );

    // Three-session extremes. A has three closes from row 2: 12 > 11 new, 11 not above 12, 14 > 12 new; 11 is at the
    // lowest of 11, 12: not new. B from row 3: 4 < 5, 5 a new low, 3 < 4, 5 another.
    let (highs, lows) = (figures.highs.unwrap(), figures.lows.unwrap());
    assert_eq!(highs.members, [0, 0, 1, 2, 2]);
    assert_eq!(values(&highs), [None, None, None, Some(0.0), Some(1.0)]);
    assert_eq!(values(&lows), [None, None, None, Some(1.0), Some(1.0)]);
}

#[test]
fn a_price_that_never_moves_is_neither_above_nor_new() {
    let mut tally = breadth(1).tally(40);
    let rows: Vec<u32> = (0..40).collect();
    // 0.1 is no binary fraction: the mean of three of them, summed and divided, need not be 0.1.
    tally.add(Member {
        rows: &rows,
        close: &[0.1; 40],
        belongs: None,
    });
    let figures = tally.figures();
    for figure in figures
        .above
        .iter()
        .chain([&figures.advancing, &figures.declining])
    {
        assert!((3..40).all(|i| figure.value.get(i) == Some(0.0)));
    }
    assert!((3..40).all(|i| figures.highs.as_ref().unwrap().value.get(i) == Some(0.0)));
    assert!((3..40).all(|i| figures.unchanged.value.get(i) == Some(1.0)));
}

#[test]
fn closes_before_membership_warm_the_averages_and_are_not_counted() {
    let mut tally = breadth(1).tally(4);
    let belongs = [false, false, true, false];
    let (rows, close) = (&[0, 1, 2, 3][..], &[1.0, 2.0, 3.0, 4.0][..]);
    tally.add(Member {
        rows,
        close,
        belongs: Some(&belongs),
    });
    let figures = tally.figures();
    assert_eq!(figures.above[1].members, [0, 0, 1, 0]);
    assert_eq!(values(&figures.above[1]), [None, None, Some(100.0), None]);
    assert_eq!(values(&figures.advancing), [None, None, Some(1.0), None]);
    assert_eq!(
        values(&figures.highs.unwrap()),
        [None, None, Some(1.0), None]
    );
}

#[test]
fn a_huge_print_is_forgotten_with_its_window() {
    // A running sum would keep the rounding of 1e16 for ever: 0.1 and 0.2 vanish in it.
    let mut close: Vec<f64> = (0..400)
        .map(|i| if i % 2 == 0 { 0.1 } else { 0.2 })
        .collect();
    close[10] = 1e16;
    let rows: Vec<u32> = (0..400).collect();
    let mut tally = breadth(1).tally(400);
    tally.add(Member {
        rows: &rows,
        close: &close,
        belongs: None,
    });
    // Past the print, 0.2 is above the mean of 0.1 and 0.2, and 0.1 below it.
    let above = values(&tally.figures().above[0]);
    let expected = |i: usize| Some(if i.is_multiple_of(2) { 0.0 } else { 100.0 });
    assert!((12..400).all(|i| above[i] == expected(i)));
}

/// A member's closes: row, price in halves (so that ties happen), whether it belongs.
type Made = Vec<(u32, f64, bool)>;

fn universe() -> impl Strategy<Value = Vec<Made>> {
    let cell = (
        prop::bool::weighted(0.9),
        1..40_u32,
        prop::bool::weighted(0.8),
    );
    let member = (0..10_u32, prop::collection::vec(cell, 0..60));
    let member = member.prop_map(|(first, cells)| {
        let rows = cells.into_iter().enumerate();
        rows.filter(|(_, (there, ..))| *there)
            .map(|(i, (_, halves, belongs))| (first + i as u32, f64::from(halves) / 2.0, belongs))
            .collect()
    });
    prop::collection::vec(member, 0..12)
}

fn add(tally: &mut Tally, made: &Made) {
    let rows: Vec<u32> = made.iter().map(|m| m.0).collect();
    let close: Vec<f64> = made.iter().map(|m| m.1).collect();
    let belongs: Vec<bool> = made.iter().map(|m| m.2).collect();
    tally.add(Member {
        rows: &rows,
        close: &close,
        belongs: Some(&belongs),
    });
}

fn figures(breadth: &Breadth, rows: usize, universe: &[Made]) -> BreadthFigures {
    let mut tally = breadth.tally(rows);
    for made in universe {
        add(&mut tally, made);
    }
    tally.figures()
}

/// The value, and on how many it rests, of one row, from the definition: `says` judges the closes up to that row.
fn slowly(universe: &[Made], row: u32, says: impl Fn(&[f64]) -> Option<bool>) -> (u32, u32) {
    let (mut of, mut hits) = (0, 0);
    for made in universe {
        let Some(at) = made.iter().position(|m| m.0 == row && m.2) else {
            continue;
        };
        let closes: Vec<f64> = made[..=at].iter().map(|m| m.1).collect();
        if let Some(says) = says(&closes) {
            of += 1;
            hits += u32::from(says);
        }
    }
    (of, hits)
}

fn last_above_mean(closes: &[f64], n: usize) -> Option<bool> {
    let window = &closes[closes.len().checked_sub(n)?..];
    // Halves and small lengths: the sum is exact, so comparing n × close with it is too.
    Some(window[n - 1] * n as f64 > window.iter().sum())
}

fn last_is_new(closes: &[f64], n: usize, high: bool) -> Option<bool> {
    let (last, before) = closes[closes.len().checked_sub(n)?..].split_last()?;
    Some(
        before
            .iter()
            .all(|c| if high { last > c } else { last < c }),
    )
}

proptest! {
    #[test]
    fn counting_is_the_definition(universe in universe(), min_members in 1..4_u32) {
        let breadth = Breadth { averages: vec![1, 2, 4, 7], extremes: Some(5), min_members };
        let found = figures(&breadth, 70, &universe);
        let check = |figure: &Figure, row: u32, (of, hits): (u32, u32), scale: f64| {
            let at = row as usize;
            let value = f64::from(hits) * if scale == 1.0 { 1.0 } else { scale / f64::from(of) };
            prop_assert_eq!(figure.members[at], of);
            match figure.value.get(at) {
                None => prop_assert!(of < min_members),
                Some(v) => prop_assert!(of >= min_members && (v - value).abs() < 1e-9, "{v} {value}"),
            }
            Ok(())
        };
        for row in 0..70 {
            for (figure, &n) in found.above.iter().zip(&breadth.averages) {
                check(figure, row, slowly(&universe, row, |c| last_above_mean(c, n)), 100.0)?;
            }
            let step = |holds: fn(f64, f64) -> bool| {
                slowly(&universe, row, |c| match c {
                    [.., before, last] => Some(holds(*last, *before)),
                    _ => None,
                })
            };
            check(&found.advancing, row, step(|a, b| a > b), 1.0)?;
            check(&found.declining, row, step(|a, b| a < b), 1.0)?;
            check(&found.unchanged, row, step(|a, b| a == b), 1.0)?;
            let high = slowly(&universe, row, |c| last_is_new(c, 5, true));
            check(found.highs.as_ref().unwrap(), row, high, 1.0)?;
            let low = slowly(&universe, row, |c| last_is_new(c, 5, false));
            check(found.lows.as_ref().unwrap(), row, low, 1.0)?;
        }
    }

    #[test]
    fn the_order_and_the_grouping_of_members_do_not_show(universe in universe(), at in 0..12_usize) {
        let breadth = breadth(1);
        let whole = figures(&breadth, 70, &universe);
        let (first, second) = universe.split_at(at.min(universe.len()));
        let (mut late, mut early) = (breadth.tally(70), breadth.tally(70));
        second.iter().rev().for_each(|made| add(&mut late, made));
        first.iter().rev().for_each(|made| add(&mut early, made));
        late.join(&early);
        prop_assert_eq!(format!("{whole:?}"), format!("{:?}", late.figures()));
    }

    #[test]
    fn cutting_the_closes_cuts_the_figures_and_changes_nothing_else(universe in universe(), cut in 0..70_u32) {
        let whole = figures(&breadth(2), 70, &universe);
        let shorter: Vec<Made> = universe
            .iter()
            .map(|made| made.iter().copied().filter(|m| m.0 < cut).collect())
            .collect();
        let short = figures(&breadth(2), cut as usize, &shorter);
        let pairs = whole.above.iter().zip(&short.above).chain([
            (&whole.advancing, &short.advancing),
            (&whole.declining, &short.declining),
            (&whole.unchanged, &short.unchanged),
            (&whole.line, &short.line),
            (whole.highs.as_ref().unwrap(), short.highs.as_ref().unwrap()),
            (whole.lows.as_ref().unwrap(), short.lows.as_ref().unwrap()),
        ]);
        for (whole, short) in pairs {
            prop_assert_eq!(&values(whole)[..cut as usize], &values(short)[..]);
            prop_assert_eq!(&whole.members[..cut as usize], &short.members[..]);
        }
    }

    #[test]
    fn one_member_is_judged_by_the_indicators(steps in prop::collection::vec(-5.0..5.0_f64, 1..300), n in 2..40_usize) {
        let mut close = vec![100.0];
        for step in steps {
            close.push((close[close.len() - 1] + step).max(1.0));
        }
        let rows: Vec<u32> = (0..close.len() as u32).collect();
        let breadth = Breadth { averages: vec![n], extremes: Some(n), min_members: 1 };
        let mut tally = breadth.tally(close.len());
        tally.add(Member { rows: &rows, close: &close, belongs: None });
        let found = tally.figures();
        let mean = Sma { n }.of(&close);
        let (high, low) = (Highest { n: n - 1 }.of(&close), Lowest { n: n - 1 }.of(&close));
        for (i, &last) in close.iter().enumerate() {
            let above = mean.get(i).map(|m| if last > m { 100.0 } else { 0.0 });
            prop_assert_eq!(found.above[0].value.get(i), above);
            let before = |c: &indicators::Column| i.checked_sub(1).and_then(|i| c.get(i));
            let new = |yes: bool| f64::from(u8::from(yes));
            let highs = found.highs.as_ref().unwrap().value.get(i);
            prop_assert_eq!(highs, before(&high).map(|h| new(last > h)));
            let lows = found.lows.as_ref().unwrap().value.get(i);
            prop_assert_eq!(lows, before(&low).map(|l| new(last < l)));
        }
    }
}

#[test]
fn no_window_never_has_a_value_and_warm_up_is_its_length() {
    let breadth = Breadth {
        averages: vec![0, 1, 5, usize::MAX],
        extremes: Some(1),
        min_members: 0,
    };
    let rows: Vec<u32> = (0..9).collect();
    let mut tally = breadth.tally(9);
    let close: Vec<f64> = (1..10).map(f64::from).collect();
    tally.add(Member {
        rows: &rows,
        close: &close,
        belongs: None,
    });
    tally.add(Member {
        rows: &[],
        close: &[],
        belongs: None,
    });
    let found = tally.figures();
    let first = |figure: &Figure| figure.value.first_valid();
    assert_eq!(
        found.above.iter().map(first).collect::<Vec<_>>(),
        [None, Some(0), Some(4), None]
    );
    assert_eq!(
        (first(&found.advancing), first(&found.highs.unwrap())),
        (Some(1), None)
    );
}
