//! Entity references: text such as `component:default/cart` ↔ kind, namespace and name.
//!
//! The forms are those of `parseEntityRef` and `stringifyEntityRef` in `@backstage/catalog-model`; see
//! <https://backstage.io/docs/features/software-catalog/references>.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use crate::error::CatalogError;
use crate::excerpt::quoted;
use crate::span::Span;

/// The namespace of entities and references that name none.
pub const DEFAULT_NAMESPACE: &str = "default";

/// The identity of an entity: kind, namespace and name, none of them empty.
///
/// It keeps the case it was written in, and compares without regard to it, as the catalog does.
///
/// ```
/// use grailstage_catalog::EntityRef;
///
/// let written: EntityRef = "Component:Cart".parse()?;
/// assert_eq!(written.to_string(), "Component:default/Cart");
/// assert_eq!(written.stringify(), "component:default/cart");
/// assert_eq!(written, EntityRef::new("component", "default", "cart")?);
/// # Ok::<(), grailstage_catalog::CatalogError>(())
/// ```
#[derive(Debug, Clone)]
pub struct EntityRef {
    // INVARIANT: no part is empty, the kind has no `:` or `/`, the namespace no `/`; so printed text reads back.
    kind: String,
    namespace: String,
    name: String,
}

/// What a reference means by a part it leaves out.
#[derive(Debug, Clone, Copy, Default)]
pub struct EntityRefContext<'a> {
    /// The kind; without one, a reference must say its kind.
    pub kind: Option<&'a str>,
    /// The namespace; without one, or with an empty one, it is `default`.
    pub namespace: Option<&'a str>,
}

impl EntityRef {
    /// The reference to the entity of these parts.
    ///
    /// # Errors
    /// `invalid-entity-ref` if a part is empty, the kind has a `:` or `/`, or the namespace a `/`: no text form
    /// would read back as these parts.
    pub fn new(kind: &str, namespace: &str, name: &str) -> Result<Self, CatalogError> {
        let fault = if let Some(fault) = kind_fault(kind) {
            Some(fault)
        } else if let Some(fault) = namespace_fault(namespace) {
            Some(fault)
        } else {
            name.is_empty().then_some("the name is empty")
        };
        match fault {
            None => Ok(Self::from_checked(kind, namespace, name)),
            Some(reason) => {
                let text = format!("{kind}:{namespace}/{name}");
                Err(InvalidEntityRef { span: Span::of(&text), text, reason }.into())
            }
        }
    }

    /// The reference to an entity whose parts were checked when it was read.
    pub(crate) fn from_checked(kind: &str, namespace: &str, name: &str) -> Self {
        Self { kind: kind.to_owned(), namespace: namespace.to_owned(), name: name.to_owned() }
    }

    /// Reads `kind:name` or `kind:namespace/name`; without a namespace it is `default`.
    ///
    /// # Errors
    /// As [`parse_in`](Self::parse_in); a reference without a kind is an error.
    pub fn parse(text: &str) -> Result<Self, CatalogError> {
        Self::parse_in(text, EntityRefContext::default())
    }

    /// Reads `name`, `kind:name`, `namespace/name` or `kind:namespace/name`, and takes what the text leaves out
    /// from the context.
    ///
    /// As in Backstage the first `:` ends the kind, unless a `/` stands before it, and the first `/` ends the
    /// namespace; the name is the rest, whatever it holds.
    ///
    /// # Errors
    /// `invalid-entity-ref` with the bytes at fault: a part is empty, or the kind is missing and the context has
    /// none.
    pub fn parse_in(text: &str, context: EntityRefContext<'_>) -> Result<Self, CatalogError> {
        let invalid = |start: usize, end: usize, reason: &'static str| InvalidEntityRef {
            text: text.to_owned(),
            span: Span::new(start, end),
            reason,
        };
        if text.is_empty() {
            return Err(invalid(0, 0, "it is empty").into());
        }
        let (kind, after_kind) = match text.split_once(':') {
            Some((kind, rest)) if !kind.contains('/') => (Some(kind), rest),
            _ => (None, text),
        };
        let (namespace, name) = match after_kind.split_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, after_kind),
        };
        if kind == Some("") {
            return Err(invalid(0, 1, "nothing stands before the `:`, where the kind should be").into());
        }
        if namespace == Some("") {
            let slash = text.len() - after_kind.len();
            return Err(invalid(slash, slash + 1, "the namespace before the `/` is empty").into());
        }
        if name.is_empty() {
            return Err(invalid(text.len(), text.len(), "the name is missing").into());
        }
        let Some(kind) = kind.or(context.kind) else {
            return Err(invalid(0, 0, "the kind is missing").into());
        };
        let namespace = namespace
            .or(context.namespace.filter(|namespace| !namespace.is_empty()))
            .unwrap_or(DEFAULT_NAMESPACE);
        Self::new(kind, namespace, name)
    }

    /// The kind as written, such as `Component`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The namespace as written.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The name as written.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The canonical text, `kind:namespace/name` in lower case: equal for equal references, so fit for keys.
    #[must_use]
    pub fn stringify(&self) -> String {
        format!("{}:{}/{}", self.kind.to_lowercase(), self.namespace.to_lowercase(), self.name.to_lowercase())
    }
}

/// Why text cannot be the kind of a reference.
pub(crate) fn kind_fault(kind: &str) -> Option<&'static str> {
    if kind.is_empty() {
        Some("the kind is empty")
    } else {
        kind.contains([':', '/']).then_some("the kind has a `:` or `/`")
    }
}

/// Why text cannot be the namespace of a reference.
pub(crate) fn namespace_fault(namespace: &str) -> Option<&'static str> {
    if namespace.is_empty() {
        Some("the namespace is empty")
    } else {
        namespace.contains('/').then_some("the namespace has a `/`")
    }
}

impl PartialEq for EntityRef {
    fn eq(&self, other: &Self) -> bool {
        self.stringify() == other.stringify()
    }
}

impl Eq for EntityRef {}

impl Hash for EntityRef {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.stringify().hash(state);
    }
}

impl FromStr for EntityRef {
    type Err = CatalogError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// The full form, in the case as written.
impl fmt::Display for EntityRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}/{}", self.kind, self.namespace, self.name)
    }
}

/// A fault in the text of an entity reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidEntityRef {
    text: String,
    span: Span,
    reason: &'static str,
}

impl InvalidEntityRef {
    /// The bytes of the reference at fault; empty at the place where something is missing.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// How to write it right.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        "write `[<kind>:][<namespace>/]<name>`, as in `component:default/cart`; the kind may only be left out where \
         the context gives one"
    }
}

impl fmt::Display for InvalidEntityRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "malformed entity reference {} at byte {}: {}",
            quoted(&self.text),
            self.span.start,
            self.reason
        )
    }
}

impl std::error::Error for InvalidEntityRef {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GROUP: EntityRefContext<'_> = EntityRefContext { kind: Some("Group"), namespace: Some("acme") };

    #[track_caller]
    fn assert_reads(text: &str, context: EntityRefContext<'_>, parts: (&str, &str, &str)) {
        let read = EntityRef::parse_in(text, context).unwrap();
        assert_eq!((read.kind(), read.namespace(), read.name()), parts);
    }

    #[track_caller]
    fn assert_refused(text: &str, span: (usize, usize), message: &str) {
        let error = EntityRef::parse(text).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(error.span(), Some(Span::new(span.0, span.1)));
        assert_eq!(error.code(), "invalid-entity-ref");
    }

    #[test]
    fn takes_missing_parts_from_the_context() {
        assert_reads("team-a", GROUP, ("Group", "acme", "team-a"));
        assert_reads("user:jane", GROUP, ("user", "acme", "jane"));
        assert_reads("other/team-a", GROUP, ("Group", "other", "team-a"));
        assert_reads("user:other/jane", GROUP, ("user", "other", "jane"));
    }

    #[test]
    fn falls_back_to_the_default_namespace() {
        assert_reads("component:cart", EntityRefContext::default(), ("component", "default", "cart"));
    }

    #[test]
    fn splits_like_backstage_where_separators_repeat() {
        assert_reads("a/b:c", GROUP, ("Group", "a", "b:c"));
        assert_reads("a:b:c", GROUP, ("a", "acme", "b:c"));
        assert_reads("a:b/c/d", GROUP, ("a", "b", "c/d"));
        assert_reads("a:b:c/d", GROUP, ("a", "b:c", "d"));
    }

    #[test]
    fn refuses_empty_parts_with_their_place() {
        assert_refused("", (0, 0), "malformed entity reference `` at byte 0: it is empty");
        assert_refused(
            ":cart",
            (0, 1),
            "malformed entity reference `:cart` at byte 0: nothing stands before the `:`, where the kind should be",
        );
        assert_refused(
            "component:/cart",
            (10, 11),
            "malformed entity reference `component:/cart` at byte 10: the namespace before the `/` is empty",
        );
        assert_refused(
            "component:shop/",
            (15, 15),
            "malformed entity reference `component:shop/` at byte 15: the name is missing",
        );
        assert_refused(
            "component:",
            (10, 10),
            "malformed entity reference `component:` at byte 10: the name is missing",
        );
        assert_refused("cart", (0, 0), "malformed entity reference `cart` at byte 0: the kind is missing");
    }

    #[test]
    fn refuses_context_that_would_not_read_back() {
        for context in [
            EntityRefContext { kind: Some(""), namespace: None },
            EntityRefContext { kind: Some("a:b"), namespace: None },
            EntityRefContext { kind: Some("a"), namespace: Some("b/c") },
        ] {
            assert_eq!(EntityRef::parse_in("cart", context).unwrap_err().code(), "invalid-entity-ref");
        }
    }

    #[test]
    fn compares_without_regard_to_case() {
        let one: EntityRef = "Component:Default/Cart".parse().unwrap();
        let two: EntityRef = "component:cart".parse().unwrap();
        assert_eq!(one, two);
        assert_eq!(std::collections::HashSet::from([one, two]).len(), 1);
        assert_ne!("component:cart".parse::<EntityRef>().unwrap(), "api:cart".parse().unwrap());
    }

    proptest! {
        #[test]
        fn printed_text_reads_back_as_the_same_parts(text in "\\PC*|[a-cA-C:/]{0,8}") {
            if let Ok(read) = EntityRef::parse_in(&text, GROUP) {
                let again = EntityRef::parse(&read.to_string()).unwrap();
                prop_assert_eq!(
                    (again.kind(), again.namespace(), again.name()),
                    (read.kind(), read.namespace(), read.name())
                );
                prop_assert_eq!(EntityRef::parse(&read.stringify()).unwrap(), read);
            }
        }

        #[test]
        fn any_text_is_read_or_refused_within_the_text(text in any::<String>()) {
            if let Err(error) = EntityRef::parse(&text) {
                let span = error.span().unwrap();
                prop_assert!(text.get(span.start..span.end).is_some());
            }
        }
    }
}
