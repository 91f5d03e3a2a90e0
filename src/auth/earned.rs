//! What yields tokens that do not last, whatever its scheme: the life of a token is the same for all of them.

use std::time::Duration;

use crate::auth::{
    aws::Aws,
    exec::Exec,
    fetch::Fetched,
    grant::{Grant, Part},
    key::{Key, Keys},
    login::Login,
    minted::Minted,
    source::Source,
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
    /// A request.
    Login(&'r Login),
    /// A command.
    Exec(&'r Exec),
    /// A command that prints keys of AWS.
    Aws(&'r Exec),
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
            Self::Login(login) => login.terms.usage(),
            Self::Exec(exec) | Self::Aws(exec) => exec.terms.usage(),
        }
    }

    /// Where a part of it was written.
    pub(crate) fn place(self, part: Part) -> &'r Place {
        match self {
            Self::Granted(grant) => grant.place(part),
            Self::Minted(minted) => &minted.terms.place,
            Self::Login(login) => &login.terms.place,
            Self::Exec(exec) | Self::Aws(exec) => &exec.terms.place,
        }
    }

    /// What tells its tokens from others.
    pub(crate) fn key(self, keys: &Keys) -> Key {
        match self {
            Self::Granted(grant) => keys.of(grant),
            Self::Minted(minted) => keys.of_parts(&minted.parts()),
            Self::Login(login) => keys.of_parts(login.parts()),
            Self::Exec(exec) => keys.of_parts(&exec.parts()),
            Self::Aws(exec) => keys.of_parts(&[vec![("keys", "aws".to_owned())], exec.parts()].concat()),
        }
    }

    /// A new token. `source` keeps what its renewal needs; `refresh` renews the one before.
    pub(crate) async fn fetch(self, tokens: &Tokens, name: &str, source: &Source, refresh: Option<Secret>) -> Fetched {
        let fetcher = tokens.fetcher();
        match self {
            Self::Granted(grant) => match tokens.traded(grant).await {
                Ok(how) => {
                    let how = how.bound(grant.dpop.then(|| source.prover())).dated(source.ahead());
                    let fetched = fetcher.earn(grant, name, &how, refresh).await;
                    if fetched.result.is_ok() {
                        source.keep_ahead(fetched.dated);
                    }
                    fetched
                }
                Err(refusal) => Fetched { refresh, ..Fetched::of(Err(refusal), fetcher.clock.now()) },
            },
            Self::Minted(minted) => {
                let asked = fetcher.clock.now();
                let issued = minted.issue(asked.wall);
                let notes = fetcher.hide_token(&issued.text, name).into_iter().collect();
                Fetched { notes, ..Fetched::of(Ok(issued), asked) }
            }
            Self::Exec(exec) => exec.fetch(tokens, name).await,
            Self::Aws(exec) => Aws::fetch(exec, tokens, name).await,
            Self::Login(login) => {
                let (fetched, reply) = login.fetch(tokens, name, source.last_reply().as_ref()).await;
                if let (Ok(_), Some(reply)) = (&fetched.result, reply) {
                    source.keep_reply(reply);
                }
                fetched
            }
        }
    }
}
