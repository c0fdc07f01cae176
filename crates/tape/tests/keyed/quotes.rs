//! Chains of option quotes.

use super::*;

const CHAIN: &str = "\
snapshot_utc,underlying,spot_quoted,spot_parity,expiration,type,strike,bid,ask,last,volume,open_interest,iv_vendor,last_trade_utc
2020-03-05T16:20:00Z,SPY,300.5,300.6,2020-03-20,put,300,5.1,5.0,5.05,10,20,0.4,2020-03-05T16:19:00Z
2020-03-05T16:20:00Z,SPY,300.5,300.6,2020-03-20,call,300,0,0.01,,,7,0.5,
2020-03-05T18:00:00Z,SPY,301,,2020-03-20,call,300,5.5,,5.4,11,20,0.4,
";

#[test]
fn a_chain_is_that_of_the_latest_moment_at_or_before() {
    let desk = Desk::new();
    let report = import(&desk.tape, &[desk.file("spy_chain.csv", CHAIN)]).unwrap();
    let note = &report.files[0].notes[0];
    assert!(
        note.contains("1 with the bid above the ask, 1 with a bid of 0, 1 without"),
        "{note}"
    );
    let chain = |time| desk.tape.chain("SPY", time).unwrap();
    // 16:20 UTC is 11:20 in New York in winter.
    assert_eq!(chain(at("2020-03-05", 11, 19)), None);
    let found = chain(at("2020-03-05", 11, 20)).unwrap();
    assert_eq!(
        (found.time, found.quotes.len()),
        (at("2020-03-05", 11, 20), 2)
    );
    let (call, put) = (&found.quotes[0], &found.quotes[1]);
    assert_eq!(
        (call.right, call.bid, call.last, call.volume),
        (Right::Call, Some(0.0), None, None)
    );
    assert_eq!(
        (put.right, put.spot_parity, put.open_interest),
        (Right::Put, Some(300.6), Some(20))
    );
    assert!(put.is_crossed() && !call.is_crossed());
    let later = chain(at("2020-03-09", 9, 30)).unwrap();
    assert_eq!(
        (later.time, later.quotes[0].ask),
        (at("2020-03-05", 13, 0), None)
    );
    assert_eq!(
        desk.tape.chain("IWM", at("2020-03-09", 9, 30)).unwrap(),
        None
    );
    assert_eq!(desk.tape.quoted_underlyings().unwrap(), ["SPY"]);

    let before = desk.bytes();
    import(&desk.tape, &[desk.file("spy_chain.csv", CHAIN)]).unwrap();
    assert!(before == desk.bytes());
    // The ask that was missing, and a bid corrected.
    let more = CHAIN.replace("call,300,5.5,,", "call,300,5.6,5.7,");
    let report = import(&desk.tape, &[desk.file("spy_chain.csv", &more)]).unwrap();
    let item = &report.merge.items[0];
    assert_eq!(item.item, "quotes of SPY on 2020-03-05");
    assert_eq!((item.rows_equal, item.rows_changed), (2, 1));
    assert_eq!(
        (report.merge.changes[0].field, report.merge.changes[0].new),
        ("bid", 5.6)
    );
    assert_eq!(
        chain(at("2020-03-05", 13, 0)).unwrap().quotes[0].ask,
        Some(5.7)
    );
    let sorts: Vec<Sort> = desk
        .tape
        .catalog()
        .unwrap()
        .iter()
        .map(|e| e.sort)
        .collect();
    assert_eq!(sorts, [Sort::Quotes]);
}

#[test]
fn quotes_that_cannot_be_are_refused_with_their_line() {
    let desk = Desk::new();
    for (from, to, told) in [
        (
            "2020-03-20,put",
            "2020-03-04,put",
            ":2, column expiration: found the expiration 2020-03-04",
        ),
        (",put,", ",straddle,", ":2, column type"),
        ("5.1,5.0", "-5.1,5.0", ":2"),
        ("put,300,", "put,0,", "a strike above 0"),
        (",10,20,", ",10.5,20,", ":2, column volume"),
        (
            "2020-03-20,call,300,0,0.01,,,7",
            "2020-03-20,put,300.0,0,0.01,,,7",
            ":3",
        ),
        (
            "2020-03-05T18:00:00Z",
            "yesterday",
            ":4, column snapshot_utc",
        ),
    ] {
        let text = CHAIN.replacen(from, to, 1);
        let error = import(&desk.tape, &[desk.file("spy_chain.csv", &text)])
            .unwrap_err()
            .to_string();
        assert!(error.contains(told), "{to}: {error}");
    }
    assert!(desk.bytes().is_empty());
}

const YAHOO: &str = "\
contractSymbol,lastTradeDate,strike,lastPrice,bid,ask,volume,openInterest,impliedVolatility,optionType,expirationDate,days_to_expire,underlyingPrice
SPY200305C00300000,2020-03-05 16:19:32+00:00,300.0,1.5,1.4,1.6,,2,0.5,call,2020-03-05,-1,300.5
SPY200306P00299500,2020-03-04 15:00:00+00:00,299.5,1.0,0.9,1.1,3.0,2,0.5,put,2020-03-06,0,300.5
";

#[test]
fn yahoos_chain_is_dated_by_its_rows_and_known_at_that_close() {
    let desk = Desk::new();
    let report = import(&desk.tape, &[desk.file("yahoo.csv", YAHOO)]).unwrap();
    assert!(
        report.files[0]
            .notes
            .iter()
            .any(|n| n.contains("2020-03-05 follows")),
        "{:?}",
        report.files[0].notes
    );
    let chain = |time| desk.tape.chain("SPY", time).unwrap();
    assert_eq!(chain(at("2020-03-05", 15, 59)), None);
    let quotes = chain(at("2020-03-05", 16, 0)).unwrap().quotes;
    assert_eq!(
        (quotes[0].volume, quotes[1].volume, quotes[1].strike),
        (None, Some(3), 299.5)
    );

    // Without an option that expires on the day itself the count may be that of whole days: the later day is taken.
    let plain = YAHOO
        .lines()
        .take(1)
        .chain(YAHOO.lines().skip(2))
        .collect::<Vec<_>>()
        .join("\n");
    let other = Desk::new();
    import(&other.tape, &[other.file("yahoo.csv", &plain)]).unwrap();
    assert_eq!(other.tape.quote_dates("SPY").unwrap(), [day("2020-03-06")]);

    // Said by the caller, the time is not guessed.
    let said = Desk::new();
    let options = ImportOptions {
        as_of: Some(at("2020-03-05", 11, 20)),
        ..ImportOptions::default()
    };
    import_as(&said.tape, &[said.file("yahoo.csv", YAHOO)], &options).unwrap();
    assert_eq!(
        said.tape
            .chain("SPY", at("2020-03-05", 12, 0))
            .unwrap()
            .unwrap()
            .time,
        at("2020-03-05", 11, 20)
    );

    for (from, to, told) in [
        (
            "SPY200306P00299500",
            "SPY200306C00299500",
            "contract symbol of the row's own",
        ),
        (
            "2020-03-06,0,",
            "2020-03-06,1,",
            "one day on which all rows were taken",
        ),
        (
            "2020-03-04 15:00:00",
            "2020-03-06 15:00:00",
            "after the close of 2020-03-05",
        ),
        (",-1,300.5", ",-3,300.5", "whole days to expire"),
    ] {
        let desk = Desk::new();
        let text = YAHOO.replacen(from, to, 1);
        let error = import(&desk.tape, &[desk.file("yahoo.csv", &text)])
            .unwrap_err()
            .to_string();
        assert!(error.contains(told), "{to}: {error}");
    }
}

#[test]
fn end_of_day_quotes_are_known_at_the_close_half_days_too() {
    let desk = Desk::new();
    let text = "\
,underlying,underlying_last,type,expiration,quotedate,strike,last,bid,ask,volume,openinterest,impliedvol,delta
7,SPX,3140.98,call,2019-12-20,2019-11-29,3100.0,50,49,51,1,2,0.1,0.6
";
    import(&desk.tape, &[desk.file("spx_eod.csv", text)]).unwrap();
    // The day after Thanksgiving closes at 13:00.
    assert_eq!(
        desk.tape.chain("SPX", at("2019-11-29", 12, 59)).unwrap(),
        None
    );
    let chain = desk
        .tape
        .chain("SPX", at("2019-11-29", 13, 0))
        .unwrap()
        .unwrap();
    assert_eq!(
        (chain.quotes[0].delta, chain.quotes[0].spot),
        (Some(0.6), Some(3140.98))
    );
    let closed = text.replace("2019-11-29", "2019-11-28");
    let error = import(&desk.tape, &[desk.file("spx_eod.csv", &closed)])
        .unwrap_err()
        .to_string();
    assert!(error.contains("a day with a session"), "{error}");
}
