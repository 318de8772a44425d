//! The address of a service: where an environment or a token endpoint lives.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// An absolute URL of origin and optional path, without trailing slash, credentials, query or fragment.
///
/// The grammar is narrower than WHATWG's on purpose: what passes here means the same to every URL parser that
/// sees it later (no backslashes, no dot segments, no shortened IPv4 addresses), so a token cannot be sent to
/// a host other than the one that was checked. Plain `http` is for loopback hosts only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    host: String,
    path_start: usize,
}

impl BaseUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// A phrase that says what is wrong ("is not an `https` URL"). It never repeats the text, which may hold
    /// credentials.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err("is not an absolute URL");
        };
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "https" && scheme != "http" {
            return Err("is not an `https` URL");
        }
        if rest.contains('?') {
            return Err("has a query");
        }
        if rest.contains('#') {
            return Err("has a fragment");
        }
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        if authority.contains('@') {
            return Err("has credentials in it");
        }
        let (host, port) = split_authority(authority)?;
        if scheme == "http" && !is_loopback(&host) {
            return Err("is plain `http`, which is for loopback hosts only");
        }
        let path = path.trim_end_matches('/');
        check_path(path)?;
        let origin = match port {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        };
        Ok(Self { path_start: origin.len(), text: origin + path, host })
    }

    /// The URL without trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host in lower case, without port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.text.get(..self.path_start).unwrap_or(&self.text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

fn split_authority(authority: &str) -> Result<(String, Option<u16>), &'static str> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let Some((address, after)) = rest.split_once(']') else {
            return Err("has no valid host");
        };
        let address: Ipv6Addr = address.parse().map_err(|_| "has no valid host")?;
        let port = match after.strip_prefix(':') {
            Some(port) => Some(port),
            None if after.is_empty() => None,
            None => return Err("has no valid host"),
        };
        (format!("[{address}]"), port)
    } else {
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        (check_name(host)?, port)
    };
    let port = match port {
        None => None,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => match digits.parse::<u16>() {
            Ok(port) if port > 0 => Some(port),
            _ => return Err("has no valid port"),
        },
        Some(_) => return Err("has no valid port"),
    };
    Ok((host, port))
}

fn check_name(host: &str) -> Result<String, &'static str> {
    let host = host.to_ascii_lowercase();
    let valid_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    if host.len() > 253 || !host.split('.').all(valid_label) {
        return Err("has no valid host");
    }
    // URL parsers read a host whose last label is a number as an IPv4 address in one of many spellings
    // (`127.1`, `0x7f.1`); only the plain one means the same to all of them.
    let last = host.rsplit('.').next().unwrap_or_default();
    let numeric = last.starts_with("0x") || last.bytes().all(|byte| byte.is_ascii_digit());
    if numeric && host.parse::<Ipv4Addr>().is_err() {
        return Err("has no valid host");
    }
    Ok(host)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || host == format!("[{}]", Ipv6Addr::LOCALHOST)
}

fn check_path(path: &str) -> Result<(), &'static str> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:%".contains(&byte);
    if !path.bytes().all(allowed) {
        return Err("has a path with characters that must be percent-encoded");
    }
    let dots = |segment: &str| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    };
    if path.split('/').skip(1).any(|segment| segment.is_empty() || dots(segment)) {
        return Err("has a path with empty or dot segments");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trims_slashes_and_lowers_the_host() {
        let url = BaseUrl::parse("HTTPS://ABC12345.apps.dynatrace.com//").unwrap();
        assert_eq!(url.as_str(), "https://abc12345.apps.dynatrace.com");
        assert_eq!(url.host(), "abc12345.apps.dynatrace.com");
    }

    #[test]
    fn keeps_port_and_path_prefix() {
        let url = BaseUrl::parse("https://gateway.example:8443/dynatrace/abc/").unwrap();
        assert_eq!(url.as_str(), "https://gateway.example:8443/dynatrace/abc");
        assert_eq!(url.origin(), "https://gateway.example:8443");
    }

    #[test]
    fn allows_plain_http_on_loopback_only() {
        for loopback in
            ["http://localhost:7080", "http://127.0.0.1:7080", "http://127.9.9.9", "http://[::1]:1"]
        {
            assert!(BaseUrl::parse(loopback).is_ok(), "{loopback}");
        }
        for open in ["http://abc12345.apps.dynatrace.com", "http://10.0.0.1", "http://localhost.evil.example"]
        {
            assert_eq!(
                BaseUrl::parse(open).unwrap_err(),
                "is plain `http`, which is for loopback hosts only",
                "{open}"
            );
        }
    }

    #[test]
    fn refuses_what_other_parsers_could_read_differently() {
        for hostile in [
            "",
            "abc12345.apps.dynatrace.com",
            "ftp://a.example",
            "javascript://a.example",
            "https://",
            "https:///path",
            "https://a..example",
            "https://a.example.",
            "https://user:pass@a.example",
            "https://good.example\\@evil.example",
            "https://a.example?x=1",
            "https://a.example/x?y",
            "https://a.example/#x",
            "https://a.example:0",
            "https://a.example:+80",
            "https://a.example:99999",
            "https://a.example:",
            "http://127.1",
            "http://0x7f.1",
            "http://2130706433",
            "https://[::1",
            "https://[::1]x",
            "https://a.example/../b",
            "https://a.example/%2e%2E/b",
            "https://a.example/a//b",
            "https://a.example/a b",
            "https://a.example/ä",
            "https://bücher.example",
            "https://a.ex\tample",
        ] {
            assert!(BaseUrl::parse(hostile).is_err(), "{hostile}");
        }
    }
}
