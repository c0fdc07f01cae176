//! Made-up logs of every broker, read whole; the arithmetic stands beside them.

use journal::{ColumnMap, Format, JournalError, Log, ReadOptions, read};
use market::{Date, Side, Time};
use std::fmt::Write as _;

use proptest::prelude::*;

fn options() -> ReadOptions<'static> {
    ReadOptions {
        symbol: "IWM",
        format: None,
        map: None,
        time_format: None,
        zone: None,
    }
}

fn log(text: &str) -> Log {
    read(text.as_bytes(), &options()).unwrap()
}

fn refused(text: &str) -> JournalError {
    read(text.as_bytes(), &options()).unwrap_err()
}

fn at(month: u32, day: u32, hour: u32, minute: u32) -> Time {
    Time::from_exchange(Date::from_ymd_opt(2022, month, day).unwrap(), hour, minute).unwrap()
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-9, "{a} is not {b}");
}

const IB: &str = "\
Statement,Header,Field Name,Field Value
Statement,Data,BrokerName,Interactive Brokers LLC
Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,C. Price,Proceeds,Comm/Fee,Basis,Realized P/L,MTM P/L,Code
Trades,Data,Order,Stocks,USD,IWM,\"2022-01-05, 09:30:00\",\"1,000\",215.50,216,-215500,-5,215505,0,500,O
Trades,Data,Trade,Stocks,USD,IWM,\"2022-01-05, 09:30:00\",600,215.50,216,-129300,-3,,,,O;P
Trades,Data,Trade,Stocks,USD,IWM,\"2022-01-05, 09:30:00\",400,215.50,216,-86200,-2,,,,O;P
Trades,Data,Order,Stocks,USD,SPY,\"2022-01-05, 10:00:00\",10,470,471,-4700,-1,,,,O
Trades,Data,Order,Stocks,USD,IWM,\"2022-01-07, 10:15:00\",\"-1,000\",213.00,213,213000,-6,,,,C
Trades,Data,ClosedLot,Stocks,USD,IWM,2022-01-05,1000,215.50,,,,,,,ST
Trades,Data,Order,Stocks,USD,IWM,\"2022-01-08, 10:15:00\",5,213.00,213,213000,-6,,,,O;Ca
Trades,SubTotal,,Stocks,USD,IWM,,0,,,-2500,-11,,,,
Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,,Proceeds,Comm/Fee,Basis,Realized P/L,MTM P/L,Code
Trades,Data,Order,Equity and Index Options,USD,IWM 21JAN22 200.0 P,\"2022-01-05, 09:31:00\",1,2.5,,-250,-1,,,,O
Trades,Total,,,USD,,,,,,,-12,,,,
";

#[test]
fn an_activity_statement_is_read_by_orders() {
    let log = log(IB);
    assert_eq!(log.format, Format::InteractiveBrokers);
    let [trip] = log.trips.as_slice() else {
        panic!("{:?}", log.trips)
    };
    assert_eq!(
        (trip.side, trip.quantity, trip.line),
        (Side::Buy, 1000.0, 4)
    );
    assert_eq!(
        (trip.entry_time, trip.exit_time),
        (at(1, 5, 9, 30), at(1, 7, 10, 15))
    );
    // (213.00 − 215.50) × 1,000 = −2,500, less 5 + 6.
    close(trip.pnl_usd, -2511.0);
    let out = &log.left_out;
    assert_eq!(out.other_symbols["SPY"], 1);
    assert_eq!(
        (out.not_shares, out.undone, out.details, out.totals),
        (1, 1, 3, 2)
    );
    assert!(
        log.notes.iter().any(|note| note.contains("--timezone")),
        "{:?}",
        log.notes
    );
}

#[test]
fn a_flex_query_is_read_by_executions_and_repeats_are_dropped() {
    let log = log("\
\"AssetClass\",\"Symbol\",\"DateTime\",\"Quantity\",\"TradePrice\",\"IBCommission\",\"Buy/Sell\",\"Open/CloseIndicator\",\"IBExecID\",\"LevelOfDetail\"
STK,IWM,20220105;093001,60,215,-0.5,BUY,O,a.1,EXECUTION
STK,IWM,20220105;093005,40,216,-0.5,BUY,O,a.2,EXECUTION
STK,IWM,20220105;093005,40,216,-0.5,BUY,O,a.2,EXECUTION
STK,IWM,20220105;093001,100,215.4,-1,BUY,O,,ORDER
STK,IWM,20220106;155900,-100,217,-1,SELL,C,b.1,EXECUTION
STK,IWM,20220106;155900,-100,217,-1,SELL (Ca.),C,b.2,EXECUTION
OPT,IWM   220121P00200000,20220106;155900,-1,2,-1,SELL,O,c.1,EXECUTION
");
    let [trip] = log.trips.as_slice() else {
        panic!("{:?}", log.trips)
    };
    // Entry (60 × 215 + 40 × 216) ÷ 100 = 215.40; (217 − 215.40) × 100 − 2 = 158.
    close(trip.entry_price, 215.4);
    close(trip.pnl_usd, 158.0);
    assert_eq!((trip.entries, trip.exits), (2, 1));
    let out = &log.left_out;
    assert_eq!(
        (out.duplicates, out.undone, out.details, out.not_shares),
        (1, 1, 1, 1)
    );
}

#[test]
fn one_execution_with_two_meanings_is_refused() {
    let error = refused(
        "Symbol,DateTime,Quantity,TradePrice,TradeID\nIWM,20220105;093001,60,215,a\nIWM,20220105;093001,61,215,a\n",
    );
    assert_eq!(error.line, Some(3));
    assert!(error.message.contains("line 2"), "{error}");
}

const SCHWAB: &str = "\
\"Transactions  for account Individual XXXX-1234 as of 02/01/2022 10:00:00 ET\"
\"Date\",\"Action\",\"Symbol\",\"Description\",\"Quantity\",\"Price\",\"Fees & Comm\",\"Amount\"
\"01/11/2022\",\"Buy to Cover\",\"IWM\",\"X\",\"50\",\"$210.00\",\"\",\"-$10,500.00\"
\"01/10/2022\",\"Sell Short\",\"IWM\",\"X\",\"50\",\"$212.00\",\"$0.50\",\"$10,599.50\"
\"01/07/2022 as of 01/06/2022\",\"Sell\",\"IWM\",\"X\",\"100\",\"$214.00\",\"$0.25\",\"$21,399.75\"
\"01/06/2022\",\"Cash Dividend\",\"IWM\",\"X\",\"\",\"\",\"\",\"$10.00\"
\"01/05/2022\",\"Buy\",\"IWM\",\"X\",\"100\",\"$215.00\",\"\",\"-$21,500.00\"
\"01/04/2022\",\"Sell\",\"IWM\",\"X\",\"7\",\"$215.00\",\"\",\"$1,505.00\"
\"01/04/2022\",\"Buy to Open\",\"IWM 01/21/2022 200.00 P\",\"PUT\",\"1\",\"$2.00\",\"$0.65\",\"-$200.65\"
\"Transactions Total\",\"\",\"\",\"\",\"\",\"\",\"\",\"-$191.40\"
";

#[test]
fn schwabs_history_has_dates_only_and_the_newest_first() {
    let log = log(SCHWAB);
    let told: Vec<_> = log.trips.iter().map(|t| (t.side, t.quantity)).collect();
    assert_eq!(told, [(Side::Buy, 100.0), (Side::Sell, 50.0)]);
    // (214 − 215) × 100 − 0.25; −(210 − 212) × 50 − 0.50. Traded on the 6th, booked on the 7th.
    close(log.trips[0].pnl_usd, -100.25);
    close(log.trips[1].pnl_usd, 99.5);
    assert_eq!(
        log.trips[0].exit_time.exchange_date(),
        Date::from_ymd_opt(2022, 1, 6)
    );
    assert!(
        !log.exact && log.notes[0].contains("without times of day"),
        "{:?}",
        log.notes
    );
    let out = &log.left_out;
    // The seven shares sold on the 4th were bought before the log begins.
    assert_eq!(
        (out.unopened, out.no_trades, out.not_shares, out.totals),
        (1, 1, 1, 1)
    );
}

#[test]
fn thinkorswim_takes_its_fees_from_the_cash_table() {
    let log = log("\
Account Statement for 12345678SCHW (individual) since 1/1/22 through 1/31/22

Cash Balance
DATE,TIME,TYPE,REF #,DESCRIPTION,Misc Fees,Commissions & Fees,AMOUNT,BALANCE
1/5/22,09:30:01,TRD,1,BOT +100 IWM @215.00,,-1.00,\"-21,500.00\",\"78,499.00\"
1/7/22,15:00:00,TRD,2,SOLD -100 IWM @216.00,-0.25,-1.00,\"21,600.00\",\"100,097.75\"
,,,,TOTAL,-0.25,-2.00,,

Account Order History
Notes,,Time Placed,Spread,Side,Qty,Pos Effect,Symbol,Exp,Strike,Type,PRICE,,TIF,Status
,,1/6/22 10:00:00,STOCK,SELL,-100,TO CLOSE,IWM,,,STOCK,220.00,LMT,DAY,CANCELED

Account Trade History
,Exec Time,Spread,Side,Qty,Pos Effect,Symbol,Exp,Strike,Type,Price,Net Price,Order Type
,1/7/22 15:00:00,STOCK,SELL,-100,TO CLOSE,IWM,,,STOCK,216.00,216.00,LMT
,1/6/22 11:00:00,VERTICAL,BUY,+1,TO OPEN,IWM,21 JAN 22,200,PUT,2.00,2.00,LMT
,1/5/22 09:30:01,STOCK,BUY,+100,TO OPEN,IWM,,,STOCK,215.00,215.00,MKT

Equities
Symbol,Description,Qty,Trade Price,Mark,Mark Value
");
    assert_eq!(log.format, Format::Thinkorswim);
    let [trip] = log.trips.as_slice() else {
        panic!("{:?}", log.trips)
    };
    // (216 − 215) × 100 − 1.00 − 1.25 = 97.75.
    close(trip.pnl_usd, 97.75);
    assert_eq!(log.left_out.not_shares, 1);
}

#[test]
fn tastytrades_times_say_their_zone() {
    let log = log("\
Date,Type,Sub Type,Action,Symbol,Instrument Type,Description,Value,Quantity,Average Price,Commissions,Fees,Multiplier,Root Symbol,Underlying Symbol,Expiration Date,Strike Price,Call or Put,Order #,Currency
2022-01-07T14:00:00-0600,Trade,Sell to Close,SELL_TO_CLOSE,IWM,Equity,Sold 100 IWM,\"21,600.00\",100,216.00,--,-0.08,,,,,,,2,USD
2022-01-06T10:00:00-0600,Money Movement,Dividend,,IWM,,IWM dividend,10.00,0,,--,0.00,,,,,,,,USD
2022-01-05T08:30:01-0600,Trade,Buy to Open,BUY_TO_OPEN,IWM,Equity,Bought 100 IWM,\"-21,500.00\",100,-215.00,--,-0.08,,,,,,,1,USD
");
    let [trip] = log.trips.as_slice() else {
        panic!("{:?}", log.trips)
    };
    // 08:30 six hours west is 09:30 in New York.
    assert_eq!(trip.entry_time.to_string(), "2022-01-05 09:30");
    close(trip.pnl_usd, 99.84);
    assert!(log.zone_known && log.notes.is_empty(), "{:?}", log.notes);
}

#[test]
fn stormproofs_own_trades_are_in_utc_with_dividends() {
    let log = log("\
regime,symbol,side,quantity,entry_time,entry_price,exit_time,exit_price,commission,dividends,financing
a,IWM,long,100,2022-01-05 14:30:00+00,215,2022-01-07 21:00:00+00,216,2,10,0
a,IWM,short,10,2022-01-10 14:30:00,215,2022-01-10 20:00:00,216,2,0,1
");
    // 100 − 2 + 10; −10 − 2 − 1.
    close(log.trips[0].pnl_usd, 108.0);
    close(log.trips[1].pnl_usd, -13.0);
    assert_eq!(log.trips[1].entry_time, at(1, 10, 9, 30));
    assert_eq!(log.trips[0].other_usd, Some(10.0));
}

#[test]
fn any_other_table_is_read_by_a_map() {
    let map = ColumnMap::parse(
        "time=Zeit,symbol=Titel,side=Art,quantity=Stück,price=Kurs,commission=Spesen,status=Stand",
    )
    .unwrap();
    let text = "\
Zeit;Titel;Art;Stück;Kurs;Spesen;Stand
05.01.2022 15:30;IWM;B;100;215.00;1.00;done
05.01.2022 15:31;IWM;B;100;215.00;1.00;Rejected
05.01.2022 16:30;IWM;S;100;216.00;1.00;done
06.01.2022 16:30;iwm;SS;100;216.00;1.00;done
";
    let options = ReadOptions {
        map: Some(&map),
        time_format: Some("%d.%m.%Y %H:%M"),
        zone: Some("Europe/Zurich"),
        ..options()
    };
    let log = read(text.as_bytes(), &options).unwrap();
    assert_eq!(log.trips.len(), 1);
    assert_eq!(log.trips[0].entry_time, at(1, 5, 9, 30));
    close(log.trips[0].pnl_usd, 98.0);
    let open = log.open.unwrap();
    assert_eq!(
        (open.side, open.quantity, open.line),
        (Side::Sell, 100.0, 5)
    );
    assert_eq!(log.left_out.undone, 1);
    assert!(log.notes.is_empty(), "{:?}", log.notes);
}

#[test]
fn scaling_in_and_out_and_crossing_zero() {
    let log = log("\
Symbol,DateTime,Quantity,TradePrice,IBCommission
IWM,2022-01-05 09:30:00,100,200,-1
IWM,2022-01-05 10:30:00,50,203,-1
IWM,2022-01-06 10:00:00,-75,204,-1
IWM,2022-01-07 10:00:00,-175,205,-7
IWM,2022-01-10 10:00:00,40,206,-1
");
    let [first] = log.trips.as_slice() else {
        panic!("{:?}", log.trips)
    };
    // In: (100 × 200 + 50 × 203) ÷ 150 = 201. Out: (75 × 204 + 75 × 205) ÷ 150 = 204.50. 3.50 × 150 = 525.
    close(first.entry_price, 201.0);
    close(first.exit_price, 204.5);
    // 1 + 1 + 1, and 75 ÷ 175 of the 7 of the order that crosses zero.
    close(first.fees_usd, 6.0);
    close(first.pnl_usd, 519.0);
    // 100 short, 40 bought back.
    let open = log.open.unwrap();
    assert_eq!(
        (open.side, open.quantity, open.entry_price),
        (Side::Sell, 60.0, 205.0)
    );
}

#[test]
fn both_sides_at_once_are_netted_and_said() {
    let log = log(&SCHWAB.replace(
        "\"Sell\",\"IWM\",\"X\",\"100\"",
        "\"Sell Short\",\"IWM\",\"X\",\"100\"",
    ));
    assert!(
        log.notes.iter().any(|note| note.contains("netted")),
        "{:?}",
        log.notes
    );
}

#[test]
fn a_wrong_zone_is_guessed_from_the_hours() {
    let text = "Symbol,DateTime,Quantity,TradePrice\nIWM,2022-01-05 08:31:00,100,200\nIWM,2022-01-06 14:59:00,-100,204\n";
    let found = log(text);
    assert!(
        found
            .notes
            .iter()
            .any(|n| n.contains("1 of 2 times") && n.contains("--timezone America/Chicago")),
        "{:?}",
        found.notes
    );
    let options = ReadOptions {
        zone: Some("America/Chicago"),
        ..options()
    };
    let fixed = read(text.as_bytes(), &options).unwrap();
    assert!(fixed.notes.is_empty() && fixed.trips[0].entry_time == at(1, 5, 9, 31));
}

#[test]
fn mistakes_are_placed() {
    for (text, line, column, words) in [
        (
            "Symbol,DateTime,Quantity,TradePrice\nIWM,2022-01-05 09:30:00,100,\"215,50\"\n",
            2,
            "TradePrice",
            "\"215,50\"",
        ),
        (
            "Symbol,DateTime,Quantity,TradePrice\n\nIWM,yesterday,100,215\n",
            3,
            "DateTime",
            "\"yesterday\"",
        ),
        (
            "Symbol,DateTime,Quantity,TradePrice\nIWM,2022-01-05,0,215\n",
            2,
            "Quantity",
            "not 0",
        ),
        (
            "Symbol,DateTime,Quantity,TradePrice\nIWM,2022-01-05,5,0\n",
            2,
            "TradePrice",
            "dollars a share",
        ),
        (
            "Symbol,DateTime,Quantity,TradePrice,Buy/Sell\nIWM,2022-01-05,5,1,hold\n",
            2,
            "Buy/Sell",
            "\"hold\"",
        ),
        (
            "Symbol,DateTime,Quantity,TradePrice\nIWM\n",
            2,
            "Quantity",
            "found \"\"",
        ),
        (
            "symbol,side,quantity,entry_time,entry_price,exit_time,exit_price\nIWM,long,1,2022-01-05,1,2022-01-04,1\n",
            2,
            "exit_time",
            "not before",
        ),
    ] {
        let error = refused(text);
        assert_eq!(
            (error.line, error.column.as_deref()),
            (Some(line), Some(column)),
            "{error}"
        );
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn foreign_columns_are_listed_with_a_way_out() {
    let error = refused("When,What,How many,At\n2022-01-05,IWM,5,200\n");
    assert!(
        error.message.contains("When, What, How many, At"),
        "{error}"
    );
    assert!(
        error.help.contains("--map time=") && error.help.contains("schwab: Date, Action"),
        "{}",
        error.help
    );
    let map = ColumnMap::parse("time=When,quantity=Many,price=At").unwrap();
    let options = ReadOptions {
        map: Some(&map),
        ..options()
    };
    let error = read(b"When,What,How many,At\n2022-01-05,IWM,5,200\n", &options).unwrap_err();
    assert!(
        error.message.contains("names Many, which the header lacks"),
        "{error}"
    );
    let zone = ReadOptions {
        zone: Some("Mars/Olympus"),
        ..self::options()
    };
    assert!(
        read(IB.as_bytes(), &zone)
            .unwrap_err()
            .message
            .contains("Mars/Olympus")
    );
    let other = ReadOptions {
        format: Some(Format::Schwab),
        ..self::options()
    };
    assert!(
        read(IB.as_bytes(), &other)
            .unwrap_err()
            .message
            .contains("no header of Schwab")
    );
}

proptest! {
    /// Random cells under a known header: a log or an error with its line, never a panic, and never a number that is none.
    #[test]
    fn any_rows_are_read_or_refused(
        header in 0..6_usize,
        rows in proptest::collection::vec(proptest::collection::vec("(IWM|2022-01-05 09:30:00|1/5/22|-?[0-9]{1,6}|Buy|Sell|\\PC{0,8}|\"|,)", 0..16), 0..8),
    ) {
        let heads = [IB, SCHWAB, "Symbol,DateTime,Quantity,TradePrice,IBCommission,TradeID\n",
            ",Exec Time,Spread,Side,Qty,Pos Effect,Symbol,Exp,Strike,Type,Price,Net Price,Order Type\n",
            "Date,Type,Action,Symbol,Instrument Type,Value,Quantity,Average Price,Commissions,Fees\n",
            "symbol,side,quantity,entry_time,entry_price,exit_time,exit_price\n"];
        let mut text = heads[header].to_owned();
        for row in rows {
            text.push_str(&row.join(","));
            text.push('\n');
        }
        if let Ok(log) = read(text.as_bytes(), &options()) {
            for trip in &log.trips {
                prop_assert!(trip.pnl_usd.is_finite() && trip.quantity > 0.0 && trip.entry_time <= trip.exit_time);
            }
        }
    }

    /// However an order is filled in parts, the trip is the same.
    #[test]
    fn partial_fills_change_nothing(parts in proptest::collection::vec(1..50_u32, 1..6), price in 100..300_u32) {
        let total: u32 = parts.iter().sum();
        let mut text = "Symbol,DateTime,Quantity,TradePrice\n".to_owned();
        for part in &parts {
            let _ = writeln!(text, "IWM,2022-01-05 09:30:00,{part},{price}");
        }
        let _ = writeln!(text, "IWM,2022-01-06 09:30:00,-{total},{}", price + 1);
        let log = log(&text);
        prop_assert_eq!(log.trips.len(), 1);
        prop_assert!((log.trips[0].pnl_usd - f64::from(total)).abs() < 1e-6);
        prop_assert_eq!(log.trips[0].entries, parts.len());
    }
}

const TABLE: &str = "Date,Ticker,Action,Qty,Price,Fee\n";

fn mapped(rows: &str) -> Log {
    let map =
        ColumnMap::parse("time=Date,symbol=Ticker,side=Action,quantity=Qty,price=Price").unwrap();
    let options = ReadOptions {
        map: Some(&map),
        ..options()
    };
    read(format!("{TABLE}{rows}").as_bytes(), &options).unwrap()
}

/// Read as a short, the first sale would turn both longs into shorts and leave 59 open.
#[test]
fn a_sale_from_before_the_log_is_no_short() {
    let longs = "2022-02-15 09:30:01,IWM,Buy,59,202.80,1\n2022-02-18 09:30:01,IWM,Sell,59,201.01,1\n2022-02-23 09:30:01,IWM,Buy,59,198.26,1\n2022-02-24 09:30:01,IWM,Sell,59,188.3,1\n";
    let log = mapped(&format!("2022-02-01 10:00:00,IWM,Sell,59,200,1\n{longs}"));
    let sides: Vec<Side> = log.trips.iter().map(|trip| trip.side).collect();
    assert_eq!(sides, [Side::Buy, Side::Buy]);
    assert_eq!((log.left_out.unopened, log.open), (1, None));
    assert!(
        log.notes
            .iter()
            .any(|note| note.contains("first purchase: 1"))
    );
    // A short that is bought back leaves the log flat, and stays one.
    let short =
        mapped("2022-02-01 10:00:00,IWM,Sell,59,200,1\n2022-02-02 10:00:00,IWM,Buy,59,199,1\n");
    assert_eq!(short.trips[0].side, Side::Sell);
}

#[test]
fn a_cancelled_purchase_undoes_the_one_it_names() {
    let head = "\"Date\",\"Action\",\"Symbol\",\"Description\",\"Price\",\"Quantity\",\"Fees & Comm\",\"Amount\"\n";
    let row = |date: &str, action: &str, price: &str, quantity: &str| {
        format!("\"{date}\",\"{action}\",\"IWM\",\"X\",\"{price}\",\"{quantity}\",\"\",\"$1\"\n")
    };
    let sold = row("02/18/2022", "Sell", "$201.01", "59");
    let cancel = row("02/16/2022", "Cancel Buy", "$202.80", "59");
    let twice = row("02/15/2022", "Buy", "$202.80", "59").repeat(2);
    let log = log(&format!("{head}{sold}{cancel}{twice}"));
    assert_eq!((log.trips.len(), log.trips[0].quantity), (1, 59.0));
    assert_eq!((log.left_out.undone, log.open), (2, None));
    let other = row("02/16/2022", "Cancel Buy", "$202.80", "60");
    assert_eq!(
        refused(&format!("{head}{sold}{other}{twice}")).line,
        Some(3)
    );
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let map = ColumnMap::parse("time=Date,quantity=Qty,price=Price").unwrap();
    let options = ReadOptions {
        map: Some(&map),
        ..options()
    };
    let text = "Date,Qty,Price,Price\n2022-02-15 09:30:01,59,1,202.80\n";
    let error = read(text.as_bytes(), &options).unwrap_err();
    assert_eq!(error.line, Some(1));
    assert!(error.to_string().contains("named"), "{error}");
}

/// Schwab's order is the newest first; a day alone does not show it.
#[test]
fn one_day_of_schwab_is_read_from_its_end() {
    let log = log(
        "\"Date\",\"Action\",\"Symbol\",\"Price\",\"Quantity\",\"Amount\"\n\"02/15/2022\",\"Sell\",\"IWM\",\"$201\",\"59\",\"$1\"\n\"02/15/2022\",\"Reinvest Shares\",\"IWM\",\"$201\",\"1\",\"$1\"\n\"02/15/2022\",\"Buy\",\"IWM\",\"$200\",\"59\",\"$1\"\n",
    );
    assert_eq!((log.trips.len(), log.left_out.unopened), (1, 0));
    assert!(
        log.notes
            .iter()
            .any(|note| note.contains("Reinvest Shares")),
        "{:?}",
        log.notes
    );
}
