//! Credentials and the life of tokens: fetched when first needed, once; renewed before they run out; replaced when rejected.
//!
//! Pure parts stand alone: request out ([`grant`]), reply in (`token_reply`). Deciding what an identity may send is theirs, sending it is for `run`.

mod applied;
mod aws;
mod certificate;
mod challenge;
mod clocks;
mod combined;
mod commands;
mod credential;
mod date;
mod digest;
mod discovery;
mod dpop;
mod earned;
mod exec;
mod fetch;
mod grant;
mod hide;
mod human;
mod jwt;
mod kept_scope;
mod key;
mod lifetime;
mod login;
mod login_reply;
mod mint;
mod minted;
mod payload;
mod process;
mod ready;
mod redating;
mod refusal;
mod render;
mod renewal;
mod share;
mod signer;
mod source;
mod summary;
mod tampered;
mod terms;
#[cfg(test)]
mod tests;
mod token;
mod token_reply;
mod tokens;
mod trading;
mod unready;

pub(crate) use commands::Commands;
pub(crate) use credential::{Attached, Credential, Sender};
pub(crate) use date::retry_after;
pub(crate) use hide::hide;
pub(crate) use human::{Front, Invitation};
pub(crate) use ready::Ready;
pub(crate) use render::{Custody, Rendering};
pub(crate) use share::{Scope, Sharing, Store};
pub(crate) use summary::AuthSummary;
pub(crate) use tokens::{About, NoToken, Origin, Tokens};
pub(crate) use unready::Unready;
