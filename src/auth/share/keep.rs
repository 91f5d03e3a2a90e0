//! What is kept because somebody asked for it: the outcome of a login, until it is forgotten.

use std::time::Duration;

use crate::auth::{
    fetch::Fetched,
    share::{
        entry::{Entry, Kept},
        lock::{self, Held},
        slot::Slot,
        turn::GRACE,
    },
    token::{Issued, Token},
};
use crate::clock::{Clock, Moment};
use crate::spec::duration::show;

/// What is kept of a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stored {
    /// How much longer it lives; none where there is no token.
    pub(crate) left: Option<Duration>,
    /// Whether a refresh token lies beside it.
    pub(crate) renews: bool,
}

impl Slot {
    /// Keeps a token and what renews it in place of what is there. `timeout` is how long a token request of others may take.
    ///
    /// # Errors
    /// Why it is not kept.
    pub(crate) async fn keep(
        &self,
        issued: &Issued,
        fetched: &Fetched,
        timeout: Duration,
        clock: &Clock,
    ) -> Result<(), String> {
        let _held = self.wait(timeout, clock).await?;
        let generation = self.read().map_or(0, |entry| entry.generation) + 1;
        let token = Some(Kept { issued: issued.clone(), asked: fetched.asked.wall });
        let entry = Entry { generation, token, refresh: fetched.refresh.clone(), ..Entry::default() };
        self.write(&entry).map_err(|error| format!("it cannot be written: {error}"))
    }

    /// Forgets what is there. Whether there was anything.
    ///
    /// # Errors
    /// Why it is still there.
    pub(crate) async fn forget(&self, timeout: Duration, clock: &Clock) -> Result<bool, String> {
        let _held = self.wait(timeout, clock).await?;
        self.remove().map_err(|error| format!("it cannot be removed: {error}"))
    }

    /// What is there.
    pub(crate) fn stored(&self, now: Moment) -> Stored {
        let Some(entry) = self.read() else { return Stored::default() };
        let left = entry.token.map(|kept| {
            let age = now.wall.duration_since(kept.asked).unwrap_or_default();
            let asked = Moment { wall: kept.asked, mono: now.mono.saturating_sub(age) };
            Token { issued: kept.issued, generation: entry.generation, asked }.remaining(now)
        });
        Stored { left, renews: entry.refresh.is_some() }
    }

    /// The right to write, once nobody else has it.
    async fn wait(&self, timeout: Duration, clock: &Clock) -> Result<Held, String> {
        let (began, patience) = (clock.now(), timeout.saturating_add(GRACE));
        let mut attempt = 0;
        loop {
            match self.try_lock() {
                Ok(Some(held)) => return Ok(held),
                Ok(None) if clock.since(began) < patience => clock.sleep(lock::pause(attempt)).await,
                Ok(None) => return Err(format!("another process did not let go of it in {}", show(patience))),
                Err(error) => return Err(format!("it cannot be locked: {error}")),
            }
            attempt += 1;
        }
    }
}
