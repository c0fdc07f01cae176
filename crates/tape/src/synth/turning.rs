//! The turning points the simulated market meets at the close.
//!
//! Highs, lows and calendar marks of the real market, given to the project as the one excerpt of
//! real prices it may carry.

use market::Date;

/// One fixed close: what every series must be at the end of this session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TurningPoint {
    /// The session.
    pub date: Date,
    /// IWM's close, dollars.
    pub iwm: f64,
    /// SPY's close, dollars.
    pub spy: f64,
    /// KRE's close, dollars.
    pub kre: f64,
    /// RVX's close, index points.
    pub rvx: f64,
    /// Members above their 50-day average, percent.
    pub breadth: f64,
}

/// The turning points, dates ascending; the first and last bound the simulated market.
pub const TURNING_POINTS: [TurningPoint; 46] = [
    point(2016, 7, 1, [115.39, 209.92, 37.99, 19.8, 52.78]),
    point(2016, 11, 3, [115.0, 208.78, 42.94, 24.97, 22.51]),
    point(2017, 1, 3, [135.52, 225.24, 55.57, 19.06, 76.45]),
    point(2017, 3, 1, [140.36, 239.78, 59.36, 17.9, 58.18]),
    point(2017, 6, 30, [140.92, 241.8, 54.95, 15.2, 58.99]),
    point(2017, 8, 18, [134.92, 242.71, 51.69, 17.76, 27.44]),
    point(2017, 12, 29, [152.46, 266.86, 58.85, 14.99, 50.15]),
    point(2018, 1, 26, [159.6, 286.58, 63.06, 16.54, 63.93]),
    point(2018, 2, 8, [145.44, 257.63, 58.95, 27.9, 16.58]),
    point(2018, 6, 20, [169.97, 275.97, 64.22, 14.78, 76.3]),
    point(2018, 8, 31, [173.02, 290.31, 63.15, 14.43, 58.95]),
    point(2018, 9, 28, [168.55, 290.72, 59.42, 14.36, 41.65]),
    point(2018, 10, 29, [146.67, 263.86, 52.96, 29.36, 9.96]),
    point(2018, 11, 8, [156.99, 280.5, 55.77, 20.26, 33.96]),
    point(2018, 12, 24, [125.88, 234.34, 44.22, 34.74, 4.44]),
    point(2019, 2, 25, [158.19, 279.52, 56.8, 16.67, 83.46]),
    point(2019, 6, 3, [146.37, 274.57, 50.79, 21.32, 23.18]),
    point(2019, 9, 16, [157.9, 300.16, 54.6, 19.49, 73.12]),
    point(2019, 12, 31, [165.67, 321.86, 58.25, 16.03, 67.93]),
    point(2020, 2, 19, [168.4, 338.34, 55.92, 15.78, 44.24]),
    point(2020, 2, 28, [146.33, 296.26, 47.51, 42.47, 10.88]),
    point(2020, 3, 18, [99.97, 240.0, 31.33, 81.12, 2.33]),
    point(2020, 3, 23, [99.9, 222.95, 28.13, 65.54, 2.79]),
    point(2020, 4, 29, [135.46, 293.21, 39.73, 38.9, 69.46]),
    point(2020, 6, 8, [153.09, 323.2, 46.02, 36.93, 95.05]),
    point(2020, 6, 26, [136.67, 300.05, 35.9, 44.85, 51.02]),
    point(2020, 10, 30, [153.09, 326.54, 41.15, 41.36, 39.07]),
    point(2020, 12, 31, [196.06, 373.88, 51.95, 30.54, 80.49]),
    point(2021, 3, 15, [234.42, 396.41, 70.34, 30.24, 78.51]),
    point(2021, 8, 19, [211.94, 439.86, 63.1, 29.37, 26.52]),
    point(2021, 11, 8, [242.56, 468.93, 74.68, 24.15, 73.51]),
    point(2022, 1, 3, [225.32, 477.71, 72.17, 23.41, 47.68]),
    point(2022, 1, 27, [191.52, 431.24, 70.63, 37.26, 12.9]),
    point(2022, 3, 29, [211.71, 461.55, 72.42, 25.65, 59.79]),
    point(2022, 6, 16, [163.9, 366.65, 56.85, 38.26, 11.14]),
    point(2022, 8, 16, [200.99, 429.7, 68.54, 24.42, 83.17]),
    point(2022, 9, 30, [164.92, 357.18, 58.88, 36.77, 9.3]),
    point(2022, 11, 30, [187.37, 407.68, 64.52, 24.7, 69.78]),
    point(2022, 12, 30, [174.36, 382.43, 58.74, 25.07, 30.43]),
    point(2023, 2, 2, [198.32, 416.78, 64.68, 22.2, 83.06]),
    point(2023, 3, 8, [186.6, 398.92, 57.7, 22.51, 39.83]),
    point(2023, 3, 13, [173.31, 385.36, 44.45, 32.58, 17.31]),
    point(2023, 5, 4, [170.4, 405.13, 36.08, 26.71, 27.54]),
    point(2023, 7, 31, [198.71, 457.79, 48.69, 19.29, 73.98]),
    point(2023, 10, 27, [162.21, 410.68, 38.87, 25.39, 13.75]),
    point(2023, 12, 29, [200.71, 475.31, 52.43, 21.48, 87.19]),
];

/// A row of the table. Evaluated by the compiler, so a date that does not exist does not compile.
const fn point(year: i32, month: u32, day: u32, closes: [f64; 5]) -> TurningPoint {
    let Some(date) = Date::from_ymd_opt(year, month, day) else {
        panic!("a turning point's date does not exist");
    };
    let [iwm, spy, kre, rvx, breadth] = closes;
    TurningPoint {
        date,
        iwm,
        spy,
        kre,
        rvx,
        breadth,
    }
}
