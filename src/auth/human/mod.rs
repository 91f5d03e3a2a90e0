//! Tokens that need a person: the whole of a login, from what is said to the person to the token.
//!
//! Nothing here is part of a run: a run finds what a login has left, or says that there was none.

mod code;
mod device;
mod loopback;
mod page;
mod pkce;

use std::time::Duration;

use crate::auth::{
    fetch::{Fetched, Fetcher},
    grant::{Grant, Own, Part},
    refusal::Refusal,
};
use crate::http::Url;
use crate::spec::auth::GrantType;
use crate::spec::duration::show;

/// What is said to the person who logs in.
#[derive(Debug)]
pub(crate) enum Invitation<'i> {
    /// Open this in a browser of this machine.
    Visit(&'i Url),
    /// Open this anywhere and enter the code; `whole` has it already.
    Enter { page: &'i Url, code: &'i str, whole: Option<&'i Url> },
    /// Something happened meanwhile.
    Note(&'i str),
}

/// How a person is asked, and for how long.
#[derive(Clone, Copy)]
pub(crate) struct Front<'f> {
    pub(crate) say: &'f (dyn Fn(Invitation<'_>) + Sync),
    pub(crate) patience: Duration,
}

/// What to do where nobody has logged in.
pub(crate) fn cure(identity: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    match identity.chars().all(is_word) {
        true => format!("run `hallpass auth login {identity}`"),
        false => "give it a name of its own under `identities`, and run `hallpass auth login` with that".to_owned(),
    }
}

impl Fetcher {
    /// Asks a person, then for a token.
    pub(crate) async fn log_in(&self, grant: &Grant, name: &str, front: Front<'_>) -> Fetched {
        match &grant.own {
            Own::Person(person) if grant.grant == GrantType::DeviceCode => {
                self.by_device(grant, name, person, front).await
            }
            Own::Person(person) => self.by_code(grant, name, person, front).await,
            _ => Fetched::of(Err(Refusal::new("nobody logs in for it", Part::Whole)), self.clock.now()),
        }
    }
}

/// Nobody answered.
fn too_late(patience: Duration) -> Refusal {
    Refusal::new(format!("nobody logged in within {}", show(patience)), Part::Own)
        .help("run it again; `--timeout 15m` waits longer")
}
