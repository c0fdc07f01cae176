//! Any bytes as a Parquet file: an error or columns, never a panic.
//!
//! The parquet crate asserts on some damaged files; the table room turns that into an error. A fuzzer aborts on a
//! panic before it can be caught, so the hook is taken off: what escapes the room still ends the process.

#![no_main]

use std::sync::Once;

use libfuzzer_sys::fuzz_target;
use table::{Dest, Reader};

static QUIET: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let Ok(reader) = Reader::from_bytes("fuzz", bytes.to_vec().into()) else {
        return;
    };
    // Rows that a few bytes may honestly stand for (one value, repeated) would only fill memory here.
    if reader.rows() > 1 << 20 {
        return;
    }
    for (name, _) in reader.columns() {
        let _ = reader.read_all(&mut [(name, Dest::Number(&mut Vec::new()))], 1);
        let _ = reader.read_all(&mut [(name, Dest::MaybeNumber(&mut Vec::new()))], 1);
        let _ = reader.read_all(&mut [(name, Dest::Integer(&mut Vec::new()))], 1);
        let _ = reader.read_all(&mut [(name, Dest::MaybeInteger(&mut Vec::new()))], 1);
        let _ = reader.read_all(&mut [(name, Dest::TimeMicros(&mut Vec::new()))], 1);
        let _ = reader.read_all(&mut [(name, Dest::LocalMicros(&mut Vec::new()))], 1);
        let _ = reader.read_all(&mut [(name, Dest::DateDays(&mut Vec::new()))], 1);
        let _ = reader.read_all(&mut [(name, Dest::MaybeDateDays(&mut Vec::new()))], 1);
        let _ = reader.read_all(&mut [(name, Dest::MaybeText(&mut Vec::new()))], 1);
        let _ = reader.read_all(&mut [(name, Dest::Equal("IWM", &mut Vec::new()))], 1);
        let _ = reader.read_all(&mut [(name, Dest::Flag(&mut Vec::new()))], 1);
        for group in 0..reader.groups() {
            let _ = reader.time_bounds_micros(group, name);
            let _ = reader.date_bounds_days(group, name);
            let _ = reader.may_hold_text(group, name, "IWM");
            let _ = reader.text_runs(group, name);
            let _ = reader.text_bounds(group, name);
        }
    }
});
