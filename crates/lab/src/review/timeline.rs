//! The edge from review to review.

use std::collections::BTreeMap;

use market::Date;
use serde::Serialize;

use super::found::State;
use super::shelf::Kept;

/// One review in a row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimelineRow {
    /// Its date.
    pub as_of: Date,
    /// Its file.
    pub file: String,
    /// The edge.
    pub state: State,
    /// Monitored trades by then.
    pub trades: usize,
    /// Share of them won.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub win_rate: Option<f64>,
    /// Their mean R multiple.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expectancy_r: Option<f64>,
    /// Their mean net profit, dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expectancy_usd: Option<f64>,
    /// Each chart's value ÷ its limit: above 1 is an alarm. A chart whose limit is 0 is left out.
    pub charts: BTreeMap<String, f64>,
    /// Charts on which an alarm stood.
    pub alarms: Vec<String>,
    /// Verdict over the regimes that had ended.
    pub verdict: String,
    /// Settings that were changed since the review before.
    pub parameters_changed: usize,
}

/// A row a review, in the order given.
pub fn timeline<'a>(reviews: impl IntoIterator<Item = &'a Kept>) -> Vec<TimelineRow> {
    reviews.into_iter().map(row).collect()
}

fn row(kept: &Kept) -> TimelineRow {
    let review = &kept.review;
    let charts = review.charts.iter().filter(|chart| chart.limit > 0.0);
    TimelineRow {
        as_of: review.as_of,
        file: kept.name.clone(),
        state: review.edge.state,
        trades: review.monitored.trades,
        win_rate: review.monitored.win_rate,
        expectancy_r: review.monitored.expectancy_r,
        expectancy_usd: review.monitored.expectancy_usd,
        charts: charts
            .map(|chart| (chart.chart.clone(), chart.value / chart.limit))
            .collect(),
        alarms: review
            .charts
            .iter()
            .filter(|chart| chart.stands())
            .map(|chart| chart.chart.clone())
            .collect(),
        verdict: review.verdict.clone(),
        parameters_changed: review.changes.as_ref().map_or(0, |c| c.parameters.len()),
    }
}
