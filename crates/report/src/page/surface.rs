//! The objective over the parameters of a sweep: heatmaps of pairs, and all of them on parallel axes.

use lab::sweep::{Better, Figure};

use super::chart::{Chart, Frame, Heatmap, Parallel, ParallelAxis, figure, rounded};
use super::html::Html;
use crate::sweep::{Ranking, Results, SweepError, axis, cells};
use crate::words::number;

/// Pairs of parameters that are drawn, and lines through the parallel axes: of the best, and of all others evenly.
const MOST_PAIRS: usize = 10;
const MOST_LINES: usize = 250;
/// Values of a parameter beyond which it is no grid: a drawn one has a value of its own for every combination.
const MOST_VALUES: usize = 60;

/// Heatmaps and parallel axes of `replayed` combinations.
///
/// # Errors
/// A damaged file of results.
pub(super) fn surface(
    replayed: u64,
    results: &Results,
    ranking: &Ranking,
) -> Result<Html, SweepError> {
    let mut html = Html::default();
    let Some(objective) = ranking.objectives.first() else {
        return Ok(html);
    };
    let parameters: Vec<String> = results.parameters().map(str::to_owned).collect();
    let pairs: Vec<(&String, &String)> = parameters
        .iter()
        .enumerate()
        .flat_map(|(n, down)| parameters[n + 1..].iter().map(move |across| (down, across)))
        .collect();
    let shown = pairs.len().min(MOST_PAIRS);
    let mut say = format!(
        "Each cell is the mean {} over all other parameters, since the best of each would hide how lonely it is. A plateau is worth more than a peak.",
        objective.name
    );
    if shown < pairs.len() {
        say = format!(
            "{say} The first {shown} of {} pairs are drawn; `stormproof sweep show --heatmap A,B` draws any.",
            pairs.len()
        );
    }
    html.element("p", &[("class", "soft")], &say);
    let colours = if signed(objective) {
        "Blue is above 0 and orange below, the stronger the farther."
    } else {
        "The stronger the colour, the higher the figure."
    };
    html.element("p", &[("class", "soft")], colours);
    html.markup("<div class=\"pair\">\n");
    let mut crowded = 0;
    for (n, (down, across)) in pairs.iter().take(shown).enumerate() {
        if let Some(chart) = heat(results, ranking, objective, down, across)? {
            let title = format!("{down} × {across}");
            let frame = Frame {
                id: &format!("heat-{n}"),
                title: &title,
                told: "",
                height: "middle",
            };
            figure(&mut html, &frame, &Chart::Heatmap(chart))?;
        } else {
            crowded += 1;
        }
    }
    html.markup("</div>\n");
    if crowded > 0 {
        let why = format!(
            "{crowded} of {shown} maps are not drawn: one of their parameters has more than {MOST_VALUES} values, as random draws give, so that a cell would be a combination and no mean. The parallel axes have all."
        );
        html.element("p", &[("class", "soft")], &why);
    }
    let chart = parallel(results, objective, &parameters)?;
    let drawn = chart.rows.len();
    let told = format!(
        "A line a combination, its colour the {} at the right. {} of {} combinations are drawn, the best and an even selection of all.",
        objective.name,
        number(drawn as f64, 0),
        number(replayed as f64, 0)
    );
    let frame = Frame {
        id: "parallel",
        title: "Every parameter beside the objective",
        told: &told,
        height: "tall",
    };
    figure(&mut html, &frame, &Chart::Parallel(chart))?;
    Ok(html)
}

fn heat(
    results: &Results,
    ranking: &Ranking,
    objective: &Figure,
    down: &str,
    across: &str,
) -> Result<Option<Heatmap>, SweepError> {
    let found = cells(results, ranking, down, across)?;
    let (y, x) = (
        axis(found.keys().map(|key| &key.0)),
        axis(found.keys().map(|key| &key.1)),
    );
    let place = |values: &[String], value: &String| values.iter().position(|one| one == value);
    let placed: Vec<(usize, usize, f64)> = found
        .iter()
        .filter_map(|((down, across), cell)| {
            Some((
                place(&x, across)?,
                place(&y, down)?,
                rounded(cell.mean(), 6)?,
            ))
        })
        .collect();
    let means = || placed.iter().map(|cell| cell.2);
    let (low, high) = (
        means().fold(f64::INFINITY, f64::min),
        means().fold(f64::NEG_INFINITY, f64::max),
    );
    if !low.is_finite() || x.len().max(y.len()) > MOST_VALUES {
        return Ok(None);
    }
    Ok(Some(Heatmap {
        x_name: across.to_owned(),
        y_name: down.to_owned(),
        x,
        y,
        cells: placed,
        low,
        high,
        signed: signed(objective),
        figure: format!("mean {}", objective.name),
    }))
}

/// Whether a figure's sign tells a loss from a gain.
fn signed(objective: &Figure) -> bool {
    const SIGNED: [&str; 8] = [
        "net_return",
        "net_profit_usd",
        "expectancy_usd",
        "expectancy_r",
        "sharpe",
        "sortino",
        "annualised_return",
        "calmar",
    ];
    SIGNED.contains(&objective.name)
}

/// A combination, by where it is in the file.
struct Place {
    group: usize,
    row: usize,
    score: f64,
    value: f64,
}

fn parallel(
    results: &Results,
    objective: &'static Figure,
    parameters: &[String],
) -> Result<Parallel, SweepError> {
    let chosen = lines(places(results, objective)?);
    let mut rows: Vec<Vec<String>> = Vec::with_capacity(chosen.len());
    let mut values = Vec::with_capacity(chosen.len());
    for group in 0..results.groups() {
        let here: Vec<&Place> = chosen.iter().filter(|place| place.group == group).collect();
        if here.is_empty() {
            continue;
        }
        let columns: Result<Vec<Vec<String>>, SweepError> = parameters
            .iter()
            .map(|name| results.words(group, name))
            .collect();
        let columns = columns?;
        for place in here {
            let cell = |column: &Vec<String>| column.get(place.row).cloned().unwrap_or_default();
            rows.push(columns.iter().map(cell).collect());
            values.push(place.value);
        }
    }
    let mut axes = Vec::new();
    for (n, name) in parameters.iter().enumerate() {
        let numbers = rows.iter().all(|row| row[n].parse::<f64>().is_ok());
        let words = if numbers {
            Vec::new()
        } else {
            axis(rows.iter().map(|row| &row[n]))
        };
        axes.push(ParallelAxis {
            name: name.clone(),
            words,
        });
    }
    let lines = rows.iter().zip(&values).map(|(row, value)| {
        let cell = |(word, axis): (&String, &ParallelAxis)| match word.parse::<f64>() {
            Ok(number) if axis.words.is_empty() => rounded(number, 6),
            _ => axis
                .words
                .iter()
                .position(|one| one == word)
                .map(|place| place as f64),
        };
        let mut line: Vec<Option<f64>> = row.iter().zip(&axes).map(cell).collect();
        line.push(rounded(*value, 6));
        line
    });
    let lines = lines.collect();
    axes.push(ParallelAxis {
        name: objective.name.to_owned(),
        words: Vec::new(),
    });
    let all = || values.iter().copied().filter(|value| value.is_finite());
    Ok(Parallel {
        axes,
        rows: lines,
        low: all().reduce(f64::min).unwrap_or(0.0),
        high: all().reduce(f64::max).unwrap_or(0.0),
        signed: signed(objective),
    })
}

/// Every combination that has the objective, in the file's order.
fn places(results: &Results, objective: &'static Figure) -> Result<Vec<Place>, SweepError> {
    let (windows, searched) = (
        results.manifest().windows.len(),
        results.manifest().searched,
    );
    let mut places = Vec::new();
    for group in 0..results.groups() {
        let values = results.numbers(group, objective.name)?;
        for row in (0..values.len()).step_by(windows.max(1)) {
            let searched = (row..row + searched).map(|row| values.get(row).copied()?);
            let Some(score) = objective.worst(searched) else {
                continue;
            };
            let value = if objective.better == Better::Lower {
                -score
            } else {
                score
            };
            places.push(Place {
                group,
                row,
                score,
                value,
            });
        }
    }
    Ok(places)
}

/// The best, and an even selection of all; in the file's order.
fn lines(mut places: Vec<Place>) -> Vec<Place> {
    if places.len() <= 2 * MOST_LINES {
        return places;
    }
    let mut by_score: Vec<usize> = (0..places.len()).collect();
    by_score.sort_by(|a, b| places[*b].score.total_cmp(&places[*a].score).then(a.cmp(b)));
    let step = places.len() / MOST_LINES;
    let mut kept: Vec<bool> = (0..places.len()).map(|n| n % step == 0).collect();
    by_score
        .iter()
        .take(MOST_LINES)
        .for_each(|n| kept[*n] = true);
    let mut kept = kept.into_iter();
    places.retain(|_| kept.next() == Some(true));
    places
}
