//! Functions that encode, decode and escape text.

use super::{Arguments, Function, function, required};
use crate::encoding::{base16, base64, form_decode, from_base16, from_base64};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    function("encodeBase64", &[required("expression")], |a| bytes(a).map(|bytes| base64(&bytes)).into()),
    function("encodeBase16", &[required("expression")], |a| bytes(a).map(|bytes| base16(&bytes)).into()),
    function("decodeBase64ToString", &[required("expression")], |a| text(bytes(a).as_deref(), from_base64)),
    function("decodeBase16ToString", &[required("expression")], |a| text(bytes(a).as_deref(), from_base16)),
    function("decodeBase64ToBinary", &[required("expression")], |a| binary(bytes(a).as_deref(), from_base64)),
    function("decodeBase16ToBinary", &[required("expression")], |a| binary(bytes(a).as_deref(), from_base16)),
    function("encodeUrl", &[required("expression")], |a| a.text(0).map(encode_url).into()),
    function("decodeUrl", &[required("expression")], |a| a.text(0).map(form_decode).into()),
    function("escape", &[required("expression")], |a| {
        a.text(0).map(|text| text.escape_default().to_string()).into()
    }),
    function("unescape", &[required("expression")], |a| a.text(0).map(unescape).into()),
    function("unescapeHtml", &[required("expression")], |a| {
        a.text(0)
            .map(|text| {
                [
                    ("&lt;", "<"),
                    ("&gt;", ">"),
                    ("&quot;", "\""),
                    ("&#39;", "'"),
                    ("&apos;", "'"),
                    ("&amp;", "&"),
                ]
                .iter()
                .fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
            })
            .into()
    }),
];

fn bytes(arguments: &Arguments<'_>) -> Option<Vec<u8>> {
    match arguments.get(0) {
        Value::String(text) => Some(text.as_bytes().to_vec()),
        Value::Binary(bytes) => Some(bytes.to_vec()),
        _ => None,
    }
}

fn decoded(encoded: Option<&[u8]>, decode: fn(&str) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    decode(std::str::from_utf8(encoded?).ok()?)
}

fn text(encoded: Option<&[u8]>, decode: fn(&str) -> Option<Vec<u8>>) -> Value {
    decoded(encoded, decode).and_then(|bytes| String::from_utf8(bytes).ok()).into()
}

fn binary(encoded: Option<&[u8]>, decode: fn(&str) -> Option<Vec<u8>>) -> Value {
    decoded(encoded, decode).map_or(Value::Null, |bytes| Value::Binary(bytes.into()))
}

/// As a form does it: a space is `+`.
fn encode_url(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b' ' => out.push('+'),
            byte if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'*') => {
                out.push(char::from(byte));
            }
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
        out
    })
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, if character == '\\' { characters.next() } else { None }) {
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('r')) => out.push('\r'),
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some(escaped)) => out.push(escaped),
            (character, _) => out.push(character),
        }
    }
    out
}
