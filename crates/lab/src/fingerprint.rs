//! A fingerprint of the data a run used.

use market::{Date, Snapshot, Time};
use xxhash_rust::xxh3::Xxh3Default;

/// 128 bits over every column, series and record that was read, as 32 hexadecimal digits.
///
/// Equal data give equal fingerprints whatever file layout they came from. It tells tapes apart; it is
/// no protection against forgery.
pub fn fingerprint(snapshot: &Snapshot) -> String {
    let mut hash = Xxh3Default::new();
    let text = |hash: &mut Xxh3Default, text: &str| {
        hash.update(&(text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    for bars in &snapshot.bars {
        text(&mut hash, &bars.symbol);
        text(&mut hash, &bars.interval.to_string());
        times(&mut hash, bars.start());
        for column in [
            bars.open(),
            bars.high(),
            bars.low(),
            bars.close(),
            bars.volume(),
        ] {
            numbers(&mut hash, column);
        }
    }
    for series in &snapshot.series {
        text(&mut hash, &series.name);
        hash.update(&[series.known as u8]);
        series.date.iter().for_each(|&d| date(&mut hash, d));
        numbers(&mut hash, &series.value);
    }
    for (symbol, dividends) in &snapshot.dividends {
        text(&mut hash, symbol);
        for dividend in dividends {
            date(&mut hash, dividend.ex_date);
            numbers(&mut hash, &[dividend.amount_usd]);
        }
    }
    for (symbol, splits) in &snapshot.splits {
        text(&mut hash, symbol);
        for split in splits {
            date(&mut hash, split.ex_date);
            numbers(&mut hash, &[split.ratio]);
        }
    }
    for (kind, events) in &snapshot.events {
        text(&mut hash, kind);
        for event in events {
            date(&mut hash, event.date);
            hash.update(&event.time_et_minutes.unwrap_or(u32::MAX).to_le_bytes());
            hash.update(&[u8::from(event.scheduled)]);
        }
    }
    for (underlying, chains) in &snapshot.chains {
        text(&mut hash, underlying);
        for chain in chains {
            times(&mut hash, &[chain.time]);
            for offer in &chain.offers {
                date(&mut hash, offer.expiration);
                hash.update(&[offer.right as u8]);
                let side = |side: Option<f64>| side.unwrap_or(f64::NAN);
                let sides = [side(offer.bid()), side(offer.ask())];
                numbers(&mut hash, &[offer.strike, sides[0], sides[1]]);
            }
        }
    }
    format!("{:032x}", hash.digest128())
}

fn times(hash: &mut Xxh3Default, column: &[Time]) {
    hash.update(&(column.len() as u64).to_le_bytes());
    for time in column {
        hash.update(&time.micros().to_le_bytes());
    }
}

fn numbers(hash: &mut Xxh3Default, column: &[f64]) {
    hash.update(&(column.len() as u64).to_le_bytes());
    for value in column {
        hash.update(&value.to_bits().to_le_bytes());
    }
}

fn date(hash: &mut Xxh3Default, date: Date) {
    use chrono::Datelike as _;
    hash.update(&date.num_days_from_ce().to_le_bytes());
}
