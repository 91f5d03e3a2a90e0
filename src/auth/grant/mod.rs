//! What a token is asked for with: an `oauth2` whose templates and secrets are known.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::auth::{
    render::Rendering,
    unready::{Unready, unready},
};
use crate::http::Url;
use crate::json::Json;
use crate::secret::{Secret, is_secret_header, is_secret_member};
use crate::source::Place;
use crate::spec::auth::{
    BodyKind, ClientAuth, Given, GrantType, OAuth2, OnUnauthorized, Parameter, ParameterValue, Placement, Share, Taken,
    checked_endpoint,
};

#[cfg(test)]
pub(crate) mod tests;
mod token_request;

pub(crate) use token_request::token_request;

/// How long before its end a token is renewed by default.
const REFRESH_BEFORE: Duration = Duration::from_secs(60);
/// How long one token request may take by default.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Everything that a token request is made of.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) grant: GrantType,
    pub(crate) token_url: Url,
    pub(crate) client: Client,
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
    pub(crate) taken: Taken,
    pub(crate) placement: Placement,
    pub(crate) refresh_before: Duration,
    pub(crate) lifetime: Option<Duration>,
    pub(crate) on_unauthorized: OnUnauthorized,
    pub(crate) share: Share,
    places: Places,
}

/// Who asks.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) proof: Proof,
}

/// How the client proves who it is (RFC 6749 2.3.1).
#[derive(Debug)]
pub(crate) enum Proof {
    /// `Authorization: Basic` with this; `auth` tells which of the two forms it has.
    Basic { credential: Secret, secret: Secret, auth: ClientAuth },
    /// Id and secret in the body.
    Post(Secret),
    /// Only the id is sent.
    None,
}

/// The part of a grant that is at fault when there is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    TokenUrl,
    Client,
    Scope,
}

#[derive(Debug)]
struct Places {
    whole: Place,
    token_url: Place,
    client: Place,
    scope: Option<Place>,
}

impl Grant {
    /// Renders what was written and registers its secrets.
    ///
    /// # Errors
    /// A variable or file that is missing, a URL that no token may be fetched from.
    pub(crate) fn of(oauth2: &OAuth2, base: Option<&Url>, rendering: &mut Rendering<'_>) -> Result<Self, Unready> {
        let (rest, usage) = (&oauth2.rest, &oauth2.usage);
        Ok(Self {
            grant: oauth2.grant,
            token_url: token_url(oauth2, base, rendering)?,
            client: Client::of(oauth2, rendering)?,
            scope: scope(&rest.scope, rendering)?,
            audience: rest.audience.as_ref().map(|it| rendering.value(it)).transpose()?,
            resource: rest.resource.iter().map(|it| rendering.value(it)).collect::<Result<_, _>>()?,
            params: params(&rest.params, rendering)?,
            headers: headers(&rest.headers, rendering)?,
            body: rest.body,
            timeout: rest.timeout.as_ref().map_or(Ok(TIMEOUT), |it| rendering.duration(it))?,
            retries: rest.retries,
            taken: usage.taken.clone(),
            placement: usage.placement.clone(),
            refresh_before: usage.refresh_before.as_ref().map_or(Ok(REFRESH_BEFORE), |it| rendering.duration(it))?,
            lifetime: usage.lifetime.as_ref().map(|it| rendering.duration(it)).transpose()?,
            on_unauthorized: usage.on_unauthorized,
            share: usage.share,
            places: Places::of(oauth2),
        })
    }

    /// Where a part of it was written.
    pub(crate) fn place(&self, part: Part) -> &Place {
        match part {
            Part::Whole => &self.places.whole,
            Part::TokenUrl => &self.places.token_url,
            Part::Client => &self.places.client,
            Part::Scope => self.places.scope.as_ref().unwrap_or(&self.places.whole),
        }
    }
}

impl Places {
    fn of(oauth2: &OAuth2) -> Self {
        Self {
            whole: oauth2.place.clone(),
            token_url: oauth2.token_url.place().clone(),
            client: oauth2.client_id.place().clone(),
            scope: oauth2.rest.scope.first().map(|scope| scope.place().clone()),
        }
    }
}

impl Client {
    fn of(oauth2: &OAuth2, rendering: &mut Rendering<'_>) -> Result<Self, Unready> {
        let id = rendering.value(&oauth2.client_id)?;
        if id.is_empty() || id.chars().any(char::is_control) {
            let wrong =
                unready("the value of `client_id` is empty or has a line break in it", oauth2.client_id.place());
            return Err(wrong.help("remove the line break where the value is set"));
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
            (_, _) => Proof::None,
        };
        Ok(Self { id, proof })
    }

    /// The secret, where there is one.
    pub(crate) fn secret(&self) -> Option<&Secret> {
        match &self.proof {
            Proof::Basic { secret, .. } | Proof::Post(secret) => Some(secret),
            Proof::None => None,
        }
    }

    /// How it proves who it is.
    pub(crate) fn auth(&self) -> ClientAuth {
        match &self.proof {
            Proof::Basic { auth, .. } => *auth,
            Proof::Post(_) => ClientAuth::Post,
            Proof::None => ClientAuth::None,
        }
    }
}

fn token_url(oauth2: &OAuth2, base: Option<&Url>, rendering: &Rendering<'_>) -> Result<Url, Unready> {
    let place = oauth2.token_url.place();
    let text = rendering.value(&oauth2.token_url)?;
    let url = Url::join(base, text.trim()).map_err(|bad| unready(format!("`token_url`: {bad}"), place))?;
    checked_endpoint(url, oauth2.rest.allow_http).map_err(|bad| unready(bad.message, place).help(bad.help))
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
