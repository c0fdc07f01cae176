//! The rules of the bench as one loop each, written by hand over arrays.

use market::Bars;

pub(crate) fn prices(bars: &Bars) -> Vec<bool> {
    let (open, high, low, close) = (bars.open(), bars.high(), bars.low(), bars.close());
    (0..bars.len())
        .map(|i| i > 0 && close[i] > open[i] && high[i] - low[i] > 1.5 * (high[i - 1] - low[i - 1]))
        .collect()
}

pub(crate) fn run(bars: &Bars) -> Vec<bool> {
    let close = bars.close();
    (0..bars.len())
        .map(|i| {
            i >= 3
                && close[i] < close[i - 1]
                && close[i - 1] < close[i - 2]
                && close[i - 2] < close[i - 3]
                && close[i] / close[i - 3] - 1.0 < -0.002
        })
        .collect()
}

pub(crate) fn indicators(bars: &Bars) -> Vec<bool> {
    const N: usize = 21;
    let close = bars.close();
    let k = 2.0 / (N as f64 + 1.0);
    let mut ema = f64::NAN;
    (0..bars.len())
        .map(|i| {
            if i + 1 == N {
                ema = close[..N].iter().sum::<f64>() / N as f64;
            } else if i >= N {
                ema += k * (close[i] - ema);
            }
            i >= 10 && close[i] < ema && close[i] / close[i - 10] - 1.0 < -0.003
        })
        .collect()
}

pub(crate) fn channel(bars: &Bars) -> Vec<bool> {
    let (open, high, close) = (bars.open(), bars.high(), bars.close());
    // The highest of the last 20 by a queue of candidates, the mean of the last 50 by a running sum.
    let mut highest = std::collections::VecDeque::<usize>::new();
    let mut sum = 0.0;
    (0..bars.len())
        .map(|i| {
            let above = i >= 20 && highest.front().is_some_and(|&at| close[i] > high[at]);
            while highest.back().is_some_and(|&at| high[at] <= high[i]) {
                highest.pop_back();
            }
            highest.push_back(i);
            if highest.front().is_some_and(|&at| at + 20 <= i) {
                highest.pop_front();
            }
            sum += close[i];
            if i >= 50 {
                sum -= close[i - 50];
            }
            let known = i >= 49;
            let both = known && close[i] > sum / 50.0 && close[i] < open[i] * 1.01;
            // Unknown on the first bars, unless the other side says no.
            let fails = if known {
                !both
            } else {
                close[i] >= open[i] * 1.01
            };
            above || fails
        })
        .collect()
}
