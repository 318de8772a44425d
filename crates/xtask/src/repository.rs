//! Where things are in the repository.

use std::path::{Path, PathBuf};

/// The root of the repository, whatever folder the command was called from.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_owned()
}

/// A path given relative to the root.
pub(crate) fn path(relative: impl AsRef<Path>) -> PathBuf {
    root().join(relative)
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| path("target"), |dir| root().join(dir))
}

/// The same for the repository or a copy of it. A copy has its own: cargo takes a crate of the copy for the same crate
/// here, and would hand out what it compiled of one for the other.
pub(crate) fn target_of(root: &Path) -> PathBuf {
    if root == self::root() { target() } else { root.join("target") }
}
