//! Serving on loopback: connections are counted, and an answer can be replaced on its way to the wire.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::connect_info::Connected,
    response::Response,
    serve::{IncomingStream, Listener},
};
use bytes::{BufMut, Bytes, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::demo::counts::Server;
use crate::demo::state::State;

/// Serves a router until the demo ends.
pub(super) fn serve(listener: TcpListener, server: Server, router: Router, state: &Arc<State>) -> JoinHandle<()> {
    let counted = Counted { listener, server, state: Arc::clone(state) };
    let service = router.into_make_service_with_connect_info::<Line>();
    let state = Arc::clone(state);
    let serving = axum::serve(counted, service).with_graceful_shutdown(async move { state.ended().await });
    tokio::spawn(async move {
        // Serving ends without an error: accepting is tried again until the demo ends.
        let _ = serving.await;
    })
}

/// Accepts connections and counts them.
struct Counted {
    listener: TcpListener,
    server: Server,
    state: Arc<State>,
}

impl Listener for Counted {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        let (stream, peer) = loop {
            match self.listener.accept().await {
                Ok(accepted) => break accepted,
                // Too many open files, most likely: others may be closed soon.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        // Without it answers are slower, no more.
        let _ = stream.set_nodelay(true);
        self.state.ledger.note(|counts| match self.server {
            Server::Provider => counts.provider_connections += 1,
            Server::Api => counts.api_connections += 1,
        });
        (Wire { stream, line: Line::default(), sent: 0 }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// What a handler knows of the connection its request came through.
#[derive(Clone, Debug, Default)]
pub(super) struct Line(Arc<OnceLock<Fate>>);

/// What becomes of a connection in place of the answer.
#[derive(Debug)]
enum Fate {
    Reset,
    Raw(Bytes),
}

impl Line {
    /// Resets the connection as soon as an answer is written to it.
    pub(super) fn reset(&self) -> Response {
        self.doom(Fate::Reset)
    }

    /// Writes these bytes in place of the answer, whatever they are, and closes the connection.
    pub(super) fn write(&self, bytes: impl Into<Bytes>) -> Response {
        self.doom(Fate::Raw(bytes.into()))
    }

    /// Writes the head of an answer and half of its body, and closes the connection.
    pub(super) async fn write_half(&self, answer: Response) -> Response {
        self.write(half(answer).await)
    }

    /// The answer that is not written, but makes the connection try to.
    fn doom(&self, fate: Fate) -> Response {
        // The first fate stays: a connection has one end.
        let _ = self.0.set(fate);
        Response::new(Body::empty())
    }
}

impl Connected<IncomingStream<'_, Counted>> for Line {
    fn connect_info(stream: IncomingStream<'_, Counted>) -> Self {
        stream.io().line.clone()
    }
}

async fn half(answer: Response) -> Bytes {
    let (head, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut raw = BytesMut::new();
    raw.put_slice(format!("HTTP/1.1 {}\r\n", head.status).as_bytes());
    for (name, value) in &head.headers {
        raw.put_slice(name.as_str().as_bytes());
        raw.put_slice(b": ");
        raw.put_slice(value.as_bytes());
        raw.put_slice(b"\r\n");
    }
    raw.put_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    raw.put_slice(&body[..body.len() / 2]);
    raw.freeze()
}

/// A connection.
struct Wire {
    stream: TcpStream,
    line: Line,
    /// How many of the raw bytes are written.
    sent: usize,
}

impl Wire {
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        match self.line.0.get() {
            Some(Fate::Raw(bytes)) => {
                while self.sent < bytes.len() {
                    match ready!(Pin::new(&mut self.stream).poll_write(cx, &bytes[self.sent..])) {
                        Ok(count) => self.sent += count,
                        Err(error) => return Poll::Ready(error),
                    }
                }
            }
            // With no linger time a close is a reset (RST).
            Some(Fate::Reset) => drop(self.stream.set_zero_linger()),
            None => {}
        }
        Poll::Ready(io::ErrorKind::ConnectionAborted.into())
    }

    fn is_doomed(&self) -> bool {
        self.line.0.get().is_some()
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.is_doomed() {
            true => self.poll_end(cx).map(Err),
            false => Pin::new(&mut self.stream).poll_write(cx, buf),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.is_doomed() {
            true => self.poll_end(cx).map(Err),
            false => Pin::new(&mut self.stream).poll_write_vectored(cx, bufs),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
