//! What yields tokens that do not last, whatever its scheme: the life of a token is the same for all of them.

use std::time::Duration;

use crate::auth::{
    fetch::Fetched,
    grant::{Grant, Part},
    key::{Key, Keys},
    minted::Minted,
    tokens::Tokens,
};
use crate::secret::Secret;
use crate::source::Place;
use crate::spec::auth::{OnUnauthorized, Placement};

/// What yields tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Earned<'r> {
    /// An authorization server.
    Granted(&'r Grant),
    /// A key.
    Minted(&'r Minted),
}

/// How a token is used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage<'r> {
    pub(crate) placement: &'r Placement,
    pub(crate) refresh_before: Duration,
    pub(crate) on_unauthorized: OnUnauthorized,
}

impl<'r> Earned<'r> {
    /// How the token is used.
    pub(crate) fn usage(self) -> Usage<'r> {
        match self {
            Self::Granted(grant) => Usage {
                placement: &grant.placement,
                refresh_before: grant.refresh_before,
                on_unauthorized: grant.on_unauthorized,
            },
            Self::Minted(minted) => minted.terms.usage(),
        }
    }

    /// Where a part of it was written.
    pub(crate) fn place(self, part: Part) -> &'r Place {
        match self {
            Self::Granted(grant) => grant.place(part),
            Self::Minted(minted) => &minted.terms.place,
        }
    }

    /// What tells its tokens from others.
    pub(crate) fn key(self, keys: &Keys) -> Key {
        match self {
            Self::Granted(grant) => keys.of(grant),
            Self::Minted(minted) => keys.of_parts(&minted.parts()),
        }
    }

    /// A new token; `refresh` renews the one before.
    pub(crate) async fn fetch(self, tokens: &Tokens, name: &str, refresh: Option<Secret>) -> Fetched {
        let fetcher = tokens.fetcher();
        match self {
            Self::Granted(grant) => match tokens.traded(grant).await {
                Ok(how) => fetcher.earn(grant, name, &how, refresh).await,
                Err(refusal) => Fetched { refresh, ..Fetched::of(Err(refusal), fetcher.clock.now()) },
            },
            Self::Minted(minted) => {
                let asked = fetcher.clock.now();
                let issued = minted.issue(asked.wall);
                let notes = fetcher.hide_token(&issued.text, name).into_iter().collect();
                Fetched { notes, ..Fetched::of(Ok(issued), asked) }
            }
        }
    }
}
