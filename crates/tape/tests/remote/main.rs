//! A tape behind a URL: what a folder gives, with only the wanted bytes over the line, and plain words when it fails.
//!
//! Web servers here; S3 is `tests/remote.sh`'s affair, which has a server for it.

mod server;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;

use market::{Date, Fields, Interval, RawBars, SessionTable};
use tape::{BarWant, Contents, Tape, TapeError, Want};

use server::{Mood, Server};

/// Four years of one-minute bars, in four row groups, with a manifest.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path()).unwrap();
    let date = |year, month, day| Date::from_ymd_opt(year, month, day).unwrap();
    let sessions = SessionTable::covering(date(2018, 1, 2), date(2021, 12, 31));
    let mut raw = RawBars::default();
    for session in sessions.as_slice() {
        let minutes = (session.close.micros() - session.open.micros()) / 60_000_000;
        for minute in 0..minutes {
            let price = 100.0 + (minute % 7) as f64;
            raw.start.push(session.open.plus_minutes(minute));
            raw.open.push(price);
            raw.high.push(price + 1.0);
            raw.low.push(price - 1.0);
            raw.close.push(price + 0.5);
            raw.volume.push(minute as f64);
        }
    }
    assert!(raw.start.len() > 3 * 131_072);
    let contents = Contents {
        bars: vec![("FINE".to_owned(), Interval::Minutes(1), raw)],
        ..Contents::default()
    };
    tape.merge(&contents, "test", 0).unwrap();
    assert_eq!(tape.write_manifest().unwrap(), 1);
    folder
}

fn files(root: &Path, below: &str) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(root.join(below)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = if below.is_empty() {
            name
        } else {
            format!("{below}/{name}")
        };
        if entry.path().is_dir() {
            found.extend(files(root, &path));
        } else {
            found.insert(path, fs::read(entry.path()).unwrap());
        }
    }
    found
}

fn want(month: u32, fields: Fields) -> Want {
    Want {
        bars: vec![BarWant {
            symbol: "FINE".to_owned(),
            interval: Interval::Minutes(1),
            fields,
            from: Date::from_ymd_opt(2020, month, 2),
            to: Date::from_ymd_opt(2020, month, 3),
        }],
        ..Want::default()
    }
}

fn open(server: &Server) -> Result<Tape, TapeError> {
    Tape::open_remote(&server.url, [])
}

#[test]
fn a_remote_tape_gives_what_the_folder_gives_and_fetches_little() {
    let folder = folder();
    let local = Tape::open(folder.path()).unwrap();
    let server = Server::start(files(folder.path(), ""));
    let remote = open(&server).unwrap();
    assert_eq!(remote.name(), server.url);
    let same = |mut entries: Vec<tape::Entry>| {
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries
    };
    assert_eq!(
        same(remote.catalog().unwrap()),
        same(local.catalog().unwrap())
    );

    server.sent.store(0, Ordering::SeqCst);
    let want = want(6, Fields::CLOSE);
    let (snapshot, stats) = remote.read_counted(&want, 2).unwrap();
    assert_eq!(snapshot.bars, local.read(&want, 2).unwrap().bars);
    // One of four row groups, two of six columns of 131,072 values of 8 bytes, and the 32 KiB that hold the footer.
    assert_eq!((stats.groups, stats.groups_read, stats.chunks), (4, 1, 2));
    let columns = 2 * 131_072 * 8;
    assert!(
        (columns..columns + 40_000).contains(&stats.bytes),
        "{}",
        stats.bytes
    );
    assert_eq!(stats.bytes, server.sent.load(Ordering::SeqCst));
    // The footer; and start and close, which four columns of a megabyte lie between.
    assert_eq!(stats.requests, 3);
    let whole: u64 = files(folder.path(), "")
        .values()
        .map(|f| f.len() as u64)
        .sum();
    assert!(stats.bytes * 8 < whole);
}

#[test]
fn neighbouring_columns_come_in_one_request() {
    let folder = folder();
    let server = Server::start(files(folder.path(), ""));
    let (_, stats) = open(&server)
        .unwrap()
        .read_counted(&want(6, Fields::ALL), 1)
        .unwrap();
    assert_eq!((stats.chunks, stats.requests), (6, 2));
}

#[test]
fn a_hiccup_is_got_over() {
    let folder = folder();
    let server = Server::start(files(folder.path(), ""));
    let remote = open(&server).unwrap();
    server.set(Mood::Stumbles);
    assert_eq!(
        remote.read(&want(3, Fields::ALL), 1).unwrap().bars[0].len(),
        2 * 390
    );
}

#[test]
fn what_is_wrong_is_told_with_the_url_and_what_to_do() {
    let folder = folder();
    let server = Server::start(files(folder.path(), ""));
    let remote = open(&server).unwrap();
    let told = |mood| {
        server.set(mood);
        remote
            .read(&want(6, Fields::ALL), 1)
            .unwrap_err()
            .to_string()
    };
    for (mood, words) in [
        (Mood::Forbidden, "check the credentials"),
        (Mood::Whole, "does not answer requests for a range"),
        (Mood::Cut, "do it again"),
    ] {
        let told = told(mood);
        assert!(
            told.contains(words) && told.contains(&server.url),
            "{mood:?}: {told}"
        );
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    server.set(Mood::Fair);
    let path = server.files.lock().unwrap().keys().next().unwrap().clone();
    server.files.lock().unwrap().get_mut(&path).unwrap().push(0);
    let changed = remote
        .read(&want(6, Fields::ALL), 1)
        .unwrap_err()
        .to_string();
    assert!(changed.contains("were listed: it was changed"), "{changed}");
    server.files.lock().unwrap().remove(&path);
    let gone = remote
        .read(&want(6, Fields::ALL), 1)
        .unwrap_err()
        .to_string();
    assert!(gone.contains("there is nothing there"), "{gone}");
    server.files.lock().unwrap().clear();
    let bare = open(&server).unwrap_err().to_string();
    assert!(bare.contains("stormproof tape manifest"), "{bare}");
}

#[test]
fn a_place_that_does_not_answer_is_told_soon() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let begun = std::time::Instant::now();
    let told = Tape::open_remote(&format!("http://{port}/tape"), [])
        .unwrap_err()
        .to_string();
    assert!(
        told.contains("no usable answer") && told.contains("check the network"),
        "{told}"
    );
    assert!(begun.elapsed().as_secs() < 20);
}

#[test]
fn nothing_is_written_to_a_url() {
    for url in ["s3://bucket/tape", "http://host/tape", "ftp://host"] {
        let told = Tape::open_or_new(url).unwrap_err().to_string();
        assert!(told.contains("a remote tape is only read"), "{told}");
    }
    let folder = folder();
    let server = Server::start(files(folder.path(), ""));
    let remote = open(&server).unwrap();
    assert!(matches!(
        remote.merge(&Contents::default(), "test", 0),
        Err(TapeError::RemoteWrite { .. })
    ));
    assert!(matches!(
        remote.write_manifest(),
        Err(TapeError::RemoteWrite { .. })
    ));
}
