//! The `dynatrace.policy` key of the configuration.

use serde_json::Value;

use super::links::LinkOrigins;
use super::rules::{QueryRules, invalid, object, texts, unknown};
use crate::InsightError;

/// What queries that people write themselves may do.
#[derive(Debug, Clone)]
pub(crate) struct QueryPolicy {
    /// For the queries of entities.
    pub(super) catalog: QueryRules,
    /// For the queries of the configuration.
    pub(super) custom: QueryRules,
    /// Where links may lead besides the environment.
    pub(crate) links: LinkOrigins,
}

impl QueryPolicy {
    /// Reads `{ catalogQueries?, customQueries?, links? }`; what is absent keeps its default.
    ///
    /// # Errors
    /// `invalid-config` with the key. There is no going on without a policy that somebody wrote.
    pub(crate) fn from_json(value: &Value) -> Result<Self, InsightError> {
        let mut policy =
            Self { catalog: QueryRules::catalog(), custom: QueryRules::FREE, links: LinkOrigins::default() };
        for (name, value) in object("policy", value)? {
            let key = format!("policy.{name}");
            match name.as_str() {
                "catalogQueries" => policy.catalog = policy.catalog.with(&key, value)?,
                "customQueries" => policy.custom = policy.custom.with(&key, value)?,
                "links" => {
                    for origin in texts(&key, value)? {
                        policy
                            .links
                            .allow(&origin)
                            .map_err(|problem| invalid(&key, &format!("has `{origin}`, which {problem}")))?;
                    }
                }
                _ => {
                    return Err(unknown(&key, "known are `catalogQueries`, `customQueries` and `links`"));
                }
            }
        }
        Ok(policy)
    }
}

#[cfg(test)]
mod tests {
    use grailstage_tenant::{DqlRequest, UnixMillis};
    use serde_json::json;

    use super::*;

    const NOW: UnixMillis = UnixMillis(1_795_262_400_000);

    fn allows(rules: &QueryRules, source: &str) -> bool {
        rules.enforce(&grailstage_dql::parse(source).unwrap(), NOW).is_ok()
    }

    #[test]
    fn a_catalog_query_reads_seven_kinds_of_data_for_thirty_days() {
        let policy = QueryPolicy::from_json(&Value::Null).unwrap();
        for source in [
            "fetch logs, from:-30d",
            "fetch events",
            "fetch dt.davis.problems",
            "fetch spans",
            "timeseries avg(dt.host.cpu.usage)",
            "fetch dt.entity.host",
            "smartscapeNodes \"*\"",
            "fetch security.events",
            "fetch bizevents",
            "data record(a = 1)",
        ] {
            assert!(allows(&policy.catalog, source), "{source}");
        }
        for source in [
            "fetch logs, from:-31d",
            "fetch user.sessions",
            "fetch dt.system.events",
            "load \"/lookups/a\"",
            "fetch logs | append [fetch user.events]",
        ] {
            assert!(!allows(&policy.catalog, source), "{source}");
            assert!(allows(&policy.custom, source), "{source}");
        }
    }

    #[test]
    fn what_the_configuration_says_replaces_the_default_and_nothing_else() {
        let policy = QueryPolicy::from_json(&json!({
            "catalogQueries": { "tables": ["user.*"], "limits": { "maxResultRecords": "50" } },
            "customQueries": { "maxDaysBack": 7 },
        }))
        .unwrap();
        assert!(allows(&policy.catalog, "fetch user.sessions, from:-30d"));
        assert!(!allows(&policy.catalog, "fetch logs"));
        assert!(!allows(&policy.catalog, "fetch user.sessions, from:-31d"));
        assert!(allows(&policy.custom, "fetch logs, from:-7d"));
        assert!(!allows(&policy.custom, "fetch logs, from:-8d"));
        let request = policy.catalog.limit(DqlRequest::new("fetch logs"));
        assert_eq!(
            (request.max_result_records, request.max_result_bytes, request.scan_limit_gbytes),
            (Some(50), Some(1_048_576), Some(10))
        );
    }

    #[test]
    fn refuses_what_it_does_not_understand() {
        for (policy, message) in [
            (json!([]), "`dynatrace.policy` is not an object"),
            (
                json!({ "tables": [] }),
                "`dynatrace.policy.tables` is not a known key; known are `catalogQueries`, `customQueries` and `links`",
            ),
            (
                json!({ "catalogQueries": { "maxDaysBack": 0 } }),
                "`dynatrace.policy.catalogQueries.maxDaysBack` is not a whole number from 1 to 36500",
            ),
            (
                json!({ "catalogQueries": { "limits": { "maxRecords": 5 } } }),
                "`dynatrace.policy.catalogQueries.limits.maxRecords` is not a known key; known are `maxResultRecords`, \
                 `maxResultBytes` and `defaultScanLimitGbytes`",
            ),
            (
                json!({ "links": ["wiki"] }),
                "`dynatrace.policy.links` has `wiki`, which is no http or https address",
            ),
        ] {
            assert_eq!(QueryPolicy::from_json(&policy).unwrap_err().to_string(), message);
        }
    }
}
