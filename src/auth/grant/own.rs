//! What a grant sends of its own, once its templates and secrets are known.

use crate::auth::{render::Rendering, unready::Unready};
use crate::secret::Secret;
use crate::spec::auth::Earned;

/// What a grant sends of its own.
#[derive(Clone, Debug)]
pub(crate) enum Own {
    /// Nothing.
    Client,
    /// A user and the password.
    Password { username: String, password: Secret },
    /// A refresh token that came from elsewhere.
    Refresh(Secret),
}

impl Own {
    /// Renders what was written and registers its secrets.
    ///
    /// # Errors
    /// A variable or file that is missing.
    pub(crate) fn of(earned: &Earned, rendering: &mut Rendering<'_>) -> Result<Self, Unready> {
        Ok(match earned {
            Earned::Client => Self::Client,
            Earned::Password { username, password } => Self::Password {
                username: rendering.value(username)?,
                password: rendering.secret(password, "password")?,
            },
            Earned::Refresh(token) => Self::Refresh(rendering.secret(token, "refresh_token")?),
        })
    }

    /// The parameters that the token request carries for it.
    pub(crate) fn parameters(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Client => Vec::new(),
            Self::Password { username, password } => {
                vec![("username", username.clone()), ("password", password.expose().to_owned())]
            }
            Self::Refresh(token) => vec![("refresh_token", token.expose().to_owned())],
        }
    }

    /// What to do about `invalid_grant`, where it is known.
    pub(crate) fn cure(&self) -> Option<String> {
        let cure = match self {
            Self::Client => return None,
            Self::Password { .. } => {
                "are `username` and `password` whole, and of a user of this environment who may log in?"
            }
            Self::Refresh(_) => {
                "the refresh token ran out, was revoked, or was used up by somebody else: get a new one"
            }
        };
        Some(cure.to_owned())
    }
}
