//! Token requests that prove to hold a key (RFC 9449, section 5) or come with the client's certificate (RFC 8705, section 3): their
//! tokens are bound to it.

use axum::http::{HeaderMap, StatusCode};

use crate::demo::{
    certificate,
    counts::Server,
    fault::Fault,
    options::{Client, Dpop},
    proof::{self, Flaw, Wanted},
    provider::{
        client,
        reply::{Refused, Reply},
        token,
        tokens::Bond,
    },
    state::State,
};
use crate::json::Json;

/// A token for whoever may have one, bound to what the request proves to hold, where it does.
pub(super) fn grant(state: &State, headers: &HeaderMap, body: &[u8], fault: &Fault) -> Result<Reply, Refused> {
    let named = client::named(headers, body);
    let client = state.options.clients.iter().find(|client| Some(&client.id) == named.as_ref());
    let key = key(state, headers, client)?.map(Bond::Key);
    // Whether it is the client's own is told when the client is authenticated.
    let certificate = client.and_then(|client| client.certificate.as_ref());
    let bond = key.or_else(|| certificate.map(|der| Bond::Certificate(certificate::thumbprint(der))));
    let reply = token::grant(state, headers, body, fault)?;
    match bond {
        Some(bond) => bound(state, reply, &bond),
        None => Ok(reply),
    }
}

fn key(state: &State, headers: &HeaderMap, client: Option<&Client>) -> Result<Option<String>, Refused> {
    let must = client.map_or(Dpop::Allowed, |client| client.dpop);
    if must == Dpop::Allowed && !proof::is_there(headers) {
        return Ok(None);
    }
    let url = format!("{}/oauth2/token", state.issuer_url);
    let (method, by, nonce) = ("POST", Server::Provider, must == Dpop::WithNonce);
    let wanted = Wanted { method, url: &url, token: None, by, nonce };
    state.proofs.check(headers, &wanted, state.clock.wall()).map(Some).map_err(|flaw| match flaw {
        Flaw::Nonce => Refused::new("use_dpop_nonce", "a nonce is needed in the proof"),
        Flaw::Wrong(why) => Refused::new("invalid_dpop_proof", why),
    })
}

/// The reply with a token in it that is bound.
fn bound(state: &State, mut reply: Reply, bond: &Bond) -> Result<Reply, Refused> {
    let lost = || Refused {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        ..Refused::new("server_error", "the token was lost before it could be bound")
    };
    for (name, text) in &mut reply.0 {
        match *name {
            "access_token" => {
                let token = Json::parse(text).ok().and_then(|token| state.tokens.bind(token.as_str()?, bond));
                *text = Json::from(token.ok_or_else(lost)?).to_text();
            }
            "token_type" if matches!(bond, Bond::Key(_)) => *text = Json::from("DPoP").to_text(),
            _ => {}
        }
    }
    Ok(reply)
}
