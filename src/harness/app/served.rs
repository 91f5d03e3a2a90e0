//! An application that serves a listener on the runtime that sends the requests.

use std::{future::Future, io, net::TcpListener, time::Duration};

use tokio::{
    runtime::Handle,
    task::{JoinError, JoinHandle},
};

use crate::harness::{
    app::{AnyError, with_causes},
    panicking::words,
};

/// How long a server may take to notice that it is to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// A server at work.
pub(super) struct Served(JoinHandle<Result<(), AnyError>>);

/// A listener on a free port of this machine, ready for `tokio::net::TcpListener::from_std`, and its URL.
pub(super) fn listener() -> io::Result<(TcpListener, String)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((listener, url))
}

impl Served {
    /// Starts a server.
    ///
    /// # Errors
    /// No runtime is at work here.
    pub(super) fn start(serving: impl Future<Output = Result<(), AnyError>> + Send + 'static) -> io::Result<Self> {
        let runtime = Handle::try_current().map_err(|_| {
            io::Error::other("no runtime is at work here: an app is served within `Harness::app` or `before_each`")
        })?;
        Ok(Self(runtime.spawn(serving)))
    }

    /// Whether it has ended by itself.
    #[cfg(test)]
    pub(super) fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    /// Ends it: its future is dropped with all it owns. No request is under way by now.
    ///
    /// # Errors
    /// It had failed before, or does not end.
    pub(super) async fn end(self) -> Result<(), String> {
        let Self(mut task) = self;
        if task.is_finished() {
            return match task.await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(format!("the app ended before the specs did: {}", with_causes(error.as_ref()))),
                Err(broken) => told(broken, "panicked"),
            };
        }
        task.abort();
        match tokio::time::timeout(PATIENCE, &mut task).await {
            Ok(Err(broken)) => told(broken, "panicked while it stopped"),
            Ok(Ok(_)) => Ok(()),
            Err(_) => Err(format!("the app did not stop within {}s", PATIENCE.as_secs())),
        }
    }
}

fn told(broken: JoinError, what: &str) -> Result<(), String> {
    match broken.try_into_panic() {
        Ok(panic) => Err(format!("the app {what}: {}", words(panic.as_ref()))),
        Err(_) => Ok(()),
    }
}
