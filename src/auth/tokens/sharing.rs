//! Fetching where other processes may have the token, and telling them of it.

use super::Shared;
use crate::auth::{
    credential::Credential,
    fetch::Fetched,
    grant::{Grant, Own, Proof},
    key::{Key, Keys},
    ready::Method,
    share::{Fetching, Found, Slot, Subject, Telling, Turn, Wanted},
    source::Landing,
};
use crate::secret::Secret;

/// A fetch that other processes may wait for.
pub(super) struct Flown {
    slot: Option<Slot>,
    wanted: Wanted,
    fetching: Fetching,
}

impl Flown {
    /// Whether there has been a token before, in any process.
    pub(super) fn renews(&self) -> bool {
        self.fetching.renews()
    }
}

impl Shared {
    /// Ends a fetch with what another process found out, or gives the landing back to whoever is to fetch.
    pub(super) async fn turn(&self, grant: &Grant, name: &str, landing: Landing) -> Option<(Landing, Flown)> {
        let (refresh_before, timeout) = (grant.refresh_before, grant.timeout);
        let (rejected, accepted) = (landing.rejected.clone(), landing.accepted);
        let wanted = Wanted { refresh_before, timeout, rejected, accepted };
        let key = |keys: &Keys| keys.of(grant);
        let slot = self.store.open(subject(grant, &key)).await;
        self.note(name, self.store.take_note());
        let turn = match &slot {
            Some(slot) => slot.turn(&wanted, &self.fetcher.clock).await,
            None => Turn::Fetch(Fetching::default()),
        };
        match turn {
            Turn::Found(found) => {
                self.found(found, name, landing);
                None
            }
            Turn::Fetch(mut fetching) => {
                self.note(name, fetching.note.take());
                Some((landing, Flown { slot, wanted, fetching }))
            }
        }
    }

    /// Tells other processes how a fetch ended.
    pub(super) fn tell(&self, name: &str, fetched: &Fetched, flown: Flown) {
        let Flown { slot: Some(slot), wanted, fetching } = flown else { return };
        let told = Telling { redactor: &self.fetcher.redactor, now: self.fetcher.clock.wall() };
        self.note(name, fetching.tell(&slot, fetched, &wanted, told).err());
    }

    /// Notes that the API took a token, for other processes where they do not know.
    pub(super) fn accepted(&self, credential: &Credential) {
        let Some((_, source)) = &credential.fetched else { return };
        let is_told = source.accept();
        let Method::Granted(grant) = credential.ready.method() else { return };
        let key = |keys: &Keys| keys.of(grant);
        if !is_told && self.store.slot(subject(grant, &key)).is_none_or(|slot| slot.accept()) {
            source.told();
        }
    }

    fn found(&self, found: Found, name: &str, landing: Landing) {
        match found {
            Found::Token { issued, asked, accepted } => {
                self.note(name, self.fetcher.hide(&issued, name));
                if accepted {
                    landing.told();
                }
                landing.token(issued, asked);
            }
            Found::Refused(refusal) => landing.refusal(refusal, self.fetcher.clock.now()),
        }
    }

    fn note(&self, name: &str, note: Option<String>) {
        if let Some(note) = note {
            self.ledger.note(name, &note);
        }
    }
}

/// What the token of a grant is told apart and protected by.
fn subject<'s>(grant: &'s Grant, key: &'s (dyn Fn(&Keys) -> Key + Sync)) -> Subject<'s> {
    Subject { share: grant.share, key, secret: sealing(grant) }
}

/// What an identity has of its own that nobody else knows: what is shared of it is sealed with that.
fn sealing(grant: &Grant) -> Option<&Secret> {
    let of_client = match &grant.client.proof {
        Proof::Jwt(signer) => Some(signer.secret()),
        _ => grant.client.secret(),
    };
    of_client.or(match &grant.own {
        Own::Password { password, .. } => Some(password),
        Own::Refresh(given) | Own::Given(given) => Some(given),
        Own::Signed { signer, .. } => Some(signer.secret()),
        Own::Client | Own::Exchange { .. } => None,
    })
}
