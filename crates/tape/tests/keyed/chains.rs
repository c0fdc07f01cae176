//! Yahoo's chain of option quotes, which does not say when it was taken: what its trades and other chains tell.

use std::fmt::Write as _;
use std::path::PathBuf;

use market::Time;
use tape::{ImportOptions, ImportReport, TapeError};

use crate::{Desk, import_as};

const HEADER: &str = "contractSymbol,lastTradeDate,strike,lastPrice,bid,ask,volume,openInterest,impliedVolatility,optionType,expirationDate,days_to_expire,underlyingPrice\n";

fn at(hour: u32, minute: u32) -> Time {
    Time::from_exchange("2020-03-05".parse().unwrap(), hour, minute).unwrap()
}

/// A chain of this many calls, each last traded `apart` seconds before the one in front, the first at 11:19:32.
fn chain(calls: u32, apart: u32) -> String {
    let mut text = HEADER.to_owned();
    for n in 0..calls {
        let second = 16 * 3600 + 19 * 60 + 32 - n * apart;
        let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
        let strike = 250 + n;
        writeln!(
            text,
            "SPY200305C{:08},2020-03-05 {h:02}:{m:02}:{s:02}+00:00,{strike}.0,1.5,{}.4,{}.6,,2,0.5,call,2020-03-05,-1,300.5",
            strike * 1000,
            n + 1,
            n + 1,
        )
        .unwrap();
    }
    text
}

/// The same calls in a file that names its time; the asks of the first `off` of them are others.
fn timed(stamp: &str, calls: u32, off: u32) -> String {
    let mut text =
        "snapshot_utc,underlying,expiration,type,strike,bid,ask,last,volume\n".to_owned();
    for n in 0..calls {
        let ask = if n < off { 9 } else { 6 };
        writeln!(
            text,
            "{stamp},SPY,2020-03-05,call,{},{}.4,{}.{ask},1.5,1",
            250 + n,
            n + 1,
            n + 1
        )
        .unwrap();
    }
    text
}

impl Desk {
    fn take(&self, files: &[PathBuf], as_of: Option<Time>) -> Result<ImportReport, TapeError> {
        let options = ImportOptions {
            as_of,
            ..ImportOptions::default()
        };
        import_as(&self.tape, files, &options)
    }

    /// When the chain of the end of the day was quoted, and its quotes.
    fn last(&self) -> (Time, usize) {
        let chain = self.tape.chain("SPY", at(20, 0)).unwrap().unwrap();
        (chain.time, chain.quotes.len())
    }

    fn rows(&self) -> u64 {
        self.tape.catalog().unwrap().iter().map(|e| e.rows).sum()
    }
}

fn notes(report: &ImportReport) -> String {
    let all = report.files.iter().flat_map(|f| f.notes.clone());
    all.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_busy_chain_was_taken_in_the_minute_of_its_last_trade_and_a_quiet_one_is_known_at_the_close() {
    // Sixty calls in ten minutes are busy, one less is not: 9 s apart, all of the sixty lie within 531 s.
    for (calls, time, said) in [
        (
            60,
            at(11, 20),
            "taken as known at 2020-03-05 11:20, the next whole minute",
        ),
        (
            59,
            at(16, 0),
            "taken as known at 2020-03-05 16:00, the close",
        ),
    ] {
        let desk = Desk::new();
        let file = desk.file("yahoo.csv", &chain(calls, 9));
        let report = desk.take(&[file], None).unwrap();
        assert!(notes(&report).contains(said), "{}", notes(&report));
        assert_eq!(desk.last(), (time, calls as usize));
    }
}

#[test]
fn a_chain_that_is_there_with_its_true_time_is_not_kept_a_second_time() {
    let (yahoo, theirs) = (chain(20, 60), timed("2020-03-05T16:20:30Z", 20, 1));
    // In one import, whichever is given first, and in two.
    for (first, then) in [(0, 1), (1, 0)] {
        let desk = Desk::new();
        let files = [
            desk.file("yahoo.csv", &yahoo),
            desk.file("chain.csv", &theirs),
        ];
        let report = desk
            .take(&[files[first].clone(), files[then].clone()], None)
            .unwrap();
        let said = "bid and ask of 19 of 20 contracts are those of the chain of 2020-03-05 11:20";
        assert!(notes(&report).contains(said), "{}", notes(&report));
        assert_eq!(desk.rows(), 20);
    }
    let desk = Desk::new();
    desk.take(&[desk.file("chain.csv", &theirs)], None).unwrap();
    desk.take(&[desk.file("yahoo.csv", &yahoo)], None).unwrap();
    assert_eq!(desk.rows(), 20);

    // Two contracts of twenty quoted otherwise are 90 %: another chain.
    let desk = Desk::new();
    let other = desk.file("chain.csv", &timed("2020-03-05T16:20:30Z", 20, 2));
    desk.take(&[other, desk.file("yahoo.csv", &yahoo)], None)
        .unwrap();
    assert_eq!(desk.rows(), 40);
    // Nine shared contracts of twenty tell too little.
    let desk = Desk::new();
    let few = desk.file("chain.csv", &timed("2020-03-05T16:20:30Z", 9, 0));
    desk.take(&[few, desk.file("yahoo.csv", &yahoo)], None)
        .unwrap();
    assert_eq!(desk.rows(), 29);
}

#[test]
fn a_chain_again_is_equal_whatever_else_is_there() {
    let desk = Desk::new();
    let file = desk.file("yahoo.csv", &chain(60, 9));
    desk.take(std::slice::from_ref(&file), None).unwrap();
    let again = desk.take(&[file], None).unwrap();
    assert_eq!(
        (
            again.merge.items[0].rows_equal,
            again.merge.items[0].written
        ),
        (60, false)
    );
}

#[test]
fn a_time_said_before_a_trade_of_the_chain_is_refused_with_its_line() {
    let desk = Desk::new();
    let file = desk.file("yahoo.csv", &chain(3, 60));
    // Its first row was traded at 11:19:32.
    let error = desk
        .take(std::slice::from_ref(&file), Some(at(11, 18)))
        .unwrap_err()
        .to_string();
    for word in [":2", "lastTradeDate", "no later than 2020-03-05 11:18"] {
        assert!(error.contains(word), "{word}: {error}");
    }
    assert_eq!(desk.rows(), 0);
    // Said by the caller a time stands, and what speaks against it is told.
    desk.take(
        &[desk.file("chain.csv", &timed("2020-03-05T16:20:30Z", 3, 0))],
        None,
    )
    .unwrap();
    let report = desk.take(&[file], Some(at(11, 25))).unwrap();
    assert!(
        notes(&report).contains("one of the two times is wrong"),
        "{}",
        notes(&report)
    );
    assert_eq!((desk.last(), desk.rows()), ((at(11, 25), 3), 6));
}

#[test]
fn each_instant_sees_the_last_chain_of_its_own_date_and_a_chain_is_given_once() {
    let desk = Desk::new();
    for (name, stamp, calls) in [
        ("a.csv", "2020-03-05T15:00:00Z", 2),
        ("b.csv", "2020-03-05T16:00:00Z", 3),
        ("c.csv", "2020-03-05T21:30:00Z", 4),
    ] {
        let file = desk.file(name, &timed(stamp, calls, 0));
        desk.take(&[file], None).unwrap();
    }
    let seen = |instants: &[Time]| -> Vec<(Time, usize)> {
        let chains = desk.tape.chains_as_of("SPY", instants).unwrap();
        chains
            .iter()
            .map(|one| (one.time, one.offers.len()))
            .collect()
    };
    // Ten and eleven in New York.
    let (ten, eleven) = (at(10, 0), at(11, 0));
    assert_eq!(seen(&[at(9, 45)]), []);
    assert_eq!(seen(&[ten]), [(ten, 2)], "at the instant itself");
    assert_eq!(
        seen(&[at(10, 30), at(12, 0), at(16, 0)]),
        [(ten, 2), (eleven, 3)]
    );
    assert_eq!(seen(&[at(16, 0)]), [(eleven, 3)], "not of after the close");
    let next = Time::from_exchange("2020-03-06".parse().unwrap(), 16, 0).unwrap();
    assert_eq!(seen(&[next]), [], "yesterday's is none");
    let chains = desk.tape.chains_as_of("SPY", &[at(16, 0)]).unwrap();
    let first = chains[0].offers[0];
    assert_eq!(
        (first.strike, first.bid(), first.ask()),
        (250.0, Some(1.4), Some(1.6))
    );
    let absent = desk.tape.chains_as_of("IWM", &[at(16, 0)]).unwrap();
    assert!(absent.is_empty(), "an underlying without quotes");
}
