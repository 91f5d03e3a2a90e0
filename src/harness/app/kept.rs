//! What lives as long as the application.

use std::{any::Any, panic::AssertUnwindSafe};

use crate::harness::{
    app::{process::Process, served::Served},
    panicking::caught,
};

/// Something to let go of at the end.
pub(super) enum Kept {
    /// Whatever a person handed over.
    Guard(Box<dyn Any + Send>),
    /// A server on the runtime.
    Served(Served),
    /// A process of its own.
    Process(Box<Process>),
}

impl Kept {
    /// Lets go of it.
    ///
    /// # Errors
    /// It panicked, or had ended before it was meant to.
    pub(super) async fn end(self) -> Result<(), String> {
        match self {
            Self::Guard(guard) => dropped(guard).await,
            Self::Served(served) => served.end().await,
            Self::Process(process) => process.end().await,
        }
    }
}

/// Drops a guard where it may wait for something, and where another runtime may be dropped.
async fn dropped(guard: Box<dyn Any + Send>) -> Result<(), String> {
    let work = move || caught(AssertUnwindSafe(|| drop(guard)));
    let ended = tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err("it broke off".to_owned()));
    ended.map_err(|panic| format!("the app panicked while it stopped: {panic}"))
}
