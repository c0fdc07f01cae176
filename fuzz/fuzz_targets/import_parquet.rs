//! Any bytes as a Parquet file of bars: an error or bars that a replay could judge, never a panic.
//!
//! The hook is taken off as in `read_parquet`: what the table room catches may go on, what escapes it ends the process.

#![no_main]

use std::path::Path;
use std::sync::Once;
use std::sync::atomic::AtomicBool;

use libfuzzer_sys::fuzz_target;
use table::Reader;

static QUIET: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    // Rows that a few bytes may honestly stand for (one value, repeated) would only fill memory here.
    let rows = Reader::from_bytes("fuzz", bytes.to_vec().into()).map_or(0, |reader| reader.rows());
    if rows > 1 << 16 {
        return;
    }
    let stop = AtomicBool::new(false);
    let Ok(parsed) = tape::parse_csv(Path::new("xyz.parquet"), bytes, None, &stop) else {
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
