//! Owner and release as the metadata of Kubernetes objects says them to Dynatrace: which key, and which values it can
//! hold.
//!
//! Sources: <https://docs.dynatrace.com/docs/deliver/ownership/assign-ownership> and
//! <https://docs.dynatrace.com/docs/deliver/release-monitoring/version-detection-strategies>.

use std::fmt;

use crate::excerpt::quoted;
use crate::naming_rule::{BrokenRule, check_label_key, check_label_value};
use crate::span::Span;

/// Names the team that owns the object, by its identifier.
pub const OWNER_KEY: &str = "dt.owner";
/// Where the key of an owner begins unless an environment is configured otherwise (`builtin:ownership.config`).
pub const OWNER_KEY_BEGINNINGS: [&str; 2] = ["owner", "dt.owner"];
/// The label of pods that names the version.
pub const VERSION_LABEL: &str = "app.kubernetes.io/version";
/// The label of pods that names the stage, such as `production`.
pub const STAGE_LABEL: &str = "dynatrace-release-stage";
/// The label of pods that names the product.
pub const PRODUCT_LABEL: &str = "app.kubernetes.io/part-of";

/// The longest identifier of a team that `builtin:ownership.teams` takes.
const LONGEST_TEAM_IDENTIFIER: usize = 100;

/// Whether an entry is a label, which selectors can use, or an annotation, which holds any text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetadataKind {
    /// `metadata.labels`
    Label,
    /// `metadata.annotations`
    Annotation,
}

/// An entry of the metadata of a Kubernetes object that Kubernetes and Dynatrace take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataEntry {
    /// Where it stands.
    pub kind: MetadataKind,
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// Why a text cannot be an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidMetadata {
    role: &'static str,
    text: String,
    span: Span,
    reason: String,
    help: &'static str,
}

impl InvalidMetadata {
    /// What the text was meant as: `owner`, `key`, `version`, `stage` or `product`.
    #[must_use]
    pub const fn role(&self) -> &'static str {
        self.role
    }

    /// The bytes of the text at fault.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// How to write it right.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        self.help
    }

    fn broken(role: &'static str, text: &str, rule: BrokenRule) -> Self {
        Self { role, text: text.to_owned(), span: rule.span, reason: rule.reason, help: rule.help }
    }
}

impl fmt::Display for InvalidMetadata {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the {} {} {}", self.role, quoted(&self.text), self.reason)
    }
}

impl std::error::Error for InvalidMetadata {}

impl MetadataEntry {
    /// The entry that names an owner.
    ///
    /// `team` is the identifier of the team or one of its other names. `key` is [`OWNER_KEY`] unless given.
    ///
    /// # Errors
    /// [`InvalidMetadata`] for a text that Kubernetes refuses or no team can be called by.
    pub fn owner(team: &str, key: Option<&str>, kind: MetadataKind) -> Result<Self, InvalidMetadata> {
        let key = key.unwrap_or(OWNER_KEY);
        check_label_key(key).map_err(|rule| InvalidMetadata::broken("key", key, rule))?;
        if team.len() > LONGEST_TEAM_IDENTIFIER {
            return Err(InvalidMetadata {
                role: "owner",
                text: team.to_owned(),
                span: Span::of(team),
                reason: format!("is longer than {LONGEST_TEAM_IDENTIFIER} characters"),
                help: "name the team by its identifier, which has at most 100 characters",
            });
        }
        if kind == MetadataKind::Label {
            check_label_value(team).map_err(|rule| InvalidMetadata::broken("owner", team, rule))?;
        }
        let is_allowed = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
        if let Some((at, character)) = team.char_indices().find(|(_, it)| !is_allowed(*it)) {
            return Err(InvalidMetadata {
                role: "owner",
                text: team.to_owned(),
                span: Span::new(at, at + character.len_utf8()),
                reason: format!("has `{character}`, which is not allowed"),
                help: "name the team by its identifier, which has letters, digits, `-` and `_`",
            });
        }
        Self::filled("owner", team)?;
        Ok(Self { kind, key: key.to_owned(), value: team.to_owned() })
    }

    /// The label that names the version.
    ///
    /// # Errors
    /// [`InvalidMetadata`] for a text that no label can hold.
    pub fn version(version: &str) -> Result<Self, InvalidMetadata> {
        Self::label("version", VERSION_LABEL, version)
    }

    /// The label that names the stage.
    ///
    /// # Errors
    /// [`InvalidMetadata`] for a text that no label can hold.
    pub fn stage(stage: &str) -> Result<Self, InvalidMetadata> {
        Self::label("stage", STAGE_LABEL, stage)
    }

    /// The label that names the product.
    ///
    /// # Errors
    /// [`InvalidMetadata`] for a text that no label can hold.
    pub fn product(product: &str) -> Result<Self, InvalidMetadata> {
        Self::label("product", PRODUCT_LABEL, product)
    }

    fn label(role: &'static str, key: &str, value: &str) -> Result<Self, InvalidMetadata> {
        check_label_value(value).map_err(|rule| {
            let mut fault = InvalidMetadata::broken(role, value, rule);
            if value.contains('+') {
                // As in 1.2.3+build.5, which semantic versioning allows.
                fault.help = "a label cannot hold `+`: write `-` or `_` in its place, as in `1.2.3_build.5`";
            }
            fault
        })?;
        Self::filled(role, value)?;
        Ok(Self { kind: MetadataKind::Label, key: key.to_owned(), value: value.to_owned() })
    }

    fn filled(role: &'static str, text: &str) -> Result<(), InvalidMetadata> {
        if !text.is_empty() {
            return Ok(());
        }
        Err(InvalidMetadata {
            role,
            text: String::new(),
            span: Span::new(0, 0),
            reason: "is empty".to_owned(),
            help: "give it a value, or leave it out",
        })
    }

    /// Whether Dynatrace takes the key of an owner without further configuration.
    #[must_use]
    pub fn is_known_owner_key(&self) -> bool {
        OWNER_KEY_BEGINNINGS.iter().any(|beginning| self.key.starts_with(beginning))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_stands_under_the_key_that_dynatrace_reads() {
        let entry = MetadataEntry::owner("team-a", None, MetadataKind::Label).unwrap();
        assert_eq!((entry.key.as_str(), entry.value.as_str()), ("dt.owner", "team-a"));
        assert!(entry.is_known_owner_key());
        for (key, known) in
            [("owner-security", true), ("dt.owner-1", true), ("team", false), ("acme.io/owner", false)]
        {
            let entry = MetadataEntry::owner("a", Some(key), MetadataKind::Annotation).unwrap();
            assert_eq!(entry.is_known_owner_key(), known, "{key}");
        }
    }

    #[test]
    fn refuses_what_kubernetes_refuses_and_says_where() {
        let long = "a".repeat(64);
        for (team, key, kind, role, span) in [
            ("team a", None, MetadataKind::Label, "owner", Span::new(4, 5)),
            ("team a", None, MetadataKind::Annotation, "owner", Span::new(4, 5)),
            ("", None, MetadataKind::Annotation, "owner", Span::new(0, 0)),
            ("-a", None, MetadataKind::Label, "owner", Span::new(0, 1)),
            ("a", Some("my owner"), MetadataKind::Label, "key", Span::new(2, 3)),
            (&long, None, MetadataKind::Label, "owner", Span::new(0, 64)),
        ] {
            let fault = MetadataEntry::owner(team, key, kind).unwrap_err();
            assert_eq!((fault.role(), fault.span().start), (role, span.start), "{fault}");
            assert!(!fault.help().is_empty());
        }
        assert!(MetadataEntry::owner(&long, None, MetadataKind::Annotation).is_ok());
        assert!(MetadataEntry::owner(&"a".repeat(101), None, MetadataKind::Annotation).is_err());
    }

    #[test]
    fn a_release_stands_on_the_labels_that_oneagent_reads() {
        let entries = [
            MetadataEntry::version("1.2.3").unwrap(),
            MetadataEntry::stage("production").unwrap(),
            MetadataEntry::product("webshop").unwrap(),
        ];
        assert_eq!(
            entries.map(|entry| entry.key),
            ["app.kubernetes.io/version", "dynatrace-release-stage", "app.kubernetes.io/part-of"]
        );
    }

    #[test]
    fn a_version_with_build_metadata_is_told_how_to_fit_in_a_label() {
        let fault = MetadataEntry::version("1.2.3+build.5").unwrap_err();
        assert_eq!(fault.to_string(), "the version `1.2.3+build.5` has `+`, which is not allowed");
        assert_eq!(fault.span(), Span::new(5, 6));
        assert!(fault.help().contains("1.2.3_build.5"));
        assert_eq!(MetadataEntry::stage("").unwrap_err().to_string(), "the stage `` is empty");
    }
}
