use super::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn noon() -> Time {
    Time::from_exchange(day("2022-02-02"), 12, 0).unwrap()
}

fn row(expiry: &str, strike: f64, right: Right, bid: Option<f64>, ask: Option<f64>) -> Quote {
    Quote {
        bid,
        ask,
        ..Quote::blank(noon(), day(expiry), strike, right)
    }
}

/// A few strikes with everything that can be wrong with a chain.
fn rows() -> Vec<Quote> {
    use Right::{Call, Put};
    let march = "2022-03-11";
    vec![
        row(march, 210.0, Call, Some(1.95), Some(2.05)),
        row(march, 210.0, Put, Some(11.90), Some(12.10)),
        row(march, 200.0, Call, Some(6.30), Some(6.40)),
        row(march, 200.0, Put, Some(6.30), Some(6.40)),
        row(march, 190.0, Put, Some(2.60), Some(2.50)), // crossed
        row(march, 190.0, Call, None, Some(13.0)),      // one-sided
        row(march, 150.0, Put, Some(0.0), Some(0.02)),  // no bid, and no call beside it
        row(march, 120.0, Put, Some(0.0), Some(0.0)),   // nothing at all
        row("2022-02-01", 200.0, Call, Some(1.0), Some(1.1)), // over
    ]
}

fn snapshot() -> Snapshot {
    Snapshot::new(noon(), rows(), Some(0.0), &[], Some(199.0))
}

fn of(strike: f64, right: Right) -> Contract {
    Contract {
        expiry: day("2022-03-11"),
        strike,
        right,
    }
}

#[test]
fn every_row_is_used_or_counted() {
    let tally = snapshot().tally();
    let hand = Tally {
        quotes: 5,
        zero_bids: 1,
        one_sided: 2,
        crossed: 1,
        expired: 1,
        holes: 2,
    };
    assert_eq!(tally, hand);
    assert_eq!(tally.quotes + tally.unusable(), rows().len());
    assert_eq!(tally.and(tally).quotes, 10);
}

#[test]
fn a_quote_by_hand() {
    // At 200 call and put both cost 6.35, so the forward, without interest the spot, is 200 and not the 199 quoted beside it.
    let all = snapshot();
    assert_eq!(all.spot(), Some(200.0));
    let quote = all.quote(&of(200.0, Right::Call)).unwrap();
    assert_eq!(
        (quote.bid, quote.ask, quote.source),
        (6.30, 6.40, Source::Quote)
    );
    assert!((quote.mid - 6.35).abs() < 1e-12);
    // 37 days 4 hours: at the money a call is worth about 0.4·S·σ√T = 0.39894·200·σ·√(37.1667/365), so σ = 0.2494.
    let volatility = quote.volatility.unwrap();
    let rough = 6.35 / (0.398_942 * 200.0 * (37.166_7_f64 / 365.0).sqrt());
    assert!((volatility - rough).abs() < 1e-3, "{volatility} {rough}");
    let put = all.quote(&of(200.0, Right::Put)).unwrap();
    assert!(
        (put.volatility.unwrap() - volatility).abs() < 1e-9,
        "one volatility for both"
    );
    assert!((quote.greeks.delta - put.greeks.delta - 1.0).abs() < 1e-9);
    assert!(quote.greeks.delta > 0.5 && quote.greeks.delta < 0.53);
}

#[test]
fn a_bid_of_nothing_is_a_quote() {
    let quote = snapshot().quote(&of(150.0, Right::Put)).unwrap();
    assert_eq!((quote.bid, quote.ask, quote.mid), (0.0, 0.02, 0.01));
    assert!(quote.volatility.unwrap() > 0.25, "dearer than at the money");
}

#[test]
fn why_there_is_no_price() {
    let all = snapshot();
    let why = |contract: Contract| all.quote(&contract).unwrap_err();
    assert_eq!(why(of(190.0, Right::Put)), NoQuote::Crossed);
    assert_eq!(why(of(190.0, Right::Call)), NoQuote::OneSided);
    assert_eq!(why(of(120.0, Right::Put)), NoQuote::OneSided);
    assert_eq!(why(of(150.0, Right::Call)), NoQuote::NotListed, "a hole");
    assert_eq!(why(of(201.0, Right::Call)), NoQuote::NotListed);
    let on = |expiry: &str| Contract {
        expiry: day(expiry),
        ..of(200.0, Right::Call)
    };
    assert_eq!(why(on("2022-03-18")), NoQuote::NotListed);
    assert_eq!(why(on("2022-02-01")), NoQuote::Expired);
    let unrated = Snapshot::new(noon(), rows(), None, &[], Some(199.0));
    assert_eq!(unrated.quote(&of(200.0, Right::Call)), Err(NoQuote::NoRate));
}

#[test]
fn a_price_no_volatility_gives_has_none() {
    // A call of 5 dollars in the money that is quoted below that: a stale side.
    let mut stale = rows();
    stale.push(row("2022-03-11", 195.0, Right::Call, Some(4.0), Some(4.2)));
    let all = Snapshot::new(noon(), stale, Some(0.0), &[], None);
    let quote = all.quote(&of(195.0, Right::Call)).unwrap();
    assert_eq!(quote.volatility, None);
    assert_eq!(
        quote.greeks,
        Greeks {
            delta: 1.0,
            ..Greeks::default()
        }
    );
}

#[test]
fn an_option_twice_is_read_as_it_was_written_last() {
    let mut twice = rows();
    twice.push(row(
        "2022-03-11",
        200.0,
        Right::Call,
        Some(6.20),
        Some(6.50),
    ));
    let all = Snapshot::new(noon(), twice, Some(0.0), &[], None);
    assert_eq!(all.quote(&of(200.0, Right::Call)).unwrap().bid, 6.20);
    assert_eq!(all.tally().quotes, 5);
}
