//! What the fuzzers begin with, and any text at all.

use super::*;

/// One small file of each format that is written as text, under a name that fits it.
const SEEDS: [(&str, &str); 12] = [
    (
        "XYZ.csv",
        include_str!("../../../../fuzz/seeds/import_csv/yahoo_splits.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../../fuzz/seeds/import_csv/yfinance_adjusted.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../../fuzz/seeds/import_csv/yfinance_table.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../../fuzz/seeds/import_csv/alphavantage_daily.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../../fuzz/seeds/import_csv/alphavantage_intraday.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../../fuzz/seeds/import_csv/eodhd.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../../fuzz/seeds/import_csv/cboe.csv"),
    ),
    (
        "DGS2.csv",
        include_str!("../../../../fuzz/seeds/import_csv/fred.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../../fuzz/seeds/import_csv/lean_factors.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../../fuzz/seeds/import_csv/intraday_offset.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../../fuzz/seeds/import_csv/alpaca.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../../fuzz/seeds/import_csv/symbols.csv"),
    ),
];

#[test]
fn the_seeds_of_the_fuzzers_are_files_of_their_formats() {
    let mut formats: Vec<&str> = SEEDS
        .iter()
        .map(|(name, text)| parse(name, text).unwrap().format.as_str())
        .collect();
    formats.sort_unstable();
    formats.dedup();
    assert_eq!(formats.len(), 9, "{formats:?}");
    for bytes in [
        &include_bytes!("../../../../fuzz/seeds/import_zip/daily.zip")[..],
        include_bytes!("../../../../fuzz/seeds/import_zip/minutes.zip"),
        include_bytes!("../../../../fuzz/seeds/import_parquet/minutes.parquet"),
        include_bytes!("../../../../fuzz/seeds/import_parquet/sessions.parquet"),
    ] {
        parse("XYZ", bytes).unwrap();
    }
}

/// What a replay would refuse never comes out of a file, whatever is in it.
fn judged(parsed: &Parsed) {
    let contents = &parsed.contents;
    for (_, _, raw) in contents.bars.iter().chain(&contents.extended) {
        assert!(raw.start.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(
            raw.low
                .iter()
                .zip(&raw.high)
                .all(|(low, high)| *low > 0.0 && high >= low)
        );
        assert!(raw.volume.iter().all(|v| v.is_finite() && *v >= 0.0));
    }
    for (_, splits) in &contents.splits {
        assert!(splits.iter().all(|s| s.ratio.is_finite() && s.ratio > 0.0));
    }
    for (_, paid) in &contents.dividends {
        assert!(
            paid.iter()
                .all(|d| d.amount_usd.is_finite() && d.amount_usd > 0.0)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// A few bytes changed, taken out or put in, anywhere in a file of any format.
    #[test]
    fn no_bytes_are_a_panic(
        seed in 0..SEEDS.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3), 1..6),
    ) {
        let (name, text) = SEEDS[seed];
        let mut bytes = text.as_bytes().to_vec();
        for (at, byte, how) in edits {
            let at = at.index(bytes.len().max(1));
            match how {
                0 if at < bytes.len() => bytes[at] = byte,
                1 if at < bytes.len() => drop(bytes.remove(at)),
                _ => bytes.insert(at.min(bytes.len()), byte),
            }
        }
        if let Ok(parsed) = parse(name, &bytes) {
            judged(&parsed);
        }
    }
}
