//! Interactive Brokers: the activity statement and Flex queries.

use market::Side;

use super::{Cells, Parts, Reading, Taken, under};
use crate::cell::{action, is_undone};
use crate::error::JournalError;
use crate::execution::Effect;
use crate::format::Format;
use crate::sheet::{Row, same};

/// A statement is many tables in one file: the first cell names the table, the second says what the row is. `Order` rows hold
/// whole orders; `Trade` and `Execution` rows beneath them the fills, which are used only where there are no orders.
pub(super) fn statement(rows: &[Row], reading: &Reading<'_>) -> Result<Taken, JournalError> {
    let mut taken = Taken::default();
    let mut header: Option<&Row> = None;
    let mut found: Vec<Cells<'_>> = Vec::new();
    for row in rows.iter().filter(|row| same(row.cell(0), "Trades")) {
        match row.cell(1).to_ascii_lowercase().as_str() {
            "header" => header = Some(row),
            "data" => {
                let header = header.ok_or_else(|| {
                    JournalError::at(
                        row.line,
                        "a trade stands above the header of its section",
                        "export the statement again",
                    )
                })?;
                found.push(Cells { header, row });
            }
            _ => taken.left_out.totals += 1,
        }
    }
    if header.is_none() {
        return Err(JournalError::whole(
            "has no section Trades; expected an activity statement of Interactive Brokers",
            "choose a statement that includes Trades",
        ));
    }
    let level = |cells: &Cells<'_>| cells.text("DataDiscriminator").to_ascii_lowercase();
    let by_order = found.iter().any(|cells| level(cells) == "order");
    for cells in found {
        match level(&cells).as_str() {
            "order" => {}
            "trade" | "execution" if !by_order => {}
            _ => {
                taken.left_out.details += 1;
                continue;
            }
        }
        if !is_stock(cells.text("Asset Category")) {
            taken.left_out.not_shares += 1;
            continue;
        }
        if !taken.wanted(cells.text("Symbol"), reading) {
            continue;
        }
        let codes = cells.text("Code");
        if codes.split(';').any(|code| same(code, "Ca")) {
            taken.left_out.undone += 1;
            continue;
        }
        let quantity = cells.shares("Quantity")?;
        let price = cells.price("T. Price")?;
        let stamp = cells.stamp("Date/Time", None, reading)?;
        let fees = cells
            .first_of(&["Comm/Fee", "Comm in USD"])
            .unwrap_or("Comm/Fee");
        let parts = Parts {
            side: if quantity > 0.0 {
                Side::Buy
            } else {
                Side::Sell
            },
            effect: effect(codes),
            quantity,
            price,
            fees_usd: cells.paid(fees)?,
            id: None,
        };
        taken.push(cells.row.line, stamp, parts, reading)?;
    }
    Ok(taken)
}

/// Trades of a Flex query: executions, or orders where there are no executions.
pub(super) fn flex(rows: &[Row], reading: &Reading<'_>) -> Result<Taken, JournalError> {
    let found = under(
        rows,
        Format::InteractiveBrokersFlex.header(),
        Format::InteractiveBrokersFlex,
    )?;
    let level = |cells: &Cells<'_>| cells.text("LevelOfDetail").to_ascii_lowercase();
    let by_execution = found
        .iter()
        .any(|cells| matches!(level(cells).as_str(), "execution" | ""));
    let mut taken = Taken::default();
    for cells in found {
        // Frames around sections: BOF, BOA, BOS, EOS, EOA, EOF.
        if matches!(
            cells.row.cell(0),
            "BOF" | "BOA" | "BOS" | "EOS" | "EOA" | "EOF"
        ) {
            taken.left_out.totals += 1;
            continue;
        }
        match level(&cells).as_str() {
            "execution" | "" => {}
            "order" if !by_execution => {}
            _ => {
                taken.left_out.details += 1;
                continue;
            }
        }
        let class = cells.text("AssetClass");
        if !class.is_empty() && !is_stock(class) {
            taken.left_out.not_shares += 1;
            continue;
        }
        if !taken.wanted(cells.text("Symbol"), reading) {
            continue;
        }
        let side = cells.text("Buy/Sell");
        if is_undone(side)
            || cells
                .text("Notes/Codes")
                .split(';')
                .any(|code| same(code, "Ca"))
        {
            taken.left_out.undone += 1;
            continue;
        }
        push_flex(&mut taken, cells, reading)?;
    }
    Ok(taken)
}

fn push_flex(
    taken: &mut Taken,
    cells: Cells<'_>,
    reading: &Reading<'_>,
) -> Result<(), JournalError> {
    let quantity = cells.shares("Quantity")?;
    let side = match cells.text("Buy/Sell") {
        "" if quantity > 0.0 => Side::Buy,
        "" => Side::Sell,
        word => {
            action(word)
                .ok_or_else(|| {
                    cells.wrong(
                        "Buy/Sell",
                        "BUY or SELL",
                        "export the column Buy/Sell as it is",
                    )
                })?
                .0
        }
    };
    let when = cells
        .first_of(&["DateTime", "Date/Time", "TradeDate"])
        .unwrap_or("DateTime");
    let beside = (when == "TradeDate").then_some("TradeTime");
    let stamp = cells.stamp(when, beside, reading)?;
    let fees = cells
        .first_of(&["IBCommission", "Commission"])
        .unwrap_or("IBCommission");
    let id = cells.first_of(&["IBExecID", "ExecID", "TradeID", "TransactionID"]);
    let parts = Parts {
        side,
        effect: effect(cells.text("Open/CloseIndicator")),
        quantity,
        price: cells.price("TradePrice")?,
        fees_usd: cells.paid(fees)? + cells.paid("Taxes")?,
        id: id.map(|column| cells.text(column).to_owned()),
    };
    taken.push(cells.row.line, stamp, parts, reading)
}

fn is_stock(class: &str) -> bool {
    same(class, "STK") || class.to_ascii_lowercase().starts_with("stock")
}

/// `O` opens, `C` closes; `C;O` crosses zero in one order and says neither.
fn effect(codes: &str) -> Effect {
    let has = |wanted: &str| codes.split(';').any(|code| same(code, wanted));
    match (has("O"), has("C")) {
        (true, false) => Effect::Open,
        (false, true) => Effect::Close,
        _ => Effect::Unsaid,
    }
}
