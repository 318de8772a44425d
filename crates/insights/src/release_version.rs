//! Which of two versions is newer.

use std::cmp::Ordering;

use semver::{BuildMetadata, Prerelease, Version};

/// Compares two versions; `None` where their texts differ and do not tell which is newer, such as those of commits.
///
/// Numbers may be fewer than three, have zeros in front and a `v` before them: `v1.2`, `2026.01.05`.
pub(crate) fn compare(one: &str, other: &str) -> Option<Ordering> {
    if one == other {
        return Some(Ordering::Equal);
    }
    Some(read(one)?.cmp_precedence(&read(other)?))
}

fn read(text: &str) -> Option<Version> {
    let text = text.trim();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let text = text.split_once('+').map_or(text, |(version, _)| version);
    let (numbers, pre) = text.split_once('-').unwrap_or((text, ""));
    // A number alone may as well be one of a build or a commit.
    let (major, rest) = numbers.split_once('.')?;
    let mut parts = rest.split('.').map(str::parse::<u64>);
    let (minor, patch) = (parts.next()?.ok()?, parts.next().unwrap_or(Ok(0)).ok()?);
    if parts.next().is_some() {
        return None;
    }
    let pre = Prerelease::new(pre).ok()?;
    Some(Version { major: major.parse().ok()?, minor, patch, pre, build: BuildMetadata::EMPTY })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_versions_are_greater() {
        for (older, newer) in [
            ("1.9.0", "1.10.0"),
            ("2.0.0-rc.1", "2.0.0"),
            ("2.0.0-rc.2", "2.0.0-rc.10"),
            ("v1.2", "1.2.1"),
            ("2026.01.05", "2026.1.12"),
        ] {
            assert_eq!(compare(older, newer), Some(Ordering::Less), "{older} {newer}");
            assert_eq!(compare(newer, older), Some(Ordering::Greater), "{older} {newer}");
        }
        assert_eq!(compare("1.2.0+build.7", "v1.2"), Some(Ordering::Equal));
    }

    #[test]
    fn what_does_not_tell_is_not_compared() {
        for (one, other) in [("3f2a91c", "9bd0e17"), ("1.2.3", "main"), ("1.2.3.4", "1.2.3.5"), ("41", "42")]
        {
            assert_eq!(compare(one, other), None, "{one} {other}");
        }
        assert_eq!(compare("3f2a91c", "3f2a91c"), Some(Ordering::Equal));
    }
}
