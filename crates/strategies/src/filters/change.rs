//! A symbol's change on the session so far.

use std::collections::BTreeMap;

use indicators::{Age, AsOf, Column, SplitBasis};
use market::{Bars, Interval, Snapshot, Time};

use crate::clock::Clock;

/// The interval from which a plan within the session takes another symbol's last known price: its own clock's, else
/// the nearest finer, else the nearest coarser below a day; `None` where only daily bars are `held`.
pub fn reference_interval(
    clock: Interval,
    held: impl IntoIterator<Item = Interval>,
) -> Option<Interval> {
    let mut held: Vec<Interval> = held
        .into_iter()
        .filter(|&interval| interval != Interval::Day)
        .collect();
    held.sort_unstable();
    let finer = held.iter().rev().find(|&&interval| interval <= clock);
    finer.or(held.first()).copied()
}

/// Last known price ÷ the previous session's close − 1, at each instant of the clock.
///
/// The last price must be of the instant's own session and the close of the session right before;
/// where either is missing the change is unknown. Prices are raw, on one share basis. A daily clock judges
/// daily closes. Within a session the last known price is that of the symbol's own intraday bars (each close from
/// its bar's end on, each open from just after its start), before the first of those the daily bar's open. The
/// previous close is the daily bar's, else the last intraday one.
pub fn session_change(clock: &Clock<'_>, symbol: &str) -> Column {
    let snapshot = clock.snapshot;
    let daily = snapshot.bars_of(symbol, Interval::Day);
    let intraday = match clock.bars.interval {
        Interval::Day => None,
        own @ Interval::Minutes(_) => {
            reference_interval(own, snapshot.intervals_of(symbol).map(|bars| bars.interval))
                .and_then(|interval| snapshot.bars_of(symbol, interval))
        }
    };
    let within = clock.bars.interval != Interval::Day;
    let mut quotes = Quotes::default();
    for bars in intraday.into_iter().chain(daily) {
        quotes.take(bars, snapshot, within);
    }
    let changes = quotes.changes();
    let (known, change): (Vec<Time>, Vec<f64>) = changes.into_iter().unzip();
    // Known after the close of the session before: of this very session.
    let oldest: Vec<_> = clock
        .closes_before(1)
        .iter()
        .map(|close| Time(close.micros().saturating_add(1)))
        .collect();
    AsOf::join(&known, clock.bars.end(), Age::Since(&oldest)).column(&change)
}

/// What is known of a symbol's sessions: prices as they become known, and closes.
#[derive(Default)]
struct Quotes {
    prices: BTreeMap<u32, Vec<(Time, f64)>>,
    closes: BTreeMap<u32, f64>,
}

impl Quotes {
    /// Takes in bars: of sessions that have prices already only what was known before those, closes instead of
    /// those there are.
    fn take(&mut self, bars: &Bars, snapshot: &Snapshot, with_opens: bool) {
        let splits = snapshot.splits_of(&bars.symbol);
        let basis = SplitBasis::of_bars(bars, &snapshot.sessions, splits);
        let (opens, closes) = (basis.prices(bars.open()), basis.prices(bars.close()));
        let mut prices: BTreeMap<u32, Vec<(Time, f64)>> = BTreeMap::new();
        for (row, &session) in bars.session().iter().enumerate() {
            let known = prices.entry(session).or_default();
            if let Some(&open) = opens.get(row).filter(|_| with_opens) {
                // A decision at the instant at which a bar starts comes before its open.
                known.push((Time(bars.start()[row].micros().saturating_add(1)), open));
            }
            if let Some(&close) = closes.get(row) {
                known.push((bars.end()[row], close));
                self.closes.insert(session, close);
            }
        }
        for (session, mut known) in prices {
            let held = self.prices.entry(session).or_default();
            if let Some(&(first, _)) = held.first() {
                known.retain(|(time, _)| *time < first);
            }
            known.append(held);
            *held = known;
        }
    }

    /// The change from the close of the session right before, from each instant on; NaN without one.
    fn changes(&self) -> Vec<(Time, f64)> {
        let of_session = |(&session, known): (&u32, &Vec<(Time, f64)>)| {
            let before = session.checked_sub(1).and_then(|s| self.closes.get(&s));
            let before = before.copied().unwrap_or(f64::NAN);
            let change = |&(time, price): &(Time, f64)| (time, price / before - 1.0);
            known.iter().map(change).collect::<Vec<_>>()
        };
        self.prices.iter().flat_map(of_session).collect()
    }
}

#[cfg(test)]
mod tests {
    use market::{Bars, Date, Interval, RawBars, SessionTable, Snapshot, Time};

    use super::*;

    fn day(d: u32) -> Date {
        Date::from_ymd_opt(2020, 6, d).unwrap()
    }

    fn daily(symbol: &str, days: &[u32], close: &[f64], sessions: &SessionTable) -> Bars {
        let raw = RawBars {
            start: days
                .iter()
                .map(|&d| Time::from_exchange(day(d), 9, 30).unwrap())
                .collect(),
            open: close.to_vec(),
            high: close.to_vec(),
            low: close.to_vec(),
            close: close.to_vec(),
            volume: Vec::new(),
        };
        Bars::new(symbol, Interval::Day, raw, sessions).unwrap()
    }

    #[test]
    fn the_change_needs_todays_price_and_the_session_before() {
        let sessions = SessionTable::covering(day(1), day(5));
        // KRE lacks Wednesday the 3rd.
        let kre = daily("KRE", &[1, 2, 4, 5], &[40.0, 39.0, 42.0, 41.37], &sessions);
        let iwm = daily("IWM", &[1, 2, 3, 4, 5], &[1.0; 5], &sessions);
        let snapshot = Snapshot {
            sessions,
            bars: vec![iwm, kre],
            ..Snapshot::default()
        };
        let basis = SplitBasis::default();
        let clock = Clock {
            bars: &snapshot.bars[0],
            snapshot: &snapshot,
            basis: &basis,
        };
        let change = session_change(&clock, "KRE");
        assert_eq!(change.get(0), None); // no close before
        assert_eq!(change.get(1), Some(39.0 / 40.0 - 1.0));
        assert_eq!(change.get(2), None); // no price today: not Tuesday's change again
        assert_eq!(change.get(3), None); // no close of the session before: not Tuesday's
        assert_eq!(change.get(4), Some(41.37 / 42.0 - 1.0));
    }

    fn at(d: u32, hour: u32, minute: u32) -> Time {
        Time::from_exchange(day(d), hour, minute).unwrap()
    }

    /// (start, open, close) of bars within the session.
    fn within(minutes: u16, rows: &[(Time, f64, f64)], sessions: &SessionTable) -> Bars {
        let raw = RawBars {
            start: rows.iter().map(|row| row.0).collect(),
            open: rows.iter().map(|row| row.1).collect(),
            close: rows.iter().map(|row| row.2).collect(),
            ..RawBars::default()
        };
        Bars::new("KRE", Interval::Minutes(minutes), raw, sessions).unwrap()
    }

    fn named_iwm(mut bars: Bars) -> Bars {
        "IWM".clone_into(&mut bars.symbol);
        bars
    }

    /// A five-minute clock of IWM from 9:30 on the 2nd, and at 15:55; what it sees of KRE at the ends of its bars.
    fn seen(kre: Vec<Bars>) -> Vec<Option<f64>> {
        let sessions = SessionTable::covering(day(1), day(5));
        let starts = [
            at(2, 9, 30),
            at(2, 9, 35),
            at(2, 10, 25),
            at(2, 10, 30),
            at(2, 15, 55),
        ];
        let iwm = within(5, &starts.map(|t| (t, 1.0, 1.0)), &sessions);
        let iwm = named_iwm(iwm);
        let mut bars = vec![iwm];
        bars.extend(kre);
        let snapshot = Snapshot {
            sessions,
            bars,
            ..Snapshot::default()
        };
        let basis = SplitBasis::default();
        let clock = Clock {
            bars: &snapshot.bars[0],
            snapshot: &snapshot,
            basis: &basis,
        };
        let change = session_change(&clock, "KRE");
        (0..starts.len()).map(|i| change.get(i)).collect()
    }

    #[test]
    fn only_daily_bars_tell_the_open_until_the_close() {
        let sessions = SessionTable::covering(day(1), day(5));
        let mut raw = daily("KRE", &[1, 2], &[40.0, 39.0], &sessions)
            .raw()
            .clone();
        raw.open = vec![41.0, 39.6];
        (raw.high, raw.low) = (vec![42.0; 2], vec![38.0; 2]);
        let kre = Bars::new("KRE", Interval::Day, raw, &sessions).unwrap();
        let open = Some(39.6 / 40.0 - 1.0);
        assert_eq!(
            seen(vec![kre]),
            [open, open, open, open, Some(39.0 / 40.0 - 1.0)]
        );
    }

    #[test]
    fn hours_tell_their_opens_while_they_run_and_days_the_close_before() {
        let sessions = SessionTable::covering(day(1), day(5));
        let hours = [
            (at(1, 15, 30), 40.0, 40.2),
            (at(2, 9, 30), 39.0, 38.0),
            (at(2, 10, 30), 37.5, 37.0),
        ];
        let hours = within(60, &hours, &sessions);
        // At 10:30 the first hour's close, 38, is known and the second hour's open is not yet.
        let change = |price: f64, before: f64| Some(price / before - 1.0);
        let prices = [39.0, 39.0, 38.0, 37.5, 37.0];
        assert_eq!(
            seen(vec![hours.clone()]),
            prices.map(|price| change(price, 40.2))
        );
        // The official close of the 1st is 40; its own bars say 40.2.
        let days = daily("KRE", &[1, 2], &[40.0, 36.0], &sessions);
        assert_eq!(
            seen(vec![hours, days]),
            prices.map(|price| change(price, 40.0))
        );
    }

    #[test]
    fn until_the_first_intraday_bar_of_a_session_starts_its_daily_open_is_the_last_price() {
        let sessions = SessionTable::covering(day(1), day(5));
        // Hours from 10:00 on; the official open is 39.
        let hours = within(60, &[(at(2, 10, 0), 38.5, 38.0)], &sessions);
        let mut raw = daily("KRE", &[1, 2], &[40.0, 37.0], &sessions)
            .raw()
            .clone();
        raw.open = vec![41.0, 39.0];
        (raw.high, raw.low) = (vec![42.0; 2], vec![36.0; 2]);
        let days = Bars::new("KRE", Interval::Day, raw, &sessions).unwrap();
        let change = |price: f64| Some(price / 40.0 - 1.0);
        // At 9:35, 9:40, 10:30, 10:35 and 16:00. What the day closes at is the hours' to say.
        let prices = [39.0, 39.0, 38.5, 38.5, 38.0];
        assert_eq!(seen(vec![hours, days]), prices.map(change));
    }

    #[test]
    fn the_plans_own_interval_comes_first_then_finer_then_coarser() {
        let m = Interval::Minutes;
        let choose = |held: &[Interval]| reference_interval(m(15), held.iter().copied());
        assert_eq!(
            choose(&[m(1), m(5), m(15), m(60), Interval::Day]),
            Some(m(15))
        );
        assert_eq!(choose(&[m(60), m(5), m(1), Interval::Day]), Some(m(5)));
        assert_eq!(choose(&[m(60), m(30), Interval::Day]), Some(m(30)));
        assert_eq!(choose(&[Interval::Day]), None);
    }

    #[test]
    fn a_split_between_the_close_before_and_today_is_no_change() {
        let sessions = SessionTable::covering(day(1), day(5));
        let own = within(5, &[(at(2, 9, 30), 20.0, 20.1)], &sessions);
        let days = daily("KRE", &[1], &[40.0], &sessions);
        let clock_bars = named_iwm(own.clone());
        let split = market::Split {
            ex_date: day(2),
            ratio: 2.0,
        };
        let snapshot = Snapshot {
            sessions,
            bars: vec![clock_bars, own, days],
            splits: vec![("KRE".to_owned(), vec![split])],
            ..Snapshot::default()
        };
        let basis = SplitBasis::default();
        let clock = Clock {
            bars: &snapshot.bars[0],
            snapshot: &snapshot,
            basis: &basis,
        };
        // 20.1 of new shares are 40.2 of old ones.
        assert_eq!(
            session_change(&clock, "KRE").get(0),
            Some(40.2 / 40.0 - 1.0)
        );
    }
}
