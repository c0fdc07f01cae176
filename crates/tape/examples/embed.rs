//! Makes the embedded tape anew: `cargo run -p tape --example embed -- data`, then commit the folder.
//!
//! The same as `stormproof tape synth --seed 2018 --tape data`, without needing a program that already
//! has a tape inside. Nothing is written if the files are as they should be.

use tape::synth::{SHIPPED_SEED, SOURCE, synthesise};
use tape::{Tape, TapeError};

fn main() -> Result<(), TapeError> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "data".to_owned());
    Tape::open_or_new(folder)?.merge(&synthesise(SHIPPED_SEED), SOURCE, 0)?;
    Ok(())
}
