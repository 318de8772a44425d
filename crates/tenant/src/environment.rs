//! One environment of the configuration.

use std::fmt;
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::base_url::BaseUrl;
use crate::error::TenantError;
use crate::filter_segment;
use crate::grail::request::SegmentFilter;
use crate::limits::Limits;
use crate::secret::Secret;

/// Where Dynatrace issues tokens unless `tokenUrl` says otherwise.
const DYNATRACE_SSO: &str = "https://sso.dynatrace.com/sso/oauth2/token";

/// Which model of topology an environment is asked in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EntityModel {
    /// Smartscape on Grail: `smartscapeNodes`.
    #[default]
    Smartscape,
    /// Classic entities: `fetch dt.entity.…`.
    Classic,
}

/// How requests are authorised.
#[derive(Clone)]
pub(crate) enum Credentials {
    /// OAuth 2 client credentials, exchanged for access tokens of about 300 s.
    OAuthClient(OAuthClient),
    /// A platform token, sent as it is.
    PlatformToken(Rc<Secret>),
}

/// An OAuth client of the Dynatrace account.
#[derive(Clone)]
pub(crate) struct OAuthClient {
    pub(crate) client_id: String,
    pub(crate) client_secret: Rc<Secret>,
    pub(crate) account_urn: Option<String>,
    pub(crate) token_url: BaseUrl,
}

/// A Dynatrace environment: name, address, credentials, topology model and limits. `Debug` shows the kind of
/// the credentials only.
#[derive(Clone)]
pub struct EnvironmentConfig {
    name: String,
    url: BaseUrl,
    pub(crate) credentials: Credentials,
    entity_model: EntityModel,
    limits: Limits,
    filter_segments: Vec<SegmentFilter>,
}

impl EnvironmentConfig {
    /// Reads one element of `dynatrace.environments`:
    /// `{ name, url, clientId + clientSecret [+ accountUrn] [+ tokenUrl] | platformToken, entityModel?, limits?,
    /// filterSegments? }`.
    /// Unknown keys are left to whoever they are for.
    ///
    /// Environments are read one at a time, so that a broken one does not stop the others.
    ///
    /// # Errors
    /// `invalid-config`, naming the key and the way out, never a value.
    pub fn from_json(value: &Value) -> Result<Self, TenantError> {
        let Some(object) = value.as_object() else {
            return Err(invalid(
                "environments",
                "has an entry that is not an object",
                "give `name`, `url` and credentials",
            ));
        };
        let name = required(object, "name", "give the environment a name to show, such as `production`")?;
        let url = environment_url(object)?;
        Ok(Self {
            name,
            url,
            credentials: credentials(object)?,
            entity_model: entity_model(object)?,
            limits: Limits::from_json(object.get("limits").unwrap_or(&Value::Null))?,
            filter_segments: filter_segment::from_json(object.get("filterSegments").unwrap_or(&Value::Null))?,
        })
    }

    /// The name shown to people and used to choose the environment.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The platform address, `https://<environment>.apps.dynatrace.com`.
    #[must_use]
    pub const fn url(&self) -> &BaseUrl {
        &self.url
    }

    /// Which model of topology to ask in.
    #[must_use]
    pub const fn entity_model(&self) -> EntityModel {
        self.entity_model
    }

    /// The bounds every query runs in.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// The segments every query is limited to.
    #[must_use]
    pub fn filter_segments(&self) -> &[SegmentFilter] {
        &self.filter_segments
    }

    /// The values that must not be seen.
    pub(crate) fn secrets(&self) -> Vec<Rc<Secret>> {
        match &self.credentials {
            Credentials::OAuthClient(client) => vec![Rc::clone(&client.client_secret)],
            Credentials::PlatformToken(token) => vec![Rc::clone(token)],
        }
    }
}

impl fmt::Debug for EnvironmentConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credentials = match &self.credentials {
            Credentials::OAuthClient(_) => "OAuth client",
            Credentials::PlatformToken(_) => "platform token",
        };
        formatter
            .debug_struct("EnvironmentConfig")
            .field("name", &self.name)
            .field("url", &self.url.as_str())
            .field("credentials", &credentials)
            .field("entity_model", &self.entity_model)
            .field("limits", &self.limits)
            .field("filter_segments", &self.filter_segments)
            .finish()
    }
}

fn environment_url(object: &Map<String, Value>) -> Result<BaseUrl, TenantError> {
    const WAY_OUT: &str = "give the platform address, such as `https://abc12345.apps.dynatrace.com`";
    let url = BaseUrl::parse(&required(object, "url", WAY_OUT)?)
        .map_err(|problem| invalid("url", problem, WAY_OUT))?;
    // The classic host serves neither the query API nor the apps links point to.
    if let Some((environment, domain)) = url.host().split_once(".live.")
        && domain.starts_with("dynatrace")
    {
        return Err(invalid(
            "url",
            "is the classic address, which has no Grail query API",
            &format!("use `https://{environment}.apps.{domain}`"),
        ));
    }
    Ok(url)
}

fn credentials(object: &Map<String, Value>) -> Result<Credentials, TenantError> {
    const EITHER: &str = "give either `clientId` and `clientSecret` of an OAuth client, or a `platformToken`";
    let client_id = optional(object, "clientId")?;
    let client_secret = optional(object, "clientSecret")?;
    let platform_token = optional(object, "platformToken")?;
    match (client_id, client_secret, platform_token) {
        (None, None, None) => Err(invalid("platformToken", "is missing, and so is `clientId`", EITHER)),
        (None, None, Some(token)) => {
            if token.starts_with("dt0c01.") {
                return Err(invalid(
                    "platformToken",
                    "is a classic access token (`dt0c01`), which the Grail query API does not accept",
                    "create a platform token (`dt0s16`) in Account Management, or an OAuth client",
                ));
            }
            if token.starts_with("dt0s02.") {
                return Err(invalid(
                    "platformToken",
                    "is the secret of an OAuth client (`dt0s02`)",
                    "put it into `clientSecret`, next to `clientId` and `accountUrn`",
                ));
            }
            Ok(Credentials::PlatformToken(Rc::new(header_safe("platformToken", token)?)))
        }
        (_, _, Some(_)) => Err(invalid("platformToken", "stands next to an OAuth client", EITHER)),
        (Some(client_id), Some(client_secret), None) => {
            let token_url = optional(object, "tokenUrl")?.unwrap_or_else(|| DYNATRACE_SSO.to_owned());
            let token_url = BaseUrl::parse(&token_url).map_err(|problem| {
                invalid("tokenUrl", problem, &format!("leave it out for `{DYNATRACE_SSO}`"))
            })?;
            let account_urn = optional(object, "accountUrn")?;
            if account_urn.as_ref().is_some_and(|urn| !urn.starts_with("urn:")) {
                return Err(invalid("accountUrn", "is not a URN", "give `urn:dtaccount:<account uuid>`"));
            }
            Ok(Credentials::OAuthClient(OAuthClient {
                client_id,
                client_secret: Rc::new(Secret::new(client_secret)),
                account_urn,
                token_url,
            }))
        }
        (Some(_), None, None) => Err(invalid("clientSecret", "is missing next to `clientId`", EITHER)),
        (None, Some(_), None) => Err(invalid("clientId", "is missing next to `clientSecret`", EITHER)),
    }
}

fn entity_model(object: &Map<String, Value>) -> Result<EntityModel, TenantError> {
    match optional(object, "entityModel")?.as_deref() {
        None | Some("smartscape") => Ok(EntityModel::Smartscape),
        Some("classic") => Ok(EntityModel::Classic),
        Some(_) => Err(invalid("entityModel", "is unknown", "give `smartscape` (the default) or `classic`")),
    }
}

/// A token that fits into a header as it is.
fn header_safe(key: &str, token: String) -> Result<Secret, TenantError> {
    if token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(Secret::new(token));
    }
    Err(invalid(key, "has characters no token has", "check it for blanks and line breaks"))
}

fn required(object: &Map<String, Value>, key: &str, way_out: &str) -> Result<String, TenantError> {
    optional(object, key)?.ok_or_else(|| invalid(key, "is missing", way_out))
}

/// A text, trimmed; an empty one counts as absent, as an unset environment variable leaves it behind.
fn optional(object: &Map<String, Value>, key: &str) -> Result<Option<String>, TenantError> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
        Some(_) => Err(invalid(key, "is not a text", "put the value in quotes")),
    }
}

fn invalid(key: &str, problem: &str, way_out: &str) -> TenantError {
    TenantError::InvalidConfig {
        key: key.to_owned(),
        problem: problem.to_owned(),
        way_out: way_out.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn oauth() -> Value {
        json!({
            "name": "production", "url": "https://abc12345.apps.dynatrace.com/",
            "clientId": "dt0s02.ABC", "clientSecret": "dt0s02.ABC.SECRET", "accountUrn": "urn:dtaccount:1",
        })
    }

    fn with(changes: Value) -> Value {
        let mut config = oauth();
        for (key, value) in changes.as_object().unwrap() {
            config[key] = value.clone();
        }
        config
    }

    fn refusal(config: &Value) -> (String, String) {
        let error = EnvironmentConfig::from_json(config).unwrap_err();
        assert_eq!((error.code(), error.status()), ("invalid-config", 500));
        (error.to_string(), error.help().unwrap())
    }

    #[test]
    fn reads_an_oauth_client_with_defaults() {
        let config = EnvironmentConfig::from_json(&oauth()).unwrap();
        assert_eq!(
            (config.name(), config.url().as_str()),
            ("production", "https://abc12345.apps.dynatrace.com")
        );
        assert_eq!((config.entity_model(), config.limits()), (EntityModel::Smartscape, Limits::default()));
        let Credentials::OAuthClient(client) = &config.credentials else { panic!("an OAuth client") };
        assert_eq!(client.token_url.as_str(), DYNATRACE_SSO);
        assert_eq!(client.account_urn.as_deref(), Some("urn:dtaccount:1"));
    }

    #[test]
    fn reads_a_platform_token_and_ignores_keys_of_others() {
        let config = json!({
            "name": "dev", "url": "http://localhost:7081", "platformToken": "dt0s16.A.B", "clientId": "",
            "entityModel": "classic", "somethingElse": {"x": 1},
        });
        let config = EnvironmentConfig::from_json(&config).unwrap();
        assert_eq!(config.entity_model(), EntityModel::Classic);
        assert!(matches!(config.credentials, Credentials::PlatformToken(_)));
    }

    #[test]
    fn names_the_key_and_the_way_out() {
        for (config, message) in [
            (json!([]), "`environments` has an entry that is not an object"),
            (with(json!({"name": " "})), "`name` is missing"),
            (with(json!({"name": 7})), "`name` is not a text"),
            (with(json!({"url": null})), "`url` is missing"),
            (with(json!({"url": "https://u:dt0s02.ABC.SECRET@a.example"})), "`url` has credentials in it"),
            (
                with(json!({"url": "http://abc12345.apps.dynatrace.com"})),
                "`url` is plain `http`, which is for loopback hosts only",
            ),
            (with(json!({"clientSecret": null})), "`clientSecret` is missing next to `clientId`"),
            (with(json!({"clientId": null})), "`clientId` is missing next to `clientSecret`"),
            (with(json!({"clientSecret": 12})), "`clientSecret` is not a text"),
            (
                with(json!({"clientSecret": null, "clientId": null})),
                "`platformToken` is missing, and so is `clientId`",
            ),
            (with(json!({"platformToken": "dt0s16.A.B"})), "`platformToken` stands next to an OAuth client"),
            (
                with(json!({"tokenUrl": "http://sso.example/token"})),
                "`tokenUrl` is plain `http`, which is for loopback hosts only",
            ),
            (with(json!({"accountUrn": "1234"})), "`accountUrn` is not a URN"),
            (with(json!({"entityModel": "graph"})), "`entityModel` is unknown"),
            (with(json!({"filterSegments": "abc"})), "`filterSegments` is not a list"),
            (with(json!({"limits": {"maxResultRecords": 0}})), "`limits.maxResultRecords` is out of bounds"),
        ] {
            let (found, help) = refusal(&config);
            assert_eq!(found, message);
            assert!(!help.is_empty());
            assert!(!found.contains("SECRET") && !help.contains("SECRET"));
        }
    }

    #[test]
    fn shows_the_way_from_live_to_apps() {
        let (message, help) = refusal(&with(json!({"url": "https://abc12345.live.dynatrace.com"})));
        assert_eq!(message, "`url` is the classic address, which has no Grail query API");
        assert_eq!(help, "use `https://abc12345.apps.dynatrace.com`");
    }

    #[test]
    fn explains_tokens_of_the_wrong_kind() {
        for (token, word) in
            [("dt0c01.A.B", "classic access token"), ("dt0s02.A.B", "OAuth client"), ("a\nb", "characters")]
        {
            let config = json!({"name": "x", "url": "https://a.apps.dynatrace.com", "platformToken": token});
            let (message, _) = refusal(&config);
            assert!(message.contains(word) && !message.contains(token), "{message}");
        }
    }
}
