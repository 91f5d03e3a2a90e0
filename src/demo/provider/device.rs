//! Codes that are entered somewhere else (RFC 8628), and the page where they are.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    extract::State as Shared,
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};
use bytes::Bytes;

use crate::demo::{
    answer::{json, parameter, typed},
    fault::Fault,
    options::Client,
    provider::{
        authorize::user,
        client::{Form, authenticate},
        reply::{Refused, Reply},
        token::{Renewable, grantee, issue, scopes},
        tokens::Grantee,
    },
    state::{State, lock},
};
use crate::json::Json;

/// The grant of a code that was entered somewhere else.
pub(super) const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// What `slow_down` adds to the interval (RFC 8628, section 3.5).
const SLOWER: Duration = Duration::from_secs(5);

/// The codes that were given out, by the one that the device knows.
#[derive(Debug, Default)]
pub(in crate::demo) struct Devices(Mutex<HashMap<String, Device>>);

#[derive(Debug)]
struct Device {
    grantee: Grantee,
    user_code: String,
    decision: Decision,
    /// By the monotonic clock.
    expires: Duration,
    /// When it may be asked about again.
    next: Duration,
    interval: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    Pending,
    Allowed,
    Denied,
}

/// `POST /device_authorization` (RFC 8628, section 3.1).
pub(super) async fn device_authorization(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    begin(&state, &headers, &body).unwrap_or_else(Refused::answer)
}

/// `GET /device?user_code=`: a person allows everything, or with `deny=true` nothing.
pub(super) async fn device(Shared(state): Shared<Arc<State>>, uri: Uri) -> Response {
    let entered = parameter(&uri, "user_code").unwrap_or_default();
    let denied = parameter(&uri, "deny").is_some();
    let mut devices = lock(&state.devices.0);
    let text = "text/plain; charset=utf-8";
    match devices.values_mut().find(|device| device.user_code == entered && device.decision == Decision::Pending) {
        Some(device) => {
            device.decision = if denied { Decision::Denied } else { Decision::Allowed };
            typed(StatusCode::OK, text, if denied { "denied" } else { "allowed; go back to the device" })
        }
        None => typed(StatusCode::NOT_FOUND, text, "no such code waits for anybody"),
    }
}

/// A token once a person has decided (RFC 8628, section 3.5).
pub(super) fn redeem(state: &State, client: &Client, form: &Form, fault: &Fault) -> Result<Reply, Refused> {
    let now = state.clock.now().mono;
    let code = form.require("device_code")?;
    let mut devices = lock(&state.devices.0);
    let device = devices.get_mut(code).filter(|device| device.grantee.client == client.id);
    let device = device.ok_or_else(|| Refused::new("invalid_grant", "the code is unknown or was used"))?;
    if device.expires <= now {
        return Err(Refused::new("expired_token", "the code ran out"));
    }
    let is_early = now < device.next;
    device.interval += if is_early { SLOWER } else { Duration::ZERO };
    device.next = now + device.interval;
    match device.decision {
        _ if is_early => Err(Refused::new("slow_down", "that was too soon")),
        Decision::Pending => Err(Refused::new("authorization_pending", "nobody has entered the code yet")),
        Decision::Denied => Err(Refused::new("access_denied", "the user did not allow it")),
        Decision::Allowed => {
            let grantee = device.grantee.clone();
            devices.remove(code);
            drop(devices);
            issue(state, fault, grantee, Renewable::Anew)
        }
    }
}

fn begin(state: &State, headers: &HeaderMap, body: &[u8]) -> Result<Response, Refused> {
    let form = Form::read(headers, body)?;
    let client = authenticate(state, headers, &form)?;
    let (code, now) = (state.tokens.random_text()?, state.clock.now().mono);
    let user_code = user_code(&state.tokens.random_text()?);
    let (lifetime, interval) = (state.options.device_lifetime, state.options.device_interval);
    let device = Device {
        grantee: grantee(client, user(state, form.get("login_hint"))?, scopes(&form, &client.scopes)?),
        user_code: user_code.clone(),
        decision: Decision::Pending,
        expires: now + lifetime,
        next: now,
        interval,
    };
    lock(&state.devices.0).insert(code.clone(), device);
    let page = format!("{}/device", state.issuer_url);
    let whole = format!("{page}?user_code={user_code}");
    let told = Json::object([
        ("device_code", code.into()),
        ("user_code", user_code.into()),
        ("verification_uri", page.into()),
        ("verification_uri_complete", whole.into()),
        ("expires_in", lifetime.as_secs().into()),
        ("interval", interval.as_secs().into()),
    ]);
    Ok(json(StatusCode::OK, &told))
}

/// A code that a person can read aloud: eight letters without vowels (RFC 8628, section 6.1).
fn user_code(random: &str) -> String {
    let letters = b"BCDFGHJKLMNPQRSTVWXZ";
    let letter = |byte: u8| char::from(letters[usize::from(byte) % letters.len()]);
    let code: String = random.bytes().take(8).map(letter).collect();
    format!("{}-{}", &code[..4], &code[4..])
}
