//! Fetching where other processes may have the token, and telling them of it.

use super::Shared;
use crate::auth::{
    credential::Credential,
    fetch::Fetched,
    grant::{Grant, Part},
    human,
    key::{Key, Keys},
    ready::Method,
    refusal::Refusal,
    share::{Fetching, Found, Slot, Subject, Telling, Turn, Wanted},
    source::Landing,
};
use crate::spec::auth::Share;

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
    pub(super) async fn turn(&self, grant: &Grant, name: &str, mut landing: Landing) -> Option<(Landing, Flown)> {
        let (refresh_before, timeout) = (grant.refresh_before, grant.timeout);
        let (rejected, accepted) = (landing.rejected.clone(), landing.accepted);
        let wanted = Wanted { refresh_before, timeout, rejected, accepted };
        let key = |keys: &Keys| keys.shown(grant, self.fetcher.http.certificate());
        let slot = self.store.open(subject(grant, &key)).await;
        self.note(name, self.store.take_note());
        if grant.dpop && self.store.reach(Share::Auto).is_some() {
            let note = "its token is bound to a key in the memory of this process (`dpop`), so it is not shared";
            self.note(name, Some(note.to_owned()));
        }
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
                landing.refresh = landing.refresh.take().or_else(|| fetching.refresh());
                Some((landing, Flown { slot, wanted, fetching }))
            }
        }
    }

    /// Tells other processes how a fetch ended. Whether they can know.
    pub(super) fn tell(&self, name: &str, fetched: &Fetched, flown: Flown) -> bool {
        let Flown { slot: Some(slot), wanted, fetching } = flown else { return false };
        let told = Telling { redactor: &self.fetcher.redactor, now: self.fetcher.clock.wall() };
        let wrong = fetching.tell(&slot, fetched, &wanted, told).err();
        let is_told = wrong.is_none();
        self.note(name, wrong);
        is_told
    }

    /// Why there is no token where a person would have to be asked: nobody waits for one in a run.
    pub(super) fn without_a_person(
        &self,
        grant: &Grant,
        name: &str,
        landing: &Landing,
        flown: &Flown,
    ) -> Option<Refusal> {
        if !grant.grant.is_interactive() || landing.refresh.is_some() {
            return None;
        }
        let Some(_) = &flown.slot else { return Some(self.no_place_for_a_login()) };
        if !flown.fetching.is_alone() {
            let refusal = Refusal::new("another process is busy with what its login left", Part::Whole);
            return Some(refusal.passing(None).help("try again"));
        }
        let why = if flown.renews() { "what its login left has run out" } else { "nobody has logged in" };
        Some(Refusal::new(why, Part::Whole).help(human::cure(name)))
    }

    /// Why a login could not be kept.
    pub(super) fn no_place_for_a_login(&self) -> Refusal {
        Refusal::new(format!("no login can be kept: {}", self.store.why_not()), Part::Whole)
    }

    /// Notes that the API took a token, for other processes where they do not know.
    pub(super) fn accepted(&self, credential: &Credential) {
        let Some((_, source)) = &credential.fetched else { return };
        let is_told = source.accept();
        let Method::Granted(grant) = credential.ready.method() else { return };
        let key = |keys: &Keys| keys.shown(grant, self.fetcher.http.certificate());
        if !is_told && self.store.slot(subject(grant, &key)).is_none_or(|slot| slot.accept()) {
            source.told();
        }
    }

    fn found(&self, found: Found, name: &str, mut landing: Landing) {
        landing.refresh = None;
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

/// What the token of a grant is told apart and protected by. What a server in this process gave is of no use to another one.
pub(super) fn subject<'s>(grant: &'s Grant, key: &'s (dyn Fn(&Keys) -> Key + Sync)) -> Subject<'s> {
    let share = if grant.token_url.is_inside() { Share::Off } else { grant.share };
    Subject { share, key, secret: grant.secret() }
}
