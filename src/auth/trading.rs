//! A grant that trades the tokens of others asks for those first.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use crate::auth::{
    Ready,
    credential::Credential,
    grant::{Attempt, Grant, Part},
    refusal::Refusal,
    tokens::{NoToken, Tokens},
};

impl Tokens {
    /// What every token request of a grant carries of others, as it is now.
    ///
    /// # Errors
    /// One of the tokens cannot be had: told here, remembered where it belongs.
    pub(crate) async fn traded(&self, grant: &Grant) -> Result<Attempt, Refusal> {
        let mut traded = Vec::new();
        for (name, party) in grant.own.parties() {
            let token = party.held.token(self).await.map_err(|why| not_had(name, why))?;
            traded.push((name, token));
        }
        Ok(Attempt { traded, ..Attempt::default() })
    }

    /// As [`Tokens::credential`], for a fetch that waits for it: boxed, as a fetch may lead to another one.
    pub(crate) fn credential_of_another<'t>(
        &'t self,
        ready: &'t Arc<Ready>,
    ) -> Pin<Box<dyn Future<Output = Result<Credential, NoToken>> + Send + 't>> {
        Box::pin(self.credential(ready))
    }
}

fn not_had(name: &str, why: NoToken) -> Refusal {
    let refusal = Refusal::new(format!("its `{name}` could not be had: {}", why.message), Part::Own);
    let refusal = refusal.passing(Some(Duration::ZERO));
    match why.help {
        Some(help) => refusal.help(help),
        None => refusal,
    }
}
