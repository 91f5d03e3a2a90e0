//! Whose turn it is to fetch: what another process has found out is used, else one process fetches and the others wait for it.

use std::time::{Duration, SystemTime};

use crate::auth::{
    fetch::Fetched,
    refusal::{Lasts, Refusal},
    share::{
        entry::{Entry, Kept, Refused},
        lock::{self, Held},
        slot::Slot,
    },
    token::{Issued, Token},
};
use crate::clock::{Clock, Moment};
use crate::secret::{Redactor, Secret};
use crate::spec::duration::show;

/// How long a refusal that lasts is an answer to other processes.
const MINUTE: Duration = Duration::from_secs(60);
/// How much longer than a token request may take its end is waited for.
pub(super) const GRACE: Duration = Duration::from_secs(5);
/// Files of the same machine are not from the future by more.
const JITTER: Duration = Duration::from_secs(2);

/// What a fetch is for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) refresh_before: Duration,
    /// How long one token request may take.
    pub(crate) timeout: Duration,
    /// The last token that the API rejected.
    pub(crate) rejected: Option<Secret>,
    /// Whether the API ever took one, as far as this process knows.
    pub(crate) accepted: bool,
}

/// What there is to do.
#[derive(Debug)]
pub(crate) enum Turn {
    /// Nothing: another process did it.
    Found(Found),
    /// Fetch, then [`Fetching::tell`].
    Fetch(Fetching),
}

/// What another process found out.
#[derive(Debug)]
pub(crate) enum Found {
    /// A token, and when it was asked for; whether all know that the API took one.
    Token { issued: Issued, asked: Moment, accepted: bool },
    /// There is none.
    Refused(Refusal),
}

/// The duty to fetch. Others wait until it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Fetching {
    held: Option<Held>,
    /// What was there before.
    seen: Entry,
    /// What a person should know.
    pub(crate) note: Option<String>,
}

impl Slot {
    /// Waits for what another process does about this key, as long as its token request may take.
    pub(crate) async fn turn(&self, wanted: &Wanted, clock: &Clock) -> Turn {
        let began = clock.now();
        let answer = || self.read().and_then(|entry| entry.answer(wanted, began, clock.now()));
        let patience = wanted.timeout.saturating_add(GRACE);
        let mut attempt = 0;
        loop {
            if let Some(found) = answer() {
                return Turn::Found(found);
            }
            let (held, note) = match self.try_lock() {
                Ok(Some(held)) => (Some(held), None),
                Ok(None) if clock.since(began) < patience => {
                    clock.sleep(lock::pause(attempt)).await;
                    attempt += 1;
                    continue;
                }
                Ok(None) => {
                    (None, Some(format!("another process did not end its token request in {}", show(patience))))
                }
                Err(error) => (None, Some(format!("its token cannot be locked for other processes: {error}"))),
            };
            // Whoever had the lock before may have written in between.
            return match answer() {
                Some(found) => Turn::Found(found),
                None => Turn::Fetch(Fetching { held, seen: self.read().unwrap_or_default(), note }),
            };
        }
    }
}

impl Fetching {
    /// What renews the token: only for whoever holds the lock, as it is used once.
    pub(crate) fn refresh(&self) -> Option<Secret> {
        self.seen.refresh.clone().filter(|_| self.held.is_some())
    }

    /// Whether nobody else fetches meanwhile.
    pub(crate) fn is_alone(&self) -> bool {
        self.held.is_some()
    }

    /// Whether there has been a token before.
    pub(crate) fn renews(&self) -> bool {
        self.seen.token.is_some()
    }

    /// Tells other processes how the fetch ended.
    ///
    /// # Errors
    /// Why they cannot be told, as a note for a person.
    pub(crate) fn tell(self, slot: &Slot, fetched: &Fetched, wanted: &Wanted, told: Telling<'_>) -> Result<(), String> {
        // Without the lock somebody may have written meanwhile and knows more, or is about to.
        let newer = |entry: &Entry| entry.generation > self.seen.generation;
        if self.held.is_none() && (fetched.result.is_err() || slot.read().as_ref().is_some_and(newer)) {
            return Ok(());
        }
        let entry = self.seen.clone().after(fetched, wanted, told);
        slot.write(&entry).map_err(|error| {
            // What is there may hold a refresh token that was used just now.
            let _ = slot.remove();
            format!("its token could not be shared with other processes: {error}")
        })
    }
}

/// What telling of a fetch needs besides it.
#[derive(Clone, Copy)]
pub(crate) struct Telling<'t> {
    pub(crate) redactor: &'t Redactor,
    pub(crate) now: SystemTime,
}

impl Entry {
    /// What this says to somebody who began to wait at a moment; nothing where a token must be fetched.
    fn answer(&self, wanted: &Wanted, began: Moment, now: Moment) -> Option<Found> {
        let token = self.token.as_ref().and_then(|kept| self.token(kept, wanted, now));
        token.or_else(|| self.refused.as_ref()?.answer(began, now).map(Found::Refused))
    }

    fn token(&self, kept: &Kept, wanted: &Wanted, now: Moment) -> Option<Found> {
        let age = age(kept.asked, now.wall)?;
        let asked = Moment { wall: kept.asked, mono: now.mono.saturating_sub(age) };
        let token = Token { issued: kept.issued.clone(), generation: self.generation, asked };
        let rejected = wanted.rejected.as_ref().is_some_and(|text| text.expose() == token.text().expose());
        let serves = match rejected {
            false => token.is_usable(now, wanted.refresh_before),
            // Left as it is: no token of this key was ever taken, and a new one was tried already.
            true => self.tried_anew && !self.accepted && !wanted.accepted && !token.remaining(now).is_zero(),
        };
        serves.then_some(Found::Token { issued: token.issued, asked, accepted: self.accepted })
    }

    /// What is known after a fetch.
    fn after(self, fetched: &Fetched, wanted: &Wanted, told: Telling<'_>) -> Self {
        let accepted = self.accepted || wanted.accepted;
        let known = Self { accepted, refresh: fetched.refresh.clone(), ..self };
        match &fetched.result {
            Ok(issued) => {
                let kept = Kept { issued: issued.clone(), asked: fetched.asked.wall };
                let tried_anew = known.tried_anew || wanted.rejected.is_some();
                Self { generation: known.generation + 1, tried_anew, token: Some(kept), refused: None, ..known }
            }
            Err(refusal) => {
                let hidden = |text: &str| told.redactor.redact(text).into_owned();
                let (message, help) = (hidden(&refusal.message), refusal.help.as_deref().map(hidden));
                let refusal = Refusal { message, help, ..refusal.clone() };
                Self { refused: Some(Refused { refusal, at: told.now }), ..known }
            }
        }
    }
}

impl Refused {
    /// A refusal that lasts counts for a minute, one that passes only for those who waited for it.
    fn answer(&self, began: Moment, now: Moment) -> Option<Refusal> {
        let age = age(self.at, now.wall)?;
        let refusal = self.refusal.clone();
        if refusal.is_passing() {
            let message = format!("{}; another process asked", refusal.message);
            // Times in files have no more than milliseconds.
            let waited = self.at + Duration::from_millis(1) > began.wall;
            return waited.then_some(Refusal { message, ..refusal });
        }
        let left = MINUTE.checked_sub(age).filter(|left| !left.is_zero())?;
        let seconds = Duration::from_secs(age.as_secs());
        let message = format!(
            "{}; another process was told so {} ago, which counts for a minute",
            refusal.message,
            show(seconds)
        );
        Some(Refusal { message, lasts: Lasts::Until(left), ..refusal })
    }
}

/// How long ago something in a file was; none where it is from the future.
fn age(then: SystemTime, now: SystemTime) -> Option<Duration> {
    match now.duration_since(then) {
        Ok(age) => Some(age),
        Err(ahead) => (ahead.duration() <= JITTER).then_some(Duration::ZERO),
    }
}
