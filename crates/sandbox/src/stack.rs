//! Room for deep queries.

/// Enough for the deepest query that the parser accepts, in a build without optimisation.
const BYTES: usize = 256 * 1024 * 1024;

/// Does the work on a thread with a large stack: syntax trees are walked by recursion, and the stack of the caller may
/// be small. The memory is taken only as far as the work goes deep.
pub(crate) fn with_room<T: Send>(work: impl Fn() -> T + Send + Sync) -> T {
    std::thread::scope(|scope| {
        let handle = std::thread::Builder::new().stack_size(BYTES).spawn_scoped(scope, &work);
        match handle.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(done)) => done,
            // No thread can be had: the caller's stack has to do.
            _ => work(),
        }
    })
}
