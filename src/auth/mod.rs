//! Credentials and the life of tokens: fetched when first needed, once; renewed before they run out; replaced when rejected.
//!
//! Pure parts stand alone: request out ([`grant`]), reply in (`token_reply`). Deciding what an identity may send is theirs, sending it is for `run`.

mod challenge;
mod credential;
mod date;
mod fetch;
mod grant;
mod jwt;
mod key;
mod lifetime;
mod ready;
mod refusal;
mod render;
mod share;
mod source;
mod summary;
#[cfg(test)]
mod tests;
mod token;
mod token_reply;
mod tokens;
mod unready;

pub(crate) use credential::{Attached, Credential, Sender};
pub(crate) use ready::Ready;
pub(crate) use share::{Sharing, Store};
pub(crate) use summary::AuthSummary;
pub(crate) use tokens::{NoToken, Tokens};
pub(crate) use unready::Unready;
