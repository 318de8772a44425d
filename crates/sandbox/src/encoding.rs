//! Text forms of bytes: base 64, base 16, percent-encoding.

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes as base 64 with padding (RFC 4648 section 4).
pub(crate) fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut group = [0_u8; 3];
        group.iter_mut().zip(chunk).for_each(|(slot, byte)| *slot = *byte);
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for position in 0..4_usize {
            if position <= chunk.len() {
                let index = (bits >> (18 - 6 * position)) & 0x3f;
                out.push(BASE64.get(index as usize).map_or('=', |byte| char::from(*byte)));
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// The bytes of a base 64 text, nothing when it is not one.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in text.bytes() {
        let digit = BASE64.iter().position(|candidate| *candidate == byte)?;
        bits = (bits << 6) | u32::try_from(digit).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    Some(out)
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn base16(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The bytes of hexadecimal digits, nothing when there is another character or an odd number of them.
pub(crate) fn from_base16(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        text.chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    Some(pairs.map(|pair| pair.iter().fold(0, |byte, digit| (byte << 4) | digit)).collect())
}

/// A text of `application/x-www-form-urlencoded` without its escapes: `+` is a space.
pub(crate) fn form_decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// The names and values of a query string or form, decoded, in order.
pub(crate) fn form_pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (form_decode(name), form_decode(value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_agrees_with_rfc_4648() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
        ] {
            assert_eq!(base64(plain.as_bytes()), encoded);
            assert_eq!(from_base64(encoded).unwrap(), plain.as_bytes());
        }
        assert_eq!(from_base64("a*"), None);
    }

    #[test]
    fn base16_reads_what_it_writes_and_refuses_the_rest() {
        assert_eq!(base16(&[0, 255]), "00ff");
        assert_eq!(from_base16("00FF").unwrap(), [0, 255]);
        assert_eq!(from_base16("0"), None);
        assert_eq!(from_base16("zz"), None);
    }

    #[test]
    fn a_form_is_decoded() {
        assert_eq!(
            form_pairs("a=b+c&d=%26&e"),
            [("a".into(), "b c".into()), ("d".into(), "&".into()), ("e".into(), String::new())]
        );
    }
}
