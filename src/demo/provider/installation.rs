//! Tokens for installations of GitHub Apps: the app proves who it is by a JWT that it signs.

use std::{sync::Arc, time::UNIX_EPOCH};

use axum::{
    extract::{ConnectInfo, State as Shared},
    http::{HeaderMap, StatusCode},
    response::Response,
};

use crate::demo::{
    answer::{credentials, json},
    fault::Fault,
    provider::{
        assertion::{seconds, signed},
        token::{answered, grantee, order},
    },
    server::Line,
    state::State,
};
use crate::json::Json;

/// No JWT may end further ahead, in seconds.
const LONGEST: f64 = 600.0;

/// `POST /app/installations/{id}/access_tokens`, whatever the number.
pub(super) async fn token(
    Shared(state): Shared<Arc<State>>,
    ConnectInfo(line): ConnectInfo<Line>,
    headers: HeaderMap,
) -> Response {
    let proper = |_: &Fault| match given(&state, &headers) {
        Ok(told) => json(StatusCode::CREATED, &told),
        Err(why) => json(StatusCode::UNAUTHORIZED, &Json::object([("message", why.into())])),
    };
    answered(&state, &line, proper).await
}

fn given(state: &State, headers: &HeaderMap) -> Result<Json<'static>, String> {
    let assertion = credentials(headers, "Bearer").ok_or("A JSON web token could not be decoded")?;
    let (client, claims) = signed(state, assertion).map_err(|_| "A JSON web token could not be decoded")?;
    let now = state.clock.wall();
    let time = |name: &str| claims.get(name).and_then(Json::as_number).map(|number| number.as_f64());
    let (Some(issued), Some(expires)) = (time("iat"), time("exp")) else {
        return Err("'Expiration time' claim ('exp') must be a numeric value".to_owned());
    };
    match seconds(now) {
        now if issued > now => return Err("'Issued at' claim ('iat') must be an Integer".to_owned()),
        now if expires > now + LONGEST => {
            return Err("'Expiration time' claim ('exp') is too far in the future".to_owned());
        }
        now if expires <= now => return Err("'Expiration time' claim ('exp') must be in the future".to_owned()),
        _ => {}
    }
    let lifetime = state.options.token_lifetime;
    let token = state.tokens.give(order(state, grantee(client, &client.id, client.scopes.clone()), lifetime));
    let token = token.map_err(|_| "there is no randomness to be had")?;
    state.ledger.note(|counts| counts.tokens_issued += 1);
    let end = now.duration_since(UNIX_EPOCH).unwrap_or_default() + lifetime;
    let end = jiff::Timestamp::from_second(i64::try_from(end.as_secs()).unwrap_or_default()).unwrap_or_default();
    Ok(Json::object([("token", token.into()), ("expires_at", end.to_string().into())]))
}
