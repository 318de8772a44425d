//! Hash functions.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};

use super::{Arguments, Function, function, required};
use crate::encoding::base16;
use crate::value::Value;

const X: &[super::Parameter] = &[required("expression")];

pub(super) const FUNCTIONS: &[Function] = &[
    function("hashCrc32", X, |a| bytes(a).map(|bytes| format!("{:08x}", crc32(&bytes))).into()),
    function("hashMd5", X, |a| bytes(a).map(|bytes| base16(&Md5::digest(bytes))).into()),
    function("hashSha1", X, |a| bytes(a).map(|bytes| base16(&Sha1::digest(bytes))).into()),
    function("hashSha256", X, |a| bytes(a).map(|bytes| base16(&Sha256::digest(bytes))).into()),
    function("hashSha512", X, |a| bytes(a).map(|bytes| base16(&Sha512::digest(bytes))).into()),
];

fn bytes(arguments: &Arguments<'_>) -> Option<Vec<u8>> {
    match arguments.get(0) {
        Value::String(text) => Some(text.as_bytes().to_vec()),
        Value::Binary(bytes) => Some(bytes.to_vec()),
        _ => None,
    }
}

/// CRC-32 of ISO-HDLC, as in zip and PNG.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}
