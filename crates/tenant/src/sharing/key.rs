//! What makes two questions the same.

use std::fmt::Write;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::environment::EnvironmentConfig;
use crate::grail::request::{DqlRequest, Timeframe};
use crate::service::ServiceRequest;

/// Changes with the form of what is stored, so that a new version does not read what an old one wrote.
const FORM: &str = "1";
/// Timeframes fall into buckets of one of these sizes in seconds, the largest that is a hundredth of their length.
const BUCKETS: [i64; 4] = [300, 60, 15, 5];

/// The key of a question. It holds hashes only, and no credential went into them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// Environment, query, timeframe and limits as one hash.
    hash: String,
    /// The query alone, short, for logs.
    pub(super) fingerprint: String,
}

impl Key {
    pub(super) fn of(config: &EnvironmentConfig, request: &DqlRequest) -> Self {
        let query = canonical(&request.query);
        let limits = request.within(config.limits());
        let mut hash = Sha256::new();
        let mut part = |text: &str| part(&mut hash, text);
        part(FORM);
        part(config.name());
        part(config.url().as_str());
        part(&query);
        part(&request.timeframe.as_ref().map(bucket).unwrap_or_default());
        part(request.timezone.as_deref().unwrap_or_default());
        for segments in [config.filter_segments(), &request.segments] {
            part(&serde_json::to_string(segments).unwrap_or_default());
        }
        for number in [
            limits.max_result_records,
            limits.max_result_bytes,
            limits.fetch_timeout_seconds,
            limits.default_scan_limit_gbytes.cast_unsigned(),
        ] {
            hash.update(number.to_le_bytes());
        }
        Self { hash: hexadecimal(&hash.finalize()), fingerprint: short(&query) }
    }

    pub(super) fn of_service(config: &EnvironmentConfig, request: &ServiceRequest) -> Self {
        let question = [request.service(), request.subject()];
        let mut hash = Sha256::new();
        for text in [FORM, config.name(), config.url().as_str()].into_iter().chain(question) {
            part(&mut hash, text);
        }
        Self { hash: hexadecimal(&hash.finalize()), fingerprint: short(&question.join(" ")) }
    }

    /// Where the answer is stored.
    pub(super) fn answer(&self) -> String {
        format!("answer:{}", self.hash)
    }

    /// What a process claims that asks for the answer.
    pub(super) fn claim(&self) -> String {
        format!("claim:{}", self.hash)
    }
}

/// A text with its length, so that no two lists of parts run together.
fn part(hash: &mut Sha256, text: &str) {
    hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
    hash.update(text.as_bytes());
}

/// A query in place of its text, for logs and audits: twelve hexadecimal digits, the same for all ways to lay it out.
#[must_use]
pub fn fingerprint(query: &str) -> String {
    short(&canonical(query))
}

fn short(text: &str) -> String {
    let mut fingerprint = hexadecimal(&Sha256::digest(text.as_bytes()));
    fingerprint.truncate(12);
    fingerprint
}

/// The query as our printer writes it, so that blanks and comments make no difference; as it stands where it
/// is not DQL that we know.
fn canonical(query: &str) -> String {
    grailstage_dql::parse(query).map_or_else(|_| query.to_owned(), |query| grailstage_dql::print(&query))
}

/// The timeframe in steps: a page that is loaded a second later asks for the same.
fn bucket(timeframe: &Timeframe) -> String {
    let (Ok(start), Ok(end)) = (timeframe.start.parse::<Timestamp>(), timeframe.end.parse::<Timestamp>())
    else {
        return format!("{}/{}", timeframe.start, timeframe.end);
    };
    let (start, end) = (start.as_second(), end.as_second());
    let length = end.saturating_sub(start);
    let step = BUCKETS.into_iter().find(|step| *step <= length / 100).unwrap_or(1);
    format!("{}/{}/{step}", start.div_euclid(step), end.div_euclid(step))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn config(changes: &Value) -> EnvironmentConfig {
        let mut config = json!({
            "name": "production", "url": "https://a.apps.dynatrace.com", "platformToken": "dt0s16.A.B",
        });
        for (key, value) in changes.as_object().unwrap() {
            config[key] = value.clone();
        }
        EnvironmentConfig::from_json(&config).unwrap()
    }

    fn key(request: &DqlRequest) -> Key {
        Key::of(&config(&json!({})), request)
    }

    #[test]
    fn blanks_and_comments_make_no_difference() {
        let plain = key(&DqlRequest::new("fetch logs | limit 5"));
        assert_eq!(plain, key(&DqlRequest::new("fetch   logs\n// the newest\n| limit 5")));
        assert_ne!(plain, key(&DqlRequest::new("fetch logs | limit 6")));
        assert_ne!(plain.fingerprint, key(&DqlRequest::new("fetch logs | limit 6")).fingerprint);
    }

    #[test]
    fn text_that_is_no_dql_is_its_own_key() {
        assert_ne!(key(&DqlRequest::new("fetch |")), key(&DqlRequest::new("fetch  |")));
    }

    #[test]
    fn whatever_changes_the_answer_changes_the_key() {
        let request = DqlRequest::new("fetch logs");
        let plain = key(&request);
        for changes in [
            json!({"name": "staging"}),
            json!({"url": "https://b.apps.dynatrace.com"}),
            json!({"limits": {"maxResultRecords": 5}}),
            json!({"limits": {"maxResultBytes": 5000}}),
            json!({"limits": {"fetchTimeoutSeconds": 5}}),
            json!({"limits": {"defaultScanLimitGbytes": -1}}),
            json!({"filterSegments": [{"id": "a"}]}),
        ] {
            assert_ne!(plain, Key::of(&config(&changes), &request), "{changes}");
        }
        assert_ne!(plain, key(&request.clone().timezone("Europe/Vienna")));
        assert_ne!(plain, key(&request.clone().max_result_records(5)));
        assert_ne!(plain, key(&request.timeframe("2026-11-21T10:00:00Z", "2026-11-21T12:00:00Z")));
    }

    #[test]
    fn credentials_and_concurrency_are_not_part_of_it() {
        let request = DqlRequest::new("fetch logs");
        for changes in
            [json!({"platformToken": "dt0s16.C.D"}), json!({"limits": {"maxConcurrentQueries": 3}})]
        {
            assert_eq!(key(&request), Key::of(&config(&changes), &request));
        }
    }

    #[test]
    fn a_request_for_more_than_the_limit_is_one_for_the_limit() {
        let request = DqlRequest::new("fetch logs");
        assert_eq!(key(&request), key(&request.clone().max_result_records(9_999_999)));
    }

    #[test]
    fn a_request_for_less_to_read_is_another() {
        let plain = DqlRequest::new("fetch logs");
        let bytes = DqlRequest { max_result_bytes: Some(2_048), ..plain.clone() };
        let scan = DqlRequest { scan_limit_gbytes: Some(1), ..plain.clone() };
        assert_ne!(key(&plain), key(&bytes));
        assert_ne!(key(&plain), key(&scan));
        assert_eq!(key(&plain).fingerprint, fingerprint("fetch   logs"));
    }

    #[test]
    fn timeframes_a_moment_apart_are_the_same() {
        let over = |start: &str, end: &str| key(&DqlRequest::new("fetch logs").timeframe(start, end));
        // Of 2 h a bucket is a minute.
        let plain = over("2026-11-21T10:00:00Z", "2026-11-21T12:00:00Z");
        assert_eq!(plain, over("2026-11-21T10:00:59Z", "2026-11-21T12:00:59Z"));
        assert_eq!(plain, over("2026-11-21T11:00:00+01:00", "2026-11-21T12:00:00.5Z"));
        assert_ne!(plain, over("2026-11-21T10:01:00Z", "2026-11-21T12:01:00Z"));
        assert_ne!(plain, over("2026-11-21T10:00:00Z", "2026-11-21T12:10:00Z"));
        assert_ne!(over("now-2h", "now"), over("now-3h", "now"));
    }

    #[test]
    fn is_made_of_hashes() {
        let key = key(&DqlRequest::new("fetch logs | filter user == \"ada\""));
        for text in [key.answer(), key.claim(), key.fingerprint] {
            let hash = text.rsplit(':').next().unwrap();
            assert!(hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{text}");
        }
    }
}
