//! Prices a vendor has taken dividends out of: recognised by the raw daily closes, and put back.
//!
//! A vendor who adjusts multiplies every price of the sessions before an ex-date by `1 - D / C`, `D` being the dividend
//! in dollars and `C` the close of the session before. With the raw closes and the dividends at hand these factors are
//! known but for one thing: the day the file was made, and so the last ex-date that entered it. Every one that could be
//! is tried.

use market::{Date, Dividend};

/// Sessions that must be in both before anything is concluded.
const FEWEST_SESSIONS: usize = 3;

/// The greatest median distance between a file's last prices and the official closes, as a fraction. One venue's last
/// print is within a few hundredths of a percent of the official close; a small dividend is a quarter of one.
const FIT: f64 = 0.001;

/// A single session counts for at most this much, so that a wild print cannot choose the ex-date.
const WILDEST: f64 = 0.01;

/// Closes nearer than this fraction are one close written twice, as a merge has it.
const SAME: f64 = 1e-6;

/// A later dividend takes at least so much off, as a fraction, and at most so much: what is nearer to nothing is noise,
/// and what is further is no dividend of a fund.
const LATER: std::ops::Range<f64> = 1e-4..0.03;

/// Days from a session to the next, at most: the exchange was closed from the 10th to the 17th of September 2001.
const LONGEST_PAUSE_DAYS: i64 = 7;

/// What a file's prices are held against, all on one share basis.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Yardstick {
    /// Official closes by session, raw, in dollars, dates ascending.
    pub(crate) closes: Vec<(Date, f64)>,
    /// Dividends in dollars a share, ex-dates ascending.
    pub(crate) dividends: Vec<Dividend>,
}

/// Bars left out because nothing tells what was taken out of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    before: u64,
    after: u64,
}

impl LeftOut {
    /// True, and counted, for a session whose factor is not known.
    pub(crate) fn takes(&mut self, factors: &Factors, session: Date) -> bool {
        if factors.covers(session) {
            return false;
        }
        if factors.from.is_some_and(|from| session < from) {
            self.before += 1;
        } else {
            self.after += 1;
        }
        true
    }

    /// Lines about them.
    pub(crate) fn notes(self, factors: &Factors, symbol: &str) -> Vec<String> {
        let line = |bars: u64, word: &str, date: Option<Date>| {
            let date = date.filter(|_| bars > 0)?;
            Some(format!(
                "{symbol}: {bars} bars {word} {date} left out: no daily bars tell what dividends took out of them"
            ))
        };
        let before = line(self.before, "before", factors.from);
        let after = line(self.after, "after", factors.until());
        before.into_iter().chain(after).collect()
    }
}

/// What a file's prices are.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// As they were traded.
    Raw,
    /// Less the dividends up to an ex-date.
    Adjusted(Factors),
    /// Too few sessions in common to tell.
    Unknown,
    /// Neither: of another share, another basis, or made by another rule.
    Neither {
        /// Sessions in common.
        sessions: usize,
        /// The median of last price ÷ official close.
        ratio: f64,
    },
}

/// What prices were multiplied by, by session.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Factors {
    /// Ex-dates ascending, each with the factor of the sessions before it, back to the one in front.
    steps: Vec<(Date, f64)>,
    /// What dividends left of every price that went ex after the last record: the last session they surely touch, and
    /// the factor.
    later: Option<(Date, f64)>,
    /// The first session whose factor is known: before the first daily close no dividend can be turned into one.
    from: Option<Date>,
}

impl Factors {
    /// True for a session whose factor is known.
    pub(crate) fn covers(&self, session: Date) -> bool {
        self.from.is_none_or(|from| from <= session)
            && self.until().is_none_or(|until| session <= until)
    }

    /// The last session whose factor is known, if a dividend that nobody recorded followed at a day unknown.
    pub(crate) fn until(&self) -> Option<Date> {
        self.later.map(|(until, _)| until)
    }

    /// What that dividend took off, as a fraction.
    pub(crate) fn later(&self) -> Option<f64> {
        self.later.map(|(_, factor)| 1.0 - factor)
    }

    /// The factor of a session: raw price × factor = the file's price. 1 from the last ex-date on. After
    /// [`until`](Factors::until) it means nothing.
    pub(crate) fn at(&self, session: Date) -> f64 {
        let next = self.steps.partition_point(|&(ex, _)| ex <= session);
        let recorded = self.steps.get(next).map_or(1.0, |&(_, factor)| factor);
        self.later.map_or(recorded, |(_, factor)| recorded * factor)
    }

    /// A bar of a session, its prices as traded.
    pub(crate) fn undo(&self, session: Date, bar: [f64; 5]) -> [f64; 5] {
        let [open, high, low, close, volume] = bar;
        let factor = self.at(session);
        [
            open / factor,
            high / factor,
            low / factor,
            close / factor,
            volume,
        ]
    }

    /// The last ex-date in it.
    pub(crate) fn through(&self) -> Option<Date> {
        self.steps.last().map(|&(ex, _)| ex)
    }

    /// The factors a file took out of its own prices, told by its own dividends: `closes` are adjusted, dates ascending,
    /// and nothing later was taken out of them.
    ///
    /// From the last ex-date back: of a close before one, a share `F` is left by those after it, so with `C` the close as
    /// traded the file has `F × C × (1 - D / C) = F × (C - D)`, which gives `C`.
    pub(crate) fn of_own(closes: &[(Date, f64)], dividends: &[Dividend]) -> Factors {
        let mut left = 1.0;
        let mut shares = Vec::new();
        for paid in dividends.iter().rev() {
            let after = closes.partition_point(|&(date, _)| date < paid.ex_date);
            let Some(&(_, before)) = after.checked_sub(1).and_then(|at| closes.get(at)) else {
                continue;
            };
            let keeps = 1.0 - paid.amount_usd / (before / left + paid.amount_usd);
            left *= keeps;
            shares.push((paid.ex_date, keeps));
        }
        shares.reverse();
        Factors::of_shares(&shares)
    }

    /// From what each ex-date takes off, ascending.
    fn of_shares(shares: &[(Date, f64)]) -> Factors {
        let mut factor = 1.0;
        let mut steps: Vec<(Date, f64)> = shares
            .iter()
            .rev()
            .map(|&(ex, keeps)| {
                factor *= keeps;
                (ex, factor)
            })
            .collect();
        steps.reverse();
        Factors {
            steps,
            later: None,
            from: None,
        }
    }
}

impl Yardstick {
    /// The factors of a file that took out every dividend up to and including `through`. An ex-date without a close
    /// just before it, or whose dividend is no part of that close, takes nothing off.
    fn factors(&self, through: Date) -> Factors {
        let shares: Vec<(Date, f64)> = self
            .dividends
            .iter()
            .take_while(|d| d.ex_date <= through)
            .filter_map(|d| Some((d.ex_date, 1.0 - d.amount_usd / self.before(d.ex_date)?)))
            .filter(|&(_, keeps)| keeps > 0.0 && keeps < 1.0)
            .collect();
        Factors {
            from: self.closes.first().map(|&(date, _)| date),
            ..Factors::of_shares(&shares)
        }
    }

    /// The close of the session before a date; of closes that end earlier none is that.
    fn before(&self, date: Date) -> Option<f64> {
        let after = self.closes.partition_point(|&(d, _)| d < date);
        let &(held, close) = self.closes.get(after.checked_sub(1)?)?;
        (date.signed_duration_since(held).num_days() <= LONGEST_PAUSE_DAYS).then_some(close)
    }

    /// What `lasts`, a file's last regular price of each session, dates ascending, tells of its prices.
    ///
    /// The file is adjusted if the ratios to the official closes follow the factors of one last ex-date, and do so on
    /// the sessions those factors touch at least twice as well as raw prices would. An ex-date that lies inside the file
    /// with another one behind it, still inside, cannot have been the last.
    pub(crate) fn judge(&self, lasts: &[(Date, f64)]) -> Verdict {
        let ratios = self.ratios(lasts);
        let (Some(&(first, _)), Some(&(last, _))) = (ratios.first(), ratios.last()) else {
            return Verdict::Unknown;
        };
        let raw = Factors::default();
        if ratios.len() < FEWEST_SESSIONS {
            return few(&ratios, &raw);
        }
        let candidates = self.ends(first, last).map(|ex| self.factors(ex));
        let best = std::iter::once(raw.clone())
            .chain(candidates)
            .map(|factors| (capped_mean(&ratios, &factors), factors))
            .reduce(|best, next| if next.0 < best.0 { next } else { best });
        let (distance, mut best) = best.unwrap_or_else(|| (f64::INFINITY, raw.clone()));
        if let Some(later) = self.later(&ratios)
            && 2.0 * capped_mean(&ratios, &later) < distance
        {
            best = later;
        }
        let touched: Vec<(Date, f64)> = ratios
            .iter()
            .copied()
            .filter(|&(session, _)| best.at(session) < 1.0 && best.covers(session))
            .collect();
        let clearly = touched.len() >= FEWEST_SESSIONS
            && 2.0 * median_distance(&touched, &best) < median_distance(&touched, &raw);
        if clearly && median_distance(&ratios, &best) <= FIT {
            return Verdict::Adjusted(best);
        }
        if median_distance(&ratios, &raw) <= FIT {
            return Verdict::Raw;
        }
        Verdict::Neither {
            sessions: ratios.len(),
            ratio: median(ratios.iter().map(|&(_, ratio)| ratio).collect()),
        }
    }

    /// True if every session in common has the very close of the daily bars: perhaps these came from the same place, and
    /// then they tell nothing.
    pub(crate) fn equals(&self, closes: &[(Date, f64)]) -> bool {
        let ratios = self.ratios(closes);
        ratios.iter().all(|&(_, ratio)| distance(ratio, 1.0) < SAME)
    }

    /// Every dividend on record out, and beyond them something that left the same share of every price: one that went ex
    /// after the records end, before the file was made, or several whose amounts are on record but no close before them.
    fn later(&self, ratios: &[(Date, f64)]) -> Option<Factors> {
        let mut factors = self.factors(self.dividends.last()?.ex_date);
        let &(until, _) = self.closes.last()?;
        let rest = ratios.iter().map(|&(date, ratio)| ratio / factors.at(date));
        let rest = median(rest.collect());
        let beyond = self.dividends.iter().filter(|d| d.ex_date > until).count();
        let most = LATER.end * (1 + beyond) as f64;
        // Where no recorded step is in the file, what is no more than the distance of last prints tells nothing.
        let steps = ratios.first().is_some_and(|&(date, _)| {
            let recorded = factors.through();
            recorded.is_some_and(|ex| date < ex)
        });
        let least = if steps { LATER.start } else { FIT };
        (least..most).contains(&(1.0 - rest)).then(|| {
            factors.later = Some((until, rest));
            factors
        })
    }

    /// Last price ÷ official close on the sessions that have both.
    fn ratios(&self, lasts: &[(Date, f64)]) -> Vec<(Date, f64)> {
        let close = |date: Date| {
            let at = self.closes.binary_search_by_key(&date, |&(d, _)| d).ok()?;
            self.closes.get(at).map(|&(_, close)| close)
        };
        lasts
            .iter()
            .filter_map(|&(date, last)| Some((date, last / close(date)?)))
            .collect()
    }

    /// The ex-dates that can have been the last: the last one inside the file, and each one after it.
    fn ends(&self, first: Date, last: Date) -> impl Iterator<Item = Date> {
        let inside = self.dividends.iter().rev().map(|d| d.ex_date);
        let inside = inside.clone().find(|&ex| ex <= last);
        let from = inside.unwrap_or(first).max(first);
        self.dividends
            .iter()
            .map(|d| d.ex_date)
            .filter(move |&ex| ex >= from && ex > first)
    }
}

/// What one or two sessions tell: that prices are as traded, or that they are far from it; no more.
fn few(ratios: &[(Date, f64)], raw: &Factors) -> Verdict {
    let far = |&(_, ratio): &(Date, f64)| distance(ratio, 1.0) > WILDEST;
    if median_distance(ratios, raw) <= FIT {
        Verdict::Raw
    } else if ratios.iter().all(far) {
        Verdict::Neither {
            sessions: ratios.len(),
            ratio: median(ratios.iter().map(|&(_, ratio)| ratio).collect()),
        }
    } else {
        Verdict::Unknown
    }
}

fn distance(ratio: f64, factor: f64) -> f64 {
    (ratio / factor - 1.0).abs()
}

fn capped_mean(ratios: &[(Date, f64)], factors: &Factors) -> f64 {
    let sum: f64 = ratios
        .iter()
        .map(|&(session, ratio)| distance(ratio, factors.at(session)).min(WILDEST))
        .sum();
    sum / ratios.len() as f64
}

fn median_distance(ratios: &[(Date, f64)], factors: &Factors) -> f64 {
    let all = ratios.iter();
    median(
        all.map(|&(session, ratio)| distance(ratio, factors.at(session)))
            .collect(),
    )
}

/// The upper median; callers have looked that there is one.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(n: u32) -> Date {
        Date::from_ymd_opt(2021, 1, n).unwrap()
    }

    /// Ten sessions at 100 $, 1 $ paid with ex-date 5 and 2 $ with ex-date 8; also one 3 $ on the 20th, past every file.
    fn yardstick() -> Yardstick {
        let paid = |n, amount_usd| Dividend {
            ex_date: day(n),
            amount_usd,
        };
        Yardstick {
            closes: (1..=25).map(|n| (day(n), 100.0)).collect(),
            dividends: vec![paid(5, 1.0), paid(8, 2.0), paid(20, 3.0)],
        }
    }

    #[test]
    fn factors_multiply_what_each_later_ex_date_takes_off() {
        let f = yardstick().factors(day(8));
        // Before the 5th both are out: 0.99 × 0.98 = 0.9702; from the 5th on only the second: 0.98; then nothing.
        assert!((f.at(day(4)) - 0.9702).abs() < 1e-12);
        assert!((f.at(day(5)) - 0.98).abs() < 1e-12);
        assert!((f.at(day(7)) - 0.98).abs() < 1e-12);
        assert_eq!(f.at(day(8)), 1.0);
        assert_eq!(f.through(), Some(day(8)));
    }

    #[test]
    fn a_file_with_its_own_dividends_needs_no_other() {
        let yardstick = yardstick();
        let factors = yardstick.factors(day(20));
        // Closes of 100 $ all along, with 1, 2 and 3 $ taken out: what is left of them gives the same factors.
        let adjusted: Vec<_> = yardstick
            .closes
            .iter()
            .map(|&(date, close)| (date, close * factors.at(date)))
            .collect();
        let own = Factors::of_own(&adjusted, &yardstick.dividends);
        for &(date, price) in &adjusted {
            assert!((price / own.at(date) - 100.0).abs() < 1e-9, "{date}");
        }
        assert_eq!(Factors::of_own(&[], &yardstick.dividends).at(day(1)), 1.0);
    }

    #[test]
    fn raw_prices_are_raw_and_adjusted_ones_tell_their_last_ex_date() {
        let yardstick = yardstick();
        let raw: Vec<_> = (1..=10).map(|n| (day(n), 100.02)).collect();
        assert_eq!(yardstick.judge(&raw), Verdict::Raw);
        for through in [8, 20] {
            let factors = yardstick.factors(day(through));
            let lasts: Vec<_> = (1..=10)
                .map(|n| (day(n), 100.02 * factors.at(day(n))))
                .collect();
            assert_eq!(yardstick.judge(&lasts), Verdict::Adjusted(factors));
        }
    }

    #[test]
    fn a_dividend_after_the_records_is_told_by_what_is_left() {
        let yardstick = yardstick();
        // All three on record out, and 0.25 % more.
        let known = yardstick.factors(day(20));
        let lasts: Vec<_> = (1..=25)
            .map(|n| (day(n), 100.02 * 0.9975 * known.at(day(n))))
            .collect();
        let Verdict::Adjusted(factors) = yardstick.judge(&lasts) else {
            panic!("not recognised");
        };
        assert_eq!(factors.until(), Some(day(25)));
        // The ratio is to closes of 100: 100.02 × 0.9975 ÷ 100 = 0.9976995, so 0.23005 % are missing.
        assert!((factors.later().unwrap() - 0.002_300_5).abs() < 1e-9);
        // A price of a share count a little off, with no dividend's steps in it, is not taken for that.
        let scaled: Vec<_> = (1..=25).map(|n| (day(n), 99.5)).collect();
        assert!(matches!(yardstick.judge(&scaled), Verdict::Neither { .. }));
    }

    #[test]
    fn too_little_is_unknown_and_another_share_is_neither() {
        let yardstick = yardstick();
        assert_eq!(yardstick.judge(&[]), Verdict::Unknown);
        // Two sessions tell prices as traded, and prices far from it, but not what is half a percent off.
        let two = |usd| yardstick.judge(&[(day(1), usd), (day(2), usd)]);
        assert_eq!(two(100.05), Verdict::Raw);
        assert_eq!(two(99.5), Verdict::Unknown);
        assert!(matches!(two(97.0), Verdict::Neither { sessions: 2, .. }));
        let half: Vec<_> = (1..=10).map(|n| (day(n), 50.0)).collect();
        let Verdict::Neither { sessions, ratio } = yardstick.judge(&half) else {
            panic!("taken for a match");
        };
        assert_eq!((sessions, ratio), (10, 0.5));
        // Without closes there is nothing to hold against.
        assert_eq!(Yardstick::default().judge(&half), Verdict::Unknown);
    }

    #[test]
    fn sessions_before_the_first_close_and_ex_dates_after_the_last_are_not_guessed_at() {
        let full = yardstick();
        let factors = full.factors(day(20));
        let lasts = |from: u32| -> Vec<(Date, f64)> {
            let days = (from..=10).map(day);
            days.map(|d| (d, 100.0 * factors.at(d))).collect()
        };
        // Closes from the 6th on: the factor of the ex-date 5 cannot be known, so sessions before the 6th have none.
        let late = Yardstick {
            closes: full.closes[5..].to_vec(),
            ..full.clone()
        };
        let Verdict::Adjusted(found) = late.judge(&lasts(1)) else {
            panic!("not recognised");
        };
        assert!(!found.covers(day(5)) && found.covers(day(6)));
        assert!((found.at(day(7)) - factors.at(day(7))).abs() < 1e-12);
        // Closes to the 10th, the ex-date 20 on record: 3 % of a close nobody has, told by what is left.
        let early = Yardstick {
            closes: full.closes[..10].to_vec(),
            ..full.clone()
        };
        let Verdict::Adjusted(found) = early.judge(&lasts(1)) else {
            panic!("not recognised");
        };
        assert_eq!(found.until(), Some(day(10)));
        assert!((found.later().unwrap() - 0.03).abs() < 1e-9);
        assert!(found.covers(day(10)) && !found.covers(day(11)));
    }

    #[test]
    fn a_file_from_after_the_last_record_may_lack_one_dividend_and_no_more() {
        let yardstick = yardstick();
        let lasts = |usd: f64| (21..=25).map(|n| (day(n), usd)).collect::<Vec<_>>();
        let Verdict::Adjusted(found) = yardstick.judge(&lasts(99.75)) else {
            panic!("not recognised");
        };
        assert_eq!(found.until(), Some(day(25)));
        assert!((found.later().unwrap() - 0.0025).abs() < 1e-9);
        assert!(matches!(
            yardstick.judge(&lasts(96.5)),
            Verdict::Neither { .. }
        ));
        assert_eq!(yardstick.judge(&lasts(99.95)), Verdict::Raw);
    }

    #[test]
    fn a_dividend_greater_than_the_price_takes_nothing_off() {
        let mut yardstick = yardstick();
        yardstick.dividends[1].amount_usd = 150.0;
        assert!((yardstick.factors(day(8)).at(day(4)) - 0.99).abs() < 1e-12);
    }

    proptest! {
        /// Whatever the closes and the last prints' noise, up to 0.05 %, the ex-date is found and prices come back.
        #[test]
        fn prices_come_back(
            closes in prop::collection::vec(50.0..200.0f64, 25),
            noise in prop::collection::vec(-5e-4..5e-4f64, 12),
            last in 0..2usize,
        ) {
            let dates = (1..=25).map(day);
            let yardstick = Yardstick { closes: dates.zip(closes).collect(), ..yardstick() };
            let through = [day(8), day(20)][last];
            let factors = yardstick.factors(through);
            let lasts: Vec<_> = yardstick.closes.iter().zip(&noise)
                .map(|(&(d, c), e)| (d, c * (1.0 + e) * factors.at(d)))
                .collect();
            let Verdict::Adjusted(found) = yardstick.judge(&lasts) else {
                return Err(TestCaseError::fail("not recognised"));
            };
            prop_assert_eq!(found.through(), Some(through));
            for (&(d, price), &(_, close)) in lasts.iter().zip(&yardstick.closes) {
                // The print's own noise, and a later dividend as large as the noise's median that may have been read into it.
                prop_assert!((price / found.at(d) / close - 1.0).abs() < 5e-4 + 5e-4 + 1e-6);
            }
        }
    }
}
