//! `jwt` as written: a token that is signed here (RFC 7519).

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{
    Loading, Templated,
    auth::{
        choice::choice,
        fixed::required_secret,
        given::{self, Given},
        keeping::{self, Keeping},
    },
};
use crate::yaml::{Entry, Field, Fields, Shape, Table, Value};

/// A token that is signed here.
#[derive(Clone, Debug)]
pub(crate) struct Jwt {
    /// The key.
    pub(crate) place: Place,
    pub(crate) algorithm: Algorithm,
    pub(crate) key: Given,
    pub(crate) key_id: Option<Given>,
    /// An object; `iat`, `exp` and `jti` are added where it has none.
    pub(crate) claims: Option<Templated>,
    pub(crate) keeping: Keeping,
}

/// How a token is signed (RFC 7518 3.1, RFC 8037 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Hs256,
    Hs384,
    Hs512,
    Rs256,
    Ps256,
    Es256,
    Es384,
    EdDsa,
}

impl Algorithm {
    /// Every algorithm by its name.
    pub(crate) const WORDS: &[(&str, Self)] = &[
        ("HS256", Self::Hs256),
        ("HS384", Self::Hs384),
        ("HS512", Self::Hs512),
        ("RS256", Self::Rs256),
        ("PS256", Self::Ps256),
        ("ES256", Self::Es256),
        ("ES384", Self::Es384),
        ("EdDSA", Self::EdDsa),
    ];

    /// What the JSON Schema says of it.
    pub(crate) const SHAPE: Shape = Shape::Word(&Self::NAMES);

    const NAMES: [&str; Self::WORDS.len()] = {
        let mut names = [""; Self::WORDS.len()];
        let mut index = 0;
        while index < names.len() {
            names[index] = Self::WORDS[index].0;
            index += 1;
        }
        names
    };

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        Self::WORDS.iter().find(|(_, it)| *it == self).map_or("", |(word, _)| word)
    }

    /// Whether both sides know the same secret.
    pub(crate) fn is_symmetric(self) -> bool {
        matches!(self, Self::Hs256 | Self::Hs384 | Self::Hs512)
    }
}

/// The keys of `jwt`.
pub(crate) static TABLE: Table = Table {
    what: "jwt",
    fields: &[
        Field::new("alg", Algorithm::SHAPE, "How the token is signed.", "RS256"),
        Field::new("key", given::SHAPE, "The secret of `HS…`, else a private key in PEM.", "{file: key.pem}"),
        Field::new("key_id", given::SHAPE, "The `kid` of its header.", "k1"),
        Field::new(
            "claims",
            Shape::Map(&Shape::Any),
            "What it says; `iat`, `exp` and `jti` are added, and `null` takes one away.",
            "{sub: qa, aud: api}",
        ),
        keeping::LIFETIME,
        keeping::PLACE,
        keeping::REFRESH_BEFORE,
        keeping::ON_UNAUTHORIZED,
    ],
    elsewhere: &[("hosts", "the identity, beside jwt"), ("sub", "claims"), ("aud", "claims"), ("iss", "claims")],
};

impl Jwt {
    /// Reads the map of `jwt`.
    pub(crate) fn load(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        let fields = Fields::read(&entry.value, &TABLE, &mut loading.problems)?;
        fields.require("alg", &mut loading.problems);
        let algorithm = fields.entry("alg").and_then(|entry| choice(entry, Algorithm::WORDS, loading));
        let key = required_secret(&fields, "key", loading);
        let key_id = fields.get("key_id").map(|node| Given::load(node, loading));
        let claims = fields.entry("claims").map(|entry| claims(entry, loading));
        let keeping = Keeping::load(&fields, loading);
        Some(Self {
            place: entry.key_place.clone(),
            algorithm: algorithm?,
            key: key?,
            key_id: key_id.map_or(Some(None), |it| it.map(Some))?,
            claims: claims.map_or(Some(None), |it| it.map(Some))?,
            keeping: keeping?,
        })
    }
}

/// Reads the claims of a token that is signed here.
pub(crate) fn claims(entry: &Entry, loading: &mut Loading) -> Option<Templated> {
    if !matches!(entry.value.value, Value::Map(_)) {
        let message = format!("expected the claims by name, found {}", entry.value.kind());
        loading.report(Diagnostic::error("wrong-type", &entry.value.place, message).help("for example `{sub: qa}`"));
        return None;
    }
    loading.tree(&entry.value)
}
