//! Any bytes as a vendor's CSV, under a name that tells the symbol: an error or columns, never a panic. What parses
//! must also be fit to be judged again: dates ascending, numbers finite.

#![no_main]

use std::path::Path;
use std::sync::atomic::AtomicBool;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let stop = AtomicBool::new(false);
    let Ok(parsed) = tape::parse_csv(Path::new("yahoo_IWM_1d.csv"), bytes, None, &stop) else {
        return;
    };
    let mut rows = 0;
    for (_, _, raw) in parsed.contents.bars.iter().chain(&parsed.contents.extended) {
        assert!(raw.start.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(
            raw.high
                .iter()
                .zip(&raw.low)
                .all(|(high, low)| high >= low && *low > 0.0)
        );
        rows += raw.start.len() as u64;
    }
    assert!(rows <= parsed.rows);
    for series in &parsed.contents.series {
        assert!(series.date.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(series.value.iter().all(|value| value.is_finite()));
    }
});
