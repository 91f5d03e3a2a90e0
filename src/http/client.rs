//! The sender and its connections, which every case shares.

use std::sync::{Arc, OnceLock};

use rustls::{ClientConfig, RootCertStore};
use tokio::sync::OnceCell;

use crate::clock::Clock;
use crate::http::{
    Exchange, Fault, FaultKind, Request, Url, exchange,
    timing::{Connecting, Resolver},
    tls,
};

/// Sends requests. Clones share their connections. Belongs to the runtime it is first used on.
#[derive(Clone, Debug)]
pub(crate) struct Http(Arc<Shared>);

/// What holds for every exchange.
#[derive(Clone, Debug)]
pub(crate) struct HttpSettings {
    /// How many bytes a decoded body may have.
    pub(crate) max_body: u64,
    /// Roots to trust besides those of the machine, each one or more certificates in PEM.
    pub(crate) ca: Vec<Vec<u8>>,
}

impl Default for HttpSettings {
    /// Bodies up to 64 MiB, no further roots.
    fn default() -> Self {
        Self { max_body: 64 << 20, ca: Vec::new() }
    }
}

impl Http {
    /// A sender with these settings; no connection and no TLS root is made yet.
    pub(crate) fn new(clock: Clock, settings: HttpSettings) -> Self {
        Self(Arc::new(Shared {
            clock,
            settings,
            plain: Clients::default(),
            secure: Clients::default(),
            trust: OnceCell::new(),
        }))
    }

    /// Sends a request, follows as many redirects as it allows, and reads the whole answer. Dropping it closes the exchange.
    pub(crate) async fn send(&self, request: Request) -> Exchange {
        exchange::exchange(&self.0, request).await
    }
}

/// What clones of a sender share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) clock: Clock,
    pub(super) settings: HttpSettings,
    plain: Clients,
    secure: Clients,
    trust: OnceCell<ClientConfig>,
}

/// Clients for one scheme, made when first needed.
#[derive(Debug, Default)]
struct Clients {
    /// For hosts on this machine, which no proxy of the environment can reach.
    loopback: OnceLock<reqwest::Client>,
    elsewhere: OnceLock<reqwest::Client>,
}

/// How many headers an answer may have; together they may have about 400 KiB.
pub(super) const MOST_HEADERS: usize = 512;

impl Shared {
    /// The client for a URL.
    ///
    /// # Errors
    /// A root of the settings that cannot be trusted.
    pub(super) async fn client(&self, url: &Url) -> Result<&reqwest::Client, Fault> {
        if !url.is_https() {
            return Ok(self.plain.client(url, || tls::config(RootCertStore::empty())));
        }
        let trust = self.trust.get_or_try_init(|| trust(self.settings.ca.clone())).await?;
        Ok(self.secure.client(url, || trust.clone()))
    }
}

async fn trust(ca: Vec<Vec<u8>>) -> Result<ClientConfig, Fault> {
    let roots = tokio::task::spawn_blocking(move || tls::roots(&ca)).await;
    let roots = roots.unwrap_or_else(|_| Err("the certificates of this machine cannot be read".to_owned()));
    roots.map(tls::config).map_err(|message| Fault::new(FaultKind::Tls, message))
}

impl Clients {
    fn client(&self, url: &Url, trust: impl FnOnce() -> ClientConfig) -> &reqwest::Client {
        let is_loopback = url.is_loopback();
        let place = if is_loopback { &self.loopback } else { &self.elsewhere };
        place.get_or_init(|| build(trust(), is_loopback))
    }
}

fn build(trust: ClientConfig, is_loopback: bool) -> reqwest::Client {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(trust)
        .dns_resolver(Arc::new(Resolver))
        .connector_layer(Connecting)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        // A crate beside this one may have switched them on.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .http1_title_case_headers()
        .http1_max_headers(MOST_HEADERS)
        .http2_max_header_list_size(400 << 10);
    let builder = if is_loopback { builder.no_proxy() } else { builder };
    builder.build().expect("every part of it is made here and valid")
}
