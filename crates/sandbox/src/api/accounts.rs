//! Who may ask: OAuth clients and platform tokens.
//! Source: docs.dynatrace.com, OAuth clients and platform tokens.

use std::collections::HashMap;

use serde_json::json;

use super::message::{Request, Response};
use crate::data::Random;
use crate::encoding::form_pairs;
use crate::evaluator::scopes;

/// The account that all environments belong to.
pub const ACCOUNT_URN: &str = "urn:dtaccount:sandbox";
/// The OAuth client that has every scope. The secret is `<client id>.SECRET`.
pub const CLIENT_ID: &str = "dt0s02.SANDBOX";
/// The secret of [`CLIENT_ID`].
pub const CLIENT_SECRET: &str = "dt0s02.SANDBOX.SECRET";
/// The platform token that has every scope.
pub const PLATFORM_TOKEN: &str = "dt0s16.SANDBOX.TOKEN";

/// The classic API token that has every scope, sent as `Authorization: Api-Token …` to the Environment API v2 and the
/// ingest endpoints.
pub const API_TOKEN: &str = "dt0c01.SANDBOX.TOKEN";

/// How long an access token is valid, in seconds.
const LIFETIME_SECONDS: i64 = 300;

/// Scopes beyond those for reading.
const OTHER_SCOPES: [&str; 17] = [
    "storage:events:write",
    "settings:objects:read",
    "settings:objects:write",
    "settings:schemas:read",
    "automation:workflows:read",
    "automation:workflows:run",
    "davis:analyzers:read",
    "davis:analyzers:execute",
    "slo:slos:read",
    "slo:slos:write",
    "environment-api:slo:read",
    "environment-api:entities:read",
    "environment-api:problems:read",
    "storage:filter-segments:read",
    "storage:filter-segments:write",
    "storage:filter-segments:share",
    "storage:filter-segments:delete",
];

/// The names in credentials (`dt0s02.<name>`, `dt0s16.<name>.TOKEN`, `dt0c01.<name>.TOKEN`), and the scopes they lack.
const HOLDERS: [(&str, &[&str]); 8] = [
    ("SANDBOX", &[]),
    ("NOBIZEVENTS", &["storage:bizevents:read"]),
    ("NOSECURITY", &["storage:security.events:read"]),
    ("NOSEGMENTS", &["storage:filter-segments:read"]),
    ("NOSMARTSCAPE", &["storage:smartscape:read"]),
    ("NOSPANS", &["storage:spans:read"]),
    (
        "READONLY",
        &[
            "storage:events:write",
            "settings:objects:write",
            "automation:workflows:run",
            "slo:slos:write",
            "storage:filter-segments:write",
            "storage:filter-segments:share",
            "storage:filter-segments:delete",
        ],
    ),
    ("NOSCOPES", &[]),
];

fn scopes_of(holder: &str) -> Option<Vec<String>> {
    let (name, lacking) = HOLDERS.iter().find(|(name, _)| *name == holder)?;
    let all = scopes::READ.iter().chain(&OTHER_SCOPES);
    Some(match *name {
        "NOSCOPES" => vec![scopes::BUCKETS.to_owned()],
        _ => all.filter(|scope| !lacking.contains(scope)).map(ToString::to_string).collect(),
    })
}

/// Who a request comes from.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) scopes: Vec<String>,
}

/// What a request to the Environment API v2 has to be allowed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    /// The scope of an OAuth or platform token.
    pub(crate) scope: &'static str,
    /// The scope of an API token.
    pub(crate) token_scope: &'static str,
}

impl Caller {
    /// Refuses a caller whose token lacks a scope.
    pub(crate) fn require(&self, scope: &str, trace_id: &str) -> Result<(), Response> {
        if self.scopes.iter().any(|granted| granted == scope) {
            return Ok(());
        }
        Err(Response::lacks_scope(scope, trace_id))
    }
}

/// The access tokens given out.
#[derive(Debug)]
pub(crate) struct Accounts {
    random: Random,
    tokens: HashMap<String, AccessToken>,
}

#[derive(Debug)]
struct AccessToken {
    scopes: Vec<String>,
    expires_millis: i64,
}

impl Accounts {
    pub(crate) fn new(seed: u64) -> Self {
        Self { random: Random::of(seed, "tokens"), tokens: HashMap::new() }
    }

    /// Makes every access token invalid.
    pub(crate) fn revoke_all(&mut self) {
        self.tokens.clear();
    }

    /// `POST /sso/oauth2/token`
    pub(crate) fn token(&mut self, request: &Request, now_millis: i64) -> Response {
        let form: HashMap<String, String> =
            form_pairs(&String::from_utf8_lossy(&request.body)).into_iter().collect();
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if field("grant_type") != "client_credentials" {
            return oauth_error(400, "unsupported_grant_type", "only client_credentials is supported");
        }
        let client = field("client_id");
        let holder = client.strip_prefix("dt0s02.").unwrap_or_default();
        let Some(granted) =
            scopes_of(holder).filter(|_| field("client_secret") == format!("{client}.SECRET"))
        else {
            return oauth_error(401, "invalid_client", "Client authentication failed");
        };
        let resource = field("resource");
        if !resource.is_empty() && resource != ACCOUNT_URN {
            return self.sso_error(400, "The resource is not valid for this client.");
        }
        let wanted: Vec<String> = field("scope").split_whitespace().map(ToOwned::to_owned).collect();
        if let Some(unknown) = wanted.iter().find(|scope| !granted.contains(scope)) {
            let message = format!("The requested scope {unknown} is not granted to the client.");
            return self.sso_error(400, &message);
        }
        let scopes = if wanted.is_empty() { granted } else { wanted };
        let token =
            format!("eyJhbGciOiJFUzI1NiJ9.{:016x}{:016x}.sandbox", self.random.next(), self.random.next());
        let scope = scopes.join(" ");
        self.tokens.retain(|_, token| token.expires_millis > now_millis);
        let expires_millis = now_millis + LIFETIME_SECONDS * 1000;
        self.tokens.insert(token.clone(), AccessToken { scopes, expires_millis });
        let body = json!({
            "token_type": "Bearer",
            "access_token": token,
            "expires_in": LIFETIME_SECONDS,
            "scope": scope,
            "resource": ACCOUNT_URN,
        });
        Response::json(200, body.to_string())
    }

    /// Dynatrace's own shape of an SSO error.
    fn sso_error(&mut self, status: u16, message: &str) -> Response {
        let issue = format!("{:016x}", self.random.next());
        let body = json!({"errorCode": status, "message": message, "issueId": issue});
        Response::json(status, body.to_string())
    }

    /// Whether the request may bring data: by the API token, or by a bearer token with the scope.
    pub(crate) fn writer(
        &self,
        request: &Request,
        scope: &str,
        now_millis: i64,
        trace_id: &str,
    ) -> Result<(), Response> {
        match request.header("authorization").and_then(|header| header.strip_prefix("Api-Token ")) {
            Some(API_TOKEN) => return Ok(()),
            Some(_) => return Err(Response::gateway_error(401, "The API token is invalid.", trace_id)),
            None => {}
        }
        self.caller(request, now_millis, trace_id)?.require(scope, trace_id)
    }

    /// Whether the request is allowed what it needs: by an API token outside the platform's paths, or by a bearer token.
    pub(crate) fn allowed(
        &self,
        request: &Request,
        need: Need,
        now_millis: i64,
        trace_id: &str,
    ) -> Result<(), Response> {
        let header = request.header("authorization").and_then(|header| header.strip_prefix("Api-Token "));
        let Some(token) = header.filter(|_| !request.path.starts_with("/platform/")) else {
            return self.caller(request, now_millis, trace_id)?.require(need.scope, trace_id);
        };
        let holder = token.strip_prefix("dt0c01.").and_then(|rest| rest.strip_suffix(".TOKEN"));
        let Some(scopes) = holder.and_then(scopes_of) else {
            return Err(Response::gateway_error(401, "Token Authentication failed", trace_id));
        };
        if scopes.iter().any(|granted| granted == need.scope) {
            return Ok(());
        }
        let message = format!("Token is missing required scope. Use one of: {}", need.token_scope);
        Err(Response::missing_scopes(&message, &[need.token_scope], trace_id))
    }

    /// Who the bearer of the token is; else the gateway's answer.
    pub(crate) fn caller(
        &self,
        request: &Request,
        now_millis: i64,
        trace_id: &str,
    ) -> Result<Caller, Response> {
        let refused = |status, message: &str| Response::gateway_error(status, message, trace_id);
        let Some(header) = request.header("authorization") else {
            return Err(refused(401, "Authentication is required."));
        };
        let Some(token) = header.strip_prefix("Bearer ").or_else(|| header.strip_prefix("bearer ")) else {
            return Err(refused(401, "Only the Bearer scheme is supported."));
        };
        if let Some(rest) = token.strip_prefix("dt0s16.") {
            return match rest.split_once('.') {
                Some(("EXPIRED", "TOKEN")) => Err(refused(403, "The platform token is expired.")),
                Some((holder, "TOKEN")) => match scopes_of(holder) {
                    Some(scopes) => Ok(Caller { scopes }),
                    None => Err(refused(401, "Platform token is invalid.")),
                },
                Some(_) => Err(refused(401, "Platform token is invalid.")),
                None => Err(refused(401, "Platform token has invalid format.")),
            };
        }
        match self.tokens.get(token) {
            Some(token) if token.expires_millis > now_millis => Ok(Caller { scopes: token.scopes.clone() }),
            Some(_) => Err(refused(401, "The access token is expired.")),
            None => Err(refused(401, "The access token is invalid.")),
        }
    }
}

/// The OAuth 2 shape of an error (RFC 6749 section 5.2).
fn oauth_error(status: u16, error: &str, description: &str) -> Response {
    Response::json(status, json!({"error": error, "error_description": description}).to_string())
}
