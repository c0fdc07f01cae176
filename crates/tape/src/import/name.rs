//! Symbols from file names.

use std::path::Path;

use crate::error::TapeError;

/// Parts of a file name that tell the vendor or the sort of data, not the symbol. The next vendor adds its own.
const NOT_A_SYMBOL: [&str; 4] = ["yahoo", "1d", "daily", "dividends"];

/// The symbol that was given, else the one part of the file's name that is left when vendor, interval and sort are
/// taken off: `yahoo_IWM_1d.csv` and `IWM_dividends.csv` are both about IWM.
pub(crate) fn of_file(file: &Path, given: Option<&str>) -> Result<String, TapeError> {
    if let Some(symbol) = given {
        return Ok(symbol.to_uppercase());
    }
    let stem = file
        .file_stem()
        .map(|s| s.to_string_lossy())
        .unwrap_or_default();
    let mut parts = stem.split('_').filter(|part| {
        let known = NOT_A_SYMBOL
            .iter()
            .any(|word| part.eq_ignore_ascii_case(word));
        !part.is_empty() && !known
    });
    match (parts.next(), parts.next()) {
        (Some(symbol), None) => Ok(symbol.to_uppercase()),
        _ => Err(TapeError::Unnamed {
            file: file.display().to_string(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendor_and_interval_are_taken_off() {
        let name = |file: &str| of_file(Path::new(file), None).ok();
        assert_eq!(name("a/daily/IWM.csv").as_deref(), Some("IWM"));
        assert_eq!(name("yahoo_RVX_1d.csv").as_deref(), Some("RVX"));
        assert_eq!(name("KRE_dividends.csv").as_deref(), Some("KRE"));
        assert_eq!(name("dgs10.csv").as_deref(), Some("DGS10"));
        assert_eq!(name("IWM_SPY.csv"), None);
        assert_eq!(name("yahoo_1d.csv"), None);
        assert_eq!(of_file(Path::new("x_y.csv"), Some("iwm")).unwrap(), "IWM");
    }
}
