//! A sign of life for work that takes over a second.

use std::io::{self, IsTerminal as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What is told while work goes on.
struct News {
    done: u64,
    all: u64,
    /// What else there is to say; as before, if nothing.
    word: Option<String>,
}

const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(100);

/// Shown on standard error until it is dropped, if that is a terminal and the user did not ask for quiet.
pub(crate) struct Progress {
    work: Option<(Sender<News>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins to wait; nothing is shown for the first second.
    pub(crate) fn start(what: &'static str, quiet: bool) -> Self {
        if quiet || !io::stderr().is_terminal() {
            return Self { work: None };
        }
        let (sender, receiver) = channel();
        let thread = thread::spawn(move || show(what, &receiver));
        Self {
            work: Some((sender, thread)),
        }
    }

    /// Tells how much is done.
    pub(crate) fn at(&self, done: usize, all: usize) {
        if let Some((sender, _)) = &self.work {
            let _ = sender.send(News {
                done: done as u64,
                all: all as u64,
                word: None,
            });
        }
    }

    /// The same with a word about it: the best so far.
    pub(crate) fn say(&self, done: u64, all: u64, word: String) {
        if let Some((sender, _)) = &self.work {
            let _ = sender.send(News {
                done,
                all,
                word: Some(word),
            });
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.work.take() {
            drop(sender);
            let _ = thread.join();
        }
    }
}

fn show(what: &'static str, news: &Receiver<News>) {
    let mut latest = None;
    let begun = std::time::Instant::now();
    while let Some(left) = PATIENCE.checked_sub(begun.elapsed()) {
        match news.recv_timeout(left) {
            Ok(counts) => latest = Some(counts),
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let template = match &latest {
        Some(News { word: Some(_), .. }) => "{spinner} {msg} {pos} of {len}{prefix}",
        Some(_) => "{spinner} {msg} {pos} of {len}, {elapsed}",
        None => "{spinner} {msg}, {elapsed}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(what);
    loop {
        if let Some(News { done, all, word }) = latest.take() {
            bar.set_length(all);
            bar.set_position(done);
            if let Some(word) = word {
                bar.set_prefix(word);
            }
        }
        bar.tick();
        match news.recv_timeout(TICK) {
            Ok(counts) => latest = Some(counts),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    bar.finish_and_clear();
}
