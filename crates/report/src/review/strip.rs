//! The timeline of the edge, drawn: a letter and four bars a review.

use std::fmt::Write as _;

use lab::review::{State, TimelineRow};

/// Reviews in a line: with their labels they fit 80 columns.
const ABREAST: usize = 60;
const LABEL: usize = 12;
/// Eighths of the limit; the last one is an alarm.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

const fn letter(state: State) -> char {
    match state {
        State::Intact => '+',
        State::Degrading => 'd',
        State::Gone => 'X',
        State::NotShown => '?',
        State::TooFewTrades => '·',
    }
}

/// The bar of a chart at `share` of its limit: full from the limit on, and not before.
fn bar(share: Option<f64>) -> char {
    let Some(share) = share else { return ' ' };
    if share > 1.0 {
        return BARS[7];
    }
    BARS[((share.max(0.0) * 7.0) as usize).min(6)]
}

/// The strip, line by line, ending with a newline.
pub(super) fn strip(rows: &[TimelineRow]) -> String {
    let mut text = String::new();
    for rows in rows.chunks(ABREAST) {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            continue;
        };
        let _ = writeln!(text, "{:LABEL$}{} to {}", "", first.as_of, last.as_of);
        let _ = writeln!(text, "{:LABEL$}{}", "", years(rows));
        let states: String = rows.iter().map(|row| letter(row.state)).collect();
        let _ = writeln!(text, "{:LABEL$}{states}", "edge");
        for chart in ["win-rate", "expectancy", "payoff", "losing-run"] {
            let bars: String = rows
                .iter()
                .map(|row| bar(row.charts.get(chart).copied()))
                .collect();
            if !bars.trim().is_empty() {
                let _ = writeln!(text, "{chart:LABEL$}{}", bars.trim_end());
            }
        }
    }
    text + &legend(rows) + &words(rows)
}

/// The last digits of each year above its first review.
fn years(rows: &[TimelineRow]) -> String {
    let mut line = vec![' '; rows.len()];
    let (mut of, mut free) = (String::new(), 0);
    for (n, row) in rows.iter().enumerate() {
        let year: String = row.as_of.to_string().chars().skip(2).take(2).collect();
        if year != of {
            if n >= free && n + 1 < rows.len() {
                for (place, c) in line.iter_mut().skip(n).zip(year.chars()) {
                    *place = c;
                }
                free = n + 3;
            }
            of = year;
        }
    }
    line.into_iter().collect::<String>().trim_end().to_owned()
}

fn legend(rows: &[TimelineRow]) -> String {
    let there = State::ALL
        .iter()
        .filter(|state| rows.iter().any(|row| row.state == **state));
    let each: Vec<String> = there
        .map(|state| format!("{} {}", letter(*state), state.as_str()))
        .collect();
    format!("{:LABEL$}{}; █ beyond the limit\n", "", each.join(", "))
}

/// Stretches of one state, in words.
fn words(rows: &[TimelineRow]) -> String {
    let mut text = String::new();
    for run in rows.chunk_by(|a, b| a.state == b.state) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            continue;
        };
        let dates = if first.as_of == last.as_of {
            first.as_of.to_string()
        } else {
            format!("{} to {}", first.as_of, last.as_of)
        };
        let _ = writeln!(text, "  {dates:24}  {}", first.state.as_str());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(as_of: &str, state: State, share: f64) -> TimelineRow {
        TimelineRow {
            as_of: as_of.parse().unwrap(),
            file: String::new(),
            state,
            trades: 3,
            win_rate: None,
            expectancy_r: None,
            expectancy_usd: None,
            charts: [("win-rate".to_owned(), share)].into(),
            alarms: Vec::new(),
            verdict: String::new(),
            parameters_changed: 0,
        }
    }

    #[test]
    fn bars_are_full_beyond_the_limit_only() {
        assert_eq!(bar(None), ' ');
        assert_eq!(bar(Some(0.0)), '▁');
        assert_eq!(bar(Some(0.5)), '▄');
        assert_eq!(bar(Some(1.0)), '▇');
        assert_eq!(bar(Some(1.0001)), '█');
        assert_eq!(bar(Some(9.0)), '█');
    }

    #[test]
    fn a_strip_by_hand() {
        let rows = [
            row("2018-03-29", State::TooFewTrades, 0.0),
            row("2018-06-29", State::Intact, 0.2),
            row("2018-09-28", State::Intact, 0.3),
            row("2018-12-31", State::Intact, 0.5),
            row("2019-03-29", State::Degrading, 1.2),
            row("2019-06-28", State::Gone, 2.0),
        ];
        let text = strip(&rows);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "            2018-03-29 to 2019-06-28");
        assert_eq!(lines[1], "            18  19");
        assert_eq!(lines[2], "edge        ·+++dX");
        assert_eq!(lines[3], "win-rate    ▁▂▃▄██");
        assert!(
            lines[4].contains("intact"),
            "charts without values have no line"
        );
        assert!(
            text.contains(
                "  2018-06-29 to 2018-12-31  intact\n  2019-03-29                degrading\n"
            ),
            "{text}"
        );
        assert!(text.lines().all(|line| line.chars().count() <= 80));
    }
}
