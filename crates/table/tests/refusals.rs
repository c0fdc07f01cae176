//! Every way a file or a table can be wrong ends in an error that names the place, never in a panic.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use proptest::prelude::*;
use table::{AtomicFile, Column, Compression, Dest, Layout, Options, Reader, Table, TableError};

fn sample(options: &Options) -> Vec<u8> {
    Table::new()
        .column("start", Column::time_micros(vec![10, 20, 30]))
        .column("close", Column::number(vec![1.5, 2.5, 3.5]))
        .column(
            "maybe",
            Column::maybe_number(vec![Some(1.0), None, Some(3.0)]),
        )
        .column(
            "full",
            Column::maybe_number(vec![Some(1.0), Some(2.0), Some(3.0)]),
        )
        .column("big", Column::integer(vec![1, 1 << 53, (1 << 53) + 1]))
        .column("symbol", Column::text(["A", "B", "C"]))
        .to_bytes(options)
        .unwrap()
}

fn open() -> Reader {
    let options = Options {
        rows_per_group: 2,
        ..Options::default()
    };
    Reader::from_bytes("t.parquet", sample(&options).into()).unwrap()
}

fn numbers(reader: &Reader, column: &str) -> Result<Vec<f64>, TableError> {
    let mut values = vec![];
    reader.read_all(&mut [(column, Dest::Number(&mut values))], 1)?;
    Ok(values)
}

#[test]
fn absent_column_names_those_there_are() {
    let error = numbers(&open(), "clos").unwrap_err();
    assert_eq!(
        error.to_string(),
        "t.parquet has no column `clos`; it has start, close, maybe, full, big, symbol"
    );
}

#[test]
fn wrong_type_names_found_and_expected() {
    let error = numbers(&open(), "symbol").unwrap_err();
    assert_eq!(
        error.to_string(),
        "t.parquet: column `symbol` holds text; expected numbers (floating point or integer)"
    );
    let error = open()
        .read_all(&mut [("close", Dest::TimeMicros(&mut vec![]))], 1)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "t.parquet: column `close` holds 64-bit floating point; expected UTC timestamps"
    );
}

#[test]
fn nulls_are_refused_with_their_row_and_a_nullable_column_without_them_is_taken() {
    let error = numbers(&open(), "maybe").unwrap_err();
    assert!(matches!(error, TableError::Null { row: 1, .. }), "{error}");
    assert_eq!(numbers(&open(), "full").unwrap(), [1.0, 2.0, 3.0]);
}

#[test]
fn an_integer_too_great_for_floating_point_is_refused_with_its_row() {
    // Row 2 is the first row of the second group; 2^53 itself, in row 1, is exact.
    let error = numbers(&open(), "big").unwrap_err();
    assert!(
        matches!(error, TableError::Inexact { row: 2, .. }),
        "{error}"
    );
}

#[test]
fn absent_groups_are_refused() {
    let error = open()
        .read(&[0, 7], &mut [("close", Dest::Number(&mut vec![]))], 1)
        .unwrap_err();
    assert!(matches!(
        error,
        TableError::NoSuchGroup {
            group: 7,
            found: 2,
            ..
        }
    ));
}

#[test]
fn columns_of_unequal_length_and_twice_named_are_refused() {
    let table = Table::new()
        .column("a", Column::number(vec![1.0]))
        .column("b", Column::number(vec![1.0, 2.0]));
    let error = table.to_bytes(&Options::default()).unwrap_err();
    assert!(
        matches!(
            error,
            TableError::Length {
                found: 2,
                expected: 1,
                ..
            }
        ),
        "{error}"
    );
    let table = Table::new()
        .column("a", Column::number(vec![]))
        .column("a", Column::flag(vec![]));
    assert!(matches!(
        table.to_bytes(&Options::default()),
        Err(TableError::Shape { .. })
    ));
}

#[test]
fn files_that_are_no_parquet_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bars.parquet");
    let missing = Reader::open(&path).unwrap_err();
    assert!(missing.to_string().contains("bars.parquet"), "{missing}");
    assert!(matches!(missing, TableError::Io { doing: "open", .. }));
    assert!(matches!(
        Reader::open(folder.path()),
        Err(TableError::Io { .. })
    ));
    fs::write(&path, b"").unwrap();
    let empty = Reader::open(&path).unwrap_err();
    assert!(empty.to_string().contains("the file is empty"), "{empty}");
    fs::write(&path, b"date,open\n2020-01-02,1\n").unwrap();
    assert!(matches!(
        Reader::open(&path),
        Err(TableError::NotParquet { .. })
    ));
}

#[test]
fn an_uncommitted_file_leaves_the_old_one_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/bars.parquet");
    let one = Table::new().column("v", Column::number(vec![1.0]));
    one.write_atomic(&path, &Options::default()).unwrap();
    let before = fs::read(&path).unwrap();
    let mut file = AtomicFile::create(&path).unwrap();
    file.write_all(b"half of").unwrap();
    drop(file);
    let two = Table::new().column("v", Column::number(vec![2.0]));
    drop(two.stage(&path, &Options::default()).unwrap());
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    two.write_atomic(&path, &Options::default()).unwrap();
    assert_eq!(numbers(&Reader::open(&path).unwrap(), "v").unwrap(), [2.0]);
}

/// The sample with some of its bytes replaced wherever they stand.
fn patched(options: &Options, from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = sample(options);
    let mut places = 0;
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from) {
            bytes[at..at + to.len()].copy_from_slice(to);
            places += 1;
        }
    }
    assert!(places > 0, "nothing was patched");
    bytes
}

#[test]
fn a_compression_that_is_not_built_in_is_named() {
    let options = Options {
        compression: Compression::Snappy,
        ..Options::default()
    };
    // In a column's metadata its path is followed by field 4, the codec: 1 (zigzag 2) Snappy, 2 (zigzag 4) gzip, 4
    // (zigzag 8) brotli.
    for (code, name) in [(4, "gzip"), (8, "brotli")] {
        let bytes = patched(
            &options,
            b"close\x15\x02",
            &[b"close\x15".as_slice(), &[code]].concat(),
        );
        let reader = Reader::from_bytes("t.parquet", bytes.into()).unwrap();
        assert_eq!(
            numbers(&reader, "close").unwrap_err().to_string(),
            format!(
                "t.parquet: column `close` is compressed with {name}, which is not read here; write it again with zstd, snappy or lz4"
            )
        );
    }
}

#[test]
fn an_encrypted_footer_is_not_called_damage() {
    let mut bytes = sample(&Options::default());
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(b"PARE");
    assert!(matches!(
        Reader::from_bytes("t", bytes.into()),
        Err(TableError::Encrypted { .. })
    ));
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let bytes = patched(&Options::default(), b"maybe", b"close");
    let error = Reader::from_bytes("t", bytes.into()).unwrap_err();
    assert!(error.to_string().contains("two named `close`"), "{error}");
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_refused_unopened() {
    // A device stands for a pipe: neither is a regular file, and this one is there on every system.
    let error = Reader::open(Path::new("/dev/null")).unwrap_err();
    assert!(error.to_string().ends_with("not a regular file"), "{error}");
}

#[test]
fn folders_made_for_a_file_that_fails_go_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let one = Table::new().column("v", Column::number(vec![1.0]));
    let path = folder.path().join("a/b/c.parquet");
    drop(one.stage(&path, &Options::default()).unwrap());
    drop(AtomicFile::create(&path).unwrap());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    // A folder that was there stays, and so does one that holds something.
    fs::create_dir(folder.path().join("a")).unwrap();
    drop(AtomicFile::create(&path).unwrap());
    assert!(folder.path().join("a").exists() && !folder.path().join("a/b").exists());
    one.write_atomic(&path, &Options::default()).unwrap();
    assert!(path.is_file());
}

#[test]
fn a_full_disk_is_told_with_what_to_do() {
    let error = TableError::Io {
        name: "x".to_owned(),
        doing: "write",
        source: std::io::ErrorKind::StorageFull.into(),
    };
    assert!(
        error
            .to_string()
            .ends_with("; free some space and do it again"),
        "{error}"
    );
}

#[test]
fn every_truncation_is_refused() {
    let whole = sample(&Options::default());
    for len in 0..whole.len() {
        let cut = whole[..len].to_vec();
        assert!(
            Reader::from_bytes("cut", cut.into()).is_err(),
            "{len} of {}",
            whole.len()
        );
    }
}

/// Made-up files that the fuzzer damaged until the parquet crate asserted on them. An assertion is an error here, on
/// every thread count; arithmetic that only overflows where it is checked may also give values.
#[test]
fn damage_the_decoder_asserts_on_is_an_error() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/damaged");
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        files += 1;
        let Ok(reader) = Reader::open(&path) else {
            continue;
        };
        for threads in [1, 4] {
            let failed = reader.columns().iter().any(|(name, _)| {
                let number = &mut [(name.as_str(), Dest::MaybeNumber(&mut vec![]))];
                let text = &mut [(name.as_str(), Dest::MaybeText(&mut vec![]))];
                matches!(
                    (
                        reader.read_all(number, threads),
                        reader.read_all(text, threads)
                    ),
                    (Err(TableError::Damaged { .. }), _) | (_, Err(TableError::Damaged { .. }))
                )
            });
            assert!(failed, "{} was read as if whole", path.display());
        }
    }
    assert_eq!(files, 6);
}

/// The decoder makes room for what a page's header names, so a header that names what its bytes cannot hold is refused
/// before: here 10,000 texts of six bytes that are said to be 1,048,575.
#[test]
fn a_dictionary_that_names_more_than_it_can_hold_is_refused() {
    let texts = (0..10_000).map(|n| format!("{n:06}")).collect::<Vec<_>>();
    let mut bytes = Table::new()
        .column("symbol", Column::text(&texts))
        .to_bytes(&Options::default())
        .unwrap();
    // Counts are zigzag varints: 20,000 is A0 9C 01, and the greatest of three bytes FE FF 7F.
    let header = &bytes[..64];
    let at = header
        .windows(3)
        .position(|window| window == [0xA0, 0x9C, 0x01])
        .expect("the dictionary's header names its 10,000 texts");
    bytes[at..at + 3].copy_from_slice(&[0xFE, 0xFF, 0x7F]);
    let reader = Reader::from_bytes("t.parquet", bytes.into()).unwrap();
    let mut held = vec![];
    let error = reader
        .read_all(&mut [("symbol", Dest::MaybeText(&mut held))], 1)
        .unwrap_err();
    assert!(matches!(error, TableError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("1048575"), "{error}");
}

/// Reads all there is, whatever it is said to be.
fn devour(bytes: Vec<u8>) {
    let Ok(reader) = Reader::from_bytes("x", bytes.into()) else {
        return;
    };
    for (name, _) in reader.columns() {
        let _ = numbers(&reader, name);
        let _ = reader.read_all(&mut [(name, Dest::MaybeText(&mut vec![]))], 2);
        let _ = reader.read_all(&mut [(name, Dest::TimeMicros(&mut vec![]))], 1);
        for group in 0..reader.groups() {
            let _ = reader.time_bounds_micros(group, name);
            let _ = reader.may_hold_text(group, name, "IWM");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn flipped_bytes_never_panic(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        layout in prop::sample::select(vec![Layout::Plain, Layout::Dictionary]),
    ) {
        let options = Options { compression: Compression::Snappy, layout, ..Options::default() };
        let mut bytes = sample(&options);
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        devour(bytes);
    }
}
