//! What only plans that trade options say: what moved their results, and the plan under other assumptions.

use lab::options::{Causes, OptionsTold};
use lab::record::Document;

use crate::page::html::Html;
use crate::page::tables::{Cell, begin, meter, sign, table};
use crate::words::{number, or_dash, percent, signed_dollars, signed_percent};

type Part = fn(&Causes) -> f64;

const CAUSES: [(&str, Part); 7] = [
    ("delta", |c| c.delta_usd),
    ("gamma", |c| c.gamma_usd),
    ("vega", |c| c.vega_usd),
    ("theta", |c| c.theta_usd),
    ("costs", |c| c.costs_usd),
    ("dividends", |c| c.dividends_usd),
    ("other", |c| c.other_usd),
];

/// What moved the closed structures.
pub(super) fn attribution(html: &mut Html, told: &OptionsTold) {
    html.element("h3", &[], "What moved the structures");
    let most = CAUSES.iter().fold(0.0_f64, |most, (_, part)| {
        most.max(part(&told.attribution).abs())
    });
    begin(html, "wide", "What moved the structures");
    html.markup("<table>\n<tbody>\n");
    for (label, part) in CAUSES {
        let usd = part(&told.attribution);
        html.markup("<tr>")
            .open("th", &[("scope", "row")])
            .text(label)
            .markup("</th>");
        Cell::dollars(usd).write(html);
        meter(
            html,
            if most > 0.0 { usd / most } else { 0.0 },
            true,
            sign(usd),
        );
        html.markup("</tr>\n");
    }
    html.markup("</tbody>\n</table>\n</div>\n");
    let mut facts = vec![
        format!(
            "legs filled at quotes {}, by the model {}",
            told.quoted_fills, told.model_fills
        ),
        format!(
            "assigned {}, exercised {}, pinned at expiry {}",
            told.assigned, told.exercised, told.pinned
        ),
        format!("lost beyond the loss at expiry {}", told.beyond_max_loss),
    ];
    facts.extend(
        told.max_drawdown_liquidation
            .map(|fall| format!("drawdown had all been closed at once {}", percent(fall))),
    );
    let jumps = told.jumps.iter().map(|jump| {
        format!(
            "{}: the index from {} to {}, {}",
            jump.date,
            number(jump.before, 2),
            number(jump.after, 2),
            signed_dollars(jump.change_usd)
        )
    });
    facts.extend(jumps);
    super::soft(html, &(facts.join("; ") + "."));
}

/// The plan under other assumptions, and over all of the tape.
pub(super) fn beside(document: &Document) -> Html {
    let mut html = Html::default();
    let Some(beside) = &document.beside else {
        return html;
    };
    if !beside.sensitivity.is_empty() {
        let mut head = vec!["assumption", "verdict"];
        head.extend(document.regimes.iter().map(|regime| regime.name.as_str()));
        let rows: Vec<(String, Vec<Cell>)> = beside
            .sensitivity
            .iter()
            .map(|variant| {
                let mut cells = vec![Cell::word(variant.verdict.as_str())];
                cells.extend(document.regimes.iter().map(|regime| {
                    let found = variant.regimes.iter().find(|one| one.name == regime.name);
                    let told = found.map(|one| {
                        format!(
                            "{} {}, {} trades",
                            one.standing.as_str(),
                            or_dash(one.net_return, signed_percent),
                            one.trades
                        )
                    });
                    Cell::number(or_dash(told, |told| told))
                }));
                (variant.name.clone(), cells)
            })
            .collect();
        table(&mut html, "Assumptions", &head, &rows);
    }
    if let Some(pooled) = &beside.pooled {
        let told = format!(
            "Over all of the tape, {} to {}: {}, net return {}, max drawdown {}, {} trades.",
            pooled.from,
            pooled.to,
            pooled.standing.as_str(),
            or_dash(pooled.net_return, signed_percent),
            or_dash(pooled.max_drawdown, percent),
            pooled.trades.trades
        );
        html.element("p", &[], &told);
        for storm in pooled.held_into.iter().filter(|storm| storm.trades > 0) {
            super::soft(
                &mut html,
                &format!(
                    "{} trades entered before {} and held into it: {}",
                    storm.trades,
                    storm.name,
                    signed_dollars(storm.pnl_usd)
                ),
            );
        }
    }
    html
}
