//! The skew on another year and another index: end-of-day samples of SPX options, 2017.

use market::Right;
use options::value::{Inputs, Terms, european_value};
use options::{Level, Readings, Skew, SkewParameters, Surface};

use crate::tape::{closes, date, file, rows};

const SAMPLE: &str = "options/SPX_eod_2017-01_2017-05_sample.csv";

/// The sample has one far strike a month (0.58 to 0.73 of the index), so only the crash side is tested.
#[test]
fn far_puts_of_2017() {
    let (Some(sample), Some(vix), Some(vix9d), Some(vix3m)) = (
        file(SAMPLE),
        closes("VIX"),
        closes("VIX9D"),
        closes("VIX3M"),
    ) else {
        return;
    };
    let skew = Skew::new(SkewParameters::SPY).unwrap();
    let columns = [
        "type",
        "quotedate",
        "dte",
        "underlying_last",
        "strike",
        "bid",
        "ask",
    ];
    let (mut count, mut sum, mut square, mut paid, mut asked) = (0, 0.0, 0.0, 0.0, 0.0);
    for [right, quoted, days, spot, strike, bid, ask] in rows(&sample, columns) {
        let number = |text: &str| text.parse::<f64>().expect("a number");
        let (days, spot, strike) = (number(days), number(spot), number(strike));
        let (bid, ask) = (number(bid), number(ask));
        if right != "put" || bid <= 0.0 || !(8.0..=120.0).contains(&days) {
            continue;
        }
        let on = date(quoted);
        let index = vix.get(&on).copied();
        let readings = Readings {
            index,
            vix: index,
            vix9d: vix9d.get(&on).copied(),
            vix3m: vix3m.get(&on).copied(),
        };
        let surface = Surface::new(Level::new(&readings).unwrap(), &skew);
        // Interest below dividends by about 1 % a year then.
        let forward = spot * (-0.01 * days / 365.0_f64).exp();
        let volatility = surface.volatility(strike, forward, days / 365.0);
        let worth = |volatility| {
            let inputs = Inputs {
                spot: forward,
                strike,
                years: days / 365.0,
                rate: 0.0,
                yield_rate: 0.0,
                volatility,
            };
            european_value(&Terms::new(inputs).unwrap(), Right::Put)
        };
        let (mut low, mut high) = (0.05, 2.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if worth(middle) < 0.5 * (bid + ask) {
                low = middle;
            } else {
                high = middle;
            }
        }
        let miss = 100.0 * (volatility - low);
        count += 1;
        sum += miss;
        square += miss * miss;
        paid += worth(volatility);
        asked += 0.5 * (bid + ask);
    }
    let n = f64::from(count);
    let (bias, rms, worth) = (sum / n, (square / n).sqrt(), paid / asked);
    eprintln!(
        "{count} puts: bias {bias:.2}, rms {rms:.2} points of volatility; worth {worth:.2} of their mids"
    );
    assert_eq!(count, 115);
    assert!(bias.abs() < 2.0, "{bias}");
    assert!(rms < 5.0, "{rms}");
}
