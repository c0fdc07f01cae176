//! An objective over two parameters, drawn in the terminal.

use std::collections::BTreeMap;

use lab::did_you_mean;

use super::error::SweepError;
use super::rank::Ranking;
use super::results::Results;
use crate::words::{banner, number};

const WIDTH: usize = 80;
const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];

/// The mean and the count of the objective in a cell.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cell {
    sum: f64,
    count: u64,
}

impl Cell {
    /// The mean; a cell has at least one.
    pub(crate) fn mean(self) -> f64 {
        self.sum / self.count as f64
    }
}

/// Draws the ranking's first objective over the parameter `down` (rows) and the parameter `across` (columns): in each cell
/// the mean over all other parameters, since the best of each would hide how lonely it is.
///
/// # Errors
/// A parameter that was not varied, a damaged file.
pub fn heatmap(
    results: &Results,
    ranking: &Ranking,
    down: &str,
    across: &str,
    colour: bool,
) -> Result<String, SweepError> {
    let (down, across) = (known(results, down)?, known(results, across)?);
    if down == across {
        return Err(SweepError::Name {
            message: format!("--heatmap {down},{across}: the same parameter twice"),
            help: "name two parameters".to_owned(),
        });
    }
    let cells = cells(results, ranking, &down, &across)?;
    let rows = axis(cells.keys().map(|key| &key.0));
    let columns = axis(cells.keys().map(|key| &key.1));
    let means = cells.values().map(|cell| cell.mean());
    let (low, high) = means.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), mean| {
        (low.min(mean), high.max(mean))
    });
    let objective = ranking.objectives.first().map_or("", |figure| figure.name);
    let mut text = format!("mean {objective} over all other parameters\n");
    if let Some(banner) = banner(&results.manifest().tape) {
        text.push_str(&banner);
        text.push('\n');
    }
    text.push('\n');
    let label = rows
        .iter()
        .map(|row| row.chars().count())
        .max()
        .unwrap_or(0);
    let label = label.max(down.chars().count()).min(24);
    let cell_width = columns
        .iter()
        .map(|c| c.chars().count())
        .max()
        .unwrap_or(0)
        .max(6)
        + 2;
    let abreast = ((WIDTH - label) / cell_width).max(1);
    for shown in columns.chunks(abreast) {
        let heads = shown.iter().map(|column| format!("{column:>cell_width$}"));
        let mut lines = vec![
            format!("{:label$}  {across}", ""),
            format!("{down:label$}{}", heads.collect::<Vec<_>>().concat()),
        ];
        lines.extend(rows.iter().map(|row| {
            let cell = |column: &String| match cells.get(&(row.clone(), column.clone())) {
                None => format!("{:>cell_width$}", "–"),
                Some(cell) => shaded(cell.mean(), low, high, cell_width, colour),
            };
            format!(
                "{row:label$}{}",
                shown.iter().map(cell).collect::<Vec<_>>().concat()
            )
        }));
        text.push_str(&lines.join("\n"));
        text.push_str("\n\n");
    }
    let (least, most) = (number(low, 3), number(high, 3));
    Ok(text + &format!("{} from {least}, {} up to {most}\n", SHADES[1], SHADES[4]))
}

fn shaded(mean: f64, low: f64, high: f64, width: usize, colour: bool) -> String {
    let share = if high > low {
        (mean - low) / (high - low)
    } else {
        1.0
    };
    let shade = SHADES[1 + ((share * 4.0) as usize).min(3)];
    // As many digits as tell the cells apart.
    let decimals = if high - low < 0.1 { 4 } else { 2 };
    let digits = number(mean, decimals);
    let blank = width.saturating_sub(digits.chars().count() + 2);
    let told = format!("{:blank$}{shade} {digits}", "");
    if !colour {
        return told;
    }
    // From red over yellow to green, in the 6 × 6 × 6 colours every terminal has.
    let red = (5.0 * (1.0 - share) * 2.0).min(5.0) as u8;
    let green = (5.0 * share * 2.0).min(5.0) as u8;
    format!("\u{1b}[38;5;{}m{told}\u{1b}[0m", 16 + 36 * red + 6 * green)
}

fn known(results: &Results, name: &str) -> Result<String, SweepError> {
    let name = name.trim();
    let parameters: Vec<String> = results.parameters().map(str::to_owned).collect();
    if parameters.iter().any(|parameter| parameter == name) {
        return Ok(name.to_owned());
    }
    let near = did_you_mean(name, parameters.iter().map(String::as_str));
    let hint = near.map(|near| format!("did you mean `{near}`? "));
    Err(SweepError::Name {
        message: format!("--heatmap: `{name}` was not varied"),
        help: format!(
            "{}varied: {}",
            hint.unwrap_or_default(),
            parameters.join(", ")
        ),
    })
}

/// The objective by the values of two parameters, over all other parameters.
pub(crate) fn cells(
    results: &Results,
    ranking: &Ranking,
    down: &str,
    across: &str,
) -> Result<BTreeMap<(String, String), Cell>, SweepError> {
    let (windows, searched) = (
        results.manifest().windows.len(),
        results.manifest().searched,
    );
    let mut cells: BTreeMap<(String, String), Cell> = BTreeMap::new();
    let Some(figure) = ranking.objectives.first() else {
        return Ok(cells);
    };
    for group in 0..results.groups() {
        let (downs, acrosses) = (results.words(group, down)?, results.words(group, across)?);
        let values = results.numbers(group, figure.name)?;
        for first in (0..values.len()).step_by(windows.max(1)) {
            let worst =
                figure.worst((first..first + searched).map(|row| values.get(row).copied()?));
            let Some(score) = worst else { continue };
            let value = if figure.better == lab::sweep::Better::Lower {
                -score
            } else {
                score
            };
            let cell = cells
                .entry((downs[first].clone(), acrosses[first].clone()))
                .or_default();
            cell.sum += value;
            cell.count += 1;
        }
    }
    Ok(cells)
}

/// The values of an axis in order: numbers as numbers, words as words.
pub(crate) fn axis<'a>(values: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut values: Vec<String> = values.cloned().collect();
    values.sort_by(|a, b| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        _ => a.cmp(b),
    });
    values.dedup();
    values
}
