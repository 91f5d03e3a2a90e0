//! Putting a credential on a request.

use std::{sync::Arc, time::Duration};

use crate::auth::{ready::Ready, source::Source, token::Token};
use crate::clock::Moment;
use crate::http::{Header, Request, Url};
use crate::secret::Secret;
use crate::spec::auth::Placement;

/// Who an exchange was sent as.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    /// The identity.
    pub(crate) name: String,
    /// How long before the request its token was fetched; none for a credential that does not age.
    pub(crate) token_age: Option<Duration>,
    /// How much longer the token was to live; none for a credential that does not age.
    pub(crate) token_left: Option<Duration>,
}

/// Something that is attached to a request to say who sends it.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    pub(crate) ready: Arc<Ready>,
    /// What is sent.
    pub(crate) secret: Secret,
    /// The token and where the next one comes from; none where nothing is fetched.
    pub(crate) fetched: Option<(Arc<Token>, Arc<Source>)>,
}

/// What became of a credential when it was put on a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attached {
    /// It is on the request.
    Yes,
    /// The request writes the credential's header, parameter or cookie itself and keeps its own.
    HandWritten,
    /// The request goes to an origin where the credential does not belong.
    OtherOrigin,
}

impl Credential {
    /// A token of an identity.
    pub(crate) fn fetched(ready: &Arc<Ready>, token: Arc<Token>, source: Arc<Source>) -> Self {
        Self { ready: Arc::clone(ready), secret: token.text().clone(), fetched: Some((token, source)) }
    }

    /// Puts it on a request that has no credential yet, if the request goes where it belongs.
    ///
    /// A header of the same name stays as it is, also one that stands for the user and password of the URL.
    pub(crate) fn attach(&self, request: &mut Request) -> Attached {
        if !self.ready.may_go_to(&request.url.origin()) {
            return Attached::OtherOrigin;
        }
        let placement = self.ready.placement();
        let is_free = match placement {
            Placement::Header { name, .. } => !request.headers.iter().any(|own| own.name.eq_ignore_ascii_case(name)),
            Placement::Query(name) => !has_parameter(&request.url, name),
            Placement::Cookie(name) => !request.cookies.iter().any(|(own, _)| own == name),
        };
        if !is_free {
            return Attached::HandWritten;
        }
        place(placement, self.secret.expose(), request);
        Attached::Yes
    }

    /// Who the request is sent as, for the record.
    pub(crate) fn sender(&self, now: Moment) -> Sender {
        let token = self.fetched.as_ref().map(|(token, _)| token);
        Sender {
            name: self.ready.name().to_owned(),
            token_age: token.map(|token| token.age(now)),
            token_left: token.map(|token| token.remaining(now)),
        }
    }
}

fn place(placement: &Placement, secret: &str, request: &mut Request) {
    match placement {
        Placement::Header { name, prefix } => {
            let value = if prefix.is_empty() { secret.to_owned() } else { format!("{prefix} {secret}") };
            request.headers.push(Header { name: name.clone(), value, bound: true });
        }
        Placement::Query(name) => {
            let parameter = [(name.clone(), secret.to_owned())];
            request.url = request.url.clone().with_query(&parameter);
        }
        Placement::Cookie(name) => request.cookies.push((name.clone(), Some(secret.to_owned()))),
    }
}

/// Whether the query of a URL has a parameter of this name, which is compared decoded.
fn has_parameter(url: &Url, name: &str) -> bool {
    let text = url.as_str().split('#').next().unwrap_or_default();
    let Some((_, query)) = text.split_once('?') else { return false };
    query.split('&').any(|pair| {
        let written = pair.split('=').next().unwrap_or_default().replace('+', " ");
        percent_encoding::percent_decode_str(&written).decode_utf8_lossy() == name
    })
}
