//! Ids that are the same for the same seed.

use super::Random;

/// 16 hexadecimal digits that belong to a thing.
pub(crate) fn hexadecimal(seed: u64, thing: &str) -> String {
    format!("{:016X}", Random::of(seed, thing).next())
}

/// The id of an entity: its type and 16 hexadecimal digits.
pub(crate) fn entity(seed: u64, kind: &str, thing: &str) -> String {
    format!("{kind}-{}", hexadecimal(seed, &format!("{kind}/{thing}")))
}

/// A UUID that belongs to a thing.
pub(crate) fn uuid(seed: u64, thing: &str) -> String {
    let mut random = Random::of(seed, thing);
    let (high, low) = (random.next(), random.next());
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}
