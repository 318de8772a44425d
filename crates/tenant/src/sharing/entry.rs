//! An answer as it lies in the store: when it was asked for, how long that took, and the bytes Grail sent or the
//! things another service has.

use std::borrow::Cow;
use std::rc::Rc;
use std::time::Duration;

use super::inquiry::Found;
use crate::grail::result::GrailResult;
use crate::host::UnixMillis;
use crate::service::ServiceResult;

/// What begins an entry with an answer of Grail.
const RECORDS_MARK: &[u8; 4] = b"GSA1";
/// What begins an entry with the things of another service.
const ITEMS_MARK: &[u8; 4] = b"GSI1";
/// Mark, moment and duration, both in milliseconds.
const HEAD_BYTES: usize = 4 + 8 + 8;

/// An answer that was stored.
pub(super) struct Entry {
    pub(super) asked_at: UnixMillis,
    pub(super) found: Found,
}

/// The bytes to store, or `None` where they would be more than `most_bytes`.
pub(super) fn encode(asked_at: UnixMillis, found: &Found, most_bytes: usize) -> Option<Vec<u8>> {
    let (mark, body, elapsed) = match found {
        Found::Records(result) => {
            (RECORDS_MARK, Cow::Borrowed(result.answer_text().as_bytes()), result.elapsed())
        }
        Found::Items(result) => {
            (ITEMS_MARK, Cow::Owned(serde_json::to_vec(&result.items).ok()?), result.elapsed())
        }
    };
    if HEAD_BYTES + body.len() > most_bytes {
        return None;
    }
    let elapsed = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    let mut bytes = Vec::with_capacity(HEAD_BYTES + body.len());
    bytes.extend_from_slice(mark);
    bytes.extend_from_slice(&asked_at.0.to_le_bytes());
    bytes.extend_from_slice(&elapsed.to_le_bytes());
    bytes.extend_from_slice(&body);
    Some(bytes)
}

/// Reads an entry; `None` for anything else, which is as good as nothing stored.
pub(super) fn decode(bytes: &[u8]) -> Option<Entry> {
    let (mark, bytes) = bytes.split_first_chunk()?;
    let (asked_at, bytes) = bytes.split_first_chunk()?;
    let (elapsed, body) = bytes.split_first_chunk()?;
    let elapsed = Duration::from_millis(u64::from_le_bytes(*elapsed));
    let found = match mark {
        RECORDS_MARK => Found::Records(Rc::new(GrailResult::from_answer(body.to_vec(), elapsed)?)),
        ITEMS_MARK => {
            let items = serde_json::from_slice(body).ok()?;
            Found::Items(Rc::new(ServiceResult { items, elapsed }))
        }
        _ => return None,
    };
    Some(Entry { asked_at: UnixMillis(u64::from_le_bytes(*asked_at)), found })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = r#"{"state":"SUCCEEDED","result":{"records":[{"n":"9223372036854775807"}],"types":[],"metadata":{"grail":{"scannedBytes":7}}}}"#;

    fn entry() -> Vec<u8> {
        encode(UnixMillis(1_795_255_200_000), &records(Duration::from_millis(1_234)), 1_000_000).unwrap()
    }

    fn records(elapsed: Duration) -> Found {
        Found::Records(Rc::new(GrailResult::from_answer(ANSWER.into(), elapsed).unwrap()))
    }

    #[test]
    fn comes_back_as_it_was() {
        let entry = decode(&entry()).unwrap();
        assert_eq!(entry.asked_at, UnixMillis(1_795_255_200_000));
        let Found::Records(result) = entry.found else { panic!("records were stored") };
        assert_eq!(result.elapsed(), Duration::from_millis(1_234));
        assert_eq!(result.metadata().scanned_bytes, 7);
        assert_eq!(result.record_texts().collect::<Vec<_>>(), [r#"{"n":"9223372036854775807"}"#]);
    }

    #[test]
    fn the_things_of_a_service_come_back_as_they_were() {
        let items = vec![serde_json::json!({"objectId": "a", "modified": 9_007_199_254_740_993_i64})];
        let stored = ServiceResult { items, elapsed: Duration::from_millis(12) };
        let bytes = encode(UnixMillis(7), &Found::Items(Rc::new(stored.clone())), 1_000).unwrap();
        let entry = decode(&bytes).unwrap();
        let Found::Items(result) = entry.found else { panic!("items were stored") };
        assert_eq!((entry.asked_at, &*result), (UnixMillis(7), &stored));
        assert!((0..bytes.len()).all(|end| decode(&bytes[..end]).is_none()));
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
        let result = records(Duration::ZERO);
        assert!(encode(UnixMillis(0), &result, HEAD_BYTES + ANSWER.len()).is_some());
        assert!(encode(UnixMillis(0), &result, HEAD_BYTES + ANSWER.len() - 1).is_none());
    }
}
