//! Requests to exchanges over the network: the only place that names `reqwest`.
//!
//! Redirects are followed here, hop by hop, and every hop is on record. Who a request is sent as is for `auth`.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

mod body;
mod certificate;
mod client;
mod cookies;
mod decode;
mod exchange;
mod fault;
mod form;
mod handshake;
mod inside;
mod jar;
mod message;
mod multipart;
mod peer;
mod redirect;
mod response;
mod sending;
mod set_cookie;
mod settings;
#[cfg(test)]
mod tests;
mod timing;
mod tls;
mod url;

pub(crate) use body::{Body, FormPart, SentFile, Stretch, Unsent};
pub(crate) use certificate::ClientCert;
pub(crate) use client::Http;
pub(crate) use fault::{Fault, FaultKind};
pub(crate) use form::{form, form_encoded};
pub(crate) use inside::{Inside, Opened, Server};
pub(crate) use jar::Jar;
pub(crate) use multipart::{boundary, multipart};
pub(crate) use peer::{Peer, PeerCertificate};
pub(crate) use response::Response;
pub(crate) use set_cookie::SetCookie;
pub(crate) use settings::{HttpSettings, HttpVersion, Proxy, Proxying};
pub(crate) use timing::Timing;
pub(crate) use url::{BadUrl, Origin, Url};

/// A request, ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `GET`, `PURGE`.
    pub(crate) method: String,
    pub(crate) url: Url,
    /// In the order they are sent.
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Option<Body>,
    /// How long the exchange may take, redirects included.
    pub(crate) timeout: Duration,
    /// How many redirects are followed.
    pub(crate) redirects: u32,
    /// Gives cookies to every hop and takes those it sets.
    pub(crate) jar: Option<Arc<Jar>>,
    /// Cookies for this request only; none removes one of the jar.
    pub(crate) cookies: Vec<(String, Option<String>)>,
    /// What a server that asks for a certificate is shown in place of that of the settings.
    pub(crate) certificate: Option<ClientCert>,
}

/// A header of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) value: String,
    /// Whether it is dropped when a redirect leads to another origin: credentials, cookies.
    pub(crate) bound: bool,
}

/// What was sent and what came back.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// The first request, with the headers that were sent (its `Cookie` too).
    pub(crate) request: Request,
    /// Answers that led on, in order.
    pub(crate) hops: Vec<Hop>,
    /// The last answer, or why there is none.
    pub(crate) result: Result<Response, Fault>,
    /// When the first byte was about to be sent.
    pub(crate) started_at: SystemTime,
    pub(crate) timing: Timing,
}

/// An answer that led to another URL.
#[derive(Clone, Debug)]
pub(crate) struct Hop {
    /// How it was requested.
    pub(crate) method: String,
    pub(crate) url: Url,
    pub(crate) status: u16,
    /// Header names in lower case, in the order they came.
    pub(crate) headers: Vec<(String, String)>,
}
