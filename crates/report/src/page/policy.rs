//! What the page may do: run the scripts and use the style that were written into it, known by their hashes, and nothing else. No
//! address may be asked for anything, and no script that came in with a name would run.

/// SHA-256, base64, of the scripts and the style, in order. A test holds them to the files.
const LIBRARY: &str = "tmslrrTfhOMxmdwhaUAU0zbSIsvZ3rDlp8FL1qoND9A=";
const SCRIPT: &str = "uCuPUTySoCEb3OnZ0pwBWnVbCk9hVyP/HgRqCqUUHwU=";
const STYLE: &str = "YBvR/68xggAKBMr1el7zdVV7h9Smx3+jyDNhSr16mpE=";

/// The policy, for the page's head.
pub(super) fn text() -> String {
    format!(
        "default-src 'none'; script-src 'sha256-{LIBRARY}' 'sha256-{SCRIPT}'; style-src 'sha256-{STYLE}'; base-uri 'none'; form-action 'none'"
    )
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;
    use ring::digest::{SHA256, digest};

    use super::super::shell;
    use super::*;

    fn hash(text: &str) -> String {
        BASE64_STANDARD.encode(digest(&SHA256, text.as_bytes()))
    }

    #[test]
    fn the_hashes_are_those_of_the_files() {
        let expected = [shell::LIBRARY, shell::SCRIPT, shell::STYLE].map(hash);
        assert_eq!(
            [LIBRARY, SCRIPT, STYLE],
            expected.each_ref().map(String::as_str)
        );
    }

    #[test]
    fn the_library_is_the_one_that_is_named() {
        let sum = digest(&SHA256, shell::LIBRARY.as_bytes());
        let sum: Vec<String> = sum
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let sum = sum.concat();
        let told = include_str!("../../vendor/echarts/VENDORED.md");
        assert!(told.contains(&sum), "{sum}");
    }

    #[test]
    fn nothing_in_the_files_ends_their_elements() {
        for text in [shell::LIBRARY, shell::SCRIPT] {
            assert!(!text.contains("</script") && !text.contains("<!--"));
        }
        assert!(!shell::STYLE.contains("</style"));
    }
}
