//! Ctrl-C and SIGTERM.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

static STOP: AtomicBool = AtomicBool::new(false);

/// The flag that libraries look at; raised by the first signal. The second one ends the process at once.
pub(crate) fn watch() -> &'static AtomicBool {
    // Without a handler the system ends us, which leaves temporary files at worst.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            end();
        }
    });
    &STOP
}

#[allow(
    clippy::exit,
    reason = "the user asked twice; unwinding other threads is what did not come fast enough"
)]
fn end() {
    process::exit(130);
}
