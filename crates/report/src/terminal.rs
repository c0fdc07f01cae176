//! The table on the terminal.

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets::NOTHING,
};
use lab::{RegimeRun, Run, Standing, Verdict};

use crate::rows::rows;
use crate::words::{banner, last_word, number, wrap};

/// Nothing is wider: what fits here fits everywhere.
const WIDTH: usize = 80;
const LABEL: u16 = 26;
/// Regimes side by side: 26 and three times 18.
const ABREAST: usize = 3;
const CELL: u16 = 18;

/// The whole report, at most 80 columns wide, ending with a newline: headline, figures by regime, why,
/// verdict. `colour` paints it with ANSI escapes: standings, verdict, marks, gains and losses.
pub fn table(run: &Run, colour: bool) -> String {
    let paint = Paint(colour);
    let mut text = headline(run, paint);
    for regimes in run.regimes.chunks(ABREAST) {
        text.push('\n');
        text.push_str(&block(run, regimes));
    }
    if run
        .regimes
        .iter()
        .any(|r| r.figures.short_sample && r.figures.sharpe.is_some())
    {
        text.push_str("\n* short sample: under 252 sessions, a ratio says little\n");
    }
    for regime in &run.regimes {
        text.push('\n');
        text.push_str(&why(regime, paint));
    }
    if let Some(beside) = &run.beside {
        text.push_str(&crate::options::beside(run, beside, WIDTH));
    }
    text.push_str(&closing(run, paint));
    if colour {
        crate::paint::paint(&text)
    } else {
        text
    }
}

fn headline(run: &Run, paint: Paint) -> String {
    let scenario = &run.scenario;
    let title = format!(
        "{}: {} bars of {}, ${} in each of {}",
        scenario.name,
        scenario.instrument.interval,
        scenario.instrument.symbol,
        number(scenario.account.equity_usd, 0),
        plural(run.regimes.len(), "regime")
    );
    let mut text = paint.bold(&wrap("", &title, WIDTH));
    let span = match (run.tape.first, run.tape.last) {
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        _ => String::new(),
    };
    let tape = format!("tape: {}{span}", run.tape.name);
    text.push('\n');
    text.push_str(&wrap("", &tape, WIDTH));
    text.push('\n');
    if let Some(banner) = banner(&run.tape) {
        text.push_str(&banner);
        text.push('\n');
    }
    text
}

fn block(run: &Run, regimes: &[RegimeRun]) -> String {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH as u16);
    let head = std::iter::once(String::new()).chain(regimes.iter().map(|r| r.regime.name.clone()));
    table.set_header(head);
    for row in rows(run, regimes) {
        table.add_row(std::iter::once(hung(&row.label)).chain(row.cells));
    }
    for (n, column) in table.column_iter_mut().enumerate() {
        let (width, alignment) = if n == 0 {
            (LABEL, CellAlignment::Left)
        } else {
            (CELL, CellAlignment::Right)
        };
        column
            .set_padding((0, 1))
            .set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)))
            .set_cell_alignment(alignment);
    }
    table.trim_fmt() + "\n"
}

/// The label in lines that fit their column, the later ones indented: the table itself would lose the indent.
fn hung(label: &str) -> String {
    let words = label.trim_start();
    let indent = label.len() - words.len();
    let room = LABEL as usize - 1;
    let lines = wrap("", words, room - indent - 2);
    let mut lines = lines.lines();
    let first = format!("{:indent$}{}", "", lines.next().unwrap_or_default());
    lines.fold(first, |text, line| {
        format!("{text}\n{:width$}{line}", "", width = indent + 2)
    })
}

fn why(regime: &RegimeRun, paint: Paint) -> String {
    let standing = regime.standing.as_str();
    let storm = if regime.regime.storm.is_empty() {
        String::new()
    } else {
        format!(" ({})", regime.regime.storm)
    };
    let line = format!("{} {standing}{storm}", regime.regime.name);
    // Wrapped before it is painted: escapes have no width.
    let line = wrap("", &line, WIDTH).replacen(standing, &paint.standing(regime.standing), 1);
    let mut text = line + "\n";
    for reason in &regime.reasons {
        text.push_str(&wrap("  - ", reason, WIDTH));
        text.push('\n');
    }
    text
}

fn closing(run: &Run, paint: Paint) -> String {
    let mut text = String::new();
    if !run.warnings.is_empty() {
        text.push('\n');
    }
    for warning in &run.warnings {
        text.push_str(&wrap("warning: ", warning, WIDTH));
        text.push('\n');
    }
    let counted: Vec<String> = [Standing::Holds, Standing::Fails, Standing::Inconclusive]
        .iter()
        .map(|&standing| {
            (
                standing,
                run.regimes
                    .iter()
                    .filter(|r| r.standing == standing)
                    .count(),
            )
        })
        .filter(|(_, count)| *count > 0)
        .map(|(standing, count)| format!("{count} {}", in_plural(standing, count)))
        .collect();
    let word = run.verdict.as_str();
    let verdict = wrap(
        "verdict: ",
        &format!("{word} — {} ({})", meaning(run), counted.join(", ")),
        WIDTH,
    );
    text.push('\n');
    text.push_str(&verdict.replacen(word, &paint.verdict(run.verdict), 1));
    text.push('\n');
    // A long run is read from its end: the mark must be there too.
    if let Some(word) = last_word(&run.tape) {
        text.push_str(word);
        text.push('\n');
    }
    text
}

/// What the verdict means; of history alone there is none.
fn meaning(run: &Run) -> &'static str {
    let gates = |regime: &RegimeRun| regime.regime.name != lab::Regime::HISTORY;
    if run.regimes.iter().any(gates) {
        run.verdict.meaning()
    } else {
        "plans are found in history: it gates none, name regimes for a verdict"
    }
}

const fn in_plural(standing: Standing, count: usize) -> &'static str {
    match (standing, count) {
        (Standing::Holds, 1) => "holds",
        (Standing::Holds, _) => "hold",
        (Standing::Fails, 1) => "fails",
        (Standing::Fails, _) => "fail",
        (Standing::Inconclusive, _) => "inconclusive",
    }
}

fn plural(count: usize, word: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {word}{s}")
}

/// ANSI colours, or none: of words in the middle of a sentence, which cannot be told from others once it is written.
#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 {
            crate::paint::with(code, text)
        } else {
            text.to_owned()
        }
    }

    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn standing(self, standing: Standing) -> String {
        let code = match standing {
            Standing::Holds => "32",
            Standing::Fails => "31",
            Standing::Inconclusive => "33",
        };
        self.with(code, standing.as_str())
    }

    fn verdict(self, verdict: Verdict) -> String {
        let code = match verdict {
            Verdict::PaperTrade | Verdict::PaperTradeStrong => "1;32",
            Verdict::Restructure | Verdict::Rework => "1;31",
            Verdict::Inconclusive => "1;33",
        };
        self.with(code, verdict.as_str())
    }
}
