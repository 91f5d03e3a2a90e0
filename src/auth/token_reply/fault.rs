//! Replies that hold no token, each with its own words and cure (RFC 6749 5.2).

use super::{
    answered::{Answered, printable},
    hint::hint,
};
use crate::auth::{date, grant::Part, refusal::Refusal};
use crate::json::Json;
use crate::spec::auth::{ClientAuth, Vendor};

/// Errors that pass (RFC 6749 4.1.2.1; sent by token endpoints too). Cognito tells of overload with status 400.
const PASSING: &[&str] = &["server_error", "temporarily_unavailable", "TooManyRequestsException"];
/// What to do about a scope where nobody knows the provider.
const SCOPE_CURE: &str =
    "see which scopes the provider allows for this client; Cognito calls them `<resource server>/<name>`";

impl Answered<'_> {
    /// The refusal in a reply that is JSON; none where it may hold a token.
    pub(crate) fn fault(&self, json: &Json<'_>) -> Option<Refusal> {
        let code = code(json);
        let succeeded = (200..300).contains(&self.response.status);
        if succeeded && code.is_none() {
            return None;
        }
        if let Some(refusal) = self.redirect() {
            return Some(refusal);
        }
        let told = match (&code, description(json)) {
            (Some(code), Some(why)) => format!("`{code}`{}: {why}", self.about(code)),
            (Some(code), None) => format!("`{code}`{}", self.about(code)),
            (None, Some(why)) => format!("with the message: {why}"),
            (None, None) => "with JSON that says no error".to_owned(),
        };
        Some(self.failed(&told, code.as_deref().unwrap_or_default()))
    }

    /// The refusal for a reply that is not JSON.
    pub(crate) fn not_json(&self, body: &[u8]) -> Refusal {
        if let Some(refusal) = self.redirect() {
            return refusal;
        }
        let kind = self.content_type();
        let is = |name: &str| kind.as_deref() == Some(name);
        let start = body.trim_ascii_start();
        let (what, help) = match () {
            () if start.is_empty() => (format!("with an empty body{}", self.of_type()), None),
            () if is("text/html") || start.starts_with(b"<") => (
                format!("with an HTML page{}", self.of_type()),
                Some("is this the token endpoint, and not its login page?"),
            ),
            () if is("application/x-www-form-urlencoded") || looks_like_a_form(start) => (
                format!("with a form-encoded body{} instead of JSON", self.of_type()),
                Some("see whether the endpoint has a setting or a parameter for JSON (RFC 6749 5.1)"),
            ),
            () => (format!("with a body{} that is not JSON", self.of_type()), Some("is this the token endpoint?")),
        };
        let refusal = self.failed(&what, "");
        match help {
            Some(help) if refusal.help.is_none() => refusal.help(help),
            _ => refusal,
        }
    }

    /// A refusal of this status and error.
    fn failed(&self, told: &str, code: &str) -> Refusal {
        let status = self.response.status;
        if matches!(status, 408 | 429) || status >= 500 || PASSING.contains(&code) {
            let retry_after = self.response.header("retry-after").and_then(|text| date::retry_after(text, self.now));
            return self.refusal(told, Part::TokenUrl).passing(retry_after);
        }
        let (part, help) = self.cure(code, status);
        let help = self.grant.vendor.and_then(|vendor| hint(vendor, status, told)).map(str::to_owned).or(help);
        let refusal = self.refusal(told, part).code(code);
        match help {
            Some(help) => refusal.help(help),
            None => refusal,
        }
    }

    fn cure(&self, code: &str, status: u16) -> (Part, Option<String>) {
        match (code, status) {
            ("invalid_client", _) | ("", 401) => (Part::Client, Some(self.client_cure())),
            ("unauthorized_client", _) => {
                let help = format!("allow the grant `{}` for this client at its provider", self.grant.grant.name());
                (Part::Client, Some(help))
            }
            ("invalid_scope", _) => (Part::Scope, Some(SCOPE_CURE.to_owned())),
            ("unsupported_grant_type", _) => {
                (Part::Whole, Some(format!("the endpoint does not know the grant `{}`", self.grant.grant.name())))
            }
            ("invalid_grant", _) => (Part::Own, self.grant.own.cure()),
            ("invalid_target", _) => (Part::Whole, Some("look at `audience` and `resource` (RFC 8707)".to_owned())),
            ("invalid_request", _) => (Part::Whole, Some(self.request_cure())),
            ("invalid_dpop_proof" | "use_dpop_nonce", _) if !self.grant.dpop => {
                (Part::Whole, Some("it binds tokens to a key (RFC 9449): write `dpop: true`".to_owned()))
            }
            ("invalid_dpop_proof", _) => {
                let help =
                    "the proof is signed by ES256 for this URL and this moment: is the clock of this machine right?";
                (Part::Whole, Some(help.to_owned()))
            }
            ("use_dpop_nonce", _) => (
                Part::TokenUrl,
                Some("it does not take the nonce that it gives in `DPoP-Nonce` (RFC 9449 8)".to_owned()),
            ),
            (_, 404 | 405) => (Part::TokenUrl, Some("look at `token_url`: a token endpoint takes POST".to_owned())),
            (_, 415) => (Part::Whole, Some("the endpoint may want `body: json`, or `form`".to_owned())),
            _ => (Part::Whole, None),
        }
    }

    /// What an error is about, as far as the request tells.
    fn about(&self, code: &str) -> String {
        match code {
            "invalid_scope" if self.grant.scope.is_empty() => " (no scope was sent)".to_owned(),
            "invalid_scope" => format!(" (the scope sent was `{}`)", self.grant.scope.join(" ")),
            "invalid_client" => format!(" (sent by `client_auth: {}`)", self.grant.client.auth().word()),
            _ if self.grant.vendor == Some(Vendor::CognitoUser) && self.response.status == 200 => {
                " (a challenge, which takes a person)".to_owned()
            }
            _ => String::new(),
        }
    }

    fn client_cure(&self) -> String {
        let other = match self.grant.client.auth() {
            ClientAuth::Basic if self.is_changed_by_encoding() => {
                "the server may want `client_auth: post`, or `basic_raw`, as `basic` encodes signs of this secret"
            }
            ClientAuth::Basic | ClientAuth::BasicRaw => "the server may want `client_auth: post`",
            ClientAuth::Post => "the server may want `client_auth: basic`",
            ClientAuth::None => "the server may want a `client_secret`",
            ClientAuth::SecretJwt | ClientAuth::PrivateKeyJwt => {
                return "does the server know this client's key, `key_id` and `alg`? The assertion's `aud` is the token endpoint, \
                        and it is good for a minute"
                    .to_owned();
            }
            ClientAuth::Tls => {
                return "is this certificate the one that the server knows for this client? By its subject \
                        (`tls_client_auth`) or as a whole (`self_signed_tls_client_auth`, RFC 8705 2)"
                    .to_owned();
            }
        };
        format!("are id and secret whole, without a line break, and of this environment? {other}")
    }

    fn is_changed_by_encoding(&self) -> bool {
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"*-._".contains(&b));
        let secret = self.grant.client.secret().is_none_or(|secret| plain(secret.expose()));
        !(secret && plain(&self.grant.client.id))
    }

    fn request_cure(&self) -> String {
        let grant = self.grant.grant.name();
        let other = match self.grant.client.auth() {
            ClientAuth::Basic | ClientAuth::BasicRaw => ", or the server may want `client_auth: post`",
            _ => "",
        };
        // Certified providers answer so where RFC 6749 5.2 has `unauthorized_client`.
        format!(
            "a parameter may be missing (`scope`, `audience`, `params`), this client may not have the grant `{grant}`{other}"
        )
    }

    /// Redirects are not followed, as the secret would go elsewhere.
    fn redirect(&self) -> Option<Refusal> {
        if !(300..400).contains(&self.response.status) {
            return None;
        }
        let Some(location) = self.response.header("location").map(|to| printable(to, 200)) else {
            return Some(self.refusal("without a `Location`", Part::TokenUrl).help("look at `token_url`"));
        };
        let refusal = self.refusal(&format!("with a redirect to {location}"), Part::TokenUrl);
        let path = self.grant.token_url.path();
        let target = location.split(['?', '#']).next().unwrap_or_default();
        let adds = target.strip_suffix('/').is_some_and(|it| it.ends_with(path));
        let removes = path.strip_suffix('/').is_some_and(|it| !it.is_empty() && target.ends_with(it));
        Some(match () {
            () if adds => refusal.help("`token_url` lacks the slash at its end"),
            () if removes => refusal.help("`token_url` has a slash too many at its end"),
            () => {
                refusal.help("the redirect of a token request is not followed; write the right address as `token_url`")
            }
        })
    }
}

/// The error of a reply: text, or the code in an object, as some vendors have it.
fn code(json: &Json<'_>) -> Option<String> {
    let error = json.get("error").or_else(|| json.get("errorCode"))?;
    let code = match error {
        Json::String(code) => code.as_ref(),
        Json::Object(_) => error.get("code").or_else(|| error.get("status")).and_then(Json::as_str).unwrap_or("error"),
        _ => return None,
    };
    (!code.trim().is_empty()).then(|| printable(code, 80))
}

/// What the server says to a person.
fn description(json: &Json<'_>) -> Option<String> {
    let told = ["error_description", "errorSummary", "message", "detail", "title"];
    let own = told.iter().find_map(|name| json.get(name));
    let text = own.or_else(|| json.get("error")?.get("message"))?.as_str()?;
    (!text.trim().is_empty()).then(|| printable(text, 300))
}

fn looks_like_a_form(body: &[u8]) -> bool {
    ["access_token=", "error=", "token_type="].iter().any(|start| body.starts_with(start.as_bytes()))
}
