//! Servers in this process that are asked without a socket: a connection is a pipe, and what goes through it is the same HTTP/1.1.

use std::{
    collections::HashMap,
    fmt,
    net::Ipv4Addr,
    sync::{Arc, PoisonError, RwLock},
};

use hyper_util::rt::TokioIo;
use tokio::io::DuplexStream;

use crate::http::{Url, client::MOST_HEADERS};

/// A server in this process: it is given the far end of every connection. Clones are the same.
#[derive(Clone)]
pub(crate) struct Server(Arc<dyn Fn(DuplexStream) + Send + Sync>);

/// The servers that can be asked, by the addresses that stand for them. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inside(Arc<RwLock<Known>>);

#[derive(Debug, Default)]
struct Known {
    servers: HashMap<Ipv4Addr, Server>,
    /// How many there were so far. No address is given twice: tokens and cookies are kept by it.
    count: u32,
}

/// A server that can be asked until this is dropped.
#[derive(Debug)]
pub(crate) struct Opened {
    inside: Inside,
    address: Ipv4Addr,
}

/// How much of a message one side may be ahead of the other, in bytes.
const PIPE: usize = 64 << 10;

impl Inside {
    /// Lets a server be asked.
    pub(crate) fn open(&self, server: Server) -> Opened {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.count += 1;
        let address = Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 0, 0, 0)) + known.count);
        known.servers.insert(address, server);
        Opened { inside: self.clone(), address }
    }

    /// The server that a URL stands for.
    pub(super) fn at(&self, url: &Url) -> Option<Server> {
        if !url.is_inside() {
            return None;
        }
        let address: Ipv4Addr = url.host().parse().ok()?;
        self.0.read().unwrap_or_else(PoisonError::into_inner).servers.get(&address).cloned()
    }
}

impl Opened {
    /// Where it is: an address of this machine with the port 0, which no socket ever has.
    pub(crate) fn url(&self) -> String {
        format!("http://{}:0", self.address)
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.inside.0.write().unwrap_or_else(PoisonError::into_inner).servers.remove(&self.address);
    }
}

impl Server {
    /// A `tower` service behind HTTP/1.1.
    #[cfg(feature = "tower")]
    pub(crate) fn of<S, B>(service: S) -> Self
    where
        S: tower::Service<http::Request<hyper::body::Incoming>, Response = http::Response<B>> + Clone + Send + 'static,
        S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
        S::Future: Send,
        B: hyper::body::Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
    {
        let service = std::sync::Mutex::new(service);
        Self(Arc::new(move |pipe| {
            let service = service.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let service = hyper_util::service::TowerToHyperService::new(service);
            let serving = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(pipe), service);
            let serving = serving.with_upgrades();
            tokio::spawn(async move { drop(serving.await) });
        }))
    }

    /// Sends a request over a connection of its own, until the head of the answer is there.
    ///
    /// # Errors
    /// The service ended the connection without an answer.
    pub(super) async fn answer(&self, message: reqwest::Request) -> Result<reqwest::Response, hyper::Error> {
        let (near, far) = tokio::io::duplex(PIPE);
        (self.0)(far);
        let mut connecting = hyper::client::conn::http1::Builder::new();
        connecting.title_case_headers(true).max_headers(MOST_HEADERS);
        let (mut sender, connection) = connecting.handshake(TokioIo::new(near)).await?;
        tokio::spawn(async move { drop(connection.await) });
        Ok(sender.send_request(request(message)).await?.map(reqwest::Body::wrap).into())
    }
}

/// The request as a server is sent it: only the path in its first line.
fn request(message: reqwest::Request) -> http::Request<reqwest::Body> {
    let mut request = http::Request::<reqwest::Body>::try_from(message).expect("a URL with a host is a URI");
    let target = request.uri().path_and_query().cloned();
    *request.uri_mut() = target.map_or_else(http::Uri::default, http::Uri::from);
    request
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nobody() -> Server {
        Server(Arc::new(drop))
    }

    #[test]
    fn a_server_is_known_by_its_address_until_it_is_closed() {
        let inside = Inside::default();
        let (first, second) = (inside.open(nobody()), inside.open(nobody()));
        assert_eq!((first.url().as_str(), second.url().as_str()), ("http://127.0.0.1:0", "http://127.0.0.2:0"));
        let known = |text: &str| inside.at(&Url::parse(text).unwrap()).is_some();
        assert!(known("http://127.0.0.1:0/items") && known("http://127.0.0.2:0"));
        for other in ["http://127.0.0.1", "http://127.0.0.1:80", "https://127.0.0.1:0", "http://127.0.0.3:0"] {
            assert!(!known(other), "{other}");
        }
        drop(first);
        assert!(!known("http://127.0.0.1:0/items") && known("http://127.0.0.2:0"));
        assert_eq!(inside.open(nobody()).url(), "http://127.0.0.3:0");
    }
}
