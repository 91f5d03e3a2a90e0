//! What a token is asked for with: an `oauth2` whose templates and secrets are known.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::auth::{
    certificate,
    ready::Others,
    render::Rendering,
    signer::Signer,
    unready::{Unready, unready},
};
use crate::http::{ClientCert, Url};
use crate::json::Json;
use crate::secret::{Secret, is_secret_header, is_secret_member};
use crate::source::Place;
use crate::spec::auth::{
    BadEndpoint, BodyKind, ClientAuth, Given, GrantType, OAuth2, OnUnauthorized, Parameter, ParameterValue, Placement,
    Server, Share, Taken, Vendor, checked_endpoint, checked_issuer,
};

mod attempt;
mod cognito;
mod own;
pub(crate) mod party;
mod person;
#[cfg(test)]
pub(crate) mod tests;
mod token_request;

pub(crate) use attempt::Attempt;
pub(crate) use cognito::Renewal;
pub(crate) use own::Own;
pub(crate) use party::Held;
pub(crate) use person::Person;
pub(crate) use token_request::{device_request, text_fields, token_request};

/// How long before its end a token is renewed by default.
const REFRESH_BEFORE: Duration = Duration::from_secs(60);
/// How long one token request may take by default.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Everything that a token request is made of.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) grant: GrantType,
    /// Whose rules and hints count.
    pub(crate) vendor: Option<Vendor>,
    pub(crate) own: Own,
    /// The issuer's own URL until its document has told the token endpoint.
    pub(crate) token_url: Url,
    /// The issuer as it was written, where it tells the token endpoint.
    pub(crate) issuer: Option<String>,
    pub(crate) client: Client,
    /// What the token is asked for with, and used with (RFC 8705 3), in place of that of the project.
    pub(crate) certificate: Option<ClientCert>,
    /// In the order they were written.
    pub(crate) scope: Vec<String>,
    pub(crate) audience: Option<String>,
    pub(crate) resource: Vec<String>,
    /// Names with the values they are sent with; none where one that would be sent is left out.
    pub(crate) params: Vec<(String, Vec<Json<'static>>)>,
    /// As [`Grant::params`].
    pub(crate) headers: Vec<(String, Vec<String>)>,
    pub(crate) body: BodyKind,
    pub(crate) timeout: Duration,
    pub(crate) retries: u32,
    pub(crate) allow_http: bool,
    /// Whether a token with fewer scopes than were asked for is none.
    pub(crate) require_scope: bool,
    pub(crate) taken: Taken,
    pub(crate) placement: Placement,
    pub(crate) refresh_before: Duration,
    pub(crate) lifetime: Option<Duration>,
    pub(crate) on_unauthorized: OnUnauthorized,
    pub(crate) share: Share,
    /// Whether its tokens are bound to a key of this process (RFC 9449).
    pub(crate) dpop: bool,
    places: Places,
}

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// Empty where an assertion says it all (RFC 7523 2.1).
    pub(crate) id: String,
    pub(crate) proof: Proof,
}

/// How the client proves who it is (RFC 6749 2.3.1).
#[derive(Clone, Debug)]
pub(crate) enum Proof {
    /// `Authorization: Basic` with this; `auth` tells which of the two forms it has.
    Basic { credential: Secret, secret: Secret, auth: ClientAuth },
    /// Id and secret in the body.
    Post(Secret),
    /// Only the id is sent.
    None,
    /// An assertion that is signed for each request (RFC 7523 2.2).
    Jwt(Signer),
    /// The certificate of the connection (RFC 8705 2); its key, where it is the client's own.
    Tls(Option<Secret>),
}

/// The part of a grant that is at fault when there is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    TokenUrl,
    Client,
    Scope,
    /// What the grant is earned with: the user, the refresh token.
    Own,
}

#[derive(Clone, Debug)]
struct Places {
    whole: Place,
    token_url: Place,
    client: Place,
    scope: Option<Place>,
    own: Option<Place>,
}

impl Grant {
    /// Renders what was written and registers its secrets.
    ///
    /// # Errors
    /// A variable or file that is missing, a URL that no token may be fetched from.
    pub(crate) fn of(
        oauth2: &OAuth2,
        base: Option<&Url>,
        others: Others<'_>,
        rendering: &mut Rendering<'_>,
    ) -> Result<Self, Unready> {
        let (rest, usage) = (&oauth2.rest, &oauth2.usage);
        let (token_url, issuer) = server(oauth2, base, rendering)?;
        let (certificate, key) = match &oauth2.certificate {
            Some(written) => certificate::read(written, rendering).map(|(it, key)| (Some(it), Some(key)))?,
            None => (None, None),
        };
        Ok(Self {
            grant: oauth2.grant,
            vendor: oauth2.vendor.or_else(|| Vendor::at(&token_url)),
            own: Own::of(oauth2, base, others, rendering)?,
            token_url,
            issuer,
            client: Client::of(oauth2, key, rendering)?,
            certificate,
            scope: scope(&rest.scope, rendering)?,
            audience: rest.audience.as_ref().map(|it| rendering.value(it)).transpose()?,
            resource: rest.resource.iter().map(|it| rendering.value(it)).collect::<Result<_, _>>()?,
            params: params(&rest.params, rendering)?,
            headers: headers(&rest.headers, rendering)?,
            body: rest.body,
            timeout: rest.timeout.as_ref().map_or(Ok(TIMEOUT), |it| rendering.duration(it))?,
            retries: rest.retries,
            allow_http: rest.allow_http,
            require_scope: rest.require_scope,
            taken: usage.taken.clone(),
            placement: usage.placement.clone(),
            refresh_before: usage.refresh_before.as_ref().map_or(Ok(REFRESH_BEFORE), |it| rendering.duration(it))?,
            lifetime: usage.lifetime.as_ref().map(|it| rendering.duration(it)).transpose()?,
            on_unauthorized: usage.on_unauthorized,
            // What is bound to a key of this process is of use to no other.
            share: if usage.dpop { Share::Off } else { usage.share },
            dpop: usage.dpop,
            places: Places::of(oauth2),
        })
    }

    /// The same without one of its scopes, never renewed after a 401.
    ///
    /// # Errors
    /// It does not ask for that scope, or for no other: servers give all there are to whoever asks for none (RFC 6749 3.3).
    pub(crate) fn without_scope(&self, scope: &str) -> Result<Self, (String, &'static str)> {
        if self.grant.is_interactive() {
            let message = "a person logs in for it, and that for all of its scopes".to_owned();
            return Err((message, "make another identity without the scope, and log in for that one too"));
        }
        let rest: Vec<_> = self.scope.iter().filter(|it| *it != scope).cloned().collect();
        if rest.len() == self.scope.len() {
            let asked = self.scope.join(" ");
            return Err((
                format!("the scope `{scope}` is not asked for, only `{asked}`"),
                "name one that `scope` lists",
            ));
        }
        if rest.is_empty() {
            let message = format!("without `{scope}` no scope is left to ask for");
            return Err((message, "a server gives every scope where none is asked for: list a harmless one too"));
        }
        Ok(Self { scope: rest, on_unauthorized: OnUnauthorized::Fail, share: Share::Off, ..self.clone() })
    }

    /// What only the owner of the identity knows, where there is something.
    pub(crate) fn secret(&self) -> Option<&Secret> {
        self.client.secret().or_else(|| self.own.secret())
    }

    /// Whether its requests carry assertions or proofs that are signed here.
    pub(crate) fn signs(&self) -> bool {
        self.dpop || matches!(self.client.proof, Proof::Jwt(_)) || matches!(self.own, Own::Signed { .. })
    }

    /// The same, with this certificate where it has none of its own.
    pub(crate) fn showing(&self, certificate: &ClientCert) -> Self {
        let certificate = self.certificate.as_ref().unwrap_or(certificate);
        Self { certificate: Some(certificate.clone()), ..self.clone() }
    }

    /// Whether its token request is to go where a certificate is asked for (RFC 8705 5).
    pub(crate) fn is_mutual(&self) -> bool {
        self.certificate.is_some() || matches!(self.client.proof, Proof::Tls(_))
    }

    /// The same, with a token endpoint that its issuer has told.
    pub(crate) fn aimed(&self, token_url: Url) -> Self {
        Self { token_url, ..self.clone() }
    }

    /// Where a part of it was written.
    pub(crate) fn place(&self, part: Part) -> &Place {
        match part {
            Part::Whole => &self.places.whole,
            Part::TokenUrl => &self.places.token_url,
            Part::Client => &self.places.client,
            Part::Scope => self.places.scope.as_ref().unwrap_or(&self.places.whole),
            Part::Own => self.places.own.as_ref().unwrap_or(&self.places.whole),
        }
    }
}

impl Places {
    fn of(oauth2: &OAuth2) -> Self {
        Self {
            whole: oauth2.place.clone(),
            token_url: oauth2.server.place().clone(),
            client: oauth2.client_id.as_ref().map_or(&oauth2.place, Given::place).clone(),
            scope: oauth2.rest.scope.first().map(|scope| scope.place().clone()),
            own: oauth2.earned.place().cloned(),
        }
    }
}

impl Client {
    fn of(oauth2: &OAuth2, key: Option<Secret>, rendering: &mut Rendering<'_>) -> Result<Self, Unready> {
        let id = client_id(oauth2, rendering)?;
        if let (ClientAuth::SecretJwt | ClientAuth::PrivateKeyJwt, Some(signing)) =
            (oauth2.client_auth, &oauth2.signing)
        {
            let field = if oauth2.client_auth == ClientAuth::SecretJwt { "client_secret" } else { "key" };
            return Ok(Self { id, proof: Proof::Jwt(Signer::of(signing, field, rendering)?) });
        }
        let secret = oauth2.client_secret.as_ref().map(|it| rendering.secret(it, "client_secret")).transpose()?;
        let auth = oauth2.client_auth;
        let proof = match (auth, secret) {
            (ClientAuth::Basic | ClientAuth::BasicRaw, Some(secret)) => {
                let credential = token_request::basic_credential(&id, &secret, auth);
                let name = format!("{}_basic", rendering.name);
                rendering.register(&name, "client_secret", &credential);
                Proof::Basic { credential, secret, auth }
            }
            (ClientAuth::Post, Some(secret)) => Proof::Post(secret),
            (ClientAuth::Tls, _) => Proof::Tls(key),
            (_, _) => Proof::None,
        };
        Ok(Self { id, proof })
    }

    /// The secret, where there is one.
    pub(crate) fn secret(&self) -> Option<&Secret> {
        match &self.proof {
            Proof::Basic { secret, .. } | Proof::Post(secret) | Proof::Tls(Some(secret)) => Some(secret),
            Proof::Jwt(signer) => Some(signer.secret()),
            Proof::None | Proof::Tls(None) => None,
        }
    }

    /// How it proves who it is.
    pub(crate) fn auth(&self) -> ClientAuth {
        match &self.proof {
            Proof::Basic { auth, .. } => *auth,
            Proof::Post(_) => ClientAuth::Post,
            Proof::None => ClientAuth::None,
            Proof::Jwt(signer) if signer.algorithm.is_symmetric() => ClientAuth::SecretJwt,
            Proof::Jwt(_) => ClientAuth::PrivateKeyJwt,
            Proof::Tls(_) => ClientAuth::Tls,
        }
    }
}

/// Empty where an assertion says it all.
fn client_id(oauth2: &OAuth2, rendering: &Rendering<'_>) -> Result<String, Unready> {
    let Some(given) = &oauth2.client_id else { return Ok(String::new()) };
    let id = rendering.value(given)?;
    if id.is_empty() || id.chars().any(char::is_control) {
        let wrong = unready("the value of `client_id` is empty or has a line break in it", given.place());
        return Err(wrong.help("remove the line break where the value is set"));
    }
    Ok(id)
}

/// The token endpoint; where an issuer tells it, the issuer's URL and its text.
fn server(oauth2: &OAuth2, base: Option<&Url>, rendering: &Rendering<'_>) -> Result<(Url, Option<String>), Unready> {
    let place = oauth2.server.place();
    let unfit = |bad: BadEndpoint| unready(bad.message, place).help(bad.help);
    let allow_http = oauth2.rest.allow_http;
    match &oauth2.server {
        Server::TokenUrl(given) => {
            let text = rendering.value(given)?;
            let url = Url::join(base, text.trim()).map_err(|bad| unready(format!("`token_url`: {bad}"), place))?;
            Ok((checked_endpoint(url, allow_http).map_err(unfit)?, None))
        }
        Server::Issuer(given) => {
            let text = rendering.value(given)?.trim().to_owned();
            Ok((checked_issuer(&text, allow_http).map_err(unfit)?, Some(text)))
        }
    }
}

/// One or several scopes an element.
fn scope(given: &[Given], rendering: &Rendering<'_>) -> Result<Vec<String>, Unready> {
    let mut scopes = Vec::new();
    for element in given {
        scopes.extend(rendering.value(element)?.split_whitespace().map(str::to_owned));
    }
    Ok(scopes)
}

fn params(written: &[Parameter], rendering: &mut Rendering<'_>) -> Result<Vec<(String, Vec<Json<'static>>)>, Unready> {
    let mut params = Vec::with_capacity(written.len());
    for parameter in written {
        let name = rendering.text(&parameter.name)?;
        let is_secret = is_secret_member(&name);
        let values = parameter.values.iter().map(|value| parameter_value(value, &name, is_secret, rendering));
        let values = values.collect::<Result<Vec<_>, _>>()?;
        params.push((name, values.into_iter().filter(|value| !matches!(value, Json::Null)).collect()));
    }
    Ok(params)
}

fn headers(written: &[Parameter], rendering: &mut Rendering<'_>) -> Result<Vec<(String, Vec<String>)>, Unready> {
    let mut headers = Vec::with_capacity(written.len());
    for parameter in written {
        let name = rendering.text(&parameter.name)?;
        let is_secret = is_secret_header(&name);
        let mut values = Vec::with_capacity(parameter.values.len());
        for value in &parameter.values {
            let value = parameter_value(value, &name, is_secret, rendering)?;
            values.extend(text_of(&value));
        }
        if values.iter().any(|value| value.chars().any(char::is_control)) {
            return Err(unready(format!("the header `{name}` has a line break in its value"), &parameter.place));
        }
        headers.push((name, values));
    }
    Ok(headers)
}

/// One value, hidden from now on where it is secret.
fn parameter_value(
    value: &ParameterValue,
    name: &str,
    is_secret: bool,
    rendering: &mut Rendering<'_>,
) -> Result<Json<'static>, Unready> {
    let plain = match value {
        ParameterValue::Given(given) => return Ok(Json::from(rendering.secret(given, name)?.expose().to_owned())),
        ParameterValue::Plain(plain) => plain,
    };
    let rendered = plain.render(rendering.scope).map_err(|why| rendering.unrendered(&why))?.into_owned();
    if matches!(rendered, Json::Array(_) | Json::Object(_)) {
        let wrong = unready(format!("`{name}` is given a JSON {}", rendered.kind()), &plain.place);
        return Err(wrong.help("write it as text with the `json` helper"));
    }
    if let Some(text) = text_of(&rendered).filter(|_| is_secret) {
        rendering.register(&format!("{}_{name}", rendering.name), name, &Secret::new(text));
    }
    Ok(rendered)
}

/// The text of a scalar, none for null.
fn text_of(value: &Json<'_>) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text.clone().into_owned()),
        other => Some(other.to_text()),
    }
}

/// Standard base64 with padding.
fn base64(text: &str) -> String {
    STANDARD.encode(text)
}
