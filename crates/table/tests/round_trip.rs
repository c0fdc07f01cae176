//! What goes in comes out, in the same bytes each time, whole or in pieces, on one thread or many.

use proptest::prelude::*;
use table::{Column, Compression, Dest, Kind, Layout, Options, Reader, Table, TableError, Writer};

fn every_kind(rows: usize) -> Table<'static> {
    let n = 0..rows as i64;
    Table::new()
        .column(
            "number",
            Column::number(n.clone().map(|i| i as f64 / 4.0).collect::<Vec<_>>()),
        )
        .column(
            "maybe",
            Column::maybe_number(
                n.clone()
                    .map(|i| (i % 3 != 0).then_some(i as f64))
                    .collect::<Vec<_>>(),
            ),
        )
        .column(
            "integer",
            Column::integer(n.clone().map(|i| i - 7).collect::<Vec<_>>()),
        )
        .column(
            "maybe_integer",
            Column::maybe_integer(
                n.clone()
                    .map(|i| (i % 5 != 0).then_some(i))
                    .collect::<Vec<_>>(),
            ),
        )
        .column(
            "count32",
            Column::count32(n.clone().map(|i| u32::MAX - i as u32).collect::<Vec<_>>()),
        )
        .column(
            "count64",
            Column::count64(n.clone().map(|i| i as u64).collect::<Vec<_>>()),
        )
        .column(
            "flag",
            Column::flag(n.clone().map(|i| i % 2 == 0).collect::<Vec<_>>()),
        )
        .column(
            "text",
            Column::text(n.clone().map(|i| format!("S{}", i / 10))),
        )
        .column(
            "maybe_text",
            Column::maybe_text(n.clone().map(|i| (i % 2 == 1).then_some("odd"))),
        )
        .column(
            "time",
            Column::time_micros(n.clone().map(|i| i * 60_000_000).collect::<Vec<_>>()),
        )
        .column(
            "date",
            Column::date_days(n.clone().map(|i| i as i32).collect::<Vec<_>>()),
        )
        .column(
            "maybe_date",
            Column::maybe_date_days(n.map(|i| (i != 33).then_some(i as i32)).collect::<Vec<_>>()),
        )
        .fact("origin", "real")
}

fn open(bytes: Vec<u8>) -> Reader {
    Reader::from_bytes("t.parquet", bytes.into()).unwrap()
}

#[test]
fn every_kind_of_column_comes_back() {
    let options = Options {
        rows_per_group: 40,
        ..Options::default()
    };
    let reader = open(every_kind(100).to_bytes(&options).unwrap());
    assert_eq!(
        (reader.rows(), reader.groups(), reader.group_rows(2)),
        (100, 3, 20)
    );
    let kinds: Vec<Kind> = reader.columns().iter().map(|(_, k)| *k).collect();
    assert_eq!(
        kinds,
        [
            Kind::Double,
            Kind::Double,
            Kind::Int64,
            Kind::Int64,
            Kind::UInt32,
            Kind::UInt64,
            Kind::Bool,
            Kind::Text,
            Kind::Text,
            Kind::TimeMicros,
            Kind::Date,
            Kind::Date,
        ]
    );
    let (mut number, mut maybe, mut integer, mut count32, mut count64) =
        (vec![], vec![], vec![], vec![], vec![]);
    let (mut maybe_integer, mut maybe_date) = (vec![], vec![]);
    let (mut flag, mut text, mut maybe_text, mut time, mut date, mut equal) =
        (vec![], vec![], vec![], vec![], vec![], vec![]);
    reader
        .read_all(
            &mut [
                ("number", Dest::Number(&mut number)),
                ("maybe", Dest::MaybeNumber(&mut maybe)),
                ("integer", Dest::Integer(&mut integer)),
                ("maybe_integer", Dest::MaybeInteger(&mut maybe_integer)),
                ("maybe_date", Dest::MaybeDateDays(&mut maybe_date)),
                ("count32", Dest::Number(&mut count32)),
                ("count64", Dest::Integer(&mut count64)),
                ("flag", Dest::Flag(&mut flag)),
                ("text", Dest::Text(&mut text)),
                ("maybe_text", Dest::MaybeText(&mut maybe_text)),
                ("time", Dest::TimeMicros(&mut time)),
                ("date", Dest::DateDays(&mut date)),
                ("text", Dest::Equal("S3", &mut equal)),
            ],
            2,
        )
        .unwrap();
    // Row 33 by hand: 33/4, 33 is a multiple of 3, 33 − 7, 2^32 − 1 − 33, odd, tens digit 3.
    assert_eq!((number[33], maybe[33], maybe[34]), (8.25, None, Some(34.0)));
    assert_eq!(
        (integer[33], count32[33], count64[33]),
        (26, 4_294_967_262.0, 33)
    );
    assert_eq!((maybe_date[33], maybe_date[34]), (None, Some(34)));
    assert_eq!((maybe_integer[33], maybe_integer[35]), (Some(33), None));
    assert_eq!(
        (flag[33], text[33].as_str(), maybe_text[33].as_deref()),
        (false, "S3", Some("odd"))
    );
    assert_eq!(
        (maybe_text[34].as_deref(), time[33], date[33]),
        (None, 1_980_000_000, 33)
    );
    let hits: Vec<usize> = (0..100).filter(|&i| equal[i]).collect();
    assert_eq!(hits, (30..40).collect::<Vec<_>>());
    assert_eq!(reader.fact("origin"), Some("real"));
}

#[test]
fn bytes_depend_on_nothing_but_the_table() {
    let options = Options::default();
    let once = every_kind(500).to_bytes(&options).unwrap();
    assert_eq!(once, every_kind(500).to_bytes(&options).unwrap());
    // Facts are sorted, so the order in which they were given does not show.
    let ab = Table::new()
        .fact("a", "1")
        .fact("b", "2")
        .to_bytes(&options)
        .unwrap();
    let ba = Table::new()
        .fact("b", "2")
        .fact("a", "1")
        .to_bytes(&options)
        .unwrap();
    assert_eq!(ab, ba);
}

#[test]
fn pieces_make_the_same_columns_as_the_whole() {
    let mut writer =
        Writer::new("pieces", Vec::new(), &every_kind(0), &Options::default()).unwrap();
    writer.write(&every_kind(30)).unwrap();
    writer.write(&every_kind(70)).unwrap();
    let other = Table::new().column("close", Column::number(vec![1.0]));
    assert!(matches!(
        writer.write(&other),
        Err(TableError::Shape { .. })
    ));
    let reader = open(writer.finish().unwrap());
    let mut integer = vec![];
    reader
        .read_all(&mut [("integer", Dest::Integer(&mut integer))], 2)
        .unwrap();
    assert_eq!(integer, (-7..23).chain(-7..63).collect::<Vec<i64>>());
}

#[test]
fn a_table_without_rows_is_a_file_with_columns() {
    let reader = open(every_kind(0).to_bytes(&Options::default()).unwrap());
    assert_eq!(
        (reader.rows(), reader.groups(), reader.columns().len()),
        (0, 0, 12)
    );
}

#[test]
fn chosen_groups_come_in_the_order_asked_and_replace_what_was_there() {
    let options = Options {
        rows_per_group: 2,
        ..Options::default()
    };
    let bytes = Table::new()
        .column("v", Column::number(vec![0.0, 1.0, 2.0, 3.0, 4.0]))
        .to_bytes(&options)
        .unwrap();
    let reader = open(bytes);
    let mut v = vec![9.0; 7];
    reader
        .read(&[2, 0], &mut [("v", Dest::Number(&mut v))], 1)
        .unwrap();
    assert_eq!(v, [4.0, 0.0, 1.0]);
    assert_eq!(reader.counts().chunks, 2);
}

#[test]
fn the_footer_tells_bounds() {
    let options = Options {
        rows_per_group: 2,
        ..Options::default()
    };
    let bytes = Table::new()
        .column("time", Column::time_micros(vec![5, 6, 70, 80]))
        .column("date", Column::date_days(vec![1, 2, -3, 4]))
        .column("symbol", Column::text(["AAA", "CCC", "IWM", "IWM"]))
        .to_bytes(&options)
        .unwrap();
    let reader = open(bytes);
    assert_eq!(reader.time_bounds_micros(1, "time"), Some((70, 80)));
    assert_eq!(reader.date_bounds_days(1, "date"), Some((-3, 4)));
    assert_eq!(reader.time_bounds_micros(0, "date"), None);
    let may = |group, text| reader.may_hold_text(group, "symbol", text);
    // BBB lies between AAA and CCC: only reading can tell.
    assert_eq!(
        [may(0, "AAA"), may(0, "BBB"), may(0, "IWM")],
        [true, true, false]
    );
    assert_eq!(
        [may(1, "AAA"), may(1, "IWM"), may(1, "XBI")],
        [false, true, false]
    );
}

proptest! {
    #[test]
    fn any_layout_on_any_threads_gives_the_same_values(
        values in prop::collection::vec((any::<f64>(), any::<i64>(), "[A-Z]{0,4}"), 0..300),
        rows_per_group in 1usize..50,
        threads in 1usize..5,
        compression in prop::sample::select(vec![
            Compression::None, Compression::Snappy, Compression::Lz4, Compression::Zstd,
        ]),
        layout in prop::sample::select(vec![Layout::Plain, Layout::ByteStreams, Layout::Dictionary]),
    ) {
        let number: Vec<f64> = values.iter().map(|v| v.0).collect();
        let time: Vec<i64> = values.iter().map(|v| v.1).collect();
        let text: Vec<String> = values.iter().map(|v| v.2.clone()).collect();
        let bytes = Table::new()
            .column("number", Column::number(&number))
            .column("time", Column::time_micros(&time))
            .column("text", Column::text(&text))
            .to_bytes(&Options { rows_per_group, compression, layout })
            .unwrap();
        let reader = open(bytes);
        let (mut n, mut t, mut s) = (vec![], vec![], vec![]);
        reader.read_all(&mut [
            ("number", Dest::Number(&mut n)),
            ("time", Dest::TimeMicros(&mut t)),
            ("text", Dest::Text(&mut s)),
        ], threads).unwrap();
        // Compared as bits: a NaN must come back as the NaN it was.
        let bits = |v: &[f64]| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        prop_assert_eq!(bits(&n), bits(&number));
        prop_assert_eq!(t, time);
        prop_assert_eq!(s, text);
    }
}

/// Words in stretches: some longer than the eight that make a run on the disk, some shorter.
fn stretches() -> impl Strategy<Value = Vec<String>> {
    let stretch = (0..5_u32, prop_oneof![1..4_usize, 8..3000_usize]);
    prop::collection::vec(stretch, 0..12).prop_map(|stretches| {
        let rows = stretches
            .into_iter()
            .map(|(word, rows)| vec![format!("word {word}"); rows]);
        rows.flatten().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn runs_are_the_column_said_shorter(words in stretches(), rows_per_group in 1..5000_usize, nullable: bool) {
        let column = if nullable {
            Column::maybe_text(words.iter().map(Some))
        } else {
            Column::text(&words)
        };
        let options = Options { rows_per_group, ..Options::default() };
        let reader = open(Table::new().column("word", column).to_bytes(&options).unwrap());
        for (group, rows) in words.chunks(rows_per_group).enumerate() {
            let runs = reader.text_runs(group, "word").unwrap();
            let flat = runs.iter().flat_map(|run| std::iter::repeat_n(&run.text, run.rows));
            prop_assert!(flat.eq(rows));
            prop_assert!(runs.windows(2).all(|pair| pair[0].text != pair[1].text));
            let bounds = (rows.iter().min().unwrap(), rows.iter().max().unwrap());
            let told = reader.text_bounds(group, "word").unwrap();
            prop_assert_eq!(told, (bounds.0.as_str(), bounds.1.as_str()));
        }
    }
}

#[test]
fn a_row_without_text_is_no_run() {
    let column = Column::maybe_text([Some("a"), None]);
    let table = Table::new().column("word", column);
    let reader = open(table.to_bytes(&Options::default()).unwrap());
    let refused = reader.text_runs(0, "word").unwrap_err();
    assert!(
        matches!(refused, TableError::Null { row: 1, .. }),
        "{refused}"
    );
}

#[test]
fn text_told_by_runs_is_the_same_file() {
    let bytes = |column: Column<'static>| {
        let table = Table::new().column("symbol", column);
        table.to_bytes(&Options::default()).unwrap()
    };
    let runs = Column::text_runs([("A", 2), ("B", 0), ("C", 1)]);
    assert_eq!(runs.len(), 3);
    assert!(bytes(runs) == bytes(Column::text(["A", "A", "C"])));
}
