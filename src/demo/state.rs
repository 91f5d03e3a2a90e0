//! What the two servers of one demo share.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use crate::clock::Clock;
use crate::demo::{
    api::Shop,
    counts::Ledger,
    fault::Fault,
    options::{Options, User},
    proof::Proofs,
    provider::{Assertions, Codes, Devices, Tokens},
};

/// Everything that handlers read and write.
pub(super) struct State {
    pub(super) options: Options,
    pub(super) clock: Clock,
    pub(super) issuer_url: String,
    pub(super) api_url: String,
    pub(super) ledger: Ledger,
    pub(super) tokens: Tokens,
    pub(super) assertions: Assertions,
    pub(super) codes: Codes,
    pub(super) devices: Devices,
    pub(super) proofs: Proofs,
    pub(super) shop: Shop,
    /// What becomes of the next token requests.
    pub(super) faults: Mutex<VecDeque<Fault>>,
    /// Turns true, or loses its sender, when the demo ends.
    pub(super) end: watch::Receiver<bool>,
}

impl State {
    /// The user whose password this is.
    pub(super) fn user(&self, name: &str, password: &str) -> Option<&User> {
        self.options.users.iter().find(|user| user.name == name && user.password == password)
    }

    /// Waits until the demo ends.
    pub(super) async fn ended(&self) {
        // An error means that the sender is gone, and the demo with it.
        let _ = self.end.clone().wait_for(|ended| *ended).await;
    }

    /// Waits, but not longer than the demo runs.
    pub(super) async fn wait(&self, duration: Duration) {
        if duration.is_zero() {
            return;
        }
        tokio::select! {
            () = self.clock.sleep(duration) => {}
            () = self.ended() => {}
        }
    }

    /// What becomes of the token request that has just come.
    pub(super) fn next_fault(&self) -> Fault {
        lock(&self.faults).pop_front().unwrap_or_else(Fault::none)
    }
}

/// Locks what no panic can leave half written.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
