//! The life of credentials that are made of several: each part lives its own.

use std::sync::Arc;

use crate::auth::{
    Ready,
    credential::Credential,
    tokens::{NoToken, Tokens},
};

impl Tokens {
    /// A credential of every part.
    pub(crate) async fn combined(&self, ready: &Arc<Ready>, parts: &[Arc<Ready>]) -> Result<Credential, NoToken> {
        let mut credentials = Vec::with_capacity(parts.len());
        for part in parts {
            credentials.push(Box::pin(self.credential(part)).await?);
        }
        Ok(Credential::combined(ready, credentials))
    }

    /// The API answered 401 and does not say to which part: every part that can be renewed is.
    pub(crate) async fn rejected_part(
        &self,
        ready: &Arc<Ready>,
        credential: &Credential,
        challenge: Option<&str>,
    ) -> Result<Option<Credential>, NoToken> {
        let mut parts = Vec::with_capacity(credential.parts.len());
        let mut is_new = false;
        for part in &credential.parts {
            let renewed = Box::pin(self.rejected(&part.ready, part, challenge)).await?;
            is_new |= renewed.is_some();
            parts.push(renewed.unwrap_or_else(|| part.clone()));
        }
        Ok(is_new.then(|| Credential::combined(ready, parts)))
    }
}
