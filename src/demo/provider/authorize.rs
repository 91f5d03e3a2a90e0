//! The authorization endpoint (RFC 6749, section 3.1) of a provider whose users allow everything at once, with PKCE (RFC 7636).

use std::{collections::HashMap, sync::Arc, sync::Mutex, time::Duration};

use axum::{
    extract::State as Shared,
    http::{StatusCode, Uri, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use url::{Url, form_urlencoded};

use crate::demo::{
    answer::{empty, typed, with_header},
    fault::Fault,
    options::Client,
    provider::{
        client::Form,
        reply::{Refused, Reply},
        token::{Renewable, grantee, issue, scopes},
        tokens::Grantee,
    },
    state::{State, lock},
};

/// How long a code is good.
const LIFETIME: Duration = Duration::from_secs(60);

/// The codes that were given out.
#[derive(Debug, Default)]
pub(in crate::demo) struct Codes(Mutex<HashMap<String, Code>>);

/// What a code stands for.
#[derive(Debug)]
struct Code {
    grantee: Grantee,
    redirect_uri: String,
    challenge: String,
    /// By the monotonic clock.
    expires: Duration,
}

/// `GET /authorize`: the user that `login_hint` names, else the first one, allows everything; one that is not known allows nothing.
pub(super) async fn authorize(Shared(state): Shared<Arc<State>>, uri: Uri) -> Response {
    let begun = Form::of_query(&uri).and_then(|form| Ok((begin(&state, &form)?, form)));
    let ((client, redirect_uri), form) = match begun {
        Ok(begun) => begun,
        // Nobody is sent to an address that is not known to be the client's (RFC 6749, section 4.1.2.1).
        Err(refused) => return typed(StatusCode::BAD_REQUEST, "text/plain; charset=utf-8", refused.description),
    };
    let mut answer = vec![("iss", state.issuer_url.clone())];
    match allowed(&state, client, &form, &redirect_uri) {
        Ok(code) => answer.push(("code", code)),
        Err(refused) => {
            answer.extend([("error", refused.error.to_owned()), ("error_description", refused.description)])
        }
    }
    answer.extend(form.get("state").map(|state| ("state", state.to_owned())));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(answer).finish();
    with_header(empty(StatusCode::FOUND), header::LOCATION, &format!("{redirect_uri}?{query}"))
}

/// A token for a code, once (RFC 6749, section 4.1.3).
pub(super) fn redeem(state: &State, client: &Client, form: &Form, fault: &Fault) -> Result<Reply, Refused> {
    let refused = |why: &str| Refused::new("invalid_grant", why);
    let code = lock(&state.codes.0).remove(form.require("code")?);
    let code = code.ok_or_else(|| refused("the code is unknown or was used"))?;
    let verifier = form.require("code_verifier")?;
    match () {
        () if code.grantee.client != client.id => Err(refused("the code was given to another client")),
        () if code.expires <= state.clock.now().mono => Err(refused("the code ran out")),
        () if Some(&*code.redirect_uri) != form.get("redirect_uri") => Err(refused("the redirect URI is another one")),
        () if code.challenge != challenge(verifier) => Err(refused("the code verifier does not fit the challenge")),
        () => issue(state, fault, code.grantee, Renewable::Anew),
    }
}

/// The client and where its answer goes: loopback, whatever the port (RFC 8252, section 7.3).
fn begin<'s>(state: &'s State, form: &Form) -> Result<(&'s Client, String), Refused> {
    let id = form.require("client_id")?;
    let client = state.options.clients.iter().find(|client| client.id == id);
    let client = client.ok_or_else(|| Refused::new("invalid_request", "there is no such client"))?;
    let redirect_uri = form.require("redirect_uri")?;
    let is_loopback = Url::parse(redirect_uri).is_ok_and(|url| {
        url.scheme() == "http"
            && url.host_str() == Some("127.0.0.1")
            && url.query().is_none()
            && url.fragment().is_none()
    });
    match is_loopback {
        true => Ok((client, redirect_uri.to_owned())),
        false => Err(Refused::new("invalid_request", "the redirect URI is not on http://127.0.0.1")),
    }
}

fn allowed(state: &State, client: &Client, form: &Form, redirect_uri: &str) -> Result<String, Refused> {
    if form.require("response_type")? != "code" {
        return Err(Refused::new("unsupported_response_type", "only `code` is offered"));
    }
    let challenge = form.require("code_challenge")?;
    if form.get("code_challenge_method") != Some("S256") {
        return Err(Refused::new("invalid_request", "the challenge must be made by S256"));
    }
    let code = Code {
        grantee: grantee(client, user(state, form.get("login_hint"))?, scopes(form, &client.scopes)?),
        redirect_uri: redirect_uri.to_owned(),
        challenge: challenge.to_owned(),
        expires: state.clock.now().mono + LIFETIME,
    };
    let text = state.tokens.random_text()?;
    lock(&state.codes.0).insert(text.clone(), code);
    Ok(text)
}

/// Who allows it.
pub(super) fn user<'s>(state: &'s State, hint: Option<&str>) -> Result<&'s str, Refused> {
    let mut users = state.options.users.iter().map(|user| user.name.as_str());
    let user = users.find(|name| hint.is_none_or(|hint| hint == *name));
    user.ok_or_else(|| Refused::new("access_denied", "the user did not allow it"))
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}
