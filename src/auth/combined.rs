//! The life of credentials that are made of several: each part lives its own.

use std::sync::Arc;

use crate::auth::{
    credential::Credential,
    ready::{Method, Ready},
    tokens::{NoToken, Tokens},
};
use crate::secret::Secret;

impl Tokens {
    /// The credential of an identity for which nothing is fetched by itself.
    pub(crate) async fn standing(&self, ready: &Arc<Ready>) -> Result<Credential, NoToken> {
        match ready.method() {
            Method::Fixed(fixed) => Ok(Credential::fixed(ready, fixed.secret.clone())),
            Method::Digest(digest, _) => {
                Ok(Credential { answers: digest.is_asked(), ..Credential::fixed(ready, Secret::new("")) })
            }
            Method::Certificate(_) => Ok(Credential::fixed(ready, Secret::new(""))),
            Method::Tampered(tampered) => self.tampered(ready, tampered).await,
            _ => self.combined(ready, ready.parts()).await,
        }
    }

    /// A credential of every part.
    async fn combined(&self, ready: &Arc<Ready>, parts: &[Arc<Ready>]) -> Result<Credential, NoToken> {
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
