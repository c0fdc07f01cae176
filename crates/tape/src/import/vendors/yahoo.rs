//! Yahoo's daily history, as its site gave it and as yfinance writes it. Splits are in the prices already; dividends are
//! not where there is an adjusted close beside the close, and are where there is none.

use chrono_tz::America::New_York;
use market::{Date, Dividend, Interval, Known, Split};

use crate::error::TapeError;
use crate::facts::Basis;
use crate::import::adjust::{Factors, LeftOut};
use crate::import::header::Column;
use crate::import::rows::Csv;
use crate::import::sink::Sink;
use crate::import::source::Source;
use crate::import::stamp::Stamps;
use crate::import::vendors::prices::judge_daily;
use crate::import::vendors::{OHLCV, columns, paid};

pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let symbol = source.symbol()?;
    let survey = Survey::of(source)?;
    if !survey.traded {
        return index(source, &symbol, sink);
    }
    sink.shares(&symbol, Basis::Applied, &survey.splits)?;
    let factors = if survey.adjusts_itself {
        undo(source, sink, &symbol, &survey)?
    } else {
        Factors::default()
    };
    let mut file = File::open(source)?;
    let prices = columns(&file.csv, OHLCV)?;
    let bars = sink.bars(&symbol, Interval::Day)?;
    let dividends = sink.dividends(&symbol)?;
    let splits = sink.splits(&symbol)?;
    let mut left_out = LeftOut::default();
    while let Some(day) = file.next()? {
        if left_out.takes(&factors, day) {
            continue;
        }
        let csv = &file.csv;
        let [open, high, low, close, volume] = csv.numbers(&prices)?;
        let factor = factors.at(day);
        let price = |usd: f64| {
            if factor == 1.0 {
                as_first_printed(usd)
            } else {
                usd / factor
            }
        };
        let bar = [price(open), price(high), price(low), price(close), volume];
        csv.place(sink.daily_bar(bars, day, bar))?;
        if let Some(usd) = file.paid()? {
            csv.place(sink.value(dividends, day, usd))?;
        }
        if let Some(ratio) = file.split()? {
            csv.place(sink.value(splits, day, ratio))?;
        }
    }
    for note in left_out.notes(&factors, &symbol) {
        sink.note(note);
    }
    Ok(file.rows())
}

/// What was taken out of prices that stand alone: told by the tape, else by the dividends of the file itself.
fn undo(
    source: &Source<'_>,
    sink: &mut Sink<'_>,
    symbol: &str,
    survey: &Survey,
) -> Result<Factors, TapeError> {
    if sink.has_daily(symbol) {
        return judge_daily(source, sink, symbol, || Ok(survey.closes.clone()));
    }
    if !survey.tells_dividends {
        return Err(TapeError::NotTapeData {
            file: source.name(),
            reason: format!(
                "yfinance takes dividends out of prices it gives without Adj Close, and neither this file nor the tape tells those of {symbol}: fetch it with auto_adjust=False or with actions=True, or first import its daily bars as traded, with dividends"
            ),
        });
    }
    sink.note(format!(
        "{symbol}: no adjusted close, so its prices are taken to have its own {} dividends out of them; these were put back",
        survey.dividends.len()
    ));
    Ok(Factors::of_own(&survey.closes, &survey.dividends))
}

fn index(source: &Source<'_>, name: &str, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let mut file = File::open(source)?;
    let close = file.csv.column("close")?;
    let series = sink.series(name, Known::Close)?;
    while let Some(day) = file.next()? {
        let value = as_first_printed(file.csv.number(close)?);
        file.csv.place(sink.value(series, day, value))?;
    }
    Ok(file.rows())
}

/// What has to be known of a file before its rows are taken.
struct Survey {
    /// False if nothing was ever traded: an index.
    traded: bool,
    /// True if prices stand alone, without an adjusted close.
    adjusts_itself: bool,
    /// True if there is a column of dividends.
    tells_dividends: bool,
    closes: Vec<(Date, f64)>,
    dividends: Vec<Dividend>,
    splits: Vec<Split>,
}

impl Survey {
    fn of(source: &Source<'_>) -> Result<Survey, TapeError> {
        let mut file = File::open(source)?;
        let (volume, close) = (file.csv.column("volume")?, file.csv.column("close")?);
        let mut survey = Survey {
            traded: false,
            adjusts_itself: file.csv.header().find("adj_close").is_none(),
            tells_dividends: file.dividend.is_some(),
            closes: Vec::new(),
            dividends: Vec::new(),
            splits: Vec::new(),
        };
        while let Some(day) = file.next()? {
            survey.traded |= file.csv.number(volume)? != 0.0;
            survey.closes.push((day, file.csv.number(close)?));
            if let Some(amount_usd) = file.paid()? {
                let ex_date = day;
                survey.dividends.push(Dividend {
                    ex_date,
                    amount_usd,
                });
            }
            if let Some(ratio) = file.split()? {
                let ex_date = day;
                survey.splits.push(Split { ex_date, ratio });
            }
        }
        survey.closes.sort_by_key(|&(day, _)| day);
        survey.dividends.sort_by_key(|paid| paid.ex_date);
        Ok(survey)
    }
}

/// A file at one of its rows.
struct File<'a> {
    csv: Csv<'a>,
    date: Column,
    dividend: Option<Column>,
    split: Option<Column>,
    /// Rows of names below the header.
    names: u64,
    stamps: Stamps,
}

impl<'a> File<'a> {
    fn open(source: &Source<'a>) -> Result<File<'a>, TapeError> {
        let mut csv = source.csv()?;
        let mut names = 0;
        let date = match csv.header().find("price") {
            // A table of tables: the first column is that of dates, as its third line says.
            Some(date) => {
                for expected in ["Ticker", "Date"] {
                    if !csv.next()? || csv.text(date)? != expected {
                        return Err(csv.unlike(
                            date,
                            &format!("a line of names that begins with {expected}"),
                        ));
                    }
                    names += 1;
                }
                date
            }
            None => csv.column("date")?,
        };
        Ok(File {
            dividend: csv.header().find("dividends"),
            split: csv.header().find("stock_splits"),
            date,
            csv,
            names,
            stamps: Stamps::new(Some(New_York)),
        })
    }

    /// The date of the next row; `None` after the last. yfinance writes midnights of New York with their offset.
    fn next(&mut self) -> Result<Option<Date>, TapeError> {
        if !self.csv.next()? {
            return Ok(None);
        }
        let text = self.csv.text(self.date)?;
        if text.len() <= 10 {
            return self.csv.date(self.date).map(Some);
        }
        let midnight = |stamps: &mut Stamps| {
            let time = stamps.read(text).ok()?.exchange()?;
            (time.time() == chrono::NaiveTime::MIN).then_some(time.date())
        };
        let Some(day) = midnight(&mut self.stamps) else {
            let expected = "a date like 2020-03-23, or its midnight in New York";
            return Err(self.csv.unlike(self.date, expected));
        };
        self.csv.key(self.date);
        self.csv.known(self.date, day).map(Some)
    }

    fn paid(&self) -> Result<Option<f64>, TapeError> {
        let paid = self.dividend.map(|column| paid(&self.csv, column));
        Ok(paid.transpose()?.flatten())
    }

    /// New shares for an old one; `None` on days without a split, which have 0 (or 1).
    fn split(&self) -> Result<Option<f64>, TapeError> {
        let Some(column) = self.split else {
            return Ok(None);
        };
        let ratio = self.csv.number(column)?;
        if ratio < 0.0 {
            let found = ratio.to_string();
            return Err(self.csv.wrong(Some(column), &found, "a ratio of 0 or more"));
        }
        Ok((ratio != 0.0 && ratio != 1.0).then_some(ratio))
    }

    /// Rows of prices so far.
    fn rows(&self) -> u64 {
        self.csv.rows().saturating_sub(self.names)
    }
}

/// Yahoo keeps prices in 32 bits and prints them with 64: 65.095 comes out as 65.09500122070312. A number that is
/// exactly a 32-bit one is read as the shortest decimal that gives those 32 bits; any other stays as it is.
pub(crate) fn as_first_printed(value: f64) -> f64 {
    let narrow = value as f32;
    if f64::from(narrow) != value {
        return value;
    }
    narrow.to_string().parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_32_bits_are_read_as_they_were_first_printed() {
        assert_eq!(as_first_printed(65.095_001_220_703_12), 65.095);
        assert_eq!(as_first_printed(67.410_003_662_109_38), 67.41);
        // No 32-bit number, so Yahoo did not make it so.
        assert_eq!(as_first_printed(65.095), 65.095);
        assert_eq!(as_first_printed(63.5), 63.5);
    }
}
