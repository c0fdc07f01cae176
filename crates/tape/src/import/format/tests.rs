//! Every header there is, and whose it is.

use super::*;

/// Headers as they are found in files, with the format they belong to.
const HEADERS: [(&str, Format); 42] = [
    ("date,IWM,SPY", Format::Constituents),
    ("Date,OPEN,LOW,^GSPC,BRK.B", Format::Constituents),
    ("symbol,from,to", Format::Members),
    (
        "meeting_start,decision_date,type,statement_time_et",
        Format::Events,
    ),
    ("release_date,reference_month,time_et", Format::Events),
    ("release_date,time_et", Format::Events),
    ("release_date,event,time_et,basis", Format::Events),
    ("reconstitution_date,kind,note", Format::Events),
    (
        "date,open_et,close_et,early_close",
        Format::ExchangeCalendar,
    ),
    ("date,weekday", Format::ExchangeCalendar),
    (
        "snapshot_utc,underlying,spot_quoted,spot_parity,expiration,type,strike,bid,ask,last,volume,open_interest,iv_vendor,last_trade_utc",
        Format::OptionChain,
    ),
    (
        "contractSymbol,lastTradeDate,strike,lastPrice,bid,ask,change,percentChange,volume,openInterest,impliedVolatility,inTheMoney,contractSize,currency,optionType,expirationDate,days_to_expire,time_to_expire_years,underlyingPrice,moneyness",
        Format::YahooOptions,
    ),
    (
        ",underlying,underlying_last,optionroot,type,expiration,quotedate,strike,last,bid,ask,volume,openinterest,impliedvol,delta,gamma,theta,vega,optionalias,dte",
        Format::EodOptions,
    ),
    (
        "date,nyse_advancing_stocks,nyse_declining_stocks,nyse_advancing_volume,nyse_declining_volume,nasdaq_advancing_stocks,nasdaq_declining_stocks,nasdaq_advancing_volume,nasdaq_declining_volume",
        Format::AdvanceDecline,
    ),
    ("Sector,as_of,weight_pct,n_holdings", Format::SectorWeights),
    (
        "date,open,high,low,close,volume,adj_close,dividend",
        Format::DailyBars,
    ),
    ("date,close", Format::Index),
    ("date,open,high,low,close", Format::Index),
    (
        "date,pct_above_20dma,pct_above_50dma,pct_above_200dma",
        Format::Breadth,
    ),
    ("ex_date,amount_usd", Format::Dividends),
    ("date,value", Format::DatedValues),
    ("Date,Adj Close,Close,High,Low,Open,Volume", Format::Yahoo),
    (
        "Date,Open,High,Low,Close,AdjClose,Volume,Dividends",
        Format::Yahoo,
    ),
    ("Date,Open,High,Low,Close,Adj Close,Volume", Format::Yahoo),
    ("date,open,high,low,close,adj_close,volume", Format::Yahoo),
    (
        "Date,Open,High,Low,Close,Adj Close,Volume,Dividends,Stock Splits",
        Format::Yahoo,
    ),
    ("Price,Adj Close,Close,High,Low,Open,Volume", Format::Yahoo),
    ("Price,Close,High,Low,Open,Volume", Format::YahooAdjusted),
    (
        "Date,Open,High,Low,Close,Volume,Dividends,Stock Splits,Capital Gains",
        Format::YahooAdjusted,
    ),
    (
        "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient",
        Format::AlphaVantageDaily,
    ),
    (
        "time,open,high,low,close,volume",
        Format::AlphaVantageIntraday,
    ),
    (
        ",Date,Open,High,Low,Close,Adjusted_close,Volume",
        Format::Eodhd,
    ),
    ("DATE,OPEN,HIGH,LOW,CLOSE", Format::Cboe),
    ("date,dgs2", Format::Fred),
    ("DATE,DGS2", Format::Fred),
    ("observation_date,DGS2", Format::Fred),
    ("20000526,0.7589968,0.5,1", Format::LeanFactors),
    ("timestamp,open,high,low,close", Format::Intraday),
    (
        "timestamp,open,high,low,close,volume,adj_factor",
        Format::Intraday,
    ),
    (
        "timestamp,open,high,low,close,volume,vwap,trades",
        Format::Intraday,
    ),
    (
        "timestamp,close,high,low,trade_count,open,volume,vwap,year,month,day,hour",
        Format::Intraday,
    ),
    (
        "symbol,timestamp,open,high,low,close,volume,trade_count,vwap",
        Format::Intraday,
    ),
];

#[test]
fn every_header_is_claimed_by_exactly_one_format() {
    for (text, format) in HEADERS {
        let header = Header::new(text.split(','));
        let claim = Format::ALL.iter().filter(|f| f.claims(&header));
        assert_eq!(claim.collect::<Vec<_>>(), [&format], "{text}");
    }
    // Those of no header are told by what the file is written in, or by the caller.
    let headless = [Format::LeanBars, Format::ParquetBars, Format::Columns];
    for format in Format::ALL.iter().filter(|f| !headless.contains(f)) {
        assert!(HEADERS.iter().any(|(_, f)| f == format), "{format}");
    }
    for text in [
        "symbol,date,field,vendor_value",
        "date,open,high,low,close,close",
        "",
    ] {
        let header = Header::new(text.split(','));
        assert!(!Format::ALL.iter().any(|f| f.claims(&header)), "{text}");
    }
}

#[test]
fn a_format_is_found_by_its_name_and_a_slip_is_told() {
    for format in Format::ALL {
        assert_eq!(Format::named(format.as_str()).ok(), Some(format));
    }
    let error = Format::named("yaho").unwrap_err().to_string();
    assert!(error.contains("did you mean yahoo?"), "{error}");
}
