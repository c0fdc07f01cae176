//! Any bytes as an archive of bars: an error or bars that a replay could judge, never a panic, never more memory than
//! the bound allows.

#![no_main]

use std::path::Path;
use std::sync::atomic::AtomicBool;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let stop = AtomicBool::new(false);
    let Ok(parsed) = tape::parse_csv(Path::new("xyz.zip"), bytes, None, &stop) else {
        return;
    };
    for (_, _, raw) in parsed.contents.bars.iter().chain(&parsed.contents.extended) {
        assert!(raw.start.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(
            raw.high
                .iter()
                .zip(&raw.low)
                .all(|(high, low)| high >= low && *low > 0.0)
        );
    }
});
