//! A login and its end: what is kept for the runs to come, and forgotten.

use std::sync::Arc;

use super::{NoToken, Tokens, no_token, sharing::subject};
use crate::auth::{
    earned::Earned,
    fetch::Fetched,
    grant::{Grant, Part},
    human::Front,
    key::{Key, Keys},
    ready::{Method, Ready},
    refusal::Refusal,
};

impl Ready {
    /// The grant for whose token a person logs in, where there is one.
    fn interactive(&self) -> Option<&Grant> {
        match self.method() {
            Method::Granted(grant) if grant.grant.is_interactive() => Some(grant),
            _ => None,
        }
    }
}

impl Tokens {
    /// Asks a person for a token, and keeps it with what renews it for every process of the user. What a person should know.
    ///
    /// # Errors
    /// There is no place for a login, or it failed.
    pub(crate) async fn log_in(&self, ready: &Arc<Ready>, front: Front<'_>) -> Result<Vec<String>, NoToken> {
        let Some(grant) = ready.interactive() else { return Ok(vec!["nobody logs in for it".to_owned()]) };
        let failed = |refusal: Refusal| no_token(ready, Earned::Granted(grant), &refusal);
        let key = |keys: &Keys| -> Key { keys.of(grant) };
        let slot = self.0.store.open(subject(grant, &key)).await;
        let Some(slot) = slot else { return Err(failed(self.0.no_place_for_a_login())) };
        let fetched = self.0.fetcher.log_in(grant, ready.name(), front).await;
        let issued = fetched.result.as_ref().map_err(|refusal| failed(refusal.clone()))?;
        let kept = slot.keep(issued, &fetched, grant.timeout, &self.0.fetcher.clock).await;
        kept.map_err(|why| failed(Refusal::new(format!("the login was not kept: {why}"), Part::Whole)))?;
        let Fetched { notes, .. } = fetched;
        Ok(notes)
    }

    /// Forgets what is kept for other processes. Whether there was anything.
    ///
    /// # Errors
    /// Why it is still there.
    pub(crate) async fn forget(&self, ready: &Ready) -> Result<bool, String> {
        let Method::Granted(grant) = ready.method() else { return Ok(false) };
        let key = |keys: &Keys| -> Key { keys.of(grant) };
        match self.0.store.open(subject(grant, &key)).await {
            Some(slot) => slot.forget(grant.timeout, &self.0.fetcher.clock).await,
            None => Ok(false),
        }
    }
}
