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
mod tests;
