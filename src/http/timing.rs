//! Where the time of an exchange goes: marks set by whatever knows of a step, kept in the task that sends.
//!
//! Marks come from the resolver, the connector, the TLS session store and `exchange`. A connection that is made in another task
//! leaves none, which is how a reused one is told from a new one.

use std::{
    cell::Cell,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::{
    NamedGroup,
    client::{ClientSessionMemoryCache, ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue},
    pki_types::ServerName,
};

use crate::clock::Clock;
use crate::http::fault::NoAddress;

/// Where the time of an exchange went; of its last hop, but for the total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Timing {
    /// Looking the host up; none where no connection was made or no name was looked up.
    pub(crate) dns: Option<Duration>,
    /// Connecting; none where a connection was reused.
    pub(crate) tcp: Option<Duration>,
    /// The TLS handshake.
    pub(crate) tls: Option<Duration>,
    /// From the request to the head of the answer.
    pub(crate) first_byte: Option<Duration>,
    /// From the head of the answer to its last byte.
    pub(crate) body: Option<Duration>,
    /// All of it, redirects included.
    pub(crate) total: Duration,
    /// Whether a connection was used that an earlier exchange had made.
    pub(crate) reused: bool,
}

tokio::task_local! {
    static RECORDER: Recorder;
}

struct Recorder {
    clock: Clock,
    marks: Cell<Marks>,
}

/// A step of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The request is handed over to be sent.
    Sent,
    LookUp,
    LookedUp,
    Connect,
    /// The TLS handshake begins.
    Hello,
    /// The connection can be used.
    Connected,
    /// The head of the answer is there.
    Head,
    /// The last byte of the answer is there.
    End,
}

/// When each step of the last hop was reached.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks([Option<Duration>; 8]);

/// Runs the work of one exchange with a place for its marks.
pub(super) async fn recorded<T>(clock: Clock, work: impl Future<Output = T>) -> T {
    RECORDER.scope(Recorder { clock, marks: Cell::default() }, work).await
}

/// Forgets the marks of the hop before.
pub(super) fn begin() {
    let _ = RECORDER.try_with(|recorder| recorder.marks.set(Marks::default()));
    mark(Mark::Sent);
}

/// Notes that a step is reached now.
pub(super) fn mark(step: Mark) {
    let _ = RECORDER.try_with(|recorder| {
        let mut marks = recorder.marks.get();
        marks.0[step as usize] = Some(recorder.clock.now().mono);
        recorder.marks.set(marks);
    });
}

/// The marks so far.
pub(super) fn marks() -> Marks {
    RECORDER.try_with(|recorder| recorder.marks.get()).unwrap_or_default()
}

impl Marks {
    /// Whether a step was reached.
    pub(super) fn has(&self, step: Mark) -> bool {
        self.at(step).is_some()
    }

    /// Whether the request went over a connection that was there already.
    pub(super) fn reused(&self) -> bool {
        // A connection may be begun and then not waited for because another becomes free.
        !self.has(Mark::Connected) && (self.has(Mark::Head) || self.has(Mark::Sent) && !self.has(Mark::Connect))
    }

    /// What they come to.
    pub(super) fn timing(&self, total: Duration) -> Timing {
        let made = |from, to| self.between(from, to).filter(|_| !self.reused());
        let ready = self.at(Mark::Connected).or(self.at(Mark::Sent));
        Timing {
            dns: made(Mark::LookUp, Mark::LookedUp),
            tcp: made(
                if self.has(Mark::LookedUp) { Mark::LookedUp } else { Mark::Connect },
                if self.has(Mark::Hello) { Mark::Hello } else { Mark::Connected },
            ),
            tls: made(Mark::Hello, Mark::Connected),
            first_byte: self.at(Mark::Head).zip(ready).map(|(head, ready)| head.saturating_sub(ready)),
            body: self.between(Mark::Head, Mark::End),
            total,
            reused: self.reused(),
        }
    }

    fn at(&self, step: Mark) -> Option<Duration> {
        self.0[step as usize]
    }

    fn between(&self, from: Mark, to: Mark) -> Option<Duration> {
        Some(self.at(to)?.saturating_sub(self.at(from)?))
    }
}

/// Looks hosts up as the machine does, unless it is given their addresses.
#[derive(Debug)]
pub(super) struct Resolver(pub(super) Option<Arc<[IpAddr]>>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        if let Some(given) = &self.0 {
            // The port is that of the URL.
            let given: Vec<_> = given.iter().map(|address| SocketAddr::new(*address, 0)).collect();
            return Box::pin(async { Ok(Box::new(given.into_iter()) as Addrs) });
        }
        Box::pin(async move {
            mark(Mark::LookUp);
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            mark(Mark::LookedUp);
            let none = |why: String| NoAddress { host: name.as_str().to_owned(), why };
            let found: Vec<_> = found.map_err(|error| none(error.to_string()))?.collect();
            if found.is_empty() {
                return Err(none("it has none".to_owned()).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Marks when a connection is begun and when it can be used.
#[derive(Clone, Debug)]
pub(super) struct Connecting;

/// What [`Connecting`] wraps a connector into.
#[derive(Clone, Debug)]
pub(super) struct Marked<S>(S);

impl<S> tower::Layer<S> for Connecting {
    type Service = Marked<S>;

    fn layer(&self, inner: S) -> Marked<S> {
        Marked(inner)
    }
}

impl<S, R> tower::Service<R> for Marked<S>
where
    S: tower::Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let connecting = self.0.call(request);
        Box::pin(async move {
            mark(Mark::Connect);
            let connection = connecting.await;
            if connection.is_ok() {
                mark(Mark::Connected);
            }
            connection
        })
    }
}

/// Keeps TLS sessions, and marks when a handshake asks for one, which is when it begins.
#[derive(Debug)]
pub(super) struct Sessions(Arc<dyn ClientSessionStore>);

impl Sessions {
    /// None yet.
    pub(super) fn new() -> Self {
        Self(Arc::new(ClientSessionMemoryCache::new(256)))
    }
}

impl ClientSessionStore for Sessions {
    fn set_kx_hint(&self, server: ServerName<'static>, group: NamedGroup) {
        self.0.set_kx_hint(server, group);
    }

    fn kx_hint(&self, server: &ServerName<'_>) -> Option<NamedGroup> {
        mark(Mark::Hello);
        self.0.kx_hint(server)
    }

    fn set_tls12_session(&self, server: ServerName<'static>, value: Tls12ClientSessionValue) {
        self.0.set_tls12_session(server, value);
    }

    fn tls12_session(&self, server: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.0.tls12_session(server)
    }

    fn remove_tls12_session(&self, server: &ServerName<'static>) {
        self.0.remove_tls12_session(server);
    }

    fn insert_tls13_ticket(&self, server: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.0.insert_tls13_ticket(server, value);
    }

    fn take_tls13_ticket(&self, server: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.0.take_tls13_ticket(server)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(steps: &[(Mark, u64)]) -> Marks {
        let mut marks = Marks::default();
        for (step, at) in steps {
            marks.0[*step as usize] = Some(Duration::from_millis(*at));
        }
        marks
    }

    #[test]
    fn steps_come_to_times() {
        use Mark::{Connect, Connected, End, Head, Hello, LookUp, LookedUp, Sent};
        let ms = |value| Some(Duration::from_millis(value));
        let none = Timing::default();
        let cases: [(&[(Mark, u64)], Timing); 6] = [
            (&[(Sent, 0), (Head, 5), (End, 7)], Timing { first_byte: ms(5), body: ms(2), reused: true, ..none }),
            (
                &[(Sent, 0), (Connect, 1), (LookUp, 1), (LookedUp, 3), (Connected, 7), (Head, 10), (End, 11)],
                Timing { dns: ms(2), tcp: ms(4), first_byte: ms(3), body: ms(1), ..none },
            ),
            (
                &[(Sent, 0), (Connect, 1), (Hello, 4), (Connected, 9), (Head, 10)],
                Timing { tcp: ms(3), tls: ms(5), first_byte: ms(1), ..none },
            ),
            // Begun, but another connection became free first.
            (&[(Sent, 0), (Connect, 1), (Head, 3)], Timing { first_byte: ms(3), reused: true, ..none }),
            (&[(Sent, 0), (Connect, 1), (LookUp, 1), (LookedUp, 3)], Timing { dns: ms(2), ..none }),
            (&[], none),
        ];
        for (steps, expected) in cases {
            assert_eq!(marks(steps).timing(Duration::ZERO), expected, "{steps:?}");
        }
    }
}
