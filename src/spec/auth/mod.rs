//! `auth` and `identities` as written: who a request is sent as. Fetching tokens is for `auth` on the floor above.

use crate::{
    diagnostic::Diagnostic,
    source::Place,
    spec::Loading,
    yaml::{Entry, Node, Value},
};

mod scheme;

pub(crate) use scheme::Scheme;

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
}

impl AuthUse {
    /// Reads the value of `auth`.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        match &node.value {
            Value::String(name) if name == "none" => Some(Self::None),
            Value::String(name) => Some(Self::Named(name.clone(), node.place.clone())),
            Value::Map(_) => {
                let scheme = Scheme::load(node, loading)?;
                let name = scheme.kind().to_owned();
                Some(Self::Inline(Box::new(Identity { name, place: node.place.clone(), scheme })))
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
        if entry.key == "none" {
            let wrong = Diagnostic::error("bad-name", &entry.key_place, "`none` means no identity");
            loading.report(wrong.help("choose another name"));
            return None;
        }
        let scheme = Scheme::load(&entry.value, loading)?;
        Some(Self { name: entry.key.clone(), place: entry.key_place.clone(), scheme })
    }
}
