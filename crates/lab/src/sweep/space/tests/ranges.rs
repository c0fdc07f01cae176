//! Ranges as people write them, and the properties of samplings.

use proptest::prelude::*;

use crate::error::InputError;

use super::super::*;

fn axis(given: &str) -> Axis {
    given.parse().unwrap()
}

fn fault(given: &str) -> InputError {
    given.parse::<Axis>().unwrap_err()
}

fn all(given: &str) -> Vec<Value> {
    let axis = axis(given);
    (0..axis.count().unwrap())
        .map(|n| axis.value(Point::Step(n)))
        .collect()
}

pub(super) fn axes(given: &[&str]) -> Axes {
    Axes::new(given.iter().map(|one| axis(one)).collect()).unwrap()
}

#[test]
fn ranges_are_exact_decimals_with_both_ends() {
    use Value::{Number, Whole};
    assert_eq!(
        all("a.b=0.1..0.3:0.1"),
        [Number(0.1), Number(0.2), Number(0.3)]
    );
    assert_eq!(all("a=2..5"), [Whole(2), Whole(3), Whole(4), Whole(5)]);
    assert_eq!(all("a=10..30:10"), [Whole(10), Whole(20), Whole(30)]);
    assert_eq!(all("a=-1..1"), [Whole(-1), Whole(0), Whole(1)]);
    assert_eq!(
        all("a = 1 .. 2 : 0.5"),
        [Number(1.0), Number(1.5), Number(2.0)]
    );
    assert_eq!(all("a=1.0..3:1"), [Number(1.0), Number(2.0), Number(3.0)]);
    assert_eq!(
        all("a=-0.03..-0.01:0.01"),
        [Number(-0.03), Number(-0.02), Number(-0.01)]
    );
    assert_eq!(axis("a=1..4:0.25").count(), Some(13));
}

#[test]
fn lists_are_toml_scalars_of_one_kind() {
    use Value::{Number, Switch, Text, Whole};
    assert_eq!(all("a=4,2,3"), [Whole(2), Whole(3), Whole(4)]);
    assert_eq!(all("a=1,1.5"), [Number(1.0), Number(1.5)]);
    assert_eq!(
        all("a=atr,nearer"),
        [Text("atr".into()), Text("nearer".into())]
    );
    assert_eq!(all("a=true,false"), [Switch(true), Switch(false)]);
    assert_eq!(
        all("a=\"x, y\", 'z'"),
        [Text("x, y".into()), Text("z".into())]
    );
    assert_eq!(all("a=3"), [Whole(3)]);
}

#[test]
fn continuous_ranges_have_no_count() {
    assert_eq!(axis("a=0.5..3").count(), None);
    assert_eq!(
        axis("a=log:0.001..0.1").values(),
        &Values::Continuous {
            low: 0.001,
            high: 0.1,
            log: true
        }
    );
    // The middle of a logarithmic range is the geometric mean of its ends.
    let Point::At(middle) = axis("a=log:0.001..0.1").along(0.5) else {
        panic!("continuous")
    };
    assert!((middle - 0.01).abs() < 1e-15, "{middle}");
}

#[test]
fn what_is_no_range_is_refused_with_a_remedy() {
    for (given, message, help) in [
        ("a", "no equals sign", "1..4:0.25"),
        ("a.=1..2", "empty part", "dotted path"),
        (".a=1..2", "empty part", "dotted path"),
        ("=1..2", "empty part", "dotted path"),
        ("a=", "no values", "range"),
        ("a=..", "empty", "a=1..4:0.5"),
        ("a=1..", "empty", "two ends|a=1..4:0.5"),
        ("a=..4:1", "empty", "a=1..4:0.5"),
        ("a=4..1", "backwards, from 4 to 1", "1..4"),
        ("a=2..2", "one value, 2", "--set a=2"),
        ("a=1..4:0", "the step is 0", "above 0"),
        ("a=1..4:-0.5", "the step is -0.5", "above 0"),
        (
            "a=1..4:0.7",
            "steps of 0.7 from 1 do not end at 4",
            "a=1..3.8:0.7 or a=1..4.5:0.7",
        ),
        ("a=1..4:5", "do not end at 4", "write a=1..6:5"),
        ("a=nan..4:1", "finite", "digits"),
        ("a=1..inf", "finite", "digits"),
        ("a=1..4:nan", "finite", "digits"),
        ("a=1,nan", "finite", "digits"),
        ("a=1..x", "`x` is not a number", "range"),
        ("a=1..4:", "`` is not a number", "range"),
        ("a=0..2000000", "2000001 values", "wider step"),
        ("a=0.1234567890123456..1:0.1", "more digits", "15"),
        ("a=1,2,1", "1 is listed twice", "once"),
        ("a=1,1.0", "1 is listed twice", "once"),
        ("a=atr,atr", "atr is listed twice", "once"),
        ("a=1,true", "whole numbers", "one kind"),
        ("a=atr,2", "words", "one kind"),
        ("a=2,,3", "empty", "a=2,3,4"),
        ("a=2,3,", "empty", "a=2,3,4"),
        ("a=[1],[2]", "array", "numbers, switches or words"),
        ("a=2020-01-02", "datetime", "numbers, switches or words"),
        ("a=1..=4", "..=4", "a=1..4"),
        ("a=log:0..1", "begin at 0", "above 0"),
        ("a=log:0.1..1:0.1", "no step", "leave the step out"),
        ("a=log:3", "two ends", "log:0.001..0.1"),
    ] {
        let fault = fault(given);
        assert_eq!(fault.source, format!("--vary {given}"));
        assert!(
            fault.message.contains(message),
            "{given}: {}",
            fault.message
        );
        let remedy = fault.help.unwrap();
        assert!(
            help.split('|').any(|help| remedy.contains(help)),
            "{given}: {remedy}"
        );
    }
}

#[test]
fn every_parameter_is_varied_once() {
    let together = |given: &[&str]| Axes::new(given.iter().map(|one| axis(one)).collect());
    let twice = together(&["a.b=1..2", "c=1,2", "a.b=3,4"]).unwrap_err();
    assert_eq!(twice.to_string(), "--vary a.b=3,4: `a.b` is varied twice");
    let inside = together(&["a.b=1..2", "a=3,4"]).unwrap_err();
    assert!(inside.message.contains("inside each other"));
    assert!(together(&["a.b=1..2", "a.bc=3,4"]).is_ok());
    assert!(together(&[]).unwrap_err().message.contains("no parameter"));
    let many: Vec<Axis> = (0..33).map(|n| axis(&format!("p{n}=1,2"))).collect();
    assert!(Axes::new(many).unwrap_err().message.contains("at most 32"));
}

#[test]
fn a_grid_beyond_all_numbers_is_counted_without_overflow() {
    let many = (0..32).map(|n| axis(&format!("p{n}=1..1000000"))).collect();
    let space = Space::new(Axes::new(many).unwrap(), Sampling::Grid).unwrap();
    assert_eq!(space.count(), u128::MAX);
    let one = Space::new(
        axes(&[
            "a=1..1000000",
            "b=1..1000000",
            "c=1..1000000",
            "d=1..1000000",
        ]),
        Sampling::Grid,
    );
    assert_eq!(one.unwrap().count(), 10_u128.pow(24));
}

#[test]
fn samplings_that_cannot_be_are_refused() {
    let fault = |given: &[&str], sampling| Space::new(axes(given), sampling).unwrap_err();
    let stepless = fault(&["a=1,2", "b=0.5..3"], Sampling::Grid);
    assert_eq!(stepless.source, "--vary b=0.5..3");
    assert!(stepless.help.unwrap().contains("--sampler sobol"));
    let random = |samples| Sampling::Random { samples, seed: 1 };
    assert!(
        fault(&["a=1..3"], random(4))
            .message
            .contains("3 combinations")
    );
    assert!(fault(&["a=1..3"], random(0)).message.contains("no samples"));
    assert!(
        fault(
            &["a=1..3"],
            Sampling::Sobol {
                samples: 0,
                seed: 1
            }
        )
        .message
        .contains("no samples")
    );
}

/// By hand: 2 × 3 × 2 = 12; rank 7 = 1·6 + 0·2 + 1. Its neighbours: first axis down (7 − 6 = 1), second up
/// (7 + 2 = 9); the third axis is of words.
#[test]
fn neighbours_are_one_step_away_on_axes_of_numbers() {
    let axes = axes(&["a=1..2", "b=0.1..0.3:0.1", "c=x,y"]);
    assert_eq!(axes.grid_count(), Some(12));
    assert_eq!(axes.neighbours(7), [1, 9]);
    // Rank 2 = 0·6 + 1·2 + 0: up to 8, down to 0, up to 4.
    assert_eq!(axes.neighbours(2), [0, 4, 8]);
}

#[test]
fn a_random_draw_of_the_whole_grid_is_the_grid() {
    let axes = axes(&["a=1..7", "b=0.1..0.5:0.1", "c=true,false"]);
    let space = Space::new(
        axes,
        Sampling::Random {
            samples: 70,
            seed: 5,
        },
    )
    .unwrap();
    let mut ranks: Vec<u128> = (0..70)
        .map(|index| space.axes().rank(&space.combination(index)).unwrap())
        .collect();
    assert!(!ranks.is_sorted());
    ranks.sort_unstable();
    assert!(ranks.into_iter().eq(0..70));
}

#[test]
fn samplings_stay_inside_continuous_axes_and_differ_by_seed() {
    let given = ["a=0.5..3", "b=log:0.001..0.1", "c=2..5"];
    let samplings = |seed| {
        let samples = 500;
        [
            Sampling::Random { samples, seed },
            Sampling::Latin { samples, seed },
            Sampling::Sobol { samples, seed },
        ]
    };
    for (one, other) in samplings(1).into_iter().zip(samplings(2)) {
        let (one, other) = (
            Space::new(axes(&given), one).unwrap(),
            Space::new(axes(&given), other).unwrap(),
        );
        let mut below_the_geometric_mean = 0;
        for index in 0..500 {
            let points = one.combination(index);
            let numbers: Vec<f64> = one
                .axes()
                .as_slice()
                .iter()
                .zip(&points)
                .map(|(a, p)| a.number(*p))
                .collect();
            assert!((0.5..=3.0).contains(&numbers[0]) && (0.001..=0.1).contains(&numbers[1]));
            assert_eq!(one.axes().rank(&points), None, "off the grid");
            below_the_geometric_mean += usize::from(numbers[1] < 0.01);
        }
        assert!(
            (200..300).contains(&below_the_geometric_mean),
            "{below_the_geometric_mean}"
        );
        assert!((0..500).any(|index| one.combination(index) != other.combination(index)));
    }
}

/// Steps, lists of numbers, of words, of switches.
fn any_axes() -> impl Strategy<Value = Axes> {
    let one = prop_oneof![
        (-50_i64..50, 1_i64..9, 1_i64..6, 0_u32..4).prop_map(|(low, step, steps, places)| {
            let text = |units: i64| {
                let sign = if units < 0 { "-" } else { "" };
                let base = 10_i64.pow(places);
                let (left, right) = (units.abs() / base, units.abs() % base);
                if places == 0 {
                    format!("{units}")
                } else {
                    format!("{sign}{left}.{right:0width$}", width = places as usize)
                }
            };
            format!("{}..{}:{}", text(low), text(low + step * steps), text(step))
        }),
        Just("2,3,5,8".to_owned()),
        Just("atr,nearer,farther".to_owned()),
        Just("true,false".to_owned()),
    ];
    proptest::collection::vec(one, 1..5).prop_map(|ranges| {
        let axes = ranges
            .iter()
            .enumerate()
            .map(|(n, range)| axis(&format!("p{n}={range}")));
        Axes::new(axes.collect()).unwrap()
    })
}

proptest! {
    /// Index → points → values → points → index, for every point of the grid, each once.
    #[test]
    fn the_grid_is_walked_there_and_back(axes in any_axes()) {
        let space = Space::new(axes, Sampling::Grid).unwrap();
        let count = space.count();
        for index in 0..count as u64 {
            let points = space.combination(index);
            let axes = space.axes().as_slice();
            let again: Vec<Point> = axes.iter().zip(&points)
                .map(|(axis, point)| axis.find(&axis.value(*point)).unwrap())
                .collect();
            prop_assert_eq!(&again, &points);
            prop_assert_eq!(space.axes().rank(&again), Some(u128::from(index)));
            for (axis, point) in axes.iter().zip(&points) {
                prop_assert_eq!(axis.along(axis.unit(*point)), *point);
            }
        }
        let mut points = vec![Point::Step(0); space.axes().len()];
        space.axes().of_rank(count - 1, &mut points);
        prop_assert_eq!(space.axes().rank(&points), Some(count - 1));
    }

    /// A neighbour's neighbour is oneself.
    #[test]
    fn to_be_next_to_each_other_is_mutual(axes in any_axes(), at in any::<u64>()) {
        let rank = u128::from(at) % axes.grid_count().unwrap();
        for next in axes.neighbours(rank) {
            prop_assert!(next < axes.grid_count().unwrap());
            prop_assert!(axes.neighbours(next).contains(&rank));
        }
    }

    /// One sample in every stratum of every axis.
    #[test]
    fn a_latin_hypercube_meets_every_stratum_once(samples in 1_u32..400, seed in any::<u64>()) {
        let space = Space::new(axes(&["a=0.0..1", "b=0.0..1", "c=0.0..1"]), Sampling::Latin { samples, seed }).unwrap();
        for axis in 0..3 {
            let mut strata: Vec<u32> = (0..u64::from(samples)).map(|index| {
                let Point::At(x) = space.combination(index)[axis] else { panic!("continuous") };
                ((x * f64::from(samples)) as u32).min(samples - 1)
            }).collect();
            strata.sort_unstable();
            prop_assert!(strata.into_iter().eq(0..samples));
        }
    }

    /// Values are those that TOML reads from the decimal text.
    #[test]
    fn steps_are_what_toml_reads(low in 0_u32..2000, step in 1_u32..300, steps in 1_u32..40) {
        let text = |milli: u32| format!("{}.{:03}", milli / 1000, milli % 1000);
        let axis = axis(&format!("a={}..{}:{}", text(low), text(low + steps * step), text(step)));
        for n in 0..=steps {
            let read: toml::Table = toml::from_str(&format!("v = {}", text(low + n * step))).unwrap();
            prop_assert_eq!(&axis.value(Point::Step(n)).toml(), &read["v"]);
        }
    }

    /// No text makes it panic.
    #[test]
    fn any_text_is_read_or_refused(text in "[a-z.=,:0-9+\\-e\"'_ ]{0,24}|\\PC{0,12}") {
        let _ = text.parse::<Axis>();
        let _ = format!("a={text}").parse::<Axis>();
    }
}
