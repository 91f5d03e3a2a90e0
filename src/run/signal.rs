//! The wish of a person, or of whoever started the process, to end it.

/// Waits for an interrupt or the wish to terminate. From this call on, which is made where a runtime is at work, neither ends the process by
/// itself.
#[cfg(unix)]
pub(crate) fn signal() -> impl Future<Output = ()> + Send {
    use tokio::signal::unix::{SignalKind, signal};
    let [interrupt, terminate] = [SignalKind::interrupt(), SignalKind::terminate()].map(|kind| {
        let stream = signal(kind);
        async {
            match stream {
                Ok(mut stream) => drop(stream.recv().await),
                Err(_) => std::future::pending().await,
            }
        }
    });
    async {
        tokio::select! {
            () = interrupt => {}
            () = terminate => {}
        }
    }
}

/// Waits for an interrupt.
#[cfg(not(unix))]
pub(crate) fn signal() -> impl Future<Output = ()> + Send {
    async { drop(tokio::signal::ctrl_c().await) }
}
