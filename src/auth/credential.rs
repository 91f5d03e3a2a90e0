//! Putting a credential on a request.

use std::{sync::Arc, time::Duration};

use crate::auth::{
    ready::{Method, Ready},
    source::Source,
    token::Token,
};
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
    /// The credentials that this one combines; it has none of its own then.
    pub(crate) parts: Vec<Credential>,
    /// Whether it answers a challenge that was made before.
    pub(crate) answers: bool,
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
        let (secret, fetched) = (token.text().clone(), Some((token, source)));
        Self { ready: Arc::clone(ready), secret, fetched, parts: Vec::new(), answers: false }
    }

    /// A credential that nothing is fetched for.
    pub(crate) fn fixed(ready: &Arc<Ready>, secret: Secret) -> Self {
        Self { ready: Arc::clone(ready), secret, fetched: None, parts: Vec::new(), answers: false }
    }

    /// Several in one.
    pub(crate) fn combined(ready: &Arc<Ready>, parts: Vec<Self>) -> Self {
        Self { ready: Arc::clone(ready), secret: Secret::new(""), fetched: None, parts, answers: false }
    }

    /// Puts it on a request that has no credential yet, if the request goes where it belongs.
    ///
    /// A header of the same name stays as it is, also one that stands for the user and password of the URL.
    pub(crate) fn attach(&self, request: &mut Request) -> Attached {
        let Some(placement) = self.ready.placement() else { return attach_each(&self.parts, request) };
        if !self.ready.may_go_to(&request.url.origin()) {
            return Attached::OtherOrigin;
        }
        let is_free = match placement {
            Placement::Header { name, .. } => !request.headers.iter().any(|own| own.name.eq_ignore_ascii_case(name)),
            Placement::Query(name) => !has_parameter(&request.url, name),
            Placement::Cookies => pairs(self.secret.expose()).all(|(name, _)| !has_cookie(request, name)),
            Placement::Cookie(name) => !has_cookie(request, name),
            Placement::Certificate => request.certificate.is_none(),
        };
        if !is_free {
            return Attached::HandWritten;
        }
        match self.ready.method() {
            Method::Digest(digest, placement) => {
                if let Some(answer) = digest.answer(request) {
                    place(placement, &answer, request);
                }
            }
            _ => place(placement, self.secret.expose(), request),
        }
        if let Some(certificate) = self.ready.certificate() {
            request.certificate = Some(certificate.clone());
        }
        Attached::Yes
    }

    /// What a request that is sent again with it is called.
    pub(crate) fn note(&self) -> &'static str {
        if self.answers { "replayed with an answer to the challenge" } else { "replayed with a renewed token" }
    }

    /// Who the request is sent as, for the record.
    pub(crate) fn sender(&self, now: Moment) -> Sender {
        let of_parts = self.parts.iter().find_map(|part| part.fetched.as_ref());
        let token = self.fetched.as_ref().or(of_parts).map(|(token, _)| token);
        Sender {
            name: self.ready.name().to_owned(),
            token_age: token.map(|token| token.age(now)),
            token_left: token.map(|token| token.remaining(now)),
        }
    }
}

/// Every part goes where it belongs; that it is on the request is said of one that is enough.
fn attach_each(parts: &[Credential], request: &mut Request) -> Attached {
    let became: Vec<_> = parts.iter().map(|part| part.attach(request)).collect();
    let order = [Attached::Yes, Attached::HandWritten];
    order.into_iter().find(|it| became.contains(it)).unwrap_or(Attached::OtherOrigin)
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
        Placement::Cookies => {
            let cookies = pairs(secret).map(|(name, value)| (name.to_owned(), Some(value.to_owned())));
            request.cookies.extend(cookies);
        }
        Placement::Cookie(name) => request.cookies.push((name.clone(), Some(secret.to_owned()))),
        // It is not text.
        Placement::Certificate => {}
    }
}

fn has_cookie(request: &Request, name: &str) -> bool {
    request.cookies.iter().any(|(own, _)| own == name)
}

/// The cookies of `a=1; b=2`.
fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("; ").filter_map(|pair| pair.split_once('='))
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
