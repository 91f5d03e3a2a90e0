//! The token endpoint: grants, and the faults planned for it.

use std::{sync::Arc, time::Duration};

use crate::demo::{
    answer::empty,
    counts::Server,
    fault::{Fault, Kind},
    options::{Client, ExpiresIn, User},
    proof,
    provider::{
        authorize, bound,
        client::{Form, authenticate, named},
        device,
        reply::{Refused, Reply, dressed, shifted, unasked},
        tokens::{Grantee, Order},
        trade,
    },
    server::Line,
    state::State,
};
use crate::json::Json;
use axum::{
    extract::{ConnectInfo, State as Shared},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use bytes::Bytes;

/// `POST /oauth2/token` (RFC 6749, section 3.2).
pub(super) async fn token(
    Shared(state): Shared<Arc<State>>,
    ConnectInfo(line): ConnectInfo<Line>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    count_client(&state, &headers, &body);
    let proper = |fault: &Fault| {
        let granted = bound::grant(&state, &headers, &body, fault);
        proof::with_nonce(
            &state,
            Server::Provider,
            &headers,
            granted.map_or_else(Refused::answer, |it| it.answer(fault)),
        )
    };
    answered(&state, &line, proper).await
}

/// The answer to a token request, unless a fault is planned for it.
pub(super) async fn answered(state: &State, line: &Line, proper: impl Fn(&Fault) -> Response) -> Response {
    let _under_way = state.ledger.token_request();
    let fault = state.next_fault();
    state.wait(state.options.token_latency + fault.delay).await;
    let answer = match &fault.kind {
        Kind::Proper | Kind::Cut => proper(&fault),
        Kind::Answer { status, body } => unasked(*status, body.clone()),
        Kind::Reset => return line.reset(),
        Kind::Hang => {
            state.ended().await;
            return line.reset();
        }
    };
    let answer = dressed(answer, &fault, state.clock.wall());
    match fault.kind {
        Kind::Cut => line.write_half(answer).await,
        _ => answer,
    }
}

fn count_client(state: &State, headers: &HeaderMap, body: &[u8]) {
    if let Some(id) = named(headers, body).filter(|id| state.options.clients.iter().any(|client| client.id == *id)) {
        state.ledger.note(|counts| *counts.token_requests_by_client.entry(id).or_default() += 1);
    }
}

/// A token for this client that nobody asked the endpoint for.
pub(in crate::demo) fn token_for(state: &State, client: &Client, lifetime: Duration) -> Option<String> {
    let grantee = grantee(client, &client.id, client.scopes.clone());
    state.tokens.give(order(state, grantee, lifetime)).ok()
}

/// A refresh token of this user that nobody asked the endpoint for.
pub(in crate::demo) fn refresh_token_for(state: &State, client: &Client, user: &User) -> Option<String> {
    let grantee = grantee(client, &user.name, client.scopes.clone());
    state.tokens.give_refresh(&grantee, None).ok().map(|(token, _)| token)
}

/// `POST /revoke` (RFC 7009): an unknown token is revoked already.
pub(super) async fn revoke(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    match revoked(&state, &headers, &body) {
        Ok(()) => empty(StatusCode::OK),
        Err(refused) => refused.answer(),
    }
}

fn revoked(state: &State, headers: &HeaderMap, body: &[u8]) -> Result<(), Refused> {
    let form = Form::read(headers, body)?;
    let client = authenticate(state, headers, &form)?;
    let token = form.require("token")?;
    match state.tokens.client_of(token) {
        Some(owner) if owner != client.id => {
            Err(Refused::new("unauthorized_client", "the token was given to another client"))
        }
        _ => {
            state.tokens.revoke(token);
            Ok(())
        }
    }
}

/// A token for whoever may have one.
pub(super) fn grant(state: &State, headers: &HeaderMap, body: &[u8], fault: &Fault) -> Result<Reply, Refused> {
    let form = Form::read(headers, body)?;
    if form.get("grant_type") == Some(trade::JWT_BEARER) {
        return trade::jwt_bearer(state, headers, &form, fault);
    }
    let client = authenticate(state, headers, &form)?;
    match form.require("grant_type")? {
        trade::EXCHANGE => trade::exchange(state, client, &form, fault),
        device::DEVICE_CODE => device::redeem(state, client, &form, fault),
        "authorization_code" => authorize::redeem(state, client, &form, fault),
        "client_credentials" if client.secret.is_empty() && client.certificate.is_none() => {
            Err(Refused::new("unauthorized_client", "a client without a secret proves nothing by itself"))
        }
        "client_credentials" => {
            let scopes = scopes(&form, &client.scopes)?;
            issue(state, fault, grantee(client, &client.id, scopes), Renewable::No)
        }
        "password" => password(state, client, &form, fault),
        "refresh_token" => refresh(state, client, &form, fault),
        other => Err(Refused::new("unsupported_grant_type", &format!("`{other}` is not offered"))),
    }
}

fn password(state: &State, client: &Client, form: &Form, fault: &Fault) -> Result<Reply, Refused> {
    let (name, password) = (form.require("username")?, form.require("password")?);
    if state.user(name, password).is_none() {
        return Err(Refused::new("invalid_grant", "user and password do not belong together"));
    }
    let scopes = scopes(form, &client.scopes)?;
    issue(state, fault, grantee(client, name, scopes), Renewable::Anew)
}

fn refresh(state: &State, client: &Client, form: &Form, fault: &Fault) -> Result<Reply, Refused> {
    let rotate = state.options.rotate_refresh_tokens;
    let used = state.tokens.use_refresh(form.require("refresh_token")?, &client.id, rotate);
    let (granted, family) =
        used.ok_or_else(|| Refused::new("invalid_grant", "the refresh token is unknown, used up or revoked"))?;
    let scopes = scopes(form, &granted.scopes)?;
    let renewable = if rotate { Renewable::Within(family) } else { Renewable::AsBefore(family) };
    let reply = issue(state, fault, Grantee { scopes, ..granted }, renewable)?;
    state.ledger.note(|counts| counts.refreshes += 1);
    Ok(reply)
}

/// Who a token is for, by way of this client.
pub(super) fn grantee(client: &Client, subject: &str, scopes: Vec<String>) -> Grantee {
    Grantee { client: client.id.clone(), subject: subject.to_owned(), scopes }
}

/// The scopes asked for, all of them allowed; everything allowed where none is asked for (RFC 6749, section 3.3).
pub(super) fn scopes(form: &Form, allowed: &[String]) -> Result<Vec<String>, Refused> {
    let Some(asked) = form.get("scope") else { return Ok(allowed.to_vec()) };
    let asked: Vec<_> = asked.split(' ').filter(|scope| !scope.is_empty()).map(ToOwned::to_owned).collect();
    match asked.iter().find(|scope| !allowed.contains(scope)) {
        Some(scope) => Err(Refused::new("invalid_scope", &format!("`{scope}` is not open to this client"))),
        None => Ok(asked),
    }
}

/// Whether a refresh token goes with an access token.
#[derive(Clone, Copy)]
pub(super) enum Renewable {
    No,
    /// The first of its family.
    Anew,
    /// The next of this family.
    Within(u64),
    /// The one that was used stays.
    AsBefore(u64),
}

/// Gives out a token in the words of OAuth.
pub(super) fn issue(state: &State, fault: &Fault, grantee: Grantee, renewable: Renewable) -> Result<Reply, Refused> {
    let (refresh, family) = match renewable {
        Renewable::No => (None, None),
        Renewable::AsBefore(family) => (None, Some(family)),
        Renewable::Anew => some(state.tokens.give_refresh(&grantee, None)?),
        Renewable::Within(family) => some(state.tokens.give_refresh(&grantee, Some(family))?),
    };
    let scope = grantee.scopes.join(" ");
    let order = order(state, grantee, state.options.token_lifetime);
    let order = Order { shown: shifted(order.shown, fault.skew_seconds), family, ..order };
    let token = state.tokens.give(order)?;
    state.ledger.note(|counts| counts.tokens_issued += 1);
    Ok(reply(state, token, scope, refresh))
}

pub(super) fn order(state: &State, grantee: Grantee, lifetime: Duration) -> Order<'_> {
    let now = state.clock.now();
    Order {
        grantee,
        issuer: &state.issuer_url,
        audience: &state.api_url,
        lifetime,
        now: now.mono,
        shown: now.wall,
        family: None,
    }
}

fn some((token, family): (String, u64)) -> (Option<String>, Option<u64>) {
    (Some(token), Some(family))
}

fn reply(state: &State, token: String, scope: String, refresh: Option<String>) -> Reply {
    let text = |text: String| Json::from(text).to_text();
    let mut members = vec![("access_token", text(token)), ("token_type", text("Bearer".to_owned()))];
    match &state.options.expires_in {
        ExpiresIn::Honest => members.push(("expires_in", seconds(state.options.token_lifetime))),
        ExpiresIn::Claimed(claim) => members.push(("expires_in", claim.clone())),
        ExpiresIn::Absent => {}
    }
    members.extend(refresh.map(|token| ("refresh_token", text(token))));
    members.push(("scope", text(scope)));
    Reply(members)
}

/// Seconds as a JSON number, with a fraction only where there is one.
fn seconds(duration: Duration) -> String {
    match duration.subsec_nanos() {
        0 => duration.as_secs().to_string(),
        _ => duration.as_secs_f64().to_string(),
    }
}
