//! A web server of some files, with ranges, that counts and can misbehave.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// How the server treats a request for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// As it should.
    Fair,
    /// Answers the whole file whatever the range.
    Whole,
    /// Says no.
    Forbidden,
    /// Announces all the bytes and sends half of them.
    Cut,
    /// Fails the first two times.
    Stumbles,
}

pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    pub(crate) mood: Arc<Mutex<Mood>>,
    /// Bytes of bodies sent.
    pub(crate) sent: Arc<AtomicU64>,
    pub(crate) requests: Arc<AtomicU64>,
}

impl Server {
    pub(crate) fn start(files: BTreeMap<String, Vec<u8>>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Server {
            url: format!("http://{}/tape", listener.local_addr().unwrap()),
            files: Arc::new(Mutex::new(files)),
            mood: Arc::new(Mutex::new(Mood::Fair)),
            sent: Arc::default(),
            requests: Arc::default(),
        };
        let (files, mood) = (Arc::clone(&server.files), Arc::clone(&server.mood));
        let (sent, requests) = (Arc::clone(&server.sent), Arc::clone(&server.requests));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (files, mood) = (Arc::clone(&files), Arc::clone(&mood));
                let (sent, requests) = (Arc::clone(&sent), Arc::clone(&requests));
                thread::spawn(move || {
                    let files = files.lock().unwrap().clone();
                    let order = requests.fetch_add(1, Ordering::SeqCst);
                    let mood = *mood.lock().unwrap();
                    answer(stream, &files, mood, order, &sent);
                });
            }
        });
        server
    }

    pub(crate) fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
        self.requests.store(0, Ordering::SeqCst);
    }
}

/// Answers one request and closes. The body's bytes are counted before they go: whoever has them may look at once.
fn answer(
    mut stream: TcpStream,
    files: &BTreeMap<String, Vec<u8>>,
    mood: Mood,
    order: u64,
    sent: &AtomicU64,
) {
    let (mut path, mut range) = (String::new(), None);
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    while let Some(Ok(line)) = lines.next() {
        if line.is_empty() {
            break;
        }
        if path.is_empty() {
            line.split(' ')
                .nth(1)
                .unwrap_or_default()
                .clone_into(&mut path);
        } else if let Some(value) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
            let (from, to) = value.split_once('-').unwrap();
            range = Some((from.parse::<usize>().unwrap(), to.parse::<usize>().unwrap()));
        }
    }
    let path = path.replace("%3D", "=");
    let file = path.strip_prefix("/tape/").and_then(|path| files.get(path));
    let refuse = |mut stream: TcpStream, status: &str| {
        let _ = write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
    };
    let data = path.ends_with(".parquet");
    match file {
        None => return refuse(stream, "404 Not Found"),
        Some(_) if mood == Mood::Forbidden => return refuse(stream, "403 Forbidden"),
        Some(_) if mood == Mood::Stumbles && order < 2 => {
            return refuse(stream, "503 Service Unavailable");
        }
        Some(_) => {}
    }
    let file = file.unwrap();
    let range = range.filter(|_| !(data && mood == Mood::Whole));
    let (from, to) = range.map_or((0, file.len()), |(a, b)| (a, (b + 1).min(file.len())));
    let body = &file[from..to];
    let part = if data && mood == Mood::Cut {
        &body[..body.len() / 2]
    } else {
        body
    };
    sent.fetch_add(part.len() as u64, Ordering::SeqCst);
    let head = match range {
        None => "HTTP/1.1 200 OK\r\n".to_owned(),
        Some(_) => format!(
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{}/{}\r\n",
            to - 1,
            file.len()
        ),
    };
    let _ = write!(
        stream,
        "{head}Last-Modified: Tue, 01 Jan 2019 00:00:00 GMT\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(part);
}
