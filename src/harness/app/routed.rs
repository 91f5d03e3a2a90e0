//! A `tower` service behind a listener: requests reach it through the same client and the same bytes as any other application.

use std::net::TcpListener;

use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::task::JoinSet;

use crate::harness::app::AnyError;

/// Serves HTTP/1.1 until it is dropped, and every connection with it.
pub(super) async fn serve<S, B>(listener: TcpListener, service: S) -> Result<(), AnyError>
where
    S: tower::Service<http::Request<Incoming>, Response = http::Response<B>> + Clone + Send + 'static,
    S::Error: Into<AnyError>,
    S::Future: Send,
    B: Body<Data: Send, Error: Into<AnyError>> + Send + 'static,
{
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await?;
        // Otherwise an answer in two parts waits for an acknowledgement.
        stream.set_nodelay(true)?;
        let service = TowerToHyperService::new(service.clone());
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades();
        connections.spawn(async move { drop(connection.await) });
        while connections.try_join_next().is_some() {}
    }
}
