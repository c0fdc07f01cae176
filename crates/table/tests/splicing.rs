//! Files joined without being decoded.

use table::{Column, Compression, Dest, Layout, Options, Reader, Table, TableError, Writer};

fn piece(from: i64, to: i64) -> Table<'static> {
    let numbers: Vec<f64> = (from..to)
        .map(|n| if n % 3 == 0 { f64::NAN } else { n as f64 / 7.0 })
        .collect();
    Table::new()
        .column("n", Column::integer((from..to).collect::<Vec<_>>()))
        .column("x", Column::number_or_nan(numbers))
        .column(
            "word",
            Column::text((from..to).map(|n| format!("w{}", n % 5))),
        )
}

const OPTIONS: Options = Options {
    rows_per_group: 100,
    compression: Compression::Zstd,
    layout: Layout::ByteStreams,
};

fn opened(table: &Table<'_>) -> Reader {
    Reader::from_bytes("part", table.to_bytes(&OPTIONS).unwrap().into()).unwrap()
}

fn joined(parts: &[Table<'_>]) -> Result<Vec<u8>, TableError> {
    let mut writer = Writer::new(
        "whole",
        Vec::new(),
        &piece(0, 0).fact("of", "parts"),
        &OPTIONS,
    )?;
    for part in parts {
        writer.append(&opened(part))?;
    }
    writer.finish()
}

#[test]
fn joined_files_hold_all_rows_in_order() {
    let bytes = joined(&[piece(0, 250), piece(250, 260), piece(260, 260)]).unwrap();
    let reader = Reader::from_bytes("whole", bytes.into()).unwrap();
    let (mut n, mut x, mut word) = (Vec::new(), Vec::new(), Vec::new());
    let mut columns = [
        ("n", Dest::Integer(&mut n)),
        ("x", Dest::MaybeNumber(&mut x)),
        ("word", Dest::Text(&mut word)),
    ];
    reader.read_all(&mut columns, 1).unwrap();
    assert_eq!(n, (0..260).collect::<Vec<i64>>());
    for (n, x) in n.iter().zip(&x) {
        let expected = (n % 3 != 0).then_some(*n as f64 / 7.0);
        assert_eq!(*x, expected);
    }
    assert_eq!(word[7], "w2");
    // 250 rows make groups of 100, 100 and 50; groups are kept as they were.
    let rows: Vec<usize> = (0..reader.groups()).map(|g| reader.group_rows(g)).collect();
    assert_eq!(rows, [100, 100, 50, 10]);
    assert_eq!(reader.fact("of"), Some("parts"));
}

#[test]
fn joining_in_two_steps_is_the_same_as_in_one() {
    let pieces = [piece(0, 150), piece(150, 160), piece(160, 420)];
    let first = joined(&pieces[..2]).unwrap();
    let first = Reader::from_bytes("first", first.into()).unwrap();
    let shape = piece(0, 0).fact("of", "parts");
    let mut writer = Writer::new("whole", Vec::new(), &shape, &OPTIONS).unwrap();
    writer.append(&first).unwrap();
    writer.append(&opened(&pieces[2])).unwrap();
    assert!(joined(&pieces).unwrap() == writer.finish().unwrap());
}

#[test]
fn a_file_of_other_columns_is_refused() {
    let other = Table::new().column("n", Column::integer(vec![1]));
    let refused = joined(&[piece(0, 10), other]);
    assert!(matches!(refused, Err(TableError::Shape { .. })));
}

#[test]
fn a_file_that_was_cut_off_under_the_reader_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.parquet");
    piece(0, 1000).write_atomic(&path, &OPTIONS).unwrap();
    let reader = Reader::open(&path).unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(64).unwrap();
    let mut writer = Writer::new("whole", Vec::new(), &piece(0, 0), &OPTIONS).unwrap();
    let refused = writer.append(&reader);
    assert!(
        matches!(
            refused,
            Err(TableError::Encode { .. } | TableError::Io { .. })
        ),
        "{refused:?}"
    );
}
