//! Interest rates in percent: DFF, DGS3MO, DGS2 and DGS10.
//!
//! Lines between a few coarse levels (a rising cycle, nothing in 2020, the steep rise of 2022 and the curve that it
//! inverted), in quarters of a percent, and news around them. DFF is what the central bank sets: it stands still but
//! for the session after a decision of the simulated calendar.

use market::Date;

use super::calendar;
use super::grid::Grid;
use super::random::{Dice, Stream};

/// Where the rates stand at the close of a date.
struct Level {
    date: Date,
    /// The lower end of what the central bank aims at, percent.
    policy: f64,
    /// Three months, two years, ten years, percent.
    market: [f64; 3],
    /// Size of the news from here to the next level ÷ an ordinary year's.
    pace: f64,
}

const LEVELS: [Level; 15] = [
    level(2016, 7, 1, 0.25, [0.25, 0.5, 1.5], 1.0),
    level(2017, 1, 3, 0.5, [0.5, 1.25, 2.5], 1.0),
    level(2018, 1, 26, 1.25, [1.5, 2.0, 2.75], 1.0),
    level(2018, 11, 8, 2.0, [2.25, 3.0, 3.25], 1.25),
    level(2019, 9, 16, 2.0, [2.0, 1.75, 1.75], 1.25),
    level(2020, 2, 19, 1.5, [1.5, 1.5, 1.5], 2.0),
    level(2020, 3, 18, 0.0, [0.1, 0.5, 1.0], 0.75),
    level(2021, 3, 15, 0.0, [0.1, 0.25, 1.5], 0.75),
    level(2022, 1, 3, 0.0, [0.1, 0.75, 1.5], 2.0),
    level(2022, 6, 16, 1.0, [1.5, 3.25, 3.25], 2.0),
    level(2022, 9, 30, 3.0, [3.25, 4.25, 3.75], 2.0),
    level(2023, 3, 8, 4.5, [5.0, 5.0, 4.0], 2.5),
    level(2023, 5, 4, 5.0, [5.25, 3.75, 3.25], 2.0),
    level(2023, 10, 27, 5.25, [5.5, 5.0, 4.75], 2.0),
    level(2023, 12, 29, 5.25, [5.5, 4.25, 4.0], 2.0),
];

/// Standard deviation of a session's news at pace 1, percent: three months, two years, ten years.
const NEWS: [f64; 3] = [0.02, 0.035, 0.04];
/// Share of what news brought that is left a session later: bills are held near the policy rate.
const PERSISTENCE: [f64; 3] = [0.90, 0.97, 0.97];
/// Correlation of the news with that of two years.
const WITH_TWO_YEARS: [f64; 3] = [0.35, 1.0, 0.75];
/// Half the degrees of freedom of a session's news.
const HALF_FREEDOM: u32 = 3;
/// No rate is below this, and overnight money is lent this far above the lower end of what is aimed at.
const LEAST: f64 = 0.01;
const ABOVE_POLICY: f64 = 0.1;

/// The rates at each close, percent with two decimals.
pub(super) struct Rates {
    pub(super) overnight: Vec<f64>,
    pub(super) three_months: Vec<f64>,
    pub(super) two_years: Vec<f64>,
    pub(super) ten_years: Vec<f64>,
}

pub(super) fn of(grid: &Grid, seed: u64) -> Rates {
    let stretches = stretches(grid);
    let [three_months, two_years, ten_years] = market(&stretches, grid.len(), seed);
    Rates {
        overnight: overnight(grid, &stretches),
        three_months,
        two_years,
        ten_years,
    }
}

/// The sessions after one level up to and including the next.
struct Stretch {
    from: usize,
    to: usize,
    start: &'static Level,
    end: &'static Level,
}

impl Stretch {
    fn share(&self, index: usize) -> f64 {
        index.saturating_sub(self.from) as f64 / (self.to - self.from) as f64
    }
}

fn stretches(grid: &Grid) -> Vec<Stretch> {
    let at = |level: &Level| grid.sessions.partition_point(|s| s.date < level.date);
    LEVELS
        .windows(2)
        .map(|pair| Stretch {
            from: at(&pair[0]),
            to: at(&pair[1]),
            start: &pair[0],
            end: &pair[1],
        })
        .collect()
}

/// The three market rates: news remembered for a while, its misses at both levels taken back linearly between them.
fn market(stretches: &[Stretch], sessions: usize, seed: u64) -> [Vec<f64>; 3] {
    let mut dice = Dice::new(seed, Stream::Rates);
    let mut free = vec![[0.0; 3]; sessions];
    let mut wander = [0.0; 3];
    for stretch in stretches {
        for values in &mut free[stretch.from + 1..=stretch.to] {
            let size = stretch.start.pace * dice.student_scale(HALF_FREEDOM);
            let own: [f64; 3] = std::array::from_fn(|_| dice.normal());
            wander = std::array::from_fn(|tenor| {
                let rho = WITH_TWO_YEARS[tenor];
                let news = rho * own[1] + (1.0 - rho * rho).sqrt() * own[tenor];
                PERSISTENCE[tenor] * wander[tenor] + NEWS[tenor] * size * news
            });
            *values = wander;
        }
    }
    std::array::from_fn(|tenor| {
        let first = stretches.iter().take(1).map(|s| s.start.market[tenor]);
        let rest = stretches.iter().flat_map(|stretch| {
            let (start, end) = (stretch.start.market[tenor], stretch.end.market[tenor]);
            let (miss, last) = (free[stretch.from][tenor], free[stretch.to][tenor]);
            let free = &free;
            (stretch.from + 1..=stretch.to).map(move |index| {
                let share = stretch.share(index);
                let line = start - miss + (end - last - start + miss) * share;
                hundredths(line + free[index][tenor])
            })
        });
        first.chain(rest).collect()
    })
}

/// Overnight money: after each decision, the quarter of a percent nearest to the line between the levels on its date.
fn overnight(grid: &Grid, stretches: &[Stretch]) -> Vec<f64> {
    let line = |date: Date| {
        let index = grid.sessions.partition_point(|s| s.date < date);
        let stretch = stretches.iter().find(|s| index <= s.to);
        stretch.map_or(0.0, |s| {
            s.start.policy + (s.end.policy - s.start.policy) * s.share(index)
        })
    };
    let decisions = calendar::decisions();
    grid.sessions
        .iter()
        .map(|session| {
            let decided = decisions.partition_point(|&date| date < session.date);
            let aim = decided.checked_sub(1).map_or(0.0, |at| line(decisions[at]));
            hundredths((aim * 4.0).round() / 4.0 + ABOVE_POLICY)
        })
        .collect()
}

fn hundredths(percent: f64) -> f64 {
    ((percent * 100.0).round() / 100.0).max(LEAST)
}

/// A row of the table. Evaluated by the compiler, so a date that does not exist does not compile.
const fn level(year: i32, month: u32, day: u32, policy: f64, market: [f64; 3], pace: f64) -> Level {
    let Some(date) = Date::from_ymd_opt(year, month, day) else {
        panic!("the date of a level does not exist");
    };
    Level {
        date,
        policy,
        market,
        pace,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_is_met_and_the_levels_span_the_market() {
        let grid = Grid::new();
        for seed in [1, 2018] {
            let made = of(&grid, seed);
            for level in &LEVELS {
                let at = grid.sessions.iter().position(|s| s.date == level.date);
                let at = at.unwrap();
                let found = [
                    made.three_months[at],
                    made.two_years[at],
                    made.ten_years[at],
                ];
                assert_eq!(found, level.market, "{}", level.date);
            }
        }
        assert_eq!(LEVELS[0].date, grid.sessions[0].date);
        assert_eq!(LEVELS[14].date, grid.sessions[grid.len() - 1].date);
    }

    #[test]
    fn overnight_money_moves_after_decisions_only_and_by_quarters() {
        let grid = Grid::new();
        let overnight = of(&grid, 5).overnight;
        let decisions = calendar::decisions();
        for index in 1..grid.len() {
            let change = overnight[index] - overnight[index - 1];
            let quarters = change * 4.0;
            assert!((quarters - quarters.round()).abs() < 1e-9, "{change}");
            let after = decisions.contains(&grid.sessions[index - 1].date);
            assert!(change == 0.0 || after, "{}", grid.sessions[index].date);
        }
        let on = |text: &str| {
            let date: Date = text.parse().unwrap();
            overnight[grid.sessions.iter().position(|s| s.date == date).unwrap()]
        };
        // 2022-06-15 lies one session before the level of 1.00: the line is at 0.99, the nearest quarter 1.00.
        assert_eq!((on("2022-06-15"), on("2022-06-16")), (0.85, 1.1));
        // 2020-03-18 is a decision and a level: nothing from the session after.
        assert_eq!(on("2020-03-19"), 0.1);
        assert_eq!(on("2023-12-29"), 5.35);
    }
}
