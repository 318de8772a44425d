//! Where addresses lead that records name.

/// Scheme, host and port of an address, in lower case and without the scheme's own port.
///
/// `None` where it is not http or https, and where a browser could read another host than is read here: user names,
/// backslashes, blanks and control characters.
pub(crate) fn origin(url: &str) -> Option<String> {
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
