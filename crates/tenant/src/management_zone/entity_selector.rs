//! The text of an entity selector, `type("SERVICE"),tag("owner:team-a")`, as far as zones use it.
//!
//! The grammar is Dynatrace's (Environment API, entity selector): criteria joined by commas, all of which have
//! to hold; arguments in double quotes, in which a tilde takes the meaning from the character after it.

use super::condition::same_tag;
use super::entity_facts::EntityFacts;
use crate::tag::Tag;

/// Selectors deeper than this are not read; the API allows no text longer than 2,000 characters either.
const DEEPEST: usize = 16;

/// An entity selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntitySelector {
    /// The text as written.
    pub text: String,
    /// What has to hold, all of it. A text that does not follow the grammar is one
    /// [`Criterion::Other`].
    pub criteria: Vec<Criterion>,
}

/// How a name is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameMatch {
    /// `entityName("…")` and `entityName.contains("…")`
    Contains,
    /// `entityName.equals("…")` and `entityName.in("…", …)`
    Equals,
    /// `entityName.startsWith("…")`
    StartsWith,
}

/// One criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Criterion {
    /// `type("…")`
    Type(String),
    /// `entityId("…", …)`: one of them.
    Ids(Vec<String>),
    /// `tag("…", …)`: one of them.
    Tags(Vec<Tag>),
    /// `entityName…("…", …)`: one of them.
    Name {
        /// How it is compared.
        matching: NameMatch,
        /// To what.
        values: Vec<String>,
        /// Whether upper and lower case differ: within `caseSensitive(…)`.
        case_sensitive: bool,
    },
    /// `not(…)`
    Not(Box<Criterion>),
    /// One that cannot be evaluated here, such as a relation to other entities.
    Other(String),
}

/// A value as an argument of a selector.
#[must_use]
pub fn quoted(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for character in value.chars() {
        if matches!(character, '"' | '~') {
            text.push('~');
        }
        text.push(character);
    }
    text.push('"');
    text
}

impl EntitySelector {
    /// Reads a selector; every text is one.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let criteria = criteria(text, false, 0).unwrap_or_else(|| vec![Criterion::Other(text.to_owned())]);
        Self { text: text.to_owned(), criteria }
    }

    /// The type it selects.
    #[must_use]
    pub fn entity_type(&self) -> Option<&str> {
        self.criteria.iter().find_map(|criterion| match criterion {
            Criterion::Type(name) => Some(name.as_str()),
            _ => None,
        })
    }
}

impl Criterion {
    /// Whether it holds for an entity; `None` where that cannot be evaluated.
    pub(super) fn holds_for(&self, entity: &EntityFacts) -> Option<bool> {
        Some(match self {
            Self::Type(name) => name.eq_ignore_ascii_case(&entity.entity_type),
            Self::Ids(ids) => ids.contains(&entity.id),
            Self::Tags(expected) => {
                let tags: Vec<Tag> = entity.tags.as_ref()?.iter().map(|tag| Tag::parse(tag)).collect();
                expected.iter().any(|expected| {
                    tags.iter().any(|tag| match (&expected.context, &expected.value) {
                        // A key alone selects whatever its value.
                        (None, None) => tag.key == expected.key,
                        _ => same_tag(tag, expected),
                    })
                })
            }
            Self::Name { matching, values, case_sensitive } => values.iter().any(|value| {
                let fold = |text: &str| if *case_sensitive { text.to_owned() } else { text.to_lowercase() };
                let (name, value) = (fold(&entity.name), fold(value));
                match matching {
                    NameMatch::Contains => name.contains(&value),
                    NameMatch::Equals => name == value,
                    NameMatch::StartsWith => name.starts_with(&value),
                }
            }),
            Self::Not(criterion) => !criterion.holds_for(entity)?,
            Self::Other(_) => return None,
        })
    }
}

fn criteria(text: &str, case_sensitive: bool, depth: usize) -> Option<Vec<Criterion>> {
    if depth > DEEPEST {
        return None;
    }
    split(text)?.into_iter().map(|part| criterion(part, case_sensitive, depth)).collect()
}

fn criterion(text: &str, case_sensitive: bool, depth: usize) -> Option<Criterion> {
    let (name, rest) = text.split_once('(')?;
    let inner = rest.trim_end().strip_suffix(')')?;
    let name = name.trim();
    let strings = || split(inner)?.into_iter().map(unquoted).collect::<Option<Vec<String>>>();
    let by_name = |matching| Some(Criterion::Name { matching, values: strings()?, case_sensitive });
    let nested = |case_sensitive| {
        let mut inner = criteria(inner, case_sensitive, depth + 1)?.into_iter();
        match (inner.next(), inner.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    };
    match name {
        "type" => strings()?.into_iter().next().map(Criterion::Type),
        "entityId" => strings().map(Criterion::Ids),
        "tag" => Some(Criterion::Tags(strings()?.iter().map(|tag| Tag::parse(tag)).collect())),
        "entityName" | "entityName.contains" => by_name(NameMatch::Contains),
        "entityName.equals" | "entityName.in" => by_name(NameMatch::Equals),
        "entityName.startsWith" => by_name(NameMatch::StartsWith),
        "not" => nested(case_sensitive).map(|inner| Criterion::Not(Box::new(inner))),
        "caseSensitive" => nested(true),
        _ => Some(Criterion::Other(text.to_owned())),
    }
}

/// The parts between commas that stand in neither quotes nor parentheses; `None` where those do not close.
fn split(text: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let (mut depth, mut in_quotes, mut escaped, mut start) = (0_usize, false, false, 0);
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '~' if in_quotes => escaped = true,
            '"' => in_quotes = !in_quotes,
            _ if in_quotes => {}
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                parts.push(text.get(start..at)?.trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..)?.trim());
    (depth == 0 && !in_quotes && parts.iter().all(|part| !part.is_empty())).then_some(parts)
}

/// An argument: in quotes, or a bare word as in `type(SERVICE)`.
fn unquoted(text: &str) -> Option<String> {
    let Some(inner) = text.strip_prefix('"') else {
        let bare = text.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '-' | '.'));
        return bare.then(|| text.to_owned());
    };
    let inner = inner.strip_suffix('"')?;
    let mut plain = String::with_capacity(inner.len());
    let mut escaped = false;
    for character in inner.chars() {
        match character {
            '~' if !escaped => escaped = true,
            // A quote in the middle would end the argument.
            '"' if !escaped => return None,
            other => {
                escaped = false;
                plain.push(other);
            }
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cart() -> EntityFacts {
        EntityFacts {
            id: "SERVICE-00AB".to_owned(),
            entity_type: "SERVICE".to_owned(),
            name: "Cart (v2), \"new\"".to_owned(),
            tags: Some(vec!["[Kubernetes]app:cart".to_owned(), "owner:team-a".to_owned(), "gold".to_owned()]),
            ..EntityFacts::default()
        }
    }

    /// Whether all criteria hold.
    fn selects(selector: &str) -> Option<bool> {
        let entity = cart();
        let outcomes: Vec<_> =
            EntitySelector::parse(selector).criteria.iter().map(|it| it.holds_for(&entity)).collect();
        if outcomes.contains(&Some(false)) {
            return Some(false);
        }
        outcomes.into_iter().collect::<Option<Vec<_>>>().map(|_| true)
    }

    #[test]
    fn evaluates_what_it_knows() {
        for (selector, expected) in [
            (r#"type("SERVICE")"#, Some(true)),
            ("type(service)", Some(true)),
            (r#"type("HOST")"#, Some(false)),
            (r#"type("SERVICE"),tag("owner:team-a")"#, Some(true)),
            (r#"type("SERVICE"), tag("owner:team-b", "owner:team-a")"#, Some(true)),
            (r#"type("SERVICE"),tag("owner:team-b"),tag("owner:team-a")"#, Some(false)),
            (r#"type("SERVICE"),tag("[KUBERNETES]app:cart")"#, Some(true)),
            (r#"type("SERVICE"),tag("app:cart")"#, Some(false)),
            (r#"type("SERVICE"),tag("owner")"#, Some(true)),
            (r#"type("SERVICE"),not(tag("gold"))"#, Some(false)),
            (r#"type("SERVICE"),entityName("cart")"#, Some(true)),
            (r#"type("SERVICE"),entityName.equals("cart")"#, Some(false)),
            (r#"type("SERVICE"),entityName.equals("Cart (v2), ~"new~"")"#, Some(true)),
            (r#"type("SERVICE"),caseSensitive(entityName.startsWith("cart"))"#, Some(false)),
            (r#"type("SERVICE"),entityName.startsWith("cart")"#, Some(true)),
            (r#"entityId("SERVICE-00AB","SERVICE-00AC")"#, Some(true)),
            (r#"type("SERVICE"),fromRelationships.runsOn(type("HOST"),tag("a,b"))"#, None),
            (r#"type("HOST"),healthState("HEALTHY")"#, Some(false)),
            ("nonsense", None),
            (r#"type("SERVICE"#, None),
            (r#"type("SERVICE")),("#, None),
            (r#"type("SERVICE"),,tag("x")"#, None),
            (r#"type("SER"VICE")"#, None),
            ("", None),
        ] {
            assert_eq!(selects(selector), expected, "{selector}");
        }
    }

    #[test]
    fn reads_back_what_it_quotes() {
        for value in ["plain", "with \"quotes\"", "til~de", "~\"", "", "a),type(\"HOST\")"] {
            let selector = EntitySelector::parse(&format!("entityName.equals({})", quoted(value)));
            let expected = Criterion::Name {
                matching: NameMatch::Equals,
                values: vec![value.to_owned()],
                case_sensitive: false,
            };
            assert_eq!(selector.criteria, [expected], "{value}");
        }
    }

    #[test]
    fn ends_on_selectors_of_any_depth() {
        let deep = format!("{}type(\"A\"){}", "not(".repeat(5000), ")".repeat(5000));
        assert!(matches!(EntitySelector::parse(&deep).criteria[..], [Criterion::Other(_)]));
    }
}
