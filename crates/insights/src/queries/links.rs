//! Which addresses of records become links.

use std::collections::BTreeSet;

use grailstage_catalog::Entity;
use grailstage_tenant::BaseUrl;

use crate::answer::{Cell, Note, Section, Severity, origin};
use crate::card::Contents;

/// Where source code is kept that anybody may see.
const FORGES: [&str; 4] =
    ["https://bitbucket.org", "https://dev.azure.com", "https://github.com", "https://gitlab.com"];

/// How many refused addresses a note names.
const NAMED: usize = 3;

/// The origins that links may lead to.
#[derive(Debug, Clone, Default)]
pub(crate) struct LinkOrigins(Vec<String>);

impl LinkOrigins {
    /// Reads an origin such as `https://wiki.example.org`, with a host of its own.
    ///
    /// # Errors
    /// What is wrong with it, as the rest of a sentence.
    pub(super) fn allow(&mut self, text: &str) -> Result<(), &'static str> {
        let origin = origin(text).ok_or("is no http or https address")?;
        self.0.push(origin);
        Ok(())
    }

    /// Whether an address is http or https and leads to the environment or to an allowed origin.
    pub(super) fn allows(&self, url: &str, environment: &BaseUrl) -> bool {
        origin(url).is_some_and(|found| {
            origin(environment.as_str()).as_ref() == Some(&found) || self.0.contains(&found)
        })
    }

    /// The same for the links of a card: to the environments, to where source code is kept, and to where the catalog
    /// leads from the entities.
    pub(crate) fn of_card<'a>(
        mut self,
        environments: impl Iterator<Item = &'a BaseUrl>,
        entities: impl Iterator<Item = &'a Entity>,
    ) -> Self {
        self.0.extend(environments.filter_map(|environment| origin(environment.as_str())));
        self.0.extend(FORGES.map(str::to_owned));
        for entity in entities {
            let annotations = entity.metadata.annotations.values();
            // Locations of the catalog say their type first.
            let annotations = annotations.map(|value| value.strip_prefix("url:").unwrap_or(value));
            let links = entity.metadata.links.iter().map(|link| link.url.as_str());
            self.0.extend(annotations.chain(links).filter_map(origin));
        }
        self
    }

    /// Makes a text of each link that leads elsewhere; the note says where to.
    pub(crate) fn guard(&self, contents: &mut Contents) -> Option<Note> {
        let facts = contents.facts.iter_mut().map(|fact| &mut fact.value);
        let cells = contents.sections.iter_mut().flat_map(|section| match section {
            Section::Table(table) => table.rows.as_mut_slice(),
            Section::Chart(_) => &mut [],
        });
        let mut refused = BTreeSet::new();
        for link in facts.chain(cells.flatten()).flat_map(Cell::links_mut) {
            // Mail goes to a plain address only, whoever it is.
            if link.url.is_empty() || link.url.starts_with("mailto:") {
                continue;
            }
            let found = origin(&link.url);
            if found.as_ref().is_none_or(|origin| !self.0.contains(origin)) {
                let url = std::mem::take(&mut link.url);
                refused.insert(found.unwrap_or(url));
            }
        }
        note(&refused)
    }
}

/// Says once that there are addresses that are no links, and how to allow them.
pub(super) fn note(refused: &BTreeSet<String>) -> Option<Note> {
    if refused.is_empty() {
        return None;
    }
    let named: Vec<String> = refused.iter().take(NAMED).map(|address| format!("`{address}`")).collect();
    let mut named = named.join(", ");
    let others = refused.len().saturating_sub(NAMED);
    if others > 0 {
        named.push_str(&format!(" and {others} more"));
    }
    Some(Note {
        severity: Severity::Info,
        code: "link-not-allowed".to_owned(),
        message: format!("no link leads to {named}: links lead to the environment or to an allowed address"),
        help: Some("an administrator allows addresses in `dynatrace.policy.links`".to_owned()),
        environment: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_to_the_environment_and_to_what_is_allowed_only() {
        let environment = BaseUrl::parse("https://abc12345.apps.dynatrace.com").unwrap();
        let mut origins = LinkOrigins::default();
        origins.allow("https://wiki.example.org/runbooks").unwrap();
        for allowed in [
            "https://abc12345.apps.dynatrace.com/ui/apps/a?b=c#d",
            "HTTPS://ABC12345.apps.dynatrace.com:443",
            "https://wiki.example.org/page",
        ] {
            assert!(origins.allows(allowed, &environment), "{allowed}");
        }
        for refused in [
            "javascript:alert(1)//https://wiki.example.org",
            "http://wiki.example.org/",
            "https://wiki.example.org:8443/",
            "https://wiki.example.org.evil.example/",
            "https://wiki.example.org@evil.example/",
            "https://evil.example\\@wiki.example.org/",
            "https://evil.example\t.wiki.example.org",
            "//wiki.example.org",
            "/ui/apps",
            "",
        ] {
            assert!(!origins.allows(refused, &environment), "{refused}");
        }
        assert!(origins.allow("wiki.example.org").is_err());
    }
}
