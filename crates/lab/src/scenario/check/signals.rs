//! What types cannot say of the signal profile: ranges, and thresholds in order.

use signals::Profile;

use super::{Problem, problem};

/// The first problem of `[signals]`.
pub(in super::super) fn check(profile: &Profile) -> Result<(), Problem> {
    profile.check().map_err(|error| {
        let path = format!("signals.{}", error.key);
        let message = format!("`{path}` is {}; expected {}", error.found, error.expected);
        problem(&path, message, error.remedy)
    })
}
