//! Which addresses of records become links.

use grailstage_tenant::BaseUrl;

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
}

/// Scheme, host and port of an address, in lower case and without the scheme's own port.
///
/// `None` where a browser could read another host than is read here: user names, backslashes, blanks and control
/// characters.
fn origin(url: &str) -> Option<String> {
    if url.chars().any(|character| character.is_control() || character.is_whitespace() || character == '\\') {
        return None;
    }
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    if authority.contains('@') || !authority.is_ascii() {
        return None;
    }
    let host = authority.strip_suffix(default_port).unwrap_or(&authority);
    (!host.is_empty() && !host.starts_with(':')).then(|| format!("{scheme}://{host}"))
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
