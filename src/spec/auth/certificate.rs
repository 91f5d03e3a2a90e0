//! A client's certificate and its key as written: the scheme `mtls`, and how an `oauth2` client shows who it is (RFC 8705).

use crate::diagnostic::Diagnostic;
use crate::spec::{
    Loading,
    auth::{
        client::ClientAuth,
        fixed::required_secret,
        given::{self, Given},
    },
};
use crate::yaml::{Entry, Field, Fields, Table};

/// A certificate and its private key, each in PEM.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    pub(crate) cert: Given,
    pub(crate) key: Given,
}

/// The keys of `mtls`.
pub(crate) static TABLE: Table = Table {
    what: "mtls",
    fields: &[
        Field::new(
            "cert",
            given::SHAPE,
            "The certificate in PEM, and those between it and its root.",
            "{file: client.pem}",
        ),
        Field::new("key", given::SHAPE, "Its private key in PEM.", "{file: client.key}"),
    ],
    elsewhere: &[("hosts", "the identity, beside mtls"), ("ca", "http")],
};

impl Certificate {
    /// Reads the map of `mtls`.
    pub(crate) fn load(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        let fields = Fields::read(&entry.value, &TABLE, &mut loading.problems)?;
        Self::of(&fields, loading)
    }

    /// Reads `cert` and `key` of an `oauth2` client, where that is how it shows who it is; elsewhere `cert` is a problem.
    /// Without them the certificate is that of the project or of an identity beside it in `all`.
    pub(crate) fn of_client(
        fields: &Fields<'_>,
        auth: ClientAuth,
        grant_signs: bool,
        loading: &mut Loading,
    ) -> Option<Option<Self>> {
        let written = fields.entry("cert");
        match (written, auth) {
            (Some(_), ClientAuth::Tls) if !grant_signs => Self::of(fields, loading).map(Some),
            (None, ClientAuth::Tls) if !grant_signs && fields.entry("key").is_some() => {
                fields.require("cert", &mut loading.problems);
                None
            }
            (None, _) => Some(None),
            (Some(cert), _) => {
                let (message, help) = match auth {
                    ClientAuth::Tls => (
                        "`key` would be the key of `cert` and that of the assertion".to_owned(),
                        "give the certificate with an identity of `mtls`, and name both in `all`",
                    ),
                    _ => (
                        format!("`cert` is not used by `client_auth: {}`", auth.word()),
                        "write `client_auth: tls`, or name this identity and one of `mtls` in `all`",
                    ),
                };
                loading.report(Diagnostic::error("unused-key", &cert.key_place, message).help(help));
                None
            }
        }
    }

    fn of(fields: &Fields<'_>, loading: &mut Loading) -> Option<Self> {
        let cert = fields.require("cert", &mut loading.problems).and_then(|node| Given::load(node, loading));
        let key = required_secret(fields, "key", loading);
        Some(Self { cert: cert?, key: key? })
    }
}
