//! Any bytes as a trade log, of every format and by a map: a log with sound numbers or one error, never a panic.

#![no_main]

use journal::{ColumnMap, Format, ReadOptions, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let map = ColumnMap::parse("time=time,symbol=symbol,side=side,quantity=quantity,price=price,commission=fee,id=id,status=status");
    let formats = Format::ALL.len();
    let choice = usize::from(*first) % (formats + 2);
    let options = ReadOptions {
        symbol: "IWM",
        format: Format::ALL.get(choice).copied(),
        map: if choice == formats { map.as_ref().ok() } else { None },
        time_format: None,
        zone: None,
    };
    if let Ok(log) = read(rest, &options) {
        for trip in &log.trips {
            assert!(trip.pnl_usd.is_finite() && trip.quantity > 0.0);
            assert!(trip.entry_time <= trip.exit_time);
        }
    }
    // A map of the user's own words.
    if let Ok(text) = std::str::from_utf8(rest) {
        let _ = ColumnMap::parse(text);
    }
});
