//! Figures that say what a daily market is like.

use tape::synth::TURNING_POINTS;

use crate::market_days::{Bars, Days};

/// Every figure, with its name, of a market.
pub(crate) struct Figures(pub(crate) Vec<(&'static str, f64)>);

impl Figures {
    pub(crate) fn get(&self, name: &str) -> f64 {
        self.0.iter().find(|f| f.0 == name).unwrap().1
    }

    #[expect(clippy::too_many_lines, reason = "a list of figures, one a line")]
    pub(crate) fn of(days: &Days) -> Figures {
        let [iwm, spy, kre] = &days.bars;
        let [ri, rs, rk] = [iwm, spy, kre].map(returns);
        let [gi, gs, gk] = [iwm, spy, kre].map(gaps);
        let [oi, os, ok] = [iwm, spy, kre].map(open_hours);
        let [hi, hs, hk] = [iwm, spy, kre].map(ranges);
        let promised: Vec<f64> = days
            .rvx
            .iter()
            .map(|v| v / 100.0 / 252.0_f64.sqrt())
            .collect();
        let z: Vec<f64> = ri.iter().zip(&promised).map(|(r, p)| r / p).collect();
        let rvx_change: Vec<f64> = days.rvx.windows(2).map(|w| (w[1] / w[0]).ln()).collect();
        let (distance, breadth) = (distance(days), &days.breadth[49..]);
        let absolute: Vec<f64> = ri.iter().map(|r| r.abs()).collect();
        let logs = |x: &[f64]| x.iter().map(|v| v.ln()).collect::<Vec<_>>();
        let ratio = |a: &[f64], b: &[f64]| median(a.iter().zip(b).map(|(a, b)| a / b).collect());
        let mut figures = vec![
            ("IWM volatility, % a year", annual(&ri)),
            ("SPY volatility, % a year", annual(&rs)),
            ("KRE volatility, % a year", annual(&rk)),
            ("IWM kurtosis of daily returns", kurtosis(&ri)),
            ("SPY kurtosis of daily returns", kurtosis(&rs)),
            ("KRE kurtosis of daily returns", kurtosis(&rk)),
            ("IWM skewness of daily returns", skewness(&ri)),
            ("IWM realised ÷ implied volatility", deviation(&z)),
            ("IWM kurtosis of returns ÷ implied", kurtosis(&z)),
            (
                "IWM variance ÷ implied, at turning points ÷ elsewhere",
                turning_variance(days, &z),
            ),
            ("IWM autocorrelation, lag 1", lagged(&ri, &ri, 1)),
            ("IWM autocorrelation ÷ implied, lag 1", lagged(&z, &z, 1)),
            (
                "IWM autocorrelation of |return|, lag 1",
                lagged(&absolute, &absolute, 1),
            ),
            (
                "IWM autocorrelation of |return|, lag 20",
                lagged(&absolute, &absolute, 20),
            ),
            ("IWM/SPY correlation of returns", correlation(&ri, &rs)),
            ("IWM/KRE correlation of returns", correlation(&ri, &rk)),
            ("SPY/KRE correlation of returns", correlation(&rs, &rk)),
            ("IWM/SPY correlation of gaps", correlation(&gi, &gs)),
            ("IWM/KRE correlation of gaps", correlation(&gi, &gk)),
            ("IWM/SPY correlation, open to close", correlation(&oi, &os)),
            ("IWM/KRE correlation, open to close", correlation(&oi, &ok)),
            ("IWM/SPY correlation of ranges", correlation(&hi, &hs)),
            ("IWM/KRE correlation of ranges", correlation(&hi, &hk)),
            ("IWM gap share of variance", power(&gi) / power(&ri)),
            ("SPY gap share of variance", power(&gs) / power(&rs)),
            ("KRE gap share of variance", power(&gk) / power(&rk)),
            ("IWM kurtosis of gaps", kurtosis(&gi)),
            (
                "IWM correlation of gap and open to close",
                correlation(&gi, &oi),
            ),
            (
                "IWM Parkinson ÷ open-to-close volatility",
                parkinson(&hi) / power(&oi).sqrt(),
            ),
            (
                "SPY Parkinson ÷ open-to-close volatility",
                parkinson(&hs) / power(&os).sqrt(),
            ),
            (
                "KRE Parkinson ÷ open-to-close volatility",
                parkinson(&hk) / power(&ok).sqrt(),
            ),
            ("IWM median range, %", median(hi.clone()) * 100.0),
            ("IWM ÷ SPY range, median", ratio(&hi, &hs)),
            ("KRE ÷ IWM range, median", ratio(&hk, &hi)),
            (
                "IWM correlation of ln volume and ln range",
                correlation(&logs(&iwm.volume[1..]), &logs(&hi)),
            ),
            (
                "SPY correlation of ln volume and ln range",
                correlation(&logs(&spy.volume[1..]), &logs(&hs)),
            ),
            (
                "KRE correlation of ln volume and ln range",
                correlation(&logs(&kre.volume[1..]), &logs(&hk)),
            ),
            (
                "IWM autocorrelation of ln volume, lag 1",
                lagged(&logs(&iwm.volume), &logs(&iwm.volume), 1),
            ),
            (
                "IWM standard deviation of ln volume",
                deviation(&logs(&iwm.volume)),
            ),
            (
                "IWM median volume, millions",
                median(iwm.volume.clone()) / 1e6,
            ),
            ("RVX mean", mean(&days.rvx)),
            ("RVX largest", days.rvx.iter().copied().fold(0.0, f64::max)),
            (
                "RVX smallest",
                days.rvx.iter().copied().fold(f64::MAX, f64::min),
            ),
            (
                "RVX standard deviation of ln change",
                deviation(&rvx_change),
            ),
            ("RVX kurtosis of ln change", kurtosis(&rvx_change)),
            ("RVX skewness of ln change", skewness(&rvx_change)),
            (
                "RVX/IWM correlation of changes",
                correlation(&rvx_change, &ri),
            ),
            (
                "breadth and IWM's distance, correlation",
                correlation(&distance, breadth),
            ),
            (
                "breadth, standard deviation of change",
                deviation(&changes(breadth)),
            ),
            (
                "breadth and distance, correlation of changes",
                correlation(&changes(&distance), &changes(breadth)),
            ),
            (
                "KRE today, IWM next session, early 2020",
                lead_in(days, &rk, &ri, ("2020-02-19", "2020-03-23")),
            ),
            (
                "KRE today, IWM next session, spring 2023",
                lead_in(days, &rk, &ri, ("2023-03-08", "2023-05-04")),
            ),
            ("KRE today, IWM next session, all", lagged(&ri, &rk, 1)),
            ("sessions of 3 lower closes and −2.5 %", three_down(iwm)),
            (
                "worst IWM session, %",
                ri.iter().copied().fold(0.0, f64::min) * 100.0,
            ),
            (
                "best IWM session, %",
                ri.iter().copied().fold(0.0, f64::max) * 100.0,
            ),
        ];
        figures.extend(crate::series_figures::of(days, &rs));
        Figures(figures)
    }
}

/// Log returns, dividends put back.
fn returns(bars: &Bars) -> Vec<f64> {
    (1..bars.close.len())
        .map(|i| ((bars.close[i] + bars.dividend[i]) / bars.close[i - 1]).ln())
        .collect()
}

fn gaps(bars: &Bars) -> Vec<f64> {
    (1..bars.close.len())
        .map(|i| ((bars.open[i] + bars.dividend[i]) / bars.close[i - 1]).ln())
        .collect()
}

fn open_hours(bars: &Bars) -> Vec<f64> {
    (1..bars.close.len())
        .map(|i| (bars.close[i] / bars.open[i]).ln())
        .collect()
}

fn ranges(bars: &Bars) -> Vec<f64> {
    (1..bars.close.len())
        .map(|i| (bars.high[i] / bars.low[i]).ln().max(1e-4))
        .collect()
}

/// IWM's distance from its 50-day average ÷ implied volatility, from the 50th session on.
fn distance(days: &Days) -> Vec<f64> {
    let close = &days.bars[0].close;
    (49..close.len())
        .map(|i| (close[i] / mean(&close[i - 49..=i]) - 1.0) / (days.rvx[i] / 100.0))
        .collect()
}

/// Setups of the shipped plan's trigger: what a strategy sees most of.
fn three_down(bars: &Bars) -> f64 {
    bars.close
        .windows(4)
        .filter(|w| w[1] < w[0] && w[2] < w[1] && w[3] < w[2] && w[3] / w[0] < 0.975)
        .count() as f64
}

/// Correlation of `leader`'s return with `other`'s one session later, both within the dates.
fn lead_in(days: &Days, leader: &[f64], other: &[f64], dates: (&str, &str)) -> f64 {
    let at = |text: &str| {
        let date: market::Date = text.parse().unwrap();
        days.date.partition_point(|d| *d <= date)
    };
    // Return i belongs to session i + 1.
    let (from, to) = (at(dates.0) - 1, at(dates.1) - 1);
    correlation(&leader[from..to - 1], &other[from + 1..to])
}

/// Mean of `z²` over each turning point's session, two before it and two after ÷ that over all other
/// sessions.
fn turning_variance(days: &Days, z: &[f64]) -> f64 {
    let turns: Vec<usize> = TURNING_POINTS
        .iter()
        .map(|p| days.date.partition_point(|d| *d < p.date))
        .collect();
    // z[i] belongs to session i + 1.
    let near = |i: usize| turns.iter().any(|&t| i + 1 + 2 >= t && i < t + 2);
    let (at, elsewhere): (Vec<usize>, Vec<usize>) = (0..z.len()).partition(|&i| near(i));
    let square = |rows: &[usize]| power(&rows.iter().map(|&i| z[i]).collect::<Vec<_>>());
    square(&at) / square(&elsewhere)
}

pub(crate) fn changes(x: &[f64]) -> Vec<f64> {
    x.windows(2).map(|w| w[1] - w[0]).collect()
}

pub(crate) fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

fn power(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum::<f64>() / x.len() as f64
}

pub(crate) fn deviation(x: &[f64]) -> f64 {
    moment(x, 2).sqrt()
}

fn annual(x: &[f64]) -> f64 {
    deviation(x) * 252.0_f64.sqrt() * 100.0
}

fn parkinson(ranges: &[f64]) -> f64 {
    (power(ranges) / (4.0 * 2.0_f64.ln())).sqrt()
}

fn moment(x: &[f64], order: i32) -> f64 {
    let m = mean(x);
    x.iter().map(|v| (v - m).powi(order)).sum::<f64>() / x.len() as f64
}

pub(crate) fn kurtosis(x: &[f64]) -> f64 {
    moment(x, 4) / moment(x, 2).powi(2)
}

fn skewness(x: &[f64]) -> f64 {
    moment(x, 3) / moment(x, 2).powf(1.5)
}

pub(crate) fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let (mx, my) = (mean(x), mean(y));
    let covariance = x
        .iter()
        .zip(y)
        .map(|(a, b)| (a - mx) * (b - my))
        .sum::<f64>();
    covariance / x.len() as f64 / (deviation(x) * deviation(y))
}

/// Correlation of `x` with `y` that many sessions before.
pub(crate) fn lagged(x: &[f64], y: &[f64], lag: usize) -> f64 {
    correlation(&x[lag..], &y[..y.len() - lag])
}

pub(crate) fn median(mut x: Vec<f64>) -> f64 {
    x.sort_by(f64::total_cmp);
    x[x.len() / 2]
}
