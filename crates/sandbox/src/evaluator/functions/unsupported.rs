//! Functions that Grail has and the sandbox has not.

/// Whether Grail has a function of that name (in lower case).
pub(crate) fn exists_in_grail(name: &str) -> bool {
    grailstage_dql::catalogue::catalogue().functions(name).next().is_some()
}
