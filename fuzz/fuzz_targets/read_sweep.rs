//! Any text as what a sweep is asked for: the first line a `--vary`, the second a `--where`, the third a `--require`.
//! A fault, or axes every value of which can be asked for and conditions that can be judged; never a panic.

#![no_main]

use lab::sweep::FIGURES;
use lab::sweep::space::{Axes, Axis, Condition, Point, Sampling, Space, Vocabulary};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let mut lines = text.lines();
    let vary = lines.next().unwrap_or_default();
    let figures = Vocabulary::of_columns(FIGURES.iter().map(|figure| figure.name));
    let allowed = lines.next().unwrap_or_default();
    if let Ok(required) = Condition::parse("--require", lines.next().unwrap_or_default(), &figures)
    {
        let _ = required.holds_for(|slot| (slot % 3 > 0).then_some(slot as f64));
    }
    let Ok(axis) = vary.parse::<Axis>() else {
        return;
    };
    let Ok(axes) = Axes::new(vec![axis]) else {
        return;
    };
    let condition = Condition::parse(
        "--where",
        allowed,
        &Vocabulary::of_axes(&axes, Default::default()),
    );
    let own = &axes.as_slice()[0];
    for point in [
        Point::Step(0),
        Point::Step(u32::MAX),
        Point::At(0.5),
        Point::At(f64::NAN),
    ] {
        let _ = own.value(point).toml();
    }
    let sampling = match own.count() {
        Some(_) => Sampling::Grid,
        None => Sampling::Sobol {
            samples: 16,
            seed: 1,
        },
    };
    let space = Space::new(axes.clone(), sampling).expect("a grid of steps, or samples");
    let count = u64::try_from(space.count()).expect("one axis");
    for index in [0, count / 2, count - 1] {
        let points = space.combination(index);
        let value = axes.as_slice()[0].value(points[0]);
        assert!(value.number().is_none_or(f64::is_finite));
        if let Ok(condition) = &condition {
            let _ = condition.holds(&axes, &points);
        }
    }
});
