//! A snapshot with its future taken away: cut off, or replaced by other values.

use chrono::Days;
use std::sync::Arc;

use market::{Bars, Chain, Event, Known, RawBars, Series, Snapshot, Time};

use crate::error::Error;
use crate::load::Loaded;
use crate::needs::make;

/// The snapshot as it was known at `cut`.
pub(crate) fn truncated(loaded: &Loaded, cut: Time) -> Result<Snapshot, Error> {
    let snapshot = &loaded.snapshot;
    let today = cut.exchange_date();
    let known = |date: market::Date| today.is_some_and(|today| date <= today);
    let bars = rebuild(loaded, |bars| begun_by(bars, cut))?;
    let series = snapshot.series.iter().map(|series| {
        let n = published(series, cut);
        Series {
            date: series.date[..n].to_vec(),
            value: series.value[..n].to_vec(),
            ..series.clone()
        }
    });
    let mut other = Snapshot {
        bars,
        series: series.collect(),
        dividends: snapshot
            .dividends
            .iter()
            .map(|(s, d)| {
                (
                    s.clone(),
                    d.iter().copied().filter(|d| known(d.ex_date)).collect(),
                )
            })
            .collect(),
        // The calendar is published beforehand; what nobody had announced is not known before its day.
        events: snapshot
            .events
            .iter()
            .map(|(kind, events)| {
                let announced = events.iter().filter(|e| e.scheduled || happened(e, cut));
                (kind.clone(), announced.cloned().collect())
            })
            .collect(),
        chains: snapshot
            .chains
            .iter()
            .map(|(s, chains)| {
                let quoted = chains.partition_point(|chain| chain.time <= cut);
                (s.clone(), chains[..quoted].to_vec())
            })
            .collect(),
        splits: snapshot
            .splits
            .iter()
            .map(|(s, d)| {
                (
                    s.clone(),
                    d.iter().copied().filter(|d| known(d.ex_date)).collect(),
                )
            })
            .collect(),
        ..snapshot.clone()
    };
    make(&mut other, &loaded.resampled, Some(cut))?;
    Ok(other)
}

/// True if an event that nobody announced had happened at `cut`; one without an hour is known from the next day on.
fn happened(event: &Event, cut: Time) -> bool {
    match event.at() {
        Some(at) => at <= cut,
        None => cut.exchange_date().is_some_and(|today| event.date < today),
    }
}

/// What is known of bars at `cut`: those that have ended, and of one that is running (a day, for a plan within the
/// session) its open.
fn begun_by(bars: &Bars, cut: Time) -> RawBars {
    let mut raw = bars.known_at(cut);
    let row = raw.start.len();
    let running = bars.start().get(row).filter(|&&start| start < cut);
    let (Some(&start), Some(&open)) = (running, bars.open().get(row)) else {
        return raw;
    };
    raw.start.push(start);
    let whole = bars.raw();
    let prices = [
        (&mut raw.open, &whole.open),
        (&mut raw.high, &whole.high),
        (&mut raw.low, &whole.low),
        (&mut raw.close, &whole.close),
    ];
    for (column, _) in prices.into_iter().filter(|(_, loaded)| !loaded.is_empty()) {
        column.push(open);
    }
    if !whole.volume.is_empty() {
        raw.volume.push(0.0);
    }
    raw
}

/// The snapshot with everything that became known after `cut` replaced by other valid values.
pub(crate) fn poisoned(loaded: &Loaded, cut: Time) -> Result<Snapshot, Error> {
    let snapshot = &loaded.snapshot;
    let today = cut.exchange_date();
    let later = |date: market::Date| today.is_none_or(|today| date > today);
    let bars = rebuild(loaded, |bars| {
        let mut raw = bars.raw().clone();
        let first = bars.end().partition_point(|&end| end <= cut);
        let open_after_cut = raw.open.get(first).copied();
        let columns = [&mut raw.open, &mut raw.high, &mut raw.low, &mut raw.close];
        for column in columns {
            for (i, value) in column.iter_mut().enumerate().skip(first) {
                *value *= poison(i);
            }
        }
        // The next open stays, so that orders decided at the cut fill there as they did.
        if let Some(open) = open_after_cut {
            raw.open[first] = open;
            for (column, widen) in [
                (&mut raw.high, f64::max as fn(f64, f64) -> f64),
                (&mut raw.low, f64::min),
            ] {
                if let Some(value) = column.get_mut(first) {
                    *value = widen(*value, open);
                }
            }
        }
        raw.volume
            .iter_mut()
            .enumerate()
            .skip(first)
            .for_each(|(i, volume)| *volume *= poison(i));
        raw
    })?;
    let series = snapshot.series.iter().map(|series| {
        let mut series = series.clone();
        let first = published(&series, cut);
        series
            .value
            .iter_mut()
            .enumerate()
            .skip(first)
            .for_each(|(i, value)| *value *= poison(i));
        series
    });
    let mut other = Snapshot {
        bars,
        series: series.collect(),
        ..snapshot.clone()
    };
    for chain in other.chains.iter_mut().flat_map(|(_, chains)| chains) {
        if chain.time > cut {
            *chain = Arc::new(requoted(chain));
        }
    }
    // What nobody has announced may as well happen a week later.
    for event in other.events.iter_mut().flat_map(|(_, events)| events) {
        let later = event.date.checked_add_days(Days::new(7));
        if let Some(later) = later.filter(|_| !event.scheduled && !happened(event, cut)) {
            event.date = later;
        }
    }
    for dividend in other
        .dividends
        .iter_mut()
        .flat_map(|(_, d)| d)
        .filter(|d| later(d.ex_date))
    {
        dividend.amount_usd *= 3.0;
    }
    make(&mut other, &loaded.resampled, None)?;
    Ok(other)
}

/// A chain with every option at another price.
fn requoted(chain: &Chain) -> Chain {
    let offers = chain.offers.iter().enumerate();
    Chain {
        time: chain.time,
        offers: offers.map(|(i, offer)| offer.scaled(poison(i))).collect(),
    }
}

/// A factor between ½ and 2 that jumps from row to row, the same for all prices of a bar.
fn poison(row: usize) -> f64 {
    let scrambled = (row as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    0.5 + 1.5 * (scrambled as f64) / f64::from(1_u32 << 24)
}

/// The bars that were read, changed. Those made from others are not among them: they are made anew.
pub(crate) fn rebuild(loaded: &Loaded, raw: impl Fn(&Bars) -> RawBars) -> Result<Vec<Bars>, Error> {
    let snapshot = &loaded.snapshot;
    let made = |bars: &&Bars| {
        let mut made = loaded.resampled.iter();
        made.any(|one| one.symbol == bars.symbol && one.to == bars.interval)
    };
    snapshot
        .bars
        .iter()
        .filter(|bars| !made(bars))
        .map(|bars| Bars::new(&bars.symbol, bars.interval, raw(bars), &snapshot.sessions))
        .collect::<Result<_, _>>()
        .map_err(|defect| Error::fit(defect.to_string(), "the tape cannot be cut; check it"))
}

/// How many values of a series were known at `cut`: one that appears a session late is not known on its
/// own date.
fn published(series: &Series, cut: Time) -> usize {
    let Some(today) = cut.exchange_date() else {
        return 0;
    };
    series.date.partition_point(|&date| match series.known {
        Known::Close => date <= today,
        Known::NextSession => date < today,
    })
}

#[cfg(test)]
mod tests {
    use market::{Offer, Quote, Right};

    use super::*;

    fn chain(minute: u32) -> Arc<Chain> {
        let day = market::Date::from_ymd_opt(2022, 2, 8).unwrap();
        let time = Time::from_exchange(day, 15, minute).unwrap();
        let quote = Quote {
            bid: Some(1.0),
            ask: Some(1.5),
            ..Quote::blank(time, day, 200.0, Right::Call)
        };
        let offers = vec![Offer::from(&quote); 3];
        Arc::new(Chain { time, offers })
    }

    #[test]
    fn later_chains_are_cut_off_or_quoted_otherwise() {
        let chains = vec![chain(0), chain(30), chain(31)];
        let cut = chains[1].time;
        let loaded = Loaded {
            snapshot: Snapshot {
                chains: vec![("IWM".to_owned(), chains.clone())],
                ..Snapshot::default()
            },
            fingerprint: String::new(),
            warnings: Vec::new(),
            resampled: Vec::new(),
        };
        let cut_off = truncated(&loaded, cut).unwrap();
        let times: Vec<Time> = cut_off.chains_of("IWM").iter().map(|c| c.time).collect();
        assert_eq!(
            times,
            [chains[0].time, cut],
            "that of the cut itself is known"
        );
        let other = poisoned(&loaded, cut).unwrap();
        let bids = |chain: &Chain| chain.offers.iter().map(Offer::bid).collect::<Vec<_>>();
        let [first, second, third] = other.chains_of("IWM") else {
            panic!("as many chains as there were");
        };
        assert_eq!(
            (bids(first), bids(second)),
            (bids(&chains[0]), bids(&chains[1]))
        );
        assert_eq!(third.time, chains[2].time);
        for (offer, was) in third.offers.iter().zip(&chains[2].offers) {
            assert_ne!(offer.bid(), was.bid());
            assert!(offer.bid() < offer.ask(), "a quote still");
        }
    }
}
