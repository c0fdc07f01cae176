//! The command line: arguments in, one library call, text or files out.
//!
//! Exit codes: 0 done; 2 the input is wrong; 3 a demanded gate was not met; 130 interrupted; 1 a defect of ours.

mod args;
mod claims;
mod command;
mod door;
mod out;
mod place;
mod plain;
mod plan;
mod progress;
mod signal;

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::Parser as _;

use door::Failure;

fn main() -> ExitCode {
    ExitCode::from(guarded(|| match args::Args::try_parse() {
        Ok(args) => {
            out::choose(args.color);
            door::conclude(command::run(&args))
        }
        Err(error) => door::conclude(args::explain(&error)),
    }))
}

/// What a panic said, and where: kept until it is known whether anybody catches it.
static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Runs `work`; a panic becomes a sentence and exit code 1 instead of a stack of frames.
fn guarded(work: impl FnOnce() -> u8) -> u8 {
    panic::set_hook(Box::new(|info| {
        let mut last = LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(info.to_string());
    }));
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let last = LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner);
        door::conclude(Err(Failure::Defect(last.clone().unwrap_or_default())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_our_defect() {
        assert_eq!(guarded(|| panic!("a test's")), 1);
        assert_eq!(guarded(|| 3), 3);
    }
}
