//! Work on a chosen number of threads. What comes out does not depend on how many.

/// Runs `work` where rayon's parallel iterators use `threads` threads; 0 takes one a core.
///
/// If no threads can be had the same work is done on the global pool.
pub(crate) fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// The threads that 0 stands for.
pub(crate) fn chosen(threads: usize) -> usize {
    match threads {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        threads => threads,
    }
}
