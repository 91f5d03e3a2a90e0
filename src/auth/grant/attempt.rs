//! What differs from one token request of a grant to the next.

use crate::secret::Secret;

/// What one token request carries that another one of the same grant does not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attempt {
    /// Sent in place of the whole grant (RFC 6749 6).
    pub(crate) refresh: Option<Secret>,
}

impl Attempt {
    /// A renewal by a refresh token.
    pub(crate) fn refreshing(refresh: Secret) -> Self {
        Self { refresh: Some(refresh) }
    }
}
