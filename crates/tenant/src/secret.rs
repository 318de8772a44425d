//! A value that must not be seen.

/// A credential. It has no `Debug`, no `Display` and no `Serialize`, so nothing that holds one can print it by
/// accident.
///
/// ```compile_fail
/// let secret = grailstage_tenant::Secret::new("s3cret");
/// println!("{secret:?}");
/// ```
pub struct Secret(String);

impl Secret {
    /// Takes the value in.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value, for the one place that puts it on the wire and the one that searches texts for it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}
