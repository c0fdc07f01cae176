//! Five dates of the real tape: every number shown against a plain computation from the vendors' files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::*;

const DATES: [&str; 5] = [
    "2018-12-21",
    "2020-02-24",
    "2020-03-24",
    "2022-06-16",
    "2023-03-10",
];

/// The vendors' files, or a word on why there are none.
fn files() -> Option<PathBuf> {
    let named = std::env::var_os("STORMPROOF_REAL_TAPE").map(PathBuf::from);
    let files =
        named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tape"));
    if !files.join("daily/IWM.csv").is_file() {
        skipped(
            "no real tape; set STORMPROOF_REAL_TAPE to its folder, or put it at ../shared/tape",
        );
        return None;
    }
    Some(files)
}

/// A column of a file, by date; rows without a number are left out.
fn column(path: &Path, name: &str) -> BTreeMap<String, f64> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let mut header = lines.next().unwrap().split(',');
    let place = header.position(|field| field == name).unwrap();
    let row = |line: &str| {
        let mut fields = line.split(',');
        let date = fields.clone().next()?.to_owned();
        Some((date, fields.nth(place)?.parse().ok()?))
    };
    lines.filter_map(row).collect()
}

/// Daily bars up to and with `last`.
struct Days {
    dates: Vec<String>,
    open: Vec<f64>,
    high: Vec<f64>,
    low: Vec<f64>,
    close: Vec<f64>,
    volume: Vec<f64>,
}

impl Days {
    fn of(files: &Path, symbol: &str, last: &str) -> Self {
        let path = files.join(format!("daily/{symbol}.csv"));
        let upto = |name: &str| -> (Vec<String>, Vec<f64>) {
            let all = column(&path, name).into_iter();
            all.filter(|(date, _)| date.as_str() <= last).unzip()
        };
        let (dates, close) = upto("close");
        Self {
            dates,
            open: upto("open").1,
            high: upto("high").1,
            low: upto("low").1,
            close,
            volume: upto("volume").1,
        }
    }

    fn atr(&self, n: usize) -> f64 {
        let range = |i: usize| {
            let before = self.close[i - 1];
            (self.high[i] - self.low[i])
                .max((self.high[i] - before).abs())
                .max((self.low[i] - before).abs())
        };
        let mut atr = (1..=n).map(range).sum::<f64>() / n as f64;
        for i in n + 1..self.close.len() {
            atr += (range(i) - atr) / n as f64;
        }
        atr
    }

    fn change(&self, n: usize) -> f64 {
        let last = self.close.len() - 1;
        self.close[last] / self.close[last - n] - 1.0
    }

    fn marked(&self) -> bool {
        let len = self.close.len();
        let five = len - 5..len;
        let high = five.clone().map(|i| self.high[i]).fold(0.0, f64::max);
        let low = five.clone().map(|i| self.low[i]).fold(f64::MAX, f64::min);
        let average = |i: usize| self.volume[i - 19..=i].iter().sum::<f64>() / 20.0;
        five.into_iter()
            .any(|i| self.volume[i] > average(i) && self.close[i] < low + (high - low) / 3.0)
    }
}

fn ema(values: &[f64], n: usize) -> f64 {
    let mut average = values[..n].iter().sum::<f64>() / n as f64;
    for value in &values[n..] {
        average += 2.0 / (n as f64 + 1.0) * (value - average);
    }
    average
}

fn word(score: i32) -> &'static str {
    match score {
        1 => "bullish",
        0 => "neutral",
        _ => "bearish",
    }
}

fn sign(x: f64) -> i32 {
    i32::from(x > 0.0) - i32::from(x < 0.0)
}

/// The rules of the spec, read off plainly: the four states.
fn states(own: &Days, spy: &Days, breadth: &[f64], atr: f64) -> [i32; 4] {
    let (short, long) = (sign(own.change(10)), sign(own.change(21)));
    let momentum = if own.marked() && short == long {
        short
    } else {
        0
    };
    let now = breadth[breadth.len() - 1];
    let before = breadth[breadth.len() - 6];
    let lately = breadth[breadth.len() - 5..].iter().any(|b| *b < 30.0);
    let lowest = own.close[own.close.len() - 20..]
        .iter()
        .copied()
        .fold(f64::MAX, f64::min);
    let near = own.close[own.close.len() - 1] <= lowest + atr;
    let breadth = if own.change(10) > 0.0 && now < 55.0 {
        -1
    } else if lately && now > 30.0 && now > before && near {
        0
    } else if now >= 55.0 {
        1
    } else if now < 50.0 {
        -1
    } else {
        0
    };
    let trend = sign(ema(&own.close, 21) - ema(&own.close, 63));
    [
        trend,
        momentum,
        breadth,
        sign(own.change(10) - spy.change(10)),
    ]
}

fn near(value: &Value, wanted: f64, what: &str) {
    let found = value.as_f64().unwrap_or_else(|| panic!("{what}: {value}"));
    let close = (found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0);
    assert!(close, "{what}: {found}, by hand {wanted}");
}

#[test]
fn five_dates_are_what_the_bars_say() {
    let Some(files) = files() else { return };
    let here = folder();
    let path = |name: &str| files.join(name).to_str().unwrap().to_owned();
    let breadth_file = files.join("breadth/R2000_pct_above_ma.csv");
    let wanted = [
        path("daily/IWM.csv"),
        path("daily/SPY.csv"),
        path("daily/KRE.csv"),
        path("rates"),
        path("vol"),
        breadth_file.to_str().unwrap().to_owned(),
    ];
    let mut import = vec!["tape", "import", "--tape", "mine"];
    import.extend(wanted.iter().map(String::as_str));
    says(here.path(), &import);
    for date in DATES {
        let args = ["--tape", "mine", "--on", date];
        let json = |command: &str| -> Value {
            let args = [&[command], &args[..], &["--format", "json"]].concat();
            serde_json::from_str(&says(here.path(), &args)).unwrap()
        };
        let (own, spy) = (Days::of(&files, "IWM", date), Days::of(&files, "SPY", date));
        assert_eq!(own.dates, spy.dates);
        let pct: Vec<f64> = column(&breadth_file, "pct_above_50dma")
            .into_iter()
            .filter(|(on, _)| on.as_str() <= date)
            .map(|(_, pct)| pct)
            .collect();
        let told = json("signal");
        numbers_agree(&told, &own, &spy, &pct, date);
        rates_agree(&told, &files, &own, date);
        debrief_agrees(&json("debrief"), &own, date);
        let table = says(here.path(), &[&["signal"], &args[..]].concat());
        assert!(
            table.lines().all(|line| line.chars().count() <= 80),
            "{table}"
        );
        let close = format!(
            "the close of {date} was {:.2}\n",
            own.close[own.close.len() - 1]
        );
        assert!(table.contains(&close), "{table}");
    }
}

fn numbers_agree(told: &Value, own: &Days, spy: &Days, pct: &[f64], date: &str) {
    let of = |what: &str| format!("{date} {what}");
    let atr = own.atr(14);
    let (fast, slow) = (ema(&own.close, 21), ema(&own.close, 63));
    near(&told["trend"]["fast_usd"], fast, &of("fast"));
    near(&told["trend"]["slow_usd"], slow, &of("slow"));
    near(&told["trend"]["atr_usd"], atr, &of("atr"));
    near(
        &told["trend"]["separation_atr"],
        (fast - slow) / atr,
        &of("separation"),
    );
    near(
        &told["momentum"]["short_return"],
        own.change(10),
        &of("10 sessions"),
    );
    near(
        &told["momentum"]["long_return"],
        own.change(21),
        &of("21 sessions"),
    );
    assert_eq!(told["momentum"]["volume_mark"], own.marked(), "{date} mark");
    near(&told["breadth"]["pct"], pct[pct.len() - 1], &of("breadth"));
    near(
        &told["breadth"]["before_pct"],
        pct[pct.len() - 6],
        &of("breadth before"),
    );
    let lead = own.change(10) - spy.change(10);
    near(&told["relative_strength"]["lead"], lead, &of("lead"));
    let ratio = (1.0 + own.change(20)) / (1.0 + spy.change(20)) - 1.0;
    near(&told["rotation"]["ratio_change"], ratio, &of("ratio"));
    let rotation = if ratio > 0.02 {
        "leadership"
    } else if ratio < -0.02 {
        "flight"
    } else {
        "parity"
    };
    assert_eq!(told["rotation"]["state"], rotation, "{date}");
    let states = states(own, spy, pct, atr);
    let layers = ["trend", "momentum", "breadth", "relative_strength"];
    for (layer, state) in layers.into_iter().zip(states) {
        assert_eq!(told[layer]["state"], word(state), "{date} {layer}");
    }
    let sum: i32 = states.iter().sum();
    assert_eq!(told["composite"]["sum"], sum, "{date}");
    let side = if sum.abs() >= 2 { sum.signum() } else { 0 };
    assert_eq!(told["composite"]["state"], word(side), "{date}");
    if side != 1 {
        assert_eq!(told["size"]["size"], "none", "{date}");
    }
    // At the flip's price the averages meet; at flight's the ratio has lost two per cent.
    let last = own.close.len() - 1;
    if let Some(price) = told["trend"]["flip"]["at"]["price"].as_f64() {
        let mut next = own.close.clone();
        next.push(price);
        let gap = ema(&next, 21) - ema(&next, 63);
        assert!(gap.abs() < 1e-9 * price, "{date}: {gap}");
    }
    let base = own.close[last - 19] / spy.close[last - 19];
    let flight = 0.98 * base * spy.close[last];
    near(&told["rotation"]["flight_below_usd"], flight, &of("flight"));
}

/// A rate is known a session late: what stands at a close is the newest value dated before it.
fn rates_agree(told: &Value, files: &Path, own: &Days, date: &str) {
    let before = |name: &str| {
        let all = column(&files.join(format!("rates/{name}.csv")), "value");
        let mut earlier = all.into_iter().filter(|(on, _)| on.as_str() < date);
        earlier.next_back().unwrap().1
    };
    let slope = before("DGS10") - before("DGS2");
    near(
        &told["context"]["slope_pct"],
        slope,
        &format!("{date} slope"),
    );
    let atr = own.atr(14) / own.close[own.close.len() - 1];
    near(
        &told["context"]["atr_fraction"],
        atr,
        &format!("{date} ATR"),
    );
}

fn debrief_agrees(told: &Value, own: &Days, date: &str) {
    let last = own.close.len() - 1;
    let (open, close, before) = (own.open[last], own.close[last], own.close[last - 1]);
    let session = &told["session"];
    near(&session["close_to_close"], close / before - 1.0, date);
    near(&session["open_to_close"], close / open - 1.0, date);
    assert_eq!(told["before"], own.dates[last - 1].as_str());
    let fell = close < before;
    let gapped = if fell {
        open <= before * 0.992
    } else {
        open >= before * 1.008
    };
    let warnings = told["warnings"].as_array().unwrap();
    let gap = warnings.iter().any(|warning| warning["what"] == "gap");
    assert_eq!(gap, gapped, "{date}");
    for layer in told["layers"].as_array().unwrap() {
        let expected = match (layer["state"].as_str().unwrap(), fell) {
            ("neutral", _) => "aside",
            ("bearish", true) | ("bullish", false) => "right",
            _ => "wrong",
        };
        assert_eq!(layer["call"], expected, "{date} {layer}");
    }
}
