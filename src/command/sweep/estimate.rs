//! How long a sweep will take, before hours are spent on it.

use std::time::{Duration, Instant};

use lab::sweep::space::Point;
use lab::sweep::{BLOCK, Setup, Worker};

use crate::door::Failure;

/// Longer than this is asked about.
const PATIENCE: Duration = Duration::from_mins(10);
/// Combinations that are timed.
const PROBES: u64 = 200;

/// Refuses a sweep that would take longer than ten minutes.
pub(crate) fn refuse_endless(setup: &Setup, blocks: u64, threads: usize) -> Result<(), Failure> {
    let sweep = setup.sweep()?;
    let count = sweep.combinations();
    let left = (blocks * BLOCK).min(count);
    // A second at most is spent on finding out, and nothing where little is to be done.
    if left < 50 * PROBES {
        return Ok(());
    }
    let spread = |n: u64| (u128::from(n) * u128::from(count) / u128::from(PROBES)) as u64;
    let combinations: Vec<Vec<Point>> = (0..PROBES)
        .map(|n| setup.space.combination(spread(n)))
        .collect();
    let mut worker = Worker::default();
    let begun = Instant::now();
    let mut timed = 0_u32;
    let _ = sweep.bench.replay(&combinations, &mut worker, |_, _| {
        timed += 1;
        if begun.elapsed() > Duration::from_secs(1) {
            Err(())
        } else {
            Ok(())
        }
    });
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = if threads == 0 {
        cores
    } else {
        threads.min(cores)
    };
    let each = begun.elapsed().as_secs_f64() / f64::from(timed.max(1));
    let seconds = each * left as f64 / threads as f64;
    if seconds <= PATIENCE.as_secs_f64() {
        return Ok(());
    }
    Err(Failure::input(
        format!("{left} combinations would take about {}", told(seconds)),
        "add --yes to begin, --budget 10m to stop after a while and go on later, --shard 1/4 for several machines, \
         or sample: --sampler sobol --samples 10000",
    ))
}

fn told(seconds: f64) -> String {
    let (minute, hour, day) = (60.0, 3600.0, 86_400.0);
    if seconds < 2.0 * hour {
        format!("{:.0} minutes", seconds / minute)
    } else if seconds < 2.0 * day {
        format!("{:.0} hours", seconds / hour)
    } else if seconds < 800.0 * day {
        format!("{:.0} days", seconds / day)
    } else {
        format!("{:.0} years", seconds / day / 365.25)
    }
}

/// A span of time: `90s`, `10m`, `2h`.
pub(crate) fn time(text: &str) -> Result<Duration, Failure> {
    let wrong = || {
        Failure::input(
            format!("--budget {text}: expected a time like 90s, 10m or 2h"),
            "a number and its unit: s, m or h",
        )
    };
    let (number, unit) = text.split_at(text.len() - text.chars().last().map_or(0, char::len_utf8));
    let unit = match unit {
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(wrong()),
    };
    let number: f64 = number.trim().parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(number * unit)
        .ok()
        .filter(|time| !time.is_zero())
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_number_and_a_unit() {
        let seconds = |text| time(text).ok().map(|time| time.as_secs_f64());
        assert_eq!(seconds("90s"), Some(90.0));
        assert_eq!(seconds("1.5m"), Some(90.0));
        assert_eq!(seconds("2h"), Some(7200.0));
        for text in [
            "", "s", "10", "-1s", "0s", "nanm", "infh", "3d", "1e300h", "ü",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_told_in_the_unit_that_fits() {
        assert_eq!(told(900.0), "15 minutes");
        assert_eq!(told(3.0 * 3600.0), "3 hours");
        assert_eq!(told(1e6), "12 days");
        assert_eq!(told(1e9), "32 years");
    }
}
