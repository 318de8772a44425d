//! An entity's repository and pipeline annotations → which builds, tests, deployments and changes are its own.

use crate::annotation::{
    ARGOCD_APP_NAME, AZURE_PROJECT_REPO, BITBUCKET_PROJECT_SLUG, GITHUB_PROJECT_SLUG, GITLAB_PROJECT_SLUG,
    InvalidAnnotation, non_blank,
};
use crate::entity::Entity;
use crate::error::CatalogError;
use crate::excerpt::quoted;
use crate::span::Span;

/// Which events of software delivery belong to an entity; it names at least one repository or application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliverySelection {
    /// The repositories its code is in.
    pub repositories: Vec<Repository>,
    /// The applications of Argo CD that deploy it.
    pub argocd_apps: Vec<String>,
}

/// A repository, wherever it is hosted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    path: String,
    address_ends: Vec<String>,
}

impl DeliverySelection {
    /// The annotations that name repositories and applications: an entity needs any one of them.
    pub const ANNOTATIONS: [&'static str; 5] = [
        GITHUB_PROJECT_SLUG,
        GITLAB_PROJECT_SLUG,
        BITBUCKET_PROJECT_SLUG,
        AZURE_PROJECT_REPO,
        ARGOCD_APP_NAME,
    ];

    /// Reads the selection from an entity's annotations; `None` if it has none of
    /// [`ANNOTATIONS`](Self::ANNOTATIONS).
    ///
    /// # Errors
    /// `invalid-annotation` with the annotation and the bytes of its value that no repository or application can have.
    pub fn of(entity: &Entity) -> Result<Option<Self>, CatalogError> {
        let mut repositories = Vec::new();
        let slugs = [GITHUB_PROJECT_SLUG, GITLAB_PROJECT_SLUG, BITBUCKET_PROJECT_SLUG, AZURE_PROJECT_REPO];
        for annotation in slugs {
            if let Some(value) = entity.annotation(annotation) {
                repositories.push(Repository::read(annotation, value)?);
            }
        }
        let mut argocd_apps = Vec::new();
        if let Some(value) = entity.annotation(ARGOCD_APP_NAME) {
            argocd_apps.push(non_blank(ARGOCD_APP_NAME, value)?.trim().to_owned());
        }
        let is_empty = repositories.is_empty() && argocd_apps.is_empty();
        Ok((!is_empty).then_some(Self { repositories, argocd_apps }))
    }
}

impl Repository {
    fn read(annotation: &'static str, value: &str) -> Result<Self, InvalidAnnotation> {
        let is_azure = annotation == AZURE_PROJECT_REPO;
        let help = "write the owner and the repository as in its address, such as `example/cart`";
        let slug = non_blank(annotation, value)?.trim();
        let invalid = |span, reason| Err(InvalidAnnotation::new(annotation, span, reason, help));
        if let Some((at, character)) = value.trim_end().char_indices().find(|(at, character)| {
            // Projects of Azure DevOps may have blanks in their names.
            let is_allowed = is_path_character(*character) || is_azure && *character == ' ';
            !is_allowed && !value.get(..*at).is_some_and(|before| before.trim().is_empty())
        }) {
            let span = Span::new(at, at + character.len_utf8());
            let shown = quoted(character.encode_utf8(&mut [0; 4]));
            return invalid(span, format!("repository {} has {shown}, which is not allowed", quoted(slug)));
        }
        let segments: Vec<_> = slug.split('/').collect();
        if segments.len() < 2
            || segments.iter().any(|segment| segment.trim() != *segment || segment.is_empty())
        {
            let reason = format!("repository {} is not an owner and a name joined by `/`", quoted(slug));
            return invalid(Span::of(value), reason);
        }
        let path = slug.to_lowercase();
        let mut address_ends = vec![path.clone()];
        if is_azure {
            let (project, name) = path.rsplit_once('/').unwrap_or_default();
            address_ends.push(format!("{project}/_git/{name}"));
            let encoded: Vec<_> = address_ends.iter().map(|end| end.replace(' ', "%20")).collect();
            address_ends.extend(encoded.into_iter().filter(|_| path.contains(' ')));
        }
        Ok(Self { path: slug.to_owned(), address_ends })
    }

    /// The path in the address of the repository, such as `example/cart`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The last segment of the path, such as `cart`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit_once('/').map_or(self.path.as_str(), |(_, name)| name)
    }

    /// What may follow a `/` at the end of its address, in lower case and without `.git`. No host tells upper from lower
    /// case; Azure DevOps writes `shop/_git/cart` for the web and `shop/cart` for SSH.
    #[must_use]
    pub fn address_ends(&self) -> &[String] {
        &self.address_ends
    }

    /// Whether this is its address.
    #[must_use]
    pub fn is_at(&self, address: &str) -> bool {
        let address = address.to_lowercase();
        let address = address.strip_suffix(".git").unwrap_or(&address);
        self.address_ends
            .iter()
            .any(|end| address.strip_suffix(end.as_str()).is_some_and(|before| before.ends_with('/')))
    }

    /// How those call it that do not know its address, in lower case: with and without its owner.
    #[must_use]
    pub fn called(&self) -> [String; 2] {
        [self.path(), self.name()].map(str::to_lowercase)
    }
}

/// Names of owners and repositories; none of them means anything in a pattern.
const fn is_path_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.' | '/' | '~')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entity(annotations: serde_json::Value) -> Entity {
        Entity::from_json(json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": { "name": "cart", "annotations": annotations },
        }))
        .unwrap()
    }

    #[test]
    fn reads_every_annotation_there_is() {
        let selection = DeliverySelection::of(&entity(json!({
            "github.com/project-slug": "example/cart",
            "gitlab.com/project-slug": "example/shop/cart",
            "argocd/app-name": " cart-production ",
        })))
        .unwrap()
        .unwrap();
        let paths: Vec<_> = selection.repositories.iter().map(Repository::path).collect();
        assert_eq!(paths, ["example/cart", "example/shop/cart"]);
        assert_eq!(selection.repositories[1].name(), "cart");
        assert_eq!(selection.argocd_apps, ["cart-production"]);
    }

    fn repository(annotation: &str, value: &str) -> Repository {
        let selection = DeliverySelection::of(&entity(json!({ annotation: value }))).unwrap().unwrap();
        selection.repositories[0].clone()
    }

    #[test]
    fn knows_its_address_at_every_host() {
        for (annotation, value, address) in [
            ("github.com/project-slug", "example/cart", "https://github.com/example/cart"),
            ("github.com/project-slug", "Example/Cart", "https://github.com/example/cart.git"),
            ("gitlab.com/project-slug", "example/shop/cart", "https://gitlab.com/Example/Shop/Cart"),
            ("bitbucket.org/project-slug", "example/cart", "https://bitbucket.org/example/cart"),
            ("dev.azure.com/project-repo", "webshop/cart", "https://dev.azure.com/example/webshop/_git/cart"),
            (
                "dev.azure.com/project-repo",
                "webshop/cart",
                "ssh://git@ssh.dev.azure.com/v3/example/webshop/cart",
            ),
            (
                "dev.azure.com/project-repo",
                "Web shop/cart",
                "https://dev.azure.com/example/Web%20shop/_git/cart",
            ),
            (
                "dev.azure.com/project-repo",
                "Web shop/cart",
                "https://dev.azure.com/example/Web shop/_git/cart",
            ),
        ] {
            assert!(repository(annotation, value).is_at(address), "{value} {address}");
        }
    }

    #[test]
    fn knows_the_address_of_no_other() {
        for (annotation, value, address) in [
            ("github.com/project-slug", "example/cart", "https://github.com/my-example/cart"),
            ("github.com/project-slug", "example/cart", "https://github.com/example/cart-ui"),
            ("github.com/project-slug", "webshop/cart", "https://dev.azure.com/example/webshop/_git/cart"),
            (
                "dev.azure.com/project-repo",
                "webshop/cart",
                "https://dev.azure.com/example/bookshop/_git/cart",
            ),
        ] {
            assert!(!repository(annotation, value).is_at(address), "{value} {address}");
        }
    }

    #[test]
    fn is_called_by_its_name_with_and_without_its_owner() {
        assert_eq!(repository("github.com/project-slug", "Example/Cart").called(), ["example/cart", "cart"]);
    }

    #[test]
    fn selects_nothing_without_annotations() {
        assert_eq!(DeliverySelection::of(&entity(json!({ "other": "x" }))).unwrap(), None);
    }

    #[test]
    fn refuses_what_no_repository_is_called() {
        for (value, span, reason) in [
            ("cart", (0, 4), "repository `cart` is not an owner and a name joined by `/`"),
            ("example/", (0, 8), "repository `example/` is not an owner and a name joined by `/`"),
            ("a/b*", (3, 4), "repository `a/b*` has `*`, which is not allowed"),
            (" a/b c", (4, 5), "repository `a/b c` has ` `, which is not allowed"),
            ("a /b", (1, 2), "repository `a /b` has ` `, which is not allowed"),
            (" ", (0, 1), "the value is empty"),
        ] {
            let error =
                DeliverySelection::of(&entity(json!({ "github.com/project-slug": value }))).unwrap_err();
            assert_eq!(error.to_string(), format!("annotation `github.com/project-slug`: {reason}"));
            assert_eq!(error.span(), Some(Span::new(span.0, span.1)), "{value}");
        }
    }
}
