//! Links into the apps of an environment.
//!
//! Built from parts: every value is percent-encoded where it stands, so a value can never end its segment,
//! parameter or fragment. Sources: "Intents" and "Deep links" on developer.dynatrace.com; an intent's payload
//! lies in the fragment, which browsers do not send.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::base_url::BaseUrl;

/// The unreserved characters of RFC 3986; all else is encoded, a blank as `%20`.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const KUBERNETES_APP: &str = "dynatrace.kubernetes";
const NOTEBOOKS_APP: &str = "dynatrace.notebooks";
const GUARDIAN_APP: &str = "dynatrace.site.reliability.guardian";
const SITE_RELIABILITY_APP: &str = "dynatrace.site.reliability";
const PROBLEMS_APP: &str = "dynatrace.davis.problems";
const VULNERABILITIES_APP: &str = "dynatrace.security.vulnerabilities";
const CLASSIC_APP: &str = "dynatrace.classic.services";
/// Classic entities the Kubernetes app has an intent for.
const CLASSIC_KUBERNETES: [&str; 3] =
    ["CLOUD_APPLICATION", "CLOUD_APPLICATION_NAMESPACE", "KUBERNETES_CLUSTER"];

/// An app, or a page in it: `/ui/apps/{app}[/{segment}…][?name=value…]`.
///
/// `None` where the app or a segment is empty, `.` or `..`: URL parsers take such a segment for a step up the
/// path, percent-encoded or not.
#[must_use]
pub fn app(base: &BaseUrl, app: &str, segments: &[&str], parameters: &[(&str, &str)]) -> Option<String> {
    let mut url = format!("{base}/ui/apps");
    for segment in std::iter::once(&app).chain(segments) {
        push_segment(&mut url, segment)?;
    }
    for (nth, (name, value)) in parameters.iter().enumerate() {
        url.push(if nth == 0 { '?' } else { '&' });
        url.extend(utf8_percent_encode(name, COMPONENT));
        url.push('=');
        url.extend(utf8_percent_encode(value, COMPONENT));
    }
    Some(url)
}

/// An intent: `/ui/intent/{app}/{intent}#{payload}`, the payload as percent-encoded JSON.
///
/// `None` where app or intent cannot be a path segment, see [`app`].
#[must_use]
pub fn intent(base: &BaseUrl, app: &str, intent: &str, payload: &Value) -> Option<String> {
    let mut url = format!("{base}/ui/intent");
    push_segment(&mut url, app)?;
    push_segment(&mut url, intent)?;
    url.push('#');
    url.extend(utf8_percent_encode(&payload.to_string(), COMPONENT));
    Some(url)
}

/// The query in a new notebook, with an optional title and default timeframe (ISO 8601 or `now-2h`).
#[must_use]
pub fn notebook(base: &BaseUrl, query: &str, title: Option<&str>, timeframe: Option<(&str, &str)>) -> String {
    let mut payload = Map::new();
    payload.insert("dt.query".to_owned(), query.into());
    if let Some(title) = title {
        payload.insert("title".to_owned(), title.into());
    }
    if let Some((from, to)) = timeframe {
        payload.insert("dt.timeframe".to_owned(), json!({ "from": from, "to": to }));
    }
    intent(base, NOTEBOOKS_APP, "view-query", &Value::Object(payload)).unwrap_or_default()
}

/// A Smartscape node in the Kubernetes app, such as `K8S_DEPLOYMENT-1A2B3C4D5E6F7A8B`.
///
/// `None` for an id that is not of a Kubernetes node.
#[must_use]
pub fn kubernetes_node(base: &BaseUrl, smartscape_id: &str) -> Option<String> {
    let kind = entity_type(smartscape_id)?;
    if !kind.starts_with("K8S_") {
        return None;
    }
    let name = format!("view-entity-dt.smartscape.{}", kind.to_ascii_lowercase());
    intent(base, KUBERNETES_APP, &name, &json!({ "nodeId": smartscape_id }))
}

/// A classic entity, such as `CLOUD_APPLICATION-1A2B3C4D5E6F7A8B`: in the Kubernetes app where that shows it,
/// otherwise its classic page.
///
/// `None` for a text that is not an entity id.
#[must_use]
pub fn classic_entity(base: &BaseUrl, entity_id: &str) -> Option<String> {
    let kind = entity_type(entity_id)?;
    if CLASSIC_KUBERNETES.contains(&kind) {
        let name = format!("view-entity-dt.entity.{}", kind.to_ascii_lowercase());
        return intent(base, KUBERNETES_APP, &name, &json!({ "id": entity_id }));
    }
    app(base, CLASSIC_APP, &["ui", "entity", entity_id], &[])
}

/// The page of a Site Reliability Guardian; `kind` is `SDLC_EVENT` or `BIZ_EVENT`.
///
/// `None` for an id that cannot be a path segment, see [`app`].
#[must_use]
pub fn guardian(base: &BaseUrl, guardian_id: &str, kind: &str) -> Option<String> {
    app(base, GUARDIAN_APP, &["analysis", guardian_id], &[("kind", kind)])
}

/// A validation of a Site Reliability Guardian; of one of the lifecycle the id is that of the task.
///
/// `None` where an id is empty.
#[must_use]
pub fn guardian_validation(base: &BaseUrl, guardian_id: &str, validation_id: &str) -> Option<String> {
    if guardian_id.is_empty() || validation_id.is_empty() {
        return None;
    }
    let payload = json!({ "guardian.id": guardian_id, "validation.id": validation_id });
    intent(base, GUARDIAN_APP, "view_validation", &payload)
}

/// A problem by its `event.id`, such as `-5547782627070661074_1647601320000V2`.
///
/// `None` for an id that cannot be a path segment, see [`app`].
#[must_use]
pub fn problem(base: &BaseUrl, event_id: &str) -> Option<String> {
    app(base, PROBLEMS_APP, &["problem", event_id], &[])
}

/// A vulnerability by its `vulnerability.id`, which is not its display id.
///
/// `None` for an id that cannot be a path segment, see [`app`].
#[must_use]
pub fn vulnerability(base: &BaseUrl, vulnerability_id: &str) -> Option<String> {
    app(base, VULNERABILITIES_APP, &["vulnerabilities", vulnerability_id], &[])
}

/// A service-level objective by its id. Source: the routes that Dynatrace's command line `dtctl` opens.
///
/// `None` for an id that cannot be a path segment, see [`app`].
#[must_use]
pub fn slo(base: &BaseUrl, slo_id: &str) -> Option<String> {
    app(base, SITE_RELIABILITY_APP, &["slos", slo_id], &[])
}

/// The type in an entity id: `K8S_POD` of `K8S_POD-00AB`.
fn entity_type(id: &str) -> Option<&str> {
    let (kind, number) = id.rsplit_once('-')?;
    let valid_kind = kind.starts_with(|first: char| first.is_ascii_uppercase())
        && kind.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let valid_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_hexdigit());
    (valid_kind && valid_number).then_some(kind)
}

fn push_segment(url: &mut String, segment: &str) -> Option<()> {
    if matches!(segment, "" | "." | "..") {
        return None;
    }
    url.push('/');
    url.extend(utf8_percent_encode(segment, COMPONENT));
    Some(())
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    use super::*;

    fn base() -> BaseUrl {
        BaseUrl::parse("https://abc12345.apps.dynatrace.com").unwrap()
    }

    fn payload(link: &str) -> Value {
        let (_, fragment) = link.split_once('#').unwrap();
        serde_json::from_str(&percent_decode_str(fragment).decode_utf8().unwrap()).unwrap()
    }

    #[test]
    fn notebook_holds_the_query_in_the_fragment() {
        let link = notebook(&base(), "fetch logs | limit 5", Some("Logs"), None);
        assert_eq!(
            link,
            "https://abc12345.apps.dynatrace.com/ui/intent/dynatrace.notebooks/view-query#%7B%22dt.query%22%3A%22fetch%20logs%20%7C%20limit%205%22%2C%22title%22%3A%22Logs%22%7D"
        );
    }

    #[test]
    fn notebook_keeps_the_timeframe() {
        let link = notebook(&base(), "fetch logs", None, Some(("now-2h", "now")));
        assert_eq!(
            payload(&link),
            json!({"dt.query": "fetch logs", "dt.timeframe": {"from": "now-2h", "to": "now"}})
        );
    }

    #[test]
    fn kubernetes_node_names_its_type_in_lower_case() {
        assert_eq!(
            kubernetes_node(&base(), "K8S_DEPLOYMENT-1A2B").unwrap(),
            "https://abc12345.apps.dynatrace.com/ui/intent/dynatrace.kubernetes/view-entity-dt.smartscape.k8s_deployment#%7B%22nodeId%22%3A%22K8S_DEPLOYMENT-1A2B%22%7D"
        );
    }

    #[test]
    fn classic_workloads_open_in_the_kubernetes_app_and_services_on_their_page() {
        assert_eq!(
            classic_entity(&base(), "CLOUD_APPLICATION-1A2B").unwrap(),
            "https://abc12345.apps.dynatrace.com/ui/intent/dynatrace.kubernetes/view-entity-dt.entity.cloud_application#%7B%22id%22%3A%22CLOUD_APPLICATION-1A2B%22%7D"
        );
        assert_eq!(
            classic_entity(&base(), "SERVICE-00FF").unwrap(),
            "https://abc12345.apps.dynatrace.com/ui/apps/dynatrace.classic.services/ui/entity/SERVICE-00FF"
        );
    }

    #[test]
    fn a_validation_is_found_by_its_guardian_and_its_id() {
        let link = guardian_validation(&base(), "vu9U3hXa", "8f-1").unwrap();
        assert!(link.starts_with(
            "https://abc12345.apps.dynatrace.com/ui/intent/dynatrace.site.reliability.guardian/view_validation#"
        ));
        assert_eq!(payload(&link), json!({"guardian.id": "vu9U3hXa", "validation.id": "8f-1"}));
        assert_eq!(guardian_validation(&base(), "vu9U3hXa", ""), None);
        assert_eq!(
            guardian(&base(), "vu9U3hXa", "BIZ_EVENT").unwrap(),
            "https://abc12345.apps.dynatrace.com/ui/apps/dynatrace.site.reliability.guardian/analysis/vu9U3hXa?kind=BIZ_EVENT"
        );
        assert_eq!(guardian(&base(), "", "BIZ_EVENT"), None);
    }

    #[test]
    fn problems_and_vulnerabilities_open_by_their_ids() {
        assert_eq!(
            problem(&base(), "-55_16V2").unwrap(),
            "https://abc12345.apps.dynatrace.com/ui/apps/dynatrace.davis.problems/problem/-55_16V2"
        );
        assert_eq!(problem(&base(), ".."), None);
        assert_eq!(
            vulnerability(&base(), "4000000000000001001").unwrap(),
            "https://abc12345.apps.dynatrace.com/ui/apps/dynatrace.security.vulnerabilities/vulnerabilities/4000000000000001001"
        );
        assert_eq!(vulnerability(&base(), ""), None);
    }

    #[test]
    fn an_id_that_is_none_has_no_link() {
        for id in [
            "",
            "-",
            "K8S_POD",
            "K8S_POD-",
            "k8s_pod-1A",
            "K8S_POD-1A/../x",
            "K8S_POD-1A#x",
            "HOST-1A\"",
            "../K8S-1A",
        ] {
            assert_eq!(kubernetes_node(&base(), id), None, "{id}");
            assert_eq!(classic_entity(&base(), id), None, "{id}");
        }
        assert_eq!(kubernetes_node(&base(), "SERVICE-1A"), None);
    }

    #[test]
    fn a_hostile_segment_stays_one_segment() {
        let link = app(
            &base(),
            "dynatrace.kubernetes",
            &["a/b?c#d&e", "x y"],
            &[("tf", "now-2h;now"), ("a&b", "#")],
        );
        assert_eq!(
            link.unwrap(),
            "https://abc12345.apps.dynatrace.com/ui/apps/dynatrace.kubernetes/a%2Fb%3Fc%23d%26e/x%20y?tf=now-2h%3Bnow&a%26b=%23"
        );
    }

    #[test]
    fn dot_segments_have_no_link() {
        for segment in ["", ".", ".."] {
            assert_eq!(app(&base(), "dynatrace.kubernetes", &[segment], &[]), None);
            assert_eq!(intent(&base(), segment, "x", &Value::Null), None);
        }
    }

    proptest! {
        #[test]
        fn any_query_and_title_come_back_from_the_fragment(query in any::<String>(), title in any::<String>()) {
            let link = notebook(&base(), &query, Some(&title), None);
            prop_assert_eq!(payload(&link), json!({"dt.query": query, "title": title}));
            let (address, fragment) = link.split_once('#').unwrap();
            prop_assert_eq!(address, "https://abc12345.apps.dynatrace.com/ui/intent/dynatrace.notebooks/view-query");
            prop_assert!(fragment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)));
        }

        #[test]
        fn any_segment_leaves_the_path_as_it_is(segment in any::<String>()) {
            if let Some(link) = app(&base(), "my.app", &[&segment, "end"], &[]) {
                let path = link.strip_prefix("https://abc12345.apps.dynatrace.com/ui/apps/my.app/").unwrap();
                let (encoded, end) = path.split_once('/').unwrap();
                prop_assert_eq!(end, "end");
                let decoded = percent_decode_str(encoded).decode_utf8().unwrap();
                prop_assert_eq!(decoded.as_ref(), segment.as_str());
            }
        }
    }
}
