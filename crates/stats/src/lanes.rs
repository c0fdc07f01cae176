//! Many weighted sums of sparse returns in one pass.

/// Weights side by side. Eight fill a cache line and four vector registers of the plainest processor.
pub(crate) const LANES: usize = 8;

/// One value a lane.
pub(crate) type Lanes = [f64; LANES];

/// For each lane, the sum over sessions of its weight × the return.
///
/// The returns are read once for eight weightings, and the lanes do not wait for each other's additions. Each lane
/// adds in the order of the sessions, so its sum does not depend on its neighbours.
pub(crate) fn dots(moved: &[(u32, f64)], weights: &[Lanes]) -> Lanes {
    let mut sums = [0.0; LANES];
    for &(session, fraction) in moved {
        // Sparse returns lie within their window, which is as long as the weights.
        let Some(weights) = weights.get(session as usize) else {
            continue;
        };
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += weight * fraction;
        }
    }
    sums
}
