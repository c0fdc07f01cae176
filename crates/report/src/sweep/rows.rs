//! Blocks of a sweep as tables: a row for each combination and window.

use lab::sweep::space::{Axis, Kind, Value};
use lab::sweep::{Block, FIGURES, Manifest};
use table::{Column, Compression, Layout, Options, Table};

use crate::error::ReportError;

/// How results are laid out: rows repeat themselves where parameters make no difference, and byte planes compress best.
pub(super) const LAYOUT: Options = Options {
    rows_per_group: 1 << 20,
    compression: Compression::Lz4,
    layout: Layout::ByteStreams,
};

/// The facts under which results say what they are of.
pub(super) mod fact {
    /// The manifest.
    pub(in super::super) const SWEEP: &str = "sweep";
    /// Combinations that a constraint rules out.
    pub(in super::super) const RULED_OUT: &str = "ruled_out";
    /// Combinations that are no plan.
    pub(in super::super) const REFUSED: &str = "refused";
    /// The first of those.
    pub(in super::super) const REFUSED_FIRST: &str = "refused_first";
    /// Why that is none.
    pub(in super::super) const REFUSAL: &str = "refusal";
    /// Which blocks a file has: `0..122`, or those of a shard, `1/4`.
    pub(in super::super) const SHARD: &str = "shard";
}

/// A block's table.
pub(super) fn table<'a>(
    block: &'a Block,
    axes: &[Axis],
    manifest: &Manifest,
) -> Result<Table<'a>, ReportError> {
    let windows = manifest.windows.len();
    let each = |n: &u64| std::iter::repeat_n(n.cast_signed(), windows);
    let combination: Vec<i64> = block.combinations.iter().flat_map(each).collect();
    let names = manifest.windows.iter().map(|window| window.name.as_str());
    let window = block.combinations.iter().flat_map(|_| names.clone());
    let mut table = Table::new()
        .column("combination", Column::integer(combination))
        .column("window", Column::text(window));
    for (at, axis) in axes.iter().enumerate() {
        let values = block.points.iter().flat_map(|points| {
            let value = points.get(at).map(|&point| axis.value(point));
            std::iter::repeat_n(value, windows)
        });
        table = table.column(axis.dotted(), parameter(axis.kind(), values));
    }
    let width = FIGURES.len();
    for (at, figure) in FIGURES.iter().enumerate() {
        let values = block.rows.iter().skip(at).step_by(width);
        let column = if figure.count {
            Column::count32(values.map(|&n| n as u32).collect::<Vec<u32>>())
        } else {
            Column::number_or_nan(values.copied().collect::<Vec<f64>>())
        };
        table = table.column(figure.name, column);
    }
    Ok(facts(table, manifest)?
        .fact(fact::RULED_OUT, &block.ruled_out.to_string())
        .fact(fact::REFUSED, &block.refused.to_string())
        .fact(
            fact::REFUSED_FIRST,
            &block
                .refusal
                .as_ref()
                .map_or(String::new(), |r| r.0.to_string()),
        )
        .fact(
            fact::REFUSAL,
            block.refusal.as_ref().map_or("", |r| r.1.as_str()),
        ))
}

pub(super) fn facts<'a>(table: Table<'a>, manifest: &Manifest) -> Result<Table<'a>, ReportError> {
    let origin = match &manifest.tape.origin {
        lab::Origin::Real => "real".to_owned(),
        lab::Origin::Simulated { seed } => format!("simulated, seed {seed}"),
    };
    Ok(table
        .fact(fact::SWEEP, &serde_json::to_string(manifest)?)
        .fact("origin", &origin))
}

fn parameter<'a>(kind: Kind, values: impl Iterator<Item = Option<Value>>) -> Column<'a> {
    match kind {
        Kind::Whole => Column::integer(
            values
                .map(|value| match value {
                    Some(Value::Whole(n)) => n,
                    _ => 0,
                })
                .collect::<Vec<i64>>(),
        ),
        Kind::Number => Column::number(
            values
                .map(|value| value.and_then(|v| v.number()).unwrap_or(f64::NAN))
                .collect::<Vec<f64>>(),
        ),
        Kind::Switch => Column::flag(
            values
                .map(|value| matches!(value, Some(Value::Switch(true))))
                .collect::<Vec<bool>>(),
        ),
        Kind::Text => {
            Column::text(values.map(|value| value.map_or(String::new(), |v| v.to_string())))
        }
    }
}
