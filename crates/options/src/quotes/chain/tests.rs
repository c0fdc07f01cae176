use market::{Right, Time};

use super::*;
use crate::chains::Source;
use crate::quotes::{MixedChains, ModelChains, ModelInputs, WidthLaw};
use crate::volatility::{Level, Skew, SkewParameters};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(date: &str, hour: u32, minute: u32) -> Time {
    Time::from_exchange(day(date), hour, minute).unwrap()
}

fn moment(date: &str, hour: u32) -> Moment {
    Moment {
        at: at(date, hour, 0),
        date: day(date),
        spot: Some(200.0),
        rate: Some(0.0),
        level: Some(Level::flat(0.25).unwrap()),
    }
}

fn moments() -> Vec<Moment> {
    vec![
        moment("2022-02-01", 16),
        moment("2022-02-02", 12),
        moment("2022-02-02", 16),
        moment("2022-02-03", 16),
    ]
}

const EXPIRY: &str = "2022-03-09";

/// A pair at 200, the call's bid telling one instant from another.
fn pair(time: Time, bid: f64) -> Vec<Quote> {
    [Right::Call, Right::Put]
        .map(|right| Quote {
            bid: Some(bid),
            ask: Some(6.50),
            ..Quote::blank(time, day(EXPIRY), 200.0, right)
        })
        .to_vec()
}

fn quoted() -> QuotedChains {
    let instants = [
        (at("2022-02-02", 15, 0), 6.30),
        (at("2022-02-02", 11, 0), 6.10),
        (at("2022-02-02", 12, 30), 6.20),
    ];
    QuotedChains::new(QuotedInputs {
        moments: moments(),
        quotes: instants
            .into_iter()
            .flat_map(|(time, bid)| pair(time, bid))
            .collect(),
        dividends: vec![],
    })
}

const CALL: fn() -> Contract = || Contract {
    expiry: day(EXPIRY),
    strike: 200.0,
    right: Right::Call,
};

#[test]
fn a_slot_sees_the_last_chain_of_its_own_date_at_or_before_its_close() {
    let all = quoted();
    let bid = |slot| all.quote(slot, &CALL()).map(|quote| quote.bid);
    assert_eq!(bid(0), Err(NoQuote::NotListed), "nothing yet");
    assert_eq!(bid(1), Ok(6.10), "of 11:00, not of 12:30");
    assert_eq!(bid(2), Ok(6.30));
    assert_eq!(bid(3), Err(NoQuote::NotListed), "yesterday's is no quote");
    assert_eq!(bid(4), Err(NoQuote::NoUnderlying));
    assert_eq!(all.snapshots().len(), 2, "12:30 is seen by nobody");
    assert_eq!(all.expiries(2), [day(EXPIRY)]);
    assert_eq!(all.strikes(2, day(EXPIRY)), [200.0]);
    assert_eq!(all.expiries(3), []);
    assert_eq!(all.tally().quotes, 4);
}

#[test]
fn a_snapshot_at_the_close_itself_is_seen() {
    let all = QuotedChains::new(QuotedInputs {
        moments: moments(),
        quotes: pair(at("2022-02-02", 16, 0), 6.0),
        dividends: vec![],
    });
    assert!(all.snapshot(1).is_none());
    assert!(all.snapshot(2).is_some());
}

#[test]
fn mixed_chains_are_real_where_a_slot_sees_one_and_the_models_elsewhere() {
    let model = ModelChains::new(ModelInputs {
        moments: moments(),
        dividends: vec![],
        skew: Skew::new(SkewParameters::FLAT).unwrap(),
        law: WidthLaw::default(),
    });
    let all = MixedChains::new(quoted(), model.unwrap());
    let source = |slot| all.quote(slot, &CALL()).map(|quote| quote.source);
    assert_eq!(source(1), Ok(Source::Quote));
    // A Wednesday: the model's rules do not list it, but one bought from the real chain is marked all the same.
    assert_eq!(all.model().quote(3, &CALL()), Err(NoQuote::NotListed));
    assert_eq!(source(3), Ok(Source::Model));
    assert_eq!(all.expiries(1), [day(EXPIRY)]);
    assert!(all.expiries(3).contains(&day("2022-03-11")));
    let listed = Contract {
        expiry: day("2022-03-11"),
        ..CALL()
    };
    assert_eq!(
        all.quote(2, &listed),
        Err(NoQuote::NotListed),
        "no model's leg in a real chain"
    );
    assert_eq!(all.quote(3, &listed).unwrap().source, Source::Model);
    let over = Contract {
        expiry: day("2022-02-02"),
        ..CALL()
    };
    assert_eq!(all.quote(3, &over), Err(NoQuote::Expired));
}
