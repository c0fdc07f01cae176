//! Makes the embedded tape anew: `cargo run -p tape --example embed -- data`, then commit the folder.
//!
//! The daily bars are those of `stormproof tape synth --seed 2018`, the 5-minute ones those of
//! `stormproof tape synth --from-daily IWM,SPY,KRE --interval 5m --seed 2018` in the shipped windows, without needing a
//! program that already has a tape inside. Nothing is written if the files are as they should be.

use tape::{Tape, TapeError};

fn main() -> Result<(), TapeError> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "data".to_owned());
    tape::synth::ship(&Tape::open_or_new(folder)?)
}
