//! A tag that something in Dynatrace must have to belong to an entity.
//!
//! ```text
//! "service=cart,stage=hardening,critical" ── list ──► key = value, or key exists ── is_met_by ──► "service:cart"
//! ```

use std::fmt;

use crate::annotation::InvalidAnnotation;
use crate::span::Span;

const HELP: &str = "write `key=value` for a tag with this value and `key` for a tag with any, joined by `,`, as in \
                    `service=cart,stage=hardening,critical`";

/// A tag that must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredTag {
    /// The tag's key; never empty.
    pub key: String,
    /// The value it must have; `None` takes any, as the tag only has to be there.
    pub value: Option<String>,
}

impl RequiredTag {
    /// Whether a tag as Dynatrace writes it, `key:value` or `key`, is this one.
    #[must_use]
    pub fn is_met_by(&self, tag: &str) -> bool {
        let (key, value) = match tag.split_once(':') {
            Some((key, value)) => (key.trim(), Some(value.trim())),
            None => (tag.trim(), None),
        };
        key == self.key && self.value.as_deref().is_none_or(|wanted| value == Some(wanted))
    }

    /// The tags in the value of an annotation; none of one that is empty.
    ///
    /// # Errors
    /// With the bytes of the value at fault, where a tag is empty or has no key.
    pub(crate) fn list(annotation: &'static str, value: &str) -> Result<Vec<Self>, InvalidAnnotation> {
        let mut tags = Vec::new();
        if value.trim().is_empty() {
            return Ok(tags);
        }
        let mut start = 0;
        for written in value.split(',') {
            let (key, tag_value) = match written.split_once('=') {
                Some((key, tag_value)) => (key.trim(), Some(tag_value.trim().to_owned())),
                None => (written.trim(), None),
            };
            if key.is_empty() {
                let reason = match tag_value {
                    Some(_) => format!("tag at byte {start} has no key before its `=`"),
                    None => format!("tag at byte {start} is empty"),
                };
                let span = Span::new(start, start + written.len());
                return Err(InvalidAnnotation::new(annotation, span, reason, HELP));
            }
            tags.push(Self { key: key.to_owned(), value: tag_value });
            start += written.len() + 1;
        }
        Ok(tags)
    }

    /// The form of an annotation, without the spaces that do not count.
    pub(crate) fn write_list(tags: &[Self], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Self { key, value }) in tags.iter().enumerate() {
            if index > 0 {
                formatter.write_str(",")?;
            }
            formatter.write_str(key)?;
            if let Some(value) = value {
                write!(formatter, "={value}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn required(text: &str) -> RequiredTag {
        RequiredTag::list("annotation", text).unwrap().remove(0)
    }

    #[test]
    fn a_value_must_be_the_same_and_a_key_only_there() {
        for tag in ["service:cart", "service: cart", "service:cart:2"] {
            assert!(required("service").is_met_by(tag), "{tag}");
        }
        assert!(required("critical").is_met_by("critical"));
        assert!(required("service=cart").is_met_by("service:cart"));
        assert!(required("query=a=b").is_met_by("query:a=b"));
        for tag in ["service", "service:carts", "services:cart", "", "stage:cart"] {
            assert!(!required("service=cart").is_met_by(tag), "{tag}");
        }
    }
}
