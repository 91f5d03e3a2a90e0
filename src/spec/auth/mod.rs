//! `auth` and `identities` as written: who a request is sent as. Fetching tokens is for `auth` on the floor above.

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{Loading, Text};
use crate::yaml::{Entry, Node, Value};

mod aws;
mod bound;
mod certificate;
mod choice;
mod client;
mod combined;
mod command;
mod earned;
mod endpoint;
mod exchange;
mod exec;
mod fixed;
pub(crate) mod given;
mod keeping;
mod login;
mod login_request;
mod minted;
mod negative;
mod oauth2;
mod parameter;
mod person;
mod placement;
mod preset;
mod scheme;
mod server;
mod share;
mod signing;
#[cfg(test)]
mod tests;
mod vendor;

pub(crate) use aws::{AwsKeys, AwsSigV4};
pub(crate) use certificate::Certificate;
pub(crate) use client::ClientAuth;
pub(crate) use combined::{check, twice};
pub(crate) use command::Command;
pub(crate) use earned::{Earned, GrantType};
pub(crate) use endpoint::{BadEndpoint, checked_as, checked_endpoint};
pub(crate) use exchange::{Assertion, Party, Traded, token_type};
pub(crate) use exec::Exec;
pub(crate) use fixed::{ApiKey, Basic, fault_of_bearer, fault_of_username};
pub(crate) use given::{Given, SHAPE as GIVEN, literal_secret, starred};
pub(crate) use keeping::Keeping;
pub(crate) use login::{ExpiresIn, Login, LoginToken};
pub(crate) use login_request::LoginRequest;
pub(crate) use minted::{Algorithm, Jwt};
pub(crate) use negative::{Negative, Tamper, Wrong};
pub(crate) use oauth2::{BodyKind, OAuth2, OnUnauthorized, Taken};
pub(crate) use parameter::{Parameter, ParameterValue};
pub(crate) use person::Person;
pub(crate) use placement::Placement;
pub(crate) use scheme::{FIELD, HOST_HELP, IDENTITIES, SHAPE, Scheme, origins_of};
pub(crate) use server::{Server, checked_issuer};
pub(crate) use share::Share;
pub(crate) use signing::{BAD_THUMBPRINT, Dates, Signing, THUMBPRINT_HELP, thumbprint};
pub(crate) use vendor::Vendor;

/// Who a request, a spec or a project is sent as.
#[derive(Clone, Debug)]
pub(crate) enum AuthUse {
    /// No credential and no cookie of an identity.
    None,
    /// An identity by its name.
    Named(String, Place),
    /// One scheme written in place; its name is made from the place.
    Inline(Box<Identity>),
}

/// A named scheme.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    /// What requests and messages call it.
    pub(crate) name: String,
    /// Where it was written.
    pub(crate) place: Place,
    /// How its credential is made.
    pub(crate) scheme: Scheme,
    /// Where its credential may go besides the origin of `base_url`: `files.example.com`, `http://localhost:8080`.
    pub(crate) hosts: Vec<Text>,
    /// The commands whose output its values are; those of identities that it is made from are theirs.
    pub(crate) commands: Vec<Command>,
}

impl AuthUse {
    /// The identity that is meant, where it is written in place or is one of these.
    pub(crate) fn among<'i>(&'i self, identities: &'i [Identity]) -> Option<&'i Identity> {
        match self {
            Self::None => None,
            Self::Named(name, _) => identities.iter().find(|identity| identity.name == *name),
            Self::Inline(identity) => Some(identity),
        }
    }

    /// Reads the value of `auth`.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        match &node.value {
            Value::String(name) if name == "none" => Some(Self::None),
            Value::String(name) => Some(Self::Named(name.clone(), node.place.clone())),
            Value::Map(_) => {
                let mut identity = Identity::read(node, loading)?;
                identity.name = format!("{} at {}", identity.scheme.kind(), node.place);
                Some(Self::Inline(Box::new(identity)))
            }
            _ => {
                loading.wrong_type(node, "the name of an identity, `none`, or one scheme", "service");
                None
            }
        }
    }
}

impl Identity {
    /// Reads the map of `identities`.
    pub(crate) fn load_all(node: Option<&Node>, loading: &mut Loading) -> Vec<Self> {
        let Some(node) = node else { return Vec::new() };
        let entries = loading.map(node);
        entries.iter().filter_map(|entry| Self::load(entry, loading)).collect()
    }

    fn load(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        let identity = Self::called(&entry.key, &entry.key_place, &entry.value, loading)?;
        Some(Self { place: entry.key_place.clone(), ..identity })
    }

    /// Reads an identity whose name stands elsewhere.
    pub(crate) fn named(name: &str, node: &Node, loading: &mut Loading) -> Option<Self> {
        Self::called(name, &node.place, node, loading)
    }

    fn called(name: &str, place: &Place, node: &Node, loading: &mut Loading) -> Option<Self> {
        if let Some(message) = fault_of_name(name) {
            let wrong = Diagnostic::error("bad-name", place, message);
            loading.report(wrong.help("choose another name"));
            return None;
        }
        let identity = Self::read(node, loading)?;
        Some(Self { name: name.to_owned(), ..identity })
    }

    /// Reads a scheme and what stands beside it. The name is still to be given.
    fn read(node: &Node, loading: &mut Loading) -> Option<Self> {
        let before = std::mem::take(&mut loading.commands);
        let loaded = Scheme::load(node, loading);
        let commands = std::mem::replace(&mut loading.commands, before);
        let (scheme, hosts) = loaded?;
        Some(Self { name: String::new(), place: node.place.clone(), scheme, hosts, commands })
    }
}

fn fault_of_name(name: &str) -> Option<&'static str> {
    match name {
        "none" => Some("`none` means no identity"),
        _ if name.trim().is_empty() => Some("an identity needs a name"),
        _ if name.chars().any(char::is_control) => Some("a name is one line of text"),
        _ => None,
    }
}
