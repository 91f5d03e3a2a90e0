//! Schemes whose credential is there already: `bearer`, `basic`, `api_key`.

use crate::diagnostic::Diagnostic;
use crate::spec::{
    Loading,
    auth::{
        given::{self, Given, masked},
        placement::Placement,
    },
};
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table};

/// User and password.
#[derive(Clone, Debug)]
pub(crate) struct Basic {
    pub(crate) username: Given,
    pub(crate) password: Given,
}

/// A key and where it stands in a request.
#[derive(Clone, Debug)]
pub(crate) struct ApiKey {
    pub(crate) placement: Placement,
    pub(crate) value: Given,
}

/// The keys of `basic`.
pub(crate) static BASIC: Table = Table {
    what: "basic",
    fields: &[
        Field::new("username", given::SHAPE, "The user; no `:` in it.", "qa"),
        Field::new("password", given::SHAPE, "The password.", "{env: PASSWORD}"),
    ],
    elsewhere: &[("hosts", "the identity, beside basic")],
};

/// The keys of `digest`.
pub(crate) static DIGEST: Table =
    Table { what: "digest", fields: BASIC.fields, elsewhere: &[("hosts", "the identity, beside digest")] };

/// The keys of `api_key`.
pub(crate) static API_KEY: Table = Table {
    what: "api_key",
    fields: &[
        Field::new("header", Shape::Text, "The header that carries the key.", "X-Api-Key"),
        Field::new("query", Shape::Text, "The query parameter that carries the key.", "key"),
        Field::new("cookie", Shape::Text, "The cookie that carries the key.", "session"),
        Field::new("value", given::SHAPE, "The key.", "{env: API_KEY}"),
    ],
    elsewhere: &[("hosts", "the identity, beside api_key")],
};

/// Reads the value of `bearer`.
pub(crate) fn bearer(node: &Node, loading: &mut Loading) -> Option<Given> {
    let given = Given::load(node, loading)?;
    let Some(literal) = given.fixed() else { return Some(given) };
    if let Some((message, help)) = fault_of_bearer(literal) {
        loading.report(Diagnostic::error("bad-bearer", &masked(node), message).help(help));
        return None;
    }
    loading.report(given::literal_secret("bearer", node));
    Some(given)
}

/// What is wrong with a value of `bearer`, and the cure.
pub(crate) fn fault_of_bearer(value: &str) -> Option<(&'static str, &'static str)> {
    let word = value.split_whitespace().next().unwrap_or_default();
    match () {
        () if word.eq_ignore_ascii_case("bearer") => {
            Some(("the value of `bearer` starts with `Bearer` already", "leave the word out: it is added"))
        }
        () if value.trim().chars().any(|c| c.is_whitespace() || c.is_control()) => Some((
            "the value of `bearer` has blanks or line breaks in it",
            "a token is one word; for another scheme use `api_key: {header: Authorization, value: …}`",
        )),
        () => None,
    }
}

/// What is wrong with a user name (RFC 7617 2), and the cure.
pub(crate) fn fault_of_username(name: &str) -> Option<(&'static str, &'static str)> {
    match () {
        () if name.contains(':') => {
            Some(("a `username` has no `:` in it", "basic authentication separates user and password by the first `:`"))
        }
        () if name.chars().any(char::is_control) => Some(("a `username` is one line of text", "remove the line break")),
        () => None,
    }
}

impl Basic {
    /// Reads the map of `basic`.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        Self::load_from(node, &BASIC, loading)
    }

    /// Reads a map of user and password by its table.
    pub(crate) fn load_from(node: &Node, table: &'static Table, loading: &mut Loading) -> Option<Self> {
        let fields = Fields::read(node, table, &mut loading.problems)?;
        let username = fields.require("username", &mut loading.problems).and_then(|node| Given::load(node, loading));
        let password = required_secret(&fields, "password", loading);
        let username = username?;
        if let Some((message, help)) = username.fixed().and_then(fault_of_username) {
            loading.report(Diagnostic::error("bad-username", username.place(), message).help(help));
            return None;
        }
        Some(Self { username, password: password? })
    }
}

impl ApiKey {
    /// Reads the map of `api_key`.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        let fields = Fields::read(node, &API_KEY, &mut loading.problems)?;
        let placement = Placement::load(&fields, loading);
        let value = required_secret(&fields, "value", loading);
        Some(Self { placement: placement?, value: value? })
    }
}

/// The secret of a key that must be there.
pub(crate) fn required_secret(fields: &Fields<'_>, name: &'static str, loading: &mut Loading) -> Option<Given> {
    fields.require(name, &mut loading.problems)?;
    let entry: &Entry = fields.entry(name)?;
    Given::load_secret(entry, loading)
}
