//! The sender and its connections, which every case shares.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, PoisonError, RwLock},
};

use rustls::RootCertStore;
use tokio::sync::OnceCell;

use crate::clock::Clock;
use crate::http::{
    ClientCert, Exchange, Fault, FaultKind, HttpSettings, HttpVersion, Inside, Proxying, Request, exchange,
    timing::{Connecting, Resolver},
    tls::{self, Trust},
};

/// Sends requests. Clones share their connections. Belongs to the runtime it is first used on.
#[derive(Clone, Debug)]
pub(crate) struct Http(Arc<Shared>);

impl Http {
    /// A sender with these settings; no connection and no TLS root is made yet.
    pub(crate) fn new(clock: Clock, settings: HttpSettings) -> Self {
        let (clients, inside) = (RwLock::default(), Inside::default());
        Self(Arc::new(Shared { clock, settings, clients, inside, roots: OnceCell::new() }))
    }

    /// The servers of this process that it can ask.
    pub(crate) fn inside(&self) -> &Inside {
        &self.0.inside
    }

    /// Sends a request, follows as many redirects as it allows, and reads the whole answer. Dropping it closes the exchange.
    pub(crate) async fn send(&self, request: Request) -> Exchange {
        exchange::exchange(&self.0, request).await
    }

    /// The certificate of the project, which requests show that have none of their own.
    pub(crate) fn certificate(&self) -> Option<&ClientCert> {
        self.0.settings.certificate.as_ref()
    }
}

/// What clones of a sender share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) clock: Clock,
    pub(super) settings: HttpSettings,
    /// Made when first needed.
    clients: RwLock<HashMap<Lane, reqwest::Client>>,
    pub(super) inside: Inside,
    roots: OnceCell<Arc<RootCertStore>>,
}

/// What requests must have in common to go over the same connections.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Lane {
    is_secure: bool,
    /// Past every proxy.
    is_direct: bool,
    certificate: Option<ClientCert>,
    /// The endpoint, where its addresses are given.
    resolved: Option<String>,
}

/// How many headers an answer may have; together they may have about 400 KiB.
pub(super) const MOST_HEADERS: usize = 512;

impl Shared {
    /// The client for a request.
    ///
    /// # Errors
    /// A root of the settings that cannot be trusted, a proxy that is not known.
    pub(super) async fn client(&self, request: &Request) -> Result<reqwest::Client, Fault> {
        if let Proxying::Unknown(message, help) = &self.settings.proxy {
            let fault = Fault::new(FaultKind::Connect, format!("`http.proxy`: {message}"));
            return Err(Fault { help: help.clone(), ..fault });
        }
        let lane = self.lane(request);
        let known = self.clients.read().unwrap_or_else(PoisonError::into_inner).get(&lane).cloned();
        if let Some(client) = known {
            return Ok(client);
        }
        let trust = self.trust(lane.is_secure).await?;
        let mut clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        Ok(clients.entry(lane).or_insert_with_key(|lane| self.build(lane, trust)).clone())
    }

    fn lane(&self, request: &Request) -> Lane {
        let url = &request.url;
        let certificate = request.certificate.as_ref().or(self.settings.certificate.as_ref());
        let endpoint = (!self.settings.resolve.is_empty()).then(|| url.endpoint());
        Lane {
            is_secure: url.is_https(),
            is_direct: self.settings.is_direct(url),
            certificate: certificate.filter(|_| url.is_https()).cloned(),
            resolved: endpoint.filter(|endpoint| self.settings.resolve.contains_key(endpoint)),
        }
    }

    /// The roots are read on the first https request. A proxy may be asked over TLS for plain http as well.
    async fn trust(&self, is_secure: bool) -> Result<Trust, Fault> {
        let proxied = matches!(&self.settings.proxy, Proxying::Through(proxy) if proxy.0.scheme() == "https");
        match () {
            () if self.settings.insecure => Ok(Trust::Anybody),
            () if is_secure || proxied => {
                let roots = self.roots.get_or_try_init(|| roots(self.settings.ca.clone())).await?;
                Ok(Trust::Roots(Arc::clone(roots)))
            }
            () => Ok(Trust::Roots(Arc::new(RootCertStore::empty()))),
        }
    }

    fn build(&self, lane: &Lane, trust: Trust) -> reqwest::Client {
        let settings = &self.settings;
        let addresses: Option<Arc<[IpAddr]>> =
            lane.resolved.as_ref().and_then(|endpoint| settings.resolve.get(endpoint)).map(|it| it.as_slice().into());
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(trust, lane.certificate.as_ref(), settings.version))
            .tls_info(true)
            .dns_resolver(Arc::new(Resolver(addresses)))
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
        let builder = match settings.version {
            Some(HttpVersion::Http1) => builder.http1_only(),
            Some(HttpVersion::Http2) => builder.http2_prior_knowledge(),
            None => builder,
        };
        let builder = match &settings.proxy {
            _ if lane.is_direct => builder.no_proxy(),
            Proxying::Through(proxy) => {
                builder.proxy(reqwest::Proxy::all(proxy.0.clone()).expect("a proxy has a host and a known scheme"))
            }
            _ => builder,
        };
        self.on_socket(builder).build().expect("every part of it is made here and valid")
    }

    #[cfg(unix)]
    fn on_socket(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        match &self.settings.unix_socket {
            Some(path) => builder.unix_socket(path.clone()),
            None => builder,
        }
    }

    /// Elsewhere the project file cannot name one.
    #[cfg(not(unix))]
    fn on_socket(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        builder
    }
}

async fn roots(ca: Vec<Vec<u8>>) -> Result<Arc<RootCertStore>, Fault> {
    let roots = tokio::task::spawn_blocking(move || tls::roots(&ca)).await;
    let roots = roots.unwrap_or_else(|_| Err("the certificates of this machine cannot be read".to_owned()));
    roots.map(Arc::new).map_err(|message| Fault::new(FaultKind::Tls, message))
}
