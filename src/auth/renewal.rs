//! Renewing by refresh token, and by the whole grant where that is refused (RFC 6749 6).

use crate::auth::{
    fetch::{Fetched, Fetcher},
    grant::{Attempt, Grant, Own},
    human,
    refusal::Refusal,
};
use crate::secret::Secret;

impl Fetcher {
    /// A token: by the refresh token of the one before where there is one, by the whole grant where there is none or it is refused
    /// for good.
    pub(crate) async fn earn(&self, grant: &Grant, name: &str, how: &Attempt, refresh: Option<Secret>) -> Fetched {
        let Some(refresh) = refresh else { return self.fetch(grant, name, how).await };
        let mut renewed = self.fetch(grant, name, &how.refreshing(refresh.clone())).await;
        let refusal = match renewed.result {
            Err(refusal) if ends(&refusal) => refusal,
            _ => {
                // The old one stays where the reply has none, and while the endpoint is at fault.
                renewed.refresh = renewed.refresh.or(Some(refresh));
                return renewed;
            }
        };
        if grant.grant.is_interactive() {
            return Fetched { result: Err(refusal.help(human::cure(name))), refresh: None, ..renewed };
        }
        if matches!(&grant.own, Own::Refresh(given) if given.expose() == refresh.expose()) {
            return Fetched { result: Err(refusal), refresh: None, ..renewed };
        }
        let mut earned = self.fetch(grant, name, &how.dated(renewed.dated)).await;
        earned.notes.insert(0, format!("its refresh token was not taken, so it was earned anew: {}", refusal.message));
        earned
    }
}

/// Whether a refresh token is of no use any more. A client that is not known is not known for the whole grant either.
fn ends(refusal: &Refusal) -> bool {
    !refusal.is_passing() && refusal.code != "invalid_client"
}
