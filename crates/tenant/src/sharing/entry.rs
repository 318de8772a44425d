//! An answer as it lies in the store: when it was asked for, how long that took, and the bytes Grail sent.

use std::rc::Rc;
use std::time::Duration;

use crate::grail::result::GrailResult;
use crate::host::UnixMillis;

/// What begins every entry.
const MARK: &[u8; 4] = b"GSA1";
/// Mark, moment and duration, both in milliseconds.
const HEAD_BYTES: usize = 4 + 8 + 8;

/// An answer that was stored.
pub(super) struct Entry {
    pub(super) asked_at: UnixMillis,
    pub(super) result: Rc<GrailResult>,
}

/// The bytes to store, or `None` where they would be more than `most_bytes`.
pub(super) fn encode(asked_at: UnixMillis, result: &GrailResult, most_bytes: usize) -> Option<Vec<u8>> {
    let body = result.answer_text().as_bytes();
    if HEAD_BYTES + body.len() > most_bytes {
        return None;
    }
    let elapsed = u64::try_from(result.elapsed().as_millis()).unwrap_or(u64::MAX);
    let mut bytes = Vec::with_capacity(HEAD_BYTES + body.len());
    bytes.extend_from_slice(MARK);
    bytes.extend_from_slice(&asked_at.0.to_le_bytes());
    bytes.extend_from_slice(&elapsed.to_le_bytes());
    bytes.extend_from_slice(body);
    Some(bytes)
}

/// Reads an entry; `None` for anything else, which is as good as nothing stored.
pub(super) fn decode(bytes: &[u8]) -> Option<Entry> {
    let (asked_at, bytes) = bytes.strip_prefix(MARK)?.split_first_chunk()?;
    let (elapsed, body) = bytes.split_first_chunk()?;
    let elapsed = Duration::from_millis(u64::from_le_bytes(*elapsed));
    let result = GrailResult::from_answer(body.to_vec(), elapsed)?;
    Some(Entry { asked_at: UnixMillis(u64::from_le_bytes(*asked_at)), result: Rc::new(result) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = r#"{"state":"SUCCEEDED","result":{"records":[{"n":"9223372036854775807"}],"types":[],"metadata":{"grail":{"scannedBytes":7}}}}"#;

    fn entry() -> Vec<u8> {
        let result = GrailResult::from_answer(ANSWER.into(), Duration::from_millis(1_234)).unwrap();
        encode(UnixMillis(1_795_255_200_000), &result, 1_000_000).unwrap()
    }

    #[test]
    fn comes_back_as_it_was() {
        let entry = decode(&entry()).unwrap();
        assert_eq!(entry.asked_at, UnixMillis(1_795_255_200_000));
        assert_eq!(entry.result.elapsed(), Duration::from_millis(1_234));
        assert_eq!(entry.result.metadata().scanned_bytes, 7);
        assert_eq!(entry.result.record_texts().collect::<Vec<_>>(), [r#"{"n":"9223372036854775807"}"#]);
    }

    #[test]
    fn no_cut_of_it_is_an_entry() {
        let whole = entry();
        for end in 0..whole.len() {
            assert!(decode(&whole[..end]).is_none(), "{end}");
        }
    }

    #[test]
    fn neither_is_anything_else() {
        assert!(decode(b"").is_none());
        assert!(decode(ANSWER.as_bytes()).is_none());
        let running = [b"GSA1".as_slice(), &[0; 16], br#"{"state":"RUNNING","requestToken":"x"}"#].concat();
        assert!(decode(&running).is_none());
    }

    #[test]
    fn what_is_too_large_is_not_stored() {
        let result = GrailResult::from_answer(ANSWER.into(), Duration::ZERO).unwrap();
        assert!(encode(UnixMillis(0), &result, HEAD_BYTES + ANSWER.len()).is_some());
        assert!(encode(UnixMillis(0), &result, HEAD_BYTES + ANSWER.len() - 1).is_none());
    }
}
